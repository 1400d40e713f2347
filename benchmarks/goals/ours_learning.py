"""Our side of the learning curves: the loop of the product on labels that are known, the learner of ``train``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotate.errors import UserError
from benchmarks.peers.job import Job, main
from training.learner.background import DIRECTIONS, fit_background
from training.learner.classifier import fit
from training.loop import simulate
from training.loop.pool import BATCH, SEEDING, Decided, Pool


def run(job: Job) -> None:
    """Read pool rows by a plan of ``simulate``; at each budget fit as ``train`` does and keep what it says.

    The default plan begins with its own typical rows, every other with the start rows that the peers get.
    """
    texts = job.texts()
    pool_texts, fresh = texts[: job.pool], texts[job.pool :]
    labels = job.labels.astype(np.int8)
    directions = DIRECTIONS if job.ask["directions"] else 0
    background = fit_background(pool_texts, seed=job.seed, directions=directions)
    everything, codes = np.arange(job.pool), np.arange(labels.shape[1])
    pool = Pool(everything, pool_texts, background=background, seed=job.seed)
    plan = simulate.Plan(job.word("plan"))
    generator = np.random.default_rng(job.seed)

    def learn(read: list[int]) -> None:
        pool.learn(Decided(np.array(read), pool.rows[read], labels[read], np.array(read), codes, job.single))

    order: list[int] = [] if plan is simulate.Plan.DEFAULT else job.numbers("start")
    if order:
        learn(order)

    def said(rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        try:
            model = fit(
                [pool_texts[row] for row in rows],
                labels[rows],
                parents=np.full(labels.shape[1], -1),
                groups=rows,
                seed=job.seed,
                single=job.single,
                background=background,
            )
        except UserError:  # no code has examples enough: nothing is said
            return np.packbits(np.zeros((len(fresh), labels.shape[1]), np.bool_), axis=1)
        return np.packbits(model.predict(fresh).accepted, axis=1)

    for budget in job.numbers("budgets"):
        while len(order) < budget:
            size = min(BATCH if order else SEEDING, budget - len(order))
            order += simulate.following(pool, plan, size, generator)
            learn(order)
        job.arrays[f"order_{budget}"] = np.array(order)
        job.arrays[f"said_{budget}"] = said(np.array(order))
    if job.ask["everything"]:
        job.arrays["said_all"] = said(everything)


if __name__ == "__main__":
    main(run, "scikit-learn", "numpy")
