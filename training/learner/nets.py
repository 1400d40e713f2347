"""Nets above codes, and labels completed by what nets and a single choice imply. ``parents`` int64 (columns): the
column of the net above or −1; ``labels`` int8 (n × columns): 1 yes, 0 no, −1 open; ``order``: ``bottom_up``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def bottom_up(parents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the columns ordered so that each comes before the net above it. Raises ValueError on a circle."""
    size = parents.size
    if ((parents < -1) | (parents >= size)).any():
        raise ValueError("a parent is not a column")
    depth = np.zeros(size, np.int64)
    above = parents.copy()
    for _ in range(size + 1):
        inside = above >= 0
        if not inside.any():
            return np.argsort(-depth, kind="stable")
        depth[inside] += 1
        above[inside] = parents[above[inside]]
    raise ValueError("the nets form a circle")


def with_nets(labels: NDArray[np.int8], parents: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int8]:
    """Complete the columns of nets: yes where a code below is yes, no where all below are no, else as given or −1."""
    labels = labels.copy()
    children: dict[int, list[int]] = {}
    for column in order.tolist():
        below = children.get(column)
        if below:
            yes = (labels[:, below] == 1).any(axis=1) | (labels[:, column] == 1)
            no = (labels[:, below] == 0).all(axis=1)
            labels[:, column] = np.where(yes, 1, np.where(no, 0, -1))
        if parents[column] >= 0:
            children.setdefault(int(parents[column]), []).append(column)
    return labels


def complete_single(
    labels: NDArray[np.int8], parents: NDArray[np.int64], nets: NDArray[np.bool_], order: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Say no to all other codes of a row that has its one code. Raises ValueError where a row has two."""
    own = (labels == 1) & ~nets
    if (own.sum(axis=1) > 1).any():
        raise ValueError("a row of a single-choice frame carries two codes")
    decided = own.any(axis=1)
    filled = np.where(decided[:, None] & (labels < 0) & ~nets, np.int8(0), labels).astype(np.int8)
    return with_nets(filled, parents, order)


def any_below(marks: NDArray[np.bool_], parents: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Carry marks (n × columns) of codes up into all nets above them."""
    marks = marks.copy()
    for column in order.tolist():
        if parents[column] >= 0:
            marks[:, parents[column]] |= marks[:, column]
    return marks


def classes_of(labels: NDArray[np.int8], nets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the one code of each row (its column), ``columns`` for a reviewed row without any, −1 for an open row."""
    own = np.where(nets, np.int8(-1), labels)
    none = (labels[:, ~nets] == 0).all(axis=1)  # a class of its own, so that "none of these" can win
    return np.where((own == 1).any(axis=1), (own == 1).argmax(axis=1), np.where(none, nets.size, -1)).astype(np.int64)
