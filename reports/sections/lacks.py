"""What a report cannot show, and how much more it would need."""

from __future__ import annotations

from collections.abc import Iterator

from reports.data import NeedFigures
from reports.missing import THINGS
from reports.outside import rises_lacking
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press
from reports.statistics.limits import TooFew


def lacks(press: Press) -> Iterator[tuple[str, TooFew]]:
    """Yield the analyses that there is too little data for, in the order of the report."""
    words, data = press.words, press.data
    many = len(data.questions) > 1
    courses: dict[TooFew, list[str]] = {}
    for score in data.scores:
        if score.series and isinstance(score.series.shift, TooFew):
            courses.setdefault(score.series.shift, []).append(score.name)
    for lack, names in courses.items():
        yield words("Change of level: {name}", name=words.listed(names)), lack
    for question in data.questions:
        needs = question.needs.needs if isinstance(question.needs, NeedFigures) else None
        for name, found in (
            (words("Shares corrected for the model's errors"), question.correction),
            (words("First mentions"), question.first),
            (words("Drivers and priorities"), question.drivers),
            (words("Layers of needs"), needs),
            (words("Themes mentioned together"), question.pairs),
            (words("Sudden rises"), question.spikes),
            (words("Candidates for new themes"), question.emerging),
        ):
            if isinstance(found, TooFew):
                yield words("{question}: {finding}", question=question.name, finding=name) if many else name, found
    for funnel in data.funnels:
        if isinstance(funnel.steps, TooFew):
            yield words("Brand funnel: {brand}", brand=funnel.brand), funnel.steps
    if data.image and isinstance(data.image.cells, TooFew):
        yield words("Brand image"), data.image.cells


def lack_blocks(press: Press) -> list[Block]:
    """Return the table of what this report cannot show; nothing where it shows everything."""
    words = press.words
    found = list(dict.fromkeys(lacks(press)))
    if not found:
        return []
    columns = [
        ColumnSpec(words("Not shown"), 2.4),
        ColumnSpec(words("What it needs"), 2.2),
        ColumnSpec(words("There are"), 0.8, "right"),
        ColumnSpec(words("Needed"), 0.8, "right"),
        ColumnSpec(words("More"), 0.8, "right"),
    ]
    rows: list[list[Cell | str]] = [
        [
            name,
            words(THINGS[lack.lack]),
            words.count(lack.have),
            words.count(lack.need),
            Cell("+" + words.count(lack.more), bold=True),
        ]
        for name, lack in found
    ]
    title = words("What there is too little data for, and how much more it takes")
    many = len(press.data.questions) > 1
    rises = [
        words("{question}: {finding}", question=one.name, finding=told) if many else told
        for one in press.data.questions if (told := rises_lacking(one, words))
    ]  # fmt: skip
    notes = [press.caption(words.text(*dict.fromkeys(rises)))] if rises else []
    return [press.part(words("Not shown"), title), press.table(columns, rows), *notes]


def lack_sentence(press: Press, lack: TooFew) -> str:
    """Say what is missing for one figure."""
    return press.words(
        "Too little data: {have} {things}, {need} are needed.",
        have=press.words.count(lack.have),
        things=press.words(THINGS[lack.lack]),
        need=press.words.count(lack.need),
    )
