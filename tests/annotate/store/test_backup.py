"""Backups: whole, verified, thinned over the days, restored beside."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest
from survey import add_question, import_answers

from annotate import coding, frames
from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.store import backup, backup_files, check, restoring
from annotate.store.backup import Keep
from annotate.store.project import Project

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "备份"
    made.mkdir()
    return made


@pytest.fixture
def worked(project: Project, frame: int) -> Project:
    rows = import_answers(project, add_question(project, "Q1", frame=frame), ["顿挫", "异响", "没有"])[1]
    coding.apply_code(project, verbatims=rows, code=frames.add_code(project, frame=frame, label="a"))
    return project


def refused(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(UserError) as error:
        call(*args, **kwargs)  # type: ignore[operator]
    assert error.value.sentence()
    return error.value.id


def test_a_backup_is_one_verified_file_with_its_description(worked: Project, folder: Path) -> None:
    path = backup.backup(worked, folder, now=MORNING)
    assert path.name == "car 2026-03-02 080000Z.tingdong-backup"
    assert sorted(one.name for one in folder.iterdir()) == [path.name, path.name + ".json"]
    told = backup.verify(path)
    assert (told.counts["verbatim"], told.counts["op"]) == (3, worked.rows("select count(*) from op")[0][0])
    assert (told.uuid, told.taken, told.size) == (worked.uuid.hex(), MORNING, path.stat().st_size)
    assert backup.list_backups(folder) == [told]
    assert backup.list_backups(folder, uuid=bytes(16)) == []


def test_two_backups_of_one_second_do_not_meet(worked: Project, folder: Path) -> None:
    first, second = (backup.backup(worked, folder, now=MORNING) for _ in range(2))
    assert first != second
    assert [one.path for one in backup.list_backups(folder)] == [first, second]


def test_a_restored_project_is_the_same_project(worked: Project, folder: Path, tmp_path: Path) -> None:
    path = backup.backup(worked, folder)
    coding.confirm(worked, verbatims=[1])
    back = restoring.restore(path, tmp_path / "again.tingdong")
    told = back.backup
    assert (back.work, back.aside) == (None, None)
    with Project.open(tmp_path / "again.tingdong", coder="Ann") as again:
        assert check.check(again).ok
        assert again.uuid == worked.uuid
        assert again.rows("select count(*) from op")[0][0] == told.counts["op"]
        for table in ("label_event", "label_now", "verbatim_text", "code_def"):
            assert (
                again.rows(f"select * from {table}") == worked.rows(f"select * from {table}")[: told.counts.get(table)]
            )
    assert not list(tmp_path.glob(".*restoring"))
    assert backup.verify(path) == told


def test_nothing_is_restored_over_a_file(worked: Project, folder: Path, tmp_path: Path) -> None:
    path = backup.backup(worked, folder)
    target = tmp_path / "old.tingdong"
    target.write_bytes(b"something")
    assert refused(restoring.restore, path, target) == "project-exists"
    assert target.read_bytes() == b"something"
    target.rename(tmp_path / "old.tingdong-wal")
    assert refused(restoring.restore, path, target) == "stale-log"
    assert refused(restoring.restore, path, tmp_path / "no" / "x.tingdong") == "folder-missing"


def test_a_damaged_backup_is_refused(worked: Project, folder: Path, tmp_path: Path) -> None:
    path = backup.backup(worked, folder)
    whole = path.read_bytes()
    path.write_bytes(whole[:5_000] + bytes([whole[5_000] ^ 1]) + whole[5_001:])
    assert refused(backup.verify, path) == "damaged-backup"
    assert refused(restoring.restore, path, tmp_path / "x.tingdong") == "damaged-backup"
    assert not (tmp_path / "x.tingdong").exists()
    path.write_bytes(whole[:-1])
    assert refused(backup.verify, path) == "damaged-backup"


def test_a_backup_is_known_by_what_it_holds_not_only_by_its_bytes(worked: Project, folder: Path) -> None:
    path = backup.backup(worked, folder)
    sidecar = path.with_name(path.name + ".json")
    told = json.loads(sidecar.read_text(encoding="utf-8"))
    told["counts"]["label_event"] += 1
    sidecar.write_text(json.dumps(told), encoding="utf-8")
    assert refused(backup.verify, path) == "damaged-backup"


def test_other_files_are_not_backups(folder: Path, tmp_path: Path) -> None:
    other = folder / "x.tingdong-backup"
    assert refused(backup.verify, other) == "no-such-backup"
    other.write_bytes(b"x")
    assert refused(backup.verify, other) == "not-a-backup"
    for text in ("", "[]", "{}", '{"project": "x", "counts": []}'):
        other.with_name(other.name + ".json").write_text(text, encoding="utf-8")
        assert refused(backup.verify, other) == "not-a-backup"
    assert backup.list_backups(folder) == []
    assert refused(backup.list_backups, tmp_path / "none") == "folder-missing"


def test_a_backup_that_fails_leaves_nothing_and_says_why(
    worked: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(backup.backup, worked, folder / "none") == "folder-missing"

    def stop(done: int, total: int | None, what: str = "") -> None:
        if done == 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        backup.backup(worked, folder, progress=stop)
    with monkeypatch.context() as patch:
        patch.setattr(backup_files.shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": 1000}))
        assert refused(backup.backup, worked, folder) == "backup-no-room"
    with monkeypatch.context() as patch:
        patch.setattr(backup, "_count", lambda *_args: None)
        assert refused(backup.backup, worked, folder) == "backup-failed"
    with monkeypatch.context() as patch:

        def full(*_args: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(backup_files, "sync", full)
        assert refused(backup.backup, worked, folder) == "backup-failed"
    assert list(folder.iterdir()) == []


def test_an_encrypted_project_has_encrypted_backups(tmp_path: Path, folder: Path) -> None:
    with Project.create(tmp_path / "s.tingdong", coder="Ann", passphrase="correct horse") as project:
        frames.create_frame(project, name="CANARY")
        path = backup.backup(project, folder)
    assert b"CANARY" not in path.read_bytes()
    assert backup.verify(path).counts["op"] == 1
    assert backup.verify(path, passphrase="correct horse").counts["op"] == 1
    assert refused(backup.verify, path, passphrase="wrong") == "backup-locked"
    restoring.restore(path, tmp_path / "again.tingdong", passphrase="correct horse")
    with Project.open(tmp_path / "again.tingdong", passphrase="correct horse") as again:
        assert [one.name for one in frames.frames(again)] == ["CANARY"]


# Thinning: small stand-ins for copies, since only their descriptions and bytes count.


def stand_in(folder: Path, moment: datetime, uuid: bytes = b"u" * 16) -> Path:
    content = moment.isoformat().encode()
    told = backup.Backup(
        folder / f"p {moment:%Y-%m-%d %H%M%S}Z{backup.SUFFIX}", "p", uuid.hex(), int(moment.timestamp() * 1000),
        len(content), blake2b(content, digest_size=32).hexdigest(), {}, "", 1, "",
    )  # fmt: skip
    told.path.write_bytes(content)
    backup._write_sidecar(told)
    return told.path


def moments(folder: Path) -> list[datetime]:
    return [one.taken for one in backup.list_backups(folder)]


def test_at_most_five_copies_spread_over_time_remain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_files, "sync", lambda _path: None)
    older = 0
    for day in range(120):
        for hour in (0, 3, 9):
            now = MORNING + timedelta(days=day, hours=hour)
            stand_in(folder, now)
            backup.thin(folder, uuid=b"u" * 16, now=now)
        ages = [(now - taken).total_seconds() / 86_400 for taken in moments(folder)]
        assert len(ages) <= 5
        assert ages[0] == 0
        if day > 60:
            assert len(ages) == 5
            assert any(0 < age < 1 for age in ages)
            assert any(1 <= age <= 2 for age in ages)
            assert any(age >= 3 for age in ages)
            older += any(age >= 14 for age in ages)
    assert older > 25
    assert len(list(folder.iterdir())) == 10


def test_the_full_rule_keeps_days_weeks_and_months(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_files, "sync", lambda _path: None)
    rule = Keep(most=99)
    for day in range(200):
        for hour in range(4):
            now = MORNING + timedelta(days=day, hours=hour)
            stand_in(folder, now)
        backup.thin(folder, uuid=b"u" * 16, now=now, keep=rule)
    left = moments(folder)
    assert len([one for one in left if now - one < timedelta(days=2)]) == 6
    assert len({one.date() for one in left if now - one < timedelta(days=7)}) == 7
    assert len({one.isocalendar()[:2] for one in left}) >= 4
    assert len({(one.year, one.month) for one in left}) == 6
    assert len(left) <= 6 + 7 + 4 + 6


def test_a_bad_copy_never_pushes_a_good_one_out(folder: Path) -> None:
    good = stand_in(folder, MORNING)
    bad = stand_in(folder, MORNING + timedelta(days=1))
    bad.write_bytes(b"x" * bad.stat().st_size)
    other = stand_in(folder, MORNING - timedelta(days=400), uuid=b"v" * 16)
    gone = backup.thin(folder, uuid=b"u" * 16, now=MORNING + timedelta(days=900), keep=replace(Keep(), most=1))
    assert gone == []
    newer = stand_in(folder, MORNING + timedelta(days=2))
    assert backup.thin(folder, uuid=b"u" * 16, now=MORNING + timedelta(days=900), keep=Keep(most=1)) == [good]
    assert newer.exists()
    assert bad.exists()
    assert other.exists()
    assert not good.with_name(good.name + ".json").exists()
