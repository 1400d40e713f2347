"""What the window does unasked: a model trains itself, backups are written; and projects with a passphrase."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import train_window
from car_window import Opener, Survey, settle
from in_process import InProcess
from pytestqt.qtbot import QtBot

from annotate import coding, verbatims
from annotate.jobs import Progress
from annotate.store import backup
from annotate.store.backup import folder_of
from annotate.store.project import Project
from annotate.store.query import Query
from training.coding.by_itself import Due
from training.quality import versions
from ui import state
from ui.desk import Desk
from ui.main_window import MainWindow
from ui.views.backups_dialog import BackupsDialog
from ui.views.passphrase import PassphraseDialog

SECRET = "correct horse battery"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker work in this process: a child takes seconds to start."""
    monkeypatch.setattr(Desk, "worker", lambda _self, _of: InProcess())


@pytest.fixture
def trains(open_window: Opener, tmp_path: Path, here: None) -> MainWindow:
    state.remember("train_by_itself", "on")
    return open_window(train_window.make(tmp_path))


def look(qtbot: QtBot, window: MainWindow) -> None:
    """Look whether a model is due, and wait until all that follows is done."""
    assert window.chores is not None
    trains = window.chores.trains
    trains.look()
    qtbot.waitUntil(lambda: window.tasks.idle and not trains.busy, timeout=60_000)
    settle(qtbot, window)


def suggested(window: MainWindow) -> int:
    assert window.desk is not None
    project = window.desk.project
    return sum(bool(one.suggestions) for one in verbatims.page(project, verbatims.ids(project, Query()).tolist()))


def test_suggestions_appear_on_the_label_page_without_anyone_asking(qtbot: QtBot, trains: MainWindow) -> None:
    assert suggested(trains) == 0
    look(qtbot, trains)
    assert trains.desk is not None
    (version,) = versions.models(trains.desk.project, 1)
    assert version.by_itself
    assert version.in_force
    assert suggested(trains) > 50
    assert trains.label is not None
    table = trains.label.table
    qtbot.waitUntil(
        lambda: any((row := table.row(n)) is not None and row.suggestions for n in range(20)), timeout=60_000
    )
    assert "trained itself" in trains.toasts.words
    look(qtbot, trains)
    assert len(versions.models(trains.desk.project, 1)) == 1


def test_switched_off_it_does_not_train(qtbot: QtBot, trains: MainWindow) -> None:
    trains.actions_.run("train_itself")
    assert "only when you ask" in trains.toasts.words
    look(qtbot, trains)
    assert suggested(trains) == 0
    trains.actions_.run("train_itself")
    assert trains.chores is not None
    itself = trains.chores.trains
    qtbot.waitUntil(lambda: trains.tasks.idle and not itself.busy, timeout=60_000)
    assert suggested(trains) > 50


def test_it_gives_way_to_what_a_person_starts(qtbot: QtBot, trains: MainWindow) -> None:
    assert trains.desk is not None
    assert trains.chores is not None
    itself, desk = trains.chores.trains, trains.desk
    itself._begin(Due(1, 134))
    assert itself.busy
    desk.long(lambda _project, _tell: None)
    qtbot.waitUntil(lambda: trains.tasks.idle and not itself.busy, timeout=60_000)
    assert versions.models(desk.project, 1) == []


def test_it_does_not_begin_while_long_work_runs(qtbot: QtBot, trains: MainWindow) -> None:
    assert trains.desk is not None
    assert trains.chores is not None
    itself, desk = trains.chores.trains, trains.desk
    released = threading.Event()

    def work(_project: Project, _tell: Progress) -> None:
        released.wait(30)

    desk.long(work)
    itself.look()
    itself._begin(Due(1, 134))
    began = itself.busy
    released.set()
    settle(qtbot, trains)
    assert not began


