"""Placing blocks on pages in reading order; splits what may split, keeps titles with what follows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from reports.pdf.blocks import Block, Chart, Elastic, PageBreak, Row, Rows
from reports.pdf.headings import Contents, Heading
from reports.pdf.paper import A4, Paper
from reports.pdf.paragraphs import Paragraph
from reports.pdf.tables import Table

NEARLY_EMPTY = 0.45
LIGHT, SMALL, FEW_ROWS = 0.55, 0.36, 2
"""A slide is shared where no more of it is taken, or what comes next takes no more than the second part of it; a chart
of so few rows needs no slide of its own."""


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


def laid_out(blocks: Sequence[Block], paper: Paper = A4) -> list[Page]:
    """Place blocks on the pages of a paper, and let charts grow into what would stay empty."""
    pages = slides(blocks, paper) if paper.wide else fewest(blocks, paper)
    for page in pages if paper.wide else pages[:-1]:
        _fill(page, paper)
    return pages


def flow(
    blocks: Sequence[Block],
    width: float,
    room: float,
    *,
    air: float = 1.0,
    again: Block | None = None,
    begun: Page | None = None,
) -> list[Page]:
    """Place blocks on pages in order, with ``air`` times the space between them.

    ``again`` heads every page after the first; ``begun`` is a page that is gone on with.

    Raises ValueError when a block that cannot split is taller than a page.
    """
    pages = [begun or Page()]

    def turn() -> None:
        pages.append(Page())
        if again is not None:
            pages[-1].put(again, 0.0, again.height(width))
            pages[-1].head = 1

    queue = list(reversed(blocks))
    while queue:
        block = queue.pop()
        page = pages[-1]
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
        if height > left + 1e-6:
            raise ValueError("a block is taller than a page")
        page.put(block, before, height)
    return [page for page in pages if page.begun]


def fewest(blocks: Sequence[Block], paper: Paper = A4) -> list[Page]:
    """Place blocks with full space; with less where that saves a last page that would stand nearly empty."""
    pages = flow(blocks, paper.inner, paper.room)
    if pages and pages[-1].bottom < NEARLY_EMPTY * paper.room:
        for air in (0.85, 0.7, 0.55):
            tighter = flow(blocks, paper.inner, paper.room, air=air)
            if len(tighter) < len(pages):
                return tighter
    return pages


def slides(blocks: Sequence[Block], paper: Paper) -> list[Page]:
    """Place every title with what belongs to it on a slide of its own; short ones without a chart share a slide."""
    pages: list[Page] = []
    width, room = paper.inner, paper.room
    for group in _groups(blocks):
        _notes_kept(group)
        plain = not any(_stands_alone(block) for block in group)
        tall = sum(block.space_before + block.height(width) for block in group)
        last = pages[-1] if pages else None
        first = group[0]
        head = first.opening() if isinstance(first, Heading) else None
        again = head.going_on() if head else None
        free = last is not None and not any(_stands_alone(one.block) for one in last.placed)
        if last and free and (plain or last.bottom <= SMALL * room):
            whole = last.bottom + tall <= room and (last.bottom <= LIGHT * room or tall <= SMALL * room)
            trial = Page(list(last.placed), last.bottom, last.head)
            shared = flow(group, width, room, again=again, begun=trial)
            parts = isinstance(first, Heading) and first.level and any(isinstance(block, Table) for block in group)
            begun = parts and last.bottom <= LIGHT * room and len(trial.placed) > len(last.placed)
            if len(shared) == 1 if not plain else whole or begun:
                pages[-1:] = shared
                continue
        pages += flow([head or first, *group[1:]], width, room, again=again)
    return pages


def _notes_kept(group: Sequence[Block]) -> None:
    """Keep the notes under a chart together, so that none goes on to a slide of its own."""
    below = False
    for block, follower in itertools.pairwise(group):
        below = below or isinstance(block, Chart | Rows)
        if below and isinstance(block, Paragraph) and isinstance(follower, Paragraph):
            block.keep_with_next = True


def _stands_alone(block: Block) -> bool:
    """Return whether a block has a slide of its own: a chart of more than a few rows, and the contents."""
    if isinstance(block, Contents):
        return True
    if isinstance(block, Rows):
        return len(block.shown) > FEW_ROWS
    return isinstance(block, Chart | Row) and block.growth(1.0, wide=False) > 0


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield each title with what follows it; a part right under the title of its section is in the section's group."""
    group: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and group:
            above = group[-1]
            if above.keep_with_next and not isinstance(above, Heading):  # a note that leads to what follows
                group.append(block)
                continue
            if isinstance(above, Heading) and above.level < block.level:
                group.append(replace(block, hidden=True) if block.plain else block)
                continue
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _fill(page: Page, paper: Paper) -> None:
    """Let what can grow take the empty rest of a page."""
    width, rest = paper.inner, paper.room - page.bottom
    able = {
        number: growth
        for number, one in enumerate(page.placed)
        if isinstance(one.block, Elastic) and (growth := one.block.growth(width, wide=paper.wide)) > 0
    }
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
