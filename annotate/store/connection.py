"""One bundled SQLite behind one small typed wrapper; with ``keys`` the only module that knows the driver."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeAlias
from urllib.parse import quote

import numpy as np
from sqlcipher3 import dbapi2 as driver

from annotate.jobs import CancelledError
from annotate.search_language import parse
from annotate.store import finding, keys

Value: TypeAlias = str | bytes | int | float | None
Row: TypeAlias = tuple[Value, ...]

DatabaseError: type[Exception] = driver.DatabaseError
OperationalError: type[Exception] = driver.OperationalError
IntegrityError: type[Exception] = driver.IntegrityError


_STEPS = 500_000
"""Of SQLite's machine, between two looks at whether a statement is still wanted: some 5 ms."""


class Cursor(Protocol):
    """What we use of a DB-API cursor."""

    rowcount: int
    lastrowid: int

    def fetchone(self) -> Row | None: ...
    def fetchmany(self, size: int) -> list[Row]: ...
    def fetchall(self) -> list[Row]: ...
    def __iter__(self) -> Iterator[Row]: ...


class Connection:
    """A connection in autocommit mode: transactions are begun and ended in words."""

    def __init__(self, raw: driver.Connection) -> None:
        self.raw = raw
        self.finder: Callable[[], finding.Finder] = lambda: finding.SCAN
        """How SQL's ``found_ids(search)`` finds texts: all of them are read unless an index takes its place."""
        self.most: int | None = None
        """Where the first hits of a search are enough: how many."""
        self.cut = False
        """Whether a search since ``most`` was set stopped there."""
        raw.create_function("found_ids", 1, self._found_ids)

    def _found_ids(self, text: Value) -> str:
        wanted = parse(str(text))
        found = np.empty(0, np.int64) if wanted is None else self.finder().ids(self, wanted, self.most)
        self.cut = self.cut or (self.most is not None and len(found) >= self.most)
        return finding.as_json(found)

    @contextmanager
    def first_hits(self, most: int) -> Iterator[None]:
        """Let searches inside stop after their first ``most`` hits; ``cut`` then tells whether one did."""
        self.most, self.cut = most, False
        try:
            yield
        finally:
            self.most = None

    def execute(self, sql: str, values: Sequence[Value] = ()) -> Cursor:
        """Run one statement with bound values."""
        cursor: Cursor = self.raw.execute(sql, values)
        return cursor

    def executemany(self, sql: str, rows: Iterable[Sequence[Value]]) -> int:
        """Run one statement for many rows; return how many rows changed."""
        cursor: Cursor = self.raw.executemany(sql, rows)
        return cursor.rowcount

    def one(self, sql: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row or None."""
        return self.execute(sql, values).fetchone()

    def integer(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Return the first cell as an integer; 0 where it is null or there is no row."""
        row = self.one(sql, values)
        return int(row[0]) if row and row[0] is not None else 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what happens inside as one, or roll all of it back."""
        self.raw.execute("begin immediate")
        try:
            yield
            self.raw.execute("commit")
        except BaseException:  # whatever it was, also a commit refused: half a change must not stay, nor block the next
            if self.raw.in_transaction:
                self.raw.execute("rollback")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let several reads see one state of the file."""
        self.raw.execute("begin")
        try:
            yield
        finally:
            # Not committed: in a damaged file a commit fails even of reads, and would hide what the reads found.
            if self.raw.in_transaction:
                self.raw.execute("rollback")

    def interrupt(self) -> None:
        """Stop the statement that runs on this connection; it raises OperationalError there."""
        self.raw.interrupt()

    @contextmanager
    def until(self, stop: Callable[[], bool] | None) -> Iterator[None]:
        """Let statements inside run until ``stop`` says so, asked every few milliseconds; raises CancelledError."""
        if stop is None:
            yield
            return
        self.on_progress(stop, _STEPS)
        try:
            yield
        except DatabaseError as error:
            if stop():
                raise CancelledError from error
            raise
        finally:
            self.on_progress(None)

    def on_progress(self, handler: Callable[[], int] | None, steps: int = 50_000) -> None:
        """Call handler every so many virtual-machine steps; a true answer stops the statement."""
        self.raw.set_progress_handler(handler, steps)

    def close(self) -> None:
        self.raw.close()


def connect(path: Path, *, read_only: bool = False, create: bool = False, passphrase: str | None = None) -> Connection:
    """Open the file with the pragmas that hold our promises; never creates one by accident.

    WAL with synchronous=full keeps every acknowledged commit through a power cut (812 of 1,000 cuts lost one with
    normal, none with full). mmap stays off: no gain measured, and files may be foreign.
    """
    mode = "ro" if read_only else ("rwc" if create else "rw")
    if read_only and not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists():
        # A reader of a WAL file must make its -shm beside it; on a disk that forbids it, a closed project needs none.
        mode += "&immutable=1"
    raw = driver.connect(
        f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    raw.set_busy_timeout(5.0)
    if passphrase is not None:
        # A wrong passphrase is told to the person as a sentence; SQLCipher's own lines on stderr would only frighten.
        raw.execute("pragma cipher_log_level = none")
        keys.unlock(raw, path, passphrase)
    try:
        for pragma in (
            "trusted_schema=off",
            "cell_size_check=on",
            "foreign_keys=on",
            "temp_store=memory",
            "mmap_size=0",
        ):
            raw.execute(f"pragma {pragma}")
        # Up to eight readers are open beside the writer: a smaller cache each keeps the window's memory down.
        raw.execute(f"pragma cache_size={-8192 if read_only else -65536}")
        if read_only:
            raw.execute("pragma query_only=on")
        else:
            raw.execute("pragma journal_mode=wal")
            for pragma in (
                "synchronous=full",
                "fullfsync=on",
                "checkpoint_fullfsync=on",
                "journal_size_limit=67108864",
            ):
                raw.execute(f"pragma {pragma}")
        if passphrase is not None and not create:
            keys.learn(raw, path, passphrase)
    except BaseException:  # a handle must not outlive a failed opening: it would hold POSIX locks
        raw.close()
        raise
    return Connection(raw)


def statements(script: str) -> Iterator[str]:
    """Split a script into its statements (triggers stay whole); executescript would commit inside a migration."""
    lines: list[str] = []
    for line in script.splitlines():
        if not lines and (not line.strip() or line.lstrip().startswith("--")):
            continue
        lines.append(line)
        text = "\n".join(lines)
        if ";" in line and driver.complete_statement(text):
            yield text
            lines = []
    if "".join(lines).strip():
        raise ValueError("the script ends inside a statement")


def sqlite_utils() -> ModuleType:
    """Return sqlite-utils bound to the bundled SQLite: it must find our driver before it is first imported."""
    sys.modules.setdefault("pysqlite3", sys.modules["sqlcipher3"])
    sys.modules.setdefault("pysqlite3.dbapi2", driver)
    import sqlite_utils as library

    return library
