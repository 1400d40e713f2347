"""Which record of a person counts."""

from __future__ import annotations

import numpy as np

from reports.records import Records


def test_the_last_record_of_a_person_is_that_of_the_latest_day() -> None:
    nan = float("nan")
    customer = np.array([1, 1, 2, 2, 3, 3, 1, -8, -9])
    at = np.array([20, 10, nan, 5, 7, 7, 1, nan, 3])
    wave = np.array([1, 1, 1, 1, 1, 1, 2, 1, 1])
    n = customer.size
    told = Records(
        np.arange(n), customer, customer, wave, np.zeros(n, np.int64), at, np.ones(n), {}, named=False,
    )  # fmt: skip
    every = np.ones(n, np.bool_)
    # later in the file but earlier by date; undated before dated; of one day the last of the file; a wave of its own
    assert told.last(every).tolist() == [0, 3, 5, 6, 7, 8]
    assert told.last(every & (np.arange(n) != 3)).tolist() == [0, 2, 5, 6, 7, 8]
