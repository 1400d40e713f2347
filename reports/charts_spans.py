"""Dots with 95 % intervals: counted beside corrected shares, effects around zero, a figure segment by segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, Protocol, TypeVar

from reports.charts import Dot, Drawing, Label, Mark, Measure, Palette, Rect, Stroke, row_label
from reports.charts_bars import round_up, ticks_to

SIZE = 8.0


class _Row(Protocol):
    @property
    def label(self) -> str: ...

    @property
    def texts(self) -> tuple[str, ...]: ...

    @property
    def query(self) -> str | None: ...


OfRow = TypeVar("OfRow", bound=_Row)


@dataclass(frozen=True, slots=True)
class _Lines(Generic[OfRow]):
    """Rows of labels, marks and texts; where they stand is the same for every chart of this kind."""

    rows: tuple[OfRow, ...]
    columns: tuple[str, ...]
    column_widths: tuple[float, ...]
    label_width: float = 130.0
    row_height: float = 17.0
    head: float = 16.0
    axis: float = 16.0

    def _room(self, width: float) -> tuple[float, float]:
        """Return where the marks begin and end: between the labels and the texts at the right."""
        return self.label_width + 12, width - sum(self.column_widths) - 16

    def _laid_out(
        self,
        rows: Sequence[OfRow],
        drawn: Callable[[OfRow, float], list[Mark]],
        axis: Sequence[tuple[float, str]],
        width: float,
        measure: Measure,
        colours: Palette,
        *,
        bold: int,
        zero: float | None = None,
    ) -> Drawing:
        """Lay out rows, their marks ``drawn`` at the height of a line; of their texts the ``bold``-th is bold.

        ``axis`` are the places of its lines with their texts; ``zero`` is where a stronger line stands.
        """
        bottom = self.head + len(rows) * self.row_height
        marks: list[Mark] = []
        for x, text in axis:
            marks.append(Stroke(((x, self.head), (x, bottom)), colours.rule, 0.5))
            marks.append(Label(x, bottom + 11, text, 7, colours.quiet, align="center"))
        if zero is not None:
            marks.append(Stroke(((zero, self.head), (zero, bottom)), colours.ink, 0.7))
        ends = [*accumulate(self.column_widths, initial=width - sum(self.column_widths))][1:]
        for text, x in zip(self.columns, ends, strict=True):
            marks.append(Label(x, 10, text, 7, colours.quiet, align="right"))
        for number, row in enumerate(rows):
            line = self.head + (number + 0.5) * self.row_height
            marks += row_label(
                row.label, self.label_width, line, self.label_width, self.row_height, measure, colours.ink,
                query=row.query,
            )  # fmt: skip
            marks += drawn(row, line)
            for place, (text, x) in enumerate(zip(row.texts, ends, strict=True)):
                marks.append(Label(x, line + 2.9, text, SIZE, colours.ink, bold=place == bold, align="right"))
        return Drawing(width, bottom + self.axis, tuple(marks))


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A share as counted (hollow) and as corrected (full, with its interval); shares in [0, 1]."""

    label: str
    counted: float
    corrected: float
    low: float
    high: float
    texts: tuple[str, ...]
    query: str | None = None


