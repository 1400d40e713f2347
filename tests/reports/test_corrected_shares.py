from __future__ import annotations

import numpy as np
import ppi_py
import pytest
from numpy.typing import NDArray
from scipy.stats import beta

from reports.statistics.corrected import (
    Corrected,
    Tally,
    corrected_shares,
    plan,
    tally,
)
from reports.statistics.corrected_moods import corrected_net_sentiment
from reports.statistics.csat import interval_difference
from reports.statistics.limits import Lack, TooFew
from reports.statistics.shares import Source


def _world(
    seed: int, units: int = 8000, codes: int = 24, nets: int = 4
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    """Return truth, machine and nets of a frame; nets stand last."""
    rng = np.random.default_rng(seed)
    share, net = np.geomspace(0.004, 0.15, codes), np.arange(codes) % nets
    recall, wrong = rng.uniform(0.6, 0.9, codes), rng.uniform(0.1, 0.35, codes)
    truth = rng.random((units, codes)) < share
    machine = np.where(truth, rng.random((units, codes)) < recall, rng.random((units, codes)) < share * wrong)
    unions = [np.stack([part[:, net == n].any(axis=1) for n in range(nets)], axis=1) for part in (truth, machine)]
    above = np.concatenate([codes + net, np.full(nets, -1)]).astype(np.int64)
    return np.hstack([truth, unions[0]]), np.hstack([machine, unions[1]]), above


def _corrected(found: list[Corrected] | TooFew) -> list[Corrected]:
    assert not isinstance(found, TooFew)
    return found


def test_a_well_audited_column_has_the_interval_of_ppi_plus_plus() -> None:
    """For a binary column post-stratification by the machine's verdict is PPI++ at its best λ."""
    rng = np.random.default_rng(1)
    truth = rng.random((60_000, 1)) < 0.2
    machine = np.where(truth, rng.random((60_000, 1)) < 0.8, rng.random((60_000, 1)) < 0.05)
    rows = rng.choice(60_000, 3000, replace=False)
    found = _corrected(
        corrected_shares(
            tally(machine[rows], truth[rows]), machine.sum(axis=0), size=60_000, above=np.array([-1]), draws=8000
        )
    )[0].share
    rest = np.setdiff1d(np.arange(60_000), rows)
    low, high = (
        float(end[0])
        for end in ppi_py.ppi_mean_ci(truth[rows, 0] * 1.0, machine[rows, 0] * 1.0, machine[rest, 0] * 1.0, alpha=0.05)
    )
    assert found.value == pytest.approx((low + high) / 2, abs=0.001)
    assert found.half_width == pytest.approx((high - low) / 2, rel=0.08)


def test_intervals_cover_in_a_frame_with_rare_codes_where_the_machine_count_does_not() -> None:
    covered, plain, inside = [], [], []
    for seed in range(12):
        truth, machine, above = _world(seed)
        rows = np.random.default_rng(100 + seed).choice(len(truth), 400, replace=False)
        found = _corrected(
            corrected_shares(
                tally(machine[rows], truth[rows]), machine.sum(axis=0), size=len(truth), above=above, draws=600
            )
        )
        for column, one in enumerate(found):
            true = truth[:, column].mean()
            covered.append(one.share.low <= true <= one.share.high)
            plain.append(abs(machine[:, column].mean() - true))
            inside.append(abs(one.share.value - true))
    assert 0.92 < np.mean(covered) <= 1
    assert np.mean(inside) < 0.8 * np.mean(plain)


def test_no_net_is_below_its_largest_code() -> None:
    truth, machine, above = _world(5)
    rows = np.random.default_rng(0).choice(len(truth), 150, replace=False)
    found = _corrected(
        corrected_shares(tally(machine[rows], truth[rows]), machine.sum(axis=0), size=len(truth), above=above)
    )
    for column, net in enumerate(above.tolist()):
        one = found[column].share
        assert 0 <= one.low <= one.value <= one.high <= 1
        assert one.source is Source.CORRECTED
        if net >= 0:
            top = found[net].share
            assert top.value >= one.value
            assert top.low >= one.low
            assert top.high >= one.high


def test_a_rare_code_borrows_and_says_so() -> None:
    truth, machine, above = _world(6)
    rows = np.random.default_rng(0).choice(len(truth), 400, replace=False)
    audit = tally(machine[rows], truth[rows])
    found = _corrected(corrected_shares(audit, machine.sum(axis=0), size=len(truth), above=above))
    assert found[0].borrowed
    assert not found[-1].borrowed
    assert found[0].own == machine[rows, 0].sum()
    alone = _corrected(
        corrected_shares(
            Tally(400, *(getattr(audit, n)[:1] for n in ("positive_read", "hits", "negative_read", "missed")),
                  audit.raw_positive[:1], audit.raw_true[:1]),
            machine[:, :1].sum(axis=0), size=len(truth), above=np.array([-1]),
        )
    )  # fmt: skip
    assert found[0].share.half_width < alone[0].share.half_width


def test_what_people_decided_is_known_and_a_closed_census_has_no_width() -> None:
    truth, machine, above = _world(7, units=300)
    whole = _corrected(corrected_shares(tally(machine, truth), machine.sum(axis=0), size=300, above=above, closed=True))
    for column, one in enumerate(whole):
        assert one.share.low == one.share.high == pytest.approx(truth[:, column].mean())
        assert one.share.count == truth[:, column].sum()
    rows = np.random.default_rng(1).choice(300, 120, replace=False)
    audit = tally(machine[rows], truth[rows])
    half = corrected_shares(audit, machine.sum(axis=0), size=300, above=above, closed=True)
    more = corrected_shares(
        audit, machine.sum(axis=0), size=300, above=above, known=10 * truth.sum(axis=0), known_size=3000, closed=True
    )
    assert _corrected(more)[-1].share.base == 3300
    assert _corrected(more)[-1].share.half_width == pytest.approx(_corrected(half)[-1].share.half_width / 11, rel=0.05)


def test_rows_drawn_with_unequal_chances_count_by_their_weight() -> None:
    """Units with the code drawn three times as often: unweighted rates would be far too high."""
    rng = np.random.default_rng(2)
    truth = rng.random((30_000, 1)) < 0.1
    machine = np.zeros_like(truth)
    machine[:10] = True
    chance = np.where(truth[:, 0], 0.09, 0.03)
    rows = np.flatnonzero(rng.random(30_000) < chance)
    above = np.array([-1])
    weighted, plain = (
        _corrected(
            corrected_shares(
                tally(machine[rows], truth[rows], pi), machine.sum(axis=0), size=30_000, above=above, draws=400
            )
        )[0].share.value
        for pi in (chance[rows], None)
    )
    assert weighted == pytest.approx(0.1, abs=0.015)
    assert plain > 0.2
    with pytest.raises(ValueError, match="chance"):
        tally(machine[rows], truth[rows], np.zeros(rows.size))


def test_the_same_audit_gives_the_same_shares() -> None:
    truth, machine, above = _world(8)
    audit = tally(machine[:300], truth[:300])
    first, second = (
        corrected_shares(audit, machine.sum(axis=0), size=len(truth), above=above, seed=4, draws=200) for _ in range(2)
    )
    assert first == second


def test_too_small_audits_and_impossible_counts() -> None:
    truth, machine, above = _world(9)
    few = tally(machine[:99], truth[:99])
    positive = machine.sum(axis=0)
    assert corrected_shares(few, positive, size=len(truth), above=above) == TooFew(Lack.AUDITED, 99, 100)
    enough = tally(machine[:200], truth[:200])
    for wrong in (
        {"size": 150}, {"size": len(truth), "above": above[:-1]}, {"size": len(truth), "known": positive},
        {"size": len(truth), "above": np.array([1, 0, *above[2:]])},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"audit|column|loop"):
            corrected_shares(enough, positive, **{"above": above, **wrong})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="same units"):
        tally(machine[:5], truth[:4])


