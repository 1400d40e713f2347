"""A text folded as far as every character keeps its place, so that what is found in it can be shown in the original."""

from __future__ import annotations

from annotate.text import fold


class _OneForOne(dict[int, str]):
    """What each character becomes under the fold; one that would go or become several stays as it is."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        folded = fold(f"字{character}字")[1:-1]
        self[point] = folded if len(folded) == 1 else character
        return self[point]


_TABLE = _OneForOne()


def aligned(text: str) -> str:
    """Return the text with width, case and traditional characters unified; place for place as long as the original."""
    return text.translate(_TABLE)
