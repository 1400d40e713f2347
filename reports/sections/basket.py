"""The basket: charts, tables and quotations that were put aside, and pages of one's own, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from annotate.messages import N_
from reports import findings, measures, specs_why
from reports.data import DriverFigures, EmergingFigures, NeedFigures, QuestionFigures, SpikeFigures
from reports.manuscript import Put
from reports.pdf.blocks import Block
from reports.pdf.headings import Heading
from reports.pdf.tables import ColumnSpec
from reports.sections import brand, journey, needs, scores, signals, themes, where, why
from reports.sections.own import own_body
from reports.sections.press import Press
from reports.statistics.limits import TooFew

Draw = Callable[[Press, QuestionFigures], list[Block]]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Something that can be put into the basket: its name, and the blocks that show it of one question's figures."""

    name: str
    draw: Draw


def _scores(press: Press, question: QuestionFigures) -> list[Block]:
    return [
        block
        for score in press.data.scores
        for block in (
            press.part(measures.name(score, press.words), findings.score_finding(score, press.data, press.words).lead),
            *scores.score_blocks(press, score),
        )
    ]


def _segments(press: Press, question: QuestionFigures) -> list[Block]:
    return [
        block
        for table in question.segments
        for block in where.segment_blocks(press, question, table, where.segment_sentence(press, question, table))
    ]


def _touchpoints(press: Press, question: QuestionFigures) -> list[Block]:
    table = press.data.touchpoints
    return where.touchpoint_blocks(press, table) if table and table.rows else []


def _of_drivers(draw: Callable[[Press, DriverFigures], list[Block]]) -> Draw:
    def drawn(press: Press, question: QuestionFigures) -> list[Block]:
        return draw(press, question.drivers) if isinstance(question.drivers, DriverFigures) else []

    return drawn


def _pairs(press: Press, question: QuestionFigures) -> list[Block]:
    pairs = question.pairs
    return why.pair_blocks(press, question, pairs) if pairs and not isinstance(pairs, TooFew) else []


def _answers(press: Press, question: QuestionFigures) -> list[Block]:
    told = [one for one in question.answers if where.tells(one)]
    return where.answer_blocks(press, question, told) if told else []


def _closed(press: Press, question: QuestionFigures) -> list[Block]:
    return [block for group in press.data.closed for block in where.closed_blocks(press, group)]


def _indicators(press: Press, question: QuestionFigures) -> list[Block]:
    return scores.indicator_blocks(press)[1:]


def _words(press: Press, question: QuestionFigures) -> list[Block]:
    words, chart = press.words, specs_why.key_words(question, press.words)
    if chart is None:
        return []
    columns = [ColumnSpec(words("Theme"), 1.4), ColumnSpec(words("Key words"), 4.0)]
    rows = [
        [row.label, words.listed([f"{chip.word} ({chip.count})" for chip in row.chips]) or row.note]
        for row in chart.rows
    ]
    note = words(
        "Words that answers with the theme use more than the others (log odds, z ≥ 3), surest first; in brackets: how "
        "many answers of the theme use them."
    )
    return [press.table(columns, rows), press.note(note)]


def _needs(press: Press, question: QuestionFigures) -> list[Block]:
    found = question.needs
    if not isinstance(found, NeedFigures) or isinstance(found.needs, TooFew) or not found.needs:
        return []
    return [press.part(needs.needs_sentence(press, found)), *needs.need_blocks(press, found)]


def _itches(press: Press, question: QuestionFigures) -> list[Block]:
    found = question.needs
    return needs.itch_blocks(press, found) if isinstance(found, NeedFigures) and found.itches else []


def _moves(press: Press, question: QuestionFigures) -> list[Block]:
    found = question.needs
    return needs.move_blocks(press, found.moves, found.years) if found and found.moves and found.years else []


def _brand(press: Press, question: QuestionFigures) -> list[Block]:
    return brand.brand(press)[1:]


