"""Journals: what people did since the last backup comes back, each decision of it, also where the project is lost."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from survey import add_question, import_answers, quick_passphrases

from annotate import coding, frame_sandbox, frames, marks, samples
from annotate.errors import UserError
from annotate.frame_edits import AddCode
from annotate.store import backup, check, images, journal, journal_rows, merge, operations, restoring
from annotate.store.connection import Row
from annotate.store.journal import Keeper
from annotate.store.journal_rows import NotCarriedError
from annotate.store.operations import Operation
from annotate.store.project import Project

SECRET = "correct horse battery"
CANARY = "静谧驾驶舱"
TEXTS = ["低速顿挫", "异响", "没有", "风噪", "风噪。", "油耗高", "空间大", "内饰"]


def everything(project: Project) -> dict[str, list[Row]]:
    """Return each row of each table."""
    tables = project.rows("select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by 1")
    return {str(name): sorted(project.rows(f"select * from {name}"), key=repr) for (name,) in tables}


@pytest.fixture(params=[None, SECRET], ids=["plain", "locked"])
def secret(request: pytest.FixtureRequest) -> str | None:
    found: str | None = request.param
    return found


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Derive keys in a few rounds: what the rounds cost is the point of them, and not of these tests."""
    monkeypatch.setitem(journal._SCRYPT, "n", 2)
    with quick_passphrases():
        yield


@pytest.fixture
def path(tmp_path: Path, secret: str | None) -> Path:
    """A closed project with a frame, eight answers and two codes."""
    path = tmp_path / "car.tingdong"
    with Project.create(path, coder="Ann", passphrase=secret) as project:
        frame = frames.create_frame(project, name="Car")
        import_answers(project, add_question(project, "Q1", frame=frame), TEXTS)
        for label in ("a", "b"):
            frames.add_code(project, frame=frame, label=label)
        coding.apply_code(project, verbatims=[1], code=1)
    return path


def backed_up(project: Project) -> backup.Backup:
    made = backup.keep_safe(project, backup.folder_of(project.path))
    return made or backup.list_backups(backup.folder_of(project.path))[0]


def work(project: Project, tag: str) -> None:
    """Do a little of everything that people do."""
    net = frames.add_code(project, frame=1, label=f"net {tag}", is_net=True)
    new = frames.add_code(project, frame=1, label=f"{CANARY} {tag}", parent=net)
    coding.apply_code(project, verbatims=[1, 2, 4], code=new, sentiment=-1)
    coding.confirm(project, verbatims=[2])
    frames.split_code(project, code=new, parts={f"part {tag}": [2]})
    other = frames.add_code(project, frame=1, label=f"other {tag}")
    coding.apply_code(project, verbatims=[6], code=other)
    frames.merge_codes(project, sources=[other], target=1)
    operations.undo(project)
    frames.edit_code(project, code=2, definition=f"meaning {tag}")
    marks.memo(project, verbatim=3, text=f"{CANARY} memo {tag}")
    marks.flag(project, verbatims=[3, 5], on=True)
    samples.draw_audit(project, question=1, size=2)
    project.work_as("Ben")
    coding.apply_code(project, verbatims=[8], code=2)
    coding.adjudicate(project, verbatim=8, codes=[(1, None)])
    project.work_as("Ann")
    frame_sandbox.save(project, 1, [AddCode(f"trial {tag}")])

    def settings(op: Operation) -> None:
        images.write(op, "setting", {"key": "a"}, {"value": json.dumps(tag)})
        images.write(op, "lexicon", {"id": op.db.integer("select ifnull(max(id), 0) + 1 from lexicon")},
                     {"uuid": uuid.uuid4().bytes, "kind": "word", "term": f"{CANARY}{tag}"})  # fmt: skip
        op.db.execute(
            "insert into asset(h, media, data) values (?, 'image/png', ?)",
            (sha256(tag.encode()).digest(), tag.encode()),
        )

    operations.run(project, "setting", settings)


def test_a_lost_project_comes_back_with_each_decision(path: Path, secret: str | None) -> None:
    keeper = Keeper()
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        for tag in ("one", "two"):
            work(project, tag)
            assert keeper.keep(project, kept) is not None
            assert keeper.keep(project, kept) is None
        frames.restore_revision(project, frame=1, revision=1)
        for _each in range(3):
            operations.undo(project)
        assert keeper.keep(project, kept) is not None
        before = everything(project)
        last = operations.history(project)[0]
    path.unlink()
    back = restoring.put_back(path, passphrase=secret)
    assert back.aside is None
    assert back.work is not None
    assert back.work.until_ms >= last.at_ms
    assert journal.told(kept.path) == back.work
    with Project.open(path, coder="Ann", passphrase=secret) as again:
        assert everything(again) == before
        assert check.check(again).ok
        assert operations.redo(again) is not None
    assert [one.name for one in path.parent.iterdir() if "restoring" in one.name] == []


