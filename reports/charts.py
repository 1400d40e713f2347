"""One chart specification and one layout into marks; the report and the window draw the same marks.

Coordinates are points from the upper left corner, y down. A mark may carry ``query``, the JSON of the rows behind it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Measure(Protocol):
    """Width of a text in points."""

    def __call__(self, text: str, size: float, *, bold: bool = False) -> float: ...


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle, with rounded corners where ``radius`` is given, outlined where ``stroke`` is."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    query: str | None = None
    radius: float = 0.0
    stroke: str | None = None


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points; ``dash`` is on and off lengths."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 0.8
    dash: tuple[float, ...] = ()
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[tuple[float, float], ...]
    fill: str
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle; hollow when ``fill`` is the paper's colour and ``stroke`` is given."""

    x: float
    y: float
    radius: float
    fill: str
    stroke: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A text on its baseline; ``align`` is where x lies in it: left, center or right."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    align: str = "left"
    query: str | None = None


Mark = Rect | Stroke | Area | Dot | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks inside a width and a height, in drawing order."""

    width: float
    height: float
    marks: tuple[Mark, ...]


class Ink(Enum):
    """What a mark's colour means; every palette has a colour for it."""

    GOOD = "good"
    BAD = "bad"
    PLAIN = "plain"
    QUIET = "quiet"
    UNSURE = "unsure"
    TOO_LITTLE = "too little"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of charts, each with one meaning. Text on a full colour is of the paper's; grounds are tints of it."""

    ink: str = "#1f2933"
    quiet: str = "#6b7785"
    rule: str = "#d9dee5"
    paper: str = "#ffffff"
    accent: str = "#2b6cb0"
    accent_soft: str = "#dbe8f6"
    strong: str = "#16365c"
    good: str = "#1e7d45"
    good_soft: str = "#7fb893"
    bad: str = "#b02a23"
    bad_soft: str = "#d9776f"
    unsure: str = "#b87514"
    too_little: str = "#b9c1cb"
    less: str = "#e08a1e"

    def of(self, ink: Ink) -> str:
        """Return the colour of a meaning."""
        return {
            Ink.GOOD: self.good, Ink.BAD: self.bad, Ink.PLAIN: self.accent, Ink.QUIET: self.quiet,
            Ink.UNSURE: self.unsure, Ink.TOO_LITTLE: self.too_little,
        }[ink]  # fmt: skip

    def tint(self, colour: str, share: float) -> str:
        """Return a colour mixed into the paper, ``share`` of it in [0, 1]."""
        parts = ((int(colour[at : at + 2], 16), int(self.paper[at : at + 2], 16)) for at in (1, 3, 5))
        return "#" + "".join(f"{round(under + (part - under) * share):02x}" for part, under in parts)

    @property
    def ground(self) -> str:
        """A ground just told from the paper, without a meaning."""
        return self.tint(self.ink, 0.04)


HEAD, AXIS = 22.0, 16.0
"""Heights of the head over the text columns of a bar chart, and of its axis."""


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


def fit(text: str, room: float, size: float, measure: Measure, *, bold: bool = False) -> str:
    """Return the text, cut with … when it is wider than the room."""
    if measure(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + "…", size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"


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
    ticks = next((n for n in (5, 4, 6, 3) if round(1000 * chart.top / n, 6) % 5 == 0), 5)
    for tick in range(ticks + 1):
        x = left + (right - left) * tick / ticks
        marks.append(Stroke(((x, y), (x, bottom + 2)), colours.rule, 0.5))
        if axis:
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
    size, thickness = 8.0, chart.row_height * 0.56
    room = chart.label_width
    marks: list[Mark] = []
    label = fit(row.label, room, size, measure)
    note_room = room - measure(label, size) - 6
    if row.note and note_room > 24:
        note = fit(row.note, note_room, 6.5, measure)
        marks.append(Label(0, middle + 2.6, note, 6.5, colours.quiet))
    marks.append(Label(room, middle + 2.9, label, size, colours.ink, align="right", query=row.query))
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


def legend_marks(
    entries: Sequence[tuple[str, str]], width: float, measure: Measure, colours: Palette, y: float = 0.0
) -> tuple[list[Mark], float]:
    """Return coloured squares with their words in rows from y down, and the y below them."""
    marks: list[Mark] = []
    x = 0.0
    for text, colour in entries:
        needed = 11 + measure(text, 7.5) + 12
        if x and x + needed > width:
            x, y = 0.0, y + 12
        marks.append(Rect(x, y + 2, 7, 7, colour))
        marks.append(Label(x + 11, y + 8.5, text, 7.5, colours.quiet))
        x += needed
    return marks, y + 12
