"""Our side: how doubtful each labelled row is, from the model's own out-of-sample probabilities."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.job import Job, main
from training.learner.background import fit_background
from training.learner.classifier import fit
from training.quality.doubts import doubt_scores


def run(job: Job) -> None:
    """Fit on all rows with their labels, right and wrong; keep each row's doubt and the probabilities behind it."""
    texts = job.texts()
    model = fit(
        texts,
        job.labels.astype(np.int8),
        parents=np.full(job.labels.shape[1], -1),
        groups=np.arange(len(texts)),
        seed=job.seed,
        single=job.single,
        background=fit_background(texts, seed=job.seed),
    )
    own = model.out_of_sample
    assert own is not None
    job.arrays["doubt"] = doubt_scores(job.labels.astype(np.int8), own.probability, single=job.single)[0]
    job.arrays["probability"] = own.probability


if __name__ == "__main__":
    main(run, "scikit-learn")
