"""What a sample proves: published sizes, exact bounds beside scipy and statsmodels, how often a target is missed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binom, hypergeom
from statsmodels.stats.proportion import proportion_confint

from training.quality.proving import (
    CUTS,
    LIKELY,
    learn_then_test,
    likely_cut,
    lower_bound,
    needed_sample,
    plan,
    prospect,
    provable,
)


def test_the_published_sizes_of_an_acceptance_sample() -> None:
    assert [needed_sample(0.95, 0.95, errors) for errors in range(6)] == [59, 93, 124, 153, 181, 208]
    assert [needed_sample(0.90, 0.95, errors) for errors in range(6)] == [29, 46, 61, 76, 89, 103]
    assert needed_sample(0.99, 0.95) == 299


@pytest.mark.parametrize(("right", "n"), [(59, 59), (58, 59), (92, 93), (10, 20), (1, 30), (0, 5)])
def test_the_bound_is_the_lower_half_of_clopper_and_pearson(right: int, n: int) -> None:
    low, _ = proportion_confint(right, n, alpha=0.10, method="beta")
    assert lower_bound(right, n) == pytest.approx(float(low), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data())
def test_the_bound_within_a_population_is_exact(population: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, population))
    right = data.draw(st.integers(1, n))
    bound = lower_bound(right, n, population=population)
    least = round(bound * population)
    assert hypergeom.sf(right - 1, population, least, n) > 0.05  # that many right ones could have shown this
    if least > right:
        assert hypergeom.sf(right - 1, population, least - 1, n) <= 0.05  # fewer could not
    assert bound >= lower_bound(right, n) - 1 / population
    assert lower_bound(population, population, population=population) == 1


@pytest.mark.parametrize("population", [7, 40, 100, 190, 1000])
@pytest.mark.parametrize("errors", [0, 1, 3])
def test_the_needed_sample_is_the_smallest_that_proves(population: int, errors: int) -> None:
    n = needed_sample(0.95, 0.95, errors, population)
    if n < population:
        assert lower_bound(n - errors, n, population=population) >= 0.95
        assert lower_bound(n - 1 - errors, n - 1, population=population) < 0.95
    assert n <= max(population, errors + 1)


def test_a_plan_allows_the_errors_that_are_to_be_expected() -> None:
    told = plan(0.99)
    assert (told.size, told.errors) == (124, 2)
    assert told.chance == pytest.approx(binom.cdf(2, 124, 0.01))
    assert plan(0.9999).size == 59
    assert plan(0.9).chance < 0.01  # it will hardly pass, and the chance says so
    assert plan(0.99, population=30).size <= 30
    unsure = plan(0.99, seen=40)
    assert unsure.chance < plan(0.99).chance
    assert unsure.chance == pytest.approx(betabinom.cdf(unsure.errors, unsure.size, 0.4, 39.6))
    assert plan(0.99, seen=1e9).chance == pytest.approx(told.chance, abs=1e-4)


@pytest.mark.parametrize(
    ("right", "n", "population", "level"), [(3, 2, None, 0.95), (1, 0, None, 0.95), (1, 5, 4, 0.95), (1, 2, None, 1.0)]
)
def test_what_is_no_sample_is_refused(right: int, n: int, population: int | None, level: float) -> None:
    with pytest.raises(ValueError):
        lower_bound(right, n, population=population, level=level)


def test_a_code_that_is_nearly_always_right_gets_a_low_cut() -> None:
    generator = np.random.default_rng(0)
    p = generator.uniform(0.5, 1, 2_000)
    cut = learn_then_test(p, generator.random(2_000) < 0.995)
    assert cut is not None
    assert cut.p <= min(CUTS) + 0.01
    assert cut.n > 1_950
    held = learn_then_test(np.maximum(p, 0.9), np.ones(2_000, bool))
    assert held is not None
    assert held.p == 0.9  # nothing was seen below


def test_too_few_pairs_prove_no_cut() -> None:
    assert learn_then_test(np.full(58, 0.99), np.ones(58, bool)) is None  # so few have one start, with all the risk
    assert learn_then_test(np.full(59, 0.99), np.ones(59, bool)) is not None
    assert learn_then_test(np.empty(0), np.empty(0, bool)) is None


def test_a_guessed_cut_leaves_half_the_errors_allowed() -> None:
    p = np.array([0.999] * 50 + [0.9] * 25)
    cut = likely_cut(p)
    assert cut is not None
    assert p[p >= cut].mean() >= 0.975
    assert likely_cut(np.full(50, 0.9)) is None
    assert likely_cut(np.full(29, 0.99)) is None
    assert likely_cut(np.full(30, 0.99)) == 0.99
    assert likely_cut(np.empty(0)) is None


def precision_at(cut: float, low: float) -> float:
    """Precision of pairs with p uniform on (0.5, 1) at or above a cut, where right has probability low + …·p."""
    return low + (1 - low) * (cut + 1) / 2


def test_the_target_is_missed_at_most_as_often_as_promised() -> None:
    """400 data sets whose precision crosses 95 % within the range of p: the cut misses it in no more than 5 %."""
    generator = np.random.default_rng(7)
    sets, missed, found = 400, 0, 0
    for _ in range(sets):
        p = generator.uniform(0.5, 1, 1_500)
        right = generator.random(1_500) < 0.7 + 0.3 * p
        cut = learn_then_test(p, right)
        found += cut is not None
        missed += cut is not None and precision_at(cut.p, 0.7) < 0.95
    assert found > sets / 2
    assert missed <= binom.ppf(0.999, sets, 0.05)


def test_a_certificate_misses_its_target_at_most_as_often_as_promised() -> None:
    """What is truly 95 % right or less passes the sample of 93 with one error in at most 5 % of draws."""
    generator = np.random.default_rng(8)
    errors = generator.binomial(93, 0.0501, 20_000)
    passed = (errors <= 1).mean()
    assert passed <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 20_000)
    assert passed > 0.03


def test_a_cut_that_hardly_keeps_the_target_gives_way_to_one_that_a_sample_can_prove() -> None:
    generator = np.random.default_rng(4)
    p = np.sort(generator.random(4_000) * 0.5 + 0.5)
    right = generator.random(4_000) < 0.9 + 0.1 * (p - 0.5) * 2  # 90 % right at 0.5, 100 % at 1
    found = learn_then_test(p, right)
    assert found is not None
    at_once = prospect(p, right, p, found.p)
    assert at_once.sample is not None
    assert at_once.sample.chance < LIKELY
    better = provable(p, right, p, found.p)
    assert better.sample is not None
    assert better.cut > found.p
    assert better.sample.chance >= LIKELY
    sure = provable(p, np.ones(4_000, bool), p, 0.6)
    assert sure.cut == pytest.approx(0.6, abs=1e-4)
    assert provable(p, right, np.empty(0), found.p).sample is None