def _journey(press: Press, question: QuestionFigures) -> list[Block]:
    found = press.data.journey
    return journey.curve_blocks(press, found) if found else []


def _spikes(press: Press, question: QuestionFigures) -> list[Block]:
    found = question.spikes
    return signals.spike_blocks(press, question, found) if isinstance(found, SpikeFigures) else []


def _emerging(press: Press, question: QuestionFigures) -> list[Block]:
    found = question.emerging
    return signals.emerging_blocks(press, question, found) if isinstance(found, EmergingFigures) else []


EXHIBITS: Mapping[str, Exhibit] = {
    "scores": Exhibit(N_("Scores"), _scores),
    "indicators": Exhibit(N_("Indicators"), _indicators),
    "nets": Exhibit(N_("Nets"), themes.net_blocks),
    "codes": Exhibit(N_("Codes"), themes.code_blocks),
    "courses": Exhibit(N_("Course of the largest themes"), themes.course_blocks),
    "segments": Exhibit(N_("Themes by segment"), _segments),
    "answers": Exhibit(N_("Themes by answers to a column"), _answers),
    "closed": Exhibit(N_("Closed groups"), _closed),
    "touchpoints": Exhibit(N_("Touchpoints by segment"), _touchpoints),
    "quadrant": Exhibit(N_("Drivers and priorities"), _of_drivers(why.quadrant_blocks)),
    "drivers": Exhibit(N_("Theme by theme"), _of_drivers(why.driver_table)),
    "scenarios": Exhibit(N_("What if"), _of_drivers(why.scenario_blocks)),
    "pairs": Exhibit(N_("Themes mentioned together"), _pairs),
    "needs": Exhibit(N_("Layers of needs"), _needs),
    "wishes": Exhibit(N_("Wishes"), _itches),
    "moves": Exhibit(N_("Needs between years"), _moves),
    "words": Exhibit(N_("Key words of themes"), _words),
    "brand": Exhibit(N_("Brand"), _brand),
    "journey": Exhibit(N_("Journey"), _journey),
    "spikes": Exhibit(N_("Sudden rises"), _spikes),
    "emerging": Exhibit(N_("Candidates for new themes"), _emerging),
}
"""What can be put into the basket, by id."""


def basket(press: Press) -> list[Block]:
    """Return what is in the basket as a section; nothing where it is empty."""
    words = press.words
    things = press.manuscript.basket
    if not things:
        return []
    title = words("{count} things chosen for this report", count=len(things))
    blocks: list[Block] = [press.section(words("Basket"), title, key="basket")]
    for thing in things:
        blocks += put_blocks(press, thing)
    return blocks


def put_blocks(press: Press, thing: Put) -> list[Block]:
    """Return one thing of the basket under its own heading, with the rows that it speaks of."""
    words = press.words
    if thing.page is not None:
        note = words("This page was written by the consultant; it is not computed from the answers.")
        title, text = press.own_words(thing.page)
        return [_head(press, title), press.note(note), *own_body(press, thing.page, title, text)]
    if thing.quote is not None:
        text = press.prepared(thing.quote.text, thing.quote.verbatim)
        return [_head(press, thing.title), press.quote(thing.quote, text)]
    exhibit, data = EXHIBITS.get(thing.exhibit), thing.data
    if exhibit is None or data is None:
        return []
    press.other_data = data
    try:
        question = next((one for one in data.questions if one.name == thing.question), None) or (
            data.questions[0] if data.questions else None
        )
        drawn = exhibit.draw(press, question) if question is not None else []
    finally:
        press.other_data = None
    head = _head(press, thing.title or words(exhibit.name))
    scope = [press.note(words("Rows: {scope}.", scope=thing.scope))] if thing.scope else []
    if not drawn:
        return [head, *scope, press.text(words("There is too little data for this."))]
    return [head, *scope, *drawn]


def _head(press: Press, title: str) -> Heading:
    """Return the heading of one thing, which shows on a slide too."""
    head = press.part(title)
    head.plain = False
    return head
