"""Backups on a schedule: after the first paint and every hour, verified, the last few kept, where people find them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.store.project import Project
from ui import state
from ui.desk import Desk
from ui.notify import Toasts

if TYPE_CHECKING:
    from annotate.store.backup import Backup

FIRST_AFTER = 10_000
EVERY = 60 * 60_000
"""Milliseconds from opening to the first copy, and between two."""
_SETTING = "backups"


def folder_of(project: Path) -> Path:
    """Return where the backups of a project lie: in a folder beside it, so that they are found without the program."""
    return project.with_name(f"{project.stem} backups")


class Backups(QObject):
    """Copies the open project now and then, off the UI thread. ``written`` when there is a new copy."""

    written = Signal()

    def __init__(self, desk: Desk, toasts: Toasts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._toasts = desk, toasts
        self._told = ""
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.take)
        # A read-only project does not change here: whoever writes it makes its copies.
        if not desk.project.read_only and state.text(_SETTING, "on") == "on":
            self._timer.start(FIRST_AFTER)

    @property
    def folder(self) -> Path:
        """Return where the copies of the open project lie."""
        return folder_of(self._desk.project.path)

    def take(self) -> None:
        """Write a verified copy unless the newest one holds the same; older ones are thinned."""
        folder, stopper = self.folder, self._desk.stopper()

        def work(project: Project) -> Backup | None:
            from annotate.store import backup

            return backup.keep_safe(project, folder, progress=stopper)

        self._desk.read("backup", work, self._on_taken, self._on_failed, slow=True)
        self._timer.start(EVERY)

    def _on_taken(self, _backup: Backup | None) -> None:
        self._told = ""
        self.written.emit()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, CancelledError):
            return
        # A full disk is told once, not every hour.
        name = error.id if isinstance(error, UserError) else type(error).__name__
        if name != self._told:
            self._told = name
            self._toasts.fail(error)
