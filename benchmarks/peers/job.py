"""A job folder as a peer's process sees it: what was asked in JSON, arrays beside it, the answer written back.

These files run in the peers' own environment and import nothing of the product.
"""

from __future__ import annotations

import importlib.metadata
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, load_npz

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bits = NDArray[np.uint8]


@dataclass(slots=True)
class Job:
    """``ask`` is job.json; pool rows come first, held-out rows after them, in texts and in ``given_rows`` alike.

    ``labels`` uint8 (pool × codes); in a single-choice set each row has one.
    """

    folder: Path
    ask: dict[str, object]
    labels: Bits
    answer: dict[str, object] = field(default_factory=dict)
    arrays: dict[str, NDArray[np.generic]] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Return the seed of this run."""
        return self.number("seed")

    @property
    def single(self) -> bool:
        """Tell whether every row has exactly one code."""
        return bool(self.ask["single"])

    @property
    def pool(self) -> int:
        """Return the number of pool rows."""
        return int(self.labels.shape[0])

    def number(self, name: str) -> int:
        """Return a whole number that was asked for."""
        value = self.ask[name]
        assert isinstance(value, int)
        return value

    def numbers(self, name: str) -> list[int]:
        """Return a list of whole numbers that was asked for."""
        value = self.ask[name]
        assert isinstance(value, list)
        return [int(entry) for entry in value]

    def word(self, name: str) -> str:
        """Return a word that was asked for."""
        return str(self.ask[name])

    def texts(self) -> list[str]:
        """Return the texts, pool rows first."""
        found = json.loads((self.folder / "texts.json").read_text(encoding="utf-8"))
        assert isinstance(found, list)
        return found

    def given_rows(self) -> csr_matrix:
        """Return the rows that the product made for these texts."""
        return csr_matrix(load_npz(self.folder / "rows.npz"))

    def rows(self) -> csr_matrix:
        """Return TF-IDF over words as a user of the peer would make them, or the product's rows when so asked."""
        if self.word("features") == "ours":
            return self.given_rows()
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = self.tokenised()
        vectorizer = TfidfVectorizer(token_pattern=r"\S+") if self.word("language") == "zh" else TfidfVectorizer()
        vectorizer.fit(texts[: self.pool])
        return csr_matrix(vectorizer.transform(texts))

    def tokenised(self) -> list[str]:
        """Return Chinese texts as words with spaces between (jieba's words, cut by rjieba); other texts as they are."""
        if self.word("language") != "zh":
            return self.texts()
        import rjieba

        return [" ".join(rjieba.cut(text)) for text in self.texts()]


def main(run: Callable[[Job], None], *packages: str) -> None:
    """Read the job named on the command line, run it, write the answer with versions, CPU seconds and memory."""
    folder = Path(sys.argv[1])
    job = Job(folder, json.loads((folder / "job.json").read_text(encoding="utf-8")), np.load(folder / "labels.npy"))
    begun = time.process_time()
    run(job)
    job.answer["cpu_seconds"] = time.process_time() - begun
    job.answer["versions"] = {name: importlib.metadata.version(name) for name in packages}
    job.answer["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    np.savez_compressed(folder / "answer.npz", allow_pickle=False, **job.arrays)
    (folder / "answer.json").write_text(json.dumps(job.answer), encoding="utf-8")


def held_out_scores(
    fit_and_score: Callable[[csr_matrix, Bits, csr_matrix], Floats],
    rows: csr_matrix,
    labels: Bits,
    *,
    seed: int,
    folds: int = 3,
) -> Floats:
    """Return a score for each labelled row (n × codes), made by the peer's own model fitted without its fold."""
    dealt = np.random.RandomState(seed).permutation(labels.shape[0]) % folds
    scores = np.zeros(labels.shape)
    for fold in range(folds):
        out = dealt == fold
        scores[out] = fit_and_score(rows[~out], labels[~out], rows[out])
    return scores


def one_against_rest(make: Callable[[], object], rows: csr_matrix, labels: Bits, fresh: csr_matrix) -> Floats:
    """Return decision scores of one model a code; a code that is never or always there scores −10 or 10."""
    scores = np.empty((fresh.shape[0], labels.shape[1]))
    for code in range(labels.shape[1]):
        positive = int(labels[:, code].sum())
        if positive in (0, labels.shape[0]):
            scores[:, code] = 10.0 if positive else -10.0
            continue
        model = make()
        model.fit(rows, labels[:, code])  # type: ignore[attr-defined]
        scores[:, code] = model.decision_function(fresh)  # type: ignore[attr-defined]
    return scores
