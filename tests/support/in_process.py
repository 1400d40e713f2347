"""A worker without a process of its own: the same functions, called directly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from annotate.lexicon import Vocabulary
from training.clusters_fit import Groups, group_texts
from training.coding.chunk import Chunk, ChunkCoder, CodedChunk, Plan
from training.learner import classifier, sentiment
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.loop.asking import Ask, Asked, Corpus, Desk
from training.process.worker import Worker


class InProcess(Worker):
    """Does in this process what the child would do; test_worker proves that the answers are the same."""

    def __init__(self) -> None:
        super().__init__()
        self._desk = Desk()
        self._corpus: Corpus | None = None

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int8],
        *,
        parents: NDArray[np.int64],
        groups: NDArray[np.int64],
        seed: int,
        single: bool = False,
        exclusive: NDArray[np.bool_] | None = None,
        random_rows: NDArray[np.bool_] | None = None,
        corpus: Sequence[str] = (),
        hints: Hints = NO_HINTS,
        progress: Progress = silent,
    ) -> classifier.Model:
        return classifier.fit(
            texts, labels, parents=parents, groups=groups, seed=seed, single=single, exclusive=exclusive,
            random_rows=random_rows, corpus=corpus, hints=hints, progress=progress,
        )  # fmt: skip

    def predict(
        self, model: classifier.Model, texts: Sequence[str], *, progress: Progress = silent
    ) -> classifier.Predictions:
        return model.predict(texts, progress=progress)

    @property
    def corpus(self) -> Corpus | None:
        return self._corpus

    def ask(self, asked: Ask, corpus: Corpus, *, progress: Progress = silent) -> Asked:
        fresh, self._corpus = corpus is not self._corpus, corpus
        return self._desk.ask(asked, corpus if fresh else None, progress=progress)

    def group_texts(
        self,
        texts: Sequence[str],
        counts: NDArray[np.int64],
        vocabulary: Vocabulary,
        *,
        groups: int | None = None,
        seed: int = 0,
        progress: Progress = silent,
    ) -> Groups:
        return group_texts(texts, counts, vocabulary, groups=groups, seed=seed, progress=progress)

    def fit_sentiment(
        self,
        texts: Sequence[str],
        codes: NDArray[np.int64],
        directions: NDArray[np.int8],
        sentiments: NDArray[np.int8],
        *,
        columns: int,
        groups: NDArray[np.int64],
        seed: int,
        random_rows: NDArray[np.bool_] | None = None,
        channels: NDArray[np.int8] | None = None,
        progress: Progress = silent,
    ) -> sentiment.SentimentModel:
        return sentiment.fit_sentiment(
            texts,
            codes,
            directions,
            sentiments,
            columns=columns,
            groups=groups,
            seed=seed,
            random_rows=random_rows,
            channels=channels,
            progress=progress,
        )

    def predict_sentiment(
        self,
        model: sentiment.SentimentModel,
        texts: Sequence[str],
        codes: NDArray[np.int64],
        directions: NDArray[np.int8],
        *,
        progress: Progress = silent,
    ) -> sentiment.SentimentPredictions:
        return model.predict(texts, codes, directions, progress=progress)

    def code_chunk(self, plan: Plan, chunk: Chunk, *, progress: Progress = silent) -> CodedChunk:
        coder = ChunkCoder(plan)
        try:
            return coder(chunk, progress)
        finally:
            coder.close()
