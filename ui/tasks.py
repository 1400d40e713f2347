"""Work off the UI thread: one ordered line for changes, a pool for reads, long jobs; answers come back to it."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from annotate.jobs import CancelledError, Progress
from ui import memory

log = logging.getLogger(__name__)

T = TypeVar("T")
Failed = Callable[[BaseException], None]

READERS, SLOW_READERS = 2, 2
"""Threads for reads that a person waits for, and for surveys that may take seconds: these never hold up those."""


class DroppedError(Exception):
    """The work came to nothing and nobody needs to know: what it was for is gone."""


_TOLD_EVERY = 0.1
"""Seconds between two reports of progress: more often only costs repaints."""

_NICE = 10
"""Of threads for surveys and long work: a key that came during one took up to 1.8 s."""
_GIVE_BACK_AFTER, _GIVE_BACK_EVERY = 1_500, 20_000
"""Milliseconds from a survey or long work until freed memory goes back, and at least between two times."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a piece of work came to, on its way to the UI thread."""

    future: Future[object]
    done: Callable[[object], None] | None
    failed: Failed | None
    key: Hashable
    generation: int
    large: bool


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
        self._slow = ThreadPoolExecutor(SLOW_READERS, "tingdong-ui-slow", _give_way)
        self._long = ThreadPoolExecutor(2, "tingdong-ui-long", _give_way)
        self._generations: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, Future[object]] = {}
        self._jobs: set[Job] = set()
        self._outstanding = 0
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._give_back = QTimer(self, singleShot=True, interval=_GIVE_BACK_AFTER)
        self._give_back.timeout.connect(self._on_give_back)

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
        self._give_back.stop()
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
        answer = _Answer(future, told, failed, key, generation, where in (self._slow, self._long))
        future.add_done_callback(lambda _future: None if self._closed else self._arrived.emit(answer))
        return future

    def _on_give_back(self) -> None:
        if not self._closed:
            self._give_back.setInterval(_GIVE_BACK_EVERY)
            self._slow.submit(memory.give_back)

    @Slot(object)
    def _deliver(self, answer: _Answer) -> None:
        self._outstanding -= 1
        if answer.large and not self._give_back.isActive():
            self._give_back.start()
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


def _give_way() -> None:
    """Let threads that people wait for go before this one; elsewhere than on Linux only a whole process can."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _log_only(error: BaseException) -> None:
    log.error("work off the UI thread failed", exc_info=error)
