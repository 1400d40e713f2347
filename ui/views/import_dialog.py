"""The import wizard: what the file holds and would add, the import under way, and what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from annotate.errors import UserError
from annotate.importing import load, rejects
from annotate.importing.roles import Role
from annotate.jobs import CancelledError
from annotate.messages import _
from ui.desk import Desk
from ui.notify import report_of
from ui.tasks import Job
from ui.views import dropping
from ui.views.files import choose_files
from ui.views.import_adds import Line, lines_of
from ui.views.import_columns import ROLES
from ui.views.import_layout import RESULT, SETTINGS, UNDER_WAY, ImportLayout
from ui.views.import_look import Look, Settings, again_once, look_into
from ui.views.import_queue import Outcome, alike, import_files
from ui.views.sources.lists import ask_where
from ui.views.sources.reading import KnownSource, read_rejects, read_sources


class ImportDialog(ImportLayout):
    """Three states in one dialog: what the file is, the import under way, the result; then the next of several files.

    ``imported``: an ImportResult; ``looked``: the file was looked at; ``rows_asked``: the answers shall be shown.
    """

    imported = Signal(object)
    looked = Signal()
    rows_asked = Signal()

    def __init__(
        self,
        desk: Desk,
        path: Path,
        parent: QWidget,
        *,
        source: KnownSource | None = None,
        others: Sequence[Path] = (),
    ) -> None:
        super().__init__(path, parent)
        self._desk, self._path = desk, path
        self._others, self._alike = list(others), list[Path]()
        self._job: Job | None = None
        self._looked: Look | None = None
        self._chosen: dict[str, Role] = {}
        self._names: dict[str, str] = {}
        self._of: KnownSource | None = source
        self._waiting = False
        self._bind()
        self.retranslate()
        self.columns.setFocus()
        if source is not None:
            self.form.use(source)
        self._desk.read("import-sources", read_sources, self._on_sources)
        self.look()

    def _bind(self) -> None:
        for one, does in (
            (self._other, self._on_other), (self._start, self.start), (self._cancel, self.reject),
            (self._show, self._on_show), (self._next, self._on_next), (self.result_pane.save, self.save_rejects),
        ):  # fmt: skip
            one.clicked.connect(lambda _checked=False, does=does: does())
        self.form.changed.connect(self.look)
        self.form.wave_column_given.connect(self._on_wave_column)
        self.columns.role_given.connect(self.set_role)
        self.columns.name_given.connect(self.rename)
        self._late.timeout.connect(lambda: self._about.setText(_("Looking into the file…")))

    # The file

    def _on_other(self) -> None:
        self.take_all(choose_files(self, _("Import answers")))

    def take_all(self, paths: Sequence[Path]) -> None:
        """Look at another file instead; where there are several, the rest come after it."""
        if paths and self._job is None and self._stack.currentIndex() == SETTINGS:
            self._others = [*paths[1:], *self._others]
            self.take(paths[0])

    def _on_next(self) -> None:
        """Go on to the next file, whether this one was imported or is skipped."""
        if self._others and self._job is None:
            self._stack.setCurrentIndex(SETTINGS)
            self._show.hide()
            self._start.show()
            self._start.setDefault(True)
            self._other.show()
            self._together.setChecked(False)
            self.form.again.setChecked(False)
            self.take(self._others.pop(0))

    def _tell_others(self) -> None:
        count = len(self._others)
        done = self._stack.currentIndex() == RESULT
        self._next.setVisible(count > 0 and self._stack.currentIndex() != UNDER_WAY)
        self._next.setText((_("Next file ({n} more)") if done else _("Skip this file ({n} more)")).format(n=count))
        self._together.setVisible(bool(self._alike) and self._stack.currentIndex() == SETTINGS)
        self._together.setText(
            _("Import {n} more files with the same columns in the same way").format(n=len(self._alike))
        )
        if not self._alike:
            self._together.setChecked(False)

    def take(self, path: Path) -> None:
        """Look at another file instead; the source stays where it was said which."""
        if self._job is not None or self._stack.currentIndex() != SETTINGS:
            return
        named = self.form.source.currentText() != load.source_name(self._path)
        self._path, self._chosen, self._names, self._looked, self._alike = path, {}, {}, None, []
        for box in (self.form.sheet, self.form.header, self.form.encoding):
            box.setCurrentIndex(0)
        self.form.sheet.clear()
        if not named:
            self.form.source.setEditText(load.source_name(path))
        self.retranslate()
        self.look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropping.files_in(event) and self._stack.currentIndex() == SETTINGS:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at the files that are dropped on the wizard."""
        if dropped := dropping.files_in(event):
            event.acceptProposedAction()
            self.take_all(dropped)

    def _on_sources(self, known: Sequence[KnownSource]) -> None:
        self.form.show_sources(known)
        if self.form.known_source() is not None and self._of is None:
            self.look()

    # The look into it

    def look(self) -> None:
        """Look into the file with the settings and roles as they stand, off the UI thread."""
        path, settings, chosen = self._path, self._settings(), dict(self._chosen)
        of = self.form.known_source() or self._of
        before = of.roles if of is not None and of.name == settings.source else {}
        self._waiting = True
        self._late.start()
        self._check()
        self._desk.read(
            "import-look",
            lambda project: look_into(project, path, settings, chosen, before),
            self._show_look,
            failed=self._show_unreadable,
            slow=True,
        )

    def _show_look(self, look: Look) -> None:
        self._late.stop()
        self._waiting, self._looked = False, look
        told = look.preview
        self._about.setText(
            _("{kind}, {encoding}, {n} columns").format(
                kind=told.kind.upper(), encoding=self.form.words_of_encoding(told.encoding), n=len(told.columns)
            )
        )
        self.form.show_look(look)
        self.columns.show_look(look)
        self.first.show_look(look)
        seen = _("What all {n} rows bring") if told.whole else _("What the first {n} rows bring")
        lines = lines_of(told)
        if look.frame:
            words = _("This looks like a code frame, not like answers. Import it as a code frame, from the File menu.")
            lines.insert(0, Line("!", "unsure", words))
        self._brings.say(seen.format(n=f"{told.looked_at:,}"), lines)
        self._check()
        self._look_at_others(look)
        self.looked.emit()

    def _look_at_others(self, look: Look) -> None:
        """Find out which of the files to come are of the same shape."""
        columns, settings = [one.name for one in look.preview.columns], self._settings()
        others = tuple(self._others)

        def show(found: list[Path]) -> None:
            self._alike = [path for path in found if path in self._others]
            self._tell_others()

        if others:
            self._desk.read("import-alike", lambda _project: alike(others, columns, settings), show, slow=True)
        else:
            show([])

    def _show_unreadable(self, error: BaseException) -> None:
        self._late.stop()
        self._waiting, self._looked = False, None
        self._about.setText("")
        self.columns.setRowCount(0)
        self.first.setRowCount(0)
        self._brings.say("", [Line("✕", "bad", _words_of(error))])
        self._check()
        self._alike = []
        self._tell_others()

    @property
    def ready(self) -> bool:
        """Whether the import can begin as the roles stand."""
        return self._start.isEnabled() and not self._start.isHidden()

    @property
    def brings(self) -> str:
        """Return what the import would bring, or why the file cannot be read, in words."""
        return self._brings.words

    @property
    def told(self) -> str:
        """Return what became of the import."""
        return self.result_pane.words

    def roles(self) -> dict[Role, Sequence[str]]:
        """Return the columns by the role they have now."""
        found: dict[Role, list[str]] = {}
        for column, role in self._now().items():
            found.setdefault(role, []).append(column)
        return {role: tuple(columns) for role, columns in found.items()}

    def _now(self) -> dict[str, Role]:
        """Return the role of each column, those just given included; what one column alone can be goes over to it."""
        roles = dict(self._looked.roles) if self._looked else {}
        given = {column: role for column, role in self._chosen.items() if column in roles}
        for column, role in list(roles.items()):
            if column not in given and again_once({**given, column: role}) is not None:
                roles[column] = Role.SEGMENT
        return {**roles, **given}

    def _settings(self) -> Settings:
        return replace(self.form.settings(), names=tuple(self._names.items()))

    def rename(self, column: str, name: str) -> None:
        """Read a column under another name, such as that of a question which an earlier wave asked."""
        shown = [one.name for one in self._looked.preview.columns] if self._looked else []
        if name and name not in shown:
            there = next((told for told, here in self._names.items() if here == column), column)
            self._names[there] = name
            if there == name:
                del self._names[there]
            if column in self._chosen:
                self._chosen[name] = self._chosen.pop(column)
        self.look()  # a name that is taken is put back

    def set_role(self, column: str, role: Role) -> None:
        """Give a column a role; the file is looked at again with it."""
        self._chosen[column] = role
        self.columns.show_roles(self._now())
        self.look()

    def _on_wave_column(self, column: str) -> None:
        for name, role in self._now().items():
            if role is Role.WAVE and name != column:
                self._chosen[name] = Role.SEGMENT
        if column:
            self._chosen[column] = Role.WAVE
        self.look()

    def _check(self) -> None:
        roles = self._now()
        twice = again_once(roles)
        words = ""
        if self._looked is not None and Role.TEXT not in roles.values():
            words = _("Say which column holds the answers in the customers' own words.")
        elif twice is not None:
            words = _("Only one column can be: {role}.").format(role=_(ROLES[twice]))
        self._brings.warn(words)
        self._start.setEnabled(not self._waiting and self._looked is not None and not words)

    # The import

    def start(self) -> None:
        """Import with the roles as they stand."""
        roles, told, channel = self.roles(), self._settings(), self.form.channel
        again = self.form.again.isVisible() and self.form.again.isChecked()
        more = self._alike if self._together.isVisible() and self._together.isChecked() else []
        paths = (self._path, *more)
        self._others = [path for path in self._others if path not in more]
        self._alike = []
        self._start.hide()
        self._other.hide()
        self._cancel.setText(_("Stop"))
        self._doing.setText(_("Importing {name}").format(name=self._path.name))
        self._stack.setCurrentIndex(UNDER_WAY)
        self._tell_others()
        self._job = self._desk.long(
            lambda project, progress: import_files(
                project, paths, roles, told, channel, again=again, progress=progress
            ),
            self._on_imported,
            failed=self._show_error,
        )
        self._job.progressed.connect(self._show_progress)

    def _show_progress(self, done: int, total: int | None, what: str) -> None:
        if total:
            # Files are larger than the whole numbers of a progress bar.
            self._bar.setRange(0, 1000)
            self._bar.setValue(int(1000 * done / total))
            told = _("Importing {name}: {done} of {total} MB")
            self._doing.setText(
                told.format(name=what or self._path.name, done=f"{done / 1e6:.1f}", total=f"{total / 1e6:.1f}")
            )

    def _on_imported(self, outcomes: list[Outcome]) -> None:
        self._job = None
        results = [one.result for one in outcomes if one.result is not None]
        self.result_pane.show_outcomes(outcomes)
        self._show.setVisible(any(one.verbatims > 0 for one in results))
        rejecting = [one.batch for one in results if one.rejected]
        if rejecting:
            self._desk.read(
                "import-rejects",
                lambda project: read_rejects(project, batches=rejecting),
                self.result_pane.show_rejects,
                failed=self._show_error,
            )
        self._finish()
        for one in results:
            self.imported.emit(one)

    def _show_error(self, error: BaseException) -> None:
        self._job = None
        self.result_pane.show_error(_words_of(error))
        self._finish()

    def _finish(self) -> None:
        self._stack.setCurrentIndex(RESULT)
        self._about.setText("")
        self._start.hide()
        self._other.hide()
        self._cancel.setText(_("Close"))
        self._tell_others()
        self._start.setDefault(False)
        self._cancel.setDefault(True)
        self._cancel.setFocus()

    def _on_show(self) -> None:
        self.accept()
        self.rows_asked.emit()

    def save_rejects(self) -> None:
        """Ask where to, and write the reject list."""
        path = ask_where(self, self._path)
        if path is not None:
            self._desk.read(
                "rejects",
                lambda project: rejects.export_rejects(project, path),
                lambda count: self.result_pane.say(
                    _("{n} rejected rows saved to {name}.").format(n=count, name=path.name)
                ),
                failed=self._show_error,
            )

    def reject(self) -> None:
        """Stop the import; close where none is under way. Button, Escape and the window's own cross all come here."""
        if self._job is not None:
            self._job.cancel()
            self._doing.setText(_("Stopping…"))
        else:
            super().reject()

    def retranslate(self) -> None:
        """Say everything in the language in use; a dialog does not outlive a change of language for long."""
        self.setWindowTitle(_("Import answers"))
        self._title.setText(self._path.name)
        self._about.setText(_("Looking into the file…"))
        self._other.setText(_("Another file…"))
        self._other.setToolTip(_("Choose another file, or drop one here"))
        self._first_title.setText(_("First rows"))
        self._start.setText(_("Import"))
        self._cancel.setText(_("Cancel"))
        self._show.setText(_("Show the answers"))
        self.columns.retranslate()
        self._tell_others()


def _words_of(error: BaseException) -> str:
    if isinstance(error, CancelledError):
        return _("The import was stopped; nothing of it is shown. Choose the same file to go on where it stopped.")
    if isinstance(error, UserError):
        return error.sentence()
    return _("Something went wrong that is the program's fault.") + "\n\n" + report_of(error)
