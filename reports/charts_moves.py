"""Needs of two years on the plane of what they gain and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

from reports.charts import Dot, Drawing, Label, Mark, Measure, Palette, Stroke, fit
from reports.charts_spans import nice_ticks

SIZE = 7.5


@dataclass(frozen=True, slots=True)
class Move:
    """A need: (reward, penalty) in points of the score before and after; ``moved``: the change is proved."""

    label: str
    before: tuple[float, float]
    after: tuple[float, float]
    moved: bool
    query: str | None = None


@dataclass(frozen=True, slots=True)
class MovesChart:
    """Needs and their moves. ``axes``: what the plane's right and its top mean."""

    moves: tuple[Move, ...]
    axes: tuple[str, str]
    height: float = 220.0


def moves_marks(chart: MovesChart, width: float, measure: Measure, colours: Palette) -> Drawing:
    """Lay out the moves: an arrow from then to now where the change is proved, else a grey dot."""
    ends = [end for move in chart.moves for end in (move.before, move.after)]
    low = min([0.0, *(value for end in ends for value in end)])
    high = max([1.0, *(value for end in ends for value in end)]) * 1.1
    left, right, top, bottom = 34.0, width - 6.0, 16.0, chart.height - 30.0

    def at(end: tuple[float, float]) -> tuple[float, float]:
        scale = high - low
        return left + (right - left) * (end[0] - low) / scale, bottom - (bottom - top) * (end[1] - low) / scale

    marks: list[Mark] = []
    for tick in nice_ticks(low, high, 5):
        x, y = at((tick, tick))
        marks += [
            Stroke(((left, y), (right, y)), colours.rule, 0.4),
            Stroke(((x, top), (x, bottom)), colours.rule, 0.4),
            Label(left - 4, y + 2.5, _signed(tick), 7, colours.quiet, align="right"),
            Label(x, bottom + 11, _signed(tick), 7, colours.quiet, align="center"),
        ]
    marks.append(Label(right, bottom + 23, chart.axes[0], SIZE, colours.quiet, align="right"))
    marks.append(Label(0, 9, chart.axes[1], SIZE, colours.quiet))
    for move in chart.moves:
        start, end = at(move.before), at(move.after)
        if move.moved:
            marks += [
                Stroke((start, end), colours.accent, 1.4, query=move.query),
                Dot(*start, 2.2, colours.too_little, query=move.query),
            ]
        marks.append(Dot(*end, 3.2, colours.accent if move.moved else colours.too_little, query=move.query))
    taken: list[tuple[float, float, float, float]] = []
    for move in sorted(chart.moves, key=lambda one: not one.moved):
        x, y = at(move.after)
        text = fit(move.label, 110, SIZE, measure)
        room = measure(text, SIZE)
        for dx, dy in ((5.0, 2.6), (-5.0 - room, 2.6), (-room / 2, -6.0), (-room / 2, 11.0)):
            box = (x + dx, y + dy - 7, x + dx + room, y + dy + 2)
            free = all(box[0] > b[2] or b[0] > box[2] or box[1] > b[3] or b[1] > box[3] for b in taken)
            if free and box[0] >= left and box[2] <= right:
                taken.append(box)
                marks.append(Label(x + dx, y + dy, text, SIZE, colours.ink, query=move.query))
                break
    return Drawing(width, chart.height, tuple(marks))


def _signed(value: float) -> str:
    return f"{value:g}".replace("-", "−")
