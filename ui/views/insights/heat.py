"""Heat maps for a narrow column: the columns that do not fit beside each other are laid out beneath each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reports import specs
from reports.charts import Area, Dot, Drawing, Label, Mark, Measure, Palette, Rect, Stroke
from reports.charts_rows import HeatChart
from ui.views.insights.chart import Lay

_CELL, _LEAST_LABEL = 37.0, 60.0
"""Points that a cell needs for a share with its letters, and the least room for labels."""
_GAP = 8.0


def lay_of(chart: HeatChart) -> Lay:
    """Return how a heat map is laid out at any width: as many columns beside each other as can be read."""

    def lay(width: float, measure: Measure, colours: Palette) -> Drawing:
        widest = max((measure(row.label, 8.0) for row in chart.rows), default=0.0) + 2
        label = max(_LEAST_LABEL, min(widest, 0.34 * width))
        fitting = max(1, int((width - label - _GAP) // _CELL) - 1)
        count = -(-len(chart.columns) // fitting)
        size = -(-len(chart.columns) // max(count, 1))
        marks: list[Mark] = []
        y = 0.0
        for start in range(0, len(chart.columns), max(size, 1)):
            places = range(start, min(len(chart.columns), start + size))
            part = replace(specs.part(chart, places), label_width=label)
            # The last part may have fewer columns; its cells keep the width of the others.
            wide = label + 8 + (width - label - 8) * (len(places) + 1) / (size + 1)
            drawn = part.lay(part.rows, wide, measure, colours)
            marks += _down(drawn.marks, y)
            y += drawn.height + _GAP
        return Drawing(width, max(y - _GAP, 1.0), tuple(marks))

    return lay


def _down(marks: Iterable[Mark], by: float) -> list[Mark]:
    found: list[Mark] = []
    for mark in marks:
        match mark:
            case Rect() | Dot() | Label():
                found.append(replace(mark, y=mark.y + by))
            case Stroke() | Area():
                found.append(replace(mark, points=tuple((x, y + by) for x, y in mark.points)))
    return found
