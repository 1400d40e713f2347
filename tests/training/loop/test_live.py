"""The live model stays exactly the model that a refit would give, whatever people do in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from training.learner.ridge import PENALTY, deal_folds, fit_ridge
from training.loop.factor import Factor
from training.loop.live import LiveModel, OutgrownError

WIDTH, DEEP, COLUMNS = 60, 6, 4
WEIGHT = 0.7

Grown = tuple[LiveModel, csr_array, NDArray[np.float32], NDArray[np.int8], csr_array]


def made(count: int, seed: int) -> tuple[csr_array, NDArray[np.float32]]:
    generator = np.random.default_rng(seed)
    table = np.where(generator.random((count, WIDTH)) < 0.15, generator.random((count, WIDTH)), 0)
    table[count // 3] = table[0]  # two answers alike
    length = np.linalg.norm(table, axis=1, keepdims=True)
    table = (table / np.where(length == 0, 1, length)).astype(np.float32)
    return csr_array(table), (generator.normal(size=(WIDTH, DEEP)) / 4).astype(np.float32)


def direct(
    rows: csr_array, directions: NDArray[np.float32], targets: NDArray[np.int8], column: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Return K over all rows, the dual of one column over its mask, and the mask: by numpy alone, in 64 bits."""
    plain = rows.toarray().astype(np.float64)
    dense = plain @ directions.astype(np.float64)
    kernel = plain @ plain.T + WEIGHT * dense @ dense.T + 1
    mask = np.flatnonzero(targets[:, column])
    square = kernel[np.ix_(mask, mask)] + PENALTY * np.eye(mask.size)
    return kernel, np.linalg.solve(square, targets[mask, column].astype(np.float64)), mask


def refit_scores(
    rows: csr_array, directions: NDArray[np.float32], targets: NDArray[np.int8], at: list[int], pool: csr_array
) -> NDArray[np.float64]:
    plain, others = rows[at].toarray().astype(np.float64), pool.toarray().astype(np.float64)
    deep = directions.astype(np.float64)
    cross = others @ plain.T + WEIGHT * (others @ deep) @ (plain @ deep).T + 1
    out = np.zeros((pool.shape[0], targets.shape[1]))
    for column in range(targets.shape[1]):
        _, dual, mask = direct(rows[at], directions, targets[at], column)
        out[:, column] = cross[:, mask] @ dual
    return out


def refit_held_out(
    rows: csr_array, directions: NDArray[np.float32], targets: NDArray[np.int8], at: list[int],
    groups: NDArray[np.int64],
) -> NDArray[np.float64]:  # fmt: skip
    out = np.zeros((len(at), targets.shape[1]))
    for place, row in enumerate(at):
        others = [one for one in at if groups[one] != groups[row]]
        out[place] = refit_scores(rows, directions, targets, others, rows[[row]])[0] if others else 0
    return out


STEP = st.tuples(
    st.sampled_from(["add", "add", "add", "edit", "remove"]),
    st.integers(0, 23),
    st.lists(st.sampled_from([-1, -1, 1, 1, 0]), min_size=COLUMNS, max_size=COLUMNS),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=1, max_size=40), st.integers(0, 3))
def test_any_order_of_adding_editing_and_removing_gives_the_model_of_a_refit(
    steps: list[tuple[str, int, list[int]]], start: int
) -> None:
    rows, directions = made(24, 5)
    pool = made(15, 9)[0]
    groups = np.arange(24) // 2
    targets = np.zeros((24, COLUMNS), np.int8)
    targets[:start] = 1
    inside = list(range(start))
    model = LiveModel.fit(
        rows[:start], targets[:start], keys=np.arange(start), groups=groups[:start], directions=directions,
        weight=WEIGHT,
    )  # fmt: skip
    model.watch(pool)
    for what, row, told in steps:
        wanted = np.array(told, np.int8)
        if what == "add" and row not in inside:
            model.add(rows[[row]], wanted[None], keys=[row], groups=[int(groups[row])])
            inside.append(row)
            targets[row] = wanted
        elif what == "edit" and row in inside:
            model.edit(row, wanted)
            targets[row] = wanted
        elif what == "remove" and row in inside:
            model.remove(row)
            inside.remove(row)
    assert sorted(model.keys.tolist()) == sorted(inside)
    at = model.keys.tolist()
    assert (model.targets == targets[at]).all()
    expected = refit_scores(rows, directions, targets, at, pool)
    np.testing.assert_allclose(model.pool_scores, expected, atol=1e-5)
    np.testing.assert_allclose(model.scores(pool), expected, atol=1e-5)
    np.testing.assert_allclose(model.held_out(), refit_held_out(rows, directions, targets, at, groups), atol=1e-5)


@pytest.fixture
def grown() -> Grown:
    rows, directions = made(30, 1)
    targets = np.where(np.random.default_rng(2).random((30, COLUMNS)) < 0.4, 1, -1).astype(np.int8)
    targets[:5, 1] = 0
    model = LiveModel.fit(rows, targets, keys=np.arange(30), groups=np.arange(30), directions=directions, weight=WEIGHT)
    pool = made(12, 4)[0]
    model.watch(pool)
    return model, rows, directions, targets, pool


