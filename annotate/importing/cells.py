"""Cells of foreign sheets as text, and what is wrong with a row."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from annotate.importing.records import Cell
from annotate.messages import _

_SPACES = re.compile(r"\s+")
# They come along when names are pasted from web pages and chat windows. Joiners stay: emoji and scripts need them.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\0"))
_UNNAMED = re.compile(r"(?:#\d+|(?:unnamed|column|col|field|列|字段)[\s:_]*\d+)?")
_STAND_IN = re.compile(r"#\d+")
_REPEATED = re.compile(r"(.+) \(\d+\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one row of a sheet could not be taken. ``row`` is its number as a spreadsheet shows it, from 1."""

    row: int
    id: str
    what: str
    params: tuple[tuple[str, object], ...] = ()

    @property
    def reason(self) -> str:
        """Return the sentence in the language in use."""
        return _(self.what).format(**dict(self.params))


def problem(row: int, id: str, what: str, **params: object) -> Problem:
    """Return a Problem; ``what`` is a message id marked with ``N_``."""
    return Problem(row, id, what, tuple(params.items()))


def raw_text(cell: Cell) -> str:
    """Return a cell as text with its leading spaces. Excel's 1.0 is "1"; "01" stays "01"."""
    if cell is None:
        return ""
    if isinstance(cell, bool):  # a bool is an int to Python
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.translate(_INVISIBLE) if isinstance(cell, str) else str(cell)


def text_of(cell: Cell) -> str:
    """Return a cell as text without spaces around it."""
    return raw_text(cell).strip()


def name_of(cell: Cell) -> str:
    """Return a cell as a name: on one line, one space where there were several."""
    return _SPACES.sub(" ", raw_text(cell)).strip()


def folded(name: str) -> str:
    """Return the form in which two names are the same name: width, case and spacing do not count."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def unnamed(header: str) -> bool:
    """Say whether a header is blank or a stand-in that a reader made up for a blank one."""
    return _UNNAMED.fullmatch(folded(header)) is not None


def header_as_row(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the cells that a header was made of, where it turns out to be data: see ``headers.header``."""
    repeated = [(name, _REPEATED.fullmatch(name)) for name in columns]
    cells = [found[1] if found and found[1] in columns else name for name, found in repeated]
    return tuple("" if _STAND_IN.fullmatch(cell) else cell for cell in cells)


def at(row: Sequence[Cell], column: int | None) -> Cell:
    """Return a cell of a row that may be shorter than the header; no column is an empty cell."""
    return row[column] if column is not None and column < len(row) else None
