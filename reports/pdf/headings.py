"""Headings, which become bookmarks, and the contents made of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from reports.charts import Palette, fit
from reports.pdf.blocks import Block, Whole
from reports.pdf.painter import Painter
from reports.pdf.paragraphs import Paragraph, TextStyle


@dataclass(slots=True)
class Heading(Whole):
    """A title with its kicker; becomes a bookmark and a line of the contents.

    ``large`` is its title where it opens a slide; ``more`` heads a slide on which what stands
    under it goes on, which has no key and is no bookmark. ``plain``: the title is only a name; ``hidden``: only the
    bookmark, as under a title that says more.
    """

    title: Paragraph = field(kw_only=True)
    entry: str = field(kw_only=True)
    key: str = field(kw_only=True)
    level: int = field(kw_only=True)
    kicker: Paragraph | None = None
    more: Paragraph | None = None
    large: Paragraph | None = None
    plain: bool = False
    hidden: bool = False

    def opening(self, kicker: Paragraph | None) -> Heading:
        """Return the heading as it opens a slide: with its large title and the kicker of its section."""
        return replace(self, title=self.large or self.title, kicker=kicker)

    def going_on(self) -> Heading | None:
        """Return the heading of the next slide on which this one goes on."""
        return replace(self, title=self.more, key="", hidden=False, space_before=0.0) if self.more else None

    def height(self, width: float) -> float:
        """Return the height of kicker and title."""
        if self.hidden:
            return 0.0
        return self.title.height(width) + (self.kicker.height(width) + 2 if self.kicker else 0.0) + 6

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw kicker and title, and name the place."""
        if self.key:
            painter.bookmark(self.key, y - 6)
        if self.hidden:
            return
        if self.kicker:
            self.kicker.draw(painter, x, y, width)
            y += self.kicker.height(width) + 2
        with painter.element(f"H{self.level + 1}" if self.key else "P"):
            self.title.draw(painter, x, y, width, tag="")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents."""

    title: str
    key: str
    level: int
    page: int


@dataclass(slots=True)
class Contents(Whole):
    """The contents: one clickable line an entry, filled when the pages are known; in ``columns`` from the left."""

    count: int = field(kw_only=True)
    style: TextStyle = field(kw_only=True)
    colours: Palette = field(kw_only=True)
    book: list[Entry] = field(default_factory=list)  # shared by the parts of a split table of contents
    start: int = 0
    pitch: float = 23.0
    columns: int = 1
    gap: float = 26.0

    @property
    def _lines(self) -> int:
        return -(-self.count // self.columns)

    def height(self, width: float) -> float:
        """Return the height of all lines."""
        return self._lines * self.pitch

    def split(self, width: float, room: float) -> tuple[Block, Block] | None:
        """Split between lines."""
        fitting = int(room / self.pitch)
        if self.columns > 1 or not 0 < fitting < self.count:
            return None
        first = replace(self, count=fitting)
        return first, replace(self, count=self.count - fitting, start=self.start + fitting, space_before=0.0)

    def draw(self, painter: Painter, x: float, y: float, width: float) -> None:
        """Draw number, title, leader and page of each entry."""
        with painter.element("TOC"):
            self._draw_lines(painter, x, y, width)

    def _draw_lines(self, painter: Painter, left: float, top: float, width: float) -> None:
        wide = (width - self.gap * (self.columns - 1)) / self.columns
        for place, (number, entry) in enumerate(list(enumerate(self.book, 1))[self.start : self.start + self.count]):
            x = left + (place // self._lines) * (wide + self.gap)
            y = top + place % self._lines * self.pitch
            base = y + self.pitch * 0.65
            size, page = self.style.size, str(entry.page)
            shown = fit(entry.title, wide - 62, size, painter.setter.width)
            title = painter.setter.width(shown, size)
            with painter.element("TOCI"):
                painter.text(x, base, f"{number:02d}", size, self.colours.accent, bold=True)
                painter.text(x + 26, base, shown, size, self.style.colour)
                painter.text(x + wide, base, page, size, self.colours.quiet, align="right")
            start, end = x + 34 + title, x + wide - painter.setter.width(page, size) - 8
            if start < end:
                painter.stroke([(start, base - 1), (end, base - 1)], self.colours.rule, 0.6, (1, 2.5))
            painter.link(x, y, wide, self.pitch, entry.key)
