"""Holm's adjustment against the sequential procedure it stands for."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.estimates import holm


def test_known_values() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]).size == 0
    assert holm([0.7]).tolist() == [0.7]
    assert holm([0.6, 0.6]).tolist() == [1.0, 1.0]


def test_a_hypothesis_falls_exactly_where_the_sequential_test_rejects_it() -> None:
    generator = np.random.default_rng(1)
    for _ in range(50):
        values = (generator.random(6) ** 4).tolist()
        adjusted = holm(values)
        for level in (0.01, 0.05, 0.2):
            rejected = set()
            for rank, place in enumerate(np.argsort(values).tolist()):
                if values[place] > level / (6 - rank):
                    break
                rejected.add(place)
            assert {place for place, p in enumerate(adjusted) if p <= level} == rejected
