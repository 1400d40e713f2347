"""Placing blocks on pages in reading order; splits what may split, keeps titles with what follows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.pdf.blocks import Block, Card, Chart, Elastic, PageBreak, Row, Rows
from reports.pdf.paper import A4, Paper
from reports.pdf.paragraphs import Paragraph
from reports.pdf.tables import Table

NEARLY_EMPTY, FULL, LAST = 0.62, 0.8, 0.5
"""Where the last page is less full, spaces give way to save it; another page that is less full than the second takes
over the end of the page before it. How much the last page's empty part weighs."""


@dataclass(slots=True)
class Placed:
    """A block at its place on a page."""

    block: Block
    y: float


@dataclass(slots=True)
class Page:
    """Blocks of one page; ``head`` is what every page of a stretch begins with."""

    placed: list[Placed] = field(default_factory=list)
    bottom: float = 0.0
    head: int = 0

    @property
    def begun(self) -> bool:
        """Whether there is more on it than its head."""
        return len(self.placed) > self.head

    def put(self, block: Block, before: float, height: float) -> None:
        """Place a block under the others."""
        self.placed.append(Placed(block, self.bottom + before))
        self.bottom += before + height


def reading_pages(blocks: Sequence[Block], paper: Paper = A4) -> list[Page]:
    """Place blocks on pages for reading, and let charts grow into what would stay empty."""
    keep_notes(blocks)
    pages = fewest(blocks, paper)
    for page in pages[:-1]:
        fill(page, paper)
    return pages


def keep_notes(blocks: Sequence[Block]) -> None:
    """Keep notes with the table, chart, card or note above them, so that none goes on to a page of its own.

    Small print under anything else, such as a long list of answers, is no note.
    """
    kept = False
    for block, follower in itertools.pairwise(blocks):
        noted = isinstance(block, Table | Chart | Rows | Row | Card) or (kept and _is_note(block))
        kept = noted and _is_note(follower)
        if kept:
            block.keep_with_next = True


