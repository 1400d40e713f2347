"""Charts of rows: needs (penalty and reward), counted beside corrected shares, effects, heat maps, courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import Dot, Drawing, Ink, Label, Mark, Measure, Palette, Rect, Stroke, fit, row_label, two_lines

SIZE = 8.0
LEAST_COURSE = 46.0
TALL_HEAD = 37.0
"""The height of a head with two lines of names over the bases."""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need: what its absence costs and what its presence gains, in points of the score, with 95 % intervals.

    ``penalty`` is drawn to the left, ``reward`` to the right; ``verdict`` stands in a pill, grey if unproved.
    """

    label: str
    penalty: tuple[float, float, float]  # size, low, high; all positive when it costs
    reward: tuple[float, float, float]
    base: str
    verdict: str
    ink: Ink
    sure: bool = True
    query: str | None = None


@dataclass(frozen=True, slots=True)
class NeedsChart:
    """Penalty and reward bars around a common zero, with the verdict on each need."""

    rows: tuple[NeedRow, ...]
    heads: tuple[str, str, str, str, str]  # need, penalty, reward, base, verdict
    label_width: float = 120.0
    row_height: float = 20.0
    head: float = 20.0
    axis: float = 4.0

    def lay(self, rows: Sequence[NeedRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        verdicts = [measure(row.verdict, 7.5, bold=True) for row in self.rows]
        left, base = self.label_width + 8, 74.0
        pill = min(0.3 * width, max([70.0, *(wide + 14 for wide in verdicts)]))
        right = width - pill - base - 12
        middle = (left + right) / 2
        most = max([max(abs(v) for v in (*row.penalty, *row.reward)) for row in self.rows] or [1.0]) or 1.0
        scale = (right - left - 76) / 2 / most
        marks: list[Mark] = [
            Label(self.label_width, 11, self.heads[0], 7, colours.quiet, align="right"),
            Label(middle - 6, 11, "← " + self.heads[1], 7, colours.bad, align="right"),
            Label(middle + 6, 11, self.heads[2] + " →", 7, colours.good),
            Label(width - pill - 14, 11, self.heads[3], 7, colours.quiet, align="right"),
            Label(width - pill / 2, 11, self.heads[4], 7, colours.quiet, align="center"),
        ]
        y = self.head
        for row in rows:
            line = y + self.row_height / 2
            marks.append(Stroke(((0, y), (width, y)), colours.rule, 0.4))
            marks += row_label(
                row.label, self.label_width, line, self.label_width, self.row_height, measure, colours.ink,
                query=row.query,
            )  # fmt: skip
            marks += self._side(row.penalty, -1, middle, line, scale, colours, row)
            marks += self._side(row.reward, 1, middle, line, scale, colours, row)
            marks.append(Label(width - pill - 14, line + 2.9, row.base, 7.5, colours.quiet, align="right"))
            fill, ink, edge = colours.of(row.ink), colours.paper, None
            if not row.sure:
                fill, ink, edge = colours.ground, colours.quiet, colours.rule
            marks.append(Rect(width - pill, line - 7, pill, 14, fill, row.query, 7.0, edge))
            verdict = fit(row.verdict, pill - 8, 7.5, measure, bold=True)
            marks.append(Label(width - pill / 2, line + 2.7, verdict, 7.5, ink, bold=True, align="center"))
            y += self.row_height
        marks.append(Stroke(((middle, self.head - 4), (middle, y)), colours.ink, 0.6))
        return Drawing(width, y + self.axis, tuple(marks))

    @staticmethod
    def _side(
        value: tuple[float, float, float],
        side: int,
        middle: float,
        line: float,
        scale: float,
        colours: Palette,
        row: NeedRow,
    ) -> list[Mark]:
        size, low, high = value
        fill, ink = (colours.bad_soft, colours.bad) if side < 0 else (colours.good_soft, colours.good)
        end = middle + side * size * scale
        marks: list[Mark] = []
        if size:
            marks.append(Rect(min(middle, end), line - 5, abs(end - middle), 10, fill, row.query))
        ends = (middle + side * low * scale, middle + side * high * scale)
        marks.append(Stroke(((ends[0], line), (ends[1], line)), colours.ink, 0.7))
        text = f"{side * size:+.1f}".replace("-", "−")
        beyond = max(ends) + 4 if side > 0 else min(ends) - 4
        beyond = max(beyond, middle + 4) if side > 0 else min(beyond, middle - 4)
        marks.append(Label(beyond, line + 2.7, text, 7.5, ink, align="left" if side > 0 else "right"))
        return marks


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A cell: its text, letters of columns it differs from, ``shade`` in [−1, 1] (below or above its row's mean).

    ``outlined`` where the difference is significant; ``quiet`` where there is too little data.
    """

    text: str
    shade: float = 0.0
    letters: str = ""
    outlined: bool = False
    quiet: bool = False
    query: str | None = None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of a heat map with its label and the cell of all."""

    label: str
    whole: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class HeatChart:
    """A heat map: shade is the size of the difference, never its significance."""

    rows: tuple[HeatRow, ...]
    columns: tuple[tuple[str, str], ...]  # label, base (with its letter)
    whole: tuple[str, str]
    label_width: float = 120.0
    row_height: float = 18.0
    head: float = 28.0
    axis: float = 2.0
    good_is_high: bool | None = None  # None: shares, neither good nor bad

    @property
    def with_whole(self) -> bool:
        """Whether there is a column of all."""
        return any(self.whole) or any(row.whole for row in self.rows)

    def lay(self, rows: Sequence[HeatRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        first = self.label_width + 8
        lead = int(self.with_whole)
        pitch = (width - first) / max(1, len(self.columns) + lead)
        marks: list[Mark] = []
        for number, head in enumerate((self.whole, *self.columns)[1 - lead :]):
            x = first + pitch * (number + 0.5)
            label, base = _head(head, pitch - 2, measure)
            lines = two_lines(label, pitch - 6, 7.5, measure) if self.head >= TALL_HEAD else (label,)
            for place, part in enumerate(lines):
                shown = fit(part, pitch - 4, 7.5, measure, bold=True)
                at = self.head - 18 - 9 * (len(lines) - 1 - place)
                marks.append(Label(x, at, shown, 7.5, colours.strong, True, "center"))
            marks.append(
                Label(x, self.head - 7, fit(base, pitch - 2, 6.5, measure), 6.5, colours.quiet, align="center")
            )
        y = self.head
        for row in rows:
            line = y + self.row_height / 2 + 2.8
            marks += row_label(
                row.label, self.label_width, line - 2.8, self.label_width, self.row_height, measure, colours.ink
            )
            if lead:
                marks.append(Label(first + pitch / 2, line, row.whole, SIZE, colours.quiet, align="center"))
            for number, cell in enumerate(row.cells, lead):
                x = first + pitch * number
                stroke = colours.strong if cell.outlined else None
                inset = 1.2 if stroke else 0.6
                marks.append(
                    Rect(
                        x + inset, y + inset, pitch - 2 * inset, self.row_height - 2 * inset,
                        self._shade(cell, colours), cell.query, 0.0, stroke,
                    )
                )  # fmt: skip
                ink = colours.quiet if cell.quiet else colours.ink
                text = fit(cell.text, pitch - 4, SIZE, measure)
                shift = measure(cell.letters, 6, bold=True) / 2 if cell.letters else 0.0
                marks.append(Label(x + pitch / 2 - shift, line, text, SIZE, ink, align="center", query=cell.query))
                if cell.letters:
                    at = x + pitch / 2 - shift + measure(text, SIZE) / 2 + 1.5
                    room = x + pitch - at - 2
                    marks.append(
                        Label(
                            at, line - 3, fit(cell.letters, room, 6, measure, bold=True), 6, colours.accent, bold=True
                        )
                    )
            y += self.row_height
        return Drawing(width, y + self.axis, tuple(marks))

    def _shade(self, cell: HeatCell, colours: Palette) -> str:
        if cell.quiet or not cell.shade:
            return colours.ground
        depth = min(1.0, abs(cell.shade)) * 0.55
        if self.good_is_high is None:
            target = colours.accent if cell.shade > 0 else colours.less
        else:
            target = colours.good if (cell.shade > 0) == self.good_is_high else colours.bad
        return colours.tint(target, depth)


def _head(head: tuple[str, str], room: float, measure: Measure) -> tuple[str, str]:
    """Return the two lines of a head; where "(A) n=742" finds no room the letter goes up, so that no base is cut."""
    label, base = head
    if base.startswith("(") and measure(base, 6.5) > room:
        letter, _, base = base.partition(" ")
        label = f"{letter} {label}"
    return label, base


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A thing with its course over periods (None where there is no figure), and texts beside it."""

    label: str
    course: tuple[float | None, ...]
    texts: tuple[str, ...]
    ink: Ink
    note: str = ""
    query: str | None = None


@dataclass(frozen=True, slots=True)
class CoursesChart:
    """Small courses in a table; the last dot is the period that is spoken of.

    Where a drawing is too narrow for all texts, the last of them give way to the course.
    """

    rows: tuple[CourseRow, ...]
    columns: tuple[str, ...]  # label, course, texts…
    column_widths: tuple[float, ...]  # of the texts
    label_width: float = 160.0
    row_height: float = 26.0
    head: float = 18.0
    axis: float = 4.0

    def lay(self, rows: Sequence[CourseRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        left, widths = self.label_width + 10, self.column_widths
        while len(widths) > 1 and width - sum(widths) - 8 - left < LEAST_COURSE:
            widths = widths[:-1]
        right = width - sum(widths) - 8
        marks: list[Mark] = [
            Label(0, 11, self.columns[0], 7, colours.quiet),
            Label(left, 11, fit(self.columns[1], right - left, 7, measure), 7, colours.quiet),
        ]
        x = width - sum(widths)
        for text, room in zip(self.columns[2:], widths, strict=False):
            x += room
            marks.append(Label(x, 11, text, 7, colours.quiet, align="right"))
        y = self.head
        for row in rows:
            marks.append(Stroke(((0, y), (width, y)), colours.rule, 0.4))
            line = y + self.row_height / 2
            up = 2.0 if row.note else -2.8
            label = fit(row.label, self.label_width, SIZE, measure)
            marks.append(Label(0, line - up, label, SIZE, colours.ink, query=row.query))
            if row.note:
                marks.append(Label(0, line + 8, fit(row.note, self.label_width, 6.5, measure), 6.5, colours.quiet))
            marks += self._course(row, left, right, y + 4, y + self.row_height - 4, colours)
            x = width - sum(widths)
            for number, (text, room) in enumerate(zip(row.texts, widths, strict=False)):
                x += room
                shown = fit(text, room - 4, SIZE, measure)
                marks.append(Label(x, line + 2.8, shown, SIZE, colours.ink, bold=number == 0, align="right"))
            y += self.row_height
        return Drawing(width, y + self.axis, tuple(marks))

    @staticmethod
    def _course(row: CourseRow, left: float, right: float, top: float, bottom: float, colours: Palette) -> list[Mark]:
        known = [value for value in row.course if value is not None]
        if not known:
            return []
        low, high = min(known), max(known)
        span = high - low or 1.0
        points: list[list[tuple[float, float]]] = [[]]
        for index, value in enumerate(row.course):
            if value is None:
                points.append([])
                continue
            x = left + (right - left) * index / max(1, len(row.course) - 1)
            points[-1].append((x, bottom - (bottom - top) * (value - low) / span))
        marks: list[Mark] = [Stroke(tuple(part), colours.accent, 1.1) for part in points if len(part) > 1]
        if row.course[-1] is not None:
            last = points[-1][-1]
            marks.append(Dot(*last, 2.6, colours.of(row.ink), query=row.query))
        return marks
