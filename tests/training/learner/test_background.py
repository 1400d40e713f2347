"""What the unlabelled corpus teaches."""

from __future__ import annotations

import numpy as np
import pytest
from training_example import PARENTS, example

from training.learner import background as module
from training.learner.background import dense_weight, fit_background
from training.learner.classifier import fit, targets_of
from training.learner.ridge import deal_folds, fit_ridge

GENERATOR = np.random.default_rng(1)


def topics(rows: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Return texts of two topics, each told in one of many words that stand beside each other in the corpus."""
    generator = np.random.default_rng(seed)
    words = [[f"{a}{b}" for b in "甲乙丙丁戊己庚辛"] for a in "油价"]
    told, labels = [], []
    for _ in range(rows):
        topic = int(generator.random() < 0.5)
        picked = generator.choice(words[topic], 2, replace=False)
        told.append("。".join([*picked.tolist(), str(generator.choice(["今天", "这车", "总之"]))]))
        labels.append([topic, 1 - topic])
    return told, np.array(labels, np.int8)


def test_dense_rows_have_mean_squared_length_one_and_are_linear() -> None:
    texts = example(300, 1).texts
    background = fit_background(texts, seed=1, directions=20)
    rows = background.rows(texts)
    dense = background.dense(rows)
    assert dense.shape == (300, 20)
    assert float((dense**2).sum(axis=1).mean()) == pytest.approx(1, abs=0.01)
    assert np.allclose(background.dense(rows[:2].multiply(3).tocsr()), 3 * dense[:2], atol=1e-4)


def test_words_that_stand_together_teach_each_other() -> None:
    corpus, _ = topics(600, 2)
    texts, labels = topics(8, 3)
    fresh, truth = topics(300, 4)
    background = fit_background(corpus, seed=1, directions=5, minimum=2)
    rows, groups = background.rows(texts), np.arange(8)
    right = []
    for directions in (None, background.weighted(8)):
        fitted = fit_ridge(rows, targets_of(labels), groups, folds=deal_folds(groups, 1), directions=directions)
        scores = background.rows(fresh) @ fitted.weights + fitted.bias
        right.append(float((scores.argmax(axis=1) == truth.argmax(axis=1)).mean()))
    assert right[1] > right[0]
    assert right[1] > 0.9


@pytest.mark.parametrize("exact", [True, False])
def test_directions_are_a_kernel_beside_the_sparse_one(monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    from scipy.sparse import csr_array, hstack

    from training.learner import ridge

    monkeypatch.setattr(ridge, "EXACT_ROWS", 6000 if exact else 0)
    monkeypatch.setattr(ridge, "_TOLERANCE", 1e-6)
    data = example(120, 5)
    background = fit_background(data.texts, seed=1, directions=8)
    rows = background.rows(data.texts)
    directions = background.weighted(120)
    assert directions is not None
    targets = targets_of(data.labels)
    targets[60:, 1] = 0  # half of the rows were not looked at for one code
    groups = np.arange(120) // 2
    folds = deal_folds(groups, 1)
    beside = hstack([rows, csr_array(rows @ directions)]).tocsr()
    wanted = fit_ridge(csr_array(beside), targets, groups, folds=folds)
    told = fit_ridge(rows, targets, groups, folds=folds, directions=directions)
    assert np.allclose(told.held_out, wanted.held_out, atol=2e-3)
    assert np.allclose(rows @ told.weights + told.bias, beside @ wanted.weights + wanted.bias, atol=2e-3)


def test_the_same_seed_gives_the_same_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ROWS", 100)
    texts = example(200, 6).texts
    one, two = (fit_background(texts, seed=3) for _ in range(2))
    assert np.array_equal(one.directions, two.directions)
    assert np.array_equal(one.features.vocabulary, two.features.vocabulary)


def test_the_weight_falls_to_nothing() -> None:
    weights = [dense_weight(number) for number in (0, 100, 500, 1999, 2000, 10_000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 1 > weights[2] > 0
    assert weights[-2:] == [0, 0]


def test_a_corpus_reaches_the_model() -> None:
    data = example(60, 7)
    corpus = example(400, 8).texts
    alone = fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=1)
    taught = fit(data.texts, data.labels, parents=PARENTS, groups=data.groups, seed=1, corpus=corpus)
    assert taught.features.width != alone.features.width
    known = fit_background([*data.texts, *corpus], seed=1)
    assert np.array_equal(taught.features.vocabulary, known.features.vocabulary)
