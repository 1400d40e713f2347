"""Codes that stand alone: dense and sparse decisions agree, and a model never gives one beside another."""

from __future__ import annotations

import numpy as np
import pytest

from training.coding.bulk import Coder
from training.learner import classifier
from training.learner.exclusive import alone, alone_of
from training.learner.model_file import from_parts, to_parts

EXCLUSIVE = np.array([False, False, True, True])


@pytest.mark.parametrize(
    ("accepted", "probability", "kept"),
    [
        ([1, 0, 1, 0], [0.6, 0, 0.9, 0], [1, 0, 0, 0]),
        ([0, 0, 1, 0], [0, 0, 0.9, 0], [0, 0, 1, 0]),
        ([0, 0, 1, 1], [0, 0, 0.6, 0.7], [0, 0, 0, 1]),
        ([0, 0, 1, 1], [0, 0, 0.6, 0.6], [0, 0, 1, 0]),
        ([1, 1, 0, 0], [0.6, 0.6, 0.9, 0.9], [1, 1, 0, 0]),
        ([0, 0, 0, 0], [0.6, 0.6, 0.9, 0.9], [0, 0, 0, 0]),
    ],
)
def test_others_count_before_exclusive_ones(accepted: list[int], probability: list[float], kept: list[int]) -> None:
    given, p = np.array([accepted], np.bool_), np.array([probability], np.float32)
    assert alone(given, p, EXCLUSIVE).astype(int).tolist() == [kept]


def test_mentions_are_decided_as_tables_are() -> None:
    generator = np.random.default_rng(3)
    accepted = generator.random((500, 4)) < 0.4
    probability = generator.integers(0, 5, (500, 4)).astype(np.float32) / 5
    told = alone(accepted, probability, EXCLUSIVE)
    rows, columns = np.nonzero(np.ones_like(accepted))
    assert (alone_of(rows, columns, accepted.ravel(), probability.ravel(), EXCLUSIVE) == told.ravel()).all()
    assert not (told[:, 2:].any(axis=1) & told[:, :2].any(axis=1)).any()
    assert (told[:, 2:].sum(axis=1) <= 1).all()
    assert alone(accepted, probability, np.zeros(4, np.bool_)) is accepted


def test_a_model_never_gives_an_exclusive_code_beside_others() -> None:
    said = [
        ("nothing at all", 2),
        ("no complaint", 2),
        ("the food was cold", 0),
        ("no food left", 0),
        ("seat broken", 1),
    ]
    texts = [f"{said[n % 5][0]} {n % 7}" for n in range(150)]
    labels = np.zeros((150, 3), np.int8)
    for n in range(150):
        labels[n, said[n % 5][1]] = 1
    labels[::5, 1] = 1  # made elsewhere, where nobody kept "nothing at all" from standing beside a theme
    exclusive = np.array([False, False, True])
    model = classifier.fit(texts, labels, parents=np.full(3, -1), groups=np.arange(150), seed=1, exclusive=exclusive)
    again = from_parts(to_parts(model))
    assert again.exclusive.tolist() == exclusive.tolist()
    fresh = [
        "nothing at all 3",
        "no food left, nothing",
        "no complaint",
        "seat broken no complaint",
    ]
    plain = classifier.fit(texts, labels, parents=np.full(3, -1), groups=np.arange(150), seed=1)
    without = plain.predict(fresh).accepted
    assert (without[:, 2] & without[:, :2].any(axis=1)).any()  # else the rule below would have nothing to do
    for one in (model, again):
        accepted = one.predict(fresh).accepted
        assert not (accepted[:, 2] & accepted[:, :2].any(axis=1)).any()
        coded = Coder(one).code(fresh)
        assert sorted(
            zip(coded.rows[coded.accepted].tolist(), coded.columns[coded.accepted].tolist(), strict=True)
        ) == [(int(row), int(column)) for row, column in zip(*np.nonzero(accepted), strict=True)]
    assert model.out_of_sample is not None
    own = model.out_of_sample.accepted
    assert not (own[:, 2] & own[:, :2].any(axis=1)).any()
