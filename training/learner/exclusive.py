"""Codes that stand alone (none, don't know, refused, uncodable, invalid): no model gives one beside another.

Where a model accepts both, the others count, as where a person takes over suggestions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.bool_]


def alone(accepted: Marks, probability: NDArray[np.float32], exclusive: Marks) -> Marks:
    """Return who is accepted (n × columns, codes; nets are not looked at) once exclusive columns stand alone.

    Of several exclusive ones the likeliest stays, the first of equals. ``exclusive``: bool (columns).
    """
    if not exclusive.any():
        return accepted
    result = accepted.copy()
    others: Marks = np.asarray(accepted[:, ~exclusive].any(axis=1))
    own: Marks = accepted[:, exclusive] & ~others[:, None]
    several = own.sum(axis=1) > 1
    if several.any():
        best = np.where(own, probability[:, exclusive], -1).argmax(axis=1)
        own[several] = np.arange(own.shape[1]) == best[several, None]
    result[:, exclusive] = own
    return result


def alone_of(
    rows: NDArray[np.int64], columns: NDArray[np.int64], accepted: Marks, probability: NDArray[np.float32],
    exclusive: Marks,
) -> Marks:  # fmt: skip
    """Return ``alone`` for mentions: accepted bool (m) of pairs of row and column, rows of a text all there."""
    own = accepted & exclusive[columns]
    if not own.any():
        return accepted
    own &= ~np.isin(rows, rows[accepted & ~exclusive[columns]])
    places = np.flatnonzero(own)
    order = places[np.lexsort((columns[places], -probability[places], rows[places]))]
    first = np.append(True, rows[order][1:] != rows[order][:-1])[: order.size]
    kept = np.zeros(accepted.size, np.bool_)
    kept[order[first]] = True
    return np.where(exclusive[columns], kept, accepted)
