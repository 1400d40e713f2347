"""Our side: what one label costs: the exact model again, and all watched rows scored again."""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csr_array, load_npz

from benchmarks.peers.job import Job, main
from training.loop.live import LiveModel

REPEATS = 9
DIRECTIONS = 200


def run(job: Job) -> None:
    """Fit on all labelled rows but the last REPEATS + 1, add these one by one; keep the median CPU milliseconds."""
    rows = csr_array(load_npz(job.folder / "rows.npz"))
    targets = np.where(job.labels > 0, 1, -1).astype(np.int8)
    directions = np.random.default_rng(job.seed).normal(0, rows.shape[1] ** -0.5, (rows.shape[1], DIRECTIONS))
    start = job.pool - REPEATS - 1
    places = np.arange(start)
    model = LiveModel.fit(
        rows[:start], targets[:start], keys=places, groups=places, directions=directions.astype(np.float32), weight=0.2
    )
    model.watch(rows[job.pool :])
    spent = []
    for row in range(start, job.pool):
        begun = time.process_time()
        model.add(rows[[row]], targets[[row]], keys=[row], groups=[row])
        spent.append(time.process_time() - begun)
    job.answer["milliseconds"] = 1000 * float(np.median(spent[1:]))


if __name__ == "__main__":
    main(run, "numpy")
