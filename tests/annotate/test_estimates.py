"""Intervals against statsmodels, published values and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate import estimates

TRIALS = [(0, 10), (1, 10), (5, 10), (10, 10), (3, 7), (81, 263), (15, 148), (1, 100_000), (99_999, 100_000)]


def statsmodels_interval(x: int, n: int, method: str, level: float) -> tuple[float, float]:
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(x, n, alpha=1 - level, method=method)
    return float(low), float(high)


@pytest.mark.parametrize("level", [0.90, 0.95, 0.99])
@pytest.mark.parametrize(("x", "n"), TRIALS)
def test_wilson_and_clopper_pearson_agree_with_statsmodels(x: int, n: int, level: float) -> None:
    assert estimates.wilson_interval(x, n, level) == pytest.approx(
        statsmodels_interval(x, n, "wilson", level), abs=1e-12
    )
    low, high = statsmodels_interval(x, n, "beta", level)
    expected = (0.0 if x == 0 else low, 1.0 if x == n else high)
    assert estimates.clopper_pearson(x, n, level) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(("x", "n"), [pair for pair in TRIALS if 0 < pair[0] < pair[1]])
def test_jeffreys_agrees_with_statsmodels(x: int, n: int) -> None:
    assert estimates.jeffreys_interval(x, n) == pytest.approx(statsmodels_interval(x, n, "jeffreys", 0.95), abs=1e-10)


def test_jeffreys_reaches_the_ends() -> None:
    assert estimates.jeffreys_interval(0, 20)[0] == 0
    assert estimates.jeffreys_interval(20, 20)[1] == 1


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (6, 7, 2, 7)])
def test_newcombe_agrees_with_statsmodels(counts: tuple[int, int, int, int]) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    expected = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=0.05)
    assert estimates.newcombe_difference(*counts) == pytest.approx(tuple(map(float, expected)), abs=1e-9)


def test_newcombe_repeats_his_published_table() -> None:
    # Newcombe 1998, table II, contrasts (a) 56/70 − 48/80 and (b) 9/10 − 3/10, method 10.
    assert estimates.newcombe_difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert estimates.newcombe_difference(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_no_trials_say_nothing() -> None:
    for interval in (estimates.wilson_interval, estimates.jeffreys_interval, estimates.clopper_pearson):
        assert interval(0, 0) == (0.0, 1.0)
    assert estimates.f1_interval(0, 0, 0) == (0.0, 1.0)
    assert estimates.f1_score(0, 0, 0) == 0


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.5, 0.999))
def test_intervals_hold_their_share(x: int, more: int, level: float) -> None:
    n = x + more
    if n == 0:
        return
    for interval in (estimates.wilson_interval, estimates.jeffreys_interval, estimates.clopper_pearson):
        low, high = interval(x, n, level)
        assert 0 <= low <= x / n <= high <= 1


@pytest.mark.parametrize(("x", "n"), [(-1, 5), (6, 5), (float("nan"), 5), (1, float("inf"))])
def test_what_is_no_share_is_refused(x: float, n: float) -> None:
    with pytest.raises(ValueError, match="not a share"):
        estimates.wilson_interval(x, n)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_a_probability(level: float) -> None:
    for interval in (estimates.wilson_interval, estimates.jeffreys_interval, estimates.clopper_pearson):
        with pytest.raises(ValueError, match="level"):
            interval(1, 2, level)


def test_f1_interval_covers_the_true_f1() -> None:
    generator = np.random.default_rng(5)
    shares = np.array([0.10, 0.03, 0.04, 0.83])  # hits, wrong, missed, neither
    truth = estimates.f1_score(*shares[:3])
    draws = generator.multinomial(400, shares, 4000)
    inside = 0
    for hits, wrong, missed, _ in draws.tolist():
        low, high = estimates.f1_interval(hits, wrong, missed)
        inside += low <= truth <= high
    assert 0.94 <= inside / len(draws) <= 0.965


def test_bootstrap_covers_micro_f1_of_grouped_rows() -> None:
    # Each group repeats one row four times: counting rows as independent would be far too sure.
    generator = np.random.default_rng(6)
    shares = np.array([[0.2, 0.1, 0.1, 0.6], [0.1, 0.05, 0.02, 0.83]])
    truth = estimates.f1_score(*(4 * shares[:, :3].sum(axis=0)))
    inside = 0
    for trial in range(150):
        outcomes = [generator.multinomial(1, row, 300) for row in shares]
        hits, wrong, missed = (4 * np.stack([part[:, kind] for part in outcomes], axis=1) for kind in range(3))
        (low, high), _ = estimates.bootstrap_f1(hits, wrong, missed, seed=trial, draws=200)
        inside += low <= truth <= high
    assert 0.88 <= inside / 150 <= 1.0


def test_bootstrap_is_repeatable_and_brackets_both_figures() -> None:
    generator = np.random.default_rng(7)
    hits, wrong, missed = (generator.poisson(mean, (200, 6)) for mean in (0.5, 0.2, 0.3))
    first = estimates.bootstrap_f1(hits, wrong, missed, seed=1)
    assert first == estimates.bootstrap_f1(hits, wrong, missed, seed=1)
    micro = estimates.f1_score(hits.sum(), wrong.sum(), missed.sum())
    macro = np.mean(
        [estimates.f1_score(h, w, m) for h, w, m in zip(*(x.sum(0) for x in (hits, wrong, missed)), strict=True)]
    )
    assert first[0][0] < micro < first[0][1]
    assert first[1][0] < macro < first[1][1]
    for few in (0, 1, 9):
        assert estimates.bootstrap_f1(hits[:few], wrong[:few], missed[:few], seed=1) == ((0.0, 1.0), (0.0, 1.0))


def test_macro_rests_on_the_columns_named_and_its_interval_holds_it() -> None:
    # Rare codes are often missing from a draw, which used to pull every draw below the figure itself.
    generator = np.random.default_rng(11)
    hits = (generator.random((60, 12)) < 0.03).astype(np.int64)
    wrong, missed = np.zeros_like(hits), np.zeros_like(hits)
    _, (low, high) = estimates.bootstrap_f1(hits, wrong, missed, seed=3)
    assert (low, high) == (estimates.f1_interval(60, 0, 0)[0], 1.0)
    wrong = (generator.random((60, 12)) < 0.03).astype(np.int64)
    some = np.arange(12) < 4
    own = np.mean(
        [estimates.f1_score(h, w, 0) for h, w in zip(hits[:, some].sum(0), wrong[:, some].sum(0), strict=True)]
    )
    micro, macro = estimates.bootstrap_f1(hits, wrong, missed, seed=3, columns=some)
    assert macro[0] <= own <= macro[1]
    assert micro == estimates.bootstrap_f1(hits, wrong, missed, seed=3)[0]
    assert estimates.bootstrap_f1(hits, wrong, missed, seed=3, columns=np.zeros(12, np.bool_))[1] == (0.0, 1.0)


def test_a_code_said_but_never_there_counts_in_micro_only() -> None:
    hits, wrong, missed = np.array([[5, 0]] * 50), np.array([[0, 5]] * 50), np.zeros((50, 2), np.int64)
    (low, high), macro = estimates.bootstrap_f1(hits, wrong, missed, seed=2)
    assert low == pytest.approx(2 / 3)
    assert high == pytest.approx(2 / 3)
    assert macro == (1.0, 1.0)


def test_no_error_in_the_sample_is_no_proof_that_there_is_none() -> None:
    hits, none = np.ones((300, 2), np.int64), np.zeros((300, 2), np.int64)
    micro, macro = estimates.bootstrap_f1(hits, none, none, seed=1)
    assert micro == macro == (estimates.f1_interval(300, 0, 0)[0], 1.0)
    assert 0.98 < micro[0] < 0.999
    assert estimates.bootstrap_f1(hits[:90], none[:90], none[:90], seed=1)[0][0] < micro[0]
