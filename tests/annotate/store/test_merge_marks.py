"""Flags and memos made in another copy come along with the merge, beside those that are here; its own passphrase."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from copies_of import refused

from annotate import coding, marks, verbatims
from annotate.store import check, merge, operations
from annotate.store.merge import Why
from annotate.store.project import Project

ROOT = Path(__file__).parents[3]
MINE, THEIRS = "correct horse battery", "staple staple staple"


def noted(project: Project) -> set[tuple[object, ...]]:
    """Return what everybody noted: coder, answer, flagged, skipped, memo."""
    return set(
        project.rows(
            "select c.name, m.verbatim_id, m.flagged, m.skipped, m.memo from mark m join coder c on c.id = m.coder_id"
        )
    )


def test_flags_and_memos_come_over_and_stand_beside_mine(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    marks.memo(ann, verbatim=1, text="gearbox or engine?")
    marks.memo(ben, verbatim=1, text="gearbox")
    marks.flag(ben, verbatims=[1, 2])
    marks.skip(ben, verbatims=[3])
    coding.apply_code(ben, verbatims=[2], code=1)
    before = noted(ann)
    done = merge.merge(ann, ben.path)
    assert (done.added, done.flags, done.memos, done.conflicts) == (1, 2, 1, ())
    assert noted(ann) == before | {("Ben", 1, 1, 0, "gearbox"), ("Ben", 2, 1, 0, ""), ("Ben", 3, 0, 1, "")}
    memos = [(one.coder, one.text) for one in verbatims.page(ann, [1])[0].memos]
    assert memos == [("Ann", "gearbox or engine?"), ("Ben", "gearbox")]
    assert check.check(ann).ok
    after = noted(ann)
    assert merge.merge(ann, ben.path).step.op == 0  # repeating it adds nothing
    assert operations.undo(ann) is not None
    assert noted(ann) == before
    assert operations.redo(ann) is not None
    assert noted(ann) == after
    assert check.check(ann).ok


def test_a_merge_of_notes_alone_can_be_undone_and_made_again(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    marks.flag(ben, verbatims=[4])
    assert merge.merge(ann, ben.path).flags == 1
    operations.undo(ann)
    assert noted(ann) == set()
    assert merge.merge(ann, ben.path).flags == 1
    marks.flag(ben, verbatims=[4], on=False)
    assert merge.merge(ann, ben.path).flags == 1
    assert noted(ann) == {("Ben", 4, 0, 0, "")}


def test_one_coder_in_two_copies_keeps_both_memos(copy_of: Callable[[str], Project]) -> None:
    one, other = copy_of("Lead"), copy_of("Lead")
    marks.memo(one, verbatim=1, text="here")
    marks.memo(other, verbatim=1, text="there")
    marks.memo(other, verbatim=2, text="only there")
    merge.merge(one, other.path)
    texts = {row[1]: row[4] for row in noted(one)}
    assert texts == {1: "here\nthere", 2: "only there"}


def test_notes_on_answers_that_are_not_here_are_told(copy_of: Callable[[str], Project]) -> None:
    ann, ben = copy_of("Ann"), copy_of("Ben")
    ben.write(lambda db: db.execute("update verbatim set text_h = zeroblob(16) where id = 1"))
    marks.memo(ben, verbatim=1, text="another text")
    marks.memo(ben, verbatim=2, text="the same text")
    done = merge.merge(ann, ben.path)
    assert done.memos == 1
    assert [(one.why, one.thing, one.decisions) for one in done.conflicts] == [(Why.LEFT_OUT, "mark", 1)]


@pytest.fixture
def locked(tmp_path: Path) -> tuple[Path, Path]:
    """A project with a passphrase and a copy of it with another."""
    mine, theirs = tmp_path / "mine.tingdong", tmp_path / "theirs.tingdong"
    Project.create(mine, coder="Lead", passphrase=MINE).close()
    shutil.copy(mine, theirs)
    with Project.open(theirs, coder="Ben", passphrase=MINE) as ben:
        ben.write(lambda db: db.raw.execute(f"pragma rekey = '{THEIRS}'") and None)
    return mine, theirs


def test_a_copy_with_a_passphrase_of_its_own(locked: tuple[Path, Path]) -> None:
    mine, theirs = locked
    with Project.open(mine, passphrase=MINE) as project:
        assert refused(project, theirs) == "copy-locked"
        assert merge.merge(project, theirs, passphrase=THEIRS).step.op == 0
        with pytest.raises(Exception, match="passphrase is another"):
            merge.merge(project, theirs, passphrase=THEIRS + "!")


def test_the_command_takes_it_from_an_environment_variable(locked: tuple[Path, Path]) -> None:
    mine, theirs = locked

    def run(*more: str) -> tuple[int, dict[str, object]]:
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "merge", str(mine), str(theirs), "--passphrase-env", "A", "--json",
             *more],
            capture_output=True, check=False, env=os.environ | {"A": MINE, "B": THEIRS, "TINGDONG_LANG": "en"},
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout)

    code, told = run()
    assert (code, told["error"]) == (1, "copy-locked")
    assert "--other-passphrase-env" in str(told["message"])
    code, told = run("--other-passphrase-env", "B")
    assert (code, told.get("added")) == (0, 0), told
