"""Charts for a narrow column: what does not fit side by side is laid out beneath each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reports import specs
from reports.charts import Area, Dot, Drawing, Label, Mark, Measure, Palette, Rect, Stroke
from reports.charts_plane import JourneyChart, journey_ends, journey_marks
from reports.charts_rows import HeatChart
from reports.charts_spans import EffectsChart, SpansChart
from ui.views.insights.chart import Lay

_CELL, _LEAST_LABEL = 37.0, 60.0
"""Points that a cell needs for a share with its letters, and the least room for labels."""
_GAP = 8.0
_PLOT = 44.0
"""Points that a plot of intervals needs beside its texts."""
_STOP = 44.0
"""Points that the name of a touchpoint needs."""


def lay_of(chart: HeatChart, *, cell: float = _CELL) -> Lay:
    """Return how a heat map is laid out at any width: as many columns beside each other as can be read.

    ``cell``: points that its texts need.
    """

    def lay(width: float, measure: Measure, colours: Palette) -> Drawing:
        widest = max((measure(row.label, 8.0) for row in chart.rows), default=0.0) + 2
        label = max(_LEAST_LABEL, min(widest, 0.34 * width))
        lead = int(chart.with_whole)
        fitting = max(1, int((width - label - _GAP) // cell) - lead)
        count = -(-len(chart.columns) // fitting)
        size = -(-len(chart.columns) // max(count, 1))
        marks: list[Mark] = []
        y = 0.0
        for start in range(0, len(chart.columns), max(size, 1)):
            places = range(start, min(len(chart.columns), start + size))
            part = replace(specs.part(chart, places), label_width=label)
            # The last part may have fewer columns; its cells keep the width of the others.
            wide = label + 8 + (width - label - 8) * (len(places) + lead) / (size + lead)
            drawn = part.lay(part.rows, wide, measure, colours)
            marks += _down(drawn.marks, y)
            y += drawn.height + _GAP
        return Drawing(width, max(y - _GAP, 1.0), tuple(marks))

    return lay


def lay_forest(chart: EffectsChart | SpansChart, order: tuple[int, ...] = ()) -> Lay:
    """Return how figures with intervals are laid out: texts give way, those first named in ``order``, to the plot."""

    def lay(width: float, measure: Measure, colours: Palette) -> Drawing:
        kept = list(range(len(chart.columns)))
        for one in order:
            if width - chart.label_width - sum(chart.column_widths[at] for at in kept) - 30 >= _PLOT:
                break
            kept.remove(one)
        columns = tuple(chart.columns[at] for at in kept)
        widths = tuple(chart.column_widths[at] for at in kept)
        if isinstance(chart, EffectsChart):
            told = tuple(replace(row, texts=tuple(row.texts[at] for at in kept)) for row in chart.rows)
            laid = replace(chart, rows=told, columns=columns, column_widths=widths)
            return laid.lay(told, width, measure, colours)
        spans = tuple(replace(row, texts=tuple(row.texts[at] for at in kept)) for row in chart.rows)
        return replace(chart, rows=spans, columns=columns, column_widths=widths).lay(spans, width, measure, colours)

    return lay


def lay_of_journey(chart: JourneyChart) -> Lay:
    """Return how a journey is laid out: in parts beneath each other on one scale, where its stops do not fit."""

    def lay(width: float, measure: Measure, colours: Palette) -> Drawing:
        fitting = max(2, int((width - 32) // _STOP))
        count = max(1, -(-len(chart.points) // fitting))
        size = -(-len(chart.points) // count)
        marks: list[Mark] = []
        y = 0.0
        for start in range(0, len(chart.points), max(1, size)):
            points = chart.points[start : start + size]
            wide = 32 + (width - 32) * len(points) / max(1, size)
            part = replace(chart, points=points, ends=journey_ends(chart.points))
            drawn = journey_marks(part, wide, measure, colours)
            marks += _down(drawn.marks, y)
            y += drawn.height + _GAP
        return Drawing(width, max(y - _GAP, 1.0), tuple(marks))

    return lay


def _down(marks: Iterable[Mark], by: float) -> list[Mark]:
    if not by:
        return list(marks)
    found: list[Mark] = []
    for mark in marks:
        match mark:
            case Rect() | Dot() | Label():
                found.append(replace(mark, y=mark.y + by))
            case Stroke() | Area():
                found.append(replace(mark, points=tuple((x, y + by) for x, y in mark.points)))
    return found
