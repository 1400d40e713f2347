"""Least squares with intervals that hold where the spread differs and customers answer more than once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SAME = 1e-8


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients (p) and their HC3 covariance (p × p), from ``n`` rows; ``free``: degrees of freedom left."""

    coefficients: Floats
    covariance: Floats
    n: int
    free: int

    @property
    def errors(self) -> Floats:
        """Standard errors (p)."""
        return np.sqrt(np.diag(self.covariance))


def independent_columns(x: Floats) -> NDArray[np.bool_]:
    """Return bool (p): the column is no linear combination of those before it (tolerance 1e-8 of its length)."""
    kept = np.zeros(x.shape[1], np.bool_)
    gram = x.T @ x
    for column in range(x.shape[1]):
        length = gram[column, column]
        before = np.flatnonzero(kept)
        if length <= 0:
            continue
        along = gram[before, column]
        rest = length - along @ np.linalg.solve(gram[np.ix_(before, before)], along) if before.size else length
        kept[column] = rest > _SAME * length
    return kept


def ols_hc3(x: Floats, y: Floats, *, weights: Floats | None = None, clusters: Ints | None = None) -> Fit:
    """Fit y (n) on x (n × p, of full rank, with its own constant) by (weighted) least squares.

    The covariance is HC3, (X'X)⁻¹ (Σ x x' e²/(1 − h)²) (X'X)⁻¹ (MacKinnon and White 1985; Long and Ervin 2000). With
    ``clusters`` (n ints) the scaled scores x·e/(1 − h) are summed within a cluster before they are squared: with one
    row a cluster that is HC3. A row that fits itself (h = 1) says nothing. Raises ValueError where rows ≤ columns.
    """
    n, p = x.shape
    if n <= p:
        raise ValueError(f"{p} coefficients need more than {n} rows")
    root = np.sqrt(weights)[:, None] if weights is not None else np.ones((n, 1))
    scaled, target = x * root, y * root[:, 0]
    inverse = np.linalg.inv(scaled.T @ scaled)
    coefficients = inverse @ (scaled.T @ target)
    leverage = ((scaled @ inverse) * scaled).sum(axis=1)
    left = 1.0 - leverage
    residual = target - scaled @ coefficients
    jack = np.divide(residual, left, out=np.zeros(n), where=left > _SAME)
    scores = sum_by(scaled * jack[:, None], clusters)
    covariance = inverse @ (scores.T @ scores) @ inverse
    groups = n if clusters is None else scores.shape[0]
    return Fit(coefficients, covariance, n, max(1, min(n - p, groups - 1)))


def sum_by(rows: Floats, clusters: Ints | None) -> Floats:
    """Return the sums of rows (n × p) by cluster; the rows themselves without clusters."""
    if clusters is None:
        return rows
    places = np.unique(clusters, return_inverse=True)[1].reshape(-1)
    order = np.argsort(places, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(places[order]) > 0])
    return np.asarray(np.add.reduceat(rows[order], starts, axis=0), np.float64)


def dummies(levels: Ints | None, n: int) -> Floats:
    """Return a constant and, for every level of a category (n ints) but the smallest, a 0/1 column."""
    constant = np.ones((n, 1))
    if levels is None:
        return constant
    kinds = np.unique(levels)[1:]
    return np.hstack([constant, (levels[:, None] == kinds).astype(np.float64)])
