"""Closed groups, references, one mix of channels, customers who repeat themselves, and people asked twice."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from study import study

from annotate import frames
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports import findings
from reports.collect import collect, read, rows
from reports.data import Rows, Scope, SpikeFigures
from reports.definitions import verbs
from reports.definitions.terms import Definitions, Measure, Population, Reference, Score, Touchpoint
from reports.labels import named
from reports.outside import accounts_chart, closed_finding, repeated_sentence, turned
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words

EN = Words("en")
SCORES = (
    Score("NPS", "nps", Measure.NPS, 0, 10, headline=True), Score("满意", "sat", Measure.TOP_BOX, 1, 5, 4.0),
    Score("费力", "effort", Measure.MEAN, 1, 5, good_is_high=False),
)  # fmt: skip


def test_a_small_closed_group_is_listed_without_percentages(tmp_path: Path) -> None:
    accounts = [f"客户{n % 14:02d}" for n in range(20)] + [f"散户{n}" for n in range(40)]
    level = ["KA"] * 20 + ["普通"] * 40
    nps = [9 if n % 14 < 6 else 3 if n % 14 == 13 else 8 for n in range(20)] + [7] * 40
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{n}" for n in range(60)]), "account": (Role.SEGMENT, accounts),
                "level": (Role.SEGMENT, level), "nps": (Role.SCORE, nps),
            },
            {"": ("交期", "价格")},
        )  # fmt: skip
        made.say("交期", np.arange(60) % 14 == 13, -1)
        made.say("价格", np.arange(60) < 6, 1)
        made.confirm(np.ones(60, np.bool_))
        verbs.change(
            project,
            definitions=Definitions(
                scores=SCORES[:1],
                populations=(
                    Population("重点客户", "account", 18, "level", "KA"), Population("全部", "account", 54),
                    Population("没有", "nowhere", 5),
                ),
            ),
        )  # fmt: skip
        data = collect(project, texts=False)
        small, large = data.closed
        assert (small.size, small.answered, small.small, len(small.accounts), small.unnamed) == (18, 14, True, 14, 4)
        assert isinstance(small.figure, Estimate)
        assert small.figure.value == pytest.approx((6 * 9 + 7 * 8 + 3) / 14)
        spread = np.var([9] * 6 + [8] * 7 + [3], ddof=1) / 14 * (18 - 14) / 17
        assert small.figure.half_width == pytest.approx(2.1604 * np.sqrt(spread), rel=1e-3)  # t of 13 degrees, .975
        assert small.counts == (6, 7, 1)
        worst = small.accounts[0]
        assert (worst.name, worst.score, worst.answers) == ("客户13", 3.0, 1)
        assert [theme.label for theme in worst.bad] == ["交期"] and not worst.good
        told = closed_finding(small, data.limits, EN)
        assert "%" not in told.lead + told.rest
        assert "14 of 18" in told.lead and "18" in told.rest
        chart = accounts_chart(small, EN)
        assert chart is not None and len(chart.rows) == 14
        loaded = read(project)
        with project.reading() as db:
            for row in chart.rows:
                for cell in row.cells:
                    assert cell.quiet or cell.query is not None
                    if cell.query is not None:
                        assert len(rows.ids(db, loaded, Rows.from_json(cell.query))) >= 1
        assert (large.size, large.answered, large.small, large.accounts) == (54, 54, False, ())
        assert isinstance(large.figure, Estimate) and large.figure.half_width == 0  # all of them answered
        assert "100" in closed_finding(large, data.limits, EN).rest
        assert accounts_chart(large, EN) is None
        assert [one.key for one in findings.summary(data, EN) if one.key.startswith("closed")] == [
            "closed:重点客户", "closed:全部",
        ]  # fmt: skip
        empty = collect(project, scope=Scope(filter=_level(project, "普通")), texts=False).closed[0]
        assert empty.answered == 0 and empty.figure == TooFew(Lack.ANSWERS, 0, 2)
        assert all(row.answers == 0 for row in empty.accounts) and len(empty.accounts) == 14
        wrong = Definitions(scores=SCORES[:1], populations=(Population("重点客户", "account", 9, "level", "KA"),))
        verbs.change(project, definitions=wrong)
        (told_wrong,) = collect(project, texts=False).closed
        assert told_wrong.too_many


def _level(project: Project, value: str):  # type: ignore[no-untyped-def]
    from reports.filters import parse_filters

    return parse_filters(project, (f"level={value}",))


def test_scores_are_held_against_the_figures_of_others(tmp_path: Path) -> None:
    n = 200
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k}" for k in range(n)]), "nps": (Role.SCORE, [k % 11 for k in range(n)]),
                "sat": (Role.SCORE, [5 if k % 4 else 2 for k in range(n)]),
                "effort": (Role.SCORE, [1 + k % 5 for k in range(n)]),
            },
            {"": ("甲",)},
        )  # fmt: skip
        verbs.change(
            project,
            definitions=Definitions(
                scores=SCORES,
                references=(
                    Reference("行业", "满意", 60.0, 900, "2026-03"), Reference("小样", "满意", 60.0, 12, "2026-03"),
                    Reference("同行", "费力", 2.5, 400, "2025-12", 0.06),
                    Reference("行业", "NPS", 20.0, 900, "2026-03"), Reference("行业", "费力", 2.5, 400, "2025-12"),
                ),
            ),
        )  # fmt: skip
        scores = {one.name: one for one in collect(project, texts=False).scores}
        assert scores["NPS"].references == ()
        good, rough = scores["满意"].references
        assert isinstance(good.index, Estimate)
        assert good.index.value == pytest.approx(125)
        assert 110 < good.index.low < 125 < good.index.high < 145
        assert rough.index == TooFew(Lack.BENCHMARK, 12, 30)
        (effort,) = scores["费力"].references  # a mean without its standard error has none
        assert isinstance(effort.index, Estimate) and effort.index.value == pytest.approx(120)
        told = findings.score_finding(scores["满意"], collect(project, texts=False), EN)
        assert "Index 125" in told.rest and "n=900, 2026-03" in told.rest and "12 answers, 30" in told.rest


def test_a_touchpoint_is_told_at_one_mix_of_channels(tmp_path: Path) -> None:
    n = 400
    hotline = np.arange(n) % 2 == 0
    # Both touchpoints are felt alike within a channel; delivery is spoken of on the hotline.
    touch = np.where(np.arange(n) % 10 < 8, np.where(hotline, "交车", "用车"), np.where(hotline, "用车", "交车"))
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k}" for k in range(n)]),
                "channel": (Role.CHANNEL, np.where(hotline, "热线", "调研").tolist()),
                "touch": (Role.TOUCHPOINT, touch.tolist()),
            },
            {"": ("甲",)},
        )  # fmt: skip
        verbs.change(
            project,
            definitions=Definitions(
                stages=("购买", "使用"), touchpoints=(Touchpoint("交车", "购买"), Touchpoint("用车", "使用"))
            ),
        )
        bad = np.where(hotline, np.arange(n) % 7 > 0, np.arange(n) % 7 == 0)
        made.say("甲", bad, -1)
        made.say("甲", ~bad, 1)
        made.confirm(np.ones(n, np.bool_))
        told = collect(project, texts=False).journey
        assert told is not None and told.correction is None
        delivery, driving = (one.estimate for one in told.stops)
        assert isinstance(delivery, Estimate) and isinstance(driving, Estimate)
        assert delivery.high < 0 < driving.low
        assert dict(told.mix) == {"热线": 0.5, "调研": 0.5}
        for one in told.standard:
            assert isinstance(one, Estimate) and one.low < 0 < one.high
        assert turned(told) == ()


def test_a_customer_who_repeats_himself_is_no_sudden_rise(tmp_path: Path) -> None:
    weeks, each = 10, 60
    n = weeks * each
    week = np.arange(n) // each
    start = date(2026, 3, 2)
    days = [str(start + timedelta(days=int(7 * w + k % 7))) for k, w in enumerate(week)]
    last = np.flatnonzero(week == weeks - 1)
    who = [f"p{k}" for k in range(n)]
    for at in last[:30]:
        who[at] = "爱抱怨"
    who[0] = ""  # nobody named: answers are counted, not people
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {"who": (Role.RESPONDENT, who), "day": (Role.DATE, days)}, {"": ("薯条", "排队")},
        )  # fmt: skip
        often = np.arange(n) % 8 == 0
        often[last[:30]] = True
        made.say("薯条", often, -1)
        made.say("排队", np.arange(n) % 7 == 0, -1)
        made.confirm(np.ones(n, np.bool_))
        told = collect(project, texts=False).questions[0].spikes
        assert isinstance(told, SpikeFigures)
        assert told.rows == ()
        (repeated,) = told.repeated
        assert (repeated.theme.label, repeated.most) == ("薯条", 30)
        assert repeated.answers > 30 and repeated.customers == repeated.answers - 29
        assert "30 of one" in repeated_sentence(told.repeated, EN)
        loaded = read(project)
        with project.reading() as db:
            assert repeated.rows is not None and len(rows.ids(db, loaded, repeated.rows)) == repeated.answers


def test_changes_of_the_same_people_are_told_from_pairs(tmp_path: Path) -> None:
    n = 120
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k % n}" for k in range(2 * n)]),
                "wave": (Role.WAVE, ["五月"] * n + ["六月"] * n),
            },
            {"": ("甲", "乙")},
        )  # fmt: skip
        before = np.arange(n) < 40
        after = before.copy()
        after[60:70] = True  # ten come, nobody goes: proved in pairs, not between strangers
        made.say("甲", np.r_[before, after])
        made.say("乙", np.r_[before, before])
        made.confirm(np.ones(2 * n, np.bool_))
        (question,) = collect(project, scope=Scope(period="六月"), texts=False).questions
        one, other = (theme.change for theme in question.themes)
        assert one is not None and other is not None
        assert one.pairs == n and one.change.value == pytest.approx(100 * 10 / n)
        assert one.change.p == pytest.approx(2 / 2**10)
        assert one.q < 0.05
        assert other.change.p == 1
        (said,) = findings.change_findings(question, collect(project, scope=Scope(period="六月"), texts=False), EN)
        assert "120 who answered both times" in said.rest


def test_a_code_that_came_later_is_a_change_of_the_frame(tmp_path: Path) -> None:
    n = 200
    may = np.arange(2 * n) < n
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k}" for k in range(2 * n)]),
                "wave": (Role.WAVE, ["五月" if one else "六月" for one in may.tolist()]),
            },
            {"": ("甲", "乙")},
        )  # fmt: skip
        frame = next(iter(project.rows("select frame_id from question")))[0]
        third = np.arange(2 * n) % 3 == 0
        made.say("甲", third)
        made.confirm(may)
        new = frames.add_code(project, frame=int(frame or 0), label="丙")
        made.codes["丙"] = new
        made.say("丙", third & ~may)
        made.confirm(~may)
        data = collect(project, scope=Scope(period="六月"), texts=False)
        changes = {theme.label: theme.change for theme in data.questions[0].themes}
        old, came = changes["甲"], changes["丙"]
        assert old is not None and came is not None
        assert old.comparable and old.read_before == 0
        assert came.read_before == 1 and not came.comparable and came.q == 1
        assert came.change.low > 20  # which is what a naive comparison would print
        assert not [one for one in findings.change_findings(data.questions[0], data, EN) if "丙" in one.lead]
        assert any(one.key == "frame-changed" and "丙" in one.lead for one in findings.summary(data, EN))


def test_a_merge_is_taken_out_of_a_change_and_named(tmp_path: Path) -> None:
    n = 300
    may = np.arange(2 * n) < n
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k}" for k in range(2 * n)]),
                "wave": (Role.WAVE, ["五月" if one else "六月" for one in may.tolist()]),
            },
            {"": ("顿挫", "抖动", "丁")},
        )  # fmt: skip
        at = np.arange(2 * n) % 10
        made.say("顿挫", (at < 2) & may)
        made.say("抖动", (at == 2) & may)
        made.confirm(may)
        frames.merge_codes(project, sources=[made.codes["抖动"]], target=made.codes["顿挫"])
        made.say("顿挫", (at < 3) & ~may)
        made.confirm(~may)
        data = collect(project, scope=Scope(period="六月"), texts=False)
        change = next(theme.change for theme in data.questions[0].themes if theme.label == "顿挫")
        assert change is not None and change.parts is not None and not change.other_model
        assert change.parts.issued == pytest.approx(20)
        assert change.parts.frame.value == pytest.approx(10)
        assert change.parts.model.value == 0
        assert change.change.value == pytest.approx(0)  # what people said is the same


def test_a_retired_code_is_marked_and_drives_nothing(tmp_path: Path) -> None:
    n = 60
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {"who": (Role.RESPONDENT, [f"p{k}" for k in range(n)]), "region": (Role.SEGMENT, ["东", "南"] * (n // 2))},
            {"": ("甲", "乙")},
        )  # fmt: skip
        made.guess({"甲": np.arange(n) % 2 == 0, "乙": np.arange(n) % 3 == 0})
        frames.retire_code(project, code=made.codes["甲"])
        data = collect(project, texts=False)
        for words, label in ((EN, "甲 (retired)"), (Words("zh_CN"), "甲（已停用）")):
            told = named(named(data, words), words)
            assert label in [theme.label for theme in told.questions[0].themes]
        codes = {row.code for table in data.questions[0].segments for row in table.rows}
        assert codes == {made.codes["乙"]}
        assert any(one.key == "retired-codes" for one in findings.summary(named(data, EN), EN))
