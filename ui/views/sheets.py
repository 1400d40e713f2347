"""The key sheet and the command palette, both made from the registry of actions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _
from ui.actions import Actions, Entry, shown_key

_TYPED = (
    (N_("digits"), N_("A code's number; it applies as soon as no other begins with it. Enter applies a shorter one.")),
    ("- = +", N_("After it: the sentiment of the last mention, as in 302-")),
    ("Ctrl+1…9", N_("Take the nth suggestion")),
)


class KeySheet(QDialog):
    """All keys on one sheet."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys"))
        groups: dict[str, list[Entry]] = {}
        for entry in actions.bound():
            if entry.group and entry.keys:
                groups.setdefault(entry.group, []).append(entry)
        lay = QHBoxLayout(self)
        lay.setSpacing(28)
        lay.setContentsMargins(20, 18, 20, 18)
        column = QVBoxLayout()
        lines = 0
        for group, entries in groups.items():
            if lines > 14:
                column.addStretch(1)
                lay.addLayout(column)
                column, lines = QVBoxLayout(), 0
            title = QLabel(_(group))
            title.setObjectName("heading")
            column.addWidget(title)
            column.addLayout(_grid([("  ".join(map(shown_key, one.keys)), _(one.text)) for one in entries]))
            column.addSpacing(10)
            lines += len(entries) + 2
        title = QLabel(_("Typing in the grid of answers"))
        title.setObjectName("heading")
        column.addWidget(title)
        column.addLayout(_grid([(_(key), _(words)) for key, words in _TYPED]))
        column.addStretch(1)
        lay.addLayout(column)


def _grid(lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(1, 1)
    for number, (key, words) in enumerate(lines):
        shown = QLabel(key)
        shown.setObjectName("key")
        told = QLabel(words)
        grid.addWidget(shown, number, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(told, number, 1)
    return grid


class Palette(QDialog):
    """Type a few letters of what to do."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Command palette"))
        self.resize(460, 380)
        self._actions = actions
        self._field = QLineEdit()
        self._field.setPlaceholderText(_("What would you like to do?"))
        self._field.textChanged.connect(self._find)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.itemClicked.connect(lambda _item: self._run())
        lay = QVBoxLayout(self)
        lay.addWidget(self._field)
        lay.addWidget(self._list, 1)
        self._find("")
        self._field.setFocus()

    def _find(self, typed: str) -> None:
        wanted = typed.strip().casefold()
        self._list.clear()
        for entry in self._actions.bound():
            if not entry.group or entry.id == "palette":
                continue
            words = _(entry.text)
            if wanted in words.casefold() or wanted in entry.text.casefold():
                key = f"      {shown_key(entry.keys[0])}" if entry.keys else ""
                item = QListWidgetItem(words + key)
                item.setData(Qt.ItemDataRole.UserRole, entry.id)
                self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _run(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.accept()
            self._actions.run(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self._field:
            row = self._list.currentRow()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self._list.setCurrentRow(max(0, min(self._list.count() - 1, row + step)))
                return True
        return super().eventFilter(watched, event)
