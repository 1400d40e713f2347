"""Measure the classifier on labelled sets beside TF-IDF with linear support vectors, in the same run.

    python benchmarks/bench_training.py --data ../shared/data --seeds 3 [--sets auto,cosmetics] [--speed] [--sentiment]

Each set is split anew by each seed (30 % held out) unless it brings its own split. All settings are the defaults.
``tfidf`` is TfidfVectorizer (characters 1-2 for Chinese, words 1-2 for English, sublinear) with LinearSVC at its own
threshold; ``tuned`` adds thresholds of the best F1 a code from 3-fold scores. ``own`` figures are those the model
reports of itself out of sample. ECE is over pairs with probability of 0.1 and more.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# Before numpy comes in: one thread, as in the worker process.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import f1_score
from training.classifier import fit
from training.sentiment import fit_sentiment
from training.thresholds import best_f1_cut

SETS = {
    "auto": ("zh_auto_bdci2018.shared70", "zh", False),
    "cosmetics": ("zh_cosmetics_reviews_zhijiang", "zh", False),
    "phone leaf": ("en_phone_reviews_asqp", "en", False),
    "banking77": ("en_intents_banking77", "en", True),
}
HEADER = (
    f"{'set':<11}{'seed':>5} {'model':<7}{'micro':>8}{'macro':>8}{'exact':>8}"
    f"{'own micro':>11}{'own macro':>11}{'ECE':>7}{'fit s':>8}"
)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts, labels int8 (n × columns), parents (codes then nets, −1 without), the official split or None."""

    texts: list[str]
    labels: NDArray[np.int8]
    parents: NDArray[np.int64]
    split: list[str] | None


def read(path: Path, nested: bool = False) -> tuple[Corpus, list[dict[str, str]]]:
    """Read a labelled set; with ``nested`` the part of a code before # becomes its net."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    sets = [set(filter(None, (row["codes"] if "codes" in row else row["code"]).split("|"))) for row in rows]
    names = sorted(set().union(*sets))
    nets = sorted({name.split("#")[0] for name in names}) if nested else []
    labels = np.full((len(rows), len(names) + len(nets)), -1, np.int8)
    labels[:, : len(names)] = [[name in codes for name in names] for codes in sets]
    parents = np.full(labels.shape[1], -1, np.int64)
    if nested:
        parents[: len(names)] = [len(names) + nets.index(name.split("#")[0]) for name in names]
    split = [row["split"] for row in rows] if "split" in rows[0] else None
    return Corpus([row["text"] for row in rows], labels, parents, split), rows


def parts(corpus: Corpus, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows to train on and the rows held out."""
    if corpus.split is not None:
        split = np.array(corpus.split)
        return np.flatnonzero(split == "train"), np.flatnonzero(split == "test")
    order = np.random.default_rng(seed).permutation(len(corpus.texts))
    cut = round(0.7 * order.size)
    return order[:cut], order[cut:]


