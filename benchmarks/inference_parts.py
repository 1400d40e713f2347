"""Simulations behind corrected cells and periods: coverage, errors, false differences.

python benchmarks/inference_parts.py --runs 40
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from inference import World, real_world, world

from annotate.estimates import wilson_interval
from reports.statistics.corrected import tally
from reports.statistics.corrected_parts import PartCounts, equal, erring_alike, errors, part_shares
from reports.statistics.crosstab import corrected_cross_table
from reports.statistics.limits import TooFew

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """Of one run: draws (draws × k × d), counted shares and true ones (k × d), size of the parts, p of equal errors."""

    draws: Floats
    counted: Floats
    true: Floats
    sizes: Floats
    alike: float


def run(one: World, part: Ints, audited: int, rng: np.random.Generator, *, human: Marks | None = None) -> Found:
    """Audit a frame at random and correct its shares by part; ``human``: units that people decided beforehand."""
    n, width = len(one.truth), int(part.max()) + 1
    known = np.zeros(n, np.bool_) if human is None else human
    rows = rng.choice(np.flatnonzero(~known), audited, replace=False)
    read = np.zeros(n, np.bool_)
    read[rows] = True
    inside = np.stack([part == place for place in range(width)], axis=1)

    def sums(table: Marks, marks: Marks) -> Floats:
        return table[marks].T.astype(np.float64) @ inside[marks].astype(np.float64)

    alone = ~read & ~known
    told = errors(
        tally(one.machine[rows], one.truth[rows]), one.machine[~known].sum(axis=0), size=n - int(known.sum()),
        above=one.above,
    )  # fmt: skip
    assert not isinstance(told, TooFew)
    counts = PartCounts(
        sums(one.machine, alone), inside[alone].sum(axis=0) * 1.0,
        sums(one.truth, read), inside[read].sum(axis=0) * 1.0,
        sums(one.truth, known), inside[known].sum(axis=0) * 1.0,
    )  # fmt: skip
    final = np.where((read | known)[:, None], one.truth, one.machine)
    everyone = np.ones(n, np.bool_)
    return Found(
        part_shares(told, counts),
        sums(final, everyone) / inside.sum(axis=0), sums(one.truth, everyone) / inside.sum(axis=0),
        inside.sum(axis=0) * 1.0, erring_alike(one.machine[rows], one.truth[rows], part[rows]),
    )  # fmt: skip


def drawn_from(everybody: World, part: Ints, rng: np.random.Generator) -> tuple[World, Ints, Floats]:
    """Draw as many units with replacement from a real set, which so is the population; its true shares by part."""
    n = len(part)
    rows = rng.integers(0, n, n)
    one = World(everybody.truth[rows], everybody.machine[rows], everybody.above, everybody.population)
    true = np.stack([everybody.truth[part == place].mean(axis=0) for place in range(int(part.max()) + 1)], axis=1)
    return one, part[rows], true


def print_cover(head: str, everybody: World | None, part: Ints, runs: int, audited: int) -> None:
    """Print error and coverage of counts and of corrected cells, of codes from 1 %."""
    cells: list[Floats] = []
    alike = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        one, mine = everybody or world(rng, len(part)), part
        population = np.repeat(one.population[:, None], int(part.max()) + 1, axis=1)
        if everybody is not None:
            one, mine, population = drawn_from(everybody, part, rng)
        told = run(one, mine, audited, rng)
        low, high = np.quantile(told.draws, (0.025, 0.975), axis=0)
        ends = np.array([
            [wilson_interval(share * n, n) for share, n in zip(row, told.sizes, strict=True)] for row in told.counted
        ])  # fmt: skip
        large = told.true.mean(axis=1) >= 0.01
        plain = (ends[:, :, 0] <= told.true) & (told.true <= ends[:, :, 1])
        cells.append(
            np.array([
                abs(told.counted - told.true)[large].mean(), plain[large].mean(),
                abs(told.draws.mean(axis=0) - told.true)[large].mean(),
                ((low <= told.true) & (told.true <= high))[large].mean(), (high - low)[large].mean() / 2,
                ((low <= population) & (population <= high))[large].mean(),
            ])
        )  # fmt: skip
        alike.append(told.alike < 0.01)
    a, b, c, d, e, f = np.mean(cells, axis=0)
    print(
        f"  {head:58} counted {100 * a:5.2f} / {b:.2f}   corrected {100 * c:5.2f} / {d:.3f} / {100 * e:4.2f}"
        f"   of the population {f:.3f}   told apart {np.mean(alike):.2f}"
    )


def print_differences(runs: int) -> None:
    """Print how often equal cells and waves are called different, by counts and by corrected shares."""
    print("\nEqual truth in four parts, called different (5 % each; tables with any letter by Holm)")
    for head, coded in (("the model coded all", False), ("people coded 60 % of one part", True)):
        each, by_count, tables = [], [], []
        for seed in range(runs):
            rng = np.random.default_rng(seed)
            one = world(rng, 6000, codes=40, nets=6)
            part = np.arange(6000) % 4
            human = (part == 0) & (rng.random(6000) < 0.6) if coded else None
            told = run(one, part, 400, rng, human=human)
            codes = np.flatnonzero((one.above >= 0) & (told.true.mean(axis=1) >= 0.01))
            drawn = told.draws[:, codes]
            each.append((equal(drawn[:, :, 0], drawn[:, :, 1]) < 0.05).mean())
            x, y = told.counted[codes, 0], told.counted[codes, 1]
            pooled = (x + y) / 2
            z = abs(x - y) / np.sqrt(np.maximum(pooled * (1 - pooled) * 2 / 1500, 1e-12))
            by_count.append((z > 1.96).mean())
            rest = (drawn.sum(axis=2, keepdims=True) - drawn) / 3
            table = corrected_cross_table(drawn, rest, drawn.mean(axis=(0, 2)), told.sizes, 6000, np.ones(4, np.bool_))
            tables.append(any("".join(row) for row in table.letters))
        print(
            f"  {head:40} counts {np.mean(by_count):.3f}   corrected {np.mean(each):.3f}"
            f"   tables with a letter {np.mean(tables):.2f}"
        )


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    print(f"Codes from 1 %, {runs} audits; error in points / coverage / half-width; 'told apart': errors found unequal")
    rng = np.random.default_rng(1)
    print_cover("118 codes, 8,000 answers, 4 parts, 400 audited", None, rng.integers(0, 4, 8000), runs, 400)
    print_cover("118 codes, 8,000 answers, 26 weeks, 400 audited", None, np.arange(8000) * 26 // 8000, runs, 400)
    print_cover("118 codes, 2,000 answers, 12 weeks, 300 audited", None, np.arange(2000) * 12 // 2000, runs, 300)
    real = real_world()
    if real is not None:
        n = len(real.truth)
        folder = Path(os.environ.get("TINGDONG_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
        with gzip.open(folder / "en_phone_reviews_asqp.csv.gz", "rt", encoding="utf-8", newline="") as lines:
            texts = [row["text"] for row in csv.DictReader(lines)]
        size = np.array([len(texts[at]) for at in np.random.default_rng(0).permutation(len(texts))[1500:]])
        print_cover(f"{n:,} phone reviews, 4 random parts, 400 audited", real, rng.integers(0, 4, n), runs, 400)
        quarter = np.searchsorted(np.quantile(size, (0.25, 0.5, 0.75)), size)
        print_cover(f"{n:,} phone reviews by length, 4 parts, 400 audited", real, quarter, runs, 400)
    print_differences(runs)


if __name__ == "__main__":
    main()
