"""What every section needs: fonts, words, colours, and short ways to make titles, paragraphs, captions and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annotate import privacy
from reports.charts import Drawing, Palette
from reports.data import Quote, ReportData
from reports.findings import Finding, Tone
from reports.manuscript import Manuscript
from reports.pdf.blocks import Block, Card, Chart, Row, RowChart, Rows
from reports.pdf.fonts import Typesetter, is_chinese, visible
from reports.pdf.headings import Heading
from reports.pdf.paper import A4, Paper
from reports.pdf.paragraphs import Paragraph, Span, TextStyle
from reports.pdf.tables import Cell, ColumnSpec, Table
from reports.spec import OwnPage
from reports.theme import TEXT, readable
from reports.wording import Words

if TYPE_CHECKING:
    from reports.sections.voices import Group

GROUNDS = {
    Tone.PLAIN: "#f1f4f8",
    Tone.GOOD: "#eaf5ee",
    Tone.BAD: "#fbecea",
    Tone.UNSURE: "#fdf4e3",
    Tone.TOO_LITTLE: "#f2f4f7",
}
EDITED = "✏"
"""After a title that a consultant wrote instead of the generated one."""
MOST_CHARACTERS = 320
WIDE_TABLE = 6
"""Columns beside the first that fit across a portrait page; a wider table is set in parts."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title as it was generated, under its stable key; ``printed`` differs where a consultant edited it."""

    key: str
    section: str
    generated: str
    printed: str

    @property
    def edited(self) -> bool:
        """Whether a consultant's words are printed."""
        return self.printed != self.generated


