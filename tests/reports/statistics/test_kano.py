"""Layers: each kind found where the truth has it, silence where it is weak, itches from wishes, arrows if proved."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from reports.statistics.kano import Layer, Layers, Point, itches, layers, migration
from reports.statistics.limits import Lack, TooFew

TRUTH = ((1.6, 0.0), (0.0, 1.4), (0.9, 0.8), (0.0, 0.0), (0.5, 0.45))


def asked(n: int, seed: int, truth: tuple[tuple[float, float], ...] = TRUTH) -> tuple[np.ndarray, ...]:
    """Return score, bad and good mentions (n × themes) whose penalties and rewards are ``truth``."""
    rng = np.random.default_rng(seed)
    told = rng.random((n, len(truth)))
    bad, good = told < 0.08, told > 0.92
    score = 7 - bad @ [p for p, _ in truth] + good @ [r for _, r in truth] + rng.normal(size=n) * 1.5
    return score, bad, good


def judged(found: Layers | TooFew) -> Layers:
    assert isinstance(found, Layers)
    return found


def test_every_layer_is_found_where_it_is() -> None:
    found = judged(layers(*asked(16_000, 1)))
    assert [one.layer for one in found.needs] == [
        Layer.MUST_BE,
        Layer.ATTRACTIVE,
        Layer.PERFORMANCE,
        Layer.INDIFFERENT,
        Layer.PERFORMANCE,
    ]
    assert [one.points for one in found.needs] == [
        (Point.PAIN,),
        (Point.DELIGHT,),
        (Point.PAIN, Point.DELIGHT),
        (),
        (Point.PAIN, Point.DELIGHT),
    ]


def test_penalty_and_reward_are_coefficients_with_hc3() -> None:
    score, bad, good = asked(2500, 2)
    found = judged(layers(score, bad, good))
    theirs = sm.OLS(score, sm.add_constant(np.hstack([bad, good]).astype(float))).fit(cov_type="HC3")
    for need in found.needs:
        assert need.penalty.value == pytest.approx(-theirs.params[1 + need.column])
        assert need.reward.value == pytest.approx(theirs.params[6 + need.column])
        assert need.penalty.half_width == pytest.approx(1.959964 * theirs.bse[1 + need.column], rel=1e-5)
        assert need.covariance[0][1] == pytest.approx(-theirs.cov_params()[1 + need.column, 6 + need.column])
        assert (need.penalty.base, need.reward.base) == (bad[:, need.column].sum(), good[:, need.column].sum())


def test_wrong_layers_are_rare_and_weak_evidence_is_said() -> None:
    truth = ((1.2, 0.2), (0.2, 1.0), (0.8, 0.8), (0.0, 0.0))
    right = (Layer.MUST_BE, Layer.ATTRACTIVE, Layer.PERFORMANCE, Layer.INDIFFERENT)
    wrong = unproved = 0
    for seed in range(60):
        for need in judged(layers(*asked(2000, seed, truth))).needs:
            unproved += need.layer is Layer.UNPROVED
            wrong += need.layer not in (right[need.column], Layer.UNPROVED)
    assert wrong <= 0.03 * 240
    assert unproved >= 10


def test_a_mention_that_points_the_other_way_is_no_layer() -> None:
    found = judged(layers(*asked(16_000, 3, ((-1.5, -1.5),))))
    assert found.needs[0].layer is Layer.UNPROVED
    assert found.needs[0].points == ()


def test_itches_come_from_wishes_alone() -> None:
    score, bad, good = asked(4000, 4)
    wished = np.zeros_like(bad)
    wished[:120, 3] = True
    wished[:29, 4] = True
    found = judged(layers(score, bad, good, wished=wished))
    assert found.needs[3].points == (Point.ITCH,)
    assert Point.ITCH not in found.needs[4].points
    many = np.ones((1000, 2), bool)
    few = np.zeros((1000, 2), bool)
    few[:110, 0], few[:140, 1] = True, True
    assert itches(few, many).tolist() == [False, True]  # 11 % of a thousand may be 10 %


def test_too_little_data_is_said_in_figures() -> None:
    score, bad, good = asked(2500, 5)
    assert layers(score[:1999], bad[:1999], good[:1999]) == TooFew(Lack.ANSWERS, 1999, 2000)
    assert layers(np.full(2500, 8.0), bad, good) == TooFew(Lack.KINDS, 1, 2)
    good[:, 1] = False
    good[:99, 1] = True
    bad[:, 2] = False
    found = judged(layers(score, bad, good))
    assert found.left_out == ((1, TooFew(Lack.POSITIVE, 99, 100)), (2, TooFew(Lack.NEGATIVE, 0, 100)))
    assert [one.column for one in found.needs] == [0, 3, 4]
    assert judged(layers(score, bad[:, 2:3], good[:, 2:3])).needs == ()


def test_two_themes_of_the_same_people_are_not_both_judged() -> None:
    score, bad, good = asked(2500, 6)
    found = judged(layers(score, np.hstack([bad, bad[:, :1]]), np.hstack([good, good[:, :1]])))
    assert len(found.needs) == 5
    assert [column for column, _ in found.left_out] == [5]


def test_an_arrow_needs_a_proved_change() -> None:
    """The delight of ten years ago is a must today; the others stay."""
    then = judged(layers(*asked(6000, 7, ((0.1, 1.4), (0.9, 0.8), (0.5, 0.5)))))
    now = judged(layers(*asked(6000, 8, ((1.5, 0.1), (0.9, 0.8), (0.5, 0.5)))))
    moves = migration(then.needs, now.needs)
    assert [one.moved for one in moves] == [True, False, False]
    assert (moves[0].before.layer, moves[0].after.layer) == (Layer.ATTRACTIVE, Layer.MUST_BE)
    assert migration(then.needs, now.needs[1:])[0].column == 1
    assert migration((), now.needs) == ()


def test_arrows_are_rarely_drawn_where_nothing_moved() -> None:
    drawn = 0
    for seed in range(40):
        then, now = (judged(layers(*asked(2000, 2 * seed + part))) for part in (0, 1))
        drawn += any(one.moved for one in migration(then.needs, now.needs))
    assert drawn <= 6  # of 40; 5 % are 2
