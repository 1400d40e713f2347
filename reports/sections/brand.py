"""Brand: funnel and image, where the definitions map columns to them."""

from __future__ import annotations

from reports.data import FunnelFigures, ImageFigures
from reports.pdf.blocks import Block
from reports.pdf.tables import Cell, ColumnSpec
from reports.sections.press import Press
from reports.statistics.limits import TooFew
from reports.wording import Words


def brand(press: Press) -> list[Block]:
    """Return the section; nothing where nothing is mapped or told."""
    words, data = press.words, press.data
    funnels = [one for one in data.funnels if not isinstance(one.steps, TooFew)]
    image = data.image if data.image and not isinstance(data.image.cells, TooFew) else None
    if not funnels and image is None:
        return []
    title = words(
        "Brand: {names}", names=words.listed([one.brand for one in funnels] or list(image.brands if image else ()))
    )
    blocks: list[Block] = [press.section(words("Brand"), title, key="brand")]
    if funnels:
        blocks += _funnels(press, funnels)
    if image is not None:
        blocks += _image(press, image)
    return blocks


def _funnels(press: Press, funnels: list[FunnelFigures]) -> list[Block]:
    words = press.words
    stages = funnels[0].stages
    columns = [
        ColumnSpec(words("Brand"), 1.6),
        *(ColumnSpec(stage, 1.0, "right") for stage in stages),
    ]
    rows: list[list[Cell | str]] = []
    for one in funnels:
        assert not isinstance(one.steps, TooFew)
        cells: list[Cell | str] = [Cell(one.brand, bold=True)]
        for step in one.steps:
            value = words.percent(step.share.value, step.share.base)
            kept = step.conversion
            cells.append(value + ("" if kept is None or isinstance(kept, TooFew) else f"\n→ {100 * kept.value:.0f}%"))
        rows.append(cells)
    note = words("Share of all asked; → share of those on the step before. n={n}.", n=_base(funnels[0], words))
    return [press.part(words("Brand funnel")), press.table(columns, rows, keep=True), press.note(note)]


def _base(one: FunnelFigures, words: Words) -> str:
    assert not isinstance(one.steps, TooFew)
    return words.count(one.steps[0].share.base)


def _image(press: Press, image: ImageFigures) -> list[Block]:
    words = press.words
    assert not isinstance(image.cells, TooFew)
    columns = [ColumnSpec(words("Attribute"), 1.8), *(ColumnSpec(brand, 1.0, "center") for brand in image.brands)]
    found = {(cell.attribute, cell.brand): cell for cell in image.cells}
    rows: list[list[Cell | str]] = []
    for place, attribute in enumerate(image.attributes):
        line: list[Cell | str] = [attribute]
        for number in range(len(image.brands)):
            cell = found.get((place, number))
            line.append("—" if cell is None else _cell(press, cell.deviation.value, cell.q))
        rows.append(line)
    note = words("Points above or below what brand and attribute would lead one to expect; bold: q ≤ .05.")
    return [press.part(words("Brand image")), press.table(columns, rows, keep=len(rows) < 14), press.note(note)]


def _cell(press: Press, points: float, q: float) -> Cell:
    sure = q <= 0.05
    colour = None if not sure else press.colours.good if points > 0 else press.colours.bad
    return Cell(press.words.points(points), bold=sure, colour=colour)
