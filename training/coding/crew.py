"""Several workers at the same kind of job, their results in the order of the jobs."""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorkingError
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Generic, TypeVar

from annotate.jobs import CancelledError, Progress, silent
from training.process.worker import Worker

Job = TypeVar("Job")
Result = TypeVar("Result")

MOST = 4
"""More processes than that are not started: the one writer could not keep up with them."""
_TICK = 0.2


def processes() -> int:
    """Return how many processes bulk work uses: one a core, at most MOST."""
    return max(1, min(MOST, os.cpu_count() or 1))


@contextmanager
def hired(worker: Worker | None, count: int | None = None) -> Iterator[Sequence[Worker]]:
    """Lend the one worker given, or ``count`` new ones (one a core), which are closed at the end."""
    if worker is not None:
        yield [worker]
        return
    with ExitStack() as stack:
        yield [stack.enter_context(Worker()) for _ in range(count or processes())]


class Crew(Generic[Job, Result]):
    """Does jobs with as many threads as workers; each worker is with one job at a time."""

    def __init__(self, workers: Sequence[Worker], do: Callable[[Worker, Job, Progress], Result]) -> None:
        self._workers = workers
        self._do = do
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in workers:
            self._idle.put(worker)

    def results(self, jobs: Iterable[Job], watch: Callable[[], None]) -> Iterator[Result]:
        """Yield the results in the order of the jobs, working at most two jobs a worker ahead of what is taken.

        ``watch`` is called while waiting and may raise CancelledError. Whatever ends this early stops the workers.
        """
        if len(self._workers) == 1:
            for job in jobs:
                yield self._do(self._workers[0], job, silent)
            return
        source = iter(jobs)
        stop = threading.Event()

        def listen(done: int, total: int | None, what: str = "") -> None:
            if stop.is_set():
                raise CancelledError

        executor = ThreadPoolExecutor(len(self._workers), "tingdong-crew")
        waiting: deque[Future[Result]] = deque()
        try:
            while True:
                for job in islice(source, 2 * len(self._workers) - len(waiting)):
                    waiting.append(executor.submit(self._one, job, listen))
                if not waiting:
                    return
                first = waiting.popleft()
                yield self._wait(first, watch)
        finally:
            stop.set()
            executor.shutdown(wait=True, cancel_futures=True)

    def _one(self, job: Job, listen: Progress) -> Result:
        worker = self._idle.get()
        try:
            return self._do(worker, job, listen)
        finally:
            self._idle.put(worker)

    def _wait(self, future: Future[Result], watch: Callable[[], None]) -> Result:
        while True:
            try:
                return future.result(_TICK)
            except StillWorkingError:
                if future.done():
                    raise
                watch()
