"""Figures over time: by week, month or period, with a confirmed change of level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

import numpy as np
from numpy.typing import NDArray

from annotate.store.query import Condition, DatedBetween, InWave
from reports.collect.correcting import PartShares, correct_parts
from reports.collect.loaded import Loaded
from reports.collect.view import View
from reports.data import Period, Rows, TrendFigures, TrendPoint
from reports.statistics import trends
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Z95, Estimate
from reports.statistics.trends import Point, Shift

Ints = NDArray[np.int64]

MOST_POINTS = 120
THEMES = 6
DAY = 86_400_000


def periods_or_weeks(
    loaded: Loaded,
    name: str,
    places: Ints,
    measure: Callable[[Ints], Estimate | TooFew],
    periods: Sequence[Period],
    rows: Callable[[Condition], Rows],
    *,
    code: int | None = None,
) -> TrendFigures | None:
    """Return the series of a figure over records (``places``); None where there are fewer than two points.

    Weeks where most of them have ``limits.shown`` records (a month with a smaller one becomes a point), months where
    most of those have, else the project's periods; its waves where records have no dates.
    """
    limits, at = loaded.limits, loaded.records.at_ms[places]
    known = places[~np.isnan(at)]
    told = loaded.records.at_ms[known]
    points: list[TrendPoint] = []
    for period, numbers in ((trends.Period.WEEK, trends.week_of), (trends.Period.MONTH, trends.month_of)):
        kinds, sizes = np.unique(numbers(told), return_counts=True)
        if kinds.size > 1 and kinds.size <= MOST_POINTS and np.median(sizes) >= limits.shown:
            series = trends.series(
                told, known.astype(np.float64), lambda part: _sure(measure(part.astype(np.int64))), period=period,
                limits=limits,
            )  # fmt: skip
            points = [TrendPoint(_label(one), one, rows(_dated(one.first, one.last))) for one in series]
            break
    if not points:
        points = [one for period in periods if (one := _of_period(loaded, period, places, measure, rows)) is not None]
    if len(points) < 2:
        return None
    return TrendFigures(name, tuple(points), _shift(points), code)


def _sure(figure: Estimate | TooFew) -> Estimate:
    if isinstance(figure, TooFew):
        raise ValueError("a point needs as many answers as the series was asked to show")
    return figure


def _label(point: Point) -> str:
    return f"{point.first:%Y-%m}" if point.period is trends.Period.MONTH else f"{point.first:%m-%d}"


def _dated(first: date, last: date) -> DatedBetween:
    start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1000)
    return DatedBetween(start, int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp() * 1000) + DAY - 1)


def _of_period(
    loaded: Loaded, period: Period, places: Ints, measure: Callable[[Ints], Estimate | TooFew],
    rows: Callable[[Condition], Rows],
) -> TrendPoint | None:  # fmt: skip
    if period.wave is not None:
        inside = places[loaded.records.wave[places] == period.wave]
    elif isinstance(period.condition, DatedBetween):
        at = loaded.records.at_ms[places]
        inside = places[(at >= (period.condition.low or 0)) & (at <= (period.condition.high or 0))]
    else:
        return None
    if not inside.size:
        return None
    few = inside.size < loaded.limits.shown
    figure = TooFew(Lack.ANSWERS, int(inside.size), loaded.limits.shown) if few else measure(inside)
    first = period.first or date(1970, 1, 1)
    point = Point(first, period.last or first, trends.Period.MONTH, figure)
    return TrendPoint(period.name, point, rows(period.condition))


def _shift(points: Sequence[TrendPoint], errors_of: Mapping[int, float] | None = None) -> Shift | TooFew | None:
    """Return the confirmed change of level; ``errors_of``: of the places that take part, else all with a figure."""
    told = [
        (place, one.point.figure) for place, one in enumerate(points)
        if isinstance(one.point.figure, Estimate) and (errors_of is None or place in errors_of)
    ]  # fmt: skip
    values = np.array([figure.value for _, figure in told])
    own = errors_of or {}
    errors = np.array([own.get(place, max(figure.half_width / Z95, 1e-9)) for place, figure in told])
    if not values.size:
        return TooFew(Lack.PERIODS, 0, 8)
    found = trends.change_point(values, errors)
    if not isinstance(found, Shift):
        return found
    return Shift(told[found.at][0], found.change, found.statistic, found.critical)


def of_themes(view: View, periods: Sequence[Period], *, counts_only: bool = False) -> tuple[TrendFigures, ...]:
    """Return the shares of the largest themes over time, of all periods of the filter; corrected where they can be."""
    found = []
    records = view.told.place[view.row]
    order = np.argsort(records, kind="stable")
    places, people = records[order], order
    codes = view.largest(THEMES)
    for code in codes:
        hit = np.zeros(len(view.loaded.records))
        hit[places[np.isin(people, view.hits(code.id))]] = 1.0
        theme = view.theme(code.id)
        series = periods_or_weeks(
            view.loaded, theme.label, places, _share(hit), periods, partial(view.rows_of, code.id), code=code.id
        )
        if series is not None:
            found.append(replace(series, name_en=theme.label_en))
    if not found or counts_only or not view.people:
        return tuple(found)
    parts = correct_parts(
        view, codes, _point_of(view, found[0].points), len(found[0].points), [one.label for one in found[0].points],
        in_time=True,
    )  # fmt: skip
    if not isinstance(parts, PartShares):
        return tuple(replace(one, correction=parts) for one in found)
    return tuple(_corrected(one, parts, row) for row, one in enumerate(found))


def _point_of(view: View, points: Sequence[TrendPoint]) -> Ints:
    """Return which point each answer of the view belongs to, −1 for none."""
    records = view.loaded.records
    found = np.full(len(view.told), -1, np.int64)
    for place, one in enumerate(points):
        condition = None if one.rows is None else one.rows.query.conditions[-1]
        if isinstance(condition, InWave):
            inside = records.wave == condition.wave
        elif isinstance(condition, DatedBetween):
            inside = (records.at_ms >= (condition.low or 0)) & (records.at_ms <= (condition.high or 0))
        else:
            continue
        found[inside[view.told.place]] = place
    return found


def _corrected(series: TrendFigures, parts: PartShares, row: int) -> TrendFigures:
    """Return a series with the corrected figures of its points, and the change of level among these."""
    drawn = parts.draws[:, row]
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    points = []
    for place, one in enumerate(series.points):
        figure = one.point.figure
        if isinstance(figure, Estimate) and parts.corrected[place]:
            value = float(drawn[:, place].mean())
            told = Estimate(value, float(low[place]), float(high[place]), figure.base)
            points.append(replace(one, point=replace(one.point, figure=told), counted=figure.value))
        else:
            points.append(one)
    shown = [
        place for place, one in enumerate(points) if isinstance(one.point.figure, Estimate) and parts.corrected[place]
    ]
    # What is unsure about the model moves all points together, and is no reason to doubt that one of them moved.
    alone = drawn[:, shown] - drawn[:, shown].mean(axis=1, keepdims=True) if shown else drawn[:, :0]
    errors = dict(zip(shown, np.maximum(alone.std(axis=0), 1e-9).tolist(), strict=True))
    return replace(series, points=tuple(points), shift=_shift(points, errors), correction=parts.told)


def _share(hit: NDArray[np.float64]) -> Callable[[Ints], Estimate]:
    """Return the measure of a theme: the share of records that mention it, 0 or 1 of each record."""
    return lambda places: trends.share_of(hit[places])
