"""The import wizard on small files: guessed roles and why, changed roles, encodings, what it adds, rejects."""

from __future__ import annotations

from pathlib import Path

import pytest
from car_window import Key, settle
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot
from wizard import ROWS, cell, imported, open_dialog

from annotate import verbatims
from annotate.importing.roles import Role
from annotate.jobs import Progress
from ui.main_window import MainWindow
from ui.views.import_dialog import ImportDialog
from ui.views.sources.reading import read_sources


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "七月.csv"
    path.write_text(ROWS, encoding="gb18030")
    return path


def test_guesses_roles_imports_and_tells_what_became_of_every_row(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog(qtbot, window, table)
    assert dialog.roles()[Role.TEXT] == ("满意原因", "不满意原因")
    assert dialog.roles()[Role.ID] == ("编号",)
    assert dialog.roles()[Role.CHANNEL] == ("渠道",)
    done = imported(qtbot, window, dialog)
    assert (done.records, done.accepted, done.rejected) == (4, 3, 1)
    assert "4 records: 3 accepted, 1 rejected." in dialog.told
    rejected = dialog.result_pane.table
    assert rejected.isVisible()
    row = [item.text() for column in range(3) if (item := rejected.item(0, column)) is not None]
    assert row == ["3", "The row has fewer cells than the header. (4/5)", "3,店端,7,外观好看颜色也正"]
    assert window.desk is not None
    assert {"满意原因", "不满意原因"} <= {one.name for one in verbatims.questions(window.desk.project)}
    saved = tmp_path / "rejected.csv"
    monkeypatch.setattr("ui.views.sources.lists.QFileDialog.getSaveFileName", lambda *_a: (str(saved), ""))
    dialog.save_rejects()
    settle(qtbot, window)
    assert "外观好看颜色也正".encode("gb18030").hex() in saved.read_text(encoding="utf-8-sig")
    dialog.close()


def test_says_before_the_import_what_it_would_bring_and_why_each_role(
    qtbot: QtBot, window: MainWindow, table: Path
) -> None:
    dialog = open_dialog(qtbot, window, table)
    assert "+ 3 rows would be taken: 5 answers, 1 blank." in dialog.brings
    assert "✕ 1 would be rejected: The row has fewer cells than the header." in dialog.brings
    assert "+ New questions: 满意原因, 不满意原因" in dialog.brings
    assert [cell(dialog, row, 2) for row in (0, 2, 3)] == ["by its name"] * 3
    assert cell(dialog, 4, 3).startswith("起步的时候没有力气")
    assert dialog.first.rowCount() == 3
    head = dialog.first.horizontalHeaderItem(0)
    assert head is not None
    assert head.text() == "满意原因\nanswer text"
    assert window.desk is not None
    assert len(verbatims.questions(window.desk.project)) == 1  # a look changes nothing
    dialog.set_role("满意原因", Role.IGNORE)
    settle(qtbot, window)
    assert "New questions: 不满意原因" in dialog.brings
    assert cell(dialog, 3, 2) == "you said so"
    dialog.close()


def test_roles_can_be_changed_and_must_make_sense(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    dialog = open_dialog(qtbot, window, table)
    dialog.set_role("满意原因", Role.IGNORE)
    dialog.set_role("不满意原因", Role.SEGMENT)
    settle(qtbot, window)
    assert not dialog.ready
    dialog.set_role("不满意原因", Role.TEXT)
    settle(qtbot, window)
    assert dialog.ready
    dialog.set_role("渠道", Role.ID)  # the guess gives way to the person
    settle(qtbot, window)
    assert dialog.roles()[Role.ID] == ("渠道",)
    assert dialog.ready
    dialog.set_role("编号", Role.ID)  # two said by the person do not
    settle(qtbot, window)
    assert not dialog.ready
    dialog.set_role("渠道", Role.IGNORE)
    settle(qtbot, window)
    imported(qtbot, window, dialog)
    assert window.desk is not None
    project = window.desk.project
    assert "满意原因" not in {one.name for one in verbatims.questions(project)}
    assert "渠道" not in {one.name for one in verbatims.context_fields(project)}
    dialog.close()


def test_a_role_is_chosen_by_keys(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    dialog = open_dialog(qtbot, window, table)
    dialog.columns.setFocus()
    dialog.columns.setCurrentCell(1, 0)
    qtbot.keyClick(dialog.columns, Key.Key_Return)
    box = dialog.columns.findChild(QComboBox)
    assert box is not None
    box.setCurrentIndex(box.findData(Role.TOUCHPOINT.value))
    box.activated.emit(box.currentIndex())
    settle(qtbot, window)
    assert dialog.roles()[Role.TOUCHPOINT] == ("渠道",)
    dialog.close()


def test_the_encoding_and_header_can_be_set_and_are_shown_at_once(
    qtbot: QtBot, window: MainWindow, table: Path
) -> None:
    dialog = open_dialog(qtbot, window, table)
    encoding, header = dialog.form.encoding, dialog.form.header
    assert encoding.currentText() == "found: GB18030 (GBK)"
    encoding.setCurrentIndex(encoding.findData("big5hkscs"))
    encoding.activated.emit(encoding.currentIndex())
    settle(qtbot, window)
    assert cell(dialog, 0, 0) != "编号"
    encoding.setCurrentIndex(0)
    header.setCurrentIndex(header.count() - 1)
    header.activated.emit(header.currentIndex())
    settle(qtbot, window)
    shown = [item.text() for at in range(dialog.first.columnCount()) if (item := dialog.first.item(0, at)) is not None]
    assert dialog.first.rowCount() == 4
    assert {"编号", "满意原因", "不满意原因"} <= set(shown)
    dialog.close()


def test_another_wave_of_a_source_keeps_roles_kind_and_name(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    assert window.desk is not None
    dialog = open_dialog(qtbot, window, table)
    dialog.form.source.setEditText("调研")
    dialog.form.kind.setEditText("Survey")
    dialog.set_role("渠道", Role.IGNORE)
    settle(qtbot, window)
    imported(qtbot, window, dialog)
    dialog.close()
    known = next(one for one in read_sources(window.desk.project) if one.name == "调研")
    assert known.kind == "survey"
    assert known.roles["渠道"] is Role.IGNORE
    later = tmp_path / "八月.csv"
    later.write_text(
        ROWS.replace("1,调研,9,空间", "1,调研,9,后排空间") + "9,店端,8,还行,一般吧真的\n", encoding="utf-8"
    )
    dialog = open_dialog(qtbot, window, later, known)
    assert dialog.form.source.currentText() == "调研"
    assert dialog.form.kind.currentText() == "Survey"
    assert not dialog.form.kind.isEnabled()
    assert dialog.roles()[Role.IGNORE] == ("渠道",)
    assert cell(dialog, 1, 2) == "as in the last import of this source"
    assert "= Known questions: 满意原因, 不满意原因" in dialog.brings
    assert "The same id came before with another text." in dialog.brings
    dialog.close()


def test_the_wave_can_be_told_by_any_column(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    dialog = open_dialog(qtbot, window, table)
    wave = dialog.form.wave
    assert wave.currentText() == "the file tells none"
    wave.setCurrentIndex(wave.findData("渠道"))
    wave.activated.emit(wave.currentIndex())
    settle(qtbot, window)
    assert dialog.roles()[Role.WAVE] == ("渠道",)
    assert "+ New waves: 调研, 店端" in dialog.brings
    assert wave.currentText() == "in the column 渠道"
    dialog.close()


def test_a_file_that_tells_no_wave_can_be_given_one(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    dialog = open_dialog(qtbot, window, table)
    line = dialog.form.wave.lineEdit()
    assert line is not None
    dialog.form.wave.setEditText("2026-07")
    line.editingFinished.emit()
    settle(qtbot, window)
    assert "+ New waves: 2026-07" in dialog.brings
    imported(qtbot, window, dialog)
    dialog.close()
    assert window.desk is not None
    with window.desk.project.reading() as db:
        assert db.integer("select count(*) from record r join wave w on w.id = r.wave_id where w.name = '2026-07'") == 3


def test_the_same_file_is_not_imported_twice_unless_asked(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    dialog = open_dialog(qtbot, window, table)
    assert "4 records" in (imported(qtbot, window, dialog), dialog.told)[1]
    dialog.close()
    dialog = open_dialog(qtbot, window, table)
    assert "! This very file is in the project already." in dialog.brings
    assert "already" in (imported(qtbot, window, dialog), dialog.told)[1]
    dialog.close()
    dialog = open_dialog(qtbot, window, table)
    dialog.form.source.setEditText("another")
    dialog.form.again.setChecked(True)
    settle(qtbot, window)
    assert "4 records" in (imported(qtbot, window, dialog), dialog.told)[1]
    dialog.close()


def test_a_file_that_cannot_be_read_is_a_sentence_and_another_can_be_dropped(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "leer.csv"
    empty.touch()
    dialog = open_dialog(qtbot, window, empty)
    assert "The file leer.csv is empty." in dialog.brings
    assert not dialog.ready
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(table))])
    where, held = QPointF(20, 20), Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, held))
    settle(qtbot, window)
    assert dialog.ready
    assert dialog.form.source.currentText() == "七月"
    dialog.close()


def test_closes_by_its_button_its_cross_and_escape(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    def close_by_button(dialog: ImportDialog) -> None:
        dialog.start()
        settle(qtbot, window)
        qtbot.keyClick(dialog, Qt.Key.Key_Return)

    ways = (close_by_button, ImportDialog.close, lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    for way in ways:
        dialog = open_dialog(qtbot, window, table)
        with qtbot.waitSignal(dialog.finished, timeout=60_000):
            way(dialog)
        assert not dialog.isVisible()
        settle(qtbot, window)


def test_says_how_far_it_is_and_stops_when_asked(
    qtbot: QtBot, window: MainWindow, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(*_args: object, progress: Progress, **_more: object) -> None:
        while True:
            progress(5_000_000, 10_000_000, "")

    dialog = open_dialog(qtbot, window, table)
    monkeypatch.setattr("annotate.importing.load.import_file", endless)
    dialog.start()
    qtbot.waitUntil(
        lambda: "5.0 of 10.0 MB" in " ".join(one.text() for one in dialog.findChildren(QLabel)), timeout=60_000
    )
    dialog.reject()
    settle(qtbot, window)
    assert dialog.told.startswith("The import was stopped; nothing of it is shown.")
    assert dialog.isVisible()
    dialog.close()


def test_new_answers_are_in_the_grid_at_once(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    assert window.label is not None
    more = tmp_path / "more.csv"
    more.write_text("编号,原话\n91,后备箱关不严\n92,导航老是卡住\n", encoding="utf-8")
    before = window.label.table.rowCount()
    dialog = open_dialog(qtbot, window, more)
    with qtbot.waitSignals([dialog.imported, window.label.rows_shown], timeout=60_000):
        dialog.start()
    dialog.close()
    settle(qtbot, window)
    assert window.label.table.rowCount() == before + 2
