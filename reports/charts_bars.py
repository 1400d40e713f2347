"""Bars: shares with whiskers, columns of a distribution, one bar of parts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import Drawing, Label, Mark, Measure, Palette, Rect, Stroke, fit, legend_marks, row_label

HEAD, AXIS, LEAST_APART = 22.0, 16.0, 16.5
"""Heights of the head over the text columns of a bar chart, and of its axis; how far apart its numbers are at least."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: its amount in the unit of the bar, and what it means."""

    amount: float
    colour: str


@dataclass(frozen=True, slots=True)
class BarRow:
    """A bar with its label, whisker and the texts right of it; ``quiet`` sets the texts in grey."""

    label: str
    segments: tuple[Segment, ...]
    low: float | None
    high: float | None
    texts: tuple[str, ...]
    note: str = ""
    quiet: bool = False
    query: str | None = None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars in the order given; shares in [0, 1]. ``columns`` head the texts in one or two lines."""

    rows: tuple[BarRow, ...]
    columns: tuple[str, ...]
    column_widths: tuple[float, ...]
    top: float
    label_width: float = 130.0
    row_height: float = 16.0
    head: float = HEAD
    axis: float = AXIS

    def lay(self, rows: Sequence[BarRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows with head and axis."""
        return bar_marks(self, rows, width, measure, colours, head=True, axis=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its label, the text above it and its colour."""

    label: str
    amount: float
    text: str
    colour: str
    query: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns side by side, such as a score's distribution."""

    columns: tuple[Column, ...]
    height: float = 120.0


@dataclass(frozen=True, slots=True)
class StackPart:
    """One part of a bar that sums to 1."""

    label: str
    amount: float
    colour: str
    text: str
    ink: str = ""  # "": the paper's
    query: str | None = None


def round_up(value: float) -> float:
    """Return the next pleasant end of an axis in [0, 1]: a multiple of 5, 10 or 20 points."""
    step = next((step for step, end in ((0.02, 0.1), (0.05, 0.3), (0.1, 0.6)) if value <= end), 0.2)
    return min(1.0, step * max(1, math.ceil(round(value / step, 9))))


def ticks_to(top: float) -> int:
    """Return into how many pleasant parts an axis in [0, 1] is divided."""
    return next((n for n in (5, 4, 6, 3) if round(1000 * top / n, 6) % 5 == 0), 5)


def bar_marks(
    chart: BarChart, rows: Sequence[BarRow], width: float, measure: Measure, colours: Palette, *, head: bool, axis: bool
) -> Drawing:
    """Lay out some rows of a bar chart, with the head of its text columns and the axis where asked."""
    marks: list[Mark] = []
    left = chart.label_width + 8
    right = width - sum(chart.column_widths) - 14
    scale = (right - left) / chart.top if chart.top else 0.0
    y = HEAD if head else 0.0
    bottom = y + len(rows) * chart.row_height
    ticks = ticks_to(chart.top)
    apart = (right - left) / ticks
    told = next((every for every in range(1, ticks) if ticks % every == 0 and every * apart > LEAST_APART), ticks)
    for tick in range(ticks + 1):
        x = left + apart * tick
        marks.append(Stroke(((x, y), (x, bottom + 2)), colours.rule, 0.5))
        if axis and tick % told == 0:
            percent = f"{100 * chart.top * tick / ticks:.3g}%"
            marks.append(Label(x, bottom + 12, percent, 7, colours.quiet, align="center"))
    if head:
        for line in range(2):
            texts = [[*text.split("\n"), ""][line] for text in chart.columns]
            marks += _texts(chart, texts, (width, 8.0 + 9 * line), colours.quiet, size=7, bold_first=False)
    for row in rows:
        middle = y + chart.row_height / 2
        marks += _bar_row(
            chart, row, left=left, scale=scale, middle=middle, width=width, measure=measure, colours=colours
        )
        y += chart.row_height
    return Drawing(width, bottom + (AXIS if axis else 2.0), tuple(marks))


def _texts(
    chart: BarChart, texts: Sequence[str], corner: tuple[float, float], colour: str, *, size: float, bold_first: bool
) -> list[Mark]:
    x, y = corner[0] - sum(chart.column_widths), corner[1]
    marks: list[Mark] = []
    for number, (text, room) in enumerate(zip(texts, chart.column_widths, strict=True)):
        x += room
        marks.append(Label(x, y, text, size, colour, bold=bold_first and number == 0, align="right"))
    return marks


def _bar_row(
    chart: BarChart,
    row: BarRow,
    *,
    left: float,
    scale: float,
    middle: float,
    width: float,
    measure: Measure,
    colours: Palette,
) -> list[Mark]:
    ink = colours.quiet if row.quiet else colours.ink
    thickness = min(13.0, chart.row_height * 0.56)
    room = chart.label_width
    marks: list[Mark] = []
    labels = row_label(row.label, room, middle, room, chart.row_height, measure, colours.ink, query=row.query)
    note_room = room - max(measure(label.text, label.size) for label in labels) - 6
    if row.note and note_room > 24:
        note = fit(row.note, note_room, 6.5, measure)
        marks.append(Label(0, middle + 2.6, note, 6.5, colours.quiet))
    marks += labels
    x = left
    for segment in row.segments:
        length = segment.amount * scale
        if length > 0:
            marks.append(Rect(x, middle - thickness / 2, length, thickness, segment.colour, row.query))
        x += length
    if row.low is not None and row.high is not None:
        low, high = left + row.low * scale, left + min(row.high, chart.top) * scale
        marks.append(Stroke(((low, middle), (high, middle)), colours.ink, 0.7))
        marks += [Stroke(((at, middle - 2.2), (at, middle + 2.2)), colours.ink, 0.7) for at in (low, high)]
    marks += _texts(chart, row.texts, (width, middle + 2.9), ink, size=8, bold_first=not row.quiet)
    return marks


def column_marks(chart: ColumnChart, width: float, measure: Measure, colours: Palette) -> Drawing:
    """Lay out columns with their texts above and labels below."""
    marks: list[Mark] = []
    count = max(1, len(chart.columns))
    pitch = width / count
    bottom, top = chart.height - 14.0, 12.0
    highest = max([column.amount for column in chart.columns] or [0.0]) or 1.0
    marks.append(Stroke(((0, bottom), (width, bottom)), colours.rule, 0.6))
    for index, column in enumerate(chart.columns):
        middle = pitch * (index + 0.5)
        tall = (bottom - top) * column.amount / highest
        if tall > 0:
            marks.append(Rect(middle - pitch * 0.33, bottom - tall, pitch * 0.66, tall, column.colour, column.query))
        text = fit(column.text, pitch + 2, 7, measure)
        marks.append(Label(middle, bottom - tall - 3, text, 7, colours.ink, align="center"))
        label = fit(column.label, pitch, 7.5, measure)
        marks.append(Label(middle, bottom + 10, label, 7.5, colours.quiet, align="center"))
    return Drawing(width, chart.height, tuple(marks))


def stack_marks(parts: Sequence[StackPart], width: float, measure: Measure, colours: Palette) -> Drawing:
    """Lay out one bar of parts that sum to 1, with a legend under it."""
    marks: list[Mark] = []
    x, thick = 0.0, 20.0
    total = sum(part.amount for part in parts) or 1.0
    for part in parts:
        length = width * part.amount / total
        if length > 0:
            marks.append(Rect(x, 0, length, thick, part.colour, part.query))
        if length > measure(part.text, 8, bold=True) + 6:
            marks.append(
                Label(x + length / 2, thick / 2 + 3, part.text, 8, part.ink or colours.paper, bold=True, align="center")
            )
        x += length
    legend, height = legend_marks(
        [(f"{part.label} {part.text}", part.colour) for part in parts], width, measure, colours, thick + 6
    )
    return Drawing(width, height, (*marks, *legend))
