"""Least squares with HC3: equal to statsmodels, with weights and with customers kept together."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from reports.statistics.least_squares import dummies, independent_columns, ols_hc3, sum_by


def data(seed: int = 3, n: int = 240) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), (rng.random((n, 4)) < [0.5, 0.3, 0.2, 0.1]).astype(float)])
    y = x @ [7.0, -1.0, 0.5, 0.0, 2.0] + rng.normal(size=n) * (1 + x[:, 1])
    return x, y


def test_coefficients_and_errors_are_those_of_statsmodels() -> None:
    x, y = data()
    ours, theirs = ols_hc3(x, y), sm.OLS(y, x).fit(cov_type="HC3")
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-9)
    assert ours.covariance == pytest.approx(theirs.cov_params(), abs=1e-12)


def test_weighted_errors_are_those_of_statsmodels() -> None:
    x, y = data()
    weight = np.random.default_rng(1).uniform(0.5, 2.0, y.size)
    ours, theirs = ols_hc3(x, y, weights=weight), sm.WLS(y, x, weights=weight).fit(cov_type="HC3")
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-9)
    assert ours.errors == pytest.approx(theirs.bse, abs=1e-9)


def test_customers_kept_together_are_one_row_each_or_wider() -> None:
    x, y = data(n=1200)
    alone = ols_hc3(x, y, clusters=np.arange(y.size))
    assert alone.covariance == pytest.approx(ols_hc3(x, y).covariance)
    thrice, who = np.tile(np.arange(y.size), 3), np.tile(np.arange(y.size), 3)
    repeated = ols_hc3(x[thrice], y[thrice], clusters=who)
    assert repeated.errors == pytest.approx(alone.errors, rel=0.03)
    assert (ols_hc3(x[thrice], y[thrice]).errors < 0.62 * alone.errors).all()
    assert repeated.free == y.size - 1


def test_columns_that_others_tell_already_are_found() -> None:
    x, _ = data()
    doubled = np.column_stack([x, x[:, 1] + x[:, 2], np.zeros(len(x)), x[:, 3]])
    assert independent_columns(doubled).tolist() == [True] * 5 + [False] * 3


def test_a_row_that_fits_itself_says_nothing_and_too_few_rows_are_refused() -> None:
    x, y = data()
    lone = np.zeros((y.size, 1))
    lone[7] = 1.0
    assert np.isfinite(ols_hc3(np.hstack([x, lone]), y).errors).all()
    with pytest.raises(ValueError, match="coefficients need more"):
        ols_hc3(x[:5], y[:5])


def test_sums_by_cluster_and_dummies() -> None:
    rows = np.arange(8.0).reshape(4, 2)
    assert sum_by(rows, np.array([5, 2, 5, 9])).tolist() == [[2.0, 3.0], [4.0, 6.0], [6.0, 7.0]]
    assert sum_by(rows, None) is rows
    assert dummies(np.array([3, 1, 3, 7]), 4).tolist() == [[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 0, 1]]
    assert dummies(None, 2).tolist() == [[1.0], [1.0]]
