"""Association: counts, Fisher's test of scipy, the interval of a lift, false findings, what is left out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import fisher_exact

from reports.statistics.association import associations, fisher_more, lift_interval, relatives, together
from reports.statistics.limits import Lack, TooFew


def people(a: int, b: int, both: int, n: int) -> np.ndarray:
    table = np.zeros((n, 2), bool)
    table[:a, 0] = True
    table[a - both : a - both + b, 1] = True
    return table


def test_a_pair_is_told_in_full() -> None:
    found = associations(people(200, 100, 60, 1000))
    assert isinstance(found, tuple)
    pair = found[0]
    assert (pair.together, pair.support, pair.forward.value, pair.backward.value) == (60, 0.06, 0.3, 0.6)
    assert pair.lift == pytest.approx(3.0)
    assert 1 < pair.low < 3 < pair.high
    assert pair.p == pytest.approx(fisher_exact([[60, 140], [40, 760]], alternative="greater").pvalue)
    assert pair.q == pytest.approx(pair.p)
    assert pair.forward.low < 0.3 < pair.forward.high


def test_fisher_is_that_of_scipy() -> None:
    for both, a, b, n in [(3, 10, 12, 60), (0, 5, 5, 40), (10, 10, 10, 30), (40, 200, 100, 1000)]:
        table = [[both, a - both], [b - both, n - a - b + both]]
        ours = fisher_more(np.array([both]), np.array([a]), np.array([b]), n)[0]
        assert ours == pytest.approx(fisher_exact(table, alternative="greater").pvalue, rel=1e-9)


@pytest.mark.parametrize("lift", [1.0, 2.0])
def test_the_interval_of_a_lift_covers(lift: float) -> None:
    rng = np.random.default_rng(4)
    inside, a, b = 0.2 * 0.15 * lift, 0.2, 0.15
    drawn = rng.multinomial(1000, [inside, a - inside, b - inside, 1 - a - b + inside], size=2000)
    covered = 0
    for both, only_a, only_b, _ in drawn.tolist():
        _, low, high = lift_interval(both, both + only_a, both + only_b, 1000)
        covered += low <= lift <= high
    assert 0.93 <= covered / 2000 <= 0.97


def test_independent_themes_are_rarely_called_together() -> None:
    rng = np.random.default_rng(5)
    wrong = 0
    for _ in range(40):
        found = associations(rng.random((800, 20)) < rng.uniform(0.1, 0.6, 20))
        assert isinstance(found, tuple)
        wrong += bool(found)
    assert wrong <= 6


def test_frequent_is_not_together() -> None:
    """Two independent themes at 60 and 50 %: the mean of both confidences says .55, lift says 1."""
    rng = np.random.default_rng(0)
    assert associations(rng.random((3000, 2)) < [0.6, 0.5]) == ()


def test_rare_pairs_relatives_and_small_bases_are_left_out() -> None:
    assert associations(people(60, 60, 9, 3000)) == ()  # lift 7.5, but nine people
    assert associations(people(60, 60, 12, 3000)) == ()  # 1.2 expected
    table = people(200, 100, 60, 1000)
    assert associations(table, excluded=[(1, 0)]) == ()
    assert associations(table[:29]) == TooFew(Lack.ANSWERS, 29, 30)
    assert associations(table[:, :1]) == ()
    assert associations(np.zeros((100, 3), bool)) == ()


def test_nets_above_are_relatives() -> None:
    parents: dict[int, int | None] = {10: None, 11: 10, 111: 11, 20: None}
    assert relatives([111, 20, 10, 11], parents) == {(0, 2), (0, 3), (2, 3)}
    with pytest.raises(ValueError, match="loop"):
        relatives([1], {1: 2, 2: 1})


def test_counts_do_not_depend_on_how_rows_are_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    mentions = np.random.default_rng(1).random((1000, 7)) < 0.3
    whole = together(mentions)
    monkeypatch.setattr("reports.statistics.association._CHUNK", 64)
    assert (together(mentions) == whole).all()
    assert whole[2, 5] == (mentions[:, 2] & mentions[:, 5]).sum()
