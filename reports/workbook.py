"""The figures of a report as a workbook: one sheet a section, figures as numbers with interval, base and letters."""

from __future__ import annotations

import math
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from annotate.jobs import Progress, silent
from reports.charts import Palette
from reports.document import compose, press_of
from reports.document_file import write_file
from reports.manuscript import Manuscript
from reports.workbook_sheets import sheets
from reports.workbook_values import XLSX_CELL, Portion, Sheet, Value

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_FIXED_DATE = datetime(2000, 1, 1)


def write_workbook(manuscript: Manuscript, path: Path, *, progress: Progress = silent) -> int:
    """Write the figures as XLSX and return the number of sheets; the same manuscript gives the same bytes.

    Texts are cells of text, never formulas or links. Raises UserError when the target cannot be written.
    """
    from xlsxwriter import Workbook

    press = press_of(manuscript)
    compose(press)  # counts what is masked and gathers the titles
    made = list(sheets(press))
    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = Workbook(target, options)
    book.set_properties(
        {
            "title": manuscript.spec.title or manuscript.data.title,
            "created": _FIXED_DATE,
            "author": manuscript.data.client,
        }
    )
    styles = _styles(book, press.colours)
    used: set[str] = set()
    for number, sheet in enumerate(made):
        progress(number, len(made))
        page = book.add_worksheet(_sheet_name(sheet.name, used))
        _fill(page, sheet, styles)
        page.set_footer(f"&L{_code_free(manuscript.data.report_id)}&R&P / &N")
    book.close()
    write_file(path, target.getvalue())
    progress(len(made), len(made))
    return len(made)


def _styles(book: Workbook, colours: Palette) -> dict[str, Format]:
    top = {"valign": "top"}
    return {
        "title": book.add_format({"bold": True, "font_size": 13, "font_color": colours.strong}),
        "head": book.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": colours.strong, "text_wrap": True, "valign": "vcenter"}
        ),
        "text": book.add_format({"text_wrap": True, **top}),
        "share": book.add_format({"num_format": "0.0%", **top}),
        "number": book.add_format({"num_format": "0.00", **top}),
        "q": book.add_format({"num_format": '[<0.0005]"<.001";0.000', **top}),
        "count": book.add_format({"num_format": "#,##0", **top}),
        "note": book.add_format({"font_color": colours.quiet}),
    }


def _code_free(text: str) -> str:
    """Return a text for a footer, in which & would begin a code."""
    return text.replace("&", "&&")


def _sheet_name(name: str, used: set[str]) -> str:
    base = _NOT_IN_A_NAME.sub(" ", name).strip()[:MOST_NAME] or "Sheet"
    tried, number = base, 2
    while tried.lower() in used:
        tried = f"{base[: MOST_NAME - 4]} {number}"
        number += 1
    used.add(tried.lower())
    return tried


def _fill(page: Worksheet, sheet: Sheet, styles: dict[str, Format]) -> None:
    row = 0
    widths: dict[int, int] = {}
    tables = [one for one in sheet.tables if one[2]]
    for title, heads, rows in tables:
        page.write_string(row, 0, _fitting(title), styles["title"])
        row += 1
        for column, head in enumerate(heads):
            page.write_string(row, column, _fitting(head), styles["head"])
            widths[column] = max(widths.get(column, 0), min(24, _wide(head)))
        row += 1
        for cells in rows:
            for column, value in enumerate(cells):
                _cell(page, row, column, value, styles, heads[column] if column < len(heads) else "")
                if isinstance(value, str):
                    widths[column] = max(widths.get(column, 0), min(60, _wide(value)))
            row += 1
        row += 1
    for note in sheet.notes:
        page.write_string(row, 0, _fitting(note), styles["note"])
        row += 1
    for column, width in widths.items():
        page.set_column(column, column, max(9, width + 2))
    if len(tables) == 1:  # the head stays in sight
        page.freeze_panes(2, sheet.labels)
        page.autofilter(1, 0, 1 + len(tables[0][2]), len(tables[0][1]) - 1)
        page.repeat_rows(0, 1)
    elif tables:
        page.freeze_panes(0, sheet.labels)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.hide_gridlines(2)


def _wide(text: str) -> int:
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def _fitting(text: str) -> str:
    """Return a text that a cell can hold: without half surrogate pairs, at most 32,767 UTF-16 units."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    while len(sound.encode("utf-16-le")) > 2 * XLSX_CELL:
        sound = sound[: len(sound) - max(1, (len(sound.encode("utf-16-le")) // 2 - XLSX_CELL))]
    return sound


def _cell(page: Worksheet, row: int, column: int, value: Value, styles: dict[str, Format], head: str) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, str):
        if value:
            page.write_string(row, column, _fitting(value), styles["text"])
    elif isinstance(value, Portion):
        page.write_number(row, column, value.value, styles["share"])
    elif isinstance(value, int):
        page.write_number(row, column, value, styles["count"])
    else:
        page.write_number(row, column, value, styles["q" if head == "q" else "number"])
