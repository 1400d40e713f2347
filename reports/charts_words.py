"""Charts in words, for who hears a report read out: title, heads, then every row or point with its figures."""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts_bars import BarChart, BarRow, ColumnChart
from reports.charts_plane import JourneyPoint, QuadrantPoint
from reports.charts_rows import CourseRow, CoursesChart, HeatChart, HeatRow, NeedRow, NeedsChart
from reports.charts_spans import EffectRow, EffectsChart, ShareRow, SharesChart, SpanRow, SpansChart
from reports.charts_trend import TrendChart

MOST = 60
"""Rows that are read out; a longer chart says how many more it has by “…”."""


def rows_said(title: str, chart: object, rows: Sequence[object]) -> str:
    """Return a chart of rows in words."""
    heads: tuple[str, ...] = ()
    match chart:
        case BarChart() | SharesChart() | EffectsChart() | SpansChart():
            heads = chart.columns
        case CoursesChart():
            heads = chart.columns[2:]
        case HeatChart():
            heads = tuple(" ".join(part for part in one if part) for one in (chart.whole, *chart.columns))
        case NeedsChart():
            heads = chart.heads[1:]
    return _told(title, [", ".join(" ".join(head.split()) for head in heads), *map(_row, rows)])


def _row(row: object) -> str:
    match row:
        case BarRow() | ShareRow() | EffectRow() | SpanRow() | CourseRow():
            return f"{row.label}: {', '.join(row.texts)}"
        case HeatRow():
            cells = [f"{cell.text} {cell.letters}".strip() for cell in row.cells]
            return f"{row.label}: {', '.join([row.whole, *cells])}"
        case NeedRow():
            return f"{row.label}: {-row.penalty[0]:+.1f}, {row.reward[0]:+.1f}, {row.base}, {row.verdict}"
    return ""


def trend_said(title: str, chart: TrendChart) -> str:
    """Return a course in words; a period without a figure is a dash."""
    points = [f"{one.label}: {'—' if one.value is None else chart.form(one.value)}" for one in chart.points]
    return _told(title, [*points, chart.shift_text])


def columns_said(title: str, chart: ColumnChart) -> str:
    """Return columns in words."""
    return _told(title, [f"{one.label}: {one.text}" for one in chart.columns])


def quadrant_said(title: str, points: Sequence[QuadrantPoint]) -> str:
    """Return the dots of a quadrant in words: label, reach, effect."""
    return _told(title, [f"{one.label}: {100 * one.share:.1f}%, {one.effect:+.1f}" for one in points])


def journey_said(title: str, points: Sequence[JourneyPoint]) -> str:
    """Return the touchpoints of a journey in words."""
    said = [f"{one.label}: {'—' if one.value is None else f'{100 * one.value:+.0f}'}, n={one.base:,}" for one in points]
    return _told(title, said)


def _told(title: str, parts: Sequence[str]) -> str:
    said = [part for part in parts if part]
    more = ["…"] if len(said) > MOST else []
    return "; ".join([title, *said[:MOST], *more])
