"""What goes with the headline score, and what is said together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import f1_score
from annotate.store.query import Ids
from reports.collect.scores import Asked
from reports.collect.view import View
from reports.data import (
    CodeQuality,
    DriverFigures,
    DriverRow,
    Lacking,
    ModelFigures,
    PairRow,
    Rows,
    ThemeFigures,
)
from reports.definitions.terms import Measure
from reports.statistics import drivers as driving
from reports.statistics.association import Pair, associations, relatives
from reports.statistics.crosstab import SIGNIFICANT
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate
from reports.statistics.priority import customer_value, priority, quadrants, urgency
from reports.statistics.what_if import NPS_VALUES, WhatIf, nps_kinds, what_if

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

MOST_PEOPLE = 60_000
"""People that drivers and layers are told from; a random part of more, which would only take longer."""
WHAT_IF_PEOPLE, WHAT_IFS = 20_000, 12
PAIR_PEOPLE, PAIR_CODES, PAIRS = 200_000, 60, 20
POLES = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A view over enough periods, and their names."""

    view: View
    periods: tuple[str, ...]


Pool = Callable[[int], Pooled]
"""Return the view of the fewest periods (1, 3, 12) in which so many people have the headline score."""


def sample(people: int, most: int, seed: int = 0) -> Ints:
    if people <= most:
        return np.arange(people)
    return np.sort(np.random.default_rng(seed).choice(people, most, replace=False))


def score_of(view: View, one: Asked) -> Floats:
    """Return each person's score (P), NaN without: that of their first counted answer's record."""
    return one.values[view.told.place[view.row]]


def _worth(one: Asked, score: Floats) -> Floats:
    """Return what each answer adds to the figure, higher being better (NaN stays)."""
    known = ~np.isnan(score)
    told = np.full(score.shape, np.nan)
    told[known] = one.worth(score[known])
    return -told if one.score.measure is Measure.MEAN and not one.score.good_is_high else told


def drivers(
    pool: Pool, one: Asked, listed: Sequence[ThemeFigures], model: ModelFigures | None
) -> DriverFigures | TooFew:
    """Return what goes with the headline score among the themes of a question.

    Columns are theme × pole (bad, neither, good), rare ones rolled up into their net. Effects are in points of the
    figure: NPS and top box from −100 to 100, a mean on its scale; of a scale where low is good the sign is turned, so
    that below 0 is always worse.
    """
    pooled = pool(driving.LEAST_PEOPLE)
    view = pooled.view
    score = _worth(one, score_of(view, one))
    chosen = sample(view.people, MOST_PEOPLE)
    table, columns = _columns(view, chosen)
    quality = {} if model is None else {code.number or code.label: code for code in model.codes}
    f1 = np.array([_f1(view, code, quality) for code, _, _ in columns])
    waves = view.wave[chosen]
    customers = None if view.customer is None else view.customer[chosen]
    weights = None if view.weights is None else view.weights[chosen]
    found = driving.drivers(
        score[chosen], table, waves=waves if np.unique(waves).size > 1 else None, customers=customers, weights=weights,
        f1=f1,
    )  # fmt: skip
    if isinstance(found, TooFew):
        return found
    gains = _gains(view, one, chosen, table, found)
    used = [row.column for row in found.drivers]
    effects = [row.effect for row in found.drivers]
    reach = np.array([_reach(view, columns[column], listed) for column in used])
    places = quadrants(reach, effects)
    urgent = _urgency([columns[column][0] for column in used], listed)
    value = customer_value(table[:, used], _tiers(view)[chosen])
    points = priority(reach, np.array([effect.value for effect in effects]), urgency=urgent, value=value)
    rows = tuple(
        DriverRow(
            view.theme(columns[row.column][0], columns[row.column][1], members=columns[row.column][2]), row.weight,
            row.effect, row.p, row.q, row.doubtful, float(reach[i]), gains.get(row.column), places[i].quadrant,
            places[i].sure, float(urgent[i]), float(value[i]), float(points[i]),
        )
        for i, row in enumerate(found.drivers)
    )  # fmt: skip
    left = tuple(Lacking(view.theme(columns[column][0], columns[column][1]), why) for column, why in found.left_out)
    same = tuple(view.theme(columns[column][0], columns[column][1]) for column in found.inseparable)
    middle = float(np.median(reach)) if reach.size else 0.0
    return DriverFigures(
        one.score.name, found.n, view.people, pooled.periods, found.explained, rows, left, same, middle
    )


Column = tuple[int, int | None, tuple[int, ...]]
"""(code or net, pole, the codes counted in it)"""


def _columns(view: View, chosen: Ints) -> tuple[Marks, list[Column]]:
    """Return bool (chosen people × columns) of theme × pole with rare ones in their net, and what the columns are."""
    codes = [one.id for one in view.codes(nets=False) if view.hits(one.id).size and not one.retired]
    parts: list[Marks] = []
    columns: list[Column] = []
    known = bool(np.isin(view.mood, POLES).any())
    for pole in POLES if known else (None,):
        table = np.zeros((chosen.size, len(codes)), np.bool_)
        for place, code in enumerate(codes):
            table[:, place] = view.marks(code, pole)[chosen]
        rolled = driving.roll_up(table, codes, view.parents)
        parts.append(rolled.matrix)
        columns += [(code, pole, members) for code, members in zip(rolled.codes, rolled.members, strict=True)]
    whole = np.hstack(parts) if parts else np.zeros((chosen.size, 0), np.bool_)
    return whole, columns


