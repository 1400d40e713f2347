"""Every random sample: audit, agreement, acceptance, correction. One table, with stratum and inclusion probability."""

from __future__ import annotations

import json
import uuid as uuids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annotate import audit_stream
from annotate.errors import UserError
from annotate.messages import N_
from annotate.pace import Pace, pace
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Answered, InQuestion, Query

Ids = NDArray[np.int64]

SEED = 1


class Purpose(StrEnum):
    """What a random sample serves; its rows may serve several purposes through several samples."""

    AUDIT = audit_stream.AUDIT
    AGREEMENT = "agreement"
    ACCEPTANCE = "acceptance"
    CORRECTION = "correction"


_SAID = {
    Purpose.AUDIT: N_("Audit drawn at random: {n} answers"),
    Purpose.AGREEMENT: N_("Answers for double coding drawn at random: {n}"),
    Purpose.ACCEPTANCE: N_("Acceptance sample drawn at random: {n} answers"),
    Purpose.CORRECTION: N_("Answers for correction drawn at random: {n}"),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A random sample in force: how many rows of imports in force were drawn and how many of them are reviewed."""

    id: int
    purpose: Purpose
    name: str
    question_id: int | None
    seed: int
    drawn: int
    reviewed: int


# Who has looked at answer v of question q: people and the adjudicated layer, not rules.
_LOOKED = (
    "from review_now n join coder c on c.id = n.coder_id where n.verbatim_id = v.id and n.frame_id = q.frame_id and"
)
LOOKED_AT = f"exists(select 1 {_LOOKED} c.kind <= 1)"
# Double coding needs two people, or a judge who settled it; every other purpose one pair of eyes.
REVIEWED = (
    f"iif(s.purpose = '{Purpose.AGREEMENT}', exists(select 1 {_LOOKED} c.kind = 1)"
    f" or (select count(*) {_LOOKED} c.kind = 0) > 1, {LOOKED_AT})"
)
# Rows of samples in force, of imports in force.
ROWS = (
    "from sample s join sample_row w on w.sample_id = s.id join verbatim v on v.id = w.verbatim_id"
    " join question q on q.id = v.question_id where s.state = 1"
    " and v.batch_id in (select id from import_batch where state = 1)"
)


def draw(
    project: Project,
    *,
    purpose: Purpose,
    question: int,
    size: int,
    seed: int,
    name: str = "",
    among: Query | None = None,
    stratum: str = "",
    detail: Mapping[str, object] | None = None,
) -> Sample:
    """Draw ``size`` answers at random without replacement and keep their inclusion probability size ÷ population.

    The same seed on the same project draws the same rows. Rows reviewed before are drawn like any other and count as
    reviewed. ``detail`` is kept in the design. Raises UserError (nothing-to-draw).
    """

    def do(op: Operation) -> int:
        query = (among or Query()).where(InQuestion(question), Answered())
        ids, batches = audit_stream.answers_of(op.db, query)
        if not len(ids) or size < 1:
            raise _nothing(len(ids), size)
        taken = np.random.default_rng(seed).permutation(ids)[:size]
        design = {
            "population": len(ids), "size": len(taken), "query": query.to_json(),
            "batches": np.unique(batches).tolist(), **(detail or {}),
        }  # fmt: skip
        inclusion = len(taken) / len(ids)
        rows = ((verbatim, stratum, inclusion) for verbatim in taken.tolist())
        return write(op, purpose, name, question, seed, design, rows)

    return find(project, operations.run(project, "sample", do)[0])


def draw_audit(project: Project, *, question: int, size: int, seed: int = SEED, stackable: bool = True) -> Sample:
    """Draw the next ``size`` rows of a question's audit stream: a simple random sample that grows.

    Every answer has a lasting random number, made from its id and the stream's seed alone (permanent random numbers:
    Ohlsson 1995); the stream takes answers by rising number, so what is drawn so far is a simple random sample of its
    stratum at any moment, whoever reviewed what in between. ``seed`` counts for the first draw of a question only, and
    a draw that was undone comes back row by row with the next: nobody can draw until they like the rows.

    A stratum is the imports that were in force, and new, at one draw: answers imported later are the next stratum.
    Drawing goes to the stratum with the smallest share drawn, whatever was found there, so a late import catches up.
    Imports that are withdrawn at a later draw become a stratum of their own, for the case that they return.
    A row's ``inclusion`` is what was drawn from its stratum so far ÷ the answers of the stratum, at its draw; what
    holds now is in ``random_rows.random_rows``. Draw by the hundred rather than by the row: each draw is an operation
    (``stackable`` False keeps it off the undo stack: drawn by the program, not asked for).
    Raises UserError (nothing-to-draw).
    """
    with project.reading() as db, db.snapshot():
        # Outside the write: 1.5 million random numbers take longer than a key press.
        ahead = audit_stream.plan(db, question, size, seed)

    def do(op: Operation) -> int:
        still = ahead.seen == audit_stream.seen_by(op.db, question)
        plan = ahead if still else audit_stream.plan(op.db, question, size, seed)
        if not plan.rows:
            raise _nothing(plan.population, size)
        design = {
            "population": plan.population, "size": len(plan.rows), "parts": plan.parts,
            "batches": sorted(batch for part in plan.parts for batch in part),
            "query": Query().where(InQuestion(question), Answered()).to_json(),
        }  # fmt: skip
        return write(op, Purpose.AUDIT, "", question, plan.seed, design, plan.rows)

    return find(project, operations.run(project, "sample", do, stackable=stackable)[0])


def _nothing(population: int, size: int) -> UserError:
    return UserError(
        "nothing-to-draw",
        N_("No sample was drawn."),
        N_("There are {n} answers to draw from, and {size} were asked for."),
        N_("Import answers first, or ask for at least one."),
        n=population,
        size=size,
    )


def write(
    op: Operation,
    purpose: Purpose,
    name: str,
    question: int,
    seed: int,
    design: Mapping[str, object],
    rows: Iterable[tuple[int, str, float]],
) -> int:
    """Write a drawn sample as part of an operation and put it in force; rows are (verbatim, stratum, inclusion)."""
    sample = op.db.execute(
        "insert into sample(uuid, purpose, name, question_id, seed, design, state, created_ms)"
        " values (?, ?, ?, ?, ?, ?, 0, ?)",
        (
            uuids.uuid4().bytes, purpose.value, name or purpose.value, question, seed, json.dumps(design), op.at_ms,
        ),
    ).lastrowid  # fmt: skip
    op.rows = op.db.executemany(
        "insert into sample_row(sample_id, verbatim_id, stratum, inclusion, place) values (?, ?, ?, ?, ?)",
        ((sample, verbatim, stratum, inclusion, place) for place, (verbatim, stratum, inclusion) in enumerate(rows, 1)),
    )
    images.write(op, "sample", {"id": sample}, {"state": 1})
    op.say(_SAID[purpose], n=op.rows)
    return sample


def find(project: Project, sample: int) -> Sample:
    """Return one sample in force; raises UserError (no-sample)."""
    for one in samples(project):
        if one.id == sample:
            return one
    raise UserError(
        "no-sample",
        N_("There is no sample {sample} in the project."),
        N_("It was never drawn, was undone, or its import was withdrawn."),
        N_("See the samples with: sample list"),
        sample=sample,
    )


def samples(project: Project) -> list[Sample]:
    """Return the samples in force, oldest first; rows of withdrawn imports do not count."""
    rows = project.rows(
        f"select s.id, s.purpose, s.name, s.question_id, s.seed, count(*), sum({REVIEWED}) {ROWS}"
        " group by s.id order by s.id"
    )
    return [
        Sample(
            int(row[0] or 0), Purpose(str(row[1])), str(row[2]), None if row[3] is None else int(row[3]),
            int(row[4] or 0), int(row[5] or 0), int(row[6] or 0),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: rows of a question drawn for one purpose, how many are reviewed and still owed."""

    question_id: int
    purpose: Purpose
    drawn: int
    reviewed: int
    owed: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """All random rows that are owed. ``rows``: distinct answers (one that serves several purposes counts once).

    ``decisions``: what people have to decide for them; identical answers take one decision, double coding takes one
    of each person. ``minutes``: at the pace of this project, None without one.
    """

    lines: tuple[Line, ...]
    rows: int
    decisions: int
    pace: Pace
    minutes: float | None


