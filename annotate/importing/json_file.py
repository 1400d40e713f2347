"""Read a JSON file as a whole: a list of objects, or the list of objects that it wraps; each object is a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from annotate.errors import UserError
from annotate.importing import source
from annotate.importing.encoding import Encoding, detect, text_start
from annotate.importing.headers import header
from annotate.importing.jsonl import cells_of, columns_of, flat, trouble_in
from annotate.importing.records import MAX_RECORD, Notice, Record, Reject, RejectReason, first_records
from annotate.messages import N_

MOST = 128 << 20
"""Bytes of a file that is parsed as a whole, unpacked; beyond, JSON Lines is the way."""
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class JsonReader:
    """A JSON file, opened. Offsets are the places of its objects from 1."""

    path: Path
    columns: tuple[str, ...]
    column_texts: tuple[str, ...]
    encoding: str
    warnings: tuple[Notice, ...]
    size: int
    extent: int | None
    kind: str
    _codec: Encoding
    _keys: tuple[str, ...]

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        """Yield records and rejects from a place that an earlier one named; every object has every column."""
        for at, item in enumerate(_items(_parsed(self.path, self._codec)), 1):
            if at < offset or at <= number:
                continue
            trouble: RejectReason | None = RejectReason.NOT_AN_OBJECT
            if isinstance(item, dict):
                values = cells_of(flat(item), self._keys)
                trouble = trouble_in(values)
            if trouble:
                yield Reject(at, at, 1, at + 1, trouble, "", orjson.dumps(item)[:MAX_RECORD])
            else:
                yield Record(at, at, 1, at + 1, values)

    def preview(self, count: int) -> list[Record]:
        """Return the first records that can be taken, up to ``count``, from the first records of the file."""
        return first_records(self.read(), count)


def open_json(path: Path, *, encoding: Encoding | None = None) -> JsonReader:
    """Open a JSON file. Raises UserError (json-damaged, json-too-large, json-without-records)."""
    size = source.checked_size(path)
    codec = encoding or detect(source.samples(path))
    items = _items(_parsed(path, codec))
    keys = columns_of(item for item in items if isinstance(item, dict))
    if not keys:
        raise UserError(
            "json-without-records",
            N_("The file {name} holds no list of objects."),
            N_("Each answer has to be an object with named fields, and the objects a list."),
            N_("Export it as CSV or as JSON Lines, one object a line."),
            name=path.name,
        )
    named = header([keys])
    return JsonReader(
        path=path,
        columns=named.columns,
        column_texts=named.texts,
        encoding=codec.value,
        warnings=named.notices,
        size=size,
        extent=len(items) + 1,
        kind="json",
        _codec=codec,
        _keys=keys,
    )


def _parsed(path: Path, codec: Encoding) -> object:
    content = bytearray()
    for chunk in source.chunks(path):
        content += chunk
        if len(content) > MOST:
            raise UserError(
                "json-too-large",
                N_("The file {name} is too large for one piece of JSON."),
                N_("Such a file has to be read as a whole; {most} MB is the most."),
                N_("Export it as JSON Lines, one object a line, or as CSV."),
                name=path.name,
                most=MOST >> 20,
            )
    start = text_start(bytes(content[:4]), codec)
    try:
        if codec.codec == "utf-8":
            return orjson.loads(memoryview(content)[start:])
        return orjson.loads(content[start:].decode(codec.codec))
    except (orjson.JSONDecodeError, UnicodeError):
        raise UserError(
            "json-damaged",
            N_("The file {name} is no whole JSON."),
            N_("It breaks off, or is not as the format asks."),
            N_("Export or copy it again, or export it as CSV."),
            name=path.name,
        ) from None


def _items(told: object) -> list[object]:
    """Return the records: the list itself, the longest list of objects within, or the one object."""
    if isinstance(told, list):
        return told
    if not isinstance(told, dict):
        return []
    return max(_lists(told, _DEPTH), key=len, default=[told])


def _lists(told: dict[str, object], depth: int) -> Iterator[list[object]]:
    for value in told.values():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value[:100]):
            yield value
        elif isinstance(value, dict) and depth > 1:
            yield from _lists(value, depth - 1)
