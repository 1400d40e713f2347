"""A read of a page that may take a minute: told in a line, stopped there, and overtaken by a newer one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from annotate.jobs import CancelledError, Progress
from annotate.store.project import Project
from ui.desk import Desk
from ui.tasks import Failed, Job
from ui.views.train_job import JobLine

T = TypeVar("T")


class LongRead(QObject):
    """Reads one thing at a time. ``stopped``: a person did not want to wait for it.

    No job of the desk: what is only looked at makes no training give way.
    """

    stopped = Signal()

    def __init__(self, desk: Desk, key: Hashable, line: JobLine, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._key, self._line = desk, key, line
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether it reads."""
        return self._job is not None

    def ask(
        self,
        what: str,
        verb: Callable[[Project, Progress], T],
        done: Callable[[T], None],
        failed: Failed | None = None,
    ) -> None:
        """Read something, ``what`` in words; what was being read is dropped."""
        self.drop()
        job = self._job = Job(self)
        gone = self._desk.stopper()

        def progress(done: int, total: int | None, what: str = "") -> None:
            gone(done, total, what)
            job.report(done, total, what)

        def on_done(answer: T) -> None:
            self._end(job)
            done(answer)

        def on_failed(error: BaseException) -> None:
            self._end(job)
            if isinstance(error, CancelledError):
                self.stopped.emit()
            elif failed is not None:
                failed(error)
            else:
                self._desk.tasks.tell(error)

        self._line.watch(job, what)
        self._desk.read(self._key, lambda project: verb(project, progress), on_done, on_failed, slow=True)

    def drop(self) -> None:
        """Stop what is being read; nobody is told."""
        if self._job is not None:
            self._job.blockSignals(True)
            self._job.cancel()
            self._job = None
            self._desk.tasks.forget(self._key)
            self._line.let_go()

    def _end(self, job: Job) -> None:
        self._job = None
        job.ended.emit()
        job.deleteLater()
