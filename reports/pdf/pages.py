"""Pages: blocks flow down A4 pages, then every page is drawn once with its final numbers.

Laying out comes wholly before drawing, so that the contents and "page x of y" are right in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from annotate.jobs import Progress, silent
from reports.charts import AXIS, HEAD, BarChart, BarRow, Drawing, Palette, bar_marks, fit
from reports.pdf.fonts import SC, Typesetter
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, TextStyle

A4 = (595.2756, 841.8898)
MARGIN = 48.0
TOP, BOTTOM = 68.0, 58.0
WIDTH = A4[0] - 2 * MARGIN
ROOM = A4[1] - TOP - BOTTOM
NEARLY_EMPTY = 0.25


class Block(Protocol):
    """Something with a height that can be placed on a page."""

    space_before: float
    keep_with_next: bool

    def height(self, width: float) -> float:
        """Return the height at this width."""

    def least(self, width: float) -> float:
        """Return the height of the smallest part that may stand alone."""

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Return the part that fits into the room and the rest, or None."""

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw with the upper left corner at (x, y)."""


@dataclass(slots=True)
class Whole:
    """Base of blocks that never split."""

    space_before: float = 0.0
    keep_with_next: bool = False

    def height(self, width: float) -> float:
        """Return the height at this width."""
        raise NotImplementedError

    def least(self, width: float) -> float:
        """Return the whole height."""
        return self.height(width)

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Return None: this block stays in one piece."""
        return None


@dataclass(slots=True)
class Chart(Whole):
    """A laid out drawing."""

    drawing: Drawing = field(kw_only=True)

    def height(self, width: float) -> float:
        """Return the height of the drawing."""
        return self.drawing.height

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the marks."""
        painter.paint(self.drawing, x, y)


@dataclass(slots=True)
class Bars:
    """A bar chart that splits between rows; each part has the heads and the axis."""

    chart: BarChart
    setter: Typesetter
    colours: Palette
    rows: tuple[BarRow, ...] | None = None
    space_before: float = 0.0
    keep_with_next: bool = False

    def _shown(self) -> tuple[BarRow, ...]:
        return self.chart.rows if self.rows is None else self.rows

    def height(self, width: float) -> float:
        """Return the height with heads and axis."""
        return HEAD + AXIS + len(self._shown()) * self.chart.row_height

    def least(self, width: float) -> float:
        """Return the height of the first four rows."""
        return HEAD + AXIS + min(4, len(self._shown())) * self.chart.row_height

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Split where at least four rows stay on this page and three go on."""
        rows = self._shown()
        count = min(int((room - HEAD - AXIS) / self.chart.row_height), len(rows) - 3)
        if count < 4:
            return None
        first = Bars(self.chart, self.setter, self.colours, rows[:count], self.space_before)
        return first, Bars(self.chart, self.setter, self.colours, rows[count:], 0.0, self.keep_with_next)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw heads, rows and axis."""
        marks = bar_marks(self.chart, self._shown(), width, self.setter.width, self.colours, head=True, axis=True)
        painter.paint(marks, x, y)


@dataclass(slots=True)
class Card(Whole):
    """Blocks on a tinted ground with a coloured stripe at the left."""

    blocks: Sequence[Block] = field(kw_only=True)
    ground: str = field(kw_only=True)
    stripe: str = field(kw_only=True)
    padding: float = 8.0

    def height(self, width: float) -> float:
        """Return the height with padding."""
        inner = width - 2 * self.padding - 6
        return 2 * self.padding + sum(b.height(inner) + b.space_before for b in self.blocks)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw ground, stripe and blocks."""
        painter.rect(x, y, width, self.height(width), self.ground)
        painter.rect(x, y, 2.5, self.height(width), self.stripe)
        inner, y = width - 2 * self.padding - 6, y + self.padding
        for block in self.blocks:
            y += block.space_before
            block.draw(painter, x + self.padding + 6, y, inner)
            y += block.height(inner)


