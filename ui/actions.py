"""One registry of actions: menus, shortcuts, palette and key sheet are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from annotate.messages import N_, _

GLOBAL, GRID = "global", "grid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. ``where`` global keys work everywhere; grid keys only while the grid of answers has the focus."""

    id: str
    text: str
    keys: tuple[str, ...] = ()
    group: str = ""
    where: str = GLOBAL
    icon: str = ""


FILE, EDIT, VIEW, HELP = N_("File"), N_("Edit"), N_("View"), N_("Help")
MOVE, CODE, ANSWER = N_("Moving and ticking"), N_("Giving codes"), N_("Finishing an answer")

ENTRIES = (
    Entry("new", N_("New project…"), ("Ctrl+N",), FILE, icon="add"),
    Entry("open", N_("Open project…"), ("Ctrl+O",), FILE, icon="open"),
    Entry("import", N_("Import answers…"), ("Ctrl+I",), FILE, icon="import"),
    Entry("import_frame", N_("Import code frame…"), (), FILE),
    Entry("close", N_("Close project"), ("Ctrl+W",), FILE),
    Entry("quit", N_("Quit"), ("Ctrl+Q",), FILE),
    Entry("undo", N_("Undo"), ("Ctrl+Z",), EDIT, icon="undo"),
    Entry("redo", N_("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), EDIT, icon="redo"),
    Entry("history", N_("History"), ("Ctrl+H",), EDIT, icon="history"),
    Entry("search", N_("Search answers"), ("Ctrl+F",), EDIT, icon="search"),
    Entry("language", N_("Language: 中文 / English"), ("Ctrl+Shift+L",), VIEW),
    Entry("scheme", N_("Light / dark"), ("Ctrl+Shift+D",), VIEW),
    Entry("larger", N_("Larger text"), ("Ctrl++", "Ctrl+="), VIEW),
    Entry("smaller", N_("Smaller text"), ("Ctrl+-",), VIEW),
    Entry("palette", N_("Command palette"), ("Ctrl+Shift+P",), HELP),
    Entry("keys", N_("Keys"), ("F1",), HELP, icon="keys"),
    Entry("key_sheet", N_("Keys"), ("?",), "", GRID),
    Entry("down", N_("Next answer"), ("J", "Down"), MOVE, GRID),
    Entry("up", N_("Previous answer"), ("K", "Up"), MOVE, GRID),
    Entry("tick", N_("Tick the answer"), ("Space",), MOVE, GRID),
    Entry("tick_down", N_("Tick and go down"), ("Shift+J", "Shift+Down"), MOVE, GRID),
    Entry("tick_up", N_("Tick and go up"), ("Shift+K", "Shift+Up"), MOVE, GRID),
    Entry("tick_all", N_("Tick all answers shown"), ("Ctrl+A",), MOVE, GRID),
    Entry("open_group", N_("Open a group of identical answers"), ("Tab",), MOVE, GRID),
    Entry("picker", N_("Choose a code by name or pinyin initials"), ("/",), CODE, GRID),
    Entry("negative", N_("Last mention is negative"), ("-",), CODE, GRID),
    Entry("neutral", N_("Last mention is neutral"), ("=",), CODE, GRID),
    Entry("positive", N_("Last mention is positive"), ("+",), CODE, GRID),
    Entry("none", N_("Code “none”"), ("N",), CODE, GRID),
    Entry("other", N_("Code “other”"), ("O",), CODE, GRID),
    Entry("repeat", N_("Repeat the last codes"), ("R",), CODE, GRID),
    Entry("accept", N_("Take the solid suggestions, confirm, go on"), ("A",), ANSWER, GRID),
    Entry("reject", N_("Reject the suggestions"), ("X",), ANSWER, GRID),
    Entry("confirm", N_("Confirm (all other codes are no) and go on"), ("Return", "Enter"), ANSWER, GRID),
    Entry("skip", N_("Skip"), ("S",), ANSWER, GRID),
    *(Entry(f"take_{n}", N_("Take the nth suggestion"), (f"Ctrl+{n}",), "", GRID) for n in range(1, 10)),
    Entry("escape", N_("Drop the typed number, the ticks, the group"), ("Esc",), MOVE, GRID),
)
BY_ID = {one.id: one for one in ENTRIES}


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
    """The actions bound to what they do in one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._does: dict[str, Callable[[], None]] = {}
        self._owners: dict[str, object] = {}
        self.qactions: dict[str, QAction] = {}
        self._grid_keys = {key: one.id for one in ENTRIES if one.where == GRID for key in one.keys}

    def bind(self, id: str, does: Callable[[], None], owner: object = None) -> None:
        """Say what an action does; only bound actions appear anywhere. ``owner``: the page whose action it is."""
        entry = BY_ID[id]
        self._does[id] = does
        if owner is not None:
            self._owners[id] = owner
        if entry.where == GLOBAL and id not in self.qactions:
            action = QAction(self)
            action.setShortcuts([QKeySequence(key) for key in entry.keys])
            action.triggered.connect(lambda _checked=False: self.run(id))
            self._window.addAction(action)
            self.qactions[id] = action

    def unbind(self, owner: object) -> None:
        """Forget what belongs to a page that goes: its actions would keep it alive."""
        for id in [one for one, bound_by in self._owners.items() if bound_by is owner]:
            del self._owners[id], self._does[id]

    def run(self, id: str) -> None:
        """Do an action."""
        if id in self._does:
            self._does[id]()

    def enable(self, ids: tuple[str, ...], on: bool) -> None:
        """Switch actions on or off, for instance while no project is open."""
        for id in ids:
            if id in self.qactions:
                self.qactions[id].setEnabled(on)

    def grid_action(self, event: QKeyEvent) -> str | None:
        """Return the bound grid action that a key means."""
        id = self._grid_keys.get(pressed(event))
        return id if id in self._does else None

    def bound(self) -> Iterator[Entry]:
        """Yield what can be done now, in the order of the registry."""
        for one in ENTRIES:
            if one.id in self._does and (one.id not in self.qactions or self.qactions[one.id].isEnabled()):
                yield one

    def retranslate(self) -> None:
        """Say every action in the language in use."""
        from ui import theme

        for id, action in self.qactions.items():
            entry = BY_ID[id]
            action.setText(_(entry.text))
            action.setToolTip(f"{_(entry.text)} ({shown_key(entry.keys[0])})" if entry.keys else _(entry.text))
            if entry.icon:
                action.setIcon(theme.icon(entry.icon))