def _is_note(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.small_print


def flow(
    blocks: Sequence[Block],
    width: float,
    room: float,
    *,
    air: float = 1.0,
    again: Block | None = None,
    begun: Page | None = None,
    rooms: Mapping[int, float] | None = None,
) -> list[Page]:
    """Place blocks on pages in order, with ``air`` times the space between them.

    ``again`` heads every page after the first; ``begun`` is a page that is gone on with; ``rooms`` are the heights of
    pages, by their index, that are not to be filled to ``room``.

    Raises ValueError when a block that cannot split is taller than a page.
    """
    pages = [begun or Page()]

    def turn() -> None:
        pages.append(Page())
        if again is not None:
            pages[-1].put(again, 0.0, again.height(width))
            pages[-1].head = 1

    queue, whole, lower_rooms = list(reversed(blocks)), room, rooms or {}
    while queue:
        block = queue.pop()
        page = pages[-1]
        room = lower_rooms.get(len(pages) - 1, whole)
        if isinstance(block, PageBreak):
            if page.begun and (room - page.bottom) < block.below * room:
                turn()
            continue
        before = block.space_before * air if page.placed else 0.0
        left = room - page.bottom - before
        height = block.height(width)
        following = _following(block, queue, width, room, air)
        if height + following > left + 1e-6 and isinstance(block, Chart | Rows):
            lower = block.fitted(left - following)
            if lower is not None:
                block, height = lower, lower.height(width)
        if height + following <= left + 1e-6:
            page.put(block, before, height)
            continue
        parts = None if _in_one(block, width, room) else block.split(width, min(left, height - 1))
        if parts is not None:
            first, rest = parts
            page.put(first, before, first.height(width))
            turn()
            queue.append(rest)
            continue
        if page.begun:
            turn()
            queue.append(block)
            continue
        if height > whole - page.bottom - before + 1e-6:
            raise ValueError("a block is taller than a page")
        page.put(block, before, height)
    return [page for page in pages if page.begun]


def fewest(blocks: Sequence[Block], paper: Paper = A4) -> list[Page]:
    """Place blocks with full space, or with less where that saves a last page with little on it and fills the pages."""
    whole = flow(blocks, paper.inner, paper.room)
    best = _evened(blocks, paper, whole, 1.0)
    if not whole or whole[-1].bottom >= NEARLY_EMPTY * paper.room:
        return best
    for air in (0.85, 0.7, 0.55):
        pages = flow(blocks, paper.inner, paper.room, air=air)
        if len(pages) < len(whole):
            pages = _evened(blocks, paper, pages, air)
            return min(best, pages, key=lambda one: _emptiness(one, paper))
    return best


def _emptiness(pages: Sequence[Page], paper: Paper) -> float:
    """Return the squares of what pages leave empty, the last page's by a part, since a report may end anywhere."""
    empty = [(1 - fullness(page, paper)) ** 2 for page in pages]
    return sum(empty) - (1 - LAST) * empty[-1]


def _evened(blocks: Sequence[Block], paper: Paper, pages: list[Page], air: float) -> list[Page]:
    """Let pages that would end far from the foot take over the end of the page before, where both are fuller then."""

    def lowest(some: Sequence[Page]) -> float:
        return min((fullness(page, paper) for page in some), default=1.0)

    rooms: dict[int, float] = {}
    for number in range(1, len(pages) - 1):
        if number >= len(pages) - 1 or fullness(pages[number], paper) >= FULL:
            continue
        worst = lowest(pages[number - 1 : number + 1])
        best = None
        for part in (0.94, 0.88, 0.82, 0.76, 0.7):
            tried = {**rooms, number - 1: part * paper.room}
            trial = flow(blocks, paper.inner, paper.room, air=air, rooms=tried)
            if len(trial) > len(pages):
                continue
            found = lowest(trial[number - 1 : number + 1])
            if found > worst + 0.02 and lowest(trial[number + 1 : -1]) >= min(found, lowest(pages[number + 1 : -1])):
                worst, best = found, (trial, tried)
        if best is not None:
            pages, rooms = best
    return pages


def fullness(page: Page, paper: Paper) -> float:
    """Return how much of the height between header and footer a page takes once its charts have grown."""
    rest = paper.room - page.bottom
    return (page.bottom + min(rest, sum(_growth(page, paper).values()))) / paper.room


def _growth(page: Page, paper: Paper) -> dict[int, float]:
    return {
        number: growth
        for number, one in enumerate(page.placed)
        if isinstance(one.block, Elastic) and (growth := one.block.growth(paper.inner, wide=paper.wide)) > 0
    }


def fill(page: Page, paper: Paper) -> None:
    """Let what can grow take the empty rest of a page."""
    width, rest, able = paper.inner, paper.room - page.bottom, _growth(page, paper)
    total = sum(able.values())
    if rest <= 0 or not total:
        return
    part, shift = min(1.0, rest / total), 0.0
    for number, one in enumerate(page.placed):
        one.y += shift
        growth = able.get(number, 0.0)
        if growth and isinstance(one.block, Elastic):
            one.block = one.block.grown(width, part * growth)
            shift += part * growth
    page.bottom += shift


def _in_one(block: Block, width: float, room: float) -> bool:
    """Return whether a chart of rows is too short to be parted on this page."""
    return isinstance(block, Rows) and block.short and block.height(width) < 0.5 * room


def _following(block: Block, queue: Sequence[Block], width: float, room: float, air: float) -> float:
    """Return the least height of what must stay on the page with a block, at most what leaves the block room."""
    needed, index = 0.0, len(queue) - 1
    while block.keep_with_next and index >= 0 and not isinstance(queue[index], PageBreak):
        block = queue[index]
        height = block.height(width)
        least = block.lowest if isinstance(block, Rows) and _in_one(block, width, room) else block.least(width)
        needed += block.space_before * air + least
        if least < height and not isinstance(block, Chart) and not _in_one(block, width, room):
            break
        index -= 1
    return needed
