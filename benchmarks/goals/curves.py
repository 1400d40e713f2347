"""Figures from what a tool said: F1, labels and characters to a target, paired intervals over seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import f1_score

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Point:
    """A checkpoint: labels and characters read so far, micro- and macro-F1 on held-out rows, both in [0, 1]."""

    labels: int
    characters: int
    micro: float
    macro: float


Curve = list[Point]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over seeds with a 95 % interval of the paired bootstrap over them (with two seeds: just the two)."""

    value: float
    low: float
    high: float
    seeds: int


def f1_pair(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Return micro-F1 and macro-F1 (over the codes that occur in ``truth``) of two bool arrays (n × codes)."""
    hits, wrong, missed = (part.sum(axis=0) for part in (said & truth, said & ~truth, ~said & truth))
    each = [f1_score(*counts) for counts in zip(hits, wrong, missed, strict=True) if counts[0] + counts[2]]
    return f1_score(hits.sum(), wrong.sum(), missed.sum()), float(np.mean(each))


def calibration_error(probability: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten equal bins of the pairs with probability of 0.1 and more."""
    chosen = probability >= 0.1
    p, y = probability[chosen], truth[chosen]
    if not p.size:
        return 0.0
    bins = np.minimum((p * 10).astype(int), 9)
    return (
        sum(abs(float(p[bins == b].mean() - y[bins == b].mean())) * int((bins == b).sum()) for b in set(bins)) / p.size
    )


def reach(curve: Curve, target: float, *, by: str = "labels", score: str = "macro") -> float | None:
    """Return the labels (or ``by`` "characters") at which a curve first reaches a target, linear between checkpoints.

    None where it does not reach it.
    """
    before: Point | None = None
    for point in curve:
        height = getattr(point, score)
        if height >= target:
            if before is None:
                return float(getattr(point, by))
            low = getattr(before, score)
            share = (target - low) / (height - low)
            return float(getattr(before, by) + share * (getattr(point, by) - getattr(before, by)))
        before = point
    return None


def at(curve: Curve, labels: int, score: str = "macro") -> float:
    """Return a curve's score at a checkpoint. Raises StopIteration where there is none of that size."""
    return float(getattr(next(point for point in curve if point.labels == labels), score))


def mean(values: Sequence[float], seed: int = 0) -> Figure:
    """Return the mean over seeds with its bootstrap interval."""
    found = np.asarray(values, float)
    drawn = np.random.default_rng(seed).integers(0, found.size, (RESAMPLES, found.size))
    low, high = np.percentile(found[drawn].mean(axis=1), (2.5, 97.5))
    return Figure(float(found.mean()), float(low), float(high), found.size)


def ratio(ours: Sequence[float], theirs: Sequence[float], seed: int = 0) -> Figure:
    """Return mean(ours) ÷ mean(theirs), the seeds of both resampled together."""
    above, below = np.asarray(ours, float), np.asarray(theirs, float)
    drawn = np.random.default_rng(seed).integers(0, above.size, (RESAMPLES, above.size))
    below_means = below[drawn].mean(axis=1)
    below_means[below_means == 0] = np.nan
    if np.isnan(below_means).all():
        return Figure(float("inf"), float("inf"), float("inf"), above.size)
    low, high = np.nanpercentile(above[drawn].mean(axis=1) / below_means, (2.5, 97.5))
    return Figure(
        float(above.mean() / below.mean()) if below.mean() else float("inf"), float(low), float(high), above.size
    )


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Figure:
    """Return mean(ours − theirs), paired over seeds."""
    return mean((np.asarray(ours) - np.asarray(theirs)).tolist())
