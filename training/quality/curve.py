"""The learning curve on random rows, what the next labels will bring, and whether to stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from annotate import audit_stream
from annotate.jobs import Progress, Share, silent
from annotate.layers import CHUNK
from annotate.messages import N_
from annotate.pace import pace
from annotate.random_rows import random_rows
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import Answered, InQuestion, Query
from training import session
from training.learner.classifier import Model
from training.learner.evaluate import RANDOM_ROWS, Figure
from training.learner.texts import words_of
from training.process.worker import Worker
from training.session import Material

STEP = 100
"""Labels between two looks: what the next so many bring is what is said."""
FEW_LABELS = 200
LEAST_GAIN = 0.01
LEAST_KAPPA = 0.95
PROBE = 2_000
DRAWS = 400

_EXPONENTS = np.round(np.geomspace(0.05, 2.0, 40), 4)
_POINTS = 4
_SEED = 1

Double = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """Micro-F1 over all codes on the random rows, of a model that knew the first ``labels`` labelled answers."""

    labels: int
    micro_f1: Figure


@dataclass(frozen=True, slots=True)
class PowerLaw:
    """micro-F1 = ceiling − scale · labels^−exponent; scale ≥ 0."""

    ceiling: float
    scale: float
    exponent: float

    def at(self, labels: float) -> float:
        """Return micro-F1 at so many labels."""
        return float(self.ceiling - self.scale * labels**-self.exponent)

    def labels_to(self, target: float) -> int | None:
        """Return how many labels reach a micro-F1; None where the curve never does."""
        if self.scale <= 0 or target >= self.ceiling:
            return None
        return int(np.ceil((self.scale / (self.ceiling - target)) ** (1 / self.exponent)))


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """How micro-F1 rose with labels, and what the next STEP labels bring.

    ``needs`` random rows and ``needs_labels`` labels are missing before there is a curve at all (else 0). ``law`` is
    None where no curve of that form fits (``misfit``: by how many standard errors a point is off); then there is no
    ``gain`` either. ``gain`` in micro-F1 with its 95 % interval. ``kappas``: agreement of predictions on PROBE answers
    with those of STEP labels earlier, oldest first. ``characters`` and ``minutes``: what STEP labels cost to read.
    """

    points: tuple[Point, ...]
    rows: int
    needs: int
    needs_labels: int
    law: PowerLaw | None
    misfit: float
    gain: Figure | None
    kappas: tuple[float, ...]
    characters: int
    minutes: float | None

    @property
    def stop(self) -> bool:
        """Whether more labels of this kind are not worth it: a gain below LEAST_GAIN, and kappa held twice running."""
        settled = len(self.kappas) >= 2 and min(self.kappas[-2:]) >= LEAST_KAPPA
        return self.gain is not None and self.gain.value < LEAST_GAIN and settled


def learning_curve(
    project: Project, frame: int, *, worker: Worker | None = None, seed: int = _SEED, progress: Progress = silent
) -> LearningCurve:
    """Refit on the first quarter, half, three quarters … of the labels and score each fit on the same random rows.

    In the order in which people decided (labels of one step at random); identical answers and a respondent's answers
    enter together, so that every random row is judged without its own label. Takes up to six fits.
    Raises UserError (nothing-labelled, nothing-to-learn, worker-died).
    """
    material = session.gather(project, frame)
    said = material.labelled
    labelled = len(said.ids)
    with project.reading() as db:
        stands_for = _weights(db, frame)
        at = pace(db)
        order = _order(db, said.ids, said.groups, seed)
        probe = _probe(db, frame, said.ids, seed)
        told = session.prepared_texts(db, probe.tolist(), material.reader)
    random = np.flatnonzero([one in stands_for for one in said.ids.tolist()])
    weights = np.array([stands_for[one] for one in said.ids[random].tolist()])
    length = np.mean([len(words_of(one)) for one in told or material.texts])
    characters, minutes = round(float(length) * STEP), at.minutes(STEP)
    if random.size < RANDOM_ROWS or labelled < FEW_LABELS:
        return LearningCurve(
            (), random.size, max(0, RANDOM_ROWS - random.size), max(0, FEW_LABELS - labelled), None, 0.0, None, (),
            characters, minutes,
        )  # fmt: skip
    corpus = session.corpus(project, frame, material.reader)
    own = worker or Worker()
    try:
        sizes = sizes_of(labelled)
        fits = []
        for number, size in enumerate(sizes):
            progress(100 * number // len(sizes), 100, N_("Learning curve"))
            share = Share(progress, 100 * number // len(sizes), 100 // len(sizes), 100)
            fits.append(_fit(own, material, order[:size], random, told, corpus, seed, share))
    finally:
        if worker is None:
            own.close()
    progress(100, 100, N_("Learning curve"))
    known = [(size, one) for size, one in zip(sizes, fits, strict=True) if one is not None]
    counts = np.stack([one.counts for _, one in known])
    groups = np.unique(said.groups[random], return_inverse=True)[1].reshape(-1)
    taken = np.array([size for size, _ in known])
    points, law, misfit, gain = extrapolate(taken, counts, groups, seed=seed, weights=weights)
    seen = {size: one.probe for size, one in known}
    steps = [labelled - 2 * STEP, labelled - STEP, labelled]
    kappas = tuple(
        kappa(seen[early], seen[late])
        for early, late in pairwise(steps)
        if early in seen and late in seen and len(told)
    )
    return LearningCurve(points, random.size, 0, 0, law, misfit, gain, kappas, characters, minutes)


def sizes_of(labelled: int) -> list[int]:
    """Return how many labels each refit knows: quarters, and STEP and two STEPs before all, from 50 on."""
    wanted = {labelled // 4, labelled // 2, 3 * labelled // 4, labelled - 2 * STEP, labelled - STEP, labelled}
    return sorted(size for size in wanted if size >= 50)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """``counts`` int64 (random rows × 3): hits, wrong, missed over codes; ``probe`` bool: what it accepts there."""

    counts: NDArray[np.int64]
    probe: NDArray[np.bool_]


def _fit(
    worker: Worker, material: Material, rows: NDArray[np.int64], random: NDArray[np.int64], probe: Sequence[str],
    corpus: Sequence[str], seed: int, progress: Progress,
) -> _Fitted | None:  # fmt: skip
    """Fit on some rows and decide the random ones out of sample; None where so few rows teach no code."""
    from annotate.errors import UserError

    said = material.labelled
    try:
        model: Model = worker.fit(
            [material.texts[row] for row in rows.tolist()], said.labels[rows], parents=material.parents,
            groups=said.groups[rows], seed=seed, single=material.single, exclusive=material.exclusive,
            corpus=corpus, hints=material.hints, progress=progress,
        )  # fmt: skip
    except UserError as error:
        if error.id != "nothing-to-learn":
            raise
        return None
    assert model.out_of_sample is not None
    leaf = np.array([not code.is_net for code in material.codes])
    place = {row: number for number, row in enumerate(rows.tolist())}
    accepted = np.zeros((random.size, leaf.size), np.bool_)
    inside = np.array([row in place for row in random.tolist()], np.bool_)
    accepted[inside] = model.out_of_sample.accepted[[place[row] for row in random[inside].tolist()]]
    if not inside.all():
        fresh = [material.texts[row] for row in random[~inside].tolist()]
        accepted[~inside] = worker.predict(model, fresh).accepted
    labels, accepted = said.labels[random][:, leaf], accepted[:, leaf]
    yes, looked = labels == 1, labels >= 0
    counts = np.stack(
        [(accepted & yes).sum(axis=1), (accepted & looked & ~yes).sum(axis=1), (~accepted & yes).sum(axis=1)], axis=1
    )
    told = worker.predict(model, list(probe)).accepted[:, leaf] if probe else np.zeros((0, int(leaf.sum())), np.bool_)
    return _Fitted(counts.astype(np.int64), told)


def extrapolate(
    labels: NDArray[np.int64],
    counts: NDArray[np.int64],
    groups: NDArray[np.int64],
    *,
    seed: int,
    step: int = STEP,
    weights: Double | None = None,
) -> tuple[tuple[Point, ...], PowerLaw | None, float, Figure | None]:
    """Return the points, the power law through them, its misfit and the gain of the next ``step`` labels.

    labels (sizes, rising); counts (sizes × rows × 3): hits, wrong, missed of the same random rows; groups (rows);
    weights (rows): how many answers each row stands for, where strata were drawn from at different rates.
    Least squares over a grid of exponents with scale ≥ 0. Intervals are percentiles over draws of whole groups with
    replacement, the same for all sizes, so that what the sizes have in common does not blur the gain. No law with fewer
    than four points, or where one is off by more than three standard errors of its own distance from the law.
    """
    number = int(groups.max()) + 1 if groups.size else 0
    summed = np.zeros((labels.size, number, 3))
    share = np.ones(groups.size) if weights is None else weights / weights.mean()
    for size in range(labels.size):
        np.add.at(summed[size], groups, counts[size] * share[:, None])
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(number, np.full(number, 1 / number), DRAWS).astype(np.float64)
    drawn = np.concatenate([np.ones((1, number)), drawn])
    totals = np.einsum("dg,sgc->dsc", drawn, summed)
    whole = 2 * totals[..., 0] + totals[..., 1] + totals[..., 2]
    f1 = np.divide(2 * totals[..., 0], whole, out=np.zeros_like(whole), where=whole > 0)
    ends = np.quantile(f1[1:], [0.025, 0.975], axis=0)
    points = tuple(
        Point(int(size), Figure(float(f1[0, k]), float(ends[0, k]), float(ends[1, k])))
        for k, size in enumerate(labels.tolist())
    )
    if labels.size < _POINTS:
        return points, None, 0.0, None
    ceiling, scale, exponent = fit_power(labels.astype(np.float64), f1)
    law = PowerLaw(float(ceiling[0]), float(scale[0]), float(exponent[0]))
    rest = f1 - (ceiling[:, None] - scale[:, None] * labels[None, :] ** -exponent[:, None])
    spread = np.maximum(rest[1:].std(axis=0), LEAST_GAIN / 3)  # off by less than what stopping asks is no misfit
    misfit = float(np.abs(rest[0] / spread).max())
    if misfit > 3:
        return points, None, misfit, None
    last = float(labels[-1])
    gains = scale * (last**-exponent - (last + step) ** -exponent)
    low, high = np.quantile(gains[1:], [0.025, 0.975])
    return points, law, misfit, Figure(float(gains[0]), float(low), float(high))


def fit_power(labels: Double, f1: Double) -> tuple[Double, Double, Double]:
    """Return ceiling, scale ≥ 0 and exponent of the least-squares power law of each row of f1 (rows × sizes)."""
    best = np.full(f1.shape[0], np.inf)
    ceiling, scale, exponent = f1.mean(axis=1), np.zeros(f1.shape[0]), np.full(f1.shape[0], 1.0)
    best = ((f1 - ceiling[:, None]) ** 2).sum(axis=1)
    for power in _EXPONENTS.tolist():
        x = labels**-power
        centred = x - x.mean()
        slope = np.maximum(-(f1 @ centred) / (centred @ centred), 0.0)
        level = f1.mean(axis=1) + slope * x.mean()
        error = ((f1 - level[:, None] + slope[:, None] * x[None, :]) ** 2).sum(axis=1)
        better = error < best - 1e-15
        best[better], ceiling[better], scale[better] = error[better], level[better], slope[better]
        exponent[better] = power
    return ceiling, scale, exponent


def kappa(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return Cohen's kappa of two sets of decisions, bool (rows × codes), cells pooled; 1 where both say nothing."""
    same = float((one == other).mean())
    share, share_other = float(one.mean()), float(other.mean())
    chance = share * share_other + (1 - share) * (1 - share_other)
    return 1.0 if chance >= 1 else (same - chance) / (1 - chance)


