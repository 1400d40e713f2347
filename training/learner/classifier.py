"""The classifier: fit on reviewed verbatims, predict codes with honest probabilities. Arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from training.learner import coverage, evaluate, outlet
from training.learner.background import Background, fit_background
from training.learner.calibration import Calibration, fit_calibration
from training.learner.evaluate import Scores
from training.learner.exclusive import alone
from training.learner.features import Features, count, fit_features
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.learner.nets import any_below, bottom_up, classes_of, complete_single, with_nets
from training.learner.outlet import Outlet
from training.learner.ridge import FOLDS, RidgeFit, deal_folds, fit_ridge
from training.learner.scaled_ridge import fit_scaled_ridge
from training.learner.single_choice import fit_single
from training.learner.thresholds import LEARNABLE, NEVER, fit_thresholds, learnable

Float = NDArray[np.float32]

SCALED_ABOVE = 99
"""Labelled answers up to which a fit is the plain ridge, the same that ``live`` keeps to rank by; above, the fit is
``scaled_ridge``: measured from 100 answers on it gains 1 to 4 points of micro-F1 at 100 to 500, less with more."""

_CHUNK_VALUES = 4_000_000


@dataclass(frozen=True, slots=True)
class Predictions:
    """``probability`` float32 (n × columns) in [0, 1]; ``accepted`` bool (n × columns) by the model's own thresholds.

    A net is accepted exactly where a code below it is, and is never less likely than its likeliest code.
    ``covered`` float32 (n): the share of the answer that its accepted codes explain (``coverage.covered``); ``none``
    float32 (n): how likely no code fits. Both None where only the codes were asked for. ``ranked`` float32
    (n × columns) is of rows that trained a model, else None: out-of-sample scores by its own calibration, one for all
    rows, where ``probability`` judges each fold by that of the others; for choosing a cut, not for reporting.
    """

    probability: Float
    accepted: NDArray[np.bool_]
    covered: Float | None = None
    none: Float | None = None
    ranked: Float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted classifier over ``columns`` codes and nets.

    ``weights`` float32 (d × columns); ``bias`` float32 (columns); in a single-choice
    frame both have one column more, for "none of these". ``parents`` int64 (columns), the column of the net above or
    −1; ``thresholds`` float64 (columns), +inf: never accepted by itself, −inf: by the highest score (``single``).
    ``exclusive`` bool (columns): codes that are never accepted beside others. ``out_of_sample`` are the predictions
    for the rows that trained it, in their order, each made without its group (None in a model read from a file).
    """

    features: Features
    weights: Float
    bias: Float
    parents: NDArray[np.int64]
    calibration: Calibration
    thresholds: NDArray[np.float64]
    single: bool
    seed: int
    scores: Scores
    outlet: Outlet
    exclusive: NDArray[np.bool_]
    out_of_sample: Predictions | None

    @property
    def columns(self) -> int:
        """Return the number of columns, codes and nets."""
        return int(self.parents.size)

    @property
    def leaves(self) -> NDArray[np.bool_]:
        """Return which columns are codes, not nets."""
        return ~np.isin(np.arange(self.columns), self.parents)

    def covered(self, texts: Sequence[str], rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Float:
        """Return ``coverage.covered`` for accepted codes (no nets): pairs of row, rising, and column."""
        # Where the highest score wins, 0 is the border between yes and no.
        needed = np.where(np.isfinite(self.thresholds), self.thresholds, 0) - self.bias[: self.columns].astype(float)
        return coverage.covered(self.features, self.weights, needed, texts, rows, columns)

    def predict(self, texts: Sequence[str], *, progress: Progress = silent) -> Predictions:
        """Predict prepared texts, in chunks of bounded memory. A text without one known n-gram is never accepted."""
        probability = np.empty((len(texts), self.columns), np.float32)
        accepted = np.empty((len(texts), self.columns), np.bool_)
        covered, none = np.empty(len(texts), np.float32), np.empty(len(texts), np.float32)
        leaves = self.leaves
        step = max(256, min(20_000, _CHUNK_VALUES // max(1, self.columns)))
        for start in range(0, len(texts), step):
            progress(start, len(texts))
            part = slice(start, start + step)
            rows = self.features.transform(texts[part])
            scores = rows @ self.weights + self.bias
            known = np.diff(rows.indptr) > 0
            probability[part], accepted[part] = _decide(
                scores, known, self.calibration, self.thresholds, self.parents, self.single, self.exclusive
            )
            covered[part] = self.covered(texts[part], *np.nonzero(accepted[part] & leaves))
            told, columns = np.nonzero((probability[part] >= outlet.FLOOR) & leaves)
            none[part] = self.outlet.none(rows.shape[0], told, probability[part][told, columns])
        progress(len(texts), len(texts))
        return Predictions(probability, accepted, covered, none)


def fit(
    texts: Sequence[str],
    labels: NDArray[np.int8],
    *,
    parents: NDArray[np.int64],
    groups: NDArray[np.int64],
    seed: int,
    single: bool = False,
    exclusive: NDArray[np.bool_] | None = None,
    random_rows: NDArray[np.bool_] | None = None,
    background: Background | None = None,
    corpus: Sequence[str] = (),
    hints: Hints = NO_HINTS,
    progress: Progress = silent,
) -> Model:
    """Fit codes and nets on texts (n, already folded) and score the fit out of sample.

    labels: int8 (n × columns), 1 yes, 0 no, −1 not looked at (masked: unknown is never no). Nets are columns like
    codes: parents int (columns) holds the column of the net above or −1, over any number of levels. What stands in the
    column of a net is completed from below: yes where a code below is yes, no where all are no. groups: int (n), rows
    that belong together (duplicates, a respondent) are left out together. single: every verbatim carries at most one
    code. exclusive: bool (columns), codes that never stand beside others (none, don't know…). random_rows: bool (n),
    rows drawn at random from the corpus; with 100 of them the overall figures are theirs.
    background: what the unlabelled corpus teaches; corpus: random texts of it to learn that from here. Without either
    the labelled texts alone give the features. hints: what the code frame says of its codes.

    The thresholds of the model use all out-of-sample scores. Reported figures and ``out_of_sample`` would be too good
    with them, so there each fifth of the groups is judged by thresholds and calibration found on the other four fifths.
    Raises UserError where no code has LEARNABLE yes and LEARNABLE no (single: one of each); CancelledError through
    progress.
    """
    labels, able = prepare(labels, parents=parents, single=single)
    groups = np.unique(np.asarray(groups, np.int64), return_inverse=True)[1].reshape(-1).astype(np.int64)
    if len(labels) != len(texts) or groups.size != len(texts):
        raise ValueError("texts, labels and groups do not fit together")
    progress(0, 100)
    if background is None and len(corpus):
        background = fit_background(list(dict.fromkeys([*texts, *corpus])), seed=seed)
    counts = count([*texts, *hints.texts])
    features = background.features if background is not None else fit_features(counts, minimum=2)
    rows = features.weigh(counts)
    del counts
    # Hints train every time: they belong to no fold and to no group.
    size, extra = len(texts), np.arange(len(hints.texts))
    folds = np.concatenate([deal_folds(groups, seed), np.full(extra.size, -1)])
    told = np.concatenate([labels, hints.labels(np.asarray(parents, np.int64))])
    part = Share(progress, 5, 85, 100)
    if single:
        which = classes_of(told, np.isin(np.arange(told.shape[1]), parents))
        fitted = fit_single(rows, which, told.shape[1] + 1, folds=folds, seed=seed, progress=part)
    else:
        targets = targets_of(told)
        directions = background.weighted(size) if background is not None else None
        if size > SCALED_ABOVE:
            fitted = fit_scaled_ridge(rows, targets, folds=folds, directions=directions, progress=part)
        else:
            apart = np.concatenate([groups, groups.max(initial=0) + 1 + extra])
            fitted = fit_ridge(rows, targets, apart, folds=folds, directions=directions, progress=part)
    fitted = replace(fitted, held_out=fitted.held_out[:size])
    known = np.diff(rows.indptr)[:size] > 0
    progress(90, 100)
    model = finish(
        features,
        fitted,
        labels,
        able,
        known=known,
        parents=parents,
        groups=groups,
        seed=seed,
        single=single,
        exclusive=exclusive,
        random_rows=random_rows,
    )
    progress(100, 100)
    return model


def prepare(
    labels: NDArray[np.int8], *, parents: NDArray[np.int64], single: bool = False
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Complete the columns of nets (and a single choice's noes); say which columns can be learned.

    Returns labels int8 (n × columns) and bool (columns). Raises UserError (nothing-to-learn) where no code can,
    ValueError where the shapes do not fit or a single choice carries two codes.
    """
    parents = np.asarray(parents, np.int64)
    depth_first = bottom_up(parents)
    if labels.ndim != 2 or labels.shape[1] != parents.size:
        raise ValueError("labels and parents do not fit together")
    labels = with_nets(np.asarray(labels, np.int8), parents, depth_first)
    nets = np.isin(np.arange(parents.size), parents)
    if single:
        labels = complete_single(labels, parents, nets, depth_first)
    least = 1 if single else LEARNABLE  # one yes lets a code stand for election, see _thresholds
    able = learnable(labels, least)
    if not able[~nets].any():
        raise UserError(
            "nothing-to-learn",
            N_("There is nothing to train on yet."),
            N_("A code is learned from reviewed verbatims with it and without it, {number} of each; no code has both."),
            N_("Review more verbatims; a partial import brings no reviewed verbatims without a code."),
            number=least,
        )
    able[nets] = any_below(able[None, :] & ~nets, parents, depth_first)[0][nets]
    return labels, able


def targets_of(labels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return what ridge learns from labels: 1 for yes, −1 for no, 0 (masked) for not looked at."""
    return np.where(labels < 0, 0, np.where(labels == 1, 1, -1)).astype(np.int8)


def finish(
    features: Features,
    fitted: RidgeFit,
    labels: NDArray[np.int8],
    able: NDArray[np.bool_],
    *,
    known: NDArray[np.bool_],
    parents: NDArray[np.int64],
    groups: NDArray[np.int64],
    seed: int,
    single: bool = False,
    exclusive: NDArray[np.bool_] | None = None,
    random_rows: NDArray[np.bool_] | None = None,
) -> Model:
    """Make a model of a fit: calibration, thresholds and scores, from its out-of-sample scores.

    labels (n × columns) and able (columns) come from ``prepare``; known bool (n): the row has a known n-gram; groups
    as for ``fit``.
    """
    parents = np.asarray(parents, np.int64)
    nets = np.isin(np.arange(parents.size), parents)
    groups = np.unique(np.asarray(groups, np.int64), return_inverse=True)[1].reshape(-1).astype(np.int64)
    folds = deal_folds(groups, seed)
    apart = np.zeros(parents.size, np.bool_) if exclusive is None else np.asarray(exclusive, np.bool_) & ~nets
    out_of_sample = _judge(fitted.held_out, known, labels, able, folds, parents, single, apart)
    thresholds = _thresholds(fitted.held_out, labels, able, nets, single)
    calibration = _calibrate(fitted.held_out, labels, nets, single)
    out_of_sample = replace(out_of_sample, ranked=calibration.probability(fitted.held_out[:, : parents.size]))
    scores = evaluate.score(
        out_of_sample.accepted,
        labels,
        parents=parents,
        groups=groups,
        thresholds=thresholds,
        learnable=able,
        random_rows=random_rows,
        seed=seed,
    )
    return Model(
        features=features,
        weights=fitted.weights,
        bias=fitted.bias,
        parents=parents,
        calibration=calibration,
        thresholds=thresholds,
        single=single,
        seed=seed,
        scores=scores,
        outlet=outlet.fit_outlet(out_of_sample.probability[:, ~nets], labels[:, ~nets]),
        exclusive=apart,
        out_of_sample=out_of_sample,
    )


def _thresholds(
    scores: Float, labels: NDArray[np.int8], able: NDArray[np.bool_], nets: NDArray[np.bool_], single: bool
) -> NDArray[np.float64]:
    if single:
        # One yes lets a code stand for election: were it kept out, the next best would win in its place. Measured on 77
        # intents at 500 labels: 0.65 of micro-F1, against 0.58 from three on.
        return np.where((labels == 1).any(axis=0) & ~nets, -np.inf, NEVER)
    return fit_thresholds(scores[:, : able.size], labels, able & ~nets)


def _calibrate(scores: Float, labels: NDArray[np.int8], nets: NDArray[np.bool_], single: bool) -> Calibration:
    """Fit the calibration of all columns; in a single-choice frame nets add up their codes and need none."""
    return fit_calibration(scores[:, : nets.size], np.where(single & nets, np.int8(-1), labels))


def _judge(
    scores: Float,
    known: NDArray[np.bool_],
    labels: NDArray[np.int8],
    able: NDArray[np.bool_],
    folds: NDArray[np.int64],
    parents: NDArray[np.int64],
    single: bool,
    exclusive: NDArray[np.bool_],
) -> Predictions:
    """Decide each fold of out-of-sample scores by thresholds and calibration of the other folds."""
    probability = np.zeros(labels.shape, np.float32)
    accepted = np.zeros(labels.shape, np.bool_)
    nets = np.isin(np.arange(parents.size), parents)
    for fold in range(FOLDS):
        out = folds == fold
        calibration = _calibrate(scores[~out], labels[~out], nets, single)
        thresholds = _thresholds(scores[~out], labels[~out], able, nets, single)
        probability[out], accepted[out] = _decide(
            scores[out], known[out], calibration, thresholds, parents, single, exclusive
        )
    return Predictions(probability, accepted)


def _decide(
    scores: Float,
    known: NDArray[np.bool_],
    calibration: Calibration,
    thresholds: NDArray[np.float64],
    parents: NDArray[np.int64],
    single: bool,
    exclusive: NDArray[np.bool_],
) -> tuple[Float, NDArray[np.bool_]]:
    """Turn scores (n × columns, in a single-choice frame one more for "none") into probability and acceptance."""
    columns = parents.size
    probability = calibration.probability(scores[:, :columns])
    if single:
        rivals = np.where(np.append(thresholds, -np.inf) < NEVER, scores, -np.inf)
        accepted = np.arange(columns) == rivals.argmax(axis=1)[:, None]
    else:
        accepted = scores >= thresholds
    accepted &= known[:, None]
    if not single:
        accepted = alone(accepted, probability, exclusive)
    nets = np.isin(np.arange(columns), parents)
    if single:
        probability[:, nets] = 0
    for column in bottom_up(parents).tolist():
        above = parents[column]
        if above >= 0:
            accepted[:, above] |= accepted[:, column]
            if single:  # codes exclude each other, so their probabilities add up
                probability[:, above] = np.minimum(probability[:, above] + probability[:, column], 1)
            else:
                np.maximum(probability[:, above], probability[:, column], out=probability[:, above])
    return probability, accepted
