"""Scores to honest probabilities: a logistic curve a code, shrunk to a common one, then one isotonic step for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Double = NDArray[np.float64]

_KNOTS = 256
_ITERATIONS = 25
_SLOPE_SPREAD = 0.3
"""Prior standard deviation of a code's slope, as a share of the common slope."""
_SHIFT_SPREAD = 1.0
"""Prior standard deviation of a code's shift, in logits."""


def sigmoid(values: Double) -> Double:
    """Return 1 / (1 + e^−v) without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * values))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per code ``slope`` and ``shift``, float64 (codes); the common curve through ``knots`` and ``heights`` (≤ 256)."""

    slope: Double
    shift: Double
    knots: Double
    heights: Double

    def probability(self, scores: Float) -> Float:
        """Return float32 probabilities in (0, 1) of scores (n × codes); rising in the score of each code."""
        return self._curve(scores.astype(np.float64) * self.slope + self.shift)

    def probability_of(self, scores: Float, columns: NDArray[np.int64]) -> Float:
        """Return ``probability`` of single scores (m), each of the code in ``columns`` (m)."""
        return self._curve(scores.astype(np.float64) * self.slope[columns] + self.shift[columns])

    def _curve(self, logits: Double) -> Float:
        if self.knots.size:
            logits = np.interp(logits, self.knots, self.heights)
        return sigmoid(logits).astype(np.float32)


def fit_calibration(scores: Float, labels: NDArray[np.int8]) -> Calibration:
    """Fit on out-of-sample scores (n × codes) and labels (1 yes, 0 no, −1 ignored).

    Platt 1999 with his smoothed targets, each code shrunk to the common curve by a normal prior, so that a code with
    few positives borrows from the rest; then pool-adjacent-violators over all pairs (Zadrozny and Elkan 2002), joined
    by straight lines in logits so that the order within a step survives.
    """
    codes = labels.shape[1]
    seen = labels >= 0
    if not seen.any():
        return Calibration(np.ones(codes), np.zeros(codes), np.empty(0), np.empty(0))
    common = platt(scores[seen].astype(np.float64), labels[seen] == 1, None)
    slope, shift = np.full(codes, common[0]), np.full(codes, common[1])
    for code in range(codes):
        rows = seen[:, code]
        if rows.any():
            slope[code], shift[code] = platt(scores[rows, code].astype(np.float64), labels[rows, code] == 1, common)
    logits = (scores.astype(np.float64) * slope + shift)[seen]
    knots, heights = _isotonic(logits, (labels[seen] == 1).astype(np.float64))
    return Calibration(slope, shift, knots, heights)


def platt(scores: Double, yes: NDArray[np.bool_], common: tuple[float, float] | None) -> tuple[float, float]:
    """Return (slope, shift) by Newton's method, drawn to the ``common`` ones where these are given.

    The slope is kept positive so that a higher score is never less likely.
    """
    positives = int(yes.sum())
    target = np.where(yes, (positives + 1) / (positives + 2), 1 / (yes.size - positives + 2))
    slope, shift = common or (1.0, 0.0)
    if common is None:
        weight = np.array([1e-3, 1e-3])
    else:
        weight = np.array([1 / (_SLOPE_SPREAD * max(common[0], 1e-3)) ** 2, 1 / _SHIFT_SPREAD**2])
    centre = np.array([slope, shift])
    point = centre.copy()
    for _ in range(_ITERATIONS):
        guess = sigmoid(scores * point[0] + point[1])
        error = guess - target
        bend = np.maximum(guess * (1 - guess), 1e-9)
        gradient = np.array([error @ scores, error.sum()]) + weight * (point - centre)
        cross = float(bend @ scores)
        hessian = np.array([[bend @ scores**2, cross], [cross, bend.sum()]]) + np.diag(weight)
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))  # far from the optimum a full step overshoots
        point = point - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return max(float(point[0]), 1e-3), float(point[1])


def _isotonic(values: Double, truth: Double) -> tuple[Double, Double]:
    """Return (knots, heights) in logits of the rising step curve of truth over values, at most _KNOTS points."""
    order = np.argsort(values, kind="stable")
    values, truth = values[order], truth[order]
    cuts = np.flatnonzero(np.diff(values) > 0) + 1
    if cuts.size > 8 * _KNOTS:
        # A curve of 256 points needs no million steps: ranks from the top, fine there, where the few yes are.
        ranks = values.size - np.geomspace(5, values.size, 8 * _KNOTS).astype(np.int64)
        cuts = np.unique(cuts[np.minimum(np.searchsorted(cuts, ranks[ranks > 0]), cuts.size - 1)])
    starts = np.concatenate(([0], cuts))
    weights = np.diff(np.append(starts, values.size)).astype(np.float64)
    sums = np.add.reduceat(truth, starts)
    places = np.add.reduceat(values, starts)
    blocks: list[tuple[float, float, float]] = []
    for total, weight, place in zip(sums.tolist(), weights.tolist(), places.tolist(), strict=True):
        block = (total, weight, place)
        while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    table = np.array(blocks)
    share = (table[:, 0] + 0.5) / (table[:, 1] + 1)  # never quite 0 or 1: a block of n pairs cannot prove it
    share = np.maximum.accumulate(share)
    middle = table[:, 2] / table[:, 1]
    if middle.size > _KNOTS:
        keep = np.unique(np.linspace(0, middle.size - 1, _KNOTS).astype(np.int64))
        share, middle = share[keep], middle[keep]
    return middle, np.log(share / (1 - share))
