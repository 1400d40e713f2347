"""Lists of the Report page: headlines to edit, the basket, personal data to release, issued reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _, current, language_of
from annotate.privacy import TAGS
from reports.basket import Item
from reports.issue import Issued
from reports.release import Place
from reports.sections.press import Title

_DATA = Qt.ItemDataRole.UserRole


_AIR = 12
"""Pixels above what Qt asks for a wrapped text: in lines of two scripts the taller one counts, which it overlooks."""


class _Roomy(QStyledItemDelegate):
    """Gives wrapped texts the height of their tallest script."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        asked = super().sizeHint(option, index)
        return QSize(asked.width(), asked.height() + _AIR)


class _OwnWords(_Roomy):
    """Begins with the generated headline, so that it is changed and not written anew."""

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        super().setEditorData(editor, index)
        if isinstance(editor, QLineEdit) and not editor.text():
            editor.setText(str(index.model().index(index.row(), 0).data() or ""))


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
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.setItemDelegateForColumn(0, _Roomy(self._table))
        self._table.setItemDelegateForColumn(1, _OwnWords(self._table))
        self._table.setWordWrap(True)
        self._table.setTextElideMode(Qt.TextElideMode.ElideNone)
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
        self._filling = False

    def _on_item(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == 1:
            one = self._titles[item.row()]
            words = item.text().strip()
            if words == one.generated:  # opened and left as it was
                self._filling = True
                item.setText("")
                self._filling = False
                words = ""
            if words != (one.printed if one.edited else ""):
                self.edited.emit(one.key, one.generated, words)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._lead.setText(
            _("Double-click beside a headline to reword it. Your words are marked ✎; the generated ones are kept.")
        )
        self._table.setHorizontalHeaderLabels([_("Generated"), _("Yours")])
        self._table.setAccessibleName(_("Headlines"))


class BasketList(QWidget):
    """What was put into the basket. ``moved`` (from, to), ``removed``: places from 1; ``page_asked``: an own page.

    ``change_asked``: the own page of a place shall be changed. ``print_asked``: this report shall print it.
    """

    moved = Signal(int, int)
    removed = Signal(int)
    page_asked = Signal()
    change_asked = Signal(int)
    print_asked = Signal()

    def __init__(self, parent: QWidget | None = None, *, read_only: bool = False) -> None:
        super().__init__(parent)
        self._read_only = read_only
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._list = QListWidget()
        self._up, self._down, self._out, self._own, self._print, self._change = (QPushButton() for _ in range(6))
        self._pages: set[int] = set()
        self._print.setProperty("primary", True)
        self._print.clicked.connect(self.print_asked)
        self._print.hide()
        self._printed = False
        row = QHBoxLayout()
        for button in (self._up, self._down, self._change, self._out):
            row.addWidget(button)
        row.addStretch(1)
        self._change.clicked.connect(self._ask_change)
        self._list.itemActivated.connect(lambda _item: self._ask_change())
        self._list.currentRowChanged.connect(lambda _row: self._allow())
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._out.clicked.connect(self._take_out)
        self._own.clicked.connect(self.page_asked)
        lay = QVBoxLayout(self)
        lay.addWidget(self._lead)
        lay.addWidget(self._list, 1)
        lay.addLayout(row)
        foot = QHBoxLayout()
        foot.addWidget(self._own)
        foot.addStretch(1)
        foot.addWidget(self._print)
        lay.addLayout(foot)
        for button in (self._up, self._down, self._out, self._own):
            button.setHidden(read_only)
        self.retranslate()

    def show_items(self, items: Sequence[Item], said: Callable[[Item], str]) -> None:
        """Show the basket; ``said`` puts a thing into words."""
        at = self._list.currentRow()
        self._list.clear()
        for one in items:
            self._list.addItem(f"{one.place}   {said(one)}")
        self._list.setCurrentRow(min(max(at, 0), len(items) - 1))
        self._pages = {one.place for one in items if one.page is not None}
        self._allow()
        self.tell_printed(printed=self._printed)

    def tell_printed(self, *, printed: bool) -> None:
        """Offer to print the basket where this report does not yet."""
        self._printed = printed
        self._print.setVisible(bool(self._list.count()) and not printed)

    def _allow(self) -> None:
        row, count = self._list.currentRow(), self._list.count()
        self._up.setEnabled(row > 0)
        self._down.setEnabled(0 <= row < count - 1)
        self._out.setEnabled(0 <= row < count)
        self._change.setVisible(bool(self._pages) and not self._read_only)
        self._change.setEnabled(row + 1 in self._pages)

    def _ask_change(self) -> None:
        if self._list.currentRow() + 1 in self._pages:
            self.change_asked.emit(self._list.currentRow() + 1)

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
            _("P on the Insights page puts a chart, table or quote here; pages of your own come from below.")
        )
        self._up.setText(_("Up"))
        self._down.setText(_("Down"))
        self._out.setText(_("Take out"))
        self._change.setText(_("Change the page…"))
        self._own.setText(_("Add a page of your own…"))
        self._print.setText(_("Print the basket in this report"))
        self._list.setAccessibleName(_("Report basket"))


