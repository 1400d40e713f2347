"""Parse foreign files in a child with limited memory and time: good parsers abort the whole process on hostile ones.

The request goes in as one JSON line (so no file name shows in the process list); answers come back as JSON lines.
On Windows there is no RLIMIT; there the watchdog alone guards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import cast

import annotate
from annotate.errors import UserError
from annotate.messages import N_

MEMORY = 2 << 30
CPU_SECONDS = 1800
PATIENCE = 600.0
"""Seconds without a line from the child before it is given up."""

Request = Mapping[str, str | int | None]
Answer = dict[str, object]


class ChildDiedError(Exception):
    """The child ended without saying why: out of memory, out of time, or the parser aborted."""


def ask(module: str, request: Request, *, patience: float = PATIENCE) -> Generator[Answer]:
    """Run ``module`` in a limited child and yield its answers.

    Raises UserError for an error that the child words, ChildDiedError if it dies or says nothing for ``patience``
    seconds. Closing the generator ends the child. Time that the caller takes between answers does not count.
    """
    root = str(Path(annotate.__file__).parent.parent)
    paths = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    child = subprocess.Popen(
        [sys.executable, "-X", "utf8", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert child.stdin is not None and child.stdout is not None
    watchdog = _Watchdog(child, patience)
    finished = False
    try:
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.close()
        except OSError:
            raise ChildDiedError from None
        while True:
            with watchdog:
                line = child.stdout.readline()
            if not line.endswith(b"\n"):
                break
            answer = json.loads(line)
            if "error" in answer:
                finished = True
                raise _worded(cast("dict[str, str]", answer["error"]))
            if answer.get("done"):
                finished = True
                break
            yield answer
        if not finished:
            raise ChildDiedError
    finally:
        watchdog.stop()
        child.kill()
        child.stdout.close()
        child.wait()


class _Watchdog:
    """Kills the child if the parent waits too long for one line."""

    def __init__(self, child: subprocess.Popen[bytes], patience: float) -> None:
        self._child, self._patience = child, patience
        self._waiting_since: float | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="import-watchdog", daemon=True)
        self._thread.start()

    def __enter__(self) -> None:
        self._waiting_since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        self._waiting_since = None

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(min(1.0, self._patience)):
            since = self._waiting_since
            if since is not None and time.monotonic() - since > self._patience:
                self._child.kill()
                return


_WORDED = {
    "sheet-unknown": (
        N_("The workbook {name} has no sheet {sheet}."),
        N_("Its sheets are: {sheets}."),
        N_("Choose one of them."),
    ),
    "workbook-empty": (
        N_("The workbook {name} has no sheet with cells."),
        N_("Charts and empty sheets hold nothing to import."),
        N_("Check in Excel or WPS that the data are in this file, and save it again."),
    ),
    "document-damaged": (
        N_("The file {name} is damaged."),
        N_("Its inner parts cannot be read as what its name says."),
        N_("Open it in the program that made it, save it under a new name and import that file."),
    ),
}


def _worded(error: dict[str, str]) -> UserError:
    params = {**error}
    name = params.pop("id")
    what, why, advice = _WORDED[name]
    return UserError(name, what, why, advice, **params)


def too_heavy(path: Path) -> UserError:
    """Return the error for a file on which the child died."""
    return UserError(
        "file-too-heavy",
        N_("The file {name} could not be read within 2 GB of memory and the time allowed."),
        N_("It is very large inside, damaged, or made to exhaust the program that opens it."),
        N_("Save the data as CSV (UTF-8) in Excel or WPS and import that file."),
        name=path.name,
    )


class RefusedError(Exception):
    """Raised in the child for a fault that people can mend; its id is a key of the parent's sentences."""

    def __init__(self, id: str, **params: str) -> None:
        super().__init__(id)
        self.answer: Answer = {"error": {"id": id, **params}}


def serve(work: Callable[[Request], Iterator[Answer]]) -> None:
    """Limit this process, read one request from stdin and write the answers of ``work`` to stdout."""
    try:
        import resource  # absent on Windows

        for kind, limit in (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
            resource.setrlimit(kind, (bound, hard))
    except ImportError:
        pass
    out = sys.stdout.buffer

    def say(answer: Answer) -> None:
        out.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
        out.flush()

    request: Request = json.loads(sys.stdin.buffer.readline())
    try:
        for answer in work(request):
            say(answer)
        say({"done": True})
    except RefusedError as refused:
        say(refused.answer)
    except MemoryError:
        sys.exit(1)
    except Exception:  # parsers raise anything on damaged files, and this process exists to contain it
        say(RefusedError("document-damaged", name=Path(str(request.get("path", ""))).name).answer)
