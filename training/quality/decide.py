"""What a stored model says of given answers: out of sample where they trained it, predicted elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import layers
from annotate.store.connection import Connection
from annotate.store.project import Project
from training import session
from training.learner.classifier import Predictions
from training.process.worker import Worker
from training.quality import cuts
from training.session import StoredModel


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a run of the model stores for n answers, for ``codes`` (ids), with thresholds set by hand.

    ``probability`` float32 and ``accepted`` bool (n × codes). ``honest`` bool (n): judged without what people said of
    the answer; false where another answer of its group (a duplicate, the same respondent) trained the model.
    """

    ids: NDArray[np.int64]
    codes: tuple[int, ...]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]
    honest: NDArray[np.bool_]


def decide(project: Project, stored: StoredModel, ids: Sequence[int], *, worker: Worker | None = None) -> Decisions:
    """Return the model's decisions on these answers. Without a worker, new texts are predicted in this process."""
    told = decide_all(project, stored, ids, worker=worker)
    leaf = leaves(stored)
    codes = tuple(stored.columns[column] for column in leaf.tolist())
    return Decisions(told.ids, codes, told.probability[:, leaf], told.accepted[:, leaf], told.honest)


def decide_all(project: Project, stored: StoredModel, ids: Sequence[int], *, worker: Worker | None = None) -> Decisions:
    """Return ``decide`` for every column of the model, nets too."""
    wanted = [int(one) for one in ids]
    told = says(project, stored, wanted, worker=worker)
    trained = np.array([one in stored.trained for one in wanted], np.bool_)
    with project.reading() as db:
        honest = trained | ~_beside(db, wanted, trained, list(stored.trained))
    return Decisions(np.array(wanted, np.int64), stored.columns, told.probability, told.accepted, honest)


def says(project: Project, stored: StoredModel, ids: Sequence[int], *, worker: Worker | None = None) -> Predictions:
    """Return what a run of the model stores for these answers (n × its columns), with thresholds set by hand.

    Out of sample where an answer trained the model, predicted elsewhere.
    """
    columns = len(stored.columns)
    probability = np.zeros((len(ids), columns), np.float32)
    accepted = np.zeros((len(ids), columns), np.bool_)
    trained = np.array([one in stored.trained for one in ids], np.bool_)
    place = [stored.trained[one] for one in ids if one in stored.trained]
    probability[trained], accepted[trained] = stored.probability[place], stored.accepted[place]
    by_hand = cuts.read(project, stored)
    texts: list[str] = []
    if by_hand.any or not trained.all():
        with project.reading() as db:
            texts = session.prepared_texts(db, list(ids), stored.reader)
    if not trained.all():
        fresh = np.flatnonzero(~trained)
        new = [texts[row] for row in fresh.tolist()]
        told = stored.classifier.predict(new) if worker is None else worker.predict(stored.classifier, new)
        probability[fresh], accepted[fresh] = told.probability, told.accepted
    return Predictions(probability, by_hand.apply(probability, accepted, texts))


def leaves(stored: StoredModel) -> NDArray[np.int64]:
    """Return the columns of the model that are codes, not nets."""
    return np.array([place for place, code in enumerate(stored.columns) if code not in stored.nets], np.int64)


def _beside(db: Connection, ids: list[int], trained: NDArray[np.bool_], own: list[int]) -> NDArray[np.bool_]:
    """Say which answers share a group with one that trained the model."""
    if trained.all():
        return trained
    groups = layers.groups_of(db, np.array(ids + own, np.int64))
    return np.isin(groups[: len(ids)], groups[len(ids) :])


def for_codes(told: Decisions, codes: Sequence[int], merged: Mapping[int, int]) -> Decisions:
    """Return the decisions for these codes: what was merged counts where it went, a code unknown to the model is no."""
    column = {code: place for place, code in enumerate(codes)}
    probability = np.zeros((told.ids.size, len(codes)), np.float32)
    accepted = np.zeros((told.ids.size, len(codes)), np.bool_)
    for place, code in enumerate(told.codes):
        to = column.get(merged.get(code, code))
        if to is not None:
            probability[:, to] = np.maximum(probability[:, to], told.probability[:, place])
            accepted[:, to] |= told.accepted[:, place]
    return Decisions(told.ids, tuple(codes), probability, accepted, told.honest)
