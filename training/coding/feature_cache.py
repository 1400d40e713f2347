"""Counted n-grams of a project's answers, kept in the user's cache folder: derived, checked, deleted at will.

Whoever asks for the counts of an answer again and again (the coded answers behind doubts, near-twins and explanations)
has it read, prepared and counted once. A folder by project and by way of reading holds raw arrays (idx.i4, tf.u1,
ptr.i8, id.i8) that only grow, in blocks of at most BLOCK answers in the order in which they were asked for, and
header.json, which is replaced last by renaming: what it does not vouch for is not there. Each block has a checksum,
looked at when the block is first used; whatever does not fit is thrown away and counted anew. idf and row lengths are
applied by the reader of the counts, so a new model needs no new counts.

Verbatim ids stand for the same texts as long as the history of the project goes on: texts never change and ids are
never used again. The header names the newest operation it saw; where the project does not know that operation (a backup
was restored) all is counted anew. Answers of an import that was undone stay in the cache and are not asked for.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from annotate.store.project import Project
from annotate.text import FOLD_VERSION
from training.learner.features import FEATURE_VERSION, Counts, count_ngrams, joined
from training.learner.texts import Reader, channel_sql

BLOCK = 50_000
LEAST_KEPT = 200
"""So many answers are worth a block; fewer are counted again each time, which takes a few milliseconds."""
_KEPT_READERS = 2
_FILES = {"idx.i4": "<i4", "tf.u1": "u1", "ptr.i8": "<i8", "id.i8": "<i8"}
_HEADER = "header.json"
Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class _Block:
    """``rows`` answers and ``entries`` n-grams up to the end of the block, and the CRC-32 of its arrays."""

    rows: int
    entries: int
    crc: int


class _Damage(Exception):
    """The files do not say what the header vouches for."""


class FeatureCache:
    """The counts of one project, for one way of reading. Use ``open``; close it, or use it in a ``with`` statement.

    In memory only for a project with a passphrase, and where the folder cannot be used or another program has it.
    """

    def __init__(self, project: Project, reader: Reader, folder: Path | None) -> None:
        self._project = project
        self._reader = reader
        self._folder = folder
        self._lock: FileLock | None = None
        self._blocks: list[_Block] = []
        self._checked: set[int] = set()
        self._op = (0, "")
        self._arrays: Arrays = {name: np.empty(0, dtype) for name, dtype in _FILES.items()}
        self._sorted = np.empty(0, np.int64)
        if folder is not None:
            self._take(folder)

    @classmethod
    def open(cls, project: Project, reader: Reader, *, folder: Path | None = None) -> Self:
        """Open the cache of a project, empty where there is none or where it does not fit. ``folder``: for tests."""
        if project.passphrase is not None:
            return cls(project, reader, None)
        if folder is None:
            import platformdirs

            folder = platformdirs.user_cache_path("tingdong", appauthor=False) / "features"
        return cls(project, reader, folder / project.uuid.hex() / f"{reader.key}-{FEATURE_VERSION}-{FOLD_VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; what was counted stays."""
        self._arrays = {name: np.empty(0, dtype) for name, dtype in _FILES.items()}
        self._blocks = []
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @property
    def rows(self) -> int:
        """Return how many answers are held."""
        return self._blocks[-1].rows if self._blocks else 0

    @property
    def in_memory(self) -> bool:
        """Say whether nothing is kept beyond ``close``."""
        return self._folder is None

    def counts(self, ids: Sequence[int] | NDArray[np.int64]) -> Counts:
        """Return the counts of these answers, in order; those that are not held are read, counted and kept."""
        wanted = np.asarray(ids, np.int64)
        place, known = self._places(wanted)
        try:
            self._check(place[known])
        except _Damage:
            self._forget()
            known[:] = False
        missing = np.unique(wanted[~known])
        if missing.size >= (LEAST_KEPT if self.rows else 1):
            for start in range(0, missing.size, BLOCK):
                self._append(*self._read(missing[start : start + BLOCK]))
            place, known = self._places(wanted)
            missing = np.unique(wanted[~known])
        if not missing.size:
            return self._chosen(place)
        fresh, counts = self._read(missing)
        # An answer that is nowhere has no n-grams.
        parts = [self._chosen(place[known]), counts, count_ngrams([""])]
        at = np.searchsorted(fresh, wanted[~known])
        there = at < fresh.size
        there[there] = fresh[at[there]] == wanted[~known][there]
        order = np.empty(wanted.size, np.int64)
        order[known] = np.arange(int(known.sum()))
        order[~known] = np.where(there, at, fresh.size) + int(known.sum())
        return _pick(joined(parts), order)

    def _places(self, wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return where answers are held, and whether they are."""
        held = cast(NDArray[np.int64], self._arrays["id.i8"][: self.rows])
        if self._sorted.size != held.size:
            self._sorted = np.argsort(held, kind="stable")
        if not held.size:
            return np.zeros(wanted.size, np.int64), np.zeros(wanted.size, np.bool_)
        place = self._sorted[np.minimum(np.searchsorted(held, wanted, sorter=self._sorted), held.size - 1)]
        return place, held[place] == wanted

    def _read(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], Counts]:
        """Read and count answers; returns the ids that were found, rising, and their counts."""
        marks = ", ".join(map(str, ids.tolist()))
        with self._project.reading() as db:
            op = db.one("select id, hex(h) from op order by id desc limit 1")
            self._op = (int(op[0] or 0), str(op[1])) if op is not None else (0, "")
            channel, joins = channel_sql(db, self._reader)
            rows = db.execute(
                f"select v.id, v.question_id, t.text, {channel} from verbatim v join verbatim_text t on t.id = v.id"
                f"{' join record r on r.id = v.record_id' if joins else ''}{joins}"
                f" where v.id in ({marks}) order by v.id"
            ).fetchall()
        ready = self._reader(
            [str(row[2]) for row in rows], [int(row[1] or 0) for row in rows], [str(row[3]) for row in rows]
        )
        return np.array([row[0] for row in rows], np.int64), count_ngrams(ready)

    def _chosen(self, rows: NDArray[np.int64]) -> Counts:
        ends = np.concatenate([[0], cast(NDArray[np.int64], self._arrays["ptr.i8"][: self.rows])])
        buckets, times = self._arrays["idx.i4"], self._arrays["tf.u1"]
        whole = Counts(ends, cast(NDArray[np.int32], buckets), cast(NDArray[np.uint8], times))
        return _pick(whole, rows)

    def _check(self, rows: NDArray[np.int64]) -> None:
        """Check the blocks that hold these rows, once; raises _Damage."""
        ends = np.array([one.rows for one in self._blocks], np.int64)
        for number in set(np.searchsorted(ends, np.unique(rows), side="right").tolist()) - self._checked:
            if _crc(self._part(number)) != self._blocks[number].crc:
                raise _Damage
            self._checked.add(number)

    def _part(self, number: int) -> Arrays:
        first = self._blocks[number - 1] if number else _Block(0, 0, 0)
        last = self._blocks[number]
        rows, entries = slice(first.rows, last.rows), slice(first.entries, last.entries)
        return {name: array[entries if name in ("idx.i4", "tf.u1") else rows] for name, array in self._arrays.items()}

    def _append(self, ids: NDArray[np.int64], counts: Counts) -> None:
        before = self._blocks[-1] if self._blocks else _Block(0, 0, 0)
        fresh: Arrays = {
            "idx.i4": counts.buckets,
            "tf.u1": counts.times,
            "ptr.i8": counts.ends[1:] + before.entries,
            "id.i8": ids,
        }
        block = _Block(before.rows + ids.size, before.entries + counts.buckets.size, _crc(fresh))
        if self._folder is None:
            self._arrays = {name: np.concatenate([old, fresh[name]]) for name, old in self._arrays.items()}
            self._blocks.append(block)
        else:
            try:
                for name, array in fresh.items():
                    self._write(name, before.entries if name in ("idx.i4", "tf.u1") else before.rows, array)
                self._blocks.append(block)
                self._seal()
                self._map()
            except OSError:  # no room, or no folder any more: it is only a cache
                self._blocks = self._blocks[: len(self._blocks) - (self._blocks[-1] is block)]
                self._to_memory()
                self._append(ids, counts)
                return
        self._checked.add(len(self._blocks) - 1)

    def _write(self, name: str, at: int, array: NDArray[np.generic]) -> None:
        assert self._folder is not None
        path = self._folder / name
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(at * array.itemsize)  # a killed program may have left the start of a block
            file.seek(0, 2)
            file.write(np.ascontiguousarray(array, dtype=_FILES[name]).data)

    def _seal(self) -> None:
        assert self._folder is not None
        told = {"op": self._op, "blocks": [[one.rows, one.entries, one.crc] for one in self._blocks]}
        beside = self._folder / f"{_HEADER}.new"
        beside.write_text(json.dumps(told), encoding="utf-8")
        beside.replace(self._folder / _HEADER)

    def _map(self) -> None:
        assert self._folder is not None
        self._arrays = {
            name: np.memmap(self._folder / name, dtype, "r") if self._entries(name) else np.empty(0, dtype)
            for name, dtype in _FILES.items()
        }
        if any(self._arrays[name].size < self._entries(name) for name in _FILES):
            raise _Damage

    def _entries(self, name: str) -> int:
        last = self._blocks[-1] if self._blocks else _Block(0, 0, 0)
        return last.entries if name in ("idx.i4", "tf.u1") else last.rows

    def _take(self, folder: Path) -> None:
        """Read what the folder holds, for this program alone."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / "lock", timeout=0)
            lock.acquire()
        except (OSError, Timeout):
            self._folder = None
            return
        self._lock = lock
        try:
            told = json.loads((folder / _HEADER).read_bytes())
            self._blocks = [_Block(int(rows), int(entries), int(crc)) for rows, entries, crc in told["blocks"]]
            self._op = (int(told["op"][0]), str(told["op"][1]))
            if not self._goes_on():
                raise _Damage
            self._map()
        except (_Damage, OSError, ValueError, KeyError, TypeError, IndexError):
            self._forget()
        self._drop_others(folder)

    def _goes_on(self) -> bool:
        """Say whether the project still knows the newest operation that the cache saw."""
        row = self._project.reading_one("select hex(h) from op where id = ?", (self._op[0],))
        rising = all(a.rows < b.rows and a.entries <= b.entries for a, b in zip(self._blocks, self._blocks[1:]))  # noqa: B905
        return row is not None and row[0] == self._op[1] and rising

    def _forget(self) -> None:
        self._blocks, self._op = [], (0, "")
        self._checked.clear()
        self._sorted = np.empty(0, np.int64)
        self._arrays = {name: np.empty(0, dtype) for name, dtype in _FILES.items()}
        if self._folder is not None:
            (self._folder / _HEADER).unlink(missing_ok=True)

    def _to_memory(self) -> None:
        kept = {name: np.array(array[: self._entries(name)]) for name, array in self._arrays.items()}
        self._folder, self._arrays = None, kept

    def _drop_others(self, folder: Path) -> None:
        """Keep the caches of the last few ways of reading only."""
        others = sorted(folder.parent.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
        for one in [other for other in others if other != folder][_KEPT_READERS - 1 :]:
            shutil.rmtree(one, ignore_errors=True)


def _crc(arrays: Arrays) -> int:
    crc = 0
    for name, dtype in _FILES.items():
        crc = zlib.crc32(np.ascontiguousarray(arrays[name], dtype=dtype).data, crc)
    return crc


def _pick(counts: Counts, rows: NDArray[np.int64]) -> Counts:
    """Return some rows, in this order."""
    begin, end = counts.ends[rows], counts.ends[rows + 1]
    lengths = end - begin
    ends = np.zeros(rows.size + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    if rows.size and np.array_equal(begin[1:], end[:-1]):  # neighbours: no need to look up every entry
        part = slice(int(begin[0]), int(end[-1]))
        return Counts(ends, np.array(counts.buckets[part]), np.array(counts.times[part]))
    entry = np.arange(int(ends[-1])) - np.repeat(ends[:-1] - begin, lengths)
    return Counts(ends, counts.buckets[entry], counts.times[entry])
