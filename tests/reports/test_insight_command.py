"""Figures from the command line: every score with its interval, and what was issued beside what is told now."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tables import write_csv

import main
from annotate import coding, frames, verbatims
from annotate.importing.load import import_file
from annotate.importing.roles import Role
from annotate.store.project import Project
from annotate.store.query import Query
from reports import issue
from reports.gather import gather
from reports.spec import ReportSpec
from reports.statistics.shares import Source

PEOPLE = 120


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two waves of 60; scores 10, 8, 3 in turn; all in the east but 20, of whom a wave holds 10; weights 1 and 3."""
    rows: list[list[object]] = [
        [f"r{n}", f"2026-0{5 + n % 2}", "West" if n < 20 else "East", (10, 8, 3)[n % 3], (1, 3)[n % 4 // 2], f"it {n}"]
        for n in range(PEOPLE)
    ]
    heads = ["id", "wave", "region", "NPS", "weight", "Q7"]
    roles = {
        Role.ID: ["id"], Role.WAVE: ["wave"], Role.SEGMENT: ["region"], Role.SCORE: ["NPS"], Role.WEIGHT: ["weight"],
        Role.TEXT: ["Q7"],
    }  # fmt: skip
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as project:
        import_file(project, write_csv(tmp_path / "a.csv", heads, rows), roles=roles)
        frame = frames.create_frame(project, name="Car")
        jerk = frames.add_code(project, frame=frame, label="Jerks", number="301")
        frames.point_question(project, question=verbatims.questions(project)[0].id, frame=frame)
        ids = verbatims.ids(project, Query()).tolist()
        coding.apply_code(project, verbatims=ids[:30], code=jerk, sentiment=-1, expand=False)
        coding.confirm(project, verbatims=ids)
    return tmp_path / "p.tingdong"


def told(*words: object) -> dict[str, object]:
    answer = CliRunner().invoke(main.commands, ["insight", *map(str, words), "--json"])
    assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_every_score_says_its_value_interval_and_base(path: Path) -> None:
    score = told(path, "--wave", "2026-06", "--segment", "region")["scores"][0]  # type: ignore[index]
    values = [(10, 8, 3)[n % 3] for n in range(1, PEOPLE, 2)]
    nps = 100 * (sum(v >= 9 for v in values) - sum(v <= 6 for v in values)) / len(values)
    assert score["estimate"]["value"] == pytest.approx(nps)
    assert score["estimate"]["low"] < nps < score["estimate"]["high"]
    assert score["estimate"]["base"] == len(values)
    assert [one["estimate"]["base"] for one in score["trend"]] == [60, 60]
    east, west = score["segments"][0]["parts"]
    assert (east["label"], east["estimate"]["base"]) == ("East", 50)
    assert west["estimate"] == {"too_few": {"lack": "answers", "have": 10, "need": 30}}


def test_a_weighted_score_is_not_told_unweighted(path: Path) -> None:
    score = told(path, "--wave", "2026-06", "--weighted")["scores"][0]  # type: ignore[index]
    pairs = [((10, 8, 3)[n % 3], (1, 3)[n % 4 // 2]) for n in range(1, PEOPLE, 2)]
    nps = 100 * sum(w * ((v >= 9) - (v <= 6)) for v, w in pairs) / sum(w for _, w in pairs)
    assert score["estimate"]["value"] == pytest.approx(nps)
    assert score["trend"][-1]["estimate"]["value"] == pytest.approx(nps)


def test_what_was_issued_stands_beside_what_is_told_now(path: Path) -> None:
    assert told(path, "--wave", "2026-06")["issued"] is None
    with Project.open(path) as project:
        issue.issue(project, gather(project, ReportSpec(wave="2026-05")), name="May")
        jerk = verbatims.ids(project, Query()).tolist()[60:64]
        code = gather(project, ReportSpec()).data.questions[0].themes[0].code
        coding.apply_code(project, verbatims=jerk, code=code, sentiment=-1, expand=False)
    issued = told(path, "--wave", "2026-06")["issued"]
    assert isinstance(issued, dict)
    assert (issued["name"], issued["period"]) == ("May", "2026-05")
    assert [(one["what"], one["differs"]) for one in issued["figures"]] == [("NPS", False), ("Jerks", True)]
    answer = CliRunner().invoke(main.commands, ["insight", str(path), "--wave", "2026-06"])
    assert "May" in answer.stdout
    assert told(path, "--wave", "2026-06", "--weighted")["issued"] is None


def test_a_figure_issued_corrected_is_held_against_counts_as_counted(path: Path) -> None:
    with Project.open(path) as project:
        manuscript = gather(project, ReportSpec(wave="2026-05"))
        question = manuscript.data.questions[0]
        first = question.themes[0]
        fixed = replace(first.share, value=first.share.value / 2, source=Source.CORRECTED)
        themes = (replace(first, share=fixed, counted=first.share), *question.themes[1:])
        data = replace(manuscript.data, questions=(replace(question, themes=themes),))
        issue.issue(project, replace(manuscript, data=data), name="corrected then")
        later = gather(project, ReportSpec(wave="2026-06", language="en")).earlier
        assert later is not None
        assert not any(one.differs for one in later.figures)

        themes = (replace(first, share=fixed, counted=None), *question.themes[1:])
        data = replace(manuscript.data, questions=(replace(question, themes=themes),))
        issue.issue(project, replace(manuscript, data=data), name="nothing counted was kept")
        later = gather(project, ReportSpec(wave="2026-06", language="en")).earlier
    assert later is not None
    pair = next((one.issued, one.now) for one in later.figures if one.what == "Jerks")
    assert pair[0].endswith(", corrected")
    assert pair[1].endswith(", as counted")
