"""Answers that say nearly the same and were coded the opposite way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate import frames
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.project import Project
from training import session
from training.quality.decide import leaves
from training.quality.neighbours import TWIN, coded_rows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Twins:
    """Two answers at cosine ``similarity``: people gave ``yes`` the code and looked at ``no`` without giving it."""

    code_id: int
    yes: int
    no: int
    similarity: float


def opposite(
    rows: csr_array, labels: NDArray[np.int8], *, least: float = TWIN, progress: Progress = silent
) -> list[tuple[int, int, int, float]]:
    """Return (column, row with yes, row with no, cosine), the most similar first.

    rows: float32 CSR (n × d), rows of length 1; labels int8 (n × codes): 1 yes, 0 no, −1 not looked at. All pairs of a
    cosine of at least ``least``, in blocks.
    """
    found: list[tuple[int, int, int, float]] = []
    number = rows.shape[0]
    rare, turned = _rarest(rows, least), rows.T.tocsr()
    for start in range(0, number, _BLOCK):
        progress(start, number, N_("Looking for twins"))
        shared = (rare[start : start + _BLOCK] @ turned).tocoo()
        later = shared.row + start < shared.col
        one, other = shared.row[later] + start, shared.col[later]
        cosine = np.asarray(rows[one].multiply(rows[other]).sum(axis=1)).reshape(-1)
        near = cosine >= least
        one, other, cosine = one[near], other[near], cosine[near]
        for a, b in ((one, other), (other, one)):
            pair, column = np.nonzero((labels[a] == 1) & (labels[b] == 0))
            found += zip(
                column.tolist(), a[pair].tolist(), b[pair].tolist(), cosine[pair].astype(float).tolist(), strict=True
            )
    progress(number, number, N_("Looking for twins"))
    return sorted(found, key=lambda each: (-each[3], each))


def _rarest(rows: csr_array, least: float) -> csr_array:
    """Keep of each row its rarest n-grams, as few as leave less than ``least`` of its length.

    Two rows that share none of them cannot have a cosine of ``least`` (prefix filtering: Bayardo, Ma and Srikant 2007),
    and what is common to most answers is never multiplied.
    """
    from scipy.sparse import csr_array

    frequency = np.bincount(rows.indices, minlength=rows.shape[1])[rows.indices]
    owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    order = np.lexsort((frequency, owner))
    squares = np.cumsum(rows.data[order].astype(np.float64) ** 2)
    before = squares - rows.data[order] ** 2
    first = np.concatenate([[0.0], squares])[rows.indptr[:-1]]
    kept = order[before - first[owner] <= 1 - least**2 + 1e-5]
    return csr_array((rows.data[kept], (owner[kept], rows.indices[kept])), shape=rows.shape)


def opposite_twins(
    project: Project,
    *,
    n: int = 50,
    frame: int | None = None,
    model: int | None = None,
    progress: Progress = silent,
) -> list[Twins]:
    """Return the n most similar pairs of coded answers with opposite labels on a code, as a model (the newest) reads.

    Raises UserError (no-model).
    """
    frame_id = frame if frame is not None else frames.the_frame(project)
    stored = session.load(project, model if model is not None else session.newest_model(project, frame_id))
    coded = coded_rows(project, stored)
    leaf = leaves(stored)
    ids = coded.said.ids
    return [
        Twins(stored.columns[leaf[column]], int(ids[yes]), int(ids[no]), min(similar, 1.0))
        for column, yes, no, similar in opposite(coded.rows, coded.said.labels[:, leaf], progress=progress)[:n]
    ]
