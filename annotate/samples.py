"""Every random sample: audit, agreement, acceptance, correction. One table, with stratum and inclusion probability."""

from __future__ import annotations

import json
import uuid as uuids
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Answered, InQuestion, Query, select_ids


class Purpose(StrEnum):
    """What a random sample serves; its rows may serve several purposes through several samples."""

    AUDIT = "audit"
    AGREEMENT = "agreement"
    ACCEPTANCE = "acceptance"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Sample:
    """A random sample in force: how many rows were drawn and how many of them are reviewed."""

    id: int
    purpose: Purpose
    name: str
    question_id: int | None
    seed: int
    drawn: int
    reviewed: int


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
) -> Sample:
    """Draw ``size`` answers at random without replacement and keep their inclusion probability size ÷ population.

    The same seed on the same project draws the same rows. Raises UserError (nothing-to-draw).
    """

    def do(op: Operation) -> int:
        query = (among or Query()).where(InQuestion(question), Answered())
        ids = np.array(select_ids(op.db, query), np.int64)
        if not len(ids) or size < 1:
            raise UserError(
                "nothing-to-draw",
                N_("No sample was drawn."),
                N_("There are {n} answers to draw from, and {size} were asked for."),
                N_("Import answers first, or ask for at least one."),
                n=len(ids),
                size=size,
            )
        taken = np.random.default_rng(seed).permutation(ids)[:size]
        inclusion = len(taken) / len(ids)
        sample = op.db.execute(
            "insert into sample(uuid, purpose, name, question_id, seed, design, state, created_ms)"
            " values (?, ?, ?, ?, ?, ?, 0, ?)",
            (
                uuids.uuid4().bytes, purpose.value, name or purpose.value, question, seed,
                json.dumps({"population": len(ids), "size": len(taken), "query": query.to_json()}), op.at_ms,
            ),
        ).lastrowid  # fmt: skip
        op.db.executemany(
            "insert into sample_row(sample_id, verbatim_id, stratum, inclusion, place) values (?, ?, ?, ?, ?)",
            ((sample, verbatim, stratum, inclusion, place) for place, verbatim in enumerate(taken.tolist(), 1)),
        )
        images.write(op, "sample", {"id": sample}, {"state": 1})
        op.rows = len(taken)
        op.say(N_("Random sample of {n} answers ({purpose})"), n=len(taken), purpose=purpose.value)
        return sample

    drawn = operations.run(project, "sample", do)[0]
    return next(one for one in samples(project) if one.id == drawn)


def samples(project: Project) -> list[Sample]:
    """Return the samples in force, oldest first."""
    rows = project.rows(
        "select s.id, s.purpose, s.name, s.question_id, s.seed, count(w.verbatim_id),"
        " sum(exists(select 1 from review_now n where n.verbatim_id = w.verbatim_id))"
        " from sample s join sample_row w on w.sample_id = s.id where s.state = 1 group by s.id order by s.id"
    )
    return [
        Sample(
            int(row[0] or 0), Purpose(str(row[1])), str(row[2]), None if row[3] is None else int(row[3]),
            int(row[4] or 0), int(row[5] or 0), int(row[6] or 0),
        )
        for row in rows
    ]  # fmt: skip
