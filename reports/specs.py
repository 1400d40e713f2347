"""From figures to charts: what the report prints and the window shows is specified once, here.

Each mark carries the rows behind its figure (``Rows.to_json``). A figure that there is too little data for has no mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotate.messages import N_
from reports import findings
from reports.charts import Ink
from reports.charts_plane import JourneyChart, JourneyPoint, QuadrantChart, QuadrantPoint
from reports.charts_rows import CourseRow, CoursesChart, HeatCell, HeatChart, HeatRow, NeedsChart
from reports.charts_rows import NeedRow as NeedBar
from reports.charts_trend import TrendChart, TrendPoint
from reports.data import (
    DriverFigures,
    JourneyFigures,
    NeedFigures,
    NeedRow,
    QuestionFigures,
    Rows,
    ScoreFigures,
    ScoreKind,
    SegmentColumn,
    SegmentRow,
    SegmentTable,
    Sentiment,
    SpikeFigures,
    SpikeRow,
    Theme,
    TouchpointCell,
    TouchpointTable,
    TrendFigures,
)
from reports.statistics.kano import Layer, Point
from reports.statistics.limits import BaseSize, Limits, TooFew
from reports.statistics.nps import Estimate
from reports.statistics.shares import Share
from reports.wording import Words

LEAST_POINTS = 3
MOST_ROWS, MOST_NEEDS, MOST_RISES, MOST_COURSES = 20, 24, 14, 12
FULL_SHADE, FULL_SHADE_POINTS = 12.0, 40.0
"""Points from the row's whole at which a cell of shares, or of net sentiment, is shaded fully."""
SHORT = {Point.PAIN: N_("pain"), Point.ITCH: N_("itch"), Point.DELIGHT: N_("delight")}
LAYERS = {
    Layer.MUST_BE: Ink.BAD, Layer.PERFORMANCE: Ink.PLAIN, Layer.ATTRACTIVE: Ink.GOOD, Layer.INDIFFERENT: Ink.QUIET,
    Layer.UNPROVED: Ink.QUIET,
}  # fmt: skip


def query_of(rows: Rows | None) -> str | None:
    """Return the rows behind a mark as text."""
    return None if rows is None else rows.to_json()


def name_of(theme: Theme, words: Words) -> str:
    """Return a theme with its pole where it has one."""
    poles = {
        Sentiment.NEGATIVE: words("negative"),
        Sentiment.NEUTRAL: words("neutral"),
        Sentiment.POSITIVE: words("positive"),
    }
    return (
        theme.label
        if theme.sentiment is None
        else words("{theme} ({pole})", theme=theme.label, pole=poles[theme.sentiment])
    )


def score_trend(score: ScoreFigures, words: Words) -> TrendChart | None:
    """Return the course of a score; None for fewer than LEAST_POINTS periods with a figure."""
    if score.series is None:
        return None
    form = "{:.1f}".format if score.kind is ScoreKind.MEAN else "{:.0f}%".format
    if score.kind is ScoreKind.NPS:
        return _trend(score.series, lambda value: words.points(value, 0))
    return _trend(score.series, form)


def _trend(series: TrendFigures, form: object) -> TrendChart | None:
    points = []
    for one in series.points:
        figure = one.point.figure
        if isinstance(figure, Estimate):
            points.append(
                TrendPoint(
                    one.label, figure.value, figure.low, figure.high, figure.base,
                    query_of(one.rows),
                )
            )  # fmt: skip
        else:
            points.append(TrendPoint(one.label, None, base=figure.have))
    if sum(point.value is not None for point in points) < LEAST_POINTS:
        return None
    return TrendChart(tuple(points), 150.0, form)  # type: ignore[arg-type]


def quadrant(drivers: DriverFigures, words: Words) -> QuadrantChart:
    """Return the map of reach and effect of the themes that go with a score."""
    points = tuple(
        QuadrantPoint(
            name_of(row.theme, words), row.reach, row.effect.value, row.effect.low, row.effect.high,
            round(row.reach * drivers.people), row.sure, query_of(row.theme.rows),
        )
        for row in drivers.rows
    )  # fmt: skip
    names = (words("Fix first"), words("Keep up"), words("Few but painful"), words("Nice extra"))
    axes = (
        words("share of {people} who mention it", people=words.people),
        words("effect of a mention on {score}", score=drivers.score),
    )
    return QuadrantChart(points, names, axes, drivers.median_reach)


