"""Read a sheet of an XLSX workbook as records; the parsing itself happens in the limited child.

Offsets are row numbers of the sheet from 1, so a record's ``offset`` is where Excel shows it. Blank rows are no
records and shift nothing. Numbers stay numbers (5, 4.5), dates are ISO text, error cells keep what Excel shows.
A row with a filled cell beyond the table's width is a reject; shorter rows end in empty cells, as Excel stores them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import cast

from annotate.errors import AskedWronglyError, UserError
from annotate.importing.headers import header, header_place, rows_above, second_header
from annotate.importing.limited import Answer, ChildDiedError, ask, too_heavy
from annotate.importing.packages import member_names
from annotate.importing.records import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_RECORD,
    Cell,
    Notice,
    Record,
    Reject,
    RejectReason,
    too_long,
)
from annotate.importing.source import checked_size
from annotate.messages import N_

_CHILD = "annotate.importing.xlsx_child"
_HEAD = 200
_EXACT_DIGITS = 15
_SURROGATE = re.compile("[\ud800-\udfff]")

Rows = Iterator[tuple[int, list[Cell]]]


@dataclass(frozen=True, slots=True)
class XlsxReader:
    """One sheet, opened. Offsets are row numbers of the sheet."""

    path: Path
    columns: tuple[str, ...]
    column_texts: tuple[str, ...]
    encoding: str
    warnings: tuple[Notice, ...]
    size: int
    extent: int | None
    kind: str
    sheet: str
    sheets: tuple[str, ...]
    _first: int
    _engine: str
    _head: tuple[Record | Reject, ...]

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        """Yield records and rejects from a row that an earlier one named, numbered on from ``number``."""
        start = max(offset, self._first)
        return _records(self._rows(start), len(self.columns), number)

    def _rows(self, start: int) -> Rows:
        try:
            yield from _rows(_answers(self.path, self.sheet, start, self._engine))
        except ChildDiedError:
            raise too_heavy(self.path) from None

    def preview(self, count: int) -> list[Record]:
        """Return the first records that can be taken, up to ``count``, from the first 200 rows."""
        return [found for found in self._head if isinstance(found, Record)][:count]


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the worksheets in a workbook, in its order."""
    member_names(path)
    return _opened(path, None).sheets


def open_xlsx(
    path: Path, *, sheet: str | None = None, header_row: int | None = None, header_rows: int = 1
) -> XlsxReader:
    """Open a sheet (the first visible one that holds anything, if none is named).

    ``header_row`` is the row's number in Excel; 0 says that there is none; if not given, it is the first row that is
    at least half as full as the rows behind it usually are, which passes over titles. Raises UserError.
    """
    member_names(path)
    return _reader(path, _opened(path, sheet), header_row, header_rows, "xlsx")


def open_html_table(path: Path, *, header_row: int | None = None, header_rows: int = 1) -> XlsxReader:
    """Open the largest table of a web page: many systems write one, name it .xls and leave the rest to Excel.

    Cells are text, as in a CSV file; a cell that spans several has its text in the first. Raises UserError.
    """
    return _reader(path, _opened(path, None, ["html"]), header_row, header_rows, "html-table")


