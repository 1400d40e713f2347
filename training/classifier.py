"""The classifier: fit on reviewed verbatims, predict codes with honest probabilities. Arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from training import evaluate
from training.calibration import Calibration, fit_calibration
from training.evaluate import Scores
from training.features import Features, count, fit_features
from training.ridge import FOLDS, deal_folds, fit_ridge
from training.single_choice import fit_single
from training.thresholds import LEARNABLE, NEVER, fit_thresholds, learnable

Float = NDArray[np.float32]

_CHUNK_VALUES = 4_000_000


@dataclass(frozen=True, slots=True)
class Predictions:
    """``probability`` float32 (n × columns) in [0, 1]; ``accepted`` bool (n × columns) by the model's own thresholds.

    A net is accepted exactly where a code below it is, and is never less likely than its likeliest code.
    """

    probability: Float
    accepted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted classifier over ``columns`` codes and nets.

    ``weights`` float32 (d × columns), exactly representable in 16 bits; ``bias`` float32 (columns); in a single-choice
    frame both have one column more, for "none of these". ``parents`` int64 (columns), the column of the net above or
    −1; ``thresholds`` float64 (columns), +inf: never accepted by itself, −inf: by the highest score (``single``).
    ``out_of_sample`` are the predictions for the rows that trained it, in their order,
    each made without its group (None in a model read from a file).
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
    out_of_sample: Predictions | None

    @property
    def columns(self) -> int:
        """Return the number of columns, codes and nets."""
        return int(self.parents.size)

    def predict(self, texts: Sequence[str], *, progress: Progress = silent) -> Predictions:
        """Predict folded texts, in chunks of bounded memory. A text without one known n-gram is never accepted."""
        probability = np.empty((len(texts), self.columns), np.float32)
        accepted = np.empty((len(texts), self.columns), np.bool_)
        step = max(256, min(20_000, _CHUNK_VALUES // max(1, self.columns)))
        for start in range(0, len(texts), step):
            progress(start, len(texts))
            part = slice(start, start + step)
            rows = self.features.transform(texts[part])
            scores = rows @ self.weights + self.bias
            known = np.diff(rows.indptr) > 0
            probability[part], accepted[part] = _decide(
                scores, known, self.calibration, self.thresholds, self.parents, self.single
            )
        progress(len(texts), len(texts))
        return Predictions(probability, accepted)


def fit(
    texts: Sequence[str],
    labels: NDArray[np.int8],
    *,
    parents: NDArray[np.int64],
    groups: NDArray[np.int64],
    seed: int,
    single: bool = False,
    random_rows: NDArray[np.bool_] | None = None,
    progress: Progress = silent,
) -> Model:
    """Fit codes and nets on texts (n, already folded) and score the fit out of sample.

    labels: int8 (n × columns), 1 yes, 0 no, −1 not looked at (masked: unknown is never no). Nets are columns like
    codes: parents int (columns) holds the column of the net above or −1, over any number of levels. What stands in the
    column of a net is completed from below: yes where a code below is yes, no where all are no. groups: int (n), rows
    that belong together (duplicates, a respondent) are left out together. single: every verbatim carries at most one
    code. random_rows: bool (n), rows drawn at random from the corpus; with 100 of them the overall figures are theirs.

    The thresholds of the model use all out-of-sample scores. Reported figures and ``out_of_sample`` would be too good
    with them, so there each fifth of the groups is judged by thresholds and calibration found on the other four fifths.
    Raises UserError where no code has LEARNABLE yes and LEARNABLE no; CancelledError through progress.
    """
    parents = np.asarray(parents, np.int64)
    depth_first = bottom_up(parents)
    labels = _with_nets(np.asarray(labels, np.int8), parents, depth_first)
    groups = np.unique(np.asarray(groups, np.int64), return_inverse=True)[1].reshape(-1).astype(np.int64)
    if labels.shape != (len(texts), parents.size) or groups.size != len(texts):
        raise ValueError("texts, labels, parents and groups do not fit together")
    nets = np.isin(np.arange(parents.size), parents)
    if single:
        labels = _complete_single(labels, parents, nets, depth_first)
    able = learnable(labels)
    if not able[~nets].any():
        raise UserError(
            "nothing-to-learn",
            N_("There is nothing to train on yet."),
            N_("No code has {number} verbatims with it and {number} reviewed verbatims without it."),
            N_("Review more verbatims; a partial import brings no reviewed verbatims without a code."),
            number=LEARNABLE,
        )
    able[nets] = _any_below(able[None, :] & ~nets, parents, depth_first)[0][nets]
    progress(0, 100)
    counts = count(texts)
    features = fit_features(counts, minimum=2)
    rows = features.weigh(counts)
    del counts
    folds = deal_folds(groups, seed)
    part = Share(progress, 5, 85, 100)
    if single:
        classes = _classes(labels, nets)
        fitted = fit_single(rows, classes, parents.size + 1, folds=folds, seed=seed, progress=part)
    else:
        targets = np.where(labels < 0, 0, np.where(labels == 1, 1, -1)).astype(np.int8)
        fitted = fit_ridge(rows, targets, groups, folds=folds, progress=part)
    weights = fitted.weights.astype(np.float16).astype(np.float32)
    known = np.diff(rows.indptr) > 0
    progress(90, 100)
    out_of_sample = _judge(fitted.held_out, known, labels, able, folds, parents, single)
    thresholds = _thresholds(fitted.held_out, labels, able, nets, single)
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
    progress(100, 100)
    return Model(
        features=features,
        weights=weights,
        bias=fitted.bias,
        parents=parents,
        calibration=_calibrate(fitted.held_out, labels, nets, single),
        thresholds=thresholds,
        single=single,
        seed=seed,
        scores=scores,
        out_of_sample=out_of_sample,
    )


def bottom_up(parents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the columns ordered so that each comes before the net above it. Raises ValueError on a circle."""
    size = parents.size
    if ((parents < -1) | (parents >= size)).any():
        raise ValueError("a parent is not a column")
    depth = np.zeros(size, np.int64)
    above = parents.copy()
    for _ in range(size + 1):
        inside = above >= 0
        if not inside.any():
            return np.argsort(-depth, kind="stable")
        depth[inside] += 1
        above[inside] = parents[above[inside]]
    raise ValueError("the nets form a circle")


