"""The careful reader of delimited text: every record becomes a row of the right width or a reject, none is lost.

The rules, each broken by one common reader or another:

- Lines end with LF, CR or CRLF, also mixed. A quote opens only at the start of a cell; one within a cell is text.
- A record that spans lines and is broken (its quote never closes within 2,000 lines and 2 MiB, text follows a
  closing quote, or it has the wrong width) rejects **only its first physical line** and reading goes on with the
  next: a stray quote must not swallow the good rows behind it.
- A record of the right width that holds bytes outside the encoding, NUL or lone surrogates is rejected whole.
- Blank lines are no records, wherever they are (in a table of one column: lines without any character). A row of
  empty cells is a record.
- A row with fewer or more cells than the header is rejected: which cell is missing is a guess, and Excel and WPS
  always pad. Only if the first rows all end with one empty cell more than the header is that cell taken off.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from annotate.errors import AskedWronglyError, UserError
from annotate.importing import source
from annotate.importing.encoding import Encoding, detect, text_start
from annotate.importing.headers import header, header_place, rows_above, second_header
from annotate.importing.lines import Lines
from annotate.importing.records import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINES,
    MAX_RECORD,
    Notice,
    Record,
    Reject,
    RejectReason,
    first_records,
    too_long,
)
from annotate.messages import N_

DELIMITERS = ",\t;|"
_STATED = re.compile(rb"sep=([,;|\t])\r?\n", re.IGNORECASE)
"""Excel's own first line, which says how cells are divided."""
_SNIFFED = 200
_PASSED_OVER = 0.9
"""Weight of a delimiter that does not split the first rows: decimal commas split the rows below a header evenly too."""
_AFTER_TROUBLE = 64
"""Lines handed to the parser after a broken record: the next may be broken too, and each costs a fresh start."""


@dataclass(frozen=True, slots=True)
class CsvReader:
    """A delimited file, opened: how it is written and what its columns are. Offsets are bytes of the unpacked file."""

    path: Path
    columns: tuple[str, ...]
    column_texts: tuple[str, ...]
    encoding: str
    delimiter: str
    warnings: tuple[Notice, ...]
    size: int
    extent: int | None
    kind: str
    _codec: Encoding
    _first: int
    _trailing: bool

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        """Yield records and rejects from an offset that an earlier one named, numbered on from ``number``."""
        lines = Lines(self.path, self._codec, max(offset, self._first))
        return _records(lines, self.delimiter, len(self.columns), number, trailing=self._trailing)

    def preview(self, count: int) -> list[Record]:
        """Return the first records that can be taken, up to ``count``, from the first records of the file."""
        return first_records(self.read(), count)


