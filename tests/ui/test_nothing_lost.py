"""The window keeps work: added to the newest backup, brought back without an open project; copies merged."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TypeVar

import pytest
from car_window import Opener, Survey, settle
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from annotate import coding, frames, marks
from annotate.store import backup, journal, merge_notes
from annotate.store.backup import folder_of
from annotate.store.connection import driver
from annotate.store.project import Project
from ui import state
from ui.main_window import MainWindow
from ui.views import files
from ui.views.backups_dialog import BackupsDialog
from ui.views.merged_dialog import MergedDialog
from ui.views.passphrase import PassphraseDialog
from ui.views.put_back_dialog import PutBackDialog

SECRET = "correct horse battery"
D = TypeVar("D", bound=QDialog)


def shown(qtbot: QtBot, window: MainWindow, kind: type[D]) -> D:
    """Wait for a dialog, and return it."""

    def found() -> list[D]:
        return [one for one in window.findChildren(kind) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(found()), timeout=60_000)
    return found()[-1]


def code(path: Path, survey: Survey, *verbatims: int, secret: str | None = None) -> None:
    """Decide on answers in a session of one's own, and add that to the newest backup."""
    with Project.open(path, passphrase=secret) as project:
        kept = backup.keep_safe(project, folder_of(path))
        assert kept is not None
        coding.apply_code(project, verbatims=list(verbatims), code=survey.codes["302"])
        journal.Keeper().keep(project, kept)


def coded(path: Path, secret: str | None = None) -> set[object]:
    with Project.open(path, passphrase=secret, read_only=True) as project:
        return {row[0] for row in project.rows("select verbatim_id from label_now")}


