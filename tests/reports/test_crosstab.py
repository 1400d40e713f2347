from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from reports.definitions.terms import Letters
from reports.statistics.crosstab import (
    cross_counts,
    cross_table,
    fisher,
    name,
    pack,
    pack_members,
    weighted_counts,
)
from reports.statistics.limits import BaseSize


@given(st.integers(0, 9000), st.integers(0, 2**32 - 1))
def test_bits_count_as_a_product_of_matrices(people: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, columns = rng.random((people, 5)) < 0.3, rng.random((people, 3)) < 0.5
    expected = table.T.astype(np.int64) @ columns.astype(np.int64)
    assert (cross_counts(pack(table), pack(columns)) == expected).all()
    person, column = np.nonzero(table)
    assert (pack_members(column, person, size=people, width=5) == pack(table)).all()


def test_fishers_test_is_scipys() -> None:
    rng = np.random.default_rng(0)
    n1, n2 = rng.integers(50, 90, 60), rng.integers(60, 900, 60)
    x1, x2 = rng.integers(0, 6, 60), rng.integers(0, 40, 60)
    expected = [fisher_exact([[a, n - a], [b, m - b]])[1] for a, n, b, m in zip(x1, n1, x2, n2, strict=True)]
    assert fisher(x1, n1, x2, n2) == pytest.approx(expected)
    assert fisher(*[np.zeros(0, np.int64)] * 4).size == 0


COUNTS = np.array([[60, 30, 10], [1, 2, 9], [50, 55, 9]])
BASES = np.array([200, 150, 40])
TOTALS, BASE = COUNTS.sum(axis=1), 390.0


def test_letters_of_uncorrected_tests() -> None:
    found = cross_table(COUNTS, BASES, TOTALS, BASE, rule=Letters.UNCORRECTED)
    p = proportions_ztest([60, 30], [200, 150])[1]
    assert 0.025 < p < 0.05
    assert found.letters[0] == ("B", "", "")
    assert found.letters[1] == ("", "", "")  # the column of 40 is shown with a star, and not tested
    assert found.sizes == (BaseSize.FULL, BaseSize.FULL, BaseSize.STARRED)
    assert found.tests == 3
    assert found.shares[0].tolist() == [0.3, 0.2, 0.25]
    assert found.effect[0] == pytest.approx(100 * (np.array([0.3, 0.2, 0.25]) - 100 / 390))


def test_weak_letters_are_small_and_holm_takes_them_back() -> None:
    weak = np.array([[56, 30], [50, 50]])
    plain = cross_table(weak, BASES[:2], weak.sum(axis=1), 350.0, rule=Letters.UNCORRECTED)
    assert 0.05 < proportions_ztest([56, 30], [200, 150])[1] < 0.10
    assert plain.letters[0] == ("b", "")
    assert cross_table(weak, BASES[:2], weak.sum(axis=1), 350.0).letters == (("", ""), ("", ""))


def test_holm_is_over_the_whole_table_with_fisher_where_few_are_expected() -> None:
    counts = np.array([[60, 30], [1, 9], [80, 70]])
    found = cross_table(counts, BASES[:2], counts.sum(axis=1), 350.0)
    raw = [
        proportions_ztest([60, 30], [200, 150])[1],
        fisher_exact([[1, 199], [9, 141]])[1],
        proportions_ztest([80, 70], [200, 150])[1],
    ]
    rejected = multipletests(raw, method="holm")[0]
    assert [any(row) for row in found.letters] == rejected.tolist()
    assert found.letters[1] == ("", "A")
    # Two columns and their rests are the same comparison, so that each p-value is there twice.
    assert found.q[:, 0] == pytest.approx(multipletests(np.repeat(raw, 2), method="fdr_bh")[1][::2])


def test_overlapping_columns_are_tested_against_everybody_else() -> None:
    counts, bases, totals = np.array([[90, 70]]), np.array([200, 180]), np.array([120])
    found = cross_table(counts, bases, totals, 400.0, overlapping=True)
    assert proportions_ztest([90, 30], [200, 200])[1] < 0.025
    assert found.letters == (("+", "+"),)
    down = cross_table(np.array([[10, 60]]), bases, np.array([90]), 400.0, overlapping=True)
    assert down.letters[0][0] == "−"


def test_a_hidden_column_shows_nothing_and_an_empty_table_is_one() -> None:
    found = cross_table(np.array([[5, 60]]), np.array([29, 200]), np.array([65]), 229.0)
    assert np.isnan(found.shares[0, 0])
    assert np.isnan(found.effect[0, 0])
    assert found.sizes[0] is BaseSize.HIDDEN
    assert found.letters == (("", ""),)
    assert not found.outlined.any()
    nobody = cross_table(np.zeros((2, 2)), np.zeros(2), np.zeros(2), 0.0)
    assert np.isnan(nobody.shares).all()
    assert nobody.tests == 0
    with pytest.raises(ValueError, match="count"):
        cross_table(np.array([[30]]), np.array([29]), np.array([30]), 40.0)


def test_weights_shrink_the_base_to_its_effective_number() -> None:
    rng = np.random.default_rng(4)
    table, columns = rng.random((600, 2)) < 0.3, np.arange(600)[:, None] % 2 == np.arange(2)
    weights = rng.choice([0.5, 2.0], 600)
    counts, bases, totals, base = weighted_counts(table, columns, weights)
    inside = weights[columns[:, 0]]
    assert bases[0] == pytest.approx(inside.sum() ** 2 / (inside**2).sum())
    assert counts[1, 0] / bases[0] == pytest.approx(np.average(table[columns[:, 0], 1], weights=inside))
    assert totals[1] / base == pytest.approx(np.average(table[:, 1], weights=weights))
    plain = weighted_counts(table, columns, np.ones(600))
    assert (plain[0] == cross_counts(pack(table), pack(columns))).all()


def test_null_tables_rarely_carry_a_letter() -> None:
    rng = np.random.default_rng(5)
    false = 0
    for _ in range(100):
        counts = rng.binomial(500, rng.uniform(0.02, 0.3, 60)[:, None], (60, 4))
        found = cross_table(counts, np.full(4, 500), counts.sum(axis=1), 2000.0)
        false += any(cell for row in found.letters for cell in row)
    assert false <= 11


def test_columns_are_lettered_on_beyond_z() -> None:
    assert [name(c) for c in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]
