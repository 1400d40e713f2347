"""Ridge and its out-of-sample scores against refitting without the rows in question."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from annotate.jobs import CancelledError
from training.learner import ridge

Float = NDArray[np.float64]


def example(rows: int = 60, width: int = 25, codes: int = 4, seed: int = 0) -> tuple[csr_array, NDArray[np.int8]]:
    generator = np.random.default_rng(seed)
    dense = generator.random((rows, width)) * (generator.random((rows, width)) < 0.3)
    dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    targets = np.where(dense @ generator.normal(size=(width, codes)) > 0, 1, -1).astype(np.int8)
    return csr_array(dense.astype(np.float32)), targets


def plain(rows: csr_array, targets: NDArray[np.int8], penalty: float) -> tuple[Float, Float]:
    """Solve primal ridge with an equally penalised bias, a code at a time on its own rows."""
    dense = np.hstack([rows.toarray(), np.ones((rows.shape[0], 1))]).astype(np.float64)
    weights = np.zeros((dense.shape[1], targets.shape[1]))
    for code in range(targets.shape[1]):
        seen = targets[:, code] != 0
        part = dense[seen]
        weights[:, code] = np.linalg.solve(
            part.T @ part + penalty * np.eye(part.shape[1]), part.T @ targets[seen, code].astype(float)
        )
    return weights[:-1], weights[-1]


def left_out(rows: csr_array, targets: NDArray[np.int8], out_of: NDArray[np.int64], penalty: float) -> Float:
    scores = np.zeros(targets.shape)
    for group in np.unique(out_of):
        out = out_of == group
        weights, bias = plain(rows, np.where(out[:, None], np.int8(0), targets), penalty)
        scores[out] = rows[out] @ weights + bias
    return scores


def masked(targets: NDArray[np.int8], seed: int) -> NDArray[np.int8]:
    """Hide a third of the rows of code 1, and others of code 2."""
    generator = np.random.default_rng(seed)
    targets = targets.copy()
    targets[generator.random(targets.shape[0]) < 0.33, 1] = 0
    targets[generator.random(targets.shape[0]) < 0.33, 2] = 0
    return targets


GROUPS = {
    "single rows": np.arange(60),
    "pairs and triples": np.concatenate(
        [np.repeat(np.arange(10), 3), np.repeat(np.arange(10, 20), 2), np.arange(20, 30)]
    ),
}


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("hide", [False, True], ids=["all looked at", "masked"])
def test_exact_scores_are_those_of_refitting(groups: NDArray[np.int64], hide: bool) -> None:
    rows, targets = example()
    targets = masked(targets, 1) if hide else targets
    fitted = ridge.fit_ridge(rows, targets, groups, folds=groups % 5, penalty=0.5)
    weights, bias = plain(rows, targets, 0.5)
    assert np.allclose(fitted.weights, weights, atol=2e-4)
    assert np.allclose(fitted.bias, bias, atol=2e-4)
    assert np.allclose(fitted.held_out, left_out(rows, targets, groups, 0.5), atol=5e-4)


@pytest.mark.parametrize("hide", [False, True], ids=["all looked at", "masked"])
def test_fold_scores_are_those_of_refitting(monkeypatch: pytest.MonkeyPatch, hide: bool) -> None:
    monkeypatch.setattr(ridge, "EXACT_ROWS", 0)
    monkeypatch.setattr(ridge, "_TOLERANCE", 1e-6)
    monkeypatch.setattr(ridge, "_BLOCK", 13)  # two codes and their folds at a time, of four
    rows, targets = example()
    targets = masked(targets, 2) if hide else targets
    folds = ridge.deal_folds(GROUPS["pairs and triples"], 3)
    fitted = ridge.fit_ridge(rows, targets, GROUPS["pairs and triples"], folds=folds, penalty=0.5)
    weights, bias = plain(rows, targets, 0.5)
    assert np.allclose(fitted.weights, weights, atol=2e-4)
    assert np.allclose(fitted.bias, bias, atol=2e-4)
    assert np.allclose(fitted.held_out, left_out(rows, targets, folds, 0.5), atol=5e-4)


def test_the_early_stop_changes_scores_little(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, targets = example(rows=300, width=80)
    groups = np.arange(300)
    exact = ridge.fit_ridge(rows, targets, groups, folds=groups % 5)
    monkeypatch.setattr(ridge, "EXACT_ROWS", 0)
    early = ridge.fit_ridge(rows, targets, groups, folds=groups % 5)
    assert np.abs(rows @ early.weights + early.bias - rows @ exact.weights - exact.bias).max() < 0.05


def test_kernel_and_mirror_work_in_slabs(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, targets = example()
    whole = ridge.fit_ridge(rows, targets, np.arange(60), folds=np.arange(60) % 5)
    monkeypatch.setattr(ridge, "_SLAB", 7)
    slabs = ridge.fit_ridge(rows, targets, np.arange(60), folds=np.arange(60) % 5)
    assert np.allclose(whole.held_out, slabs.held_out, atol=1e-5)


def test_many_masks_do_not_cost_many_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, targets = example(codes=12)
    generator = np.random.default_rng(4)
    targets[generator.random(targets.shape) < 0.2] = 0
    monkeypatch.setattr(ridge, "_EXACT_WORK", 3 * 60**3)
    asked: list[int] = []
    monkeypatch.setattr(ridge, "_fit_exact", lambda *given: asked.append(1))
    ridge.fit_ridge(rows, targets, np.arange(60), folds=np.arange(60) % 5)
    assert not asked


def test_a_code_nobody_looked_at_scores_nothing() -> None:
    rows, targets = example()
    targets[:, 3] = 0
    fitted = ridge.fit_ridge(rows, targets, np.arange(60), folds=np.arange(60) % 5)
    assert not fitted.held_out[:, 3].any()
    assert not fitted.weights[:, 3].any()


@pytest.mark.parametrize("exact", [True, False])
def test_progress_can_stop_the_work(monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    monkeypatch.setattr(ridge, "EXACT_ROWS", 6000 if exact else 0)

    def stop(done: int, total: int | None, what: str = "") -> None:
        raise CancelledError

    rows, targets = example()
    with pytest.raises(CancelledError):
        ridge.fit_ridge(rows, targets, np.arange(60), folds=np.arange(60) % 5, progress=stop)


def test_folds_keep_groups_together_and_are_even() -> None:
    groups = np.repeat(np.arange(50), 2)
    folds = ridge.deal_folds(groups, 9)
    assert np.array_equal(folds[0::2], folds[1::2])
    assert np.bincount(folds).tolist() == [20] * 5
    assert np.array_equal(folds, ridge.deal_folds(groups, 9))
    assert not np.array_equal(folds, ridge.deal_folds(groups, 10))
