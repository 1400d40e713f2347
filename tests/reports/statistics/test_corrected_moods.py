from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reports.statistics.corrected_moods import hearing, lacking, nets, part_moods
from reports.statistics.limits import Lack, TooFew
from reports.statistics.net_table import corrected_net_table, net_table

HEARD = np.array([[0.97, 0.01, 0.01, 0.01], [0.3, 0.5, 0.2, 0.0], [0.3, 0.0, 0.6, 0.1], [0.2, 0.0, 0.1, 0.7]])


def test_parts_are_turned_back_as_linear_algebra_does() -> None:
    share = np.array([[0.8, 0.1, 0.02, 0.08], [0.6, 0.05, 0.05, 0.3], [0.9, 0.06, 0.01, 0.03]])
    said = 1e7 * share @ HEARD
    drawn = part_moods(np.broadcast_to(HEARD, (200, 4, 4)), said, np.zeros((3, 4)), spread=0.0)
    expected = np.linalg.solve(HEARD.T, said.T).T
    assert drawn.mean(axis=0) / 1e7 == pytest.approx(expected / 1e7, abs=0.003)
    assert nets(drawn).mean(axis=0) == pytest.approx((share[:, 3] - share[:, 1]) / share[:, 1:].sum(axis=1), abs=0.01)


def test_what_people_decided_is_known() -> None:
    true = np.array([[500.0, 30.0, 0.0, 90.0]])
    drawn = nets(part_moods(np.broadcast_to(HEARD, (4000, 4, 4)), np.zeros((1, 4)), true))
    p, d = 90 / 120, 30 / 120
    assert drawn.mean() == pytest.approx(p - d, abs=0.01)
    assert drawn.std() == pytest.approx(np.sqrt((p + d - (p - d) ** 2) / 120), rel=0.05)


def test_hearing_is_the_verdicts_turned_round() -> None:
    sizes = np.array([8_800_000, 600_000, 300_000, 300_000])
    people = np.array([[0.97, 0.02, 0.0, 0.01], [0.1, 0.8, 0.05, 0.05], [0.2, 0.3, 0.5, 0.0], [0.1, 0.0, 0.1, 0.8]])
    table = np.rint(people * sizes[:, None] / 100).astype(np.int64)
    joint = people * sizes[:, None]
    assert hearing(table, sizes).mean(axis=0) == pytest.approx((joint / joint.sum(axis=0)).T, abs=0.005)


def test_a_column_with_few_audited_mentions_leans_on_all() -> None:
    table = np.array([[380, 1, 0, 0], [1, 8, 1, 0], [0, 2, 3, 0], [0, 0, 0, 4]])
    sizes = np.array([9000, 500, 250, 250])
    like = 10 * table
    assert lacking(table, sizes) == TooFew(Lack.MENTIONS, 19, 30)
    assert lacking(table, sizes, like) is None
    assert lacking(table[:, :] // 8, sizes, like) == TooFew(Lack.AUDITED, int((table // 8).sum()), 100)
    heard = hearing(table, sizes, like=like)
    assert not heard[:, :, 0].any()  # of what it misses nothing is told
    assert heard.sum(axis=2) == pytest.approx(np.ones((len(heard), 4)))


def test_rows_alike_have_no_letters_and_planted_ones_do() -> None:
    rng = np.random.default_rng(4)
    share = np.broadcast_to([0.7, 0.15, 0.05, 0.1], (2, 4)).copy()
    units = _units(rng, [share, share], 1200)
    people = np.full((2, 3), 360)
    people[:, 2] = 0
    sure = np.ones((2, 3), np.bool_)
    told = corrected_net_table(units, np.array([-16.0, -16.0]), people, sure)
    assert told.tests == 2
    assert not told.outlined.any() and not any("".join(row) for row in told.letters)
    other = share.copy()
    other[1] = [0.7, 0.03, 0.05, 0.22]
    told = corrected_net_table(_units(rng, [share, other], 6000), np.array([-16.0, 20.0]), people, sure)
    assert told.letters[1] == ("", "A") and told.outlined[1].all() and not told.outlined[0].any()
    assert told.effect == pytest.approx(told.values - np.array([[-16.0], [20.0]]))
    sure[1, 1] = False  # a column left as counted is neither shown nor tested
    told = corrected_net_table(_units(rng, [share, other], 6000), np.array([-16.0, 20.0]), people, sure)
    assert told.letters[1] == ("", "") and np.isnan(told.values[1, 1]) and told.tests == 1


def _units(rng: np.random.Generator, shares: list[NDArray[np.float64]], size: int) -> NDArray[np.float64]:
    rows = [
        part_moods(np.broadcast_to(HEARD, (500, 4, 4)), rng.multinomial(size, share @ HEARD) * 1.0, share * 0)
        for share in shares
    ]
    whole = np.stack(rows, axis=1)
    return np.concatenate([whole, np.zeros_like(whole[:, :, :1])], axis=2)


def test_weighted_counts_may_be_fractions() -> None:
    told = net_table(np.array([[40.5, 20.25]]), np.array([[10.5, 40.0]]), np.array([[80.0, 80.5]]))
    assert told.values == pytest.approx(np.array([[37.5, 100 * (20.25 - 40) / 80.5]]))
