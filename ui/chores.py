"""What the window does for the open project unasked: a model trains itself, backups are written; and their dialogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from annotate.messages import _
from annotate.store.project import Project
from ui import state, trains_itself
from ui.backups import Backups
from ui.desk import Desk
from ui.notify import Toasts
from ui.trains_itself import TrainsItself
from ui.views import files
from ui.views.backups_dialog import BackupsDialog
from ui.views.train_job import JobLine


class Chores(QObject):
    """Belongs to one open project. ``line`` is the one quiet line in which it says what it does."""

    def __init__(self, desk: Desk, toasts: Toasts, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._toasts, self._window = desk, toasts, window
        self.line = JobLine()
        self.line.setContentsMargins(14, 3, 14, 3)
        self.trains = TrainsItself(desk, toasts, self.line, self)
        self.backups = Backups(desk, toasts, self)

    def switch_training(self) -> None:
        """Let models train themselves, or no more."""
        on = not trains_itself.is_on()
        trains_itself.switch(on)
        self._toasts.say(
            _("Models train themselves in the background.") if on else _("Models are trained only when you ask.")
        )
        if on:
            self.trains.look()
        else:
            self.trains.stop()

    def show_backups(self) -> None:
        """Show the backups of the project."""
        dialog = BackupsDialog(self._desk, self.backups, self._window)
        dialog.restore_asked.connect(self.restore)
        dialog.open()

    def restore(self, path: Path) -> None:
        """Ask where a backup goes, and bring it back there; it is then among the recent projects."""
        target = files.restored_project(self._window, self._desk.project.path)
        if target is not None:
            self.restore_to(path, target)

    def restore_to(self, path: Path, target: Path, then: Callable[[], None] | None = None) -> None:
        """Bring a backup back as a new file, off the UI thread."""

        def work(project: Project) -> None:
            from annotate.store import backup

            backup.restore(path, target, passphrase=project.passphrase)

        def done(_nothing: None) -> None:
            state.remember_recent(target)
            self._toasts.say(_("Restored as {name}; open it from the recent projects.").format(name=target.name))
            if then is not None:
                then()

        self._desk.read("restore", work, done, slow=True)
