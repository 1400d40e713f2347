"""What users write first: TF-IDF over jieba's words with one logistic regression a code, on rows drawn at random."""

from __future__ import annotations

import numpy as np
from job import Bits, Floats, Ints, Job, held_out_scores, main, one_against_rest
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

Pair = tuple[csr_matrix, csr_matrix]


def regression(rows: csr_matrix, labels: Bits, fresh: csr_matrix) -> Floats:
    """Return the log-odds of scikit-learn's logistic regression as shipped, one model a code."""
    return one_against_rest(LogisticRegression, rows, labels, fresh)


def support_vectors(rows: csr_matrix, labels: Bits, fresh: csr_matrix) -> Floats:
    """Return the margins of scikit-learn's linear support vectors as shipped, one model a code."""
    return one_against_rest(LinearSVC, rows, labels, fresh)


def words(job: Job) -> Pair:
    """Return rows over words, or the product's rows when so asked: pool, fresh."""
    rows = job.rows()
    return rows[: job.pool], rows[job.pool :]


def characters(job: Job) -> Pair:
    """Return rows over characters 1-2 in Chinese, words 1-2 in English: pool, fresh."""
    texts = job.texts()
    analyzer = "char" if job.word("language") == "zh" else "word"
    vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=(1, 2), sublinear_tf=True).fit(texts[: job.pool])
    return vectorizer.transform(texts[: job.pool]), vectorizer.transform(texts[job.pool :])


def random_order(job: Job) -> Ints:
    """Return the pool rows in random order, the start rows first."""
    start = np.array(job.numbers("start"), np.int64)
    rest = np.random.RandomState(job.seed).permutation(job.pool)
    return np.concatenate([start, rest[~np.isin(rest, start)]])


def run(job: Job) -> None:
    """Fit on the first rows of a random order; at each budget keep what it says, its scores and held-out scores."""
    vectors = job.word("model") == "support vectors"
    scores_of = support_vectors if vectors else regression
    pool, fresh = (characters if vectors else words)(job)
    order = random_order(job)
    for budget in job.numbers("budgets"):
        chosen = order[:budget]
        labels = job.labels[chosen]
        if job.single:
            said = np.zeros((fresh.shape[0], labels.shape[1]), np.uint8)
            model = LinearSVC() if vectors else LogisticRegression(max_iter=300)
            model.fit(pool[chosen], labels.argmax(axis=1))
            said[np.arange(said.shape[0]), model.predict(fresh)] = 1
        else:
            scores = scores_of(pool[chosen], labels, fresh)
            said = (scores > 0).astype(np.uint8)
            job.arrays[f"scores_{budget}"] = scores.astype(np.float32)
            held_out = held_out_scores(scores_of, pool[chosen], labels, seed=job.seed)
            job.arrays[f"held_out_{budget}"] = held_out.astype(np.float32)
        job.arrays[f"order_{budget}"] = chosen
        job.arrays[f"said_{budget}"] = np.packbits(said, axis=1)


if __name__ == "__main__":
    main(run, "scikit-learn", "rjieba")
