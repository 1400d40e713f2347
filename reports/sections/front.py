"""Cover, contents and management summary."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports import findings, measures
from reports.data import ReportData
from reports.pdf.blocks import Block
from reports.pdf.headings import Contents
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, TextStyle
from reports.sections.own import Photo
from reports.sections.press import Press
from reports.statistics.shares import BaseSize

MOST_IN_ONE, MOST_FULL = 8, 5
"""Lines of the contents that stand in one column; findings that stand under each other and not side by side."""


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
    narrowed = any(one.counted is not None for one in data.sources)
    counts = [
        (words.count(data.verbatims), words("answers with text"), ""),
        (
            words.count(sum(one.used for one in data.sources)),
            words("records counted") if narrowed else words("records accepted"),
            "",
        ),
        (words.count(data.respondents), words("people"), "") if data.respondents else ("", "", ""),
    ]
    return [*found, *(entry for entry in counts if entry[0])][:3]


def cover(press: Press) -> Callable[[Painter], None]:
    """Return the function that draws the first page."""
    return _Cover(press).draw


class _Cover:
    """The first page: client, title and period on the brand's colour, three big numbers, what the report rests on."""

    def __init__(self, press: Press) -> None:
        self._press, self._paper = press, press.paper

    def _paragraph(self, text: str, size: float, colour: str, *, bold: bool = False, lines: int = 2) -> Paragraph:
        style = TextStyle(size=size, leading=size * 1.4, colour=colour, bold=bold)
        return Paragraph(text, style, self._press.setter, most_lines=lines)

    def _fitting(self, text: str, sizes: Sequence[float], colour: str, *, bold: bool, lines: int) -> Paragraph:
        """Return the text in the largest size in which it takes no more height than ``lines`` of the first."""
        height = lines * sizes[0] * 1.4
        for size in sizes:
            block = self._paragraph(text, size, colour, bold=bold, lines=99)
            if block.height(self._paper.inner) <= height + 1e-6:
                return block
        return self._paragraph(text, sizes[-1], colour, bold=bold, lines=int(height / (sizes[-1] * 1.4)))

    def draw(self, painter: Painter) -> None:
        """Draw the page."""
        press, paper = self._press, self._paper
        fold = paper.height * (0.51 if paper.wide else 0.56)
        painter.rect(0, 0, paper.width, fold, press.colours.strong)
        painter.rect(0, fold, paper.width, 4 if paper.wide else 6, press.colours.accent)
        self._head(painter, fold)
        self._numbers(painter, fold + (26 if paper.wide else 62))
        self._facts(painter)

    def _head(self, painter: Painter, fold: float) -> None:
        press, paper = self._press, self._paper
        data, words, spec = press.data, press.words, press.manuscript.spec
        white, pale = "#ffffff", "#c9d6e6"
        logo = press.manuscript.pictures.get(spec.look.logo)
        if logo:
            photo = Photo(picture=logo, most=30.0 if paper.wide else 40.0, alt=words("Logo"))
            wide, top = photo.width(140) + 16, 16 if paper.wide else 64
            left = paper.width - paper.margin - wide if paper.wide else paper.margin
            painter.rect(left, top, wide, photo.height(140) + 12, white)
            photo.draw(painter, left + 8, top + 6, 140)
        y = 38.0 if paper.wide else 150.0
        dated = data.start or data.end or (data.scope and data.scope.now)
        whose = [part for part in (spec.name if spec.master else "", press.period if dated else "") if part]
        title, sizes = spec.title or data.title, (23.0, 18.0, 14.0) if paper.wide else (30.0, 24.0, 19.0, 16.0)
        client, some = spec.client or data.client, (13.0, 11.0)
        for text, sizes_of, colour, bold, gap in (
            (client, some, pale, False, 10.0 if paper.wide else 22.0),
            (title, sizes, white, True, 6.0 if paper.wide else 14.0),
            (" · ".join(whose), some, white, False, 0.0),
        ):
            if text:
                block = self._fitting(text, sizes_of, colour, bold=bold, lines=2 if paper.wide else 3)
                with painter.element("P"):
                    block.draw(painter, paper.margin, y, paper.inner, tag="")
                y += block.height(paper.inner) + gap
        parts = [words("{n} answers with text", n=words.count(data.verbatims))]
        if data.respondents:
            parts.insert(0, words("{n} people", n=words.count(data.respondents)))
        channels = words.listed([name for name, _ in data.channels])
        if channels:
            parts.append(words("channels: {names}", names=channels))
        base = self._paragraph(" · ".join(parts), 9.5, pale, lines=2 if paper.wide else 3)
        base.draw(painter, paper.margin, fold - (14 if paper.wide else 36) - base.height(paper.inner), paper.inner)

    def _numbers(self, painter: Painter, y: float) -> None:
        press, paper, colours = self._press, self._paper, self._press.colours
        column = paper.inner / 3
        for number, (figure, label, beside) in enumerate(big_numbers(press.data, press)):
            x = paper.margin + number * column
            bad = figure.startswith("−")
            with painter.element("P"):
                painter.text(x, y + 26, figure, 30, colours.bad if bad else colours.strong, bold=True)
            named = self._paragraph(label, 9.5, colours.ink, lines=2 if paper.wide else 3)
            named.draw(painter, x, y + 40, column - 18)
            if beside:
                small = self._paragraph(beside, 8, colours.quiet, lines=2)
                small.draw(painter, x, y + 43 + named.height(column - 18), column - 18)

    def _facts(self, painter: Painter) -> None:
        press, paper, colours = self._press, self._paper, self._press.colours
        data, words = press.data, press.words
        y = paper.height - (68 if paper.wide else 150)
        painter.stroke([(paper.margin, y), (paper.width - paper.margin, y)], colours.rule, 0.6)
        facts = [
            words("Report {id}", id=data.report_id),
            words("Data snapshot {hash}", hash=data.snapshot[:16]),
            words("Code frame {name} {revision}", name=data.frame_name, revision=data.frame_revision)
            if data.frame_name
            else "",
            words("Every figure stands beside its 95% interval and its base; written on this computer, offline."),
            words("Confidential: for internal use, do not pass on.") if data.confidential else "",
        ]
        facts = [fact for fact in facts if fact]
        if paper.wide:  # four lines at most fit under the figures
            facts = [" · ".join(facts[: len(facts) - 2]), *facts[len(facts) - 2 :]]
        y += 6 if paper.wide else 12
        for fact in facts:
            line = self._paragraph(fact, 8.5, colours.quiet, lines=1)
            line.draw(painter, paper.margin, y, paper.inner)
            y += line.height(paper.inner) + 3


