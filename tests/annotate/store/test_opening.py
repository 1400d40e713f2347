"""Opening: foreign, damaged, locked and unwritable files each get a sentence and stay as they are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.store import check, operations, schema
from annotate.store.connection import driver
from annotate.store.project import Project


def foreign(path: Path, *statements: str) -> None:
    raw = driver.connect(str(path), isolation_level=None)
    for statement in statements:
        raw.execute(statement)
    raw.close()


def newer(path: Path) -> None:
    foreign(path, f"pragma user_version={schema.VERSION + 1}")


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])


def zero_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + bytes(8_192 - 100) + content[8_192:])


CASES: list[tuple[str, Callable[[Path], object]]] = [
    ("empty-project", lambda path: path.write_bytes(b"")),
    ("not-a-project", lambda path: path.write_text("id,text\n1,顿挫\n", encoding="utf-8")),
    ("not-a-project", lambda path: path.write_bytes(bytes(4096) + path.read_bytes()[4096:])),
    ("damaged-project", cut),
    ("damaged-project", lambda path: path.write_bytes(path.read_bytes()[:60])),
    ("damaged-project", zero_pages),
    ("newer-project", newer),
    ("foreign-database", lambda path: (path.unlink(), foreign(path, "create table t(x)"))),
    ("foreign-database", lambda path: foreign(path, "pragma application_id=7")),
]


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(("id", "spoil"), CASES, ids=[f"{n}-{id}" for n, (id, _spoil) in enumerate(CASES)])
def test_what_is_no_good_project_is_refused_and_left_alone(
    project: Project, id: str, spoil: Callable[[Path], object], read_only: bool
) -> None:
    path = project.path
    frames.create_frame(project, name="Car")
    project.close()
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(UserError) as error:
        Project.open(path, read_only=read_only)
    assert error.value.id == id
    assert path.name in error.value.sentence()
    assert "{" not in error.value.sentence()
    assert error.value.why
    assert error.value.advice
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir() if "lock" in one.name or "holder" in one.name] == []


def test_missing_files_and_folders_are_told_apart(tmp_path: Path) -> None:
    for path, id in ((tmp_path / "none.tingdong", "no-such-project"), (tmp_path, "not-a-file")):
        with pytest.raises(UserError) as error:
            Project.open(path)
        assert error.value.id == id
    with pytest.raises(UserError) as error:
        Project.create(tmp_path / "no" / "x.tingdong")
    assert error.value.id == "folder-missing"
    assert list(tmp_path.iterdir()) == []


def test_a_new_project_overwrites_nothing(project: Project) -> None:
    with pytest.raises(UserError) as error:
        Project.create(project.path)
    assert error.value.id == "project-exists"


def test_the_second_opener_reads_only_and_is_told_why(project: Project) -> None:
    frames.create_frame(project, name="Car")
    with Project.open(project.path, coder="Ben") as second:
        assert second.read_only
        assert second.read_only_reason == "Another program has it open."
        assert [one.name for one in frames.frames(second)] == ["Car"]
        for change in (
            lambda: frames.create_frame(second, name="x"),
            lambda: operations.undo(second),
            lambda: second.write(lambda db: db.execute("delete from op")),
        ):
            with pytest.raises(UserError) as error:
                change()
            assert error.value.id == "read-only"
        assert check.check(second).ok
        frames.create_frame(project, name="Shop")
        assert [one.name for one in frames.frames(second)] == ["Car", "Shop"]
    path = project.path
    project.close()
    with Project.open(path) as again:
        assert not again.read_only


def test_a_program_that_holds_the_lock_is_seen_from_another_process(project: Project) -> None:
    code = (
        "import sys; from annotate.store.project import Project\n"
        "with Project.open(sys.argv[1]) as p: print(p.read_only, p.read_only_reason)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(project.path)], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert told.stdout.strip() == "True Another program has it open."


def test_closing_leaves_one_complete_file(project: Project, tmp_path: Path) -> None:
    frames.create_frame(project, name="Car")
    project.close()
    assert [one.name for one in tmp_path.iterdir()] == [project.path.name]
    project.close()  # a second time is harmless
    with pytest.raises(UserError):
        frames.create_frame(project, name="x")


def test_a_passphrase_is_needed_and_must_be_right(tmp_path: Path) -> None:
    path = tmp_path / "s.tingdong"
    with Project.create(path, passphrase="correct horse") as project:
        frames.create_frame(project, name="CANARY")
    content = path.read_bytes()
    assert b"CANARY" not in content
    for passphrase, id in ((None, "passphrase-needed"), ("wrong", "damaged-project")):
        with pytest.raises(UserError) as error:
            Project.open(path, passphrase=passphrase)
        assert error.value.id == id
    assert path.read_bytes() == content
    with Project.open(path, passphrase="correct horse") as project:
        assert [one.name for one in frames.frames(project)] == ["CANARY"]


def test_coders_are_found_by_name_and_the_last_one_works_on(project: Project) -> None:
    ben = project.work_as("Ben")
    assert project.coder_named("Ben") == ben
    frames.create_frame(project, name="Car")
    path = project.path
    project.close()
    with Project.open(path) as again:
        assert again.coder == ben


FULL = """
import json, resource, sys
from annotate import coding, frames
from annotate.errors import UserError
from annotate.store.project import Project
path = sys.argv[1]
with Project.open(path, coder="Ann") as project:
    frame = frames.the_frame(project)
    codes = [one.id for one in frames.head(project, frame).live]
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    last = 0
    for turn in range(10_000):
        try:
            last = coding.apply_code(project, verbatims=range(1, 301), code=codes[turn % 2], sentiment=turn % 3 - 1).op
        except UserError as error:
            print(json.dumps({"last": last, "id": error.id, "sentence": error.sentence()}))
            break
    counts = frames.code_counts(project, frame)
