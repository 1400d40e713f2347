"""What stands on pages: charts, bars that split, cards, rows of stacks, headings, contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from reports.charts import Drawing, Measure, Palette, fit
from reports.pdf.fonts import Typesetter
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, TextStyle


class Block(Protocol):
    """Something with a height that can be placed on a page."""

    space_before: float
    keep_with_next: bool

    def height(self, width: float) -> float:
        """Return the height at this width."""

    def least(self, width: float) -> float:
        """Return the height of the smallest part that may stand alone."""

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Return the part that fits into the room and the rest, or None."""

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw with the upper left corner at (x, y)."""


@dataclass(slots=True)
class Whole:
    """Base of blocks that never split."""

    space_before: float = 0.0
    keep_with_next: bool = False

    def height(self, width: float) -> float:
        """Return the height at this width."""
        raise NotImplementedError

    def least(self, width: float) -> float:
        """Return the whole height."""
        return self.height(width)

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Return None: this block stays in one piece."""
        return None


@dataclass(slots=True)
class Chart(Whole):
    """A laid out drawing; ``alt`` says in words what it shows, ``name`` what its picture's file is called.

    ``redraw`` lays it out at another height, not below ``shortest``, so that it fits what is left of a page.
    """

    drawing: Drawing = field(kw_only=True)
    alt: str = ""
    name: str = ""
    redraw: Callable[[float], Drawing] | None = None
    shortest: float = 0.0

    def height(self, width: float) -> float:
        """Return the height of the drawing."""
        return self.drawing.height

    def least(self, width: float) -> float:
        """Return the height at which it may still stand."""
        return min(self.shortest, self.drawing.height) if self.redraw else self.drawing.height

    def fitted(self, room: float) -> Chart | None:
        """Return the chart at the height of the room, None where that is too low for it."""
        if self.redraw is None or room < self.shortest:
            return None
        return replace(self, drawing=self.redraw(room))

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the marks."""
        with painter.element("Figure", self.alt):
            painter.paint(self.drawing, x, y)


class RowChart(Protocol):
    """A chart of rows under each other, with a head and an axis of fixed heights."""

    @property
    def rows(self) -> Sequence[Any]:
        """All rows in order."""

    @property
    def row_height(self) -> float:
        """Height of a row."""

    @property
    def head(self) -> float:
        """Height of the head."""

    @property
    def axis(self) -> float:
        """Height of what stands under the rows."""

    def lay(self, rows: Sequence[Any], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows with head and axis."""


@dataclass(slots=True)
class Rows:
    """A chart of rows that splits between them; each part has the head and the axis."""

    chart: RowChart
    setter: Typesetter
    colours: Palette
    rows: Sequence[Any] | None = None
    space_before: float = 0.0
    keep_with_next: bool = False
    alt: str = ""
    name: str = ""

    def _shown(self) -> Sequence[Any]:
        return self.chart.rows if self.rows is None else self.rows

    def _tall(self, count: int) -> float:
        return self.chart.head + self.chart.axis + count * self.chart.row_height

    def height(self, width: float) -> float:
        """Return the height with head and axis."""
        return self._tall(len(self._shown()))

    def least(self, width: float) -> float:
        """Return the height of the first four rows."""
        return self._tall(min(4, len(self._shown())))

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Split where at least four rows stay on this page and three go on."""
        rows = self._shown()
        count = min(int((room - self._tall(0)) / self.chart.row_height), len(rows) - 3)
        if count < 4:
            return None
        first = replace(self, rows=rows[:count], keep_with_next=False)
        return first, replace(self, rows=rows[count:], space_before=0.0)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw head, rows and axis."""
        with painter.element("Figure", self.alt):
            painter.paint(self.drawing(width), x, y)

    def drawing(self, width: float) -> Drawing:
        """Return the marks of the rows with head and axis."""
        return self.chart.lay(self._shown(), width, self.setter.width, self.colours)