def test_a_split_code_needs_no_refit(grown: Grown) -> None:
    model, rows, directions, targets, pool = grown
    parts = np.repeat(targets[:, :1], 2, axis=1)
    parts[::2, 0] = -1
    parts[1::2, 1] = -1
    parts[3:6, 1] = 0  # these were not looked at again
    model.add_columns(parts)
    model.drop_columns([0])
    wanted = np.concatenate([targets[:, 1:], parts], axis=1)
    expected = refit_scores(rows, directions, wanted, list(range(30)), pool)
    np.testing.assert_allclose(model.pool_scores, expected, atol=1e-5)
    model.edit(7, np.full(5, -1, np.int8))
    wanted[7] = -1
    expected = refit_scores(rows, directions, wanted, list(range(30)), pool)
    np.testing.assert_allclose(model.pool_scores, expected, atol=1e-5)


def test_merged_codes_are_yes_where_either_was(grown: Grown) -> None:
    model, rows, directions, targets, pool = grown
    model.merge_columns([0, 1], into=1)
    both = targets[:, :2]
    merged = np.where((both == 1).any(axis=1), 1, np.where((both == -1).all(axis=1), -1, 0)).astype(np.int8)
    assert (merged == 0).any()
    wanted = np.column_stack([merged, targets[:, 2:]])
    assert (model.targets == wanted).all()
    expected = refit_scores(rows, directions, wanted, list(range(30)), pool)
    np.testing.assert_allclose(model.pool_scores, expected, atol=1e-5)
    np.testing.assert_allclose(model.scores(pool), expected, atol=1e-5)


def test_the_factor_does_not_drift_over_two_thousand_appends() -> None:
    generator = np.random.default_rng(0)
    points = generator.normal(size=(2040, 30))
    points[1000:1400] = points[:400]  # answers alike make the kernel nearly singular
    kernel = points @ points.T + 1
    factor = Factor()
    for row in range(2020):
        factor.append(row, kernel[row, :row], kernel[row, row] + 1)
    targets = np.sign(generator.normal(size=(2020, 3)))
    expected = np.linalg.solve(kernel[:2020, :2020] + np.eye(2020), targets)
    assert np.abs(factor.solve(targets) - expected).max() < 1e-5
    for _ in range(5):
        factor.remove(1000)
    kept = factor.members
    assert kept.tolist() == [*range(1000), *range(1005, 2020)]
    again = np.linalg.solve(kernel[np.ix_(kept, kept)] + np.eye(kept.size), targets[kept])
    assert np.abs(factor.solve(targets[kept]) - again).max() < 1e-5
    np.testing.assert_allclose(factor.columns(np.array([3, 1500])).T[0], factor.column(3), atol=1e-9)
    np.testing.assert_allclose(factor.diagonal[1500], factor.column(1500)[1500], rtol=1e-5)


def test_too_many_different_masks_are_refused_before_memory_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, directions = made(30, 1)
    model = LiveModel.fit(
        rows[:10], np.ones((10, COLUMNS), np.int8), keys=np.arange(10), groups=np.arange(10), directions=directions,
        weight=WEIGHT,
    )  # fmt: skip
    monkeypatch.setattr("training.loop.live.MAX_BYTES", 3000)
    with pytest.raises(OutgrownError):
        model.add(rows[[11]], np.array([[1, 0, 1, -1]], np.int8), keys=[11], groups=[11])
    assert LiveModel.affordable(np.eye(15, COLUMNS, dtype=np.int8))
    assert not LiveModel.affordable(np.ones((20, COLUMNS), np.int8))


def test_it_equals_the_batch_fit_and_bulk_prediction_on_a_thousand_rows() -> None:
    rows, directions = made(1300, 7)
    targets = np.sign(np.random.default_rng(1).normal(size=(300, COLUMNS))).astype(np.int8)
    targets[:40, 2] = 0
    groups = np.arange(300) // 3
    model = LiveModel.fit(
        rows[:200], targets[:200], keys=np.arange(200), groups=groups[:200], directions=directions, weight=WEIGHT
    )
    pool = rows[300:]
    model.watch(pool)
    model.add(rows[200:300], targets[200:], keys=list(range(200, 300)), groups=groups[200:].tolist())
    scaled = (directions * np.sqrt(WEIGHT)).astype(np.float32)
    batch = fit_ridge(rows[:300], targets, groups, folds=deal_folds(groups, 1), directions=scaled)
    live = model.as_fit()
    np.testing.assert_allclose(live.weights, batch.weights, atol=1e-4)  # the batch solves in 32 bits
    np.testing.assert_allclose(live.bias, batch.bias, atol=1e-4)
    np.testing.assert_allclose(live.held_out, batch.held_out, atol=1e-4)
    np.testing.assert_allclose(model.pool_scores, pool @ live.weights + live.bias, atol=1e-5)
