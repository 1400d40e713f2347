"""Several files after one another: which of them look alike, and importing those in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.errors import UserError
from annotate.importing import load, reading
from annotate.importing.load import ImportResult
from annotate.importing.roles import Role
from annotate.jobs import Progress
from annotate.store.project import Project
from ui.views.import_look import Settings


@dataclass(frozen=True, slots=True)
class _Named:
    """Tells progress by the name of the file it is of."""

    progress: Progress
    name: str

    def __call__(self, done: int, total: int | None, what: str = "") -> None:
        self.progress(done, total, self.name)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: its result, or why it could not be imported."""

    path: Path
    result: ImportResult | None
    error: UserError | None = None


def alike(paths: Sequence[Path], columns: Sequence[str], settings: Settings) -> list[Path]:
    """Return the files that have the same columns when they are read in the same way. Not on the UI thread."""
    found = []
    for path in paths:
        try:
            reader = reading.open_reader(
                path, sheet=settings.sheet, header_row=settings.header_row, header_rows=settings.header_rows,
                encoding=settings.encoding, names=settings.called,
            )  # fmt: skip
        except (UserError, OSError):
            continue  # it has a wizard of its own, which tells why it cannot be read
        if list(reader.columns) == list(columns):
            found.append(path)
    return found


def import_files(
    project: Project,
    paths: Sequence[Path],
    roles: Mapping[Role, Sequence[str]],
    settings: Settings,
    channel: str,
    *,
    again: bool,
    progress: Progress,
) -> list[Outcome]:
    """Import files one after the other in the same way, each an undo step; one that cannot be read stops no other.

    The first one's error is raised: there is nothing to tell of the others then.
    """
    outcomes: list[Outcome] = []
    for path in paths:
        try:
            result = load.import_file(
                project, path, roles=roles, source=settings.source, channel=channel, sheet=settings.sheet,
                header_row=settings.header_row, header_rows=settings.header_rows, encoding=settings.encoding,
                wave=settings.wave, names=settings.called, again=again,
                rows_at_once=load.SHARED_ROWS, progress=_Named(progress, path.name),
            )  # fmt: skip
        except UserError as error:
            if not outcomes:
                raise
            outcomes.append(Outcome(path, None, error))
        else:
            outcomes.append(Outcome(path, result))
    return outcomes
