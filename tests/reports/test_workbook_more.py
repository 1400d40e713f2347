"""Sheets beside the themes: brand, closed groups, definitions, needs told once, issued and restated figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from full_example import full

from reports.data import FunnelFigures, MoveRow, NeedFigures, ReportData, ScoreKind, WeighedAnswers
from reports.data.closed import AccountRow, ClosedFigures
from reports.manuscript import Earlier, Manuscript, Restated
from reports.spec import ReportSpec
from reports.statistics.answers import Step
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words
from reports.workbook import write_workbook

SECTIONS = ("method", "scores", "themes", "where", "needs", "brand", "quality", "definitions")
STEPS = (
    Step(0, Estimate(0.8, 0.76, 0.84, 400), None, 0),
    Step(1, Estimate(0.4, 0.35, 0.45, 400), Estimate(0.5, 0.44, 0.56, 320), 0),
)


def _sheets(
    data: ReportData, folder: Path, earlier: Earlier | None = None, *, language: str = "en"
) -> dict[str, list[tuple[object, ...]]]:
    from openpyxl import load_workbook

    manuscript = Manuscript(data, ReportSpec(language=language, sections=SECTIONS), earlier=earlier)
    write_workbook(manuscript, folder / "a.xlsx")
    return {
        sheet.title: [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
        for sheet in load_workbook(folder / "a.xlsx")
    }


def test_brand_groups_and_definitions_have_sheets(tmp_path: Path) -> None:
    group = ClosedFigures(
        "Key accounts", 3, 2, "NPS", Estimate(7.0, 6.0, 8.0, 2), None, True, (AccountRow("Acme", 2, 6.5),)
    )
    data = replace(full("en"), funnels=(FunnelFigures("Ours", ("Aware", "Booked"), STEPS),), closed=(group,))
    sheets = _sheets(data, tmp_path)
    assert sheets["Brand"][2] == ("Ours", "Aware", 0.8, 0.76, 0.84, 400, None, None, None, None)
    assert sheets["Brand"][3] == ("Ours", "Booked", 0.4, 0.35, 0.45, 400, 0.5, 0.44, 0.56, 320)
    assert ("Acme", 2, 6.5) in [row[:3] for row in sheets["Key accounts"]]
    assert ("Limits", "Low base") in [row[:2] for row in sheets["Definitions"]]


def test_needs_counted_over_several_questions_have_one_sheet(tmp_path: Path) -> None:
    data = full("en")
    (question, *_) = data.questions
    assert isinstance(question.needs, NeedFigures)
    needs = replace(question.needs, together=("Likes", "Dislikes"), itches=())
    both = tuple(replace(question, name=name, needs=needs) for name in needs.together)
    sheets = _sheets(replace(data, questions=both), tmp_path)
    assert [name for name in sheets if name.startswith("Needs")] == ["Needs"]
    assert any("Likes, Dislikes" in str(row[0]) for row in sheets["Needs"])


def test_issued_and_restated_figures_stand_side_by_side(tmp_path: Path) -> None:
    figures = Restated("Q7", "Jerks", "12%", "14%", True), Restated("Q7", "Noise", "5%", "5%", False)
    rows = _sheets(full("en"), tmp_path, Earlier("June report", "2026-06", "2026-07-02", figures))
    told = rows["Method and data quality"]
    assert ("Q7", "Jerks", "12%", "14%", "yes") in [row[:5] for row in told]
    assert ("Q7", "Noise", "5%", "5%", None) in [row[:5] for row in told]
    assert any("June report" in str(row[0]) for row in told)


def test_shares_of_a_weighted_score_are_by_weight(tmp_path: Path) -> None:
    data = full("en")
    score = next(one for one in data.scores if one.kind is ScoreKind.NPS)
    kinds = [value for value, _count in score.distribution]
    shares = tuple((value, 0.5 if value in (kinds[0], kinds[-1]) else 0.0) for value in kinds)
    weighed = replace(score, weighed=WeighedAnswers(shares, 77.4))
    rows = _sheets(replace(data, scores=(weighed,)), tmp_path)["Scores"]
    assert [row[1:3] for row in rows if str(row[1]).endswith(("9–10", "7–8", "0–6"))] == [
        ("Promoters 9–10", 0.5), ("Passives 7–8", 0), ("Detractors 0–6", 0.5),
    ]  # fmt: skip
    assert any("effective base n=77" in str(row[0]) for row in rows)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_needs_of_two_years_key_words_and_model_quality_have_sheets(tmp_path: Path, language: str) -> None:
    data = full(language)
    (question, *_) = data.questions
    assert isinstance(question.needs, NeedFigures)
    assert not isinstance(question.needs.needs, TooFew)
    first, second = question.needs.needs[:2]
    needs = replace(
        question.needs, moves=(MoveRow(first.theme, first.need, second.need, True),), years=("2025", "2026")
    )
    model = data.model
    assert model is not None
    data = replace(data, questions=(replace(question, needs=needs),))
    sheets = _sheets(data, tmp_path, language=language)
    said = Words(language)
    told = sheets[said("Needs")]
    at = next(place for place, row in enumerate(told) if "2025" in str(row[1]))
    heads, moves = told[at], told[at + 1]
    assert [str(head)[-4:] for head in heads if "20" in str(head)] == ["2025"] * 3 + ["2026"] * 3
    assert moves[0] == first.theme.label
    assert moves[1:3] == pytest.approx((first.need.penalty.value, first.need.penalty.low))
    words = sheets[said("Key words")]
    assert words[2][2:6] == (40, 3, 2.1, 8.0)
    code = max(model.codes, key=lambda one: one.support)
    quality = sheets[said("Model quality")]
    assert quality[2][1:6] == (code.label, code.support, code.hits, code.false_alarms, code.missed)
    assert quality[2][6] == pytest.approx(code.hits / (code.hits + code.false_alarms))
