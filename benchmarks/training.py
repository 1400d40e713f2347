"""The table of goals of the training engine, measured on shared labelled sets beside peers installed from PyPI.

    python benchmarks/training.py --quick                       two seeds, at most 15 minutes on two cores
    python benchmarks/training.py --seeds 5                     the full table
    python benchmarks/training.py --only labels,peers --sets auto,cosmetics
    python benchmarks/training.py --only bulk --rows 300000 --json

Peers run in an environment of their own, made at the first run in the user's cache folder (or ``--env``); every tool is
one process that reads a job and writes an answer. Answers are kept there, so a second run is cheap; ``--fresh`` asks
anew. Speed is always measured anew, in CPU seconds of one thread.

Every seed splits a set by ``RandomState(seed).permutation``: 30 % held out, the first ten of the rest begin. Batches of
25. Texts are folded alike for all tools. "Our thresholds" are cuts from the peer's own three-fold scores.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

# One thread, as in the worker process, set before numpy comes in; the root goes first, or this file hides "training".
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.goals import active, certainty, doubting, finding, sets, speed, whole
from benchmarks.goals.jobs import Bench
from benchmarks.goals.report import Plan, Report, as_json, lines
from benchmarks.peers.environment import default_folder

Part = Callable[[Bench, Plan, Report], None]
PARTS: dict[str, Part] = {
    "full": whole.quality,
    "labels": active.labels,
    "peers": active.peers,
    "find": finding.run,
    "calibration": certainty.calibration,
    "shares": certainty.shares,
    "accept": certainty.acceptance,
    "doubts": doubting.run,
    "latency": speed.latency,
    "bulk": speed.bulk,
}
QUICK_SEEDS, FULL_SEEDS = 2, 5


def asked() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TINGDONG_DATA", "../shared/data")))
    parser.add_argument("--env", type=Path, default=default_folder(), help="folder of the peers and the answers")
    parser.add_argument("--only", default=",".join(PARTS), help="parts: " + ", ".join(PARTS))
    parser.add_argument("--sets", default=",".join(sets.SOURCES), help="of " + ", ".join(sets.SOURCES))
    parser.add_argument("--seeds", type=int, help=f"{FULL_SEEDS}, or {QUICK_SEEDS} with --quick")
    parser.add_argument("--rows", type=int, help="of the bulk part; 300,000, or 60,000 with --quick")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time where nothing is timed")
    parser.add_argument("--fresh", action="store_true", help="keep no answer of an earlier run")
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args()
    for name, known in (("only", PARTS), ("sets", sets.SOURCES)):
        if unknown := [one for one in getattr(told, name).split(",") if one not in known]:
            parser.error(f"--{name} knows {', '.join(known)}; not {', '.join(unknown)}")
    return told


def main() -> None:
    """Run the parts that were asked for and print the table."""
    told = asked()
    plan = Plan(
        data=told.data,
        seeds=tuple(range(told.seeds or (QUICK_SEEDS if told.quick else FULL_SEEDS))),
        sets=tuple(told.sets.split(",")),
        quick=told.quick,
        rows=told.rows or (60_000 if told.quick else 300_000),
    )
    bench, report = Bench(told.env, jobs=told.jobs, fresh=told.fresh), Report()
    engine = bench.engine()
    begun, spent, failed = time.perf_counter(), {}, list[str]()
    for name in told.only.split(","):
        print(f"{name}: load {load()}", file=sys.stderr, flush=True)
        at = time.perf_counter()
        try:
            PARTS[name](bench, plan, report)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:  # the other parts still have their say
            print(f"{name} could not be measured: {error}", file=sys.stderr, flush=True)
            failed.append(name)
        spent[name] = round(time.perf_counter() - at, 1)
    files = {name: sha for name in plan.sets if (sha := sets.sha256(plan.data, name))}
    report.extra |= {
        "seeds": list(plan.seeds),
        "quick": plan.quick,
        "load": load(),
        "engine": engine[:16],
        "engine_changed_meanwhile": bench.engine() != engine,
        "versions": bench.versions,
        "sha256": files,
        "seconds": spent,
    }
    if told.json:
        print(json.dumps({**as_json(report), "failed": failed}, ensure_ascii=False, indent=1))
        sys.exit(bool(failed))
    print("\n".join(lines(report)))
    print(f"\n{len(plan.seeds)} seeds; load average {load()}; {time.perf_counter() - begun:.0f} s")
    print(f"engine {engine[:16]}" + (": its sources CHANGED during this run" if bench.engine() != engine else ""))
    print("packages: " + ", ".join(f"{name} {version}" for name, version in sorted(bench.versions.items())))
    for name, sha in files.items():
        print(f"{name:<11} sha256 {sha}")
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def load() -> str:
    """Return the load average of the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    main()
