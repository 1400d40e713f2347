"""Search of all texts by reading them: what answers until there is an index, and what an index is measured against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from annotate.aligned import aligned, aligned_points, unfolded
from annotate.search_language import Every, Wanted, Without, Word
from annotate.store.numbers import integers

if TYPE_CHECKING:
    from annotate.store.connection import Connection, Row, Value

Ids = NDArray[np.int64]
Marks = NDArray[np.bool_]

BLOCK = 4096
_WIDEST = 65_536
"""Ids of a block of which only ids are asked for; the first blocks are small, for first hits."""
_BREAK = "\0"


class Finder(Protocol):
    """Finds stored texts, of withdrawn imports too."""

    def ids(self, db: Connection, wanted: Wanted, most: int | None) -> Ids:
        """Return the ids of the texts that answer a search, in order; at most so many of the first."""

    def marks(self, db: Connection, wanted: Wanted) -> Marks:
        """Return by id whether a text answers a search; what it says of ids without a text means nothing."""

    def perhaps(self, db: Connection, wanted: Wanted) -> Ids | None:
        """Return the ids of all texts that hold these words when folded, and maybe more; None where that is all."""


def folded(texts: Sequence[str]) -> list[str]:
    """Return the texts as a search sees them; many at once cost a third of one by one."""
    points = aligned_points(_BREAK.join(texts))
    found = points.tobytes().decode("utf-32-le", "surrogatepass").split(_BREAK)
    return found if len(found) == len(texts) else [aligned(text) for text in texts]


def those_found(wanted: Wanted, ids: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Return the ids of the texts that answer a search, in order."""
    if isinstance(wanted, Word) and not wanted.starts_a_run:
        text = wanted.text  # most searches: spared a call a text
        return [one for one, seen in zip(ids, folded(texts), strict=True) if text in seen]
    return [one for one, seen in zip(ids, folded(texts), strict=True) if wanted.found(seen)]


Characters = frozenset[str]
"""The characters that the texts are written with; ways of writing a word that need others are not looked for."""


def scan(db: Connection, wanted: Wanted, after: int = 0, used: Characters | None = None) -> Iterator[Ids]:
    """Yield the ids of stored texts behind ``after`` that answer a search, block by block in order of ids.

    SQLite looks for a part of a word that must be there in every way of writing it: two to five times as fast.
    """
    needed = wanted.parts if isinstance(wanted, Every) else (wanted,)
    word = next((one for one in needed if isinstance(one, Word)), None)
    part, written = _part(word.text, used) if word else ("", [])
    if part and not written:
        return
    sure = isinstance(wanted, Word) and part == wanted.text and not wanted.starts_a_run
    top, start, width = db.integer("select max(id) from verbatim_text"), after + 1, BLOCK
    if start > top:
        return
    written = _commonest_first(db, written, start)
    holding = f" and ({_holding(written)})" if written else ""
    while start <= top:
        values: list[Value] = [start, start + width - 1, *written]
        if sure:
            row = db.one(f"select group_concat(id) from verbatim_text where id between ? and ?{holding}", values)
            yield ids_of(row)
        else:
            rows = db.execute(
                f"select id, text from verbatim_text where id between ? and ?{holding}", values
            ).fetchall()
            found = those_found(wanted, [int(row[0] or 0) for row in rows], [str(row[1]) for row in rows])
            yield np.array(found, np.int64)
        start += width
        width = min(2 * width, _WIDEST) if sure else width


def _holding(written: Sequence[str]) -> str:
    return " or ".join(["instr(text, ?) > 0"] * len(written))


def _commonest_first(db: Connection, written: list[str], start: int) -> list[str]:
    """Return ways of writing a word, those that the next texts use most first: SQLite stops at the first it finds."""
    if len(written) < 2:
        return written
    sums = ", ".join(["total(instr(text, ?) > 0)"] * len(written))
    row = db.one(
        f"select {sums} from verbatim_text where id between {int(start)} and {int(start) + BLOCK // 4}", written
    )
    used = dict(zip(written, row or (), strict=True))
    return sorted(written, key=lambda one: -float(used[one] or 0))


