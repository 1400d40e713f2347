"""A text folded as far as every character keeps its place, so that what is found in it can be shown in the original."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from annotate.text import tables

_BASIC_PLANE = 0x10000


@cache
def _characters() -> tuple[list[str], dict[int, str]]:
    """Return what characters become, of the basic plane and beyond; one that would go or become several stays."""
    basic, other = tables()
    return (
        [after if len(after) == 1 else chr(point) for point, after in enumerate(basic)],
        {point: after for point, after in other.items() if len(after) == 1},
    )


@cache
def _points() -> NDArray[np.uint32]:
    basic, _ = _characters()
    return np.array([ord(after) for after in basic], np.uint32)


def aligned(text: str) -> str:
    """Return the text with width, case and traditional characters unified; place for place as long as the original."""
    basic, other = _characters()
    text = text.translate(basic)
    return text if text.isascii() or max(text) < "\U00010000" else text.translate(other)


def aligned_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of ``aligned(text)``: for long texts, three times as fast as the text itself."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if not points.size or int(points.max()) < _BASIC_PLANE:
        return _points().take(points)
    beyond = np.flatnonzero(points >= _BASIC_PLANE)
    basic = points.copy()
    basic[beyond] = 0
    after = _points().take(basic)
    _, other = _characters()
    after[beyond] = [ord(other.get(point, chr(point))) for point in points[beyond].tolist()]
    return after


@cache
def _unfolded() -> dict[str, str]:
    basic, other = _characters()
    found: dict[str, str] = {}
    for point, after in [*enumerate(basic), *other.items()]:
        if after != chr(point) and not 0xD800 <= point < 0xE000:
            found[after] = found.get(after, after) + chr(point)
    return found


def unfolded(character: str) -> str:
    """Return the characters that ``aligned`` makes this one of, itself first."""
    return _unfolded().get(character, character)