@dataclass(slots=True)
class Card(Whole):
    """Blocks on a tinted ground with a coloured stripe at the left."""

    blocks: Sequence[Block] = field(kw_only=True)
    ground: str = field(kw_only=True)
    stripe: str = field(kw_only=True)
    padding: float = 8.0

    def height(self, width: float) -> float:
        """Return the height with padding."""
        inner = width - 2 * self.padding - 6
        return 2 * self.padding + sum(b.height(inner) + b.space_before for b in self.blocks)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw ground, stripe and blocks."""
        painter.rect(x, y, width, self.height(width), self.ground)
        painter.rect(x, y, 2.5, self.height(width), self.stripe)
        inner, y = width - 2 * self.padding - 6, y + self.padding
        for block in self.blocks:
            y += block.space_before
            block.draw(painter, x + self.padding + 6, y, inner)
            y += block.height(inner)


@dataclass(slots=True)
class Row(Whole):
    """Stacks of blocks side by side; ``parts`` are their shares of the width."""

    stacks: Sequence[Sequence[Block]] = field(kw_only=True)
    parts: Sequence[float] = field(kw_only=True)
    gap: float = 18.0

    def _widths(self, width: float) -> list[float]:
        room = width - self.gap * (len(self.parts) - 1)
        return [room * part / sum(self.parts) for part in self.parts]

    def height(self, width: float) -> float:
        """Return the height of the tallest stack."""
        return max(
            sum(b.height(w) + b.space_before for b in stack)
            for stack, w in zip(self.stacks, self._widths(width), strict=True)
        )

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the stacks from the left."""
        for stack, w in zip(self.stacks, self._widths(width), strict=True):
            at = y
            for block in stack:
                at += block.space_before
                block.draw(painter, x, at, w)
                at += block.height(w)
            x += w + self.gap


@dataclass(slots=True)
class Heading(Whole):
    """A title with its kicker; becomes a bookmark and a line of the contents."""

    title: Paragraph = field(kw_only=True)
    entry: str = field(kw_only=True)
    key: str = field(kw_only=True)
    level: int = field(kw_only=True)
    kicker: Paragraph | None = None

    def height(self, width: float) -> float:
        """Return the height of kicker and title."""
        return self.title.height(width) + (self.kicker.height(width) + 2 if self.kicker else 0.0) + 6

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw kicker and title, and name the place."""
        painter.bookmark(self.key, y - 6)
        if self.kicker:
            self.kicker.draw(painter, x, y, width)
            y += self.kicker.height(width) + 2
        with painter.element(f"H{self.level + 1}"):
            self.title.draw(painter, x, y, width, tag="")


@dataclass(slots=True)
class PageBreak(Whole):
    """Ends the page; with ``below`` only if less than this part of the page is left."""

    below: float = 1.0

    def height(self, width: float) -> float:
        """Return 0."""
        return 0.0

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    title: str
    key: str
    level: int
    page: int


@dataclass(slots=True)
class Contents(Whole):
    """The contents: one clickable line an entry, filled when the pages are known."""

    count: int = field(kw_only=True)
    style: TextStyle = field(kw_only=True)
    colours: Palette = field(kw_only=True)
    book: list[Entry] = field(default_factory=list)  # shared by the parts of a split table of contents
    start: int = 0
    pitch: float = 23.0

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return self.count * self.pitch

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Split between lines."""
        fitting = int(room / self.pitch)
        if not 0 < fitting < self.count:
            return None
        first = replace(self, count=fitting)
        return first, replace(self, count=self.count - fitting, start=self.start + fitting, space_before=0.0)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw number, title, leader and page of each entry."""
        with painter.element("TOC"):
            self._draw_lines(painter, x, y, width)

    def _draw_lines(self, painter: Painter, x: float, y: float, width: float) -> None:
        for number, entry in list(enumerate(self.book, 1))[self.start : self.start + self.count]:
            base = y + self.pitch * 0.65
            size, page = self.style.size, str(entry.page)
            shown = fit(entry.title, width - 80, size, painter.setter.width)
            title = painter.setter.width(shown, size)
            with painter.element("TOCI"):
                painter.text(x, base, f"{number:02d}", size, self.colours.accent, bold=True)
                painter.text(x + 30, base, shown, size, self.style.colour)
                painter.text(x + width, base, page, size, self.colours.quiet, align="right")
            start, end = x + 38 + title, x + width - painter.setter.width(page, size) - 8
            if start < end:
                painter.stroke([(start, base - 1), (end, base - 1)], self.colours.rule, 0.6, (1, 2.5))
            painter.link(x, y, width, self.pitch, entry.key)
            y += self.pitch
