"""Our side: a model of randomly labelled rows, what it says of unseen rows, and of its own rows out of sample."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.job import Job, main
from training.learner.background import fit_background
from training.learner.classifier import fit


def run(job: Job) -> None:
    """Fit on the first ``labelled`` rows of a random order; keep probabilities and decisions for every other row."""
    texts = job.texts()
    chosen = np.random.RandomState(job.seed).permutation(job.pool)[: job.number("labelled")]
    model = fit(
        [texts[row] for row in chosen],
        job.labels[chosen].astype(np.int8),
        parents=np.full(job.labels.shape[1], -1),
        groups=np.arange(chosen.size),
        seed=job.seed,
        single=job.single,
        random_rows=np.ones(chosen.size, np.bool_),
        background=fit_background(texts[: job.pool], seed=job.seed),
    )
    own = model.out_of_sample
    assert own is not None
    said = model.predict(texts)
    assert own.ranked is not None
    job.arrays["chosen"], job.arrays["own_ranked"] = chosen, own.ranked
    for name, told in (("own", own), ("all", said)):
        job.arrays[f"{name}_probability"] = told.probability
        job.arrays[f"{name}_accepted"] = told.accepted


if __name__ == "__main__":
    main(run, "scikit-learn")
