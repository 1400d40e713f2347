"""The import dialog on small files: guessed roles, changed roles, rejects, a file that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from car_window import settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import verbatims
from annotate.importing.load import ImportResult
from annotate.importing.roles import Role
from ui.main_window import MainWindow
from ui.views.import_dialog import ImportDialog


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "七月.csv"
    path.write_text(
        "编号,渠道,NPS,满意原因,不满意原因\n"
        "1,调研,9,空间很大坐着舒服,起步的时候没有力气\n"
        "2,调研,3,没什么特别满意的,低速的时候一冲一冲\n"
        "3,店端,7,外观好看颜色也正\n"
        "4,店端,8,座椅舒服适合长途,\n",
        encoding="gb18030",
    )
    return path


def open_dialog(qtbot: QtBot, window: MainWindow, path: Path) -> ImportDialog:
    assert window.desk is not None
    dialog = ImportDialog(window.desk, path, window)
    dialog.open()
    settle(qtbot, window)
    return dialog


def test_guesses_roles_imports_and_tells_what_became_of_every_row(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog(qtbot, window, table)
    assert dialog.roles()[Role.TEXT] == ("满意原因", "不满意原因")
    assert dialog.roles()[Role.ID] == ("编号",)
    assert dialog.roles()[Role.CHANNEL] == ("渠道",)
    results: list[ImportResult] = []
    dialog.imported.connect(results.append)
    with qtbot.waitSignal(dialog.imported, timeout=20_000):
        dialog.start()
    settle(qtbot, window)
    assert [(one.records, one.accepted, one.rejected) for one in results] == [(4, 3, 1)]
    assert "4 records: 3 accepted, 1 rejected." in dialog.told
    assert window.desk is not None
    assert {"满意原因", "不满意原因"} <= {one.name for one in verbatims.questions(window.desk.project)}
    saved = tmp_path / "rejected.csv"
    monkeypatch.setattr("ui.views.import_dialog.QFileDialog.getSaveFileName", lambda *_a: (str(saved), ""))
    dialog.save_rejects()
    settle(qtbot, window)
    assert "外观好看颜色也正".encode("gb18030").hex() in saved.read_text(encoding="utf-8-sig")
    dialog.close()


def test_roles_can_be_changed_and_must_make_sense(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    dialog = open_dialog(qtbot, window, table)
    dialog.set_role("满意原因", Role.IGNORE)
    dialog.set_role("不满意原因", Role.SEGMENT)
    assert not dialog.ready
    dialog.set_role("不满意原因", Role.TEXT)
    assert dialog.ready
    dialog.set_role("渠道", Role.ID)
    assert not dialog.ready
    dialog.set_role("渠道", Role.IGNORE)
    with qtbot.waitSignal(dialog.imported, timeout=20_000):
        dialog.start()
    settle(qtbot, window)
    assert window.desk is not None
    project = window.desk.project
    assert "满意原因" not in {one.name for one in verbatims.questions(project)}
    assert "渠道" not in {one.name for one in verbatims.context_fields(project)}
    dialog.close()


def test_the_same_file_is_not_imported_twice(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    for expected in ("4 records", "already"):
        dialog = open_dialog(qtbot, window, table)
        with qtbot.waitSignal(dialog.imported, timeout=20_000):
            dialog.start()
        assert expected in dialog.told
        dialog.close()
        settle(qtbot, window)


def test_a_file_that_cannot_be_read_is_a_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    empty = tmp_path / "leer.csv"
    empty.touch()
    dialog = open_dialog(qtbot, window, empty)
    assert "The file leer.csv is empty." in dialog.told
    assert not dialog.ready
    dialog.close()


def test_closes_by_its_button_its_cross_and_escape(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    def close_by_button(dialog: ImportDialog) -> None:
        dialog.start()
        settle(qtbot, window)
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    ways = (close_by_button, ImportDialog.close, lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    for way in ways:
        dialog = open_dialog(qtbot, window, table)
        with qtbot.waitSignal(dialog.finished):
            way(dialog)
        assert not dialog.isVisible()
        settle(qtbot, window)


def test_new_answers_are_in_the_grid_at_once(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    assert window.label is not None
    before = window.label.table.rowCount()
    dialog = open_dialog(qtbot, window, table)
    with qtbot.waitSignals([dialog.imported, window.label.rows_shown], timeout=20_000):
        dialog.start()
    dialog.close()
    settle(qtbot, window)
    assert window.label.table.rowCount() == before + 5
