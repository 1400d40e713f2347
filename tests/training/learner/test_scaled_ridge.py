"""Ridge scaled by its own first fit: against solving it densely, honest on rows left out, better among idle n-grams."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from annotate.jobs import CancelledError
from training.learner import classifier, scaled_ridge
from training.learner.ridge import deal_folds, fit_ridge
from training.learner.scaled_ridge import fit_scaled_ridge

Double = NDArray[np.float64]


def example(rows: int = 80, width: int = 30, codes: int = 3, seed: int = 0) -> tuple[csr_array, NDArray[np.int8]]:
    generator = np.random.default_rng(seed)
    dense = generator.random((rows, width)) * (generator.random((rows, width)) < 0.3)
    targets = np.where(dense @ generator.normal(size=(width, codes)) > 0, 1, -1).astype(np.int8)
    targets[generator.random(rows) < 0.3, 1] = 0
    return csr_array(dense.astype(np.float32)), targets


def primal(rows: Double, targets: Double, scale: Double, beside: Double) -> Double:
    """Return the weights of one code: scaled columns, columns beside them as they are, and a constant one."""
    seen = targets != 0
    whole = np.hstack([rows * scale, beside, np.ones((len(rows), 1))])[seen]
    weights: Double = np.linalg.solve(whole.T @ whole + np.eye(whole.shape[1]), whole.T @ targets[seen])
    weights[: scale.size] *= scale
    return weights


def twice(rows: Double, targets: NDArray[np.int8], beside: Double) -> Double:
    """Fit all codes twice, in the plainest way: the scale is |mean weight|^(3/4) · |own weight|^(1/4)."""
    told = targets.astype(float)
    width, codes = rows.shape[1], told.shape[1]
    first = np.column_stack([primal(rows, told[:, code], np.ones(width), beside) for code in range(codes)])[:width]
    length = (rows**2).sum(axis=0)
    common = np.sqrt((first**2).sum(axis=1))
    found = []
    for code in range(codes):
        scale = np.ones(width)
        for sizes, power in ((common, 0.75), (np.abs(first[:, code]), 0.25)):
            mean = np.sqrt((length * sizes**2).sum() / length.sum())
            scale *= np.maximum(sizes / mean, 0.03) ** power
        scale *= np.sqrt(length.sum() / (length * scale**2).sum())
        found.append(primal(rows, told[:, code], scale, beside))
    return np.column_stack(found)


@pytest.mark.parametrize("many", [False, True], ids=["one block", "blocks"])
@pytest.mark.parametrize("directed", [False, True], ids=["sparse", "with directions"])
def test_scores_are_those_of_two_dense_fits(monkeypatch: pytest.MonkeyPatch, directed: bool, many: bool) -> None:
    monkeypatch.setattr(scaled_ridge, "_ROUGH", 1e-6)
    monkeypatch.setattr(scaled_ridge, "_FINE", 1e-6)
    monkeypatch.setattr(scaled_ridge, "_BLOCK", 2 if many else 128)
    rows, targets = example()
    directions = np.random.default_rng(1).normal(size=(30, 4)) / 5 if directed else np.zeros((30, 0))
    groups = np.repeat(np.arange(40), 2)
    folds = deal_folds(groups, 3)
    folds[:6] = -1  # such rows always train
    fitted = fit_scaled_ridge(
        rows, targets, folds=folds, directions=directions.astype(np.float32) if directed else None
    )
    dense = rows.toarray().astype(float)
    beside = dense @ directions
    everything = twice(dense, targets, beside)
    assert np.allclose(fitted.weights, everything[:30] + directions @ everything[30:-1], atol=2e-3)
    assert np.allclose(fitted.bias, everything[-1], atol=2e-3)
    for fold in range(5):
        out = folds == fold
        solved = twice(dense[~out], targets[~out], beside[~out])
        wanted = np.hstack([dense[out], beside[out], np.ones((out.sum(), 1))]) @ solved
        assert np.allclose(fitted.held_out[out], wanted, atol=3e-3)
    assert not fitted.held_out[folds < 0].any()


def test_few_telling_words_win_among_many_idle_ones() -> None:
    generator = np.random.default_rng(2)
    dense = (generator.random((900, 300)) < 0.1).astype(np.float32) / np.sqrt(30)
    targets = np.where(dense[:, :6].sum(axis=1, keepdims=True) > 0.15, 1, -1).astype(np.int8)
    rows, groups = csr_array(dense), np.arange(600)
    folds = deal_folds(groups, 1)
    fits = [
        fit_ridge(rows[:600], targets[:600], groups, folds=folds),
        fit_scaled_ridge(rows[:600], targets[:600], folds=folds),
    ]

    def separation(scores: NDArray[np.float32], truth: NDArray[np.int8]) -> float:
        return float(scores[truth == 1].mean() - scores[truth == -1].mean()) / float(scores.std())

    fresh = [separation(rows[600:] @ fit.weights + fit.bias, targets[600:]) for fit in fits]
    honest = [separation(fit.held_out, targets[:600]) for fit in fits]
    assert fresh[1] > fresh[0]
    assert honest[1] == pytest.approx(fresh[1], abs=0.1)


def test_noise_is_not_learned_by_heart() -> None:
    rows, _ = example(rows=400, width=200)
    targets = np.where(np.random.default_rng(3).random((400, 2)) < 0.5, 1, -1).astype(np.int8)
    fitted = fit_scaled_ridge(rows, targets, folds=deal_folds(np.arange(400), 1))
    assert np.corrcoef((rows @ fitted.weights)[:, 0], targets[:, 0])[0, 1] > 0.5
    assert abs(np.corrcoef(fitted.held_out[:, 0], targets[:, 0])[0, 1]) < 0.15


def test_codes_nobody_looked_at_and_rows_without_words_score_nothing() -> None:
    rows, targets = example()
    targets[:, 2] = 0
    fitted = fit_scaled_ridge(rows, targets, folds=deal_folds(np.arange(80), 1))
    assert not fitted.held_out[:, 2].any()
    assert not fitted.weights[:, 2].any()
    bare = csr_array(np.zeros((80, 30), np.float32))
    fitted = fit_scaled_ridge(bare, targets, folds=deal_folds(np.arange(80), 1))
    assert not fitted.weights.any()
    assert np.isfinite(fitted.held_out).all()


def test_progress_rises_to_the_end_and_can_stop_the_work() -> None:
    rows, targets = example()
    folds = deal_folds(np.arange(80), 1)
    shares: list[float] = []

    def watch(done: int, total: int | None, what: str = "") -> None:
        shares.append(done / (total or 1))

    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    fit_scaled_ridge(rows, targets, folds=folds, progress=watch)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    with pytest.raises(CancelledError):
        fit_scaled_ridge(rows, targets, folds=folds, progress=stop)


def test_the_plain_ridge_serves_while_few_answers_are_labelled(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"价格贵{number}" if number % 3 else f"油耗高{number}" for number in range(60)]
    labels = np.array([[int(number % 3 > 0), int(number % 3 == 0)] for number in range(60)], np.int8)
    used: list[str] = []

    def noting(name: str) -> None:
        real = getattr(classifier, name)

        def noted(*given: object, **named: object) -> object:
            used.append(name)
            return real(*given, **named)

        monkeypatch.setattr(classifier, name, noted)

    noting("fit_ridge")
    noting("fit_scaled_ridge")
    for border in (60, 59):
        monkeypatch.setattr(classifier, "SCALED_ABOVE", border)
        model = classifier.fit(texts, labels, parents=np.full(2, -1), groups=np.arange(60), seed=1)
        assert model.predict(["价格很贵", "油耗太高"]).accepted.tolist() == [[True, False], [False, True]]
    assert used == ["fit_ridge", "fit_scaled_ridge"]
