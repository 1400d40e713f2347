"""Sentiment of each mention (verbatim × code): negative, neutral or positive, with honest confidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import f1_interval, f1_score, wilson_interval
from annotate.jobs import Progress, Share, silent
from training.calibration import Calibration, fit_calibration
from training.evaluate import Figure
from training.features import Features, count, fit_features
from training.ridge import FOLDS, deal_folds, fit_ridge
from training.thresholds import fit_thresholds, learnable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Int = NDArray[np.int64]

CLASSES = (-1, 0, 1)
ENOUGH = 50
"""With fewer mentions that carry a sentiment the commonest one is predicted for all."""
MAX_KEYS = 1 << 18

_DIRECTIONS = 3
_CROSSED = np.float32(0.7)
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class SentimentScores:
    """Out-of-sample figures: ``accuracy`` over ``base`` mentions and ``f1`` of negative, neutral, positive.

    ``support``: mentions of each class. ``majority``: accuracy of always saying the commonest. ``learned``: False where
    that is what the model does. Intervals are Wilson's, for F1 of the Jaccard share; mentions count as independent.
    """

    accuracy: Figure
    f1: tuple[Figure, Figure, Figure]
    support: tuple[int, int, int]
    majority: float
    base: int
    learned: bool


@dataclass(frozen=True, slots=True)
class SentimentPredictions:
    """``sentiment`` int8 (m): −1, 0 or 1; ``confidence`` float32 (m), the probability that it is right."""

    sentiment: NDArray[np.int8]
    confidence: Float


@dataclass(frozen=True, slots=True)
class SentimentModel:
    """A fitted model of mentions of ``columns`` codes.

    Its columns are ``keys`` int64 (q), rising: n-gram; code or direction; n-gram within a code or direction.
    ``weights`` float32 (q × 3), exactly representable in 16 bits, ``bias`` float32 (3) and ``offsets`` float64 (3,
    +inf: never) give the score of each class. ``directed``: the direction of the question counts. Without keys it says
    ``fallback`` with ``fallback_confidence``.
    ``out_of_sample`` are predictions for the mentions that trained it (None in a model read from a file).
    """

    features: Features
    keys: Int
    weights: Float
    bias: Float
    offsets: NDArray[np.float64]
    calibration: Calibration
    columns: int
    directed: bool
    fallback: int
    fallback_confidence: float
    seed: int
    scores: SentimentScores
    out_of_sample: SentimentPredictions | None

    def predict(
        self, texts: Sequence[str], codes: Int, directions: NDArray[np.int8], *, progress: Progress = silent
    ) -> SentimentPredictions:
        """Predict m mentions: folded text of the verbatim, column of the code, direction of the question (−1, 0, 1)."""
        codes, directions = _checked(texts, codes, directions, self.columns)
        sentiment = np.full(len(texts), self.fallback, np.int8)
        confidence = np.full(len(texts), self.fallback_confidence, np.float32)
        if self.keys.size:
            for start in range(0, len(texts), _CHUNK):
                progress(start, len(texts))
                part = slice(start, start + _CHUNK)
                context = _contexts(codes[part], directions[part], self.columns, self.directed)
                rows = _select(*_expand(self.features.transform(texts[part]), context, self.columns), self.keys)
                scores = rows @ self.weights + self.bias
                sentiment[part], confidence[part] = _decide(scores, self.offsets, self.calibration)
        progress(len(texts), len(texts))
        return SentimentPredictions(sentiment, confidence)


def fit_sentiment(
    texts: Sequence[str],
    codes: Int,
    directions: NDArray[np.int8],
    sentiments: NDArray[np.int8],
    *,
    columns: int,
    groups: Int,
    seed: int,
    progress: Progress = silent,
) -> SentimentModel:
    """Fit mentions that carry a sentiment (−1, 0, 1) and score the fit out of sample.

    texts (m), the folded verbatim of each mention; codes int (m) < columns; directions int8 (m): −1 dislikes,
    0 neutral, 1 likes; groups int (m): mentions left out together (a verbatim, its duplicates, a respondent). Ridge on
    n-grams, code and direction, and n-grams within code and direction; per class an offset from out-of-sample scores so
    that rare classes are found about as often as they occur. Figures and ``out_of_sample`` use offsets of the other
    folds. Falls back to the commonest class below ENOUGH mentions or where fewer than two classes have five.
    """
    codes, directions = _checked(texts, codes, directions, columns)
    sentiments = np.asarray(sentiments, np.int8)
    if sentiments.shape != codes.shape or not np.isin(sentiments, CLASSES).all():
        raise ValueError("one sentiment of -1, 0 or 1 a mention is needed")
    labels = (sentiments[:, None] == np.array(CLASSES)).astype(np.int8)
    able = learnable(labels)
    support = labels.sum(axis=0, dtype=np.int64)
    fallback = CLASSES[int(support.argmax())] if sentiments.size else 0
    if sentiments.size < ENOUGH or able.sum() < 2:
        return _majority(sentiments, support, fallback, columns, seed)
    groups = np.unique(np.asarray(groups, np.int64), return_inverse=True)[1].reshape(-1).astype(np.int64)
    counts = count(texts)
    features = fit_features(counts, minimum=2)
    directed = bool((directions != directions[0]).any())
    expanded, names = _expand(features.weigh(counts), _contexts(codes, directions, columns, directed), columns)
    keys = _frequent(names, features.width + columns + _DIRECTIONS)
    rows = _select(expanded, names, keys)
    folds = deal_folds(groups, seed)
    targets = np.where(labels == 1, np.int8(1), np.int8(-1))
    fitted = fit_ridge(rows, targets, groups, folds=folds, progress=Share(progress, 5, 90, 100))
    held_out = fitted.held_out
    said = SentimentPredictions(np.zeros(codes.size, np.int8), np.zeros(codes.size, np.float32))
    for fold in range(FOLDS):
        out = folds == fold
        offsets = fit_thresholds(held_out[~out], labels[~out], able)
        calibration = _calibrate(held_out[~out], labels[~out], offsets)
        said.sentiment[out], said.confidence[out] = _decide(held_out[out], offsets, calibration)
    offsets = fit_thresholds(held_out, labels, able)
    progress(100, 100)
    return SentimentModel(
        features=features,
        keys=keys,
        weights=fitted.weights.astype(np.float16).astype(np.float32),
        bias=fitted.bias,
        offsets=offsets,
        calibration=_calibrate(held_out, labels, offsets),
        columns=columns,
        directed=directed,
        fallback=fallback,
        fallback_confidence=0.0,
        seed=seed,
        scores=_score(said.sentiment, sentiments, support, learned=True),
        out_of_sample=said,
    )


def _checked(
    texts: Sequence[str], codes: Int, directions: NDArray[np.int8], columns: int
) -> tuple[Int, NDArray[np.int8]]:
    codes, directions = np.asarray(codes, np.int64), np.asarray(directions, np.int8)
    if codes.shape != (len(texts),) or directions.shape != codes.shape:
        raise ValueError("texts, codes and directions do not fit together")
    if codes.size and (codes.min() < 0 or codes.max() >= columns or np.abs(directions).max() > 1):
        raise ValueError("a code or a direction is out of range")
    return codes, directions


def _contexts(codes: Int, directions: NDArray[np.int8], columns: int, directed: bool) -> Int:
    """Return int64 (m × 1 or 2): the code, and where it counts the direction, of each mention, as one numbering."""
    if not directed:
        return codes[:, None]
    return np.stack([codes, columns + 1 + directions.astype(np.int64)], axis=1)


def _expand(rows: csr_array, contexts: Int, columns: int) -> tuple[csr_array, Int]:
    """Return values as CSR (m × entries, one entry a column of its own) and the key of every entry.

    Keys: n-gram f → f; context k → d + k; n-gram within context → d + K + k·d + f, with K = columns + 3.
    """
    from scipy.sparse import csr_array

    width, total = rows.shape[1], columns + _DIRECTIONS
    lengths = np.diff(rows.indptr).astype(np.int64)
    grams = rows.indices.astype(np.int64)
    owner = np.repeat(np.arange(lengths.size), lengths)
    names, values, owners = [grams], [rows.data], [owner]
    for context in contexts.T:
        names += [width + context, width + total + context[owner] * width + grams]
        values += [np.ones(lengths.size, np.float32), rows.data * _CROSSED]
        owners += [np.arange(lengths.size), owner]
    order = np.argsort(np.concatenate(owners), kind="stable")
    pointer = np.zeros(lengths.size + 1, np.int64)
    sides = contexts.shape[1]
    np.cumsum((1 + sides) * lengths + sides, out=pointer[1:])
    size = order.size
    entries = csr_array((np.concatenate(values)[order], np.arange(size), pointer), shape=(lengths.size, size))
    return entries, np.concatenate(names)[order]


def _frequent(names: Int, always: int) -> Int:
    """Return the keys to keep, rising: those below ``always`` and those seen twice, the commonest MAX_KEYS."""
    keys, seen = np.unique(names, return_counts=True)
    keep = (keys < always) | (seen >= 2)
    keys, seen = keys[keep], seen[keep]
    if keys.size > MAX_KEYS:
        keys = np.sort(keys[np.argsort(-seen, kind="stable")[:MAX_KEYS]])
    return keys


def _select(entries: csr_array, names: Int, keys: Int) -> csr_array:
    """Return float32 CSR (m × q) of the entries whose name is among the keys."""
    from scipy.sparse import csr_array

    place = np.minimum(np.searchsorted(keys, names), keys.size - 1)
    known = keys[place] == names
    kept = np.zeros(known.size + 1, np.int64)
    np.cumsum(known, out=kept[1:])
    pointer = kept[entries.indptr]
    chosen = csr_array((entries.data[known], place[known], pointer), shape=(entries.shape[0], keys.size))
    chosen.sort_indices()
    return chosen


def _margins(scores: Float, offsets: NDArray[np.float64]) -> tuple[Int, Float]:
    """Return the winning class (m) and its lead over the second (m)."""
    ranked = scores.astype(np.float64) - offsets
    best = ranked.argmax(axis=1)
    top = np.sort(ranked, axis=1)
    return best, np.minimum(top[:, -1] - top[:, -2], 1e3).astype(np.float32)


def _calibrate(scores: Float, labels: NDArray[np.int8], offsets: NDArray[np.float64]) -> Calibration:
    """Fit, for each winning class, how often it is right at a given lead."""
    best, lead = _margins(scores, offsets)
    right = np.full(labels.shape, -1, np.int8)
    every = np.arange(best.size)
    right[every, best] = labels[every, best]
    return fit_calibration(np.repeat(lead[:, None], len(CLASSES), axis=1), right)


def _decide(scores: Float, offsets: NDArray[np.float64], calibration: Calibration) -> tuple[NDArray[np.int8], Float]:
    best, lead = _margins(scores, offsets)
    confidence = calibration.probability(np.repeat(lead[:, None], len(CLASSES), axis=1))
    return (best - 1).astype(np.int8), confidence[np.arange(best.size), best]


def _score(said: NDArray[np.int8], truth: NDArray[np.int8], support: Int, *, learned: bool) -> SentimentScores:
    base = int(truth.size)
    right = int((said == truth).sum())
    figures = []
    for value in CLASSES:
        hits = int(((said == value) & (truth == value)).sum())
        wrong, missed = int((said == value).sum()) - hits, int((truth == value).sum()) - hits
        figures.append(Figure(f1_score(hits, wrong, missed), *f1_interval(hits, wrong, missed)))
    return SentimentScores(
        accuracy=Figure(right / base if base else 0.0, *wilson_interval(right, base)),
        f1=(figures[0], figures[1], figures[2]),
        support=(int(support[0]), int(support[1]), int(support[2])),
        majority=int(support.max()) / base if base else 0.0,
        base=base,
        learned=learned,
    )


def _majority(sentiments: NDArray[np.int8], support: Int, fallback: int, columns: int, seed: int) -> SentimentModel:
    """Return the model that always says the commonest class, as sure as the lower end of its Wilson interval."""
    size = sentiments.size
    confidence = wilson_interval(int(support.max()), size)[0] if size else 0.0
    said = SentimentPredictions(np.full(size, fallback, np.int8), np.full(size, confidence, np.float32))
    return SentimentModel(
        features=Features(np.empty(0, np.int32), np.empty(0, np.float32)),
        keys=np.empty(0, np.int64),
        weights=np.empty((0, len(CLASSES)), np.float32),
        bias=np.zeros(len(CLASSES), np.float32),
        offsets=np.zeros(len(CLASSES)),
        calibration=Calibration(
            np.ones(len(CLASSES)), np.zeros(len(CLASSES)), np.empty(0, np.float64), np.empty(0, np.float64)
        ),
        columns=columns,
        directed=False,
        fallback=fallback,
        fallback_confidence=confidence,
        seed=seed,
        scores=_score(said.sentiment, sentiments, support, learned=False),
        out_of_sample=said,
    )
