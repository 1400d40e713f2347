"""What actions do in one window, and by which keys: menus, shortcuts, palette and key sheet ask here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from annotate.messages import _
from ui import state
from ui.action_list import BY_ID, EDIT, ENTRIES, FILE, GLOBAL, GRID, HELP, INSIDE, VIEW, Entry, shares_keys

__all__ = ["BY_ID", "EDIT", "ENTRIES", "FILE", "GLOBAL", "GRID", "HELP", "VIEW", "Actions", "Entry", "shown_key"]

_TEXT_KEYS = frozenset("ACVXZY")
"""With Ctrl: what a field that takes text does itself."""


def shown_key(keys: str) -> str:
    """Return a key as people read it."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def pressed(event: QKeyEvent) -> str:
    """Return the key of an event as it is written in ENTRIES; signs by what they type, whatever the layout."""
    text = event.text()
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    held = modifiers & ~Qt.KeyboardModifier.ShiftModifier
    if text and text in "-=+/?" and held == Qt.KeyboardModifier.NoModifier:
        return text
    # A Chinese full-width form types the same sign with another character.
    if text and text in "／？＋－＝" and held == Qt.KeyboardModifier.NoModifier:
        return "/?+-="["／？＋－＝".index(text)]
    return QKeySequence(int(modifiers.value) | event.key()).toString(QKeySequence.SequenceFormat.PortableText)


