"""The model that trains itself: when it is due, what it changes, what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import loop_project
import pytest
from in_process import InProcess

from annotate import coding, verbatims
from annotate.errors import UserError
from annotate.frames import head
from annotate.store import operations
from annotate.store.project import Project
from annotate.store.query import Query
from training import session
from training.coding import by_itself
from training.coding import run as coding_run
from training.coding.by_itself import Due
from training.learner import model_file
from training.quality import switch, versions


def decide(project: Project, first: int, count: int) -> None:
    """Give one code, which they may not deserve, to answers from a place on."""
    leaf = next(one for one in head(project, 1).codes if not one.is_net)
    chosen = verbatims.ids(project, Query()).tolist()[first : first + count]
    coding.apply_code(project, verbatims=chosen, code=leaf.id, expand=False)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.open(loop_project.make(tmp_path, rows=200, coded=60))


def test_it_waits_for_twenty_answers_with_one_code_and_enough_decided(tmp_path: Path) -> None:
    with Project.open(loop_project.make(tmp_path, rows=120, coded=2)) as project:
        assert by_itself.due(project) is None
        decide(project, 5, 18)
        assert by_itself.due(project) is None
        decide(project, 23, 20)
        assert by_itself.due(project) == Due(1, 40)
        assert by_itself.due(project, beyond=1) is None


def test_it_trains_suggests_and_marks_the_version_without_a_step_to_undo(project: Project) -> None:
    with project:
        decide(project, 100, 1)
        mine = operations.history(project)[0].op
        told = by_itself.due(project)
        assert told is not None
        learnt = by_itself.learn(project, frame=told.frame, worker=InProcess())
        assert (learnt.suggested, learnt.kept, learnt.broken) == (200, 0, False)
        version = versions.models(project, 1)[-1]
        assert (version.id, version.by_itself, len(version.in_force)) == (learnt.model, True, 1)
        assert by_itself.due(project) is None
        undone = operations.undo(project)
        assert undone is not None
        assert undone.op == mine
        assert versions.models(project, 1)[-1].in_force


def test_it_trains_again_after_as_many_decisions_as_tell_something_new(project: Project) -> None:
    with project:
        by_itself.learn(project, frame=1, worker=InProcess())
        decide(project, 100, by_itself.AGAIN_AFTER - 1)
        assert by_itself.due(project) is None
        decide(project, 180, 1)
        assert by_itself.due(project) == Due(1, by_itself.AGAIN_AFTER)
        second = by_itself.learn(project, frame=1, worker=InProcess())
        assert [one.id for one in versions.models(project, 1) if one.in_force] == [second.model]


def test_a_model_that_a_person_chose_stays(project: Project) -> None:
    with project:
        by_itself.learn(project, frame=1, worker=InProcess())
        own = session.train(project, worker=InProcess())
        switch.use(project, own.id, worker=InProcess())
        decide(project, 100, 80)
        assert by_itself.due(project) is None
        learnt = by_itself.learn(project, frame=1, worker=InProcess())
        assert (learnt.suggested, learnt.kept) == (0, 1)
        assert [one.id for one in versions.models(project, 1) if one.in_force] == [own.id]


def test_a_delivered_wave_keeps_its_run(tmp_path: Path) -> None:
    with Project.open(loop_project.make(tmp_path, rows=80, coded=60)) as project:
        first = by_itself.learn(project, frame=1, worker=InProcess())
        for sql in (
            "insert into wave(id, uuid, name, sort, delivered) values (1, randomblob(16), '2026-05', 1, 1)",
            "update record set wave_id = 1",
            "update run set wave_id = 1",
            "update run_in_force set wave_id = 1",
        ):
            project.write(lambda db, sql=sql: db.execute(sql).fetchall())  # type: ignore[misc]
        decide(project, 0, 60)
        assert by_itself.due(project) is None
        second = by_itself.learn(project, frame=1, worker=InProcess())
        assert (second.suggested, second.kept) == (0, 1)
        assert [one.id for one in versions.models(project, 1) if one.in_force] == [first.model]


def test_nothing_is_due_without_a_frame(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong") as project:
        assert by_itself.due(project) is None


def test_a_model_stored_with_fewer_parts_is_to_be_trained_again(project: Project) -> None:
    with project:
        model = session.train(project, worker=InProcess()).id
        project.write(lambda db: db.execute("delete from model_part where name = 'reader.json'").fetchall())
        with pytest.raises(UserError) as caught:
            session.load(project, model)
        assert caught.value.id == model_file.other_version().id == "model-other-version"
        with pytest.raises(UserError):
            coding_run.code(project, worker=InProcess())
