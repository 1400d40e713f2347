"""Where it happens: touchpoints by segment, and the journey, over all questions of a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code, Role
from annotate.store.query import Condition, FieldIs
from annotate.verbatims import Field
from reports.collect.loaded import Loaded
from reports.collect.scores import Asked
from reports.collect.view import View
from reports.data import (
    JourneyFigures,
    Rows,
    SegmentColumn,
    StopRow,
    Theme,
    TouchpointCell,
    TouchpointRow,
    TouchpointTable,
)
from reports.definitions.terms import Letters
from reports.statistics.crosstab import name
from reports.statistics.journey import mood_of_people, net_sentiment, score_curve, sentiment_curve
from reports.statistics.limits import TooFew
from reports.statistics.net_table import net_table
from reports.statistics.nps import Estimate

Ints = NDArray[np.int64]
MOST_PLACES, MOST_COLUMNS = 30, 12


@dataclass(frozen=True, slots=True)
class Touched:
    """Mentions at touchpoints over all questions: ``place`` of the touchpoint, person and record (both over all
    questions), mood, and the view and code of each, one entry a mention at a known touchpoint."""

    names: tuple[str, ...]
    stages: tuple[str, ...]
    place: Ints
    person: Ints
    record: Ints
    mood: NDArray[np.int8]
    view: Ints
    code: Ints
    views: tuple[View, ...]
    field: Field | None


def touched(loaded: Loaded, views: Sequence[View]) -> Touched | None:
    """Return the mentions by touchpoint: a row's own touchpoint wins over its code's; None where none is known.

    Touchpoints stand in the order of the definitions, others after them by size.
    """
    field = next((one for one in loaded.fields if one.role == "touchpoint" and one.kind == "category"), None)
    texts = loaded.values[field.id] if field else {}
    known = [one.name for one in loaded.definitions.touchpoints]
    seen: Counter[str] = Counter()
    parts: list[tuple[NDArray[np.object_], View]] = []
    for view in views:
        by_code = np.array([_place_of(loaded, view, code) for code in view.told.frame.codes], object)
        points = by_code[view.mention_code] if by_code.size else np.empty(0, object)
        if field is not None:
            value = loaded.records.columns[field.id][view.told.place[view.mention_row]]
            own = np.array([texts.get(int(one), "") for one in np.unique(value)], object)
            told = own[np.searchsorted(np.unique(value), value)] if value.size else np.empty(0, object)
            points = np.where(told != "", told, points)
        themed = np.array([one.role is Role.THEME for one in view.told.frame.codes], np.bool_)
        points = np.where(themed[view.mention_code] & (np.abs(view.mood) <= 1), points, "") if points.size else points
        seen.update(points.tolist())
        parts.append((points, view))
    seen.pop("", None)
    if not seen:
        return None
    more = [one for one, _ in seen.most_common() if one not in known]
    names = tuple([one for one in known if one in seen or not more] + more)[:MOST_PLACES]
    order = {one: at for at, one in enumerate(names)}
    stage = {one.name: one.stage for one in loaded.definitions.touchpoints}
    arrays = []
    for number, (points, view) in enumerate(parts):
        place = np.array([order.get(one, -1) for one in points.tolist()], np.int64)
        keep = place >= 0
        record = view.told.place[view.mention_row[keep]]
        arrays.append((
            place[keep], loaded.records.who[record], record, view.mood[keep], np.full(int(keep.sum()), number),
            view.mention_code[keep].astype(np.int64),
        ))  # fmt: skip
    place, person, record, mood, number_of, code = (np.concatenate(one) for one in zip(*arrays, strict=True))
    return Touched(
        names, tuple(stage.get(one, "") for one in names), place, person, record, mood.astype(np.int8), number_of, code,
        tuple(views), field,
    )  # fmt: skip


def _place_of(loaded: Loaded, view: View, code: Code) -> str:
    """Return the touchpoint of a code by the definitions: by number, path, label, or that of a net above it."""
    told = {one.code: one.touchpoint for one in loaded.definitions.codes if one.touchpoint}
    frame = view.told.frame
    at: Code | None = code
    while at is not None and told:
        for key in (at.number, at.full_path, at.label):
            if key and key in told:
                return told[key]
        at = next((one for one in frame.codes if one.id == at.parent_id), None) if at.parent_id else None
    return ""


def _rows(told: Touched, at: int, *more: Condition) -> Rows | None:
    """Return the rows of a touchpoint where its own column tells them; by code alone they are many codes' rows."""
    view = told.views[0]
    if told.field is None:
        codes = sorted({int(one) for one in np.unique(told.code[(told.place == at) & (told.view == 0)])})
        if len(told.views) == 1 and len(codes) == 1:
            return view.rows_of(view.told.frame.codes[codes[0]].id, *more)
        return None
    return Rows(view.query.where(FieldIs(told.field.id, (told.names[at],)), *more))


