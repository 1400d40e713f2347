"""Coding a corpus: one step, resumable anywhere, wave by wave."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tables
from in_process import InProcess

from annotate import frames, verbatims
from annotate.errors import UserError
from annotate.importing.frame_load import import_frame
from annotate.importing.label_load import import_labels
from annotate.importing.load import import_file
from annotate.jobs import CancelledError
from annotate.store import images, operations
from annotate.store.check import check
from annotate.store.connection import Row
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Query
from training import session
from training.coding import crew
from training.coding import run as coding_run
from training.coding.run import Only
from training.process.blocks import Json
from training.process.worker import Worker


@pytest.fixture(scope="module")
def trained_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of 60 answers in the waves 2026-05 and 2026-06, 40 labelled, with one model."""
    folder = tmp_path_factory.mktemp("coding")
    with Project.create(folder / "p.tingdong", coder="Ann") as project:
        import_file(project, tables.survey(folder / "调研.csv"))
        import_frame(project, tables.frame(folder / "码框.csv"))
        import_labels(project, tables.labels(folder / "labels.csv", 40))
        session.train(project, worker=InProcess())
    return folder / "p.tingdong"


@pytest.fixture
def project(trained_file: Path, tmp_path: Path) -> Iterator[Project]:
    shutil.copy(trained_file, tmp_path / "p.tingdong")
    with Project.open(tmp_path / "p.tingdong") as one:
        yield one


def in_force(project: Project) -> list[Row]:
    """Return the predictions in force, without the numbers of their runs."""
    return project.rows(
        "select q.name, w.name, p.verbatim_id, p.code_id, p.p, p.accepted, p.sentiment, p.sentiment_p, p.trained"
        " from run_in_force f join question q on q.id = f.question_id left join wave w on w.id = f.wave_id"
        " join prediction p on p.run_id = f.run_id order by 3, 4"
    )


def pointers(project: Project) -> dict[str, int]:
    rows = project.rows("select ifnull(w.name, ''), f.run_id from run_in_force f left join wave w on w.id = f.wave_id")
    return {str(name): int(run or 0) for name, run in rows}


def test_every_answer_is_coded_once_by_a_run_for_each_wave(project: Project) -> None:
    done = coding_run.code(project, worker=InProcess())
    assert (done.answers, len(done.runs), done.kept_waves) == (60, 2, ())
    assert set(pointers(project)) == {"2026-05", "2026-06"}
    rows = in_force(project)
    everything = set(verbatims.ids(project, Query()).tolist())
    assert {row[2] for row in rows} <= everything
    wave = dict(project.rows("select v.id, w.name from verbatim v join record r on r.id = v.record_id"
                             " join wave w on w.id = r.wave_id"))  # fmt: skip
    assert all(row[1] == wave[row[2]] for row in rows)
    assert all(row[4] >= coding_run.FLOOR * 10_000 or row[5] for row in rows)  # type: ignore[operator]
    nets = {one.id for one in frames.head(project, frames.the_frame(project)).codes if one.is_net}
    accepted = [row for row in rows if row[5] and row[3] not in nets]
    assert (done.accepted, done.with_code) == (len(accepted), len({row[2] for row in accepted}))
    assert done.with_code > 20
    assert check(project).ok


def test_training_rows_carry_their_out_of_sample_scores_and_say_so(project: Project) -> None:
    coding_run.code(project, worker=InProcess())
    stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
    place = {code: column for column, code in enumerate(stored.columns)}
    rows = in_force(project)
    assert {row[2] for row in rows if row[8]} <= set(stored.trained)
    assert {row[2] for row in rows if not row[8]} <= set(verbatims.ids(project, Query()).tolist()) - set(stored.trained)
    assert any(row[8] for row in rows)
    for row in rows:
        if row[8]:
            own = stored.probability[stored.trained[int(row[2] or 0)], place[int(row[3] or 0)]]
            assert row[4] == int(np.rint(own * 10_000))


