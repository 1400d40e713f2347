"""What is in the file of the search index: how it is made, added to and merged, and whether it may be trusted."""

from __future__ import annotations

import sys
import threading
import unicodedata

import numpy as np

from annotate.search import tokens
from annotate.store import finding
from annotate.store.connection import Connection
from annotate.text import FOLD_VERSION

VERSION = 2
APPLICATION_ID = 0x54445358
_MERGE_PAGES = 2_000
_PROVED = 32
_AT_ONCE = 256
"""Texts cut into tokens at once: the interpreter is held for a millisecond, not for a frame of the window."""

TABLES = (
    # Contentless: the texts stay in the project. Detail none: pairs need no places. ASCII: all else is a letter, for
    # the tokenizer's tables of Unicode are older than the characters people write.
    "create virtual table pairs using fts5(tokens, content='', contentless_delete=1, detail=none, tokenize=ascii)",
    # The last text of each slice with the import it came by: where a copy of the project differs, this shows it.
    "create table part(last_id integer primary key, batch blob not null) strict",
    "create table made(key text primary key, value text not null) strict, without rowid",
)


def made_with() -> str:
    """Say by which rules texts became tokens: another rule, another index."""
    return f"{VERSION} {FOLD_VERSION} {unicodedata.unidata_version}"


def through(index: Connection) -> int:
    return index.integer("select max(last_id) from part")


def _written_with(texts: list[tuple[int, str]]) -> finding.Characters:
    seen = np.zeros(sys.maxunicode + 1, np.bool_)
    seen[np.frombuffer("".join(text for _, text in texts).encode("utf-32-le", "surrogatepass"), np.uint32)] = True
    return frozenset(map(chr, np.flatnonzero(seen).tolist()))


def used(index: Connection) -> finding.Characters:
    """Return the characters that the texts of the index are written with."""
    row = index.one("select value from made where key = 'characters'")
    return frozenset(bytes.fromhex(str(row[0])).decode("utf-8", "surrogatepass") if row else "")


def batch_of(db: Connection, verbatim: int) -> bytes:
    row = db.one("select b.uuid from verbatim v join import_batch b on b.id = v.batch_id where v.id = ?", (verbatim,))
    return row[0] if row and isinstance(row[0], bytes) else b""


def add(index: Connection, after: int, texts: list[tuple[int, str]], batch: bytes) -> None:
    """Add a slice, unless another program has meanwhile."""
    told: list[str] = []
    for start in range(0, len(texts), _AT_ONCE):
        told += tokens.documents([text for _, text in texts[start : start + _AT_ONCE]])
    with index.transaction():
        if through(index) != after:
            return
        index.executemany(
            "insert into pairs(rowid, tokens) values (?, ?)",
            [(one, document) for (one, _), document in zip(texts, told, strict=True)],
        )
        index.execute("insert into part(last_id, batch) values (?, ?)", (texts[-1][0], batch))
        known = used(index)
        if new := _written_with(texts) - known:
            characters = "".join(sorted(known | new)).encode("utf-8", "surrogatepass").hex()
            index.execute(
                "insert into made(key, value) values ('characters', ?)"
                " on conflict(key) do update set value = excluded.value",
                (characters,),
            )


def merge(index: Connection, stop: threading.Event) -> None:
    """Merge the parts of the index into one, a few pages a transaction."""
    pages = -_MERGE_PAGES
    while not stop.is_set():
        before = index.integer("select total_changes()")
        index.execute("insert into pairs(pairs, rank) values ('merge', ?)", (pages,))
        if index.integer("select total_changes()") - before < 2:
            return
        pages = _MERGE_PAGES


def agrees(index: Connection, db: Connection) -> bool:
    """Tell whether an index may go on; what came by imports that this copy of the project lacks is taken out."""
    row = index.one("select value from made where key = 'with'")
    if index.integer("pragma application_id") != APPLICATION_ID or row is None or row[0] != made_with():
        return False
    sound = 0
    parts = index.execute("select last_id, batch from part order by last_id").fetchall()
    for last_id, batch in parts:
        if batch_of(db, int(last_id or 0)) != batch:
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
