"""Charts of needs, shares, effects, heat, courses, quadrant and journey: inside their box, nothing lost, gaps kept."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import Area, Dot, Drawing, Ink, Label, Palette, Rect, Stroke
from reports.charts_plane import (
    JourneyChart,
    JourneyPoint,
    QuadrantChart,
    QuadrantPoint,
    journey_marks,
    quadrant_marks,
    smooth,
)
from reports.charts_rows import CourseRow, CoursesChart, HeatCell, HeatChart, HeatRow, NeedRow, NeedsChart
from reports.charts_spans import EffectRow, EffectsChart, ShareRow, SharesChart, nice_ticks
from reports.charts_trend import TrendChart, TrendPoint, trend_marks

COLOURS = Palette()


def measure(text: str, size: float, *, bold: bool = False) -> float:
    return len(text) * size * 0.6


def box(drawing: Drawing) -> tuple[float, float, float, float]:
    """Return the smallest and largest x and y of all marks, labels with their width."""
    xs, ys = [], []
    for mark in drawing.marks:
        match mark:
            case Rect():
                xs += [mark.x, mark.x + mark.width]
                ys += [mark.y, mark.y + mark.height]
            case Stroke() | Area():
                xs += [x for x, _ in mark.points]
                ys += [y for _, y in mark.points]
            case Dot():
                xs += [mark.x - mark.radius, mark.x + mark.radius]
                ys += [mark.y - mark.radius, mark.y + mark.radius]
            case Label():
                wide = measure(mark.text, mark.size)
                start = mark.x - {"left": 0.0, "center": wide / 2, "right": wide}[mark.align]
                xs += [start, start + wide]
                ys += [mark.y - mark.size * 0.7, mark.y]
    return min(xs), max(xs), min(ys), max(ys)


def texts(drawing: Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if isinstance(mark, Label)]


LONG = "a label that goes on and on, far longer than there is room for it anywhere on this page"
NEEDS = NeedsChart(
    tuple(NeedRow(LONG, (p, p - 0.4, p + 0.4), (r, r - 0.4, r + 0.4), "120 / 340", "Must-be", Ink.BAD)
          for p, r in ((1.9, 0.2), (0.0, 0.0), (-0.3, 1.5))),
    ("need", "costs", "gains", "bad / good", "layer"),
)  # fmt: skip
SHARES = SharesChart((ShareRow(LONG, 0.12, 0.15, 0.1, 0.2, ("12%", "15%")),), ("counted", "corrected"), (40.0, 40.0))
EFFECTS = EffectsChart(
    (EffectRow(LONG, 2.0, 1.0, 3.0, ("+2.0",)), EffectRow("b", -1.0, -3.0, 1.0, ("−1.0",), sure=False)),
    ("points",),
    (40.0,),
)
HEAT = HeatChart(
    (
        HeatRow(
            LONG,
            "12%",
            (HeatCell("14%", 0.5, "BCDEFGH", outlined=True), HeatCell("—", quiet=True), HeatCell("9%", -2.0)),
        ),
    ),
    (("North", "(A) n=742"), (LONG, "(B) n=12"), ("South", "(C) n=300")),
    ("All", "n=1,054"),
)
COURSES = CoursesChart(
    (
        CourseRow(LONG, (1.0, None, 3.0, 9.0), ("× 3.1", "21"), Ink.BAD, "batch D7"),
        CourseRow("none", (None, None), ("", ""), Ink.PLAIN),
    ),
    ("theme", "a week", "lift", "seen"),
    (50.0, 50.0),
)


@pytest.mark.parametrize("chart", [NEEDS, SHARES, EFFECTS, HEAT, COURSES], ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("width", [360.0, 499.0, 720.0])
def test_rows_stay_inside_their_drawing(chart: NeedsChart, width: float) -> None:
    drawing = chart.lay(chart.rows, width, measure, COLOURS)
    left, right, top, bottom = box(drawing)
    assert left >= -0.6
    assert right <= width + 1
    assert top >= -0.6
    assert bottom <= drawing.height + 1
    assert drawing.height == pytest.approx(chart.head + chart.axis + len(chart.rows) * chart.row_height, abs=2)


def test_a_heat_cell_is_shaded_by_effect_and_outlined_by_significance() -> None:
    drawing = HEAT.lay(HEAT.rows, 499.0, measure, COLOURS)
    cells = [mark for mark in drawing.marks if isinstance(mark, Rect)]
    assert [cell.stroke is not None for cell in cells] == [True, False, False]
    assert len({cell.fill for cell in cells}) == 3
    assert cells[0].fill == COLOURS.tint(COLOURS.accent, 0.275)


def test_no_base_is_cut_where_columns_are_narrow() -> None:
    heads = texts(HEAT.lay(HEAT.rows, 260.0, measure, COLOURS))
    assert "n=742" in heads
    assert any(text.startswith("(A)") for text in heads)


def test_a_course_keeps_its_gap() -> None:
    drawing = COURSES.lay(COURSES.rows[:1], 499.0, measure, COLOURS)
    lines = [mark for mark in drawing.marks if isinstance(mark, Stroke) and mark.colour == COLOURS.accent]
    assert [len(line.points) for line in lines] == [2]


@st.composite
def points(draw: st.DrawFn) -> tuple[QuadrantPoint, ...]:
    found = []
    for number in range(draw(st.integers(0, 30))):
        effect = draw(st.floats(-80, 80))
        found.append(
            QuadrantPoint(
                f"theme {number}", draw(st.floats(0, 0.6)), effect, effect - 9, effect + 9, draw(st.integers(0, 900))
            )
        )
    return tuple(found)


@given(points())
def test_labels_of_a_quadrant_never_touch_each_other(told: tuple[QuadrantPoint, ...]) -> None:
    chart = QuadrantChart(told, ("Fix", "Keep", "Rare", "Nice"), ("share", "effect"), 0.1)
    drawing = quadrant_marks(chart, 499.0, measure, COLOURS)
    named = [m for m in drawing.marks if isinstance(m, Label) and m.text.startswith("theme")]
    boxes = [(m.x, m.y - 6, m.x + measure(m.text, m.size), m.y + 1) for m in named]
    for a, b in itertools.combinations(boxes, 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
    assert sum(isinstance(m, Dot) for m in drawing.marks) == len(told)
    left, right, _, bottom = box(drawing)
    assert -1 <= left <= right <= 508
    assert bottom <= drawing.height + 1


def test_a_journey_draws_a_gap_where_nothing_is_known() -> None:
    told = tuple(
        JourneyPoint(
            f"stop {n}", f"stage {n // 3}", None if n == 2 else 0.1 * n, 0.1 * n - 0.1, 0.1 * n + 0.1, 40, n == 4
        )
        for n in range(6)
    )
    drawing = journey_marks(JourneyChart(told), 499.0, measure, COLOURS)
    curves = [m for m in drawing.marks if isinstance(m, Stroke) and m.colour == COLOURS.accent]
    assert len(curves) == 2
    hollow = [m for m in drawing.marks if isinstance(m, Dot) and m.fill == COLOURS.paper]
    assert len(hollow) == 1
    assert [text for text in texts(drawing) if text.startswith("stage")] == ["stage 0", "stage 1"]
    assert "−0" not in texts(drawing)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=12))
def test_the_curve_passes_through_its_dots_and_overshoots_none(values: list[float]) -> None:
    dots = [(10.0 * n, value) for n, value in enumerate(values)]
    curve = smooth(dots)
    assert curve[0] == dots[0]
    for (x0, y0), (x1, y1) in itertools.pairwise(dots):
        for x, y in curve:
            if x0 <= x <= x1:
                assert min(y0, y1) - 1e-6 <= y <= max(y0, y1) + 1e-6


@given(st.floats(-1e4, 1e4), st.floats(0.01, 1e4), st.integers(2, 9))
def test_ticks_are_round_few_and_inside(low: float, span: float, most: int) -> None:
    found = nice_ticks(low, low + span, most)
    assert len(found) <= most + 1
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in found)
    assert all(math.isfinite(tick) for tick in found)


def test_a_trend_names_its_confirmed_change_of_level() -> None:
    told = tuple(TrendPoint(f"W{n}", float(n), n - 1.0, n + 1.0, 90) for n in range(8))
    drawing = trend_marks(TrendChart(told, shift=7, shift_text="W7: +3.0 points"), 300.0, measure, COLOURS)
    assert "W7: +3.0 points" in texts(drawing)
    assert [mark for mark in drawing.marks if isinstance(mark, Stroke) and mark.dash]
    left, right, _, _ = box(drawing)
    assert right <= 300 + 1
    assert left >= -1
