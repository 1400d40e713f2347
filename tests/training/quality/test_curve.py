"""The learning curve: a law that is there is found, one that is not is not claimed, and stopping follows its rule."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from training.learner.evaluate import Figure
from training.quality.curve import LearningCurve, PowerLaw, extrapolate, fit_power, kappa, sizes_of

SIZES = np.array([250, 500, 750, 800, 900, 1000])


def counts_of(f1: list[float], rows: int, seed: int) -> NDArray[np.int64]:
    """Rows of one code each, all yes: the share found at each size rises as F1 wants, by the same luck of each row."""
    found = np.array(f1) / (2 - np.array(f1))  # F1 = 2h / (2h + missed) at wrong = 0
    luck = np.random.default_rng(seed).random(rows)
    hits = (luck[None, :] < found[:, None]).astype(np.int64)
    return np.stack([hits, np.zeros_like(hits), 1 - hits], axis=2)


def test_a_power_law_is_found_again() -> None:
    law = PowerLaw(0.9, 2.0, 0.4)
    told = np.array([[law.at(size) for size in SIZES]])
    ceiling, scale, exponent = fit_power(SIZES.astype(float), told)
    again = PowerLaw(float(ceiling[0]), float(scale[0]), float(exponent[0]))
    assert again.at(1_100) == pytest.approx(law.at(1_100), abs=5e-4)
    assert law.labels_to(0.85) == pytest.approx((2.0 / 0.05) ** 2.5, abs=1)
    assert law.labels_to(0.9) is None
    assert PowerLaw(0.8, 0.0, 1.0).labels_to(0.7) is None


def test_the_gain_is_foretold_with_an_interval_that_holds_it() -> None:
    law = PowerLaw(0.92, 3.0, 0.45)
    counts = counts_of([law.at(size) for size in SIZES], 4_000, 1)
    points, fitted, misfit, gain = extrapolate(SIZES, counts, np.arange(4_000), seed=1)
    assert [point.labels for point in points] == SIZES.tolist()
    assert fitted is not None
    assert misfit < 3
    assert gain is not None
    assert gain.low <= law.at(1_100) - law.at(1_000) <= gain.high
    assert gain.high - gain.low < 0.02
    for point, size in zip(points, SIZES.tolist(), strict=True):
        assert point.micro_f1.low <= point.micro_f1.value <= point.micro_f1.high
        assert point.micro_f1.value == pytest.approx(law.at(size), abs=0.02)


def test_a_flat_curve_gains_nothing() -> None:
    _, law, _, gain = extrapolate(SIZES, counts_of([0.8] * 6, 500, 2), np.arange(500), seed=1)
    assert law is not None
    assert gain is not None
    assert gain.value == pytest.approx(0, abs=1e-9)


def test_what_is_no_law_is_not_foretold() -> None:
    falls = counts_of([0.9, 0.9, 0.9, 0.5, 0.9, 0.9], 2_000, 3)
    _, law, misfit, gain = extrapolate(SIZES, falls, np.arange(2_000), seed=1)
    assert (law, gain) == (None, None)
    assert misfit > 3
    points, law, _, gain = extrapolate(SIZES[:3], falls[:3], np.arange(2_000), seed=1)
    assert (len(points), law, gain) == (3, None, None)


def test_groups_are_drawn_whole() -> None:
    counts = counts_of([0.6, 0.7, 0.75, 0.76, 0.78, 0.8], 50, 4)
    alone, _, _, _ = extrapolate(SIZES, counts, np.arange(50), seed=1)
    tenfold, _, _, _ = extrapolate(SIZES, np.repeat(counts, 10, axis=1), np.repeat(np.arange(50), 10), seed=1)
    assert [point.micro_f1 for point in tenfold] == pytest.approx([point.micro_f1 for point in alone])


def test_kappa_is_cohens() -> None:
    generator = np.random.default_rng(0)
    one = generator.random((300, 7)) < 0.2
    other = one ^ (generator.random((300, 7)) < 0.05)
    assert kappa(one, other) == pytest.approx(cohen_kappa_score(one.ravel(), other.ravel()), abs=1e-12)
    assert kappa(one, one) == 1
    assert kappa(np.zeros((3, 2), bool), np.zeros((3, 2), bool)) == 1


def test_refits_know_quarters_and_the_last_two_hundred() -> None:
    assert sizes_of(1_000) == [250, 500, 750, 800, 900, 1_000]
    assert sizes_of(200) == [50, 100, 150, 200]


@pytest.mark.parametrize(
    ("gain", "kappas", "stop"),
    [
        (0.004, (0.96, 0.97), True), (0.02, (0.99, 0.99), False), (0.004, (0.94, 0.97), False),
        (0.004, (0.97,), False), (None, (0.99, 0.99), False), (0.004, (0.5, 0.96, 0.96), True),
    ],
)  # fmt: skip
def test_stopping_needs_a_small_gain_and_settled_predictions(
    gain: float | None, kappas: tuple[float, ...], stop: bool
) -> None:
    figure = None if gain is None else Figure(gain, 0.0, 0.1)
    assert LearningCurve((), 100, 0, 0, None, 0.0, figure, kappas, 4_000, None).stop is stop


def test_rows_count_for_as_many_answers_as_they_stand_for() -> None:
    # Half of the rows come from a large stratum that the model gets right, half from a small one that it gets wrong.
    right, wrong = np.array([1, 0, 0]), np.array([0, 1, 1])
    counts = np.stack([np.stack([right if row < 50 else wrong for row in range(100)])] * 4)
    sizes, groups = np.array([50, 100, 150, 200]), np.arange(100)
    plain, *_ = extrapolate(sizes, counts, groups, seed=1)
    weights = np.where(np.arange(100) < 50, 9.0, 1.0)
    weighed, *_ = extrapolate(sizes, counts, groups, seed=1, weights=weights)
    assert plain[0].micro_f1.value == pytest.approx(0.5)
    assert weighed[0].micro_f1.value == pytest.approx(2 * 0.9 / (2 * 0.9 + 0.2))
    assert weighed[0].micro_f1.low <= weighed[0].micro_f1.value <= weighed[0].micro_f1.high
