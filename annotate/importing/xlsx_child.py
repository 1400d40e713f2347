"""Read one sheet in the limited child: calamine for the cells, the XML itself for what calamine loses.

calamine gives '' for an error cell; such cells are read from the sheet's XML and keep what Excel shows (#DIV/0!).
If calamine cannot (a cell at the far corner aborts it), the parent asks again for openpyxl, slower and frugal.
"""

from __future__ import annotations

import datetime
import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.importing.limited import Answer, RefusedError, Request, serve
from annotate.importing.records import Cell

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from lxml.html import HtmlElement

BATCH = 200
_LONG = 10**15
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ERROR_CELL = re.compile(rb"""\bt\s*=\s*["']e["']""")
_HIDDEN = re.compile(rb"""<(?:\w+:)?(?:row|(col))\b[^<>]*\bhidden\s*=\s*["'](?:1|true)["'][^<>]*>""")
_COLUMNS = re.compile(rb"""\b(min|max)\s*=\s*["'](\d+)["']""")
_NO_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>|</c>)")

Errors = dict[tuple[int, int], str]


def work(request: Request) -> Iterator[Answer]:
    """Answer with the sheets, then rows in batches from ``start`` (1-based), then what was noticed."""
    path, wanted, start = str(request["path"]), request["sheet"], int(request["start"] or 1)
    engine = _ENGINES[str(request["engine"])]
    sheets, chosen, (height, width), rows = engine(path, None if wanted is None else str(wanted))
    if not sheets:
        raise RefusedError("workbook-empty", name=str(request["name"]))
    if chosen is None:
        raise RefusedError("sheet-unknown", name=str(request["name"]), sheet=str(wanted), sheets=", ".join(sheets))
    errors, counted = ({}, {}) if engine is _html else _faults(path, chosen, width)
    yield {"sheets": sheets, "sheet": chosen, "width": width, "height": height, **counted}
    batch: list[list[Cell]] = []
    at = start
    long_numbers: set[int] = set()
    failing = {row for row, _ in errors}
    for number, row in enumerate(rows, 1):
        if number < start:
            continue
        cells = [_cell(value) for value in row]
        if number in failing:
            _mend(cells, number, errors)
        for column, value in enumerate(cells):
            if isinstance(value, int | float) and abs(value) >= _LONG and not math.isinf(value):
                long_numbers.add(column)
        while cells and cells[-1] is None:
            cells.pop()
        batch.append(cells)
        if len(batch) == BATCH:
            yield {"at": at, "rows": batch, "long": sorted(long_numbers)}
            at, batch = number + 1, []
    if batch:
        yield {"at": at, "rows": batch, "long": sorted(long_numbers)}


def _mend(cells: list[Cell], number: int, errors: Errors) -> None:
    for (row, column), text in errors.items():
        if row == number:
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = text


def _cell(value: object) -> Cell:
    """Keep what a person typed: 5.0 is 5, dates are ISO, truth is as Excel shows it, nothing is None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return value if abs(value) < 2**63 else float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() and abs(value) < 2**63 else value
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)


Opened = tuple[list[str], str | None, tuple[int | None, int], Iterator[list[object]]]
"""The names of the sheets, the chosen one, its height and width as far as known, its rows."""
_NOTHING = (None, 0)


def _calamine(path: str, wanted: str | None) -> Opened:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    worksheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in worksheets]
    visible = [sheet.name for sheet in worksheets if sheet.visible == SheetVisibleEnum.Visible]
    candidates = [wanted] if wanted in names else [] if wanted is not None else (visible or names)
    for name in candidates:
        sheet = book.get_sheet_by_name(name)
        if sheet.height or name == candidates[-1]:
            break
    else:
        return names, None, _NOTHING, iter(())
    if not sheet.height:
        return names if wanted else [], name, _NOTHING, iter(())
    # iter_rows gives the blank rows above the first used cell, but not the blank columns to its left.
    left: list[object] = [None] * (sheet.start[1] if sheet.start else 0)
    size = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else _NOTHING
    return names, name, size, (left + row for row in sheet.iter_rows())


def _openpyxl(path: str, wanted: str | None) -> Opened:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    names = [sheet.title for sheet in book.worksheets]
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    name = wanted if wanted is not None else (visible or names or [None])[0]
    if name not in names:
        return names, None, _NOTHING, iter(())
    sheet = book[name]
    sheet.reset_dimensions()
    return names, name, _NOTHING, ([*row] for row in sheet.iter_rows(values_only=True))


def _html(path: str, wanted: str | None) -> Opened:
    """Open the table with the most rows of a web page."""
    import lxml.html

    from annotate.importing.encoding import page_encoding
    from annotate.importing.source import chunks

    content = b"".join(chunks(Path(path)))
    text = content.decode(page_encoding(content).codec, "replace").lstrip("\ufeff")
    root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    tables = [_table_rows(table) for table in root.iter("table")]
    rows = max(tables, key=len, default=[])
    if not rows:
        return [], None, _NOTHING, iter(())
    return ["1"], "1", (len(rows), max(map(len, rows))), iter(rows)


def _table_rows(table: HtmlElement) -> list[list[object]]:
    """Return the texts of a table's own cells; what a cell spans beyond its first place stays empty."""
    rows: list[list[object]] = []
    spanned: set[tuple[int, int]] = set()
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells: list[object] = []
        for cell in row.iterchildren("td", "th"):
            while (len(rows), len(cells)) in spanned:
                cells.append(None)
            wide, high = (_span(cell.get(name)) for name in ("colspan", "rowspan"))
            spanned.update((len(rows) + down, len(cells) + right) for down in range(1, high) for right in range(wide))
            cells += [" ".join(cell.text_content().split()), *[None] * (wide - 1)]
        rows.append(cells)
    return rows


