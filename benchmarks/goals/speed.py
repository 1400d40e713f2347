"""Speed beside peers, in CPU seconds of one thread: one label, coding in bulk."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.goals.curves import Figure, mean
from benchmarks.goals.jobs import ROOT, Bench
from benchmarks.goals.report import Aim, Plan, Report, Row

POOL = 100_000
WIDTH, ENTRIES = 60_000, 75
BULK = {50: 20.0, 200: 15.0}
VECTORISE = 60.0


def latency(bench: Bench, plan: Plan, report: Report) -> None:
    """Add what a label costs with POOL watched rows, beside one iteration of small-text on the same rows."""
    cases = ((1000, 50),) if plan.quick else ((1000, 50), (1000, 200), (5000, 200))
    for labels, codes in cases:
        rows, targets = made(labels, codes)
        asked: dict[str, object] = {"seed": 0, "single": False, "codes": codes, "features": "ours"}
        own = bench.ask("ours_latency", asked, texts=[], labels=targets, rows=rows, keep=False).number("milliseconds")
        what = f"label → model and {POOL:,} × {codes} scores, at {labels:,}: CPU ms"
        report.aim("latency", f"label_{labels}_{codes}", what, mean([own]), Aim.AT_MOST, 150 if labels > 1000 else 100)
        if labels > 1000:
            continue
        answer = bench.ask("small_text_iteration", asked, texts=[], labels=targets, rows=rows, keep=False)
        theirs = answer.number("fit_milliseconds") + answer.number("query_milliseconds")
        note = f"{theirs / 1000:.1f} s (it queries once a batch, we follow every label)"
        figure = mean([theirs / own])
        aim = 100 if codes == 50 else 150
        report.aim("latency", f"iteration_{codes}", "  a small-text iteration ÷ ours", figure, Aim.AT_LEAST, aim, note)


def made(labels: int, codes: int) -> tuple[csr_array, NDArray[np.uint8]]:
    """Return labels + POOL rows of ENTRIES n-grams out of WIDTH, frequent ones more often, and 5 % of random yes."""
    generator = np.random.default_rng(0)
    count = labels + POOL
    columns = (WIDTH * generator.random((count, ENTRIES)) ** 3).astype(np.int32)
    columns.sort(axis=1)
    pointer = np.arange(0, columns.size + 1, ENTRIES, dtype=np.int32)
    values = np.full(columns.size, ENTRIES**-0.5, np.float32)
    rows = csr_array((values, columns.ravel(), pointer), shape=(count, WIDTH))
    rows.sum_duplicates()
    return rows, (generator.random((labels, codes)) < 0.05).astype(np.uint8)


def bulk(bench: Bench, plan: Plan, report: Report) -> None:
    """Add rows coded, and vectorised, a CPU second ÷ those of what users write (benchmarks/bulk.py, own process)."""
    for codes in (50,) if plan.quick else tuple(BULK):
        call = [sys.executable, str(ROOT / "benchmarks" / "bulk.py"), "--rows", str(plan.rows), "--codes", str(codes)]
        done = subprocess.run([*call, "--data", str(plan.data)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
        found = json.loads(done.stdout)
        for key, what, target in (
            ("ratio_to_naive", f"{plan.rows:,} rows, {codes} codes: rows/CPU-s ÷ naive", BULK[codes]),
            ("vectorise_ratio", "  tokenise and weigh only", VECTORISE),
        ):
            figure = Figure(found[key], found[key], found[key], 1)
            report.aim("bulk", f"{key}_{codes}", what, figure, Aim.AT_LEAST, target)
        cells = {
            "naive rows/CPU-s": f"{found['naive_rows_per_cpu_second']:,}",
            "ours": f"{found['our_rows_per_cpu_second']:,}",
            "MB/s vectorised": f"{found['megabytes_per_cpu_second']:g}",
            "peak MB": f"{found['peak_memory_mb']:,}",
        }
        report.rows.append(Row(f"coding {plan.rows:,} rows", f"{codes} codes", cells))
        report.extra[f"bulk_{codes}"] = found
        report.extra.setdefault("ratio_to_naive", found["ratio_to_naive"])
