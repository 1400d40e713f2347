from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from reports.statistics.limits import BaseSize, Lack, Limits, TooFew
from reports.statistics.shares import (
    Base,
    Share,
    clustered_share,
    effective_number,
    first_mentions,
    mention_shares,
    people_by_code,
    people_by_code_and_column,
    share,
    shares_of_mentions,
    weighted_share,
    with_nets,
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
    assert math.isclose(clustered_share([0, 0], [3, 4]).high, share(0, 2).high)


def test_weights_and_clusters_agree_with_the_clustered_ratio() -> None:
    hits, rows = [2, 0, 1, 3, 0, 1] * 20, [2, 3, 1, 4, 5, 2] * 20
    who = np.repeat(np.arange(120), rows)
    marks = np.concatenate([np.arange(m) < x for x, m in zip(hits, rows, strict=True)])
    plain, one_by_one = clustered_share(hits, rows), weighted_share(marks, people=who)
    assert one_by_one.value == pytest.approx(plain.value)
    assert one_by_one.low >= plain.low - 1e-9
    assert weighted_share(marks).low == pytest.approx(share(int(marks.sum()), marks.size).low)


def test_weighted_shares_have_the_design_based_error_of_statsmodels() -> None:
    """A share is a weighted mean: its linearised error is the cluster-robust one of a regression on a constant."""
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    who = rng.integers(0, 150, 600)
    hits, weights = rng.random(600) < 0.3, rng.choice([0.5, 1.0, 2.5], 600)
    found = weighted_share(hits, weights, people=who)
    fit = sm.WLS(hits * 1.0, np.ones(600), weights=weights).fit(
        cov_type="cluster", cov_kwds={"groups": who, "use_correction": False}
    )
    assert found.value == pytest.approx(fit.params[0])
    assert found.half_width == pytest.approx(1.96 * fit.bse[0], rel=0.02)


def test_effective_number_is_kishs() -> None:
    assert effective_number(np.ones(40)) == pytest.approx(40)
    assert effective_number(np.array([1.0, 3.0])) == pytest.approx(16 / 10)
    assert effective_number(np.zeros(3)) == 0


def test_three_bases_and_small_ones() -> None:
    above = np.array([-1, 0, 0])
    table = np.zeros((200, 3), np.bool_)
    table[:40, 1] = table[20:60, 2] = True
    whole = with_nets(table, above)
    said = np.arange(200) < 100
    by_base = {base: mention_shares(whole, base=base, above=above, commented=said) for base in Base}
    figures = {base: [(s.count, s.base) for s in told if isinstance(s, Share)] for base, told in by_base.items()}
    assert figures == {
        Base.ALL: [(60, 200), (40, 200), (40, 200)],
        Base.COMMENTED: [(60, 100), (40, 100), (40, 100)],
        Base.PARENT: [(60, 100), (40, 60), (40, 60)],
    }
    few = mention_shares(whole, base=Base.PARENT, above=above, limits=Limits(shown=61))
    assert few[1] == TooFew(Lack.ANSWERS, 60, 61)
    assert few[1].more == 1
    with pytest.raises(ValueError, match="loop"):
        with_nets(table[:, :2], np.array([1, 0]))


def test_shares_of_mentions_sum_to_one() -> None:
    assert shares_of_mentions(np.array([3, 1, 0])).tolist() == [0.75, 0.25, 0]
    assert shares_of_mentions(np.array([0, 0])).tolist() == [0, 0]


def test_first_mentions_need_an_order_only_where_there_are_several_codes() -> None:
    mentions = [  # person, row, code, order
        (1, 5, 0, 2), (1, 5, 1, 1), (1, 9, 2, 1),  # first row, second code
        (2, 3, 2, 0),  # a single code needs no order
        (3, 4, 0, 0), (3, 4, 1, 0),  # nobody knows
        (4, 6, 1, 0), (4, 6, 1, 1),  # the same code twice
        (5, 7, 0, 0), (5, 7, 1, 1),  # one of two unknown
    ]  # fmt: skip
    people, rows, codes, order = np.array(mentions).T
    found = first_mentions(people, rows, codes, order, width=3)
    assert (found.counts, found.base, found.unknown) == ((0, 2, 1), 3, 2)
    assert found.without_order == pytest.approx(0.4)
    nobody = first_mentions(*[np.zeros(0, np.int64)] * 4, width=2)
    assert (nobody.counts, nobody.without_order) == ((0, 0), 0)
