"""The key sheet: every action with its keys; a click on a key and the next key pressed takes its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import N_, _, listed
from ui.action_list import GLOBAL, INSIDE
from ui.actions import ENTRIES, Actions, Entry, pressed, shown_key
from ui.views.columns import Columns

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
        bound = self._actions.keys(self.entry.id)
        once = [key for key in bound if not (key.endswith("Enter") and key.replace("Enter", "Return") in bound)]
        keys = "  ".join(dict.fromkeys(map(shown_key, once))) or "–"
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
        body = QWidget()
        self._columns = Columns(body)
        self._columns.setContentsMargins(12, 8, 12, 8)
        for group, entries in groups.items():
            self._columns.addWidget(_block(_(group), self._grid(entries)))
        self._columns.addWidget(_block(_("Typing in the grid of answers"), _typed()))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        scroll.setMinimumWidth(self._columns.width_of(1) + scroll.verticalScrollBar().sizeHint().width() + 4)
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
        beside = scroll.minimumWidth() - self._columns.width_of(1) + 24
        under = foot.sizeHint().height() + 40
        self._fit(beside, under)

    def _fit(self, beside: int, under: int) -> None:
        """Open with as few columns as show everything without scrolling, as many as the screen holds otherwise."""
        screen = self.screen().availableSize()
        wide, high = screen.width() - 80, screen.height() - 80
        columns = 1
        while (
            self._columns.heightForWidth(self._columns.width_of(columns)) + under > high
            and self._columns.width_of(columns + 1) + beside <= wide
        ):
            columns += 1
        across = self._columns.width_of(columns)
        self.resize(across + beside, min(self._columns.heightForWidth(across) + under, high))

    def _grid(self, entries: list[Entry]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for number, entry in enumerate(entries):
            button = KeyButton(self._actions, entry, self)
            self.buttons.append(button)
            grid.addWidget(button, number, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_words(_(entry.text)), number, 1)
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


def _block(title: str, inside: QLayout) -> QWidget:
    block = QWidget()
    lay = QVBoxLayout(block)
    lay.setContentsMargins(0, 0, 0, 10)
    lay.setSpacing(4)
    lay.addWidget(_heading(title))
    lay.addLayout(inside)
    lay.addStretch(1)
    return block


def _typed() -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(4)
    for key, words in _TYPED:
        lines.addWidget(_words(f"{_(key)}   {_(words)}", letters=44))
    return lines


def _words(said: str, letters: int = 28) -> QLabel:
    """Return a label that goes on in a second line where it is long: one long action would widen every column."""
    shown = QLabel(said)
    wide = letters * shown.fontMetrics().averageCharWidth()
    if shown.sizeHint().width() > wide:
        shown.setWordWrap(True)
        shown.setFixedWidth(wide)
        shown.setMinimumHeight(shown.heightForWidth(wide))  # a grid does not ask for it
    return shown


def _heading(words: str) -> QLabel:
    title = QLabel(words)
    title.setObjectName("heading")
    title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return title
