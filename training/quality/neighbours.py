"""The answers that people coded, as rows of a model, and which of them are nearest to a given answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers
from annotate.layers import Labelled
from annotate.store.connection import Connection
from annotate.store.project import Project
from training.coding.feature_cache import FeatureCache
from training.session import StoredModel

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TWIN = 0.8
"""From this similarity on, two answers say nearly the same."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A coded answer near another: cosine ``similarity`` in [0, 1] of their n-grams; who coded it, when (UTC ms)."""

    verbatim: int
    similarity: float
    coder: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class CodedRows:
    """People's decisions for ``codes`` (ids of the model's columns, nets too) with float32 CSR rows of length 1."""

    said: Labelled
    codes: tuple[int, ...]
    rows: csr_array

    @property
    def place(self) -> dict[int, int]:
        """Return the row of each verbatim."""
        return {verbatim: row for row, verbatim in enumerate(self.said.ids.tolist())}


def coded_rows(project: Project, stored: StoredModel) -> CodedRows:
    """Read everything people decided by the frame of a model; nets are yes where a code below is, no where all are."""
    with project.reading() as db, db.snapshot():
        frame = frames.read(db, stored.frame_id)
        held = {one.id: one for one in frame.codes}
        asked = db.execute("select id from question where frame_id = ? order by id", (frame.id,)).fetchall()
        said = layers.labelled(db, [int(row[0] or 0) for row in asked], [held[code] for code in stored.columns])
    labels = said.labels
    labels[:, [held[code].retired for code in stored.columns]] = -1  # no longer offered: not being there says nothing
    column = {code: place for place, code in enumerate(stored.columns)}
    for net in stored.nets:
        below = [column[code] for code in frame.under(net) if code in column]
        yes, no = (labels[:, below] == 1).any(axis=1), (labels[:, below] == 0).all(axis=1)
        labels[:, column[net]] = np.where(yes, 1, np.where(no, 0, -1))
    with FeatureCache.open(project, stored.reader) as cache:
        counts = cache.counts(said.ids)
    return CodedRows(said, stored.columns, unit(stored.classifier.features.weigher().weigh(counts)))


def unit_rows(stored: StoredModel, texts: Sequence[str]) -> csr_array:
    """Return prepared texts as float32 CSR rows of length 1, empty where the model knows no n-gram."""
    return unit(stored.classifier.features.transform(texts))


def unit(rows: csr_array) -> csr_array:
    """Return rows scaled to length 1; empty ones stay empty. The model's own rows need not have one length."""
    from scipy.sparse import csr_array

    owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    length = np.sqrt(np.bincount(owner, rows.data.astype(np.float64) ** 2, rows.shape[0]))
    data = (rows.data / np.maximum(length, 1e-12)[owner]).astype(np.float32)
    return csr_array((data, rows.indices, rows.indptr), shape=rows.shape)


def nearest(
    rows: csr_array, row: csr_array, allowed: NDArray[np.bool_], n: int, least: float = 0.05
) -> list[tuple[int, float]]:
    """Return (place, cosine) of the n ``allowed`` rows nearest to one row (1 × d), from ``least`` on, nearest first."""
    places = np.flatnonzero(allowed)
    if not places.size or not row.nnz:
        return []
    similar = np.asarray((rows[places] @ row.T).todense()).reshape(-1)
    best = np.argsort(-similar, kind="stable")[:n]
    return [(int(places[one]), min(float(similar[one]), 1.0)) for one in best.tolist() if similar[one] >= least]


def told_by(db: Connection, found: Sequence[tuple[int, float]], codes: Iterable[int]) -> list[Neighbour]:
    """Add to (verbatim, similarity) who last decided on one of the codes there, or reviewed the answer, and when."""
    if not found:
        return []
    marks = ", ".join(str(verbatim) for verbatim, _ in found)
    wanted = ", ".join(map(str, codes)) or "0"
    rows = db.execute(
        "select n.verbatim_id, c.name, o.at_ms from"
        f" (select verbatim_id, coder_id, event_id, 1 first from label_now where verbatim_id in ({marks})"
        f"   and code_id in ({wanted})"
        "  union all select verbatim_id, coder_id, event_id, 0 from review_now"
        f"  where verbatim_id in ({marks})) n"
        " join label_event e on e.id = n.event_id join op o on o.id = e.op_id join coder c on c.id = n.coder_id"
        " order by n.first, o.at_ms",
    )
    who = {int(row[0] or 0): (str(row[1]), int(row[2] or 0)) for row in rows}
    return [Neighbour(verbatim, similar, *who.get(verbatim, ("", 0))) for verbatim, similar in found]
