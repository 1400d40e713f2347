"""Tables: wrapped cells, a repeated head, rows that never break across pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reports.charts import Palette
from reports.pdf.fonts import Typesetter, is_chinese
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, Span, TextStyle

PADDING_X, PADDING_Y, SPARE = 6.0, 3.5, 10.0
"""Around the texts of cells; what a column keeps beyond its texts when it gives room to others."""
LEAST_ROWS, SHORT, MORE_PADDING, FEWEST = 10, 240.0, 5.0, 4
"""A table of fewer rows, if it is no taller, stays in one piece; on a slide rows may have so much more padding; so many
rows of a long table stand together on a page of reading."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: text or spans, with its own weight, colours and indent where given."""

    text: str | tuple[Span, ...]
    bold: bool = False
    colour: str | None = None
    ground: str | None = None
    indent: float = 0.0


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """Head, share of the width, and alignment of a column."""

    head: str
    part: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class _SetRow:
    cells: tuple[Paragraph, ...]
    sources: tuple[Cell, ...]


class Table:
    """A table that splits between rows and repeats its head."""

    def __init__(
        self,
        columns: Sequence[ColumnSpec],
        rows: Sequence[Sequence[Cell | str]],
        setter: Typesetter,
        colours: Palette,
        *,
        size: float = 8.0,
        most_lines: int = 12,
        space_before: float = 0.0,
        keep_with_next: bool = False,
        ruled: bool = True,
        evenly: bool = False,
    ) -> None:
        self.columns, self.setter, self.colours = tuple(columns), setter, colours
        self.space_before, self.keep_with_next, self.ruled = space_before, keep_with_next, ruled
        self._style = TextStyle(size=size, leading=size * 1.45)
        self._most_lines = most_lines
        self._padding, self._evenly, self._of_many = PADDING_Y, evenly, False
        self._set: tuple[float, list[float]] | None = None
        self._head = self._set_row([Cell(c.head, bold=True, colour="#ffffff") for c in columns])
        self._rows = [self._set_row([cell if isinstance(cell, Cell) else Cell(cell) for cell in row]) for row in rows]

    def _set_row(self, cells: Sequence[Cell]) -> _SetRow:
        paragraphs = []
        for cell, column in zip(cells, self.columns, strict=True):
            style = replace(self._style, bold=cell.bold, align=column.align, colour=cell.colour or self.colours.ink)
            spans = [Span(cell.text)] if isinstance(cell.text, str) else list(cell.text)
            paragraphs.append(Paragraph(spans, style, self.setter, most_lines=self._most_lines))
        return _SetRow(tuple(paragraphs), tuple(cells))

    def _widths(self, width: float) -> list[float]:
        """Return the column widths: by their parts, but no column narrower than the longest word of its head."""
        if self._set is not None and self._set[0] == width:
            return self._set[1]
        least = [self._least_width(number, width) for number in range(len(self.columns))]
        open_columns = set(range(len(self.columns)))
        widths = [0.0] * len(self.columns)
        while open_columns:
            room = width - sum(widths[number] for number in range(len(widths)) if number not in open_columns)
            total = sum(self.columns[number].part for number in open_columns)
            for number in open_columns:
                widths[number] = room * self.columns[number].part / total
            tight = {number for number in open_columns if widths[number] < least[number]}
            if not tight or tight == open_columns:
                break
            for number in tight:
                widths[number] = least[number]
            open_columns -= tight
        widths = self._shared_out(widths, least)
        self._set = (width, widths)
        return widths

    def _shared_out(self, widths: list[float], least: Sequence[float]) -> list[float]:
        """Return the widths with what some columns have beyond their texts given to those whose texts do not fit."""
        natural = [self._natural_width(number) for number in range(len(widths))]
        lacks = [max(0.0, need - width) for need, width in zip(natural, widths, strict=True)]
        spare = [max(0.0, w - max(need + SPARE, low)) for need, w, low in zip(natural, widths, least, strict=True)]
        given = min(sum(lacks), sum(spare))
        if not given:
            return widths
        return [
            width + given * (lack / sum(lacks) - more / sum(spare))
            for width, lack, more in zip(widths, lacks, spare, strict=True)
        ]

    def _natural_width(self, number: int) -> float:
        """Return the width at which no cell of a column below the head needs a second line."""
        size = self._style.size
        return 2 * PADDING_X + max(
            (
                row.sources[number].indent + sum(self.setter.width(one.text, size, bold=True) for one in spans)
                for row in self._rows
                if (spans := row.cells[number].spans)
            ),
            default=0.0,
        )

    def _least_width(self, number: int, width: float) -> float:
        column, size = self.columns[number], self._style.size
        words = [word for line in column.head.split("\n") for word in line.split(" ")]
        unbroken = [word for word in words if not is_chinese(word) or len(word) < 5]
        longest = max([self.setter.width(word, size, bold=True) for word in unbroken] or [0.0])
        if column.align == "right":
            texts = [row.cells[number].spans[0].text for row in self._rows if row.cells[number].spans]
            longest = max([longest, *(self.setter.width(text, size, bold=True) for text in texts)])
        return min(longest + 2 * PADDING_X + 0.5, 1.5 * width / len(self.columns))

    def _row_height(self, row: _SetRow, widths: Sequence[float]) -> float:
        return 2 * self._padding + max(
            p.height(w - 2 * PADDING_X - c.indent) for p, w, c in zip(row.cells, widths, row.sources, strict=True)
        )

    def height(self, width: float) -> float:
        """Return the height with the head."""
        widths = self._widths(width)
        return sum(self._row_height(row, widths) for row in (self._head, *self._rows))

    def growth(self, width: float, *, wide: bool) -> float:
        """Return how much taller its rows may be on a slide, all together."""
        more = MORE_PADDING if len(self._rows) > FEWEST or self._of_many else 2.5 * MORE_PADDING
        return 2 * more * (len(self._rows) + 1) if wide else 0.0

    def grown(self, width: float, extra: float) -> Table:
        """Return the table with more padding in its rows."""
        part = self._part(self._rows)
        part.space_before, part.keep_with_next = self.space_before, self.keep_with_next
        part._padding = self._padding + extra / 2 / (len(self._rows) + 1)
        return part

    def scaled(self, factor: float) -> Table:
        """Return the table in larger type; a part of one stays as it is, like the other parts."""
        if self._of_many:
            return self
        return Table(
            self.columns,
            [row.sources for row in self._rows],
            self.setter,
            self.colours,
            size=factor * self._style.size,
            most_lines=self._most_lines,
            space_before=self.space_before,
            keep_with_next=self.keep_with_next,
            ruled=self.ruled,
            evenly=self._evenly,
        )

    def least(self, width: float) -> float:
        """Return the height of the head and the first rows; of the whole where it does not split."""
        if len(self._rows) < LEAST_ROWS and (whole := self.height(width)) < SHORT:
            return whole
        widths = self._widths(width)
        return sum(self._row_height(row, widths) for row in (self._head, *self._rows[: self._fewest]))

    @property
    def _fewest(self) -> int:
        """Rows that stand together at least where the table splits."""
        return 2 if self._evenly or len(self._rows) < LEAST_ROWS else FEWEST

    def split(self, width: float, room: float) -> tuple[Table, Table] | None:
        """Return the rows that fit and the rest, a few on either side; evenly where it is asked for."""
        if len(self._rows) < LEAST_ROWS and self.height(width) < SHORT:
            return None
        widths = self._widths(width)
        used, count = self._row_height(self._head, widths), 0
        for row in self._rows:
            used += self._row_height(row, widths)
            if used > room:
                break
            count += 1
        count = min(count, len(self._rows) - self._fewest) if len(self._rows) > 3 else count
        least = self._fewest if len(self._rows) >= LEAST_ROWS else 1
        if not least <= count < len(self._rows):
            return None
        if self._evenly and count > 3:
            count = -(-len(self._rows) // -(-len(self._rows) // count))
        first, rest = self._part(self._rows[:count]), self._part(self._rows[count:])
        first.space_before, rest.keep_with_next = self.space_before, self.keep_with_next
        first._of_many = rest._of_many = True
        return first, rest

    def _part(self, rows: list[_SetRow]) -> Table:
        part = Table(
            self.columns, [], self.setter, self.colours, size=self._style.size, ruled=self.ruled, evenly=self._evenly
        )
        part._rows, part._set, part._padding, part._of_many = rows, self._set, self._padding, self._of_many
        return part

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw head and rows."""
        widths = self._widths(width)
        self._draw_grounds(painter, x, y, widths)
        with painter.element("Table"):
            for number, row in enumerate((self._head, *self._rows)):
                height, left = self._row_height(row, widths), x
                with painter.element("TR"):
                    for paragraph, cell, room in zip(row.cells, row.sources, widths, strict=True):
                        inner = room - 2 * PADDING_X - cell.indent
                        shift = (height - paragraph.height(inner)) / 2 if number == 0 else self._padding
                        paragraph.draw(
                            painter,
                            left + PADDING_X + cell.indent,
                            y + shift,
                            inner,
                            tag="TH" if number == 0 else "TD",
                        )
                        left += room
                y += height

    def _draw_grounds(self, painter: Painter, x: float, y: float, widths: Sequence[float]) -> None:
        width = sum(widths)
        painter.rect(x, y, width, self._row_height(self._head, widths), self.colours.strong)
        for number, row in enumerate((self._head, *self._rows)):
            height, left = self._row_height(row, widths), x
            for cell, room in zip(row.sources, widths, strict=True):
                if cell.ground:
                    painter.rect(left, y, room, height, cell.ground)
                left += room
            y += height
            if number and self.ruled:
                painter.stroke([(x, y), (x + width, y)], self.colours.rule, 0.4)
