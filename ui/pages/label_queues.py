"""The queues of modes that need no model, as reads of the project."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotate import samples, verbatims
from annotate.samples import Purpose
from annotate.store.project import Project
from annotate.store.query import AnyOf, Condition, DecidedOn, Ids, Not, Query, Recheck, Reviewed, Suggested
from ui.views.mode_bar import Mode

Rows = NDArray[np.int64]


def undecided(code: int) -> tuple[Condition, ...]:
    """Return the conditions on answers that the machine gives a code to and nobody decided on."""
    return Suggested((code,), accepted=True), Not((Reviewed(),)), Not((DecidedOn(code),))


def ids_of(mode: Mode, narrow: Query, question: int | None, rounds: int, project: Project) -> Rows:
    """Return the answers of a mode that needs no model, narrowed by the filters."""
    if mode is Mode.SHUFFLE:
        found = verbatims.ids(project, narrow.where(Not((Reviewed(),))), grouped=True)
        shuffled: Rows = np.random.default_rng((project.uuid[0], rounds)).permutation(found)
        return shuffled
    if mode is Mode.RECHECK:
        frames = [Recheck(one) for one in frames_of(project, question)]
        return verbatims.ids(project, narrow.where(AnyOf(tuple(frames))))
    rows = samples.rows_owed(project, purpose=Purpose.AUDIT, question=question, limit=1_000_000)
    wanted = verbatims.ids(project, narrow.where(Ids.of(rows)))
    owed = np.array(rows, np.int64)
    return owed[np.isin(owed, wanted)]


def frames_of(project: Project, question: int | None) -> list[int]:
    """Return the code frames of a question, or of all."""
    rows = project.rows(
        "select distinct frame_id from question where frame_id is not null and (?1 is null or id = ?1)", (question,)
    )
    return [int(row[0] or 0) for row in rows]