def _span(text: str | None) -> int:
    return min(max(int(text), 1), 1000) if text and text.isascii() and text.isdecimal() else 1


def _faults(path: str, sheet: str, width: int) -> tuple[Errors, dict[str, int]]:
    """Return the error cells of a sheet by (row from 1, column from 0), and counts of what the eye does not see:
    formulas without a result, hidden rows and columns."""
    with zipfile.ZipFile(path) as archive:
        part = _part(archive, sheet)
        if part is None:
            return {}, {}
        failing, uncalculated, rows, columns, tail = False, 0, 0, 0, b""
        with archive.open(part) as content:
            while chunk := content.read(1 << 20):
                seen = tail + chunk
                failing = failing or bool(_ERROR_CELL.search(seen))
                uncalculated += sum(match.end() > len(tail) for match in _NO_VALUE.finditer(seen))
                for match in _HIDDEN.finditer(seen) if b"hidden" in seen else ():
                    if match.end() > len(tail):
                        columns += _width_of(match[0], width) if match[1] else 0
                        rows += not match[1]
                tail = seen[-256:]
        found = _error_cells(archive, part) if failing else {}
        return found, {"uncalculated": uncalculated, "hidden_rows": rows, "hidden_columns": columns}


def _width_of(element: bytes, width: int) -> int:
    """Return over how many of a sheet's columns a <col> element goes."""
    ends = {name: int(value) for name, value in _COLUMNS.findall(element)}
    return max(0, min(ends.get(b"max", 0), width or ends.get(b"max", 0)) - ends.get(b"min", 1) + 1)


def _part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the member that holds a sheet, by workbook and relations."""
    from defusedxml.ElementTree import fromstring

    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    strict = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        targets = {
            item.get("Id"): item.get("Target", "") for item in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        }
    except KeyError:
        return None
    for element in book.iter():
        if element.tag in (f"{_MAIN}sheet", f"{_STRICT}sheet") and element.get("name") == sheet:
            target = targets.get(element.get(relation) or element.get(strict), "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            return part if part in archive.namelist() else None
    return None


def _error_cells(archive: zipfile.ZipFile, part: str) -> Errors:
    from defusedxml.ElementTree import iterparse

    errors: Errors = {}
    row = column = 0
    root: Element | None = None
    with archive.open(part) as content:
        for event, element in iterparse(content, events=("start", "end")):
            if root is None:
                root = element
            tag = element.tag.rpartition("}")[2]
            if tag == "row" and event == "start":
                row, column = int(element.get("r") or row + 1), 0
            elif tag == "row":
                root.clear()
            elif tag == "c" and event == "end":
                place = re.match(r"([A-Z]+)", element.get("r") or "")
                column = _column(place[1]) if place else column
                if element.get("t") == "e":
                    text = next((child.text for child in element if child.tag.endswith("}v")), None)
                    errors[row, column] = text or "#N/A"
                column += 1
    return errors


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1


_ENGINES = {"calamine": _calamine, "openpyxl": _openpyxl, "html": _html}

if __name__ == "__main__":
    serve(work)