def test_what_a_merge_brought_comes_back_as_one_step(path: Path, secret: str | None, tmp_path: Path) -> None:
    copy = Path(shutil.copy(path, tmp_path / "ben.tingdong"))
    with Project.open(copy, coder="Ben", passphrase=secret) as ben:
        work(ben, "ben")
    keeper = Keeper()
    with Project.open(path, coder="Ann", passphrase=secret) as project:
        kept = backed_up(project)
        merge.merge(project, copy)
        keeper.keep(project, kept)
        before = everything(project)
    path.unlink()
    restoring.put_back(path, passphrase=secret)
    with Project.open(path, coder="Ann", passphrase=secret) as again:
        assert everything(again) == before
        assert operations.undo(again) is not None
        assert check.check(again).ok


def test_another_session_goes_on_where_the_journal_ends(path: Path, secret: str | None) -> None:
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        coding.apply_code(project, verbatims=[2], code=1)
        Keeper().keep(project, kept)
        assert Keeper().keep(project, kept) is None
        coding.apply_code(project, verbatims=[3], code=1)
        told = Keeper().keep(project, kept)
        assert told is not None
        assert told.steps == 1
        assert len(journal.files_of(kept.path)) == 2
        before = everything(project)
    path.unlink()
    restoring.put_back(path, passphrase=secret)
    with Project.open(path, passphrase=secret) as again:
        assert everything(again) == before


def test_a_line_cut_off_or_changed_ends_a_journal_and_the_next_follows(path: Path, secret: str | None) -> None:
    keeper = Keeper()
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        states = []
        for verbatim in (2, 3, 4):
            coding.apply_code(project, verbatims=[verbatim], code=2)
            keeper.keep(project, kept)
            states.append(everything(project)["label_now"])
        (file,) = journal.files_of(kept.path)
        whole = file.read_bytes()
        head, *lines = whole.split(b"\n")
        assert len(lines) == 4
        shuffled = b"\n".join([head, lines[1], lines[0], lines[2], b""])
        flipped = bytearray(whole)
        flipped[len(head) + len(lines[0]) + len(lines[1]) - 30] ^= 1
        for content, state in (
            (whole[:-9], states[1]),
            (bytes(flipped), states[0]),
            (shuffled, None),
            (b"no journal\n" + b"\n".join(lines), None),
            (head, None),
        ):
            file.write_bytes(content)
            target = path.with_name("x.tingdong")
            back = restoring.restore(kept.path, target, passphrase=secret)
            assert (back.work is None) == (state is None)
            with Project.open(target, passphrase=secret) as again:
                assert state is None or everything(again)["label_now"] == state
                assert check.check(again).ok
            target.unlink()
        file.write_bytes(whole[:-9])
        keeper = Keeper()  # as after a crash while the line was written
        assert keeper.keep(project, kept) is not None
    target = path.with_name("y.tingdong")
    restoring.restore(kept.path, target, passphrase=secret)
    with Project.open(target, passphrase=secret) as again:
        assert everything(again)["label_now"] == states[2]
    restoring.restore(kept.path, path.with_name("z.tingdong"), passphrase=secret, work=False)
    with Project.open(path.with_name("z.tingdong"), passphrase=secret) as again:
        assert again.rows("select verbatim_id from label_now") == [(1,)]


def test_a_damaged_newest_backup_leaves_an_older_one_and_all_journals(path: Path, secret: str | None) -> None:
    keeper = Keeper()
    with Project.open(path, passphrase=secret) as project:
        older = backed_up(project)
        coding.apply_code(project, verbatims=[2], code=2)
        keeper.keep(project, older)
        newer = backed_up(project)
        assert newer.path != older.path
        coding.apply_code(project, verbatims=[3], code=2)
        keeper.keep(project, newer)
        before = everything(project)
    newer.path.write_bytes(newer.path.read_bytes()[:-1])
    path.write_bytes(b"x" * 4096)
    back = restoring.put_back(path, passphrase=secret)
    assert back.backup.path == older.path
    assert back.aside is not None
    assert back.aside.read_bytes() == b"x" * 4096
    assert back.aside.name.startswith("car.tingdong.damaged-20")
    with Project.open(path, passphrase=secret) as again:
        assert everything(again) == before


def test_what_no_journal_carries_asks_for_a_full_copy(path: Path, secret: str | None) -> None:
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        import_answers(project, 1, ["more"])
        with pytest.raises(NotCarriedError):
            Keeper().keep(project, kept)
        assert journal.files_of(kept.path) == []
        newer = backed_up(project)
        keeper = Keeper()
        assert keeper.keep(project, newer) is None
        operations.undo(project)  # the import withdrawn: no row comes or goes
        assert keeper.keep(project, newer) is not None
        before = everything(project)
    path.unlink()
    restoring.put_back(path, passphrase=secret)
    with Project.open(path, passphrase=secret) as again:
        assert everything(again) == before


