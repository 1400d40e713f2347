"""The key sheet: every action with its keys; a click on a key and the next key pressed takes its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _, listed
from ui.action_list import GLOBAL, INSIDE
from ui.actions import ENTRIES, Actions, Entry, pressed, shown_key

_TYPED = (
    (N_("digits"), N_("A code's number; it applies as soon as no other begins with it. Enter applies a shorter one.")),
    ("- = +", N_("After it: the sentiment of the last mention, as in 302-")),
    ("Ctrl+1…9", N_("Take the nth suggestion")),
)
_HELD = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_unknown)


class KeyButton(QPushButton):
    """Shows the keys of one action; pressed, it waits for the next key."""

    def __init__(self, actions: Actions, entry: Entry, sheet: KeySheet) -> None:
        super().__init__()
        self._actions, self.entry, self._sheet = actions, entry, sheet
        self._waiting = False
        self._sure = ""
        self.setObjectName("key")
        self.setAutoDefault(False)
        self.setToolTip(_("Click, then press the new key. Backspace: no key. Esc: as it was."))
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.clicked.connect(self._wait)
        self.tell()

    def tell(self) -> None:
        """Show the keys in force; one's own have a dot."""
        keys = "  ".join(dict.fromkeys(map(shown_key, self._actions.keys(self.entry.id)))) or "–"
        self.setText((f"• {keys}" if self._actions.changed(self.entry.id) else keys).replace("&", "&&"))
        self.setAccessibleName(f"{_(self.entry.text)}: {keys}")

    def _wait(self) -> None:
        self._waiting, self._sure = True, ""
        self.setText(_("press a key…"))
        self._sheet.say("")

    def _done(self) -> None:
        self._waiting = False
        self._sheet.tell()

    def event(self, event: QEvent) -> bool:
        """Keep a key from the dialog and the window while waiting for it."""
        if self._waiting and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if self._waiting and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() in _HELD:
            return
        key = pressed(event)
        if key == "Esc":
            self._done()
            return
        if key == "Backspace":
            self._actions.rebind(self.entry.id, ())
            self._done()
            return
        others = self._actions.conflicts(self.entry.id, key)
        if others and self._sure != key:
            self._sure = key
            names = listed(_(one.text) for one in others)
            self._sheet.say(
                _("{key} is taken by: {names}. Press it again to take it over.").format(key=shown_key(key), names=names)
            )
            return
        self._actions.rebind(self.entry.id, (key,))
        self._sheet.say("")
        self._done()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stop waiting where the person turns to something else."""
        if self._waiting:
            self._done()
        super().focusOutEvent(event)


class KeySheet(QDialog):
    """All keys on one sheet: those that work everywhere, those of the page shown, then those of the others."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self.setWindowTitle(_("Keys"))
        here = {one.where for one in actions.bound()}
        groups: dict[str, list[Entry]] = {}
        for entry in sorted(ENTRIES, key=lambda one: _rank(one, here)):
            if entry.group:
                groups.setdefault(entry.group, []).append(entry)
        self.buttons: list[KeyButton] = []
        screen = self.screen().availableSize()
        longest = max(16, (screen.height() - 220) // (self.fontMetrics().lineSpacing() + 9))
        body = QWidget()
        row = QHBoxLayout(body)
        row.setSpacing(28)
        column, lines = _column(), 0
        for group, entries in groups.items():
            if lines and lines + len(entries) + 2 > longest:
                column.addStretch(1)
                row.addLayout(column)
                column, lines = _column(), 0
            column.addWidget(_heading(_(group)))
            column.addLayout(self._grid(entries))
            column.addSpacing(10)
            lines += len(entries) + 2
        column.addWidget(_heading(_("Typing in the grid of answers")))
        for key, words in _TYPED:
            shown = QLabel(f"{_(key)}   {_(words)}")
            shown.setWordWrap(True)
            wide = 48 * shown.fontMetrics().averageCharWidth()
            shown.setFixedWidth(wide)
            shown.setMinimumHeight(shown.heightForWidth(wide))  # an area that scrolls does not ask for it
            column.addWidget(shown)
        column.addStretch(1)
        row.addLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        self._told = QLabel()
        self._told.setWordWrap(True)
        reset, close = QPushButton(_("All keys as they came")), QPushButton(_("Close"))
        reset.setAutoDefault(False)
        reset.clicked.connect(self._reset)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self._told, 1)
        foot.addWidget(reset)
        foot.addWidget(close)
        lay = QVBoxLayout(self)
        lay.addWidget(scroll, 1)
        lay.addLayout(foot)
        self.say("")
        wanted = body.sizeHint()
        self.resize(
            min(wanted.width() + 60, max(600, screen.width() - 80)), min(wanted.height() + 110, screen.height() - 80)
        )

    def _grid(self, entries: list[Entry]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for number, entry in enumerate(entries):
            button = KeyButton(self._actions, entry, self)
            self.buttons.append(button)
            grid.addWidget(button, number, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(QLabel(_(entry.text)), number, 1)
        return grid

    def say(self, words: str) -> None:
        """Say something about the keys at the foot of the sheet."""
        self._told.setText(words or _("Click a key to change it."))

    def tell(self) -> None:
        """Show the keys in force."""
        for one in self.buttons:
            one.tell()

    def _reset(self) -> None:
        self._actions.reset_keys()
        self.tell()


def _rank(entry: Entry, here: set[str]) -> int:
    if entry.where == GLOBAL:
        return 1
    return 0 if entry.where in here or INSIDE.get(entry.where) in here else 2


def _column() -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(4)  # else that of the row of columns
    return column


def _heading(words: str) -> QLabel:
    title = QLabel(words)
    title.setObjectName("heading")
    title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return title
