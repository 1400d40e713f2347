"""Ridge regression of many codes at once on sparse rows, with scores for rows as if they had not trained it.

The bias is one more constant feature. ``targets`` are +1 (yes), −1 (no) and 0 (not looked at: the row does not train
that code, but still gets a score). ``groups`` are dense group numbers: rows of one group are always left out together.
Directions (d × k), where given, add a second, dense form of each row, X·P: the kernel is XXᵀ + (XP)(XP)ᵀ + 1, and what
is learned on the dense form comes back folded into the weights of the sparse one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, Share, silent

if TYPE_CHECKING:
    from scipy.sparse import csr_array

PENALTY = 1.0
EXACT_ROWS = 7500
"""Up to here one dense factor gives exact leave-one-group-out scores; above, folds and conjugate gradients."""
FOLDS = 5

_EXACT_WORK = 4 * EXACT_ROWS**3  # how many dense factors of that size may be spent on codes with different masks
_TOLERANCE = 1e-2
_ROUNDS = 100
_SLAB = 512
_BLOCK = 128

Float = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RidgeFit:
    """Weights float32 (d × codes), bias float32 (codes), out-of-sample scores float32 (n × codes)."""

    weights: Float
    bias: Float
    held_out: Float


def fit_ridge(
    rows: csr_array,
    targets: NDArray[np.int8],
    groups: NDArray[np.int64],
    *,
    folds: NDArray[np.int64],
    directions: Float | None = None,
    penalty: float = PENALTY,
    progress: Progress = silent,
) -> RidgeFit:
    """Fit every column of targets (n × codes) on rows (n × d), and on rows · ``directions`` (d × k) beside them.

    Exact where the dense factors are affordable, else by folds: ``folds`` int (n), the fold that holds each row out
    where groups are not left out one by one. A code without a single trained row scores 0.
    """
    dense = (
        np.zeros((rows.shape[0], 0), np.float32) if directions is None else np.asarray(rows @ directions, np.float32)
    )
    patterns = _masks(targets)
    work = sum(int((targets[:, columns[0]] != 0).sum()) ** 3 for columns in patterns)
    if rows.shape[0] <= EXACT_ROWS and work <= _EXACT_WORK:
        fitted, on_dense = _fit_exact(rows, dense, targets, groups, patterns, penalty, progress)
    else:
        fitted, on_dense = _fit_folds(rows, dense, targets, folds, penalty, progress)
    if directions is not None:
        fitted.weights[...] += directions @ on_dense
    return fitted


def deal_folds(groups: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Deal dense group numbers (n) into FOLDS folds at random, int64 (n); the rows of a group share a fold."""
    number = int(groups.max()) + 1 if groups.size else 0
    place = np.random.default_rng(seed).permutation(number)
    dealt: NDArray[np.int64] = (place % FOLDS)[groups]
    return dealt


def _masks(targets: NDArray[np.int8]) -> list[NDArray[np.intp]]:
    """Group the columns of targets by which rows were looked at."""
    looked = np.packbits(targets != 0, axis=0)
    found: dict[bytes, list[int]] = {}
    for column in range(targets.shape[1]):
        found.setdefault(looked[:, column].tobytes(), []).append(column)
    return [np.array(columns, np.intp) for columns in found.values()]


def _fit_exact(
    rows: csr_array,
    dense: Float,
    targets: NDArray[np.int8],
    groups: NDArray[np.int64],
    patterns: list[NDArray[np.intp]],
    penalty: float,
    progress: Progress,
) -> tuple[RidgeFit, Float]:
    """Solve the dual system once a mask; leave groups out by the block formula.

    With A = (K + λI)⁻¹Y and G = (K + λI)⁻¹, the score of group g without its rows is y_g − (G_gg)⁻¹A_g
    (Cawley and Talbot 2003 for single rows). Returns the fit on the sparse rows, and the weights on the dense ones.
    """
    from scipy.linalg import lapack

    count, codes = targets.shape
    weights = np.zeros((rows.shape[1], codes), np.float32)
    bias = np.zeros(codes, np.float32)
    held_out = np.zeros((count, codes), np.float32)
    on_dense = np.zeros((dense.shape[1], codes), np.float32)
    for done, columns in enumerate(patterns):
        progress(done, len(patterns))
        trained = np.flatnonzero(targets[:, columns[0]])
        if trained.size == 0:
            continue
        used, used_dense = rows[trained], dense[trained]
        kernel = _kernel(used, used_dense, penalty)
        factor, failed = lapack.spotrf(kernel, lower=1, overwrite_a=1, clean=0)
        inverse, singular = lapack.spotri(factor, lower=1, overwrite_c=1)
        if failed or singular:
            raise np.linalg.LinAlgError("kernel plus penalty is not positive definite")
        wanted = targets[np.ix_(trained, columns)].astype(np.float32)
        _mirror(inverse)
        dual = inverse @ wanted
        held_out[np.ix_(trained, columns)] = _leave_out(inverse, dual, wanted, groups[trained])
        weights[:, columns] = used.T @ dual
        on_dense[:, columns] = used_dense.T @ dual
        bias[columns] = dual.sum(axis=0)
        rest = np.flatnonzero(targets[:, columns[0]] == 0)
        if rest.size:
            near = _Near(rows[rest], dense[rest], used, used_dense)
            held_out[np.ix_(rest, columns)] = _rest_scores(near, inverse, dual, groups[rest], groups[trained])
    progress(len(patterns), len(patterns))
    return RidgeFit(weights, bias, held_out), on_dense