def _with_nets(labels: NDArray[np.int8], parents: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int8]:
    """Complete the columns of nets: yes where a code below is yes, no where all below are no, else as given or −1."""
    labels = labels.copy()
    children: dict[int, list[int]] = {}
    for column in order.tolist():
        below = children.get(column)
        if below:
            yes = (labels[:, below] == 1).any(axis=1) | (labels[:, column] == 1)
            no = (labels[:, below] == 0).all(axis=1)
            labels[:, column] = np.where(yes, 1, np.where(no, 0, -1))
        if parents[column] >= 0:
            children.setdefault(int(parents[column]), []).append(column)
    return labels


def _complete_single(
    labels: NDArray[np.int8], parents: NDArray[np.int64], nets: NDArray[np.bool_], order: NDArray[np.int64]
) -> NDArray[np.int8]:
    """Say no to all other codes of a row that has its one code. Raises ValueError where a row has two."""
    own = (labels == 1) & ~nets
    if (own.sum(axis=1) > 1).any():
        raise ValueError("a row of a single-choice frame carries two codes")
    decided = own.any(axis=1)
    filled = np.where(decided[:, None] & (labels < 0) & ~nets, np.int8(0), labels).astype(np.int8)
    return _with_nets(filled, parents, order)


def _any_below(marks: NDArray[np.bool_], parents: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Carry marks (n × columns) of codes up into all nets above them."""
    marks = marks.copy()
    for column in order.tolist():
        if parents[column] >= 0:
            marks[:, parents[column]] |= marks[:, column]
    return marks


def _classes(labels: NDArray[np.int8], nets: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the one code of each row (its column), ``columns`` for a reviewed row without any, −1 for an open row."""
    own = np.where(nets, np.int8(-1), labels)
    none = (labels[:, ~nets] == 0).all(axis=1)  # a class of its own, so that "none of these" can win
    return np.where((own == 1).any(axis=1), (own == 1).argmax(axis=1), np.where(none, nets.size, -1)).astype(np.int64)


def _thresholds(
    scores: Float, labels: NDArray[np.int8], able: NDArray[np.bool_], nets: NDArray[np.bool_], single: bool
) -> NDArray[np.float64]:
    if single:
        return np.where(able & ~nets, -np.inf, NEVER)
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
) -> Predictions:
    """Decide each fold of out-of-sample scores by thresholds and calibration of the other folds."""
    probability = np.zeros(labels.shape, np.float32)
    accepted = np.zeros(labels.shape, np.bool_)
    nets = np.isin(np.arange(parents.size), parents)
    for fold in range(FOLDS):
        out = folds == fold
        calibration = _calibrate(scores[~out], labels[~out], nets, single)
        thresholds = _thresholds(scores[~out], labels[~out], able, nets, single)
        probability[out], accepted[out] = _decide(scores[out], known[out], calibration, thresholds, parents, single)
    return Predictions(probability, accepted)


def _decide(
    scores: Float,
    known: NDArray[np.bool_],
    calibration: Calibration,
    thresholds: NDArray[np.float64],
    parents: NDArray[np.int64],
    single: bool,
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
