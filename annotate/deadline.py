"""Coding against a deadline: what to do in which order, what stays open, and what that costs in accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annotate import frames, samples
from annotate.estimates import wilson_interval
from annotate.frames import Code
from annotate.pace import Pace, pace
from annotate.random_rows import random_rows
from annotate.store.connection import Connection, Value
from annotate.store.numbers import integers
from annotate.store.project import Project
from annotate.store.query import ACTIVE

Ids = NDArray[np.int64]

FIRST_GUESS = 12.0
"""Seconds a decision takes where nobody has made enough of them to tell."""
GLANCE = 0.25
"""Part of a decision's time that a look at one answer in a list of one code takes: an assumption, told as one."""
BIG = 4
"""From this size a group yields more answers a second by reading it than lists of one code do: 1 ÷ GLANCE."""
LEAST = 30
"""With fewer random answers that carry it, no figure of a code is reported."""


class Kind(StrEnum):
    """What a stage of the plan is: random rows owed, big groups, the list of one code, all others one by one."""

    SAMPLES = "samples"
    GROUPS = "groups"
    CODE = "code"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a plan is made from. Arrays over the groups of identical answers that nobody has reviewed:

    ``rows`` int64 (g): the verbatim that stands for each; ``sizes`` int64 (g): its answers; ``pairs`` int64 (p × 2):
    group and code of each accepted suggestion, ``sure`` int64 (p): its confidence in 1/10,000. ``owed``: random rows to
    review next, in order; ``seen``: random rows reviewed; ``later``: reviewed ones that count once those owed are
    reviewed. ``answered``: answers of the question. ``counts``: answers
    that carry a code or net by people's word.
    """

    codes: tuple[Code, ...]
    below: dict[int, frozenset[int]]
    rows: Ids
    sizes: Ids
    pairs: Ids
    sure: Ids
    owed: Ids
    seen: int
    later: int
    answered: int
    counts: dict[int, int]
    pace: Pace

    @property
    def seconds(self) -> float:
        """Return the seconds of one decision: measured, or FIRST_GUESS."""
        return FIRST_GUESS if self.pace.seconds is None or self.pace.few else self.pace.seconds


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the queue: ``rows`` int64 to look at, in order; ``answers`` they stand for; ``seconds`` it takes.

    ``of``: how many rows the stage would have with time enough.
    """

    kind: Kind
    code: Code | None
    rows: Ids
    answers: int
    seconds: float
    of: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The queue for a time, and what it comes to.

    ``settled``: answers decided in it; ``open``: answers that stay undecided. ``spent`` and ``wanted``: seconds of the
    plan, and of deciding everything. ``seen``: random rows reviewed by then; ``half``: half the width of the 95 %
    interval of the least certain net, a share (None without a random row); ``unreported`` of ``codes`` codes have fewer
    than LEAST random answers by then.
    """

    stages: tuple[Stage, ...]
    settled: int
    open: int
    spent: float
    wanted: float
    seen: int
    half: float | None
    unreported: int
    codes: int

    @property
    def rows(self) -> Ids:
        """Return all rows of the queue, in order."""
        return np.concatenate([one.rows for one in self.stages]) if self.stages else np.empty(0, np.int64)


def gather(project: Project, question: int) -> Facts:
    """Read what a plan for a question is made from."""
    owed = samples.rows_owed(project, question=question, limit=1_000_000)
    with project.reading() as db, db.snapshot():
        frame_id = db.integer("select frame_id from question where id = ?", (question,))
        frame = frames.read(db, frame_id) if frame_id else None
        found = _pairs(
            db,
            "select v.group_id, count(*) from verbatim v where +v.question_id = ? and v.state = 1 and"
            f" {ACTIVE} and not exists(select 1 from review_now n where n.verbatim_id = v.id) group by 1 order by 1",
            (question,),
        )
        suggested = _pairs(
            db,
            "select p.verbatim_id, p.code_id * 16384 + p.p from run_in_force f"
            " join prediction p on p.run_id = f.run_id and p.accepted = 1 join verbatim v on v.id = p.verbatim_id"
            " and v.group_id = v.id join record r on r.id = v.record_id and ifnull(r.wave_id, 0) = f.wave_id"
            " where f.question_id = ?",
            (question,),
        )
        answered = db.integer(
            f"select count(*) from verbatim v where +v.question_id = ? and v.state = 1 and {ACTIVE}", (question,)
        )
        drawn = random_rows(db, question)
        speed = pace(db)
    suggested = suggested[np.isin(suggested[:, 0], found[:, 0])]
    codes = frame.live if frame else ()
    suggested = suggested[np.isin(suggested[:, 1] // 16_384, [one.id for one in codes])]
    pairs = np.stack([np.searchsorted(found[:, 0], suggested[:, 0]), suggested[:, 1] // 16_384], axis=1)
    nets = [one.id for one in frame.codes if one.is_net and not one.retired] if frame else []
    below = {one: frame.under(one) for one in nets} if frame else {}
    counts = frames.code_counts(project, frame_id, question) if frame else {}
    return Facts(
        codes, below, found[:, 0], found[:, 1], pairs, suggested[:, 1] % 16_384, np.array(owed, np.int64),
        drawn.ids.size, drawn.later, answered, counts, speed,
    )  # fmt: skip


def _pairs(db: Connection, sql: str, values: tuple[Value, ...]) -> Ids:
    """Return the rows of a query of two numbers, int64 (n × 2)."""
    row = db.one(f"with found(a, b) as ({sql}) select group_concat(a || ',' || b) from found", values)
    told = integers(None if row is None else row[0])
    return told.reshape(-1, 2)


def plan(facts: Facts, seconds: float, *, each: float | None = None) -> Plan:
    """Order the queue for so many seconds; ``each``: seconds of a decision, else what was measured.

    Random rows come first, for without them nothing can be said of accuracy; then groups of BIG and more, largest
    first; then one code at a time, the code with most suggestions first, its list sorted by confidence; then the rest,
    larger groups first. An answer is settled when it was read, or when the lists of all its suggestions were.
    """
    each = each or facts.seconds
    left = max(0.0, seconds)
    groups = facts.rows.size
    done = np.zeros(groups, np.bool_)
    stages: list[Stage] = []
    wanted = 0.0

    def add(kind: Kind, code: Code | None, places: Ids, price: float) -> int:
        nonlocal left, wanted
        cost = each * price
        wanted += cost * places.size
        fits = int(min(places.size, (left + 1e-9) // cost))
        if fits:
            taken = places[:fits]
            left -= fits * cost
            stages.append(
                Stage(kind, code, facts.rows[taken], int(facts.sizes[taken].sum()), fits * cost, places.size)
            )  # fmt: skip
        return fits

    owed = np.isin(facts.rows, facts.owed)
    place = {row: at for at, row in enumerate(facts.rows.tolist())}
    first = np.array([place[one] for one in facts.owed.tolist() if one in place], np.int64)
    reviewed = add(Kind.SAMPLES, None, first, 1.0)
    done[first[:reviewed]] = True
    by_size = np.argsort(-facts.sizes, kind="stable")
    big = by_size[(facts.sizes[by_size] >= BIG) & ~owed[by_size]]
    done[big[: add(Kind.GROUPS, None, big, 1.0)]] = True
    waiting = np.ones(len(facts.pairs), np.bool_)
    waiting[owed[facts.pairs[:, 0]] | np.isin(facts.pairs[:, 0], big)] = False
    held = {one.id: one for one in facts.codes}
    found, counts = np.unique(facts.pairs[waiting, 1], return_counts=True)
    for code in found[np.argsort(-counts, kind="stable")].tolist():
        of_code = np.flatnonzero(waiting & (facts.pairs[:, 1] == code))
        of_code = of_code[np.argsort(-facts.sure[of_code], kind="stable")]
        taken = add(Kind.CODE, held[code], facts.pairs[of_code, 0], GLANCE)
        waiting[of_code[:taken]] = False
    listed = np.zeros(groups, np.bool_)
    listed[facts.pairs[:, 0]] = True
    unseen = np.zeros(groups, np.bool_)
    unseen[facts.pairs[waiting, 0]] = True
    done |= listed & ~unseen & ~owed & (facts.sizes < BIG)
    rest = by_size[~listed[by_size] & ~owed[by_size] & (facts.sizes[by_size] < BIG)]
    done[rest[: add(Kind.REST, None, rest, 1.0)]] = True
    settled = int(facts.sizes[done].sum())
    seen = facts.seen + reviewed + (facts.later if reviewed == first.size else 0)
    shares = _shares(facts)
    widths = [wilson_interval(shares[net] * seen, seen) for net in facts.below] if seen else []
    return Plan(
        tuple(stages), settled, int(facts.sizes.sum()) - settled, seconds - left, wanted, seen,
        max(((high - low) / 2 for low, high in widths), default=None),
        sum(shares[one.id] * seen < LEAST for one in facts.codes), len(facts.codes),
    )  # fmt: skip


def _shares(facts: Facts) -> dict[int, float]:
    """Return the share of answers that carry each code and net: people's, and the machine's where nobody looked."""
    shares: dict[int, float] = {}
    whole = max(1, facts.answered)
    for one in facts.codes:
        groups = facts.pairs[facts.pairs[:, 1] == one.id, 0]
        shares[one.id] = min(1.0, (facts.counts.get(one.id, 0) + int(facts.sizes[groups].sum())) / whole)
    for net, below in facts.below.items():
        groups = np.unique(facts.pairs[np.isin(facts.pairs[:, 1], list(below)), 0])
        shares[net] = min(1.0, (facts.counts.get(net, 0) + int(facts.sizes[groups].sum())) / whole)
    return shares


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a question: ``groups`` of identical answers nobody reviewed, at this project's ``pace``."""

    groups: int
    pace: Pace

    @property
    def hours(self) -> float | None:
        """Return how long all of it takes, one by one; None without a pace."""
        minutes = self.pace.minutes(self.groups)
        return None if minutes is None else minutes / 60


def left(db: Connection, question: int) -> Left:
    """Return how much of a question is left."""
    groups = db.integer(
        "select count(distinct v.group_id) from verbatim v where +v.question_id = ? and v.state = 1 and"
        f" {ACTIVE} and not exists(select 1 from review_now n where n.verbatim_id = v.id)",
        (question,),
    )
    return Left(groups, pace(db))
