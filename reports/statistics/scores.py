"""Scores answer by answer: means, NPS and top boxes with weights, closed populations, paired waves, a benchmark.

``csat`` and ``nps`` serve plain counts of independent answers; these serve arrays, one entry an answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import wilson_interval
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import DETRACTOR_TO, PROMOTER_FROM, Z95, Change, Estimate
from reports.statistics.shares import effective_number

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


class Movement(Enum):
    """What a change means, whichever end of the scale is good."""

    BETTER = "better"
    WORSE = "worse"
    UNCHANGED = "unchanged"  # the interval lies inside the practical limit
    UNSURE = "unsure"


def movement(change: Change, practical: float, *, good_is_high: bool = True, level: float = 0.05) -> Movement:
    """Say what a change means. ``practical`` in the unit of the change; effort scales have ``good_is_high`` False."""
    if change.p <= level and change.value:
        return Movement.BETTER if (change.value > 0) is good_is_high else Movement.WORSE
    inside = -practical < change.low and change.high < practical
    return Movement.UNCHANGED if inside else Movement.UNSURE


def nps_points(scores: Floats) -> Floats:
    """Return 100, 0 or −100 for each 0–10 answer. Raises ValueError for a score outside 0–10."""
    if scores.size and not (scores.min() >= 0 and scores.max() <= 10):
        raise ValueError("the recommend question runs from 0 to 10")
    return 100.0 * ((scores >= PROMOTER_FROM).astype(np.float64) - (scores <= DETRACTOR_TO))


def top_boxes(scores: Floats, cut: float, *, good_is_high: bool = True) -> Floats:
    """Return 1 for each answer at or beyond the cut on the good side, else 0."""
    return ((scores >= cut) if good_is_high else (scores <= cut)).astype(np.float64)


def closed(n: float, population: int | None) -> float:
    """Return the finite-population factor of a variance, (N − n)/(N − 1): 1 for an open population, 0 for a census.

    Cochran 1977, 2.8. Raises ValueError for more answers than people.
    """
    if population is None:
        return 1.0
    if n > population:
        raise ValueError("more answers than the population has members")
    return (population - n) / (population - 1) if population > 1 else 0.0


def mean(
    scores: Floats, weights: Floats | None = None, *, population: int | None = None, limits: Limits | None = None
) -> Estimate | TooFew:
    """Return the (weighted) mean with Student's 95 % interval on the effective number of answers.

    ``scores`` float64 (n), no NaN, ``weights`` float64 (n) > 0; ``population``: size of a closed group that was asked
    as a whole. V = s²/n_eff × (N − n)/(N − 1), n_eff − 1 degrees of freedom. TooFew below ``limits.shown`` answers,
    or, of a closed population, below 2. The ends may leave the scale where nearly everyone gave its last score.
    """
    from scipy.special import stdtrit

    n, w = _usable(scores, weights)
    least = (limits or Limits()).shown if population is None else 2
    if n < least:
        return TooFew(Lack.ANSWERS, n, least)
    effective = effective_number(w)
    value = float(w @ scores) / float(w.sum())
    spread = float(w @ (scores - value) ** 2) / float(w.sum()) * effective / max(effective - 1, 1e-9)
    reach = float(stdtrit(max(effective - 1, 1e-9), 0.975)) * math.sqrt(spread / effective * closed(n, population))
    return Estimate(value, value - reach, value + reach, n)


def net_promoters(
    scores: Floats, weights: Floats | None = None, *, population: int | None = None, limits: Limits | None = None
) -> Estimate | TooFew:
    """Return the (weighted) NPS in points with the adjusted interval of ``nps.nps`` on the effective number of answers.

    Without weights and population equal to ``nps.nps``. TooFew as for ``mean``.
    """
    n, w = _usable(scores, weights)
    least = (limits or Limits()).shown if population is None else 1
    if n < least:
        return TooFew(Lack.ANSWERS, n, least)
    points = nps_points(scores)
    value = float(w @ points) / float(w.sum())
    centre, variance = _adjusted(points, w)
    reach = 100 * Z95 * math.sqrt(variance * closed(n, population))
    middle = value if population == n else 100 * centre
    low, high = max(-100.0, middle - reach), min(100.0, middle + reach)
    return Estimate(value, min(low, value), max(high, value), n)


def _adjusted(points: Floats, w: Floats) -> tuple[float, float]:
    """Return the NPS in [−1, 1] and its variance after ¾ promoter, 1½ passive, ¾ detractor were added."""
    effective = effective_number(w)
    promoters, detractors = (effective * float(w @ (points == end)) / float(w.sum()) for end in (100, -100))
    n = effective + 3
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    return p - d, (p + d - (p - d) ** 2) / n


def top_share(
    hits: Floats, weights: Floats | None = None, *, population: int | None = None, limits: Limits | None = None
) -> Estimate | TooFew:
    """Return the (weighted) share of ones in [0, 1] with Wilson's interval at the effective number of answers.

    Of a closed population the effective number is n (N − 1)/(N − n), and a census has no width. TooFew as for ``mean``.
    """
    n, w = _usable(hits, weights)
    least = (limits or Limits()).shown if population is None else 1
    if n < least:
        return TooFew(Lack.ANSWERS, n, least)
    value = float(w @ hits) / float(w.sum())
    factor = closed(n, population)
    if factor == 0:
        return Estimate(value, value, value, n)
    effective = effective_number(w) / factor
    low, high = wilson_interval(min(1.0, value) * effective, effective)
    return Estimate(value, low, high, n)


def _usable(scores: Floats, weights: Floats | None) -> tuple[int, Floats]:
    w = np.ones(scores.size) if weights is None else weights
    if w.shape != scores.shape or (w.size and not w.min() > 0) or np.isnan(scores).any():
        raise ValueError("each answer needs a score and a weight above 0")
    return int(scores.size), w


def mean_change(
    before: Floats,
    after: Floats,
    *,
    weights: tuple[Floats, Floats] | None = None,
    limits: Limits | None = None,
) -> Change | TooFew:
    """Return after − before of two independent waves: Welch's interval and test, on effective numbers under weights.

    Welch 1947. TooFew when a wave has fewer than ``limits.shown`` answers.
    """
    from scipy.special import stdtr, stdtrit

    least = (limits or Limits()).shown
    sides = []
    for place, scores in enumerate((before, after)):
        n, w = _usable(scores, None if weights is None else weights[place])
        if n < least:
            return TooFew(Lack.ANSWERS, n, least)
        effective = effective_number(w)
        centre = float(w @ scores) / float(w.sum())
        spread = float(w @ (scores - centre) ** 2) / float(w.sum()) * effective / (effective - 1)
        sides.append((centre, spread / effective, effective - 1))
    (m0, v0, d0), (m1, v1, d1) = sides
    value, variance = m1 - m0, v0 + v1
    if variance == 0:
        return Change(value, value, value, float(value == 0))
    df = variance**2 / (v0**2 / d0 + v1**2 / d1)
    reach = float(stdtrit(df, 0.975)) * math.sqrt(variance)
    return Change(value, value - reach, value + reach, 2 * float(stdtr(df, -abs(value) / math.sqrt(variance))))


def paired_change(before: Floats, after: Floats, *, limits: Limits | None = None) -> Change | TooFew:
    """Return the mean of after − before of the same n respondents, in order, by Student's paired test.

    For NPS pass ``nps_points`` of both: the change is in points. TooFew below ``limits.shown`` pairs.
    """
    from scipy.special import stdtr, stdtrit

    moved = _pairs(before, after)
    least = (limits or Limits()).shown
    if moved.size < least:
        return TooFew(Lack.PAIRS, moved.size, least)
    value, error = float(moved.mean()), float(moved.std(ddof=1)) / math.sqrt(moved.size)
    if error == 0:
        return Change(value, value, value, float(value == 0))
    reach = float(stdtrit(moved.size - 1, 0.975)) * error
    return Change(value, value - reach, value + reach, 2 * float(stdtr(moved.size - 1, -abs(value) / error)))


def paired_share_change(before: Floats, after: Floats, *, limits: Limits | None = None) -> Change | TooFew:
    """Return the change of a share of the same n respondents, 0 or 1 each; value, low and high in [−1, 1].

    The interval adds ½ to each cell of the table (Agresti and Min 2005); p is that of McNemar's exact test.
    """
    from scipy.stats import binomtest

    moved = _pairs(before, after)
    least = (limits or Limits()).shown
    if moved.size < least:
        return TooFew(Lack.PAIRS, moved.size, least)
    up, down, n = int((moved > 0).sum()), int((moved < 0).sum()), moved.size
    a, b, whole = up + 0.5, down + 0.5, n + 2
    centre = (a - b) / whole
    reach = Z95 * math.sqrt((a + b) - (a - b) ** 2 / whole) / whole
    p = float(binomtest(up, up + down).pvalue) if up + down else 1.0
    value = (up - down) / n
    return Change(value, max(-1.0, min(centre - reach, value)), min(1.0, max(centre + reach, value)), p)


def _pairs(before: Floats, after: Floats) -> Floats:
    if before.shape != after.shape or np.isnan(before).any() or np.isnan(after).any():
        raise ValueError("a paired change needs both answers of each respondent")
    return after - before


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure to compare with: its value, standard error, number of answers and year-month of fieldwork."""

    value: float
    error: float
    base: int
    dated: str


