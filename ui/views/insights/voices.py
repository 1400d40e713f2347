"""The voices behind a figure, how the figure came about, and the quotes chosen for the report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _
from reports.reading import Order, Reading, Voice
from ui.delegates.voice_painter import ABOUT, VoicePainter
from ui.views.flow import Flow

ORDERS = ((Order.TYPICAL, N_("Typical")), (Order.NEWEST, N_("Newest")), (Order.LOWEST, N_("Lowest")))
_ID = Qt.ItemDataRole.UserRole


class VoicesPane(QFrame):
    """Shows voices; ``order_asked`` for another order, ``opposite_asked`` for the counter-voices.

    ``quote_chosen``: verbatim and 1 to use it in the report, −1 not to. ``rows_asked``: all of them on the Label page.
    """

    order_asked = Signal(object)
    opposite_asked = Signal()
    quote_chosen = Signal(int, int)
    rows_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._choices: dict[int, int] = {}
        self._title = QLabel()
        self._title.setObjectName("heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._count = QLabel()
        self._count.setObjectName("muted")
        self._count.setWordWrap(True)
        self._group = QButtonGroup(self)
        row = Flow(gap=4)
        self._orders: dict[Order, QPushButton] = {}
        for order, _name in ORDERS:
            button = self._orders[order] = QPushButton()
            button.setCheckable(True)
            button.setProperty("tight", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, order=order: self.order_asked.emit(order))
            self._group.addButton(button)
            row.addWidget(button)
        self._orders[Order.TYPICAL].setChecked(True)
        self._opposite = QPushButton()
        self._opposite.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._opposite.clicked.connect(self.opposite_asked)
        row.addWidget(self._opposite)
        self._list = QListWidget()
        self._list.setItemDelegate(VoicePainter(self._list))
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._use, self._ban, self._all = QPushButton(), QPushButton(), QPushButton()
        self._use.clicked.connect(lambda: self.choose(1))
        self._ban.clicked.connect(lambda: self.choose(-1))
        self._all.clicked.connect(self.rows_asked)
        foot = Flow()
        for button in (self._use, self._ban, self._all):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            foot.addWidget(button)
        self._card = QLabel()
        self._card.setTextFormat(Qt.TextFormat.PlainText)
        self._card.setWordWrap(True)
        self._card.setMargin(8)
        self._card.setObjectName("bar")
        self._card.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._card.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A long card scrolls: the voices keep more than half of the room.
        self._card_room = QScrollArea()
        self._card_room.setWidgetResizable(True)
        self._card_room.setFrameShape(QFrame.Shape.NoFrame)
        self._card_room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._card_room.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._card_room.setWidget(self._card)
        self._card_room.hide()
        lay = QVBoxLayout(self)
        lay.setContentsMargins(12, 10, 12, 10)
        lay.addWidget(self._title)
        lay.addWidget(self._count)
        lay.addLayout(row)
        lay.addWidget(self._list, 5)
        lay.addLayout(foot)
        lay.addWidget(self._card_room, 3)
        self.setMinimumWidth(280)
        self.clear()

    def clear(self) -> None:
        """Show no voices, and say what would show them."""
        self._reading = None
        self._list.clear()
        self._card_room.hide()
        self.retranslate()

    def show_title(self, title: str) -> None:
        """Say whose voices these are."""
        self._title.setText(title)

    def show_reading(self, reading: Reading, base: int | None, unit: str) -> None:
        """Show the voices of a figure; ``base``: how many its share is of, ``unit``: what is counted, in words."""
        self._reading = reading
        self._orders[reading.order].setChecked(True)
        self._list.clear()
        for voice in reading.voices:
            item = QListWidgetItem(voice.text)
            item.setData(ABOUT, self._about(voice))
            item.setData(_ID, voice.verbatim)
            self._list.addItem(item)
        if self._list.count():
            self._list.setCurrentRow(0)
        if reading.counted is not None:
            told = _("n = {counted}; {n} {unit} of them wrote something, {answers} answers")
        elif reading.people == reading.ids.size:
            told = _("{n} {unit}") if base is None else _("{n} of {base} {unit}")
        else:
            told = _("{n} {unit}, {answers} answers") if base is None else _("{n} of {base} {unit}, {answers} answers")
        counted = told.format(
            n=f"{reading.people:,}", unit=unit, answers=f"{reading.ids.size:,}", base=f"{base or 0:,}",
            counted=f"{reading.counted or 0:,}",
        )  # fmt: skip
        self._count.setText(counted)
        for button in (self._use, self._ban, self._all):
            button.setEnabled(bool(reading.voices))

    def only_read(self) -> None:
        """Offer no choice of quotes: who may only read chooses none."""
        self._use.hide()
        self._ban.hide()

    def allow_opposite(self, allowed: bool) -> None:
        """Say whether there is a theme of which somebody may say the opposite."""
        self._opposite.setEnabled(allowed)

    def show_card(self, lines: Sequence[str]) -> None:
        """Say how the figure came about."""
        self._card.setText("\n".join((_("How this figure came about"), *lines)))
        self._card_room.setVisible(bool(lines))

    def use_choices(self, choices: dict[int, int]) -> None:
        """Mark the quotes that people chose (1) or banned (−1)."""
        self._choices = choices
        if self._reading is not None:
            for row, voice in enumerate(self._reading.voices):
                self._list.item(row).setData(ABOUT, self._about(voice))

    @property
    def ids(self) -> NDArray[np.int64] | None:
        """The answers behind the figure, None while none is shown."""
        return None if self._reading is None else self._reading.ids

    def choose(self, choice: int) -> None:
        """Use the voice at hand in the report (1), or do not (−1)."""
        item = self._list.currentItem()
        if item is not None:
            self.quote_chosen.emit(int(item.data(_ID)), choice)

    def current(self) -> int | None:
        """Return the answer at hand."""
        item = self._list.currentItem()
        return None if item is None else int(item.data(_ID))

    def _about(self, voice: Voice) -> str:
        head = [*voice.about]
        if voice.same > 1:
            head.append(_("{n} say the same").format(n=voice.same))
        if voice.masked:
            head.append(_("personal data masked"))
        mark = {1: "★ ", -1: "✕ "}.get(self._choices.get(voice.verbatim, 0), "")
        return mark + "  ·  ".join(head)

    def sizeHint(self) -> QSize:
        return QSize(380, 600)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for order, name in ORDERS:
            self._orders[order].setText(_(name))
        self._opposite.setText(_("Opposite"))
        self._opposite.setToolTip(_("Those who say the opposite of the same theme"))
        self._use.setText(_("Use in the report"))
        self._ban.setText(_("Do not use"))
        self._all.setText(_("All of them"))
        self._all.setToolTip(_("Show all these answers on the Label page"))
        self._list.setAccessibleName(_("Voices behind the figure"))
        if self._reading is None:
            self._title.setText(_("Voices"))
            self._count.setText(_("Choose a theme or a mark on a chart: the answers that it counts are listed here."))
            for button in (self._use, self._ban, self._all):
                button.setEnabled(False)
