"""A locked project on the command line: where the passphrase comes from, and what is said without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from annotate.commands import group
from annotate.store import opening

SECRET = "correct horse battery"


def call(*words: str, secret: str = SECRET) -> tuple[int, str]:
    told = CliRunner().invoke(group, words, env={"PP": secret})
    return told.exit_code, told.output + (told.stderr or "")


def test_what_losing_it_means_is_said_before_a_project_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "a.tingdong"
    code, said = call("new", str(path), "--passphrase-env", "PP")
    assert code == 0
    assert said.index("lost for good") < said.index("New project")
    assert opening.is_locked(path)
    assert SECRET not in said


def test_it_is_given_by_the_environment_alone(tmp_path: Path) -> None:
    path = str(tmp_path / "a.tingdong")
    call("new", path, "--passphrase-env", "PP")
    assert call("status", path, "--passphrase-env", "PP")[0] == 0
    code, said = call("status", path, "--json")
    assert code == 1
    assert "passphrase-needed" in said
    code, said = call("status", path, "--passphrase-env", "PP", secret="another of some length")
    assert code == 1
    assert "passphrase is another" in said
    assert call("status", path, "--passphrase-env", "NOTHING")[0] == 2


def test_a_backup_of_it_comes_back_locked(tmp_path: Path) -> None:
    path, again = tmp_path / "a.tingdong", tmp_path / "again.tingdong"
    call("new", str(path), "--passphrase-env", "PP")
    call("backup", str(path), str(tmp_path / "b"), "--passphrase-env", "PP")
    (copy,) = (tmp_path / "b").glob("*.tingdong-backup")
    assert call("restore", str(copy), str(again), "--passphrase-env", "PP")[0] == 0
    assert opening.is_locked(again)
    assert call("check", str(again), "--passphrase-env", "PP")[0] == 0


def test_a_short_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tingdong"
    assert call("new", str(path), "--passphrase-env", "PP", secret="elevenchars")[0] == 2
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        bytes(8192),
        b"id,text\n" * 1024,
        "低速顿挫\n".encode() * 4096,
        b"SQLite format 3\x00" + bytes(4080),
        b"\xff" * 4096,
    ],
)
def test_other_files_do_not_look_locked(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.tingdong"
    path.write_bytes(content)
    assert not opening.is_locked(path)
