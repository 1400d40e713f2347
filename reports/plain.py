"""Figures as plain values for JSON: what the dataclasses say, by their own names."""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TypeAlias

from annotate.store.query import Condition, Query

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"


def plain(value: object) -> Plain:
    """Return a figure as plain values; NaN is None, and what could not be made says so under ``too_few``."""
    if isinstance(value, Query):
        told: Plain = json.loads(value.to_json())
        return told
    if isinstance(value, Condition):
        return plain(Query((value,)))
    if isinstance(value, Enum):
        return plain(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        body = {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        return {"too_few": body} if type(value).__name__ == "TooFew" else body
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return None if math.isnan(value) or math.isinf(value) else float(value)
    raise TypeError(type(value).__name__)
