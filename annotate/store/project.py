"""An open project: the one way in. Creates, opens, locks and closes the file; one writer, many readers."""

from __future__ import annotations

import contextlib
import getpass
import os
import threading
import time
import uuid as uuids
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from annotate import passphrases
from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import finding, keys, opening, refusals, schema
from annotate.store.changes import Changes
from annotate.store.connection import Connection, DatabaseError, OperationalError, Row, Value, connect
from annotate.store.writer import Writer
from annotate.text import FOLD_VERSION

T = TypeVar("T")

SUFFIX = ".tingdong"
ADJUDICATED, RULES = 1, 2
_READERS = 8


@dataclass(frozen=True, slots=True)
class Coder:
    """Someone who codes: known by uuid across copies, never by name."""

    id: int
    uuid: bytes
    name: str


class Project:
    """One open project file. Use ``create`` or ``open``; close it, or use it in a ``with`` statement."""

    def __init__(self, path: Path, lock: opening.Lock | None, passphrase: str | None, coder: str | None) -> None:
        self.path = path
        self.changes = Changes()
        self.finder: finding.Finder | None = None
        """Finds texts faster than reading them all, where someone keeps an index."""
        self._lock = lock
        self._passphrase = passphrase
        self._idle: list[Connection] = []
        self._busy = 0
        self._readers = threading.Condition()
        self._writer: Writer | None = None
        self.read_only = lock is None
        self.read_only_reason = ""
        opening.opened(path, +1)
        try:
            self._start(coder)
        except BaseException:  # the lock and the handles must not outlive a failed opening
            self.close()
            raise

    # Opening and closing

    @classmethod
    def create(cls, path: Path | str, *, coder: str | None = None, passphrase: str | None = None) -> Project:
        """Make a new project file and open it; raises UserError (project-exists, folder-missing, not-writable)."""
        path = _absolute(path)
        if path.exists():
            raise UserError(
                "project-exists",
                N_("{name} exists already."),
                N_("A new project never overwrites a file."),
                N_("Choose another name, or open the existing project."),
                name=path.name,
            )
        if not path.parent.is_dir():
            raise UserError(
                "folder-missing",
                N_("{name} cannot be made."),
                N_("The folder {folder} does not exist."),
                N_("Make the folder first, or choose another."),
                name=path.name,
                folder=path.parent,
            )
        lock = opening.Lock.acquire(path)
        if lock is None:
            raise refusals.not_writable(path)
        # Built under another name and renamed: a killed program leaves no half-made project behind.
        unborn = path.with_name(f".{path.name}.new")
        unborn.unlink(missing_ok=True)
        try:
            connection = connect(unborn, create=True, passphrase=passphrase)
            try:
                schema.migrate(connection)
                with connection.transaction():
                    _first_rows(connection, coder or _own_name())
                connection.execute("pragma wal_checkpoint(truncate)")
            finally:
                connection.close()
            unborn.replace(path)
        except (OSError, DatabaseError) as error:
            unborn.unlink(missing_ok=True)
            lock.release()
            raise refusals.not_writable(path) from error
        return cls(path, lock, passphrase, coder)

    @classmethod
    def open(
        cls, path: Path | str, *, coder: str | None = None, read_only: bool = False, passphrase: str | None = None
    ) -> Project:
        """Open a project; read-only where asked, where another program writes it, or where it cannot be written.

        Raises UserError for a file that is missing, foreign, damaged, empty or from a newer version.
        """
        path = _absolute(path)
        if passphrase is None and opening.is_locked(path):
            passphrase = passphrases.asked(path)
        opening.examine(path, passphrase=passphrase is not None)
        writable = not read_only and os.access(path, os.W_OK)
        lock = opening.Lock.acquire(path) if writable else None
        try:
            return cls(path, lock, passphrase, coder)
        except UserError as error:
            if error.id != "older-project" or not read_only or not os.access(path, os.W_OK):
                raise
        # Made by an older version, and only to be read: bring it up to date first.
        cls.open(path, coder=coder, passphrase=passphrase).close()
        return cls(path, None, passphrase, coder)

    def _start(self, coder: str | None) -> None:
        try:
            if self._lock is not None:
                writing = connect(self.path, passphrase=self._passphrase)
                try:
                    opening.refuse_newer(self.path, schema.version_of(writing))
                    if schema.version_of(writing) < schema.VERSION:
                        schema.migrate(writing)
                except BaseException:  # the connection is not yet owned by a writer
                    writing.close()
                    raise
                writing.finder = self._finder
                self._writer = Writer(writing)
            with self.reading() as db:
                opening.refuse_newer(self.path, schema.version_of(db))
                if schema.version_of(db) < schema.VERSION:
                    raise refusals.older(self.path)
                row = db.one("select value from meta where key = 'uuid'")
            if row is None or not isinstance(row[0], bytes):
                raise DatabaseError("no uuid")
            self.uuid = row[0]
            if self.read_only:
                self.read_only_reason = refusals.why_read_only(self.path)
            self.coder = self._find_coder(coder)
        except (DatabaseError, UnicodeDecodeError) as error:  # a damaged file may garble the very error message
            raise refusals.damaged(self.path) from error

    def close(self) -> None:
        """Finish what is queued, fold the log into the file so that it alone is whole, and let go of it."""
        if self._writer is not None:
            # The checkpoint makes a plain copy of the file complete; a reader elsewhere may prevent it, harmlessly.
            with contextlib.suppress(DatabaseError):
                self._writer.call(lambda db: db.execute("pragma optimize").fetchall())
            with self._readers:
                idle, self._idle = self._idle, []
            for reader in idle:
                reader.close()
            with contextlib.suppress(DatabaseError):
                # In turn after all that is queued; fetched, since a statement left open would stop the next commit.
                self._writer.call(lambda db: db.execute("pragma wal_checkpoint(truncate)").fetchall(), bulk=True)
            self._writer.close()
            self._writer = None
        with self._readers:
            idle, self._idle = self._idle, []
        for reader in idle:
            reader.close()
        if self.path is not None:
            opening.opened(self.path, -1)
            keys.forget(self.path)
            self._closed_once()

    def _closed_once(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Project:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a read-only connection; any thread, short reads. Waits while all are lent."""
        with self._readers:
            while not self._idle and self._busy >= _READERS:
                self._readers.wait()
            self._busy += 1
            connection = self._idle.pop() if self._idle else None
        try:
            if connection is None:
                connection = self._reader()
            yield connection
        except BaseException as error:  # an interrupted or failed reader is not lent again
            if connection is not None:
                connection.close()
                connection = None
            if isinstance(error, DatabaseError) and ("malformed" in str(error) or "not a database" in str(error)):
                raise refusals.damaged(self.path) from error
            raise
        finally:
            with self._readers:
                self._busy -= 1
                if connection is not None:
                    self._idle.append(connection)
                self._readers.notify()

    def _reader(self) -> Connection:
        reader = connect(self.path, read_only=True, passphrase=self._passphrase)
        reader.finder = self._finder
        return reader

    def _finder(self) -> finding.Finder:
        return self.finder or finding.SCAN

    @property
    def passphrase(self) -> str | None:
        """The passphrase the file was opened with, for copies that must be encrypted alike."""
        return self._passphrase

    def own_reader(self) -> Connection:
        """Return a read-only connection for long work; the caller closes it."""
        return self._reader()

    def rows(self, sql: str, values: tuple[Value, ...] = ()) -> list[Row]:
        """Return all rows of one read."""
        with self.reading() as db:
            return db.execute(sql, values).fetchall()

    def reading_one(self, sql: str, values: tuple[Value, ...] = ()) -> Row | None:
        """Return the first row of one read."""
        with self.reading() as db:
            return db.one(sql, values)

    # Writing

    @property
    def writer(self) -> Writer:
        """The one writer; raises UserError (read-only) where there is none."""
        if self._writer is None:
            raise UserError(
                "read-only",
                N_("{name} was opened read-only; nothing can be changed."),
                self.read_only_reason or N_("It was asked for so."),
                N_("Close the other program, or check the permissions, and open the project again."),
                name=self.path.name,
            )
        return self._writer

    def require_writable(self) -> None:
        """Raise UserError (read-only) where nothing can be changed."""
        _ = self.writer

    def write(self, job: Callable[[Connection], T], *, bulk: bool = False) -> T:
        """Run a job on the writing connection and wait; a full disk becomes a sentence."""
        try:
            return self.writer.call(job, bulk=bulk)
        except OperationalError as error:
            raise refusals.write_failed(self.path, error) from error

    def submit(self, job: Callable[[Connection], T], *, bulk: bool = False) -> Future[T]:
        """Queue a job on the writing connection."""
        return self.writer.submit(job, bulk=bulk)

    # Coders

    def _find_coder(self, name: str | None) -> Coder:
        wanted = name or self._last_coder()
        found = self.reading_one("select id, uuid, name from coder where kind = 0 and name = ?", (wanted,))
        if found is None and self.read_only:
            found = self.reading_one("select id, uuid, name from coder where kind = 0 order by id limit 1")
        if found is None:
            now = time.time_ns() // 1_000_000

            def add(db: Connection) -> None:
                db.execute(
                    "insert into coder(uuid, name, kind, created_ms) values (?, ?, 0, ?)",
                    (uuids.uuid4().bytes, wanted, now),
                )

            self.write(add)
            found = self.reading_one("select id, uuid, name from coder where kind = 0 and name = ?", (wanted,))
        assert found is not None
        return Coder(int(found[0] or 0), bytes(found[1]) if isinstance(found[1], bytes) else b"", str(found[2]))

    def _last_coder(self) -> str:
        row = self.reading_one(
            "select coder.name from op join coder on coder.id = op.coder_id and coder.kind = 0"
            " order by op.id desc limit 1"
        ) or self.reading_one("select name from coder where kind = 0 order by id limit 1")
        return str(row[0]) if row else _own_name()

    def coder_named(self, name: str) -> Coder:
        """Return the coder of that name, adding one where there is none."""
        return self._find_coder(name)

    def work_as(self, name: str) -> Coder:
        """Make this coder the one whose steps follow."""
        self.coder = self._find_coder(name)
        return self.coder

    def layer(self, kind: int) -> int:
        """Return the id of a layer without a person: ADJUDICATED or RULES."""
        row = self.reading_one("select id from coder where kind = ?", (kind,))
        assert row is not None
        return int(row[0] or 0)


def _absolute(path: Path | str) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 resolve() would follow links and rename what people see


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry in the system's user list
        return "coder"


def _first_rows(db: Connection, coder: str) -> None:
    now = time.time_ns() // 1_000_000
    db.execute(
        "insert into meta(key, value) values ('uuid', ?), ('created_ms', ?), ('fold_version', ?)",
        (uuids.uuid4().bytes, now, FOLD_VERSION),
    )
    db.executemany(
        "insert into coder(uuid, name, kind, created_ms) values (?, ?, ?, ?)",
        [
            (uuids.uuid4().bytes, coder, 0, now),
            (uuids.uuid4().bytes, "adjudicated", ADJUDICATED, now),
            (uuids.uuid4().bytes, "rules", RULES, now),
        ],
    )