def _weights(db: Connection, frame: int) -> dict[int, float]:
    """Return how many answers each reviewed random row of the questions of a frame stands for, by its id."""
    asked = db.execute("select id from question where frame_id = ?", (frame,)).fetchall()
    drawn = [random_rows(db, int(row[0] or 0)) for row in asked]
    return {one: weight for part in drawn for one, weight in zip(part.ids.tolist(), part.weights.tolist(), strict=True)}


def _order(db: Connection, ids: NDArray[np.int64], groups: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the rows in the order in which people first decided on them, groups whole."""
    first: dict[int, int] = {}
    for start in range(0, ids.size, CHUNK):
        marks = ", ".join(map(str, ids[start : start + CHUNK].tolist()))
        for verbatim, op in db.execute(
            f"select verbatim_id, min(op_id) from label_event where verbatim_id in ({marks}) group by verbatim_id"
        ):
            first[int(verbatim or 0)] = int(op or 0)
    when = np.array([first.get(one, 0) for one in ids.tolist()], np.int64)
    group = np.unique(groups, return_inverse=True)[1].reshape(-1)
    earliest = np.full(int(group.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(earliest, group, when)
    luck = np.random.default_rng(seed).permutation(earliest.size)
    return np.lexsort((luck[group], earliest[group]))


def _probe(db: Connection, frame: int, labelled: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return up to PROBE answers to the questions of a frame that nobody has decided, drawn at random."""
    asked = [int(row[0] or 0) for row in db.execute("select id from question where frame_id = ?", (frame,))]
    found = [audit_stream.answers_of(db, Query().where(InQuestion(one), Answered()))[0] for one in asked]
    ids = np.setdiff1d(np.concatenate(found), labelled) if found else np.empty(0, np.int64)
    return np.random.default_rng(seed).permutation(ids)[:PROBE]