def table(loaded: Loaded, told: Touched, field: Field, *, rule: Letters) -> TouchpointTable | None:
    """Return net sentiment by touchpoint and the values of a column, largest first."""
    column = np.asarray(loaded.records.columns[field.id], np.int64)
    who, place, mood = mood_of_people(told.person, told.place, told.mood)
    order = np.argsort(told.person, kind="stable")
    firsts = order[np.searchsorted(told.person[order], who)]
    value = column[told.record[firsts]]
    kinds, sizes = np.unique(value[value > 0], return_counts=True)
    if kinds.size < 2:
        return None
    kinds = kinds[np.lexsort((kinds, -sizes))[:MOST_COLUMNS]]
    shape = (len(told.names), kinds.size)
    good, bad, people = (np.zeros(shape, np.int64) for _ in range(3))
    for at, kind in enumerate(kinds.tolist()):
        inside = value == kind
        for counts, marks in ((good, mood > 0), (bad, mood < 0), (people, mood > -2)):
            counts[:, at] = np.bincount(place[inside & marks], minlength=shape[0])
    found = net_table(good, bad, people, rule=rule, limits=loaded.limits)
    texts = loaded.values[field.id]
    heads = [FieldIs(field.id, (texts[int(kind)],)) for kind in kinds]
    totals = [net_sentiment(mood[place == at]) for at in range(shape[0])]
    rows = []
    for at in range(shape[0]):
        cells = []
        for c in range(kinds.size):
            inside = (place == at) & (value == kinds[c])
            effect = found.effect[at, c]
            cells.append(
                TouchpointCell(
                    net_sentiment(mood[inside]), found.letters[at][c], None if np.isnan(effect) else float(effect),
                    bool(found.outlined[at, c]), _rows(told, at, heads[c]),
                )
            )  # fmt: skip
        rows.append(TouchpointRow(told.names[at], told.stages[at], totals[at], tuple(cells), _rows(told, at)))
    bases = [int(np.unique(who[value == kind]).size) for kind in kinds]
    query = told.views[0].query
    columns = tuple(
        SegmentColumn(head.values[0], base, name(at), loaded.limits.of(base), rows=Rows(query.where(head)))
        for at, (head, base) in enumerate(zip(heads, bases, strict=True))
    )
    return TouchpointTable(field.name, columns, tuple(rows), rule, found.tests)


def journey(loaded: Loaded, told: Touched, score: Asked | None) -> JourneyFigures:
    """Return the curve over the touchpoints, with what most people say badly and well at each."""
    _, place, mood = mood_of_people(told.person, told.place, told.mood)
    curve = sentiment_curve(place, mood, len(told.names))
    stops = tuple(
        StopRow(
            told.names[stop.place], told.stages[stop.place], stop.estimate, stop.mood, stop.hollow,
            _most(told, stop.place, -1), _most(told, stop.place, 1), _rows(told, stop.place),
        )
        for stop in curve.stops
    )  # fmt: skip
    scores: tuple[Estimate | TooFew, ...] = ()
    if score is not None:
        pairs = np.unique(np.stack([told.place, told.person, told.record]), axis=1)
        curved = score_curve(pairs[0], score.values[pairs[2]], len(told.names))
        scores = tuple(stop.estimate for stop in curved.stops)
    name_ = score.score.name if score else ""
    return JourneyFigures(stops, curve.runs, curve.peak, curve.valley, name_, scores)


def _most(told: Touched, at: int, pole: int) -> Theme | None:
    """Return the theme that most people mention at a touchpoint with this mood."""
    inside = (told.place == at) & (told.mood == pole)
    pairs = np.unique(np.stack([told.view[inside], told.code[inside], told.person[inside]]), axis=1)
    kinds, counts = np.unique(pairs[:2], axis=1, return_counts=True)
    if not counts.size:
        return None
    best = int(np.argmax(counts))
    view = told.views[int(kinds[0, best])]
    return view.theme(view.told.frame.codes[int(kinds[1, best])].id, pole)
