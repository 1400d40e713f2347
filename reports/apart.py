"""Figures and reports made in a process of its own, so that the window keeps its frames while they are counted.

What crosses the pipe are our own objects between two processes of one start; nothing of it is ever read from a file.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from annotate import messages
from annotate.errors import UserError
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.store.project import Project
from reports.data import ReportData, Rows, Scope

if TYPE_CHECKING:
    from reports.collect import Loaded
    from reports.issue_frozen import Sheets
    from reports.manuscript import Manuscript
    from reports.reading import Order, Reading
    from reports.release import Place
    from reports.sections.press import Title
    from reports.spec import ReportSpec

P = ParamSpec("P")
T = TypeVar("T")
_TICK = 0.1
_NICE = 10


class Apart:
    """One child that does one piece of work at a time, in the order asked. Closing or cancelling ends it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: BaseProcess | None = None
        self._pipe: Pipe | None = None

    def run(
        self, progress: Progress, work: Callable[Concatenate[Progress, P], T], *args: P.args, **more: P.kwargs
    ) -> T:
        """Do ``work(progress, *args)`` in the child; ``work`` is a function of a module, its arguments plain values.

        Raises what the work raised, what ``progress`` raises to cancel, and UserError (work-broke-off) when the child
        died.
        """
        with self._lock:
            pipe = self._started()
            try:
                pipe.send((messages.current(), work, args, more))
                while True:
                    while not pipe.poll(_TICK):
                        progress(0, None, "")  # a cancel is heard while nothing is told
                    kind, told = pipe.recv()
                    if kind == "progress":
                        progress(*told)
                    elif kind == "done":
                        result: T = told
                        return result
                    else:
                        raise told
            except (EOFError, OSError) as error:
                self._end()
                raise UserError(
                    "work-broke-off",
                    N_("The figures could not be finished."),
                    N_("The process that counts them ended unexpectedly, perhaps for want of memory."),
                    N_("Close other programs and try again."),
                ) from error
            except BaseException as error:
                if not isinstance(error, UserError):
                    self._end()
                raise

    def close(self) -> None:
        """End the child; what it was doing is dropped."""
        self._end()

    def _started(self) -> Pipe:
        if self._pipe is None or self._child is None or not self._child.is_alive():
            context = get_context("spawn")
            here, there = context.Pipe()
            self._child = context.Process(target=_serve, args=(there,), name="tingdong-figures", daemon=True)
            self._child.start()
            there.close()
            self._pipe = here
        return self._pipe

    def _end(self) -> None:
        child, pipe = self._child, self._pipe
        self._child = self._pipe = None
        if pipe is not None:
            pipe.close()
        if child is not None:
            child.terminate()
            child.join(5)


def _serve(pipe: Pipe) -> None:
    """Do what comes through the pipe until it closes."""
    with contextlib.suppress(OSError, AttributeError):  # Windows knows no niceness
        os.nice(_NICE)

    last = 0.0

    def told(done: int, total: int | None, what: str = "") -> None:
        nonlocal last
        if (now := time.monotonic()) - last > _TICK:
            last = now
            pipe.send(("progress", (done, total, what)))

    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            language, work, args, more = pipe.recv()
            messages.use(language)
            try:
                answer = ("done", work(told, *args, **more))
            except Exception as error:  # whatever goes wrong is told to the parent, which raises it
                answer = ("failed", error)
            pipe.send(answer)


_kept: dict[tuple[Path, int], Loaded] = {}
"""In the child: the project as it was last read, by its newest operation."""


def _loaded(progress: Progress, project: Project) -> Loaded:
    from reports.collect import read

    with project.reading() as db:
        newest = db.integer("select ifnull(max(id), 0) from op")
    if (project.path, newest) not in _kept:
        _kept.clear()
        told = read(project, progress=progress)
        _kept[project.path, told.op] = told
        return told
    return _kept[project.path, newest]


def figures(progress: Progress, path: Path, passphrase: str | None, scope: Scope) -> ReportData:
    """Count the figures of a project that another process may be writing; for ``Apart.run``."""
    from reports import collect

    with Project.open(path, read_only=True, passphrase=passphrase) as project:
        loaded = _loaded(progress, project)
        with project.reading() as db:
            return collect.figures(db, loaded, scope, title=path.stem, progress=progress)


