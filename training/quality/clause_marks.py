"""Which clauses of an answer its codes explain, by a model: what is left may hold a theme nobody coded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from annotate import clauses
from training.learner.coverage import HALF_WAY
from training.session import StoredModel


@dataclass(frozen=True, slots=True)
class Marked:
    """A clause, [start, stop) in code points of the answer as written, and whether one of the codes explains it."""

    start: int
    stop: int
    explained: bool


def marks(stored: StoredModel, text: str, question: int, codes: Collection[int]) -> list[Marked]:
    """Return the clauses of an answer with whether the codes (ids) explain them.

    A clause is explained where a code reaches HALF_WAY of what it needs beyond its bias, as clause coverage counts it;
    of an answer with one clause any code explains it. Clauses that the reader drops (an agent's words) are left out.
    """
    spans = clauses.split(text)
    read = [stored.reader([text[start:stop]], question)[0] for start, stop in spans]
    told = [(span, ready) for span, ready in zip(spans, read, strict=True) if ready.strip()]
    if len(told) <= 1:
        return [Marked(start, stop, bool(codes)) for (start, stop), _ in told]
    model = stored.classifier
    columns = np.array([stored.columns.index(one) for one in codes if one in stored.columns], np.int64)
    if not columns.size:
        return [Marked(start, stop, False) for (start, stop), _ in told]
    needed = np.where(np.isfinite(model.thresholds), model.thresholds, 0) - model.bias[: model.columns].astype(float)
    scores = model.features.transform([ready for _, ready in told]) @ model.weights[:, columns]
    explained = (scores >= HALF_WAY * np.maximum(needed[columns], 0)).any(axis=1)
    return [Marked(start, stop, bool(one)) for ((start, stop), _), one in zip(told, explained.tolist(), strict=True)]
