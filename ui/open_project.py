"""An open project behind its tasks: nothing runs on the UI thread, nothing is told once the project is let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from annotate.jobs import CancelledError, Progress
from annotate.store.project import Project
from ui.tasks import DroppedError, Failed, Job, Tasks

if TYPE_CHECKING:
    from training.process.worker import Worker

T = TypeVar("T")


class OpenProject(QObject):
    """Asks and changes one project off the UI thread, and closes it when what was asked for is done."""

    def __init__(self, project: Project, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project = project
        self.tasks = tasks
        self._gate = threading.Condition()
        self._closing = False
        self._under_way = 0
        self._gone = False
        self._jobs: set[Job] = set()
        self._workers: dict[str, Worker] = {}
        self.at_last: list[Callable[[Project], None]] = []
        """What is done with the project before it is closed, on a working thread."""

    def close(self) -> None:
        """Let go of the project after what was asked for is done."""
        self._gone = True
        for job in self._jobs:
            job.cancel()
        self.tasks.write(self._close_project)

    def let_go(self) -> None:
        """Close what stands beside the project; called on a working thread, before the project is closed."""

    def _close_project(self) -> None:
        with self._gate:
            self._closing = True
            self._gate.wait_for(lambda: self._under_way == 0)
        for worker in self._workers.values():
            worker.close()
        self.let_go()
        for last in self.at_last:
            last(self.project)
        self.project.close()

    def _through(self, verb: Callable[[], T]) -> T:
        """Run a verb unless the project is being closed; closing waits for those under way."""
        with self._gate:
            if self._closing:
                raise DroppedError
            self._under_way += 1
        try:
            return verb()
        finally:
            with self._gate:
                self._under_way -= 1
                self._gate.notify_all()

    def _while_open(self, tell: Callable[[T], None] | None) -> Callable[[T], None] | None:
        """Wrap a listener so that it hears nothing once the project is let go: its widgets are gone."""
        if tell is None:
            return None

        def told(answer: T) -> None:
            if not self._gone:
                tell(answer)

        return told

    def read(
        self,
        key: Hashable,
        verb: Callable[[Project], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        slow: bool = False,
    ) -> None:
        """Ask the project something; a later question under the same key drops this one. ``slow``: may take seconds."""
        work = partial(self._through, lambda: verb(self.project))
        self.tasks.read(key, work, self._while_open(done), self._while_open(failed), slow=slow)

    def write(
        self, verb: Callable[[Project], T], done: Callable[[T], None] | None = None, failed: Failed | None = None
    ) -> None:
        """Change the project, in the order asked."""
        work = partial(self._through, lambda: verb(self.project))
        self.tasks.write(work, self._while_open(done), self._while_open(failed))

    def long(
        self,
        verb: Callable[[Project, Progress], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> Job:
        """Do long work on the project under the eye of a person."""
        job = self.tasks.long(
            lambda progress: self._through(lambda: verb(self.project, progress)),
            self._while_open(done),
            self._while_open(failed),
        )
        self._jobs.add(job)
        job.ended.connect(lambda: self._jobs.discard(job))
        return job

    def worker(self, of: str) -> Worker:
        """Return a process for heavy work, kept from one call to the next; ``of`` tells one kind of work from another.

        Called on a working thread. One call at a time: a long fit must not hold up the next answers to read.
        """
        from training.process.worker import Worker

        with self._gate:
            return self._workers.setdefault(of, Worker())

    def stopper(self) -> Progress:
        """Return a progress that ends the work in a worker once the project is let go."""

        def progress(done: int, total: int | None, what: str = "") -> None:
            if self._gone:
                raise CancelledError

        return progress
