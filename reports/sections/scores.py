"""Scores: figure, distribution, course over time, and segments."""

from __future__ import annotations

from dataclasses import replace

from reports import measures, specs_scores
from reports.charts import Drawing
from reports.charts_bars import Column, ColumnChart, column_marks
from reports.charts_trend import TrendChart, TrendPoint, trend_marks
from reports.charts_words import columns_said, trend_said
from reports.data import ScoreFigures, ScoreKind, ScoreSegments
from reports.findings import score_finding
from reports.outside import what_n_counts
from reports.pdf.blocks import Block, Row
from reports.pdf.paragraphs import Paragraph, TextStyle
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.lacks import lack_sentence
from reports.sections.press import Press
from reports.statistics.limits import BaseSize, TooFew
from reports.statistics.nps import DETRACTOR_TO, PROMOTER_FROM

LEAST_POINTS = 3
MOST_COLUMNS, RANGES = 12, 10


def scores(press: Press) -> list[Block]:
    """Return the section; nothing without scores."""
    words, data = press.words, press.data
    if not data.scores:
        return []
    first = score_finding(data.scores[0], data, words)
    blocks: list[Block] = [press.section(words("Scores"), first.lead, key="scores")]
    for number, score in enumerate(data.scores):
        finding = score_finding(score, data, words)
        if number:
            blocks.append(press.part(measures.name(score, words), finding.lead, key=f"scores:{score.name}"))
        blocks += score_blocks(press, score)
    return [*blocks, *indicator_blocks(press)]


def score_blocks(press: Press, score: ScoreFigures) -> list[Block]:
    """Return one score: figure, distribution, course and segments."""
    words = press.words
    total = sum(count for _, count in score.distribution)
    if not total:
        return []
    blocks: list[Block] = [_overview(press, score, total)]
    weighed = measures.weighed_base(score, words)
    caption = words.text(words("Answers by score (n={n}).", n=words.count(total)), what_n_counts(words), weighed)
    if score.kind is ScoreKind.NPS:
        caption = words.text(caption, words("NPS = share scoring 9–10 minus share scoring 0–6, in points."))
    blocks.append(press.caption(caption))
    blocks += _trend(press, score)
    for segments in score.segments:
        blocks += _segments(press, score, segments)
    return blocks


def _overview(press: Press, score: ScoreFigures, total: int) -> Row:
    """Return the figure at the left and the distribution at the right."""
    words, colours = press.words, press.colours
    found = measures.measure(score)
    stack: list[Block] = []

    def line(text: str, size: float, colour: str, *, bold: bool = False) -> None:
        stack.append(Paragraph(text, TextStyle(size, size * 1.45, colour, bold), press.setter, most_lines=3))

    shown = press.data.limits.of(total) is not BaseSize.HIDDEN
    if found and shown:
        line(found.value(words), 30, colours.strong, bold=True)
        line(measures.name(score, words), 9, colours.ink)
        line(words("95% CI {span}, n={n}", span=found.span(words), n=words.count(found.base)), 8, colours.quiet)
    else:
        line(words("Too few answers"), 14, colours.quiet, bold=True)
        line(words.base(total), 8, colours.quiet)
    for part, colour in zip(measures.portions(score, words), (colours.good, colours.quiet, colours.bad), strict=False):
        values = {"name": part.name, "count": words.count(part.count), "n": words.count(total)}
        if not shown:
            line(words("{name}: {count} of {n}", **values), 8, colour)
        elif score.weighed is not None:  # counts beside weighted shares would not go together
            share = words.percent(part.share, round(score.weighed.effective))
            line(words("{name}: {share}", name=part.name, share=share), 8, colour)
        else:
            share = words.percent(part.share, total)
            line(words("{name}: {share} ({count} of {n})", share=share, **values), 8, colour)
    weighed = score.weighed if shown else None
    drawn = bins(score.distribution if weighed is None else weighed.shares)
    wide = len(drawn) <= 8  # above narrow columns there is room for one text only

    def column(label: str, amount: float, middle: float) -> Column:
        if not shown:
            text = words.count(round(amount))
        elif weighed is not None:
            text = f"{100 * amount:.0f}%"
        else:
            text = f"{100 * amount / total:.0f}%"
            text = f"{words.count(round(amount))} · {text}" if wide else text
        return Column(label, amount, text, _colour(press, score, middle))

    columns = tuple(column(*one) for one in drawn)
    width = (press.width - 18) * 0.66

    def draw(height: float) -> Drawing:
        return column_marks(ColumnChart(columns, height), width, press.setter.width, colours)

    said = columns_said(press.last_title, ColumnChart(columns))
    chart = press.elastic(draw, 104.0, 104.0, name=score.name, alt=said)
    return Row(space_before=8, keep_with_next=True, stacks=[stack, [chart]], parts=[0.34, 0.66])


def bins(distribution: tuple[tuple[float, float], ...]) -> list[tuple[str, float, float]]:
    """Return (label, amount, middle) of the columns to draw: one a score, gaps of whole scores filled, or ten ranges.

    ``distribution``: (score, answers or share of them).
    """
    counts = dict(distribution)
    low, high = min(counts), max(counts)
    if high - low < MOST_COLUMNS and all(float(score).is_integer() for score in counts):
        return [(str(score), counts.get(float(score), 0), float(score)) for score in range(int(low), int(high) + 1)]
    if len(counts) <= MOST_COLUMNS:
        return [(f"{score:g}", counts[score], score) for score in sorted(counts)]
    step = (high - low) / RANGES
    found = [0.0] * RANGES
    for score, count in counts.items():
        found[min(RANGES - 1, int((score - low) / step))] += count
    edges = [low + step * number for number in range(RANGES + 1)]
    return [
        (f"{start:.3g}–{end:.3g}", count, (start + end) / 2)
        for start, end, count in zip(edges, edges[1:], found, strict=False)
    ]


