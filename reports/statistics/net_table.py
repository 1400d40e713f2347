"""Net sentiment by row and column with letters: which columns differ, over the whole table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import holm
from reports.definitions.terms import Letters
from reports.statistics.crosstab import SIGNIFICANT, letters
from reports.statistics.limits import Limits
from reports.statistics.multiplicity import benjamini_hochberg

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class NetTable:
    """Net sentiment of k rows in c columns.

    ``values`` float64 (k × c) in points, NaN below the limits; ``letters``: of the columns it is higher than;
    ``effect``: points from the row's value over all; ``outlined``: differs from the rest, Benjamini–Hochberg q ≤ .05;
    ``tests``: comparisons the letters rest on.
    """

    values: Floats
    letters: tuple[tuple[str, ...], ...]
    effect: Floats
    outlined: NDArray[np.bool_]
    tests: int


def net_table(
    good: Ints, bad: Ints, people: Ints, *, overlapping: bool = False, rule: Letters = Letters.HOLM,
    limits: Limits | None = None,
) -> NetTable:  # fmt: skip
    """Return net sentiments with letters.

    ``good``, ``bad``, ``people`` int64 (k × c): people whose mood of the row is good, is bad, and who have one. Columns
    of at least ``limits.tested`` people are compared by z = difference ÷ √(V₁ + V₂), V = (p + d − (p − d)²)/(n + 3) of
    the counts with ¾, 1½ and ¾ answers added (Rocks 2016); ``overlapping`` columns against all others of the row.
    Raises ValueError for more moods than people.
    """
    bounds = limits or Limits()
    if (good + bad > people).any() or (good < 0).any() or (bad < 0).any():
        raise ValueError("each cell needs 0 ≤ good + bad ≤ people")
    width = people.shape[1]
    totals = tuple(one.sum(axis=1, keepdims=True) for one in (good, bad, people))
    value, variance = _net(good, bad, people)
    rest, rest_variance = _net(totals[0] - good, totals[1] - bad, totals[2] - people)
    against = _p(value, variance, people, rest, rest_variance, totals[2] - people, bounds)
    if overlapping:
        pairs, p, higher = [(c, -1) for c in range(width)], against, value > rest
    else:
        pairs = list(combinations(range(width), 2))
        left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
        p = _p(
            value[:, left], variance[:, left], people[:, left], value[:, right], variance[:, right], people[:, right],
            bounds,
        )  # fmt: skip
        higher = value[:, left] > value[:, right]
    adjusted = holm(p) if rule is Letters.HOLM else p
    shown = np.where(people >= bounds.shown, 100 * value, np.nan)
    q = benjamini_hochberg(against)
    whole = 100 * _net(*totals)[0]
    return NetTable(
        shown, letters(adjusted, higher, pairs, width, rule), shown - whole, np.nan_to_num(q, nan=1.0) <= SIGNIFICANT,
        int((~np.isnan(p)).sum()),
    )  # fmt: skip


def _net(good: Ints, bad: Ints, people: Ints) -> tuple[Floats, Floats]:
    """Return net sentiment in [−1, 1] as counted, and its adjusted variance."""
    value = np.divide(good - bad, people, out=np.zeros(people.shape), where=people > 0)
    n = people + 3.0
    p, d = (good + 0.75) / n, (bad + 0.75) / n
    return value, (p + d - (p - d) ** 2) / n


def _p(one: Floats, v1: Floats, n1: Ints, other: Floats, v2: Floats, n2: Ints, limits: Limits) -> Floats:
    from scipy.special import erfc

    p = np.asarray(erfc(np.abs(one - other) / np.sqrt(v1 + v2) / np.sqrt(2)), np.float64)
    return np.where((n1 >= limits.tested) & (n2 >= limits.tested), p, np.nan)
