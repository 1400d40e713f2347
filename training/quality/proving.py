"""What a reviewed sample proves of precision, how large it must be, and which confidence is worth proving."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

TARGET = 0.95
LEVEL = 0.95
MOST_ERRORS = 5
"""A sample is planned with up to so many errors allowed; more would make it long."""
LIKELY = 0.8
"""A sample is planned so that it passes with this probability, if the code is as good as it looks."""

CUTS = tuple(round(0.995 - 0.005 * step, 3) for step in range(100))
"""Confidences that may become a cut: 0.995 down to 0.5, fixed before any score is seen."""
STARTS = (100, 300, 600, 1200)
"""Ranks, by falling confidence, at which the tests of a cut may begin: those from a sixteenth of the pairs on. Fixed
confidences in their place (0.99, 0.95 …) began among too few pairs, or where it was too late: on 4,000 car posts they
let in 14 % of the right assignments, ranks 27 %."""
STEP = 25
LEAST = 30


def lower_bound(right: int, n: int, *, level: float = LEVEL, population: int | None = None) -> float:
    """Return the one-sided bound that a share exceeds at this level: right of n ≥ 1 drawn at random.

    Without a population the binomial bound of Clopper and Pearson 1934. With one, n were drawn from it without
    replacement and the bound is the exact hypergeometric one: a reviewed population has no uncertainty left.
    """
    if not 0 <= right <= n or n < 1 or (population is not None and population < n):
        raise ValueError(f"{right} of {n} from {population} is not a sample")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if right == 0:
        return 0.0
    if population is None:
        from scipy.stats import beta

        return float(beta.ppf(1 - level, right, n - right + 1))
    from scipy.stats import hypergeom

    # The smallest number of right ones in the population under which so many would not be too lucky to be true.
    possible = np.arange(right, population - (n - right) + 1)
    lucky = hypergeom.sf(right - 1, population, possible, n)
    return float(possible[np.flatnonzero(lucky > 1 - level)[0]]) / population


@cache
def needed_sample(target: float = TARGET, level: float = LEVEL, errors: int = 0, population: int | None = None) -> int:
    """Return the smallest sample that proves a precision of ``target`` at ``level`` with so many errors in it.

    59, 93, 124, 153, 181, 208 for 0 to 5 errors at 95 % and 95 %; 29, 46, 61, 76, 89, 103 for a target of 90 %.
    From a small population fewer are enough; at most the whole of it.
    """
    if not (0 < target < 1 and 0 < level < 1) or errors < 0:
        raise ValueError("target and level lie between 0 and 1, errors from 0 on")
    low, high = errors, errors + 1
    while not _proves(high, errors, target, level, population):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _proves(middle, errors, target, level, population) else (middle, high)
    return high


def _proves(n: int, errors: int, target: float, level: float, population: int | None) -> bool:
    """Whether so few errors in n would be too lucky, were precision below the target."""
    from scipy.stats import binom, hypergeom

    if population is None:
        return float(binom.cdf(errors, n, 1 - target)) <= 1 - level
    if n >= population:
        return True
    too_few = ceil(target * population - 1e-9) - 1
    return float(hypergeom.sf(n - errors - 1, population, too_few, n)) <= 1 - level


@dataclass(frozen=True, slots=True)
class Plan:
    """A sample of ``size`` that passes with up to ``errors`` errors; ``chance`` that it does, as good as it looks."""

    size: int
    errors: int
    chance: float


def plan(
    expected: float,
    *,
    seen: float | None = None,
    target: float = TARGET,
    level: float = LEVEL,
    population: int | None = None,
) -> Plan:
    """Return the smallest sample that likely proves the target where precision is ``expected``.

    ``seen``: over how many pairs that is known (None: for certain); the chance is then the beta-binomial predictive
    one, so that a code seen right ten times out of ten is not taken for perfect. The first of 0 … MOST_ERRORS errors
    that passes with probability LIKELY, else the likeliest. From a small population fewer are enough, at most all.
    """
    best: Plan | None = None
    for errors in range(MOST_ERRORS + 1):
        size = needed_sample(target, level, errors, population)
        if population is not None and size >= population:
            allowed = int(population * (1 - target) + 1e-9)
            return Plan(population, allowed, _chance(allowed, population, expected, seen))
        one = Plan(size, errors, _chance(errors, size, expected, seen))
        if one.chance >= LIKELY:
            return one
        if best is None or one.chance > best.chance:
            best = one
    assert best is not None
    return best


def _chance(errors: int, size: int, expected: float, seen: float | None) -> float:
    """Return the probability of at most so many errors in a sample."""
    from scipy.stats import betabinom, binom

    if seen is None or not 0 < expected < 1:
        return float(binom.cdf(errors, size, 1 - expected))
    return float(betabinom.cdf(errors, size, (1 - expected) * seen, expected * seen))


CALIBRATION = 20
"""What was seen above a cut is drawn to what calibration says of the open pairs, as if that were so many pairs more."""
_HIGHER = 0.85


@dataclass(frozen=True, slots=True)
class Prospect:
    """A cut with what it would take: ``errors`` of ``n`` pairs seen at or above it, ``population`` open pairs there,
    and the sample that would prove it (None where no pair is open)."""

    cut: float
    n: int
    errors: int
    population: int
    sample: Plan | None


def prospect(
    p: NDArray[np.floating], right: NDArray[np.bool_], open_p: NDArray[np.floating], cut: float, *,
    target: float = TARGET, level: float = LEVEL, scale: int = 10_000,
) -> Prospect:  # fmt: skip
    """Return what a cut promises, from pairs seen out of sample (p, right) and open ones; p counts in 1/``scale``."""
    whole = round(cut * scale)
    above, reached = np.rint(p * scale) >= whole, np.rint(open_p * scale) >= whole
    n, errors, population = int(above.sum()), int((~right[above]).sum()), int(reached.sum())
    sample = None
    if population:
        known = n + CALIBRATION
        expected = (n - errors + CALIBRATION * float(open_p[reached].mean())) / known
        sample = plan(expected, seen=known, target=target, level=level, population=population)
    return Prospect(whole / scale, n, errors, population, sample)


def provable(
    p: NDArray[np.floating], right: NDArray[np.bool_], open_p: NDArray[np.floating], cut: float, *,
    target: float = TARGET, level: float = LEVEL,
) -> Prospect:  # fmt: skip
    """Return the lowest of some cuts from ``cut`` on whose sample passes with probability LIKELY, else the likeliest.

    A cut that just keeps the target is let in by a test of thousands of pairs, and fails a sample of two hundred.
    """
    ranked = np.sort(np.asarray(p, np.float64)[np.asarray(p) >= cut])[::-1]
    best = prospect(p, right, open_p, cut, target=target, level=level)
    n = ranked.size
    one = best
    while True:
        if one.sample is None or one.sample.chance >= LIKELY:
            return one if one.sample is not None else best
        if best.sample is None or one.sample.chance > best.sample.chance:
            best = one
        n = int(n * _HIGHER)
        if n < LEAST:
            return best
        one = prospect(p, right, open_p, float(ranked[n - 1]), target=target, level=level)


@dataclass(frozen=True, slots=True)
class Cut:
    """A confidence from which acceptance is worth proving: ``errors`` of ``n`` out-of-sample pairs at or above it."""

    p: float
    n: int
    errors: int


def learn_then_test(
    p: NDArray[np.floating], right: NDArray[np.bool_], *, target: float = TARGET, level: float = LEVEL
) -> Cut | None:
    """Return the lowest cut whose precision out of sample is at least ``target`` at ``level``, or None.

    p float (n) in [0, 1] and right bool (n): accepted pairs of an answer and a code, scored out of sample. Fixed
    sequences, which no label has a part in: from each of STARTS (all pairs, where there are fewer) downwards by
    STEP ranks, pairs of the same p together, each cut tested by the exact binomial test at a share of 1 − level, until
    one fails (Angelopoulos et al. 2021, Learn then Test, algorithm 1). Scores out of sample are not strictly
    exchangeable: the cut is a choice, and what proves it is an acceptance sample.
    """
    from scipy.stats import binom

    starts = [start for start in STARTS if p.size / 16 <= start <= p.size] or [p.size] * (p.size > 0)
    order = np.argsort(-p, kind="stable")
    ranked = np.asarray(p, np.float64)[order]
    found = np.concatenate(([0], np.cumsum(right[order])))
    best: Cut | None = None
    for start in starts:
        n = start
        while n <= p.size:
            n = int(np.searchsorted(-ranked, -ranked[n - 1], side="right"))
            hits = int(found[n])
            if float(binom.sf(hits - 1, n, target)) > (1 - level) / len(starts):
                break
            if best is None or n > best.n:
                best = Cut(float(ranked[n - 1]), n, n - hits)
            n += STEP
    return best


def likely_cut(p: NDArray[np.floating], *, target: float = TARGET) -> float | None:
    """Return the lowest of CUTS above which the mean of calibrated p leaves half the errors allowed, or None.

    At least LEAST must lie above it: fewer are sooner read than certified.
    For codes too rare for a test: a guess that only an acceptance sample can turn into a certificate.
    """
    ranked = np.sort(np.asarray(p, np.float64))[::-1]
    means = np.cumsum(ranked) / np.arange(1, ranked.size + 1)
    best, tried = None, 0
    for cut in CUTS:
        n = int(np.searchsorted(-ranked, -cut, side="right"))
        if n > max(tried, LEAST - 1) and means[n - 1] >= (1 + target) / 2:
            best, tried = cut, n
    return best
