"""The command palette, made from the registry of actions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from annotate.messages import _
from ui.actions import Actions


class Palette(QDialog):
    """Type a few letters of what to do."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Command palette"))
        wide, high = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.resize(max(460, 66 * wide), max(380, 22 * high))
        self._actions = actions
        self._field = QLineEdit()
        self._field.setPlaceholderText(_("What would you like to do?"))
        self._field.setAccessibleName(_("What would you like to do?"))
        self._field.textChanged.connect(self._find)
        self._field.installEventFilter(self)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setAccessibleName(_("Command palette"))
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
        found = []
        for entry in self._actions.bound():
            if not entry.group or entry.id == "palette":
                continue
            words = _(entry.text)
            said = (words.casefold(), entry.text.casefold())
            if any(wanted in one for one in said):
                found.append((wanted not in said, not any(one.startswith(wanted) for one in said), words, entry))
        # What is typed in full comes first, then what begins so: the page Rules before the rules in other actions.
        for _whole, _begins, words, entry in sorted(found, key=lambda one: one[:2]):
            key = self._actions.shown(entry.id)
            item = QListWidgetItem(f"{words}      {key}" if key else words)
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