def open_csv(
    path: Path,
    *,
    encoding: Encoding | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
    header_rows: int = 1,
) -> CsvReader:
    """Open a CSV or TSV file, gzipped or not, finding encoding and delimiter where they are not given.

    ``header_row`` counts records from 1; 0 says that there is none. Raises UserError for a file that is not a table.
    """
    size = source.checked_size(path)
    taken = source.samples(path)
    if not taken[0].strip(b"\0\r\n\t ") and len(taken) == 1:
        raise source.empty(path)
    codec = encoding or detect(taken)
    start = text_start(taken[0], codec)
    _refuse_binary(path, taken[0], codec)
    if stated := _STATED.match(taken[0][start:]):
        start += stated.end()
        delimiter = delimiter or stated[1].decode()
    delimiter = delimiter or _sniffed(path, codec, start, header_row)
    titles = 0
    if header_row is None:
        titles = _titles(_first_records(path, codec, start, delimiter, _SNIFFED), header_rows)
    header_row = titles + 1 if header_row is None else header_row
    above = _first_records(path, codec, start, delimiter, (header_row or 1) - 1)
    if above:
        start = above[-1].next_offset
    count = 0 if header_row == 0 else header_rows
    rows = _first_records(path, codec, start, delimiter, count)
    if header_row == 1 and not rows and count:
        raise source.empty(path)
    if len(rows) < count:
        raise AskedWronglyError(
            "header-row-missing",
            N_("The file {name} has no row {row} for column names."),
            N_("It ends before."),
            N_("Choose an earlier header row."),
            name=path.name,
            row=header_row + count - 1,
        )
    if any(isinstance(row, Reject) for row in rows):
        raise UserError(
            "header-unreadable",
            N_("The header of {name} cannot be read."),
            N_("It has an open quotation mark, damaged characters or is too long."),
            N_("Repair the first line, or choose the encoding, the delimiter or the header row yourself."),
            name=path.name,
        )
    first = rows[-1].next_offset if rows else start
    sample = [row.values for row in _first_records(path, codec, first, delimiter, _SNIFFED) if isinstance(row, Record)]
    named = header([row.values for row in rows if isinstance(row, Record)], len(sample[0]) if sample else 0)
    if not 1 <= len(named.columns) <= MAX_COLUMNS:
        raise not_a_table(path)
    width = len(named.columns)
    return CsvReader(
        path=path,
        columns=named.columns,
        column_texts=named.texts,
        encoding=codec.value,
        delimiter=delimiter,
        warnings=(*named.notices, *rows_above(titles), *(second_header(sample) if count == 1 else ())),
        size=size,
        extent=source.extent(path),
        kind="tsv" if delimiter == "\t" else "csv",
        _codec=codec,
        _first=first,
        _trailing=bool(sample) and all(len(row) == width + 1 and row[-1] == "" for row in sample),
    )


def not_a_table(path: Path) -> UserError:
    """Return the error for a file that is neither text nor a table."""
    return UserError(
        "not-a-table",
        N_("The file {name} is not a table that can be read."),
        N_("Its content is not text in rows and columns, whatever its name says."),
        N_("Save the data as .xlsx or .csv and import that file."),
        name=path.name,
    )


def _refuse_binary(path: Path, sample: bytes, codec: Encoding) -> None:
    """Raise UserError if more than one character in a hundred is a control character."""
    text = sample.decode(codec.codec, "replace")
    strange = sum(character < " " and character not in "\t\r\n\x0b\x0c\x1a" for character in text)
    if strange > 8 and strange * 100 > len(text):
        raise not_a_table(path)


def _first_records(path: Path, codec: Encoding, start: int, delimiter: str, count: int) -> list[Record | Reject]:
    if count <= 0:
        return []
    return list(islice(_records(Lines(path, codec, start), delimiter, None, 0), count))


def _sniffed(path: Path, codec: Encoding, start: int, header_row: int | None) -> str:
    """Return the delimiter that splits the header and most evenly the rows behind it.

    A file that none splits so has one column; then a delimiter that does not occur keeps its lines whole.
    """
    best, best_share = "", 0.0
    whole = ""
    for delimiter in DELIMITERS:
        rows = _first_records(path, codec, start, delimiter, _SNIFFED)
        widths = [len(row.values) if isinstance(row, Record) else 0 for row in rows]
        if not whole and max(widths, default=1) <= 1:
            whole = delimiter
        top = max((header_row or 1) - 1, 0) if header_row is not None else _titles(rows)
        width, body = (widths[top], widths[top + 1 :]) if top < len(widths) else (0, [])
        # A row that cannot be read says little of the delimiter: stray quotes break it under the right one too.
        read = [each for each in body if each] or body
        share = sum(each in (width, width + 1) for each in read) / len(read) if read else 1.0
        share *= 0.75 + 0.25 * (len(read) / len(body) if body else 1.0)
        if header_row is None and top:
            share *= _PASSED_OVER
        if width >= 2 and share >= 0.25 and share > best_share + 0.02:
            best, best_share = delimiter, share
    return best or whole or ","


def _titles(rows: Sequence[Record | Reject], header_rows: int = 1) -> int:
    """Return how many records stand above the header."""
    return header_place([row.values if isinstance(row, Record) else () for row in rows], header_rows)


