"""The index file: opened or made anew, brought up to date in slices, asked; never trusted further than it agrees."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType

import numpy as np

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress, silent
from annotate.messages import N_
from annotate.search import index_file, tokens
from annotate.search_language import Every, Wanted, Without, Word
from annotate.store import finding
from annotate.store.changes import Change
from annotate.store.connection import Connection, DatabaseError, OperationalError, connect
from annotate.store.finding import Ids, Marks
from annotate.store.project import Project

log = logging.getLogger(__name__)

SLICE = 10_000
"""Texts a transaction: under a second, which is what a kill loses and a cancel waits for."""
_MERGE_FROM = 100_000
"""New texts from which the parts of the index are merged into one: searches are then twice as fast."""
_MANY = 40_000
"""Candidates from which all texts are read in their order: reading one by its id takes some 10 µs."""
_SPARSE = 5
"""Where a word may be in one text of so many, asking each for it costs SQL less than reading all in their order."""
_READ_AGAIN = 1024
_FIRST = 4
"""Candidates for each first hit that are asked for before all are."""


class Index:
    """The search index of one open project; any thread may ask it. Close it before the project.

    Texts that it does not hold yet are read, so every answer is whole; a damaged index is made anew.
    """

    def __init__(self, project: Project, *, folder: Path | None = None) -> None:
        """Make the index known to the project. ``folder``: where it lies, else the user's cache folder."""
        if folder is None:
            import platformdirs

            folder = platformdirs.user_cache_path("tingdong", appauthor=False) / "search"
        self.path = folder / f"{project.uuid.hex()}.index"
        self.progress: Progress = silent
        """Told, on the thread of ``start``, how far the index is; may stop it by CancelledError."""
        self._project = project
        self._reading: Connection | None = None
        self._used: tuple[int, finding.Characters] | None = None
        self._damaged = False
        self._read_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None
        project.finder = self

    def __enter__(self) -> Index:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the work in the background and let go of the file; what was indexed stays."""
        self._stop.set()
        self._wake.set()
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._thread is not None:
            self._thread.join()
        self._project.finder = None
        self._let_go()

    def _let_go(self) -> None:
        with self._read_lock:
            if self._reading is not None:
                self._reading.close()
                self._reading = None

    # Asking

    def ids(self, db: Connection, wanted: Wanted, most: int | None) -> Ids:
        """Return the ids of all stored texts that answer a search, in order; ``db`` reads the project.

        ``most``: so many of the first are enough.
        """
        if most is None:
            marked = self.marks(db, wanted)
            if not wanted.found(""):
                return np.flatnonzero(marked)
            every = finding.ids_of(db.one("select group_concat(id) from verbatim_text"))
            return every[marked[every]]
        question, exact = tokens.asked(wanted)
        found, through = np.empty(0, np.int64), 0
        for top in (most,) if exact else (_FIRST * most, None):
            if question is not None:
                found, through = self._ask(db, question, top)
            whole = top is None or len(found) < top
            if not exact:
                found = finding.first(_read_again(db, wanted, found), most)
            if len(found) >= most:
                return found
            if whole:
                break
        rest = finding.scan(db, wanted, through, None if through else self._characters(db))
        return np.concatenate([found, finding.first(rest, most - len(found))])

    def marks(self, db: Connection, wanted: Wanted) -> Marks:
        """Return by id whether a text answers a search; what it says of ids without a text means nothing."""
        if isinstance(wanted, Without):
            return ~self.marks(db, wanted.part)
        question, exact = tokens.asked(wanted)
        found, through = (np.empty(0, np.int64), 0) if question is None else self._ask(db, question, None)
        blocks = [found] if exact else self._sifted(db, wanted, found, through)
        if through and blocks is not None:
            marked = np.zeros(db.integer("select max(id) from verbatim_text") + 1, np.bool_)
            for block in chain(blocks, finding.scan(db, wanted, through)):
                marked[block] = True
            return marked
        if isinstance(wanted, Word) or not self.through:
            return finding.marks(db, wanted, self._characters(db))
        marked = self.marks(db, wanted.parts[0])
        for part in wanted.parts[1:]:
            if isinstance(wanted, Every):
                marked &= self.marks(db, part)
            else:
                marked |= self.marks(db, part)
        return marked

    def _sifted(self, db: Connection, wanted: Wanted, ids: Ids, through: int) -> Iterable[Ids] | None:
        """Return those of the ids whose texts answer the search; None where reading all texts costs less."""
        if ids.size * _SPARSE <= through:
            told = finding.those_holding(db, wanted, ids, self._characters(db))
            if told is not None:
                return told
        return _read_again(db, wanted, ids) if ids.size <= _MANY else None

    def perhaps(self, db: Connection, wanted: Wanted) -> Ids | None:
        """Return the ids of all texts that hold these words when folded, and maybe more; None where that is all."""
        question, _ = tokens.asked(wanted)
        if question is None:
            return None
        found, through = self._ask(db, f'({question}) OR "{tokens.ODD}"', None)
        if not through:
            return None
        row = db.one("select group_concat(id) from verbatim_text where id > ?", (through,))
        return np.concatenate([found, finding.ids_of(row)])

    def _ask(self, db: Connection, question: str, most: int | None) -> tuple[Ids, int]:
        """Return what the index finds and up to which id it holds texts."""
        top = "" if most is None else f" limit {int(most)}"
        with self._read_lock:
            if self._reading is None:
                return np.empty(0, np.int64), 0
            try:
                with self._reading.snapshot():
                    part = self._reading.one("select last_id, batch from part order by last_id desc limit 1")
                    if part is None or index_file.batch_of(db, int(part[0] or 0)) != part[1]:
                        # Empty, or another copy of the project, open elsewhere, has just made it its own.
                        return np.empty(0, np.int64), 0
                    through = int(part[0] or 0)
                    row = self._reading.one(
                        "select group_concat(rowid) from"
                        f" (select rowid from pairs where pairs match ? order by rowid{top})",
                        (question,),
                    )
            except (DatabaseError, UnicodeDecodeError):
                log.warning("the search index cannot be read; it is made anew")
                self._reading.close()
                self._reading = None
                self._damaged = True
                self._wake.set()
                return np.empty(0, np.int64), 0
        return finding.ids_of(row), through

    def _characters(self, db: Connection) -> finding.Characters | None:
        """Return the characters that all texts are written with; None where the index does not hold them all."""
        with self._read_lock:
            if self._reading is None:
                return None
            try:
                through = index_file.through(self._reading)
                if through < db.integer("select max(id) from verbatim_text"):
                    return None
                if self._used is None or self._used[0] != through:
                    self._used = through, index_file.used(self._reading)
                return self._used[1]
            except (DatabaseError, UnicodeDecodeError):
                return None

    @property
    def through(self) -> int:
        """The highest id of a text that the index holds; 0 where there is none."""
        with self._read_lock:
            try:
                return 0 if self._reading is None else index_file.through(self._reading)
            except (DatabaseError, UnicodeDecodeError):
                return 0

    # Keeping up

    def start(self) -> None:
        """Open the index and keep it up to date in a thread of its own, after every import too.

        Where ``progress`` stopped it, it goes on.
        """
        self._wake.set()
        if self._thread is not None:
            return
        self._unsubscribe = self._project.changes.subscribe(self._on_change)
        self._thread = threading.Thread(target=self._keep_up, name="tingdong-search", daemon=True)
        self._thread.start()

    def _on_change(self, change: Change) -> None:
        if change.rows:
            self._wake.set()

    def _keep_up(self) -> None:
        while self._wake.wait() and not self._stop.is_set():
            self._wake.clear()
            try:
                self.bring_up_to_date(self.progress)
            except CancelledError:
                continue  # goes on at the next import or start
            except (DatabaseError, UserError, OSError):
                log.warning("the search index cannot be kept; texts are read instead", exc_info=True)

    def bring_up_to_date(self, progress: Progress = silent) -> int:
        """Index the texts that are not in it yet; return how many. Raises CancelledError through progress.

        What is done is kept in slices: after a kill or a cancel it goes on from there.
        """
        with self._write_lock:
            db = self._project.own_reader()
            try:
                try:
                    return self._add_all(db, progress)
                except OperationalError:
                    raise  # a full disk or a lock: the file is sound
                except (DatabaseError, UnicodeDecodeError):
                    self._forget()
                    return self._add_all(db, progress)
            finally:
                db.close()

    def _add_all(self, db: Connection, progress: Progress) -> int:
        if self._damaged:
            self._forget()
            self._damaged = False
        index = self._open(db)
        try:
            with self._read_lock:
                if self._reading is None:
                    self._reading = self._connect(read_only=True)
            added, after, last = 0, index_file.through(index), db.integer("select max(id) from verbatim_text")
            first = after
            while after < last and (slice_ := _texts(db, after)):
                self._check(progress, after - first, last - first)
                index_file.add(index, after, slice_, index_file.batch_of(db, slice_[-1][0]))
                added += len(slice_)
                after = slice_[-1][0]
            if added:
                self._check(progress, last - first, last - first)
            if added >= _MERGE_FROM:
                index_file.merge(index, self._stop)
            if added:
                # A reader that closes after the writer may not fold the log into the file.
                index.execute("pragma wal_checkpoint(truncate)").fetchall()
            return added
        finally:
            index.close()

    def _check(self, progress: Progress, done: int, total: int) -> None:
        progress(done, total, N_("Indexing for search"))
        if self._stop.is_set():
            raise CancelledError

    def _open(self, db: Connection) -> Connection:
        """Open the file for writing, made anew where it is not of this kind or does not agree with the project."""
        for _ in range(2):
            if self.path.exists():
                index = None
                try:
                    index = self._connect()
                    if index_file.agrees(index, db):
                        return index
                except (DatabaseError, UnicodeDecodeError):
                    pass
                if index is not None:
                    index.close()
                self._forget()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._make()
        return self._connect()

    def _connect(self, *, read_only: bool = False) -> Connection:
        index = connect(self.path, read_only=read_only, passphrase=self._project.passphrase)
        if not read_only:
            # It can be made again: what the last second before a power cut brought in may be lost.
            index.execute("pragma synchronous=normal")
            index.execute("pragma cache_size=-16384")
        return index

    def _make(self) -> None:
        index = connect(self.path, create=True, passphrase=self._project.passphrase)
        try:
            with index.transaction():
                for table in index_file.TABLES:
                    index.execute(table)
                # Fewer, larger parts while it is built.
                index.execute("insert into pairs(pairs, rank) values ('hashsize', 33554432)")
                index.execute("insert into made(key, value) values ('with', ?)", (index_file.made_with(),))
                index.execute(f"pragma application_id = {index_file.APPLICATION_ID}")
        finally:
            index.close()

    def _forget(self) -> None:
        self._let_go()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _read_again(db: Connection, wanted: Wanted, ids: Ids) -> Iterator[Ids]:
    """Yield those of the ids whose texts really answer the search, block by block."""
    for start in range(0, len(ids), _READ_AGAIN):
        rows = db.execute(
            "select id, text from verbatim_text where id in (select value from json_each(?)) order by id",
            (finding.as_json(ids[start : start + _READ_AGAIN]),),
        ).fetchall()
        found = finding.those_found(wanted, [int(row[0] or 0) for row in rows], [str(row[1]) for row in rows])
        yield np.array(found, np.int64)


def _texts(db: Connection, after: int) -> list[tuple[int, str]]:
    rows = db.execute("select id, text from verbatim_text where id > ? order by id limit ?", (after, SLICE))
    return [(int(row[0] or 0), str(row[1])) for row in rows]
