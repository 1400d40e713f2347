"""The pages of a document, drawn once with their final numbers, its bookmarks, and its logical structure.

Laying out comes wholly before drawing, so that the contents and "page x of y" are right in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from annotate.jobs import Progress, silent
from reports.charts import Palette, fit
from reports.pdf.blocks import Block
from reports.pdf.flow import Page, reading_pages
from reports.pdf.fonts import SC, Typesetter
from reports.pdf.headings import Contents, Entry, Heading
from reports.pdf.painter import Painter
from reports.pdf.paper import A4, Paper
from reports.pdf.slides import slides
from reports.pdf.structure import Structure


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
    paper: Paper = A4


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn document: its bytes, its structure, and how many pages it has."""

    data: bytes
    structure: Structure
    pages: int


def laid_out(blocks: Sequence[Block], paper: Paper = A4) -> list[Page]:
    """Place blocks on the pages of a paper."""
    return slides(blocks, paper) if paper.wide else reading_pages(blocks, paper)


def draw_pages(
    book: Book, blocks: Sequence[Block], *, setter: Typesetter, colours: Palette, progress: Progress = silent
) -> Drawn:
    """Lay out the blocks after the cover and draw everything.

    The same blocks give the same bytes. Headings become bookmarks and the lines of every Contents block.
    """
    from reportlab.pdfgen.canvas import Canvas

    paper = book.paper
    pages = laid_out(blocks, paper)
    total = len(pages) + 1
    entries = [
        Entry(placed.block.entry, placed.block.key, placed.block.level, number)
        for number, page in enumerate(pages, 2)
        for placed in page.placed
        if isinstance(placed.block, Heading) and placed.block.key
    ]
    for page in pages:
        for placed in page.placed:
            if isinstance(placed.block, Contents):
                placed.block.book[:] = [entry for entry in entries if entry.level == 0]
    target = BytesIO()
    canvas = Canvas(
        target,
        pagesize=(paper.width, paper.height),
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
    painter = Painter(canvas, paper.height, setter)
    book.cover(painter)
    painter.next_page()
    for number, page in enumerate(pages, 2):
        progress(number - 1, total)
        _furniture(painter, book, number, total, colours)
        for placed in page.placed:
            placed.block.draw(painter, paper.margin, paper.top + placed.y, paper.inner)
        painter.next_page()
    level = 0
    for entry in entries:
        level = min(entry.level, level + 1)
        canvas.addOutlineEntry(entry.title, entry.key, level, closed=0)
    if entries:
        canvas.showOutline()
    canvas.save()
    progress(total, total)
    return Drawn(target.getvalue(), painter.structure, total)


def _furniture(painter: Painter, book: Book, number: int, total: int, colours: Palette) -> None:
    """Draw header and footer of a page."""
    paper, measure = book.paper, painter.setter.width
    left, right = paper.margin, paper.width - paper.margin
    base = paper.height - paper.bottom + (16 if paper.wide else 26)
    head = fit(book.header_left, paper.inner - measure(book.header_right, 7.5) - 20, 7.5, measure)
    foot = fit(book.footer, paper.inner - 90, 7.5, measure)
    line = paper.top - (17 if paper.wide else 22)
    painter.text(left, line - 8, head, 7.5, colours.quiet)
    painter.text(right, line - 8, book.header_right, 7.5, colours.quiet, align="right")
    painter.stroke([(left, line), (right, line)], colours.rule, 0.6)
    painter.text(left, base, foot, 7.5, colours.quiet)
    painter.text(right, base, book.page_of.format(page=number, pages=total), 7.5, colours.quiet, align="right")
