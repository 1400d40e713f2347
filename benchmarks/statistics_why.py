"""How often the statistics of "why" keep their word: coverage, wrong labels and false findings in seeded simulations.

python benchmarks/statistics_why.py
python benchmarks/statistics_why.py --only kano --runs 200
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reports.statistics.agreement import Coefficient, FrameAgreement, frame_agreement
from reports.statistics.answers import Association, brand_image, theme_by_answer
from reports.statistics.association import associations, lift_interval
from reports.statistics.drivers import Drivers, drivers, relative_weights, shapley_weights
from reports.statistics.emerging import Emerging, emerging
from reports.statistics.journey import sentiment_curve
from reports.statistics.kano import Layer, Layers, layers, migration
from reports.statistics.keyness import key_words
from reports.statistics.what_if import WhatIf, what_if

VALUES = np.array([-100.0, 0.0, 100.0])


def drivers_and_weights(runs: int) -> None:
    """Print coverage of effects and importance, and how far Johnson and LMG lie apart."""
    effects, chance = np.array([-2.0, -1.0, 0.0, 0.6, 0.3, 0.0, -0.4, 0.8]), np.linspace(0.05, 0.3, 8)

    def draw(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        mood = rng.normal(size=(n, 1))
        mentions = rng.normal(size=(n, 8)) * 0.9 + 0.45 * mood > np.quantile(rng.normal(size=9999), 1 - chance)
        raw = 7.6 + mentions @ effects + rng.normal(size=n) * (1.2 + mentions[:, 0])
        return raw, mentions

    score, mentions = draw(400_000, np.random.default_rng(0))
    table = np.corrcoef(np.column_stack([mentions, score]).T)
    truth = relative_weights(table[:8, :8], table[:8, 8])
    truth /= truth.sum()
    lmg = shapley_weights(table[:8, :8], table[:8, 8])
    print(f"Johnson against LMG, 8 drivers: largest difference {np.abs(truth - lmg / lmg.sum()).max():.3f} of 1")
    for n in (600, 2000, 8000):
        held, weighed, false, told = np.zeros(8), np.zeros(8), 0, np.zeros(8)
        for run in range(runs):
            found = drivers(*draw(n, np.random.default_rng(run + 1)), seed=run)
            assert isinstance(found, Drivers)
            for one in found.drivers:
                told[one.column] += 1
                held[one.column] += one.effect.low <= effects[one.column] <= one.effect.high
                weighed[one.column] += one.weight.low <= truth[one.column] <= one.weight.high
            false += any(one.q <= 0.05 for one in found.drivers if effects[one.column] == 0)
        print(
            f"n={n}: effects covered {held.sum() / told.sum():.3f} (least {np.min(held / np.maximum(told, 1)):.3f}),"
            f" importance covered {weighed.sum() / told.sum():.3f}, runs with a null driver named {false / runs:.3f}"
        )


def what_ifs(runs: int) -> None:
    """Print gains of halving a cause, a companion and a weaker cause against the truth, and against dropped rows."""

    def draw(n: int, rng: np.random.Generator) -> np.ndarray:
        first = rng.random(n) < 0.15
        return np.column_stack([first, rng.random(n) < np.where(first, 0.5, 0.08), rng.random(n) < 0.1])

    def chances(mentions: np.ndarray) -> np.ndarray:
        odds = np.exp(np.array([0.3, 0.5, 1.0]) - mentions @ np.array([[0, 1, 1.8], [0, 0, 0], [0, 0.5, 0.9]]))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    population = draw(400_000, np.random.default_rng(0))
    now = chances(population) @ VALUES
    truth = []
    for column in range(3):
        less = population.copy()
        less[:, column] = False
        truth.append(float(0.5 * (chances(less) @ VALUES - now).mean()))
    for n in (600, 2000, 8000):
        gains, covered, dropped = np.full((runs, 3), np.nan), np.zeros(3), np.zeros((runs, 3))
        for run in range(runs):
            rng = np.random.default_rng(run + 1)
            mentions = draw(n, rng)
            kind = (rng.random(n)[:, None] > chances(mentions).cumsum(axis=1)).sum(axis=1)
            told = what_if(kind, mentions, [0, 1, 2])
            assert isinstance(told, list)
            for column, one in enumerate(told):
                dropped[run, column] = VALUES[kind].mean() - VALUES[kind[~mentions[:, column]]].mean()
                if isinstance(one, WhatIf):
                    gains[run, column] = one.gain.value
                    covered[column] += one.gain.low <= truth[column] <= one.gain.high
        given = np.maximum((~np.isnan(gains)).sum(axis=0), 1)
        for column, name in enumerate(("cause", "companion", "weaker cause")):
            print(
                f"n={n} {name}: truth {truth[column]:.2f}, gain {np.nanmean(gains[:, column]):.2f} ±"
                f" {np.nanstd(gains[:, column]):.2f}, covered {covered[column] / given[column]:.3f}"
                f" of {given[column]} runs, dropping its rows says {-dropped[:, column].mean():.2f}"
            )


def kano(runs: int) -> None:
    """Print right, wrong and unproved layers of seven needs, and arrows drawn where nothing moved."""
    truth = (
        ("performance, frequent", 0.9, 0.9, 0.12, Layer.PERFORMANCE),
        ("performance, rare", 0.9, 0.9, 0.06, Layer.PERFORMANCE),
        ("must-be, strong", 1.5, 0.2, 0.08, Layer.MUST_BE),
        ("must-be, weak", 0.9, 0.1, 0.07, Layer.MUST_BE),
        ("attractive, strong", 0.1, 1.2, 0.08, Layer.ATTRACTIVE),
        ("attractive, weak", 0.0, 0.6, 0.06, Layer.ATTRACTIVE),
        ("indifferent", 0.0, 0.0, 0.10, Layer.INDIFFERENT),
    )

    def draw(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        said, share = rng.random((n, len(truth))), np.array([one[3] for one in truth])
        bad, good = said < share, said > 1 - share
        raw = 7.5 - bad @ [one[1] for one in truth] + good @ [one[2] for one in truth] + rng.normal(size=n) * 1.9
        return np.clip(np.rint(raw), 0, 10), bad, good

    for n in (2000, 4000, 8000, 30_000):
        right, wrong, moved = np.zeros(7), np.zeros(7), 0
        before: Layers | None = None
        for run in range(runs):
            found = layers(*draw(n, run))
            assert isinstance(found, Layers)
            for need in found.needs:
                right[need.column] += need.layer is truth[need.column][4]
                wrong[need.column] += need.layer not in (truth[need.column][4], Layer.UNPROVED)
            if before is not None:
                moved += any(one.moved for one in migration(before.needs, found.needs))
            before = found
        for column, (name, *_) in enumerate(truth):
            print(f"n={n} {name}: right {right[column] / runs:.2f}, wrong {wrong[column] / runs:.3f}")
        print(f"n={n} pairs of periods with an arrow where nothing moved: {moved / max(1, runs - 1):.3f}")


def false_findings(runs: int) -> None:
    """Print false findings over tables without any effect, and coverage of lift and alpha."""
    counts = dict.fromkeys(("pairs", "answers", "image", "peak"), 0)
    lifts = 0
    words = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        pairs = associations(rng.random((1000, 40)) < rng.uniform(0.02, 0.5, 40))
        assert isinstance(pairs, tuple)
        counts["pairs"] += bool(pairs)
        told = theme_by_answer(rng.random((800, 40)) < rng.uniform(0.02, 0.4, 40), rng.integers(0, 5, 800))
        assert isinstance(told, tuple)
        counts["answers"] += any(isinstance(one, Association) and one.q <= 0.05 for one in told)
        chance = np.outer(rng.uniform(0.2, 0.6, 4), rng.uniform(0.2, 0.8, 8)) * rng.uniform(0.2, 1.8, (300, 1, 1))
        image = brand_image(rng.random((300, 4, 8)) < chance)
        assert isinstance(image, tuple)
        counts["image"] += any(one.q <= 0.05 for one in image)
        place = np.repeat(np.arange(10), 120)
        counts["peak"] += sentiment_curve(place, rng.integers(-1, 2, place.size), 10).peak is not None
        both, one, other, _ = rng.multinomial(1500, [0.06, 0.14, 0.09, 0.71]).tolist()
        _, low, high = lift_interval(both, both + one, both + other, 1500)
        lifts += low <= 0.06 / (0.2 * 0.15) <= high
        share = 0.4 / np.arange(1, 1001) ** 0.8
        uses = [dict(enumerate(rng.binomial(size, share).tolist())) for size in (500, 2000)]
        named = key_words(*({str(key): value for key, value in part.items()} for part in uses), (500, 2000))
        assert isinstance(named, tuple)
        words += len(named)
    print(f"independent themes, 780 pairs: runs with a false pair {counts['pairs'] / runs:.3f}")
    print(f"40 themes × 4 answers without effect: runs with a false one {counts['answers'] / runs:.3f}")
    print(f"brand image 4 × 8 without profile: runs with a false cell {counts['image'] / runs:.3f}")
    print(f"ten even touchpoints: runs with a peak and a valley {counts['peak'] / runs:.3f}")
    print(f"lift 2: covered {lifts / runs:.3f}")
    print(f"key words of like groups, 1,000 words: {words / runs:.3f} a run")


def coders(runs: int) -> None:
    """Print coverage of the interval of alpha at 200 double-coded rows."""

    def draw(rows: int, rng: np.random.Generator) -> np.ndarray:
        truth = rng.random((rows, 10)) < np.linspace(0.02, 0.3, 10)
        return np.where(rng.random((2, rows, 10)) < 0.9, truth, rng.random((2, rows, 10)) < 0.15).astype(np.int8)

    many = frame_agreement(draw(200_000, np.random.default_rng(0)), draws=1)
    assert isinstance(many, FrameAgreement)
    overall, single, undefined = 0, np.zeros(10), np.zeros(10)
    for run in range(runs):
        found = frame_agreement(draw(200, np.random.default_rng(run + 1)), draws=400, seed=run)
        assert isinstance(found, FrameAgreement)
        for place, (one, true) in enumerate(zip(found.codes, many.codes, strict=True)):
            assert isinstance(true.alpha, Coefficient)
            if isinstance(one.alpha, Coefficient):
                single[place] += one.alpha.low <= true.alpha.value <= one.alpha.high
            else:
                undefined[place] += 1
        assert isinstance(found.overall.alpha, Coefficient)
        assert isinstance(many.overall.alpha, Coefficient)
        overall += found.overall.alpha.low <= many.overall.alpha.value <= found.overall.alpha.high
    shares = single / np.maximum(runs - undefined, 1)
    print(
        f"alpha at 200 rows: over all codes covered {overall / runs:.3f}; codes from 2 to 30 %: {np.round(shares, 2)}"
    )


def new_themes(runs: int) -> None:
    """Print how many themes shapeless texts have, how many planted ones are found, and how long it takes."""
    planted = [[f"theme{theme}word{place}" for place in range(6)] for theme in range(5)]

    def rest(rng: np.random.Generator, n: int, size: int) -> list[list[str]]:
        chance = 1 / np.arange(1, 1501) ** 0.9
        return [[f"rest{word}" for word in row] for row in rng.choice(1500, (n, size), p=chance / chance.sum())]

    def cut(text: str) -> set[str]:
        return set(text.split())

    for n in (300, 1000, 3000):
        shapeless, hits, pure = 0, 0, []
        started = time.perf_counter()
        for run in range(runs):
            rng, luck = np.random.default_rng(run), random.Random(run)
            none = emerging([" ".join(row) for row in rest(rng, n, 8)], cut, seed=run)
            assert isinstance(none, Emerging)
            shapeless += len(none.themes)
            about = [luck.randrange(10) for _ in range(n)]
            said = [
                " ".join([*row, *(luck.sample(planted[theme], 3) if theme < 5 else [])])
                for row, theme in zip(rest(rng, n, 5), about, strict=True)
            ]
            found = emerging(said, cut, seed=run)
            assert isinstance(found, Emerging)
            for theme in range(5):
                inside = {row for row, one in enumerate(about) if one == theme}
                shares = [(len(inside & set(one.rows)) / len(one.rows), one) for one in found.themes]
                good = [share for share, _ in shares if share > 0.7]
                hits += bool(good)
                pure += good
        took = (time.perf_counter() - started) / (2 * runs)
        print(
            f"n={n}: planted themes found {hits / (5 * runs):.2f}, of their rows right {np.mean(pure or [0]):.2f};"
            f" themes in shapeless texts {shapeless / runs:.2f} a run; {took:.1f} s each",
            flush=True,
        )


PARTS: dict[str, tuple[Callable[[int], None], int]] = {
    "drivers": (drivers_and_weights, 200),
    "what-if": (what_ifs, 200),
    "kano": (kano, 200),
    "false": (false_findings, 200),
    "agreement": (coders, 200),
    "emerging": (new_themes, 3),
}


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--runs", type=int)
    asked = parser.parse_args()
    for name in asked.only or PARTS:
        part, runs = PARTS[name]
        print(f"## {name}", flush=True)
        part(asked.runs or runs)


if __name__ == "__main__":
    main()