@dataclass(slots=True)
class Row(Whole):
    """Stacks of blocks side by side; ``parts`` are their shares of the width."""

    stacks: Sequence[Sequence[Block]] = field(kw_only=True)
    parts: Sequence[float] = field(kw_only=True)
    gap: float = 18.0

    def _widths(self, width: float) -> list[float]:
        room = width - self.gap * (len(self.parts) - 1)
        return [room * part / sum(self.parts) for part in self.parts]

    def height(self, width: float) -> float:
        """Return the height of the tallest stack."""
        return max(
            sum(b.height(w) + b.space_before for b in stack)
            for stack, w in zip(self.stacks, self._widths(width), strict=True)
        )

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw the stacks from the left."""
        for stack, w in zip(self.stacks, self._widths(width), strict=True):
            at = y
            for block in stack:
                at += block.space_before
                block.draw(painter, x, at, w)
                at += block.height(w)
            x += w + self.gap


@dataclass(slots=True)
class Heading(Whole):
    """A title with its kicker; becomes a bookmark and a line of the contents."""

    title: Paragraph = field(kw_only=True)
    entry: str = field(kw_only=True)
    key: str = field(kw_only=True)
    level: int = field(kw_only=True)
    kicker: Paragraph | None = None

    def height(self, width: float) -> float:
        """Return the height of kicker and title."""
        return self.title.height(width) + (self.kicker.height(width) + 2 if self.kicker else 0.0) + 6

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw kicker and title, and name the place."""
        painter.bookmark(self.key, y - 6)
        if self.kicker:
            self.kicker.draw(painter, x, y, width)
            y += self.kicker.height(width) + 2
        self.title.draw(painter, x, y, width)


@dataclass(slots=True)
class PageBreak(Whole):
    """Ends the page; with ``below`` only if less than this part of the page is left."""

    below: float = 1.0

    def height(self, width: float) -> float:
        """Return 0."""
        return 0.0

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    title: str
    key: str
    level: int
    page: int


@dataclass(slots=True)
class Contents(Whole):
    """The contents: one clickable line an entry, filled when the pages are known."""

    count: int = field(kw_only=True)
    style: TextStyle = field(kw_only=True)
    colours: Palette = field(kw_only=True)
    book: list[Entry] = field(default_factory=list)  # shared by the parts of a split table of contents
    start: int = 0
    pitch: float = 23.0

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return self.count * self.pitch

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Split between lines."""
        fitting = int(room / self.pitch)
        if not 0 < fitting < self.count:
            return None
        first = replace(self, count=fitting)
        return first, replace(self, count=self.count - fitting, start=self.start + fitting, space_before=0.0)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw number, title, leader and page of each entry."""
        for number, entry in list(enumerate(self.book, 1))[self.start : self.start + self.count]:
            base = y + self.pitch * 0.65
            size, page = self.style.size, str(entry.page)
            painter.text(x, base, f"{number:02d}", size, self.colours.accent, bold=True)
            shown = fit(entry.title, width - 80, size, painter.setter.width)
            title = painter.setter.width(shown, size)
            painter.text(x + 30, base, shown, size, self.style.colour)
            painter.text(x + width, base, page, size, self.colours.quiet, align="right")
            start, end = x + 38 + title, x + width - painter.setter.width(page, size) - 8
            if start < end:
                painter.stroke([(start, base - 1), (end, base - 1)], self.colours.rule, 0.6, (1, 2.5))
            painter.link(x, y, width, self.pitch, entry.key)
            y += self.pitch


@dataclass(slots=True)
class Placed:
    """A block at its place on a page."""

    block: Block
    y: float


@dataclass(slots=True)
class Page:
    """Blocks of one page."""

    placed: list[Placed] = field(default_factory=list)
    bottom: float = 0.0


def flow(blocks: Sequence[Block], width: float = WIDTH, room: float = ROOM, *, air: float = 1.0) -> list[Page]:
    """Place blocks on pages in order, with ``air`` times the space between them.

    Raises ValueError when a block that cannot split is taller than a page.
    """
    pages = [Page()]
    queue = list(reversed(blocks))
    while queue:
        block = queue.pop()
        page = pages[-1]
        if isinstance(block, PageBreak):
            if page.placed and (room - page.bottom) < block.below * room:
                pages.append(Page())
            continue
        before = block.space_before * air if page.placed else 0.0
        left = room - page.bottom - before
        height = block.height(width)
        if height + _following(block, queue, width, air) <= left + 1e-6:
            page.placed.append(Placed(block, page.bottom + before))
            page.bottom += before + height
            continue
        parts = block.split(width, min(left, height - 1))
        if parts is not None:
            first, rest = parts
            page.placed.append(Placed(first, page.bottom + before))
            pages.append(Page())
            queue.append(rest)
            continue
        if page.placed:
            pages.append(Page())
            queue.append(block)
            continue
        if height > left + 1e-6:
            raise ValueError("a block is taller than a page")
        page.placed.append(Placed(block, 0.0))
        page.bottom += height
    return [page for page in pages if page.placed]


