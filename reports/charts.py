"""One chart specification and one layout into marks; the report and the window draw the same marks.

Coordinates are points from the upper left corner, y down. A mark may carry ``query``, the JSON of the rows behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
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


ROW_TEXT, SMALL_TEXT, TWO_LINES = 8.0, 6.8, 15.5
"""Sizes of the labels of rows, and how tall a row is at least that has two lines."""


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


def two_lines(text: str, room: float, size: float, measure: Measure) -> tuple[str, ...]:
    """Return a text as one line, or as two where one is wider than the room; what still does not fit is cut with …."""
    if measure(text, size) <= room:
        return (text,)
    places = [at for at in range(1, len(text)) if text[at - 1] == " " or text[at - 1 : at + 1].isascii() is False]
    halves = [(text[:at].rstrip(), text[at:].lstrip()) for at in places] or [(text, "")]
    first, second = min(halves, key=lambda pair: max(measure(one, size) for one in pair))
    return tuple(fit(one, room, size, measure) for one in (first, second) if one)


def row_label(
    text: str,
    x: float,
    middle: float,
    room: float,
    height: float,
    measure: Measure,
    colour: str,
    *,
    align: str = "right",
    query: str | None = None,
) -> list[Label]:
    """Return the label of a row around its middle: one line, or two of smaller type where that is too narrow for it.

    ``height`` is the row's; a low row has one line, cut with … where it must be.
    """
    if measure(text, ROW_TEXT) <= room or height < TWO_LINES:
        shown = fit(text, room, ROW_TEXT, measure)
        return [Label(x, middle + 2.9, shown, ROW_TEXT, colour, align=align, query=query)]
    lines = two_lines(text, room, SMALL_TEXT, measure)
    at = (2.4,) if len(lines) == 1 else (-1.4, 6.4)
    return [
        Label(x, middle + down, line, SMALL_TEXT, colour, align=align, query=query)
        for down, line in zip(at, lines, strict=True)
    ]


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
