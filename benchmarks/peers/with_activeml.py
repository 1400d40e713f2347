"""scikit-activeml: margin sampling around logistic regression. It takes one class a row and dense rows only."""

from __future__ import annotations

import numpy as np
from job import Job, main
from skactiveml.classifier import SklearnClassifier
from skactiveml.pool import RandomSampling, UncertaintySampling
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression

DIRECTIONS = 100


def run(job: Job) -> None:
    """Replay the labels by batches over DIRECTIONS latent directions; at each budget keep what it says."""
    rows = job.rows()
    dense = TruncatedSVD(DIRECTIONS, random_state=job.seed).fit(rows[: job.pool]).transform(rows)
    pool, fresh = dense[: job.pool], dense[job.pool :]
    codes = job.labels.shape[1]
    truth = job.labels.argmax(axis=1).astype(float)
    labelled = np.full(job.pool, np.nan)
    order = job.numbers("start")
    labelled[order] = truth[order]
    estimator = LogisticRegression(C=10, max_iter=200)
    classifier = SklearnClassifier(estimator, classes=list(range(codes)), random_state=job.seed)
    margin = job.word("strategy") == "margin"
    strategy = (
        UncertaintySampling(method="margin_sampling", random_state=job.seed)
        if margin
        else RandomSampling(random_state=job.seed)
    )
    for budget in job.numbers("budgets"):
        while len(order) < budget:
            size = min(job.number("batch"), budget - len(order))
            extra = {"clf": classifier} if margin else {}
            queried = strategy.query(X=pool, y=labelled, batch_size=size, **extra).tolist()
            labelled[queried] = truth[queried]
            order = order + queried
        said = np.zeros((fresh.shape[0], codes), np.uint8)
        answered = classifier.fit(pool, labelled).predict(fresh).astype(np.int64)
        said[np.arange(said.shape[0]), answered] = 1
        job.arrays[f"order_{budget}"] = np.array(order)
        job.arrays[f"said_{budget}"] = np.packbits(said, axis=1)


if __name__ == "__main__":
    main(run, "scikit-activeml", "scikit-learn", "rjieba")
