"""The way out: how likely it is that no code of the frame fits an answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.learner.calibration import platt, sigmoid

FLOOR = 0.05
"""Probabilities below this say nothing here: of many codes they would add up to one that nobody saw."""
_LIMITS = (0.002, 0.998)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A logistic curve over the logit of ∏(1 − p) over the codes with p of FLOOR and more."""

    slope: float
    shift: float

    def none(self, count: int, rows: NDArray[np.int64], probability: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32 (count): how likely no code fits, from calibrated probabilities of codes (no nets) by row."""
        return sigmoid(_logit_none(count, rows, probability) * self.slope + self.shift).astype(np.float32)


def fit_outlet(probability: NDArray[np.float32], labels: NDArray[np.int8]) -> Outlet:
    """Fit on out-of-sample probabilities and labels of codes (n × codes, no nets; 1, 0, −1 not looked at).

    Only wholly reviewed rows tell whether no code fits. The curve is drawn to slope 1 and shift 0 (codes that err
    independently), so that with few such rows it stays near ∏(1 − p).
    """
    whole = (labels >= 0).all(axis=1)
    if not whole.any():
        return Outlet(1.0, 0.0)
    rows, columns = np.nonzero(probability[whole] >= FLOOR)
    logits = _logit_none(int(whole.sum()), rows.astype(np.int64), probability[whole][rows, columns])
    return Outlet(*platt(logits, ~(labels[whole] == 1).any(axis=1), (1.0, 0.0)))


def _logit_none(count: int, rows: NDArray[np.int64], probability: NDArray[np.float32]) -> NDArray[np.float64]:
    told = probability >= FLOOR
    left = np.log1p(-np.minimum(probability[told].astype(np.float64), 0.9999))
    none = np.exp(np.bincount(rows[told], left, minlength=count).astype(np.float64)).clip(*_LIMITS)
    logits: NDArray[np.float64] = np.log(none / (1 - none))
    return logits
