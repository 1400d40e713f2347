"""The verbatims of the grid: a vector of ids, blocks of rows fetched by id, ticks. Never waits for the file."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from annotate.verbatims import VerbatimRow

Index = QModelIndex | QPersistentModelIndex
Rows = list[VerbatimRow]
Fetch = Callable[[Hashable, list[int], Callable[[Rows], None]], None]
"""(key, ids, deliver): read these rows off the UI thread; a later fetch of the same key drops the earlier."""

BLOCK = 64
"""Rows read at a time, about two screens: just after opening, 128 took 50 ms of the processor."""
KEPT = 128
"""Blocks kept: 8,192 rows around where the eye was."""
_AT_ONCE = 3
"""Blocks asked for at a time: while a scroll bar is dragged only the newest are worth reading."""


class VerbatimTable(QAbstractTableModel):
    """One row a verbatim (or a group of identical ones), one column: the row itself, painted whole."""

    ticks_changed = Signal()
    rows_arrived = Signal()

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._ticks: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._ticked = 0
        self._blocks: OrderedDict[int, list[VerbatimRow | None]] = OrderedDict()
        self._where: dict[int, int] = {}
        self._asked: set[int] = set()
        self._wanted: list[int] = []
        self._stale: set[int] = set()
        self._touched: set[int] = set()
        self._epoch = 0
        self._changes = 0
        self._titles: list[str] = [""]
        self._columns = 1
        self._dispatch = QTimer(self, singleShot=True, interval=0)
        self._dispatch.timeout.connect(self._ask)

    # Which rows

    @property
    def ids(self) -> NDArray[np.int64]:
        """Return the ids shown, int64, in order; not to be written to."""
        return self._ids

    def set_ids(self, ids: NDArray[np.int64]) -> None:
        """Show these ids. What they begin with in common with those shown stays where it is, so that nothing jumps."""
        least = min(len(ids), len(self._ids))
        apart = np.flatnonzero(ids[:least] != self._ids[:least])
        same = int(apart[0]) if apart.size else least
        if same:
            self._cut_to(same)
            self._add(ids)
            return
        ticked = self._ids[self._ticks] if self._ticked else None
        self.beginResetModel()
        self._ids = ids
        self._ticks = np.zeros(len(ids), np.bool_) if ticked is None else np.isin(ids, ticked)
        self._ticked = int(self._ticks.sum())
        self._blocks.clear()
        self._where.clear()
        self._asked.clear()
        self._wanted.clear()
        self._stale.clear()
        self._touched.clear()
        self._epoch += 1
        self.endResetModel()
        self.ticks_changed.emit()

    def _cut_to(self, rows: int) -> None:
        """Take off the rows behind the first ones."""
        if rows == len(self._ids):
            return
        self.beginRemoveRows(QModelIndex(), rows, len(self._ids) - 1)
        gone = {int(one) for one in self._ids[rows:][: KEPT * BLOCK]}
        self._where = {one: row for one, row in self._where.items() if row < rows}
        self._touched -= gone
        self._ids, self._ticks = self._ids[:rows], self._ticks[:rows].copy()
        self._ticked = int(self._ticks.sum())
        self._forget_from(rows)
        self.endRemoveRows()
        self.ticks_changed.emit()

    def _add(self, ids: NDArray[np.int64]) -> None:
        """Show more rows behind those shown."""
        before = len(self._ids)
        if len(ids) == before:
            return
        self.beginInsertRows(QModelIndex(), before, len(ids) - 1)
        self._ids = ids
        self._ticks = np.concatenate([self._ticks, np.zeros(len(ids) - before, np.bool_)])
        self._forget_from(before)
        self.endInsertRows()

    def _forget_from(self, row: int) -> None:
        """Let go of blocks from this row on: they hold other rows now. What is under way is read for nothing."""
        first, part = divmod(row, BLOCK)
        if part and first in self._blocks:
            # The block in the middle keeps the rows that stay, or the screen would flicker.
            kept = self._blocks[first][:part]
            self._blocks[first] = [*kept, *([None] * (min(BLOCK, len(self._ids) - first * BLOCK) - part))]
            self._stale.add(first)
        self._blocks = OrderedDict((block, rows) for block, rows in self._blocks.items() if block * BLOCK < row)
        self._stale = {block for block in self._stale if block in self._blocks}
        # Rows that stay may be on the screen, and nothing paints them again because more came behind them.
        again = [block for block in (*self._asked, *self._wanted) if block * BLOCK < row]
        self._asked.clear()
        self._wanted.clear()
        self._epoch += 1
        for block in again:
            self._want(block)
        self._read_touched()

    def set_titles(self, titles: list[str]) -> None:
        """Set what the header shows; the content of all columns is painted from the row."""
        self._titles = titles
        if len(titles) != self._columns:
            self.beginResetModel()
            self._columns = len(titles)
            self.endResetModel()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)

    def id_at(self, row: int) -> int | None:
        """Return the verbatim of a row."""
        return int(self._ids[row]) if 0 <= row < len(self._ids) else None

    def row_of(self, verbatim: int) -> int | None:
        """Return where a verbatim is shown, or None."""
        if verbatim in self._where:
            return self._where[verbatim]
        found = np.flatnonzero(self._ids == verbatim)
        return int(found[0]) if len(found) else None

    def first_of(self, verbatims: Sequence[int]) -> int | None:
        """Return the first row that shows one of these, or None; where some are near the eye, the first of those."""
        near = [self._where[one] for one in verbatims if one in self._where]
        if near:
            return min(near)
        rows = np.flatnonzero(np.isin(self._ids, np.array(verbatims, np.int64)))
        return int(rows[0]) if len(rows) else None

    def row(self, number: int) -> VerbatimRow | None:
        """Return a row if it is at hand; ask for its block otherwise."""
        if not 0 <= number < len(self._ids):
            return None
        block, place = divmod(number, BLOCK)
        rows = self._blocks.get(block)
        if rows is None or block in self._stale:
            self._want(block)
        if rows is None:
            return None
        self._blocks.move_to_end(block)
        return rows[place]

    # Fetching

    @property
    def waiting(self) -> bool:
        """Whether rows that were looked at are still being read."""
        return self._dispatch.isActive() or bool(self._asked or self._touched)

    def _want(self, block: int) -> None:
        if block in self._asked:
            return
        if block in self._wanted:
            self._wanted.remove(block)
        self._wanted.append(block)
        if not self._dispatch.isActive():
            self._dispatch.start()

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted[-_AT_ONCE:], []
        for block in wanted:
            self._asked.add(block)
            self._stale.discard(block)
            ids = [int(one) for one in self._ids[block * BLOCK : (block + 1) * BLOCK]]
            self._fetch(("rows", block), ids, self._receiver(block, ids))

    def _receiver(self, block: int, ids: list[int]) -> Callable[[Rows], None]:
        epoch, changes = self._epoch, self._changes

        def receive(rows: Rows) -> None:
            if epoch != self._epoch:
                return
            self._asked.discard(block)
            if changes != self._changes:
                # Something was committed while this was read: show it, but read again.
                self._stale.add(block)
            self._take(block, ids, rows)

        return receive

    def _take(self, block: int, ids: list[int], rows: Rows) -> None:
        found = {one.id: one for one in rows}
        self._blocks[block] = [found.get(one) for one in ids]
        self._blocks.move_to_end(block)
        first = block * BLOCK
        for place, one in enumerate(ids):
            self._where[one] = first + place
        while len(self._blocks) > KEPT:
            gone, _ = self._blocks.popitem(last=False)
            for one in self._ids[gone * BLOCK : (gone + 1) * BLOCK]:
                self._where.pop(int(one), None)
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(ids) - 1, self._columns - 1))
        self.rows_arrived.emit()

    def refresh(self, verbatims: Sequence[int] | None = None) -> None:
        """Read again what a change touched; None: everything. The old rows stay until the new ones are there."""
        self._changes += 1
        if verbatims is None:
            self._stale.update(self._blocks)
            self._where = {one: row for one, row in self._where.items() if row // BLOCK in self._blocks}
            if len(self._ids):
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, self._columns - 1))
            return
        self._touched.update(one for one in verbatims if one in self._where)
        self._read_touched()

    def _read_touched(self) -> None:
        """Read the rows again that changed; what a change of the list made void in between is asked for anew."""
        if not self._touched:
            return
        epoch, asked = self._epoch, sorted(self._touched)

        def receive(rows: Rows) -> None:
            if epoch != self._epoch:
                return
            self._touched.difference_update(asked)
            for one in rows:
                self._patch(one)
            self.rows_arrived.emit()

        self._fetch(("rows", "touched"), asked, receive)

    def _patch(self, row: VerbatimRow) -> None:
        number = self._where.get(row.id)
        if number is None:
            return
        block, place = divmod(number, BLOCK)
        rows = self._blocks.get(block)
        if rows is not None:
            rows[place] = row
            self.dataChanged.emit(self.index(number, 0), self.index(number, self._columns - 1))

    # Ticks

    @property
    def ticked(self) -> int:
        """Return how many rows are ticked."""
        return self._ticked

    @property
    def all_ticked(self) -> bool:
        """Whether every row shown is ticked: a bulk action then takes the query, not a list of ids."""
        return 0 < self._ticked == len(self._ids)

    def ticked_ids(self) -> NDArray[np.int64]:
        """Return the ids of the ticked rows, in order."""
        return self._ids[self._ticks]

    def last_ticked(self) -> int:
        """Return the last ticked row; -1 where none is."""
        return int(np.flatnonzero(self._ticks)[-1]) if self._ticked else -1

    def is_ticked(self, row: int) -> bool:
        """Tell whether a row is ticked."""
        return bool(self._ticks[row]) if 0 <= row < len(self._ticks) else False

    def tick(self, first: int, last: int, on: bool = True) -> None:
        """Tick or untick the rows first…last."""
        first, last = max(0, min(first, last)), min(len(self._ids) - 1, max(first, last))
        if first > last:
            return
        part = self._ticks[first : last + 1]
        before = int(part.sum())
        part[:] = on
        self._ticked += (last + 1 - first if on else 0) - before
        self._told_ticks(first, last)

    def tick_all(self, on: bool = True) -> None:
        """Tick or untick every row."""
        if len(self._ids):
            self._ticks[:] = on
            self._ticked = len(self._ids) if on else 0
            self._told_ticks(0, len(self._ids) - 1)

    def _told_ticks(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, 0), [Qt.ItemDataRole.CheckStateRole])
        self.ticks_changed.emit()

    # Qt's view of it

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text for screen readers and the tick; the painter takes the whole row instead."""
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if self.is_ticked(index.row()) else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.row(index.row())
            return "" if row is None else row.text
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section] if section < len(self._titles) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
