"""The model of the loop beyond what exact factors can hold: block conjugate gradients that go on from the last answer.

All codes are solved side by side, with all rows and without each fold; a new decision changes little, so a few rounds
from the duals of before reach the same solution as a fit from nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, Share, silent
from training.learner.ridge import FOLDS, PENALTY, RidgeFit, Rows, solve

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Places = NDArray[np.int64]

EXACT = 1e-6
"""Residual of the weights, as a share of the targets: they rank and decide."""
ROUGH = 1e-2
"""Residual of the fits without a fold, of which only scores for thresholds and calibration are used."""
_TURN = np.uint64(0x9E3779B97F4A7C15)


class BlockModel:
    """Ridge over decided answers, each with a ``key`` and a group, for any number of them.

    Out of sample a row is scored without its fold; the fold of a group is a hash of its smallest key, so that it lasts.
    """

    def __init__(self, *, penalty: float = PENALTY) -> None:
        self._penalty = penalty
        self._keys = np.empty(0, np.int64)
        self._codes = np.empty(0, np.int64)
        self._duals: list[Float] = []

    def fit(
        self,
        rows: csr_array,
        targets: NDArray[np.int8],
        *,
        keys: Places,
        groups: Places,
        codes: Places,
        directions: Float | None = None,
        progress: Progress = silent,
    ) -> RidgeFit:
        """Return the fit of these decisions, whatever was decided before: what ``ridge.fit_ridge`` gives by folds.

        rows (n × d), targets int8 (n × columns), keys and groups int64 (n), codes int64 (columns): the columns' ids.
        directions float32 (d × k): a row times them enters the kernel beside the row.
        """
        count, columns = targets.shape
        dense = np.zeros((count, 0), np.float32) if directions is None else np.asarray(rows @ directions, np.float32)
        whole = Rows(rows, rows.T.tocsr(), dense)
        folds = _folds(keys, groups)
        starts = self._starts(keys, codes)
        duals = []
        held_out = np.zeros((count, columns), np.float32)
        for number in range(FOLDS + 1):
            share = Share(progress, 100 * number, 100, 100 * (FOLDS + 1))
            out = folds == number
            used = np.where(out[:, None], np.int8(0), targets)
            last = number == FOLDS  # no row has this fold: the fit on all of them
            dual = solve(
                whole, used, self._penalty, share, tolerance=EXACT if last else ROUGH,
                start=None if starts is None else starts[number],
            )  # fmt: skip
            duals.append(dual)
            weights, on_dense = whole.gather(dual)
            bias = dual.sum(axis=0, dtype=np.float64).astype(np.float32)
            if not last:
                held_out[out] = rows[out] @ weights + dense[out] @ on_dense + bias
        self._keys, self._codes, self._duals = keys.copy(), codes.copy(), duals
        if directions is not None:
            weights += directions @ on_dense
        return RidgeFit(weights, bias, held_out)

    def _starts(self, keys: Places, codes: Places) -> list[Float] | None:
        """Return the duals of before in the order of these keys and codes, 0 for what is new; None at first."""
        if not self._duals:
            return None
        order = np.argsort(self._keys, kind="stable")
        place = np.minimum(np.searchsorted(self._keys, keys, sorter=order), max(order.size - 1, 0))
        row = order[place]
        known = np.flatnonzero(self._keys[row] == keys)
        before = {code: number for number, code in enumerate(self._codes.tolist())}
        new = np.array([number for number, code in enumerate(codes.tolist()) if code in before], np.int64)
        old = np.array([before[code] for code in codes.tolist() if code in before], np.int64)
        found = []
        for dual in self._duals:
            start = np.zeros((keys.size, codes.size), np.float32)
            start[np.ix_(known, new)] = dual[np.ix_(row[known], old)]
            found.append(start)
        return found


def _folds(keys: Places, groups: Places) -> Places:
    """Return the fold of each row, int64 (n) < FOLDS, by a hash (Fibonacci) of the smallest key of its group."""
    number = np.unique(groups, return_inverse=True)[1].reshape(-1)
    least = np.full(int(number.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(least, number, keys)
    mixed = (least.view(np.uint64) * _TURN) >> np.uint64(40)
    dealt: Places = (mixed % np.uint64(FOLDS)).astype(np.int64)
    return dealt[number]