@pytest.mark.parametrize("least", [0.0, 0.01, 2.0])
def test_what_is_said_of_whole_answers_is_stored_where_it_says_something(
    project: Project, monkeypatch: pytest.MonkeyPatch, least: float
) -> None:
    monkeypatch.setattr(coding_run, "NONE_NOTABLE", least)
    coding_run.code(project, worker=InProcess())
    stored = session.load(project, session.newest_model(project, frames.the_frame(project)))
    plan = coding_run.plan_of(project, stored, Only())
    expected = {}
    for stretch in coding_run.stretches_of(project, verbatims.questions(project), Only())[0]:
        for chunk in coding_run.chunks_of(stretch, 0):
            done = InProcess().code_chunk(plan, chunk)
            coded = set(done.coded.rows[done.coded.accepted].tolist())
            for row, (one, covered, none) in enumerate(zip(done.ids, done.coded.covered, done.coded.none, strict=True)):
                if (row in coded and covered < 10_000) or none >= least * 10_000:
                    expected[int(one)] = (int(covered), int(none))
    assert (least > 1) == (not expected)
    rows = project.rows("select verbatim_id, covered, none_p from run_answer")
    assert {int(row[0] or 0): row[1:] for row in rows} == expected


def stopped(project: Project, chunks: int, worker: Worker | None = None) -> None:
    """Start a coding run and cancel it after so many chunks."""
    seen = 0

    def stop(done: int, total: int | None, what: str = "") -> None:
        nonlocal seen
        seen += 1
        if seen == chunks:
            raise CancelledError

    with pytest.raises(CancelledError):
        coding_run.code(project, worker=worker or InProcess(), progress=stop)