def test_stopped_by_hand_it_waits_for_as_many_more_decisions(qtbot: QtBot, trains: MainWindow) -> None:
    assert trains.chores is not None
    itself = trains.chores.trains
    itself._begin(Due(1, 134))
    trains.chores.line.cancel()
    qtbot.waitUntil(lambda: trains.tasks.idle and not itself.busy, timeout=60_000)
    look(qtbot, trains)
    assert suggested(trains) == 0


def test_read_only_nothing_is_done(qtbot: QtBot, open_window: Opener, tmp_path: Path, here: None) -> None:
    path = train_window.make(tmp_path)
    state.remember("train_by_itself", "on")
    state.remember("backups", "on")
    with Project.open(path):
        window = open_window(path)
        look(qtbot, window)
        assert window.desk is not None
        assert window.desk.project.read_only
        assert suggested(window) == 0
        assert window.chores is not None
        assert not window.chores.backups._timer.isActive()


# Backups


def dialog_of(qtbot: QtBot, window: MainWindow) -> BackupsDialog:
    window.actions_.run("backups")
    dialog = window.findChildren(BackupsDialog)[-1]
    settle(qtbot, window)
    return dialog


def test_a_backup_is_written_once_for_each_state_and_comes_back_beside(
    qtbot: QtBot, window: MainWindow, survey: Survey
) -> None:
    assert window.chores is not None
    assert window.desk is not None
    chores, project = window.chores, window.desk.project
    for _each in range(2):
        chores.backups.take()
        settle(qtbot, window)
    folder = folder_of(survey.path)
    (one,) = backup.list_backups(folder)
    coding.apply_code(project, verbatims=[1], code=survey.codes["302"])
    chores.backups.take()
    settle(qtbot, window)
    assert len(backup.list_backups(folder)) == 2

    dialog = dialog_of(qtbot, window)
    assert dialog.table.rowCount() == 2
    assert str(folder) in dialog._where.text()
    assert dialog.restore.isEnabled()
    target = survey.path.with_name("again.tingdong")
    chores.restore_to(one.path, target)
    settle(qtbot, window)
    with Project.open(target) as again:
        assert again.uuid == project.uuid
    assert state.recent()[0] == target
    dialog.close()


def test_a_folder_that_refuses_is_told_once(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    assert window.chores is not None
    folder_of(survey.path).write_text("a file is in the way", encoding="utf-8")
    window.chores.backups.take()
    settle(qtbot, window)
    assert "could not be copied" in window.toasts.words
    window.toasts.hide()
    window.chores.backups.take()
    settle(qtbot, window)
    assert not window.toasts.isVisible()


# Passphrases


def test_a_new_project_is_locked_and_asks_when_it_is_opened(qtbot: QtBot, tmp_path: Path) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    path = tmp_path / "locked.tingdong"
    window.dialogs.ask_passphrase(path, new=True)
    dialog = window.findChild(PassphraseDialog)
    assert dialog is not None
    assert "lost for good" in dialog._lost.text()
    assert dialog._lost.isVisible()
    ok = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    for first, again, may in (("short", "short", False), (SECRET, SECRET[:-1], False), (SECRET, SECRET, True)):
        dialog.first.setText(first)
        dialog.again.setText(again)
        assert ok.isEnabled() == may
    with qtbot.waitSignal(window.opened, timeout=60_000):
        ok.click()
    settle(qtbot, window)
    window.close_project()
    settle(qtbot, window)
    assert not path.read_bytes().startswith(b"SQLite")

    def asked() -> PassphraseDialog | None:
        return next((one for one in window.findChildren(PassphraseDialog) if one.isVisible()), None)

    window.open_project(path)
    qtbot.waitUntil(lambda: asked() is not None, timeout=60_000)
    asking = asked()
    assert asking is not None
    assert not asking._lost.isVisible()
    asking.first.setText(SECRET)
    with qtbot.waitSignal(window.opened, timeout=60_000):
        asking.buttons.button(asking.buttons.StandardButton.Ok).click()
    settle(qtbot, window)
    window.close()
