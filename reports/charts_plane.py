"""Charts on a plane: the quadrant of reach and effect, and the curve of feelings along the journey."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts import Area, Dot, Drawing, Label, Mark, Measure, Palette, Rect, Stroke, fit, two_lines
from reports.charts_spans import nice_ticks

NOTE_ROOM = 26.0
_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class QuadrantPoint:
    """A theme: its share in [0, 1], its effect with a 95 % interval, and people as the dot's area."""

    label: str
    share: float
    effect: float
    low: float
    high: float
    people: int
    sure: bool = True
    query: str | None = None


@dataclass(frozen=True, slots=True)
class QuadrantChart:
    """Reach against effect. ``names``: lower right (fix), upper right (keep), lower left (rare), upper left (nice)."""

    points: tuple[QuadrantPoint, ...]
    names: tuple[str, str, str, str]
    axes: tuple[str, str]
    cut: float
    height: float = 250.0


def quadrant_marks(chart: QuadrantChart, width: float, measure: Measure, colours: Palette) -> Drawing:
    """Lay out the quadrant; labels give way to each other, and one that finds no place is left to the table."""
    left, right, top, bottom = 36.0, width - 6.0, 16.0, chart.height - 30.0
    widest = max([point.share for point in chart.points] or [0.1]) * 1.12 or 0.1
    low = min([0.0, *(point.low for point in chart.points)])
    high = max([0.0, *(point.high for point in chart.points)])
    span = high - low or 1.0  # both sides of zero keep room for the names of their fields
    low, high = min(low - 0.06 * span, -0.16 * span), max(high + 0.06 * span, 0.16 * span)

    def at(share: float, effect: float) -> tuple[float, float]:
        return left + (right - left) * share / widest, bottom - (bottom - top) * (effect - low) / (high - low)

    middle, zero = at(min(chart.cut, widest), 0.0)
    marks: list[Mark] = [
        Rect(left, top, middle - left, bottom - top, colours.ground),
        Rect(middle, top, right - middle, zero - top, colours.tint(colours.good, 0.09)),
        Rect(middle, zero, right - middle, bottom - zero, colours.tint(colours.bad, 0.09)),
    ]
    for tick in nice_ticks(low, high, 6):
        y = at(0, tick)[1]
        marks.append(Stroke(((left, y), (right, y)), colours.rule, 0.4))
        text = f"{tick:+g}".replace("-", "−") if tick else "0"
        marks.append(Label(left - 5, y + 2.5, text, 7, colours.quiet, align="right"))
    for tick in nice_ticks(0, widest, 6):
        x = at(tick, low)[0]
        marks.append(Label(x, bottom + 11, f"{100 * tick:.3g}%", 7, colours.quiet, align="center"))
    marks.append(Stroke(((left, zero), (right, zero)), colours.ink, 0.8))
    fix, keep, rare, nice = chart.names
    corners = [
        (right - 5, bottom - 6, fix, colours.bad, "right"),
        (right - 5, top + 12, keep, colours.good, "right"),
        (left + 5, bottom - 6, rare, colours.quiet, "left"),
        (left + 5, top + 12, nice, colours.quiet, "left"),
    ]
    taken: list[_Box] = []
    for x, y, text, colour, align in corners:
        room = measure(text, 8.5, bold=True)
        taken.append((x - room if align == "right" else x, y - 9, x if align == "right" else x + room, y + 3))
        marks.append(Label(x, y, text, 8.5, colour, bold=True, align=align))
    marks.append(Label(right, bottom + 23, chart.axes[0], 7.5, colours.quiet, align="right"))
    marks.append(Label(0, 9, chart.axes[1], 7.5, colours.quiet))
    most = max([point.people for point in chart.points] or [1]) or 1
    placed = [
        (point, *at(point.share, point.effect), 2.6 + 5.4 * (point.people / most) ** 0.5) for point in chart.points
    ]
    for point, x, y, radius in placed:
        colour = _colour(point, chart.cut, colours)
        marks.append(Stroke(((x, at(0, point.low)[1]), (x, at(0, point.high)[1])), colour, 0.8))
        marks.append(Dot(x, y, radius, colour, colours.paper, query=point.query))
        taken.append((x - radius, y - radius, x + radius, y + radius))
    for point, x, y, radius in sorted(placed, key=lambda one: -one[0].people):
        marks += _label(point, (x, y, radius), taken, (left, top, right, bottom), measure, colours)
    return Drawing(width, chart.height, tuple(marks))


