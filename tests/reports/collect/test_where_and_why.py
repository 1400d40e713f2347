"""Where and why, on a study with planted effects: what is there is found, what is not is not, and names are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from study import study

from annotate.frames import Role as CodeRole
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect, read, rows
from reports.data import DriverFigures, ReportData, Scope, Sentiment, SpikeFigures
from reports.definitions import verbs
from reports.definitions.terms import (
    CodePlace,
    Definitions,
    FunnelStep,
    Indicator,
    Measure,
    Score,
    Tier,
    Touchpoint,
)
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate

WEEKS, EACH = 13, 150
N = WEEKS * EACH
START = date(2026, 3, 30)  # a Monday
SPIKE = 11

DEFINED = Definitions(
    scores=(
        Score("NPS", "nps", Measure.NPS, 0, 10, headline=True),
        Score("费力", "effort", Measure.MEAN, 1, 5, None, good_is_high=False),
    ),
    indicators=(
        Indicator("交付", above="NPS"), Indicator("推荐", "NPS", "交付", 3.0), Indicator("省力", "费力", "交付", 1.0),
    ),
    stages=("购买", "使用"),
    touchpoints=(Touchpoint("交车", "购买"), Touchpoint("驾驶", "使用"), Touchpoint("充电", "使用")),
    codes=(CodePlace("动力", "驾驶"), CodePlace("慢", "充电")),
    tiers=(Tier("level", "VIP", 1.3),),
    funnel=(FunnelStep("星野", "知道", "knows", "是"), FunnelStep("星野", "考虑", "likes", "是")),
)  # fmt: skip


class Planted:
    """1,950 people in 13 weeks. 顿挫 (bad) costs points, 空间 (good) lifts, 声音 does nothing; 异响 and 顿挫 go
    together; batch D7 has 顿挫 four times as often in week 11; row 0–299 name 交车 as their own touchpoint."""

    def __init__(self, folder: Path) -> None:
        rng = np.random.default_rng(11)
        week = np.arange(N) // EACH
        batch = rng.choice(["D5", "D6", "D7", "D8"], N)
        hot = (batch == "D7") & (week == SPIKE)
        jerk = rng.random(N) < np.where(hot, 0.6, 0.15)
        noise = np.where(jerk, rng.random(N) < 0.5, rng.random(N) < 0.05)
        space, sound, slow = rng.random(N) < 0.2, rng.random(N) < 0.15, rng.random(N) < 0.1
        score = np.clip(np.round(7.5 + rng.normal(0, 1.5, N) - 2.5 * jerk + 1.5 * space), 0, 10).astype(int)
        days = [START + timedelta(days=7 * int(w) + int(n % 7)) for n, w in enumerate(week)]
        touch = ["交车" if n < 300 else "" for n in range(N)]
        self.project = Project.create(folder / "p.tingdong", coder="Ann")
        told = study(
            self.project, folder,
            {
                "who": (Role.RESPONDENT, [f"p{n}" for n in range(N)]),
                "day": (Role.DATE, [f"{d:%Y-%m-%d}" for d in days]), "batch": (Role.SEGMENT, batch.tolist()),
                "level": (Role.SEGMENT, ["VIP" if n % 10 == 0 else "普通" for n in range(N)]),
                "touch": (Role.TOUCHPOINT, touch), "nps": (Role.SCORE, score.tolist()),
                "effort": (Role.SCORE, rng.integers(1, 6, N).tolist()),
                "knows": (Role.SEGMENT, ["是" if n % 2 else "否" for n in range(N)]),
                "likes": (Role.SEGMENT, ["是" if n % 4 == 1 else "否" for n in range(N)]),
            },
            {"动力": ("顿挫", "异响"), "": ("空间", "声音", "慢", "无")},
            roles={"无": CodeRole.NONE},
        )  # fmt: skip
        said = {"顿挫": (jerk, -1), "异响": (noise, -1), "空间": (space, 1), "声音": (sound, 0), "慢": (slow, -1)}
        for label, (marks, mood) in said.items():
            told.say(label, marks, mood)
        told.confirm(np.ones(N, np.bool_))
        verbs.change(self.project, definitions=DEFINED)
        self.codes = told.codes
        self.jerk, self.batch, self.week = jerk, batch, week


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Planted, ReportData]]:
    made = Planted(tmp_path_factory.mktemp("planted"))
    with made.project:
        yield made, collect(made.project, texts=False)


def test_drivers_are_found_named_and_ranked(planted: tuple[Planted, ReportData]) -> None:
    told = planted[1].questions[0].drivers
    assert isinstance(told, DriverFigures)
    assert (told.n, told.people) == (N, N)
    found = {(row.theme.label, row.theme.sentiment): row for row in told.rows}
    jerk, space = found["顿挫", Sentiment.NEGATIVE], found["空间", Sentiment.POSITIVE]
    assert jerk.effect.high < 0 < space.effect.low
    assert abs(found["声音", Sentiment.NEUTRAL].effect.value) < 15
    assert isinstance(jerk.what_if, Estimate) and jerk.what_if.low > 0
    assert told.by_priority[0].theme.label == "顿挫"
    assert jerk.reach == pytest.approx(planted[0].jerk.mean())
    assert 1.0 < jerk.value < 1.1  # a tenth of the people counts 1.3
    assert jerk.urgency == 1.0  # nothing is compared with
    assert sum(row.weight.value for row in told.rows) == pytest.approx(1)


def test_needs_say_what_is_missing(planted: tuple[Planted, ReportData]) -> None:
    needs = planted[1].questions[0].needs
    assert needs is not None and isinstance(needs.needs, TooFew)
    assert (needs.needs.have, needs.needs.need) == (N, 2000)


def test_what_goes_together_is_found_once(planted: tuple[Planted, ReportData]) -> None:
    pairs = planted[1].questions[0].pairs
    assert isinstance(pairs, tuple)
    assert {pairs[0].one.label, pairs[0].other.label} == {"顿挫", "异响"}
    assert pairs[0].pair.low > 1.5
    assert len(pairs) == 1
    made = planted[0]
    loaded = read(made.project)
    with made.project.reading() as db:
        assert pairs[0].rows is not None
        assert len(rows.ids(db, loaded, pairs[0].rows)) == pairs[0].pair.together


def test_a_rise_in_one_batch_is_found_there(planted: tuple[Planted, ReportData]) -> None:
    told = planted[1].questions[0].spikes
    assert isinstance(told, SpikeFigures)
    row = told.rows[0]
    assert (row.theme.label, row.column, row.value) == ("顿挫", "batch", "D7")
    assert (row.first, row.last) == (START + timedelta(weeks=SPIKE), START + timedelta(weeks=SPIKE, days=6))
    made = planted[0]
    inside = made.jerk & (made.batch == "D7") & (made.week == SPIKE)
    assert row.seen == inside.sum()
    loaded = read(made.project)
    with made.project.reading() as db:
        assert row.rows is not None and len(rows.ids(db, loaded, row.rows)) == row.seen
    assert row.counts[-2] == row.seen
    assert told.slices == 1 + 4 + 2 + 2 + 2 + 1
    assert told.tests > 0 and told.expected_false < 1


def test_a_rows_own_touchpoint_wins_over_its_codes(planted: tuple[Planted, ReportData]) -> None:
    told = planted[1].journey
    assert told is not None
    assert [(one.touchpoint, one.stage) for one in told.stops] == [("交车", "购买"), ("驾驶", "使用"), ("充电", "使用")]
    own, driving, charging = (one.estimate for one in told.stops)
    assert isinstance(own, Estimate) and isinstance(driving, Estimate) and isinstance(charging, Estimate)
    assert own.base < 300
    assert driving.value == charging.value == -100
    assert told.peak == 0 and told.stops[1].worst is not None and told.stops[1].worst.label == "顿挫"
    assert told.runs == ((0, 1, 2),)
    assert len(told.scores) == 3 and isinstance(told.scores[1], Estimate)


def test_touchpoints_by_segment_have_letters_and_bases(planted: tuple[Planted, ReportData]) -> None:
    data = collect(planted[0].project, scope=Scope(segment="level"), texts=False)
    table = data.touchpoints
    assert table is not None and table.dimension == "level"
    assert [one.value for one in table.columns] == ["普通", "VIP"]
    assert data.questions[0].segments[0].dimension == "level"
    cell = table.rows[0].cells[0]
    assert isinstance(cell.estimate, Estimate) and cell.effect is not None
    assert isinstance(table.rows[0].cells[1].estimate, TooFew)


def test_indicators_stand_below_each_other(planted: tuple[Planted, ReportData]) -> None:
    told = {one.name: one for one in planted[1].indicators}
    assert [(one.name, one.depth) for one in planted[1].indicators] == [("交付", 1), ("推荐", 2), ("省力", 2)]
    first, second = told["推荐"].value, told["省力"].value
    assert isinstance(first, float) and isinstance(second, float)
    assert told["交付"].value == pytest.approx(0.75 * first + 0.25 * second)
    assert dict(told["交付"].weights) == {"推荐": 0.75, "省力": 0.25}


def test_the_funnel_counts_who_stayed(planted: tuple[Planted, ReportData]) -> None:
    (told,) = planted[1].funnels
    assert told.stages == ("知道", "考虑") and isinstance(told.steps, tuple)
    assert told.steps[0].share.value == 0.5
    conversion = told.steps[1].conversion
    assert isinstance(conversion, Estimate) and conversion.value == pytest.approx(0.5, abs=0.01)


def test_trends_cover_the_weeks(planted: tuple[Planted, ReportData]) -> None:
    trends = {one.name: one for one in planted[1].questions[0].trends}
    assert len(trends["顿挫"].points) == WEEKS
    assert all(
        isinstance(one.point.figure, Estimate) and one.point.figure.base == EACH for one in trends["顿挫"].points
    )
    score = next(one for one in planted[1].scores if one.headline)
    assert score.series is not None and len(score.series.points) == WEEKS
