"""The code picker: two or three letters find any code; the input method stays off until it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotate.frame_names import Why
from annotate.frames import Code
from annotate.messages import _
from ui.models import code_index
from ui.models.code_index import Entry
from ui.models.code_names import CodeNames
from ui.models.frame_tree import name_of
from ui.views.name_likes import sentence

_SHOWN = 12


class CodePicker(QFrame):
    """A small pane over the page. Enter gives the code and closes; Shift+Enter gives it and stays.

    Below what fits stand codes whose names are only like what is typed, and the offer of a new code (``new_asked``: its
    name).
    """

    picked = Signal(int)
    closed = Signal()
    new_asked = Signal(str)

    def __init__(self, parent: QWidget, names: CodeNames) -> None:
        super().__init__(parent)
        self._names = names
        self.can_make = True
        self.setObjectName("popup")
        self._over = parent
        self._entries: Sequence[Entry] = ()
        self._likely: Mapping[int, float] = {}
        self._field = QLineEdit()
        self._field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._field.textChanged.connect(self._find)
        self._field.installEventFilter(self)
        self._chinese = QPushButton("中")
        self._chinese.setCheckable(True)
        self._chinese.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._chinese.setProperty("quiet", True)
        self._chinese.toggled.connect(self._switch_input)
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda _item: self._take(stay=False))
        self._hint = QLabel()
        self._hint.setObjectName("muted")
        self._hint.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(self._field, 1)
        top.addWidget(self._chinese)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 10, 10, 8)
        lay.addLayout(top)
        lay.addWidget(self._list, 1)
        lay.addWidget(self._hint)
        names.ready.connect(self._refresh)
        self.retranslate()
        self.hide()

    def use(self, entries: Sequence[Entry]) -> None:
        """Take the index of the codes."""
        self._entries = entries
        self._refresh()

    def _refresh(self) -> None:
        if self.isVisible():
            self._find(self._field.text())

    def open(self, likely: Mapping[int, float]) -> None:
        """Open empty, the codes most likely for the answer at hand first."""
        self._likely = likely
        self.retranslate()
        self._chinese.setChecked(False)
        self._field.clear()
        self._find("")
        over = self._over
        wide, high = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.setFixedSize(min(max(440, 66 * wide), over.width() - 20), min(max(440, 26 * high), over.height() - 20))
        self.move(max(8, (over.width() - self.width()) // 2), max(8, (over.height() - self.height()) // 3))
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def shown_codes(self) -> list[Code]:
        """Return the codes listed now, best first."""
        told = [self._list.item(n).data(Qt.ItemDataRole.UserRole) for n in range(self._list.count())]
        return [one for one in told if isinstance(one, Code)]

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._field.setPlaceholderText(_("Number, name, English or pinyin initials"))
        self._chinese.setToolTip(_("Type Chinese with the input method (Ctrl+/)"))
        self._hint.setText(_("Enter gives the code   ·   Shift+Enter gives it and stays   ·   Esc closes"))
        self.setAccessibleName(_("Choose a code"))
        self._field.setAccessibleName(_("Choose a code"))
        self._list.setAccessibleName(_("Code"))

    def _switch_input(self, on: bool) -> None:
        self._field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on)
        self._field.setFocus()

    def _find(self, typed: str) -> None:
        found = code_index.find(self._entries, typed, self._likely)
        self._list.clear()
        for entry in found[:_SHOWN] if typed else found:
            code = entry.code
            words = f"{code.number}   {name_of(code)}".strip()
            other = code.label if name_of(code) != code.label else code.label_en
            beside = "   ·   ".join(part for part in (other, entry.path) if part)
            likely = self._likely.get(code.id)
            if likely is not None:
                words += f"   {round(likely * 100)}%"
            self._add(f"{words}      {beside}" if beside else words, code)
        known = {entry.code.id for entry in found}
        likes = [one for one in self._names.like(typed) if not one.code.is_net] if typed.strip() else []
        for like in likes:
            if like.code.id not in known:
                self._add(sentence(like), like.code)
        new = typed.strip()
        if new and self.can_make and not new.isdigit() and not any(one.why is Why.SAME for one in likes):
            self._add(_("+  New code “{name}”…").format(name=new), new)
        self._list.setCurrentRow(0)
        if not found and not self._list.count():
            self._hint.setText(_("No code fits what was typed."))
        else:
            self._hint.setText(_("Enter gives the code   ·   Shift+Enter gives it and stays   ·   Esc closes"))

    def _add(self, words: str, what: Code | str) -> None:
        item = QListWidgetItem(words)
        item.setData(Qt.ItemDataRole.UserRole, what)
        self._list.addItem(item)

    def _take(self, *, stay: bool) -> None:
        item: QListWidgetItem | None = self._list.currentItem()
        if item is None:
            return
        code: Code | str = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(code, str):
            self.shut()
            self.new_asked.emit(code)
            return
        if stay:
            self._field.selectAll()
        else:
            self.shut()
        self.picked.emit(code.id)

    def shut(self) -> None:
        """Close and give the keys back."""
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and watched is self._field:
            # A click elsewhere closes it; another program in front does not.
            if event.reason() == Qt.FocusReason.MouseFocusReason:
                self.hide()
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self._field:
            key, row = event.key(), self._list.currentRow()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(stay=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            elif key == Qt.Key.Key_Escape:
                self.shut()
            elif key == Qt.Key.Key_Down:
                self._list.setCurrentRow(min(self._list.count() - 1, row + 1))
            elif key == Qt.Key.Key_Up:
                self._list.setCurrentRow(max(0, row - 1))
            elif key == Qt.Key.Key_Slash and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._chinese.toggle()
            else:
                return super().eventFilter(watched, event)
            return True
        return super().eventFilter(watched, event)