def owed(project: Project) -> Ledger:
    """Return the one ledger of random rows: what was drawn, reviewed and is still owed, and how long that takes."""
    tally: dict[tuple[int, Purpose], dict[int, bool]] = {}
    rows: set[int] = set()
    decisions: dict[int, int] = {}
    with project.reading() as db, db.snapshot():
        for question, told, verbatim, group, done, people in db.execute(
            "select q.id, s.purpose, v.id, v.group_id,"
            f" {REVIEWED}, (select count(*) {_LOOKED} c.kind = 0) {ROWS} order by q.sort, q.id, s.id"
        ):
            purpose = Purpose(str(told))
            tally.setdefault((int(question or 0), purpose), {})[int(verbatim or 0)] = bool(done)
            if not done:
                rows.add(int(verbatim or 0))
                needed = 2 - int(people or 0) if purpose is Purpose.AGREEMENT else 1
                decisions[int(group or 0)] = max(decisions.get(int(group or 0), 0), needed)
        at = pace(db)
    lines = tuple(
        Line(question, purpose, len(seen), sum(seen.values()), len(seen) - sum(seen.values()))
        for (question, purpose), seen in tally.items()
    )
    total = sum(decisions.values())
    return Ledger(lines, len(rows), total, at, at.minutes(total))


