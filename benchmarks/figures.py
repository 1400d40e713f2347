"""How long figures take: cross table and spike scan from arrays of 1.5 M answers, and everything of a project file.

python benchmarks/figures.py --only table
python benchmarks/figures.py --only spikes
python benchmarks/figures.py --only project --project big.tingdong
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np

from annotate.frames import Code, Frame, Role
from annotate.store.project import Project
from annotate.store.query import Query
from annotate.verbatims import Field, Question
from reports.audit import Audit
from reports.coded_answers import CodedAnswers, Mentions
from reports.collect import figures, read, segments, spikes
from reports.collect.loaded import Loaded
from reports.collect.themes import shares
from reports.collect.view import View
from reports.data import Scope
from reports.definitions.terms import Definitions, Letters
from reports.records import WAVES, Records

DAY = 86_400_000
WEEKS = 12


def view(rows: int, codes: int, columns: dict[str, int], seed: int = 1) -> View:
    """Return a question of ``rows`` people over WEEKS weeks, 1.4 mentions each, columns of these sizes."""
    rng = np.random.default_rng(seed)
    start = 1_767_571_200_000  # Monday, 5 January 2026
    at = start + np.sort(rng.integers(0, WEEKS * 7 * DAY, rows)).astype(np.float64)
    fields = tuple(Field(n, name, "category", "") for n, name in enumerate(columns, 1))
    values = {n: rng.integers(1, size + 1, rows) for n, size in enumerate(columns.values(), 1)}
    ids = np.arange(1, rows + 1)
    records = Records(
        ids, ids * WAVES, ids, np.zeros(rows, np.int64), np.ones(rows, np.int64), at, np.full(rows, np.nan),
        dict(values), True,
    )  # fmt: skip
    nothing = ("",) * 7
    frame = Frame(
        1, "frame", 1, 1, False,
        tuple(
            Code(n, None, False, str(n), f"code {n}", "", Role.THEME, *nothing[:6], False, 1, 1, (f"code {n}",), 1)
            for n in range(1, codes + 1)
        ),
    )  # fmt: skip
    share = 1 / np.arange(1, codes + 1) ** 0.7
    share *= 1.4 / share.sum()
    row = [np.flatnonzero(rng.random(rows) < p) for p in share]
    place = np.repeat(np.arange(codes), [one.size for one in row])
    whole = np.concatenate(row)
    order = np.lexsort((place, whole))
    n = whole.size
    mentions = Mentions(
        whole[order].astype(np.int32), place[order].astype(np.int32), rng.choice([-1, 0, 1], n).astype(np.int8),
        np.zeros(n, np.int16), np.ones(n, np.bool_),
    )  # fmt: skip
    question = Question(1, "Q", "", "neutral", False, 1, rows, rows, 0)
    yes = np.ones(rows, np.bool_)
    told = CodedAnswers(
        question, frame, records, ids, np.arange(rows), np.arange(rows), np.arange(rows), np.zeros(rows, np.int64),
        np.full(rows, 6, np.int8), yes, yes, mentions, np.zeros(rows, np.int16),
    )  # fmt: skip
    texts = {n: {v: f"{v}" for v in range(1, size + 1)} for n, size in enumerate(columns.values(), 1)}
    loaded = Loaded(
        1, "", 0, Definitions(), fields, texts, records, (question,), {1: told}, {}, (), {1: frame}
    )  # fmt: skip
    return View(loaded, told, yes, Query(), weighted=False)


def timed(name: str, repeat: int, work: object) -> None:
    assert callable(work)
    best = min(_once(work) for _ in range(repeat))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {best:.2f} s, peak memory of the process {peak:,.0f} MB")


def _once(work: object) -> float:
    assert callable(work)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cross(rows: int) -> None:
    made = view(rows, 60, {"region": 20})
    codes = made.codes()
    field = made.loaded.fields[0]

    def first() -> None:
        fresh = View(made.loaded, made.told, made.within, made.query, weighted=False)
        segments.table(fresh, field, codes, rule=Letters.HOLM)

    timed(f"cross table, {rows:,} answers × 60 codes × 20 columns, from the columns of the question", 3, first)
    timed("the same again in the same scope", 3, lambda: segments.table(made, field, codes, rule=Letters.HOLM))
    audited(made, 400)
    found = shares(made, counts_only=False)

    def corrected() -> None:
        fresh = View(made.loaded, made.told, made.within, made.query, weighted=False)
        segments.table(fresh, field, codes, rule=Letters.HOLM, found=found)

    timed("corrected by 400 audited answers, from the columns of the question", 3, corrected)
    timed(
        "the same again in the same scope", 3,
        lambda: segments.table(made, field, codes, rule=Letters.HOLM, found=found),
    )  # fmt: skip


def audited(made: View, size: int) -> None:
    """Let people have read some answers at random, and agree with four fifths of what the model said."""
    told = made.told
    row = np.sort(np.random.default_rng(2).choice(len(told), size, replace=False))
    place = np.full(len(told), -1)
    place[row] = np.arange(size)
    at = np.flatnonzero(place[told.mentions.row] >= 0)
    said = np.random.default_rng(3).random(at.size) < 0.8
    said_row, said_code = place[told.mentions.row[at[said]]], told.mentions.code[at[said]].astype(np.int64)
    moods = told.mentions.sentiment[at[said]]
    made.loaded.audits[1] = Audit(row, np.full(size, size / len(told)), said_row, said_code, moods, {0: 1})


def scan(rows: int) -> None:
    made = view(rows, 120, {"store": 3_500, "region": 20, "batch": 25})
    made.hits(1)
    fields = list(made.loaded.fields)
    found = spikes.spikes(made, fields)
    print(
        found
        if not hasattr(found, "tests")
        else f"tests {found.tests:,}, slices {found.slices:,}, rows {len(found.rows)}"
    )
    timed(f"spike scan, {rows:,} answers, 3,500 stores + 20 + 25 + 1 slices × 120 codes × {WEEKS} weeks", 3,
          lambda: spikes.spikes(made, fields))  # fmt: skip


def whole(path: Path) -> None:
    with Project.open(path, read_only=True) as project:
        start = time.perf_counter()
        loaded = read(project)
        print(f"read {len(loaded.records):,} records: {time.perf_counter() - start:.1f} s")
        with project.reading() as db, db.snapshot():
            for texts in (False, True):
                timed(f"all figures, texts {texts}", 1, lambda texts=texts: figures(db, loaded, Scope(), texts=texts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["table", "spikes", "project"])
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--project", type=Path)
    told = parser.parse_args()
    if told.only in (None, "table"):
        cross(told.rows)
    if told.only in (None, "spikes"):
        scan(told.rows)
    if told.project is not None:
        whole(told.project)


if __name__ == "__main__":
    main()
