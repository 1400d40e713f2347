"""Which reviewed answers stand for a question as a whole, and for how many answers each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import audit_stream
from annotate.samples import LOOKED_AT, ROWS
from annotate.store.connection import Connection
from annotate.store.query import Answered, InQuestion, Query

MOST_SKIPPED = 0.05
"""Up to this share of a sample's rows may be left out between reviewed ones before what follows is not used."""


@dataclass(frozen=True, slots=True)
class RandomRows:
    """Reviewed rows that stand for a question as a whole.

    ``ids`` int64 (n), rising; ``weights`` float64 (n): how many of the ``covered`` answers each stands for.
    ``population``: the answers of the question; those of imports nobody drew from are not covered. ``skipped``: rows
    left out unreviewed between reviewed ones; ``later``: reviewed rows that do not count yet, because rows drawn
    before them are still owed.
    """

    ids: NDArray[np.int64]
    weights: NDArray[np.float64]
    population: int
    covered: int
    skipped: int
    later: int


@dataclass(frozen=True, slots=True)
class _Sample:
    """A sample drawn from the whole question: the imports of each draw, the rows that count, and those that do not."""

    sample: int
    parts: list[list[int]]
    usable: set[int]
    later: set[int]
    skipped: int


def _samples(db: Connection, question: int, query: Query) -> Iterator[_Sample]:
    for sample, design in db.execute(
        "select id, design from sample where state = 1 and question_id = ? order by id", (question,)
    ).fetchall():
        told = json.loads(str(design))
        if told.get("query") != query.to_json():
            continue  # drawn from some of the answers only: such rows do not stand for the others
        rows = db.execute(f"select v.id, {LOOKED_AT} {ROWS} and s.id = ? order by w.place", (sample,)).fetchall()
        done = np.array([bool(row[1]) for row in rows], np.bool_)
        good = np.cumsum(~done) <= MOST_SKIPPED * np.arange(1, done.size + 1)
        end = int(np.flatnonzero(good & done)[-1]) + 1 if (good & done).any() else 0
        yield _Sample(
            int(sample or 0),
            told.get("parts") or ([told["batches"]] if told.get("batches") else []),
            {int(row[0] or 0) for row, ok in zip(rows[:end], done[:end], strict=True) if ok},
            {int(row[0] or 0) for row, ok in zip(rows[end:], done[end:], strict=True) if ok},
            int((~done[:end]).sum()),
        )


def random_ids(db: Connection, question: int) -> set[int]:
    """Return which rows ``random_rows`` returns, without reading the ids of all answers for their weights."""
    query = Query().where(InQuestion(question), Answered())
    return set[int]().union(*(one.usable for one in _samples(db, question, query)))


def random_rows(db: Connection, question: int) -> RandomRows:
    """Return the reviewed rows of all samples that were drawn from the whole question, whatever their purpose.

    Of each sample the longest start, in its random order, of which at most MOST_SKIPPED is unreviewed: which rows of a
    sample get reviewed out of turn is nobody's random choice (they were easy, or asked for by a model). Strata are the
    imports that the same draws drew from; a row weighs its stratum's answers ÷ its stratum's rows here.
    """
    query = Query().where(InQuestion(question), Answered())
    answers, batches = audit_stream.answers_of(db, query)
    strata: dict[int, list[int]] = {}
    usable: set[int] = set()
    out_of_turn: set[int] = set()
    skipped = 0
    for one in _samples(db, question, query):
        for number, part in enumerate(one.parts or [np.unique(batches).tolist()]):
            for batch in part:
                strata.setdefault(batch, []).extend((one.sample, number))
        usable |= one.usable
        out_of_turn |= one.later
        skipped += one.skipped
    ids = np.array(sorted(usable), np.int64)
    weights = np.zeros(ids.size)
    covered = 0
    own = batches[np.searchsorted(answers, ids)]
    for mark in {tuple(told) for told in strata.values()}:
        part = [batch for batch, told in strata.items() if tuple(told) == mark]
        here, whole = np.isin(own, part), int(np.isin(batches, part).sum())
        if here.any():
            weights[here] = whole / here.sum()
            covered += whole
    return RandomRows(ids, weights, len(answers), covered, skipped, len(out_of_turn - usable))
