"""Sentiment of each mention (verbatim × code): negative, neutral or positive, with honest confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import wilson_interval
from annotate.jobs import Progress, Share, silent
from training.learner.calibration import Calibration, fit_calibration
from training.learner.features import Features, count, fit_features
from training.learner.mention_rows import POLARITIES, MentionRows, clauses_of, fit_evidence, mention_rows
from training.learner.ridge import FOLDS, deal_folds, fit_ridge
from training.learner.sentiment_scores import CLASSES, SentimentScores, score
from training.learner.texts import CHANNELS
from training.learner.thresholds import NEVER, learnable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Double = NDArray[np.float64]
Int = NDArray[np.int64]

ENOUGH = 50
"""With fewer mentions that carry a sentiment the commonest one is predicted for all."""
MAX_KEYS = 1 << 18
PENALTY = 1.5
"""Of the ridge; between 1 (best on cosmetics) and 2 (best on cars), measured with five folds of the training part."""

_DIRECTIONS = 3
_NAMED = np.float32(0.5)
_CROSSED = np.float32(0.5)
_CHANNEL = np.float32(0.1)
"""A channel tells little of a sentiment: crossed with n-grams, or as strong as a code, it was measured to do harm."""
_CHUNK = 8000
_CHUNK_CHARACTERS = 4_000_000
_SEARCHED = 20_000
_GRIDS = (15, 9)
_CHANCE = 0.25
"""Offsets count as equally good within 0.25 / √n of the best sum of accuracy and macro-F1."""


@dataclass(frozen=True, slots=True)
class SentimentPredictions:
    """``sentiment`` int8 (m): −1, 0 or 1; ``confidence`` float32 (m), the probability that it is right."""

    sentiment: NDArray[np.int8]
    confidence: Float


@dataclass(frozen=True, slots=True)
class SentimentModel:
    """A fitted model of mentions of ``columns`` codes.

    ``evidence`` float32 (d × columns): how much an n-gram speaks of a code, which says which clauses to read.
    ``weights`` float32 (rows × 3), ``bias`` float32 (3) and ``offsets`` float64 (3, +inf: never) give the score of each
    sentiment; their rows are d n-grams of the whole text, d of the clauses near the code, the contexts (code,
    direction, channel), the POLARITIES, and near n-grams within code and direction, by ``keys`` int64 (q), rising:
    context · d + n-gram. Evidence and weights are exactly representable in 16 bits. ``directed``, ``by_channel``: the
    direction of the question, and the channel, count.
    A model that has not ``learned`` says ``fallback`` with ``fallback_confidence``; its arrays are empty.
    ``out_of_sample`` are predictions for the mentions that trained it (None in a model read from a file).
    """

    features: Features
    evidence: Float
    keys: Int
    weights: Float
    bias: Float
    offsets: Double
    calibration: Calibration
    columns: int
    directed: bool
    by_channel: bool
    fallback: int
    fallback_confidence: float
    seed: int
    scores: SentimentScores
    out_of_sample: SentimentPredictions | None

    @property
    def learned(self) -> bool:
        """Tell whether there is more to say than the commonest sentiment."""
        return bool(self.weights.size)

    def predict(
        self, texts: Sequence[str], codes: Int, directions: NDArray[np.int8], *,
        channels: NDArray[np.int8] | None = None, progress: Progress = silent,
    ) -> SentimentPredictions:  # fmt: skip
        """Predict m mentions: folded text of the verbatim, column of the code, direction of the question (−1, 0, 1).

        channels: int8 (m) in [0, CHANNELS), 0 where it is not known.
        """
        codes, directions, channels = _checked(texts, codes, directions, channels, self.columns)
        sentiment = np.full(len(texts), self.fallback, np.int8)
        confidence = np.full(len(texts), self.fallback_confidence, np.float32)
        for start, end in _chunks(texts) if self.learned else ():
            progress(start, len(texts))
            part = slice(start, end)
            different, places = _different(texts[part])
            rows = mention_rows(clauses_of(different, self.features), self.evidence, places, codes[part])
            context = _contexts(codes[part], directions[part] if self.directed else None, self.columns)
            come = channels[part] if self.by_channel else None
            scores = _score_rows(rows, context, come, self.keys, self.weights, self.columns) + self.bias
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
    random_rows: NDArray[np.bool_] | None = None,
    channels: NDArray[np.int8] | None = None,
    progress: Progress = silent,
) -> SentimentModel:
    """Fit mentions that carry a sentiment (−1, 0, 1) and score the fit out of sample.

    texts (m), the folded verbatim of each mention; codes int (m) < columns; directions int8 (m): −1 dislikes,
    0 neutral, 1 likes; groups int (m): mentions left out together (a verbatim, its duplicates, a respondent);
    random_rows bool (m): mentions in answers drawn at random; channels int8 (m) in [0, CHANNELS). Ridge on the n-grams
    of the clauses that speak of the code, those of the whole text, good and bad words, code, direction and channel, and
    near n-grams within code and direction; an offset a sentiment is chosen for accuracy and macro-F1 alike. Figures and
    ``out_of_sample`` use offsets of the other folds.
    Falls back to the commonest sentiment below ENOUGH mentions or where fewer than two have five.
    """
    codes, directions, channels = _checked(texts, codes, directions, channels, columns)
    sentiments = np.asarray(sentiments, np.int8)
    if sentiments.shape != codes.shape or not np.isin(sentiments, CLASSES).all():
        raise ValueError("one sentiment of -1, 0 or 1 a mention is needed")
    labels = (sentiments[:, None] == np.array(CLASSES)).astype(np.int8)
    able = learnable(labels)
    support = labels.sum(axis=0, dtype=np.int64)
    fallback = CLASSES[int(support.argmax())] if sentiments.size else 0
    groups = np.unique(np.asarray(groups, np.int64), return_inverse=True)[1].reshape(-1).astype(np.int64)
    if random_rows is None:
        random_rows = np.zeros(codes.size, np.bool_)
    if sentiments.size < ENOUGH or able.sum() < 2:
        return _majority(sentiments, groups, random_rows, fallback, columns, seed)
    progress(0, 100)
    different, places = _different(texts)
    features = fit_features(count(different), minimum=2)
    clauses = clauses_of(different, features)
    progress(10, 100)
    evidence = fit_evidence(clauses, places, codes, columns)
    progress(20, 100)
    near = mention_rows(clauses, evidence, places, codes)
    directed, by_channel = bool((directions != directions[0]).any()), bool((channels != channels[0]).any())
    context = _contexts(codes, directions if directed else None, columns)
    rows, keys = _design(near, context, channels if by_channel else None, columns)
    folds = deal_folds(groups, seed)
    targets = np.where(labels == 1, np.int8(1), np.int8(-1))
    fitted = fit_ridge(rows, targets, groups, folds=folds, penalty=PENALTY, progress=Share(progress, 25, 65, 100))
    held_out = fitted.held_out
    said = SentimentPredictions(np.zeros(codes.size, np.int8), np.zeros(codes.size, np.float32))
    for fold in range(FOLDS):
        progress(90 + 2 * fold, 100)
        out = folds == fold
        offsets = _offsets(held_out[~out], labels[~out], able, seed)
        calibration = _calibrate(held_out[~out], labels[~out], offsets)
        said.sentiment[out], said.confidence[out] = _decide(held_out[out], offsets, calibration)
    offsets = _offsets(held_out, labels, able, seed)
    progress(100, 100)
    return SentimentModel(
        features=features,
        evidence=evidence,
        keys=keys,
        weights=fitted.weights.astype(np.float16).astype(np.float32),
        bias=fitted.bias,
        offsets=offsets,
        calibration=_calibrate(held_out, labels, offsets),
        columns=columns,
        directed=directed,
        by_channel=by_channel,
        fallback=fallback,
        fallback_confidence=0.0,
        seed=seed,
        scores=score(said.sentiment, sentiments, groups, random_rows, seed, learned=True),
        out_of_sample=said,
    )


def context_count(columns: int) -> int:
    """Return how many contexts there are: codes, directions of questions and channels."""
    return columns + _DIRECTIONS + CHANNELS


def weight_rows(width: int, columns: int, keys: int) -> int:
    """Return how many rows the weights of a model have: n-grams, codes, n-grams within codes."""
    return 2 * width + context_count(columns) + POLARITIES + keys


def _checked(
    texts: Sequence[str],
    codes: Int,
    directions: NDArray[np.int8],
    channels: NDArray[np.int8] | None,
    columns: int,
) -> tuple[Int, NDArray[np.int8], NDArray[np.int8]]:
    codes, directions = np.asarray(codes, np.int64), np.asarray(directions, np.int8)
    channels = np.zeros(codes.size, np.int8) if channels is None else np.asarray(channels, np.int8)
    if codes.shape != (len(texts),) or directions.shape != codes.shape or channels.shape != codes.shape:
        raise ValueError("texts, codes, directions and channels do not fit together")
    if codes.size and (codes.min() < 0 or codes.max() >= columns or np.abs(directions).max() > 1):
        raise ValueError("a code or a direction is out of range")
    if channels.size and (channels.min() < 0 or channels.max() >= CHANNELS):
        raise ValueError("a channel is out of range")
    return codes, directions, channels


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of runs of mentions of bounded memory."""
    start, characters = 0, 0
    for row, text in enumerate(texts):
        if row > start and (row - start == _CHUNK or characters + len(text) > _CHUNK_CHARACTERS):
            yield start, row
            start, characters = row, 0
        characters += len(text)
    if start < len(texts):
        yield start, len(texts)