@pytest.fixture(scope="module")
def whole(trained_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    path = tmp_path_factory.mktemp("whole") / "p.tingdong"
    shutil.copy(trained_file, path)
    with Project.open(path) as project:
        coding_run.code(project, worker=InProcess())
        return in_force(project)


@pytest.mark.parametrize("chunks", [1, 4, 6, 9])
def test_a_run_cancelled_anywhere_goes_on_to_the_same_rows(
    project: Project, whole: list[Row], monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    monkeypatch.setattr(coding_run, "CHUNK", 7)
    stopped(project, chunks)
    assert in_force(project) == []
    assert project.rows("select count(distinct verbatim_id) > 0 from prediction") == [(1,)]
    with Project.open(_closed(project)) as again:
        done = coding_run.code(again, worker=InProcess())
        assert done.answers == 60
        assert again.rows("select count(*) from run") == [(2,)]
        assert in_force(again) == whole
        assert check(again).ok


def _closed(project: Project) -> Path:
    project.close()
    return project.path


class _Doomed(Worker):
    """Its child dies with the third chunk in its hands."""

    sent = 0

    def _send(self, message: Json) -> None:
        if message.get("command") != "code_chunk" or self.pid is None:
            super()._send(message)
            return
        self.sent += 1
        doomed = self.pid
        if self.sent == 3:
            os.kill(doomed, signal.SIGSTOP)
        super()._send(message)
        if self.sent == 3:
            os.kill(doomed, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped by signals")
def test_a_dead_worker_leaves_what_it_did_and_the_next_goes_on(
    project: Project, whole: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coding_run, "CHUNK", 5)
    with _Doomed() as worker:
        with pytest.raises(UserError) as died:
            coding_run.code(project, worker=worker)
        assert died.value.id == "worker-died"
        assert in_force(project) == []
        done = project.rows("select sum(n_verbatims) from run")[0][0]
        assert 0 < int(done or 0) < 30
        coding_run.code(project, worker=worker)  # which starts a new child
    assert in_force(project) == whole


def test_two_processes_give_the_same_rows_as_one(
    project: Project, whole: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coding_run, "CHUNK", 7)
    monkeypatch.setattr(crew, "processes", lambda: 2)
    seen: list[int] = []
    coding_run.code(project, progress=lambda done, total, what="": seen.append(done))
    assert in_force(project) == whole
    assert seen == sorted(seen)
    assert seen[-1] == 60


def test_a_protected_project_is_coded_by_processes_that_are_given_its_passphrase(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.tingdong", coder="Ann", passphrase="听懂 secret") as project:
        import_file(project, tables.survey(tmp_path / "调研.csv"))
        import_frame(project, tables.frame(tmp_path / "码框.csv"))
        import_labels(project, tables.labels(tmp_path / "labels.csv", 40))
        session.train(project, worker=InProcess())
        assert coding_run.code(project).answers == 60
        assert len(in_force(project)) > 20


def test_undo_of_auto_coding_restores_the_run_before(project: Project) -> None:
    coding_run.code(project, worker=InProcess())
    first = pointers(project)
    session.train(project, seed=2, worker=InProcess())
    coding_run.code(project, worker=InProcess())
    second = pointers(project)
    assert set(first.values()).isdisjoint(second.values())
    step = operations.undo(project)
    assert step is not None
    assert (step.kind, step.rows) == ("auto-code", 60)
    assert pointers(project) == first
    operations.undo(project)
    assert (pointers(project), in_force(project)) == ({}, [])
    operations.redo(project)
    operations.redo(project)
    assert pointers(project) == second


def deliver(project: Project, wave: str) -> None:
    def do(op: Operation) -> None:
        number = op.db.integer("select id from wave where name = ?", (wave,))
        images.write(op, "wave", {"id": number}, {"delivered": 1})
        op.say("Wave delivered")

    operations.run(project, "wave", do)


def test_a_delivered_wave_keeps_its_run(project: Project) -> None:
    coding_run.code(project, worker=InProcess())
    before = pointers(project)
    deliver(project, "2026-05")
    session.train(project, seed=2, worker=InProcess())
    done = coding_run.code(project, worker=InProcess())
    after = pointers(project)
    assert done.kept_waves == ("2026-05",)
    assert done.answers == 30
    assert after["2026-05"] == before["2026-05"]
    assert after["2026-06"] == done.runs[0] != before["2026-06"]
    deliver(project, "2026-06")
    with pytest.raises(UserError) as refused:
        coding_run.code(project, worker=InProcess())
    assert refused.value.id == "nothing-to-code"


def test_answers_that_come_later_are_coded_by_the_next_run(project: Project, tmp_path: Path) -> None:
    from annotate.importing.roles import Role

    coding_run.code(project, worker=InProcess())
    question = verbatims.questions(project)[0].name
    path = tables.write_csv(tmp_path / "more.csv", ["id", question], [["n1", "又有异响"], ["n2", ""], ["n3", "NA"]])
    import_file(project, path, roles={Role.ID: ["id"], Role.TEXT: [question]})
    done = coding_run.code(project, worker=InProcess())
    assert (done.answers, len(done.runs)) == (61, 3)
    assert set(pointers(project)) == {"2026-05", "2026-06", ""}


def test_an_import_that_comes_back_during_a_stopped_run_is_coded_too(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from annotate.importing.roles import Role

    question = verbatims.questions(project)[0].name
    columns = ["id", "期", question]
    roles = {Role.ID: ["id"], Role.WAVE: ["期"], Role.TEXT: [question]}
    for name, coder in (("b", "Bo"), ("c", "Cy")):
        project.work_as(coder)
        rows = [[f"{name}{n}", "2026-05", f"{name}又有异响{n}"] for n in range(6)]
        import_file(project, tables.write_csv(tmp_path / f"{name}.csv", columns, rows), roles=roles)
    project.work_as("Bo")
    operations.undo(project)
    monkeypatch.setattr(coding_run, "CHUNK", 36)
    stopped(project, 1)
    operations.redo(project)
    done = coding_run.code(project, worker=InProcess())
    assert done.answers == 72
    coded = {row[2] for row in in_force(project)}
    back = project.rows(
        "select v.id from verbatim v join import_batch b on b.id = v.batch_id and b.file_name = 'b.csv'"
    )
    assert {row[0] for row in back} <= coded
