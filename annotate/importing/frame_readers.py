"""One reader for each layout of a code-frame sheet: rows become entries with a place in the tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from annotate.importing.cells import Problem, at, folded, name_of, problem, text_of
from annotate.importing.frame_signs import NUMBER, depths_of, net_depth, split_path
from annotate.importing.records import Cell
from annotate.messages import N_

Numbered = tuple[int, Sequence[Cell]]  # the row's number in the sheet, its cells


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a frame sheet. Its place is given by the names above it, or, where ``path`` is None, by its depth.

    ``depth`` counts from 0. ``fault`` says why the row has no place, where it has none.
    """

    row: int
    label: str
    number: str = ""
    path: tuple[str, ...] | None = None
    depth: int = 0
    is_net: bool = False
    numbers_above: tuple[str, ...] = ()
    english_above: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    fault: Problem | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet with the columns of number and details."""

    rows: Sequence[Numbered]
    number: int | None
    detail_columns: dict[str, int]

    def number_in(self, row: Sequence[Cell]) -> str:
        """Return the number of a row, "" if it has none."""
        text = text_of(at(row, self.number))
        return text[:-2] if re.fullmatch(r"[0-9]+\.0", text) else text

    def details(self, row: Sequence[Cell]) -> dict[str, str]:
        """Return definition, examples, … of a row, those that it has."""
        found = ((thing, text_of(at(row, column))) for thing, column in self.detail_columns.items())
        return {thing: text for thing, text in found if text}


def by_levels(
    sheet: Sheet,
    ranks: Sequence[int],
    leaf: int | None,
    above: Sequence[int | None],
    english: Sequence[int | None] = (),
    *,
    fill: bool,
) -> list[Entry]:
    """Read one column a level. Blank leading cells take the names of the row above, as merged cells do in Excel,
    unless the sheet repeats its nets on every row: then a code without a net is a code without a net. ``above`` and
    ``english``: columns of the numbers and English names of the levels."""
    places = [*ranks, leaf] if leaf is not None else list(ranks)
    table = [(n, row, [name_of(at(row, column)) for column in places]) for n, row in sheet.rows]
    fill = fill and not any(a[0] and a[0] == b[0] for (_, _, a), (_, _, b) in pairwise(table))
    entries: list[Entry] = []
    last: list[str] = [""] * len(places)
    for n, row, names in table:
        start = next((i for i, name in enumerate(names) if name), len(names))
        if fill:
            names[:start] = last[:start]
        last = names
        path = tuple(name for name in names if name)
        numbers = tuple(text_of(at(row, column)) for column in above)
        depth = len(path) - 1
        number = sheet.number_in(row) or (numbers[depth] if 0 <= depth < len(numbers) else "")
        entries.append(
            Entry(
                n,
                path[-1] if path and start < len(places) else "",
                number,
                path[:-1],
                numbers_above=numbers[: max(depth, 0)],
                english_above=tuple(name_of(at(row, column)) for column in english[: max(depth, 0)]),
                details=sheet.details(row),
            )
        )
    return entries


def marked(sheet: Sheet, label: int, marker: int) -> list[Entry]:
    """Read a list in which a column says NET or SUB-NET; codes belong to the net above them."""
    marks = [text_of(at(row, marker)) for _n, row in sheet.rows]
    entries = under_nets(
        sheet, [name_of(at(row, label)) for _n, row in sheet.rows], [net_depth(mark) for mark in marks]
    )
    return [
        # The marker may stand where codes have their number.
        replace(entry, number="" if entry.is_net else mark) if entry.number in ("", mark) and _numeric(mark) else entry
        for entry, mark in zip(entries, marks, strict=True)
    ]


def _numeric(mark: str) -> bool:
    return NUMBER.fullmatch(mark) is not None or net_depth(mark) is not None


def under_nets(sheet: Sheet, labels: Sequence[str], nets: Sequence[int | None]) -> list[Entry]:
    """Return entries of a list in order: depths of nets are given, a code (None) belongs to the net above it."""
    entries, below = [], 0
    for (n, row), label, net in zip(sheet.rows, labels, nets, strict=True):
        depth = below if net is None else net
        entries.append(
            Entry(n, label, sheet.number_in(row), depth=depth, is_net=net is not None, details=sheet.details(row))
        )
        below = below if net is None else net + 1
    return entries


def by_depth_column(sheet: Sheet, label: int, column: int) -> list[Entry]:
    """Read a list with a column of depths."""
    entries = []
    depths = depths_of([text_of(at(row, column)) for _n, row in sheet.rows]) or []
    for (n, row), depth in zip(sheet.rows, depths, strict=True):
        fault = None
        if depth is None:
            fault = problem(n, "frame-depth-unknown", N_("The level of this row is not a number."))
        name = name_of(at(row, label))
        entries.append(Entry(n, name, sheet.number_in(row), depth=depth or 0, details=sheet.details(row), fault=fault))
    return entries


def by_parent_column(sheet: Sheet, label: int, column: int) -> list[Entry]:
    """Read a list in which a column names the row above: by its number, else by its label.

    A parent that has no row of its own is a net with that name, unless it is a number.
    """
    labels = [name_of(at(row, label)) for _n, row in sheet.rows]
    parents = [name_of(at(row, column)) for _n, row in sheet.rows]
    places = {folded(name): place for place, name in reversed(list(enumerate(labels)))}
    places |= {folded(number): place for place, (_n, row) in enumerate(sheet.rows) if (number := sheet.number_in(row))}
    entries = []
    for place, (n, row) in enumerate(sheet.rows):
        path: list[str] = []
        at_place: int | None = place
        fault = None
        while at_place is not None and parents[at_place] and fault is None:
            parent = parents[at_place].removesuffix(".0")
            at_place = places.get(folded(parent))
            path.insert(0, parent if at_place is None else labels[at_place])
            if at_place is None and NUMBER.fullmatch(parent):
                fault = problem(n, "frame-parent-missing", N_("No row has the number {number}."), number=parent)
            elif len(path) > len(labels):
                fault = problem(n, "frame-parent-loop", N_("The rows above this one lead back to it."))
        entries.append(
            Entry(n, labels[place], sheet.number_in(row), tuple(path), details=sheet.details(row), fault=fault)
        )
    return entries


def by_path(sheet: Sheet, column: int, separator: str) -> list[Entry]:
    """Read a list of full paths."""
    entries = []
    for n, row in sheet.rows:
        *above, label = split_path(name_of(at(row, column)), separator)
        entries.append(Entry(n, label, sheet.number_in(row), tuple(above), details=sheet.details(row)))
    return entries
