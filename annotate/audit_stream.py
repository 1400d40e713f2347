"""The audit stream of a question: its next random rows, planned from lasting random numbers, stratum by stratum."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.store.connection import Connection
from annotate.store.numbers import integers
from annotate.store.query import Answered, InQuestion, Query

Ids = NDArray[np.int64]

AUDIT = "audit"
"""The purpose of its samples."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The next rows of a stream, (verbatim, stratum, inclusion), and what they were planned upon."""

    seen: object
    seed: int
    population: int
    parts: list[list[int]]
    rows: list[tuple[int, str, float]]


def seen_by(db: Connection, question: int) -> object:
    """Return what a plan hangs on: the samples of the question and the imports in force."""
    return [
        db.execute(sql, values).fetchall()
        for sql, values in (
            ("select id, state from sample where question_id = ? order by id", (question,)),
            ("select id from import_batch where state = 1 order by id", ()),
        )
    ]


def plan(db: Connection, question: int, size: int, seed: int) -> Plan:
    """Plan the next rows of a question's stream; see ``samples.draw_audit``."""
    ids, batches = answers_of(db, Query().where(InQuestion(question), Answered()))
    told = db.execute(
        "select id, state, seed, design ->> 'parts' from sample where question_id = ? and purpose = ?"
        " and design ->> 'parts' is not null order by id",
        (question, AUDIT),
    ).fetchall()
    seed = int(told[0][2] or 0) if told else seed
    parts = refined(json.loads(str(told[-1][3])) if told else [], set(batches.tolist()))
    standing = ", ".join(str(row[0]) for row in told if row[1])
    drawn = np.array(
        [row[0] for row in db.execute(f"select verbatim_id from sample_row where sample_id in ({standing})")], np.int64
    )
    free = ~np.isin(ids, drawn)
    members = [np.isin(batches, part) for part in parts]
    population = [int(inside.sum()) for inside in members]
    already = [int((inside & ~free).sum()) for inside in members]
    rows: list[tuple[int, int, str, float]] = []
    for number, take in enumerate(dealt(population, already, min(size, int(free.sum())))):
        if take:
            open_ids = ids[members[number] & free]
            lot = luck(open_ids, seed)
            inclusion = (already[number] + take) / population[number]
            rows += [
                (int(lot[place]), int(open_ids[place]), str(parts[number][0]), inclusion)
                for place in np.argsort(lot)[:take].tolist()
            ]
    return Plan(seen_by(db, question), seed, len(ids), parts, [row[1:] for row in sorted(rows)])


def refined(parts: list[list[int]], present: set[int]) -> list[list[int]]:
    """Part what is away now from what is not, and add what is new; a stratum is never joined to another."""
    split: list[list[int]] = []
    away: list[list[int]] = []
    for part in parts:
        split.append([batch for batch in part if batch in present])
        away.append([batch for batch in part if batch not in present])
    known = {batch for part in parts for batch in part}
    new = sorted(present - known)
    return [part for part in (*split, *away, new) if part]


def dealt(population: list[int], drawn: list[int], size: int) -> list[int]:
    """Deal ``size`` draws to strata one by one, each to the smallest share drawn so far (the first where equal)."""
    queue = [(drawn[k] / whole, k) for k, whole in enumerate(population) if drawn[k] < whole]
    heapq.heapify(queue)
    dealt = [0] * len(population)
    while size > 0 and queue:
        k = heapq.heappop(queue)[1]
        dealt[k] += 1
        size -= 1
        if drawn[k] + dealt[k] < population[k]:
            heapq.heappush(queue, ((drawn[k] + dealt[k]) / population[k], k))
    return dealt


def luck(ids: Ids, seed: int) -> NDArray[np.uint64]:
    """Return a lasting random number for each id, uint64, all different: SplitMix64 twice (Steele et al. 2014)."""
    mixed = np.random.default_rng(seed).integers(0, 2**64, 2, np.uint64)
    value = ids.astype(np.uint64)
    for key in mixed:
        value = (value + key) * np.uint64(0x9E3779B97F4A7C15)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        value = value ^ (value >> np.uint64(31))
    return value


def answers_of(db: Connection, query: Query) -> tuple[Ids, Ids]:
    """Return the ids a query means, rising, and the import of each."""
    text, values = query.sql()
    row = db.one(
        "select group_concat(id), group_concat(batch_id) from"
        f" (select v.id, v.batch_id from verbatim v where {text} order by v.id)",
        values,
    )
    if row is None or row[0] is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return integers(row[0]), integers(row[1])
