"""The audit stream: a simple random sample that grows, whatever is imported, withdrawn, undone or reviewed between."""

from __future__ import annotations

import numpy as np
import pytest
from survey import add_question, import_answers

from annotate import audit_stream, samples
from annotate.errors import UserError
from annotate.store import operations
from annotate.store.project import Project


@pytest.fixture
def question(project: Project, frame: int) -> int:
    return add_question(project, "Q1", frame=frame)


def rows_of(project: Project, sample: int) -> list[tuple[int, str, float]]:
    found = project.rows(
        "select verbatim_id, stratum, inclusion from sample_row where sample_id = ? order by place", (sample,)
    )
    return [(int(row[0] or 0), str(row[1]), float(row[2] or 0)) for row in found]


def in_force(project: Project) -> set[int]:
    found = project.rows("select w.verbatim_id from sample_row w join sample s on s.id = w.sample_id and s.state = 1")
    return {int(row[0] or 0) for row in found}


def test_drawing_goes_on_where_it_stopped(project: Project, question: int) -> None:
    import_answers(project, question, [f"空间{n}" for n in range(40)])
    first = samples.draw_audit(project, question=question, size=10, seed=7)
    second = samples.draw_audit(project, question=question, size=10, seed=99)
    assert second.seed == 7
    taken = [row[0] for row in rows_of(project, first.id) + rows_of(project, second.id)]
    assert len(set(taken)) == 20
    assert {row[2] for row in rows_of(project, first.id)} == {10 / 40}
    assert {row[2] for row in rows_of(project, second.id)} == {20 / 40}
    samples.draw_audit(project, question=question, size=100)
    assert len(in_force(project)) == 40
    with pytest.raises(UserError) as refused:
        samples.draw_audit(project, question=question, size=1)
    assert refused.value.id == "nothing-to-draw"


def test_growing_by_steps_gives_the_rows_of_one_draw(project: Project, frame: int, question: int) -> None:
    ids = np.arange(1, 5_000, dtype=np.int64)
    order = ids[np.argsort(audit_stream.luck(ids, 3))]
    assert len(set(audit_stream.luck(ids, 3).tolist())) == ids.size
    assert not np.array_equal(order, ids[np.argsort(audit_stream.luck(ids, 4))])
    import_answers(project, question, [f"空间{n}" for n in range(60)])
    steps = [samples.draw_audit(project, question=question, size=5, seed=3) for _ in range(4)]
    answers = np.array([row[0] for row in project.rows("select id from verbatim")], np.int64)
    expected = answers[np.argsort(audit_stream.luck(answers, 3))][:20].tolist()
    assert [row[0] for step in steps for row in rows_of(project, step.id)] == expected


def test_an_undone_draw_comes_back_row_by_row(project: Project, question: int) -> None:
    import_answers(project, question, [f"空间{n}" for n in range(50)])
    before = rows_of(project, samples.draw_audit(project, question=question, size=12).id)
    operations.undo(project)
    assert samples.samples(project) == []
    assert rows_of(project, samples.draw_audit(project, question=question, size=12, seed=55).id) == before


def test_a_draw_by_the_program_is_not_undone_by_people(project: Project, question: int) -> None:
    import_answers(project, question, [f"空间{n}" for n in range(20)])
    samples.draw_audit(project, question=question, size=5, stackable=False)
    step = operations.undo(project)
    assert step is not None
    assert step.kind == "import"
    assert samples.samples(project) == []  # its rows are withdrawn with their import
    operations.redo(project)
    assert samples.samples(project)[0].drawn == 5


def test_later_imports_are_a_stratum_that_catches_up(project: Project, question: int) -> None:
    first, _ = import_answers(project, question, [f"空间{n}" for n in range(40)])
    samples.draw_audit(project, question=question, size=20)
    second, new = import_answers(project, question, [f"油耗{n}" for n in range(80)])
    rows = rows_of(project, samples.draw_audit(project, question=question, size=40).id)
    assert {row[0] for row in rows} <= set(new)
    assert {row[1:] for row in rows} == {(str(second), 40 / 80)}
    both = rows_of(project, samples.draw_audit(project, question=question, size=12).id)
    assert sorted(row[1] for row in both) == [str(first)] * 4 + [str(second)] * 8


def test_an_import_that_returns_keeps_its_own_share(project: Project, question: int) -> None:
    kept, _ = import_answers(project, question, [f"空间{n}" for n in range(50)])
    gone, away = import_answers(project, question, [f"油耗{n}" for n in range(50)])
    samples.draw_audit(project, question=question, size=20)
    drawn_there = len(in_force(project) & set(away))

    def switch(state: int) -> None:
        from annotate.store import images

        operations.run(
            project, "import", lambda op: images.write(op, "import_batch", {"id": gone}, {"state": state}),
        )  # fmt: skip

    switch(2)
    rows = rows_of(project, samples.draw_audit(project, question=question, size=10).id)
    assert {row[1] for row in rows} == {str(kept)}
    assert {row[2] for row in rows} == {(20 - drawn_there + 10) / 50}
    switch(1)
    rows = rows_of(project, samples.draw_audit(project, question=question, size=6).id)
    assert {row[1] for row in rows} == {str(gone)}
    assert {row[2] for row in rows} == {(drawn_there + 6) / 50}


def test_every_answer_comes_as_often_as_its_inclusion_says() -> None:
    """Over 4,000 seeds: two strata, drawn in steps; each answer and each pair of one stratum as often as it should."""
    seeds, first, second = 4_000, np.arange(1, 9), np.arange(9, 21)
    times = np.zeros(21)
    pairs = 0
    for seed in range(seeds):
        mine = first[np.argsort(audit_stream.luck(first, seed))][:2]
        theirs = second[np.argsort(audit_stream.luck(second, seed))][:6]
        times[mine] += 1
        times[theirs] += 1
        pairs += {1, 2} <= set(mine.tolist())
    # Within 4.5 standard deviations of the binomial: one row in 7,000 would lie outside.
    for ids, share in ((first, 2 / 8), (second, 6 / 12)):
        spread = 4.5 * np.sqrt(seeds * share * (1 - share))
        assert np.abs(times[ids] - seeds * share).max() < spread
    together = (2 / 8) * (1 / 7)
    assert abs(pairs - seeds * together) < 4.5 * np.sqrt(seeds * together * (1 - together))


def test_draws_are_dealt_to_the_smallest_share() -> None:
    assert audit_stream.dealt([100, 50], [0, 0], 30) == [20, 10]
    assert audit_stream.dealt([100, 50], [40, 0], 30) == [7, 23]
    assert audit_stream.dealt([3, 2, 0], [0, 0, 0], 9) == [3, 2, 0]
    assert audit_stream.refined([[1, 2]], {2, 3}) == [[2], [1], [3]]
