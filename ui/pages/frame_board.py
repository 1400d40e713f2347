"""The code frame as a tree that can be rearranged: counts of people and mentions, share, answers to look at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMimeData, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeView, QWidget

from annotate.frame_preview import Count
from annotate.frames import Code
from annotate.messages import N_, _
from ui import theme
from ui.models.frame_tree import FrameTree, Index

MIME = "application/x-tingdong-codes"
_COLUMNS = (N_("Code"), N_("People"), N_("Mentions"), N_("Share"), N_("Re-check"))


# Put together once: the tree asks for them thousands of times while it is built.
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_CODE = _SHOWN | Qt.ItemFlag.ItemIsDragEnabled
_NET = _CODE | Qt.ItemFlag.ItemIsDropEnabled
_NOWHERE = Qt.ItemFlag.ItemIsDropEnabled


class FrameBoard(FrameTree):
    """Rows that can be dragged: ``moved`` tells (codes, net or None, the sibling before which they go or None)."""

    moved = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: Mapping[int, Count] = {}
        self._base = 0
        self.movable = True

    def set_told(self, counts: Mapping[int, Count], people: int) -> None:
        """Take the counts and how many people answered, the base of the share."""
        before, base, self._told, self._base = self._told, self._base, counts, people
        for code_id in self._codes:
            if base != people or before.get(code_id) != counts.get(code_id):
                self.dataChanged.emit(self.index_of(code_id, 1), self.index_of(code_id, len(_COLUMNS) - 1))

    @property
    def rechecks(self) -> bool:
        """Whether any answer waits for another look."""
        return any(one.recheck for one in self._told.values())

    def code_ids(self) -> list[int]:
        """Return the codes and nets shown, in order."""
        return list(self._codes)

    def siblings(self, code_id: int) -> list[int]:
        """Return what stands under the same net, itself too, in order."""
        code = self._codes[code_id]
        return self._children.get(code.parent_id if code.parent_id in self._codes else None, [])

    # Qt's view of it

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        above = int(parent.internalId()) if parent is not None and parent.isValid() else None
        children = self._children.get(above, [])
        if 0 <= row < len(children) and 0 <= column < len(_COLUMNS):
            return self.createIndex(row, column, children[row])
        return QModelIndex()

    def columnCount(self, parent: Index | None = None) -> int:
        return len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(_COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole and section > 0:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return _TIPS[section] and _(_TIPS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        code = self.code(index)
        if code is None:
            return None
        column = index.column()
        if column == 0:
            if role == Qt.ItemDataRole.DecorationRole and code.colour and QColor.isValidColorName(code.colour):
                patch = QPixmap(10, 10)
                patch.fill(QColor(code.colour))
                return QIcon(patch)
            return super().data(index, role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cell(code, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return theme.colour("unsure") if column == 4 else None if column == 1 else theme.colour("muted")
        if role == Qt.ItemDataRole.ToolTipRole:
            return super().data(index, role)
        return None

    def _cell(self, code: Code, column: int) -> str:
        told = self._told.get(code.id, Count())
        if column == 1:
            return f"{told.people:,}" if told.people else "·"
        if column == 2:
            return f"{told.mentions:,}" if told.mentions else ""
        if column == 3:
            return f"{100 * told.people / self._base:.1f} %" if told.people and self._base else ""
        return f"! {told.recheck:,}" if told.recheck else ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        code = self.code(index)
        if code is None:
            return _NOWHERE if self.movable else Qt.ItemFlag.NoItemFlags
        if not self.movable:
            return _SHOWN
        return _NET if code.is_net else _CODE

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = dict.fromkeys(code.id for one in indexes if (code := self.code(one)) is not None)
        data = QMimeData()
        data.setData(MIME, ",".join(map(str, ids)).encode())
        return data

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        above = self.code(parent)
        return self.movable and data.hasFormat(MIME) and (above is None or above.is_net)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        above = self.code(parent)
        ids = tuple(int(one) for one in bytes(data.data(MIME).data()).decode().split(",") if one)
        children = self._children.get(above.id if above else None, [])
        before = next((one for one in children[row:] if one not in ids), None) if row >= 0 else None
        self.moved.emit(ids, above.id if above else None, before)
        return False  # nothing is taken out of the model: it is built anew when the move is made


_TIPS = (
    "",
    N_("People with the code; a net counts each person once."),
    N_("Code × answer: an answer with two codes of a net is two mentions."),
    N_("Share of the people who answered."),
    N_("Answers coded before the meaning of the code changed, not looked at since."),
)


class BoardView(QTreeView):
    """The tree itself: several rows can be chosen, dragged, and moved by keys."""

    current_changed = Signal()

    def __init__(self, board: FrameBoard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board = board
        self.setModel(board)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QTreeView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setAllColumnsShowFocus(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setExpandsOnDoubleClick(False)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.fit_columns()
        self._shut: set[int] = set()
        self.expanded.connect(lambda index: self._shut.discard(int(index.internalId())))
        self.collapsed.connect(lambda index: self._shut.add(int(index.internalId())))
        self.selectionModel().currentChanged.connect(lambda *_both: self.current_changed.emit())

    def fit_columns(self) -> None:
        """Give the figures the width that they need; in a narrow tree the names come before the mentions."""
        # By hand: a header that measures all cells takes 40 ms for 200 codes each time the tree is built.
        measure = self.fontMetrics()
        self.setColumnHidden(4, not self.board.rechecks)
        names = self.viewport().width()
        for column in range(1, len(_COLUMNS)):
            head = str(self.board.headerData(column, Qt.Orientation.Horizontal))
            width = max(measure.horizontalAdvance(text) for text in (head, "123,456")) + 16
            self.setColumnWidth(column, width)
            names -= 0 if column == 4 and not self.board.rechecks else width
        self.setColumnHidden(2, names < 28 * measure.averageCharWidth())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_columns()

    def current(self) -> Code | None:
        """Return the code or net under the cursor."""
        return self.board.code(self.currentIndex())

    def chosen(self) -> tuple[int, ...]:
        """Return the codes and nets chosen, in order; what lies in a chosen net goes with it."""
        found = {code.id: code for one in self.selectionModel().selectedRows() if (code := self.board.code(one))}
        return tuple(one for one in self.board.code_ids() if one in found and found[one].parent_id not in found)

    def keep_place(self) -> tuple[list[int], tuple[int, ...]]:
        """Return where the cursor is, with the rows after and before it, and what is chosen: to come back to."""
        code, order = self.current(), self.board.code_ids()
        place = order.index(code.id) if code is not None and code.id in order else 0
        near = [*order[place:], *reversed(order[:place])] if code is not None else []
        return near, self.chosen()

    def come_back(self, place: tuple[list[int], tuple[int, ...]]) -> None:
        """Open what was open after the tree was built anew; go where the cursor was, or to the nearest that is left."""
        shut = set(self._shut)
        self.blockSignals(True)  # nobody opened these by hand
        self.expandAll()
        self.blockSignals(False)
        for one in shut:
            index = self.board.index_of(one)
            if index.isValid():
                self.setExpanded(index, False)
        near, chosen = place
        here = next((one for one in near if self.board.index_of(one).isValid()), None)
        if here is not None:
            self._put_cursor(self.board.index_of(here))
        selection = self.selectionModel()
        for one in chosen:
            index = self.board.index_of(one)
            if index.isValid():
                selection.select(index, selection.SelectionFlag.Select | selection.SelectionFlag.Rows)

    def go_to(self, code_id: int) -> None:
        """Put the cursor on a code."""
        index = self.board.index_of(code_id)
        if index.isValid():
            self._put_cursor(index)
            self.scrollTo(index)

    def go_to_first(self) -> None:
        """Put the cursor on the first row where it is nowhere."""
        if self.current() is None and self.board.rowCount():
            self._put_cursor(self.board.index(0, 0))

    def _put_cursor(self, index: QModelIndex) -> None:
        # The view's own setCurrentIndex toggles or extends while Ctrl or Shift is still held after a key.
        selection = self.selectionModel()
        flags = selection.SelectionFlag
        selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the page's keys: a tree would jump to a row that begins with them."""
        if event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)
