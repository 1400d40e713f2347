"""The voices behind a figure: typical ones, the newest, the lowest scores; personal data is masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annotate import lexicon
from annotate.phrases import Cleaner
from annotate.privacy import mask
from annotate.store.connection import Connection
from annotate.store.query import Condition, DatedBetween, FieldBetween, FieldIs, InWave
from annotate.words import cutter
from reports.collect.loaded import Loaded
from reports.collect.rows import counted_records, ids
from reports.data import Rows
from reports.statistics.text_vectors import text_vectors

Ints = NDArray[np.int64]

LIMIT = 60
POOL = 400
"""Answers among which the typical ones are looked for: more would tell the same, slower."""
_SEED = 7
_SEGMENTS = 3


class Order(StrEnum):
    """Which voices come first."""

    TYPICAL = "typical"
    NEWEST = "newest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True)
class Voice:
    """An answer to read, personal data masked. ``about``: date, score and what the client's columns say."""

    verbatim: int
    text: str
    about: tuple[str, ...]
    reference: str
    masked: bool
    same: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How many answers and people are behind a figure, and some of their voices in an order.

    ``ids``: all of them, int64 rising. A voice stands for ``same`` answers of the same text. ``counted``: records
    behind a figure that counts those without words too (a score, a brand), else None. ``named``: what the rows are
    besides their theme: touchpoint, score, values of columns, period.
    """

    ids: Ints
    people: int
    order: Order
    voices: tuple[Voice, ...]
    counted: int | None = None
    named: tuple[str, ...] = ()


def read(db: Connection, loaded: Loaded, rows: Rows, order: Order, *, score: str = "", limit: int = LIMIT) -> Reading:
    """Return voices behind a figure, at most ``limit``, one of each group of identical answers.

    TYPICAL: nearest to what all of them say, in a random sample of POOL; LOWEST: by the column ``score``.
    """
    found = ids(db, loaded, rows)
    places = _records(loaded, found)
    people = int(np.unique(loaded.records.who[places]).size)
    lowest = loaded.field(score)
    if order is Order.NEWEST:
        rank = np.argsort(-np.nan_to_num(loaded.records.at_ms[places], nan=-np.inf), kind="stable")
    elif order is Order.LOWEST and lowest is not None and lowest.id in loaded.records.columns:
        values = np.asarray(loaded.records.columns[lowest.id][places], np.float64)
        rank = np.argsort(np.nan_to_num(values, nan=np.inf), kind="stable")
    else:
        rank = np.random.default_rng(_SEED).permutation(found.size)
    pool = found[rank[: POOL if order is Order.TYPICAL else 4 * limit]]
    texts = _texts(db, pool)
    listed = _typical(db, pool, texts) if order is Order.TYPICAL else pool.tolist()
    kept: dict[int, list[int]] = {}
    for one in listed:
        kept.setdefault(texts[one][1], []).append(one)
    chosen = [members[0] for members in kept.values()][:limit]
    at = dict(zip(chosen, _records(loaded, np.array(chosen, np.int64), ordered=False).tolist(), strict=True))
    voices = []
    for one in chosen:
        text, group, key = texts[one]
        shown = mask(text)
        voices.append(Voice(one, shown, _about(loaded, at[one], score), key, shown != text, len(kept[group])))
    counted = None
    if not rows.coded and rows.code is None:
        counted = int(counted_records(db, loaded, rows).sum())
    return Reading(found, people, order, tuple(voices), counted, named(loaded, rows))


def named(loaded: Loaded, rows: Rows) -> tuple[str, ...]:
    """Return what rows are besides their theme, in the client's words: touchpoint, score, values, period."""
    told = [rows.touchpoint] if rows.touchpoint else []
    for one in (*rows.query.conditions, *rows.part.conditions, *rows.of.conditions):
        told += _named(loaded, one)
    return tuple(dict.fromkeys(told))


def _named(loaded: Loaded, one: Condition) -> list[str]:
    name = next((field.name for field in loaded.fields if field.id == getattr(one, "field", None)), "")
    if isinstance(one, FieldIs) and name:
        return [f"{name} {'/'.join(one.values[:3])}"]
    if isinstance(one, FieldBetween) and name:
        return [name]
    if isinstance(one, InWave | DatedBetween):
        period = next((period.name for period in loaded.periods if period.condition == one), "")
        if not period and isinstance(one, DatedBetween) and one.low is not None:
            period = f"{datetime.fromtimestamp(one.low / 1000, UTC):%Y-%m-%d}"
            if one.high is not None:
                period += f"–{datetime.fromtimestamp(one.high / 1000, UTC):%m-%d}"
        return [period] if period else []
    return []


def _records(loaded: Loaded, found: Ints, *, ordered: bool = True) -> Ints:
    """Return the place in the records of each answer; ``ordered`` says that they rise."""
    places = np.full(found.size, -1, np.int64)
    for told in loaded.coded.values():
        if not told.ids.size:
            continue
        at = np.minimum(np.searchsorted(told.ids, found), told.ids.size - 1)
        here = told.ids[at] == found
        places[here] = told.place[at[here]]
    return places if not ordered else places[places >= 0]


def _texts(db: Connection, wanted: Ints) -> dict[int, tuple[str, int, str]]:
    """Return (text, group of identical answers, row in the client's file) of answers."""
    listed = "[" + ",".join(map(str, wanted.tolist())) + "]"
    rows = db.execute(
        "select v.id, t.text, v.group_id, ifnull(r.key, '') from json_each(?) j join verbatim v on v.id = j.value"
        " join verbatim_text t on t.id = v.id join record r on r.id = v.record_id",
        (listed,),
    )
    return {int(row[0] or 0): (str(row[1]), int(row[2] or 0), str(row[3])) for row in rows}


def _typical(db: Connection, pool: Ints, texts: dict[int, tuple[str, int, str]]) -> list[int]:
    """Return the pool, nearest to the middle of all first; very short answers last, for they tell little."""
    if pool.size < 2:
        return [int(one) for one in pool]
    cleaner, words = Cleaner.load(db), cutter(lexicon.load(db)).themes
    cleaned = [cleaner.clean(texts[int(one)][0]) for one in pool]
    vectors = text_vectors(cleaned, words)
    middle = np.asarray(vectors.mean(axis=0)).reshape(-1)
    near = np.asarray(vectors @ middle).reshape(-1)
    short = np.array([len(text) < 8 for text in cleaned])
    return [int(pool[place]) for place in np.lexsort((-near, short))]


def _about(loaded: Loaded, record: int, score: str) -> tuple[str, ...]:
    """Return date, score and the first columns that tables are made by."""
    records = loaded.records
    found = []
    if not np.isnan(at := float(records.at_ms[record])):
        found.append(f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d}")
    if (field := loaded.field(score)) is not None and field.id in records.columns:
        value = float(records.columns[field.id][record])
        if not np.isnan(value):
            found.append(f"{score} {value:g}")
    columns = [field for field in loaded.fields if field.id in loaded.values][:_SEGMENTS]
    told = [loaded.values[one.id].get(int(records.columns[one.id][record]), "") for one in columns]
    return (*found, *(text for text in told if text))
