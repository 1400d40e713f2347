"""Many numbers in one string of SQL: ten times faster to fetch than a million rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_PIECE = 50_000
"""Characters read at a time, about a millisecond: reading keeps every other thread of Python, the one that draws
among them, from going on, and 1.5 M numbers at once kept it for 0.2 to 0.9 s."""


def integers(told: str | bytes | int | float | None) -> NDArray[np.int64]:
    """Return the numbers of a ``group_concat``, int64, in order; none for null."""
    text = "" if told is None else str(told)
    if not text:
        return np.empty(0, np.int64)
    parts = []
    at = 0
    while at < len(text):
        stop = text.find(",", at + _PIECE)
        stop = len(text) if stop < 0 else stop
        parts.append(np.fromstring(text[at:stop], np.int64, sep=","))
        at = stop + 1
    return np.concatenate(parts)
