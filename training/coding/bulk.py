"""Coding many texts: what ``Model.predict`` and the sentiment model say, kept only where there is something to say.

Two hundred probabilities a text cost more than its scores. So a score is compared with the lowest one that could matter
for its code, and only those that pass are calibrated: the same decisions, to the bit, at a third of the cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from training.learner.classifier import Model
from training.learner.exclusive import alone_of
from training.learner.features import chunks
from training.learner.sentiment import SentimentModel
from training.learner.texts import channel_of, words_of

FLOOR = 0.05
"""Probability below which a code that was not accepted is not kept."""
SCALE = 10_000
"""Kept probabilities are whole numbers of 1/SCALE."""
NO_SENTIMENT = 9

Whole = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Known:
    """Out-of-sample figures of texts that trained the model: ``rows`` int64 (k) of the texts to code,
    ``probability`` float32 and ``accepted`` bool (k × columns)."""

    rows: NDArray[np.int64]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Coded:
    """What a model says of n texts: m mentions worth keeping, sorted by text and column.

    ``rows`` int32 (m) the text; ``columns`` int32 (m) the column of the model, never a net; ``probability`` int32 (m)
    in 1/SCALE; ``accepted`` bool (m); ``sentiment`` int8 (m), −1, 0, 1, or NO_SENTIMENT without a sentiment model;
    ``confidence`` int32 (m) of the sentiment, in 1/SCALE. Of each text, in 1/SCALE: ``covered`` int32 (n), the share
    that its accepted codes explain, and ``none`` int32 (n), how likely no code fits; both empty where not asked for.
    """

    texts: int
    rows: Whole
    columns: Whole
    probability: Whole
    accepted: NDArray[np.bool_]
    sentiment: NDArray[np.int8]
    confidence: Whole
    covered: Whole
    none: Whole


@dataclass(frozen=True, slots=True)
class Mentions:
    """Rows, columns, float32 probabilities and acceptance of what may be kept."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    probability: NDArray[np.float32]
    accepted: NDArray[np.bool_]

    def where(self, kept: NDArray[np.bool_]) -> Mentions:
        return Mentions(self.rows[kept], self.columns[kept], self.probability[kept], self.accepted[kept])


class Coder:
    """A model made ready to code texts in any number; each text is coded as if it were alone.

    ``cuts`` float64 (columns): calibrated probabilities that people set as thresholds, NaN where the model's own hold.
    ``whole_answers``: say also how much of each is covered and how likely no code fits, which takes longer than coding.
    """

    def __init__(
        self,
        model: Model,
        *,
        sentiment: SentimentModel | None = None,
        cuts: NDArray[np.float64] | None = None,
        whole_answers: bool = True,
    ) -> None:
        self._model = model
        self._whole_answers = whole_answers
        self._sentiment = sentiment
        self._weigher = model.features.weigher()
        self._cuts = np.full(model.columns, np.nan) if cuts is None else np.asarray(cuts, np.float64)
        self._leaves = model.leaves
        self._by_hand = ~np.isnan(self._cuts) & self._leaves
        self._least = _least_scores(model, self._leaves)
        # Where codes exclude each other the highest score wins, so each may be accepted below any floor.
        self._rivals = np.where(np.append(model.thresholds, -np.inf) < np.inf, np.float32(0), np.float32(-np.inf))

    def code(
        self, prepared: Sequence[str], direction: int = 0, *, known: Known | None = None, progress: Progress = silent
    ) -> Coded:
        """Code texts as the model's reader prepares them; they answer a question of this direction (−1, 0, 1).

        ``known`` rows get their out-of-sample figures. Raises CancelledError through progress.
        """
        place = {one: number for number, one in enumerate(dict.fromkeys(prepared))}
        distinct = list(place)
        back = np.fromiter((place[one] for one in prepared), np.int64, len(prepared))
        found, readable = self._mentions(distinct, progress)
        if len(distinct) < len(prepared):
            found, readable = _spread(found, back, len(distinct)), readable[back]
        if known is not None and known.rows.size:
            found = self._with_known(found, known)
        found = self._apply_cuts(found, readable)
        sentiment, confidence = self._moods(found, prepared, direction, progress)
        progress(len(prepared), len(prepared))
        return Coded(
            texts=len(prepared),
            rows=found.rows.astype(np.int32),
            columns=found.columns.astype(np.int32),
            probability=in_scale(found.probability),
            accepted=found.accepted,
            sentiment=sentiment,
            confidence=confidence,
            covered=in_scale(self._covered(prepared, found)),
            none=in_scale(self._none(len(prepared), found)),
        )

    def _covered(self, prepared: Sequence[str], found: Mentions) -> NDArray[np.float32]:
        if not self._whole_answers:
            return np.empty(0, np.float32)
        return self._model.covered(prepared, found.rows[found.accepted], found.columns[found.accepted])

    def _none(self, texts: int, found: Mentions) -> NDArray[np.float32]:
        if not self._whole_answers:
            return np.empty(0, np.float32)
        return self._model.outlet.none(texts, found.rows, found.probability)

    def _mentions(self, texts: Sequence[str], progress: Progress) -> tuple[Mentions, NDArray[np.bool_]]:
        """Return what may be kept, and which texts hold an n-gram that the model knows."""
        parts = []
        readable = np.zeros(len(texts), np.bool_)
        for start, end in chunks(texts):
            progress(start, len(texts))
            table, readable[start:end] = self._weigher.by_column(texts[start:end])
            scores = np.asarray(table @ self._model.weights, np.float32)
            scores += self._model.bias
            parts.append(self._chosen(scores, readable[start:end], start))
        return _together(parts), readable

    def _chosen(self, scores: NDArray[np.float32], readable: NDArray[np.bool_], start: int) -> Mentions:
        """Calibrate the scores that may matter and decide them."""
        model, size = self._model, self._model.columns
        matters = scores[:, :size] >= self._least
        if model.single:
            winner = (scores + self._rivals).argmax(axis=1)
            won = np.flatnonzero((winner < size) & readable)
            matters[won, winner[won]] = True
        rows, columns = np.divmod(np.flatnonzero(matters), size)
        own = scores[rows, columns]
        probability = model.calibration.probability_of(own, columns)
        accepted = winner[rows] == columns if model.single else own >= model.thresholds[columns]
        accepted = accepted & readable[rows]
        if not model.single:
            accepted = alone_of(rows, columns, accepted, probability, model.exclusive)
        told = Mentions(rows + start, columns, probability, accepted)
        return told.where(accepted | (probability >= FLOOR))

    def _with_known(self, found: Mentions, known: Known) -> Mentions:
        """Put the figures of known rows in the place of those found."""
        rows, columns = np.nonzero((known.accepted | (known.probability >= FLOOR)) & self._leaves)
        own = Mentions(known.rows[rows], columns, known.probability[rows, columns], known.accepted[rows, columns])
        return _together([found.where(~np.isin(found.rows, known.rows)), own], sort=True)

    def _apply_cuts(self, found: Mentions, readable: NDArray[np.bool_]) -> Mentions:
        """Let thresholds set by hand decide; where codes exclude each other they can only refuse the winner."""
        if not self._by_hand.any():
            return found
        by_hand = self._by_hand[found.columns]
        least = np.rint(np.nan_to_num(self._cuts, nan=0.0) * SCALE).astype(np.int64)
        above = in_scale(found.probability) >= least[found.columns]
        above &= found.accepted if self._model.single else readable[found.rows]
        accepted = np.where(by_hand, above, found.accepted)
        if not self._model.single:
            accepted = alone_of(found.rows, found.columns, accepted, found.probability, self._model.exclusive)
        told = Mentions(found.rows, found.columns, found.probability, accepted)
        return told.where(accepted | (found.probability >= FLOOR))

    def _moods(
        self, found: Mentions, prepared: Sequence[str], direction: int, progress: Progress
    ) -> tuple[NDArray[np.int8], Whole]:
        size = found.rows.size
        if self._sentiment is None or not size:
            return np.full(size, NO_SENTIMENT, np.int8), np.zeros(size, np.int32)
        progress(0, None)
        told = self._sentiment.predict(
            [words_of(prepared[row]) for row in found.rows.tolist()],
            found.columns,
            np.full(size, direction, np.int8),
            channels=np.array([channel_of(one) for one in prepared], np.int8)[found.rows],
        )
        return told.sentiment, in_scale(told.confidence)


