"""Codes on which coders differ count in no figure, and every report says how many wait for a decision."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from stored import code, ids, text_of

import main
from annotate import coding
from annotate.messages import current
from annotate.store.project import Project
from reports.gather import gather
from reports.missing import undecided_sentence
from reports.spec import ReportSpec
from reports.wording import Words
from reports.workbook import write_workbook


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.fixture
def differing(project: Project) -> Project:
    """A second coder says of three answers that they are about the other code, and not about theirs."""
    some = ids(project)[1:7:2]
    project.work_as("Ben")
    coding.apply_code(project, verbatims=some, code=code(project, "后排空间"), sentiment=1, expand=False)
    coding.confirm(project, verbatims=some)
    return project


def test_answers_and_codes_that_wait_are_counted_and_nowhere_else(differing: Project) -> None:
    question = gather(differing, ReportSpec()).data.questions[0]
    assert (question.coding.contested, question.coding.contested_codes) == (3, 6)
    assert {theme.label: theme.mentions for theme in question.themes} == {"低速顿挫": 77, "后排空间": 80}
    may = gather(differing, ReportSpec(wave="2026-05")).data.questions[0]
    june = gather(differing, ReportSpec(wave="2026-06")).data.questions[0]
    assert [one.coding.contested for one in (may, june)] == [2, 1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_report_and_workbook_say_how_many_wait(differing: Project, tmp_path: Path, language: str) -> None:
    from openpyxl import load_workbook

    manuscript = gather(differing, ReportSpec(language=language, sections=("method",)))
    words = Words(language)
    said = undecided_sentence([manuscript.data.questions[0].coding], words)
    assert "3" in said
    assert "6" in said
    assert flat(said) in flat(text_of(manuscript))
    write_workbook(manuscript, tmp_path / "a.xlsx")
    rows = [row for sheet in load_workbook(tmp_path / "a.xlsx") for row in sheet.iter_rows(values_only=True)]
    assert ("Q7", 3, 6) in [row[:3] for row in rows]
    assert any(said in map(str, row) for row in rows)


def test_insight_says_how_many_wait(differing: Project, tmp_path: Path) -> None:
    path = str(tmp_path / "p.tingdong")
    question = gather(differing, ReportSpec()).data.questions[0]
    told = CliRunner().invoke(main.commands, ["insight", path, "--json"])
    found = json.loads(told.stdout.splitlines()[-1])["questions"][0]["coding"]
    assert (found["contested"], found["contested_codes"]) == (3, 6)
    shown = CliRunner().invoke(main.commands, ["insight", path])
    assert undecided_sentence([question.coding], Words(current())) in shown.stdout


def test_nothing_is_said_where_all_agree(project: Project, tmp_path: Path) -> None:
    manuscript = gather(project, ReportSpec(language="en", sections=("method",)))
    assert manuscript.data.questions[0].coding.contested == 0
    assert "Waiting for a decision" not in text_of(manuscript)
    shown = CliRunner().invoke(main.commands, ["insight", str(tmp_path / "p.tingdong")])
    assert "Waiting for a decision" not in shown.stdout
