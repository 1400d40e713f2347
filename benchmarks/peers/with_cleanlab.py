"""cleanlab: rank rows by how likely their labels are wrong, from cross-validated probabilities."""

from __future__ import annotations

import time

import numpy as np
from cleanlab.multilabel_classification import get_label_quality_scores as multilabel_quality
from cleanlab.rank import get_label_quality_scores
from job import Bits, Floats, Job, held_out_scores, main, one_against_rest
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict


def scores_of(rows: csr_matrix, labels: Bits, fresh: csr_matrix) -> Floats:
    """Return the log-odds of a logistic regression a code."""
    return one_against_rest(lambda: LogisticRegression(C=10, solver="liblinear"), rows, labels, fresh)


def run(job: Job) -> None:
    """Keep cleanlab's quality of each row: over five-fold logistic regression, or over probabilities given to it."""
    labels = job.labels
    if job.word("features") == "our scores":
        probability = np.load(job.folder / "probability.npy").astype(float)
    else:
        begun = time.process_time()
        rows = job.rows()[: job.pool]
        job.answer["rows_seconds"] = time.process_time() - begun
        if job.single:
            model = LogisticRegression(C=10, max_iter=300)
            probability = cross_val_predict(model, rows, labels.argmax(axis=1), cv=5, method="predict_proba")
        else:
            log_odds = held_out_scores(scores_of, rows, labels, seed=job.seed, folds=5)
            probability = 1 / (1 + np.exp(-log_odds))
    begun = time.process_time()
    if job.single:
        quality = get_label_quality_scores(labels.argmax(axis=1), probability)
    else:
        quality = multilabel_quality([np.flatnonzero(row).tolist() for row in labels], probability)
    job.answer["ranking_seconds"] = time.process_time() - begun
    job.arrays["quality"] = quality
    if job.word("features") != "our scores":
        # The simplest ranking from the same probabilities, as a second peer row.
        said = np.where(labels > 0, probability, 1 - probability)
        job.arrays["plain"] = probability[labels > 0] if job.single else said.min(axis=1)


if __name__ == "__main__":
    main(run, "cleanlab", "scikit-learn", "rjieba")
