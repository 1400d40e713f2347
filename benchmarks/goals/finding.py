"""Find all answers of one code: rows read until 95 % of them are found, beside ASReview's default model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.goals import sets
from benchmarks.goals.curves import mean, ratio
from benchmarks.goals.jobs import Bench
from benchmarks.goals.report import Aim, Plan, Report, Row
from benchmarks.goals.sets import Corpus
from training.learner.features import count, fit_features

CODES = ("价格", "安全性", "油耗")
ROWS = 4000
RECALLS = (0.9, 0.95)
TOOLS = (
    ("ours", "ours_finding", "ours"),
    ("ASReview ELAS u4, as shipped", "with_asreview", "shipped"),
    ("ASReview ELAS u4, our features", "with_asreview", "ours"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """Rows read until 90 % and 95 % of the relevant ones were found, and what it cost."""

    most: int
    nearly_all: int
    cpu_seconds: float


def read_until(order: NDArray[np.int64], relevant: NDArray[np.bool_], recall: float) -> int:
    """Return how many rows of ``order`` were read when the share ``recall`` of the relevant rows was found."""
    found = np.cumsum(relevant[order])
    return int(np.searchsorted(found, np.ceil(recall * relevant.sum())) + 1)


def run(bench: Bench, plan: Plan, report: Report) -> None:
    """Add a goal a code: rows read by us ÷ rows read by ASReview, both as shipped and on our rows."""
    corpus = sets.read(plan.data, "auto")
    for code in CODES:

        def one(seed: int, code: str = code) -> dict[str, Read]:
            return _read(bench, corpus, code, seed)

        found_by: dict[str, list[Read]] = {}
        for found in bench.over(plan.seeds, one):
            for who, read in found.items():
                found_by.setdefault(who, []).append(read)
        for who, reads in found_by.items():
            cells = {
                "90 %": f"{np.mean([read.most for read in reads]):.0f}",
                "95 %": f"{np.mean([read.nearly_all for read in reads]):.0f}",
                "CPU s": f"{np.mean([read.cpu_seconds for read in reads]):.1f}",
            }
            report.rows.append(Row(f"find all {code}, {ROWS:,} rows: rows read to", who, cells))
        own, shipped, given = ([float(read.nearly_all) for read in found_by[who]] for who, _, _ in TOOLS)
        what = f"rows to 95 % of {code}, ÷ ASReview"
        report.aim("find", f"find_{code}", what, ratio(own, shipped), Aim.AT_MOST, 0.95)
        report.tell("find", f"find_{code}_given", "  ÷ ASReview on our features", ratio(own, given))
        report.tell("find", f"find_{code}_rows", "  rows", mean(own))


def _read(bench: Bench, corpus: Corpus, code: str, seed: int) -> dict[str, Read]:
    """Return how many rows each tool reads on ROWS random rows; all begin with the same, up to a relevant one."""
    order = np.random.RandomState(seed).permutation(len(corpus.texts))[:ROWS]
    texts = [corpus.texts[row] for row in order]
    labels = corpus.labels[order][:, [corpus.codes.index(code)]]
    relevant = labels[:, 0] > 0
    start = list(range(max(sets.START, int(np.argmax(relevant)) + 1)))
    counts = count(texts)
    rows = fit_features(counts, minimum=2).weigh(counts)
    found = {}
    for who, tool, features in TOOLS:
        asked: dict[str, object] = {"set": "auto", "code": code, "language": "zh", "single": False, "seed": seed}
        asked |= {"features": features, "start": start, "enough": math.ceil(RECALLS[-1] * relevant.sum())}
        answer = bench.ask(tool, asked, texts=texts, labels=labels, rows=rows if given(tool, features) else None)
        read = answer.places("order")
        until = [read_until(read, relevant, recall) for recall in RECALLS]
        found[who] = Read(until[0], until[1], answer.number("cpu_seconds"))
    return found


def given(tool: str, features: str) -> bool:
    """Tell whether a tool gets our rows; we make our own, so that their cost is in our time."""
    return features == "ours" and not tool.startswith("ours")
