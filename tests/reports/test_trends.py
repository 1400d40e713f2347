from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Estimate
from reports.statistics.trends import (
    Decomposition,
    Period,
    Shift,
    change_point,
    change_points,
    decompose,
    month_of,
    nps_of,
    series,
    share_of,
    week_of,
    week_start,
)


def _ms(*days: date) -> np.ndarray:
    return np.array([datetime(d.year, d.month, d.day, 12, tzinfo=UTC).timestamp() * 1000 for d in days])


def test_weeks_are_iso_weeks_and_months_months() -> None:
    days = [date(2024, 12, 29), date(2024, 12, 30), date(2026, 1, 1), date(1969, 12, 31), date(2025, 2, 28)]
    for day, week, month in zip(days, week_of(_ms(*days)), month_of(_ms(*days)), strict=True):
        assert week_start(int(week)).isocalendar()[:2] == day.isocalendar()[:2]
        assert week_start(int(week)).weekday() == 0
        assert (month // 12, month % 12 + 1) == (day.year, day.month)


def test_a_month_with_a_thin_week_becomes_one_point() -> None:
    full, thin = date(2026, 3, 3), date(2026, 4, 8)
    at = _ms(*[full] * 40, *[date(2026, 3, 10)] * 35, *[thin] * 12, *[date(2026, 4, 15)] * 40, *[date(2026, 6, 2)] * 9)
    hits = np.ones(at.size)
    points = series(np.r_[at, np.nan], np.r_[hits, 0], share_of)
    assert [(p.first, p.period, p.merged) for p in points] == [
        (date(2026, 3, 2), Period.WEEK, False),
        (date(2026, 3, 9), Period.WEEK, False),
        (date(2026, 4, 6), Period.MONTH, True),
        (date(2026, 6, 1), Period.MONTH, True),
    ]
    assert [p.figure.base if isinstance(p.figure, Estimate) else p.figure for p in points] == [
        40, 35, 52, TooFew(Lack.ANSWERS, 9, 30),
    ]  # fmt: skip


def test_months_and_nps() -> None:
    at = _ms(*[date(2026, 1, 31)] * 30, *[date(2026, 2, 1)] * 30)
    points = series(at, np.r_[np.full(30, 9.0), np.full(30, 6.5)], nps_of, period=Period.MONTH)
    assert [(p.first, p.last) for p in points] == [
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
    ]
    assert [p.figure.value for p in points if isinstance(p.figure, Estimate)] == [100, 0]
    assert series(np.zeros(0), np.zeros(0), share_of) == []


def test_critical_value_of_26_weeks() -> None:
    found = change_point(np.r_[np.zeros(13), np.full(13, 5.0)], np.ones(26))
    assert isinstance(found, Shift)
    assert found.at == 13
    assert found.critical == pytest.approx(2.77, abs=0.04)
    assert found.statistic == pytest.approx(5 / (2 / 13) ** 0.5)
    assert found.change.low < 5 < found.change.high
    assert found.change.p < 0.001


def test_few_series_without_a_shift_alarm_even_with_uneven_weeks() -> None:
    rng = np.random.default_rng(1)
    errors = np.tile([1.0, 3.0], 13)
    alarms = sum(change_point(rng.normal(0, errors), errors) is not None for _ in range(400))
    assert 8 <= alarms <= 34


def test_several_shifts_are_found_in_time() -> None:
    values = np.r_[np.zeros(10), np.full(10, 6.0), np.full(10, 2.0)]
    noise = np.random.default_rng(2).normal(0, 0.8, 30)
    found = change_points(values + noise, np.full(30, 0.8))
    assert isinstance(found, list)
    assert [one.at for one in found] == [10, 20]
    assert change_points(noise, np.full(30, 0.8)) == []


def test_short_series_say_so() -> None:
    assert change_point(np.zeros(7), np.ones(7)) == TooFew(Lack.PERIODS, 7, 8)
    assert change_points(np.zeros(3), np.ones(3)) == TooFew(Lack.PERIODS, 3, 8)
    with pytest.raises(ValueError, match="standard error"):
        change_point(np.zeros(9), np.zeros(9))


def test_a_change_is_taken_apart() -> None:
    """Of 1,000 people 100 were coded; the new frame adds 50, the new model 60 more; the later wave has 230."""
    issued, mapped, recoded = (np.arange(1000) < n for n in (100, 150, 210))
    after = np.arange(1000) < 230
    found = decompose(issued, mapped, recoded, after)
    assert isinstance(found, Decomposition)
    parts = (found.frame.value, found.model.value, found.real.value)
    assert parts == (pytest.approx(0.05), pytest.approx(0.06), pytest.approx(0.02))
    assert sum(parts) == pytest.approx(found.total)
    assert found.mostly_ours
    low, high = confint_proportions_2indep(230, 1000, 210, 1000, method="newcomb", compare="diff")
    assert (found.real.low, found.real.high) == (pytest.approx(low), pytest.approx(high))
    assert found.real.p > 0.05
    same = decompose(issued, issued, issued, issued)
    assert isinstance(same, Decomposition)
    assert same.frame.value == same.model.value == same.real.value == 0
    assert decompose(issued[:10], mapped[:10], recoded[:10], after) == TooFew(Lack.ANSWERS, 10, 30)
    with pytest.raises(ValueError, match=r"same people|both answers"):
        decompose(issued, mapped[:-1], recoded, after)
