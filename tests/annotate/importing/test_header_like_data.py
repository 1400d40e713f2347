"""A table without a header is noticed, and what may be a customer's words is not repeated in an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import AskedWronglyError
from annotate.importing import load
from annotate.importing.headers import header
from annotate.store.project import Project


@pytest.mark.parametrize(
    ("row", "noticed"),
    [
        (["1", "王小明", "服务太差了"], True),
        (["服务太差了电话13812345678"], True),
        (["编号", "区域", "您最不满意的地方是？"], False),
        (["id", "2024", "2025", "Q1", "Q2", "Q3", "Q4", "text", "x"], False),
    ],
)
def test_a_first_row_that_looks_like_data_is_noticed(row: list[str], noticed: bool) -> None:
    assert ("header-like-data" in [one.id for one in header([row]).notices]) == noticed


def test_an_error_does_not_repeat_a_customer(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("服务太差了我叫王小明电话13812345678,1\n,2\n", encoding="utf-8")
    with Project.create(tmp_path / "a.tingdong") as project, pytest.raises(AskedWronglyError) as refused:
        load.import_file(project, table)
    assert "13812345678" not in refused.value.sentence()
