"""How long a report takes and how much memory: about 60 pages with 30 charts and more, then 5,000 verbatims added.

``python benchmarks/bench_report.py [--json]``. Every measurement is a process of its own; the invented figures are
those of the tests. Goals: 5 s and 200 MB for the pages, 4 s more for the verbatims.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS, VERBATIMS = 7, 5_000
GOALS = {"pages": (5.0, 200), "with verbatims": (9.0, 200)}


def measured(verbatims: int) -> dict[str, float]:
    """Write one report in this process; return seconds, peak memory in MB, pages, charts and the file's size."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "reports")]
    from full_example import full

    from reports.document import compose, press_of, write_report
    from reports.manuscript import Listed, Manuscript
    from reports.pictures import figures
    from reports.spec import DEFAULT, ReportSpec

    data = full("zh")
    questions = tuple(replace(data.questions[0], name=f"Q{n}", id=n) for n in range(1, QUESTIONS + 1))
    data = replace(data, questions=questions)
    text = "低速跟车的时候一顿一顿的，去店里检查说是正常现象，开回来还是这样，孩子坐后排都晕车了，希望能够早点解决。"
    listed = tuple(
        Listed("Q1", f"#{n}", ("调研", "2026-07"), f"{n}：{text}", ("换挡顿挫",), n) for n in range(verbatims)
    )
    sections = (*DEFAULT, "verbatims") if verbatims else DEFAULT
    manuscript = Manuscript(data, ReportSpec(sections=sections), listed=listed, listed_of=verbatims)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        start, cpu = time.perf_counter(), time.process_time()
        written = write_report(manuscript, path)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        size = path.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    press = press_of(manuscript)
    charts = sum(1 for _ in figures(compose(press), press.width))
    return {
        "seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak, "pages": written.pages, "charts": charts,
        "file_mb": size / 1e6,
    }  # fmt: skip


def main() -> None:
    """Measure both reports and print them against their goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(measured(asked.one)))
        return
    found = {}
    for name, verbatims in (("pages", 0), ("with verbatims", VERBATIMS)):
        words = [sys.executable, __file__, "--one", str(verbatims)]
        told = subprocess.run(words, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
        found[name] = json.loads(told.stdout)
    if asked.json:
        print(json.dumps(found))
        return
    for name, one in found.items():
        seconds, memory = GOALS[name]
        print(
            f"{name:<15} {one['pages']:4.0f} pages {one['charts']:3.0f} charts  {one['seconds']:5.2f} s"
            f" ({one['cpu_seconds']:.2f} CPU; goal {seconds:g})  {one['peak_mb']:4.0f} MB (goal {memory})"
            f"  file {one['file_mb']:.2f} MB"
        )


if __name__ == "__main__":
    main()
