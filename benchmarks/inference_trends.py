"""Simulation of the change point of a series: false alarms, power, and how near it lies.

python benchmarks/inference.py --only trends
"""

from __future__ import annotations

import math

import numpy as np

from reports.statistics.limits import TooFew
from reports.statistics.trends import change_point


def shifts(runs: int, periods: int = 26, seed: int = 2) -> dict[str, float]:
    """Return false alarms of the change point, and power for shifts of NPS at 500 answers a week."""
    rng = np.random.default_rng(seed)
    error = 100 * math.sqrt((0.45 + 0.20 - 0.25**2) / 500)
    told: dict[str, float] = {}
    for jump in (0, 4, 6):
        hits = near = 0
        for _ in range(runs):
            at = int(rng.integers(6, periods - 6))
            values = rng.normal(25, error, periods) + jump * (np.arange(periods) >= at)
            found = change_point(values, np.full(periods, error))
            assert not isinstance(found, TooFew)
            hits += found is not None
            near += found is not None and abs(found.at - at) <= 1
        told[f"{jump} points"], told[f"{jump} points, within a week"] = hits / runs, near / runs
    return told


def print_trends(runs: int) -> None:
    """Print false alarms and power of the change point."""
    found = shifts(20 * runs)
    critical = change_critical(26)
    print(f"\nChange point of weekly NPS, 26 weeks of 500 answers, {20 * runs} series; critical value {critical:.2f}")
    print(f"  no shift: alarms in {found['0 points']:.1%}")
    for jump in (4, 6):
        hit, near = found[f"{jump} points"], found[f"{jump} points, within a week"]
        print(f"  shift of {jump} points: found {hit:.1%}, within a week of the truth {near:.1%}")


def change_critical(periods: int) -> float:
    """Return the critical value of a series of equally sure periods."""
    jump = np.r_[np.zeros(periods // 2), np.full(periods - periods // 2, 9.0)]
    found = change_point(jump, np.ones(periods))
    assert found is not None and not isinstance(found, TooFew)
    return found.critical