def _colour(point: QuadrantPoint, cut: float, colours: Palette) -> str:
    if not point.sure or point.share < cut:
        return colours.quiet
    return colours.good if point.effect > 0 else colours.bad


def _label(
    point: QuadrantPoint,
    where: tuple[float, float, float],
    taken: list[_Box],
    frame: _Box,
    measure: Measure,
    colours: Palette,
) -> list[Mark]:
    x, y, radius = where
    text = fit(point.label, 130, 7.5, measure)
    room = measure(text, 7.5)
    for dx, dy in (
        (radius + 3, 2.6), (-radius - 3 - room, 2.6), (-room / 2, -radius - 4), (-room / 2, radius + 9),
        (radius + 2, -6), (radius + 2, 11), (-radius - 2 - room, -6), (-radius - 2 - room, 11),
    ):  # fmt: skip
        box = (x + dx - 1, y + dy - 7, x + dx + room + 1, y + dy + 2)
        inside = frame[0] <= box[0] and box[2] <= frame[2] and frame[1] <= box[1] and box[3] <= frame[3]
        if inside and not any(_touch(box, other) for other in taken):
            taken.append(box)
            return [Label(x + dx, y + dy, text, 7.5, colours.ink, query=point.query)]
    return []


def _touch(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@dataclass(frozen=True, slots=True)
class JourneyPoint:
    """A touchpoint: net sentiment in [−1, 1] with its 95 % interval, or None where too few speak of it.

    ``note`` stands beside the peak and the valley.
    """

    label: str
    stage: str
    value: float | None
    low: float = 0.0
    high: float = 0.0
    base: int = 0
    weak: bool = False
    note: str = ""
    query: str | None = None


@dataclass(frozen=True, slots=True)
class JourneyChart:
    """Feelings along the journey, stage by stage; touchpoints without a figure are gaps.

    ``ends``: lowest and highest value of the scale, where several charts share one; else told by the points.
    """

    points: tuple[JourneyPoint, ...]
    height: float = 230.0
    ends: tuple[float, float] | None = None


def journey_marks(chart: JourneyChart, width: float, measure: Measure, colours: Palette) -> Drawing:
    """Lay out ribbon, band, curve, dots and notes."""
    points = chart.points
    left, right, top = 32.0, width, 16.0
    pitch = (right - left) / max(1, len(points))
    named = [two_lines(point.label, pitch - 3, 7.5, measure) for point in points]
    bottom = chart.height - 43.0 - 9.0 * max([len(lines) for lines in named] or [1])
    low, high = chart.ends or journey_ends(points)
    room = min(0.3, NOTE_ROOM / (bottom - top))  # for the values and notes beyond the last whisker
    pad = room / (1 - 2 * room) * (high - low)
    low, high = low - pad, high + pad

    def at(index: float, value: float) -> tuple[float, float]:
        return left + pitch * (index + 0.5), bottom - (bottom - top) * (value - low) / (high - low)

    zero = at(0, 0)[1]
    marks: list[Mark] = [
        Rect(left, top, right - left, zero - top, colours.tint(colours.good, 0.06)),
        Rect(left, zero, right - left, bottom - zero, colours.tint(colours.bad, 0.05)),
    ]
    for tick in nice_ticks(low, high, 5):
        y = at(0, tick)[1]
        if abs(tick) > 1:
            continue
        text = _points(tick)
        marks.append(Label(left - 5, y + 2.5, text, 7, colours.quiet, align="right"))
        marks.append(Stroke(((left, y), (right, y)), colours.rule, 0.4))
    marks.append(Stroke(((left, zero), (right, zero)), colours.ink, 0.8))
    for stretch in _stretches(points):
        curve = smooth([at(i, points[i].value or 0.0) for i in stretch])
        upper = smooth([at(i, points[i].high) for i in stretch])
        lower = smooth([at(i, points[i].low) for i in stretch])
        if len(stretch) > 1:
            marks.append(Area((*upper, *reversed(lower)), colours.accent_soft))
            marks.append(Stroke(tuple(curve), colours.accent, 1.8))
    for index, point in enumerate(points):
        x = at(index, 0)[0]
        marks += _touchpoint(point, named[index], x, pitch, bottom, measure, colours)
        if point.value is None:
            continue
        y = at(0, point.value)[1]
        colour = colours.good if point.low > 0 else colours.bad if point.high < 0 else colours.unsure
        marks.append(Stroke(((x, at(0, point.low)[1]), (x, at(0, point.high)[1])), colour, 0.7))
        marks.append(
            Dot(x, y, 3.4, colours.paper if point.weak else colour, colour if point.weak else None, query=point.query)
        )
        text = _points(point.value)
        above = point.value >= 0
        ends = at(0, point.high)[1] - 4 if above else at(0, point.low)[1] + 10
        ends = min(max(ends, top + 8), bottom - 2)
        marks.append(Label(x, ends, text, 8.5, colour, bold=True, align="center", query=point.query))
        if point.note:
            note = fit(point.note, min(right - left, 260.0), 7, measure)
            half = measure(note, 7) / 2
            middle = min(max(x, left + half), right - half)
            y = max(top - 5, ends - 11) if above else min(bottom - 4, ends + 10)
            marks.append(Label(middle, y, note, 7, colour, align="center"))
    marks += _ribbon(points, left, pitch, chart.height, measure, colours)
    return Drawing(width, chart.height, tuple(marks))


def journey_ends(points: Sequence[JourneyPoint]) -> tuple[float, float]:
    """Return the ends of the scale that shows all points with their intervals."""
    known = [point for point in points if point.value is not None]
    return min([-0.25, *(point.low for point in known)]), max([0.25, *(point.high for point in known)])


def _points(value: float) -> str:
    """Return a value in [−1, 1] as whole points with their sign."""
    rounded = round(100 * value)
    return f"{rounded:+d}".replace("-", "−") if rounded else "0"


def _touchpoint(
    point: JourneyPoint,
    lines: tuple[str, ...],
    x: float,
    pitch: float,
    bottom: float,
    measure: Measure,
    colours: Palette,
) -> list[Mark]:
    base = fit(f"n={point.base:,}", pitch - 2, 6.5, measure)
    return [
        *(
            Label(x, bottom + 12 + 9 * number, line, 7.5, colours.ink, align="center", query=point.query)
            for number, line in enumerate(lines)
        ),
        Label(x, bottom + 13 + 9 * len(lines), base, 6.5, colours.quiet, align="center"),
    ]


def _ribbon(
    points: Sequence[JourneyPoint], left: float, pitch: float, height: float, measure: Measure, colours: Palette
) -> list[Mark]:
    marks: list[Mark] = []
    start = 0
    for index in range(1, len(points) + 1):
        if index < len(points) and points[index].stage == points[start].stage:
            continue
        x, wide = left + pitch * start + 1, pitch * (index - start) - 2
        marks.append(Rect(x, height - 24, wide, 16, colours.strong, None, 2.0))
        name = fit(points[start].stage, wide - 6, 8, measure, bold=True)
        marks.append(Label(x + wide / 2, height - 13, name, 8, colours.paper, bold=True, align="center"))
        start = index
    return marks


def _stretches(points: Sequence[JourneyPoint]) -> list[list[int]]:
    found: list[list[int]] = []
    for index, point in enumerate(points):
        if point.value is None:
            continue
        if not found or found[-1][-1] != index - 1:
            found.append([])
        found[-1].append(index)
    return found


def smooth(points: Sequence[tuple[float, float]], steps: int = 12) -> list[tuple[float, float]]:
    """Return a curve through points in ascending x that overshoots none of them.

    Monotone piecewise cubic interpolation: Fritsch and Carlson, SIAM J. Numer. Anal. 17 (1980), 238-246.
    """
    if len(points) < 3:
        return list(points)
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(points)]
    tangents = [
        slopes[0],
        *((a + b) / 2 if a * b > 0 else 0.0 for a, b in itertools.pairwise(slopes)),
        slopes[-1],
    ]
    for index, slope in enumerate(slopes):
        if abs(slope) < 1e-12:
            tangents[index] = tangents[index + 1] = 0.0
            continue
        a, b = tangents[index] / slope, tangents[index + 1] / slope
        length = (a * a + b * b) ** 0.5
        if length > 3:
            tangents[index], tangents[index + 1] = 3 * a / length * slope, 3 * b / length * slope
    curve = [points[0]]
    for index, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(points)):
        wide = x1 - x0
        for step in range(1, steps + 1):
            t = step / steps
            y = (
                (1 + 2 * t) * (1 - t) ** 2 * y0
                + t * (1 - t) ** 2 * wide * tangents[index]
                + t * t * (3 - 2 * t) * y1
                + t * t * (t - 1) * wide * tangents[index + 1]
            )
            curve.append((x0 + wide * t, y))
    return curve
