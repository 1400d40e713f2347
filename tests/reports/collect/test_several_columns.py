"""People with answers in several columns: a cell counts who says it there, as a count over the export does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from study import study

from annotate.importing.roles import Role
from annotate.store.project import Project
from reports.collect import collect, read, rows
from reports.data import Scope, SegmentTable

PEOPLE = 120


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """120 people wrote about store A and then about B; 40 say X of A only, 10 of both; weights 1 and 3 in turn."""
    folder = tmp_path_factory.mktemp("several")
    who = [f"c{n % PEOPLE}" for n in range(2 * PEOPLE)]
    store = ["A"] * PEOPLE + ["B"] * PEOPLE
    weight = [1 + 2 * (n % 2) for n in range(2 * PEOPLE)]
    columns = {
        "who": (Role.RESPONDENT, who), "store": (Role.SEGMENT, store), "weight": (Role.WEIGHT, weight),
    }  # fmt: skip
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        made = study(project, folder, columns, {"": ["X"]})
        at = np.arange(2 * PEOPLE)
        made.say("X", (at < 50) | ((at >= PEOPLE + 40) & (at < PEOPLE + 50)), -1)
        made.confirm(np.ones(2 * PEOPLE, np.bool_))
        yield project


def _table(project: Project, *, weighted: bool = False) -> SegmentTable:
    (table, *_) = collect(project, scope=Scope(segment="store", weighted=weighted), texts=False).questions[0].segments
    assert [column.value for column in table.columns] == ["A", "B"]
    return table


def test_a_cell_counts_who_says_it_in_an_answer_of_its_column(told: Project) -> None:
    table = _table(told)
    assert table.overlapping
    assert [column.base for column in table.columns] == [PEOPLE, PEOPLE]
    (row,) = table.rows
    assert row.counts == (50, 10)
    assert [cell.share for cell in row.cells] == [pytest.approx(50 / PEOPLE), pytest.approx(10 / PEOPLE)]
    loaded = read(told)
    with told.reading() as db:
        behind = [rows.ids(db, loaded, cell.rows).size for cell in row.cells if cell.rows is not None]
    assert behind == [50, 10]


def test_weighted_cells_weigh_who_says_it_there(told: Project) -> None:
    (row,) = _table(told, weighted=True).rows
    weight = 1 + 2 * (np.arange(PEOPLE) % 2)
    assert row.counts == (50, 10)
    expected = [weight[:50].sum() / weight.sum(), weight[40:50].sum() / weight.sum()]
    assert [cell.share for cell in row.cells] == pytest.approx(expected)
