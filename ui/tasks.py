"""Work off the UI thread: one ordered line for changes, a pool for reads, long jobs; answers come back to it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from annotate.jobs import CancelledError, Progress

log = logging.getLogger(__name__)

T = TypeVar("T")
Failed = Callable[[BaseException], None]

READERS, SLOW_READERS = 2, 2
"""Threads for reads that a person waits for, and for surveys that may take seconds: these never hold up those."""


class DroppedError(Exception):
    """The work came to nothing and nobody needs to know: what it was for is gone."""


_TOLD_EVERY = 0.1
"""Seconds between two reports of progress: more often only costs repaints."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a piece of work came to, on its way to the UI thread."""

    future: Future[object]
    done: Callable[[object], None] | None
    failed: Failed | None
    key: Hashable
    generation: int


class Job(QObject):
    """Long work that a person watches and may stop. Its signals arrive on the UI thread."""

    progressed = Signal(object, object, str)
    ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._told = 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next safe point."""
        self._stop.set()

    def report(self, done: int, total: int | None, what: str = "") -> None:
        """Take progress on the working thread; raises CancelledError once the person asked to stop."""
        if self._stop.is_set():
            raise CancelledError
        now = time.monotonic()
        if now - self._told >= _TOLD_EVERY or (total is not None and done >= total):
            self._told = now
            self.progressed.emit(done, total, what)


class Tasks(QObject):
    """Runs work off the UI thread and delivers each answer on it, unless a newer question overtook it."""

    settled = Signal()
    long_begun = Signal()
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None, *, on_error: Failed | None = None) -> None:
        super().__init__(parent)
        self._on_error = on_error or _log_only
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="tingdong-ui-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="tingdong-ui-read")
        self._slow = ThreadPoolExecutor(SLOW_READERS, thread_name_prefix="tingdong-ui-slow")
        self._long = ThreadPoolExecutor(2, thread_name_prefix="tingdong-ui-long")
        self._generations: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, Future[object]] = {}
        self._jobs: set[Job] = set()
        self._outstanding = 0
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether every answer has been delivered."""
        return self._outstanding == 0

    @property
    def working(self) -> bool:
        """Whether long work runs."""
        return bool(self._jobs)

    def write(
        self, work: Callable[[], T], done: Callable[[T], None] | None = None, failed: Failed | None = None
    ) -> None:
        """Run a change after those asked for before it: key presses keep their order."""
        self._start(self._writer, work, done, failed, None)

    def read(
        self,
        key: Hashable,
        work: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        slow: bool = False,
    ) -> None:
        """Run a read; an older one of the same key is dropped, before it starts if it still waits."""
        older = self._waiting.pop(key, None)
        if older is not None:
            older.cancel()
        self._waiting[key] = self._start(self._slow if slow else self._readers, work, done, failed, key)

    def tell(self, error: BaseException) -> None:
        """Tell the person of an error that came to light elsewhere."""
        self._on_error(error)

    def forget(self, key: Hashable) -> None:
        """Drop the answer of the read in flight under this key."""
        self._generations[key] = self._generations.get(key, 0) + 1

    def long(
        self, work: Callable[[Progress], T], done: Callable[[T], None] | None = None, failed: Failed | None = None
    ) -> Job:
        """Run long work that reports progress; return the handle to watch and stop it."""
        self.long_begun.emit()
        job = Job(self)
        self._jobs.add(job)

        def end() -> None:
            self._jobs.discard(job)
            job.ended.emit()
            job.deleteLater()

        def finish(result: T) -> None:
            end()
            if done is not None:
                done(result)

        def fail(error: BaseException) -> None:
            end()
            (failed or self._on_error)(error)

        self._start(self._long, lambda: work(job.report), finish, fail, None)
        return job

    def close(self) -> None:
        """Stop watched jobs, finish what was begun, and deliver nothing any more."""
        self._closed = True
        for job in self._jobs:
            job.cancel()
        self._readers.shutdown(cancel_futures=True)
        self._slow.shutdown(cancel_futures=True)
        self._long.shutdown()
        self._writer.shutdown()

    def _start(
        self,
        where: ThreadPoolExecutor,
        work: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Failed | None,
        key: Hashable,
    ) -> Future[object]:
        generation = 0
        if key is not None:
            generation = self._generations[key] = self._generations.get(key, 0) + 1
        self._outstanding += 1
        future: Future[object] = where.submit(work)
        # The caller typed work and done together; between the threads only object travels.
        told: Callable[[object], None] | None = done  # type: ignore[assignment]
        answer = _Answer(future, told, failed, key, generation)
        future.add_done_callback(lambda _future: None if self._closed else self._arrived.emit(answer))
        return future

    @Slot(object)
    def _deliver(self, answer: _Answer) -> None:
        self._outstanding -= 1
        try:
            if self._closed or answer.future.cancelled():
                return
            if answer.key is not None:
                if self._generations.get(answer.key) != answer.generation:
                    return
                self._waiting.pop(answer.key, None)
            error = answer.future.exception()
            if isinstance(error, DroppedError):
                return
            if error is not None:
                (answer.failed or self._on_error)(error)
            elif answer.done is not None:
                answer.done(answer.future.result())
        finally:
            if self._outstanding == 0 and not self._closed:
                self.settled.emit()


def _log_only(error: BaseException) -> None:
    log.error("work off the UI thread failed", exc_info=error)
