"""Simulations behind the statistics of reports: coverage of intervals, false alarms, power; and their speed.

python benchmarks/inference.py                # all, a few minutes
python benchmarks/inference.py --only shares --runs 40
"""

from __future__ import annotations

import argparse
import csv
import gzip
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from inference_spikes import print_spikes
from inference_trends import print_trends

from annotate.estimates import wilson_interval
from reports.definitions.terms import Letters
from reports.statistics.corrected import corrected_shares, plan, tally
from reports.statistics.corrected_moods import corrected_net_sentiment
from reports.statistics.crosstab import cross_counts, cross_table, pack
from reports.statistics.limits import TooFew
from reports.statistics.scores import mean, net_promoters, paired_share_change
from reports.statistics.shares import weighted_share

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class World:
    """A coded frame: bool (units × columns) truth and machine, the net's column of each column; nets stand last.

    ``population``: the share of each column among all who might have answered.
    """

    truth: Marks
    machine: Marks
    above: Ints
    population: Floats


def world(
    rng: np.random.Generator, units: int = 20_000, codes: int = 118, nets: int = 14, *, worse_if_rare: float = 1.0
) -> World:
    """Draw answers with about two codes each; recall and precision differ by net and code, and with size."""
    from scipy.stats import gamma

    rank = rng.permutation(codes)
    share = np.clip(0.14 / (1 + rank) ** 0.75, 0.002, None)
    net = np.sort(rng.integers(0, nets, codes))
    lean = rng.normal(0, 0.35, nets)[net]  # nets differ in how hard they are
    recall = 1 / (1 + np.exp(-(1.1 + lean + 0.35 * worse_if_rare * np.log(share / 0.02) + rng.normal(0, 0.5, codes))))
    precision = 1 / (1 + np.exp(-(1.3 + lean + 0.3 * worse_if_rare * np.log(share / 0.02) + rng.normal(0, 0.5, codes))))
    mood = rng.gamma(2.0, 0.5, (units, 1))  # some people say much, some little
    truth = rng.random((units, codes)) < np.minimum(0.9, share * mood)
    false = share * recall * (1 - precision) / precision / (1 - share)
    machine = np.where(truth, rng.random((units, codes)) < recall, rng.random((units, codes)) < false)
    members = [np.flatnonzero(net == n) for n in range(nets)]
    unions = [np.stack([part[:, m].any(axis=1) for m in members], axis=1) for part in (truth, machine)]
    above = np.concatenate([codes + net, np.full(nets, -1)]).astype(np.int64)
    levels = gamma.ppf((np.arange(2000) + 0.5) / 2000, 2.0, scale=0.5)[:, None]  # everybody, by how much they say
    chance = np.minimum(0.9, share * levels)
    population = [1 - np.prod(1 - chance[:, m], axis=1).mean() if m.size else 0.0 for m in members]
    every = np.r_[chance.mean(axis=0), population]
    return World(np.hstack([truth, unions[0]]), np.hstack([machine, unions[1]]), above, every)


Ends = tuple[Floats, Floats, Floats]


def naive(one: World, rows: Ints) -> Ends:
    """Count what the machine says, Wilson's interval."""
    return _wilson(one.machine.sum(axis=0), len(one.machine))


def humans(one: World, rows: Ints) -> Ends:
    """Count what people found in the sample, Wilson's interval."""
    return _wilson(one.truth[rows].sum(axis=0), rows.size)


def _wilson(x: Ints, n: int) -> Ends:
    ends = np.array([wilson_interval(float(v), n) for v in x])
    return x / n, ends[:, 0], ends[:, 1]


def ppi(one: World, rows: Ints, tuned: bool = False) -> Ends:
    """Prediction-powered inference, and PPI++ with a tuned λ (Angelopoulos et al. 2023)."""
    y, f, n, whole = one.truth[rows] * 1.0, one.machine[rows] * 1.0, rows.size, len(one.machine)
    far = one.machine.mean(axis=0)
    spread = np.maximum(far * (1 - far), 1e-9)
    cov = (y * f).mean(axis=0) - y.mean(axis=0) * f.mean(axis=0)
    lam = np.clip(cov / ((1 + n / whole) * spread), 0, 1) if tuned else np.ones_like(far)
    value = lam * far + (y - lam * f).mean(axis=0)
    error = np.sqrt(lam**2 * spread / whole + (y - lam * f).var(axis=0) / n)
    return value, value - 1.96 * error, value + 1.96 * error