class Actions(QObject):
    """The actions bound to what they do in one window, with the keys that this person gave them."""

    keys_changed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._does: dict[str, Callable[[], None]] = {}
        self._owners: dict[str, object] = {}
        self._off: set[str] = set()
        self._pages: list[tuple[QWidget, str]] = []
        self._heard: QWidget | None = None
        self.qactions: dict[str, QAction] = {}
        self._own = _remembered()
        self._by_key: dict[tuple[str, str], str] = {}
        self._index()
        app = QGuiApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    # What actions do

    def bind(self, id: str, does: Callable[[], None], owner: object = None) -> None:
        """Say what an action does; only bound actions appear anywhere. ``owner``: the page whose action it is."""
        entry = BY_ID[id]
        self._does[id] = does
        if owner is not None:
            self._owners[id] = owner
        if entry.where == GLOBAL and id not in self.qactions:
            action = QAction(self)
            action.setShortcuts([QKeySequence(key) for key in self.keys(id)])
            action.triggered.connect(lambda _checked=False: self.run(id))
            self._window.addAction(action)
            self.qactions[id] = action

    def leave(self) -> None:
        """Forget all pages: the project is closed."""
        for id in self._owners:
            self._does.pop(id, None)
        self._owners.clear()
        self._pages.clear()
        self._on_focus(None, None)

    def run(self, id: str) -> None:
        """Do an action."""
        if id in self._does and id not in self._off:
            self._does[id]()

    def enable(self, ids: tuple[str, ...], on: bool) -> None:
        """Switch actions on or off, for instance while no project is open."""
        self._off = self._off - set(ids) if on else self._off | set(ids)
        for id in ids:
            if id in self.qactions:
                self.qactions[id].setEnabled(on)

    def bound(self) -> Iterator[Entry]:
        """Yield what can be done now, on the page that is shown, in the order of the registry."""
        shown = {where for page, where in self._pages if page.isVisible()}
        for one in ENTRIES:
            if one.id not in self._does or one.id in self._off:
                continue
            if one.where == GLOBAL or one.where in shown or INSIDE.get(one.where) in shown:
                yield one

    # Keys of a page

    def listen(self, page: QWidget, where: str) -> None:
        """Let the keys of a page work while the focus is on it or on anything in it."""
        self._pages.append((page, where))
        self._on_focus(None, QApplication.focusWidget())

    def page_action(self, where: str, event: QKeyEvent) -> str | None:
        """Return the bound action of a place that a key means."""
        id = self._by_key.get((where, pressed(event)))
        return id if id in self._does and id not in self._off else None

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        # A filter on the one widget with the focus: one on the application would slow every event down.
        if self._heard is not None:
            self._heard.removeEventFilter(self)
        self._heard = now if now is not None and self._place_of(now) is not None else None
        if self._heard is not None:
            self._heard.installEventFilter(self)
            self._heard.destroyed.connect(self._on_gone)

    def _on_gone(self, _gone: QObject | None = None) -> None:
        self._heard = None

    def _place_of(self, widget: QWidget) -> str | None:
        for page, where in self._pages:
            if page is widget or page.isAncestorOf(widget):
                return where
        return None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
            and isinstance(event, QKeyEvent)
            and isinstance(watched, QWidget)
        ):
            where = self._place_of(watched)
            if where is not None and not _takes(watched, event):
                id = self.page_action(where, event)
                if id is not None:
                    # Accepting the override keeps a key of the window from being heard as well.
                    event.accept()
                    if event.type() == QEvent.Type.KeyPress:
                        self.run(id)
                    return True
        return super().eventFilter(watched, event)

    # Keys of one's own

    def keys(self, id: str) -> tuple[str, ...]:
        """Return the keys of an action: one's own, else those it comes with."""
        return self._own.get(id, BY_ID[id].keys)

    def changed(self, id: str) -> bool:
        """Tell whether an action has keys of one's own."""
        return id in self._own

    def shown(self, id: str) -> str:
        """Return the first key of an action as people read it; empty where it has none."""
        keys = self.keys(id)
        return shown_key(keys[0]) if keys else ""

    def tip(self, id: str) -> str:
        """Return what an action does and its key, for tool tips."""
        key = self.shown(id)
        return f"{_(BY_ID[id].text)} ({key})" if key else _(BY_ID[id].text)

    def conflicts(self, id: str, key: str) -> list[Entry]:
        """Return the other actions that hear this key where this one does."""
        where = BY_ID[id].where
        return [
            one
            for one in ENTRIES
            if one.id != id
            and key in self.keys(one.id)
            and (shares_keys(one.where, where) or GLOBAL in (one.where, where))
        ]

    def rebind(self, id: str, keys: tuple[str, ...] | None) -> None:
        """Give an action other keys (None: those it comes with) and remember it; who had one of them loses it."""
        wanted = BY_ID[id].keys if keys is None else keys
        for key in wanted:
            for other in self.conflicts(id, key):
                self._own[other.id] = tuple(one for one in self.keys(other.id) if one != key)
        self._own[id] = wanted
        self._store()

    def reset_keys(self) -> None:
        """Give all actions the keys they come with."""
        self._own.clear()
        self._store()

    def _store(self) -> None:
        self._own = {id: keys for id, keys in self._own.items() if keys != BY_ID[id].keys}
        state.remember("keys", json.dumps(self._own))
        self._index()
        for id, action in self.qactions.items():
            action.setShortcuts([QKeySequence(key) for key in self.keys(id)])
        self.retranslate()
        self.keys_changed.emit()

    def _index(self) -> None:
        self._by_key = {(one.where, key): one.id for one in ENTRIES for key in self.keys(one.id)}

    def retranslate(self) -> None:
        """Say every action in the language in use."""
        from ui import theme

        for id, action in self.qactions.items():
            entry = BY_ID[id]
            action.setText(_(entry.text))
            action.setToolTip(self.tip(id))
            if entry.icon:
                action.setIcon(theme.icon(entry.icon))


def _remembered() -> dict[str, tuple[str, ...]]:
    """Read the keys of one's own; what no version knows any more is left out."""
    try:
        told = json.loads(state.text("keys", "{}"))
        return {id: tuple(map(str, keys)) for id, keys in told.items() if id in BY_ID}
    except (ValueError, AttributeError, TypeError):
        return {}


def _takes(widget: QWidget, event: QKeyEvent) -> bool:
    """Tell whether a widget needs the key itself: text where text is typed, Space on a button, arrows in a list."""
    key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    control = bool(held & Qt.KeyboardModifier.ControlModifier)
    if Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35 or held & Qt.KeyboardModifier.AltModifier:
        return False
    if isinstance(widget, (QPlainTextEdit, QTextEdit)) and widget.isReadOnly():
        return control and key in (Qt.Key.Key_C, Qt.Key.Key_A)
    if key == Qt.Key.Key_Escape or (control and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
        return False  # no field does anything with them: they leave or save the form that it stands in
    if isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)):
        typed = QKeySequence(key).toString()
        return not control or typed in _TEXT_KEYS or len(typed) > 1
    if isinstance(widget, (QComboBox, QAbstractSlider)):
        return not control
    if isinstance(widget, QAbstractButton):
        return key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select)
    return False
