"""Many tests at once: how many of what is found may be false (``annotate.estimates.holm``: whether any is)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def benjamini_hochberg(p_values: Sequence[float] | Floats) -> Floats:
    """Return Benjamini and Hochberg's q-values, float64 in [0, 1] in the shape given; NaN stays NaN and is no test.

    Of the findings at or below α the expected part that is false is at most α, for independent or positively dependent
    tests. Benjamini and Hochberg 1995.
    """
    p = np.asarray(p_values, np.float64)
    known, order = _ranked(p)
    raised = known[order] * order.size / np.arange(1, order.size + 1)
    adjusted = np.minimum.accumulate(raised[::-1])[::-1]
    return _placed(p, order, np.minimum(adjusted, 1.0))


def _ranked(p: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return the tested p-values, flat, and their order. Raises ValueError for a p-value outside [0, 1]."""
    known = p[~np.isnan(p)]
    if known.size and (known.min() < 0 or known.max() > 1):
        raise ValueError("a p-value lies between 0 and 1")
    return known, np.argsort(known, kind="stable")


def _placed(p: Floats, order: NDArray[np.intp], adjusted: Floats) -> Floats:
    back = np.empty(order.size)
    back[order] = adjusted
    whole = np.full(p.shape, np.nan)
    whole[~np.isnan(p)] = back
    return whole
