"""The queues of the modes as reads of the project: which answers, in which order, and why each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate import samples, verbatims
from annotate.messages import N_, _
from annotate.samples import Purpose
from annotate.sorting import Sort
from annotate.store.project import Project
from annotate.store.query import AnyOf, Condition, DecidedOn, Ids, Not, Query, Recheck, Reviewed, Suggested
from ui.views.mode_bar import Mode

if TYPE_CHECKING:
    from annotate.jobs import Progress
    from training.loop.next_answers import NextAnswer
    from training.process.worker import Worker

Rows = NDArray[np.int64]

_BATCH, _FILTERED, _DOUBTS = 25, 250, 200
FROM_LOOP = {
    Mode.NEXT: "default",
    Mode.UNSURE: "unsure",
    Mode.UNCOVERED: "uncovered",
    Mode.LIKELY: "likely",
    Mode.WRONG: "wrong",
}


@dataclass(frozen=True, slots=True)
class Why:
    """Why an answer is shown: words, or what the learning loop says; ``code``: of whose list it is a row."""

    text: str = ""
    answer: NextAnswer | None = None
    code: int | None = None

    @property
    def words(self) -> str:
        """Return the reason in the language in use; empty where there is none to tell."""
        return self.answer.why() if self.answer is not None else _(self.text) if self.text else ""


_LISTED = Why(N_("the machine gives this code; the surest first"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a queue of the loop is asked for: answers to a question that fit ``narrow``, but not those of ``without``.

    ``code``: the one that LIKELY is about; ``narrowed``: whether filters or a search leave some out.
    """

    mode: Mode
    code: int | None
    question: str | None
    narrow: Query
    narrowed: bool
    without: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The answers of a queue in order, why each, and whether these are all there will be."""

    rows: list[int]
    why: dict[int, Why]
    whole: bool


def choose(project: Project, wanted: Wanted, worker: Worker, progress: Progress) -> Chosen:
    """Choose answers by a mode of the loop; of a code that a run gives, all of them, the surest first.

    Raises UserError (no-model, nothing-learned…) where the mode cannot be had yet.
    """
    from training.loop.asking import Mode as Loop
    from training.loop.next_answers import next_answers

    mode, code = wanted.mode, wanted.code if wanted.mode is Mode.LIKELY else None
    if code is not None:
        surest = Sort("likely", code, descending=True)
        listed = verbatims.ids(project, wanted.narrow.where(*undecided(code)), sort=surest, grouped=True).tolist()
        if listed:
            return Chosen(listed, dict.fromkeys(listed, _LISTED), whole=True)
    size = _DOUBTS if mode is Mode.WRONG else _FILTERED if wanted.narrowed else _BATCH
    told = next_answers(
        project, mode=Loop(FROM_LOOP[mode]), n=size, question=wanted.question, code=code, without=wanted.without,
        worker=worker, progress=progress,
    )  # fmt: skip
    why = {one.verbatim: Why(answer=one) for one in told.answers}
    rows = list(why)
    if wanted.narrowed and rows:
        fit = set(verbatims.ids(project, wanted.narrow.where(Ids.of(rows))).tolist())
        rows = [one for one in rows if one in fit]
    return Chosen(rows, why, whole=mode is Mode.WRONG)


def undecided(code: int) -> tuple[Condition, ...]:
    """Return the conditions on answers that the machine gives a code to and nobody decided on."""
    return Suggested((code,), accepted=True), Not((Reviewed(),)), Not((DecidedOn(code),))


def ids_of(mode: Mode, narrow: Query, question: int | None, rounds: int, project: Project) -> Rows:
    """Return the answers of a mode that needs no model, narrowed by the filters."""
    if mode is Mode.SHUFFLE:
        found = verbatims.ids(project, narrow.where(Not((Reviewed(),))), grouped=True)
        shuffled: Rows = np.random.default_rng((project.uuid[0], rounds)).permutation(found)
        return shuffled
    if mode is Mode.RECHECK:
        frames = [Recheck(one) for one in frames_of(project, question)]
        return verbatims.ids(project, narrow.where(AnyOf(tuple(frames))))
    rows = samples.rows_owed(project, purpose=Purpose.AUDIT, question=question, limit=1_000_000)
    wanted = verbatims.ids(project, narrow.where(Ids.of(rows)))
    owed = np.array(rows, np.int64)
    return owed[np.isin(owed, wanted)]


def frames_of(project: Project, question: int | None) -> list[int]:
    """Return the code frames of a question, or of all."""
    rows = project.rows(
        "select distinct frame_id from question where frame_id is not null and (?1 is null or id = ?1)", (question,)
    )
    return [int(row[0] or 0) for row in rows]
