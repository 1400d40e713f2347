"""Import, open, first paint, jump, bulk label and undo on 1.5 M verbatims, beside what plain SQLite loading takes.

    python benchmarks/make_corpus.py corpus.csv
    python benchmarks/bench_scale.py corpus.csv

Prints one table: medians of five, CPU seconds where a step is long, milliseconds where it is short.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from annotate import coding, frames, verbatims
from annotate.importing.load import ImportResult, import_file
from annotate.store import operations
from annotate.store.connection import connect
from annotate.store.project import Project
from annotate.store.query import InQuestion, Query, TextContains


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return wall and CPU seconds of one call."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def spread(work: Callable[[], object], times: int = 5) -> str:
    """Return the median wall time of several calls in milliseconds, with the slowest."""
    walls = [timed(work)[0] * 1000 for _ in range(times)]
    return f"{statistics.median(walls):8.1f} ms (slowest {max(walls):.1f})"


def plain_load(corpus: Path, folder: Path) -> tuple[float, float]:
    """Load the same file with csv and executemany alone: no checks, no hashes, no groups, one transaction."""

    def work() -> None:
        connection = connect(folder / "plain.db", create=True)
        with corpus.open(encoding="utf-8", newline="") as file, connection.transaction():
            reader = csv.reader(file)
            header = next(reader)
            connection.execute(f"create table t({', '.join(header)})")
            connection.executemany(f"insert into t values ({', '.join('?' * len(header))})", reader)
        connection.close()

    return timed(work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--keep", type=Path, help="keep the project here")
    asked = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(dir=asked.corpus.parent) as name:
        folder = Path(name)
        path = asked.keep or folder / "big.tingdong"
        wall, cpu = plain_load(asked.corpus, folder)
        print(f"peer: csv + executemany, nothing checked      {wall:8.1f} s wall {cpu:8.1f} s CPU")
        project = Project.create(path, coder="bench")
        told: list[ImportResult] = []
        wall, cpu = timed(lambda: told.append(import_file(project, asked.corpus)))
        size = path.stat().st_size / 1e6
        print(f"import, checked, hashed, folded, grouped      {wall:8.1f} s wall {cpu:8.1f} s CPU  {size:.0f} MB")
        print(f"  {told[0].records} records, {told[0].duplicates} repeat an earlier answer")
        print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        wall, _ = timed(project.close)
        print(f"close (log folded into the file)              {wall * 1000:8.1f} ms")

        def first_rows() -> None:
            with Project.open(path) as opened:
                ids = verbatims.ids(opened, Query(), limit=500)
                verbatims.page(opened, ids[:128].tolist())

        print(f"open → first 128 rows read                     {spread(first_rows)}")
        project = Project.open(path)
        question = verbatims.questions(project)[0].id
        print(f"id vector of all                              {spread(lambda: verbatims.ids(project, Query()))}")
        ids = verbatims.ids(project, Query())
        rng = np.random.default_rng(1)

        def jump() -> None:
            start = int(rng.integers(0, len(ids) - 128))
            verbatims.page(project, ids[start : start + 128].tolist())

        print(f"jump anywhere, 128 rows read                  {spread(jump, 40)}")
        frame = frames.create_frame(project, name="Bench")
        frames.point_question(project, question=question, frame=frame)
        code = frames.add_code(project, frame=frame, label="Bulk", number="1")
        key = frames.add_code(project, frame=frame, label="Key", number="2")
        last = frames.add_code(project, frame=frame, label="Last", number="3")
        some = ids[:: max(1, len(ids) // 50_000)][:50_000].tolist()
        wall, _ = timed(lambda: coding.apply_code(project, verbatims=some, code=code, expand=False))
        print(f"bulk label of 50,000                          {wall * 1000:8.1f} ms")
        wall, _ = timed(lambda: operations.undo(project))
        print(f"undo of it                                    {wall * 1000:8.1f} ms")
        wall, _ = timed(lambda: operations.redo(project))
        print(f"redo of it                                    {wall * 1000:8.1f} ms")
        query = Query((InQuestion(question), TextContains("顿挫")))
        wall, _ = timed(lambda: coding.apply_code(project, verbatims=query, code=key, expand=False))
        print(f"code all hits of a search (scan)              {wall * 1000:8.1f} ms")
        rows = iter(ids[-400:].tolist())
        one = [
            timed(lambda: coding.apply_code(project, verbatims=[next(rows)], code=last, expand=False))[0] * 1000
            for _ in range(200)
        ]
        back = [timed(lambda: operations.undo(project))[0] * 1000 for _ in range(200)]
        for what, walls in (("one label → durable", one), ("undo of one", back)):
            print(f"{what:<45} {statistics.median(walls):8.1f} ms p95 {np.percentile(walls, 95):.1f} ms")
        project.close()


if __name__ == "__main__":
    main()
