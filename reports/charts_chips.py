"""Words in a row: what tells a theme's answers from the others, each word with how many answers use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import Drawing, Label, Mark, Measure, Palette, Rect, Stroke, fit

SIZE, SMALL = 8.0, 6.5
LINE, GAP = 16.0, 4.0


@dataclass(frozen=True, slots=True)
class Chip:
    """A word, its count as text, and how strongly it is shaded, in [0, 1]."""

    word: str
    count: str
    shade: float
    query: str | None = None


@dataclass(frozen=True, slots=True)
class ChipRow:
    """A thing and its words; ``note`` stands in their place where there are none."""

    label: str
    chips: tuple[Chip, ...]
    note: str = ""
    query: str | None = None


@dataclass(frozen=True, slots=True)
class ChipsChart:
    """Rows of words that wrap where a line is full."""

    rows: tuple[ChipRow, ...]
    label_width: float = 84.0

    def lay(self, rows: Sequence[ChipRow], width: float, measure: Measure, colours: Palette) -> Drawing:
        """Lay out some of the rows."""
        marks: list[Mark] = []
        left, y = self.label_width + 8, 2.0
        for row in rows:
            marks.append(Stroke(((0, y), (width, y)), colours.rule, 0.4))
            label = fit(row.label, self.label_width, SIZE, measure)
            marks.append(Label(self.label_width, y + 11, label, SIZE, colours.ink, align="right", query=row.query))
            if not row.chips:
                note = fit(row.note, width - left, SMALL + 1, measure)
                marks.append(Label(left, y + 11, note, SMALL + 1, colours.quiet))
            x = left
            for chip in row.chips:
                word = fit(chip.word, width - left - 40, SIZE, measure)
                first, second = measure(word, SIZE), measure(chip.count, SMALL)
                wide = first + second + 11
                if x > left and x + wide > width:
                    x, y = left, y + LINE
                fill = colours.tint(colours.accent, 0.08 + 0.3 * min(1.0, max(0.0, chip.shade)))
                marks += [
                    Rect(x, y + 2, wide, LINE - 3, fill, chip.query, 3.0),
                    Label(x + 4, y + 11, word, SIZE, colours.ink, query=chip.query),
                    Label(x + 7 + first, y + 11, chip.count, SMALL, colours.quiet),
                ]
                x += wide + GAP
            y += LINE
        return Drawing(width, y + 2, tuple(marks))
