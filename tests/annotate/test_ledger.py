"""The one ledger of random rows, the pace behind its minutes, and which rows stand for a question."""

from __future__ import annotations

import numpy as np
import pytest
from survey import add_question, import_answers

from annotate import audit_stream, coding, frames, pace, samples
from annotate.random_rows import random_rows
from annotate.samples import Purpose
from annotate.store import images, operations
from annotate.store.project import Project
from annotate.store.query import Query, TextContains


@pytest.fixture
def question(project: Project, frame: int) -> int:
    return add_question(project, "Q1", frame=frame)


@pytest.fixture
def rows(project: Project, question: int) -> list[int]:
    return import_answers(project, question, [f"{'异响' if n % 2 else '空间'}{n}" for n in range(100)])[1]


def in_order(project: Project, sample: int) -> list[int]:
    return [
        int(row[0] or 0)
        for row in project.rows("select verbatim_id from sample_row where sample_id = ? order by place", (sample,))
    ]


def wait(monkeypatch: pytest.MonkeyPatch, seconds: list[float]) -> None:
    """Let the clock of operations go on by so many seconds from step to step; then stand still."""
    now = 1_800_000_000.0
    left = iter(seconds)

    def time_ns() -> int:
        nonlocal now
        now += next(left, 0.0)
        return int(now * 1e9)

    monkeypatch.setattr("annotate.store.operations.time.time_ns", time_ns)


def test_a_row_that_serves_several_purposes_is_owed_once(project: Project, question: int, rows: list[int]) -> None:
    audit = samples.draw_audit(project, question=question, size=60)
    agreement = samples.draw(project, purpose=Purpose.AGREEMENT, question=question, size=60, seed=5)
    both = set(in_order(project, audit.id)) | set(in_order(project, agreement.id))
    assert len(both) < 120
    told = samples.owed(project)
    assert [(one.purpose, one.drawn, one.reviewed, one.owed) for one in told.lines] == [
        (Purpose.AUDIT, 60, 0, 60), (Purpose.AGREEMENT, 60, 0, 60),
    ]  # fmt: skip
    assert told.rows == len(both)
    # An answer of double coding takes two decisions, however many samples it is in.
    assert told.decisions == 120 + len(both - set(in_order(project, agreement.id)))
    assert told.minutes is None
    assert told.pace.few


def test_rows_decided_before_the_draw_count_as_reviewed(project: Project, question: int, rows: list[int]) -> None:
    coding.confirm(project, verbatims=rows[:50])
    drawn = samples.draw_audit(project, question=question, size=40)
    done = len(set(in_order(project, drawn.id)) & set(rows[:50]))
    assert 0 < done < 40
    assert (drawn.drawn, drawn.reviewed) == (40, done)
    owed = samples.rows_owed(project, limit=100)
    assert owed == [row for row in in_order(project, drawn.id) if row not in rows[:50]]
    assert samples.rows_owed(project, limit=3) == owed[:3]


def test_double_coding_wants_two_people_or_a_judge(
    project: Project, frame: int, question: int, rows: list[int]
) -> None:
    drawn = in_order(project, samples.draw(project, purpose=Purpose.AGREEMENT, question=question, size=4, seed=1).id)
    code = frames.add_code(project, frame=frame, label="异响")
    coding.confirm(project, verbatims=drawn[:3])
    assert samples.rows_owed(project) == drawn[3:]  # the others wait for someone else
    assert samples.owed(project).decisions == 3 + 2
    project.work_as("Bo")
    assert samples.rows_owed(project) == drawn
    coding.confirm(project, verbatims=drawn[:2])
    coding.adjudicate(project, verbatim=drawn[3], codes=[(code, None)])
    assert samples.samples(project)[0].reviewed == 3
    assert samples.rows_owed(project) == [drawn[2]]


def test_rows_can_be_asked_for_by_purpose_and_question(project: Project, frame: int, question: int) -> None:
    other = add_question(project, "Q2", frame=frame)
    mine = import_answers(project, question, ["异响", "异响", "空间"])[1]
    import_answers(project, other, ["油耗"])
    samples.draw_audit(project, question=question, size=3)
    samples.draw(project, purpose=Purpose.CORRECTION, question=other, size=1, seed=1)
    assert len(samples.rows_owed(project, question=question)) == 2  # identical answers come once
    assert set(samples.rows_owed(project, purpose=Purpose.AUDIT)) < set(mine)
    assert len(samples.rows_owed(project, purpose=Purpose.CORRECTION)) == 1
    assert samples.owed(project).decisions == 3


