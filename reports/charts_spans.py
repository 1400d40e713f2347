"""Dots with 95 % intervals: counted beside corrected shares, effects around zero, a figure segment by segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.charts import Dot, Drawing, Label, Mark, Measure, Palette, Rect, Stroke, fit
from reports.charts_bars import round_up, ticks_to

SIZE = 8.0


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
class SharesChart:
    """Counted beside corrected shares."""

    rows: tuple[ShareRow, ...]
    columns: tuple[str, ...]
    column_widths: tuple[float, ...]
    label_width: float = 130.0
    row_height: float = 17.0
    head: float = 16.0
    axis: float = 16.0

    def lay(self, rows: Sequence[ShareRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        left, right = self.label_width + 12, width - sum(self.column_widths) - 16
        top = round_up(max([max(row.high, row.counted) for row in self.rows] or [0.1]))
        bottom = self.head + len(rows) * self.row_height
        marks: list[Mark] = []
        ticks = ticks_to(top)
        for tick in range(ticks + 1):
            x, text = left + (right - left) * tick / ticks, f"{100 * top * tick / ticks:.3g}%"
            marks.append(Stroke(((x, self.head), (x, bottom)), colours.rule, 0.5))
            marks.append(Label(x, bottom + 11, text, 7, colours.quiet, align="center"))
        x = width - sum(self.column_widths)
        for text, room in zip(self.columns, self.column_widths, strict=True):
            x += room
            marks.append(Label(x, 10, text, 7, colours.quiet, align="right"))
        y = self.head
        for row in rows:
            line = y + self.row_height / 2
            label = fit(row.label, self.label_width, SIZE, measure)
            marks.append(Label(self.label_width, line + 2.9, label, SIZE, colours.ink, align="right", query=row.query))
            at = [
                left + (right - left) * min(value, top) / top
                for value in (row.low, row.high, row.corrected, row.counted)
            ]
            marks.append(Stroke(((at[0], line), (at[1], line)), colours.accent, 1.4))
            marks.append(Dot(at[2], line, 3.2, colours.accent, query=row.query))
            marks.append(Dot(at[3], line, 3.0, colours.paper, colours.quiet, query=row.query))
            x = width - sum(self.column_widths)
            for number, (text, room) in enumerate(zip(row.texts, self.column_widths, strict=True)):
                x += room
                marks.append(Label(x, line + 2.9, text, SIZE, colours.ink, bold=number == 1, align="right"))
            y += self.row_height
        return Drawing(width, bottom + self.axis, tuple(marks))


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
class EffectsChart:
    """Effects around zero (a forest plot)."""

    rows: tuple[EffectRow, ...]
    columns: tuple[str, ...]
    column_widths: tuple[float, ...]
    label_width: float = 130.0
    row_height: float = 17.0
    head: float = 16.0
    axis: float = 16.0
    better_high: bool = True

    def lay(self, rows: Sequence[EffectRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        left, right = self.label_width + 12, width - sum(self.column_widths) - 16
        low = min([0.0, *(row.low for row in self.rows)])
        high = max([0.0, *(row.high for row in self.rows)])
        low, high = (low, high) if high > low else (-1.0, 1.0)
        bottom = self.head + len(rows) * self.row_height

        def at(value: float) -> float:
            return left + (right - left) * (value - low) / (high - low)

        marks: list[Mark] = []
        for tick in nice_ticks(low, high, 6):
            marks.append(Stroke(((at(tick), self.head), (at(tick), bottom)), colours.rule, 0.5))
            text = f"{tick:+g}".replace("-", "−") if tick else "0"
            marks.append(Label(at(tick), bottom + 11, text, 7, colours.quiet, align="center"))
        marks.append(Stroke(((at(0), self.head), (at(0), bottom)), colours.ink, 0.7))
        x = width - sum(self.column_widths)
        for text, room in zip(self.columns, self.column_widths, strict=True):
            x += room
            marks.append(Label(x, 10, text, 7, colours.quiet, align="right"))
        y = self.head
        for row in rows:
            line = y + self.row_height / 2
            good = (row.value > 0) == self.better_high
            ink = (colours.good if good else colours.bad) if row.sure else colours.too_little
            label = fit(row.label, self.label_width, SIZE, measure)
            marks.append(Label(self.label_width, line + 2.9, label, SIZE, colours.ink, align="right", query=row.query))
            marks.append(Stroke(((at(row.low), line), (at(row.high), line)), ink, 1.4))
            marks.append(Dot(at(row.value), line, 3.2, ink, query=row.query))
            x = width - sum(self.column_widths)
            for number, (text, room) in enumerate(zip(row.texts, self.column_widths, strict=True)):
                x += room
                marks.append(Label(x, line + 2.9, text, SIZE, colours.ink, bold=number == 0, align="right"))
            y += self.row_height
        return Drawing(width, bottom + self.axis, tuple(marks))


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
        for tick in nice_ticks(low, high, 6):
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
            label = fit(row.label, self.label_width - 6, SIZE, measure)
            marks.append(Label(6, line + 2.9, label, SIZE, ink, query=row.query))
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