def _fewest(blocks: Sequence[Block]) -> list[Page]:
    """Place blocks with full space; with less where that saves a last page that would stand nearly empty."""
    pages = flow(blocks)
    if pages and pages[-1].bottom < NEARLY_EMPTY * ROOM:
        for air in (0.85, 0.7, 0.55):
            tighter = flow(blocks, air=air)
            if len(tighter) < len(pages):
                return tighter
    return pages


def _following(block: Block, queue: Sequence[Block], width: float, air: float) -> float:
    """Return the least height of what must stay on the page with a block, at most what leaves the block room."""
    needed, index = 0.0, len(queue) - 1
    while block.keep_with_next and index >= 0 and not isinstance(queue[index], PageBreak):
        block = queue[index]
        least, height = block.least(width), block.height(width)
        needed += block.space_before * air + least
        if least < height:
            break
        index -= 1
    return needed


@dataclass(frozen=True, slots=True)
class Book:
    """What a finished report says about itself; ``cover`` draws the first page on its own."""

    title: str
    author: str
    subject: str
    keywords: str
    language: str
    header_left: str
    header_right: str
    footer: str
    page_of: str  # with {page} and {pages}
    cover: Callable[[Painter], None]


def write_pages(
    target: Path,
    book: Book,
    blocks: Sequence[Block],
    *,
    setter: Typesetter,
    colours: Palette,
    progress: Progress = silent,
) -> int:
    """Lay out the blocks after the cover, write the PDF to ``target`` and return its number of pages.

    The same blocks give the same bytes. Headings become bookmarks and the lines of every Contents block.
    """
    from reportlab.pdfgen.canvas import Canvas

    pages = _fewest(blocks)
    total = len(pages) + 1
    entries = [
        Entry(placed.block.entry, placed.block.key, placed.block.level, number)
        for number, page in enumerate(pages, 2)
        for placed in page.placed
        if isinstance(placed.block, Heading)
    ]
    for page in pages:
        for placed in page.placed:
            if isinstance(placed.block, Contents):
                placed.block.book[:] = [entry for entry in entries if entry.level == 0]
    canvas = Canvas(
        str(target),
        pagesize=A4,
        invariant=1,
        pageCompression=1,
        initialFontName=SC,
        lang=book.language,
        pdfVersion=(1, 7),
    )
    canvas.setTitle(book.title)
    canvas.setAuthor(book.author)
    canvas.setSubject(book.subject)
    canvas.setKeywords(book.keywords)
    canvas.setCreator("Tingdong")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    painter = Painter(canvas, A4[1], setter)
    book.cover(painter)
    canvas.showPage()
    for number, page in enumerate(pages, 2):
        progress(number - 1, total)
        _furniture(painter, book, number, total, colours)
        for placed in page.placed:
            placed.block.draw(painter, MARGIN, TOP + placed.y, WIDTH)
        canvas.showPage()
    level = 0
    for entry in entries:
        level = min(entry.level, level + 1)
        canvas.addOutlineEntry(entry.title, entry.key, level, closed=0)
    if entries:
        canvas.showOutline()
    canvas.save()
    progress(total, total)
    return total


def _furniture(painter: Painter, book: Book, number: int, total: int, colours: Palette) -> None:
    """Draw header and footer of a page."""
    right = A4[0] - MARGIN
    measure = painter.setter.width
    head = fit(book.header_left, WIDTH - measure(book.header_right, 7.5) - 20, 7.5, measure)
    foot = fit(book.footer, WIDTH - 90, 7.5, measure)
    painter.text(MARGIN, 38, head, 7.5, colours.quiet)
    painter.text(right, 38, book.header_right, 7.5, colours.quiet, align="right")
    painter.stroke([(MARGIN, 46), (right, 46)], colours.rule, 0.6)
    painter.text(MARGIN, A4[1] - 32, foot, 7.5, colours.quiet)
    painter.text(right, A4[1] - 32, book.page_of.format(page=number, pages=total), 7.5, colours.quiet, align="right")
