"""One writer: people before bulk work, slices that let others pass, all or nothing."""

from __future__ import annotations

import threading

import pytest

from annotate import frames
from annotate.errors import UserError
from annotate.store.connection import Connection, IntegrityError, statements
from annotate.store.project import Project


def put(db: Connection, key: str) -> None:
    with db.transaction():
        db.execute("insert into setting(key, value) values (?, '1')", (key,))


def test_people_go_before_bulk_work(project: Project) -> None:
    order: list[str] = []
    gate = threading.Event()
    project.submit(lambda _db: gate.wait(30))
    waiting = [
        project.submit(lambda _db: order.append("bulk 1"), bulk=True),
        project.submit(lambda _db: order.append("bulk 2"), bulk=True),
        project.submit(lambda _db: order.append("person 1")),
        project.submit(lambda _db: order.append("person 2")),
    ]
    gate.set()
    for one in waiting:
        one.result(timeout=30)
    assert order == ["person 1", "person 2", "bulk 1", "bulk 2"]


def test_a_person_passes_between_two_slices(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.store.writer.SLICE_SECONDS", 0.0)
    seen: list[object] = []

    def write(db: Connection, rows: list[int]) -> None:
        if not seen:
            # Queued while the first slice runs; it must not wait for the last.
            project.submit(lambda db: seen.append(db.integer("select count(*) from setting")))
            seen.append("queued")
        db.executemany("insert into setting(key, value) values (?, '1')", ((str(row),) for row in rows))

    assert project.writer.slices(range(100), write, batch=10) == 100
    assert seen == ["queued", 10]
    assert project.rows("select count(*) from setting") == [(100,)]


def test_a_slice_that_fails_leaves_the_slices_before_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotate.store.writer.SLICE_SECONDS", 0.0)

    def write(db: Connection, rows: list[int]) -> None:
        db.executemany("insert into setting(key, value) values (?, '1')", ((str(row % 25),) for row in rows))

    with pytest.raises(IntegrityError):
        project.writer.slices(range(100), write, batch=10)
    assert project.rows("select count(*) from setting") == [(20,)]
    project.write(lambda db: put(db, "after"))
    assert project.rows("select count(*) from setting") == [(21,)]


def test_a_failed_transaction_is_rolled_back_and_the_writer_goes_on(project: Project) -> None:
    def half(db: Connection) -> None:
        with db.transaction():
            db.execute("insert into setting(key, value) values ('half', '1')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        project.write(half)
    assert project.rows("select * from setting") == []
    project.write(lambda db: put(db, "whole"))
    assert project.rows("select key from setting") == [("whole",)]


def test_a_job_on_the_writer_thread_may_write_at_once(project: Project) -> None:
    project.write(lambda _db: project.write(lambda db: put(db, "inner")))
    assert project.rows("select key from setting") == [("inner",)]


def test_readers_see_only_what_is_committed_and_write_nothing(project: Project) -> None:
    inside, go = threading.Event(), threading.Event()

    def slow(db: Connection) -> None:
        with db.transaction():
            db.execute("insert into setting(key, value) values ('slow', '1')")
            inside.set()
            go.wait(30)

    future = project.submit(slow)
    assert inside.wait(30)
    assert project.rows("select * from setting") == []
    go.set()
    future.result(timeout=30)
    assert project.rows("select key from setting") == [("slow",)]
    with pytest.raises(Exception, match="readonly"), project.reading() as db:
        db.execute("delete from setting")
    assert project.rows("select key from setting") == [("slow",)]


def test_many_threads_read_at_once(project: Project) -> None:
    frames.create_frame(project, name="Car")
    names: list[str] = []

    def read() -> None:
        for _ in range(20):
            names.extend(one.name for one in frames.frames(project))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert names == ["Car"] * 160


def test_closing_finishes_what_is_queued(project: Project) -> None:
    waiting = [project.submit(lambda db, key=str(key): put(db, key), bulk=True) for key in range(20)]
    path = project.path
    project.close()
    assert all(one.done() for one in waiting)
    with pytest.raises(UserError):
        project.submit(lambda db: put(db, "late"))
    with Project.open(path) as again:
        assert again.rows("select count(*) from setting") == [(20,)]


def test_a_script_is_split_into_whole_statements() -> None:
    script = "-- a comment; here\ncreate table t(x);\n\ncreate trigger a before delete on t begin select 1; end;\n"
    assert list(statements(script)) == [
        "create table t(x);",
        "create trigger a before delete on t begin select 1; end;",
    ]
    with pytest.raises(ValueError, match="ends inside"):
        list(statements("create table t("))
