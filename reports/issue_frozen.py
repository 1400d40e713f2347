"""A manuscript as bytes and back: plain JSON by the types of its fields, the same value the same bytes.

No class is looked up by a name in the file outside the types that a manuscript can hold.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import cast

from annotate.store.query import Condition, Query
from reports.manuscript import Manuscript

VERSION = 1


@dataclass(frozen=True, slots=True)
class Sheets:
    """An issued report as it was laid out, before any encryption, and what was said of it when it was printed."""

    pdf: bytes
    pages: int
    masked: int
    released: int


def freeze(manuscript: Manuscript, sheets: Sheets | None = None) -> bytes:
    """Return a manuscript as canonical JSON, with its printed pages where they are given."""
    told = {"v": VERSION, "manuscript": _plain(manuscript)}
    if sheets is not None:
        told["sheets"] = _plain(sheets)
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def thaw(data: bytes) -> Manuscript:
    """Read ``freeze`` back; raises ValueError, KeyError or TypeError for anything else."""
    told = json.loads(data)
    if told["v"] != VERSION:
        raise ValueError("frozen by another version")
    return cast(Manuscript, _value(told["manuscript"], Manuscript))


def thaw_sheets(data: bytes) -> Sheets | None:
    """Return the printed pages that ``freeze`` kept; None in what was frozen without them."""
    told = json.loads(data).get("sheets")
    return None if told is None else cast(Sheets, _value(told, Sheets))


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Enum):
        return {"$": type(value).__name__, "is": value.name}
    if isinstance(value, int | float):
        return value.item() if hasattr(value, "item") else value
    if isinstance(value, Query):
        return {"$": "Query", "json": json.loads(value.to_json())}
    if isinstance(value, Condition):
        return {"$": "Condition", "json": json.loads(Query((value,)).to_json())}
    if isinstance(value, date):
        return {"$": "date", "day": value.isoformat()}
    if isinstance(value, bytes):
        return {"$": "bytes", "base64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, frozenset):
        return {"$": "set", "items": sorted((_plain(one) for one in value), key=json.dumps)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {
            "$": "map",
            "items": [[_plain(k), _plain(v)] for k, v in sorted(value.items(), key=lambda one: str(one[0]))],
        }
    if dataclasses.is_dataclass(value):
        fields = {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
        return {"$": type(value).__name__, "fields": fields}
    if hasattr(value, "item"):  # a number of numpy's
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be frozen")


@cache
def _hints(kind: type) -> dict[str, object]:
    return typing.get_type_hints(kind)


def _members(hint: object) -> tuple[object, ...]:
    """Return the types that a hint allows."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(one for part in typing.get_args(hint) for one in _members(part))
    return (hint,)


def _value(told: object, hint: object) -> object:
    if told is None or isinstance(told, str | bool | int | float):
        return (
            float(told) if isinstance(told, int) and not isinstance(told, bool) and _members(hint) == (float,) else told
        )
    if isinstance(told, list):
        return _tuple(told, hint)
    if not isinstance(told, dict):
        raise TypeError("frozen value")
    name = told["$"]
    if name == "Query":
        return Query.from_json(json.dumps(told["json"]))
    if name == "Condition":
        return Query.from_json(json.dumps(told["json"])).conditions[0]
    if name == "date":
        return date.fromisoformat(told["day"])
    if name == "bytes":
        return base64.b64decode(told["base64"])
    if name == "set":
        inner = typing.get_args(next(one for one in _members(hint) if typing.get_origin(one) is frozenset))[0]
        return frozenset(_value(one, inner) for one in told["items"])
    if name == "map":
        mapping = next(one for one in _members(hint) if typing.get_args(one) and len(typing.get_args(one)) == 2)
        key, inner = typing.get_args(mapping)
        return {_value(k, key): _value(v, inner) for k, v in told["items"]}
    kind: type = next(one for one in _members(hint) if isinstance(one, type) and one.__name__ == name)
    if issubclass(kind, Enum):
        return kind[told["is"]]
    hints = _hints(cast("type", kind))
    known = {one.name for one in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    # What an older version froze lacks newer fields, which have defaults.
    return kind(**{key: _value(value, hints[key]) for key, value in told["fields"].items() if key in known})


def _tuple(told: list[object], hint: object) -> tuple[object, ...]:
    made = next(one for one in _members(hint) if typing.get_origin(one) is tuple)
    inner = typing.get_args(made)
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_value(one, inner[0]) for one in told)
    return tuple(_value(one, part) for one, part in zip(told, inner, strict=True))