def needs(figures: NeedFigures, words: Words, *, most: int = MOST_NEEDS) -> NeedsChart | None:
    """Return penalties and rewards with the layer of each need, layer by layer; None where there is none."""
    if isinstance(figures.needs, TooFew) or not figures.needs:
        return None
    order = list(LAYERS)
    ranked = sorted(
        figures.needs, key=lambda row: (order.index(row.need.layer), -row.need.penalty.value - row.need.reward.value)
    )
    rows = tuple(
        NeedBar(
            row.theme.label, _side(row.need.penalty), _side(row.need.reward),
            f"{words.count(row.need.penalty.base)} / {words.count(row.need.reward.base)}", _verdict(row, words),
            LAYERS[row.need.layer], row.need.layer is not Layer.UNPROVED, query_of(row.theme.rows),
        )
        for row in ranked[:most]
    )  # fmt: skip
    heads = (words("need"), words("costs"), words("gains"), words("bad / good"), words("layer · point"))
    return NeedsChart(rows, heads)


def _verdict(row: NeedRow, words: Words) -> str:
    points = [words(SHORT[point]) for point in row.need.points]
    if row.need.layer is Layer.UNPROVED and points:
        return words.listed(points)
    return " · ".join([words(row.need.layer.value), *([words.listed(points)] if points else [])])


def _side(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def heat(
    question: QuestionFigures, table: SegmentTable, limits: Limits, words: Words, *, most: int = MOST_ROWS
) -> HeatChart:
    """Return themes by segments: text the share, shade the points from all, letters and frame what is proved."""
    known = {one.code: one for one in question.themes}
    listed = [row for row in table.rows if row.code in known]
    listed.sort(key=lambda row: (-known[row.code].share.value, row.code))
    rows = []
    for row in listed[:most]:
        theme = known[row.code]
        total = row.total or theme.share
        cells = tuple(
            _share_cell(row, place, column, total, limits, words) for place, column in enumerate(table.columns)
        )
        rows.append(
            HeatRow(findings.distinct_label(theme, question.themes), words.percent(total.value, total.base), cells)
        )
    return HeatChart(tuple(rows), _heads(table.columns, words), (words("All"), words.base(question.base)))


def _share_cell(
    row: SegmentRow, place: int, column: SegmentColumn, total: Share, limits: Limits, words: Words
) -> HeatCell:
    size = limits.of(column.base)
    if row.cells:
        cell = row.cells[place]
        value, effect = cell.share, cell.effect
    else:
        cell = None
        value = row.counts[place] / column.base if column.base and size is not BaseSize.HIDDEN else None
        effect = None if value is None else 100 * (value - total.value)
    if value is None:
        return HeatCell("—", quiet=True, query=query_of(cell.rows) if cell else None)
    text = words.percent(value, column.base) + ("*" if size is BaseSize.STARRED else "")
    shade = (effect or 0.0) / FULL_SHADE
    if cell is None:
        return HeatCell(text, shade)
    return HeatCell(text, shade, cell.letters, cell.outlined, query=query_of(cell.rows))


def touchpoints(table: TouchpointTable, words: Words) -> HeatChart:
    """Return net sentiment by touchpoint and segment."""
    rows = tuple(
        HeatRow(row.touchpoint, _points(row.total, words), tuple(_mood_cell(cell, words) for cell in row.cells))
        for row in table.rows
    )
    return HeatChart(rows, _heads(table.columns, words), (words("All"), ""), good_is_high=True)


def _mood_cell(cell: TouchpointCell, words: Words) -> HeatCell:
    if isinstance(cell.estimate, TooFew):
        return HeatCell(words.base(cell.estimate.have), quiet=True, query=query_of(cell.rows))
    shade = (cell.effect or 0.0) / FULL_SHADE_POINTS
    return HeatCell(_points(cell.estimate, words), shade, cell.letters, cell.outlined, query=query_of(cell.rows))


def _points(estimate: Estimate | TooFew, words: Words) -> str:
    return "—" if isinstance(estimate, TooFew) else words.points(estimate.value, 0)


def _heads(columns: Sequence[SegmentColumn], words: Words) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.value, f"({one.letter}) {words.base(one.base)}" if one.letter else words.base(one.base)) for one in columns
    )


