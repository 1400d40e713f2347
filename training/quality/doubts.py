"""Labels that look wrong: where people and a model that has not seen their label differ most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annotate import frames
from annotate.errors import AskedWronglyError
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from training import session
from training.process.worker import Worker
from training.quality.decide import Decisions, decide_all, leaves
from training.quality.explain import unknown_code
from training.quality.neighbours import TWIN, CodedRows, Neighbour, coded_rows, nearest, told_by
from training.session import StoredModel

NEAR = 3
LEAST = 0.5
"""A label is doubtful where the model puts more on the contrary, to the two digits that are shown."""
_KEPT = "kept_label:"
_STEPS = 4
_WHAT = N_("Looking for doubts")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label that looks wrong: ``said``: people gave the code, while the model, without that label, gives it p.

    ``doubt`` in [0, 1] as ``doubt_scores`` finds it. ``human``: the codes people gave; ``model``: (code, p) of those it
    accepts. ``instead``: the likeliest code that the model accepts and people did not give. ``near``: the nearest
    answers coded the other way, with ``instead``, with the code, or without it; ``twins``: those of them that say
    nearly the same.
    """

    verbatim: int
    code_id: int
    doubt: float
    said: bool
    p: float
    human: tuple[int, ...]
    model: tuple[tuple[int, float], ...]
    instead: int | None
    near: tuple[Neighbour, ...]

    @property
    def twins(self) -> tuple[Neighbour, ...]:
        """Return the neighbours that say nearly the same and were coded the other way."""
        return tuple(one for one in self.near if one.similarity >= TWIN)


