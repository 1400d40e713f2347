"""The index file: opened or made anew, brought up to date in slices, asked; never trusted further than it agrees."""

from __future__ import annotations

import logging
import threading
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress, silent
from annotate.messages import N_
from annotate.search import tokens
from annotate.search_language import Wanted, Without, parse
from annotate.store import finding
from annotate.store.changes import Change
from annotate.store.connection import Connection, DatabaseError, OperationalError, Row, connect
from annotate.store.project import Project
from annotate.text import FOLD_VERSION

log = logging.getLogger(__name__)

VERSION = 1
SLICE = 10_000
"""Texts a transaction: under a second, which is what a kill loses and a cancel waits for."""
_APPLICATION_ID = 0x54445358
_MERGE_FROM = 100_000
"""New texts from which the parts of the index are merged into one: searches are then twice as fast."""
_MERGE_PAGES = 2_000
_PROVED = 32
_AT_ONCE = 256
"""Texts cut into tokens at once: the interpreter is held for a millisecond, not for a frame of the window."""
_MANY = 250_000
_READ_AGAIN = 1024
"""Texts a block where the first hits are enough: reading one by its id takes 5 µs."""

_TABLES = (
    # Contentless: the texts stay in the project. Detail none: pairs need no places. ASCII: all else is a letter, for
    # the tokenizer's tables of Unicode are older than the characters people write.
    "create virtual table pairs using fts5(tokens, content='', contentless_delete=1, detail=none, tokenize=ascii)",
    # The last text of each slice with the import it came by: where a copy of the project differs, this shows it.
    "create table part(last_id integer primary key, batch blob not null) strict",
    "create table made(key text primary key, value text not null) strict, without rowid",
)


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
        self._project = project
        self._reading: Connection | None = None
        self._damaged = False
        self._read_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None
        project.finder = self.find

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

    def find(self, db: Connection, text: str, most: int | None = None) -> NDArray[np.int64]:
        """Return the ids of all stored texts that answer a search, in order; ``db`` reads the project.

        ``most``: so many of the first are enough.
        """
        wanted = parse(text)
        return np.empty(0, np.int64) if wanted is None else self._find(db, wanted, most)

    def _find(self, db: Connection, wanted: Wanted, most: int | None) -> NDArray[np.int64]:
        if isinstance(wanted, Without):
            return np.setdiff1d(_all_ids(db), self._find(db, wanted.part, None), assume_unique=True)[:most]
        question, exact = tokens.asked(wanted)
        found, through = np.empty(0, np.int64), 0
        if question is not None:
            found, through = self._ask(db, question, most if exact else None)
        if not exact and len(found) > _MANY and most is None:
            found, through = np.empty(0, np.int64), 0  # to read all texts in their order costs less
        elif not exact:
            found = np.array(finding.first(_read_again(db, wanted, found), most), np.int64)
        if most is not None and len(found) >= most:
            return found
        rest = finding.first(finding.scan(db, wanted, through), None if most is None else most - len(found))
        return np.concatenate([found, np.array(rest, np.int64)]) if rest else found

    def _ask(self, db: Connection, question: str, most: int | None) -> tuple[NDArray[np.int64], int]:
        """Return what the index finds and up to which id it holds texts."""
        top = "" if most is None else f" limit {int(most)}"
        with self._read_lock:
            if self._reading is None:
                return np.empty(0, np.int64), 0
            try:
                with self._reading.snapshot():
                    part = self._reading.one("select last_id, batch from part order by last_id desc limit 1")
                    if part is None or _batch_of(db, int(part[0] or 0)) != part[1]:
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
        return _ids(row), through

    @property
    def through(self) -> int:
        """The highest id of a text that the index holds; 0 where there is none."""
        with self._read_lock:
            try:
                return 0 if self._reading is None else _through(self._reading)
            except (DatabaseError, UnicodeDecodeError):
                return 0

    # Keeping up

    def start(self, progress: Progress = silent) -> None:
        """Open the index and keep it up to date in a thread of its own, after every import too."""
        self._wake.set()
        if self._thread is not None:
            return
        self._unsubscribe = self._project.changes.subscribe(self._on_change)
        self._thread = threading.Thread(
            target=self._keep_up, args=(progress,), name="tingdong-search", daemon=True
        )  # fmt: skip
        self._thread.start()

    def _on_change(self, change: Change) -> None:
        if change.rows:
            self._wake.set()

    def _keep_up(self, progress: Progress) -> None:
        while self._wake.wait() and not self._stop.is_set():
            self._wake.clear()
            try:
                self.bring_up_to_date(progress)
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
            added, after, last = 0, _through(index), db.integer("select max(id) from verbatim_text")
            first = after
            while after < last and (slice_ := _texts(db, after)):
                self._check(progress, after - first, last - first)
                _add(index, after, slice_, _batch_of(db, slice_[-1][0]))
                added += len(slice_)
                after = slice_[-1][0]
            if added:
                self._check(progress, last - first, last - first)
            if added >= _MERGE_FROM:
                _merge(index, self._stop)
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
                    if _agrees(index, db):
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
                for table in _TABLES:
                    index.execute(table)
                # Fewer, larger parts while it is built.
                index.execute("insert into pairs(pairs, rank) values ('hashsize', 33554432)")
                index.execute("insert into made(key, value) values ('with', ?)", (_made_with(),))
                index.execute(f"pragma application_id = {_APPLICATION_ID}")
        finally:
            index.close()

    def _forget(self) -> None:
        self._let_go()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _made_with() -> str:
    """Say by which rules texts became tokens: another rule, another index."""
    return f"{VERSION} {FOLD_VERSION} {unicodedata.unidata_version}"