def reading(progress: Progress, path: Path, passphrase: str | None, rows: Rows, order: Order, score: str) -> Reading:
    """Read the voices behind a figure; for ``Apart.run``."""
    from reports.reading import read

    with Project.open(path, read_only=True, passphrase=passphrase) as project:
        loaded = _loaded(progress, project)
        with project.reading() as db:
            return read(db, loaded, rows, order, score=score)


@dataclass(frozen=True, slots=True)
class Printed:
    """A report as a PDF, and what is to be said of it: headlines, personal data, the choices that its data offer."""

    pdf: bytes
    pages: int
    titles: tuple[Title, ...]
    places: tuple[Place, ...]
    missing_characters: dict[str, int]
    periods: tuple[str, ...]
    columns: tuple[str, ...]


def printing(progress: Progress, path: Path, passphrase: str | None, spec: ReportSpec) -> Printed:
    """Print a report into memory; for ``Apart.run``."""
    from reports.document import printed
    from reports.gather import gather
    from reports.release import printed_places

    with Project.open(path, read_only=True, passphrase=passphrase) as project:
        manuscript = gather(project, spec, loaded=_loaded(progress, project), progress=Share(progress, 0, 50, 100))
        data, report = printed(manuscript, Path("preview.pdf"), progress=Share(progress, 50, 100, 100))
        found = printed_places(project, manuscript)
    chosen = manuscript.data.scope
    return Printed(
        data,
        report.pages,
        report.titles,
        tuple(found),
        report.missing_characters,
        tuple(one.name for one in chosen.known) if chosen else (),
        chosen.columns if chosen else (),
    )


def manuscript_of(progress: Progress, path: Path, passphrase: str | None, spec: ReportSpec) -> Manuscript:
    """Gather what a report is printed from; for ``Apart.run``."""
    from reports.gather import gather

    with Project.open(path, read_only=True, passphrase=passphrase) as project:
        return gather(project, spec, loaded=_loaded(progress, project), progress=progress)


def issuing(progress: Progress, path: Path, passphrase: str | None, spec: ReportSpec) -> tuple[Manuscript, Sheets]:
    """Gather and print what is to be issued; for ``Apart.run``."""
    from reports.issue import sheets_of

    made = manuscript_of(Share(progress, 0, 50, 100), path, passphrase, spec)
    return made, sheets_of(made, progress=Share(progress, 50, 100, 100))


def writing(
    progress: Progress, path: Path, passphrase: str | None, spec: ReportSpec, target: Path, password: str | None
) -> Path:
    """Write a report: a PDF, or its figures as a workbook where the name ends so, or its charts into a folder.

    For ``Apart.run``.
    """
    from reports.document import write_report
    from reports.pictures import write_pictures
    from reports.workbook import write_workbook

    made = manuscript_of(Share(progress, 0, 50, 100), path, passphrase, spec)
    if target.suffix.lower() == ".xlsx":
        write_workbook(made, target)
    elif target.is_dir():
        write_pictures(made, target, progress=Share(progress, 50, 100, 100))
    else:
        write_report(made, target, password=password, progress=Share(progress, 50, 100, 100))
    return target


def issued_again(
    progress: Progress, path: Path, passphrase: str | None, name: str, target: Path, password: str | None
) -> Path:
    """Print an issued report again, from what was frozen; for ``Apart.run``."""
    from reports import issue

    with Project.open(path, read_only=True, passphrase=passphrase) as project:
        issue.print_again(project, target, name=name, password=password, progress=progress)
    return target


def collected(apart: Apart, project: Project, scope: Scope, progress: Progress = silent) -> ReportData:
    """Return the figures of an open project, counted in the child."""
    return apart.run(progress, figures, project.path, project.passphrase, scope)


def voices(apart: Apart, project: Project, rows: Rows, order: Order, score: str) -> Reading:
    """Return voices behind a figure of an open project, read in the child."""
    return apart.run(silent, reading, project.path, project.passphrase, rows, order, score)