def _different(texts: Sequence[str]) -> tuple[list[str], Int]:
    """Return the different texts, and int64 (m) the place of each text among them."""
    place = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    places = np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))
    return list(place), places


def _contexts(codes: Int, directions: NDArray[np.int8] | None, columns: int) -> Int:
    """Return int64 (m × 1 or 2): the code, and where it counts the direction, of each mention, as one numbering."""
    if directions is None:
        return codes[:, None]
    return np.stack([codes, columns + 1 + directions.astype(np.int64)], axis=1)


def _design(rows: MentionRows, context: Int, channels: NDArray[np.int8] | None, columns: int) -> tuple[csr_array, Int]:
    """Return float32 CSR (m × weight rows) and the keys of its last columns: pairs seen twice, the commonest."""
    from scipy.sparse import csr_array, hstack

    near, mentions = rows.near, context.shape[0]
    width = near.shape[1]
    owner = np.repeat(np.arange(mentions), np.diff(near.indptr))
    sides = context.shape[1]
    names = (context[owner] * width + near.indices[:, None]).ravel()
    keys, seen = np.unique(names, return_counts=True)
    keys, seen = keys[seen >= 2], seen[seen >= 2]
    if keys.size > MAX_KEYS:
        keys = np.sort(keys[np.argsort(-seen, kind="stable")[:MAX_KEYS]])
    place = np.minimum(np.searchsorted(keys, names), max(keys.size - 1, 0))
    known = keys[place] == names if keys.size else np.zeros(names.size, np.bool_)
    values = np.repeat(near.data * _CROSSED, sides)[known]
    crossed = csr_array((values, (np.repeat(owner, sides)[known], place[known])), shape=(mentions, keys.size))
    ends = np.arange(mentions + 1) * sides
    named = csr_array(
        (np.full(mentions * sides, _NAMED), context.ravel(), ends), shape=(mentions, context_count(columns))
    )
    if channels is not None:
        at = columns + _DIRECTIONS + channels.astype(np.int64)
        ends = np.arange(mentions + 1)
        named = named + csr_array((np.full(mentions, _CHANNEL), at, ends), shape=named.shape)
    whole = hstack(
        [rows.whole[rows.places], near, named, csr_array(rows.marks), crossed], format="csr", dtype=np.float32
    )
    return csr_array(whole), keys


