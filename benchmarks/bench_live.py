"""Measure what one label costs: the exact model again, and all watched answers scored again.

    python benchmarks/bench_live.py [--rows 100000] [--codes 50,200] [--labels 1000,5000] [--corpus FILE.csv.gz]

Median of ``--repeat`` labels in milliseconds of processor time, one thread, and the wall clock beside it; the model has
the dense kernel of 200 directions. Without a corpus the rows are made up: 75 n-grams each out of 60,000.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
import time
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from annotate import text
from training.learner.background import fit_background
from training.loop.live import LiveModel

WIDTH, ENTRIES, DEEP = 60_000, 75, 200


def made(count: int, generator: np.random.Generator) -> csr_array:
    """Return rows of ENTRIES n-grams, frequent ones more often, of length 1."""
    columns = (WIDTH * generator.random((count, ENTRIES)) ** 3).astype(np.int32)
    columns.sort(axis=1)
    pointer = np.arange(0, columns.size + 1, ENTRIES, dtype=np.int32)
    values = np.full(columns.size, ENTRIES**-0.5, np.float32)
    return csr_array((values, columns.ravel(), pointer), shape=(count, WIDTH))


def read(path: Path, count: int) -> tuple[csr_array, NDArray[np.float32]]:
    """Return rows and directions of a corpus, its texts repeated up to ``count``."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        texts = [text.fold(row["text"]) for row in csv.DictReader(file)]
    background = fit_background(texts, seed=1)
    rows = background.rows(texts)
    return rows[np.arange(count) % rows.shape[0]], background.directions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--codes", default="50,200")
    parser.add_argument("--labels", default="1000,5000")
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--corpus", type=Path)
    asked = parser.parse_args()
    generator = np.random.default_rng(0)
    if asked.corpus:
        rows, directions = read(asked.corpus, asked.rows + 6000)
    else:
        rows = made(asked.rows + 6000, generator)
        directions = generator.normal(0, WIDTH**-0.5, (WIDTH, DEEP)).astype(np.float32)
    pool = rows[: asked.rows]
    print(f"{asked.rows:,} watched rows, {rows.nnz / rows.shape[0]:.0f} n-grams a row, load {os.getloadavg()[0]:.1f}")
    print(f"{'labels':>7}{'codes':>7}{'refit ms':>10}{'label ms':>10}{'wall ms':>10}{'edit ms':>10}{'undo ms':>10}")
    for codes in map(int, asked.codes.split(",")):
        for labels in map(int, asked.labels.split(",")):
            start = labels - asked.repeat - 1
            own = rows[asked.rows : asked.rows + labels]
            targets = np.where(generator.random((labels, codes)) < 0.05, 1, -1).astype(np.int8)
            at = time.process_time()
            model = LiveModel.fit(
                own[:start], targets[:start], keys=np.arange(start), groups=np.arange(start), directions=directions,
                weight=0.2,
            )  # fmt: skip
            refit = time.process_time() - at
            model.watch(pool)
            times: dict[str, list[float]] = {"label": [], "wall": [], "edit": [], "undo": []}
            for row in range(start, labels):
                at, wall = time.process_time(), time.perf_counter()
                model.add(own[[row]], targets[[row]], keys=[row], groups=[row])
                times["label"].append(time.process_time() - at)
                times["wall"].append(time.perf_counter() - wall)
            for row in range(3):
                at = time.process_time()
                model.edit(row, -targets[row])
                times["edit"].append(time.process_time() - at)
            for row in range(labels - 3, labels):
                at = time.process_time()
                model.remove(row)
                times["undo"].append(time.process_time() - at)
            cells = [
                1000 * float(np.median(times[name][-asked.repeat :])) for name in ("label", "wall", "edit", "undo")
            ]
            print(
                f"{labels:>7}{codes:>7}{1000 * refit:>10.0f}" + "".join(f"{cell:>10.1f}" for cell in cells), flush=True
            )


if __name__ == "__main__":
    main()
