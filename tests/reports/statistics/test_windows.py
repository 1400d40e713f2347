"""Rolling windows: the shortest that is enough, named by its number of periods."""

from __future__ import annotations

from reports.statistics.limits import Lack, TooFew
from reports.statistics.windows import rolling_window


def test_the_shortest_window_that_is_enough() -> None:
    months = [1200] * 12
    assert rolling_window(months, 500) == 1
    assert rolling_window(months, 2000) == 3
    assert rolling_window(months, 14_000) == 12
    assert rolling_window(months, 14_401) == TooFew(Lack.ANSWERS, 14_400, 14_401)


def test_a_window_needs_its_periods() -> None:
    assert rolling_window([600, 700], 2000) == TooFew(Lack.ANSWERS, 700, 2000)
    assert rolling_window([600, 700, 800], 2000) == 3
    assert rolling_window([], 1) == TooFew(Lack.ANSWERS, 0, 1)
