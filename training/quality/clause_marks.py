"""Which clauses of an answer its codes explain, by a model: what is left may hold a theme nobody coded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from annotate import clauses
from training.learner.coverage import HALF_WAY
from training.session import StoredModel


@dataclass(frozen=True, slots=True)
class Marked:
    """A clause, [start, stop) in code points of the answer as written, and whether one of the codes explains it.

    ``codes``: those for which it speaks more than any other clause does.
    """

    start: int
    stop: int
    explained: bool
    codes: tuple[int, ...] = ()


def marks(
    stored: StoredModel,
    text: str,
    question: int,
    codes: Collection[int],
    *,
    also: Collection[int] = (),
    places: Sequence[tuple[int, int]] | None = None,
) -> list[Marked]:
    """Return the clauses of an answer with whether the codes (ids) explain them, and which come from them.

    A clause is explained where a code reaches HALF_WAY of what it needs beyond its bias, as clause coverage counts it;
    of an answer with one clause any code explains it. A code, one of ``also`` too, comes from the clause that speaks
    most for it; from none where none does. ``places``: the clauses, where they are known; those that the reader drops
    (an agent's words) are left out.
    """
    spans = clauses.split(text) if places is None else places
    read = [stored.reader([text[start:stop]], question)[0] for start, stop in spans]
    told = [(span, ready) for span, ready in zip(spans, read, strict=True) if ready.strip()]
    every = tuple(dict.fromkeys([*codes, *also]))
    if len(told) <= 1:
        return [Marked(start, stop, bool(codes), every) for (start, stop), _ in told]
    model = stored.classifier
    known = [one for one in every if one in stored.columns]
    if not known:
        return [Marked(start, stop, False) for (start, stop), _ in told]
    columns = np.array([stored.columns.index(one) for one in known], np.int64)
    needed = np.where(np.isfinite(model.thresholds), model.thresholds, 0) - model.bias[: model.columns].astype(float)
    scores = model.features.transform([ready for _, ready in told]) @ model.weights[:, columns]
    own = np.array([one in codes for one in known], np.bool_)
    explained = (scores[:, own] >= HALF_WAY * np.maximum(needed[columns[own]], 0)).any(axis=1)
    best = np.where(scores.max(axis=0) > 0, scores.argmax(axis=0), -1).tolist()
    return [
        Marked(start, stop, bool(one), tuple(code for code, at in zip(known, best, strict=True) if at == place))
        for place, (((start, stop), _), one) in enumerate(zip(told, explained.tolist(), strict=True))
    ]