def _kind(place: Place) -> str:
    chinese, other = TAGS[place.kind]
    return chinese if language_of(current()) == "zh_CN" else other


class PersonalData(QWidget):
    """Possible personal data in what is quoted. ``decided``: place, whether it is released, and why."""

    decided = Signal(object, bool, str)

    def __init__(self, parent: QWidget | None = None, *, read_only: bool = False) -> None:
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
        for one in (self._why, self._release, self._mask):
            one.setHidden(read_only)
        self._places: list[Place] = []
        self.retranslate()
        self._allow()

    def show_places(self, places: Sequence[Place]) -> None:
        """Show the places, each with the words around it."""
        self._places = list(places)
        self.retranslate()

    def _fill(self) -> None:
        at, places = self._list.currentRow(), self._places
        self._list.clear()
        for one in places:
            state = (
                _("released by {name}: {reason}").format(name=one.coder, reason=one.reason)
                if one.released
                else _("masked")
            )
            text = " ".join(f"{one.before}【{one.characters}】{one.after}".split())
            where = _("Own page, place {n}").format(n=one.page) if one.page else one.reference
            self._list.addItem(QListWidgetItem(f"{where}  {_kind(one)}  ·  {state}\n{text}"))
        self._list.setCurrentRow(min(max(at, 0), len(places) - 1))
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
        told = _(
            "Possible personal data in quotes and own pages: {n}. Masked unless a named person releases it. "
            "Names and addresses are not found: look yourself."
        )
        self._lead.setText(told.format(n=n) if n else _("No personal data was found in what this report quotes."))
        self._why.setPlaceholderText(_("Why may it be printed?"))
        self._why.setAccessibleName(_("Why may it be printed?"))
        self._release.setText(_("Release"))
        self._mask.setText(_("Mask again"))
        self._list.setAccessibleName(_("Possible personal data"))
        self._fill()


class IssuedList(QWidget):
    """Issued reports. ``issue_asked`` with a name; ``print_asked`` and ``withdraw_asked`` with the name of one."""

    issue_asked = Signal(str)
    print_asked = Signal(str)
    withdraw_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, read_only: bool = False) -> None:
        super().__init__(parent)
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._name = QLineEdit()
        self._issue, self._print, self._withdraw = QPushButton(), QPushButton(), QPushButton()
        self._list = QListWidget()
        self._empty = QLabel()
        self._empty.setObjectName("muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._list.hide()
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
        lay.addWidget(self._empty, 1)
        lay.addLayout(foot)
        self._issue.clicked.connect(lambda: self.issue_asked.emit(self._name.text().strip()))
        self._print.clicked.connect(lambda: self._emit(self.print_asked))
        self._withdraw.clicked.connect(lambda: self._emit(self.withdraw_asked))
        self._name.textChanged.connect(lambda text: self._issue.setEnabled(bool(text.strip())))
        self._issue.setEnabled(False)
        for one in (self._name, self._issue, self._withdraw):
            one.setHidden(read_only)
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
        self._list.setVisible(bool(issued))
        self._empty.setVisible(not issued)
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
        self._empty.setText(
            _("Nothing is issued yet. Read the preview to its end, give the report a name above, and issue it.")
        )
        self._print.setText(_("Print again…"))
        self._withdraw.setText(_("Withdraw"))
        self._list.setAccessibleName(_("Issued reports"))
