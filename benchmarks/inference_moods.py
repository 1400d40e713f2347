"""Simulations behind corrected net sentiment: of a code, and of touchpoints in segments; coverage and false letters.

python benchmarks/inference_moods.py --runs 20
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reports.statistics.corrected_moods import corrected_net_sentiment, hearing, lacking, nets, part_moods
from reports.statistics.limits import TooFew
from reports.statistics.net_table import corrected_net_table, net_table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Heard:
    """Touchpoints (k) in parts: verdicts 0 … 3 of people and machine (units × k), the part of each unit, and the net
    sentiment of the population that they were drawn from, and the share that speaks of it (k × parts)."""

    true: Ints
    machine: Ints
    part: Ints
    net: Floats
    share: Floats


def drawn(
    rng: np.random.Generator, units: int, *, places: int = 8, parts: int = 5, apart: float = 0.12, uneven: float = 0.0
) -> Heard:
    """Draw units whose parts differ in mood by ``apart`` (and in how much is said); the machine finds two thirds, calls
    a third of the bad ones neutral and gives 2 % too much. ``uneven``: how much these rates differ between parts."""
    share = rng.uniform(0.04, 0.25, places)[:, None] * (rng.uniform(0.5, 1.5, (places, parts)) if apart else 1.0)
    share = np.broadcast_to(share, (places, parts))
    bad = np.clip(rng.beta(4, 3, places)[:, None] + apart * rng.standard_normal((places, parts)), 0.02, 0.95)
    good = 0.85 * (1 - bad)
    part = rng.integers(0, parts, units)
    true, machine = np.zeros((2, units, places), np.int64)
    for at in range(places):
        lost, found = (_uneven(rng, rate, uneven, parts)[part] for rate in (rng.beta(6, 12), rng.beta(8, 4)))
        luck = rng.random(units)
        felt = np.where(luck < bad[at, part], 1, np.where(luck < (bad + good)[at, part], 3, 2))
        true[:, at] = np.where(rng.random(units) < share[at, part], felt, 0)
        heard = np.where((true[:, at] == 1) & (rng.random(units) < lost), 2, true[:, at])
        heard = np.where((true[:, at] == 3) & (rng.random(units) < 0.1), 2, heard)
        heard = np.where((true[:, at] == 2) & (rng.random(units) < 0.2), 3, heard)
        heard = np.where(rng.random(units) < found, heard, 0)
        false = (true[:, at] == 0) & (rng.random(units) < 0.02)
        machine[:, at] = np.where(false, 1 + rng.integers(0, 3, units), heard)
    return Heard(true, machine, part, good - bad, share)


def _uneven(rng: np.random.Generator, rate: float, by: float, parts: int) -> Floats:
    odds = np.log(rate / (1 - rate)) + by * rng.standard_normal(parts)
    return np.asarray(1 / (1 + np.exp(-odds)), np.float64)


def by_part(verdict: Ints, part: Ints, width: int) -> Floats:
    """Count verdicts by part, float64 (parts × 4)."""
    return np.bincount(4 * part + verdict, minlength=4 * width).reshape(width, 4).astype(np.float64)


def corrected(one: Heard, audited: int, rng: np.random.Generator, seed: int) -> tuple[Floats, Floats]:
    """Return draws of the truth (draws × k × parts × 4, NaN where too little is audited) and counts as they are."""
    units, places = one.true.shape
    width = int(one.part.max()) + 1
    rows = rng.choice(units, audited, replace=False)
    read = np.zeros(units, np.bool_)
    read[rows] = True
    tables = np.zeros((places, 4, 4), np.int64)
    np.add.at(tables, (np.broadcast_to(np.arange(places), (audited, places)), one.machine[rows], one.true[rows]), 1)
    like = tables.sum(axis=0)
    final = np.where(read[:, None], one.true, one.machine)
    told, counts = [], []
    for at in range(places):
        sizes = np.bincount(one.machine[:, at], minlength=4)
        said = by_part(one.machine[~read, at], one.part[~read], width)
        known = by_part(one.true[read, at], one.part[read], width)
        counts.append(by_part(final[:, at], one.part, width))
        enough = lacking(tables[at], sizes, like) is None
        heard = hearing(tables[at], sizes, like=like, seed=seed)
        drawn_units = part_moods(heard, said, known, seed=seed)
        told.append(drawn_units if enough else np.full_like(drawn_units, np.nan))
    return np.stack(told, axis=1), np.stack(counts)


def print_cells(runs: int) -> None:
    """Print error and coverage of cells of touchpoints in five segments, as counted and corrected."""
    print(f"\nTouchpoints × 5 segments, {runs} audits; cells of 30 people; points: error / coverage / half-width")
    for head, units, audited, uneven in (
        ("4,000 answers, 400 audited", 4000, 400, 0.0), ("20,000 answers, 400 audited", 20_000, 400, 0.0),
        ("4,000 answers, 1,000 audited", 4000, 1000, 0.0), ("1,500 answers, 200 audited", 1500, 200, 0.0),
        ("4,000, 400 audited, errors differ by 0.2", 4000, 400, 0.2),
        ("4,000, 400 audited, errors differ by 0.5", 4000, 400, 0.5),
    ):  # fmt: skip
        cells = []
        for seed in range(runs):
            rng = np.random.default_rng(seed)
            one = drawn(rng, units, uneven=uneven)
            found, counts = corrected(one, audited, rng, seed)
            net = nets(found)
            low, high = np.quantile(net, (0.025, 0.975), axis=0)
            people = counts[:, :, 1:].sum(axis=2)
            p, d = ((counts[:, :, pole] + 0.75) / (people + 3) for pole in (3, 1))
            reach = 1.96 * np.sqrt((p + d - (p - d) ** 2) / (people + 3))
            usable = (people >= 30) & ~np.isnan(low)
            plain = abs(p - d - one.net) <= reach
            inside = (low <= one.net) & (one.net <= high)
            away = abs(nets(counts) - one.net), abs(net.mean(axis=0) - one.net)
            told = (away[0], plain, reach, away[1], inside, (high - low) / 2)
            cells.append([float(part[usable].mean()) for part in told])
        a, b, c, e, f, g = np.mean(cells, axis=0)
        print(
            f"  {head:42} counted {100 * a:5.1f} / {b:.2f} / {100 * c:4.1f}   corrected {100 * e:5.1f} / {f:.2f} / "
            f"{100 * g:4.1f}"
        )


def print_weighted(runs: int) -> None:
    """Print coverage of the net sentiment of all people under weights of 0.4 to 3, which go with their mood."""
    given = np.array([0.4, 1.0, 3.0])
    inside, width = [], []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        one = drawn(rng, 4000, parts=3)
        weight = given[one.part]
        weight = weight * weight.sum() / (weight @ weight)  # to the effective number
        read = np.zeros(4000, np.bool_)
        read[rng.choice(4000, 400, replace=False)] = True
        rows = np.flatnonzero(read)
        tables = np.zeros((one.true.shape[1], 4, 4), np.int64)
        every = np.broadcast_to(np.arange(len(tables)), (rows.size, len(tables)))
        np.add.at(tables, (every, one.machine[rows], one.true[rows]), 1)
        mass = given * one.share
        real = (mass * one.net).sum(axis=1) / mass.sum(axis=1)
        for at, table in enumerate(tables):
            sizes = np.bincount(one.machine[:, at], minlength=4)
            if lacking(table, sizes, tables.sum(axis=0)) is not None:
                continue
            said = np.bincount(one.machine[~read, at], weight[~read], minlength=4)[None]
            known = np.bincount(one.true[read, at], weight[read], minlength=4)[None]
            told = nets(part_moods(hearing(table, sizes, like=tables.sum(axis=0), seed=seed), said, known, seed=seed))
            low, high = np.quantile(told, (0.025, 0.975))
            inside.append(low <= real[at] <= high)
            width.append((high - low) / 2)
    print(f"  all people, weights 0.4 to 3, 400 of 4,000 audited: {np.mean(inside):.2f} / {100 * np.mean(width):.1f}")


def print_letters(runs: int) -> None:
    """Print how often tables of equal moods get a letter or an outline."""
    counted, fixed = [], []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        one = drawn(rng, 4000, apart=0.0)
        found, counts = corrected(one, 400, rng, seed)
        people = np.c_[counts[:, :, 1:].sum(axis=2), np.zeros(len(counts))].astype(np.int64)
        units = np.concatenate([found, np.zeros_like(found[:, :, :1])], axis=2)
        sure = np.repeat(~np.isnan(found[0, :, :1, 0]), people.shape[1], axis=1)
        table = corrected_net_table(np.nan_to_num(units), np.zeros(len(counts)), people, sure)
        fixed.append((any("".join(row) for row in table.letters), bool(table.outlined.any())))
        good, bad = (counts[:, :, pole].astype(np.int64) for pole in (3, 1))
        plain = net_table(good, bad, people[:, :-1])
        counted.append((any("".join(row) for row in plain.letters), bool(plain.outlined.any())))
    for name, told in (("as counted", counted), ("corrected", fixed)):
        letters, outlines = np.mean(told, axis=0)
        print(f"  equal moods in 5 segments, {name:10}: tables with a letter {letters:.2f}, an outline {outlines:.2f}")


def print_moods(runs: int) -> None:
    """Print coverage of corrected net sentiment, with enough audited mentions and with few that lean on all codes."""
    print("\nNet sentiment, coverage / half-width in points (the model calls a third of the bad ones neutral)")
    for head, share in (("20 % mention it", 0.2), ("4 % mention it", 0.04), ("1 % mention it", 0.01)):
        told = {name: [] for name in ("counted", "corrected")}  # type: dict[str, list[tuple[bool, float]]]
        for seed in range(runs):
            rng = np.random.default_rng(seed)
            n, k = 6000, 30
            bad = rng.beta(8, 4, k)  # codes differ in how they are felt and in how well that is heard
            lost = rng.beta(6, 12, k)
            said = np.r_[share, rng.uniform(0.01, 0.15, k - 1)]
            true = np.where(rng.random((n, k)) < said, np.where(rng.random((n, k)) < bad, 1, 3), 0)
            heard = np.where((true == 1) & (rng.random((n, k)) < lost), 2, true)
            machine = np.where(rng.random((n, k)) < 0.7, heard, 0)
            machine = np.where((true == 0) & (rng.random((n, k)) < 0.2 * said), 1 + rng.integers(0, 3, (n, k)), machine)
            rows = rng.choice(n, 400, replace=False)
            tables = np.zeros((k, 4, 4), np.int64)
            np.add.at(tables, (np.broadcast_to(np.arange(k), (400, k)), machine[rows], true[rows]), 1)
            sizes = np.bincount(machine[:, 0], minlength=4)
            fixed = corrected_net_sentiment(tables[0], sizes, like=tables.sum(axis=0), seed=seed)
            real = 1 - 2 * bad[0]
            m = sizes[1:].sum()
            p, d = sizes[3] / m, sizes[1] / m
            reach = 1.96 * np.sqrt((p + d - (p - d) ** 2) / m)
            told["counted"].append((abs(p - d - real) <= reach, reach))
            if not isinstance(fixed, TooFew):
                told["corrected"].append((fixed[1] <= real <= fixed[2], (fixed[2] - fixed[1]) / 2))
        parts = [
            f"{name} {np.mean([a for a, _ in cells]):.2f} / {100 * np.mean([b for _, b in cells]):4.1f}"
            for name, cells in told.items() if cells
        ]  # fmt: skip
        print(f"  {head:20} " + "   ".join(parts))


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    print_moods(2 * runs)
    print_cells(runs)
    print_weighted(2 * runs)
    print_letters(2 * runs)


if __name__ == "__main__":
    main()
