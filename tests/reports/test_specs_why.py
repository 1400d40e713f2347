"""Charts of reasons, changes and brands: inside their width at any width, with their rows, and the figures right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from full_example import ROWS, full, themes_of

from reports import specs_why
from reports.charts import Drawing, Label, Palette
from reports.charts_moves import Move, MovesChart, moves_marks
from reports.data import ChangeParts, DriverFigures, FunnelFigures, ImageFigures, QuestionFigures, ThemeChange
from reports.statistics.answers import ImageCell, Step
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Change, Estimate
from reports.wording import Words

EN = Words("en")
COLOURS = Palette()


def measure(text: str, size: float, *, bold: bool = False) -> float:
    return len(text) * size * 0.6


def texts(drawing: Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if isinstance(mark, Label)]


def labels_inside(drawing: Drawing) -> bool:
    for mark in drawing.marks:
        if isinstance(mark, Label):
            wide = measure(mark.text, mark.size)
            left = mark.x - {"left": 0.0, "center": wide / 2, "right": wide}[mark.align]
            if left < -1 or left + wide > drawing.width + 1:
                return False
    return True


@pytest.fixture(scope="module")
def question() -> QuestionFigures:
    return full("en").questions[0]


def changed(question: QuestionFigures, **more: object) -> QuestionFigures:
    """Return a question whose largest theme changed by +3 points; ``more``: fields of the change."""
    first = themes_of(question)[0]
    change = ThemeChange("May", first.share, Change(3.0, 1.0, 5.0, 0.001), 0.01, 1.0, **more)  # type: ignore[arg-type]
    themes = tuple(
        replace(one, change=change if one.code == first.code else None, rows=ROWS) for one in question.themes
    )
    return replace(question, themes=themes)


def test_a_change_is_taken_apart_into_what_is_real_and_what_is_ours(question: QuestionFigures) -> None:
    parts = ChangeParts(10.0, Change(2.0, 1.0, 3.0, 0.01), Change(-0.5, -1.0, 0.0, 0.1), Change(3.0, 1.0, 5.0, 0.001))
    chart = specs_why.changes(changed(question, parts=parts, other_model=True), EN)
    assert chart is not None
    row = chart.rows[0]
    assert row.whole == "10.0%"  # as it was published
    assert [cell.text for cell in row.cells] == ["+4.5", "+3.0", "+2.0", "−0.5"]
    assert row.cells[1].outlined
    assert {cell.query for cell in row.cells} == {ROWS.to_json()}


def test_a_change_by_an_unknown_model_says_so(question: QuestionFigures) -> None:
    chart = specs_why.changes(changed(question, other_model=True), EN)
    assert chart is not None
    assert [cell.text for cell in chart.rows[0].cells] == ["+3.0", "+3.0", "—", "?"]


def test_what_was_read_before_the_code_existed_is_no_change(question: QuestionFigures) -> None:
    chart = specs_why.changes(changed(question, read_before=0.6), EN)
    assert chart is not None
    assert [cell.text for cell in chart.rows[0].cells] == ["n/a", "n/a", "changed", "n/a"]
    assert specs_why.changes(question, EN) is None or question.themes[0].change is not None


def test_priorities_come_first_with_their_intervals(question: QuestionFigures) -> None:
    assert isinstance(question.drivers, DriverFigures)
    chart = specs_why.priorities(question.drivers, EN)
    first = question.drivers.by_priority[0]
    row = chart.rows[0]
    assert (row.value, row.low, row.high) == (first.effect.value, first.effect.low, first.effect.high)
    assert row.texts[-1] == "1."
    assert row.texts[0] == EN.points(first.effect.value)
    scenarios = specs_why.scenarios(question.drivers, EN)
    assert scenarios is not None
    assert all(row.low <= row.value <= row.high for row in scenarios.rows)


@pytest.mark.parametrize("width", [200.0, 300.0, 480.0])
def test_words_wrap_and_stay_inside(question: QuestionFigures, width: float) -> None:
    chart = specs_why.key_words(question, EN)
    assert chart is not None
    assert chart.rows[1].note == "no word stands out"
    many = replace(chart, rows=(replace(chart.rows[0], chips=chart.rows[0].chips * 12), *chart.rows[1:]))
    drawing = many.lay(many.rows, width, measure, COLOURS)
    assert labels_inside(drawing)
    assert drawing.height > chart.lay(chart.rows, width, measure, COLOURS).height


def step(stage: int, count: int, kept: float | None) -> Step:
    share = Estimate(count / 200, 0.1, 0.9, 200)
    return Step(stage, share, None if kept is None else Estimate(kept, 0.1, 0.9, 100), 0)


def test_brands_show_share_and_what_is_kept_of_the_stage_before() -> None:
    known = FunnelFigures("A", ("know", "like"), (step(0, 100, None), step(1, 40, 0.4)), (ROWS, ROWS))
    few = FunnelFigures("B", ("know", "like"), TooFew(Lack.ANSWERS, 3, 30))
    chart = specs_why.funnel([known, few], EN)
    assert chart is not None
    assert [row.label for row in chart.rows] == ["A"]
    assert [cell.text for cell in chart.rows[0].cells] == ["50.0%", "20.0% →40%"]
    assert all(cell.query for cell in chart.rows[0].cells)
    assert specs_why.funnel([few], EN) is None


def test_the_image_outlines_what_is_proved_and_leaves_out_small_brands() -> None:
    share = Estimate(0.4, 0.3, 0.5, 120)
    cells = (
        ImageCell(0, 0, share, Estimate(6.0, 2.0, 10.0, 120), 0.01),
        ImageCell(0, 1, share, Estimate(-6.0, -12.0, 0.0, 120), 0.2),
    )
    chart = specs_why.image(ImageFigures(("A", "small"), ("new", "safe"), cells, (ROWS, None)), EN)
    assert chart is not None
    assert [name for name, _base in chart.columns] == ["A"]
    assert [(row.label, row.cells[0].text, row.cells[0].outlined) for row in chart.rows] == [
        ("new", "+6", True), ("safe", "−6", False),
    ]  # fmt: skip
    assert specs_why.image(ImageFigures((), (), TooFew(Lack.ANSWERS, 3, 50)), EN) is None


@pytest.mark.parametrize("width", [220.0, 400.0])
def test_moves_name_what_is_proved_first(width: float) -> None:
    chart = MovesChart(
        (Move("a very long name of a need", (0.1, 0.2), (1.5, 0.4), moved=True, query="q"),
         Move("a very long name of a need", (1.4, 0.4), (1.5, 0.4), moved=False, query="p")),
        ("gains", "costs"),
    )  # fmt: skip
    drawing = moves_marks(chart, width, measure, COLOURS)
    assert labels_inside(drawing)
    assert {mark.query for mark in drawing.marks if getattr(mark, "query", None)} == {"q", "p"}
    assert any(text.startswith("a very") for text in texts(drawing))
