"""Probabilities against the truth that made the scores, thresholds against search by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from training.learner import thresholds
from training.learner.calibration import fit_calibration, sigmoid

GENERATOR = np.random.default_rng(8)


def world(rows: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.float64]]:
    """Draw scores of 6 codes whose true probabilities are logistic with their own slope and shift, then bent."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(rows, 6))
    truth = sigmoid(scores * np.array([1, 2, 3, 1.5, 2.5, 4]) + np.array([0, -1, -2, -3, -4, 0.5])) ** 1.3
    return scores.astype(np.float32), (generator.random(truth.shape) < truth).astype(np.int8), truth


def test_probabilities_are_honest_on_new_rows() -> None:
    scores, labels, _ = world(6000, 1)
    fresh, _, truth = world(4000, 2)
    given = fit_calibration(scores, labels).probability(fresh)
    assert given.dtype == np.float32
    for low in np.arange(0, 1, 0.2):
        inside = (given >= low) & (given < low + 0.2)
        assert abs(float(given[inside].mean()) - float(truth[inside].mean())) < 0.03


def test_probability_never_falls_with_the_score() -> None:
    scores, labels, _ = world(500, 3)
    ladder = np.repeat(np.linspace(-6, 6, 400, dtype=np.float32)[:, None], 6, axis=1)
    steps = np.diff(fit_calibration(scores, labels).probability(ladder), axis=0)
    assert steps.min() >= 0
    assert fit_calibration(scores, labels).probability(ladder).max() < 1


def test_rows_not_looked_at_do_not_count() -> None:
    scores, labels, _ = world(800, 4)
    hidden = labels.copy()
    hidden[400:] = -1
    left, right = fit_calibration(scores, hidden), fit_calibration(scores[:400], labels[:400])
    assert np.allclose(left.probability(scores), right.probability(scores), atol=1e-6)


def test_a_code_with_few_yes_borrows_from_the_others() -> None:
    scores, labels, _ = world(3000, 5)
    rare = labels.copy()
    rare[:, 5] = -1
    rare[:3, 5] = [1, 0, 0]
    calibration = fit_calibration(scores, rare)
    others = fit_calibration(scores[:, :5], labels[:, :5])
    assert abs(calibration.slope[5] - others.slope.mean()) < 1
    assert calibration.slope[5] > 0


def test_one_class_only_and_no_rows_give_finite_numbers() -> None:
    scores = GENERATOR.normal(size=(30, 2)).astype(np.float32)
    for labels in (np.ones((30, 2), np.int8), np.zeros((30, 2), np.int8), np.full((30, 2), -1, np.int8)):
        given = fit_calibration(scores, labels).probability(scores)
        assert np.isfinite(given).all()
    assert fit_calibration(scores, np.zeros((30, 2), np.int8)).probability(scores).max() < 0.2


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1, max_size=30).filter(
        lambda x: any(y for _, y in x)
    )
)
def test_best_cut_is_the_best_of_all(pairs: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in pairs], np.float64)
    yes = np.array([mark for _, mark in pairs])

    def f1(cut: float) -> float:
        said = scores >= cut
        return 2 * int((said & yes).sum()) / int(said.sum() + yes.sum())

    cut = thresholds.best_f1_cut(scores, yes)
    assert f1(cut) == pytest.approx(max(f1(score) for score in scores))


def test_prior_cut_accepts_as_many_as_there_are() -> None:
    scores, labels, _ = world(300, 6)
    values = scores[:, 1].astype(np.float64)
    assert int((values >= thresholds.prior_cut(values, labels[:, 1] == 1)).sum()) == int(labels[:, 1].sum())


def test_codes_with_fewer_than_three_are_never_accepted() -> None:
    labels = np.zeros((40, 4), np.int8)
    labels[:3, 0] = 1  # enough
    labels[:2, 1] = 1  # too few yes
    labels[:, 2] = 1  # no no
    labels[5:9, 3] = -1
    labels[:5, 3] = 1
    assert thresholds.learnable(labels).tolist() == [True, False, False, True]
    scores = GENERATOR.normal(size=(40, 4)).astype(np.float32)
    cuts = thresholds.fit_thresholds(scores, labels, thresholds.learnable(labels))
    assert np.isfinite(cuts).tolist() == [True, False, False, True]
    nothing = thresholds.fit_thresholds(scores, np.zeros_like(labels), np.ones(4, bool))
    assert np.isinf(nothing).all()


def test_thresholds_ignore_rows_not_looked_at() -> None:
    scores, labels, _ = world(400, 7)
    hidden = labels.copy()
    hidden[200:] = -1
    able = np.ones(6, bool)
    assert np.allclose(
        thresholds.fit_thresholds(scores, hidden, able), thresholds.fit_thresholds(scores[:200], labels[:200], able)
    )