def in_scale(probability: NDArray[np.float32]) -> Whole:
    """Return probabilities as whole numbers of 1/SCALE."""
    return np.rint(probability * SCALE).astype(np.int32).clip(0, SCALE)


def _least_scores(model: Model, leaves: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return for each column a score below which nothing is kept: neither accepted nor of probability FLOOR.

    Found by halving, a little low: what passes is decided by the calibration itself. Nets never pass.
    """
    low, high = np.full(model.columns, np.float32(-1e3)), np.full(model.columns, np.float32(1e3))
    every = np.arange(model.columns)
    for _ in range(60):
        middle = (low + high) * np.float32(0.5)
        under = model.calibration.probability_of(middle, every) < FLOOR
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    least = np.minimum(low - 1e-4 * (1 + np.abs(low)), model.thresholds)
    if model.single:
        least = low - 1e-4 * (1 + np.abs(low))
    return np.where(leaves, least, np.inf).astype(np.float32)


def _spread(found: Mentions, back: NDArray[np.int64], distinct: int) -> Mentions:
    """Give the mentions of distinct texts to all texts: ``back`` (n) is the distinct text of each."""
    pointer = np.searchsorted(found.rows, np.arange(distinct + 1))
    lengths = np.diff(pointer)[back]
    rows = np.repeat(np.arange(back.size), lengths)
    ends = np.cumsum(lengths)
    places = np.arange(rows.size) - np.repeat(ends - lengths, lengths) + np.repeat(pointer[:-1][back], lengths)
    return Mentions(rows, found.columns[places], found.probability[places], found.accepted[places])


def _together(parts: Sequence[Mentions], *, sort: bool = False) -> Mentions:
    rows = np.concatenate([np.empty(0, np.int64), *(part.rows for part in parts)])
    columns = np.concatenate([np.empty(0, np.int64), *(part.columns for part in parts)])
    probability = np.concatenate([np.empty(0, np.float32), *(part.probability for part in parts)])
    accepted = np.concatenate([np.empty(0, np.bool_), *(part.accepted for part in parts)])
    found = Mentions(rows, columns, probability, accepted)
    if sort:
        order = np.lexsort((columns, rows))
        return Mentions(rows[order], columns[order], probability[order], accepted[order])
    return found
