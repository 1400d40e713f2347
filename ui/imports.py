"""Bringing answers, a code frame or the sample into the open project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

import resources
from annotate.jobs import Progress
from annotate.messages import _
from ui.views import files

if TYPE_CHECKING:
    from annotate.importing.frame_load import FrameImport
    from annotate.store.project import Project
    from ui.main_window import MainWindow
    from ui.views.import_dialog import ImportDialog
    from ui.views.sources.reading import KnownSource


class Imports(QObject):
    """Asks for files and imports them into what is open in the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def ask_answers(self) -> None:
        """Ask for files of answers and open the wizard on them."""
        self.answers(files.choose_files(self._window, _("Import answers")))

    def ask_wave(self, source: KnownSource) -> None:
        """Ask for the file of another wave of a source; its columns keep the roles they had."""
        self.answers(files.choose_files(self._window, _("Add a new wave of {name}").format(name=source.name)), source)

    def dropped(self, paths: Sequence[Path]) -> None:
        """Take files that were dropped on the window: a project is opened, then frames, then answers are imported."""
        projects = [path for path in paths if path.suffix.lower() == files.SUFFIX]
        others = [path for path in paths if path not in projects]
        if projects:
            if others:
                once = Qt.ConnectionType.SingleShotConnection
                self._window.opened.connect(lambda _desk: self.dropped(others), once)
            self._window.open_project(projects[0])
            return
        desk = self._window.desk
        if desk is None:
            self._window.toasts.say(_("Open a project first, or make a new one; then drop the file again."))
        elif desk.project.read_only:
            self._window.toasts.say(_("This project is open for reading only: nothing can be imported into it."))
        else:
            desk.read(
                "dropped", lambda _project: [path for path in others if _is_frame(path)],
                lambda frames: self._take(others, frames), slow=True,
            )  # fmt: skip

    def _take(self, paths: Sequence[Path], frames: Sequence[Path]) -> None:
        for path in frames:
            self.frame(path)
        self.answers([path for path in paths if path not in frames])

    def answers(self, paths: Sequence[Path], source: KnownSource | None = None) -> ImportDialog | None:
        """Open the wizard on files, one after the other; ``source``: the one that they are another wave of."""
        from ui.views.import_dialog import ImportDialog

        if self._window.desk is None or not paths:
            return None
        dialog = ImportDialog(self._window.desk, paths[0], self._window, source=source, others=paths[1:])
        dialog.rows_asked.connect(lambda: self._window.show_page("label"))
        dialog.open()
        return dialog

    def ask_frame(self) -> None:
        """Ask for a sheet with a code frame and import it."""
        if path := files.choose_frame(self._window):
            self.frame(path)

    def frame(self, path: Path) -> None:
        """Import a code frame; say what of it could not be taken."""
        from annotate.importing import frame_load

        def tell(result: FrameImport) -> None:
            words = _("Code frame {name}: {codes} codes, {nets} nets.").format(
                name=result.name, codes=result.codes, nets=result.nets
            )
            if result.problems:
                words += " " + _("{n} rows were not taken: {first}").format(
                    n=len(result.problems), first=result.problems[0].reason
                )
            self._window.toasts.say(words)

        if self._window.desk is not None:
            self._window.desk.write(lambda project: frame_load.import_frame(project, path), tell)

    def sample(self) -> None:
        """Import the shipped sample: frame, answers, what people coded of them, and definitions."""
        from annotate.importing import frame_load, label_load, load
        from reports.definitions.verbs import import_sheet

        def work(project: Project, progress: Progress) -> None:
            frame_load.import_frame(project, _sample("frame.csv"))
            load.import_file(project, _sample("survey.csv"), source="sample", progress=progress)
            label_load.import_labels(project, _sample("labels.csv"), progress=progress)
            import_sheet(project, _sample("definitions.csv"))

        if self._window.desk is not None:
            self._window.toasts.say(_("The sample is being imported."))
            self._window.desk.long(work)


def _is_frame(path: Path) -> bool:
    from annotate.importing.frame_load import looks_like_frame

    return looks_like_frame(path)


def _sample(name: str) -> Path:
    return resources.path("sample", name)


def sample_exists() -> bool:
    """Say whether the sample is there to be tried."""
    return all(_sample(name).is_file() for name in ("survey.csv", "frame.csv", "labels.csv", "definitions.csv"))
