"""Build the search index of a big project, bring it up to date, and search: first hits and all counted.

    python benchmarks/make_corpus.py corpus.csv
    python benchmarks/bench_search.py corpus.csv
    python benchmarks/bench_search.py --project big.tingdong

The peer is what SQLite does by itself: ``instr`` over every text, for the string as it stands. A project that is given
is only read; without one the corpus is imported first. Medians of five, in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from annotate import search, verbatims
from annotate.importing.load import import_file
from annotate.search import Index
from annotate.store.project import Project

SEARCHES = (
    "的", "了", "挫", "顿挫", "异响", "不满意", "服务态度", "变速箱顿挫", "變速箱頓挫", "a", "app", "4s", "C++",
    "空间 油耗", "顿挫 NOT 高速", "空间 OR 油耗 OR 异响", '"，但是"', "NOT 顿挫", "，", "😀",
)  # fmt: skip
TYPED = ("变速箱顿挫", "服务态度", "空间 油耗")
FIRST = 500


def median(work: Callable[[], object], times: int = 5) -> float:
    """Return the median wall time of a call in milliseconds."""
    walls = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        walls.append(1000 * (time.perf_counter() - begin))
    return statistics.median(walls)


def build(project: Project, folder: Path, corpus_rows: int) -> Index:
    """Build the index and print what it took."""
    index = Index(project, folder=folder)
    wall, cpu = time.perf_counter(), time.process_time()
    added = index.bring_up_to_date()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = index.path.stat().st_size / 1e6
    print(f"index of {added:,} of {corpus_rows:,} texts: {wall:.1f} s wall, {cpu:.1f} s CPU, {size:.0f} MB")
    index.close()
    index = Index(project, folder=folder)
    print(f"opened again and found up to date: {median(index.bring_up_to_date, 3):.0f} ms")
    return index


def update(index: Index, project: Project, folder: Path) -> None:
    """Add an import of 10,000 answers, search while the index does not have them yet, then bring them in."""
    table = folder / "more.csv"
    rows = "".join(f"n{n},第{n}个新回答，低速顿挫\n" for n in range(10_000))
    table.write_text("id,text\n" + rows, encoding="utf-8")
    import_file(project, table, source="more")
    print(f"顿挫, first hits while 10,000 are not indexed: {median(lambda: search.search(project, '顿挫')):.0f} ms")
    begin = time.perf_counter()
    index.bring_up_to_date()
    print(f"10,000 answers brought in: {time.perf_counter() - begin:.2f} s")


def measure(project: Project) -> None:
    """Print first hits, all counted and the peer for each search."""
    question = verbatims.questions(project)[0].id
    print(f"{'search':<22}{'hits':>10}{'first 500':>12}{'counted':>12}{'all ids':>12}{'instr':>12}")
    for text in SEARCHES:
        times = 3 if text in ("，", "😀", "NOT 顿挫") else 5
        first = median(partial(search.search, project, text, question=question, limit=FIRST), times)
        counted = median(partial(search.count, project, text, question=question), times)
        ids = median(partial(search.search, project, text, question=question), times)
        peer = median(partial(project.rows, "select count(*) from verbatim_text where instr(text, ?)", (text,)), 1)
        hits = search.count(project, text, question=question)
        print(f"{text:<22}{hits:>10,}{first:>12.1f}{counted:>12.1f}{ids:>12.1f}{peer:>12.1f}", flush=True)
    slowest = 0.0
    for word in TYPED:
        for end in range(1, len(word) + 1):
            slowest = max(slowest, median(partial(search.search, project, word[:end], limit=FIRST), 3))
    print(f"slowest first hits while typing {', '.join(TYPED)}: {slowest:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--grow", action="store_true", help="import 10,000 more answers into the project that is given")
    asked = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.project is None:
            with Project.create(folder / "big.tingdong", coder="bench") as made:
                import_file(made, asked.corpus)
        path = asked.project or folder / "big.tingdong"
        with Project.open(path, read_only=asked.project is not None and not asked.grow) as project:
            rows = verbatims.counts(project).verbatims
            with build(project, folder / "cache", rows) as index:
                measure(project)
                if asked.project is None or asked.grow:
                    update(index, project, folder)


if __name__ == "__main__":
    main()