def marks(db: Connection, wanted: Wanted, used: Characters | None = None) -> Marks:
    """Read all texts and return by id whether each answers a search; ids without a text may say anything."""
    if isinstance(wanted, Without):
        return ~marks(db, wanted.part, used)
    found = np.zeros(db.integer("select max(id) from verbatim_text") + 1, np.bool_)
    part, written = _part(wanted.text, used) if isinstance(wanted, Word) else ("", [])
    if not isinstance(wanted, Word) or part != wanted.text or wanted.starts_a_run:
        for hits in scan(db, wanted, used=used):
            found[hits] = True
        return found
    if not written:
        return found
    written = _commonest_first(db, written, 1)
    dense = False
    for start in range(1, found.size, _WIDEST):
        # What most texts hold is asked for by those without it: fewer ids to carry over.
        row = db.one(
            "select group_concat(id) from verbatim_text where id between ? and ?"
            f" and {'not ' if dense else ''}({_holding(written)})",
            (start, start + _WIDEST - 1, *written),
        )
        ids, block = ids_of(row), found[start : start + _WIDEST]
        if dense:
            block[:] = True
        block[ids - start] = not dense
        dense = int(np.count_nonzero(block)) > block.size // 2
    return found


_AT_ONCE = 20_000
"""Ids that go to SQL as one string."""


def those_holding(db: Connection, wanted: Wanted, ids: Ids, used: Characters | None = None) -> Iterator[Ids] | None:
    """Return those of the texts that hold a word, block by block; 1.5 µs a text. None where SQL cannot tell."""
    part, written = _part(wanted.text, used) if isinstance(wanted, Word) else ("", [])
    if not isinstance(wanted, Word) or part != wanted.text or wanted.starts_a_run:
        return None
    return _holding_among(db, written, ids) if written else iter(())


def _holding_among(db: Connection, written: Sequence[str], ids: Ids) -> Iterator[Ids]:
    for start in range(0, ids.size, _AT_ONCE):
        row = db.one(
            "select group_concat(t.id) from json_each(?) j cross join verbatim_text t on t.id = j.value"
            f" where {_holding(written)}",
            (as_json(ids[start : start + _AT_ONCE]), *written),
        )
        yield ids_of(row)


class Scan:
    """Finds texts by reading them."""

    def ids(self, db: Connection, wanted: Wanted, most: int | None) -> Ids:
        return first(scan(db, wanted), most)

    def marks(self, db: Connection, wanted: Wanted) -> Marks:
        return marks(db, wanted)

    def perhaps(self, db: Connection, wanted: Wanted) -> Ids | None:
        return None


SCAN = Scan()


_WAYS = 12


def _part(text: str, used: Characters | None = None) -> tuple[str, list[str]]:
    """Return the longest part of a folded word that has few ways of being written, and those ways.

    ``used``: ways with other characters than these are left out.
    """
    best = ""
    for start in range(len(text)):
        ways, end = 1, start
        while end < len(text) and (ways := ways * len(unfolded(text[end]))) <= _WAYS:
            end += 1
        best = max(best, text[start:end], key=len)
    written = ["".join(one) for one in product(*map(unfolded, best))] if best else []
    return best, written if used is None else [one for one in written if used.issuperset(one)]


def first(blocks: Iterable[Ids], most: int | None) -> Ids:
    """Gather ids block by block until there are enough of them."""
    found, n = [np.empty(0, np.int64)], 0
    for block in blocks:
        found.append(block)
        n += block.size
        if most is not None and n >= most:
            break
    return np.concatenate(found)[:most]


def ids_of(row: Row | None, column: int = 0) -> Ids:
    """Return ids that came as one string with commas between, ten times as fast as a row each; none where null."""
    if row is None or row[column] is None:
        return np.empty(0, np.int64)
    return integers(row[column])


def as_json(ids: Ids) -> str:
    """Write ids as SQL reads them with json_each."""
    return json.dumps(ids.tolist())
