"""Series by week and month with bands, shifts of level, and what part of a change is real."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import newcombe_difference, wilson_interval
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Z95, Change, Estimate, Votes, nps
from reports.statistics.scores import paired_share_change

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

DAY_MS = 86_400_000
SEGMENT = 3
"""Least periods on each side of a shift: with 26 periods the critical value is 2.77."""


class Period(Enum):
    """What a point of a series covers."""

    WEEK = "week"  # ISO: Monday to Sunday
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a series: first and last day, what it covers, and its figure with band, or how much is missing.

    ``merged``: weeks of which one had too few answers, shown as their month and drawn dashed. An ISO week belongs to
    the month of its Thursday.
    """

    first: date
    last: date
    period: Period
    figure: Estimate | TooFew
    merged: bool = False


def week_of(at_ms: Floats) -> Ints:
    """Return the number of the ISO week of each time (ms since 1970, local); week 0 holds 1 January 1970."""
    return np.floor_divide(np.floor_divide(at_ms, DAY_MS).astype(np.int64) + 3, 7)


def week_start(week: int) -> date:
    """Return the Monday of a week number."""
    return date(1970, 1, 1) + timedelta(days=7 * week - 3)


def month_of(at_ms: Floats) -> Ints:
    """Return year × 12 + month − 1 of each time."""
    days = np.floor_divide(at_ms, DAY_MS).astype(np.int64).astype("datetime64[D]")
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def _month_ends(month: int) -> tuple[date, date]:
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return first, following - timedelta(days=1)


Measure = Callable[[Floats], Estimate]


def share_of(hits: Floats) -> Estimate:
    """Return the share of ones in [0, 1] with Wilson's interval."""
    low, high = wilson_interval(float(hits.sum()), hits.size)
    return Estimate(float(hits.mean()), low, high, hits.size)


def nps_of(scores: Floats) -> Estimate:
    """Return the NPS in points of 0–10 answers, at least one, with the adjusted interval."""
    found = nps(Votes(int((scores >= 9).sum()), int(((scores > 6) & (scores < 9)).sum()), int((scores <= 6).sum())))
    if found is None:
        raise ValueError("a point needs answers")
    return found


def series(
    at_ms: Floats, values: Floats, measure: Measure, *, period: Period = Period.WEEK, limits: Limits | None = None
) -> list[Point]:
    """Return the points of a series, in time; periods without any answer have no point, so that lines show the gap.

    ``at_ms`` float64 (n), NaN where the time is unknown (left out); ``values`` float64 (n): what ``measure`` takes
    (``share_of``, ``nps_of``, …). A month in which some week has answers, but fewer than ``limits.shown``, becomes one
    point; a month with fewer says how many it lacks.
    """
    bounds = limits or Limits()
    known = ~np.isnan(at_ms)
    at, figures = at_ms[known], values[known]
    if period is Period.MONTH:
        months = month_of(at)
        return [_month(m, figures[months == m], measure, bounds, merged=False) for m in np.unique(months).tolist()]
    weeks = week_of(at)
    # The Thursday of a week says to which month it belongs.
    months = month_of(np.asarray(weeks * (7.0 * DAY_MS), np.float64))
    points: list[Point] = []
    for month in np.unique(months).tolist():
        inside = months == month
        numbers, sizes = np.unique(weeks[inside], return_counts=True)
        if sizes.min() < bounds.shown:
            point = _month(month, figures[inside], measure, bounds, merged=True)
            first, last = week_start(int(numbers[0])), week_start(int(numbers[-1])) + timedelta(days=6)
            points.append(Point(first, last, point.period, point.figure, merged=True))
            continue
        for number in numbers.tolist():
            first = week_start(number)
            figure = measure(figures[weeks == number])
            points.append(Point(first, first + timedelta(days=6), Period.WEEK, figure))
    return points


