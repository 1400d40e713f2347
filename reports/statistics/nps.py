"""Net promoter score: its interval and its change, in points from −100 to 100."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Z95 = 1.959963984540054
PROMOTER_FROM = 9
DETRACTOR_TO = 6


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of answers it rests on."""

    value: float
    low: float
    high: float
    base: int

    @property
    def half_width(self) -> float:
        """Half of the interval's length, in the unit of the value."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two periods with its 95 % interval and two-sided p-value."""

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Votes:
    """Answers to the 0–10 question: promoters 9–10, passives 7–8, detractors 0–6."""

    promoters: int
    passives: int
    detractors: int

    @property
    def base(self) -> int:
        """Number of answers."""
        return self.promoters + self.passives + self.detractors


def votes(distribution: Iterable[tuple[float, int]]) -> Votes:
    """Sort (score, count) pairs into votes. Raises ValueError for a score outside 0–10."""
    counts = [0, 0, 0]
    for score, count in distribution:
        if not 0 <= score <= 10:
            raise ValueError("the recommend question runs from 0 to 10")
        counts[0 if score >= PROMOTER_FROM else 2 if score <= DETRACTOR_TO else 1] += count
    return Votes(*counts)


def nps(answers: Votes) -> Estimate | None:
    """Return the NPS with the adjusted interval, or None without answers.

    Interval: add three answers (¾ promoter, 1½ passive, ¾ detractor), then p − d ± z√((p + d − (p − d)²)/n)
    (Rocks 2016, "Interval estimation for the net promoter score"). The value itself is not adjusted.
    """
    if not answers.base:
        return None
    centre, variance = _adjusted(answers)
    reach = Z95 * math.sqrt(variance)
    value = 100 * (answers.promoters - answers.detractors) / answers.base
    low, high = max(-100.0, 100 * (centre - reach)), min(100.0, 100 * (centre + reach))
    return Estimate(value, min(low, value), max(high, value), answers.base)


def nps_change(before: Votes, after: Votes) -> Change:
    """Return after − before in points for two independent samples, each with at least one answer.

    z = (NPS₁ − NPS₀)/√(V₁/n₁ + V₀/n₀), V = p + d − (p − d)² of the adjusted counts, which keeps V above 0 when
    everyone gave the same answer. Raises ValueError without answers.
    """
    if not before.base or not after.base:
        raise ValueError("a change needs answers in both periods")
    value = (after.promoters - after.detractors) / after.base - (before.promoters - before.detractors) / before.base
    error = math.sqrt(_adjusted(before)[1] + _adjusted(after)[1])
    p = math.erfc(abs(value) / error / math.sqrt(2))
    return Change(100 * value, 100 * (value - Z95 * error), 100 * (value + Z95 * error), p)


def _adjusted(answers: Votes) -> tuple[float, float]:
    """Return the adjusted score in [−1, 1] and its variance."""
    n = answers.base + 3
    p, d = (answers.promoters + 0.75) / n, (answers.detractors + 0.75) / n
    return p - d, (p + d - (p - d) ** 2) / n
