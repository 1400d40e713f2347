"""What the window does unasked: a model trains itself, backups are written, pages are imported; and their dialogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from annotate.errors import UserError
from annotate.jobs import Progress
from annotate.messages import _
from annotate.store import backup, merge, merge_notes
from annotate.store.changes import Change
from annotate.store.merge import MergeResult
from annotate.store.merge_notes import Note
from annotate.store.project import Project
from ui import state, trains_itself
from ui.backups import Backups
from ui.desk import Desk
from ui.notify import Toasts
from ui.pages import registry
from ui.trains_itself import TrainsItself
from ui.types_ahead import TypesAhead, import_plots
from ui.views import files
from ui.views.backups_dialog import BackupsDialog
from ui.views.history import History
from ui.views.index_line import IndexLine
from ui.views.merged_dialog import MergedDialog
from ui.views.passphrase import PassphraseDialog
from ui.views.train_job import JobLine

if TYPE_CHECKING:
    from annotate.store.restoring import Restored


class Chores(QObject):
    """Belongs to one open project. ``line`` is the one quiet line in which it says what it does."""

    def __init__(self, desk: Desk, toasts: Toasts, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._toasts, self._window = desk, toasts, window
        self.line = JobLine()
        self.line.setContentsMargins(14, 3, 14, 3)
        self.indexing = IndexLine(desk)
        self.trains = TrainsItself(desk, toasts, self.line, self)
        self.backups = Backups(desk, toasts, self)
        self._to_import = [one.id for one in registry.PAGES]
        self._types = TypesAhead(self)
        self._types.made.connect(self._import_pages)
        desk.questions_changed.connect(self._types.start, Qt.ConnectionType.SingleShotConnection)

    def _import_pages(self) -> None:
        """Import the pages one after the other once the first survey is there; any other read comes between."""
        if self._to_import:
            page = self._to_import.pop(0)
            self._desk.read(
                "pages",
                lambda _project: registry.preload(page),
                lambda _nothing: self._import_pages(),
                lambda _error: None,  # told when the page itself is asked for
                slow=True,
            )
        else:
            import_plots()

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

    def follow(self, history: History) -> None:
        """Let the history say what merges of other copies left to look at."""

        def told(notes: list[Note]) -> None:
            history.tell_merged(sum(not one.settled for one in notes))

        def look(change: Change | None = None) -> None:
            if change is None or change.settings or change.kind in ("merge-copy", "settle-merge", "undo", "redo"):
                self._desk.read("merged", merge_notes.notes, told)

        history.merged_asked.connect(self.show_merged)
        self._desk.changed.connect(look)
        look()

    def show_merged(self) -> None:
        """Show what merges of other copies left to look at."""
        MergedDialog(self._desk, self._window).open()

    def merge(self) -> None:
        """Ask for the copy of another coder, and merge it."""
        path = files.other_copy(self._window)
        if path is not None:
            self.merge_from(path)

    def merge_from(self, path: Path, passphrase: str | None = None) -> None:
        """Merge another copy, after a backup, as one step; ``passphrase``: that of the copy, asked for if it needs one.

        A passphrase that does not fit is told, and asked for again.
        """

        def work(project: Project, progress: Progress) -> MergeResult:
            merge.require_sibling(project, path, passphrase=passphrase)
            backup.keep_safe(project, backup.folder_of(project.path), progress=progress)
            return merge.merge(project, path, passphrase=passphrase)

        def done(result: MergeResult) -> None:
            told = _("Decisions brought over: {added}; here already: {already}. To be looked at: {n}.").format(
                added=result.added, already=result.already, n=len(result.conflicts)
            )
            if result.flags or result.memos:
                told += " " + _("Flags brought over: {flags}; memos: {memos}.").format(
                    flags=result.flags, memos=result.memos
                )
            self._toasts.say(told)
            if result.conflicts:
                self.show_merged()

        def failed(error: BaseException) -> None:
            locked = ("passphrase-needed", "copy-locked") if passphrase is None else ("damaged-project",)
            asks = isinstance(error, UserError) and error.id in locked
            if not asks or passphrase is not None:
                self._toasts.fail(error)
            if asks:
                dialog = PassphraseDialog(path.name, new=False, parent=self._window)
                dialog.given.connect(lambda typed: self.merge_from(path, typed))
                dialog.open()

        job = self._desk.long(work, done, failed=failed)
        if not self.line.busy:
            self.line.watch(job, _("Merging {name}").format(name=path.name))

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

        def work(project: Project) -> Restored:
            from annotate.store import restoring

            return restoring.restore(path, target, passphrase=project.passphrase)

        def done(back: Restored) -> None:
            state.remember_recent(target)
            said = _("Restored as {name}; open it from the recent projects.").format(name=target.name)
            self._toasts.say(said, look_at=back.models_gone)
            if then is not None:
                then()

        self._desk.read("restore", work, done, slow=True)
