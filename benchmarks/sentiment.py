"""Measure the sentiment of mentions beside TF-IDF with linear support vectors, in the same run.

    python benchmarks/sentiment.py --data ../shared/data --seeds 3 [--sets auto,cosmetics] [--sizes 200,500,2000,0]

Each seed trains on a random 70 % of the verbatims and is judged on the rest; a size trains on so many random mentions
of that part, 0 on all. ``svc`` is LinearSVC on TfidfVectorizer (characters 1-2 for Chinese, words 1-2 for English,
sublinear) beside the code one-hot, ``common`` always says the commonest sentiment of the training part, ``shares``
draws from its shares. ``own`` figures are those the model reports of itself out of sample; ECE is that of its
confidence over ten bins. Airline tweets carry one code only, their sentiment is that of the tweet; shopping reviews
(20,000 at random) are only good or bad.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Before numpy comes in: one thread, as in the worker process.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import f1_score
from annotate.text import fold
from training.learner.sentiment import fit_sentiment
from training.learner.sentiment_scores import CLASSES

SETS = {
    "auto": ("zh_auto_bdci2018.shared70", "char"),
    "cosmetics": ("zh_cosmetics_reviews_zhijiang", "char"),
    "phone": ("en_phone_reviews_asqp", "word"),
    "restaurant": ("zh_restaurant_asap_sample", "char"),
    "airline": ("en_airline_tweets", "word"),
    "shopping": ("zh_online_shopping_10cats", "char"),
}
SHOPPING = 20_000
SIZES = (200, 500, 2000, 0)
_WORDS = {
    "正面": 1, "负面": -1, "中性": 0, "1": 1, "0": 0, "-1": -1,
    "positive": 1, "negative": -1, "neutral": 0, "pos": 1, "neg": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mentions:
    """Folded texts (m), the verbatim int (m), code int (m) and sentiment int8 (m) of each, and the number of codes."""

    texts: list[str]
    verbatims: NDArray[np.int64]
    codes: NDArray[np.int64]
    truth: NDArray[np.int8]
    columns: int


@dataclass(frozen=True, slots=True)
class Result:
    """Shares in [0, 1]; ``f1`` of negative, neutral, positive; ``rate``: mentions predicted a second of processor."""

    accuracy: float
    macro_f1: float
    f1: tuple[float, ...]
    own_accuracy: float = float("nan")
    own_macro_f1: float = float("nan")
    error: float = float("nan")
    fit_seconds: float = float("nan")
    rate: float = float("nan")


def read(folder: Path, name: str) -> Mentions:
    """Read a set; of a code said twice of one verbatim in two ways the sign of the sum counts."""
    with gzip.open(folder / f"{SETS[name][0]}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if name == "shopping":
        rows = [rows[row] for row in np.random.default_rng(0).permutation(len(rows))[:SHOPPING]]
    found: dict[tuple[int, str], list[int]] = {}
    for number, row in enumerate(rows):
        for code, value in _said(row):
            found.setdefault((number, code), []).append(value)
    names = {code: place for place, code in enumerate(sorted({code for _, code in found}))}
    folded = [fold(row["text"]) for row in rows]
    return Mentions(
        texts=[folded[number] for number, _ in found],
        verbatims=np.array([number for number, _ in found], np.int64),
        codes=np.array([names[code] for _, code in found], np.int64),
        truth=np.array([np.sign(sum(values)) for values in found.values()], np.int8),
        columns=len(names),
    )


def _said(row: dict[str, str]) -> list[tuple[str, int]]:
    if "quads" in row:
        return [(quad[0], int(quad[3]) - 1) for quad in json.loads(row["quads"])]
    if "code_sentiments" in row:
        parts = [entry.rsplit(":", 1) for entry in row["code_sentiments"].split("|") if entry]
        return [(code, _WORDS[value]) for code, value in parts]
    return [(row["code"] if row["sentiment"] in ("pos", "neg") else "", _WORDS[row["sentiment"]])]


def judge(said: NDArray[np.int8], truth: NDArray[np.int8]) -> Result:
    """Return accuracy, F1 of each sentiment, and their mean over those that occur."""
    sides = [(said == value, truth == value) for value in CLASSES]
    f1 = tuple(f1_score(int((s & t).sum()), int((s & ~t).sum()), int((~s & t).sum())) for s, t in sides)
    occurring = [value for value, (_, there) in zip(f1, sides, strict=True) if there.any()]
    return Result(float((said == truth).mean()), float(np.mean(occurring)), f1)


def ours(data: Mentions, train: NDArray[np.intp], test: NDArray[np.intp], seed: int) -> Result:
    """Fit and judge the sentiment model."""
    level = np.zeros(len(data.texts), np.int8)
    begun = time.process_time()
    model = fit_sentiment(
        [data.texts[row] for row in train], data.codes[train], level[train], data.truth[train],
        columns=data.columns, groups=data.verbatims[train], seed=seed,
    )  # fmt: skip
    fitted = time.process_time()
    said = model.predict([data.texts[row] for row in test], data.codes[test], level[test])
    ended = time.process_time()
    told = judge(said.sentiment, data.truth[test])
    bins = np.minimum((said.confidence * 10).astype(int), 9)
    right = said.sentiment == data.truth[test]
    gaps = [abs(float(said.confidence[bins == one].sum() - right[bins == one].sum())) for one in set(bins.tolist())]
    own = model.scores
    return Result(
        told.accuracy, told.macro_f1, told.f1, own.accuracy.value, own.macro_f1.value,
        sum(gaps) / test.size, fitted - begun, test.size / max(ended - fitted, 1e-9),
    )  # fmt: skip


def baselines(
    data: Mentions, train: NDArray[np.intp], test: NDArray[np.intp], seed: int, analyzer: str
) -> dict[str, Result]:
    """Judge the commonest sentiment, draws from the shares, and linear support vectors."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    values, counts = np.unique(data.truth[train], return_counts=True)
    drawn = np.random.default_rng(seed).choice(values, test.size, p=counts / counts.sum())
    words = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 2), sublinear_tf=True)
    named = np.eye(data.columns, dtype=np.float32)
    fit = hstack([words.fit_transform([data.texts[row] for row in train]), csr_matrix(named[data.codes[train]])])
    new = hstack([words.transform([data.texts[row] for row in test]), csr_matrix(named[data.codes[test]])])
    machine = LinearSVC().fit(fit.tocsr(), data.truth[train])
    said = {
        "common": np.full(test.size, values[counts.argmax()], np.int8),
        "shares": drawn.astype(np.int8),
        "svc": machine.predict(new.tocsr()).astype(np.int8),
    }
    return {name: judge(one, data.truth[test]) for name, one in said.items()}