def _colour(press: Press, score: ScoreFigures, value: float) -> str:
    colours = press.colours
    if score.kind is ScoreKind.NPS:
        good, bad = value >= PROMOTER_FROM, value <= DETRACTOR_TO
    elif score.kind is ScoreKind.TOP_BOX:
        cut = score.cut if score.cut is not None else score.highest - 1 if score.good_is_high else score.lowest + 1
        good = value >= cut if score.good_is_high else value <= cut
        bad = (
            value < (score.lowest + score.highest) / 2
            if score.good_is_high
            else value > (score.lowest + score.highest) / 2
        )
    else:
        return colours.accent
    return colours.good_soft if good else colours.bad_soft if bad else colours.too_little


def _trend(press: Press, score: ScoreFigures) -> list[Block]:
    """Return the course of a score with its band, and its change of level where one is confirmed."""
    words, limits = press.words, press.data.limits
    points = _points(press, score)
    if sum(1 for point in points if point.value is not None) < LEAST_POINTS:
        return []
    mean, form = score.kind is ScoreKind.MEAN, specs_scores.form(score, words)
    shift = score.series.shift if score.series and not isinstance(score.series.shift, TooFew) else None
    moved = ""
    if shift is not None:
        moved = words(
            "{day}: {change} points",
            day=points[shift.at].label,
            change=words.points(shift.change.value, 2 if mean else 1),
        )

    chart = TrendChart(points, 150.0, form, shift.at if shift else None, moved)

    def draw(height: float) -> Drawing:
        return trend_marks(replace(chart, height=height), press.width, press.setter.width, press.colours)

    text = words(
        "{name} by period with its 95% band; periods with fewer than {n} answers are left out.",
        name=measures.name(score, words),
        n=limits.shown,
    )
    line = words("Dashed: the confirmed change of level.") if shift else ""
    name = words("{name} by period", name=score.name)
    head = [press.part(name)] if press.paper.wide else []  # a slide of its own
    said = trend_said(name, chart)
    return [*head, press.elastic(draw, chart.height, 104.0, name=name, alt=said), press.caption(words.text(text, line))]


def _points(press: Press, score: ScoreFigures) -> tuple[TrendPoint, ...]:
    """Return the points of a score's course: of its series, else of its periods."""
    limits, points = press.data.limits, []
    if score.series is not None:
        for one in score.series.points:
            query = one.rows.to_json() if one.rows else None
            figure = one.point.figure
            if isinstance(figure, TooFew):
                points.append(TrendPoint(one.label, None, base=figure.have))
            else:
                points.append(TrendPoint(one.label, figure.value, figure.low, figure.high, figure.base, query))
        return tuple(points)
    for part in score.trend:
        found = measures.measure(score, part.distribution)
        base = sum(count for _, count in part.distribution)
        if found is None or limits.of(base) is BaseSize.HIDDEN:
            points.append(TrendPoint(part.label, None, base=base))
        else:
            estimate = found.estimate
            points.append(TrendPoint(part.label, estimate.value, estimate.low, estimate.high, base))
    return tuple(points)


def indicator_blocks(press: Press) -> list[Block]:
    """Return the tree of indicators below the headline; nothing without one."""
    words, told = press.words, press.data.indicators
    if not told:
        return []
    columns = [
        ColumnSpec(words("Indicator"), 2.4),
        ColumnSpec(words("Value"), 0.9, "right"),
        ColumnSpec(words("Made of"), 3.0),
    ]
    rows: list[list[Cell | str]] = []
    for one in told:
        value = lack_sentence(press, one.value) if isinstance(one.value, TooFew) else ""
        parts = [f"{name} × {weight:g}" for name, weight in one.weights]
        rows.append(
            [
                Cell(one.name, bold=one.depth == 1, indent=8.0 * max(0, one.depth - 1)),
                "—" if isinstance(one.value, TooFew) else Cell(f"{one.value:.1f}", bold=True),
                value or words.listed(parts) or one.score,
            ]
        )
    note = words("Indicators made of others are on a scale of 0 to 100, by the weights of the definitions.")
    return [press.part(words("Indicators")), press.table(columns, rows), press.note(note)]


def _segments(press: Press, score: ScoreFigures, segments: ScoreSegments) -> list[Block]:
    """Return the score of each value of a client column; low bases hidden or starred. Nothing below two figures."""
    words, limits = press.words, press.data.limits
    spec = specs_scores.score_segments(score, segments, limits, words)
    if spec is None:
        return []
    widest = max(press.setter.width(row.label, 8) for row in spec.rows)
    spans = max(press.setter.width(row.texts[1], 8) for row in spec.rows)
    chart = replace(
        spec, column_widths=(52.0, max(70.0, spans + 14), 44.0),
        label_width=min(0.3 * press.width, max(70.0, widest + 14)),
    )  # fmt: skip
    name = words("{score} by {segment}", score=score.name, segment=segments.dimension)
    note = words.text(
        what_n_counts(words),
        words(
            "* base of {low} to {high}; no figure under {low}. Not tested for significance.",
            low=limits.shown,
            high=limits.full - 1,
        ),
    )
    return [press.part(name), press.rows(chart, name=name), press.caption(note)]