def test_a_code_the_machine_never_gives_still_has_an_upper_end() -> None:
    above, positive = np.array([2, 2, -1]), np.array([0, 500, 500])
    machine = np.zeros((400, 3), np.bool_)
    machine[:20, 1:] = True
    audit = tally(machine, machine)
    never = _corrected(corrected_shares(audit, positive, size=10_000, above=above))[0].share
    assert never.low < 1e-4
    assert 0 < never.high < 0.02


def test_the_planner_promises_what_audits_give() -> None:
    truth, machine, above = _world(10)
    positive = machine.sum(axis=0)
    wide, narrow = (plan(positive, size=len(truth), above=above, read=n, seconds=30) for n in (200, 800))
    assert (wide.hours, narrow.hours) == (pytest.approx(200 * 30 / 3600), pytest.approx(800 * 30 / 3600))
    assert narrow.half_widths.mean() < wide.half_widths.mean()
    rows = np.random.default_rng(3).choice(len(truth), 800, replace=False)
    found = _corrected(corrected_shares(tally(machine[rows], truth[rows]), positive, size=len(truth), above=above))
    real = np.mean([one.share.half_width for one in found])
    assert 0.6 < narrow.half_widths.mean() / real < 1.6
    with pytest.raises(ValueError, match="between"):
        plan(positive, size=len(truth), above=above, read=20)