def contents(press: Press, count: int) -> list[Block]:
    """Return the contents page's head and its lines, one for each of ``count`` sections."""
    style = TextStyle(size=18, leading=26, colour=press.colours.strong)
    head = Paragraph(press.words("Contents"), style, press.setter, keep_with_next=True)
    columns = 2 if count > MOST_IN_ONE else 1
    size = (10.0 if columns > 1 else 12.0) if press.paper.wide else (9.0 if columns > 1 else 10.0)
    lines = TextStyle(size=size, leading=15, colour=press.colours.ink)
    pitch = 32.0 if press.paper.wide else 21.0
    room = press.paper.room - head.height(press.width) - 8
    pitch = min(pitch, room / max(1, -(-count // columns)))
    return [
        head,
        Contents(space_before=8, count=count, style=lines, colours=press.colours, pitch=pitch, columns=columns),
    ]


def summary(press: Press) -> list[Block]:
    """Return the management summary: finding sentences as cards, the unconfirmed ones last."""
    words = press.words
    cards = findings.summary(press.data, words)
    sure = [card for card in cards if card.tone not in (findings.Tone.UNSURE, findings.Tone.TOO_LITTLE)]
    unsure = [card for card in cards if card not in sure]
    title = sure[0].lead if sure else unsure[0].lead
    worst = [card.lead for card in sure[1:] if card.tone is findings.Tone.BAD]
    if worst:  # what is looked at first stands last
        title = words.series([title, worst[-1]]) if words.chinese else f"{title}. {worst[-1]}"
    blocks: list[Block] = [press.section(words("Management summary"), title, key="summary")]
    if press.paper.wide:
        every = (*sure, *unsure)
        padding = 7.0 if len(every) <= MOST_FULL + 1 else 4.0  # so that they stand on one slide
        blocks += press.beside([press.card(card, padding=padding) for card in every])
    else:
        drawn = [press.card(card) for card in sure]
        blocks += press.beside(drawn) if len(drawn) > MOST_FULL else drawn
        if unsure and sure:
            blocks.append(press.part(words("Not confirmed"), words("What these data do not confirm")))
        blocks += [press.card(card) for card in unsure]
    told = press.note(
        words(
            "The sentences on this page follow a fixed grammar from the figures of this report: a change is "
            "called one "
            "only when it is significant, and no cause is claimed."
        )
    )
    full = press.paper.wide and len(cards) > MOST_FULL + 1  # no room for it under the cards of a slide
    return blocks if full else [*blocks, told]
