"""Beyond the factors: the same model as a fit from nothing, however it was come by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from training.learner.background import fit_background
from training.learner.ridge import PENALTY
from training.loop.block import BlockModel, _folds
from training.loop.live import LiveModel
from training.loop.pool import Decided, Pool

ROWS, WIDTH, CODES = 24, 40, 4


def made(seed: int) -> tuple[csr_array, np.ndarray]:
    generator = np.random.default_rng(seed)
    table = np.where(generator.random((ROWS, WIDTH)) < 0.2, generator.random((ROWS, WIDTH)), 0).astype(np.float32)
    return csr_array(table), (generator.normal(size=(WIDTH, 3)) / 4).astype(np.float32)


STEP = st.tuples(
    st.sampled_from(["put", "put", "put", "remove", "drop"]),
    st.integers(0, ROWS - 1),
    st.lists(st.sampled_from([-1, -1, 1, 1, 0]), min_size=CODES, max_size=CODES),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, min_size=1, max_size=12))
def test_any_order_of_decisions_gives_the_model_of_a_direct_solution(
    steps: list[tuple[str, int, list[int]]],
) -> None:
    rows, directions = made(3)
    groups = np.arange(ROWS) // 2
    said: dict[int, list[int]] = {0: [1, -1, 1, 0]}
    codes = np.arange(10, 10 + CODES)
    model = BlockModel()
    for what, row, told in steps:
        if what == "put":
            said[row] = told
        elif what == "remove" and len(said) > 1:
            said.pop(row, None)
        elif what == "drop":
            codes = np.roll(codes, 1)  # codes come, go and change places
        at = np.array(sorted(said))
        targets = np.array([said[one] for one in at.tolist()], np.int8)
        fit = model.fit(rows[at], targets, keys=at, groups=groups[at], codes=codes, directions=directions)
    plain = rows[at].toarray().astype(np.float64)
    deep = plain @ directions
    kernel = plain @ plain.T + deep @ deep.T + 1
    folds = _folds(at, groups[at])
    for column in range(CODES):
        for fold in range(6):  # 5: all rows
            used = np.flatnonzero((targets[:, column] != 0) & (folds != fold))
            square = kernel[np.ix_(used, used)] + PENALTY * np.eye(used.size)
            dual = np.linalg.solve(square, targets[used, column].astype(np.float64)) if used.size else np.zeros(0)
            scores = kernel[:, used] @ dual
            if fold == 5:
                np.testing.assert_allclose(rows[at] @ fit.weights[:, column] + fit.bias[column], scores, atol=1e-5)
            else:
                out = folds == fold
                np.testing.assert_allclose(fit.held_out[out, column], scores[out], atol=5e-2)


def test_beyond_the_limit_the_loop_scores_as_within_it(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{('油耗高', '空间大', '价格贵')[row % 3]}第{row}次说" for row in range(60)]
    background = fit_background(texts, seed=1)
    labels = np.stack([(np.arange(60) % 3 == 0), (np.arange(60) % 3 == 1)], axis=1).astype(np.int8)

    def scores(pool: Pool, size: int) -> np.ndarray:
        at = np.arange(size)
        pool.learn(Decided(at, pool.rows[at], labels[at], at, np.array([7, 8])))
        return pool.known(np.arange(40, 60)).scores

    within = Pool(np.arange(60), texts, background=background, seed=1)
    expected = [scores(within, size) for size in (30, 32, 40)]
    monkeypatch.setattr("training.loop.live.MAX_ROWS", 31)
    beyond = Pool(np.arange(60), texts, background=background, seed=1)
    for size, wanted in zip((30, 32, 40), expected, strict=True):
        np.testing.assert_allclose(scores(beyond, size), wanted, atol=1e-5)
    assert isinstance(within._live, LiveModel)
    assert beyond._live is None


def test_a_fold_lasts_as_answers_come() -> None:
    keys, groups = np.arange(1000), np.arange(1000) // 2
    before = _folds(keys[:500], groups[:500])
    assert (_folds(keys, groups)[:500] == before).all()
    assert (before[::2] == before[1::2]).all()
    assert np.bincount(before, minlength=5).min() > 60
