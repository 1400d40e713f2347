"""Rows coded per CPU-second beside what people write: jieba, TfidfVectorizer, one-vs-rest logistic regression.

    python benchmarks/bulk.py --rows 300000 --codes 50 200

Both sides read the same texts from one SQLite file and end with a list of codes a text. Texts are those of the shared
feedback sets, shuffled; where more rows are asked for they come again with their clauses in another order, so that
nearly all differ. Without the data folder they are made by make_corpus.py. A code stands for a word, so that labels
cost nothing; models are fitted on 3,000 rows, ours with what 20,000 unlabelled texts teach. CPU time of one process,
one thread, naive and ours by turns, medians of five turns; the naive side codes 10,000 rows a turn and is taken to go
on at that speed. ``ratio_to_naive`` compares codes with codes. ``ratio_with_coverage`` is what a coding run does: it
also says how much of each answer its codes explain and how likely none fits, which the naive side cannot.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import logging
import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parent.parent))  # before this folder: it has a training.py of its own

import numpy as np
from numpy.typing import NDArray

from annotate.clauses import split as clauses
from annotate.text_batch import fold_many
from training.coding.bulk import Coder
from training.learner.background import fit_background
from training.learner.classifier import fit
from training.learner.features import count_ngrams

DATA = Path(os.environ.get("TINGDONG_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))
SETS = (
    "zh_auto_bdci2018.shared70", "zh_auto_bdci2018_unlabelled", "zh_cosmetics_reviews_zhijiang",
    "zh_online_shopping_10cats", "zh_restaurant_asap_sample", "en_phone_reviews_asqp", "en_airline_tweets",
)  # fmt: skip
LABELLED, UNLABELLED = 3_000, 20_000
NAIVE_ROWS, READ_ROWS, TURNS = 10_000, 20_000, 5


def _read(folder: Path) -> list[str]:
    csv.field_size_limit(1 << 24)
    texts: dict[str, None] = {}
    for name in SETS:
        path = folder / f"{name}.csv.gz"
        if path.exists():
            with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
                texts.update(dict.fromkeys(row["text"] for row in csv.DictReader(file) if row["text"].strip()))
    return list(texts)


def corpus(rows: int, seed: int = 1, folder: Path = DATA) -> tuple[list[str], str]:
    """Return so many texts, shuffled, and where they come from."""
    texts, source = _read(folder), "shared sets"
    if not texts:
        from benchmarks.make_corpus import Texts

        made = Texts(seed, rows)
        texts, source = [made.text() for _ in range(min(rows, 100_000))], "make_corpus.py"
    random = Random(seed)
    random.shuffle(texts)
    found = texts[:rows]
    for turn in range(1, 1 + rows // len(texts)):
        found += [_reordered(text, turn) for text in texts[: rows - len(found)]]
    random.shuffle(found)
    return found, source


def _reordered(text: str, turn: int) -> str:
    parts = [text[start:end] for start, end in clauses(text)] or [text]
    parts = parts[turn % len(parts) :] + parts[: turn % len(parts)]
    mark = "，" if any("一" <= character <= "鿿" for character in text) else ", "
    return mark.join([*parts, str(turn)])


def labels_by_words(folded: Sequence[str], codes: int) -> tuple[list[str], NDArray[np.int8]]:
    """Return words found in 0.5 % to 8 % of the texts, one a code, and who holds which: int8 (n × codes)."""
    seen: dict[str, int] = {}
    for text in folded:
        pairs = {text[at : at + 2] for at in range(len(text) - 1) if min(text[at : at + 2]) >= "一"}
        for word in pairs | {word for word in text.split() if word.isascii() and len(word) > 3}:
            seen[word] = seen.get(word, 0) + 1
    low, high = max(5, len(folded) // 200), len(folded) // 12
    usual = sorted((word for word, times in seen.items() if low <= times <= high), key=lambda word: (-seen[word], word))
    step = max(1, len(usual) // codes)
    words = usual[::step][:codes]
    return words, np.array([[word in text for word in words] for text in folded], np.int8)


def batches(path: Path, rows: int, first: int = 0) -> Iterator[list[str]]:
    """Read texts as a program does, some at a time."""
    connection = sqlite3.connect(path)
    for low in range(first, first + rows, READ_ROWS):
        high = min(low + READ_ROWS, first + rows)
        yield [row[0] for row in connection.execute("select text from t where id >= ? and id < ?", (low, high))]
    connection.close()


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def run(rows: int, codes: int, *, folder: Path = DATA) -> dict[str, object]:
    """Measure both sides on so many rows and codes; see the top of the file. Prints a line a turn to stderr."""
    import jieba
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    texts, source = corpus(rows, folder=folder)
    teach = texts[:LABELLED]
    folded = fold_many(teach)
    words, labels = labels_by_words(folded, codes)
    codes = len(words)
    background = fit_background(fold_many(texts[:UNLABELLED]), seed=1)
    parents = np.full(codes, -1, np.int64)
    model = fit(folded, labels, parents=parents, groups=np.arange(len(folded)), seed=1, background=background)
    coder, whole = Coder(model, whole_answers=False), Coder(model)
    vectorizer = TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None)
    machine = OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear")).fit(
        vectorizer.fit_transform(teach), labels
    )
    weigher = model.features.weigher()
    some = min(NAIVE_ROWS, rows)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "texts.db"
        connection = sqlite3.connect(path)
        connection.execute("create table t(id integer primary key, text text)")
        connection.executemany("insert into t values (?, ?)", enumerate(texts))
        connection.commit()
        connection.close()

        def naive() -> int:
            return sum(int(machine.predict(vectorizer.transform(part)).sum()) for part in batches(path, some))

        def ours(count: int = rows) -> int:
            return sum(int(coder.code(fold_many(part)).accepted.sum()) for part in batches(path, count))

        def ours_whole() -> int:
            return sum(int(whole.code(fold_many(part)).accepted.sum()) for part in batches(path, some))

        def naive_vectors() -> None:
            vectorizer.transform(texts[:some])

        def our_vectors() -> None:
            for start in range(0, rows, READ_ROWS):
                part = prepared[start : start + READ_ROWS]
                for low in range(0, len(part), 1000):
                    weigher.arrays(count_ngrams(part[low : low + 1000]))

        prepared = fold_many(texts)
        ours(some)
        figures: dict[str, list[float]] = {
            name: [] for name in ("naive", "ours", "whole", "naive_vectors", "our_vectors", "fold")
        }
        for turn in range(TURNS):
            figures["naive"].append(cpu(naive) / some)
            figures["ours"].append(cpu(ours) / rows)
            figures["whole"].append(cpu(ours_whole) / some)
            figures["naive_vectors"].append(cpu(naive_vectors) / some)
            figures["our_vectors"].append(cpu(our_vectors) / rows)
            figures["fold"].append(cpu(lambda: fold_many(texts)) / rows)
            told = ", ".join(f"{name} {seconds[-1] * 1e6:.1f}" for name, seconds in figures.items())
            print(f"turn {turn + 1} of {TURNS}, µs a row: {told}", file=sys.stderr, flush=True)
    seconds = {name: statistics.median(values) for name, values in figures.items()}

    def ratio(slow: str, *fast: str) -> float:
        """Return the median over turns, in each of which both sides met the same load."""
        pairs = zip(figures[slow], *(figures[name] for name in fast), strict=True)
        return round(float(statistics.median(one[0] / sum(one[1:]) for one in pairs)), 2)

    size = sum(len(text.encode()) for text in texts)
    return {
        "rows": rows,
        "codes": codes,
        "texts": source,
        "distinct_share": round(len(set(prepared)) / rows, 3),
        "bytes_a_row": round(size / rows, 1),
        "columns": model.features.width,
        "naive_rows_measured": some,
        "naive_rows_per_cpu_second": round(1 / seconds["naive"]),
        "our_rows_per_cpu_second": round(1 / seconds["ours"]),
        "ratio_to_naive": ratio("naive", "ours"),
        "ratios": [round(a / b, 2) for a, b in zip(figures["naive"], figures["ours"], strict=True)],
        "ratio_with_coverage": ratio("naive", "whole"),
        "naive_vectors_per_cpu_second": round(1 / seconds["naive_vectors"]),
        "our_vectors_per_cpu_second": round(1 / seconds["our_vectors"]),
        "vectorise_ratio": ratio("naive_vectors", "our_vectors"),
        "vectorise_ratio_with_folding": ratio("naive_vectors", "our_vectors", "fold"),
        "megabytes_per_cpu_second": round(size / rows / seconds["our_vectors"] / 1e6, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--codes", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--data", type=Path, default=DATA)
    asked = parser.parse_args()
    for codes in asked.codes:
        print(json.dumps(run(asked.rows, codes, folder=asked.data), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
