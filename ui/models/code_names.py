"""The names of the codes there are, made ready to compare a name with while it is typed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotate import frame_names
from annotate.frame_names import Like, Names
from annotate.store.changes import Change
from ui.desk import Desk


class CodeNames(QObject):
    """Reads names and lexicon off the UI thread when first asked, and again when they changed. ``ready``: they are."""

    ready = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._names: Names | None = None
        self._asked = False
        desk.frame_changed.connect(lambda _frame: self._forget())
        desk.changed.connect(self._on_changed)

    def like(self, typed: str) -> list[Like]:
        """Return codes whose names are like what is typed; none as long as the names are being read."""
        if self._names is not None:
            return self._names.like(typed)
        self.prepare()
        return []

    def prepare(self) -> None:
        """Have the names read: ``ready`` tells when they are."""
        frame = self._desk.frame
        if self._names is not None or self._asked or frame is None:
            return
        self._asked = True
        codes = frame.codes
        self._desk.read(("code names", id(self)), lambda project: frame_names.read(project, codes), self._take)

    def _take(self, names: Names) -> None:
        self._asked, self._names = False, names
        self.ready.emit()

    def _forget(self) -> None:
        self._names, self._asked = None, False

    def _on_changed(self, change: Change) -> None:
        if change.kind in ("lexicon", "undo", "redo"):
            self._forget()