def blind(db: Connection, coder: int, groups: Iterable[int] | None = None) -> set[int]:
    """Return the groups of identical answers (None: of all) to be judged without seeing what the machine says.

    One of the group was drawn at random and nobody has judged it (for double coding: this coder has not). A machine
    whose verdict is read first is agreed with more often than it is right, and every figure rests on these rows.
    """
    marks = None if groups is None else ", ".join(str(int(group)) for group in groups)
    if marks == "" or not db.integer("select exists(select 1 from sample where state = 1)"):
        return set()
    mine = f"iif(s.purpose = '{Purpose.AGREEMENT}', exists(select 1 {_LOOKED} n.coder_id = {int(coder)}), {LOOKED_AT})"
    # +: from the drawn rows, of which there are few, rather than through all members of a large group.
    among = "" if marks is None else f" and +v.group_id in ({marks})"
    rows = db.execute(f"select distinct v.group_id {ROWS}{among} and not {mine}").fetchall()
    return {int(row[0] or 0) for row in rows}


def twins(db: Connection, reviewed: Iterable[int], coder: int) -> dict[int, int]:
    """Return the identical answers that a coder's review of drawn rows settles too: {twin: drawn row}.

    As in the window, where coding an answer codes its identical ones; those that the coder reviewed before stay. Of
    ``reviewed`` only rows of samples in force count.
    """
    found: dict[int, int] = {}
    of = sorted(reviewed)
    mine = "exists(select 1 from review_now n where n.verbatim_id = t.id and n.coder_id = ?)"
    # The first of a group, and the members that point to it: each by its index.
    for joined in ("t.id = v.group_id", "t.group_id = v.group_id and t.group_id <> t.id"):
        for start in range(0, len(of), 5_000):
            marks = ", ".join(map(str, of[start : start + 5_000]))
            for verbatim, twin in db.execute(
                f"select v.id, t.id from verbatim v join verbatim t on {joined} where v.id in ({marks})"
                " and exists(select 1 from sample_row w join sample s on s.id = w.sample_id and s.state = 1"
                "  where w.verbatim_id = v.id) and t.state = 1"
                f" and t.batch_id in (select id from import_batch where state = 1) and not {mine} order by v.id",
                (coder,),
            ):
                found.setdefault(int(twin or 0), int(verbatim or 0))
    return {twin: verbatim for twin, verbatim in found.items() if twin not in set(of)}


def rows_owed(
    project: Project, *, purpose: Purpose | None = None, question: int | None = None, limit: int = 20
) -> list[int]:
    """Return the random rows to review next, oldest sample first, each in its random order.

    Of identical answers only the first: coding it codes them all. Rows of double coding that the present coder has
    reviewed wait for someone else.
    """
    wanted, values = "", [project.coder.id]
    if purpose is not None:
        wanted += f" and s.purpose = '{purpose.value}'"
    if question is not None:
        wanted += " and v.question_id = ?"
        values.append(question)
    rows = project.rows(
        f"select v.id, v.group_id {ROWS} and not {REVIEWED} and not (s.purpose = '{Purpose.AGREEMENT}'"
        f"  and exists(select 1 {_LOOKED} n.coder_id = ?)){wanted} order by s.id, w.place",
        tuple(values),
    )
    first: dict[int, int] = {}
    for verbatim, group in rows:
        first.setdefault(int(group or 0), int(verbatim or 0))
    return list(first.values())[:limit]
