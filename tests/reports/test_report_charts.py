from __future__ import annotations

import itertools

import pytest

from reports.charts import Area, Dot, Drawing, Label, Palette, Rect, Stroke, fit, row_label
from reports.charts_bars import (
    BarChart,
    BarRow,
    Column,
    ColumnChart,
    Segment,
    StackPart,
    bar_marks,
    column_marks,
    round_up,
    stack_marks,
)
from reports.charts_trend import TrendChart, TrendPoint, trend_marks

COLOURS = Palette()


def measure(text: str, size: float, *, bold: bool = False) -> float:
    return len(text) * size


def inside(drawing: Drawing) -> bool:
    for mark in drawing.marks:
        if isinstance(mark, Rect):
            corners = [(mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)]
        elif isinstance(mark, Stroke | Area):
            corners = list(mark.points)
        else:
            corners = [(mark.x, mark.y)]
        if any(not (-1 <= x <= drawing.width + 1 and -1 <= y <= drawing.height + 1) for x, y in corners):
            return False
    return True


def bars(top: float = 0.2) -> BarChart:
    rows = (
        BarRow(
            "long label " * 9,
            (Segment(0.06, "#aa0000"), Segment(0.04, "#00aa00")),
            0.09,
            0.12,
            ("10%", "9–12%", "100"),
            query="{}",
        ),
        BarRow("b", (Segment(0.05, "#aa0000"),), 0.04, 0.9, ("5%", "4–90%", "50"), quiet=True),
    )
    return BarChart(rows, ("share\nn=1000", "95%", "count"), (40.0, 60.0, 40.0), top)


def test_bars_are_as_long_as_their_shares() -> None:
    drawing = bar_marks(bars(), bars().rows, 500, measure, COLOURS, head=True, axis=True)
    assert inside(drawing)
    first, second, third = (mark for mark in drawing.marks if isinstance(mark, Rect))
    scale = (500 - 140 - 14 - 138) / 0.2
    assert first.width == pytest.approx(0.06 * scale)
    assert second.x == pytest.approx(first.x + first.width)
    assert third.width == pytest.approx(0.05 * scale)
    assert first.query == "{}"


def test_a_whisker_stops_at_the_axis_end() -> None:
    drawing = bar_marks(bars(), bars().rows, 500, measure, COLOURS, head=False, axis=False)
    assert max(x for mark in drawing.marks if isinstance(mark, Stroke) for x, _ in mark.points) <= 500 - 140 - 14 + 1e-6


def test_a_trend_has_gaps_where_data_are_missing() -> None:
    values = [1.0, 2.0, None, 3.0, 4.0]
    points = tuple(TrendPoint(f"W{i}", v, (v or 0) - 1, (v or 0) + 1, 50) for i, v in enumerate(values))
    drawing = trend_marks(TrendChart(points), 400, measure, COLOURS)
    assert inside(drawing)
    assert len([mark for mark in drawing.marks if isinstance(mark, Area)]) == 2
    assert len([mark for mark in drawing.marks if isinstance(mark, Dot)]) == 4


@pytest.mark.parametrize(
    "values", [(), (None,), (5.0,), (5.0, 5.0), (-1e-9, 1e-9), (1e6, -1e6), (0.0,) * 200], ids=lambda v: f"{len(v)}"
)
def test_odd_trends_are_still_drawn(values: tuple[float | None, ...]) -> None:
    points = tuple(TrendPoint("period", v, v or 0.0, v or 0.0) for v in values)
    assert inside(trend_marks(TrendChart(points), 400, measure, COLOURS))


def test_labels_of_a_trend_do_not_overlap() -> None:
    points = tuple(TrendPoint(f"2026-W{i:02d}", float(i)) for i in range(1, 53))
    drawing = trend_marks(TrendChart(points), 400, measure, COLOURS)
    below = sorted(m.x for m in drawing.marks if isinstance(m, Label) and m.text.startswith("2026"))
    assert all(b - a >= measure("2026-W01", 7) for a, b in itertools.pairwise(below))


def test_columns_and_stacks_are_in_proportion() -> None:
    columns = tuple(Column(str(i), i, f"{i}", "#2b6cb0") for i in range(5))
    tall = [m.height for m in column_marks(ColumnChart(columns), 300, measure, COLOURS).marks if isinstance(m, Rect)]
    assert [height / tall[0] for height in tall] == pytest.approx([1, 2, 3, 4])
    parts = [StackPart("a", 3, "#16365c", "3"), StackPart("b", 1, "#2b6cb0", "1"), StackPart("c", 0, "#999999", "0")]
    drawing = stack_marks(parts, 400, measure, COLOURS)
    wide = [m.width for m in drawing.marks if isinstance(m, Rect) and m.height == 20]
    assert wide == [300, 100]
    assert inside(drawing)
    assert inside(column_marks(ColumnChart(()), 300, measure, COLOURS))


@pytest.mark.parametrize(
    ("value", "end"),
    [(0.0, 0.02), (0.051, 0.06), (0.1, 0.1), (0.101, 0.15), (0.28, 0.3), (0.31, 0.4), (0.61, 0.8), (0.97, 1.0)],
)
def test_axes_end_at_round_figures(value: float, end: float) -> None:
    assert round_up(value) == pytest.approx(end)


def test_texts_are_cut_to_their_room() -> None:
    assert fit("short", 100, 8, measure) == "short"
    assert fit("a text that is too long", 80, 8, measure) == "a text th…"
    assert fit("x" * 50, 1, 8, measure) == "…"


def test_a_long_label_of_a_row_is_set_in_two_lines_where_the_row_is_tall_enough() -> None:
    name = "A name too long for one line"
    short, tall = (row_label(name, 120, 10, 120, height, measure, "#000000", query="q") for height in (12.0, 18.0))
    assert [label.text[-1] for label in short] == ["…"]
    assert " ".join(label.text for label in tall) == name
    assert all(measure(label.text, label.size) <= 120 for label in tall)
    assert {label.query for label in tall} == {"q"}
    assert tall[1].y - tall[0].y >= tall[0].size
    assert [label.text for label in row_label("Seats", 120, 10, 120, 18.0, measure, "#000000")] == ["Seats"]


def test_numbers_of_an_axis_stand_apart_however_narrow_it_is() -> None:
    for width in (480.0, 380.0, 330.0):
        chart = bars(0.2)
        drawn = bar_marks(chart, chart.rows, width, measure, Palette(), head=False, axis=True)
        places = sorted(
            one.x for one in drawn.marks if isinstance(one, Label) and one.align == "center" and one.size == 7
        )
        assert len(places) >= 2
        assert all(b - a > 15 for a, b in itertools.pairwise(places))
