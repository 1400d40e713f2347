"""The periods of a project: its named waves, or months, quarters or years by date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from annotate.errors import AskedWronglyError
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.query import DatedBetween, InWave
from reports.data import Chosen, Period, Scope
from reports.records import Records
from reports.statistics.limits import Limits
from reports.statistics.trends import month_of

STEPS = (1, 3, 12)
"""Months in a month, a quarter and a year."""
YEAR, SLACK = 365.25, 46.0
"""Days between a wave and the one a year before it, and by how many it may miss that."""


def known(db: Connection, records: Records, limits: Limits) -> tuple[Period, ...]:
    """Return the periods in time: waves with records in their order, else calendar periods, none without dates.

    Calendar periods are the shortest whose middle one has ``limits.full`` records, else years.
    """
    waves = db.execute("select id, name from wave order by sort, id").fetchall()
    found = []
    for wave, name in waves:
        at = records.at_ms[records.wave == int(wave or 0)]
        if at.size:
            first, last = _ends(at)
            found.append(Period(str(name), InWave(int(wave or 0)), first, last, int(wave or 0)))
    if found:
        return tuple(found)
    at = records.at_ms[~np.isnan(records.at_ms)]
    if not at.size:
        return ()
    months = month_of(at)
    for step in STEPS:
        numbers, sizes = np.unique(months // step, return_counts=True)
        if np.median(sizes) >= limits.full or step == STEPS[-1]:
            return tuple(_calendar(int(number), step) for number in numbers) if numbers.size > 1 else ()
    return ()


def _ends(at_ms: NDArray[np.float64]) -> tuple[date | None, date | None]:
    told = at_ms[~np.isnan(at_ms)]
    return (_day(float(told.min())), _day(float(told.max()))) if told.size else (None, None)


def _day(at_ms: float) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()


def _calendar(number: int, step: int) -> Period:
    first, following = _first(number * step), _first((number + 1) * step)
    name = {1: f"{first:%Y-%m}", 3: f"{first.year}Q{(first.month + 2) // 3}", 12: f"{first.year}"}[step]
    start, end = (int(datetime(d.year, d.month, 1, tzinfo=UTC).timestamp() * 1000) for d in (first, following))
    return Period(name, DatedBetween(start, end - 1), first, following - timedelta(days=1))


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def choose(scope: Scope, periods: Sequence[Period], columns: Sequence[str]) -> Chosen:
    """Return which periods a scope means; raises AskedWronglyError (no-period) for a name that there is not."""
    if not scope.period:
        return Chosen(scope, tuple(periods), columns=tuple(columns))
    place = _place(scope.period, periods)
    now = tuple(periods[max(0, place + 1 - max(1, scope.window)) : place + 1])
    start = place + 1 - len(now)
    before = periods[_place(scope.compare, periods)] if scope.compare else periods[start - 1] if start > 0 else None
    year = _year_before(periods[place], periods)
    return Chosen(scope, tuple(periods), now, before, None if year == before else year, tuple(columns))


def _place(name: str, periods: Sequence[Period]) -> int:
    for place, one in enumerate(periods):
        if one.name == name:
            return place
    raise AskedWronglyError(
        "no-period",
        N_("There is no period “{name}”."),
        N_("The project has: {names}."),
        N_("Name one of these periods."),
        name=name,
        names=", ".join(one.name for one in periods) or "-",
    )


def _year_before(period: Period, periods: Sequence[Period]) -> Period | None:
    """Return the period whose middle lies a year earlier, None without one."""
    middle = _middle(period)
    if middle is None:
        return None
    away = [
        (abs(float(middle - other) - YEAR), place)
        for place, one in enumerate(periods)
        if (other := _middle(one)) is not None and one is not period
    ]
    best = min(away, default=(SLACK, 0))
    return periods[best[1]] if best[0] < SLACK else None


def _middle(period: Period) -> float | None:
    if period.first is None or period.last is None:
        return None
    return (period.first.toordinal() + period.last.toordinal()) / 2
