"""A locked project through the whole job: what customers said lies in plain text in no file but those asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import tables
from click.testing import CliRunner

import main
from annotate.search import Index
from annotate.store import backup, opening
from annotate.store.project import Project

SECRET, WRONG = "correct horse battery", "another of some length"


def call(*words: object, secret: str = SECRET, code: int = 0) -> str:
    """Run a command with the passphrase in the environment, and demand its exit code."""
    arguments = [*(str(word) for word in words), "--passphrase-env", "PP"]
    told = CliRunner().invoke(main.commands, arguments, env={"PP": secret})
    assert told.exit_code == code, (words, told.output)
    return told.output


def test_no_text_of_a_customer_lies_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work, cache, out, temp = (tmp_path / name for name in ("work", "cache", "out", "temp"))
    for folder in (work, cache, out, temp):
        folder.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_args, **_more: cache)
    for name in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, str(temp))
    project = work / "car.tingdong"
    call("new", project, "--coder", "Zhou")
    survey = tables.survey(out / "survey.csv")
    call("import", project, survey)
    call("frame", "import", project, tables.frame(out / "frame.csv"))
    call("label", "import", project, tables.labels(out / "labels.csv", 40))
    call("train", project)
    call("code", project)
    call("report", project, out / "report.pdf", "--lang", "zh")
    call("backup", project, backup.folder_of(project), "--work")
    with Project.open(project, passphrase=SECRET) as opened:
        said = {str(text) for (text,) in opened.rows("select text from verbatim_text") if len(str(text)) > 3}
        index = Index(opened)
        index.bring_up_to_date()
        assert project.with_name(project.name + "-wal").exists()
        found = [one for folder in (work, cache, temp) for one in folder.rglob("*") if one.is_file()]
        for one in found:
            content = one.read_bytes()
            assert not any(text.encode() in content or text.encode("utf-16-le") in content for text in said), one
            assert SECRET.encode() not in content, one
        index.close()
    assert len(said) > 5
    assert any(one.is_relative_to(cache) for one in found)
    assert any(one.is_relative_to(backup.folder_of(project)) for one in found)
    # The oracle can fail: the file that was imported holds the texts.
    assert any(text.encode() in survey.read_bytes() for text in said)
    call("status", project, secret=WRONG, code=1)
    call("report", project, out / "no.pdf", secret=WRONG, code=1)
    assert not (out / "no.pdf").exists()
    (kept, *_older) = backup.list_backups(backup.folder_of(project))
    call("restore", kept.path, work / "again.tingdong", secret=WRONG, code=1)
    call("restore", kept.path, work / "again.tingdong")
    assert opening.is_locked(work / "again.tingdong")
