"""A program killed while it adds to the journal: whatever it had told comes back from backup and journals."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import frames
from annotate.store import backup, check, journal, restoring
from annotate.store.project import Project

ROOT = Path(__file__).resolve().parents[3]
WORK = """
import sys
from pathlib import Path
from annotate import coding
from annotate.store import backup, journal
from annotate.store.project import Project
path, n = Path(sys.argv[1]), 0
project, keeper = Project.open(path, coder="Ann"), journal.Keeper()
kept = backup.list_backups(backup.folder_of(path))[0]
while True:
    n += 1
    coding.apply_code(project, verbatims=[1 + n % 5], code=1, sentiment=n // 5 % 3 - 1)
    keeper.keep(project, kept)
    print(project.reading_one("select max(id) from op")[0], flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal of Unix")
def test_what_was_told_comes_back_after_kills(tmp_path: Path) -> None:
    path = tmp_path / "a.tingdong"
    with Project.create(path, coder="Ann") as project:
        frame = frames.create_frame(project, name="x")
        import_answers(project, add_question(project, "Q", frame=frame), list("abcde"))
        frames.add_code(project, frame=frame, label="a")
        backup.keep_safe(project, backup.folder_of(path))
    (kept,) = backup.list_backups(backup.folder_of(path))
    for kill, lines in enumerate((3, 9), 1):
        with subprocess.Popen(
            [sys.executable, "-c", WORK, str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as child:
            assert child.stdout is not None
            told = [child.stdout.readline() for _line in range(lines)]
            child.kill()
            told += child.stdout.read().splitlines()
        target = tmp_path / f"{kill}.tingdong"
        restoring.restore(kept.path, target)
        with Project.open(target) as again:
            ((last,),) = again.rows("select max(id) from op")
            assert int(last or 0) >= int(told[-1])
            assert check.check(again).ok
        assert len(journal.files_of(kept.path)) == kill
