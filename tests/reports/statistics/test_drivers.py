"""Drivers: Johnson against LMG and the closed form of two drivers, jackknife, effects, minimum data, roll-up."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm

from reports.statistics.drivers import Drivers, drivers, relative_weights, roll_up, shapley_weights
from reports.statistics.limits import Lack, TooFew


def correlations(k: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    table = np.corrcoef(rng.normal(size=(400, k + 1)) @ rng.normal(size=(k + 1, k + 1)), rowvar=False)
    return table[:k, :k], table[:k, k]


def asked(n: int = 3000, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and mentions: column 0 costs 2 points, 1 gives 1, 2 goes along with 0 and does nothing."""
    rng = np.random.default_rng(seed)
    first = rng.random(n) < 0.2
    mentions = np.column_stack([first, rng.random(n) < 0.3, np.where(first, rng.random(n) < 0.5, rng.random(n) < 0.1)])
    score = 7 - 2.0 * mentions[:, 0] + mentions[:, 1] + rng.normal(size=n) * 1.5
    return score, mentions


def test_lmg_is_the_mean_gain_over_all_orders() -> None:
    inside, r = correlations(4)

    def explained(among: tuple[int, ...]) -> float:
        part = np.array(among, int)
        return float(r[part] @ np.linalg.solve(inside[np.ix_(part, part)], r[part])) if among else 0.0

    slow = np.zeros(4)
    for order in permutations(range(4)):
        for place, driver in enumerate(order):
            slow[driver] += (explained(order[: place + 1]) - explained(order[:place])) / 24
    assert shapley_weights(inside, r) == pytest.approx(slow, abs=1e-12)


@pytest.mark.parametrize("k", [2, 5, 12])
def test_weights_add_up_to_the_variance_explained(k: int) -> None:
    inside, r = correlations(k, seed=k)
    explained = float(r @ np.linalg.solve(inside, r))
    assert relative_weights(inside, r).sum() == pytest.approx(explained)
    assert shapley_weights(inside, r).sum() == pytest.approx(explained)


def test_two_drivers_have_the_same_weights_by_johnson_and_lmg() -> None:
    """With two drivers both are equal (Johnson 2000, page 10); without correlation they are the squared ones."""
    inside, r = np.array([[1.0, 0.6], [0.6, 1.0]]), np.array([0.5, 0.4])
    assert relative_weights(inside, r) == pytest.approx(shapley_weights(inside, r))
    assert relative_weights(np.eye(2), r) == pytest.approx(r**2)


def test_lmg_refuses_more_than_it_can_count() -> None:
    with pytest.raises(ValueError, match="at most 12"):
        shapley_weights(np.eye(13), np.zeros(13))


def test_the_effect_is_the_coefficient_with_hc3_and_a_companion_gets_none() -> None:
    score, mentions = asked()
    found = drivers(score, mentions)
    assert isinstance(found, Drivers)
    theirs = sm.OLS(score, sm.add_constant(mentions.astype(float))).fit(cov_type="HC3", use_t=True)
    by_column = {one.column: one for one in found.drivers}
    for column in range(3):
        effect = by_column[column].effect
        assert effect.value == pytest.approx(theirs.params[column + 1])
        assert (effect.low, effect.high) == pytest.approx(tuple(theirs.conf_int()[column + 1]))
        assert effect.base == mentions[:, column].sum()
        assert by_column[column].p == pytest.approx(theirs.pvalues[column + 1], abs=1e-12)
    assert found.explained == pytest.approx(theirs.rsquared)
    assert [one.column for one in found.drivers][:2] == [0, 1]
    assert by_column[2].q > 0.05 > by_column[0].q
    assert sum(one.weight.value for one in found.drivers) == pytest.approx(1.0)
    assert all(0 <= one.weight.low <= one.weight.value <= one.weight.high <= 1 for one in found.drivers)


def test_the_jackknife_is_as_wide_as_a_bootstrap() -> None:
    score, mentions = asked()
    found = drivers(score, mentions)
    assert isinstance(found, Drivers)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(300):
        rows = rng.integers(0, score.size, score.size)
        table = np.corrcoef(np.column_stack([mentions[rows], score[rows]]).T)
        weights = relative_weights(table[:3, :3], table[:3, 3])
        drawn.append(weights / weights.sum())
    wide = 1.96 * np.std(drawn, axis=0)
    first = next(one for one in found.drivers if one.column == 0)
    assert first.weight.half_width == pytest.approx(wide[0], rel=0.3)


