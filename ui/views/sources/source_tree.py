"""The sources in a tree: five kinds of channel and people's own, each source with how good its data is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QFont, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from annotate.messages import N_, _
from annotate.quality import Quality
from ui import theme
from ui.views.fitting import give_way
from ui.views.sources import verdict
from ui.views.sources.kinds import BROUGHT, KINDS, kind_name
from ui.views.sources.reading import KnownSource

_HEADS = (
    N_("Source"), N_("Rows"), N_("Answers"), N_("Dates"), N_("Accuracy"), N_("Completeness"), N_("Timeliness"),
    N_("Repeats"), N_("Personal data"),
)  # fmt: skip
_FIRST_JUDGED = 4
_LESS_NEEDED = (3, 8, 7, 6, 5)
"""Columns that go first where there is no room: the pane beside the list tells them at length."""
_NAME_CHARACTERS = 26
_SOURCE = Qt.ItemDataRole.UserRole
_JUDGES = (verdict.accurate, verdict.complete, verdict.timely, verdict.repeated, verdict.personal)


class SourceTree(QTreeWidget):
    """``source_chosen``: the one at hand, None for all; ``rows_asked``: its answers shall be shown."""

    source_chosen = Signal(object)
    rows_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: Sequence[KnownSource] = ()
        self._items: dict[int, QTreeWidgetItem] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAllColumnsShowFocus(True)
        self.setIndentation(16)
        self.setColumnCount(len(_HEADS))
        head = self.header()
        head.setStretchLastSection(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setMinimumSectionSize(40)
        self.currentItemChanged.connect(lambda item, _before: self._on_chosen(item))
        self.itemActivated.connect(lambda item, _column: self._on_activated(item))
        self.retranslate()

    def show_sources(self, sources: Sequence[KnownSource]) -> None:
        """List the sources by kind; those that were judged before keep their verdicts until they are judged again."""
        kept = self.chosen()
        self._sources = sources
        self.blockSignals(True)
        self.clear()
        self._items.clear()
        own = dict.fromkeys(one.kind for one in sources if one.kind not in KINDS)
        for kind in (*KINDS, *sorted(own, key=lambda told: (not told, told))):
            inside = [one for one in sources if one.kind == kind]
            group = QTreeWidgetItem([kind_name(kind)])
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.addTopLevelItem(group)
            bold = QFont(self.font())
            bold.setBold(bool(inside))
            group.setFont(0, bold)
            group.setFirstColumnSpanned(True)
            if not inside:
                told = _("{kind}  –  none yet: {what}").format(kind=kind_name(kind), what=_(BROUGHT[kind]))
                group.setText(0, told)
                group.setForeground(0, QBrush(theme.colour("muted")))
            for one in inside:
                group.addChild(self._made(one))
            group.setExpanded(True)
        self.blockSignals(False)
        if sources:
            ids = [one.id for one in sources]
            self.setCurrentItem(self._items[kept if kept in self._items else ids[0]])

    def _made(self, one: KnownSource) -> QTreeWidgetItem:
        item = self._items[one.id] = QTreeWidgetItem([one.name, f"{one.records:,}"])
        item.setData(0, _SOURCE, one.id)
        item.setToolTip(0, one.name)
        for column in range(1, len(_HEADS)):
            right = column < _FIRST_JUDGED - 1
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(column, side | Qt.AlignmentFlag.AlignVCenter)
        for column in range(2, len(_HEADS)):
            item.setText(column, "…")
        return item

    def show_quality(self, source: int, told: Quality) -> None:
        """Show the verdicts on a source."""
        item = self._items.get(source)
        if item is None:
            return
        item.setText(2, f"{told.completeness.answered:,}")
        first, last = told.timeliness.first_ms, told.timeliness.last_ms
        item.setText(3, "–" if first is None or last is None else _dates(verdict.day(first), verdict.day(last)))
        for column, judge in enumerate(_JUDGES, _FIRST_JUDGED):
            found = judge(told)
            item.setText(column, found.text)
            item.setForeground(column, QBrush(theme.colour(found.token)))
        self._give_way()

    def _give_way(self) -> None:
        head = self.header()
        for column in _LESS_NEEDED:
            head.setSectionHidden(column, False)
        wide = {at: max(head.sectionSizeHint(at), self.sizeHintForColumn(at)) for at in range(1, len(_HEADS))}
        give_way(head, {0: self.columnWidth(0)} | wide, self.viewport().width(), _LESS_NEEDED)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def show_unknown(self, source: int) -> None:
        """Say that a source was not looked at to the end."""
        item = self._items.get(source)
        if item is not None:
            for column in range(2, len(_HEADS)):
                item.setText(column, "–")

    def chosen(self) -> int | None:
        """Return the id of the source at hand."""
        item = self.currentItem()
        told = item.data(0, _SOURCE) if item is not None else None
        return told if isinstance(told, int) else None

    def choose(self, source: int) -> None:
        """Put the cursor on a source."""
        if source in self._items:
            self.setCurrentItem(self._items[source])

    def _on_chosen(self, item: QTreeWidgetItem | None) -> None:
        told = item.data(0, _SOURCE) if item is not None else None
        if isinstance(told, int):
            self.source_chosen.emit(told)

    def _on_activated(self, item: QTreeWidgetItem) -> None:
        told = item.data(0, _SOURCE)
        if isinstance(told, int):
            self.rows_asked.emit(told)

    def retranslate(self) -> None:
        """Say everything in the language in use; the sources are listed anew by the page."""
        self.setHeaderLabels([_(head) for head in _HEADS])
        self.setColumnWidth(0, _NAME_CHARACTERS * self.fontMetrics().averageCharWidth())
        self.setAccessibleName(_("Sources by kind of channel"))


def _dates(first: str, last: str) -> str:
    """Return two days as short as they can be read: the year once where it is the same."""
    return first if first == last else f"{first} – {last[5:] if first[:4] == last[:4] else last}"
