"""A line over periods with its 95 % band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts import Area, Dot, Drawing, Label, Mark, Measure, Palette, Stroke


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period: value with its interval; None where there is too little data."""

    label: str
    value: float | None
    low: float = 0.0
    high: float = 0.0
    base: int = 0
    query: str | None = None


@dataclass(frozen=True, slots=True)
class TrendChart:
    """A line with dots and a 95 % band over periods in order; periods without a value are gaps.

    ``shift``: the place of the first period of a new level, which ``shift_text`` describes.
    """

    points: tuple[TrendPoint, ...]
    height: float = 150.0
    form: Callable[[float], str] = "{:+.0f}".format
    shift: int | None = None
    shift_text: str = ""


def trend_marks(chart: TrendChart, width: float, measure: Measure, colours: Palette) -> Drawing:
    """Lay out a trend: band, line with gaps, dots, value of the last dot, axis."""
    marks: list[Mark] = []
    known = [point for point in chart.points if point.value is not None]
    left, right, top, bottom = 34.0, width - 34.0, 12.0, chart.height - 24.0
    low = min([point.low for point in known] or [0.0])
    high = max([point.high for point in known] or [1.0])
    pad = (high - low) * 0.08 or 1.0
    low, high = low - pad, high + pad

    def at(index: int, value: float) -> tuple[float, float]:
        x = left + (right - left) * (index / max(1, len(chart.points) - 1))
        return x, bottom - (value - low) / (high - low) * (bottom - top)

    for tick in _ticks(low, high):
        y = at(0, tick)[1]
        marks.append(Stroke(((left, y), (right, y)), colours.rule, 0.5))
        marks.append(Label(left - 5, y + 2.5, chart.form(tick), 7, colours.quiet, align="right"))
    for stretch in _stretches(chart.points):
        upper = [at(i, chart.points[i].high) for i in stretch]
        lower = [at(i, chart.points[i].low) for i in stretch]
        marks.append(Area((*upper, *reversed(lower)), colours.accent_soft))
    for stretch in _stretches(chart.points):
        line = tuple(at(i, chart.points[i].value or 0.0) for i in stretch)
        marks.append(Stroke(line, colours.accent, 1.6))
        marks += [
            Dot(x, y, 2.1, colours.accent, query=chart.points[i].query) for i, (x, y) in zip(stretch, line, strict=True)
        ]
    widest = max([measure(point.label, 7) for point in chart.points] or [0.0]) + 8
    every = max(1, -(-int(widest * len(chart.points)) // int(right - left)))
    for index, point in enumerate(chart.points):
        if index % every == 0:
            marks.append(Label(at(index, low)[0], bottom + 11, point.label, 7, colours.quiet, align="center"))
            if point.base:
                marks.append(
                    Label(at(index, low)[0], bottom + 20, f"n={point.base:,}", 6.5, colours.quiet, align="center")
                )
    if chart.shift is not None:
        x = (at(chart.shift, low)[0] + at(max(0, chart.shift - 1), low)[0]) / 2
        marks.append(Stroke(((x, top - 2), (x, bottom)), colours.unsure, 0.9, (3, 2)))
        end = x + 4 + measure(chart.shift_text, 7) > right
        marks.append(
            Label(
                x - 4 if end else x + 4, top + 4, chart.shift_text, 7, colours.unsure, align="right" if end else "left"
            )
        )
    if known and chart.points[-1].value is not None:
        x, y = at(len(chart.points) - 1, chart.points[-1].value)
        marks.append(Label(x + 5, y + 3, chart.form(chart.points[-1].value), 9, colours.strong, bold=True))
    return Drawing(width, chart.height, tuple(marks))


def _stretches(points: Sequence[TrendPoint]) -> list[list[int]]:
    stretches: list[list[int]] = []
    for index, point in enumerate(points):
        if point.value is None:
            continue
        if not stretches or stretches[-1][-1] != index - 1:
            stretches.append([])
        stretches[-1].append(index)
    return stretches


def _ticks(low: float, high: float) -> list[float]:
    span = high - low
    step = 10.0**-6
    while span / step > 6:
        for factor in (2, 2.5, 2):
            step *= factor
            if span / step <= 6:
                break
    first = -(-low // step)
    return [(first + k) * step for k in range(int(high // step - first) + 1)]