def _score_rows(
    rows: MentionRows, context: Int, channels: NDArray[np.int8] | None, keys: Int, weights: Float, columns: int
) -> Float:
    """Return float32 (m × 3), what ``_design`` times the weights is, without looking a key up for each n-gram."""
    width = rows.near.shape[1]
    cuts = np.cumsum([width, width, context_count(columns), POLARITIES])
    on_whole, on_near, on_context, on_marks, on_crossed = np.split(weights, cuts)
    scores = (rows.whole @ on_whole)[rows.places] + rows.near @ on_near + rows.marks @ on_marks
    scores += _NAMED * on_context[context].sum(axis=1)
    for one in np.unique(context).tolist():
        low, high = np.searchsorted(keys, (one * width, (one + 1) * width))
        if low == high:
            continue
        mentions = np.flatnonzero((context == one).any(axis=1))
        own = np.zeros((width, len(CLASSES)), np.float32)
        own[keys[low:high] - one * width] = _CROSSED * on_crossed[low:high]
        scores[mentions] += rows.near[mentions] @ own
    if channels is not None:
        scores += _CHANNEL * on_context[columns + _DIRECTIONS + channels.astype(np.int64)]
    return np.asarray(scores, np.float32)


def _offsets(scores: Float, labels: NDArray[np.int8], able: NDArray[np.bool_], seed: int) -> Double:
    """Return float64 (3): what a score must exceed, the best found for accuracy + macro-F1, +inf for what is not able.

    Accuracy alone would leave rare sentiments unsaid, macro-F1 alone would say them much too often. Offsets against the
    commonest class on a grid, coarse, then fine around the best: the middle of all that are as good but for chance,
    since the best alone stands at the edge of a few mentions.
    """
    if labels.shape[0] > _SEARCHED:
        chosen = np.random.default_rng(seed).permutation(labels.shape[0])[:_SEARCHED]
        scores, labels = scores[chosen], labels[chosen]
    support = labels.sum(axis=0, dtype=np.int64)
    places = np.flatnonzero(able)
    usual = int(places[support[places].argmax()])
    others = [place for place in places.tolist() if place != usual]
    found = np.where(able, 0.0, NEVER)
    truth = labels.argmax(axis=1)
    chance = _CHANCE / np.sqrt(truth.size)
    reach = 1.5 * max(float(scores[:, places].std()), 1e-6)
    for size in _GRIDS:
        moves = np.array(np.meshgrid(*[np.linspace(-reach, reach, size)] * len(others))).reshape(len(others), -1).T
        values = np.empty(moves.shape[0])
        for place, move in enumerate(moves):
            tried = found.copy()
            tried[others] += move
            said = (scores - tried).argmax(axis=1)
            hits = np.bincount(truth[said == truth], minlength=len(CLASSES))
            f1 = 2 * hits / np.maximum(np.bincount(said, minlength=len(CLASSES)) + support, 1)
            values[place] = hits.sum() / truth.size + float(f1[support > 0].mean())
        good = moves[values >= values.max() - chance]
        found[others] += good[((good - good.mean(axis=0)) ** 2).sum(axis=1).argmin()]
        reach *= 2 / (size - 1)
    return found


