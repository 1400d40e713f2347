"""What stands on pages: charts, bars that split, cards, rows of stacks, headings, contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol, runtime_checkable

from reports.charts import Drawing, Measure, Palette
from reports.charts_words import rows_said
from reports.pdf.fonts import Typesetter
from reports.pdf.painter import Painter

GROWTH, LOWEST_ROW, TALLEST_ROW = 0.5, 0.72, 34.0
"""How much taller a chart may be drawn on a page of reading; how low, and how tall in points, the rows of one."""
SHORT_ROWS, SHORT = 14, 300.0
FEW, TALL_FEW = 4, 46.0
"""A chart of no more rows, and no taller, is not parted on a page of reading; few rows may be taller than many."""


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


@runtime_checkable
class Elastic(Protocol):
    """A block that may be drawn taller, where a page would stay empty otherwise."""

    def growth(self, width: float, *, wide: bool) -> float:
        """Return how much taller it may be."""

    def grown(self, width: float, extra: float) -> Block:
        """Return it taller by ``extra``."""


@runtime_checkable
class Scaled(Protocol):
    """A block of text that may be set in larger type, where a slide would stay empty otherwise."""

    def scaled(self, factor: float) -> Block:
        """Return it in type so much larger."""


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

    ``redraw`` lays it out at another height, not below ``shortest``, so that it fits what is left of a page, or takes
    up to half as much again where a page would stay empty.
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

    def growth(self, width: float, *, wide: bool) -> float:
        """Return how much taller it may be drawn; on a slide as tall as the slide."""
        return (2.0 if wide else GROWTH) * self.drawing.height if self.redraw else 0.0

    def grown(self, width: float, extra: float) -> Chart:
        """Return the chart taller by this."""
        return replace(self, drawing=self.redraw(self.drawing.height + extra)) if self.redraw else self

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the marks."""
        with painter.element("Figure", self.alt):
            painter.paint(self.drawing, x, y)


class RowChart(Protocol):
    """A chart of rows under each other, with a head and an axis of fixed heights."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

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

    @property
    def shown(self) -> Sequence[Any]:
        """The rows of this part."""
        return self.chart.rows if self.rows is None else self.rows

    def _tall(self, count: int) -> float:
        return self.chart.head + self.chart.axis + count * self.chart.row_height

    def height(self, width: float) -> float:
        """Return the height with head and axis."""
        return self._tall(len(self.shown))

    def least(self, width: float) -> float:
        """Return the height of the first four rows."""
        return self._tall(min(4, len(self.shown)))

    @property
    def lowest(self) -> float:
        """The height with its rows as low as they may be."""
        return self._tall(0) + len(self.shown) * LOWEST_ROW * self.chart.row_height

    @property
    def short(self) -> bool:
        """Whether it stays in one piece on a page of reading."""
        return len(self.shown) <= SHORT_ROWS and self._tall(len(self.shown)) <= SHORT

    def growth(self, width: float, *, wide: bool) -> float:
        """Return how much taller the rows may be drawn, all together."""
        tallest = TALLEST_ROW if len(self.shown) > FEW else TALL_FEW
        tallest = tallest if wide else 1.3 * self.chart.row_height
        return max(0.0, tallest - self.chart.row_height) * len(self.shown)

    def grown(self, width: float, extra: float) -> Rows:
        """Return the chart with taller rows."""
        count = len(self.shown)
        return self.of_height(self.chart.row_height + extra / count) if count else self

    def of_height(self, row_height: float) -> Rows:
        """Return the chart with rows of another height."""
        return replace(self, chart=replace(self.chart, row_height=row_height))

    def fitted(self, room: float) -> Rows | None:
        """Return the chart with lower rows so that all stand in the room, None where they would be too low."""
        count = len(self.shown)
        low = (room - self._tall(0)) / count if count else 0.0
        return self.of_height(low) if LOWEST_ROW * self.chart.row_height <= low else None

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Split where at least four rows stay on this page and three go on."""
        rows = self.shown
        count = min(int((room - self._tall(0)) / self.chart.row_height), len(rows) - 3)
        if count < 4:
            return None
        first = replace(self, rows=rows[:count], keep_with_next=False)
        return first, replace(self, rows=rows[count:], space_before=0.0)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw head, rows and axis."""
        with painter.element("Figure", rows_said(self.alt, self.chart, self.shown)):
            painter.paint(self.drawing(width), x, y)

    def drawing(self, width: float) -> Drawing:
        """Return the marks of the rows with head and axis."""
        return self.chart.lay(self.shown, width, self.setter.width, self.colours)


@dataclass(slots=True)
class Card(Whole):
    """Blocks on a tinted ground with a coloured stripe at the left."""

    blocks: Sequence[Block] = field(kw_only=True)
    ground: str = field(kw_only=True)
    stripe: str = field(kw_only=True)
    padding: float = 8.0
    shortest: float = 0.0

    def height(self, width: float) -> float:
        """Return the height with padding."""
        inner = width - 2 * self.padding - 6
        return max(self.shortest, 2 * self.padding + sum(b.height(inner) + b.space_before for b in self.blocks))

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw ground, stripe and blocks."""
        painter.rect(x, y, width, self.height(width), self.ground)
        painter.rect(x, y, 2.5, self.height(width), self.stripe)
        inner, y = width - 2 * self.padding - 6, y + self.padding
        for block in self.blocks:
            y += block.space_before
            block.draw(painter, x + self.padding + 6, y, inner)
            y += block.height(inner)

    def scaled(self, factor: float) -> Card:
        """Return the card with its texts in larger type."""
        return replace(self, blocks=_scaled(self.blocks, factor))


