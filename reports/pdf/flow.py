"""Placing blocks on pages in reading order; splits what may split, keeps titles with what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.pdf.blocks import Block, Chart, PageBreak
from reports.pdf.paper import A4, Paper

NEARLY_EMPTY = 0.25


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


def flow(blocks: Sequence[Block], width: float, room: float, *, air: float = 1.0) -> list[Page]:
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
        following = _following(block, queue, width, air)
        if height + following > left + 1e-6 and isinstance(block, Chart):
            lower = block.fitted(left - following)
            if lower is not None:
                block, height = lower, lower.height(width)
        if height + following <= left + 1e-6:
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


def fewest(blocks: Sequence[Block], paper: Paper = A4) -> list[Page]:
    """Place blocks with full space; with less where that saves a last page that would stand nearly empty."""
    pages = flow(blocks, paper.inner, paper.room)
    if pages and pages[-1].bottom < NEARLY_EMPTY * paper.room:
        for air in (0.85, 0.7, 0.55):
            tighter = flow(blocks, paper.inner, paper.room, air=air)
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
        if least < height and not isinstance(block, Chart):
            break
        index -= 1
    return needed
