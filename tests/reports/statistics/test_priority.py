"""Priority and the map of importance."""

from __future__ import annotations

import numpy as np

from reports.statistics.nps import Estimate
from reports.statistics.priority import VIP, Quadrant, customer_value, priority, quadrants, urgency


def test_the_four_fields_and_what_is_sure() -> None:
    effects = [Estimate(-2, -3, -1, 90), Estimate(1, 0.5, 2, 80), Estimate(-1, -2, 0.2, 60), Estimate(0.5, 0.1, 1, 55)]
    found = quadrants(np.array([0.3, 0.25, 0.05, 0.02]), effects)
    assert [one.quadrant for one in found] == [
        Quadrant.FIX_FIRST,
        Quadrant.KEEP_UP,
        Quadrant.FEW_BUT_PAINFUL,
        Quadrant.NICE_EXTRA,
    ]
    assert [one.sure for one in found] == [True, True, False, True]
    assert quadrants(np.array([]), []) == []


def test_priority_multiplies_what_it_weighs() -> None:
    reach, effect = np.array([0.2, 0.1]), np.array([-1.0, -2.0])
    assert priority(reach, effect).tolist() == [0.2, 0.2]
    mentions = np.array([[1, 0], [1, 1], [0, 0], [0, 1]], bool)
    value = customer_value(mentions, np.array([1.0, 1.0, 1.0, VIP]))
    assert value.tolist() == [1.0, (1 + VIP) / 2]
    pressing = urgency(np.array([0.3, 0.1]), np.array([0.1, 0.1]), np.array([True, False]))
    assert pressing.tolist() == [2.0, 1.0]
    assert priority(reach, effect, urgency=pressing, value=value).tolist() == [0.4, 0.2 * (1 + VIP) / 2]


def test_nobody_and_nothing_before() -> None:
    assert customer_value(np.zeros((3, 1), bool), np.ones(3)).tolist() == [1.0]
    assert urgency(np.array([0.1, 0.01]), np.array([0.0, 0.1]), np.array([True, True])).tolist() == [2.0, 0.5]
