"""Lists of the Report page: headlines to edit, the basket, personal data to release, issued reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _
from reports.basket import Item
from reports.issue import Issued
from reports.release import Place
from reports.sections.press import Title

_DATA = Qt.ItemDataRole.UserRole


class HeadlinesList(QWidget):
    """Headlines as generated and as printed. ``edited``: key, generated, and the words wanted (empty: as generated)."""

    edited = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._table = QTableWidget(0, 2)
        self._table.verticalHeader().hide()
        self._table.setWordWrap(True)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.itemChanged.connect(self._on_item)
        self._filling = False
        lay = QVBoxLayout(self)
        lay.addWidget(self._lead)
        lay.addWidget(self._table, 1)
        self._titles: list[Title] = []
        self.retranslate()

    def show_titles(self, titles: Sequence[Title]) -> None:
        """Show the headlines of a report."""
        self._filling, self._titles = True, list(titles)
        self._table.setRowCount(len(titles))
        for row, one in enumerate(titles):
            made = QTableWidgetItem(one.generated)
            made.setFlags(made.flags() & ~Qt.ItemFlag.ItemIsEditable)
            self._table.setItem(row, 0, made)
            self._table.setItem(row, 1, QTableWidgetItem(one.printed if one.edited else ""))
        self._table.resizeRowsToContents()
        self._filling = False

    def _on_item(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == 1:
            one = self._titles[item.row()]
            self.edited.emit(one.key, one.generated, item.text().strip())

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._lead.setText(
            _("Headlines follow a fixed grammar. Your own words are marked ✎; the generated ones are kept.")
        )
        self._table.setHorizontalHeaderLabels([_("Generated"), _("Yours")])
        self._table.setAccessibleName(_("Headlines"))


class BasketList(QWidget):
    """What was put into the basket. ``moved`` (from, to), ``removed``: places from 1; ``page_asked``: an own page."""

    moved = Signal(int, int)
    removed = Signal(int)
    page_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._list = QListWidget()
        self._up, self._down, self._out, self._own = (QPushButton() for _ in range(4))
        row = QHBoxLayout()
        for button in (self._up, self._down, self._out):
            row.addWidget(button)
        row.addStretch(1)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._out.clicked.connect(self._take_out)
        self._own.clicked.connect(self.page_asked)
        lay = QVBoxLayout(self)
        lay.addWidget(self._lead)
        lay.addWidget(self._list, 1)
        lay.addLayout(row)
        lay.addWidget(self._own, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def show_items(self, items: Sequence[Item], said: Callable[[Item], str]) -> None:
        """Show the basket; ``said`` puts a thing into words."""
        at = self._list.currentRow()
        self._list.clear()
        for one in items:
            self._list.addItem(f"{one.place}   {said(one)}")
        self._list.setCurrentRow(min(max(at, 0), len(items) - 1))
        for button in (self._up, self._down, self._out):
            button.setEnabled(bool(items))

    def _take_out(self) -> None:
        if self._list.currentRow() >= 0:
            self.removed.emit(self._list.currentRow() + 1)

    def _move(self, by: int) -> None:
        row = self._list.currentRow()
        if 0 <= row + by < self._list.count():
            self.moved.emit(row + 1, row + by + 1)
            self._list.setCurrentRow(row + by)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._lead.setText(
            _("Put charts and quotes here from the Insights page; tick the section “Basket” to print them.")
        )
        self._up.setText(_("Up"))
        self._down.setText(_("Down"))
        self._out.setText(_("Take out"))
        self._own.setText(_("Add a page of your own…"))
        self._list.setAccessibleName(_("Report basket"))


class PersonalData(QWidget):
    """Possible personal data in what is quoted. ``decided``: place, whether it is released, and why."""

    decided = Signal(object, bool, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._why = QLineEdit()
        self._release, self._mask = QPushButton(), QPushButton()
        self._release.clicked.connect(lambda: self._decide(released=True))
        self._mask.clicked.connect(lambda: self._decide(released=False))
        self._why.textChanged.connect(lambda _text: self._allow())
        self._list.currentRowChanged.connect(lambda _row: self._allow())
        row = QHBoxLayout()
        row.addWidget(self._why, 1)
        row.addWidget(self._release)
        row.addWidget(self._mask)
        lay = QVBoxLayout(self)
        lay.addWidget(self._lead)
        lay.addWidget(self._list, 1)
        lay.addLayout(row)
        self._places: list[Place] = []
        self.retranslate()
        self._allow()

    def show_places(self, places: Sequence[Place]) -> None:
        """Show the places, each with the words around it."""
        self._places = list(places)
        at = self._list.currentRow()
        self._list.clear()
        for one in places:
            state = (
                _("released by {name}: {reason}").format(name=one.coder, reason=one.reason)
                if one.released
                else _("masked")
            )
            text = f"{one.before}【{one.characters}】{one.after}"
            self._list.addItem(QListWidgetItem(f"#{one.reference}  {_(one.kind.value)}  ·  {state}\n{text}"))
        self._list.setCurrentRow(min(max(at, 0), len(places) - 1))
        self.retranslate()
        self._allow()

    def _decide(self, *, released: bool) -> None:
        row = self._list.currentRow()
        if 0 <= row < len(self._places):
            self.decided.emit(self._places[row], released, self._why.text().strip())

    def _allow(self) -> None:
        row = self._list.currentRow()
        there = 0 <= row < len(self._places)
        self._release.setEnabled(there and bool(self._why.text().strip()) and not self._places[row].released)
        self._mask.setEnabled(there and self._places[row].released)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        n = len(self._places)
        told = _("{n} places in the quotes may be personal data. All are masked unless a named person releases them.")
        self._lead.setText(told.format(n=n) if n else _("No personal data was found in what this report quotes."))
        self._why.setPlaceholderText(_("Why may it be printed?"))
        self._why.setAccessibleName(_("Why may it be printed?"))
        self._release.setText(_("Release"))
        self._mask.setText(_("Mask again"))
        self._list.setAccessibleName(_("Possible personal data"))


class IssuedList(QWidget):
    """Issued reports. ``issue_asked`` with a name; ``print_asked`` and ``withdraw_asked`` with the name of one."""

    issue_asked = Signal(str)
    print_asked = Signal(str)
    withdraw_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._name = QLineEdit()
        self._issue, self._print, self._withdraw = QPushButton(), QPushButton(), QPushButton()
        self._list = QListWidget()
        top = QHBoxLayout()
        top.addWidget(self._name, 1)
        top.addWidget(self._issue)
        foot = QHBoxLayout()
        foot.addWidget(self._print)
        foot.addWidget(self._withdraw)
        foot.addStretch(1)
        lay = QVBoxLayout(self)
        lay.addWidget(self._lead)
        lay.addLayout(top)
        lay.addWidget(self._list, 1)
        lay.addLayout(foot)
        self._issue.clicked.connect(lambda: self.issue_asked.emit(self._name.text().strip()))
        self._print.clicked.connect(lambda: self._emit(self.print_asked))
        self._withdraw.clicked.connect(lambda: self._emit(self.withdraw_asked))
        self._name.textChanged.connect(lambda text: self._issue.setEnabled(bool(text.strip())))
        self._issue.setEnabled(False)
        self.retranslate()

    def show_issued(self, issued: Sequence[Issued]) -> None:
        """Show the issued reports, withdrawn ones marked."""
        self._list.clear()
        for one in issued:
            state = "" if one.in_force else "   " + _("(withdrawn)")
            item = QListWidgetItem(f"{one.name}   {one.period}   {one.day}   {one.coder}{state}")
            item.setData(_DATA, one.name)
            item.setToolTip(one.h)
            self._list.addItem(item)
        for button in (self._print, self._withdraw):
            button.setEnabled(bool(issued))
        if issued:
            self._list.setCurrentRow(0)

    def _emit(self, signal: object) -> None:
        item = self._list.currentItem()
        if item is not None:
            signal.emit(str(item.data(_DATA)))  # type: ignore[attr-defined]

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        told = N_(
            "Issuing freezes figures, quotes and words: it prints the same for ever, and later reports compare with it."
        )
        self._lead.setText(_(told))
        self._name.setPlaceholderText(_("Name, such as 2026 Q3"))
        self._name.setAccessibleName(_("Name of the issued report"))
        self._issue.setText(_("Issue"))
        self._print.setText(_("Print again…"))
        self._withdraw.setText(_("Withdraw"))
        self._list.setAccessibleName(_("Issued reports"))
