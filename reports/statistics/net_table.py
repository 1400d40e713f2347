"""Net sentiment by row and column with letters: which columns differ, over the whole table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import holm
from reports.definitions.terms import Letters
from reports.statistics.corrected_moods import nets
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
    good: Ints | Floats, bad: Ints | Floats, people: Ints | Floats, *, overlapping: bool = False,
    rule: Letters = Letters.HOLM,
    limits: Limits | None = None,
) -> NetTable:  # fmt: skip
    """Return net sentiments with letters.

    ``good``, ``bad``, ``people`` (k × c): people whose mood of the row is good, is bad, and who have one; effective
    numbers if weighted. Columns
    of at least ``limits.tested`` people are compared by z = difference ÷ √(V₁ + V₂), V = (p + d − (p − d)²)/(n + 3) of
    the counts with ¾, 1½ and ¾ answers added (Rocks 2016); ``overlapping`` columns against all others of the row.
    Raises ValueError for more moods than people.
    """
    bounds = limits or Limits()
    if (good + bad > people + 1e-9).any() or (good < 0).any() or (bad < 0).any():
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


def _net(good: Ints | Floats, bad: Ints | Floats, people: Ints | Floats) -> tuple[Floats, Floats]:
    """Return net sentiment in [−1, 1] as counted, and its adjusted variance."""
    value = np.divide(good - bad, people, out=np.zeros(people.shape), where=people > 0)
    n = people + 3.0
    p, d = (good + 0.75) / n, (bad + 0.75) / n
    return value, (p + d - (p - d) ** 2) / n


def _p(
    one: Floats, v1: Floats, n1: Ints | Floats, other: Floats, v2: Floats, n2: Ints | Floats, limits: Limits
) -> Floats:
    from scipy.special import erfc

    p = np.asarray(erfc(np.abs(one - other) / np.sqrt(v1 + v2) / np.sqrt(2)), np.float64)
    return np.where((n1 >= limits.tested) & (n2 >= limits.tested), p, np.nan)


def corrected_net_table(
    units: Floats, totals: Floats, people: Ints, corrected: NDArray[np.bool_], *, rule: Letters = Letters.HOLM,
    limits: Limits | None = None,
) -> NetTable:  # fmt: skip
    """Return ``net_table`` of net sentiments corrected for the machine's errors, from draws of them.

    ``units`` float64 (draws × k × (c + 1) × 4): ``corrected_moods.part_moods`` by row and column, the last column of
    everybody in none; ``totals`` (k): corrected net sentiment of each row in points, NaN where it could not be;
    ``people`` int64 (k × (c + 1)): who speaks of it, as counted; ``corrected`` bool (k × (c + 1)). Cells that could not
    be corrected are not tested. Each column stands against all others of its row that could be, over the same draws of
    the machine's errors, so that these fall out of the comparison.
    """
    bounds = limits or Limits()
    width = units.shape[2] - 1
    sure = corrected & (people >= bounds.tested)
    units = units * corrected[None, :, :, None]
    rest = nets(units.sum(axis=2, keepdims=True) - units)[:, :, :width]
    others = (people * corrected).sum(axis=1, keepdims=True) - people * corrected
    drawn = nets(units)[:, :, :width]
    value = drawn.mean(axis=0)
    p = _of_draws(drawn, rest, sure[:, :width] & (others[:, :width] >= bounds.tested))
    pairs = list(combinations(range(width), 2))
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    each = _of_draws(drawn[:, :, left], drawn[:, :, right], sure[:, left] & sure[:, right])
    adjusted = holm(each) if rule is Letters.HOLM else each
    shown = np.where((people >= bounds.shown)[:, :width] & corrected[:, :width], 100 * value, np.nan)
    q = benjamini_hochberg(p)
    return NetTable(
        shown, letters(adjusted, value[:, left] > value[:, right], pairs, width, rule), shown - totals[:, None],
        np.nan_to_num(q, nan=1.0) <= SIGNIFICANT, int((~np.isnan(each)).sum()),
    )  # fmt: skip


def _of_draws(one: Floats, other: Floats, tested: NDArray[np.bool_]) -> Floats:
    """Return two-sided p-values of equal net sentiments from draws along the first axis, NaN where not tested."""
    from scipy.special import erfc

    away = one - other
    error = away.std(axis=0, ddof=1)
    z = np.divide(np.abs(away.mean(axis=0)), error, out=np.zeros_like(error), where=error > 0)
    return np.where(tested, erfc(z / np.sqrt(2)), np.nan)
