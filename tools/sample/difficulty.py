"""Measure how hard the sample is to code: micro-F1 of a plain linear model on a held-out part.

python tools/sample/difficulty.py
"""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import make_sample
import numpy as np
from numpy.typing import NDArray

HELD_OUT = 0.3


def read(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the sample."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def texts_and_codes(made: dict[str, bytes]) -> tuple[list[str], list[set[str]]]:
    """Return every verbatim, marked with its question, and the numbers of its codes."""
    rows = {row["答卷编号"]: row for row in read(made["survey.csv"])}
    columns = {"Q6": make_sample.LIKES, "Q7": make_sample.DISLIKES}
    gold = read(made["all_gold.csv"])
    return (
        [f"{label['question']} {rows[label['id']][columns[label['question']]]}" for label in gold],
        [set(label["codes"].split("|")) for label in gold],
    )


def best_cuts(scores: NDArray[np.float64], truth: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return for each column the score cut that is best for its F1."""
    cuts = np.zeros(scores.shape[1])
    for column in range(scores.shape[1]):
        order = np.argsort(-scores[:, column])
        hits = np.cumsum(truth[order, column])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(1, truth[:, column].sum()))
        at = int(f1.argmax())
        cuts[column] = scores[order[at : at + 2], column].mean()
    return cuts


def micro_f1(texts: Sequence[str], codes: Sequence[set[str]], seed: int) -> float:
    """Return micro-F1 on 30 % of the folded texts, cuts chosen by cross-validation on the other 70 %.

    TF-IDF of characters (1, 2) and words, LinearSVC one against the rest; equal folded texts stay on one side.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.model_selection import GroupKFold, GroupShuffleSplit, cross_val_predict
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC

    folded = np.array([unicodedata.normalize("NFKC", text).casefold() for text in texts])
    truth: NDArray[np.int_] = MultiLabelBinarizer().fit_transform(codes)
    split = GroupShuffleSplit(n_splits=1, test_size=HELD_OUT, random_state=seed)
    train, test = next(split.split(csr_matrix((len(texts), 1)), groups=folded))
    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(tokenizer=_words, token_pattern=None, sublinear_tf=True),
        ),
        OneVsRestClassifier(LinearSVC(C=0.5)),
    )
    scores = cross_val_predict(
        model, folded[train], truth[train], groups=folded[train], cv=GroupKFold(4), method="decision_function"
    )
    cuts = best_cuts(scores, truth[train])
    model.fit(folded[train], truth[train])
    return float(f1_score(truth[test], model.decision_function(folded[test]) > cuts, average="micro"))


def _words(text: str) -> list[str]:
    import rjieba

    return [word for word in rjieba.cut(text) if word.strip()]


def main() -> None:
    texts, codes = texts_and_codes(make_sample.files())
    found = [micro_f1(texts, codes, seed) for seed in range(5)]
    each = ", ".join(f"{value:.3f}" for value in found)
    print(f"{len(texts)} verbatims, micro-F1 {sum(found) / len(found):.3f} (five splits: {each})")


if __name__ == "__main__":
    main()
