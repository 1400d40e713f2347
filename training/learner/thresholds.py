"""The score from which a code is accepted, a threshold a code, and the same kept honest for reported figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float32]
Double = NDArray[np.float64]

NEVER = np.inf
"""The threshold of a code that is never accepted."""
LEARNABLE = 3
"""A code with fewer yes, or fewer no, is not learnable yet."""

_SHRINK = 5.0
_NEARLY = 0.5


def learnable(labels: NDArray[np.int8], least: int = LEARNABLE) -> NDArray[np.bool_]:
    """Return bool (codes): at least ``least`` yes and as many no among labels (n × codes; −1 is neither)."""
    enough: NDArray[np.bool_] = ((labels == 1).sum(axis=0) >= least) & ((labels == 0).sum(axis=0) >= least)
    return enough


def best_f1_cut(scores: Double, yes: NDArray[np.bool_]) -> float:
    """Return the cut with the highest F1 of ``scores >= cut``: half way to the next lower score. Needs one yes."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    found = np.cumsum(yes[order])
    f1 = 2 * found / (np.arange(1, scores.size + 1) + found[-1])
    f1[:-1][ranked[:-1] == ranked[1:]] = -1  # equal scores cannot be parted
    return _between(ranked, int(np.argmax(f1)) + 1)


def steady_f1_cut(scores: Double, yes: NDArray[np.bool_]) -> float:
    """Return the mean of the scores whose F1 as a cut is nearly the best, weighted by how nearly. Needs one yes.

    Nearly: within 0.5 / √n₊ of it, as a share. The best cut alone hangs on one or two answers where there are few.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, found = scores[order], np.cumsum(yes[order])
    f1 = 2 * found / (np.arange(1, scores.size + 1) + found[-1])
    margin = np.maximum(f1 - f1.max() * (1 - _NEARLY / np.sqrt(found[-1])), 0)
    return float(margin @ ranked / margin.sum())


def prior_cut(scores: Double, yes: NDArray[np.bool_]) -> float:
    """Return the cut at which as many are accepted as there are yes."""
    return _between(np.sort(scores)[::-1], int(yes.sum()))


def _between(ranked: Double, taken: int) -> float:
    """Return a cut that takes the first ``taken`` of falling scores."""
    if taken >= ranked.size:
        return float(ranked[-1]) - 1e-6
    return float(ranked[taken - 1] + ranked[taken]) / 2


def fit_thresholds(scores: Float, labels: NDArray[np.int8], able: NDArray[np.bool_]) -> Double:
    """Return float64 thresholds (codes) from out-of-sample scores (n × codes) and labels (1, 0, −1 ignored).

    The mean of two estimates whose errors differ: the cut of the best F1, shrunk to the cut best for all codes together
    by n₊ / (n₊ + 5), and the cut that accepts as many as there are yes. Where the loop chose the labels, shares
    estimated over the unlabelled answers, or over the random rows alone, were measured no better here than theirs.
    NEVER where a code is not able, bool (codes).
    """
    cuts = np.full(labels.shape[1], NEVER)
    seen = (labels >= 0) & able
    if not (labels[seen] == 1).any():
        return cuts
    common = best_f1_cut(scores[seen].astype(np.float64), labels[seen] == 1)
    for code in np.flatnonzero(able):
        rows = seen[:, code]
        values, yes = scores[rows, code].astype(np.float64), labels[rows, code] == 1
        positives = float(yes.sum())
        if positives == 0:
            continue
        shrunk = (positives * steady_f1_cut(values, yes) + _SHRINK * common) / (positives + _SHRINK)
        cuts[code] = (shrunk + prior_cut(values, yes)) / 2
    return cuts
