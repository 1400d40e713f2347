from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from reports.statistics.shares import (
    AuditStratum,
    BaseSize,
    Limits,
    Source,
    clustered_share,
    corrected_share,
    enough_to_correct,
    people_by_code,
    people_by_code_and_column,
    share,
)


@pytest.mark.parametrize(("count", "base"), [(0, 30), (1, 30), (278, 2420), (2420, 2420)])
def test_a_share_has_wilson_interval_of_statsmodels(count: int, base: int) -> None:
    found = share(count, base)
    low, high = proportion_confint(count, base, method="wilson")
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)
    assert found.value == count / base


def test_a_share_of_nobody_says_nothing() -> None:
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)


def test_one_row_a_customer_is_an_ordinary_share() -> None:
    hits = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0] * 20
    clustered, plain = clustered_share(hits, [1] * len(hits)), share(sum(hits), len(hits))
    assert clustered.low == pytest.approx(plain.low)
    assert clustered.high == pytest.approx(plain.high)


def test_repeating_each_customers_row_does_not_narrow_the_interval() -> None:
    hits = [1, 0, 0, 1, 0, 0, 0, 1, 0, 0] * 20
    once, five_times = clustered_share(hits, [1] * 200), clustered_share([5 * h for h in hits], [5] * 200)
    assert five_times.value == once.value
    assert five_times.half_width == pytest.approx(once.half_width, rel=1e-9)


def test_clustered_intervals_cover_where_rows_do_not() -> None:
    """Customers with up to nine rows of one opinion: row-based intervals are far too short."""
    rng = np.random.default_rng(7)
    covered = {"rows": 0, "customers": 0}
    runs = 400
    for _ in range(runs):
        rows = rng.integers(1, 10, size=150)
        hits = rows * (rng.random(150) < 0.2)
        clustered, plain = clustered_share(hits.tolist(), rows.tolist()), share(int(hits.sum()), int(rows.sum()))
        covered["customers"] += clustered.low <= 0.2 <= clustered.high
        covered["rows"] += plain.low <= 0.2 <= plain.high
    assert covered["customers"] / runs > 0.92
    assert covered["rows"] / runs < 0.75


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from([11, 12, 21, 22])), max_size=60))
def test_a_net_counts_its_people_once(mentions: list[tuple[int, int]]) -> None:
    parents: dict[int, int | None] = {10: None, 11: 10, 12: 10, 20: None, 21: 20, 22: 20}
    people = np.array([p for p, _ in mentions], dtype=np.int64)
    codes = np.array([c for _, c in mentions], dtype=np.int64)
    counts = people_by_code(people, codes, parents)
    for net in (10, 20):
        members = {code for code, above in parents.items() if above == net}
        assert counts[net] == len({p for p, c in mentions if c in members})
        assert max(counts[c] for c in members) <= counts[net] <= sum(counts[c] for c in members)


def test_three_levels_and_a_loop_of_nets() -> None:
    people, codes = np.array([1, 2, 2]), np.array([111, 112, 121])
    deep = {100: None, 110: 100, 111: 110, 112: 110, 120: 100, 121: 120}
    assert people_by_code(people, codes, deep) == {100: 2, 110: 2, 111: 1, 112: 1, 120: 1, 121: 1}
    with pytest.raises(ValueError, match="loop"):
        people_by_code(people, codes, {1: 2, 2: 1})


def test_counts_by_column_and_unknown_codes() -> None:
    people, codes = np.array([1, 1, 2, 3, 4]), np.array([11, 12, 11, 12, 99])
    parents: dict[int, int | None] = {10: None, 11: 10, 12: 10, 13: 10}
    assert people_by_code(people, codes, parents) == {10: 3, 11: 2, 12: 2, 13: 0}
    counted = people_by_code_and_column(people, codes, np.array([0, 0, 1, -1, 0]), parents, width=3)
    assert counted == {10: (1, 1, 0), 11: (1, 1, 0), 12: (1, 0, 0), 13: (0, 0, 0)}
    assert people_by_code(people, codes, {}) == {}


def _coverage(true: float, recall: float, false_alarms: float, audited: int, runs: int = 300) -> tuple[float, float]:
    """Return how often the machine's share and the corrected one cover the true share of 20,000 rows."""
    rng = np.random.default_rng(11)
    n = 20_000
    plain = corrected = 0
    for run in range(runs):
        truth = rng.random(n) < true
        machine = np.where(truth, rng.random(n) < recall, rng.random(n) < false_alarms)
        strata = []
        for verdict, part in ((True, 0.4), (False, 0.6)):
            rows = np.flatnonzero(machine == verdict)
            drawn = rng.choice(rows, size=round(audited * part), replace=False)
            strata.append(AuditStratum(rows.size, drawn.size, int(truth[drawn].sum()), verdict))
        found = corrected_share(strata, seed=run)
        counted = share(int(machine.sum()), n)
        corrected += found.low <= truth.mean() <= found.high
        plain += counted.low <= truth.mean() <= counted.high
    return plain / runs, corrected / runs


def test_the_corrected_share_covers_where_the_machine_count_never_does() -> None:
    plain, corrected = _coverage(0.05, 0.8, 0.03, 400)
    assert plain < 0.05
    assert 0.91 <= corrected <= 0.99


def test_read_rows_are_known_and_a_census_has_no_width() -> None:
    found = corrected_share([AuditStratum(40, 40, 10, True), AuditStratum(60, 60, 5, False)])
    assert (found.value, found.low, found.high) == (0.15, 0.15, 0.15)
    assert found.source is Source.CORRECTED


def test_the_corrected_share_is_the_same_twice_and_needs_both_verdicts() -> None:
    strata = [AuditStratum(1000, 120, 100, True), AuditStratum(9000, 200, 4, False)]
    assert corrected_share(strata, seed=3) == corrected_share(strata, seed=3)
    assert corrected_share(strata).value == pytest.approx((1000 * 100 / 120 + 9000 * 4 / 200) / 10_000)
    assert enough_to_correct(strata)
    assert not enough_to_correct([AuditStratum(1000, 29, 20, True), strata[1]])
    assert enough_to_correct([AuditStratum(12, 12, 9, True), strata[1]])
    with pytest.raises(ValueError, match="without audited"):
        corrected_share([AuditStratum(10, 0, 0, True), strata[1]])


def test_low_bases_are_hidden_then_starred() -> None:
    limits = Limits()
    assert [limits.of(n) for n in (0, 29, 30, 99, 100)] == [
        BaseSize.HIDDEN,
        BaseSize.HIDDEN,
        BaseSize.STARRED,
        BaseSize.STARRED,
        BaseSize.FULL,
    ]


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        share(5, 4)
    with pytest.raises(ValueError, match="customer"):
        clustered_share([2], [1])
    with pytest.raises(ValueError, match="stratum"):
        AuditStratum(3, 4, 1)
    assert math.isclose(clustered_share([0, 0], [3, 4]).high, share(0, 2).high)
