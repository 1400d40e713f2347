"""Intervals for shares, differences and F1: what a figure from a sample says about the whole.

Counts may be fractional (weighted or effective numbers). Every interval is (low, high) within the range of its figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
FEW_GROUPS = 10


@cache
def _z(level: float) -> float:
    """Return the two-sided standard normal quantile of a level in (0, 1)."""
    from statistics import NormalDist

    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    return NormalDist().inv_cdf((1 + level) / 2)


def _check(x: float, n: float) -> None:
    if not 0 <= x <= n or not n < float("inf"):
        raise ValueError(f"{x} of {n} is not a share")


def wilson_interval(x: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's score interval for a share. x successes of n trials; (0, 1) where n is 0. Wilson 1927."""
    _check(x, n)
    z = _z(level)
    if n == 0:
        return 0.0, 1.0
    share = x / n
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle = share + z * z / (2 * n)
    scale = 1 + z * z / n
    low = 0.0 if x == 0 else (middle - spread) / scale
    high = 1.0 if x == n else (middle + spread) / scale
    return max(low, 0.0), min(high, 1.0)


def jeffreys_interval(x: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the equal-tailed interval of Beta(x + ½, n − x + ½); 0 at x = 0 and 1 at x = n.

    (0, 1) where n is 0. Brown, Cai and DasGupta 2001, section 4.1.2.
    """
    from scipy.stats import beta

    _check(x, n)
    tail = (1 - _inside(level)) / 2
    low = 0.0 if x == 0 else float(beta.ppf(tail, x + 0.5, n - x + 0.5))
    high = 1.0 if x == n else float(beta.ppf(1 - tail, x + 0.5, n - x + 0.5))
    return low, high


def clopper_pearson(x: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the exact interval for a share, never narrower than its level. (0, 1) where n is 0.

    For a one-sided 95 % bound ask level 0.90. Clopper and Pearson 1934.
    """
    from scipy.stats import beta

    _check(x, n)
    tail = (1 - _inside(level)) / 2
    low = 0.0 if x == 0 else float(beta.ppf(tail, x, n - x + 1))
    high = 1.0 if x == n else float(beta.ppf(1 - tail, x + 1, n - x))
    return low, high


def _inside(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    return level


def newcombe_difference(x1: float, n1: float, x2: float, n2: float, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval for share 1 − share 2 of two independent samples, n1 and n2 ≥ 1; within [−1, 1].

    Newcombe 1998, method 10: the two Wilson intervals, squared and added.
    """
    if n1 < 1 or n2 < 1:
        raise ValueError("a difference needs at least one trial on each side")
    low1, high1 = wilson_interval(x1, n1, level)
    low2, high2 = wilson_interval(x2, n2, level)
    share1, share2 = x1 / n1, x2 / n2
    difference = share1 - share2
    low = difference - sqrt((share1 - low1) ** 2 + (high2 - share2) ** 2)
    high = difference + sqrt((high1 - share1) ** 2 + (share2 - low2) ** 2)
    return max(low, -1.0), min(high, 1.0)


def f1_score(hits: float, wrong: float, missed: float) -> float:
    """Return F1 = 2·hits / (2·hits + wrong + missed); 0 where nothing was there and nothing was said."""
    whole = 2 * hits + wrong + missed
    return 2 * hits / whole if whole else 0.0


def f1_interval(hits: float, wrong: float, missed: float, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's interval for F1 of one code from its true positives, false positives and false negatives.

    Given their sum n, the hits are binomial with the Jaccard share J = hits / n, and F1 = 2J / (1 + J) rises with J:
    so the ends of the interval for J give those for F1. Holds for few and for no hits; (0, 1) where n is 0.
    Rows count as independent: for figures over several codes or grouped rows use ``bootstrap_f1``.
    """
    low, high = wilson_interval(hits, hits + wrong + missed, level)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def bootstrap_f1(
    hits: NDArray[np.int64],
    wrong: NDArray[np.int64],
    missed: NDArray[np.int64],
    *,
    seed: int,
    draws: int = 1000,
    level: float = LEVEL,
    columns: NDArray[np.bool_] | None = None,
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return percentile intervals of micro-F1 and macro-F1, drawing whole groups with replacement.

    hits, wrong and missed: counts (groups × codes), a group being the rows that must stay together (one row, the
    duplicates of a text, a respondent). Macro-F1 is the mean over ``columns`` bool (codes), else over those that occur
    (hits + missed > 0) in all; a draw without a word on one of them leaves that one out. Resampling lowers macro-F1 of
    rare codes, so an interval is widened where it would not hold its own figure; (0, 1) where macro is over no code.
    Without a single error there is nothing to resample: the low end is then ``f1_interval``'s for that many groups.
    Deterministic for a seed. (0, 1) twice below FEW_GROUPS groups: so few say nothing about others. Efron 1979;
    Davison and Hinkley 1997, section 3.8.
    """
    _inside(level)
    number = hits.shape[0]
    if number < FEW_GROUPS:
        return (0.0, 1.0), (0.0, 1.0)
    generator = np.random.default_rng(seed)
    present = (hits + missed).sum(axis=0) > 0 if columns is None else np.asarray(columns, np.bool_)
    doubled = 2.0 * hits[:, present]
    errors = (wrong + missed)[:, present].astype(np.float64)
    rest_top = 2.0 * hits[:, ~present].sum(axis=1)
    rest = rest_top + (wrong + missed)[:, ~present].sum(axis=1)
    micro, macro = np.zeros(draws), np.zeros(draws)
    for start in range(0, draws, 50):
        part = slice(start, min(start + 50, draws))
        picks = generator.integers(0, number, (micro[part].size, number))
        times = np.stack([np.bincount(row, minlength=number) for row in picks]).astype(np.float64)
        top = times @ doubled
        whole = top + times @ errors
        micro[part] = (top.sum(axis=1) + times @ rest_top) / np.maximum(whole.sum(axis=1) + times @ rest, 1e-300)
        if present.any():
            macro[part] = _mean_where(top, whole)
    ends = [(1 - level) / 2, (1 + level) / 2]
    own_micro = f1_score(float(hits.sum()), float(wrong.sum()), float(missed.sum()))
    if hits.any() and not (wrong.any() or missed.any()):
        flawless = f1_interval(number, 0, 0, level)[0], 1.0
        return flawless, flawless if present.any() else (0.0, 1.0)
    if not present.any():
        return _pair(np.quantile(micro, ends), own_micro), (0.0, 1.0)
    sums = doubled.sum(axis=0)[None, :]
    own_macro = float(_mean_where(sums, sums + errors.sum(axis=0))[0])
    return _pair(np.quantile(micro, ends), own_micro), _pair(np.quantile(macro, ends), own_macro)


def _mean_where(top: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of top ÷ whole (rows × codes) over the codes whose whole is not 0."""
    there = whole > 0
    shares = np.divide(top, whole, out=np.zeros_like(top), where=there)
    return np.asarray(shares.sum(axis=1) / np.maximum(there.sum(axis=1), 1), np.float64)


def holm(p_values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Holm's step-down adjusted p-values, float64 in [0, 1] in the shape given.

    NaN marks what was not tested: it stays NaN and does not count as a test. The chance of any false finding among
    those at or below α is at most α, however the tests hang together. Holm 1979. Raises ValueError for a p-value
    outside [0, 1].
    """
    p = np.asarray(p_values, np.float64)
    known = p[~np.isnan(p)]
    if known.size and (known.min() < 0 or known.max() > 1):
        raise ValueError("a p-value lies between 0 and 1")
    order = np.argsort(known, kind="stable")
    raised = np.maximum.accumulate((order.size - np.arange(order.size)) * known[order])
    back = np.empty(order.size)
    back[order] = np.minimum(raised, 1.0)
    whole = np.full(p.shape, np.nan)
    whole[~np.isnan(p)] = back
    return whole


def _pair(ends: NDArray[np.float64], own: float) -> tuple[float, float]:
    return min(float(ends[0]), own), max(float(ends[1]), own)