def ppi_tuned(one: World, rows: Ints) -> Ends:
    """PPI++."""
    return ppi(one, rows, tuned=True)


def stratified(one: World, rows: Ints) -> Ends:
    """Each column by itself: Jeffreys draws within the machine's two verdicts."""
    rng = np.random.default_rng(0)
    found = tally(one.machine[rows], one.truth[rows])
    w = one.machine.mean(axis=0)
    p1 = rng.beta(found.hits + 0.5, found.positive_read - found.hits + 0.5, (2000, w.size))
    p0 = rng.beta(found.missed + 0.5, found.negative_read - found.missed + 0.5, (2000, w.size))
    drawn = w * p1 + (1 - w) * p0
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    return drawn.mean(axis=0), low, high


def borrowed(one: World, rows: Ints) -> Ends:
    """The method of the reports: strength borrowed within nets, nets hold their codes."""
    found = corrected_shares(
        tally(one.machine[rows], one.truth[rows]),
        one.machine.sum(axis=0),
        size=len(one.machine),
        above=one.above,
        closed=True,
    )
    assert not isinstance(found, TooFew)
    shares = [item.share for item in found]
    return (
        np.array([s.value for s in shares]), np.array([s.low for s in shares]), np.array([s.high for s in shares])
    )  # fmt: skip


METHODS: dict[str, Callable[[World, Ints], Ends]] = {
    "machine count": naive, "human sample": humans, "PPI": ppi, "PPI++": ppi_tuned, "stratified": stratified,
    "borrowing": borrowed,
}  # fmt: skip
BANDS = (("codes under 0.5 %", 0, 0.005), ("codes 0.5–2 %", 0.005, 0.02), ("codes from 2 %", 0.02, 1), ("nets", -1, -1))


