"""The journey: net sentiment from touchpoint to touchpoint."""

from __future__ import annotations

from reports import specs
from reports.charts import Drawing
from reports.charts_plane import JourneyChart, JourneyPoint, journey_marks
from reports.charts_words import journey_said
from reports.corrections import correction_sentence
from reports.data import JourneyFigures
from reports.outside import mix_sentence
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate

MOST_STOPS = 14
"""Touchpoints side by side on one curve; a longer journey is set in parts."""


def journey(press: Press) -> list[Block]:
    """Return the section; nothing without a journey that has a figure."""
    words, found = press.words, press.data.journey
    if found is None or not any(isinstance(stop.estimate, Estimate) for stop in found.stops):
        return []
    section = press.section(words("Journey"), journey_sentence(press, found), key="journey")
    return [section, *curve_blocks(press, found), *_stops(press, found)]


def curve_blocks(press: Press, found: JourneyFigures) -> list[Block]:
    """Return the curve, in parts where there are more touchpoints than fit."""
    words = press.words
    blocks: list[Block] = []
    most = MOST_STOPS if not press.paper.wide else 18
    whole = specs.journey(found, words)
    parts = -(-len(found.stops) // most)
    size = -(-len(found.stops) // parts)
    for start in range(0, len(found.stops), size):
        points = whole.points[start : start + size]

        def draw(height: float, points: tuple[JourneyPoint, ...] = points) -> Drawing:
            return journey_marks(JourneyChart(points, height), press.width, press.setter.width, press.colours)

        said = journey_said(press.last_title, points)
        blocks.append(press.elastic(draw, 230.0, 180.0, name=words("Journey"), alt=said))
    note = words(
        "Net sentiment in points (% positive minus % negative of those who speak of the touchpoint), band: "
        "95% interval; "
        "green and red: its interval leaves out 0; amber: not proved; hollow: fewer than {solid}; a gap: "
        "fewer than {n}.",
        solid=press.data.limits.tested,
        n=press.data.limits.shown,
    )
    more = words("The course between the dots is drawn, not measured. Channels differ in what they hear.")
    fixed = words.text(correction_sentence(found.correction, words), mix_sentence(found, words))
    return [*blocks, press.caption(words.text(note, fixed, more))]


def journey_sentence(press: Press, found: JourneyFigures) -> str:
    """Say valley and peak where they are proved to differ."""
    words = press.words
    if found.valley is None or found.peak is None:
        return words("No touchpoint is proved to stand out from the others")
    valley, peak = found.stops[found.valley], found.stops[found.peak]
    assert isinstance(valley.estimate, Estimate)
    assert isinstance(peak.estimate, Estimate)
    return words(
        "The journey is lowest at {valley} ({low}) and highest at {peak} ({high})",
        valley=words.quoted(valley.touchpoint),
        low=words.points(valley.estimate.value, 0),
        peak=words.quoted(peak.touchpoint),
        high=words.points(peak.estimate.value, 0),
    )


def _stops(press: Press, found: JourneyFigures) -> list[Block]:
    """Return what most people say at each touchpoint."""
    words = press.words
    scored = len(found.scores) == len(found.stops) and any(isinstance(one, Estimate) for one in found.scores)
    columns = [
        ColumnSpec(words("Touchpoint"), 1.6),
        ColumnSpec(words("Net sentiment (95% CI)"), 1.5, "right"),
        ColumnSpec("n", 0.6, "right"),
        *([ColumnSpec(words("at one channel mix"), 1.5, "right")] if found.standard else []),
        *([ColumnSpec(found.score, 0.9, "right")] if scored else []),
        ColumnSpec(words("criticised most"), 1.7),
        ColumnSpec(words("praised most"), 1.7),
    ]
    rows: list[list[Cell | str]] = []
    for place, stop in enumerate(found.stops):
        score = found.scores[place] if scored else None
        rows.append(
            [
                stop.touchpoint,
                *_figure(press, stop.estimate),
                *([_figure(press, found.standard[place])[0]] if found.standard else []),
                *([f"{score.value:.1f}" if isinstance(score, Estimate) else "—"] if scored else []),
                stop.worst.label if stop.worst else "—",
                stop.best.label if stop.best else "—",
            ]
        )
    return [press.part(words("Touchpoint by touchpoint")), press.table(columns, rows)]


def _figure(press: Press, figure: Estimate | TooFew) -> tuple[str, str]:
    words = press.words
    if isinstance(figure, TooFew):
        return words("too few"), words.count(figure.have)
    return (
        f"{words.points(figure.value, 0)} ({words.points_span(figure.low, figure.high, 0)})",
        words.count(figure.base),
    )
