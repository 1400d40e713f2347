"""Random rows that people read and the model in force judged: what shares are corrected by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import frames
from annotate.random_rows import random_rows
from annotate.store.connection import Connection
from reports.coded_answers import NO_SENTIMENT, CodedAnswers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_EARLIER = (
    "select x.id from json_each(?) j join verbatim x on x.id = j.value where (select min(o.at_ms) from label_event e"
    " join op o on o.id = e.op_id where e.verbatim_id = x.id and e.action = 3) < (select min(s.created_ms)"
    " from sample_row w join sample s on s.id = w.sample_id where w.verbatim_id = x.id and s.state = 1)"
)


@dataclass(frozen=True, slots=True)
class Audit:
    """Rows (n places in the answers, rising) that were drawn at random, read after that, and judged by the model.

    ``inclusion`` float64 (n) in (0, 1]: with which chance each was drawn. ``said_row`` and ``said_code``: what the
    model says of them out of sample, one entry a code (place in ``row``; place in the frame), with ``said_sentiment``.
    ``models``: by wave id (0: of no wave), the model in force.
    """

    row: Ints
    inclusion: Floats
    said_row: Ints
    said_code: Ints
    said_sentiment: NDArray[np.int8]
    models: Mapping[int, int]


def audit(db: Connection, told: CodedAnswers) -> Audit:
    """Return the audit of a question: the rows of ``random_rows`` that the run in force went over.

    Rows that people had read before they were drawn are left out: they were chosen for other reasons, and stand in the
    shares as what people decided. Every answer has the same chance of having been read before.
    """
    drawn = random_rows(db, told.question.id)
    place = np.searchsorted(told.ids, drawn.ids)
    good = place < len(told)
    good[good] = told.ids[place[good]] == drawn.ids[good]
    good[good] = told.covered[place[good]]
    known = np.array([row[0] for row in db.execute(_EARLIER, (_listed(drawn.ids),))], np.int64)
    good &= ~np.isin(drawn.ids, known)
    row, weights = place[good].astype(np.int64), drawn.weights[good]
    said = np.array(
        db.execute(
            "select p.verbatim_id, p.code_id, ifnull(p.sentiment, ?) from json_each(?) j"
            " cross join verbatim v on v.id = j.value cross join record r on r.id = v.record_id"
            " cross join run_in_force f on f.question_id = v.question_id and f.wave_id = ifnull(r.wave_id, 0)"
            " cross join prediction p on p.run_id = f.run_id and p.verbatim_id = v.id and p.accepted = 1"
            " order by 1, 2",
            (NO_SENTIMENT, _listed(told.ids[row])),
        ).fetchall(),
        np.int64,
    ).reshape(-1, 3)
    places = {code.id: at for at, code in enumerate(told.frame.codes)}
    merged = frames.merged_into(db, told.frame.id)
    code = np.array([places.get(merged.get(int(one), int(one)), -1) for one in said[:, 1]], np.int64)
    said, code = said[code >= 0], code[code >= 0]
    at = np.searchsorted(told.ids[row], said[:, 0])
    if merged and code.size:  # two codes of a model may count as one now
        once = np.unique(np.stack([at, code]), axis=1, return_index=True)[1]
        at, code, said = at[once], code[once], said[once]
    models = {
        int(wave or 0): int(model or 0)
        for wave, model in db.execute(
            "select f.wave_id, u.model_id from run_in_force f join run u on u.id = f.run_id where f.question_id = ?",
            (told.question.id,),
        )
    }
    return Audit(row, np.minimum(1.0, 1 / np.maximum(weights, 1.0)), at, code, said[:, 2].astype(np.int8), models)


def _listed(ids: Ints) -> str:
    return "[" + ",".join(map(str, ids.tolist())) + "]"
