"""Thresholds that a person sets: tried out on one half of the judged answers, reported from the other half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers
from annotate.errors import AskedWronglyError
from annotate.estimates import wilson_interval
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from training import session
from training.coding import run as coding_run
from training.coding.run import Only, Scope
from training.learner import evaluate
from training.learner.evaluate import CodeScore, Figure, Overall
from training.process.worker import Worker
from training.quality import cuts, must_hold
from training.quality.cuts import SCALE
from training.quality.decide import leaves
from training.session import StoredModel

LOWEST, HIGHEST = coding_run.FLOOR, 0.999
"""Below the lowest, probabilities are not stored; near 1 the calibration tells nothing apart any more."""
STEPS = 101


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers of a model with what people say of them: n rows, of which ``tuning`` may be used to set a threshold.

    ``labels`` int8 and ``probability``, ``accepted`` (n × codes, no nets); ``groups`` int64 (n). ``tuning`` bool (n)
    splits the groups in two halves: the others report. ``from_random_rows``: all rows were drawn at random.
    """

    ids: NDArray[np.int64]
    codes: tuple[int, ...]
    labels: NDArray[np.int8]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]
    groups: NDArray[np.int64]
    tuning: NDArray[np.bool_]
    from_random_rows: bool


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives on the tuning half: ``taken`` answers accepted of those looked at."""

    threshold: float
    taken: int
    precision: Figure
    recall: Figure


@dataclass(frozen=True, slots=True)
class TradeOff:
    """Precision and recall of a code over thresholds, from ``base`` answers with ``support`` yes (the tuning half).

    ``now`` is the threshold in force by hand, None where the model's own holds. ``from_random_rows`` as in ``Judged``.
    """

    code_id: int
    points: tuple[Point, ...]
    base: int
    support: int
    now: float | None
    from_random_rows: bool


@dataclass(frozen=True, slots=True)
class HandScore:
    """How a threshold set by hand does on the half that was not used to set it."""

    code_id: int
    threshold: float
    score: CodeScore


@dataclass(frozen=True, slots=True)
class HandScores:
    """The codes whose threshold was set by hand, and figures over all: from the reporting half (``base`` rows)."""

    codes: tuple[HandScore, ...]
    overall: Overall
    base: int
    from_random_rows: bool


def judged(project: Project, stored: StoredModel) -> Judged:
    """Return the answers that trained the model and still carry decisions, with its out-of-sample figures.

    Only rows drawn at random where there are RANDOM_ROWS of them, else all. Thresholds set by hand are not applied.
    """
    leaf = leaves(stored)
    codes = tuple(stored.columns[column] for column in leaf.tolist())
    with project.reading() as db, db.snapshot():
        held = {one.id: one for one in frames.read(db, stored.frame_id).codes}
        asked = db.execute("select id from question where frame_id = ? order by id", (stored.frame_id,)).fetchall()
        said = layers.labelled(db, [int(row[0] or 0) for row in asked], [held[code] for code in codes])
        rows = np.flatnonzero([one in stored.trained for one in said.ids.tolist()])
        drawn = rows[said.random[rows]]
        random = drawn.size >= evaluate.RANDOM_ROWS
        rows = drawn if random else rows
        tuning = tuning_half(db, said.ids[rows])
    labels = said.labels[rows]
    labels[:, [held[code].retired for code in codes]] = -1  # nobody says yes or no to what is no longer offered
    place = np.array([stored.trained[one] for one in said.ids[rows].tolist()], np.int64)
    return Judged(
        said.ids[rows],
        codes,
        labels,
        stored.probability[place][:, leaf],
        stored.accepted[place][:, leaf],
        said.groups[rows],
        tuning,
        random,
    )


def tuning_half(db: Connection, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each answer whether its group belongs to the half on which thresholds are set.

    A group is known by the first answer of its oldest duplicate group, hashed: so the halves stay what they are for
    every model, and when answers come in.
    """
    if not ids.size:
        return np.zeros(0, np.bool_)
    groups = layers.groups_of(db, ids)
    oldest = np.full(int(groups.max()) + 1, np.iinfo(np.int64).max)
    for start in range(0, ids.size, layers.CHUNK):
        part = ids[start : start + layers.CHUNK].tolist()
        marks = ", ".join(map(str, part))
        rows = db.execute(f"select id, group_id from verbatim where id in ({marks})")
        found = {int(row[0] or 0): int(row[1] or 0) for row in rows}
        first = np.array([found[one] for one in part], np.int64)
        np.minimum.at(oldest, groups[start : start + layers.CHUNK], first)
    odd = np.array([blake2b(b"half %d" % one, digest_size=1).digest()[0] & 1 for one in oldest.tolist()], np.bool_)
    half: NDArray[np.bool_] = odd[groups]
    return half


def trade_off(project: Project, stored: StoredModel, code: int) -> TradeOff:
    """Return what thresholds on the calibrated probability of a code would give, out of sample, on the tuning half.

    Thresholds lie where the probabilities of the answers do, STEPS of them at most. Raises AskedWronglyError
    (no-such-code).
    """
    rows = judged(project, stored)
    column = _column(rows.codes, code)
    looked = rows.tuning & (rows.labels[:, column] >= 0)
    whole = np.rint(rows.probability[looked, column] * SCALE).astype(np.int64)
    yes = rows.labels[looked, column] == 1
    if stored.classifier.single:  # the likeliest wins, a threshold can only refuse it
        whole = np.where(rows.accepted[looked, column], whole, -1)
    points = tuple(_point(whole, yes, at) for at in _steps(whole))
    now = cuts.by_code(project, stored.id).get(code)
    return TradeOff(code, points, int(looked.sum()), int(yes.sum()), now, rows.from_random_rows)


