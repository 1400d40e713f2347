"""From scores to charts: a score segment by segment; printed and shown alike."""

from __future__ import annotations

from collections.abc import Callable

from reports import measures
from reports.charts_rows import HeatCell, HeatChart, HeatRow
from reports.charts_spans import SpanRow, SpansChart
from reports.data import IndicatorFigures, ReportData, ScoreFigures, ScoreKind, ScoreSegments
from reports.specs import query_of
from reports.statistics.limits import BaseSize, Limits, TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words


def form(score: ScoreFigures, words: Words) -> Callable[[float], str]:
    """Return how a figure of this score is written on an axis."""
    if score.kind is ScoreKind.MEAN:
        return "{:.1f}".format
    return "{:.0f}%".format if score.kind is ScoreKind.TOP_BOX else lambda value: words.points(value, 0)


def score_segments(score: ScoreFigures, segments: ScoreSegments, limits: Limits, words: Words) -> SpansChart | None:
    """Return the score of each value of a client column, low bases hidden or starred; None below two figures."""
    rows: list[SpanRow] = []
    shown = 0
    for part in segments.parts:
        base = sum(count for _, count in part.distribution)
        found = measures.measure(score, part.distribution)
        if found is not None and isinstance(part.estimate, Estimate):
            found = measures.Measured(score.kind, part.estimate)
        size = limits.of(base)
        query = query_of(part.rows)
        if found is None or size is BaseSize.HIDDEN:
            texts = (words("too few"), "—", words.count(base))
            rows.append(SpanRow(part.label, None, 0.0, 0.0, texts, query))
            continue
        shown += 1
        star = "*" if size is BaseSize.STARRED else ""
        one = found.estimate
        texts = (found.value(words) + star, found.span(words), words.count(base))
        rows.append(SpanRow(part.label, one.value, one.low, one.high, texts, query))
    if shown < 2:  # nothing to compare
        return None
    whole = measures.measure(score)
    return SpansChart(
        tuple(rows), (words("Value"), words("95% interval"), "n"), (48.0, 76.0, 34.0),
        whole.estimate.value if whole else None, words("all {value}", value=whole.value(words)) if whole else "",
        form(score, words), label_width=70.0,
    )  # fmt: skip


def indicators(data: ReportData, words: Words) -> HeatChart | None:
    """Return the tree of indicators below the headline; None without one."""
    if not data.indicators:
        return None
    behind = {score.name: query_of(score.rows) for score in data.scores}
    rows = tuple(_indicator(one, behind.get(one.score), words) for one in data.indicators)
    return HeatChart(rows, ((words("Value"), ""), (words("Made of"), "")), ("", ""), label_width=120.0, head=16.0)


def _indicator(one: IndicatorFigures, query: str | None, words: Words) -> HeatRow:
    value = "—" if isinstance(one.value, TooFew) else f"{one.value:.1f}"
    parts = words.listed([f"{name} × {weight:.2g}" for name, weight in one.weights]) or one.score
    label = "　" * max(0, one.depth - 1) + one.name
    return HeatRow(label, "", (HeatCell(value, quiet=value == "—", query=query), HeatCell(parts, quiet=True)))
