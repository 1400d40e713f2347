"""What the live model says of its own answers, each without the answers of its group: exact, without a refit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.loop.factor import Factor
from training.loop.kernel_rows import KernelRows

Double = NDArray[np.float64]


def left_out(
    rows: KernelRows,
    factor: Factor,
    dual: Double,
    targets: NDArray[np.int8],
    *,
    groups: NDArray[np.int64],
    alive: NDArray[np.bool_],
) -> Double:
    """Return float64 scores (n × m) of all rows (0 where not ``alive``), each without the rows of its own group.

    factor: of the rows that trained these m codes, its ``members``, at least one; dual float64 and targets int8
    (members × m) theirs; groups int64 and alive bool (n). Score of a group g without its rows: y_g − (G_gg)⁻¹A_g with
    G = (K + λI)⁻¹ and A = GY (Cawley and Talbot 2003). A row that did not train a code is scored without the rows of
    its group that did.
    """
    members = factor.members
    wanted = targets.astype(np.float64)
    told = wanted - dual / factor.diagonal[:, None]
    inside = groups[members]
    order = np.argsort(inside, kind="stable")
    ranked = inside[order]
    for part in np.split(order, np.flatnonzero(np.diff(ranked)) + 1):
        if part.size > 1:
            told[part] = wanted[part] - np.linalg.solve(factor.block(part), dual[part])
    out = np.zeros((groups.size, dual.shape[1]))
    out[members] = told
    rest = np.setdiff1d(np.flatnonzero(alive), members)
    if not rest.size:
        return out
    sparse, dense = rows.sparse, rows.dense
    spread = np.zeros((groups.size, dual.shape[1]), np.float32)
    spread[members] = dual
    weights, bias = rows.turn(spread)
    out[rest] = sparse[rest] @ weights + bias
    low, high = np.searchsorted(ranked, groups[rest], "left"), np.searchsorted(ranked, groups[rest], "right")
    for place in np.flatnonzero(high > low).tolist():
        part = order[low[place] : high[place]]
        across = factor.columns(part)
        without = dual - across @ np.linalg.solve(across[part], dual[part])
        without[part] = 0
        slot = int(rest[place])
        near = (sparse[[slot]] @ sparse[members].T).toarray()[0] + rows.weight * (dense[members] @ dense[slot]) + 1
        out[slot] = near @ without
    return out
