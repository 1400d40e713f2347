"""What readers hand on: every physical record of a file is one Record or one Reject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from annotate.messages import N_, _

Cell = str | float | int | None

MAX_CELL = 1 << 20
"""Bytes of UTF-8 in one cell."""
MAX_RECORD = 2 << 20
"""Bytes of one record in its file."""
MAX_LINES = 2000
"""Physical lines of one record."""
MAX_COLUMNS = 16_384
"""The width of a sheet; a wider table is a mistaken delimiter."""
MAX_FILE = 4 << 30
"""Bytes of a file, unpacked."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a file that people should know before they import it; ``params`` name columns, not content."""

    id: str
    text: str
    params: dict[str, object]

    def sentence(self) -> str:
        """Return it in the language in use."""
        return _(self.text).format(**self.params)


class RejectReason(IntEnum):
    """Why a record could not be taken; the number is stored, the sentence is for people."""

    TOO_FEW_CELLS = 1
    TOO_MANY_CELLS = 2
    QUOTES = 3
    ENCODING = 4
    NUL = 5
    SURROGATE = 6
    RECORD_TOO_LONG = 7
    TOO_MANY_LINES = 8
    CELL_TOO_LONG = 9
    NOT_JSON = 10
    NOT_AN_OBJECT = 11
    LATE_COLUMN = 12

    @property
    def message(self) -> str:
        """Return the reason as a message id."""
        return _SENTENCES[self]

    @property
    def sentence(self) -> str:
        """Return the reason in the language in use."""
        return _(_SENTENCES[self])


_SENTENCES = {
    RejectReason.TOO_FEW_CELLS: N_("The row has fewer cells than the header."),
    RejectReason.TOO_MANY_CELLS: N_("The row has more cells than the header."),
    RejectReason.QUOTES: N_("A quotation mark is not closed, or text follows a closing one."),
    RejectReason.ENCODING: N_("Some bytes are not text in the encoding of the file."),
    RejectReason.NUL: N_("The row holds a NUL character."),
    RejectReason.SURROGATE: N_("The row holds half of a character (a lone surrogate)."),
    RejectReason.RECORD_TOO_LONG: N_("The row is longer than 2 MiB."),
    RejectReason.TOO_MANY_LINES: N_("The row runs over more than 2,000 lines."),
    RejectReason.CELL_TOO_LONG: N_("A cell is longer than 1 MiB."),
    RejectReason.NOT_JSON: N_("The line is not valid JSON."),
    RejectReason.NOT_AN_OBJECT: N_("The line is JSON but not an object with named fields."),
    RejectReason.LATE_COLUMN: N_("The line has a field that the first 20,000 lines do not have."),
}


@dataclass(frozen=True, slots=True)
class Record:
    """One record that was taken.

    ``number`` counts records from 1 after the header, rejects included. ``offset``, ``length`` and ``next_offset`` are
    in the reader's own unit (bytes of the unpacked file; rows of a sheet from 1; paragraphs of a document from 1):
    hand ``next_offset`` and ``number`` to ``Reader.read`` to go on behind this record. ``values`` has a cell a column.
    """

    number: int
    offset: int
    length: int
    next_offset: int
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that was not taken: where it is, why, and its bytes (cut at MAX_RECORD; ``length`` is the whole).

    ``detail`` is figures only ("3 of 9 cells"), never customer text.
    """

    number: int
    offset: int
    length: int
    next_offset: int
    reason: RejectReason
    detail: str
    raw: bytes


def first_records(stream: Iterable[Record | Reject], count: int) -> list[Record]:
    """Return the first records that can be taken, up to ``count``, from the first ``4 * count`` of a file."""
    return [found for found in islice(stream, 4 * count) if isinstance(found, Record)][:count]


def too_long(text: str) -> bool:
    """Tell whether a cell is longer than MAX_CELL bytes of UTF-8."""
    return len(text) > MAX_CELL // 4 and len(text.encode("utf-8", "surrogatepass")) > MAX_CELL
