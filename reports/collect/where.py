"""Where it happens: touchpoints by segment, and the journey, over all questions of a scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from annotate.store.query import Condition, FieldIs, InQuestion
from annotate.verbatims import Field
from reports.collect.loaded import Loaded
from reports.collect.moods import part_estimate
from reports.collect.scores import Asked
from reports.collect.touched import Cells, Touched, Voices, cells, voices
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
from reports.statistics.corrected_moods import nets
from reports.statistics.crosstab import name
from reports.statistics.journey import curve_of, score_curve, sentiment_curve, standardised_curve
from reports.statistics.limits import TooFew
from reports.statistics.net_table import NetTable, corrected_net_table, net_table
from reports.statistics.nps import Estimate
from reports.statistics.shares import effective_number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_COLUMNS = 12
LEAST_CHANNEL = 0.05


def _rows(told: Touched, at: int, *more: Condition) -> Rows:
    """Return the answers with a theme said at a touchpoint."""
    asked = (InQuestion(told.views[0].told.question.id),) if len(told.views) == 1 else ()
    return Rows(told.views[0].query.where(*asked, *more), touchpoint=told.names[at])


def table(loaded: Loaded, told: Touched, field: Field, *, rule: Letters) -> TouchpointTable | None:
    """Return net sentiment by touchpoint and the values of a column, largest first; corrected where totals are."""
    people = voices(told)
    column = np.asarray(loaded.records.columns[field.id], np.int64)
    value = column[people.record]
    kinds, sizes = np.unique(value[value > 0], return_counts=True)
    if kinds.size < 2:
        return None
    kinds = kinds[np.lexsort((kinds, -sizes))[:MOST_COLUMNS]]
    texts = loaded.values[field.id]
    heads = [FieldIs(field.id, (texts[int(kind)],)) for kind in kinds]
    shape = (len(told.names), kinds.size)
    good, bad, size = _moods(people, value, kinds, shape[0])
    found = net_table(good, bad, size, rule=rule, limits=loaded.limits)
    # Those in no column stand in one more: they are among all others that a column is compared with.
    part = np.full(int(column.max(initial=0)) + 1, shape[1], np.int64)
    part[kinds] = np.arange(kinds.size)
    fixed = cells(loaded, told, part[np.maximum(column, 0)], shape[1] + 1, [*(one.values[0] for one in heads), ""])
    everyone = np.stack([np.bincount(people.place[part[np.maximum(value, 0)] == c], minlength=shape[0])
                         for c in range(shape[1] + 1)], axis=1)  # fmt: skip
    if fixed is not None:
        totals = np.array([told.fixed[at].value if at in told.fixed else np.nan for at in range(shape[0])])
        told_cells = corrected_net_table(
            fixed.units, totals, everyone, fixed.corrected, rule=rule, limits=loaded.limits
        )  # fmt: skip
        found = replace(told_cells, effect=np.where(np.isnan(totals)[:, None], found.effect, told_cells.effect))
    rows = []
    for at in range(shape[0]):
        row = tuple(_cell(told, people, value == kinds[c], at, c, found, fixed, heads[c]) for c in range(shape[1]))
        total = told.fixed.get(at) or people.net(people.place == at)
        rows.append(TouchpointRow(told.names[at], told.stages[at], total, row, _rows(told, at)))
    bases = [int(np.unique(people.person[value == kind]).size) for kind in kinds]
    query = told.views[0].query
    columns = tuple(
        SegmentColumn(one.values[0], base, name(at), loaded.limits.of(base), rows=Rows(query.where(one)))
        for at, (one, base) in enumerate(zip(heads, bases, strict=True))
    )
    return TouchpointTable(
        field.name, columns, tuple(rows), rule, found.tests, told.correction, None if fixed is None else fixed.told
    )  # fmt: skip


def _moods(people: Voices, value: Ints, kinds: Ints, places: int) -> tuple[Floats, Floats, Floats]:
    """Return who is for, against, and says anything, by touchpoint and column; effective numbers under weights."""
    shape = (places, kinds.size)
    good, bad, size = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for c, kind in enumerate(kinds.tolist()):
        for at in range(places):
            inside = (people.place == at) & (value == kind)
            mood = people.mood[inside]
            weight = np.ones(mood.size) if people.weight is None else people.weight[inside]
            size[at, c] = effective_number(weight)
            scale = size[at, c] / max(float(weight.sum()), 1e-12)
            good[at, c], bad[at, c] = (float(weight[mood == pole].sum()) * scale for pole in (1, -1))
    return good, np.minimum(bad, size - good), size


def _cell(
    told: Touched, people: Voices, inside: NDArray[np.bool_], at: int, c: int, found: NetTable, fixed: Cells | None,
    head: FieldIs,
) -> TouchpointCell:  # fmt: skip
    counted = people.net(inside & (people.place == at))
    corrected: Estimate | None = None
    if fixed is not None and fixed.corrected[at, c] and isinstance(counted, Estimate):
        drawn = nets(fixed.units[:, at, c])
        corrected = part_estimate(drawn, counted, fixed.counts.said[at, c], fixed.counts.true[at, c])
    effect = found.effect[at, c]
    return TouchpointCell(
        corrected or counted, found.letters[at][c], None if np.isnan(effect) else float(effect),
        bool(found.outlined[at, c]), _rows(told, at, head), counted if corrected else None,
    )  # fmt: skip


def journey(loaded: Loaded, told: Touched, score: Asked | None) -> JourneyFigures:
    """Return the curve over the touchpoints, with what most people say badly and well at each."""
    people = voices(told)
    curve = plain = sentiment_curve(
        people.place, people.mood, len(told.names), weights=people.weight, limits=loaded.limits
    )
    if told.fixed:
        curve = curve_of([told.fixed.get(stop.place, stop.estimate) for stop in plain.stops], limits=loaded.limits)
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
        curved = score_curve(pairs[0], score.values[pairs[2]], len(told.names), limits=loaded.limits)
        scores = tuple(stop.estimate for stop in curved.stops)
    name_ = score.score.name if score else ""
    found = JourneyFigures(stops, curve.runs, curve.peak, curve.valley, name_, scores, told.correction)
    return _at_one_mix(loaded, told, people, found)


def _at_one_mix(loaded: Loaded, told: Touched, people: Voices, found: JourneyFigures) -> JourneyFigures:
    """Return the journey with net sentiment at one mix of channels, that of everybody who speaks in the project.

    Channels with less than LEAST_CHANNEL of the voices are left out of it.
    """
    field = next((one for one in loaded.fields if one.role == "channel" and one.kind == "category"), None)
    if field is None:
        return found
    column = np.asarray(loaded.records.columns[field.id], np.int64)
    kinds, counts = np.unique(column[column > 0], return_counts=True)
    large = counts >= LEAST_CHANNEL * max(1, int(counts.sum()))
    kinds, counts = kinds[large], counts[large]
    if kinds.size < 2:
        return found
    value = column[people.record]
    known = np.isin(value, kinds)
    channel = np.searchsorted(kinds, value[known])
    mix = counts / counts.sum()
    curve = standardised_curve(
        people.place[known], people.mood[known], channel, len(told.names), mix.tolist(),
        weights=None if people.weight is None else people.weight[known], limits=loaded.limits,
    )  # fmt: skip
    names = [loaded.values[field.id][int(kind)] for kind in kinds]
    listed = sorted(zip(names, mix.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    counted = tuple(stop.estimate for stop in curve.stops)
    part = np.full(int(column.max(initial=0)) + 1, -1, np.int64)
    part[kinds] = np.arange(kinds.size)
    fixed = cells(loaded, told, part[np.maximum(column, 0)], kinds.size, names)
    if fixed is None:
        return replace(found, standard=counted, mix=tuple(listed))
    standard = tuple(_mixed(fixed, at, one, mix) for at, one in enumerate(counted))
    return replace(
        found, standard=standard, mix=tuple(listed), standard_counted=counted, standard_correction=fixed.told
    )  # fmt: skip


def _mixed(fixed: Cells, at: int, counted: Estimate | TooFew, mix: Sequence[float] | Floats) -> Estimate | TooFew:
    """Return a touchpoint's corrected net sentiment at a mix of channels, as counted where one is not corrected."""
    if isinstance(counted, TooFew) or not fixed.corrected[at].all():
        return counted
    share = np.asarray(mix, np.float64)
    by_answers = 100 * float(share @ nets(fixed.counts.said[at] + fixed.counts.true[at]))
    drawn = 100 * (nets(fixed.units[:, at]) @ share) + counted.value - by_answers
    low, high = np.quantile(drawn, (0.025, 0.975))
    value, low, high = (min(100.0, max(-100.0, float(end))) for end in (drawn.mean(), low, high))
    return Estimate(value, min(low, value), max(high, value), counted.base)


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