def _month(month: int, values: Floats, measure: Measure, limits: Limits, *, merged: bool) -> Point:
    first, last = _month_ends(month)
    few = values.size < limits.shown
    return Point(
        first, last, Period.MONTH, TooFew(Lack.ANSWERS, values.size, limits.shown) if few else measure(values), merged
    )


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift of level: the first period of the new level, its change with interval, the statistic and its bound."""

    at: int
    change: Change
    statistic: float
    critical: float


def change_point(
    values: Floats, errors: Floats, *, segment: int = SEGMENT, level: float = 0.05, seed: int = 0
) -> Shift | TooFew | None:
    """Return the one shift of level of a series, None where none is confirmed.

    ``values`` float64 (T), ``errors`` float64 (T) > 0: standard errors, known from the number of answers. For each
    split the means on both sides, weighted by 1/error², are compared: z = difference / its standard error; the largest
    |z| is held against the 1 − ``level`` quantile of its maximum under no shift, found by simulation with these errors
    (2.77 for 26 equal ones; 1.96 would give a false alarm in 31 % of series). The p-value is that of the maximum; the
    interval of the change is that of the split found, and somewhat too narrow. Hawkins 1977; Csörgő and Horváth 1997.
    TooFew below 2 × ``segment`` periods, and never fewer than 8.
    """
    if values.shape != errors.shape or not (errors > 0).all() or np.isnan(values).any():
        raise ValueError("each period needs its value and a standard error above 0")
    least = max(2 * segment, 8)
    if values.size < least:
        return TooFew(Lack.PERIODS, values.size, least)
    weights = 1 / errors**2
    z, steps, spreads = _splits(values[None, :], weights, segment)
    best = int(np.argmax(np.abs(z[0])))
    found = float(abs(z[0, best]))
    # Only the pattern of errors matters: three digits of it keep series of one length in one simulation.
    pattern = tuple(np.round(weights / weights.mean(), 3).tolist())
    null = _null(pattern, segment, seed)
    critical = float(np.quantile(null, 1 - level))
    if found <= critical:
        return None
    value, reach = float(steps[0, best]), Z95 * float(spreads[best])
    p = (1 + int((null >= found).sum())) / (1 + null.size)
    return Shift(best + segment, Change(value, value - reach, value + reach, p), found, critical)


def _splits(values: Floats, weights: Floats, segment: int) -> tuple[Floats, Floats, Floats]:
    """Return z (runs × splits), difference after − before (runs × splits) and its standard error (splits)."""
    mass, sums = np.cumsum(weights), np.cumsum(values * weights, axis=1)
    at = np.arange(segment, weights.size - segment + 1) - 1
    left, right = mass[at], mass[-1] - mass[at]
    difference = (sums[:, -1:] - sums[:, at]) / right - sums[:, at] / left
    error = np.sqrt(1 / left + 1 / right)
    return difference / error, difference, error


@lru_cache(maxsize=64)
def _null(pattern: tuple[float, ...], segment: int, seed: int, runs: int = 20_000) -> Floats:
    weights = np.maximum(np.array(pattern), 1e-3)
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(20):
        noise = rng.standard_normal((runs // 20, weights.size)) / np.sqrt(weights)
        parts.append(np.abs(_splits(noise, weights, segment)[0]).max(axis=1))
    return np.concatenate(parts)


def change_points(
    values: Floats, errors: Floats, *, segment: int = 4, level: float = 0.05, seed: int = 0
) -> list[Shift] | TooFew:
    """Return all shifts of a series, in time, by binary segmentation: split at the surest shift, go on on both sides.

    Arguments as for ``change_point``, whose test decides each split; parts too short to test are left whole.
    Vostrikova 1981.
    """
    whole = change_point(values, errors, segment=segment, level=level, seed=seed)
    if isinstance(whole, TooFew):
        return whole
    found: list[Shift] = []
    parts = [(0, values.size)]
    while parts:
        start, end = parts.pop()
        one = change_point(values[start:end], errors[start:end], segment=segment, level=level, seed=seed)
        if isinstance(one, Shift):
            at = start + one.at
            found.append(Shift(at, one.change, one.statistic, one.critical))
            parts += [(start, at), (at, end)]
    return sorted(found, key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A published change of a share, taken apart: total = frame + model + real, in [−1, 1].

    ``frame`` and ``model`` change what the same earlier answers count as; only ``real`` is what people said. ``real``
    is the comparison to print.
    """

    total: float
    frame: Change
    model: Change
    real: Change

    @property
    def mostly_ours(self) -> bool:
        """Whether coding explains more of the change than what people said."""
        return abs(self.frame.value + self.model.value) > abs(self.real.value)


def decompose(
    issued: Marks, in_new_frame: Marks, recoded: Marks, after: Marks, *, limits: Limits | None = None
) -> Decomposition | TooFew:
    """Take apart the change of a share between two waves whose frame, model, or both, differ.

    Each bool array says who mentions the code. Of the same n people of the earlier wave: ``issued`` as coded then;
    ``in_new_frame`` the same decisions mapped to the new frame; ``recoded`` by the new model under the new frame. Of m
    other people: ``after``, the later wave. frame = in_new_frame − issued and model = recoded − in_new_frame are
    differences on the same people (``scores.paired_share_change``), real = after − recoded one of independent samples
    (Newcombe 1998). TooFew where a wave has fewer than ``limits.shown``.
    """
    least = (limits or Limits()).shown
    for one in (issued, after):
        if one.size < least:
            return TooFew(Lack.ANSWERS, one.size, least)
    old, mapped, new = (one.astype(np.float64) for one in (issued, in_new_frame, recoded))
    frame, model = paired_share_change(old, mapped), paired_share_change(mapped, new)
    if isinstance(frame, TooFew) or isinstance(model, TooFew):
        raise ValueError("the three codings must be of the same people")
    x0, n0, x1, n1 = int(recoded.sum()), recoded.size, int(after.sum()), after.size
    low, high = newcombe_difference(x1, n1, x0, n0)
    pooled = (x0 + x1) / (n0 + n1)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
    value = x1 / n1 - x0 / n0
    p = math.erfc(abs(value) / error / math.sqrt(2)) if error else 1.0
    return Decomposition(x1 / n1 - float(old.mean()), frame, model, Change(value, low, high, p))
