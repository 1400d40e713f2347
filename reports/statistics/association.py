"""Which themes people mention together more often than by chance. Together is no cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import wilson_interval
from reports.statistics.least_squares import Floats, Ints
from reports.statistics.limits import Lack, TooFew
from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.nps import Z95

Marks = NDArray[np.bool_]
LEAST_TOGETHER, LEAST_EXPECTED = 10, 5.0
LEAST_PEOPLE = 30
LEVEL = 0.05
_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Confidence:
    """How many of those who mention one theme mention the other: a share with Wilson's 95 % interval, in [0, 1]."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two themes (places in the matrix given) and the ``together`` people who mention both.

    ``support``: together ÷ people; ``forward``: of those who mention ``one``, the share with ``other``; ``backward``
    the other way; ``lift`` with its 95 % interval; ``p`` Fisher's, one-sided; ``q`` over all pairs.
    """

    one: int
    other: int
    together: int
    support: float
    forward: Confidence
    backward: Confidence
    lift: float
    low: float
    high: float
    p: float
    q: float


def relatives(codes: Sequence[int], parents: Mapping[int, int | None]) -> set[tuple[int, int]]:
    """Return the places (low, high) of pairs of a code and a net above it. Raises ValueError where nets loop."""
    place = {code: index for index, code in enumerate(codes)}
    found = set()
    for code, index in place.items():
        above, steps = parents.get(code), 0
        while above is not None:
            if above in place:
                found.add((min(index, place[above]), max(index, place[above])))
            above, steps = parents.get(above), steps + 1
            if steps > len(parents):
                raise ValueError("the nets form a loop")
    return found


def together(mentions: Marks) -> Ints:
    """Return how many people mention both of two themes (k × k), from bool (people × k)."""
    found = np.zeros((mentions.shape[1], mentions.shape[1]), np.int64)
    for start in range(0, len(mentions), _CHUNK):
        part = mentions[start : start + _CHUNK].astype(np.float32)
        found += np.rint(part.T @ part).astype(np.int64)
    return found


def associations(
    mentions: Marks, *, excluded: Iterable[tuple[int, int]] = (), level: float = LEVEL
) -> tuple[Pair, ...] | TooFew:
    """Return the pairs of themes mentioned together more often than by chance, by falling lift.

    ``mentions`` bool (people of the base × k); ``excluded``: pairs of places that are no news (``relatives``). Fisher's
    exact test, one-sided, Benjamini–Hochberg over every pair not excluded; shown where q ≤ ``level``, at least
    LEAST_TOGETHER people mention both and LEAST_EXPECTED would by chance. Lift L = n·a ÷ (A·B) with the interval
    L·exp(±z·s), s² = 1/a − 1/A − 1/B + (2L − 1)/n (delta method on the four counts). Needs LEAST_PEOPLE people.
    """
    n, k = mentions.shape
    if n < LEAST_PEOPLE:
        return TooFew(Lack.ANSWERS, n, LEAST_PEOPLE)
    counts = together(mentions)
    one, other = np.triu_indices(k, 1)
    told = {(min(pair), max(pair)) for pair in excluded}
    kept = np.array([pair not in told for pair in zip(one.tolist(), other.tolist(), strict=True)], np.bool_)
    one, other = one[kept], other[kept]
    alone = np.diag(counts)
    both, a, b = counts[one, other], alone[one], alone[other]
    expected = a * b / n
    p = fisher_more(both, a, b, n)
    q = benjamini_hochberg(p)
    shown = np.flatnonzero((both >= LEAST_TOGETHER) & (expected >= LEAST_EXPECTED) & (q <= level))
    found = [
        _pair(int(one[i]), int(other[i]), int(both[i]), int(a[i]), int(b[i]), n, float(p[i]), float(q[i]))
        for i in shown
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.lift, pair.one, pair.other)))


def fisher_more(both: Ints, first: Ints, second: Ints, n: int) -> Floats:
    """Return Fisher's one-sided p (more together than by chance) of tables given by their margins; arrays of one shape.

    P(X ≥ both) of the hypergeometric distribution. Fisher 1935.
    """
    from scipy.stats import hypergeom

    return np.minimum(np.asarray(hypergeom.sf(both - 1, n, first, second), np.float64), 1.0)


def lift_interval(both: int, first: int, second: int, n: int) -> tuple[float, float, float]:
    """Return (lift, low, high) of two themes from the people who mention both, each, and all; both ≥ 1."""
    lift = n * both / (first * second)
    variance = 1 / both - 1 / first - 1 / second + (2 * lift - 1) / n
    reach = Z95 * float(np.sqrt(max(variance, 0.0)))
    return lift, float(lift * np.exp(-reach)), float(lift * np.exp(reach))


def _pair(one: int, other: int, both: int, a: int, b: int, n: int, p: float, q: float) -> Pair:
    lift, low, high = lift_interval(both, a, b, n)
    forward, backward = (Confidence(both / m, *wilson_interval(both, m)) for m in (a, b))
    return Pair(one, other, both, both / n, forward, backward, lift, low, high, p, q)
