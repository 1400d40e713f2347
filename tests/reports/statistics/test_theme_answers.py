"""Themes by structured answers, the funnel and the image of brands: oracles of scipy and statsmodels, bases, nulls."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2_contingency, fisher_exact
from statsmodels.stats.proportion import proportion_confint

from reports.statistics.answers import (
    Association,
    ImageCell,
    Method,
    Step,
    brand_image,
    funnel,
    theme_by_answer,
)
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Estimate


def people(*cells: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return mentions (n × 1) and answers from (answer, with the theme, without it)."""
    answer = np.concatenate([np.full(yes + no, kind) for kind, yes, no in cells])
    return np.concatenate([np.arange(yes + no) < yes for _, yes, no in cells])[:, None], answer


def one(found: object) -> Association:
    assert isinstance(found, tuple)
    assert isinstance(found[0], Association)
    return found[0]


def test_chi_squared_is_that_of_scipy_and_names_what_stands_out() -> None:
    found = one(theme_by_answer(*people((1, 30, 170), (2, 60, 140), (7, 20, 180))))
    theirs = chi2_contingency([[30, 60, 20], [170, 140, 180]], correction=False)
    assert found.method is Method.CHI_SQUARED
    assert found.p == pytest.approx(theirs.pvalue)
    assert (found.answer, found.n) == (2, 600)
    assert found.points == pytest.approx(100 * (60 / 200 - 50 / 400))
    phi = theirs.statistic / 600 - 2 / 599
    assert found.effect == pytest.approx(np.sqrt(phi / min(1 - 1 / 599, 2 - 4 / 599)))


def test_rare_themes_of_two_answers_are_tested_exactly() -> None:
    found = one(theme_by_answer(*people((1, 7, 60), (2, 0, 55))))
    assert found.method is Method.FISHER
    assert found.p == pytest.approx(fisher_exact([[7, 0], [60, 55]]).pvalue)


def test_what_cannot_be_tested_is_said() -> None:
    assert theme_by_answer(*people((1, 7, 60), (2, 0, 49))) == TooFew(Lack.ANSWERS, 49, 50)
    assert theme_by_answer(*people((0, 7, 600), (2, 9, 90))) == TooFew(Lack.ANSWERS, 0, 50)
    three = theme_by_answer(*people((1, 3, 60), (2, 1, 60), (3, 0, 60)))
    assert isinstance(three, tuple)
    assert three[0] == TooFew(Lack.MENTIONS, 4, 16)
    never = theme_by_answer(*people((1, 0, 60), (2, 0, 60)))
    assert isinstance(never, tuple)
    assert isinstance(never[0], TooFew)


def test_themes_without_association_are_rarely_named() -> None:
    rng = np.random.default_rng(1)
    named = effects = 0.0
    for _ in range(60):
        found = theme_by_answer(rng.random((600, 10)) < 0.2, rng.integers(0, 4, 600))
        assert isinstance(found, tuple)
        told = [item for item in found if isinstance(item, Association)]
        named += any(item.q <= 0.05 for item in told)
        effects += float(np.mean([item.effect for item in told]))
    assert named / 60 <= 0.12
    assert effects / 60 < 0.04  # the uncorrected V has 0.06 here


def test_the_funnel_counts_who_stayed_and_who_skipped() -> None:
    stages = np.zeros((200, 3), bool)
    stages[:150, 0], stages[:60, 1], stages[:20, 2] = True, True, True
    stages[150:155, 1] = True
    found = funnel(stages)
    assert isinstance(found, tuple)
    assert [step.share.value for step in found] == [0.75, 0.325, 0.1]
    conversion = found[1].conversion
    assert isinstance(conversion, Estimate)
    assert (conversion.value, conversion.base) == (0.4, 150)
    assert (conversion.low, conversion.high) == pytest.approx(proportion_confint(60, 150, method="wilson"))
    assert [step.unexplained for step in found] == [0, 5, 0]
    assert found[0].conversion is None


