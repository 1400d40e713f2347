"""Net sentiment tables against the change of NPS, which is the same figure; letters over the whole table."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.estimates import holm
from reports.definitions.terms import Letters
from reports.statistics.limits import Limits
from reports.statistics.net_table import net_table
from reports.statistics.nps import Votes, nps_change


def test_two_columns_test_as_two_net_promoter_scores() -> None:
    good, bad, people = np.array([[90, 60]]), np.array([[30, 50]]), np.array([[200, 180]])
    found = net_table(good, bad, people)
    change = nps_change(Votes(60, 70, 50), Votes(90, 80, 30))
    assert found.values[0].tolist() == pytest.approx([30, 100 * 10 / 180])
    assert found.tests == 1
    assert (found.letters[0][0] == "B") is (change.p <= 0.05)
    assert found.effect[0, 0] == pytest.approx(30 - 100 * 70 / 380)


def test_letters_are_held_to_the_table_unless_told_otherwise() -> None:
    rng = np.random.default_rng(2)
    people = np.full((20, 4), 100)
    good = rng.binomial(100, 0.4, people.shape)
    bad = rng.binomial(100 - good, 0.5)
    strict, loose = (net_table(good, bad, people, rule=rule) for rule in Letters)
    count = [sum(len(cell) for row in one.letters for cell in row) for one in (strict, loose)]
    assert count[0] <= count[1]
    assert strict.tests == loose.tests == 20 * 6
    assert holm([0.01, 0.04]).tolist() == [0.02, 0.04]


def test_small_cells_have_no_figure_and_no_test() -> None:
    found = net_table(np.array([[10, 5]]), np.array([[2, 3]]), np.array([[29, 49]]))
    assert np.isnan(found.values[0, 0]) and found.values[0, 1] == pytest.approx(100 * 2 / 49)
    assert found.tests == 0
    wide = net_table(np.array([[10, 5]]), np.array([[2, 3]]), np.array([[29, 49]]), limits=Limits(shown=10, tested=20))
    assert wide.tests == 1
    with pytest.raises(ValueError, match="good"):
        net_table(np.array([[3]]), np.array([[3]]), np.array([[5]]))


def test_overlapping_columns_are_held_against_the_rest() -> None:
    good, bad, people = np.array([[180, 40]]), np.array([[10, 100]]), np.array([[200, 200]])
    assert net_table(good, bad, people, overlapping=True).letters == (("+", "−"),)
