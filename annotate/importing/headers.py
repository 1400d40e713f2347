"""Column names from header rows: every column gets one, none twice, and what was changed is said."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from annotate import privacy
from annotate.importing.records import Cell, Notice
from annotate.importing.values import parse_date, parse_number
from annotate.messages import N_, listed

MAX_NAME = 200
MAX_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Header:
    """Names of the columns, unique and not empty; the longer texts of a second header row ('' where it has none)."""

    columns: tuple[str, ...]
    texts: tuple[str, ...]
    notices: tuple[Notice, ...]


def header(rows: Sequence[Sequence[Cell]], width: int = 0) -> Header:
    """Make a header from no row (columns ``#1``, ``#2``…, ``width`` of them), one, or two.

    Of two rows, the one with more distinct names (then the shorter names) gives the columns; the other their texts,
    which go on over the empty cells of a merged one while the names share their stem (Q5_1, Q5_2).
    An empty name becomes ``#3``, the second ``分数`` becomes ``分数 (2)``.
    """
    if not rows:
        return Header(tuple(f"#{place}" for place in range(1, width + 1)), ("",) * width, ())
    width = max(len(row) for row in rows)
    cleaned = [[_name(row[place]) if place < len(row) else "" for place in range(width)] for row in rows]
    names, texts = cleaned[0], [""] * width
    if len(cleaned) == 2:
        names, texts = sorted(cleaned, key=lambda row: (-len(set(row) - {""}), sum(map(len, row))))
        texts = _continued(names, texts)
        names = [name or text for name, text in zip(names, texts, strict=True)]
    columns, notices = _unique(names)
    return Header(tuple(columns), tuple(texts), (*_like_data(names), *notices))


def _like_data(names: Sequence[str]) -> tuple[Notice, ...]:
    """Return a notice if the names are rather a row of answers: personal data, or a number or date among few names."""
    told = [name for name in names if name]
    numbers = sum(_is_number(name) or parse_date(name) is not None for name in told)
    if not any(privacy.find(name) for name in told) and not 0 < 4 * numbers >= len(told):
        return ()
    text = N_("The first row was taken for column names, and it looks like data. If it is, choose header row 0 (none).")
    return (Notice("header-like-data", text, {}),)


def shown(columns: Sequence[str]) -> str:
    """Return column names for a message: short, and without personal data, should they be a row of answers."""
    return listed(privacy.mask(name)[:MAX_SHOWN] for name in columns)


def header_place(rows: Sequence[Sequence[Cell]], header_rows: int = 1) -> int:
    """Return the place of the header among the first rows: the first one at least half as full as the usual row.

    So a title, alone in its row, is passed over. Rows without any filled cell do not count. Of two header rows the
    first may be emptier, as merged question texts are; two filled cells are enough for it.
    """
    filled = [sum(cell is not None and cell != "" for cell in row) for row in rows]
    usual = statistics.median([count for count in filled if count] or [0])
    place = next((place for place, count in enumerate(filled) if count and 2 * count >= usual), 0)
    return place - 1 if header_rows == 2 and place and filled[place - 1] >= 2 else place


def second_header(rows: Sequence[Sequence[Cell]]) -> tuple[Notice, ...]:
    """Return a notice if the first row behind the header looks like question texts: words over columns of numbers."""
    if len(rows) < 4:
        return ()
    over_numbers = 0
    for place, cell in enumerate(rows[0]):
        below = [row[place] for row in rows[1:] if place < len(row) and row[place] not in (None, "")]
        numeric = sum(_is_number(value) or parse_date(value) is not None for value in below)
        if below and numeric == len(below):
            if cell in (None, ""):  # what the platform adds itself, such as 序号, has one name over both rows
                continue
            if not isinstance(cell, str) or _is_number(cell) or parse_date(cell):
                return ()
            over_numbers += 1
    if not over_numbers:
        return ()
    text = N_("The first row below the column names looks like question texts. If so, choose two header rows.")
    return (Notice("second-header-row", text, {}),)


def are_numbers_of_questions(names: Sequence[str]) -> bool:
    """Tell whether nearly all column names are numbers of questions: Q1, q5_2, A3a, S10, D2.1."""
    return sum(bool(_NUMBER.fullmatch(name)) for name in names) >= 0.8 * len(names)


_NUMBER = re.compile(r"[A-Za-z]{1,3}\d{1,3}[A-Za-z]?(?:[_.-]\d{1,3}){0,3}")


def rows_above(count: int) -> tuple[Notice, ...]:
    """Return the notice that rows above the header were passed over, if any were."""
    text = N_("Rows passed over above the column names: {count}. Choose the header row yourself if this is wrong.")
    return (Notice("rows-above-header", text, {"count": count}),) if count else ()


def _is_number(cell: Cell) -> bool:
    return parse_number(cell) is not None or parse_number(cell, decimal_comma=True) is not None


def _name(cell: Cell) -> str:
    return " ".join("".join(part for part in str(cell if cell is not None else "") if part != "\0").split())[:MAX_NAME]


def _continued(names: list[str], texts: list[str]) -> list[str]:
    filled = list(texts)
    for place in range(1, len(filled)):
        stem = names[place].rpartition("_")[0]
        if not filled[place] and stem and names[place - 1].rpartition("_")[0] == stem:
            filled[place] = filled[place - 1]
    return filled


def _unique(names: Sequence[str]) -> tuple[list[str], list[Notice]]:
    columns: list[str] = []
    taken = {name for name in names if name}
    seen: set[str] = set()
    unnamed = repeated = 0
    for place, name in enumerate(names, 1):
        unnamed += not name
        column = name or f"#{place}"
        count = 1
        repeated += column in seen
        while column in seen or (count > 1 and column in taken) or (not name and column in taken):
            count += 1
            column = f"{name or f'#{place}'} ({count})"
        seen.add(column)
        columns.append(column)
    notices = []
    if unnamed:
        text = N_("Columns without a name: {count}. They are called by their place, such as #3.")
        notices.append(Notice("unnamed-columns", text, {"count": unnamed}))
    if repeated:
        text = N_("Columns with a name already taken: {count}. A number in brackets tells them apart.")
        notices.append(Notice("repeated-columns", text, {"count": repeated}))
    return columns, notices
