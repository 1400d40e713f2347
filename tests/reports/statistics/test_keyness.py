"""Key words: the formula written out, the log odds ratio where the prior is weak, few false words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table2x2

from reports.statistics.keyness import key_words, log_odds
from reports.statistics.limits import Lack, TooFew


def test_the_formula_written_out() -> None:
    """Three words used by 10, 30, 60 answers inside and 40, 30, 130 outside; α₀ = 100."""
    delta, z = log_odds(np.array([10.0, 30.0, 60.0]), np.array([40.0, 30.0, 130.0]), prior=100)
    alpha = 100 * 50 / 300
    a, b = 10 + alpha, 40 + alpha
    expected = math.log(a / (100 + 100 - a)) - math.log(b / (200 + 100 - b))
    assert delta[0] == pytest.approx(expected)
    assert z[0] == pytest.approx(expected / math.sqrt(1 / a + 1 / b))
    assert z[1] > 0 > z[0]


def test_without_a_prior_it_is_the_log_odds_ratio() -> None:
    delta, _ = log_odds(np.array([12.0, 988.0]), np.array([5.0, 1995.0]), prior=0.0)
    assert delta[0] == pytest.approx(Table2x2([[12, 988], [5, 1995]]).log_oddsratio)


def test_a_prior_pulls_rare_words_in() -> None:
    a, b = np.array([3.0, 300.0, 697.0]), np.array([0.0, 100.0, 900.0])
    _, strong = log_odds(a, b)
    assert strong[1] > strong[0] > 0
    assert log_odds(np.zeros(2), np.zeros(2))[1].tolist() == [0.0, 0.0]
    assert log_odds(np.array([5.0]), np.array([3.0]))[1].tolist() == [0.0]  # a word that is all there is


def test_key_words_are_the_groups_own() -> None:
    common = {f"w{n}": 100 for n in range(50)}
    inside = {**common, "顿挫": 60, "rare": 4}
    outside = {**{word: 2 * count for word, count in common.items()}, "顿挫": 5}
    found = key_words(inside, outside, (400, 800))
    assert isinstance(found, tuple)
    assert [(one.word, one.inside, one.outside) for one in found] == [("顿挫", 60, 5)]
    assert found[0].z >= 3
    assert key_words(inside, outside, (29, 800)) == TooFew(Lack.ANSWERS, 29, 30)
    assert key_words({}, {}, (30, 30)) == ()


def test_like_groups_have_few_key_words() -> None:
    rng = np.random.default_rng(2)
    share = 0.5 / np.arange(1, 201)
    false = 0
    for _ in range(30):
        a, b = (rng.binomial(n, share) for n in (400, 1200))
        words = [f"w{n}" for n in range(200)]
        found = key_words(
            dict(zip(words, a.tolist(), strict=True)), dict(zip(words, b.tolist(), strict=True)), (400, 1200)
        )
        assert isinstance(found, tuple)
        false += len(found)
    assert false / (30 * 200) < 0.00135  # one-sided level of z = 3


def test_at_most_eight() -> None:
    inside = {f"own{n}": 90 + n for n in range(12)}
    found = key_words({**inside, "all": 400}, {"all": 400}, (400, 400))
    assert isinstance(found, tuple)
    assert len(found) == 8
    assert found[0].word == "own11"
