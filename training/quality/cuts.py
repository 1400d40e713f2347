"""Thresholds that people set for a model, and how they decide instead of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.store.connection import Connection
from annotate.store.project import Project
from training.learner.exclusive import alone
from training.learner.features import Features
from training.learner.nets import bottom_up
from training.session import StoredModel

SCALE = 10_000
"""Thresholds and stored probabilities are whole numbers of 1/SCALE."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """``values`` float64 (columns of the model): the calibrated probability from which a code is accepted, NaN where
    the model's own threshold holds; nets always follow their codes."""

    values: NDArray[np.float64]
    parents: NDArray[np.int64]
    single: bool
    features: Features
    exclusive: NDArray[np.bool_]

    @property
    def any(self) -> bool:
        """Whether one is set at all."""
        return not bool(np.isnan(self.values).all())

    def apply(
        self, probability: NDArray[np.float32], accepted: NDArray[np.bool_], folded: Sequence[str]
    ) -> NDArray[np.bool_]:
        """Return who is accepted (n × columns) of these folded texts; ``accepted`` itself where no threshold is set.

        A text without an n-gram that the model knows is never accepted.
        """
        if not self.any:
            return accepted
        return self.apply_known(probability, accepted, np.diff(self.features.transform(folded).indptr) > 0)

    def apply_known(
        self, probability: NDArray[np.float32], accepted: NDArray[np.bool_], known: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return ``apply`` where ``known`` bool (n) says which texts the model can read.

        Compared as stored, in 1/SCALE. Where codes exclude each other the likeliest wins as before, and a threshold can
        only refuse it.
        """
        if not self.any:
            return accepted
        by_hand = ~np.isnan(self.values)
        whole = np.rint(probability[:, by_hand] * SCALE).astype(np.int64)
        above = whole >= np.rint(self.values[by_hand] * SCALE).astype(np.int64)
        result = accepted.copy()
        result[:, by_hand] = above & (accepted[:, by_hand] if self.single else known[:, None])
        nets = np.isin(np.arange(self.parents.size), self.parents)
        result[:, nets] = False
        if not self.single:
            result = alone(result, probability, self.exclusive)
        for column in bottom_up(self.parents).tolist():
            if self.parents[column] >= 0:
                result[:, self.parents[column]] |= result[:, column]
        return result


def read(project: Project, stored: StoredModel, instead: Mapping[int, float] | None = None) -> Cuts:
    """Return the thresholds set by hand for a model by code, or those of ``instead``."""
    told = by_code(project, stored.id) if instead is None else instead
    values = np.array([told.get(code, np.nan) for code in stored.columns], np.float64)
    values[[code in stored.nets for code in stored.columns]] = np.nan
    model = stored.classifier
    return Cuts(values, model.parents, model.single, model.features, model.exclusive)


def by_code(project: Project, model_id: int) -> dict[int, float]:
    """Return the thresholds set by hand for a model: code → calibrated probability."""
    rows = project.rows("select code_id, p from model_threshold where model_id = ? order by code_id", (model_id,))
    return {int(row[0] or 0): int(row[1] or 0) / SCALE for row in rows}


def changed_ms(db: Connection, model_id: int) -> int:
    """Return when a threshold of the model was last set, cleared or undone (older runs do not know it); else 0."""
    return db.integer(
        "select max(op.at_ms) from op_image i join op on op.id = i.op_id where i.thing = 'model_threshold'"
        " and i.key ->> 'model_id' = ?",
        (model_id,),
    )
