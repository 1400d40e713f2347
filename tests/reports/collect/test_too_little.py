"""Too little data never crashes and never shows what the limits forbid; the command says it all as JSON and text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from study import study
from tables import write_csv

from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect
from reports.commands import group
from reports.data import Scope
from reports.outside import rises_lacking
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words


def said(path: Path, *more: str) -> tuple[int, str, str]:
    told = CliRunner().invoke(group, ["insight", str(path), *more], prog_name="main.py")
    return told.exit_code, told.stdout, told.stderr


def test_an_empty_project_and_one_without_a_frame(tmp_path: Path) -> None:
    path = tmp_path / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        assert collect(project).questions == ()
        import_file(project, write_csv(tmp_path / "a.csv", ["id", "Q7"], [["1", "好"], ["2", ""]]),
                    roles={Role.ID: ["id"], Role.TEXT: ["Q7"]})  # fmt: skip
        (told,) = collect(project).questions
        assert (told.base, told.answered, told.blank, told.themes) == (0, 1, 1, ())
    code, text, _ = said(path, "--json")
    assert code == 0
    assert json.loads(text)["questions"][0]["base"] == 0
    assert said(path)[0] == 0


@pytest.mark.parametrize("n", [1, 2, 29, 31])
@pytest.mark.parametrize("machine", [False, True])
def test_a_handful_of_answers(tmp_path: Path, n: int, machine: bool) -> None:
    path = tmp_path / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        columns = {
            "who": (Role.RESPONDENT, [f"p{k}" for k in range(n)]), "nps": (Role.SCORE, [k % 11 for k in range(n)]),
            "day": (Role.DATE, [f"2026-05-{1 + k % 28:02d}" for k in range(n)]), "wave": (Role.WAVE, ["五月"] * n),
            "region": (Role.SEGMENT, ["东", "南"] * (n // 2) + ["东"] * (n % 2)), "weight": (Role.WEIGHT, [1.0] * n),
            "touch": (Role.TOUCHPOINT, ["交车"] * n),
        }  # fmt: skip
        made = study(project, tmp_path, columns, {"网": ("甲", "乙"), "": ("丙",)})
        marks = np.arange(n) % 2 == 0
        if machine:
            made.guess({"甲": marks}, wave=1)
        else:
            made.say("甲", marks, -1)
            made.confirm(np.ones(n, np.bool_))
        for scope in (Scope(), Scope(period="五月"), Scope(weighted=True), Scope(window=12, period="五月")):
            told = collect(project, scope=scope)
            assert told.questions[0].base == n
            for table in told.questions[0].segments:
                for row in table.rows:
                    for column, cell in zip(table.columns, row.cells, strict=True):
                        assert (cell.share is None) is (column.base < 30)
            assert told.touchpoints is None or all(
                cell.letters == "" for row in told.touchpoints.rows for cell in row.cells
            )
    for more in ((), ("--json",), ("--plan",), ("--wave", "五月"), ("--segment", "region", "--letters", "uncorrected")):
        code, text, error = said(path, *more)
        assert code == 0, error
        assert "Traceback" not in error
        assert more != ("--json",) or json.loads(text)["unit"] == "people"


def test_agreement_is_told_from_answers_that_two_people_coded(tmp_path: Path) -> None:
    n = 220
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(project, tmp_path, {"who": (Role.RESPONDENT, [f"p{k}" for k in range(n)])}, {"": ("甲", "乙")})
        said = np.arange(n) % 3 == 0
        for coder in ("Ann", "Bo"):
            project.work_as(coder)
            made.say("甲", said)
            made.confirm(np.ones(n, np.bool_))
            said = np.where(np.arange(n) < 11, ~said, said)
            told = collect(project, texts=False).agreement
            assert (told is None) is (coder == "Ann")
        assert told is not None
        assert (told.answers, told.low <= told.value <= told.high) == (n, True)
        assert 0.85 < told.value < 0.95  # 11 of 220 differ


def test_wrong_names_are_asked_wrongly(tmp_path: Path) -> None:
    path = tmp_path / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        study(project, tmp_path, {"region": (Role.SEGMENT, ["东", "南"])}, {"": ("甲",)})
    for more in (("--wave", "x"), ("--segment", "x"), ("--filter", "x=1"), ("--filter", "x")):
        code, text, error = said(path, *more, "--json")
        assert code == 2
        assert json.loads(text)["error"] in ("no-period", "no-segment", "no-column", "bad-filter")
        assert error


def test_who_weighs_nothing_is_nobody(tmp_path: Path) -> None:
    path = tmp_path / "p.tingdong"
    n = 160
    weight = np.where(np.arange(n) % 4 == 0, 0.0, 1.0 + np.arange(n) % 3)
    score = np.arange(n) % 11
    said_it = np.arange(n) % 5 == 0
    with Project.create(path, coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k}" for k in range(n)]), "nps": (Role.SCORE, score.tolist()),
                "weight": (Role.WEIGHT, weight.tolist()), "touch": (Role.TOUCHPOINT, ["交车"] * n),
            },
            {"": ("甲", "乙")},
        )  # fmt: skip
        made.say("甲", said_it, -1)
        made.say("乙", ~said_it, 1)
        made.confirm(np.ones(n, np.bool_))
        told = collect(project, scope=Scope(weighted=True))
    heavy = weight > 0
    share = told.questions[0].themes[0].share
    assert (share.base, share.count) == (int(heavy.sum()), int((said_it & heavy).sum()))
    assert share.value == pytest.approx(float(weight @ said_it / weight.sum()))
    pole = np.where(score >= 9, 1, np.where(score <= 6, -1, 0))
    estimate = told.scores[0].estimate
    assert isinstance(estimate, Estimate) and estimate.base == int(heavy.sum())
    assert estimate.value == pytest.approx(100 * float(weight @ pole) / float(weight.sum()))
    assert told.journey is not None
    stop = told.journey.stops[0].estimate
    assert isinstance(stop, Estimate) and stop.base == int(heavy.sum())
    assert stop.value == pytest.approx(100 * float(weight @ np.where(said_it, -1, 1)) / float(weight.sum()))


def test_where_all_weigh_nothing_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.tingdong"
    with Project.create(path, coder="Ann") as project:
        made = study(
            project, tmp_path,
            {"nps": (Role.SCORE, [5] * 80), "weight": (Role.WEIGHT, [0] * 80), "touch": (Role.TOUCHPOINT, ["店"] * 80)},
            {"": ("甲",)},
        )  # fmt: skip
        made.say("甲", np.arange(80) < 40, -1)
        made.confirm(np.ones(80, np.bool_))
        assert collect(project).questions[0].base == 80
    code, text, _ = said(path, "--weighted", "--json")
    assert code == 0
    told = json.loads(text)
    assert told["questions"][0]["base"] == 0 and told["scores"] == [] and told["touchpoints"] is None
    assert "n=0" in said(path, "--weighted")[1]


def test_four_weeks_say_what_is_missing_and_what_there_is_instead(tmp_path: Path) -> None:
    n = 280
    shop = np.where(np.arange(n) % 4 == 0, "东店", "西店")
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        made = study(
            project, tmp_path,
            {
                "who": (Role.RESPONDENT, [f"p{k}" for k in range(n)]), "shop": (Role.SEGMENT, shop.tolist()),
                "day": (Role.DATE, [f"2026-06-{1 + k % 28:02d}" for k in range(n)]),
            },
            {"": ("慢", "贵")},
        )  # fmt: skip
        made.say("慢", np.where(shop == "东店", np.arange(n) % 8 == 0, np.arange(n) % 20 == 1), -1)
        made.say("贵", np.arange(n) % 7 == 0)
        made.confirm(np.ones(n, np.bool_))
        question = collect(project, texts=False).questions[0]
    assert question.spikes == TooFew(Lack.PERIODS, 4, 9)
    told = rises_lacking(question, Words("en"))
    assert told.startswith("A sudden rise is a week held against the eight before it: 4 weeks have answers, 5 more ")
    assert told.endswith("against all others over the same weeks: “慢” stands out in “shop 东店”.")
    nothing = replace(question, answers=tuple(replace(one, rows=()) for one in question.answers))
    assert rises_lacking(nothing, Words("en")).endswith("over the same weeks: no theme stands out.")
    assert "held against all others" not in rises_lacking(replace(question, answers=()), Words("en"))
