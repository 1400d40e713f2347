from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from reports.statistics.csat import difference, interval_difference, mean_score, top_box
from reports.statistics.nps import Votes, nps, nps_change, votes
from reports.statistics.shares import Share, Source, share


def test_votes_are_cut_at_six_and_nine() -> None:
    assert votes([(score, 1) for score in range(11)]) == Votes(promoters=2, passives=2, detractors=7)
    with pytest.raises(ValueError, match="0 to 10"):
        votes([(11, 1)])


def test_nps_of_a_worked_example() -> None:
    """200 answers, 90 promoters and 40 detractors: 25 points; p̃ − d̃ = 50/203, Ṽ = 131.5/203 − (50/203)²."""
    found = nps(Votes(90, 70, 40))
    assert found is not None
    centre = 50 / 203
    reach = 1.959964 * ((131.5 / 203 - centre**2) / 203) ** 0.5
    assert found.value == 25
    assert found.low == pytest.approx(100 * (centre - reach), abs=1e-3)
    assert found.high == pytest.approx(100 * (centre + reach), abs=1e-3)


def test_the_adjusted_interval_covers_small_lopsided_samples() -> None:
    rng = np.random.default_rng(5)
    truth = (0.85, 0.12, 0.03)
    draws = rng.multinomial(20, truth, size=4_000)
    found = [nps(Votes(*map(int, draw))) for draw in draws]
    covered = [item is not None and item.low <= 82 <= item.high for item in found]
    assert 0.93 < np.mean(covered) < 0.99


def test_extremes_stay_inside_the_scale() -> None:
    found = nps(Votes(40, 0, 0))
    assert found is not None
    assert found.value == found.high == 100
    assert found.low < 100
    assert nps(Votes(0, 0, 0)) is None


def test_a_change_of_nps_is_found_when_it_is_there() -> None:
    moved = nps_change(Votes(1000, 800, 700), Votes(1300, 700, 500))
    assert moved.value == pytest.approx(20)
    assert moved.low < 20 < moved.high
    assert moved.p < 1e-6
    assert nps_change(Votes(10, 8, 7), Votes(11, 8, 6)).p > 0.3
    assert nps_change(Votes(30, 0, 0), Votes(30, 0, 0)).p == 1


def test_top_box_counts_the_good_end() -> None:
    answers = [(1, 10), (2, 20), (3, 30), (4, 40), (5, 50)]
    assert top_box(answers, 4).count == 90
    assert top_box(answers, 2, good_is_high=False).count == 30


def test_the_difference_of_shares_is_newcombes() -> None:
    moved = difference(share(58, 790), share(31, 800))
    low, high = confint_proportions_2indep(31, 800, 58, 790, method="newcomb", compare="diff")
    assert (moved.low, moved.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert moved.p == pytest.approx(proportions_ztest([31, 58], [800, 790])[1])


def test_interval_difference_of_counted_shares_is_newcombes() -> None:
    moved = interval_difference(share(58, 790), share(31, 800))
    expected = difference(share(58, 790), share(31, 800))
    assert (moved.low, moved.high) == (pytest.approx(expected.low), pytest.approx(expected.high))
    assert (moved.p < 0.05) == (not moved.low <= 0 <= moved.high)


def test_interval_difference_takes_corrected_shares() -> None:
    before = Share(1000, 10_000, 0.098, 0.08, 0.12, Source.CORRECTED)
    moved = interval_difference(before, before)
    assert moved.value == 0
    assert moved.low < 0 < moved.high


def test_mean_has_students_interval() -> None:
    values = [1.0] * 3 + [2.0] * 5 + [4.5] * 9
    found = mean_score([(1, 3), (2, 5), (4.5, 9)])
    assert found is not None
    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert mean_score([(3, 1)]) is None
