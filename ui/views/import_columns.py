"""The columns of a file with what each is, why, and its first values; a role is chosen from a list."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotate.importing.roles import Role
from annotate.messages import N_, _
from ui import theme
from ui.views.fitting import give_way
from ui.views.import_look import Look
from ui.views.page_parts import cell, table

ROLES: dict[Role, str] = {
    Role.TEXT: N_("answer text"),
    Role.ID: N_("id of the row"),
    Role.RESPONDENT: N_("respondent"),
    Role.QUESTION: N_("question"),
    Role.WAVE: N_("wave"),
    Role.DATE: N_("date"),
    Role.SCORE: N_("score"),
    Role.WEIGHT: N_("weight"),
    Role.ASKED: N_("was asked (0/1)"),
    Role.CHANNEL: N_("channel"),
    Role.TOUCHPOINT: N_("touchpoint"),
    Role.LANGUAGE: N_("language"),
    Role.SEGMENT: N_("column to look at"),
    Role.CODE: N_("code given earlier"),
    Role.SENTIMENT: N_("sentiment given earlier"),
    Role.IGNORE: N_("leave out"),
}
_HEADS = (N_("Column"), N_("What it is"), N_("Why"), N_("First values"))
_NAME, _ROLE, _WHY = range(3)
_CHARACTERS = (26, 26, 34, 20)
_STORED = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex


class _RoleChoice(QStyledItemDelegate):
    """Shows a role like the closed list that it is; the list itself is made when somebody opens it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        side = 12
        box = option.rect
        icon = theme.icon("chevron-dark" if theme.is_dark() else "chevron-light")
        icon.paint(painter, box.right() - side - 5, box.center().y() - side // 2, side, side)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        box = QComboBox(parent)
        for role, words in ROLES.items():
            box.addItem(_(words), role.value)
        box.setAccessibleName(_("What it is"))
        box.activated.connect(lambda _at: self._done(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    def _done(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(_STORED)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        if isinstance(editor, QComboBox) and editor.currentData() != index.data(_STORED):
            model.setData(index, editor.currentData(), _STORED)


class ColumnsTable(QTableWidget):
    """``role_given``: a column's name and the role that a person gave it; ``name_given``: its name and another."""

    role_given = Signal(str, object)
    name_given = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADS), parent)
        like = table(len(_HEADS), stretch=len(_HEADS) - 1)
        self.setSelectionBehavior(like.selectionBehavior())
        self.setSelectionMode(like.selectionMode())
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        like.deleteLater()
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self._choice = _RoleChoice(self)
        self.setItemDelegateForColumn(_ROLE, self._choice)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        self.itemChanged.connect(self._on_item)
        self.clicked.connect(self._on_click)
        self.setAccessibleName(_("Columns of the file"))
        self._fit()

    def _fit(self) -> None:
        wide = self.fontMetrics().averageCharWidth()
        asked = {column: characters * wide for column, characters in enumerate(_CHARACTERS)}
        room = self.viewport().width()
        give_way(self.horizontalHeader(), asked, room, (_WHY,))
        shown = [column for column in asked if not self.isColumnHidden(column)]
        share = min(1.0, room / sum(asked[column] for column in shown))
        for column in shown[:-1]:
            self.setColumnWidth(column, int(asked[column] * share))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def show_look(self, look: Look) -> None:
        """List the columns as they were seen; the cursor and the place stay where the columns do."""
        at, scrolled = self.currentRow(), self.verticalScrollBar().value()
        self.blockSignals(True)
        columns = look.preview.columns
        self.setRowCount(len(columns))
        bold = QFont(self.font())
        bold.setBold(True)
        for row, column in enumerate(columns):
            role, reason = look.roles[column.name], look.reasons[column.name]
            name = cell(column.name, tip=column.text or column.name)
            shown = QTableWidgetItem(_(ROLES[role]))
            shown.setData(_STORED, role.value)
            why = cell(reason.words)
            if not reason.chosen:
                why.setForeground(QBrush(theme.colour("muted")))
            example = cell(look.examples[column.name])
            if role is Role.TEXT:
                name.setFont(bold)
                shown.setFont(bold)
            if role is Role.IGNORE:
                for one in (name, example):
                    one.setForeground(QBrush(theme.colour("muted")))
            name.setData(_STORED, column.name)
            for place, item in enumerate((name, shown, why, example)):
                if place > _ROLE:
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.setItem(row, place, item)
        self.blockSignals(False)
        if 0 <= at < self.rowCount():
            self.setCurrentCell(at, _ROLE)
            self.verticalScrollBar().setValue(scrolled)
        elif self.rowCount():
            self.setCurrentCell(0, _ROLE)
        self.viewport().update()

    def show_roles(self, roles: Mapping[str, Role]) -> None:
        """Show roles at once that a person changed, before the file was looked at again."""
        self.blockSignals(True)
        for row in range(self.rowCount()):
            name, shown = self.item(row, 0), self.item(row, _ROLE)
            role = roles.get(name.text()) if name is not None else None
            if role is not None and shown is not None:
                shown.setData(_STORED, role.value)
                shown.setText(_(ROLES[role]))
        self.blockSignals(False)

    def _on_item(self, item: QTableWidgetItem) -> None:
        name = self.item(item.row(), _NAME)
        if item.column() == _NAME and item.text().strip() != item.data(_STORED):
            self.name_given.emit(item.data(_STORED), " ".join(item.text().split()))
        elif item.column() == _ROLE and name is not None:
            self.role_given.emit(name.text(), Role(item.data(_STORED)))

    def _on_click(self, index: QModelIndex) -> None:
        if index.column() == _ROLE and self.state() != QAbstractItemView.State.EditingState:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the list of roles by Enter or Space; the arrows move over the columns."""
        opens = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if opens and self.currentRow() >= 0 and self.state() != QAbstractItemView.State.EditingState:
            self.edit(self.model().index(self.currentRow(), _ROLE))
            return
        super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setHorizontalHeaderLabels([_(head) for head in _HEADS])


class FirstRows(QTableWidget):
    """The first rows as they would be taken: what is left out is grey, the answers stand out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setWordWrap(False)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.setAccessibleName(_("First rows"))

    def show_look(self, look: Look) -> None:
        """Show the first rows with the roles as they are now; answers first, what is left out last."""
        columns = look.preview.columns
        order = sorted(range(len(columns)), key=lambda at: _rank(look.roles[columns[at].name]))[:_MOST_COLUMNS]
        rows = look.preview.rows
        self.clear()
        self.setRowCount(len(rows))
        self.setColumnCount(len(order))
        wide = self.fontMetrics().averageCharWidth()
        for place, at in enumerate(order):
            column, role = columns[at], look.roles[columns[at].name]
            head = cell(f"{column.name}\n{_(ROLES[role])}", tip=column.text or column.name)
            self.setHorizontalHeaderItem(place, head)
            self.setColumnWidth(place, (38 if role is Role.TEXT else 16) * wide)
            for row, values in enumerate(rows):
                told = values[at] if at < len(values) else None
                item = cell("" if told is None else str(told)[:_MOST_CHARACTERS])
                if role is Role.IGNORE:
                    item.setForeground(QBrush(theme.colour("muted")))
                self.setItem(row, place, item)


_MOST_COLUMNS, _MOST_CHARACTERS = 24, 300


def _rank(role: Role) -> int:
    return 0 if role is Role.TEXT else 2 if role is Role.IGNORE else 1
