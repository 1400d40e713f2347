"""Search of all texts by reading them: what answers until there is an index, and what an index is measured against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from annotate.aligned import aligned, aligned_points, unfolded
from annotate.search_language import Every, Wanted, Word, parse

if TYPE_CHECKING:
    from annotate.store.connection import Connection

BLOCK = 4096
_BREAK = "\0"


class Finder(Protocol):
    """Return the ids of stored texts that answer a search, in order; at most so many of the first."""

    def __call__(self, db: Connection, text: str, most: int | None) -> NDArray[np.int64]: ...


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


def scan(db: Connection, wanted: Wanted, after: int = 0) -> Iterator[list[int]]:
    """Yield the ids of stored texts behind ``after`` that answer a search, block by block in order of ids.

    SQLite looks for a part of a word that must be there in every way of writing it: two to five times as fast.
    """
    needed = wanted.parts if isinstance(wanted, Every) else (wanted,)
    word = next((one for one in needed if isinstance(one, Word)), None)
    part, written = _part(word.text) if word else ("", [])
    sure = isinstance(wanted, Word) and part == wanted.text and not wanted.starts_a_run
    holding = " or ".join(["instr(text, ?) > 0"] * len(written))
    sql = (
        f"select id{'' if sure else ', text'} from verbatim_text where id > ?{f' and ({holding})' if holding else ''}"
        " order by id limit ?"
    )
    while rows := db.execute(sql, (after, *written, BLOCK)).fetchall():
        ids = [int(row[0] or 0) for row in rows]
        yield ids if sure else those_found(wanted, ids, [str(row[1]) for row in rows])
        after = ids[-1]


_WAYS = 12


def _part(text: str) -> tuple[str, list[str]]:
    """Return the longest part of a folded word that has few ways of being written, and those ways."""
    best = ""
    for start in range(len(text)):
        ways, end = 1, start
        while end < len(text) and (ways := ways * len(unfolded(text[end]))) <= _WAYS:
            end += 1
        best = max(best, text[start:end], key=len)
    return best, ["".join(one) for one in product(*map(unfolded, best))] if best else []


def first(blocks: Iterable[list[int]], most: int | None) -> list[int]:
    """Gather ids block by block until there are enough of them."""
    found: list[int] = []
    for block in blocks:
        found += block
        if most is not None and len(found) >= most:
            return found[:most]
    return found


def scan_ids(db: Connection, text: str, most: int | None = None) -> NDArray[np.int64]:
    """Return the ids of stored texts that answer a search by reading them; of withdrawn imports too."""
    wanted = parse(text)
    return np.array([] if wanted is None else first(scan(db, wanted), most), np.int64)


def as_json(ids: NDArray[np.int64]) -> str:
    """Write ids as SQL reads them with json_each."""
    return json.dumps(ids.tolist())
