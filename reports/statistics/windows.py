"""How many periods a figure must reach back over before it has the people it needs."""

from __future__ import annotations

from collections.abc import Sequence

from reports.statistics.limits import Lack, TooFew

PERIODS = (1, 3, 12)


def rolling_window(people: Sequence[int], need: int, *, allowed: Sequence[int] = PERIODS) -> int | TooFew:
    """Return the fewest of the ``allowed`` numbers of latest periods that together hold ``need`` people.

    ``people`` of each period, the latest last. A window longer than what there is does not count as reached. The figure
    must name its window. TooFew tells what the longest possible window holds.
    """
    longest = 0
    for periods in sorted(allowed):
        if periods > len(people):
            break
        longest = sum(people[-periods:])
        if longest >= need:
            return periods
    return TooFew(Lack.ANSWERS, longest, need)
