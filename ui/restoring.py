"""Backups brought back without an open project: from the start page, the menu, and where a project is damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from annotate.errors import UserError
from annotate.messages import _
from ui.views import files

if TYPE_CHECKING:
    from annotate.store.backup_files import Backup
    from annotate.store.journal import Told
    from annotate.store.restoring import Restored
    from ui.main_window import MainWindow

DAMAGED = frozenset({"damaged-project", "empty-project", "not-a-project", "no-such-project"})
"""What is wrong with a project that a backup may mend."""


class Restoring(QObject):
    """Asks which backup, its passphrase and where to; opens what came back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def ask(self) -> None:
        """Ask for a backup and where it goes, and bring it back."""
        path = files.backup_file(self._window)
        if path is None:
            return
        target = files.restored_project(self._window, path.parent.with_name(_project_of(path)))
        if target is not None:
            self._unlocked(path, lambda secret: self.bring(path, target, secret))

    def bring(self, path: Path, target: Path, passphrase: str | None) -> None:
        """Bring a backup back as a project and open it; a file of that name is set aside, never removed."""

        def work() -> Restored:
            from annotate.store import restoring

            return restoring.restore(path, target, passphrase=passphrase, set_aside=True)

        self._begin(work, target, passphrase)

    def offer(self, project: Path, passphrase: str | None) -> None:
        """Offer the newest backup of a project that could not be opened, where there is one."""

        def look() -> tuple[Backup, Told | None] | None:
            from annotate.store import backup, journal, restoring

            if not restoring.has_backups(project):
                return None
            newest = next(one for one in backup.list_backups(backup.folder_of(project)) if one.project == project.stem)
            if passphrase is not None:
                # Where it does not open the backup either, it was mistyped: the project is as good as it was.
                backup.verify(newest.path, passphrase=passphrase)
            return newest, journal.told(newest.path)

        def show(found: tuple[Backup, Told | None] | None) -> None:
            if found is not None:
                from ui.views.put_back_dialog import PutBackDialog

                dialog = PutBackDialog(project, *found, parent=self._window)
                dialog.put_back_asked.connect(lambda: self._put_back(project, found[0].path, passphrase))
                dialog.other_asked.connect(self.ask)
                dialog.open()

        self._window.tasks.write(look, show, failed=lambda _error: None)

    def _put_back(self, project: Path, newest: Path, known: str | None) -> None:
        def begin(passphrase: str | None) -> None:
            def work() -> Restored:
                from annotate.store import restoring

                return restoring.put_back(project, passphrase=passphrase)

            self._begin(work, project, passphrase)

        if known is not None:
            begin(known)
        else:
            self._unlocked(newest, begin)

    def _unlocked(self, path: Path, then: Callable[[str | None], None]) -> None:
        """Go on with the passphrase of a backup, asked for where it has one."""
        from annotate.store import backup

        try:
            locked = not backup.is_plain(path)
        except OSError as error:
            self._window.toasts.fail(error)
            return
        if not locked:
            then(None)
            return
        from ui.views.passphrase import PassphraseDialog

        dialog = PassphraseDialog(path.name, new=False, parent=self._window)
        dialog.given.connect(then)
        dialog.open()

    def _begin(self, work: Callable[[], Restored], target: Path, passphrase: str | None) -> None:
        window = self._window
        desk = window.desk
        if desk is not None and desk.project.path == target:
            window.close_project()

        def done(back: Restored) -> None:
            window.setEnabled(True)
            window.open_project(target, passphrase=passphrase)
            said = [_("Restored as {name}.").format(name=target.name)]
            if back.aside is not None:
                said.append(_("The file that was there is now {name}.").format(name=back.aside.name))
            window.toasts.say(" ".join(said), look_at=back.models_gone)

        def failed(error: BaseException) -> None:
            window.setEnabled(True)
            window.toasts.fail(error)

        window.setEnabled(False)
        window.tasks.write(work, done, failed=failed)


def may_offer(error: BaseException) -> bool:
    """Return whether a backup might help against what is wrong with a project."""
    return isinstance(error, UserError) and error.id in DAMAGED


def _project_of(backup: Path) -> str:
    """Return the name of the project that a backup's name tells: all before its date."""
    words = backup.name.split(" ")
    return (" ".join(words[:-2]) or words[0]) + files.SUFFIX