@dataclass(slots=True)
class Row(Whole):
    """Stacks of blocks side by side; ``parts`` are their shares of the width."""

    stacks: Sequence[Sequence[Block]] = field(kw_only=True)
    parts: Sequence[float] = field(kw_only=True)
    gap: float = 18.0
    even: bool = False  # cards side by side are drawn equally tall
    shortest: float = 0.0

    def growth(self, width: float, *, wide: bool) -> float:
        """Return how much taller a chart in it, or on a slide its cards, may be drawn."""
        if self.even and wide:
            return GROWTH * self.height(width)
        return max(
            (b.growth(width, wide=wide) for stack in self.stacks for b in stack if isinstance(b, Chart)), default=0
        )

    def grown(self, width: float, extra: float) -> Row:
        """Return the row with its charts or cards taller."""
        if self.even:
            return replace(self, shortest=self.height(width) + extra)
        stacks = [[b.grown(width, extra) if isinstance(b, Chart) else b for b in stack] for stack in self.stacks]
        return replace(self, stacks=stacks)

    def scaled(self, factor: float) -> Row:
        """Return the row with its texts in larger type."""
        return replace(self, stacks=[_scaled(stack, factor) for stack in self.stacks])

    def _widths(self, width: float) -> list[float]:
        room = width - self.gap * (len(self.parts) - 1)
        return [room * part / sum(self.parts) for part in self.parts]

    def height(self, width: float) -> float:
        """Return the height of the tallest stack."""
        return max(
            self.shortest,
            *(
                sum(b.height(w) + (0.0 if self.even else b.space_before) for b in stack)
                for stack, w in zip(self.stacks, self._widths(width), strict=True)
            ),
        )

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the stacks from the left."""
        tall = self.height(width)
        for stack, w in zip(self.stacks, self._widths(width), strict=True):
            at = y
            for block in stack:
                at += 0.0 if self.even else block.space_before
                shown = replace(block, shortest=tall) if self.even and isinstance(block, Card) else block
                shown.draw(painter, x, at, w)
                at += block.height(w)
            x += w + self.gap


def _scaled(blocks: Sequence[Block], factor: float) -> list[Block]:
    return [block.scaled(factor) if isinstance(block, Scaled) else block for block in blocks]


@dataclass(slots=True)
class PageBreak(Whole):
    """Ends the page; with ``below`` only if less than this part of the page is left."""

    below: float = 1.0

    def height(self, width: float) -> float:
        """Return 0."""
        return 0.0

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw nothing."""
