"""From figures to charts: what the report prints and the window shows is specified once, here.

Each mark carries the rows behind its figure (``Rows.to_json``). A figure that there is too little data for has no mark.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.charts import TrendChart, TrendPoint
from reports.charts_plane import JourneyChart, JourneyPoint, QuadrantChart, QuadrantPoint
from reports.charts_rows import CourseRow, CoursesChart, HeatCell, HeatChart, HeatRow, NeedRow, NeedsChart
from reports.data import (
    DriverFigures,
    JourneyFigures,
    NeedFigures,
    Rows,
    ScoreFigures,
    ScoreKind,
    SegmentColumn,
    SegmentTable,
    Sentiment,
    SpikeFigures,
    Theme,
    ThemeFigures,
    TouchpointTable,
    TrendFigures,
)
from reports.statistics.kano import Layer, Point
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate
from reports.statistics.shares import BaseSize
from reports.wording import Words

LEAST_POINTS = 3
MOST_ROWS = 14
COLOURS = {Point.PAIN: "#b02a23", Point.DELIGHT: "#1e7d45", Point.ITCH: "#b87514"}
_UNSURE = "#8a94a1"


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
        return _trend(score.series, 1.0, lambda value: words.points(value, 0))
    return _trend(score.series, 1.0, form)


def share_trend(series: TrendFigures) -> TrendChart | None:
    """Return the course of a theme's share, in percent."""
    return _trend(series, 100.0, "{:.0f}%".format)


def _trend(series: TrendFigures, factor: float, form: object) -> TrendChart | None:
    points = []
    for one in series.points:
        figure = one.point.figure
        if isinstance(figure, Estimate):
            points.append(
                TrendPoint(
                    one.label, factor * figure.value, factor * figure.low, factor * figure.high, figure.base,
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


def needs(figures: NeedFigures, words: Words) -> NeedsChart | None:
    """Return penalties and rewards with the layer of each need; None where there are too few answers."""
    if isinstance(figures.needs, TooFew) or not figures.needs:
        return None
    rows = []
    for one in figures.needs:
        need = one.need
        sure = need.layer is not Layer.UNPROVED
        verdict = words.listed([words(need.layer.value), *(words(point.value) for point in need.points)])
        colour = next((COLOURS[point] for point in need.points if point in COLOURS), "#2b6cb0") if sure else _UNSURE
        rows.append(
            NeedRow(
                one.theme.label, _side(need.penalty), _side(need.reward),
                f"{need.penalty.base:,} / {need.reward.base:,}", verdict, colour, sure, query_of(one.theme.rows),
            )
        )  # fmt: skip
    heads = (words("Theme"), words("trouble costs"), words("praise gains"), words("n bad / good"), words("layer"))
    return NeedsChart(tuple(rows), heads)


def _side(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def heat(table: SegmentTable, themes: Sequence[ThemeFigures], words: Words, *, most: int = MOST_ROWS) -> HeatChart:
    """Return themes by segments: text the share, shade the distance from all, letters the proved differences."""
    known = {one.code: one for one in themes}
    listed = [row for row in table.rows if row.code in known and row.cells][:most]
    widest = max([abs(cell.effect or 0.0) for row in listed for cell in row.cells] or [0.0]) or 1.0
    rows = []
    for row in listed:
        theme = known[row.code]
        cells = tuple(
            HeatCell(
                _percent(cell.share, column),
                (cell.effect or 0.0) / widest, cell.letters, cell.outlined, cell.share is None, query_of(cell.rows),
            )
            for column, cell in zip(table.columns, row.cells, strict=True)
        )  # fmt: skip
        whole = words.percent(row.total.value, row.total.base) if row.total else ""
        label = theme.label_en if not words.chinese and theme.label_en else theme.label
        rows.append(HeatRow(label, whole, cells))
    columns = tuple((column.value, _base_of(column.base, column.letter)) for column in table.columns)
    return HeatChart(tuple(rows), columns, (words("all"), ""))


def _percent(share: float | None, column: SegmentColumn) -> str:
    if share is None:
        return f"n={column.base}"
    return f"{100 * share:.0f}%" + ("*" if column.size is BaseSize.STARRED else "")


def touchpoints(table: TouchpointTable, words: Words) -> HeatChart:
    """Return net sentiment by touchpoint and segment."""
    figures = [cell.effect for row in table.rows for cell in row.cells if cell.effect is not None]
    widest = max([abs(value) for value in figures] or [0.0]) or 1.0
    rows = tuple(
        HeatRow(
            row.touchpoint,
            _points(row.total, words),
            tuple(
                HeatCell(
                    _points(cell.estimate, words), (cell.effect or 0.0) / widest, cell.letters, cell.outlined,
                    isinstance(cell.estimate, TooFew), query_of(cell.rows),
                )
                for cell in row.cells
            ),
        )
        for row in table.rows
    )  # fmt: skip
    columns = tuple((column.value, _base_of(column.base, column.letter)) for column in table.columns)
    return HeatChart(rows, columns, (words("all"), ""), good_is_high=True)


def _points(estimate: Estimate | TooFew, words: Words) -> str:
    return f"n={estimate.have}" if isinstance(estimate, TooFew) else words.points(estimate.value, 0)


def _base_of(base: int, letter: str) -> str:
    return f"{letter}  n={base:,}" if letter else f"n={base:,}"


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


def spikes(figures: SpikeFigures, words: Words, colour: str) -> CoursesChart:
    """Return sudden rises with their weeks, how many times the usual, and q."""
    rows = []
    for row in figures.rows:
        where = f"{row.column} {row.value}".strip() or words("all answers")
        rows.append(
            CourseRow(
                row.theme.label, tuple(float(count) for count in row.counts),
                (words("×{lift}", lift=f"{row.lift:.1f}"), f"{row.seen:,} / {row.expected:,.0f}", f"{row.q:.3f}"),
                colour, f"{where}  {row.first:%m-%d}–{row.last:%m-%d}", query_of(row.rows),
            )
        )  # fmt: skip
    heads = (words("Theme and slice"), words("people a week"), words("times"), words("seen / expected"), "q")
    return CoursesChart(tuple(rows), heads, (44.0, 84.0, 44.0))