def figures(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Return micro-F1, macro-F1 over the codes that occur, and the share of rows that are exactly right."""
    hits, wrong, missed = (part.sum(axis=0) for part in (said & truth, said & ~truth, ~said & truth))
    each = [f1_score(*counts) for counts in zip(hits, wrong, missed, strict=True) if counts[0] + counts[2]]
    return (
        f1_score(hits.sum(), wrong.sum(), missed.sum()),
        float(np.mean(each)),
        float((said == truth).all(axis=1).mean()),
    )


def calibration_error(probability: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over ten bins of the pairs with probability of 0.1 and more."""
    chosen = probability >= 0.1
    p, y = probability[chosen], truth[chosen]
    bins = np.minimum((p * 10).astype(int), 9)
    return (
        sum(abs(float(p[bins == b].mean() - y[bins == b].mean())) * int((bins == b).sum()) for b in set(bins)) / p.size
    )


def baseline(
    texts: list[str], fresh: list[str], labels: NDArray[np.int8], language: str, single: bool
) -> tuple[dict[str, NDArray[np.bool_]], float]:
    """Return what TF-IDF with LinearSVC says, as shipped and (multi-label) with tuned thresholds, and its seconds."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.model_selection import cross_val_predict
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    begun = time.perf_counter()
    analyzer = "char" if language == "zh" else "word"
    words = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 2), sublinear_tf=True)
    rows, fresh_rows = words.fit_transform(texts), words.transform(fresh)
    if single:
        said = LinearSVC().fit(rows, labels.argmax(axis=1)).predict(fresh_rows)
        return {"tfidf": np.arange(labels.shape[1]) == said[:, None]}, time.perf_counter() - begun
    present = np.flatnonzero(labels.sum(axis=0) >= 3)
    machine = OneVsRestClassifier(LinearSVC()).fit(rows, labels[:, present])
    seconds = time.perf_counter() - begun
    scores = np.full((len(fresh), labels.shape[1]), -np.inf)
    scores[:, present] = machine.decision_function(fresh_rows)
    held_out = cross_val_predict(
        OneVsRestClassifier(LinearSVC()), rows, labels[:, present], cv=3, method="decision_function"
    )
    cuts = np.zeros(labels.shape[1])
    for place, code in enumerate(present):
        cuts[code] = best_f1_cut(held_out[:, place], labels[:, code] == 1)
    return {"tfidf": scores > 0, "tuned": scores >= cuts}, seconds


def line(name: str, seed: object, model: str, values: tuple[float, ...], rest: str = "") -> None:
    print(f"{name:<11}{seed!s:>5} {model:<7}" + "".join(f"{value:>8.4f}" for value in values) + rest, flush=True)


def quality(folder: Path, names: list[str], seeds: int) -> None:
    """Print a line a set, seed and model, and the mean over seeds."""
    import warnings

    warnings.simplefilter("ignore")
    print(HEADER)
    for name in names:
        file, language, single = SETS[name]
        corpus, _ = read(folder / f"{file}.csv.gz")
        gathered: dict[str, list[tuple[float, ...]]] = {}
        for seed in range(1 if corpus.split is not None else seeds):
            train, test = parts(corpus, seed)
            texts, fresh = [corpus.texts[row] for row in train], [corpus.texts[row] for row in test]
            truth = corpus.labels[test] == 1
            begun = time.perf_counter()
            model = fit(
                texts,
                corpus.labels[train],
                parents=corpus.parents,
                groups=np.arange(train.size),
                seed=seed,
                single=single,
            )
            seconds = time.perf_counter() - begun
            said = model.predict(fresh)
            error = calibration_error(said.probability, truth)
            own = (model.scores.codes.micro_f1.value, model.scores.codes.macro_f1.value)
            gathered.setdefault("ours", []).append((*figures(said.accepted, truth), *own, error))
            rest = f"{own[0]:>11.4f}{own[1]:>11.4f}{error:>7.3f}{seconds:>8.1f}"
            line(name, seed, "ours", figures(said.accepted, truth), rest)
            others, seconds = baseline(texts, fresh, corpus.labels[train], language, single)
            for kind, accepted in others.items():
                gathered.setdefault(kind, []).append(figures(accepted, truth))
                line(name, seed, kind, figures(accepted, truth), f"{seconds:>37.1f}" if kind == "tfidf" else "")
        for kind, found in gathered.items():
            mean = tuple(np.mean(found, axis=0).tolist())
            rest = f"{mean[3]:>11.4f}{mean[4]:>11.4f}{mean[5]:>7.3f}" if kind == "ours" else ""
            line(name, "mean", kind, mean[:3], rest)


def few_labels(folder: Path, names: list[str], seeds: int) -> None:
    """Print micro- and macro-F1 on the held-out rows after training on few random rows, with the figures it reports."""
    print(f"\n{'few labels':<11}{'rows':>6}{'micro':>8}{'macro':>8}{'own micro':>11}")
    for name in names:
        file, _, single = SETS[name]
        corpus, _ = read(folder / f"{file}.csv.gz")
        for size in (100, 200, 500, 1000, 2000):
            found = []
            for seed in range(seeds):
                train, test = parts(corpus, seed)
                train = np.random.default_rng(seed).permutation(train)[:size]
                model = fit(
                    [corpus.texts[row] for row in train],
                    corpus.labels[train],
                    parents=corpus.parents,
                    groups=np.arange(train.size),
                    seed=seed,
                    single=single,
                )
                said = model.predict([corpus.texts[row] for row in test])
                result = figures(said.accepted, corpus.labels[test] == 1)
                found.append((result[0], result[1], model.scores.codes.micro_f1.value))
            mean = np.mean(found, axis=0)
            print(f"{name:<11}{size:>6}{mean[0]:>8.4f}{mean[1]:>8.4f}{mean[2]:>11.4f}", flush=True)


def nets(folder: Path) -> None:
    """Print the figures of nets for the two-level phone reviews."""
    corpus, _ = read(folder / f"{SETS['phone leaf'][0]}.csv.gz", nested=True)
    train, test = parts(corpus, 0)
    model = fit(
        [corpus.texts[row] for row in train],
        corpus.labels[train],
        parents=corpus.parents,
        groups=np.arange(train.size),
        seed=0,
    )
    said = model.predict([corpus.texts[row] for row in test])
    codes = corpus.parents >= 0
    truth = corpus.labels[test] == 1
    above = np.stack([truth[:, corpus.parents == net].any(axis=1) for net in np.flatnonzero(~codes)], axis=1)
    print("\nphone in two levels      micro   macro   own micro")
    own = model.scores
    own_nets = own.nets.micro_f1.value if own.nets else 0.0
    result = figures(said.accepted[:, codes], truth[:, codes])
    print(f"  codes ({codes.sum()})          {result[0]:.4f}  {result[1]:.4f}  {own.codes.micro_f1.value:.4f}")
    result = figures(said.accepted[:, ~codes], above)
    print(f"  nets ({(~codes).sum()})           {result[0]:.4f}  {result[1]:.4f}  {own_nets:.4f}")


def sentiment(folder: Path, seeds: int) -> None:
    """Print accuracy and macro-F1 of the sentiment of mentions, with what the model reports."""
    words = {"正面": 1, "负面": -1, "中性": 0, "1": 1, "0": 0, "-1": -1}
    columns = ("mentions", "majority", "accuracy", "macro F1", "own acc.", "conf.", "fit s")
    print(f"\n{'sentiment':<11}" + "".join(f"{column:>9}" for column in columns))
    for name in ("auto", "cosmetics", "phone leaf"):
        _, rows = read(folder / f"{SETS[name][0]}.csv.gz")
        found: dict[tuple[int, str], list[int]] = {}
        for number, row in enumerate(rows):
            if "quads" in row:
                for quad in json.loads(row["quads"]):
                    found.setdefault((number, quad[0]), []).append(int(quad[3]) - 1)
            else:
                for entry in filter(None, row["code_sentiments"].split("|")):
                    code, value = entry.rsplit(":", 1)
                    found.setdefault((number, code), []).append(words[value])
        names = sorted({code for _, code in found})
        verbatims = np.array([number for number, _ in found])
        texts = [rows[number]["text"] for number in verbatims]
        codes = np.array([names.index(code) for _, code in found])
        truth = np.array([np.sign(sum(values)) for values in found.values()], np.int8)
        results = []
        for seed in range(seeds):
            drawn = np.random.default_rng(seed).random(len(rows)) < 0.7
            train, test = np.flatnonzero(drawn[verbatims]), np.flatnonzero(~drawn[verbatims])
            begun = time.perf_counter()
            model = fit_sentiment(
                [texts[row] for row in train],
                codes[train],
                np.zeros(train.size, np.int8),
                truth[train],
                columns=len(names),
                groups=verbatims[train],
                seed=seed,
            )
            seconds = time.perf_counter() - begun
            said = model.predict([texts[row] for row in test], codes[test], np.zeros(test.size, np.int8))
            wanted = truth[test]
            classes = [(said.sentiment == value, wanted == value) for value in (-1, 0, 1)]
            macro = np.mean([f1_score((s & t).sum(), (s & ~t).sum(), (~s & t).sum()) for s, t in classes])
            right = float((said.sentiment == wanted).mean())
            results.append((right, macro, model.scores.accuracy.value, float(said.confidence.mean()), seconds))
        mean = np.mean(results, axis=0)
        majority = max(float((truth == value).mean()) for value in (-1, 0, 1))
        print(
            f"{name:<11}{truth.size:>9}{majority:>9.4f}{mean[0]:>9.4f}{mean[1]:>9.4f}{mean[2]:>9.4f}{mean[3]:>9.3f}{mean[4]:>9.1f}",
            flush=True,
        )


def speed(folder: Path) -> None:
    """Print seconds to fit and rows coded a second, one thread, with the load of the machine."""
    auto, _ = read(folder / f"{SETS['auto'][0]}.csv.gz")
    banking, _ = read(folder / f"{SETS['banking77'][0]}.csv.gz")
    generator = np.random.default_rng(0)
    holes = banking.labels.copy()
    holes[generator.random(holes.shape) < 0.1] = -1
    cases = {
        "7,469 x 10": (auto, auto.labels, False),
        "13,083 x 77, single choice": (banking, banking.labels, True),
        "13,083 x 77, as multi-label": (banking, banking.labels, False),
        "13,083 x 77, 77 different masks": (banking, holes, False),
    }
    print(f"\nload {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "")
    print(f"{'fit':<34}{'fit s':>7}{'coded rows/s':>14}")
    for name, (corpus, labels, single) in cases.items():
        begun = time.perf_counter()
        model = fit(
            corpus.texts, labels, parents=corpus.parents, groups=np.arange(len(corpus.texts)), seed=0, single=single
        )
        seconds = time.perf_counter() - begun
        many = (corpus.texts * 10)[:50_000]
        begun = time.perf_counter()
        model.predict(many)
        print(f"{name:<34}{seconds:>7.1f}{len(many) / (time.perf_counter() - begun):>14,.0f}", flush=True)


def main() -> None:
    """Run what was asked for; without a choice the table of quality."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TINGDONG_DATA", "../shared/data")))
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--seeds", type=int, default=3)
    for part in ("few", "nets", "sentiment", "speed", "all"):
        parser.add_argument(f"--{part}", action="store_true")
    asked = parser.parse_args()
    names = asked.sets.split(",")
    only = asked.few or asked.nets or asked.sentiment or asked.speed
    if asked.all or not only:
        quality(asked.data, names, asked.seeds)
    if asked.all or asked.few:
        few_labels(asked.data, names, asked.seeds)
    if asked.all or asked.nets:
        nets(asked.data)
    if asked.all or asked.sentiment:
        sentiment(asked.data, asked.seeds)
    if asked.all or asked.speed:
        speed(asked.data)


if __name__ == "__main__":
    main()
