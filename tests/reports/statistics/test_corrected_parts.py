"""Shares of parts corrected by one audit: against the whole's own method, and where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reports.definitions.terms import Letters
from reports.statistics.corrected import corrected_shares, tally
from reports.statistics.corrected_parts import (
    Errors,
    PartCounts,
    difference,
    equal,
    equal_pairs,
    erring_alike,
    errors,
    part_shares,
    stretches,
)
from reports.statistics.crosstab import corrected_cross_table
from reports.statistics.limits import Lack, TooFew

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
TOP = np.array([-1, -1], np.int64)


def _world(rng: np.random.Generator, share: Floats, found: Floats, wrong: Floats, size: int) -> tuple[Marks, ...]:
    """Return part, truth and machine of ``size`` units a part; rates are (parts × codes)."""
    part = np.repeat(np.arange(len(share)), size)
    truth = rng.random((part.size, share.shape[1])) < share[part]
    machine = np.where(truth, rng.random(truth.shape) < found[part], rng.random(truth.shape) < wrong[part])
    return part, truth, machine


def _counts(machine: Marks, truth: Marks, part: Ints, rows: Ints, width: int) -> PartCounts:
    read = np.zeros(len(part), np.bool_)
    read[rows] = True
    inside = np.stack([part == place for place in range(width)], axis=1)

    def sums(table: Marks, marks: Marks) -> Floats:
        return table[marks].T.astype(np.float64) @ inside[marks].astype(np.float64)

    nothing = np.zeros((machine.shape[1], width))
    return PartCounts(
        sums(machine, ~read), inside[~read].sum(axis=0).astype(np.float64), sums(truth, read),
        inside[read].sum(axis=0).astype(np.float64), nothing, np.zeros(width),
    )  # fmt: skip


def _errors(machine: Marks, truth: Marks, rows: Ints) -> Errors:
    found = errors(
        tally(machine[rows], truth[rows]), machine.sum(axis=0), size=len(machine), above=TOP[: machine.shape[1]]
    )
    assert isinstance(found, Errors)
    return found


def test_the_only_part_has_the_interval_of_the_whole() -> None:
    rng = np.random.default_rng(3)
    share = np.array([[0.15, 0.06]])
    part, truth, machine = _world(rng, share, np.array([[0.75, 0.6]]), np.array([[0.05, 0.02]]), 8000)
    rows = rng.choice(8000, 600, replace=False)
    whole = corrected_shares(tally(machine[rows], truth[rows]), machine.sum(axis=0), size=8000, above=TOP)
    assert not isinstance(whole, TooFew)
    drawn = part_shares(_errors(machine, truth, rows), _counts(machine, truth, part, rows, 1), spread=0.0)[:, :, 0]
    for column, one in enumerate(whole):
        low, high = np.quantile(drawn[:, column], (0.025, 0.975))
        assert drawn[:, column].mean() == pytest.approx(one.share.value, abs=0.006)
        # What the audit says enters twice, by the rates and by its own units: at most a fifth narrower.
        assert 0.78 < (high - low) / (2 * one.share.half_width) < 1.1


def test_intervals_cover_parts_that_differ_where_counts_and_a_common_precision_do_not() -> None:
    share = np.array([[0.05, 0.20], [0.10, 0.10], [0.20, 0.05], [0.10, 0.02]])
    found, wrong = np.tile([0.7, 0.55], (4, 1)), np.tile([0.02, 0.01], (4, 1))
    covered, plain, constant = [], [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        part, truth, machine = _world(rng, share, found, wrong, 1500)
        rows = rng.choice(part.size, 400, replace=False)
        drawn = part_shares(_errors(machine, truth, rows), _counts(machine, truth, part, rows, 4))
        low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
        counted = np.stack([machine[part == place].mean(axis=0) for place in range(4)], axis=1)
        right = truth[rows].sum(axis=0) / machine[rows].sum(axis=0)
        covered.append((low <= share.T) & (high >= share.T))
        plain.append(np.abs(counted - share.T) - np.abs(drawn.mean(axis=0) - share.T))
        constant.append(np.abs(counted * right[:, None] - share.T) - np.abs(drawn.mean(axis=0) - share.T))
    assert 0.93 < np.mean(covered) <= 1
    assert np.mean(plain) > 0.01
    assert np.mean(constant) > 0


def test_equal_parts_are_seldom_called_different_even_where_people_coded_one_of_them() -> None:
    """A count would say that a part coded by people has more of a code that the machine mostly misses."""
    false, by_count = 0, 0
    runs = 60
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        part, truth, machine = _world(rng, np.full((2, 1), 0.12), np.full((2, 1), 0.5), np.full((2, 1), 0.01), 900)
        rows = np.sort(rng.choice(np.flatnonzero(part == 0), 300, replace=False))
        told = _counts(machine, truth, part, rows, 2)
        known = truth[part == 1].sum(axis=0)
        counts = PartCounts(
            np.c_[told.positive[:, :1], [0.0]], np.array([told.size[0], 0.0]), np.c_[told.read_true[:, :1], [0.0]],
            np.array([told.read[0], 0.0]), np.c_[[0.0], known], np.array([0.0, 900.0]),
        )  # fmt: skip
        drawn = part_shares(_errors(machine, truth, rows), counts)
        false += equal(drawn[:, :, 0], drawn[:, :, 1])[0] < 0.05
        one, other = (counts.positive + counts.read_true)[0, 0] / 900, known[0] / 900
        by_count += abs(one - other) > 1.96 * np.sqrt((one * (1 - one) + other * (1 - other)) / 900)
    assert false / runs < 0.1
    assert by_count / runs > 0.3


def test_a_part_that_people_decided_is_as_they_decided() -> None:
    told = Errors(np.full((4000, 1), 0.6), np.full((4000, 1), 0.02))
    nothing = np.zeros((1, 1))
    counts = PartCounts(nothing, np.zeros(1), nothing, np.zeros(1), np.array([[30.0]]), np.array([200.0]))
    drawn = part_shares(told, counts)[:, 0, 0]
    assert drawn.mean() == pytest.approx(30.5 / 201, abs=0.002)
    assert drawn.std() == pytest.approx(np.sqrt(30.5 * 170.5 / 201**2 / 202), rel=0.06)


def test_known_rates_give_rogan_and_gladen() -> None:
    told = Errors(np.full((3000, 1), 0.8), np.full((3000, 1), 0.1))
    nothing = np.zeros((1, 1))
    counts = PartCounts(
        np.array([[240_000.0]]), np.array([1e6]), nothing, np.zeros(1), nothing, np.zeros(1)
    )  # q = .24 = θ·.8 + (1 − θ)·.1
    assert part_shares(told, counts, spread=0.0)[:, 0, 0].mean() == pytest.approx(0.2, abs=0.0005)


def test_a_machine_that_errs_differently_between_parts_is_found_out() -> None:
    rng = np.random.default_rng(11)
    share, wrong = np.full((3, 6), 0.12), np.full((3, 6), 0.03)
    alike, unlike = [], []
    for _ in range(60):
        same = _world(rng, share, np.full((3, 6), 0.6), wrong, 150)
        other = _world(rng, share, np.array([[0.8], [0.6], [0.3]]) * np.ones(6), wrong, 150)
        alike.append(erring_alike(same[2], same[1], same[0]))
        unlike.append(erring_alike(other[2], other[1], other[0]))
    assert np.mean(np.array(alike) < 0.05) < 0.12
    assert np.mean(np.array(unlike) < 0.05) > 0.9
    part, truth, machine = same
    assert erring_alike(machine, truth, np.zeros_like(part)) == 1
    assert erring_alike(machine[:30], truth[:30], part[:30] * 0 + np.arange(30) % 3) == 1  # ten each


def test_small_parts_that_follow_each_other_are_tested_in_stretches() -> None:
    part = np.r_[np.repeat(np.arange(26), 5), -1]
    told = stretches(part)
    assert np.bincount(told[:-1]).min() >= 30
    assert told[-1] == -1
    assert (np.diff(told[:-1]) >= 0).all() and told.max() == 3
    assert (stretches(np.arange(40)) == 0).all()  # too few to be told apart


def test_letters_come_from_corrected_shares_and_leave_out_columns_that_are_not() -> None:
    rng = np.random.default_rng(5)
    share = np.array([[0.08, 0.1], [0.20, 0.1], [0.08, 0.1]])
    part, truth, machine = _world(rng, share, np.tile([0.7, 0.6], (3, 1)), np.tile([0.02, 0.02], (3, 1)), 2000)
    rows = rng.choice(part.size, 500, replace=False)
    drawn = part_shares(_errors(machine, truth, rows), _counts(machine, truth, part, rows, 3))
    rest = (drawn.sum(axis=2, keepdims=True) - drawn) / 2
    bases, totals = np.full(3, 2000.0), drawn.mean(axis=(0, 2))
    told = corrected_cross_table(drawn, rest, totals, bases, 6000, np.ones(3, np.bool_))
    assert told.letters == (("", "AC", ""), ("", "", ""))
    assert told.outlined[0, 1]
    assert not told.outlined[1].any()
    assert told.tests == 6
    assert told.shares[0, 1] == pytest.approx(0.2, abs=0.04)
    assert told.effect[0, 1] == pytest.approx(100 * (told.shares[0, 1] - totals[0]))
    left = corrected_cross_table(drawn, rest, totals, bases, 6000, np.array([True, False, True]))
    assert left.letters == (("", "", ""), ("", "", ""))
    assert left.tests == 2
    small = corrected_cross_table(
        drawn, rest, totals, np.array([2000.0, 20.0, 49.0]), 6000, np.ones(3, np.bool_), rule=Letters.UNCORRECTED
    )
    assert np.isnan(small.shares[:, 1]).all() and small.tests == 0


def test_a_difference_of_two_parts_has_sign_interval_and_p() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.beta(200, 800, 4000), rng.beta(300, 700, 4000)
    told = difference(one, other)
    assert told.value == pytest.approx(0.1, abs=0.005)
    assert 0 < told.low < told.value < told.high
    assert told.p < 1e-4
    assert difference(one, one).p == 1


def test_too_small_an_audit_has_no_rates() -> None:
    truth = np.zeros((99, 2), np.bool_)
    told = errors(tally(truth, truth), np.array([5, 5]), size=1000, above=TOP)
    assert told == TooFew(Lack.AUDITED, 99, 100)


def test_pairs_are_tested_as_each_by_itself() -> None:
    rng = np.random.default_rng(3)
    drawn = rng.beta(20, 60, (400, 3, 5)) * np.linspace(0.7, 1.2, 5)
    drawn[:, 1, 4] = drawn[:, 1, 2]  # the same draws: nothing between them
    left, right = np.triu_indices(5, 1)
    told = equal_pairs(drawn, left, right)
    for at, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        assert told[:, at] == pytest.approx(equal(drawn[:, :, one], drawn[:, :, other]), abs=1e-9)
    assert told[1, list(zip(left, right, strict=True)).index((2, 4))] == 1
