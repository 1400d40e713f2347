from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Change, Estimate, Votes, nps
from reports.statistics.scores import (
    Benchmark,
    Movement,
    closed,
    mean,
    mean_change,
    movement,
    net_promoters,
    nps_points,
    paired_change,
    paired_share_change,
    relative_index,
    top_boxes,
    top_share,
)
from reports.statistics.shares import share


def _got(found: Estimate | TooFew) -> Estimate:
    assert isinstance(found, Estimate)
    return found


def _moved(found: Change | TooFew) -> Change:
    assert isinstance(found, Change)
    return found


SCORES = np.array([1.0, 2, 2, 3, 4, 5, 5, 6, 7, 7] * 6)


def test_a_mean_has_students_interval() -> None:
    found = _got(mean(SCORES))
    low, high = stats.t.interval(0.95, SCORES.size - 1, SCORES.mean(), stats.sem(SCORES))
    assert (found.low, found.high, found.base) == (pytest.approx(low), pytest.approx(high), 60)
    assert mean(SCORES[:29]) == TooFew(Lack.ANSWERS, 29, 30)
    assert _got(mean(SCORES, np.full(60, 2.5))).low == pytest.approx(low)


def test_unequal_weights_widen() -> None:
    weights = np.tile([0.4, 1.0, 3.0], 20)
    found = _got(mean(SCORES, weights))
    assert found.value == pytest.approx(DescrStatsW(SCORES, weights).mean)
    assert found.half_width > _got(mean(SCORES)).half_width


def test_a_closed_group_asked_whole_has_no_width() -> None:
    eighteen = SCORES[:18]
    assert _got(mean(eighteen, population=18)).half_width == 0
    half = _got(mean(eighteen, population=36))
    assert half.half_width == pytest.approx(_got(mean(eighteen, limits=Limits(2))).half_width * (18 / 35) ** 0.5)
    assert _got(top_share(top_boxes(eighteen, 6), population=18)).half_width == 0
    whole = _got(net_promoters(SCORES[:18], population=18))
    assert whole.low == whole.high == whole.value
    assert closed(1, None) == 1
    with pytest.raises(ValueError, match="more answers"):
        mean(eighteen, population=17)


def test_plain_arrays_give_the_figures_of_plain_counts() -> None:
    scores = np.array([10.0] * 90 + [8] * 70 + [3] * 40)
    assert _got(net_promoters(scores)).low == pytest.approx(nps(Votes(90, 70, 40)).low)  # type: ignore[union-attr]
    assert _got(net_promoters(scores)).value == 25
    hits = top_boxes(scores, 8)
    assert _got(top_share(hits)).high == pytest.approx(share(160, 200).high)
    assert top_boxes(np.array([1.0, 2, 3]), 2, good_is_high=False).tolist() == [1, 1, 0]
    assert net_promoters(scores[:5]) == TooFew(Lack.ANSWERS, 5, 30)
    with pytest.raises(ValueError, match="0 to 10"):
        nps_points(np.array([11.0]))


def test_a_change_of_means_is_welchs() -> None:
    rng = np.random.default_rng(1)
    before, after = rng.normal(5, 1, 80), rng.normal(5.4, 2, 50)
    found = _moved(mean_change(before, after))
    told = stats.ttest_ind(after, before, equal_var=False)
    low, high = CompareMeans(DescrStatsW(after), DescrStatsW(before)).tconfint_diff(usevar="unequal")
    assert (found.p, found.low, found.high) == (pytest.approx(told.pvalue), pytest.approx(low), pytest.approx(high))
    assert mean_change(before, after[:20]) == TooFew(Lack.ANSWERS, 20, 30)
    same = _moved(mean_change(np.ones(30), np.ones(30)))
    assert (same.value, same.p) == (0, 1)


def test_the_same_people_twice_are_paired() -> None:
    rng = np.random.default_rng(2)
    before = rng.integers(0, 11, 60).astype(np.float64)
    after = np.clip(before + rng.integers(-1, 3, 60), 0, 10).astype(np.float64)
    found = _moved(paired_change(nps_points(before), nps_points(after)))
    told = stats.ttest_rel(nps_points(after), nps_points(before))
    interval = told.confidence_interval()
    assert (found.p, found.low, found.high) == (
        pytest.approx(told.pvalue), pytest.approx(interval.low), pytest.approx(interval.high),
    )  # fmt: skip
    assert paired_change(before[:9], after[:9]) == TooFew(Lack.PAIRS, 9, 30)
    assert _moved(paired_change(before, before)).p == 1
    with pytest.raises(ValueError, match="both answers"):
        paired_change(before, after[:-1])


def test_a_paired_share_has_mcnemars_test() -> None:
    """Agresti and Min 2005, prime minister's approval: 794 of 1600 and 86 up, 150 down; −4 points (−5.9 to −2.1)."""
    before = np.repeat([1.0, 1.0, 0.0, 0.0], [794, 150, 86, 570])
    after = np.repeat([1.0, 0.0, 1.0, 0.0], [794, 150, 86, 570])
    found = _moved(paired_share_change(before, after))
    assert found.p == pytest.approx(mcnemar([[794, 150], [86, 570]], exact=True).pvalue)
    assert (found.value, found.low, found.high) == (
        pytest.approx(-0.04), pytest.approx(-0.0587, abs=3e-4), pytest.approx(-0.0213, abs=3e-4),
    )  # fmt: skip
    assert _moved(paired_share_change(before, before)).p == 1
    assert paired_share_change(before[:3], after[:3]) == TooFew(Lack.PAIRS, 3, 30)


def test_low_effort_is_good() -> None:
    down = Change(-0.4, -0.6, -0.2, 0.001)
    assert movement(down, 0.1) is Movement.WORSE
    assert movement(down, 0.1, good_is_high=False) is Movement.BETTER
    assert movement(Change(0.0, -0.05, 0.05, 0.9), 0.1) is Movement.UNCHANGED
    assert movement(Change(0.1, -0.2, 0.4, 0.5), 0.1) is Movement.UNSURE


def test_an_index_needs_a_benchmark_with_answers_and_a_date() -> None:
    ours = Estimate(4.2, 4.1, 4.3, 400)
    found = _got(relative_index(ours, Benchmark(4.0, 0.02, 1000, "2026-05")))
    assert found.value == pytest.approx(105)
    # Delta method, which Fieller's interval meets for a sure benchmark.
    error = 1.05 * ((0.1 / 1.96 / 4.2) ** 2 + (0.02 / 4) ** 2) ** 0.5
    assert found.half_width == pytest.approx(196 * error, rel=0.01)
    assert relative_index(ours, Benchmark(4.0, 0.02, 12, "2026-05")) == TooFew(Lack.BENCHMARK, 12, 30)
    rough = relative_index(ours, Benchmark(4.0, 3.0, 40, "2026-05"))
    assert isinstance(rough, TooFew)
    assert rough.more > 0
    for wrong in (Benchmark(-3.0, 0.1, 100, "2026-05"), Benchmark(4.0, 0.1, 100, "")):
        with pytest.raises(ValueError, match=r"benchmark|index"):
            relative_index(ours, wrong)