def _reader(path: Path, opened: _Opened, header_row: int | None, header_rows: int, kind: str) -> XlsxReader:
    size = checked_size(path)
    filled = {row: cells for row, cells in opened.head if cells}
    if not filled:
        raise UserError(
            "sheet-empty",
            N_("The sheet {sheet} of {name} has no filled cell in its first {count} rows."),
            N_("There is nothing to import from it."),
            N_("Choose another sheet."),
            sheet=opened.sheet,
            name=path.name,
            count=_HEAD,
        )
    at = header_row if header_row is not None else [*filled][header_place([*filled.values()], header_rows)]
    titles = sum(row < at for row in filled) if header_row is None else 0
    rows = [filled.get(at + place, []) for place in range(header_rows if at else 0)]
    if at and not any(rows):
        raise AskedWronglyError(
            "header-row-missing",
            N_("The file {name} has no row {row} for column names."),
            N_("That row is blank or lies behind the first {count}."),
            N_("Choose the row that holds the names, as Excel numbers it."),
            name=path.name,
            row=at,
            count=_HEAD,
        )
    first = at + len(rows) if at else 1
    width = min(max(opened.width, *(len(cells) for row, cells in filled.items() if row >= (at or 1))), MAX_COLUMNS)
    named = header([[*row, *([None] * (width - len(row)))] for row in rows], width)
    second = second_header([cells for row, cells in filled.items() if row >= first]) if len(rows) == 1 else ()
    body = ((row, cells) for row, cells in opened.head if row >= first)
    return XlsxReader(
        path=path,
        columns=named.columns,
        column_texts=named.texts,
        encoding="utf-8",
        warnings=(
            *named.notices,
            *opened.notices,
            *rows_above(titles),
            *second,
            *_long_numbers(opened.head, first, named.columns),
        ),
        size=size,
        extent=opened.height,
        kind=kind,
        sheet=opened.sheet,
        sheets=opened.sheets,
        _first=first,
        _engine=opened.engine,
        _head=tuple(_records(iter(body), width, 0)),
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    sheets: tuple[str, ...]
    sheet: str
    width: int
    height: int | None
    head: tuple[tuple[int, list[Cell]], ...]
    engine: str
    notices: tuple[Notice, ...]


def _opened(path: Path, sheet: str | None, engines: Sequence[str] = ("calamine", "openpyxl")) -> _Opened:
    """Look at a sheet with the fast engine, or, if that dies of the file, with the frugal one."""
    for engine in engines:
        answers = _answers(path, sheet, 1, engine)
        try:
            about = next(answers)
            head = tuple(islice(_rows(answers), _HEAD))
        except ChildDiedError:
            continue
        finally:
            answers.close()
        notices = []
        if uncalculated := cast("int", about.get("uncalculated", 0)):
            text = N_(
                "Formulas without a stored result: {count}. They count as empty; save the file in Excel or WPS first."
            )
            notices.append(Notice("formulas-without-result", text, {"count": uncalculated}))
        hidden: dict[str, object] = {
            "rows": cast("int", about.get("hidden_rows", 0)),
            "columns": cast("int", about.get("hidden_columns", 0)),
        }
        if any(hidden.values()):
            text = N_("Hidden in the sheet and read all the same: rows {rows}, columns {columns}.")
            notices.append(Notice("hidden-cells", text, hidden))
        return _Opened(
            tuple(cast("list[str]", about["sheets"])),
            cast("str", about["sheet"]),
            cast("int", about["width"]),
            cast("int | None", about["height"]),
            head,
            engine,
            tuple(notices),
        )
    raise too_heavy(path)


def _answers(path: Path, sheet: str | None, start: int, engine: str) -> Generator[Answer]:
    request = {"path": str(path), "name": path.name, "sheet": sheet, "start": start, "engine": engine}
    return ask(_CHILD, request)


def _rows(answers: Iterator[Answer]) -> Rows:
    for answer in answers:
        at = cast("int", answer.get("at", 0))
        yield from enumerate(cast("list[list[Cell]]", answer.get("rows", [])), at)


def _records(rows: Rows, width: int, number: int) -> Iterator[Record | Reject]:
    for row, cells in rows:
        if not cells:
            continue
        number += 1
        trouble = _trouble(cells, width)
        if trouble:
            detail = f"{len(cells)}/{width}" if trouble is RejectReason.TOO_MANY_CELLS else ""
            raw = json.dumps(cells, ensure_ascii=False).encode("utf-8", "surrogatepass")[:MAX_RECORD]
            yield Reject(number, row, 1, row + 1, trouble, detail, raw)
        else:
            yield Record(number, row, 1, row + 1, (*cells, *([None] * (width - len(cells)))))


def _trouble(cells: list[Cell], width: int) -> RejectReason | None:
    if len(cells) > width:
        return RejectReason.TOO_MANY_CELLS
    for cell in cells:
        if isinstance(cell, str) and not (cell.isascii() and "\0" not in cell and len(cell) <= MAX_CELL):
            if "\0" in cell:
                return RejectReason.NUL
            if _SURROGATE.search(cell):
                return RejectReason.SURROGATE
            if too_long(cell):
                return RejectReason.CELL_TOO_LONG
    return None


def _long_numbers(head: Iterable[tuple[int, list[Cell]]], first: int, columns: Sequence[str]) -> list[Notice]:
    """Name the columns with whole numbers that Excel cannot hold exactly (more than 15 digits)."""
    found = {
        place
        for row, cells in head
        if row >= first
        for place, cell in enumerate(cells)
        if isinstance(cell, int) and abs(cell) >= 10**_EXACT_DIGITS and place < len(columns)
    }
    text = N_(
        "The column {column} holds numbers of 16 and more digits; Excel has already rounded them. Store it as text."
    )
    return [Notice("rounded-numbers", text, {"column": columns[place]}) for place in sorted(found)]
