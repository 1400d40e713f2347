"""What a cell of an exported table can hold, and how it reads as text."""

from __future__ import annotations

import math
from datetime import date, datetime

Value = str | int | float | bool | date | None  # a datetime is a date


def plain(value: int | float | date | None) -> str:
    """Return the text of a cell that is not text: true, false, ISO dates, the shortest exact decimals, else nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    return str(value)


def sound(text: str) -> str:
    """Return the text with half surrogate pairs spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
