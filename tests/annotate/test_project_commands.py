"""Commands on a project file as a whole: merging copies and what is left to look at, backups with work, restoring."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from survey import add_question, import_answers, quick_passphrases

from annotate import coding, frames, messages
from annotate.commands import group
from annotate.store import backup
from annotate.store.project import Project

SECRET = "correct horse battery"
CANARY = "静谧驾驶舱"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    before = messages.current()
    messages.use("en")
    with quick_passphrases():
        yield
    messages.use(before)


def call(*words: object, code: int = 0) -> str:
    told = CliRunner().invoke(group, [str(one) for one in words], env={"PP": SECRET, "OTHER": "another of some length"})
    assert told.exit_code == code, told.output
    return told.output


def asked(*words: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(call(*words, "--json"))
    return found


def make(path: Path, secret: str | None = None) -> Path:
    with Project.create(path, coder="Ann", passphrase=secret) as project:
        frame = frames.create_frame(project, name="Car")
        import_answers(project, add_question(project, "Q1", frame=frame), [CANARY, "异响", "没有", "风噪"])
        frames.add_code(project, frame=frame, label="a")
    return path


def work(path: Path, coder: str, *, secret: str | None = None, codes: int = 1) -> None:
    with Project.open(path, coder=coder, passphrase=secret) as project:
        _batch, more = import_answers(project, 1, [f"{CANARY} there {n}" for n in range(codes)])
        for one in more:
            coding.apply_code(project, verbatims=[one], code=1)
        coding.apply_code(project, verbatims=[2], code=1)


def test_what_a_merge_leaves_is_printed_listed_later_and_settled(tmp_path: Path) -> None:
    path = make(tmp_path / "car.tingdong")
    copy = Path(shutil.copy(path, tmp_path / "ben.tingdong"))
    work(copy, "Ben", codes=12)
    said = call("merge", path, copy).splitlines()
    assert said[0] == "Decisions brought over: 1; here already: 0. To be looked at: 13."
    assert said[-1] == "All that merges left to look at (13): merged car.tingdong"
    assert len(said) == 12
    assert "decided on answers that are not here" in said[1]
    assert CANARY not in "".join(said)
    assert len(backup.list_backups(backup.folder_of(path))) == 1
    again = asked("merge", path, copy)
    assert (again["added"], len(again["conflicts"])) == (0, 12)  # type: ignore[arg-type]
    assert len(call("merged", path).splitlines()) == 13
    call("merged", path, "--settle", "1,2")
    found = asked("merged", path)["open"]
    assert isinstance(found, list)
    assert [one["number"] for one in found] == list(range(3, 14))
    assert "(settled)" in call("merged", path, "--all").splitlines()[0]
    call("merged", path, "--settle", "99", code=2)
    call("merged", path, "--settle", "x", code=2)
    assert call("merged", path, "--settle", "all").strip() == "Nothing that a merge left needs a look."
    assert "Undone: Settled" in call("undo", path)
    call("undo", path)
    assert "brought over from another copy" in call("undo", path)
    assert asked("check", path)["ok"] is True


def test_work_is_added_to_a_backup_and_comes_back(tmp_path: Path) -> None:
    path, folder = make(tmp_path / "car.tingdong"), tmp_path / "backups"
    assert "Verified backup" in call("backup", path, folder, "--work")  # there is none yet
    with Project.open(path) as project:
        coding.apply_code(project, verbatims=[2], code=1)
    assert asked("backup", path, folder, "--work")["steps"] == 1
    assert asked("backup", path, folder, "--work")["steps"] == 0
    (copy,) = folder.glob("*.tingdong-backup")
    path.write_bytes(b"x" * 5000)
    call("restore", copy, path, code=1)
    said = call("restore", copy, path, "--set-aside").splitlines()
    assert said[1].startswith("With 1 step done after the backup, until 20")
    assert said[2].startswith("The file that was there is now car.tingdong.damaged-20")
    with Project.open(path) as project:
        assert project.rows("select verbatim_id from label_now") == [(2,)]
    assert asked("restore", copy, tmp_path / "then.tingdong", "--without-work")["steps"] == 0
    work(path, "Ann")
    assert "Verified backup" in call("backup", path, folder, "--work")  # an import asks for a full one


def test_a_locked_project_end_to_end(tmp_path: Path) -> None:
    path, folder = tmp_path / "car.tingdong", tmp_path / "car backups"
    call("new", path, "--passphrase-env", "PP")
    path.unlink()
    make(path, SECRET)
    copy = Path(shutil.copy(path, tmp_path / "ben.tingdong"))
    work(copy, "Ben", secret=SECRET)
    key = ("--passphrase-env", "PP")
    call("backup", path, folder, *key)
    with Project.open(path, coder="Ann", passphrase=SECRET) as project:
        coding.apply_code(project, verbatims=[4], code=1)
    call("backup", path, folder, "--work", *key)
    (kept,) = folder.glob("*.tingdong-backup")
    call("merge", path, copy, *key)
    call("merged", path, *key)
    again = tmp_path / "again.tingdong"
    call("restore", kept, again, "--passphrase-env", "OTHER", code=1)
    assert not again.exists()
    call("restore", kept, again, *key)
    with Project.open(again, passphrase=SECRET) as project:
        assert project.rows("select verbatim_id from label_now") == [(4,)]
    for verb in ("status", "check", "history"):
        call(verb, again, *key)
        call(verb, again, "--passphrase-env", "OTHER", code=1)
    call("merge", path, again, "--passphrase-env", "OTHER", code=1)
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(files) >= 8
    for one in files:
        content = one.read_bytes()
        assert CANARY.encode() not in content, one.name
        assert SECRET.encode() not in content, one.name


def test_a_locked_copy_and_a_plain_project_do_not_merge_by_accident(tmp_path: Path) -> None:
    path, other = make(tmp_path / "car.tingdong"), make(tmp_path / "other.tingdong", SECRET)
    assert "other-project" in call("merge", path, other, "--passphrase-env", "PP", "--json", code=1)
    assert not backup.folder_of(path).exists()