def _margins(scores: Float, offsets: Double) -> tuple[Int, Float]:
    """Return the winning class (m) and its lead over the second (m)."""
    ranked = scores.astype(np.float64) - offsets
    best = ranked.argmax(axis=1)
    top = np.sort(ranked, axis=1)
    return best, np.minimum(top[:, -1] - top[:, -2], 1e3).astype(np.float32)


def _calibrate(scores: Float, labels: NDArray[np.int8], offsets: Double) -> Calibration:
    """Fit, for each winning class, how often it is right at a given lead."""
    best, lead = _margins(scores, offsets)
    right = np.full(labels.shape, -1, np.int8)
    every = np.arange(best.size)
    right[every, best] = labels[every, best]
    return fit_calibration(np.repeat(lead[:, None], len(CLASSES), axis=1), right)


def _decide(scores: Float, offsets: Double, calibration: Calibration) -> tuple[NDArray[np.int8], Float]:
    best, lead = _margins(scores, offsets)
    confidence = calibration.probability(np.repeat(lead[:, None], len(CLASSES), axis=1))
    return (best - 1).astype(np.int8), confidence[np.arange(best.size), best]


def _majority(
    sentiments: NDArray[np.int8], groups: Int, random: NDArray[np.bool_], fallback: int, columns: int, seed: int
) -> SentimentModel:
    """Return the model that always says the commonest class, as sure as the lower end of its Wilson interval."""
    size = sentiments.size
    confidence = wilson_interval(int((sentiments == fallback).sum()), size)[0] if size else 0.0
    said = SentimentPredictions(np.full(size, fallback, np.int8), np.full(size, confidence, np.float32))
    return SentimentModel(
        features=Features(np.empty(0, np.int32), np.empty(0, np.float32)),
        evidence=np.empty((0, columns), np.float32),
        keys=np.empty(0, np.int64),
        weights=np.empty((0, len(CLASSES)), np.float32),
        bias=np.zeros(len(CLASSES), np.float32),
        offsets=np.zeros(len(CLASSES)),
        calibration=Calibration(
            np.ones(len(CLASSES)), np.zeros(len(CLASSES)), np.empty(0, np.float64), np.empty(0, np.float64)
        ),
        columns=columns,
        directed=False,
        by_channel=False,
        fallback=fallback,
        fallback_confidence=confidence,
        seed=seed,
        scores=score(said.sentiment, sentiments, groups, random, seed, learned=False),
        out_of_sample=said,
    )
