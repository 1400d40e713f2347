"""What the scale of a score column is, as far as its name and values tell."""

from __future__ import annotations

from reports.definitions.terms import Measure

RECOMMEND = ("nps", "推荐", "recommend")
"""A name that says "would you recommend us", or a scale that only that question has."""
TOP_BOXES = {5.0: 4.0, 7.0: 6.0}


def scale_of(name: str, values: list[float]) -> tuple[Measure, float, float, float | None]:
    """Guess measure, ends and top-box cut of a scale from its name and the values that occur (ascending)."""
    whole = all(value.is_integer() for value in values)
    low, high = values[0], values[-1]
    if whole and low >= 0 and high <= 10 and (high > 7 or any(word in name.lower() for word in RECOMMEND)):
        if any(word in name.lower() for word in RECOMMEND):
            return Measure.NPS, 0.0, 10.0, None
        return Measure.MEAN, min(low, 1.0), 10.0, None
    for top, cut in TOP_BOXES.items():
        if low >= 1 and high <= top:
            return Measure.TOP_BOX, 1.0, top, cut
    return Measure.MEAN, low, high, None
