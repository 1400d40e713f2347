"""Where it happens: touchpoints by segment, and the journey, over all questions of a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code, Role
from annotate.store.query import Condition, FieldIs
from annotate.verbatims import Field
from reports.coded_answers import DIRECTIONS, NO_SENTIMENT
from reports.collect.audited import sample_of
from reports.collect.loaded import Loaded
from reports.collect.moods import Said, Verdicts, corrected_nets, felt, said_by_machine, verdicts
from reports.collect.scores import Asked
from reports.collect.view import View
from reports.data import (
    JourneyFigures,
    PartCorrection,
    Rows,
    SegmentColumn,
    StopRow,
    Theme,
    TouchpointCell,
    TouchpointRow,
    TouchpointTable,
)
from reports.definitions.terms import Letters
from reports.statistics.corrected import LEAST_READ
from reports.statistics.crosstab import name
from reports.statistics.journey import (
    curve_of,
    mood_of_people,
    net_sentiment,
    score_curve,
    sentiment_curve,
    standardised_curve,
)
from reports.statistics.limits import Lack, TooFew
from reports.statistics.net_table import net_table
from reports.statistics.nps import Estimate

Ints = NDArray[np.int64]
MOST_PLACES, MOST_COLUMNS = 30, 12
LEAST_CHANNEL = 0.05


@dataclass(frozen=True, slots=True)
class Touched:
    """Mentions at touchpoints over all questions: ``place`` of the touchpoint, person and record (both over all
    questions), mood, the view, code and answer (``row``) of each, one entry a mention at a known touchpoint.

    ``fixed``: net sentiments corrected for the models' errors, by place; ``correction``: what the page says of it.
    """

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
    row: Ints
    fixed: Mapping[int, Estimate]
    correction: PartCorrection | TooFew | None = None


def touched(loaded: Loaded, views: Sequence[View], *, corrects: bool = True) -> Touched | None:
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
            view.mention_code[keep].astype(np.int64), view.mention_row[keep].astype(np.int64),
        ))  # fmt: skip
    place, person, record, mood, number_of, code, row = (np.concatenate(one) for one in zip(*arrays, strict=True))
    found = Touched(
        names, tuple(stage.get(one, "") for one in names), place, person, record, mood.astype(np.int8), number_of, code,
        tuple(views), field, row, {},
    )  # fmt: skip
    return _corrected(loaded, found) if corrects else found


def _corrected(loaded: Loaded, told: Touched) -> Touched:
    """Return the mentions with the net sentiment of each touchpoint corrected, as far as enough was audited."""
    width = len(told.names)
    whole: Verdicts | None = None
    read = 0
    lack: TooFew | None = None
    for number, view in enumerate(told.views):
        mine = told.view == number
        found = sample_of(view)
        if found is None:  # people decided everything
            final = Said(told.row[mine], told.place[mine], told.mood[mine].astype(np.int64))
            known = np.zeros((width, 4), np.int64)
            _row, column, verdict = final.majority
            np.add.at(known, (column, verdict), 1)
            whole = _sum(whole, Verdicts(np.zeros((width, 4, 4), np.int64), np.zeros((width, 4), np.int64), known))
            continue
        if isinstance(found, TooFew) or found[1]:
            own = 0 if isinstance(found, TooFew) else int(view.counted[found[0].rows].sum())
            lack = found if isinstance(found, TooFew) else TooFew(Lack.AUDITED, own, LEAST_READ)
            continue
        sample = found[0]
        row, code, mood = said_by_machine(sample)
        mood = np.where(mood == NO_SENTIMENT, DIRECTIONS.get(view.told.question.direction, NO_SENTIMENT), mood)
        points = _points(loaded, told, view, row, code)
        keep = (points >= 0) & (np.abs(mood) <= 1)
        final = Said(told.row[mine], told.place[mine], told.mood[mine].astype(np.int64))
        whole = _sum(whole, verdicts(sample, final, Said(row[keep], points[keep], mood[keep]), width))
        read += int(sample.rows.size)
    if lack is not None or whole is None or not read:
        return replace(told, correction=lack)
    _, where, mood_of = mood_of_people(told.person, told.place, told.mood)
    counted: dict[int, Estimate | TooFew | None] = {at: net_sentiment(mood_of[where == at]) for at in range(width)}
    if not felt(whole):
        return replace(told, correction=TooFew(Lack.MENTIONS, 0, 30))
    fixed = corrected_nets(whole, counted)
    sure = {at: one for at, one in fixed.items() if isinstance(one, Estimate)}
    left = tuple(told.names[at] for at in fixed if at not in sure)
    return replace(told, fixed=sure, correction=PartCorrection(read, len(fixed), 0, left))


def _sum(one: Verdicts | None, other: Verdicts) -> Verdicts:
    if one is None:
        return other
    return Verdicts(one.table + other.table, one.sizes + other.sizes, one.known + other.known)


def _points(loaded: Loaded, told: Touched, view: View, row: Ints, code: Ints) -> Ints:
    """Return the touchpoint (place, −1 none) of codes on answers, as ``touched`` finds it."""
    order = {one: at for at, one in enumerate(told.names)}
    codes = view.told.frame.codes
    by_code = np.array(
        [order.get(_place_of(loaded, view, one), -1) if one.role is Role.THEME else -1 for one in codes], np.int64
    )
    points: Ints = by_code[code] if by_code.size else np.empty(0, np.int64)
    if told.field is None:
        return points
    texts = loaded.values[told.field.id]
    value = loaded.records.columns[told.field.id][view.told.place[row]]
    own = np.array([order.get(texts.get(int(one), ""), -1) for one in value], np.int64)
    named = np.array([bool(texts.get(int(one), "")) for one in value], np.bool_)
    themed = np.array([one.role is Role.THEME for one in codes], np.bool_)[code]
    return np.where(themed & named, own, points)


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
    totals = [told.fixed.get(at) or net_sentiment(mood[place == at]) for at in range(shape[0])]
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
    return TouchpointTable(field.name, columns, tuple(rows), rule, found.tests, told.correction)


def journey(loaded: Loaded, told: Touched, score: Asked | None) -> JourneyFigures:
    """Return the curve over the touchpoints, with what most people say badly and well at each."""
    _, place, mood = mood_of_people(told.person, told.place, told.mood)
    curve = plain = sentiment_curve(place, mood, len(told.names))
    if told.fixed:
        curve = curve_of([told.fixed.get(stop.place, stop.estimate) for stop in plain.stops])
    stops = tuple(
        StopRow(
            told.names[stop.place], told.stages[stop.place], stop.estimate, stop.mood, stop.hollow,
            _most(told, stop.place, -1), _most(told, stop.place, 1), _rows(told, stop.place),
            plain.stops[stop.place].estimate if stop.place in told.fixed else None,
        )
        for stop in curve.stops
    )  # fmt: skip
    scores: tuple[Estimate | TooFew, ...] = ()
    if score is not None:
        pairs = np.unique(np.stack([told.place, told.person, told.record]), axis=1)
        curved = score_curve(pairs[0], score.values[pairs[2]], len(told.names))
        scores = tuple(stop.estimate for stop in curved.stops)
    name_ = score.score.name if score else ""
    standard, mix = _standard(loaded, told)
    return JourneyFigures(stops, curve.runs, curve.peak, curve.valley, name_, scores, told.correction, standard, mix)


def _standard(loaded: Loaded, told: Touched) -> tuple[tuple[Estimate | TooFew, ...], tuple[tuple[str, float], ...]]:
    """Return net sentiment at one mix of channels, that of everybody who speaks in the project, and the mix.

    Channels with less than LEAST_CHANNEL of the voices are left out of it.
    """
    field = next((one for one in loaded.fields if one.role == "channel" and one.kind == "category"), None)
    if field is None:
        return (), ()
    column = np.asarray(loaded.records.columns[field.id], np.int64)
    kinds, counts = np.unique(column[column > 0], return_counts=True)
    large = counts >= LEAST_CHANNEL * max(1, int(counts.sum()))
    kinds, counts = kinds[large], counts[large]
    if kinds.size < 2:
        return (), ()
    who, place, mood = mood_of_people(told.person, told.place, told.mood)
    order = np.argsort(told.person, kind="stable")
    first = order[np.searchsorted(told.person[order], who)]
    value = column[told.record[first]]
    known = np.isin(value, kinds)
    channel = np.searchsorted(kinds, value[known])
    mix = counts / counts.sum()
    curve = standardised_curve(place[known], mood[known], channel, len(told.names), mix.tolist())
    names = [loaded.values[field.id][int(kind)] for kind in kinds]
    listed = sorted(zip(names, mix.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    return tuple(stop.estimate for stop in curve.stops), tuple(listed)


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
