"""Satisfaction: share of the top boxes, mean scores, and the difference of two shares."""

from __future__ import annotations

import math
from collections.abc import Iterable

from annotate.estimates import newcombe_difference
from reports.statistics.nps import Z95, Change, Estimate
from reports.statistics.shares import Share, share


def top_box(distribution: Iterable[tuple[float, int]], cut: float, *, good_is_high: bool = True) -> Share:
    """Return the share of answers at or beyond the cut (4 and 5 of a five-point scale: cut 4), Wilson's interval."""
    pairs = list(distribution)
    hits = sum(count for score, count in pairs if (score >= cut if good_is_high else score <= cut))
    return share(hits, sum(count for _, count in pairs))


def mean_score(distribution: Iterable[tuple[float, int]]) -> Estimate | None:
    """Return the mean of the scores with Student's interval, or None with fewer than two answers."""
    from scipy.special import stdtrit

    pairs = list(distribution)
    n = sum(count for _, count in pairs)
    if n < 2:
        return None
    mean = sum(score * count for score, count in pairs) / n
    variance = sum(count * (score - mean) ** 2 for score, count in pairs) / (n - 1)
    reach = float(stdtrit(n - 1, 0.975)) * math.sqrt(variance / n)
    return Estimate(mean, mean - reach, mean + reach, n)


def difference(before: Share, after: Share) -> Change:
    """Return after − before of two independent counted shares, in [−1, 1], with Newcombe's interval (1998, method 10).

    The p-value is that of the pooled z test. Raises ValueError without answers.
    """
    if not before.base or not after.base:
        raise ValueError("a difference needs answers in both periods")
    p0, p1 = before.count / before.base, after.count / after.base
    low, high = newcombe_difference(after.count, after.base, before.count, before.base)
    pooled = (before.count + after.count) / (before.base + after.base)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before.base + 1 / after.base))
    value = p1 - p0
    return Change(value, low, high, math.erfc(abs(value) / error / math.sqrt(2)) if error else 1.0)


def interval_difference(before: Share, after: Share) -> Change:
    """Return after − before of two independent shares from their own intervals (MOVER), corrected ones included.

    low = d − √((v₁ − l₁)² + (u₀ − v₀)²), high = d + √((u₁ − v₁)² + (v₀ − l₀)²) (Zou and Donner 2008); the p-value is
    the normal one of d over the mean reach.
    """
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    error = (down if value > 0 else up) / Z95
    return Change(value, value - down, value + up, math.erfc(abs(value) / error / math.sqrt(2)) if error else 1.0)