def _records(
    lines: Lines, delimiter: str, width: int | None, number: int, *, trailing: bool = False
) -> Iterator[Record | Reject]:
    """Yield what the lines hold; ``width`` None takes rows of any width (for headers and sniffing)."""
    if csv.field_size_limit() < 2 * MAX_RECORD:
        csv.field_size_limit(2 * MAX_RECORD)
    starts = lines.starts  # the same list while lines come and go
    place = 0  # the first line of the record under the parser
    span = 0  # how many lines the parser gets; 0 for all of the window
    while True:
        if place == len(lines.texts):
            lines.drop(place)
            place = 0
            if not lines.extend():
                return
        first = place
        stop = min(len(lines.texts), first + span) if span else len(lines.texts)
        reader = csv.reader(lines.texts[first:stop], delimiter=delimiter, strict=True)
        trouble = None
        detail = ""
        try:
            for row in reader:
                end = first + reader.line_num
                cells = len(row)
                if trailing and cells == (width or 0) + 1 and not row[-1]:
                    row.pop()
                    cells -= 1
                offset, after = starts[place], starts[end]
                if cells != width or end - place > 1 or lines.flaws or after - offset > MAX_CELL // 2:
                    if cells <= 1 and _is_blank(lines.texts[place:end], width):
                        place = end
                        continue
                    trouble = _trouble(lines, place, end, row, width)
                    if trouble:
                        detail = f"{cells}/{width}" if trouble in _WIDTH_TROUBLES else ""
                        if end - place > 1 and trouble not in _WHOLE_TROUBLES:
                            break
                        number += 1
                        yield Reject(number, offset, after - offset, after, trouble, detail, lines.raw(place, end))
                        place = end
                        continue
                number += 1
                yield Record(number, offset, after - offset, after, tuple(row))
                place = end
            else:
                span = span * 4 if span < MAX_LINES else 0
                continue
        except csv.Error:
            if (
                first + reader.line_num == stop
                and stop - place <= MAX_LINES
                and starts[stop] - starts[place] <= MAX_RECORD
            ):
                # The record may only be unfinished: give the parser more lines, from its beginning.
                if stop == len(lines.texts):
                    lines.drop(place)
                    place = 0
                if stop < len(lines.texts) or lines.extend():
                    span = MAX_LINES + 1
                    continue
            trouble = lines.flaws.get(place, RejectReason.QUOTES)
        number += 1
        offset, after = starts[place], starts[place + 1]
        yield Reject(number, offset, after - offset, after, trouble, detail, lines.raw(place, place + 1))
        place += 1
        span = _AFTER_TROUBLE


_WIDTH_TROUBLES = (RejectReason.TOO_FEW_CELLS, RejectReason.TOO_MANY_CELLS)
_WHOLE_TROUBLES = (RejectReason.ENCODING, RejectReason.NUL, RejectReason.SURROGATE, RejectReason.CELL_TOO_LONG)
"""What a record of sound structure can have: it is rejected whole, not by its first line."""


def _trouble(lines: Lines, place: int, end: int, row: list[str], width: int | None) -> RejectReason | None:
    """Return what is wrong with the record in lines [place, end), which the parser could split into ``row``."""
    flaw = next((lines.flaws[line] for line in range(place, end) if line in lines.flaws), None) if lines.flaws else None
    if lines.starts[end] - lines.starts[place] > MAX_RECORD:
        return RejectReason.RECORD_TOO_LONG
    if end - place > MAX_LINES:
        return RejectReason.TOO_MANY_LINES
    if width is not None and len(row) != width:
        few, many = _WIDTH_TROUBLES
        return (flaw if end - place == 1 else None) or (few if len(row) < width else many)
    if flaw:
        return flaw
    if lines.starts[end] - lines.starts[place] > MAX_CELL // 2 and any(map(too_long, row)):
        return RejectReason.CELL_TOO_LONG
    return None


def _is_blank(texts: list[str], width: int | None) -> bool:
    """Tell whether the lines hold nothing; in a table of one column white space is an answer."""
    text = "".join(texts)
    return not (text.strip("\r\n") if width == 1 else text.strip())
