"""How much of an answer its codes explain, and whether any code fits."""

from __future__ import annotations

import numpy as np
import pytest
from training_example import NAMES, PARENTS, THEMES, example

from training.learner import coverage
from training.learner.classifier import Model, fit
from training.learner.outlet import Outlet, fit_outlet
from training.learner.texts import MARK


@pytest.fixture(scope="module")
def model() -> Model:
    data = example(400, 1, noise=0)
    return fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=1)


def test_clauses_leave_out_what_says_nothing() -> None:
    assert coverage.clauses("空间大，油耗低。但是。。。我们 the seats are hard. good") == [
        "空间大", "油耗低", "我们 the seats are hard", "good",
    ]  # fmt: skip
    assert coverage.clauses(f"空间大，油耗3.5{MARK}123 456") == ["空间大", "油耗3.5"]
    assert coverage.clauses("而且，然后，😀🎉，！") == []


def test_half_an_answer_is_not_covered(model: Model) -> None:
    told = ["后排很挤", "后排很挤，空间大", "后排很挤，屏幕反应迟钝而且老死机", "屏幕反应迟钝", ""]
    rows, columns = np.array([0, 1, 2]), np.full(3, NAMES.index("space"))
    share = model.covered(told, rows, columns)
    assert share[:2].tolist() == [1, 1]
    assert share[2] == pytest.approx(4 / 15)
    assert share[3:].tolist() == [0, 0]


def test_two_codes_cover_more_than_one(model: Model) -> None:
    told = [f"{THEMES['space'][0]}，{THEMES['service'][1]}"] * 2
    space, service = NAMES.index("space"), NAMES.index("service")
    share = model.covered(told, np.array([0, 1, 1]), np.array([space, space, service]))
    assert share[0] < share[1] == 1


def test_predictions_carry_both(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    data = example(100, 2, noise=0)
    said = model.predict(data.texts)
    assert said.covered is not None
    assert said.none is not None
    accepted = said.accepted & model.leaves
    assert np.array_equal(said.covered > 0, accepted.any(axis=1) & (said.covered > 0))
    assert (said.covered[~accepted.any(axis=1)] == 0).all()
    rows, columns = np.nonzero(accepted)
    monkeypatch.setattr(coverage, "_CHUNK", 7)
    assert np.array_equal(model.covered(data.texts, rows, columns), said.covered)
    assert ((said.none >= 0) & (said.none <= 1)).all()


def world(rows: int, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities and labels of 3 codes, ``share`` of the rows without any."""
    generator = np.random.default_rng(seed)
    labels = np.zeros((rows, 3), np.int8)
    coded = generator.random(rows) >= share
    labels[np.flatnonzero(coded), generator.integers(0, 3, int(coded.sum()))] = 1
    logits = np.where(labels == 1, 1.5, -3) + generator.normal(size=labels.shape)
    return (1 / (1 + np.exp(-logits))).astype(np.float32), labels


def none(outlet: Outlet, probability: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(probability >= 0.05)
    return outlet.none(len(probability), rows, probability[rows, columns])


@pytest.mark.parametrize("share", [0.02, 0.15, 0.5])
def test_the_way_out_is_calibrated(share: float) -> None:
    probability, labels = world(2000, share, 1)
    outlet = fit_outlet(probability, labels)
    fresh, truth = world(4000, share, 2)
    said = none(outlet, fresh)
    empty = ~(truth == 1).any(axis=1)
    assert float(said.mean()) == pytest.approx(float(empty.mean()), abs=0.02)
    assert said[empty].mean() > 2 * said[~empty].mean()


def test_few_or_no_reviewed_rows_without_a_code_leave_it_sensible() -> None:
    probability, labels = world(400, 0.0, 3)
    outlet = fit_outlet(probability, labels)
    assert none(outlet, probability).mean() < 0.05
    open_ = labels.copy()
    open_[:, 0] = -1
    assert fit_outlet(probability, open_) == Outlet(1.0, 0.0)
    sure, nothing = none(Outlet(1.0, 0.0), np.array([[0.9, 0.01], [0.01, 0.02]], np.float32))
    assert sure == pytest.approx(0.1, abs=1e-3)
    assert nothing > 0.99