def relative_index(ours: Estimate, benchmark: Benchmark, *, limits: Limits | None = None) -> Estimate | TooFew:
    """Return the relative experience index, ours / benchmark × 100, with Fieller's 95 % interval (1954).

    Only for measures on a ratio scale above 0 (mean scores, top boxes; not NPS). TooFew where the benchmark rests on
    fewer than ``limits.shown`` answers, or is so rough that its own interval holds 0. Raises ValueError for a
    benchmark without a date, or at or below 0.
    """
    least = (limits or Limits()).shown
    if benchmark.value <= 0 or ours.value < 0:
        raise ValueError("an index needs measures above 0")
    if not benchmark.dated:
        raise ValueError("a benchmark needs its date")
    if benchmark.base < least:
        return TooFew(Lack.BENCHMARK, benchmark.base, least)
    g = (Z95 * benchmark.error / benchmark.value) ** 2
    if g >= 1:
        return TooFew(Lack.BENCHMARK, benchmark.base, math.ceil(benchmark.base * g) + 1)
    ratio, own = ours.value / benchmark.value, ours.half_width / Z95
    centre = ratio / (1 - g)
    reach = Z95 / benchmark.value / (1 - g) * math.sqrt(max(0.0, own**2 * (1 - g) + ratio**2 * benchmark.error**2))
    return Estimate(100 * ratio, 100 * (centre - reach), 100 * (centre + reach), ours.base)