def _f1(view: View, code: int, quality: Mapping[str, CodeQuality]) -> float:
    one = view.told.frame.code(code)
    found = quality.get(one.number or one.full_path)
    if found is None or not view.mention_machine[view.mentions_of(code)].any():
        return float("nan")
    return f1_score(found.hits, found.false_alarms, found.missed)


def _gains(
    view: View, one: Asked, chosen: Ints, table: Marks, found: driving.Drivers
) -> dict[int, Estimate | TooFew | None]:
    """Return what halving the mentions would go with, of the columns that matter most; none for means."""
    if one.score.measure is Measure.MEAN:
        return {}
    part = sample(chosen.size, WHAT_IF_PEOPLE, seed=1)
    score = score_of(view, one)[chosen][part]
    if one.score.measure is Measure.NPS:
        kinds: Ints = nps_kinds(score)
        values: tuple[float, ...] = NPS_VALUES
    else:
        worth = _worth(one, score)
        kinds = np.where(np.isnan(worth), -1, worth > 50).astype(np.int64)
        values = (0.0, 100.0)
    wanted = [row.column for row in found.drivers[:WHAT_IFS]]
    every = sorted(row.column for row in found.drivers)
    place = {column: at for at, column in enumerate(every)}
    told = what_if(
        kinds, table[part][:, every], [place[column] for column in wanted], values=values,
        customers=None if view.customer is None else view.customer[chosen][part],
        weights=None if view.weights is None else view.weights[chosen][part],
    )  # fmt: skip
    if isinstance(told, TooFew):
        return dict.fromkeys(wanted, told)
    return {column: gain.gain if isinstance(gain, WhatIf) else gain for column, gain in zip(wanted, told, strict=True)}


def _reach(view: View, column: Column, listed: Sequence[ThemeFigures]) -> float:
    """Return the share of people who mention it with this pole; corrected as far as the whole theme is."""
    code, pole, members = column
    people = np.unique(np.concatenate([view.hits(one, pole) for one in members])) if members else view.hits(code, pole)
    share = people.size / max(1, view.people)
    told = next((one for one in listed if one.code == code), None)
    if told is None or told.counted is None or not told.counted.value or members != (code,):
        return share
    return min(1.0, share * told.share.value / told.counted.value)


def _urgency(codes: Sequence[int], listed: Sequence[ThemeFigures]) -> Floats:
    by_code = {one.code: one for one in listed}
    told = [by_code.get(code) for code in codes]
    now = np.array([one.share.value if one else 0.0 for one in told])
    before = np.array([one.change.before.value if one and one.change else 0.0 for one in told])
    changed = np.array([bool(one and one.change and one.change.q <= SIGNIFICANT) for one in told], np.bool_)
    return urgency(now, before, changed)


def _tiers(view: View) -> Floats:
    """Return each person's tier weight by the definitions: the highest that fits, 1 where none does."""
    weights = np.ones(view.people)
    for tier in view.loaded.definitions.tiers:
        field = view.loaded.field(tier.column)
        if field is None or field.kind != "category":
            continue
        numbers = [number for number, text in view.loaded.values[field.id].items() if text == tier.value]
        inside = np.isin(view.column(field), numbers)
        weights[inside] = np.where(weights[inside] == 1.0, tier.weight, np.maximum(weights[inside], tier.weight))
    return weights


def _both(view: View, one: int, other: int) -> Rows:
    """Return the answers in which people who mention both say either."""
    both = np.zeros(view.people, np.bool_)
    both[np.intersect1d(view.hits(one), view.hits(other))] = True
    at = np.concatenate([view.mentions_of(one), view.mentions_of(other)])
    rows = np.unique(view.mention_row[at[both[view.mention_person[at]]]])
    return view.rows_of(None, Ids.of(view.told.ids[rows].tolist()))


def pairs(view: View) -> tuple[PairRow, ...] | TooFew:
    """Return the themes mentioned together more often than by chance, by falling lift."""
    codes = [one.id for one in view.largest(PAIR_CODES)]
    chosen = sample(view.people, PAIR_PEOPLE)
    table = np.zeros((chosen.size, len(codes)), np.bool_)
    for place, code in enumerate(codes):
        table[:, place] = view.marks(code)[chosen]
    found: tuple[Pair, ...] | TooFew = associations(table, excluded=relatives(codes, view.parents))
    if isinstance(found, TooFew):
        return found
    return tuple(
        PairRow(
            view.theme(codes[one.one]), view.theme(codes[one.other]), one, _both(view, codes[one.one], codes[one.other])
        )
        for one in found[:PAIRS]
    )
