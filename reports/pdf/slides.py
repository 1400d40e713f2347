"""Placing blocks on slides: every title with what belongs to it on a slide of its own, short ones together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from reports.pdf.blocks import Block, Chart, Row, Rows, Scaled
from reports.pdf.flow import Page, fill, flow, fullness, keep_notes
from reports.pdf.headings import Contents, Heading
from reports.pdf.paper import Paper
from reports.pdf.paragraphs import Paragraph
from reports.pdf.tables import Table

LIGHT, SMALL, FEW_ROWS = 0.55, 0.36, 2
"""What is taken of a slide on which a table may begin; on which a chart may follow; a chart of so few rows needs no
slide of its own."""
SPARSE, LARGER, SMALLER = 0.85, (1.4, 1.3, 1.2, 1.1), 0.9
"""A slide that is less full is set in larger type, by the first of these factors that fits; a table whose type may be a
little smaller so that it stands with what leads to it."""


def slides(blocks: Sequence[Block], paper: Paper) -> list[Page]:
    """Return the slides, filled as far as their charts, tables, cards and texts may grow."""
    pages: list[Page] = []
    kicker: Paragraph | None = None
    whole: list[Block] = []  # what the last slide is made of, where it is of one group
    for group in _groups(blocks):
        keep_notes(group)
        first = group[0]
        if isinstance(first, Heading):
            kicker = first.kicker if first.level == 0 else kicker
            head: Heading | None = first.opening(kicker)
        else:
            head = None
        again = head.going_on() if head else None
        shared = _shared(group, pages[-1], paper, again) if pages else None
        shared = shared or (_below(group, whole, paper) if whole else None)
        if shared:
            pages[-1:], whole = shared, []
            continue
        whole = [head or first, *group[1:]]
        made = flow(whole, paper.inner, paper.room, again=again)
        pages += made
        whole = whole if len(made) == 1 else []
    pages = [_enlarged(page, paper) for page in pages]
    for page in pages:
        fill(page, paper)
    return pages


def _shared(group: Sequence[Block], last: Page, paper: Paper, again: Heading | None) -> list[Page] | None:
    """Return the last slide gone on with by a group, and what goes on after it; None where the group begins anew."""
    room, first = paper.room, group[0]
    plain = not any(_stands_alone(block) for block in group)
    if any(_stands_alone(one.block) for one in last.placed) or not (plain or last.bottom <= SMALL * room):
        return None
    lower = [block.scaled(SMALLER) if isinstance(block, Table) else block for block in group]
    for air, blocks in ((1.0, group), (0.7, group), (0.5, group), (0.5, lower)):
        trial = Page(list(last.placed), last.bottom, last.head)
        found = flow(blocks, paper.inner, room, again=again, begun=trial, air=air)
        if len(found) == 1:
            return found
        begins = isinstance(first, Heading) and first.level and last.bottom <= LIGHT * room and blocks is group
        goes_on = found[1].placed[found[1].head :]
        if plain and begins and isinstance(goes_on[0].block, Table) and isinstance(found[0].placed[-1].block, Table):
            return found
    return None


def _below(group: Sequence[Block], whole: Sequence[Block], paper: Paper) -> list[Page] | None:
    """Return the last slide, its chart lower, with a short part of the same section under it; None where it is not."""
    first, tall = group[0], sum(block.space_before + block.height(paper.inner) for block in group)
    short = isinstance(first, Heading) and first.level and tall <= SMALL * paper.room
    if not short or any(_stands_alone(block) for block in group) or any(isinstance(one, Contents) for one in whole):
        return None
    lower = flow(whole, paper.inner, paper.room - tall)
    if len(lower) > 1:
        return None
    found = flow(group, paper.inner, paper.room, begun=lower[0])
    return found if len(found) == 1 else None


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


def _enlarged(page: Page, paper: Paper) -> Page:
    """Return a slide with little on it in larger type, so that it is read from afar and does not stand half empty."""
    if fullness(page, paper) >= SPARSE or any(isinstance(one.block, Contents) for one in page.placed):
        return page
    for factor in LARGER:
        made, before = Page(head=page.head), 0.0
        for one in page.placed:
            block = one.block.scaled(factor) if isinstance(one.block, Scaled) else one.block
            made.put(block, one.y - before, block.height(paper.inner))
            before = one.y + one.block.height(paper.inner)
        if made.bottom <= paper.room:
            return made
    return page
