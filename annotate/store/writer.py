"""One thread writes. People's changes go first; bulk work comes in slices and lets them pass."""

from __future__ import annotations

import itertools
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from annotate.store.connection import Connection

T = TypeVar("T")

PEOPLE, BULK = 0, 1
_END = 2
# A person's change waits for at most one slice; measured for 4, 8 and 20 ms in docs/adr/0003.
SLICE_SECONDS = 0.004
SWITCH_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class _Slice(Generic[T]):
    """One transaction of bulk work: batches of ``rows`` from ``at`` on, until the time is up."""

    rows: list[T]
    at: int
    batch: int
    write: Callable[[Connection, list[T]], None]

    def __call__(self, connection: Connection) -> int:
        """Write and return how far it came."""
        at = self.at
        end = time.perf_counter() + SLICE_SECONDS
        with connection.transaction():
            while at < len(self.rows):
                self.write(connection, self.rows[at : at + self.batch])
                at += self.batch
                if time.perf_counter() >= end:
                    break
        return at


class Writer:
    """Owns the writing connection; every change to the file passes through its queue."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        # Each statement lets go of the interpreter; behind a thread that computes, the default of 5 ms would be waited
        # for at every one of them (docs/benchmarks.md).
        sys.setswitchinterval(SWITCH_SECONDS)
        self._order = itertools.count()
        self._queue: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="tingdong-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], T], *, bulk: bool = False) -> Future[T]:
        """Queue a job; it runs alone on the writing connection and begins its own transaction."""
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(job(self.connection))
            except BaseException as error:  # handed to the caller, who waits on the future
                future.set_exception(error)

        if self._closed:
            raise RuntimeError("the project is closed")
        self._queue.put((BULK if bulk else PEOPLE, next(self._order), run))
        return future

    def call(self, job: Callable[[Connection], T], *, bulk: bool = False) -> T:
        """Run a job and wait for it; on the writer thread itself it runs at once."""
        if threading.current_thread() is self._thread:
            return job(self.connection)
        return self.submit(job, bulk=bulk).result()

    def slices(self, rows: Iterable[T], write: Callable[[Connection, list[T]], None], *, batch: int = 256) -> int:
        """Write many rows in transactions of about SLICE_SECONDS; return how many. Stops where ``rows`` raises.

        Rows are drawn on the caller's thread: a slow source must not hold the writer.
        """
        source: Iterator[T] = iter(rows)
        written = 0
        while block := list(itertools.islice(source, 16 * batch)):
            at = 0
            while at < len(block):
                at = self.call(_Slice(block, at, batch, write), bulk=True)
            written += len(block)
        return written

    def close(self) -> None:
        """Finish what is queued, then end the thread and close the connection."""
        if self._closed:
            return
        self._closed = True
        self._queue.put((_END, next(self._order), None))
        self._thread.join()
        self.connection.close()

    def _work(self) -> None:
        while True:
            _, _, job = self._queue.get()
            if job is None:
                return
            job()
