"""Which codes a model mixes up: what people say and what it says instead, judged without people's word."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers
from annotate.frames import merged_into
from annotate.store.project import Project
from training.process.worker import Worker
from training.quality.decide import decide, for_codes
from training.session import StoredModel

NO_CODE = 0
"""Stands for "no other code": the model missed a code and gave nothing wrong instead, or the other way round."""
OFTEN = 3
"""From so many answers on two codes are said to be mixed up; fewer may be chance."""


@dataclass(frozen=True, slots=True)
class MixedUp:
    """One code with another (NO_CODE: with none). ``missed``: answers on which people say the code and the model says
    the other instead; ``taken``: those on which people say the other and the model says the code instead."""

    other: int
    missed: tuple[int, ...]
    taken: tuple[int, ...]

    @property
    def answers(self) -> int:
        """Return on how many answers the two are mixed up, either way."""
        return len(self.missed) + len(self.taken)


@dataclass(frozen=True, slots=True)
class Confusion:
    """The mixed-up pairs of a model over ``rows`` coded answers: (what people say, what it says) → answers.

    An answer with several errors counts for each pair of a missed code and a wrong one.
    """

    rows: int
    pairs: Mapping[tuple[int, int], tuple[int, ...]]

    def of(self, code: int) -> list[MixedUp]:
        """Return with what a code is mixed up, most often first."""
        others = {said for theirs, said in self.pairs if theirs == code}
        others |= {theirs for theirs, said in self.pairs if said == code}
        found = [MixedUp(one, self.pairs.get((code, one), ()), self.pairs.get((one, code), ())) for one in others]
        return sorted(found, key=lambda one: (-one.answers, one.other))

    def worst(self, code: int) -> MixedUp | None:
        """Return the code that this one is mixed up with most, if that happens OFTEN."""
        named = [one for one in self.of(code) if one.other != NO_CODE]
        return named[0] if named and named[0].answers >= OFTEN else None


def confusion(
    project: Project, stored: StoredModel, *, questions: Collection[int] | None = None, worker: Worker | None = None
) -> Confusion:
    """Compare a model with people's decisions on the answers to these questions (all of its frame), out of sample.

    Answers beside one that trained it (a duplicate, the same respondent) are left out; so are codes nobody decided on.
    """
    with project.reading() as db, db.snapshot():
        frame = frames.read(db, stored.frame_id)
        asked = [int(row[0] or 0) for row in db.execute("select id from question where frame_id = ?", (frame.id,))]
        wanted = [one for one in asked if questions is None or one in questions]
        said = layers.labelled(db, wanted, list(frame.live))
        merged = merged_into(db, frame.id)
    codes = [one.id for one in frame.live]
    told = for_codes(decide(project, stored, said.ids.tolist(), worker=worker), codes, merged)
    rows = told.honest & (said.labels >= 0).any(axis=1)
    return Confusion(
        int(rows.sum()), mixed_up(said.ids[rows], said.labels[rows], told.accepted[rows], np.array(codes, np.int64))
    )


def mixed_up(
    ids: NDArray[np.int64], labels: NDArray[np.int8], accepted: NDArray[np.bool_], codes: NDArray[np.int64]
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return (code of people, code of the model) → answers; NO_CODE where one side has no error of its own.

    ids int64 (n); labels int8 (n × codes): 1 yes, 0 no, −1 not looked at; accepted bool, the same shape.
    """
    missed, wrong = ~accepted & (labels == 1), accepted & (labels == 0)
    found: dict[tuple[int, int], list[int]] = {}
    for row in np.flatnonzero(missed.any(axis=1) | wrong.any(axis=1)).tolist():
        theirs = codes[missed[row]].tolist() or [NO_CODE]
        its = codes[wrong[row]].tolist() or [NO_CODE]
        for one in theirs:
            for other in its:
                found.setdefault((one, other), []).append(int(ids[row]))
    return {pair: tuple(answers) for pair, answers in found.items()}