def sentiment(folder: Path, *, names: Sequence[str], seeds: int, sizes: Sequence[int] = SIZES) -> None:
    """Print a line a set, size and model: means over the seeds, with the spread of accuracy and macro-F1."""
    columns = ("accuracy", "±", "macro F1", "±", "F1 -", "F1 0", "F1 +", "own acc", "own F1", "ECE", "fit s", "rows/s")
    print(f"{'set':<11}{'train':>7} {'model':<7}" + "".join(f"{column:>9}" for column in columns))
    for name in names:
        data = read(folder, name)
        for size in sizes:
            found: dict[str, list[Result]] = {}
            used = 0
            for seed in range(seeds):
                generator = np.random.default_rng(seed)
                inside = (generator.random(int(data.verbatims.max()) + 1) < 0.7)[data.verbatims]
                train, test = generator.permutation(np.flatnonzero(inside)), np.flatnonzero(~inside)
                train = train[: size or None]
                used = train.size
                for model, told in baselines(data, train, test, seed, SETS[name][1]).items():
                    found.setdefault(model, []).append(told)
                found.setdefault("ours", []).append(ours(data, train, test, seed))
            if size and used < size:
                continue
            for model, results in found.items():
                _line(name, used, model, results)


def _line(name: str, used: int, model: str, results: list[Result]) -> None:
    def over(attribute: str) -> NDArray[np.float64]:
        return np.array([getattr(one, attribute) for one in results], np.float64)

    cells = []
    for figure in ("accuracy", "macro_f1"):
        cells += [over(figure).mean(), over(figure).std(ddof=1) if len(results) > 1 else float("nan")]
    cells += [*np.mean([one.f1 for one in results], axis=0)]
    cells += [over(figure).mean() for figure in ("own_accuracy", "own_macro_f1", "error")]
    text = "".join(f"{cell:>9.4f}" if np.isfinite(cell) else " " * 9 for cell in cells)
    if model == "ours":
        text += f"{over('fit_seconds').mean():>9.1f}{over('rate').mean():>9,.0f}"
    print(f"{name:<11}{used:>7} {model:<7}{text}", flush=True)


def main() -> None:
    """Run the sets and sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TINGDONG_DATA", "../shared/data")))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    sentiment(
        asked.data,
        names=asked.sets.split(","),
        seeds=asked.seeds,
        sizes=[int(size) for size in asked.sizes.split(",")],
    )


if __name__ == "__main__":
    main()
