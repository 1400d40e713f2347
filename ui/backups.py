"""Backups unasked: a verified copy after the first paint and every hour, the work since then every few minutes."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.store import backup
from annotate.store.backup import folder_of
from annotate.store.changes import Change
from annotate.store.connection import DatabaseError
from annotate.store.journal import Keeper
from annotate.store.journal_rows import NotCarriedError
from annotate.store.project import Project
from ui import state
from ui.desk import Desk
from ui.notify import Toasts

FIRST_AFTER = 10_000
EVERY = 60 * 60_000
"""Milliseconds from opening to the first copy, and between two."""
WORK_EVERY = 5 * 60_000
"""Milliseconds between two times that what people do is added to the newest copy."""
_SETTING = "backups"
log = logging.getLogger(__name__)


class Backups(QObject):
    """Copies the open project now and then, off the UI thread. ``written`` when there is a new copy or more work."""

    written = Signal()

    def __init__(self, desk: Desk, toasts: Toasts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._toasts = desk, toasts
        self._told = ""
        self._keeper = Keeper()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.take)
        self._work = QTimer(self, interval=WORK_EVERY)
        self._work.timeout.connect(self.keep)
        # A read-only project does not change here: whoever writes it makes its copies.
        if not desk.project.read_only and state.text(_SETTING, "on") == "on":
            self._timer.start(FIRST_AFTER)
            self._work.start()
            desk.changed.connect(self._on_changed)
            desk.at_last.append(self._leave)

    @property
    def folder(self) -> Path:
        """Return where the copies of the open project lie."""
        return folder_of(self._desk.project.path)

    def take(self) -> None:
        """Write a verified copy unless the newest one holds the same; older ones are thinned."""
        folder, stopper, keeper = self.folder, self._desk.stopper(), self._keeper

        def work(project: Project) -> None:
            _add(keeper, project, folder)  # the older copies then reach up to this one
            backup.keep_safe(project, folder, progress=stopper)

        self._desk.read("backup", work, self._on_taken, self._on_failed, slow=True)
        self._timer.start(EVERY)

    def keep(self) -> None:
        """Add what people did to the newest copy; where that cannot hold it, write another."""
        folder, stopper, keeper = self.folder, self._desk.stopper(), self._keeper

        def work(project: Project) -> None:
            if not _add(keeper, project, folder):
                backup.keep_safe(project, folder, progress=stopper)

        self._desk.read("backup", work, self._on_taken, self._on_failed, slow=True)

    def _leave(self, project: Project) -> None:
        """Add the last of the work while the project is being closed."""
        try:
            _add(self._keeper, project, self.folder)
        except (OSError, DatabaseError, UserError) as error:  # the file itself is whole; nobody is there to be told
            log.warning("no journal at closing: %s", type(error).__name__)

    def _on_changed(self, change: Change) -> None:
        # What an import brings is in no journal: a full copy follows soon.
        if change.rows:
            self._timer.start(FIRST_AFTER)

    def _on_taken(self, _nothing: None) -> None:
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


def _add(keeper: Keeper, project: Project, folder: Path) -> bool:
    """Add what was done to the newest copy; return whether it holds all of it now."""
    known = backup.list_backups(folder, uuid=project.uuid) if folder.is_dir() else []
    if not known:
        return False
    try:
        keeper.keep(project, known[0])
    except NotCarriedError:
        return False
    return True