"""


@pytest.mark.skipif(os.name == "nt", reason="RLIMIT_FSIZE is a limit of Unix")
@pytest.mark.parametrize("room", [40_000, 300_000])
def test_a_full_disk_loses_nothing_that_was_saved(project: Project, frame: int, room: int) -> None:
    import_answers(project, add_question(project, "Q", frame=frame), [f"answer {n}" for n in range(300)])
    for label in "ab":
        frames.add_code(project, frame=frame, label=label)
    path = project.path
    project.close()
    size = path.stat().st_size
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(size + room)], capture_output=True, text=True, check=True
    )
    outcome = json.loads(told.stdout)
    assert outcome["id"] == "disk-full"
    assert path.name in outcome["sentence"]
    with Project.open(path, coder="Ann") as again:
        assert check.check(again).ok
        assert again.rows("select max(id) from op") == [(max(outcome["last"], 4),)]
        coding.confirm(again, verbatims=[1])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_that_may_not_be_written_opens_for_reading(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    with Project.create(folder / "car.tingdong", coder="Ann") as project:
        frames.create_frame(project, name="Car")
    for one in (tmp_path, *tmp_path.parents):
        if one.owner() == "root" and one != Path("/"):
            one.chmod(one.stat().st_mode | 0o055)
    (folder / "car.tingdong").chmod(0o444)
    folder.chmod(0o555)
    code = (
        "import os, sys\n"
        "from annotate import frames\n"
        "from annotate.store import check\n"
        "from annotate.store.project import Project\n"
        "from annotate.errors import UserError\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "with Project.open(sys.argv[1]) as p:\n"
        "    print(p.read_only, p.read_only_reason, [f.name for f in frames.frames(p)], check.check(p).ok)\n"
        "try:\n"
        "    Project.create(sys.argv[1] + '2')\n"
        "except UserError as error:\n"
        "    print(error.id)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder / "car.tingdong")], capture_output=True, text=True, check=False
    )
    assert told.stdout.splitlines() == [
        "True The file or its folder may not be written. ['Car'] True",
        "not-writable",
    ], told.stderr


@pytest.mark.parametrize("read_only", [False, True])
def test_a_project_of_version_1_is_brought_up_to_date(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "old.tingdong"
    with Project.create(path, coder="Ann"):
        pass
    raw = driver.connect(str(path), isolation_level=None)
    names = re.findall(r"create table (\w+)", "\n".join(schema.script("schema_2.sql", "schema_3.sql")))
    assert names
    for name in names:
        raw.execute(f"drop table {name}")
    raw.execute("delete from _sqlite_migrations where name > '0001_first'")
    raw.execute("pragma user_version=1")
    raw.close()
    with Project.open(path, read_only=read_only) as project:
        found = {str(row[0]) for row in project.rows("select name from sqlite_schema where type = 'table'")}
        assert set(names) <= found
        assert check.check(project).ok
