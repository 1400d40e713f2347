"""Numbers read in pieces are the same as read at once."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.store import numbers
from annotate.store.numbers import integers


@pytest.mark.parametrize("piece", [1, 2, 7, 100_000])
def test_pieces_join_where_a_number_ends(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "_PIECE", piece)
    told = [1, -20, 3_000_000_000, 0, 7, 123_456]
    assert integers(",".join(map(str, told))).tolist() == told


def test_null_and_nothing_are_no_numbers_and_one_is_one() -> None:
    assert integers(None).tolist() == []
    assert integers("").tolist() == []
    assert integers(5).tolist() == [5]
    assert integers(None).dtype == np.int64
