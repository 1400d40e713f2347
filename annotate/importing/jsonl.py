"""Read JSON Lines: one object a line; its keys are the columns, those of an object within it user.city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import orjson

from annotate.importing import source
from annotate.importing.csv_reader import not_a_table
from annotate.importing.encoding import Encoding, detect, text_start
from annotate.importing.headers import header
from annotate.importing.lines import Lines
from annotate.importing.records import (
    MAX_COLUMNS,
    Cell,
    Notice,
    Record,
    Reject,
    RejectReason,
    first_records,
    too_long,
)

KEYS_FROM = 20_000
"""Lines whose keys become the columns; a key that first shows later rejects its line rather than being lost."""


@dataclass(frozen=True, slots=True)
class JsonlReader:
    """A JSON Lines file, opened. Offsets are bytes of the unpacked file."""

    path: Path
    columns: tuple[str, ...]
    column_texts: tuple[str, ...]
    encoding: str
    warnings: tuple[Notice, ...]
    size: int
    extent: int | None
    kind: str
    _codec: Encoding
    _first: int
    _keys: tuple[str, ...]

    def read(self, offset: int = 0, number: int = 0) -> Iterator[Record | Reject]:
        """Yield records and rejects from an offset that an earlier one named, numbered on from ``number``.

        Text, numbers and null stay what they are; true and false become text; lists their JSON. A missing
        key is an empty cell. Of a key that an object repeats, the last value counts.
        """
        return _records(Lines(self.path, self._codec, max(offset, self._first)), self._keys, number)

    def preview(self, count: int) -> list[Record]:
        """Return the first records that can be taken, up to ``count``, from the first records of the file."""
        return first_records(self.read(), count)


def open_jsonl(path: Path, *, encoding: Encoding | None = None) -> JsonlReader:
    """Open a JSON Lines file, gzipped or not. Raises UserError if no line of its beginning is an object."""
    size = source.checked_size(path)
    taken = source.samples(path)
    codec = encoding or detect(taken)
    first = text_start(taken[0], codec)
    seen = islice(_objects(Lines(path, codec, first)), KEYS_FROM)
    keys = columns_of(found for _, found in seen if isinstance(found, dict))
    if not keys:
        raise not_a_table(path)
    named = header([keys])
    return JsonlReader(
        path=path,
        columns=named.columns,
        column_texts=named.texts,
        encoding=codec.value,
        warnings=named.notices,
        size=size,
        extent=source.extent(path),
        kind="jsonl",
        _codec=codec,
        _first=first,
        _keys=keys,
    )


def columns_of(objects: Iterable[dict[str, object]]) -> tuple[str, ...]:
    """Return the keys of objects in the order in which they first come; nothing for too many to be columns."""
    keys: dict[str, None] = {}
    for one in objects:
        keys.update(dict.fromkeys(flat(one)))
    return tuple(keys) if len(keys) <= MAX_COLUMNS else ()


def flat(told: dict[str, object], depth: int = 6) -> dict[str, object]:
    """Return an object with the fields of objects within it as fields of its own: user.city. Lists stay lists."""
    if not any(isinstance(value, dict) for value in told.values()):
        return told
    found: dict[str, object] = {key: value for key, value in told.items() if not isinstance(value, dict)}
    for key, value in told.items():
        if not isinstance(value, dict):
            continue
        inner = {f"{key}.{name}": one for name, one in flat(value, depth - 1).items()} if depth and value else {}
        # A field that is called user.city itself: both are kept.
        found.update(inner if inner and not inner.keys() & (found.keys() | told.keys()) else {key: value})
    return found


def cells_of(told: dict[str, object], keys: Sequence[str]) -> tuple[Cell, ...]:
    """Return what an object says under each key."""
    return tuple(_cell(told.get(key)) for key in keys)


def _objects(lines: Lines) -> Iterator[tuple[int, dict[str, object] | RejectReason]]:
    """Yield (place in the window, object or what is wrong) for every line that is not blank."""
    while lines.extend():
        for place, text in enumerate(lines.texts):
            if not text.strip():
                continue
            yield place, lines.flaws.get(place) or _parsed(text)
        lines.drop(len(lines.texts))


def _parsed(text: str) -> dict[str, object] | RejectReason:
    try:
        value: object = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return RejectReason.NOT_JSON
    return value if isinstance(value, dict) else RejectReason.NOT_AN_OBJECT


def _records(lines: Lines, keys: tuple[str, ...], number: int) -> Iterator[Record | Reject]:
    known = set(keys)
    for place, found in _objects(lines):
        number += 1
        trouble = found if isinstance(found, RejectReason) else None
        values: tuple[Cell, ...] = ()
        if isinstance(found, dict):
            told = flat(found)
            if not known.issuperset(told):
                trouble = RejectReason.LATE_COLUMN
            else:
                values = cells_of(told, keys)
                trouble = trouble_in(values)
        offset, after = lines.starts[place], lines.starts[place + 1]
        if trouble:
            yield Reject(number, offset, after - offset, after, trouble, "", lines.raw(place, place + 1))
        else:
            yield Record(number, offset, after - offset, after, values)


def trouble_in(values: tuple[Cell, ...]) -> RejectReason | None:
    """Return why such cells cannot be taken."""
    for value in values:
        if isinstance(value, str):
            if "\0" in value:
                return RejectReason.NUL
            if too_long(value):
                return RejectReason.CELL_TOO_LONG
    return None


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, float):
        return value
    return orjson.dumps(value).decode()