@dataclass(frozen=True, slots=True)
class SharesChart(_Lines[ShareRow]):
    """Counted beside corrected shares."""

    def lay(self, rows: Sequence[ShareRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        left, right = self._room(width)
        top = round_up(max([max(row.high, row.counted) for row in self.rows] or [0.1]))
        ticks = ticks_to(top)

        def at(value: float) -> float:
            return left + (right - left) * min(value, top) / top

        def drawn(row: ShareRow, line: float) -> list[Mark]:
            return [
                Stroke(((at(row.low), line), (at(row.high), line)), colours.accent, 1.4),
                Dot(at(row.corrected), line, 3.2, colours.accent, query=row.query),
                Dot(at(row.counted), line, 3.0, colours.paper, colours.quiet, query=row.query),
            ]

        axis = [(at(top * tick / ticks), f"{100 * top * tick / ticks:.3g}%") for tick in range(ticks + 1)]
        return self._laid_out(rows, drawn, axis, width, measure, colours, bold=1)


@dataclass(frozen=True, slots=True)
class EffectRow:
    """An effect in points of the score with its 95 % interval, and texts at the right."""

    label: str
    value: float
    low: float
    high: float
    texts: tuple[str, ...] = ()
    sure: bool = True
    query: str | None = None


@dataclass(frozen=True, slots=True)
class EffectsChart(_Lines[EffectRow]):
    """Effects around zero (a forest plot)."""

    better_high: bool = True

    def lay(self, rows: Sequence[EffectRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        left, right = self._room(width)
        low = min([0.0, *(row.low for row in self.rows)])
        high = max([0.0, *(row.high for row in self.rows)])
        low, high = (low, high) if high > low else (-1.0, 1.0)

        def at(value: float) -> float:
            return left + (right - left) * (value - low) / (high - low)

        def drawn(row: EffectRow, line: float) -> list[Mark]:
            good = (row.value > 0) == self.better_high
            ink = (colours.good if good else colours.bad) if row.sure else colours.too_little
            return [
                Stroke(((at(row.low), line), (at(row.high), line)), ink, 1.4),
                Dot(at(row.value), line, 3.2, ink, query=row.query),
            ]

        ticks = nice_ticks(low, high, 6)
        axis = [(at(tick), f"{tick:+g}".replace("-", "−") if tick else "0") for tick in ticks]
        return self._laid_out(rows, drawn, axis, width, measure, colours, bold=0, zero=at(0))


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A figure with its 95 % interval; None where there is too little data, which ``texts`` say."""

    label: str
    value: float | None
    low: float
    high: float
    texts: tuple[str, ...]
    query: str | None = None


@dataclass(frozen=True, slots=True)
class SpansChart:
    """One figure segment by segment, beside that of all (``whole``, dashed)."""

    rows: tuple[SpanRow, ...]
    columns: tuple[str, ...]
    column_widths: tuple[float, ...]
    whole: float | None = None
    whole_text: str = ""
    form: Callable[[float], str] = "{:+.0f}".format
    label_width: float = 130.0
    row_height: float = 19.0
    head: float = 18.0
    axis: float = 16.0

    def lay(self, rows: Sequence[SpanRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        left, right = self.label_width + 14, width - sum(self.column_widths) - 16
        ends = [end for row in self.rows if row.value is not None for end in (row.low, row.high)]
        ends += [self.whole] if self.whole is not None else []
        low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
        pad = 0.06 * (high - low) or 1.0
        low, high, bottom = low - pad, high + pad, self.head + len(rows) * self.row_height

        def at(value: float) -> float:
            return left + (right - left) * (value - low) / (high - low)

        marks: list[Mark] = []
        for number, y in enumerate(self.head + place * self.row_height for place in range(len(rows))):
            if number % 2 == 0:
                marks.append(Rect(0, y, width, self.row_height, colours.ground))
        for tick in nice_ticks(low, high, _ticks(right - left)):
            marks.append(Stroke(((at(tick), self.head), (at(tick), bottom)), colours.rule, 0.5))
            marks.append(Label(at(tick), bottom + 11, self.form(tick), 7, colours.quiet, align="center"))
        if self.whole is not None:
            x = at(self.whole)
            marks.append(Stroke(((x, self.head - 4), (x, bottom)), colours.strong, 0.8, (2.5, 2)))
            place = "right" if x + measure(self.whole_text, 7) > right else "left"
            shift = -3 if place == "right" else 3
            marks.append(Label(x + shift, self.head - 7, self.whole_text, 7, colours.strong, align=place))
        x = width - sum(self.column_widths)
        for text, room in zip(self.columns, self.column_widths, strict=True):
            x += room
            marks.append(Label(x - 4, 11, text, 7, colours.quiet, align="right"))
        y = self.head
        for row in rows:
            line = y + self.row_height / 2
            ink = colours.ink if row.value is not None else colours.quiet
            marks += row_label(
                row.label, 6, line, self.label_width - 6, self.row_height, measure, ink, align="left", query=row.query
            )
            if row.value is not None:
                marks.append(Stroke(((at(row.low), line), (at(row.high), line)), colours.accent, 3.0))
                marks.append(Dot(at(row.value), line, 4.0, colours.strong, colours.paper, row.query))
            x = width - sum(self.column_widths)
            for number, (text, room) in enumerate(zip(row.texts, self.column_widths, strict=True)):
                x += room
                bold = number == 0 and row.value is not None
                marks.append(Label(x - 4, line + 2.9, text, SIZE, ink, bold=bold, align="right"))
            y += self.row_height
        return Drawing(width, bottom + self.axis, tuple(marks))


def _ticks(room: float) -> int:
    """Return how many places of an axis find room for their numbers."""
    return max(2, min(6, int(room / 28)))


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Return round places between two values, at most ``most`` of them."""
    step = 1e-6
    while (high - low) / step > most:
        for factor in (2, 2.5, 2):
            step *= factor
            if (high - low) / step <= most:
                break
    first = -(-low // step)
    return [round((first + k) * step, 9) for k in range(int(high // step - first) + 1)]
