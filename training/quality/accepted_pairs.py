"""Pairs of an answer and a code that a model accepts: those that people judged, and those that nobody has decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers
from annotate.certificates import WHOLE
from annotate.store.connection import Connection
from annotate.store.project import Project
from training.learner.evaluate import RANDOM_ROWS
from training.session import StoredModel


@dataclass(frozen=True, slots=True)
class Pairs:
    """Accepted pairs of an answer and a code, out of sample: confidence (n), whether people agree (n)."""

    p: NDArray[np.float32]
    right: NDArray[np.bool_]
    random: bool


def out_of_sample(project: Project, stored: StoredModel, codes: Sequence[int]) -> list[Pairs]:
    """Return the pairs the model accepted out of sample: of random rows if there are RANDOM_ROWS, and of all."""
    with project.reading() as db, db.snapshot():
        held = {one.id: one for one in frames.read(db, stored.frame_id).codes}
        asked = db.execute("select id from question where frame_id = ? order by id", (stored.frame_id,)).fetchall()
        known = [code for code in codes if code in stored.columns]
        said = layers.labelled(db, [int(row[0] or 0) for row in asked], [held[code] for code in known])
    rows = np.flatnonzero([one in stored.trained for one in said.ids.tolist()])
    place = np.array([stored.trained[one] for one in said.ids[rows].tolist()], np.int64)
    columns = np.array([stored.columns.index(code) for code in known], np.int64)
    labels = said.labels[rows]
    cells = (labels >= 0) & stored.accepted[np.ix_(place, columns)]
    p, right = stored.ranked[np.ix_(place, columns)], labels == 1
    drawn = said.random[rows]
    found = [Pairs(p[cells], right[cells], False)]
    if int(drawn.sum()) >= RANDOM_ROWS:
        cells &= drawn[:, None]
        found.insert(0, Pairs(p[cells], right[cells], True))
    return found


def undecided(
    db: Connection, run: int, codes: Sequence[int], cut: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the assignments a cut accepts on answers nobody has decided: (verbatim, code) (n × 2), confidence (n)."""
    marks = ", ".join(str(int(code)) for code in codes)
    rows = db.execute(
        "select p.verbatim_id, p.code_id, p.p from prediction p cross join verbatim v on v.id = p.verbatim_id"
        " and v.state = 1 and v.batch_id in (select id from import_batch where state = 1)"
        f" where p.run_id = ? and p.code_id in ({marks}) and p.p >= ? and p.accepted = 1"
        " and not exists(select 1 from label_now w where w.verbatim_id = v.id)"
        " and not exists(select 1 from review_now n where n.verbatim_id = v.id) order by 1, 2",
        (run, cut),
    ).fetchall()
    table = np.array(rows, np.int64).reshape(-1, 3)
    return table[:, :2], table[:, 2] / WHOLE
