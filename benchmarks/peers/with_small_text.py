"""small-text: its pool-based learner with its linear support vectors and one of its query strategies."""

from __future__ import annotations

import numpy as np
from job import Bits, Floats, Ints, Job, held_out_scores, main, one_against_rest
from scipy.sparse import csr_matrix
from small_text import (
    BreakingTies,
    CategoryVectorInconsistencyAndRanking,
    ConfidenceEnhancedLinearSVC,
    LeastConfidence,
    PoolBasedActiveLearner,
    RandomSampling,
    SklearnClassifierFactory,
    SklearnDataset,
)

STRATEGIES = {
    "random": RandomSampling,
    "least confidence": LeastConfidence,
    "breaking ties": BreakingTies,
    "cvirs": lambda: CategoryVectorInconsistencyAndRanking(pbar=None),
}


def scores_of(rows: csr_matrix, labels: Bits, fresh: csr_matrix) -> Floats:
    """Return the scores of small-text's support vectors, one model a code."""
    return one_against_rest(ConfidenceEnhancedLinearSVC, rows, labels, fresh)


def run(job: Job) -> None:
    """Replay the labels by batches; at each budget keep what it says, its scores and its held-out scores."""
    np.random.seed(job.seed)  # small-text draws from the global generator
    rows = job.rows()
    pool, fresh = rows[: job.pool], rows[job.pool :]
    codes = job.labels.shape[1]
    classes = job.labels.argmax(axis=1).astype(np.int64)
    truth = classes if job.single else csr_matrix(job.labels.astype(np.int64))
    dataset = SklearnDataset(pool, truth, target_labels=np.arange(codes))
    factory = SklearnClassifierFactory(ConfidenceEnhancedLinearSVC(), codes, kwargs={"multi_label": not job.single})
    learner = PoolBasedActiveLearner(factory, STRATEGIES[job.word("strategy")](), dataset)
    start = np.array(job.numbers("start"), np.int64)
    learner.initialize_data(start, truth[start])
    for budget in job.numbers("budgets"):
        while learner.indices_labeled.size < budget:
            queried = learner.query(num_samples=min(job.number("batch"), budget - learner.indices_labeled.size))
            learner.update(truth[queried])
        order: Ints = learner.indices_labeled
        said = np.zeros((fresh.shape[0], codes), np.uint8)
        if job.single:
            # Its predict() numbers only the classes seen so far; read through the model's own class list instead.
            likely = learner.classifier.predict_proba(
                SklearnDataset(fresh, np.zeros(fresh.shape[0], np.int64), target_labels=np.arange(codes))
            ).argmax(axis=1)
            said[np.arange(said.shape[0]), learner.classifier.model.classes_[likely]] = 1
        else:
            empty = csr_matrix(said.astype(np.int64))
            answered = learner.classifier.predict(SklearnDataset(fresh, empty, target_labels=np.arange(codes)))
            said[:] = answered.toarray() > 0
            labels = job.labels[order]
            job.arrays[f"scores_{budget}"] = scores_of(pool[order], labels, fresh).astype(np.float32)
            held_out = held_out_scores(scores_of, pool[order], labels, seed=job.seed)
            job.arrays[f"held_out_{budget}"] = held_out.astype(np.float32)
        job.arrays[f"order_{budget}"] = order
        job.arrays[f"said_{budget}"] = np.packbits(said, axis=1)


if __name__ == "__main__":
    main(run, "small-text", "scikit-learn", "rjieba")
