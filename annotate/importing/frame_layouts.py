"""The ways in which people lay out a code frame in a sheet, told apart by looking, each read into the same entries.

=========  ==========================================  =====================================================
layout     example (one row a ``/``)                   told by
=========  ==========================================  =====================================================
OWN        number,net,sub_net,label,…,role             the columns that Tingdong exports
LEVELS     大类,小类,编码 / 服务,人员,态度              two or more level columns, or a net and a code column;
                                                       labels placed in column A, B or C by level count too
MARKER     服务,NET / 态度,101 / 人员,SUB-NET           NET and SUB-NET in a column, or beside names: NET: 服务
DEPTH      1,服务 / 2,人员 / 3,态度                     a column of small numbers that never skips a level
PARENT     1,服务, / 2,人员,1 / 3,态度,2                a column called parent or 上级
OUTLINE    1,服务 / 1.1,人员 / 1.1.1,态度               numbers that continue each other
PATH       服务/态度  or  Service > Staff > Attitude    a path column, or names that share ``>`` ``\\`` ``#`` ``/``
SYMBOL     服务 / - 人员 / -- 态度                      leading signs, more of them or another one a level
INDENTED   服务 / ␣␣人员 / ␣␣␣␣态度                     leading spaces, tabs or full-width spaces
FLAT       态度,101                                     none of these
=========  ==========================================  =====================================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from annotate.importing.cells import at, folded, header_as_row, name_of, raw_text, text_of, unnamed
from annotate.importing.code_roles import role_named
from annotate.importing.frame_columns import DETAILS, FrameColumns, find_columns
from annotate.importing.frame_readers import (
    Entry,
    Numbered,
    Sheet,
    by_depth_column,
    by_levels,
    by_parent_column,
    by_path,
    marked,
    under_nets,
)
from annotate.importing.frame_signs import (
    NUMBER,
    are_numbers,
    depths_of,
    indent_depths,
    is_code_mark,
    is_net_mark,
    looks_like_depth,
    net_depth,
    net_in_name,
    numbers_in_names,
    outline_depths,
    separator_of,
    sign_depths,
    staggered,
)
from annotate.importing.records import Cell
from annotate.messages import N_, _


class FrameKind(Enum):
    """A layout of a code-frame sheet."""

    OWN = "own"
    LEVELS = "levels"
    MARKER = "marker"
    DEPTH = "depth"
    PARENT = "parent"
    OUTLINE = "outline"
    PATH = "path"
    SYMBOL = "symbol"
    INDENTED = "indented"
    FLAT = "flat"
    CODEBOOK = "codebook"

    @property
    def sentence(self) -> str:
        """Return how the sheet was read, in the language in use."""
        return _(_SENTENCES[self])


_SENTENCES = {
    FrameKind.OWN: N_("Read as a code frame exported by Tingdong."),
    FrameKind.LEVELS: N_("Read as one column a level."),
    FrameKind.MARKER: N_("Read as a list in which NET and SUB-NET mark the nets."),
    FrameKind.DEPTH: N_("Read as a list with a column of depths."),
    FrameKind.PARENT: N_("Read as a list in which each row names the one above it."),
    FrameKind.OUTLINE: N_("Read as a list in which the numbers show the level: 1, 1.1, 1.1.1."),
    FrameKind.PATH: N_("Read as a list of full paths."),
    FrameKind.SYMBOL: N_("Read as a list in which leading signs show the level."),
    FrameKind.INDENTED: N_("Read as a list in which the indent shows the level."),
    FrameKind.FLAT: N_("Read as a list without nets."),
    FrameKind.CODEBOOK: N_("Read as a REFI-QDA codebook."),
}


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """How a sheet was read: the layout, whether its first row is a header, and the separator of its paths."""

    kind: FrameKind
    header: bool
    separator: str = ""


def read_layout(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], first_row: int
) -> tuple[FrameLayout, list[Entry]]:
    """Tell how a sheet is laid out and return its rows as entries; ``first_row`` numbers the first of ``rows``."""
    numbered = [(n, row) for n, row in enumerate(rows, first_row) if any(text_of(cell) for cell in row)]
    named = find_columns(columns)
    if named.usable:
        return _with_header(columns, named, numbered)
    first = header_as_row(columns)
    if any(text_of(name) for name in first):
        numbered.insert(0, (first_row - 1, first))
    return _without_header(numbered)


def _with_header(
    columns: Sequence[str], named: FrameColumns, rows: Sequence[Numbered]
) -> tuple[FrameLayout, list[Entry]]:
    places, levels = dict(named.places), dict(named.levels)
    values = {column: [text_of(at(row, column)) for _n, row in rows] for column in range(len(columns))}
    _take_groups_as_levels(places, levels, values)
    marker = _marker_column(places, levels, values)
    if marker is not None and levels.get(1) == marker:
        levels = {}
    own = {"number", "label", "label_en", "role"} <= places.keys() and bool(levels)
    number, label, leaf = _number_and_label(columns, places, levels, values)
    details = {thing: places[thing] for thing in DETAILS if thing in places}
    if "role" in details and not _speaks_of_roles(values[details["role"]]):
        del details["role"]
    sheet = Sheet(rows, number, details)

    if own or (levels and leaf is not None) or len(levels) > 1:
        ranks = [levels[rank] for rank in sorted(levels)]
        above = [named.level_numbers.get(rank) for rank in sorted(levels)]
        english = [places.get("net_en"), places.get("sub_net_en")]
        entries = by_levels(sheet, ranks, leaf, above, english, fill=not own)
        return FrameLayout(FrameKind.OWN if own else FrameKind.LEVELS, header=True), entries
    if label is None and "path" not in places and levels:
        label = levels[1]
    if label is not None and marker is not None:
        return FrameLayout(FrameKind.MARKER, header=True), marked(sheet, label, marker)
    if label is not None and "depth" in places and depths_of(values[places["depth"]]) is not None:
        return FrameLayout(FrameKind.DEPTH, header=True), by_depth_column(sheet, label, places["depth"])
    if label is not None and "parent" in places and any(values[places["parent"]]):
        return FrameLayout(FrameKind.PARENT, header=True), by_parent_column(sheet, label, places["parent"])
    if "path" in places:
        separator = separator_of([name_of(at(row, places["path"])) for _n, row in rows], declared=True)
        return FrameLayout(FrameKind.PATH, header=True, separator=separator), by_path(sheet, places["path"], separator)
    assert label is not None  # a usable header names one of them
    blank = [column for column in range(label + 1, len(columns)) if unnamed(columns[column]) and any(values[column])]
    if blank and staggered([label, *blank], values):
        return FrameLayout(FrameKind.LEVELS, header=True), by_levels(sheet, [label, *blank], None, [], fill=True)
    return _from_labels(sheet, label, header=True)


def _take_groups_as_levels(places: dict[str, int], levels: dict[int, int], values: dict[int, list[str]]) -> None:
    """Take 类别 or Category for a net where another column names the codes; alone it names the codes itself."""
    group, below, code = places.get("group"), places.get("subgroup"), places.get("code")
    if levels or group is None:
        return
    named = places.get("label")
    leaves = [c for c in (named, below, code) if c is not None and c != group and not are_numbers(values[c])]
    if not leaves or not any(values[group]) or _speaks_of_roles(values[group]):
        return
    levels[1] = group
    if named == group:
        del places["label"]
    if below is not None:
        levels[2] = below


def _marker_column(places: dict[str, int], levels: dict[int, int], values: dict[int, list[str]]) -> int | None:
    candidates = [places[thing] for thing in ("kind", "number", "code", "depth") if thing in places]
    if 1 in levels and len(levels) == 1:
        candidates.append(levels[1])
    for column in candidates:
        nets = [value for value in values[column] if net_depth(value) is not None]
        if nets and all(net_depth(v) is not None or is_code_mark(v) or NUMBER.fullmatch(v) for v in values[column]):
            return column
    return None


def _number_and_label(
    columns: Sequence[str], places: dict[str, int], levels: dict[int, int], values: dict[int, list[str]]
) -> tuple[int | None, int | None, int | None]:
    """Return the columns of number, label, and the leaf below level columns; "code" may mean any of the three."""
    number, label, code = places.get("number"), places.get("label"), places.get("code")
    if code is not None and (are_numbers(values[code]) or (label is not None and number is None and not levels)):
        if number is None or not are_numbers(values[number]) or columns[number].strip() == "序号":
            number = code
        code = None
    label = label if label is not None else code
    if label is None and not levels and "path" not in places:
        taken = {*places.values()}
        free = [c for c in range(len(columns)) if c not in taken and any(values[c]) and not are_numbers(values[c])]
        label = free[0] if free else places.get("number", places.get("code"))
        number = None if label == number else number
    above = [values[levels[rank]] for rank in sorted(levels)]
    own = [c for c in (label, code) if above and c is not None and c not in levels.values()]
    return number, label, next((c for c in own if not _repeats_levels(values[c], above)), None)


def _repeats_levels(leaf: Sequence[str], levels: Sequence[Sequence[str]]) -> bool:
    """Say whether a column only says again what the level columns say: their path or its last name."""
    for at_row, text in enumerate(leaf):
        names = [folded(level[at_row]) for level in levels if level[at_row]]
        bare = re.sub(r"\s*[>\\#/|]\s*", "/", folded(text))
        if text and bare not in {re.sub(r"\s*[>\\#/|]\s*", "/", name) for name in ("/".join(names), *names[-1:])}:
            return False
    return True


def _speaks_of_roles(values: Sequence[str]) -> bool:
    filled = [value for value in values if value]
    return 2 * sum(role_named(value) is not None for value in filled) >= len(filled)


def _without_header(rows: list[Numbered]) -> tuple[FrameLayout, list[Entry]]:
    if not rows:
        return FrameLayout(FrameKind.FLAT, header=False), []
    width = max(len(row) for _n, row in rows)
    body = rows[1:]
    for column in range(width if len(rows) > 2 else 0):
        # Headers in words we do not know show by standing over numbers.
        head = text_of(at(rows[0][1], column))
        if head and not NUMBER.fullmatch(head) and net_depth(head) is None and _number_or_net(body, column):
            rows = body
            break
    header = rows is body
    values = {column: [text_of(at(row, column)) for _n, row in rows] for column in range(width)}
    filled = [column for column in range(width) if any(values[column])]
    marker = next((c for c in filled if _number_or_net(rows, c) and any(map(is_net_mark, values[c]))), None)
    depth = next((c for c in filled if looks_like_depth(values[c]) and len(filled) > 1), None)
    number = next((c for c in filled if c not in (depth, marker) and are_numbers(values[c]) and len(filled) > 1), None)
    texts = [c for c in filled if c not in (depth, marker, number)] or filled[:1]
    sheet = Sheet(rows, number, {})
    if marker is not None:
        return FrameLayout(FrameKind.MARKER, header), marked(sheet, texts[0], marker)
    if len(texts) > 1 and (staggered(texts, values) or _filled_levels(texts, values)):
        return FrameLayout(FrameKind.LEVELS, header), by_levels(sheet, texts, None, [], fill=True)
    if len(texts) > 1:
        sheet = Sheet(rows, number, {"definition": texts[1]})
    if depth is not None:
        return FrameLayout(FrameKind.DEPTH, header), by_depth_column(sheet, texts[0], depth)
    return _from_labels(sheet, texts[0], header=header)


def _number_or_net(rows: Sequence[Numbered], column: int) -> bool:
    values = [text_of(at(row, column)) for _n, row in rows]
    filled = [value for value in values if value]
    return bool(filled) and all(NUMBER.fullmatch(v) or net_depth(v) is not None or is_code_mark(v) for v in filled)


def _filled_levels(texts: Sequence[int], values: dict[int, list[str]]) -> bool:
    """Say whether the first of the columns repeats over runs of rows, as nets do; labels beside definitions do not."""
    first, last = (values[texts[0]], values[texts[-1]])
    nets = [value for value in first if value]
    return len(set(nets)) * 2 <= len(first) and sum(map(bool, last)) * 2 > len(last)


def _from_labels(sheet: Sheet, column: int, *, header: bool) -> tuple[FrameLayout, list[Entry]]:
    """Read a sheet whose hierarchy, if any, is in the labels or numbers themselves."""
    cells = [raw_text(at(row, column)) for _n, row in sheet.rows]
    labels, depths = [name_of(cell) for cell in cells], [0] * len(cells)
    nets = [net_in_name(label) for label in labels]
    if any(nets):
        bare = [net[1] if net else label for net, label in zip(nets, labels, strict=True)]
        return FrameLayout(FrameKind.MARKER, header), under_nets(sheet, bare, [net[0] if net else None for net in nets])
    kind = FrameKind.FLAT
    if marks := sign_depths(cells):
        kind, labels, depths = FrameKind.SYMBOL, marks[0], marks[1]
    elif indents := indent_depths(cells):
        kind, depths = FrameKind.INDENTED, indents
    numbers = [sheet.number_in(row) for _n, row in sheet.rows]
    if not any(numbers) and (split := numbers_in_names(labels)):
        numbers, labels = split
    if kind is FrameKind.FLAT:
        if outline := outline_depths(numbers):
            kind, depths = FrameKind.OUTLINE, outline
        elif separator := separator_of(labels, declared=False):
            return FrameLayout(FrameKind.PATH, header, separator), by_path(sheet, column, separator)
    return FrameLayout(kind, header), [
        Entry(n, label, number, depth=depth, details=sheet.details(row))
        for (n, row), label, number, depth in zip(sheet.rows, labels, numbers, depths, strict=True)
    ]