def test_waves_are_held_apart() -> None:
    """A theme of the bad wave only is no driver once the wave is held."""
    rng = np.random.default_rng(2)
    wave = np.repeat([1, 2], 1500)
    mentions = np.where(wave == 2, rng.random(3000) < 0.5, rng.random(3000) < 0.05)[:, None]
    score = 8.0 - 2 * (wave == 2) + rng.normal(size=3000)
    apart, pooled = drivers(score, mentions, waves=wave), drivers(score, mentions)
    assert isinstance(apart, Drivers)
    assert isinstance(pooled, Drivers)
    assert pooled.drivers[0].effect.high < -0.5
    assert apart.drivers[0].effect.low < 0 < apart.drivers[0].effect.high


def test_too_little_data_is_said_in_figures() -> None:
    score, mentions = asked()
    assert drivers(score[:499], mentions[:499]) == TooFew(Lack.ANSWERS, 499, 500)
    scored = score.copy()
    scored[400:] = np.nan
    assert drivers(scored, mentions) == TooFew(Lack.ANSWERS, 400, 500)
    assert drivers(np.full(3000, 9.0), mentions) == TooFew(Lack.KINDS, 1, 2)
    assert drivers(score, mentions[:, :0]) == TooFew(Lack.THEMES, 0, 1)
    rare = mentions.copy()
    rare[:, 1] = False
    rare[:49, 1] = True
    found = drivers(score, rare)
    assert isinstance(found, Drivers)
    assert found.left_out == ((1, TooFew(Lack.MENTIONS, 49, 50)),)
    everyone = np.column_stack([mentions, np.ones(3000, bool)])
    found = drivers(score, everyone)
    assert isinstance(found, Drivers)
    assert found.left_out == ((3, TooFew(Lack.MENTIONS, 0, 50)),)


def test_columns_of_the_same_people_and_weak_classifiers_are_named() -> None:
    score, mentions = asked()
    doubled = np.column_stack([mentions, mentions[:, 1]])
    found = drivers(score, doubled, f1=np.array([0.9, 0.6, np.nan, 0.9]))
    assert isinstance(found, Drivers)
    assert found.inseparable == (3,)
    assert {one.column: one.doubtful for one in found.drivers} == {0: False, 1: True, 2: False}


def test_answers_of_one_customer_do_not_narrow_the_interval() -> None:
    score, mentions = asked()
    once = drivers(score, mentions)
    who = np.tile(np.arange(score.size), 4)
    often = drivers(np.tile(score, 4), np.tile(mentions, (4, 1)), customers=who, weights=np.full(who.size, 2.0))
    assert isinstance(once, Drivers)
    assert isinstance(often, Drivers)
    for one, other in zip(once.drivers, often.drivers, strict=True):
        assert other.effect.value == pytest.approx(one.effect.value)
        assert other.effect.half_width == pytest.approx(one.effect.half_width, rel=0.05)
        assert other.weight.value == pytest.approx(one.weight.value)
        assert other.weight.half_width == pytest.approx(one.weight.half_width, rel=0.5, abs=0.01)
    assert drivers(score, mentions, seed=3) == drivers(score, mentions, seed=3)


def test_rare_codes_go_into_their_net_and_no_mention_counts_twice() -> None:
    parents: dict[int, int | None] = {1: None, 11: 1, 12: 1, 13: 1, 2: None, 21: 2, 211: 21, 3: None, 31: 3, 4: None}
    matrix = np.zeros((300, 6), bool)
    codes = [11, 12, 13, 211, 31, 4]
    for column, people in enumerate([60, 30, 30, 55, 20, 7]):
        matrix[column * 40 : column * 40 + people, column] = True
    found = roll_up(matrix, codes, parents)
    assert found.codes == (1, 11, 211)
    assert found.members == ((12, 13), (11,), (211,))
    assert found.matrix[:, 0].tolist() == (matrix[:, 1] | matrix[:, 2]).tolist()
    assert found.left_out == ((3, TooFew(Lack.MENTIONS, 20, 50)), (4, TooFew(Lack.MENTIONS, 7, 50)))
    none = roll_up(matrix[:, :0], [], parents)
    assert none.matrix.shape == (300, 0)
    with pytest.raises(ValueError, match="loop"):
        roll_up(matrix[:, :1] & False, [5], {5: 6, 6: 5})
