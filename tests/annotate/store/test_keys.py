"""The key of a locked file is derived once a process, and never lets a wrong passphrase in."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from survey import quick_passphrases

from annotate.errors import UserError
from annotate.store import keys
from annotate.store.connection import DatabaseError, connect
from annotate.store.project import Project

SECRET = "correct horse battery"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.tingdong"
    with quick_passphrases(), Project.create(path, passphrase=SECRET):
        pass
    return path


def count(path: Path, passphrase: str) -> int:
    db = connect(path, read_only=True, passphrase=passphrase)
    try:
        return db.integer("select count(*) from coder")
    finally:
        db.close()


def test_a_key_is_derived_once_and_forgotten_at_closing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    derived = []

    def counted(*args: object) -> bytes:
        derived.append(args)
        return hashlib.pbkdf2_hmac(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(keys, "pbkdf2_hmac", counted)
    with quick_passphrases(), Project.open(path, passphrase=SECRET):
        for _each in range(4):
            assert count(path, SECRET) == 3
        assert len(derived) == 1
        assert path in keys._known
        with pytest.raises(DatabaseError):
            count(path, "another of some length")
        assert count(path, SECRET) == 3
    assert path not in keys._known
    with quick_passphrases(), pytest.raises(UserError) as error:
        Project.open(path, passphrase="another of some length")
    assert error.value.id == "damaged-project"


def test_another_file_under_the_same_name_has_a_key_of_its_own(path: Path, tmp_path: Path) -> None:
    with quick_passphrases():
        for _each in range(3):
            count(path, SECRET)
        other = tmp_path / "b.tingdong"
        with Project.create(other, passphrase=SECRET):
            pass
        path.unlink()
        shutil.move(other, path)
        assert count(path, SECRET) == 3
    keys.forget(path)