def test_withdrawn_imports_leave_the_ledger(project: Project, question: int, rows: list[int]) -> None:
    gone, away = import_answers(project, question, [f"后来{n}" for n in range(100)])
    drawn = samples.draw_audit(project, question=question, size=40)
    left = len(set(in_order(project, drawn.id)) - set(away))
    operations.run(
        project, "import", lambda op: images.write(op, "import_batch", {"id": gone}, {"state": 2})
    )  # fmt: skip
    assert samples.samples(project)[0].drawn == samples.owed(project).rows == left < 40


def test_minutes_come_from_this_projects_own_pace(
    project: Project, question: int, rows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples.draw_audit(project, question=question, size=30)
    wait(monkeypatch, [8.0, 8.0, 400.0, 12.0, 8.0])
    for row in rows[:4]:
        coding.confirm(project, verbatims=[row])
    with project.reading() as db:
        told = pace.pace(db)
    assert (told.seconds, told.gaps, told.few) == (10.0, 2, True)  # 8 and 12; the pause is no work
    ledger = samples.owed(project)
    assert ledger.minutes == pytest.approx(ledger.decisions * 10 / 60)


def test_only_single_answers_read_by_people_set_the_pace(
    project: Project, question: int, rows: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait(monkeypatch, [5.0] * 40)
    coding.confirm(project, verbatims=rows[:1])
    coding.confirm(project, verbatims=rows[1:30])  # many at once say nothing about reading
    operations.undo(project)
    project.work_as("Bo")
    coding.confirm(project, verbatims=rows[40:41])
    with project.reading() as db:
        assert pace.pace(db) == pace.Pace(None, 0)
    for row in rows[50:71]:
        coding.confirm(project, verbatims=[row])
    with project.reading() as db:
        told = pace.pace(db)
    assert (told.seconds, told.gaps, told.few) == (5.0, 21, False)


def test_random_rows_are_those_reviewed_in_turn(project: Project, question: int, rows: list[int]) -> None:
    drawn = in_order(project, samples.draw_audit(project, question=question, size=40).id)
    coding.confirm(project, verbatims=[*drawn[:10], *drawn[25:35]])
    with project.reading() as db:
        told = random_rows(db, question)
    assert set(told.ids.tolist()) == set(drawn[:10])
    assert (told.population, told.covered, told.skipped, told.later) == (100, 100, 0, 10)
    assert told.weights.tolist() == [10.0] * 10
    coding.confirm(project, verbatims=[row for row in drawn[10:40] if row != drawn[12]])
    with project.reading() as db:
        told = random_rows(db, question)
    assert set(told.ids.tolist()) == set(drawn) - {drawn[12]}  # one of forty left out: no more than a twentieth
    assert (told.skipped, told.later) == (1, 0)


def test_samples_of_some_answers_do_not_stand_for_all(project: Project, question: int, rows: list[int]) -> None:
    samples.draw(
        project, purpose=Purpose.AUDIT, question=question, size=20, seed=1, among=Query((TextContains("异响"),))
    )
    coding.confirm(project, verbatims=rows)
    with project.reading() as db:
        assert random_rows(db, question).ids.size == 0


def test_strata_weigh_what_they_stand_for(project: Project, question: int, rows: list[int]) -> None:
    samples.draw_audit(project, question=question, size=50)
    later = import_answers(project, question, [f"油耗{n}" for n in range(900)])[1]
    samples.draw_audit(project, question=question, size=90)
    never = import_answers(project, question, [f"后来{n}" for n in range(30)])[1]
    coding.confirm(project, verbatims=[*rows, *later, *never])
    with project.reading() as db:
        told = random_rows(db, question)
    new = np.isin(told.ids, later)
    assert (int(new.sum()), int((~new).sum())) == (90, 50)
    assert set(told.weights[new].tolist()) == {900 / 90}
    assert set(told.weights[~new].tolist()) == {100 / 50}
    assert told.weights.sum() == pytest.approx(told.covered) == 1000
    assert told.population == 1030


def test_weighted_shares_of_a_growing_sample_are_unbiased() -> None:
    """Many streams over two imports of different shares: the weighted mean hits the true share on average."""
    generator = np.random.default_rng(4)
    first, second = np.arange(1, 61), np.arange(61, 361)
    truth = np.concatenate([generator.random(60) < 0.7, generator.random(300) < 0.2])
    told = []
    for seed in range(1_500):
        mine = first[np.argsort(audit_stream.luck(first, seed))][:30]
        theirs = second[np.argsort(audit_stream.luck(second, seed))][:20]
        told.append((truth[mine - 1].mean() * 60 + truth[theirs - 1].mean() * 300) / 360)
    error = np.std(told) / np.sqrt(len(told))
    assert abs(np.mean(told) - truth.mean()) < 4.5 * error
