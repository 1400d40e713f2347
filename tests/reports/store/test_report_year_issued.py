"""A change since the year before stands beside what was issued for that period, as one since the period before does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from stored import text_of
from study import study

import main
from annotate.importing.roles import Role
from annotate.store.project import Project
from reports import issue
from reports.gather import gather
from reports.issue_frozen import freeze, thaw
from reports.manuscript import Manuscript
from reports.spec import ReportSpec
from reports.workbook import write_workbook

WAVES = ("2025-06", "2026-05", "2026-06")


@pytest.fixture
def waves(tmp_path: Path) -> Iterator[Project]:
    """Sixty answers of each wave; every second one carries the code."""
    days = [date.fromisoformat(f"{wave}-01") + timedelta(days=n % 28) for wave in WAVES for n in range(60)]
    with Project.create(tmp_path / "p.tingdong", coder="Ann") as made:
        told = study(
            made,
            tmp_path,
            {
                "day": (Role.DATE, [f"{day:%Y-%m-%d}" for day in days]),
                "nps": (Role.SCORE, [(7 * n) % 11 for n in range(len(days))]),
                "wave": (Role.WAVE, [f"{day:%Y-%m}" for day in days]),
            },
            {"": ("甲",)},
        )
        told.say("甲", [n % 2 == 0 for n in range(len(days))])  # type: ignore[arg-type]
        told.confirm([True] * len(days))  # type: ignore[arg-type]
        yield made


def issued_otherwise(project: Project, wave: str, name: str) -> None:
    """Issue the report of a wave with a share ten points lower than it is counted."""
    manuscript = gather(project, ReportSpec(wave=wave))
    question = manuscript.data.questions[0]
    first = question.themes[0]
    other = replace(first, share=replace(first.share, value=first.share.value - 0.1))
    data = replace(manuscript.data, questions=(replace(question, themes=(other, *question.themes[1:])),))
    issue.issue(project, replace(manuscript, data=data), name=name)


def of_june(project: Project) -> Manuscript:
    return gather(project, ReportSpec(wave="2026-06", language="en", sections=("method",)))


def test_the_year_before_is_held_against_what_was_issued_for_it(waves: Project, tmp_path: Path) -> None:
    assert of_june(waves).issued_before == ()
    issued_otherwise(waves, "2025-06", "June last year")
    told = of_june(waves)
    assert told.earlier is None
    assert told.year_earlier is not None
    assert (told.year_earlier.name, told.year_earlier.period) == ("June last year", "2025-06")
    assert [(one.what, one.issued, one.now, one.differs) for one in told.year_earlier.figures[1:]] == [
        ("甲", "40%", "50%", True)
    ]
    assert (told.year_earlier.figures[0].what, told.year_earlier.figures[0].differs) == ("nps", False)
    assert "June last year" in text_of(told)
    path = str(tmp_path / "p.tingdong")
    shown = CliRunner().invoke(main.commands, ["insight", path, "--wave", "2026-06", "--json"])
    found = json.loads(shown.stdout.splitlines()[-1])
    assert (found["issued"], found["issued_year"]["name"]) == (None, "June last year")
    assert "June last year" in CliRunner().invoke(main.commands, ["insight", path, "--wave", "2026-06"]).stdout


def test_both_periods_are_named_under_one_heading_and_kept(waves: Project, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    issued_otherwise(waves, "2025-06", "June last year")
    issued_otherwise(waves, "2026-05", "May")
    told = of_june(waves)
    assert [(one.name, one.period) for one in told.issued_before] == [("May", "2026-05"), ("June last year", "2025-06")]
    text = text_of(told)
    assert text.count("Issued and restated figures") == 1
    assert 0 < text.index("“May”") < text.index("“June last year”")
    write_workbook(told, tmp_path / "a.xlsx")
    cells = [
        str(cell)
        for sheet in load_workbook(tmp_path / "a.xlsx")
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert any("2025-06" in cell and "June last year" in cell for cell in cells)
    assert any("2026-05" in cell and "May" in cell for cell in cells)
    assert thaw(freeze(told)) == told