def _through(index: Connection) -> int:
    return index.integer("select max(last_id) from part")


def _all_ids(db: Connection) -> NDArray[np.int64]:
    return _ids(db.one("select group_concat(id) from (select id from verbatim_text order by id)"))


def _ids(row: Row | None) -> NDArray[np.int64]:
    """Return ids that came as one string: ten times as fast to fetch as a row each."""
    if row is None or row[0] is None:
        return np.empty(0, np.int64)
    return np.fromstring(str(row[0]), dtype=np.int64, sep=",")


def _read_again(db: Connection, wanted: Wanted, ids: NDArray[np.int64]) -> Iterator[list[int]]:
    """Yield those of the ids whose texts really answer the search, block by block."""
    for start in range(0, len(ids), _READ_AGAIN):
        rows = db.execute(
            "select id, text from verbatim_text where id in (select value from json_each(?)) order by id",
            (finding.as_json(ids[start : start + _READ_AGAIN]),),
        ).fetchall()
        yield finding.those_found(wanted, [int(row[0] or 0) for row in rows], [str(row[1]) for row in rows])


def _texts(db: Connection, after: int) -> list[tuple[int, str]]:
    rows = db.execute("select id, text from verbatim_text where id > ? order by id limit ?", (after, SLICE))
    return [(int(row[0] or 0), str(row[1])) for row in rows]


def _batch_of(db: Connection, verbatim: int) -> bytes:
    row = db.one("select b.uuid from verbatim v join import_batch b on b.id = v.batch_id where v.id = ?", (verbatim,))
    return row[0] if row and isinstance(row[0], bytes) else b""


def _add(index: Connection, after: int, texts: list[tuple[int, str]], batch: bytes) -> None:
    """Add a slice, unless another program has meanwhile."""
    told: list[str] = []
    for start in range(0, len(texts), _AT_ONCE):
        told += tokens.documents([text for _, text in texts[start : start + _AT_ONCE]])
    with index.transaction():
        if _through(index) != after:
            return
        index.executemany(
            "insert into pairs(rowid, tokens) values (?, ?)",
            [(one, document) for (one, _), document in zip(texts, told, strict=True)],
        )
        index.execute("insert into part(last_id, batch) values (?, ?)", (texts[-1][0], batch))


def _merge(index: Connection, stop: threading.Event) -> None:
    """Merge the parts of the index into one, a few pages a transaction."""
    pages = -_MERGE_PAGES
    while not stop.is_set():
        before = index.integer("select total_changes()")
        index.execute("insert into pairs(pairs, rank) values ('merge', ?)", (pages,))
        if index.integer("select total_changes()") - before < 2:
            return
        pages = _MERGE_PAGES


def _agrees(index: Connection, db: Connection) -> bool:
    """Tell whether an index may go on; what came by imports that this copy of the project lacks is taken out."""
    row = index.one("select value from made where key = 'with'")
    if index.integer("pragma application_id") != _APPLICATION_ID or row is None or row[0] != _made_with():
        return False
    sound = 0
    parts = index.execute("select last_id, batch from part order by last_id").fetchall()
    for last_id, batch in parts:
        if _batch_of(db, int(last_id or 0)) != batch:
            break
        sound = int(last_id or 0)
    if parts and not sound:
        return False
    with index.transaction():
        index.execute("delete from pairs where rowid > ?", (sound,))
        index.execute("delete from part where last_id > ?", (sound,))
    return _proves(index, db, [int(last_id or 0) for last_id, _ in parts if int(last_id or 0) <= sound])


def _proves(index: Connection, db: Connection, ids: list[int]) -> bool:
    """Tell whether texts from all over the index are found by their own words."""
    for one in ids[:: max(1, len(ids) // _PROVED)]:
        row = db.one("select text from verbatim_text where id = ?", (one,))
        told = tokens.documents([str(row[0])])[0].split() if row else []
        question = " AND ".join(f'"{token}"' for token in sorted(set(told))[:8])
        if question and not index.integer(
            "select count(*) from pairs where pairs match ? and rowid = ?", (question, one)
        ):
            return False
    return True
