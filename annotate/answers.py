"""Texts of a project for looking through: all of them or, where they are many, a random part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from annotate.search_language import quoted
from annotate.store.connection import Connection
from annotate.store.query import Answered, InQuestion, Query, Representative, TextContains
from annotate.store.query import ids as matching

ENOUGH = 50_000
"""Different answers that show what is said in a project; more only take longer."""
_BATCH = 900


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: its verbatim and its text as written."""

    id: int
    text: str


def read(
    db: Connection, *, question: int | None = None, limit: int = ENOUGH, seed: int = 0, holding: str = ""
) -> list[Told]:
    """Return different answers in order of their id: at most ``limit`` of them, drawn at random with ``seed``.

    Identical answers count once. ``holding``: only answers with this string (Latin: from a word's beginning).
    """
    query = Query().where(Answered(), Representative())
    if question is not None:
        query = query.where(InQuestion(question))
    if holding:
        query = query.where(TextContains(quoted(holding)))
    ids = matching(db, query)
    if len(ids) > limit:
        ids = np.sort(np.random.default_rng(seed).choice(ids, limit, replace=False))
    return list(_texts(db, ids.tolist()))


def _texts(db: Connection, ids: list[int]) -> Iterator[Told]:
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        rows = db.execute(
            f"select id, text from verbatim_text where id in ({', '.join('?' * len(part))}) order by id", part
        )
        for verbatim, text in rows:
            yield Told(int(verbatim or 0), str(text))
