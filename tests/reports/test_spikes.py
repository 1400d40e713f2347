from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import polygamma

from reports.statistics.limits import Lack, TooFew
from reports.statistics.spikes import Rules, Scan, _trigamma_inverse, scan, squeeze


def _counts(
    seed: int, slices: int = 30, codes: int = 40, weeks: int = 9, noise: float = 0.05
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    answers = np.repeat(np.geomspace(2000, 12_000, slices).astype(np.int64)[:, None], weeks, axis=1)
    swing = rng.gamma(1 / noise**2, noise**2, (slices, codes, weeks))
    rate = np.geomspace(0.006, 0.08, codes)[None, :, None] * swing
    return rng.binomial(answers[:, None, :], rate), answers


def _scan(counts: NDArray[np.int64], answers: NDArray[np.int64], **more: object) -> Scan:
    found = scan(counts, answers, **more)  # type: ignore[arg-type]
    assert isinstance(found, Scan)
    return found


def test_squeezing_finds_the_prior_the_variances_came_from() -> None:
    rng = np.random.default_rng(1)
    d0, s0 = 10.0, 1.7
    variances = d0 * s0 / rng.chisquare(d0, 40_000) * rng.chisquare(7, 40_000) / 7
    found = squeeze(variances, 7)
    assert found == (pytest.approx(d0, rel=0.1), pytest.approx(s0, rel=0.03))
    alike = squeeze(1.3 * rng.chisquare(7, 3000) / 7, 7)
    assert alike[0] > 100
    assert alike[1] == pytest.approx(1.3, rel=0.05)
    assert math.isinf(squeeze(np.full(5, 2.0), 7)[0])
    with pytest.raises(ValueError, match="two variances"):
        squeeze(np.ones(1), 7)


@pytest.mark.parametrize("value", [1e-8, 1e-3, 0.1, 1.0, 30.0, 1e9])
def test_the_inverse_of_trigamma(value: float) -> None:
    assert float(polygamma(1, _trigamma_inverse(value))) == pytest.approx(value, rel=1e-4)


def test_a_planted_spike_is_the_surest_alarm() -> None:
    counts, answers = _counts(3)
    counts[29, 0, 8] = round(counts[29, 0, :8].mean() * 2.5)
    found = _scan(counts, answers)
    assert len(found.episodes) <= 2
    assert (found.episodes[0].lead.slice, found.episodes[0].code, found.episodes[0].first_week) == (29, 0, 8)
    lead = found.episodes[0].lead
    assert lead.lift == pytest.approx(lead.seen / counts[29, 0, :8].mean())
    assert lead.q <= 0.05
    assert found.tests == int((counts[:, :, :8].sum(axis=2) >= 40).sum())
    assert found.expected_false == pytest.approx(0.05 * found.alarms)
    assert found.by_chance == pytest.approx(0.05 * found.tests)


def test_quiet_weeks_stay_quiet() -> None:
    alarms = [_scan(*_counts(seed)).alarms for seed in range(20)]
    assert sum(a > 0 for a in alarms) <= 3


def test_a_week_with_more_answers_is_no_spike() -> None:
    counts, answers = _counts(4)
    rng = np.random.default_rng(0)
    answers[:, 8] *= 3
    rate = counts[:, :, :8].sum(axis=2) / answers[:, :8].sum(axis=1)[:, None]
    counts[:, :, 8] = rng.binomial(answers[:, None, 8], rate)
    assert _scan(counts, answers).alarms == 0


def test_one_event_in_several_slices_and_weeks_is_one_episode() -> None:
    counts, answers = _counts(5, weeks=16)
    for place, weeks in ((29, (8,)), (28, (9,)), (26, (10,)), (27, (15,))):
        for week in weeks:
            counts[place, 0, week] = counts[place, 0, :8].mean() * 4
    found = _scan(counts, answers, weeks=(8, 9, 10, 15))
    events = [e for e in found.episodes if e.code == 0]
    assert sorted((e.first_week, e.last_week) for e in events) == [(8, 10), (15, 15)]
    first = next(e for e in events if e.first_week == 8)
    assert {first.lead.slice, *first.parents} == {26, 28, 29}
    assert first.lead.q == min(one.q for one in first.alarms)
    apart = _scan(counts, answers, weeks=(8, 9, 10, 15), overlap=lambda one, other: False)
    assert len([e for e in apart.episodes if e.code == 0]) == 4


def test_few_mentions_a_gap_and_a_short_history() -> None:
    counts, answers = _counts(6, slices=2, codes=3)
    small = np.minimum(counts, 4)
    small[:, :, 8] = 100
    nothing = _scan(small, answers)
    assert (nothing.tests, nothing.episodes, nothing.expected_false) == (0, (), 0)
    gap, closed = counts.copy(), answers.copy()
    gap[0, :, 3] = closed[0, 3] = 0
    assert _scan(gap, closed).tests == 3
    assert scan(counts[:, :, :8], answers[:, :8]) == TooFew(Lack.PERIODS, 8, 9)
    assert _scan(counts, answers, rules=Rules(mentions=10**9)).tests == 0
    with pytest.raises(ValueError, match="answers"):
        scan(counts, answers // 1000)
    with pytest.raises(ValueError, match="baseline"):
        scan(counts, answers, weeks=(3,))
