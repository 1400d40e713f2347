"""The grid of verbatims: a table of a million rows painted a row at a time, driven by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QMenu, QTableView, QWidget

from annotate.messages import N_, _
from annotate.sorting import Sort
from annotate.verbatims import Field
from ui.actions import GRID, Actions
from ui.delegates.row_painter import Column, Look, Place, RowPainter
from ui.models import dragging
from ui.models.verbatim_table import VerbatimTable

_HEADS = {
    Column.TICK: "",
    Column.GROUP: N_("Count"),
    Column.QUESTION: N_("Question"),
    Column.TEXT: N_("Answer (identical ones folded)"),
    Column.CODES: N_("Codes (filled: decided, outlined: suggested)"),
    Column.STATUS: N_("Status"),
}
_WIDTHS = {
    Column.TICK: 30,
    Column.GROUP: 62,
    Column.QUESTION: 110,
    Column.TEXT: 420,
    Column.CODES: 300,
    Column.CONTEXT: 84,
    Column.STATUS: 96,
}
_LEAST_ROOM = 360
_TEXT_SHARE = 0.57
"""Of the room for answer and codes together, the part of the answer."""
_CONTEXT_SHOWN = 3
"""Context columns shown at first; the others are in the menu of columns."""
_SORTS = {
    Column.GROUP: "group",
    Column.TEXT: "length",
    Column.CONTEXT: "field",
    Column.CODES: "sure",
    Column.STATUS: "status",
    Column.QUESTION: "question",
}
_FALLING = ("group", "sure")


class VerbatimGrid(QTableView):
    """Rows of answers. Emits what the keys mean; knows nothing of projects."""

    current_changed = Signal(int)
    digit_typed = Signal(str)
    backspaced = Signal()
    sort_asked = Signal(object)
    columns_chosen = Signal(object)
    code_dropped = Signal(int)

    def __init__(self, table: VerbatimTable, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._actions = actions
        self._fields: list[Field] = []
        self._columns: list[tuple[Column, int]] = []
        self._hidden: set[int] = set()
        self._shown_names: list[str] | None = None
        self._pressed: QPoint | None = None
        self._several = False
        self._sort = Sort()
        self._anchor = 0
        self.painter_of_rows = RowPainter()
        self.setObjectName("grid")
        self.setModel(table)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setMinimumSectionSize(24)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        # Its own empty selection: otherwise every change of selection is laid out section by section.
        head.setSelectionModel(QItemSelectionModel(table, head))
        head.sectionResized.connect(lambda *_: self.viewport().update())
        head.sectionDoubleClicked.connect(self._sort_by)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        head.customContextMenuRequested.connect(self.choose_columns)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setItemDelegate(self.painter_of_rows)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        # All of it is painted here: what scrolls is moved, and only the row that comes in is painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        table.modelReset.connect(self._on_reset)
        self.use_font(self.font())
        self.set_fields([])
        self.retranslate()

    # Columns

    def use_font(self, font: QFont) -> None:
        """Take a font; all rows keep one height."""
        self.setFont(font)
        self.painter_of_rows.use_font(font)
        self.verticalHeader().setMinimumSectionSize(8)
        self.verticalHeader().setDefaultSectionSize(self.painter_of_rows.row_height())
        self.viewport().update()

    def set_fields(self, fields: list[Field]) -> None:
        """Show these columns of the client between codes and status; scores and categories first."""
        self._fields = fields
        order = sorted(range(len(fields)), key=lambda n: (fields[n].role != "score", fields[n].kind == "text", n))
        self._columns = [(Column.TICK, -1), (Column.GROUP, -1), (Column.QUESTION, -1), (Column.TEXT, -1)]
        self._columns.append((Column.CODES, -1))
        self._columns += [(Column.CONTEXT, n) for n in order]
        self._columns.append((Column.STATUS, -1))
        self._tell_titles()
        shown = self._shown_names
        self._hidden = (
            set(order[_CONTEXT_SHOWN:])
            if shown is None
            else {at for at, field in enumerate(fields) if field.name not in shown}
        )
        head = self.horizontalHeader()
        for section, (column, field) in enumerate(self._columns):
            self.setColumnWidth(section, _WIDTHS[column])
            hidden = column is Column.CONTEXT and field in self._hidden
            head.setSectionHidden(section, hidden or (column is Column.QUESTION and not self._several))
            fixed = column is Column.TICK
            head.setSectionResizeMode(
                section, QHeaderView.ResizeMode.Fixed if fixed else QHeaderView.ResizeMode.Interactive
            )
        self._fit()

    def show_questions(self, names: dict[int, str]) -> None:
        """Show which question each row answers; nothing where there is only one to tell."""
        self.painter_of_rows.questions = names
        self._several = len(names) > 1
        self.setColumnHidden(self._columns.index((Column.QUESTION, -1)), not self._several)
        self._fit()
        self.viewport().update()

    def _tell_titles(self) -> None:
        self._table.set_titles([self._title_of(section) for section in range(len(self._columns))])

    def _title_of(self, section: int) -> str:
        column, field = self._columns[section]
        title = self._fields[field].name if column is Column.CONTEXT else _(_HEADS[column])
        by = _SORTS.get(column)
        if by == self._sort.by and (by != "field" or self._fields[field].id == self._sort.field):
            title += " ▼" if self._sort.descending else " ▲"
        return title

    def choose_columns(self) -> None:
        """Open the menu of the client's columns, to show or hide each."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, (column, field) in enumerate(self._columns):
            if column is Column.CONTEXT:
                action = menu.addAction(self._fields[field].name.replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(not self.isColumnHidden(section))
                action.toggled.connect(lambda on, at=section: self._show_column(at, on))
        if menu.isEmpty():
            menu.addAction(_("The answers came without other columns")).setEnabled(False)
        menu.popup(self.cursor().pos())

    def show_columns(self, names: list[str] | None) -> None:
        """Show these columns of the client; None: the first few."""
        self._shown_names = names
        self.set_fields(self._fields)

    def _show_column(self, section: int, on: bool) -> None:
        self.setColumnHidden(section, not on)
        self._shown_names = [
            self._fields[field].name
            for at, (column, field) in enumerate(self._columns)
            if column is Column.CONTEXT and not self.isColumnHidden(at)
        ]
        self._hidden = {at for at, field in enumerate(self._fields) if field.name not in self._shown_names}
        self._fit()
        self.columns_chosen.emit(self._shown_names)

    def _sort_by(self, section: int) -> None:
        column, field = self._columns[section]
        by = _SORTS.get(column, "id")
        field_id = self._fields[field].id if column is Column.CONTEXT else None
        if column is Column.CONTEXT and self._fields[field].kind == "text":
            return
        same = self._sort.by == by and self._sort.field == field_id
        self._sort = Sort(by, field_id, descending=not self._sort.descending if same else by in _FALLING)
        self._tell_titles()
        self.sort_asked.emit(self._sort)

    def _fit(self) -> None:
        """Share out the room that the other columns leave between answer and codes."""
        sections = [n for n in range(len(self._columns)) if not self.isColumnHidden(n)]
        taken = sum(self.columnWidth(n) for n in sections if self._columns[n][0] not in (Column.TEXT, Column.CODES))
        room = max(_LEAST_ROOM, self.viewport().width() - taken)
        for section in sections:
            if self._columns[section][0] is Column.TEXT:
                self.setColumnWidth(section, int(room * _TEXT_SHARE))
            elif self._columns[section][0] is Column.CODES:
                self.setColumnWidth(section, room - int(room * _TEXT_SHARE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    # Moving

    def current_row(self) -> int:
        """Return the row under the keys; -1 where there is none."""
        return self.currentIndex().row()

    def go(self, row: int) -> None:
        """Put the keys on a row and show it."""
        rows = self._table.rowCount()
        if rows:
            row = max(0, min(rows - 1, row))
            self._anchor = row
            self.setCurrentIndex(self._table.index(row, 0))

    def last_visible(self) -> int:
        """Return the last row on the screen; -1 where there is none."""
        last = self.rowAt(self.viewport().height() - 1)
        return last if last >= 0 else self._table.rowCount() - 1

    def _on_reset(self) -> None:
        if self._table.rowCount() and self.current_row() < 0:
            self.go(0)
        elif not self._table.rowCount():
            self.current_changed.emit(-1)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            for row in (previous.row(), current.row()):
                self._paint_again(row, row)
            self.current_changed.emit(current.row())

    def dataChanged(
        self,
        first: QModelIndex | QPersistentModelIndex,
        last: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Paint the rows that changed: Qt's own would paint every row on the screen for one."""
        if QAccessible.isActive():
            super().dataChanged(first, last, list(roles))
        else:
            self._paint_again(first.row(), last.row())

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll down or up to a row, never sideways."""
        across = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(across)

    # Keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        text = event.text()
        if plain and len(text) == 1 and text.isdecimal() and text.isascii():
            self.digit_typed.emit(text)
        elif plain and event.key() == Qt.Key.Key_Backspace:
            self.backspaced.emit()
        elif (action := self._actions.page_action(GRID, event)) is not None:
            self._actions.run(action)
        elif text and text.isprintable():
            event.ignore()  # never Qt's own search by typing: it would read a million rows
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Leave Tab to opening a group; Shift+Tab leaves the grid."""
        return False if forward else super().focusNextPrevChild(forward)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.rowAt(event.position().toPoint().y())
        if row < 0 or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        column = self.columnAt(event.position().toPoint().x())
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            anchor = self._anchor
            self._table.tick(anchor, row)
            self.setCurrentIndex(self._table.index(row, 0))
        elif modifiers & Qt.KeyboardModifier.ControlModifier or column == 0:
            self._table.tick(row, row, not self._table.is_ticked(row))
            self.go(row)
        else:
            self._pressed = event.position().toPoint()
            self.go(row)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the ticked rows, else the one pressed on; nothing is selected by it."""
        at = event.position().toPoint()
        far = self._pressed is not None and (at - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if not far or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        self._pressed = None
        drag = QDrag(self)
        drag.setMimeData(dragging.of_rows())
        drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        super().mouseReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dragging.code_in(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if dragging.code_in(event.mimeData()) is not None and self.rowAt(event.position().toPoint().y()) >= 0:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take a code dragged from the frame: on a ticked row for all ticked ones, else for the row under it."""
        row = self.rowAt(event.position().toPoint().y())
        code = dragging.code_in(event.mimeData())
        if row < 0 or code is None:
            return
        if not self._table.is_ticked(row):
            self._table.tick_all(False)
            self.go(row)
        event.acceptProposedAction()
        self.code_dropped.emit(code)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), self.palette().base())
        rows = self._table.rowCount()
        first = self.rowAt(max(0, event.rect().top()))
        if not rows or first < 0:
            return
        last = self.rowAt(event.rect().bottom())
        last = rows - 1 if last < 0 else last
        height = self.rowHeight(first)
        top = self.rowViewportPosition(first)
        places = self._places()
        across = -self.horizontalOffset()
        width = max(self.viewport().width(), self.horizontalHeader().length() + across)
        current, focused = self.current_row(), self.hasFocus()
        for row in range(first, last + 1):
            rect = QRectF(0, top, width, height - 1)
            look = Look(row == current, self._table.is_ticked(row), focused)
            self.painter_of_rows.paint_row(painter, rect, self._table.row(row), places, look)
            top += height

    def _paint_again(self, first: int, last: int) -> None:
        """Paint rows again that are on the screen, and no others: all of them take 5 ms."""
        if first >= 0:
            top = max(0, self.rowViewportPosition(first))
            bottom = min(self.viewport().height(), self.rowViewportPosition(last) + self.rowHeight(last))
            if top < bottom:
                self.viewport().update(0, top, self.viewport().width(), bottom - top)

    def _places(self) -> list[Place]:
        return [
            Place(column, self.columnViewportPosition(section), self.columnWidth(section), field)
            for section, (column, field) in enumerate(self._columns)
            if not self.isColumnHidden(section)
        ]

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.painter_of_rows.forget()
        self._tell_titles()
        self.viewport().update()
        self.setAccessibleName(_("Answers"))
