"""Periods: named waves, else the shortest calendar that holds enough; the one before, the one a year before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from study import study

from annotate.errors import AskedWronglyError
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect, read
from reports.data import ReportData, Scope
from reports.statistics.limits import TooFew


def project(folder: Path, days: Sequence[date], waves: Sequence[str] | None = None) -> Project:
    made = Project.create(folder / "p.tingdong", coder="Ann")
    columns: dict[str, tuple[Role, Sequence[object]]] = {
        "day": (Role.DATE, [f"{day:%Y-%m-%d}" for day in days]),
        "nps": (Role.SCORE, [(7 * n) % 11 for n in range(len(days))]),
    }
    if waves is not None:
        columns["wave"] = (Role.WAVE, waves)
    told = study(made, folder, columns, {"": ("甲",)})
    told.say("甲", [n % 2 == 0 for n in range(len(days))])  # type: ignore[arg-type]
    told.confirm([True] * len(days))  # type: ignore[arg-type]
    return made


def scoped(made: Project, period: str, **more: object) -> ReportData:
    return collect(made, scope=Scope(period=period, **more), texts=False)  # type: ignore[arg-type]


def test_months_where_they_are_full_else_quarters_or_years(tmp_path: Path) -> None:
    def names(folder: str, count: int, days: int) -> list[str]:
        (tmp_path / folder).mkdir()
        every = [date(2025, 1, 1) + timedelta(days=days * n // count) for n in range(count)]
        with project(tmp_path / folder, every) as made:
            return [one.name for one in read(made).periods]

    assert names("month", 460, 120) == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert names("quarter", 450, 365) == ["2025Q1", "2025Q2", "2025Q3", "2025Q4"]
    assert names("year", 100, 700) == ["2025", "2026"]
    assert names("one", 50, 20) == []


def test_a_wave_is_compared_with_the_one_before_and_a_year_before(tmp_path: Path) -> None:
    months = [date(2025, 6, 1), date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]
    days = [first + timedelta(days=n % 28) for first in months for n in range(60)]
    with project(tmp_path, days, [f"{day:%Y-%m}" for day in days]) as made:
        told = scoped(made, "2026-06")
        assert told.scope is not None
        assert [one.name for one in told.scope.now] == ["2026-06"]
        assert told.scope.before is not None and told.scope.before.name == "2026-05"
        assert told.scope.year_before is not None and told.scope.year_before.name == "2025-06"
        (score,) = told.scores
        assert score.change is not None and score.change.period == "2026-05"
        assert score.year is not None and score.year.period == "2025-06"
        assert sum(count for _, count in score.distribution) == 60
        (theme,) = told.questions[0].themes
        assert (theme.share.count, theme.share.base) == (30, 60)
        assert theme.change is not None and theme.change.before.base == 60
        assert scoped(made, "2026-06", compare="2025-06").scope.before.name == "2025-06"  # type: ignore[union-attr]
        window = scoped(made, "2026-06", window=3)
        assert window.scope is not None
        assert [one.name for one in window.scope.now] == ["2026-04", "2026-05", "2026-06"]
        assert window.questions[0].base == 180
        assert window.scope.before is not None and window.scope.before.name == "2025-06"
        everything = collect(made, texts=False)
        assert everything.questions[0].base == 240
        assert everything.scores[0].change is None and everything.questions[0].themes[0].change is None
        with pytest.raises(AskedWronglyError, match="2026-05"):
            scoped(made, "2027")


def test_a_small_period_before_is_not_compared_with(tmp_path: Path) -> None:
    days = [date(2026, 5, 1 + n) for n in range(20)] + [date(2026, 6, 1 + n % 28) for n in range(60)]
    with project(tmp_path, days, [f"{day:%Y-%m}" for day in days]) as made:
        told = scoped(made, "2026-06")
        assert told.questions[0].themes[0].change is None
        assert told.scores[0].change is not None
        assert isinstance(told.scores[0].change.change, TooFew)
        assert isinstance(told.scores[0].change.before, TooFew)
