"""What-if: the logit of statsmodels, true gains covered, nothing charged to a companion, minimum data."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from reports.statistics.least_squares import Floats, Ints
from reports.statistics.limits import Lack, TooFew
from reports.statistics.what_if import WhatIf, multinomial_logit, nps_kinds, what_if


def asked(n: int, seed: int) -> tuple[Ints, np.ndarray]:
    """Return NPS kinds and mentions: 0 a cause, 1 mentioned along with it and harmless, 2 a weaker cause."""
    rng = np.random.default_rng(seed)
    first = rng.random(n) < 0.15
    mentions = np.column_stack([first, np.where(first, rng.random(n) < 0.5, rng.random(n) < 0.08), rng.random(n) < 0.1])
    return draw(mentions, rng), mentions


def chances(mentions: np.ndarray) -> Floats:
    pull = mentions @ np.array([[0.0, 1.0, 1.8], [0.0, 0.0, 0.0], [0.0, 0.5, 0.9]])
    odds = np.exp(np.array([0.3, 0.5, 1.0]) - pull)
    return odds / odds.sum(axis=1, keepdims=True)


def draw(mentions: np.ndarray, rng: np.random.Generator) -> Ints:
    return (rng.random(len(mentions))[:, None] > chances(mentions).cumsum(axis=1)).sum(axis=1)


def true_gain(population: np.ndarray, column: int, rng: np.random.Generator) -> float:
    without = population.copy()
    without[rng.random(len(population)) < 0.5, column] = False
    change = chances(without) - chances(population)
    return float((change @ np.array([-100.0, 0.0, 100.0])).mean())


def test_the_logit_is_that_of_statsmodels() -> None:
    kind, mentions = asked(2000, 1)
    x = sm.add_constant(mentions.astype(float))
    ours, theirs = multinomial_logit(x, kind, 3, ridge=0.0), sm.MNLogit(kind, x).fit(disp=0)
    assert ours.coefficients == pytest.approx(theirs.params.T, abs=1e-6)
    covariance = np.linalg.inv(ours.information)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(theirs.bse.T.ravel(), abs=1e-6)


def test_a_theme_that_no_promoter_mentions_stays_finite() -> None:
    kind, mentions = asked(2000, 1)
    mentions[kind == 2, 0] = False
    found = what_if(kind, mentions, [0])
    assert isinstance(found, list)
    assert isinstance(found[0], WhatIf)
    assert 0 < found[0].gain.low < found[0].gain.high < 20


def test_true_gains_are_found_and_a_companion_gains_nothing() -> None:
    covered = np.zeros(3)
    runs = 60
    gains = []
    population = asked(40_000, 999)[1]
    rng = np.random.default_rng(10_000)
    truths = [true_gain(population, column, rng) for column in range(3)]
    for seed in range(runs):
        kind, mentions = asked(1500, seed)
        told = what_if(kind, mentions, [0, 1, 2])
        assert isinstance(told, list)
        for column, one in enumerate(told):
            assert isinstance(one, WhatIf)
            covered[column] += one.gain.low <= truths[column] <= one.gain.high
        gains.append([one.gain.value for one in told if isinstance(one, WhatIf)])
    assert (covered / runs >= 0.85).all(), covered
    assert abs(float(np.mean(gains, axis=0)[1])) < 0.15


def test_the_interval_is_that_of_a_bootstrap_over_customers() -> None:
    kind, mentions = asked(1200, 4)
    who = np.repeat(np.arange(600), 2)
    kind, mentions = kind[:600][who], mentions[:600][who]
    told = what_if(kind, mentions, [0], customers=who)
    assert isinstance(told, list)
    assert isinstance(told[0], WhatIf)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(150):
        rows = (rng.integers(0, 600, 600)[:, None] * 2 + [0, 1]).ravel()
        again = what_if(kind[rows], mentions[rows], [0])
        assert isinstance(again, list)
        assert isinstance(again[0], WhatIf)
        drawn.append(again[0].gain.value)
    assert told[0].gain.half_width == pytest.approx(1.96 * float(np.std(drawn)), rel=0.25)


def test_a_top_box_is_a_score_of_two_kinds() -> None:
    rng = np.random.default_rng(0)
    mentions = rng.random((4000, 1)) < 0.3
    kind = (rng.random(4000) < np.where(mentions[:, 0], 0.4, 0.8)).astype(np.int64)
    told = what_if(kind, mentions, [0], values=(0.0, 100.0), part=1.0)
    assert isinstance(told, list)
    assert isinstance(told[0], WhatIf)
    difference = kind[~mentions[:, 0]].mean() - kind[mentions[:, 0]].mean()
    assert told[0].gain.value == pytest.approx(100 * mentions.mean() * difference, abs=0.01)
    assert told[0].gain.base == mentions.sum()


def test_too_little_data_is_said_in_figures() -> None:
    kind, mentions = asked(1500, 1)
    assert what_if(kind[:400], mentions[:400], [0]) == TooFew(Lack.ANSWERS, 400, 500)
    assert what_if(np.ones(600, np.int64), mentions[:600], [0]) == TooFew(Lack.KINDS, 1, 2)
    mentions[:, 2] = False
    mentions[:12, 2] = True
    told = what_if(kind, mentions, [2, 0])
    assert isinstance(told, list)
    assert told[0] == TooFew(Lack.MENTIONS, 12, 50)
    assert isinstance(told[1], WhatIf)


def test_scores_become_kinds() -> None:
    assert nps_kinds(np.array([0, 6, 7, 8, 9, 10, np.nan])).tolist() == [0, 0, 1, 1, 2, 2, -1]


def test_waves_with_different_moods_are_held_and_weights_count_as_people() -> None:
    kind, mentions = asked(1500, 1)
    wave = np.repeat([1, 2, 3], 500)
    plain, weighed = what_if(kind, mentions, [0], waves=wave), what_if(
        kind, mentions, [0], waves=wave, weights=np.full(1500, 3.0)
    )  # fmt: skip
    assert isinstance(plain, list)
    assert isinstance(weighed, list)
    assert isinstance(plain[0], WhatIf)
    assert isinstance(weighed[0], WhatIf)
    assert weighed[0].gain.value == pytest.approx(plain[0].gain.value, abs=1e-3)
    assert weighed[0].gain.half_width == pytest.approx(plain[0].gain.half_width, rel=1e-3)
