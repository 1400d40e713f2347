"""Open any file that people bring: the kind is found by content first and by name second."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from annotate.errors import AskedWronglyError, UserError
from annotate.importing import encoding as encodings
from annotate.importing import packages, source
from annotate.importing.csv_reader import CsvReader, not_a_table, open_csv
from annotate.importing.documents import DocumentReader, open_document
from annotate.importing.encoding import Encoding
from annotate.importing.headers import are_numbers_of_questions, shown
from annotate.importing.json_file import JsonReader, open_json
from annotate.importing.jsonl import JsonlReader, open_jsonl
from annotate.importing.records import Notice, Record, Reject
from annotate.importing.source import file_hash
from annotate.importing.xlsx import XlsxReader, open_html_table, open_xlsx, sheet_names
from annotate.messages import N_

__all__ = ["Reader", "file_hash", "open_reader", "sheet_names"]

_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"SQLite format 3\0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"$FL2",
    b"{\\rtf",
)
_DELIMITER_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


class Reader(Protocol):
    """An opened file of records: what it is and how to go through it.

    ``columns`` are unique and not empty; ``column_texts`` has the question text of each ('' if none); ``size`` is
    the file's in bytes, on disk; ``extent`` the offset at its end, for progress, None where only reading will tell.
    ``kind`` is csv, tsv, xlsx, html-table, jsonl, json, txt, docx or html.
    """

    @property
    def kind(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def column_texts(self) -> tuple[str, ...]: ...
    @property
    def encoding(self) -> str: ...
    @property
    def warnings(self) -> tuple[Notice, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def extent(self) -> int | None: ...

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        """Yield every record of the file once, taken or rejected, numbered on from ``number``.

        To go on where a break was, hand over the last one's ``next_offset`` and ``number``.
        """
        ...

    def preview(self, count: int) -> list[Record]:
        """Return the first records that can be taken, up to ``count``."""
        ...


def open_reader(
    path: Path,
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    header_rows: int = 1,
    encoding: str | None = None,
    delimiter: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Reader:
    """Open a file for import.

    ``header_row`` counts from 1 (rows of the sheet, records of a CSV file), 0 says that there is none, None lets the
    reader find it; ``header_rows`` 2 takes names from one row and question texts from the other, which is also done
    where the first holds numbers of questions (Q1, A3_2) and the second words over columns of numbers.
    ``names``: what columns are called here, by their names in the file; others keep theirs.
    Raises UserError for a file that cannot be read, AskedWronglyError for an unknown encoding, delimiter or column.
    """
    opened = _open(path, sheet, header_row, header_rows, encoding, delimiter)
    return replace(opened, columns=_called(opened.columns, names)) if names else opened


def _called(columns: tuple[str, ...], names: Mapping[str, str]) -> tuple[str, ...]:
    called = tuple(names.get(column, column) for column in columns)
    if missing := [name for name in names if name not in columns]:
        raise AskedWronglyError(
            "no-such-column",
            N_("The file has no column {column}."),
            N_("Its columns are: {columns}."),
            N_("Check the name, or choose another header row or sheet."),
            column=missing[0],
            columns=shown(columns),
        )
    if twice := [name for name in called if called.count(name) > 1 or not name.strip()]:
        raise AskedWronglyError(
            "column-name-taken",
            N_("Two columns cannot both be called {column}."),
            N_("A column takes a name that no other column of the file has, and none is without a name."),
            N_("Leave the other column out of the file, or give one of them another name."),
            column=twice[0],
        )
    return called


def _open(
    path: Path,
    sheet: str | None,
    header_row: int | None,
    header_rows: int,
    encoding: str | None,
    delimiter: str | None,
) -> CsvReader | XlsxReader | JsonlReader | JsonReader | DocumentReader:
    if header_rows not in (1, 2) or (header_row is not None and header_row < 0):
        raise AskedWronglyError(
            "header-rows",
            N_("The header cannot be where it was said to be."),
            N_("A table has one header row or two, counted from row 1; 0 means that it has none."),
            N_("Choose a header row of 0 or more, and one or two of them."),
        )
    codec = _codec(encoding)
    mark = _DELIMITER_NAMES.get(delimiter or "", delimiter)
    if mark is not None and (len(mark) != 1 or mark in '"\r\n\0' or mark.isalnum()):
        raise AskedWronglyError(
            "delimiter-unknown",
            N_("The delimiter was not understood."),
            N_("Cells are divided by one character, not by a letter, digit or quotation mark."),
            N_("Use comma, tab, semicolon or pipe."),
        )
    kind = _kind(path, codec, delimited=mark is not None)
    if kind == "jsonl":
        return open_jsonl(path, encoding=codec)
    if kind == "json":
        try:
            return open_json(path, encoding=codec)
        except UserError as error:
            if error.id != "json-damaged":
                raise
            try:
                return open_jsonl(path, encoding=codec)  # lines so long that the first did not end in the look at them
            except UserError:
                raise error from None
    if kind in ("docx", "html", "txt"):
        return open_document(path, kind, encoding=codec)

    def table(rows: int) -> CsvReader | XlsxReader:
        if kind == "xlsx":
            return open_xlsx(path, sheet=sheet, header_row=header_row, header_rows=rows)
        if kind == "html-table":
            return open_html_table(path, header_row=header_row, header_rows=rows)
        return open_csv(path, encoding=codec, delimiter=mark, header_row=header_row, header_rows=rows)

    opened = table(header_rows)
    asks = any(one.id == "second-header-row" for one in opened.warnings)
    if header_row is not None or header_rows == 2 or not asks or not are_numbers_of_questions(opened.columns):
        return opened
    opened = table(2)
    text = N_("Column names are from the first row, question texts from the second. If not so, choose the header row.")
    return replace(opened, warnings=(*opened.warnings, Notice("two-header-rows", text, {})))


def _codec(name: str | None) -> Encoding | None:
    if name is None:
        return None
    codec = encodings.named(name)
    if codec is None:
        raise AskedWronglyError(
            "encoding-unknown",
            N_("The encoding {encoding} is not known."),
            N_("Files are read as UTF-8, UTF-16, GB18030 (also GBK and GB2312), Big5 or Windows-1252."),
            N_("Leave the encoding out to have it found, or name one of these."),
            encoding=name,
        )
    return codec


def _kind(path: Path, codec: Encoding | None, *, delimited: bool) -> str:
    source.checked_size(path)
    start = _start(path)
    suffix = _suffix(path)
    if start.startswith(packages.OLE_MAGIC):
        raise packages.refuse_ole(path)
    if start.startswith(packages.ZIP_MAGIC):
        return _package_kind(path)
    if start.startswith(_FOREIGN):
        raise not_a_table(path)
    if start.startswith(b"PK\x05\x06"):
        raise source.empty(path)
    text = start.decode((codec or encodings.detect([start])).codec, "replace").lstrip("\ufeff \t\r\n")
    if suffix in ("xls", "xlsx", "et") and "<table" in text.lower():
        return "html-table"
    if text[:200].lower().startswith(("<!doctype html", "<html")) or (suffix in ("html", "htm") and "<" in text):
        return "html"
    if suffix in ("jsonl", "ndjson", "json") or (suffix not in ("csv", "tsv") and text.startswith('{"')):
        return "json" if suffix == "json" and not _is_lines(text) else "jsonl"
    if suffix in ("txt", "text", "md") and not delimited and not _is_tabbed(text):
        return "txt"
    return "csv"


def _start(path: Path) -> bytes:
    """Return the first bytes of a file, unpacked."""
    with path.open("rb") as file:
        start = file.read(64 << 10)
    if not start.startswith(source.GZIP_MAGIC):
        return start
    try:
        return zlib.decompressobj(wbits=31).decompress(start, 64 << 10)
    except zlib.error:
        return next(source.chunks(path), b"")


def _suffix(path: Path) -> str:
    """Return what the name ends in, without the .gz of a packed file."""
    name = path.name.lower().removesuffix(".gz")
    return name.rpartition(".")[2] if "." in name else ""


def _package_kind(path: Path) -> str:
    if source.is_gzip(path):
        raise not_a_table(path)
    names = packages.member_names(path)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    raise UserError(
        "package-unknown",
        N_("The file {name} is a ZIP archive, but no .xlsx workbook or .docx document."),
        N_("Archives, .xlsb, .ods and other packages cannot be imported as they are."),
        N_("Unpack it, or save the data as .xlsx or CSV, and import that file."),
        name=path.name,
    )


def _is_lines(text: str) -> bool:
    """Tell whether a .json file is JSON Lines after all: several lines, of which the first is an object by itself."""
    first, _end, rest = text.partition("\n")
    return bool(rest.strip()) and first.startswith("{") and first.rstrip().endswith("}")


def _is_tabbed(text: str) -> bool:
    """Tell whether the first lines of a .txt file have the same number of tabs, at least one: a table from Excel."""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    tabs = {line.count("\t") for line in (lines[:-1] or lines)}
    return len(tabs) == 1 and tabs != {0}