def test_net_sentiment_corrects_both_poles() -> None:
    """Worked by hand: 1,000 answers called positive, of which a fifth is negative; the rest is not mentioned."""
    table = np.diag([300, 0, 0, 0])
    table[3] = [0, 20, 0, 80]
    found = corrected_net_sentiment(table, np.array([9000, 0, 0, 1000]))
    assert not isinstance(found, TooFew)
    value, low, high = found
    assert value == pytest.approx((800 - 200) / 1000)
    assert low < 0.6 < high
    assert high - low < 0.35
    census = corrected_net_sentiment(table, table.sum(axis=1), closed=True)
    assert census == (pytest.approx(0.6), pytest.approx(0.6), pytest.approx(0.6))
    sample = corrected_net_sentiment(table, table.sum(axis=1))
    assert not isinstance(sample, TooFew)
    assert sample[2] - sample[1] == pytest.approx(2 * 1.96 * np.sqrt((1 - 0.6**2) / 100), rel=0.1)
    assert corrected_net_sentiment(np.diag([99, 0, 0, 0]), np.array([500, 0, 0, 0])) == TooFew(Lack.AUDITED, 99, 100)
    assert corrected_net_sentiment(np.diag([200, 9, 0, 9]), np.array([900, 90, 0, 90])) == TooFew(Lack.MENTIONS, 18, 30)
    with pytest.raises(ValueError, match="4 × 4"):
        corrected_net_sentiment(table, np.array([10, 0, 0, 1000]))


def test_no_interval_is_narrower_than_that_of_the_sample_itself() -> None:
    """All read and nothing wrong: what is left is who happened to answer (Jeffreys, as Wilson to a third digit)."""
    truth, _, above = _world(12, units=400)
    found = _corrected(corrected_shares(tally(truth, truth), truth.sum(axis=0), size=400, above=above))
    for column, one in enumerate(found):
        if above[column] < 0:
            count = int(truth[:, column].sum())
            low, high = beta(count + 0.5, 400 - count + 0.5).ppf([0.025, 0.975])
            assert one.share.low == pytest.approx(low, abs=0.01)
            assert one.share.high == pytest.approx(high, abs=0.01)


def test_two_waves_of_the_same_people_seldom_differ() -> None:
    """Short version of benchmarks/inference.py --only waves: 5 % would be called changed by chance."""
    rng = np.random.default_rng(5)
    above = np.full(10, -1)

    def wave() -> list[Corrected]:
        truth = rng.random((600, 10)) < 0.1
        machine = np.where(truth, rng.random((600, 10)) < 0.9, rng.random((600, 10)) < 0.01)
        rows = rng.choice(600, 300, replace=False)
        audit = tally(machine[rows], truth[rows])
        return _corrected(corrected_shares(audit, machine.sum(axis=0), size=600, above=above, draws=500))

    alarms = [
        interval_difference(one.share, other.share).p < 0.05
        for _ in range(20)
        for one, other in zip(wave(), wave(), strict=True)
    ]
    assert np.mean(alarms) < 0.10
