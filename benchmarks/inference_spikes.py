"""Simulation of the spike scan, beside simpler rules: false alarms a week, power, speed.

python benchmarks/inference.py --only spikes
"""

from __future__ import annotations

import math
import time

import numpy as np
from numpy.typing import NDArray

from reports.statistics.limits import TooFew
from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.spikes import scan

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


def spikes(
    runs: int, *, slices: int = 76, codes: int = 120, noise: float = 0.05, lift: float = 1.0, seed: int = 3
) -> tuple[dict[str, float], dict[str, float], int]:
    """Return alarms elsewhere a week, by rule; how often the planted spike was found, by rule; and tests a week.

    Slices of 600 to 12,000 answers a week, codes from 0.6 to 8 %, cell rates swing by ``noise`` from week to week.
    """
    rng = np.random.default_rng(seed)
    rules = ("p < .05 uncorrected", "Poisson + BH", "own variance + BH", "squeezed + BH + lift")
    false, power = dict.fromkeys(rules, 0.0), dict.fromkeys(rules, 0.0)
    tests = 0
    for _ in range(runs):
        size = np.geomspace(600, 12_000, slices).astype(np.int64)
        answers = np.repeat(size[:, None], 9, axis=1)
        rate = np.geomspace(0.006, 0.08, codes)[None, :, None] * rng.gamma(1 / noise**2, noise**2, (slices, codes, 9))
        where = (slices - 1, 0)  # the largest slice, 69 mentions expected
        rate[*where, 8] *= lift
        counts = rng.binomial(answers[:, None, :], np.minimum(rate, 1))
        found = scan(counts, answers, weeks=(8,))
        assert not isinstance(found, TooFew)
        tests = found.tests
        marks = _plain_rules(counts)
        alarms = np.zeros((slices, codes), np.bool_)
        for episode in found.episodes:
            for alarm in episode.alarms:
                alarms[alarm.slice, alarm.code] = True
        for name, marked in zip(rules, (*marks, alarms), strict=True):
            power[name] += marked[where] / runs
            false[name] += (marked.sum() - marked[where]) / runs
    return false, power, tests


def _plain_rules(counts: Ints) -> tuple[Marks, Marks, Marks]:
    """Return alarms of three simpler rules: Poisson uncorrected, Poisson with BH, own variance with BH."""
    from scipy.special import ndtr, stdtr

    before, now = counts[:, :, :8], counts[:, :, 8]
    usable = before.sum(axis=2) >= 40
    y, z = 2 * np.sqrt(before + 0.375), 2 * np.sqrt(now + 0.375)
    far = z - y.mean(axis=2)
    poisson = np.where(usable, ndtr(-far / math.sqrt(1 + 1 / 8)), np.nan)
    own = np.where(usable, stdtr(7.0, -far / np.sqrt(y.var(axis=2, ddof=1) * (1 + 1 / 8))), np.nan)
    adjusted = [np.nan_to_num(benjamini_hochberg(one), nan=1.0) <= 0.05 for one in (poisson, own)]
    return np.nan_to_num(poisson, nan=1.0) <= 0.05, adjusted[0], adjusted[1]


def print_spikes(runs: int) -> None:
    """Print false alarms, power and speed of the scan."""
    for noise in (0.05, 0.15):
        for lift in (1.0, 1.5, 1.8, 2.5):
            false, power, tests = spikes(runs, noise=noise, lift=lift)
            if lift == 1:
                print(f"\nSpike scan: 76 slices × 120 codes, {tests:,} tests a week, noise {noise:.0%}, {runs} weeks")
                for rule, count in false.items():
                    print(f"  {rule:24} false alarms a week {count:8.2f}")
            else:
                told = ", ".join(f"{rule} {part:.0%}" for rule, part in power.items())
                print(f"  ×{lift} in one cell of 69 expected, found: {told}")
    rng = np.random.default_rng(0)
    answers = np.full((3500, 12), 800)
    counts = rng.binomial(800, np.geomspace(0.002, 0.05, 120)[None, :, None], (3500, 120, 12))
    start = time.perf_counter()
    found = scan(counts, answers)
    assert not isinstance(found, TooFew)
    spent = time.perf_counter() - start
    print(f"  3,500 stores × 120 codes × 12 weeks: {found.tests:,} tests, {found.alarms} alarms, {spent:.2f} s")
