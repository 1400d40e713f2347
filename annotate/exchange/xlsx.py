"""One table as an Excel sheet, written in constant memory."""

from __future__ import annotations

import math
import os
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from annotate.errors import UserError
from annotate.exchange.values import Value, plain, sound
from annotate.messages import N_

XLSX_ROWS = 1_048_576
XLSX_COLUMNS = 16_384
XLSX_CELL = 32_767  # UTF-16 units, as Excel counts

_EXACT_IN_A_DOUBLE = 10**15  # Excel keeps 15 digits of a number; longer ones (card and order numbers) stay text
_FIRST_EXCEL_DAY = date(1900, 3, 1)  # before it Excel's calendar has a day that never was
_WIDTH_ROWS = 200
_LEAST_WIDTH, _MOST_WIDTH = 8, 60


class XlsxTable:
    """An Excel sheet that grows row by row in ``part``; ``target`` is its name for people.

    Strings stay strings: nothing becomes a formula or a link. XlsxWriter's spool file lies beside ``part``.
    """

    def __init__(self, part: Path, target: Path, columns: Sequence[str], created: datetime) -> None:
        import xlsxwriter

        if len(columns) > XLSX_COLUMNS:
            raise UserError(
                "xlsx-columns",
                N_("Could not write {name}."),
                N_("The table has {count:,} columns and an Excel sheet holds {limit:,}."),
                N_("Export as .csv or .jsonl, or choose the long layout."),
                name=target.name,
                count=len(columns),
                limit=XLSX_COLUMNS,
            )
        self._part, self._name, self._columns = part, target.name, tuple(columns)
        self._book = xlsxwriter.Workbook(
            str(part),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "remove_timezone": True,
                "tmpdir": str(part.parent),
            },
        )
        self._book.use_zip64()
        self._book.set_properties({"created": created})
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._bold = self._book.add_format({"bold": True, "bottom": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._widths = [_display_width(name) for name in columns]
        self._row = 0

    def begin(self) -> None:
        """Write the header; it stays in view when the sheet scrolls."""
        for column, name in enumerate(self._columns):
            self._sheet.write_string(0, column, self._fitting(name, column), self._bold)

    def write(self, row: Sequence[Value]) -> None:
        """Write one row; raises UserError where a sheet cannot hold it."""
        self._row += 1
        if self._row >= XLSX_ROWS:
            raise UserError(
                "xlsx-rows",
                N_("Could not write {name}."),
                N_("An Excel sheet holds {limit:,} rows and the table has more."),
                N_("Export as .csv or .jsonl, or export fewer rows."),
                name=self._name,
                limit=XLSX_ROWS,
            )
        for column, value in enumerate(row):
            if isinstance(value, str):
                shown = value
                if value:
                    self._sheet.write_string(self._row, column, self._fitting(value, column))
            else:
                shown = self._write_typed(column, value)
            if self._row <= _WIDTH_ROWS:
                self._widths[column] = max(self._widths[column], _display_width(shown))

    def _write_typed(self, column: int, value: int | float | date | None) -> str:
        """Write a cell that is not text and return it as shown, for the width."""
        if value is None:
            return ""
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
            return str(value)
        if isinstance(value, date):
            shown = plain(value)
            if (value.date() if isinstance(value, datetime) else value) < _FIRST_EXCEL_DAY:
                self._sheet.write_string(self._row, column, shown)
            else:
                moment = isinstance(value, datetime)
                self._sheet.write_datetime(self._row, column, value, self._moment if moment else self._day)
            return shown
        if isinstance(value, float) and not math.isfinite(value):
            return ""
        shown = str(value)
        if isinstance(value, int) and abs(value) >= _EXACT_IN_A_DOUBLE:
            self._sheet.write_string(self._row, column, shown)
        else:
            self._sheet.write_number(self._row, column, value)
        return shown

    def _fitting(self, text: str, column: int) -> str:
        try:
            units = len(text) if len(text) * 2 <= XLSX_CELL else len(text.encode("utf-16-le")) // 2
            text.encode("utf-8")
        except UnicodeEncodeError:
            return self._fitting(sound(text), column)
        if units > XLSX_CELL:
            raise UserError(
                "xlsx-cell",
                N_("Could not write {name}."),
                N_("Row {row:,} has {count:,} characters in column {column} and an Excel cell holds {limit:,}."),
                N_("Export as .csv or .jsonl; they have no such limit."),
                name=self._name,
                row=self._row + 1,
                column=self._columns[column][:200],
                count=units,
                limit=XLSX_CELL,
            )
        return text

    def finish(self) -> None:
        """Set the widths and bring the workbook onto the disk."""
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(max(width + 2, _LEAST_WIDTH), _MOST_WIDTH))
        self._book.close()
        with self._part.open("rb+") as written:
            os.fsync(written.fileno())

    def abandon(self) -> None:
        """Close XlsxWriter's spool file: it has no way to give up, and Windows cannot delete open files."""
        with suppress(OSError):  # what cannot be flushed any more does not matter
            self._sheet.row_data_fh.close()


def _display_width(text: str) -> int:
    """Return about how many digits wide the first line of a text is; Chinese characters count two."""
    line = text.split("\n", 1)[0][:_MOST_WIDTH]
    return len(line) if line.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