def _steps(whole: NDArray[np.int64]) -> list[int]:
    """Return thresholds in 1/SCALE that part the given probabilities, evenly many answers apart."""
    low, high = round(LOWEST * SCALE), round(HIGHEST * SCALE)
    values = np.unique(whole[(whole >= low) & (whole <= high)])
    if values.size > STEPS:
        values = values[np.unique(np.linspace(0, values.size - 1, STEPS).astype(np.int64))]
    return sorted({low, *values.tolist()})


def _point(whole: NDArray[np.int64], yes: NDArray[np.bool_], at: int) -> Point:
    taken = whole >= at
    hits, said, there = int((taken & yes).sum()), int(taken.sum()), int(yes.sum())
    return Point(
        at / SCALE,
        said,
        Figure(hits / said if said else 0.0, *wilson_interval(hits, said)),
        Figure(hits / there if there else 0.0, *wilson_interval(hits, there)),
    )


def scores(project: Project, stored: StoredModel) -> HandScores | None:
    """Score the model with its thresholds set by hand on the reporting half; None where none is set."""
    by_hand = cuts.read(project, stored)
    if not by_hand.any:
        return None
    rows = judged(project, stored)
    leaf = leaves(stored)
    with project.reading() as db:
        texts = session.prepared_texts(db, rows.ids.tolist(), stored.reader)
    own = np.array([stored.trained[one] for one in rows.ids.tolist()], np.int64)
    accepted = by_hand.apply(stored.probability[own], stored.accepted[own], texts)[:, leaf]
    values = by_hand.values[leaf]
    half = ~rows.tuning
    told = evaluate.score(
        accepted[half],
        rows.labels[half],
        parents=np.full(len(rows.codes), -1, np.int64),
        groups=rows.groups[half],
        thresholds=np.where(np.isnan(values), np.inf, values),
        learnable=np.ones(len(rows.codes), np.bool_),
        random_rows=None,
        seed=stored.classifier.seed,
    )
    codes = tuple(
        HandScore(code, float(value), told.columns[column])
        for column, (code, value) in enumerate(zip(rows.codes, values.tolist(), strict=True))
        if not np.isnan(value)
    )
    return HandScores(codes, told.codes, told.base, rows.from_random_rows)


def set_thresholds(
    project: Project,
    *,
    model: int,
    thresholds: Mapping[int, float | None],
    anyway: str | None = None,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> Step:
    """Set thresholds of a model by hand, code → calibrated probability; None gives a code back the model's own.

    Where the model is in force it codes anew with them first and the new runs take over in the same undoable step;
    delivered waves keep theirs. Raises UserError (must-hold-broken), AskedWronglyError (bad-threshold, no-such-code).
    """
    stored = session.load(project, model)
    codes = [stored.columns[column] for column in leaves(stored).tolist()]
    for code, value in thresholds.items():
        _column(codes, code)
        if value is not None and not LOWEST <= value <= HIGHEST:
            raise AskedWronglyError(
                "bad-threshold",
                N_("A threshold of {value} cannot be set."),
                N_("It is a probability between {low} and {high}."),
                N_("Look at what thresholds would give first with: model threshold, without --set."),
                value=value,
                low=LOWEST,
                high=HIGHEST,
            )
    before = cuts.by_code(project, model)
    whole = {code: None if value is None else round(value * SCALE) / SCALE for code, value in thresholds.items()}
    after = {code: value for code, value in {**before, **whole}.items() if value is not None}
    scopes: list[Scope] = []
    told: dict[str, object] = {}
    if after != before and (places := _places(project, model)):
        only = Only({one[0] for one in places}, {one[1] for one in places}, after)
        coded = coding_run.code_aside(project, stored, only, worker=worker, progress=progress)
        scopes = [one for one in coded if (one.question.id, one.wave) in places]
        told = must_hold.require(project, [(one.run, one.question.id, one.wave) for one in scopes], anyway=anyway)

    def do(op: Operation) -> None:
        op.detail.update(told)
        for code, value in whole.items():
            key: images.RowImage = {"model_id": model, "code_id": code}
            images.write(op, "model_threshold", key, None if value is None else {"p": round(value * SCALE)})
        for scope in scopes:  # made just before, yet they know the thresholds that are set now
            op.db.execute("update run set created_ms = ? where id = ?", (op.at_ms, scope.run))
        coding_run.put_in_force(op, scopes)
        op.rows = len(whole)
        op.verbatims = None if scopes else op.verbatims
        op.say(N_("Thresholds of {n} codes set by hand"), n=len(whole))

    return operations.run(project, "model-threshold", do)[1]


def _places(project: Project, model: int) -> set[tuple[int, int]]:
    """Return the (question, wave) that a model codes now, without those of delivered waves."""
    rows = project.rows(
        "select f.question_id, f.wave_id from run_in_force f join run u on u.id = f.run_id"
        " left join wave w on w.id = f.wave_id where u.model_id = ? and ifnull(w.delivered, 0) = 0",
        (model,),
    )
    return {(int(row[0] or 0), int(row[1] or 0)) for row in rows}


def _column(codes: Sequence[int], code: int) -> int:
    if code not in codes:
        raise AskedWronglyError(
            "no-such-code",
            N_("The model does not know that code."),
            N_("It was made after the model was trained, or is a net."),
            N_("Choose a code of the model, or train again."),
        )
    return list(codes).index(code)