def _kernel(used: csr_array, dense: Float, penalty: float) -> Float:
    """Return XXᵀ + ZZᵀ + 1 + λI, float32 (m × m) in Fortran order, a slab of columns at a time."""
    size = used.shape[0]
    across = used.T.tocsc()
    kernel = np.empty((size, size), np.float32, order="F")
    for start in range(0, size, _SLAB):
        part = slice(start, min(start + _SLAB, size))
        kernel[:, part] = (used @ across[:, part]).toarray()
        if dense.shape[1]:
            kernel[:, part] += dense @ dense[part].T
    kernel += np.float32(1)
    kernel[np.diag_indices(size)] += np.float32(penalty)
    return kernel


def _mirror(square: Float) -> None:
    """Copy the lower triangle onto the upper one, in place, a slab at a time."""
    size = square.shape[0]
    for start in range(0, size, _SLAB):
        end = min(start + _SLAB, size)
        corner = np.tril(square[start:end, start:end])
        square[start:end, start:end] = corner + np.tril(corner, -1).T
        square[start:end, end:] = square[end:, start:end].T


def _members(groups: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Return the positions of each group of two and more."""
    order = np.argsort(groups, kind="stable")
    cuts = np.flatnonzero(np.diff(groups[order])) + 1
    return [part for part in np.split(order, cuts) if part.size > 1]


def _leave_out(inverse: Float, dual: Float, wanted: Float, groups: NDArray[np.int64]) -> Float:
    scores = wanted - dual / np.diagonal(inverse)[:, None]
    for part in _members(groups):
        scores[part] = wanted[part] - np.linalg.solve(inverse[np.ix_(part, part)], dual[part])
    return scores.astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class _Near:
    """Rows that did not train beside those that did, in both forms."""

    rest: csr_array
    rest_dense: Float
    used: csr_array
    used_dense: Float

    def kernel(self, place: int) -> Float:
        """Return the kernel of one row that did not train with all that did, 1 × m."""
        sparse = (self.rest[place : place + 1] @ self.used.T).toarray()
        return np.asarray(sparse + self.rest_dense[place : place + 1] @ self.used_dense.T + 1, np.float32)


def _rest_scores(
    near: _Near, inverse: Float, dual: Float, groups: NDArray[np.int64], trained: NDArray[np.int64]
) -> Float:
    """Score rows (of these groups) that did not train, each without the trained rows of its own group."""
    scores = np.asarray(near.rest @ (near.used.T @ dual)) + dual.sum(axis=0)
    scores += near.rest_dense @ (near.used_dense.T @ dual)
    order = np.argsort(trained, kind="stable")
    ranked = trained[order]
    low = np.searchsorted(ranked, groups, "left")
    high = np.searchsorted(ranked, groups, "right")
    for place in np.flatnonzero(high > low).tolist():
        part = order[low[place] : high[place]]
        # Without group g: A' = A − G[:, g] (G_gg)⁻¹ A_g, zero in g.
        removed = dual - inverse[:, part] @ np.linalg.solve(inverse[np.ix_(part, part)], dual[part])
        removed[part] = 0
        scores[place] = (near.kernel(place) @ removed)[0]
    return np.asarray(scores, np.float32)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows in both forms, and the sparse ones across (d × n); ``squares`` float32 (d × m), where given, the squared
    scale of each n-gram in each of m columns."""

    sparse: csr_array
    across: csr_array
    dense: Float
    squares: Float | None = None

    def gather(self, dual: Float) -> tuple[Float, Float]:
        """Return the weights of both forms that dual variables (n × m) make, for rows as they are without a scale."""
        sparse = np.asarray(self.across @ dual, np.float32)
        if self.squares is not None:
            sparse *= self.squares
        return sparse, self.dense.T @ dual

    def spread(self, weights: tuple[Float, Float]) -> Float:
        """Return the scores (n × m) by weights of both forms."""
        sparse, dense = weights
        return np.asarray(self.sparse @ sparse + self.dense @ dense, np.float32)


def _fit_folds(
    rows: csr_array,
    dense: Float,
    targets: NDArray[np.int8],
    folds: NDArray[np.int64],
    penalty: float,
    progress: Progress,
) -> tuple[RidgeFit, Float]:
    """Solve with all rows and without each fold; each (code, fold) is a column with its own mask in a wide block.

    A sparse product costs less a column the more columns there are, so all folds of a code are solved side by side.
    Returns the fit on the sparse rows, and the weights on the dense ones.
    """
    count, codes = targets.shape
    number = int(folds.max()) + 1 if folds.size else 0
    outs = [np.flatnonzero(folds == fold) for fold in range(number)]
    out_rows = [rows[out] for out in outs]
    whole = Rows(rows, rows.T.tocsr(), dense)
    weights = np.zeros((rows.shape[1], codes), np.float32)
    bias = np.zeros(codes, np.float32)
    held_out = np.zeros((count, codes), np.float32)
    on_dense = np.zeros((dense.shape[1], codes), np.float32)
    step = max(1, _BLOCK // (number + 1))
    for start in range(0, codes, step):
        part = targets[:, start : start + step]
        width = part.shape[1]
        block = np.tile(part, number + 1)
        for fold, out in enumerate(outs):
            block[out, fold * width : (fold + 1) * width] = 0
        share = Share(progress, start * _ROUNDS, width * _ROUNDS, codes * _ROUNDS)
        dual = solve(whole, block, penalty, share, tolerance=_TOLERANCE)
        solved, solved_dense = whole.gather(dual)
        shift = dual.sum(axis=0)
        for fold, out in enumerate(outs):
            side = slice(fold * width, (fold + 1) * width)
            held_out[out, start : start + width] = (
                out_rows[fold] @ solved[:, side] + dense[out] @ solved_dense[:, side] + shift[side]
            )
        weights[:, start : start + width], bias[start : start + width] = solved[:, -width:], shift[-width:]
        on_dense[:, start : start + width] = solved_dense[:, -width:]
    progress(codes, codes)
    return RidgeFit(weights, bias, held_out), on_dense


def solve(
    rows: Rows,
    targets: NDArray[np.int8],
    penalty: float,
    progress: Progress,
    *,
    tolerance: float,
    start: Float | None = None,
) -> Float:
    """Solve (M(XS²Xᵀ + ZZᵀ + 1)M + λI)A = y a column by conjugate gradients, M the rows looked at. Returns A.

    ``tolerance`` is the length of the residual, as a share of that of y, at which a column is done; ``start``: duals to
    begin from (zeros).
    """
    wanted = targets.astype(np.float32)
    mask = wanted * wanted

    def times(dual: Float) -> Float:
        spread = rows.spread(rows.gather(dual)) + dual.sum(axis=0)
        return np.asarray(spread * mask + np.float32(penalty) * dual, np.float32)

    dual = np.zeros_like(wanted) if start is None else start * mask
    residual = wanted.copy() if start is None else wanted - times(dual)
    direction = residual.copy()
    power = np.einsum("ij,ij->j", residual, residual, dtype=np.float64)
    enough = np.einsum("ij,ij->j", wanted, wanted, dtype=np.float64) * tolerance**2
    for turn in range(_ROUNDS):
        progress(turn, _ROUNDS)
        if (power <= enough).all():
            break
        image = times(direction)
        curvature = np.einsum("ij,ij->j", direction, image, dtype=np.float64)
        step = np.where(power > enough, power / np.maximum(curvature, 1e-30), 0).astype(np.float32)
        dual += step * direction
        residual -= step * image
        previous, power = power, np.einsum("ij,ij->j", residual, residual, dtype=np.float64)
        direction = residual + (power / np.maximum(previous, 1e-30)).astype(np.float32) * direction
    return dual