@dataclass(slots=True)
class Press:
    """The tools of one report; counts its figures and sections, and gathers its titles."""

    manuscript: Manuscript
    words: Words
    setter: Typesetter
    colours: Palette
    paper: Paper = A4
    masked: dict[str, int] = field(default_factory=dict)
    released: int = 0
    unprintable: int = 0
    sections: int = 0
    figures: int = 0
    headings: int = 0
    titles: list[Title] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    last_title: str = ""
    other_data: ReportData | None = None

    @property
    def data(self) -> ReportData:
        """The figures that are being set: those of the report, or of a thing out of the basket."""
        return self.other_data or self.manuscript.data

    @property
    def width(self) -> float:
        """Width between the margins."""
        return self.paper.inner

    @property
    def period(self) -> str:
        """The periods that are counted by name, else the days that the data span."""
        data, words = self.manuscript.data, self.words
        if data.scope and data.scope.now:
            return words.listed([one.name for one in data.scope.now])
        return words.period(data.start, data.end)

    @property
    def body(self) -> TextStyle:
        """The style of running text."""
        return TextStyle(colour=self.colours.ink)

    def stripe(self, tone: Tone) -> str:
        """Return the colour of a tone."""
        colours = self.colours
        return {
            Tone.GOOD: colours.good,
            Tone.BAD: colours.bad,
            Tone.PLAIN: colours.accent,
            Tone.UNSURE: colours.unsure,
            Tone.TOO_LITTLE: colours.quiet,
        }[tone]

    def edited(self, key: str, section: str, generated: str) -> str:
        """Return the title to print: the consultant's where one stands under this key."""
        own = self.manuscript.spec.headlines.get(key)
        self.titles.append(Title(key, section, generated, own.text if own else generated))
        return own.text if own else generated

    def section(self, name: str, title: str, *, key: str, edit: bool = True) -> Heading:
        """Start a numbered section: its name as kicker and bookmark, its title a finding with a stable key."""
        self.sections += 1
        self.headings += 1
        kicker = Paragraph(
            [Span(f"{self.sections:02d}  {name}", bold=True)],
            TextStyle(size=9, leading=13, colour=readable(self.colours.accent, TEXT)),
            self.setter,
        )
        said = self._title(key, name, title, edit)
        return Heading(
            space_before=26,
            keep_with_next=True,
            title=self._large(said),
            entry=name,
            key=f"section-{self.headings}",
            level=0,
            kicker=kicker,
            more=self._more(said),
        )

    def _large(self, said: Sequence[Span]) -> Paragraph:
        style = TextStyle(size=15.5, leading=22, colour=self.colours.strong)
        return Paragraph(said, style, self.setter, most_lines=3 if self.paper.wide else 4, balanced=True)

    def _more(self, said: Sequence[Span]) -> Paragraph | None:
        """Return the title of a slide on which a title goes on; None on paper for reading."""
        if not self.paper.wide:
            return None
        style = TextStyle(size=12, leading=17, colour=self.colours.strong)
        return Paragraph([*said, Span(self.words(" (continued)"))], style, self.setter, most_lines=1)

    def part(self, name: str, title: str | None = None, *, key: str = "") -> Heading:
        """Start a part inside a section, with a bookmark under the section's."""
        self.headings += 1
        style = TextStyle(size=11, leading=16, colour=self.colours.strong, bold=True)
        said = self._title(key, name, title or name, bool(key))
        return Heading(
            space_before=14,
            keep_with_next=True,
            title=Paragraph(said, style, self.setter, most_lines=4, balanced=True),
            entry=name,
            key=f"section-{self.headings}",
            level=1,
            more=self._more(said),
            large=self._large(said),
            plain=(title or name) == name,
        )

    def _title(self, key: str, section: str, generated: str, edit: bool) -> list[Span]:
        printed = self.edited(key, section, generated) if edit else generated
        self.last_title = printed
        mark = [Span(f" {EDITED}", colour=self.colours.quiet)] if printed != generated else []
        return [Span(printed), *mark]

    def text(self, text: str | Sequence[Span], *, space_before: float = 6.0, keep: bool = False) -> Paragraph:
        """Return running text, larger on a slide."""
        style = self.body.but(size=11.5, leading=18.0) if self.paper.wide else self.body
        return Paragraph(text, style, self.setter, space_before=space_before, keep_with_next=keep)

    def note(self, text: str, *, space_before: float = 4.0, keep: bool = False) -> Paragraph:
        """Return a small grey note."""
        style = TextStyle(size=7.5, leading=11.5, colour=self.colours.quiet)
        return Paragraph(text, style, self.setter, space_before=space_before, keep_with_next=keep)

    def caption(self, text: str) -> Paragraph:
        """Return the numbered caption of a figure; stands under it."""
        self.figures += 1
        return self.note(self.words("Figure {number}. {text}", number=self.figures, text=text))

    def chart(self, drawing: Drawing, *, name: str = "", alt: str = "", space_before: float = 8.0) -> Chart:
        """Return a drawing that stays with its caption; ``alt``, else the title above, says what it shows."""
        told = alt or self.last_title
        return Chart(space_before=space_before, keep_with_next=True, drawing=drawing, alt=told, name=name)

    def elastic(
        self, draw: Callable[[float], Drawing], height: float, shortest: float, *, name: str, alt: str = ""
    ) -> Chart:
        """Return a drawing that may be lower than its height, down to ``shortest``, where a page has less left."""
        chart = self.chart(draw(height), name=name, alt=alt)
        chart.redraw, chart.shortest = draw, shortest
        return chart

    def rows(self, chart: RowChart, *, name: str, space_before: float = 6.0) -> Rows:
        """Return a chart of rows that stays with its caption."""
        return Rows(
            chart,
            self.setter,
            self.colours,
            space_before=space_before,
            keep_with_next=True,
            alt=self.last_title,
            name=name,
        )

    def card(self, finding: Finding, *, padding: float = 7.0) -> Card:
        """Return a finding on its tinted ground; its headline can be edited where it has a key."""
        lead = finding.lead
        key = getattr(finding, "key", "")
        if key:
            lead = self.edited(key, self.words("Management summary"), finding.lead)
        spans = [Span(lead), *([Span(f" {EDITED}", colour=self.colours.quiet)] if lead != finding.lead else [])]
        first = Paragraph(spans, self.body.but(size=10, bold=True), self.setter, most_lines=4)
        rest = Paragraph(finding.rest, self.body.but(size=9, leading=14), self.setter, most_lines=8)
        blocks = [first, rest] if finding.rest else [first]
        return Card(
            space_before=7,
            blocks=blocks,
            ground=GROUNDS[finding.tone],
            stripe=self.stripe(finding.tone),
            padding=padding,
        )

    def beside(self, cards: Sequence[Card]) -> list[Block]:
        """Return cards two by two, those of a pair of one height."""
        pairs = [cards[at : at + 2] for at in range(0, len(cards), 2)]
        return [
            Row(space_before=6, stacks=[[card] for card in pair], parts=[1] * len(pair), gap=8, even=True)
            for pair in pairs
        ]

    def table(
        self,
        columns: Sequence[ColumnSpec],
        rows: Sequence[Sequence[Cell | str]],
        *,
        space_before: float = 6.0,
        keep: bool = False,
        size: float = 8.0,
    ) -> Table:
        """Return a table; on a slide its type is a little larger."""
        return Table(
            columns,
            rows,
            self.setter,
            self.colours,
            size=size + 0.7 if self.paper.wide else size,
            space_before=space_before,
            keep_with_next=keep,
            evenly=self.paper.wide,
        )

    def quote(self, quote: Quote, text: str) -> Card:
        """Return a verbatim, already masked, with what may be said of its author."""
        words = self.words
        spans = [Span(words("“{label}”", label=text))]
        tone = {"negative": Tone.BAD, "positive": Tone.GOOD}.get(quote.sentiment.value if quote.sentiment else "")
        name = {"negative": words("negative"), "neutral": words("neutral"), "positive": words("positive")}
        parts = [words("counter-voice")] if quote.counter else []
        parts += [name[quote.sentiment.value]] if quote.sentiment else []
        parts += [part for part in quote.about if part]
        if quote.reference:
            parts.append(words("no. {reference}", reference=quote.reference.removeprefix("#")))
        if quote.by_machine:
            parts.append(words("coded by the model"))
        style = self.body.but(size=11.5, leading=18.0) if self.paper.wide else self.body
        blocks: list[Block] = [Paragraph(spans, style, self.setter)]
        if parts:
            blocks.append(self.note(" · ".join(parts), space_before=1))
        stripe = self.stripe(tone) if tone else self.colours.rule
        return Card(space_before=6, blocks=blocks, ground="#f7f8fa", stripe=stripe, padding=9 if self.paper.wide else 6)

    def listed_answer(self, about: str, text: str) -> Paragraph:
        """Return an answer of the list: what is known of it in grey, then its text."""
        style = TextStyle(size=7.5, leading=11, colour=self.colours.ink)
        spans = [Span(about + "  ", colour=self.colours.quiet), Span(text)]
        return Paragraph(spans, style, self.setter, space_before=3)

    def own_words(self, page: OwnPage) -> tuple[str, str]:
        """Return title and text of an own page as they may be printed: masked but for what a named person released."""
        shown = self._masked(page.words, lambda characters: any(one.characters == characters for one in page.released))
        title, _, text = shown.partition("\n")
        return title, text

    def _masked(self, shown: str, released: Callable[[str], bool]) -> str:
        """Return a text with possible personal data masked; what was masked and what released is counted."""
        parts, at = [], 0
        for place in privacy.find(shown):
            if released(shown[place.start : place.end]):
                self.released += 1
                continue
            self.masked[place.kind.value] = self.masked.get(place.kind.value, 0) + 1
            parts += [shown[at : place.start], _tag(place.kind, shown)]
            at = place.end
        return "".join([*parts, shown[at:]])

    def prepared(self, text: str, verbatim: int = 0, *, most: int = MOST_CHARACTERS) -> str:
        """Return a verbatim as it may be printed: without invisible characters, masked, cut; what was masked counts.

        A place that a named person released stays.
        """
        shown = " ".join(visible(text).split())
        shown = self._masked(shown, lambda characters: (verbatim, characters) in self.manuscript.released)
        if len(shown) > most:
            shown = shown[:most].rstrip() + ("［…］" if is_chinese(shown) else " […]")
        self.unprintable += self.setter.lacking(shown)
        return shown


def _tag(kind: privacy.Kind, text: str) -> str:
    chinese, other = privacy.TAGS[kind]
    return f"［{chinese}］" if any("\u3400" <= sign <= "\u9fff" for sign in text) else f"[{other}]"
