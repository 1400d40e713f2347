"""What every section needs: fonts, words, colours, and short ways to make titles, paragraphs, captions and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.charts import Drawing, Palette
from reports.data import Quote, ReportData
from reports.findings import Finding, Tone
from reports.pdf.fonts import Typesetter
from reports.pdf.pages import Block, Card, Chart, Heading
from reports.pdf.paragraphs import Paragraph, Span, TextStyle
from reports.pdf.tables import Cell, ColumnSpec, Table
from reports.wording import Words

GROUNDS = {
    Tone.GOOD: "#eaf5ee",
    Tone.BAD: "#fbecea",
    Tone.PLAIN: "#eef4fb",
    Tone.UNSURE: "#fdf4e3",
    Tone.TOO_LITTLE: "#f2f4f7",
}


@dataclass(slots=True)
class Press:
    """The tools of one report; counts its figures and sections."""

    data: ReportData
    words: Words
    setter: Typesetter
    colours: Palette
    masked: dict[str, int] = field(default_factory=dict)
    unprintable: int = 0
    sections: int = 0
    figures: int = 0
    headings: int = 0

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

    def section(self, name: str, title: str) -> Heading:
        """Start a numbered section: its name as kicker and bookmark, its title a finding."""
        self.sections += 1
        self.headings += 1
        kicker = Paragraph(
            [Span(f"{self.sections:02d}  {name}", bold=True)],
            TextStyle(size=9, leading=13, colour=self.colours.accent),
            self.setter,
        )
        style = TextStyle(size=15.5, leading=22, colour=self.colours.strong)
        heading = Paragraph(title, style, self.setter, most_lines=4)
        return Heading(
            space_before=26,
            keep_with_next=True,
            title=heading,
            entry=name,
            key=f"section-{self.headings}",
            level=0,
            kicker=kicker,
        )

    def part(self, name: str, title: str | None = None) -> Heading:
        """Start a part inside a section, with a bookmark under the section's."""
        self.headings += 1
        style = TextStyle(size=11, leading=16, colour=self.colours.strong, bold=True)
        return Heading(
            space_before=14,
            keep_with_next=True,
            title=Paragraph(title or name, style, self.setter, most_lines=4),
            entry=name,
            key=f"section-{self.headings}",
            level=1,
        )

    def text(self, text: str | Sequence[Span], *, space_before: float = 6.0, keep: bool = False) -> Paragraph:
        """Return running text."""
        return Paragraph(text, self.body, self.setter, space_before=space_before, keep_with_next=keep)

    def note(self, text: str, *, space_before: float = 4.0, keep: bool = False) -> Paragraph:
        """Return a small grey note."""
        style = TextStyle(size=7.5, leading=11.5, colour=self.colours.quiet)
        return Paragraph(text, style, self.setter, space_before=space_before, keep_with_next=keep)

    def caption(self, text: str) -> Paragraph:
        """Return the numbered caption of a figure; stands under it."""
        self.figures += 1
        return self.note(self.words("Figure {number}. {text}", number=self.figures, text=text))

    def chart(self, drawing: Drawing, *, space_before: float = 8.0) -> Chart:
        """Return a drawing that stays with its caption."""
        return Chart(space_before=space_before, keep_with_next=True, drawing=drawing)

    def card(self, finding: Finding) -> Card:
        """Return a finding on its tinted ground."""
        lead = Paragraph(finding.lead, self.body.but(size=10, bold=True), self.setter, most_lines=4)
        rest = Paragraph(finding.rest, self.body.but(size=9, leading=14), self.setter, most_lines=8)
        stripe = self.stripe(finding.tone)
        return Card(space_before=7, blocks=[lead, rest], ground=GROUNDS[finding.tone], stripe=stripe, padding=7)

    def table(
        self,
        columns: Sequence[ColumnSpec],
        rows: Sequence[Sequence[Cell | str]],
        *,
        space_before: float = 6.0,
        keep: bool = False,
        size: float = 8.0,
    ) -> Table:
        """Return a table."""
        return Table(
            columns, rows, self.setter, self.colours, size=size, space_before=space_before, keep_with_next=keep
        )

    def quote(self, quote: Quote, text: str) -> Block:
        """Return a verbatim, already masked, with what may be said of its author."""
        words = self.words
        spans = [Span(words("“{label}”", label=text))]
        tone = {"negative": Tone.BAD, "positive": Tone.GOOD}.get(quote.sentiment.value if quote.sentiment else "")
        name = {"negative": words("negative"), "neutral": words("neutral"), "positive": words("positive")}
        parts = [name[quote.sentiment.value]] if quote.sentiment else []
        parts += [part for part in quote.about if part]
        if quote.reference:
            parts.append(words("no. {reference}", reference=quote.reference))
        blocks: list[Block] = [Paragraph(spans, self.body, self.setter)]
        if parts:
            blocks.append(self.note(" · ".join(parts), space_before=1))
        stripe = self.stripe(tone) if tone else self.colours.rule
        return Card(space_before=6, blocks=blocks, ground="#f7f8fa", stripe=stripe, padding=6)