def test_a_thin_stage_has_no_conversion() -> None:
    stages = np.zeros((100, 2), bool)
    stages[:29] = True
    found = funnel(stages)
    assert isinstance(found, tuple)
    assert found[1] == Step(1, found[1].share, TooFew(Lack.ANSWERS, 29, 30), 0)
    assert funnel(stages[:29]) == TooFew(Lack.ANSWERS, 29, 30)


def image(n: int, seed: int, own: float = 0.0) -> np.ndarray:
    """Return ticks of people who differ in how much they tick; brand 1 has ``own`` more of attribute 2."""
    rng = np.random.default_rng(seed)
    chance = np.outer([0.5, 0.3, 0.4], [0.6, 0.4, 0.3, 0.5])
    chance[1, 2] += own
    return rng.random((n, 3, 4)) < np.clip(chance * rng.uniform(0.2, 1.8, (n, 1, 1)), 0, 1)


def test_what_stands_out_for_a_brand_is_found() -> None:
    found = brand_image(image(800, 1, own=0.12))
    assert isinstance(found, tuple)
    cell = max(found, key=lambda one: one.deviation.value)
    assert isinstance(cell, ImageCell)
    assert (cell.brand, cell.attribute) == (1, 2)
    assert cell.q <= 0.05
    assert cell.share.base == 800
    assert cell.deviation.low > 0
    counts = image(800, 1, own=0.12).sum(axis=0)
    expected = counts[1].sum() * counts[:, 2].sum() / counts.sum()
    assert cell.deviation.value == pytest.approx(100 * (counts[1, 2] - expected) / 800)
    assert sum(one.deviation.value for one in found if one.brand == 1) == pytest.approx(0)


def test_the_error_is_that_of_a_bootstrap_over_people() -> None:
    ticks = image(400, 2)
    found = brand_image(ticks)
    assert isinstance(found, tuple)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(300):
        count = ticks[rng.integers(0, 400, 400)].sum(axis=0)
        drawn.append((count - np.outer(count.sum(axis=1), count.sum(axis=0)) / count.sum()) / 4)
    wide = 1.96 * np.std(drawn, axis=0)
    for cell in found:
        assert cell.deviation.half_width == pytest.approx(wide[cell.brand, cell.attribute], rel=0.2)


def test_brands_alike_rarely_stand_out() -> None:
    named = 0
    for seed in range(60):
        found = brand_image(image(300, seed))
        assert isinstance(found, tuple)
        named += any(cell.q <= 0.05 for cell in found)
    assert named / 60 <= 0.12


def test_only_people_who_know_a_brand_are_its_base() -> None:
    ticks = image(300, 3)
    asked = np.ones((300, 3), bool)
    asked[49:, 2] = False
    asked[100:, 1] = False
    found = brand_image(ticks, asked=asked)
    assert isinstance(found, tuple)
    assert {(cell.brand, cell.share.base) for cell in found} == {(0, 300), (1, 100)}
    assert brand_image(ticks, asked=asked & (np.arange(3) != 1)) == TooFew(Lack.ANSWERS, 49, 50)
    assert brand_image(ticks & (np.arange(4) == 0)) == TooFew(Lack.KINDS, 1, 2)
    assert brand_image(ticks[:, :1]) == TooFew(Lack.ANSWERS, 0, 50)


def test_the_limits_of_the_definitions_say_what_is_shown_and_tested() -> None:
    stages = np.zeros((40, 2), bool)
    stages[:15] = True
    assert funnel(stages, limits=Limits(shown=41)) == TooFew(Lack.ANSWERS, 40, 41)
    few, enough = funnel(stages), funnel(stages, limits=Limits(shown=15))
    assert isinstance(few, tuple) and few[1].conversion == TooFew(Lack.ANSWERS, 15, 30)
    assert isinstance(enough, tuple) and isinstance(enough[1].conversion, Estimate)
    answers = people((1, 7, 60), (2, 0, 49))
    assert isinstance(theme_by_answer(*answers, limits=Limits(tested=49)), tuple)
    assert theme_by_answer(*answers, limits=Limits(tested=61)) == TooFew(Lack.ANSWERS, 49, 61)
    assert brand_image(image(60, 1), limits=Limits(tested=61)) == TooFew(Lack.ANSWERS, 60, 61)
