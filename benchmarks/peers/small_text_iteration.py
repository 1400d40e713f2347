"""small-text: what one iteration costs on a large pool: fit on the labels, ask for the next batch."""

from __future__ import annotations

import time

import numpy as np
from job import Job, main
from scipy.sparse import csr_matrix, vstack
from small_text import (
    BreakingTies,
    ConfidenceEnhancedLinearSVC,
    PoolBasedActiveLearner,
    SklearnClassifierFactory,
    SklearnDataset,
)


def run(job: Job) -> None:
    """Fit on all labelled rows and query 25 of the others; keep CPU milliseconds of both."""
    rows = csr_matrix(job.given_rows())
    codes = job.labels.shape[1]
    labels = csr_matrix(job.labels.astype(np.int64))
    truth = csr_matrix(vstack([labels, csr_matrix((rows.shape[0] - job.pool, codes), dtype=np.int64)]))
    dataset = SklearnDataset(rows, truth, target_labels=np.arange(codes))
    factory = SklearnClassifierFactory(ConfidenceEnhancedLinearSVC(), codes, kwargs={"multi_label": True})
    learner = PoolBasedActiveLearner(factory, BreakingTies(), dataset)
    begun = time.process_time()
    learner.initialize_data(np.arange(job.pool), labels)
    fitted = time.process_time()
    learner.query(num_samples=25)
    job.answer["fit_milliseconds"] = 1000 * (fitted - begun)
    job.answer["query_milliseconds"] = 1000 * (time.process_time() - fitted)


if __name__ == "__main__":
    main(run, "small-text", "scikit-learn")