def doubt_scores(
    labels: NDArray[np.int8], probability: NDArray[np.float32], *, single: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return how doubtful each row is, float64 (n) in [0, 1], and in which column, int64 (n).

    labels: int8 (n × codes), 1 yes, 0 no, −1 not looked at; probability: out of sample, the same shape. The highest
    |label − p| over the codes looked at. Where codes exclude each other (single) the one given is doubted by its
    strongest rival, rival ÷ (given + rival): on 77 intents 79 and 84 % of the first k rows are wrong, k the planted
    errors in 5 and 10 % of the rows, against 73 and 80 % by 1 − p alone.
    """
    apart = np.where(labels < 0, -1.0, np.abs(labels - probability.astype(np.float64)))
    if single:
        given = np.flatnonzero((labels == 1).any(axis=1))
        at = (labels[given] == 1).argmax(axis=1)
        own = probability[given, at].astype(np.float64)
        rivals = probability[given].astype(np.float64)
        rivals[np.arange(given.size), at] = 0
        rival = rivals.max(axis=1, initial=0)
        apart[given] = -1
        apart[given, at] = np.divide(rival, own + rival, out=np.zeros_like(own), where=rival > 0)
    if not apart.shape[1]:
        return np.zeros(len(apart)), np.zeros(len(apart), np.int64)
    column = apart.argmax(axis=1)
    return np.maximum(apart[np.arange(len(apart)), column], 0.0), column.astype(np.int64)


_ALIKE = (
    "select v.id, v.group_id from verbatim v where v.id in"
    " (select verbatim_id from label_now union select verbatim_id from review_now)"
)
"""Each answer that people touched, with the first of those identical to it."""


def doubts(
    project: Project,
    *,
    n: int = 50,
    frame: int | None = None,
    model: int | None = None,
    code: int | None = None,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> list[Doubt]:
    """Return the n labels of a frame (on one code) that look most wrong to a model (the newest), most doubtful first.

    Every answer is judged without its own label: out of sample where it trained the model, predicted where it was coded
    since. Those beside one that trained it (a duplicate, the same respondent) and labels that someone ``keep`` are left
    out. Raises UserError (no-model), AskedWronglyError (no-such-code).
    """
    frame_id = frame if frame is not None else frames.the_frame(project)
    stored = session.load(project, model if model is not None else session.newest_model(project, frame_id))
    progress(0, _STEPS, _WHAT)
    coded = coded_rows(project, stored)
    progress(1, _STEPS, _WHAT)
    told = _as_merged(project, stored, decide_all(project, stored, coded.said.ids.tolist(), worker=worker))
    progress(2, _STEPS, _WHAT)
    columns = leaves(stored)
    if code is not None:
        columns = columns[[stored.columns[one] == code for one in columns.tolist()]]
        if not columns.size:
            raise unknown_code()
    # A code that could not be learned is unlikely everywhere, and a text without a known word says nothing of any.
    able = np.array([stored.classifier.scores.columns[one].learnable for one in columns.tolist()], np.bool_)
    judged = (told.honest & (np.diff(coded.rows.indptr) > 0))[:, None] & able
    labels = np.where(judged, coded.said.labels[:, columns], np.int8(-1)).astype(np.int8)
    single = stored.classifier.single and code is None
    scores, where = doubt_scores(labels, told.probability[:, columns], single=single)
    kept = _kept(project)
    leaf = [stored.columns[one] for one in leaves(stored).tolist()]
    alike = {int(row[0] or 0): int(row[1] or 0) for row in project.rows(_ALIKE)}
    kept_alike = {(alike.get(one), tuple(sorted(set(codes) & set(leaf)))) for one, codes in kept.items()}
    told_once: set[tuple[int, int, tuple[int, ...]]] = set()
    found: list[tuple[int, int]] = []
    for row in np.argsort(-scores, kind="stable").tolist():
        if len(found) == n or round(float(scores[row]), 2) <= LEAST:
            break
        given = _given(stored, coded, row, leaf)
        if (alike[int(coded.said.ids[row])], tuple(given)) not in kept_alike:
            # Identical answers with the same codes are one doubt, told by the first.
            key = alike[int(coded.said.ids[row])], int(where[row]), tuple(given)
            if key not in told_once:
                told_once.add(key)
                found.append((row, int(columns[where[row]])))
    progress(3, _STEPS, _WHAT)
    with project.reading() as db:
        return [
            _doubt(db, stored, coded, (told.probability[row], told.accepted[row]), (row, at), float(scores[row]))
            for row, at in found
        ]


def _as_merged(project: Project, stored: StoredModel, told: Decisions) -> Decisions:
    """Let what the model says of a code that was merged away count where people's decisions on it count now."""
    with project.reading() as db:
        merged = frames.merged_into(db, stored.frame_id)
    place = {code: column for column, code in enumerate(stored.columns)}
    probability, accepted = told.probability.copy(), told.accepted.copy()
    for code, into in merged.items():
        if code in place and into in place:
            own, to = place[code], place[into]
            probability[:, to] = np.maximum(probability[:, to], probability[:, own])
            accepted[:, to] |= accepted[:, own]
            probability[:, own], accepted[:, own] = 0, False
    return replace(told, probability=probability, accepted=accepted)


def _given(stored: StoredModel, coded: CodedRows, row: int, leaf: Sequence[int]) -> list[int]:
    yes = {stored.columns[one] for one in np.flatnonzero(coded.said.labels[row] == 1).tolist()}
    return sorted(yes & set(leaf))


def _doubt(
    db: Connection,
    stored: StoredModel,
    coded: CodedRows,
    told: tuple[NDArray[np.float32], NDArray[np.bool_]],
    cell: tuple[int, int],
    doubt: float,
) -> Doubt:
    probability, accepted = told
    row, column = cell
    labels = coded.said.labels
    leaf = leaves(stored)
    by_p = leaf[np.argsort(-probability[leaf], kind="stable")].tolist()
    said = bool(labels[row, column] == 1)
    new = [one for one in by_p if accepted[one] and labels[row, one] != 1]
    instead = new[0] if new else None
    # The other way: with what the model would say, or without the code that it would not.
    if not said:
        allowed, about = labels[:, column] == 1, column
    elif instead is not None:
        allowed, about = (labels[:, instead] == 1) & (labels[:, column] != 1), instead
    else:
        allowed, about = labels[:, column] == 0, column
    allowed = allowed & (np.arange(len(labels)) != row)
    near = nearest(coded.rows, coded.rows[[row]], allowed, NEAR)
    ids = coded.said.ids
    return Doubt(
        int(ids[row]),
        stored.columns[column],
        doubt,
        said,
        float(probability[column]),
        tuple(_given(stored, coded, row, [stored.columns[one] for one in leaf.tolist()])),
        tuple((stored.columns[one], float(probability[one])) for one in by_p if accepted[one]),
        None if instead is None else stored.columns[instead],
        tuple(told_by(db, [(int(ids[place]), similar) for place, similar in near], [stored.columns[about]])),
    )


def keep(project: Project, *, verbatims: Sequence[int], frame: int | None = None) -> Step:
    """Say that the labels of these answers are right as they stand: no model doubts them until they change.

    Raises AskedWronglyError (not-coded) for an answer nobody has coded.
    """
    frame_id = frame if frame is not None else frames.the_frame(project)
    with project.reading() as db, db.snapshot():
        given = _final(db, frame_id, verbatims)
    missing = [one for one in verbatims if one not in given]
    if missing:
        raise AskedWronglyError(
            "not-coded",
            N_("There is nothing to keep on answer {number}."),
            N_("Nobody has coded it by this code frame."),
            N_("Choose a coded answer."),
            number=missing[0],
        )

    def do(op: Operation) -> None:
        for verbatim in verbatims:
            images.write(op, "setting", {"key": f"{_KEPT}{verbatim}"}, {"value": json.dumps(given[verbatim])})
        op.rows = len(verbatims)
        op.touch(verbatims)
        op.say(N_("Doubted labels kept on {n} answers"), n=len(verbatims))

    return operations.run(project, "keep-label", do)[1]


def _final(db: Connection, frame_id: int, verbatims: Sequence[int]) -> dict[int, list[int]]:
    """Return the codes that people gave, for those of the answers they decided on."""
    from annotate import layers

    live = {one.id for one in frames.read(db, frame_id).live}
    found: dict[int, list[int]] = {}
    for row in db.execute("select id from question where frame_id = ?", (frame_id,)).fetchall():
        for answer in layers.answers(db, int(row[0] or 0), model=False, only=verbatims):
            if answer.decided:
                yes = {said.code_id for said in answer.human} - answer.contested
                found[answer.verbatim] = sorted(yes & live)
    return found


def _kept(project: Project) -> dict[int, list[int]]:
    rows = project.rows("select key, value from setting where key glob ?", (f"{_KEPT}*",))
    return {int(str(key).removeprefix(_KEPT)): [int(one) for one in json.loads(str(value))] for key, value in rows}
