"""Random samples: probabilities that add up, the same seed the same rows, undone like anything else."""

from __future__ import annotations

import pytest
from survey import add_question, import_answers

from annotate import coding, samples
from annotate.errors import UserError
from annotate.samples import Purpose
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query, TextContains


@pytest.fixture
def question(project: Project, frame: int) -> int:
    return add_question(project, "Q1", frame=frame)


@pytest.fixture
def rows(project: Project, question: int) -> list[int]:
    return import_answers(project, question, [f"{'异响' if n % 2 else '空间'}{n}" if n % 5 else "" for n in range(50)])[
        1
    ]


def drawn(project: Project, sample: int) -> list[tuple[int, float, int]]:
    found = project.rows(
        "select verbatim_id, inclusion, place from sample_row where sample_id = ? order by 3", (sample,)
    )
    return [(int(row[0] or 0), float(row[1] or 0), int(row[2] or 0)) for row in found]


def test_a_sample_is_drawn_from_the_answered_with_its_probability(
    project: Project, question: int, rows: list[int]
) -> None:
    one = samples.draw(project, purpose=Purpose.AUDIT, question=question, size=10, seed=3)
    told = drawn(project, one.id)
    assert (one.drawn, one.reviewed, one.purpose, one.name) == (10, 0, Purpose.AUDIT, "audit")
    assert len({row[0] for row in told}) == 10
    assert {row[0] for row in told} <= {row for n, row in enumerate(rows) if n % 5}
    assert {row[1] for row in told} == {10 / 40}
    assert [row[2] for row in told] == list(range(1, 11))
    coding.confirm(project, verbatims=[told[0][0], told[1][0]])
    assert samples.samples(project)[0].reviewed == 2


def test_the_same_seed_draws_the_same_rows(project: Project, question: int, rows: list[int]) -> None:
    first, again, other = (
        samples.draw(project, purpose=Purpose.AGREEMENT, question=question, size=8, seed=seed) for seed in (3, 3, 4)
    )
    assert drawn(project, first.id) == drawn(project, again.id)
    assert drawn(project, first.id) != drawn(project, other.id)


def test_a_sample_of_some_rows_only(project: Project, question: int, rows: list[int]) -> None:
    among = Query((TextContains("异响"),))
    one = samples.draw(project, purpose=Purpose.AUDIT, question=question, size=100, seed=1, among=among, stratum="异响")
    assert one.drawn == 20
    assert {row[1] for row in drawn(project, one.id)} == {1.0}


def test_every_row_comes_about_equally_often(project: Project, question: int, rows: list[int]) -> None:
    times = dict.fromkeys((row for n, row in enumerate(rows) if n % 5), 0)
    for seed in range(60):
        one = samples.draw(project, purpose=Purpose.AUDIT, question=question, size=20, seed=seed)
        for row in drawn(project, one.id):
            times[row[0]] += 1
    # 60 draws at one half: beyond 10 and 50 lies one binomial row in ten million.
    assert min(times.values()) > 10
    assert max(times.values()) < 50


@pytest.mark.parametrize(("text", "size"), [("nowhere", 5), ("异响", 0)])
def test_nothing_to_draw_leaves_nothing_behind(
    project: Project, question: int, rows: list[int], text: str, size: int
) -> None:
    among = Query((TextContains(text),))
    with pytest.raises(UserError) as refused:
        samples.draw(project, purpose=Purpose.AUDIT, question=question, size=size, seed=1, among=among)
    assert refused.value.id == "nothing-to-draw"
    assert project.rows("select count(*) from sample") == [(0,)]


def test_a_sample_is_undone_and_redone(project: Project, question: int, rows: list[int]) -> None:
    one = samples.draw(project, purpose=Purpose.AUDIT, question=question, size=5, seed=1)
    operations.undo(project)
    assert samples.samples(project) == []
    operations.redo(project)
    assert samples.samples(project) == [one]
