"""Our side: find the rows of one code as the mode "likely for this code" does, BATCH rows read at a time."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.job import Job, main
from training.learner.background import fit_background
from training.loop.pool import Decided, Pool
from training.loop.queries import Choice, Known, likely_for_code

BATCH = 5


def likeliest(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Choose by the score of the one code; chance has no part in it."""
    return likely_for_code(known, 0, size)


def run(job: Job) -> None:
    """Read the likeliest rows until ``enough`` relevant ones are found; keep the order of reading."""
    texts = job.texts()
    labels = job.labels[:, :1].astype(np.int8)
    everything = np.arange(len(texts))
    pool = Pool(everything, texts, background=fit_background(texts, seed=job.seed), seed=job.seed)
    generator = np.random.default_rng(job.seed)
    read = job.numbers("start")
    while int(labels[read].sum()) < job.number("enough"):
        pool.learn(Decided(np.array(read), pool.rows[read], labels[read], np.array(read), np.zeros(1, np.int64)))
        among = np.setdiff1d(everything, read)
        read += [choice.row for choice in pool.choose(likeliest, BATCH, generator, among)]
    job.arrays["order"] = np.array(read)


if __name__ == "__main__":
    main(run, "scikit-learn")
