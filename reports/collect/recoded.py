"""Two periods coded by different models or frames: what of a change is real, where the new model coded both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from annotate.frames import merged_into
from annotate.layers import Source
from annotate.store.connection import Connection
from reports.coded_answers import SOURCES
from reports.collect.view import View
from reports.data import ChangeParts, Period
from reports.statistics.limits import TooFew
from reports.statistics.nps import Change
from reports.statistics.scores import paired_share_change
from reports.statistics.trends import decompose

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

_UNDECIDED = [SOURCES.index(one) for one in (Source.MODEL, Source.CERTIFIED, Source.OPEN)]


def models(db: Connection, question: int, periods: Sequence[Period]) -> frozenset[int]:
    """Return the models in force for a question in these periods; calendar periods share those of no wave."""
    waves = {one.wave or 0 for one in periods}
    rows = db.execute(
        "select f.wave_id, u.model_id from run_in_force f join run u on u.id = f.run_id where f.question_id = ?",
        (question,),
    )
    return frozenset(int(row[1] or 0) for row in rows if int(row[0] or 0) in waves)


def parts(
    db: Connection, now: View, then: View, period: Period, model: int, codes: Sequence[int]
) -> dict[int, ChangeParts]:
    """Return what the changes of codes are made of; empty where ``model`` has not coded the earlier period aside.

    Of the people then: as coded at that time (their codes before later merges and moves), the same decisions under the
    present frame, and recoded by the new model where no person had decided.
    """
    row = db.one(
        "select id from run where question_id = ? and ifnull(wave_id, 0) = ? and model_id = ? and state = 1"
        " order by id desc limit 1",
        (then.told.question.id, period.wave or 0, model),
    )
    if row is None:
        return {}
    again = _predicted(db, then, int(row[0] or 0))
    before = _as_coded(db, then)
    found = {}
    for code in codes:
        places = then.told.places(code)
        mapped = then.marks(code)
        issued = mapped.copy()
        for marks, on in ((before[1], False), (before[0], True)):
            issued[marks[1][np.isin(marks[0], places)]] = on
        new = np.zeros(then.people, np.bool_)
        at = then.mentions_of(code)
        new[then.mention_person[at[~then.mention_machine[at]]]] = True
        new[again[1][np.isin(again[0], places)]] = True
        told = decompose(issued, mapped, new, now.marks(code), limits=now.loaded.limits)
        if not isinstance(told, TooFew):
            found[code] = ChangeParts(
                100 * float(issued.mean()), _points(told.frame), _points(told.model), _points(told.real)
            )
    return found


def frame_parts(db: Connection, then: View, changes: Mapping[int, Change]) -> dict[int, ChangeParts]:
    """Return what the frame makes of changes between periods of one model: of codes whose earlier answers were merged
    or moved since, the share as coded then and what the same answers count as now. ``changes`` (points) are real."""
    before = _as_coded(db, then)
    found = {}
    for code, real in changes.items():
        places = then.told.places(code)
        mapped = then.marks(code).astype(np.float64)
        issued = mapped.copy()
        for marks, on in ((before[1], 0.0), (before[0], 1.0)):
            issued[marks[1][np.isin(marks[0], places)]] = on
        moved = paired_share_change(issued, mapped, limits=then.loaded.limits)
        if isinstance(moved, Change) and (issued != mapped).any():
            found[code] = ChangeParts(100 * float(issued.mean()), _points(moved), Change(0.0, 0.0, 0.0, 1.0), real)
    return found


def read_before(db: Connection, then: View, codes: Sequence[int]) -> dict[int, float]:
    """Return the part of a period's counted answers that people, or the model, read before each code existed or meant
    what it means now; codes that all of them were read with are left out."""
    told = then.told
    looked = np.zeros(len(told), np.int64)
    for wave, number in db.execute(
        "select f.wave_id, max(v.number) from run_in_force f join run u on u.id = f.run_id join model m on"
        " m.id = u.model_id join revision v on v.id = m.revision_id where f.question_id = ? group by f.wave_id",
        (told.question.id,),
    ).fetchall():
        looked[(told.wave == int(wave or 0)) & told.covered] = int(number or 0)
    reviews = np.array(
        db.execute(
            "select r.verbatim_id, max(v.number) from review_now r join revision v on v.id = r.revision_id"
            " where r.frame_id = ? group by r.verbatim_id order by r.verbatim_id",
            (told.frame.id,),
        ).fetchall(),
        np.int64,
    ).reshape(-1, 2)
    at = np.minimum(np.searchsorted(told.ids, reviews[:, 0]), max(0, told.ids.size - 1))
    good = told.ids[at] == reviews[:, 0] if told.ids.size else np.zeros(len(reviews), np.bool_)
    looked[at[good]] = reviews[good, 1]
    seen = looked[then.counted]
    seen = seen[seen > 0]
    found = {}
    for one in told.frame.codes:
        since = max(one.held_from, one.meaning_from)
        if one.id in codes and not one.is_net and since > 1 and seen.size and (seen < since).any():
            found[one.id] = float((seen < since).mean())
    return found


def _points(one: Change) -> Change:
    return Change(100 * one.value, 100 * one.low, 100 * one.high, one.p)


def _predicted(db: Connection, view: View, run: int) -> tuple[Ints, Ints]:
    """Return (code place, person) of what a run accepts on answers of the view that only a model decided."""
    alone = view.counted & np.isin(view.told.source, _UNDECIDED)
    rows = np.array(
        db.execute("select verbatim_id, code_id from prediction where run_id = ? and accepted = 1", (run,)).fetchall(),
        np.int64,
    ).reshape(-1, 2)
    return _placed(view, rows, alone, merged_into(db, view.told.frame.id))


def _as_coded(db: Connection, view: View) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """Return (code place, person) of codes as people gave them, and as later merges and moves count them, where the
    two differ."""
    rows = np.array(
        db.execute(
            "select verbatim_id, raw_code, code_id from label_now where yes = 1 and raw_code <> code_id"
        ).fetchall(),
        np.int64,
    ).reshape(-1, 3)
    return _placed(view, rows[:, [0, 1]], view.counted), _placed(view, rows[:, [0, 2]], view.counted)


def _placed(
    view: View, rows: Ints, within: Marks, merged: Mapping[int, int] | None = None
) -> tuple[Ints, Ints]:  # fmt: skip
    ids = view.told.ids
    at = np.minimum(np.searchsorted(ids, rows[:, 0]), max(0, ids.size - 1))
    good = (ids[at] == rows[:, 0]) & within[at] if ids.size else np.zeros(len(rows), np.bool_)
    known = {code.id: place for place, code in enumerate(view.told.frame.codes)}
    into = dict(merged or {})
    places = np.array([known.get(into.get(int(code), int(code)), -1) for code in rows[good, 1]], np.int64)
    keep = places >= 0
    return places[keep], view.person_of(at[good][keep])
