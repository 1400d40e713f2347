"""Pages of the consultant's own words and pictures, marked as theirs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO

from reports.pdf.blocks import Block, Row, Whole
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, Span, TextStyle
from reports.sections.press import Press
from reports.spec import OwnPage, Picture

MOST_BESIDE = 0.72
"""The part of a slide that text and picture side by side may take."""
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(slots=True)
class Photo(Whole):
    """A picture as wide as it may be, at most ``most`` points tall."""

    picture: Picture = field(kw_only=True)
    most: float = field(kw_only=True)
    alt: str = ""

    def _size(self, width: float) -> tuple[float, float]:
        from PIL import Image

        with Image.open(BytesIO(self.picture.data)) as opened:
            wide, tall = opened.size
        # A pixel is at most 0.75 points: a small picture is not blown up.
        scale = min(width / wide, self.most / tall, 0.75)
        return wide * scale, tall * scale

    def width(self, room: float) -> float:
        """Return how much of a width it takes."""
        return self._size(room)[0]

    def height(self, width: float) -> float:
        """Return the height at this width."""
        return self._size(width)[1]

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the picture at the left."""
        wide, tall = self._size(width)
        with painter.element("Figure", self.alt):
            painter.image(self.picture.data, x, y, wide, tall)


def spans(text: str) -> list[Span]:
    """Return a line with its ``**bold**`` parts; every other sign stands for itself."""
    found, at = [], 0
    for match in _BOLD.finditer(text):
        found += [Span(text[at : match.start()]), Span(match.group(1), bold=True)]
        at = match.end()
    return [span for span in (*found, Span(text[at:])) if span.text]


def own_blocks(press: Press, text: str) -> list[Block]:
    """Return paragraphs: ``# `` heads a part, ``- `` is an item, an empty line ends a paragraph."""
    blocks: list[Block] = []
    gathered: list[str] = []

    def finish() -> None:
        if gathered:
            blocks.append(press.text(spans(" ".join(gathered)), space_before=7))
            gathered.clear()

    for line in (one.strip() for one in text.replace("\r\n", "\n").split("\n")):
        if not line:
            finish()
        elif line.startswith("# "):
            finish()
            style = TextStyle(size=11, leading=16, colour=press.colours.strong, bold=True)
            blocks.append(Paragraph(line[2:], style, press.setter, space_before=12, keep_with_next=True))
        elif line.startswith(("- ", "• ")):
            finish()
            blocks.append(press.text([Span("•  "), *spans(line[2:])], space_before=3))
        else:
            gathered.append(line)
    finish()
    return blocks


def own(press: Press, page: OwnPage) -> list[Block]:
    """Return the section of one own page."""
    words = press.words
    title, text = press.own_words(page)
    blocks: list[Block] = [press.section(words("In our own words"), title, key=f"page:{page.key}", edit=False)]
    blocks.append(press.note(words("This page was written by the consultant; it is not computed from the answers.")))
    return [*blocks, *own_body(press, page, title, text)]


def own_body(press: Press, page: OwnPage, title: str, text: str) -> list[Block]:
    """Return text and pictures under each other; on a slide side by side where they fit."""
    written, shown = own_blocks(press, text), photos(press, page, title)
    if press.paper.wide and written and len(shown) == 1:
        row = Row(space_before=8, stacks=[written, shown], parts=[0.56, 0.44])
        if row.height(press.width) <= MOST_BESIDE * press.paper.room:
            return [row]
    return [*written, *shown]


def photos(press: Press, page: OwnPage, title: str) -> list[Block]:
    """Return the pictures of a page."""
    words = press.words
    blocks: list[Block] = []
    for number, h in enumerate(page.pictures, 1):
        picture = press.manuscript.pictures.get(h)
        if picture is None:
            blocks.append(press.note(words("Picture {number} is missing from the project.", number=number)))
            continue
        alt = words("Picture {number}: {title}", number=number, title=title)
        blocks.append(Photo(space_before=8, picture=picture, most=0.62 * press.paper.room, alt=alt))
    return blocks