def real_world(labels: int = 1500, seed: int = 0) -> World | None:
    """Return the phone reviews (88 codes in nets) coded by a linear model that learnt from ``labels`` others."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    folder = Path(os.environ.get("TINGDONG_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    path = folder / "en_phone_reviews_asqp.csv.gz"
    if not path.exists():
        return None
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = sorted({code for row in rows for code in row["codes"].split("|") if code})
    truth = np.array([[name in row["codes"].split("|") for name in names] for row in rows])
    order = np.random.default_rng(seed).permutation(len(rows))
    learnt, rest = order[:labels], order[labels:]
    words = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2).fit([rows[i]["text"] for i in order])
    known, new = (words.transform([rows[i]["text"] for i in part]) for part in (learnt, rest))
    machine = np.zeros((rest.size, len(names)), np.bool_)
    for code in range(len(names)):
        if truth[learnt, code].any():
            model = LogisticRegression(C=10, class_weight="balanced").fit(known, truth[learnt, code])
            machine[:, code] = model.predict_proba(new)[:, 1] > 0.5
    nets = sorted({name.split("#")[0] for name in names})
    net = np.array([nets.index(name.split("#")[0]) for name in names])
    unions = [np.stack([p[:, net == n].any(axis=1) for n in range(len(nets))], axis=1) for p in (truth[rest], machine)]
    above = np.concatenate([len(names) + net, np.full(len(nets), -1)]).astype(np.int64)
    whole = np.hstack([truth[rest], unions[0]])
    return World(whole, np.hstack([machine, unions[1]]), above, whole.mean(axis=0))


def shares(
    runs: int, audited: int, seed: int = 0, *, worse_if_rare: float = 1.0, same: World | None = None
) -> dict[tuple[str, str], tuple[float, float, float]]:
    """Return (mean absolute error, coverage, half-width) by method and band, in points, over frames of 118 codes."""
    rng = np.random.default_rng(seed)
    cells: dict[tuple[str, str], list[Floats]] = {}
    for _ in range(runs):
        one = same or world(rng, worse_if_rare=worse_if_rare)
        true = one.truth.mean(axis=0)
        rows = rng.choice(len(one.truth), audited, replace=False)
        for name, method in METHODS.items():
            value, low, high = method(one, rows)
            part = np.stack([abs(value - true), (low <= true) & (true <= high), (high - low) / 2])
            for band, least, most in BANDS:
                here = one.above < 0 if band == "nets" else (one.above >= 0) & (least <= true) & (true < most)
                cells.setdefault((name, band), []).append(part[:, here])
    told = {key: np.concatenate(parts, axis=1).mean(axis=1) for key, parts in cells.items()}
    return {key: (100 * float(t[0]), float(t[1]), 100 * float(t[2])) for key, t in told.items()}


def print_shares(runs: int) -> None:
    """Print the comparison of correction methods, on simulated frames and on real answers."""
    real = real_world()
    for audited in (400, 1000):
        if real is not None:
            what = f"{len(real.truth):,} phone reviews, {int((real.above >= 0).sum())} codes"
            _print_shares(
                f"Corrected shares: {what}, {audited} audited, {runs} audits", shares(runs, audited, same=real)
            )
    for audited, rare in ((400, 1.0), (1000, 1.0), (400, 0.0), (1000, 0.0)):
        how = "rare codes worse" if rare else "rare codes as good as others"
        head = f"118 codes in 14 nets, 20,000 answers, {audited} audited, {runs} frames, {how}"
        _print_shares(f"Corrected shares: {head}", shares(runs, audited, worse_if_rare=rare))


def _print_shares(head: str, found: dict[tuple[str, str], tuple[float, float, float]]) -> None:
    print(f"\n{head}")
    print(f"{'':16}" + "".join(f"{band:>28}" for band, *_ in BANDS))
    print(f"{'':16}" + f"{'MAE  cover  ± points':>28}" * len(BANDS))
    for name in METHODS:
        cells = [found[name, band] for band, *_ in BANDS]
        print(f"{name:16}" + "".join(f"{a:14.2f} {b:6.3f} {c:6.2f}" for a, b, c in cells))


def null_tables(runs: int, codes: int = 60, columns: int = 4, people: int = 2000, seed: int = 1) -> dict[str, float]:
    """Return the part of tables without any true difference that print a false letter, by correction."""
    rng = np.random.default_rng(seed)
    wrong = dict.fromkeys(("none", "Bonferroni a row", "Holm over the table"), 0)
    for _ in range(runs):
        rates = rng.uniform(0.02, 0.3, codes)
        bases = np.full(columns, people // columns)
        counts = rng.binomial(bases, rates[:, None], (codes, columns))
        total = counts.sum(axis=1)
        plain = cross_table(counts, bases, total, float(people), rule=Letters.UNCORRECTED)
        capitals = [[mark for mark in cell if mark.isupper()] for row in plain.letters for cell in row]
        wrong["none"] += any(capitals)
        rowwise = 0.05 / (columns * (columns - 1) / 2)
        pairs = [(i, j) for i in range(columns) for j in range(i)]
        tests = [_z(counts[:, i], counts[:, j], people // columns) for i, j in pairs]
        wrong["Bonferroni a row"] += bool((np.stack(tests) < rowwise).any())
        corrected = cross_table(counts, bases, total, float(people))
        wrong["Holm over the table"] += any(cell for row in corrected.letters for cell in row)
    return {key: count / runs for key, count in wrong.items()}


def _z(x1: Ints, x2: Ints, n: int) -> Floats:
    pooled = (x1 + x2) / (2 * n)
    z = (x1 - x2) / n / np.sqrt(np.maximum(pooled * (1 - pooled) * 2 / n, 1e-12))
    return np.array([math.erfc(abs(one) / math.sqrt(2)) for one in z])


def print_crosstab(runs: int) -> None:
    """Print false letters of null tables, and the speed of a big table."""
    print(f"\nCross table without any true difference: 60 codes × 4 columns of 500, {5 * runs} tables")
    for key, part in null_tables(5 * runs).items():
        print(f"  {key:22} tables with a false letter {part:7.1%}")
    rng = np.random.default_rng(0)
    people = 1_500_000
    table = rng.random((people, 60)) < rng.uniform(0.002, 0.1, 60)
    columns = rng.integers(0, 20, people)[:, None] == np.arange(20)
    bases, totals = columns.sum(axis=0), table.sum(axis=0)
    start = time.perf_counter()
    codes, groups = pack(table), pack(columns)
    packed = time.perf_counter()
    counts = cross_counts(codes, groups)
    counted = time.perf_counter()
    found = cross_table(counts, bases, totals, people)
    done = time.perf_counter()
    print(f"  60 codes × 20 columns over {people:,} people, {found.tests:,} tests: to bits {packed - start:.2f} s,")
    print(f"  counting {counted - packed:.2f} s, letters and outlines {done - counted:.2f} s, all {done - start:.2f} s")


def covered(runs: int, seed: int = 4) -> dict[str, float]:
    """Return the coverage of 95 % intervals of scores: closed groups, weights, pairs, clusters, net sentiment."""
    rng = np.random.default_rng(seed)
    inside: dict[str, int] = {}

    def note(name: str, low: float, true: float, high: float) -> None:
        inside[name] = inside.get(name, 0) + (low <= true <= high)

    people = rng.choice([2.0, 5.0, 7.0, 8.0, 9.0, 10.0], 120, p=[0.1, 0.1, 0.2, 0.2, 0.2, 0.2])
    true_net = corrected_truth()
    for run in range(runs):
        drawn = rng.choice(people, 60, replace=False)
        for name, population in (("mean, 60 of 120 asked, open", None), ("mean, 60 of 120 asked, closed", 120)):
            found = mean(drawn, population=population)
            assert not isinstance(found, TooFew)
            note(name, found.low, float(people.mean()), found.high)
        weights = rng.choice([0.4, 1.0, 3.0], 300)
        weighted = net_promoters(rng.choice([3.0, 8.0, 9.0], 300, p=[0.2, 0.35, 0.45]), weights)
        assert not isinstance(weighted, TooFew)
        note("NPS, weights .4 to 3", weighted.low, 25, weighted.high)
        base = rng.random(200)
        before = (base < 0.3).astype(np.float64)
        after = np.where(rng.random(200) < 0.8, before, rng.random(200) < 0.5)
        pair = paired_share_change(before, after * 1.0)
        assert not isinstance(pair, TooFew)
        note("share, same 200 people twice", pair.low, 0.2 * (0.5 - 0.3), pair.high)
        rows = rng.integers(1, 10, 150)
        hits = np.repeat(rng.random(150) < 0.2, rows)
        clustered = weighted_share(hits, people=np.repeat(np.arange(150), rows))
        note("share, 150 people with 1 to 9 rows", clustered.low, 0.2, clustered.high)
        net = corrected_net_sentiment(*_audit_of_poles(rng), seed=run, draws=500)
        assert not isinstance(net, TooFew)
        note("net sentiment, both poles corrected", net[1], true_net, net[2])
    return {name: count / runs for name, count in inside.items()}


_POLES = np.array([0.85, 0.06, 0.03, 0.06])
_HEARD = np.array([[0.97, 0.01, 0.01, 0.01], [0.2, 0.65, 0.1, 0.05], [0.25, 0.1, 0.55, 0.1], [0.2, 0.03, 0.07, 0.7]])


def corrected_truth() -> float:
    """Return the true net sentiment of the simulated code."""
    return float((_POLES[3] - _POLES[1]) / _POLES[1:].sum())


def _audit_of_poles(rng: np.random.Generator, size: int = 20_000, read: int = 600) -> tuple[Ints, Ints]:
    truth = rng.choice(4, size, p=_POLES)
    machine = (rng.random(size)[:, None] > np.cumsum(_HEARD, axis=1)[truth]).sum(axis=1).clip(0, 3)
    table = np.zeros((4, 4), np.int64)
    rows = rng.choice(size, read, replace=False)
    np.add.at(table, (machine[rows], truth[rows]), 1)
    return table, np.bincount(machine, minlength=4)


def print_scores(runs: int) -> None:
    """Print the coverage of score intervals."""
    print(f"\nCoverage of 95 % intervals, {20 * runs} samples")
    for name, part in covered(20 * runs).items():
        print(f"  {name:38} {part:6.1%}")


def print_planner(runs: int) -> None:
    """Print what the planner expects beside what audits then give."""
    rng = np.random.default_rng(9)
    print("\nPlanner: half-widths in points, expected before coding and found (118 codes, median over columns)")
    for read in (200, 400, 1000):
        expected, found = [], []
        for _ in range(max(2, runs // 10)):
            one = world(rng)
            positive = one.machine.sum(axis=0)
            expected.append(np.median(plan(positive, size=20_000, above=one.above, read=read).half_widths))
            _, low, high = borrowed(one, rng.choice(20_000, read, replace=False))
            found.append(np.median((high - low) / 2))
        hours = read * 20 / 3600
        told = f"expected {100 * np.mean(expected):.2f}, found {100 * np.mean(found):.2f}"
        print(f"  {read:5} rows, {hours:.1f} hours at 20 s: {told}")


PARTS: dict[str, Callable[[int], None]] = {
    "scores": print_scores, "shares": print_shares, "planner": print_planner, "crosstab": print_crosstab,
    "trends": print_trends, "spikes": print_spikes,
}  # fmt: skip


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=tuple(PARTS), action="append")
    parser.add_argument("--runs", type=int, default=20, help="frames of the share simulation; others scale with it")
    told = parser.parse_args()
    for part in told.only or PARTS:
        PARTS[part](told.runs)


if __name__ == "__main__":
    main()
