"""Cover, contents and management summary."""

from __future__ import annotations

from collections.abc import Callable

from reports import findings, measures
from reports.data import ReportData
from reports.pdf.pages import A4, MARGIN, WIDTH, Block, Contents
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, TextStyle
from reports.sections.press import Press
from reports.statistics.shares import BaseSize


def big_numbers(data: ReportData, press: Press) -> list[tuple[str, str, str]]:
    """Return up to three (figure, what it is, interval and base); figures without an interval are plain counts."""
    words = press.words
    found: list[tuple[str, str, str]] = []
    for score in data.scores[:2]:
        figure = measures.measure(score)
        if figure and data.limits.of(figure.base) is not BaseSize.HIDDEN:
            beside = words("95% CI {span}, n={n}", span=figure.span(words), n=words.count(figure.base))
            found.append((figure.value(words), measures.name(score, words), beside))
    for question in data.questions:
        if data.limits.of(question.base) is BaseSize.HIDDEN:
            continue
        for theme in (findings.codes(question) or findings.nets(question))[:3]:
            share = theme.share
            beside = words("95% CI {span}, n={n}", span=words.share_span(share), n=words.count(share.base))
            label = words("mention {label}", label=words.quoted(theme.label))
            found.append((words.percent(share.value, share.base), label, beside))
    counts = [
        (words.count(data.verbatims), words("answers with text"), ""),
        (words.count(sum(s.accepted for s in data.sources)), words("records accepted"), ""),
        (words.count(data.respondents), words("people"), "") if data.respondents else ("", "", ""),
    ]
    return [*found, *(entry for entry in counts if entry[0])][:3]


def cover(press: Press) -> Callable[[Painter], None]:
    """Return the function that draws the first page."""
    data, words, colours, setter = press.data, press.words, press.colours, press.setter
    white, pale = "#ffffff", "#c9d6e6"
    fold = A4[1] * 0.56

    def paragraph(text: str, size: float, colour: str, *, bold: bool = False, lines: int = 2) -> Paragraph:
        style = TextStyle(size=size, leading=size * 1.4, colour=colour, bold=bold)
        return Paragraph(text, style, setter, most_lines=lines)

    def draw(painter: Painter) -> None:
        painter.rect(0, 0, A4[0], fold, colours.strong)
        painter.rect(0, fold, A4[0], 6, colours.accent)
        y = 150.0
        for text, size, colour, bold, gap in (
            (data.client, 13.0, pale, False, 22.0),
            (data.title, 30.0, white, True, 14.0),
            (words.period(data.start, data.end), 13.0, white, False, 0.0),
        ):
            if text:
                block = paragraph(text, size, colour, bold=bold, lines=3)
                block.draw(painter, MARGIN, y, WIDTH)
                y += block.height(WIDTH) + gap
        channels = words.listed([name for name, _ in data.channels])
        parts = [words("{n} answers with text", n=words.count(data.verbatims))]
        if data.respondents:
            parts.insert(0, words("{n} people", n=words.count(data.respondents)))
        if channels:
            parts.append(words("channels: {names}", names=channels))
        base = paragraph(" · ".join(parts), 9.5, pale, lines=3)
        base.draw(painter, MARGIN, fold - 36 - base.height(WIDTH), WIDTH)

        y = fold + 62
        column = WIDTH / 3
        for number, (figure, label, beside) in enumerate(big_numbers(data, press)):
            x = MARGIN + number * column
            bad = figure.startswith("−")
            painter.text(x, y + 26, figure, 30, colours.bad if bad else colours.strong, bold=True)
            named = paragraph(label, 9.5, colours.ink, lines=3)
            named.draw(painter, x, y + 40, column - 18)
            if beside:
                small = paragraph(beside, 8, colours.quiet, lines=2)
                small.draw(painter, x, y + 43 + named.height(column - 18), column - 18)
        y = A4[1] - 150
        painter.stroke([(MARGIN, y), (A4[0] - MARGIN, y)], colours.rule, 0.6)
        facts = [
            words("Report {id}", id=data.report_id),
            words("Data snapshot {hash}", hash=data.snapshot[:16]),
            words("Code frame {name} {revision}", name=data.frame_name, revision=data.frame_revision)
            if data.frame_name
            else "",
            words("Every figure stands beside its 95% interval and its base; written on this computer, offline."),
            words("Confidential: for internal use, do not pass on.") if data.confidential else "",
        ]
        y += 12
        for fact in facts:
            if fact:
                line = paragraph(fact, 8.5, colours.quiet, lines=1)
                line.draw(painter, MARGIN, y, WIDTH)
                y += line.height(WIDTH) + 3

    return draw


def contents(press: Press, count: int) -> list[Block]:
    """Return the contents page's head and its lines, one for each of ``count`` sections."""
    style = TextStyle(size=18, leading=26, colour=press.colours.strong)
    head = Paragraph(press.words("Contents"), style, press.setter, keep_with_next=True)
    lines = TextStyle(size=10, leading=15, colour=press.colours.ink)
    return [head, Contents(space_before=8, count=count, style=lines, colours=press.colours)]


def summary(press: Press) -> list[Block]:
    """Return the management summary: finding sentences as cards, the unconfirmed ones last."""
    words = press.words
    cards = findings.summary(press.data, words)
    sure = [card for card in cards if card.tone not in (findings.Tone.UNSURE, findings.Tone.TOO_LITTLE)]
    unsure = [card for card in cards if card not in sure]
    title = sure[0].lead if sure else unsure[0].lead
    blocks: list[Block] = [press.section(words("Management summary"), title)]
    blocks += [press.card(card) for card in sure]
    if unsure and sure:
        blocks.append(press.part(words("Not confirmed"), words("What these data do not confirm")))
    blocks += [press.card(card) for card in unsure]
    blocks.append(
        press.note(
            words(
                "The sentences on this page follow a fixed grammar from the figures of this report: a change is "
                "called one "
                "only when it is significant, and no cause is claimed."
            )
        )
    )
    return blocks