def part(chart: HeatChart, places: Sequence[int]) -> HeatChart:
    """Return a heat map of some of its columns, where not all fit across."""
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in chart.rows)
    return replace(chart, rows=rows, columns=tuple(chart.columns[place] for place in places))


def journey(figures: JourneyFigures, words: Words) -> JourneyChart:
    """Return the curve of net sentiment over the journey, with what people say at its peak and valley."""
    points = []
    for place, stop in enumerate(figures.stops):
        estimate = stop.estimate
        theme = {figures.peak: stop.best, figures.valley: stop.worst}.get(place)
        note = words.quoted(theme.label) if theme is not None else ""
        if isinstance(estimate, TooFew):
            points.append(
                JourneyPoint(stop.touchpoint, stop.stage, None, base=estimate.have, query=query_of(stop.rows))
            )
        else:
            points.append(
                JourneyPoint(
                    stop.touchpoint, stop.stage, estimate.value / 100, estimate.low / 100, estimate.high / 100,
                    estimate.base, stop.hollow, note, query_of(stop.rows),
                )
            )  # fmt: skip
    return JourneyChart(tuple(points))


def spikes(figures: SpikeFigures, words: Words, *, most: int = MOST_RISES) -> CoursesChart:
    """Return sudden rises with their weeks, how many times the usual, people seen for expected, and q."""
    rows = tuple(
        CourseRow(
            row.theme.label, tuple(float(count) for count in row.counts),
            (
                words("× {lift}", lift=f"{row.lift:.1f}"),
                words("{seen} for {expected}", seen=words.count(row.seen), expected=f"{row.expected:.1f}"),
                "<.001" if row.q < 0.001 else f"{row.q:.3f}".lstrip("0"),
            ),
            Ink.BAD, _slice(row, words), query_of(row.rows),
        )
        for row in figures.rows[:most]
    )  # fmt: skip
    heads = (
        words("theme and slice"), words("{people} a week", people=words.people), words("lift"),
        words("seen for expected"), "q",
    )  # fmt: skip
    return CoursesChart(rows, heads, (44.0, 84.0, 40.0))


def courses(question: QuestionFigures, words: Words, *, most: int = MOST_COURSES) -> CoursesChart | None:
    """Return the shares of the largest themes over time; None where there are fewer than LEAST_POINTS periods."""
    rows = []
    for series in question.trends[:most]:
        values = [one.point.figure.value if isinstance(one.point.figure, Estimate) else None for one in series.points]
        known = [value for value in values if value is not None]
        if len(known) < LEAST_POINTS:
            continue
        shift = series.shift
        moved = "—"
        if shift is not None and not isinstance(shift, TooFew):
            moved = words(
                "{day}: {change} points",
                day=series.points[shift.at].label,
                change=words.points(100 * shift.change.value),
            )
        texts = (f"{100 * known[-1]:.1f}%", f"{100 * min(known):.1f}–{100 * max(known):.1f}%", moved)
        ink = Ink.PLAIN if moved == "—" else Ink.UNSURE
        newest = next((one.rows for one in reversed(series.points) if one.rows), None)
        rows.append(CourseRow(series.name, tuple(values), texts, ink, query=query_of(newest)))
    if not rows:
        return None
    points = question.trends[0].points
    span = words.span(points[0].label, points[-1].label)
    heads = (words("theme"), span, words("last"), words("lowest to highest"), words("confirmed change of level"))
    return CoursesChart(tuple(rows), heads, (52.0, 92.0, 130.0), row_height=22.0)


def _slice(row: SpikeRow, words: Words) -> str:
    where = f"{row.column} {row.value}" if row.column else words("all answers")
    return " · ".join((where, words.period(row.first, row.last), *row.also[:3]))