def test_a_great_many_decisions_ask_for_a_full_copy(
    path: Path, secret: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_rows, "MOST", 3)
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        coding.apply_code(project, verbatims=[2, 3, 6], code=1)
        assert Keeper().keep(project, kept) is not None
        coding.apply_code(project, verbatims=[2, 3, 6, 7], code=2)
        with pytest.raises(NotCarriedError):
            Keeper().keep(project, kept)


def test_what_speaks_of_a_lost_model_is_left_out(path: Path, secret: str | None) -> None:
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)

        def train(op: Operation) -> None:
            model = op.db.execute(
                "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h)"
                " values (?, 1, 1, 1, 0, '{}', '{}', x'00')",
                (uuid.uuid4().bytes,),
            ).lastrowid
            images.write(op, "model_note", {"model_id": model}, {"name": "best"})

        operations.run(project, "train", train)
        coding.apply_code(project, verbatims=[2], code=1)
        Keeper().keep(project, kept)
        labels = everything(project)["label_event"]
    path.unlink()
    back = restoring.put_back(path, passphrase=secret)
    assert back.work is not None
    assert back.work.models == 1
    assert "train again" in back.models_gone
    with Project.open(path, passphrase=secret) as again:
        assert everything(again)["label_event"] == labels
        assert again.rows("select * from model_note") == []
        assert check.check(again).ok


def test_a_journal_of_another_copy_is_not_written_in(path: Path, secret: str | None, tmp_path: Path) -> None:
    other = Path(shutil.copy(path, tmp_path / "other.tingdong"))
    keeper = Keeper()
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        coding.apply_code(project, verbatims=[2], code=1)
        keeper.keep(project, kept)
    with Project.open(other, passphrase=secret) as project:
        coding.apply_code(project, verbatims=[2], code=2)
        with pytest.raises(NotCarriedError):
            Keeper().keep(project, kept)


def test_a_wrong_passphrase_brings_nothing_back_and_says_why(path: Path, secret: str | None) -> None:
    if secret is None:
        pytest.skip("a plain project has none")
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        work(project, "one")
        Keeper().keep(project, kept)
    with pytest.raises(UserError) as error:
        restoring.put_back(path, passphrase="another of some length")
    assert error.value.id == "backup-locked"
    assert path.exists()
    assert [one.name for one in path.parent.iterdir() if "damaged" in one.name or "restoring" in one.name] == []
    for file in journal.files_of(kept.path):
        assert journal.bodies(file, "another of some length") == []
        assert journal.bodies(file, None) == []


def test_no_plain_text_lies_in_any_file_of_a_locked_project(path: Path, secret: str | None) -> None:
    if secret is None:
        pytest.skip("a plain project shows its texts")
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        work(project, "one")
        Keeper().keep(project, kept)
        names = {one.name for one in path.parent.rglob("*") if one.is_file()}
        for one in path.parent.rglob("*"):
            if one.is_file():
                content = one.read_bytes()
                assert not any(text.encode() in content for text in (CANARY, *TEXTS)), one.name
        assert any(name.endswith("-wal") for name in names)
        assert any(name.endswith(journal.JOURNAL) for name in names)


def test_journals_go_with_their_backup(path: Path, secret: str | None) -> None:
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        coding.apply_code(project, verbatims=[2], code=1)
        Keeper().keep(project, kept)
        backed_up(project)
        folder = backup.folder_of(path)
        backup.thin(folder, uuid=project.uuid, keep=backup.Keep(most=1))
        assert list(folder.glob(f"*{journal.JOURNAL}")) == []


def test_a_file_that_someone_has_open_is_not_set_aside(path: Path, secret: str | None) -> None:
    with Project.open(path, passphrase=secret) as project:
        kept = backed_up(project)
        with pytest.raises(UserError) as error:
            restoring.restore(kept.path, path, passphrase=secret, set_aside=True)
        assert error.value.id == "in-use"
        coding.apply_code(project, verbatims=[2], code=1)
    for _twice in range(2):
        restoring.restore(kept.path, path, passphrase=secret, set_aside=True)
    assert len(list(path.parent.glob("car.tingdong.damaged-*"))) == 2


def test_marks_come_back_as_they_were_written(path: Path, secret: str | None) -> None:
    with Project.open(path, passphrase=secret) as project, project.reading() as db:
        mark = journal_rows.mark_of(db)
        assert journal_rows.read(db, mark) is None
        whole = journal_rows.read(db, journal_rows.Mark(0, bytes(32).hex(), 0, 0, 0, 0, (), dict(mark.highest)))
    assert whole is not None
    assert journal_rows.mark_in(whole.body) == mark