@pytest.fixture
def empty(qtbot: QtBot) -> MainWindow:
    """A window without a project."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def leave(qtbot: QtBot, window: MainWindow) -> None:
    window.close_project()
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=60_000)
    window.close()


def test_work_is_added_at_closing_and_shown_beside_its_backup(
    qtbot: QtBot, open_window: Opener, survey: Survey
) -> None:
    state.remember("backups", "on")
    window = open_window(survey.path)
    assert window.desk is not None
    assert window.chores is not None
    backups = window.chores.backups
    backups.take()
    settle(qtbot, window)
    (kept,) = backup.list_backups(folder_of(survey.path))
    coding.apply_code(window.desk.project, verbatims=[1], code=survey.codes["302"])
    backups.keep()
    settle(qtbot, window)
    first = journal.told(kept.path)
    assert first is not None
    window.actions_.run("backups")
    dialog = shown(qtbot, window, BackupsDialog)
    settle(qtbot, window)
    cell = dialog.table.item(0, 0)
    assert cell is not None
    assert "+ work until" in cell.text()
    dialog.close()
    coding.apply_code(window.desk.project, verbatims=[2], code=survey.codes["302"])
    window.close_project()
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=60_000)
    last = journal.told(kept.path)
    assert last is not None
    assert last.steps == first.steps + 1


def test_an_import_asks_for_a_full_copy_soon(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    state.remember("backups", "on")
    window = open_window(survey.path)
    assert window.desk is not None
    assert window.chores is not None
    backups = window.chores.backups
    backups.take()
    settle(qtbot, window)
    assert backups._timer.remainingTime() > 60_000
    from annotate.importing import load
    from annotate.importing.roles import Role as Column

    table = survey.path.with_name("more.csv")
    table.write_text("编号,原话\n90,后来的\n", encoding="utf-8")
    load.import_file(window.desk.project, table, roles={Column.TEXT: ["原话"], Column.ID: ["编号"]})
    qtbot.waitUntil(lambda: backups._timer.remainingTime() <= 10_000, timeout=60_000)
    settle(qtbot, window)
    backups.keep()
    settle(qtbot, window)
    assert len(backup.list_backups(folder_of(survey.path))) == 2


@pytest.mark.parametrize("content", [b"", b"x" * 9_000, None], ids=["empty", "garbage", "gone"])
def test_a_damaged_project_offers_its_newest_backup_with_the_work(
    qtbot: QtBot, empty: MainWindow, survey: Survey, content: bytes | None
) -> None:
    code(survey.path, survey, 1, 2)
    before = coded(survey.path)
    if content is None:
        survey.path.unlink()
    else:
        survey.path.write_bytes(content)
    empty.open_project(survey.path)
    dialog = shown(qtbot, empty, PutBackDialog)
    assert "+ work until" in dialog._more.text()
    assert empty.toasts.isVisible()
    with qtbot.waitSignal(empty.opened, timeout=60_000):
        dialog.put_back.click()
    settle(qtbot, empty)
    leave(qtbot, empty)
    assert coded(survey.path) == before
    aside = [
        one for one in survey.path.parent.glob("car.tingdong.damaged-*") if not one.name.endswith(("-wal", "-shm"))
    ]
    assert [one.read_bytes() for one in aside] == ([] if content is None else [content])


def test_a_backup_comes_back_from_the_start_page(
    qtbot: QtBot, empty: MainWindow, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    code(survey.path, survey, 1)
    (kept,) = backup.list_backups(folder_of(survey.path))
    target, asked = survey.path.with_name("again.tingdong"), list[Path]()
    monkeypatch.setattr(files, "backup_file", lambda _parent: kept.path)
    monkeypatch.setattr(files, "restored_project", lambda _parent, old: (asked.append(old), target)[1])
    with qtbot.waitSignal(empty.opened, timeout=60_000):
        empty.start._restore.click()
    settle(qtbot, empty)
    assert asked == [survey.path]
    leave(qtbot, empty)
    assert coded(target) == coded(survey.path)
    assert state.recent()[0] == target


def test_a_locked_project_comes_back_with_its_passphrase_only(
    qtbot: QtBot, empty: MainWindow, survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "locked.tingdong"
    with Project.create(path, coder="Ann", passphrase=SECRET) as project:
        frames.create_frame(project, name="x")
        folder_of(path).mkdir()
        kept = backup.backup(project, folder_of(path))
    # Mistyped: nothing is wrong with the project, and nothing is offered.
    empty.open_project(path)
    asking = shown(qtbot, empty, PassphraseDialog)
    asking.first.setText("another of some length")
    asking.buttons.button(asking.buttons.StandardButton.Ok).click()
    qtbot.waitUntil(lambda: empty.isEnabled() and empty.tasks.idle and empty.toasts.isVisible(), timeout=60_000)
    assert not [one for one in empty.findChildren(PutBackDialog) if one.isVisible()]
    assert "passphrase is another" in empty.toasts.words
    content = bytearray(path.read_bytes())
    content[5_000:5_100] = bytes(100)
    content[10:90] = bytes(range(80))
    path.write_bytes(bytes(content))
    monkeypatch.setattr(files, "backup_file", lambda _parent: kept)
    monkeypatch.setattr(files, "restored_project", lambda _parent, _old: path)
    empty.actions_.run("restore")
    asking = shown(qtbot, empty, PassphraseDialog)
    asking.first.setText(SECRET)
    with qtbot.waitSignal(empty.opened, timeout=60_000):
        asking.buttons.button(asking.buttons.StandardButton.Ok).click()
    settle(qtbot, empty)
    leave(qtbot, empty)
    with Project.open(path, passphrase=SECRET) as project:
        assert [one.name for one in frames.frames(project)] == ["x"]
    assert len(list(tmp_path.glob("locked.tingdong.damaged-*"))) == 1


def test_a_merge_shows_what_it_left_and_settles_it(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    copy = Path(shutil.copy(survey.path, survey.path.with_name("ben.tingdong")))
    with Project.open(copy, coder="Ben") as ben:
        coding.apply_code(ben, verbatims=[2], code=survey.codes["302"])
        frames.retire_code(ben, code=survey.codes["401"])
        frames.retire_code(ben, code=survey.codes["301"])
    window = open_window(survey.path)
    assert window.desk is not None
    assert window.chores is not None
    assert window.history is not None
    window.show_history()
    assert not window.history.merged.isVisible()
    window.chores.merge_from(copy)
    dialog = shown(qtbot, window, MergedDialog)
    settle(qtbot, window)
    assert dialog.list.count() == 2
    assert "空间大 was retired" in dialog.list.item(0).text() + dialog.list.item(1).text()
    assert window.history.merged.isVisible()
    assert "2" in window.history.merged.text()
    assert len(backup.list_backups(folder_of(survey.path))) == 1
    dialog.list.item(0).setSelected(True)
    dialog.settle.click()
    settle(qtbot, window)
    assert dialog.list.count() == 1
    dialog.everything.setChecked(True)
    assert dialog.list.count() == 2
    dialog.settle.click()
    settle(qtbot, window)
    assert not window.history.merged.isVisible()
    assert [one.settled for one in merge_notes.notes(window.desk.project)] == [True, True]
    dialog.close()
    window.history.merged.click()
    settle(qtbot, window)
    shown(qtbot, window, MergedDialog).close()


def test_a_copy_with_a_passphrase_of_its_own_asks_for_it_until_it_fits(
    qtbot: QtBot, open_window: Opener, survey: Survey
) -> None:
    copy = Path(shutil.copy(survey.path, survey.path.with_name("ben.tingdong")))
    with Project.open(copy, coder="Ben") as ben:
        marks.flag(ben, verbatims=[2])
        marks.memo(ben, verbatim=3, text="ask the client")
    _lock(copy)
    window = open_window(survey.path)
    assert window.desk is not None
    assert window.chores is not None
    window.chores.merge_from(copy)
    for typed in ("not this one, no", SECRET):
        asking = shown(qtbot, window, PassphraseDialog)
        assert "ben.tingdong" in asking._what.text()
        asking.first.setText(typed)
        asking.buttons.button(asking.buttons.StandardButton.Ok).click()
        settle(qtbot, window)
    qtbot.waitUntil(lambda: "Flags brought over: 1; memos: 1." in window.toasts.words, timeout=60_000)
    rows = window.desk.project.rows("select verbatim_id, flagged, memo from mark order by verbatim_id")
    assert rows == [(2, 1, ""), (3, 0, "ask the client")]


def _lock(path: Path) -> None:
    """Put the content of a plain project into a file with a passphrase."""
    plain = path.with_suffix(".plain")
    path.rename(plain)
    db = driver.connect(str(plain))
    db.execute("attach database ? as locked key ?", (str(path), SECRET))
    db.execute("select sqlcipher_export('locked')").fetchall()
    version, application = (
        db.execute(f"pragma main.{one}").fetchone()[0] for one in ("user_version", "application_id")
    )
    db.execute(f"pragma locked.user_version = {version}")
    db.execute(f"pragma locked.application_id = {application}")
    db.close()
    plain.unlink()
