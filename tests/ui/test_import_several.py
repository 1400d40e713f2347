"""Several files in the import wizard, and files dropped on the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from car_window import settle
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot
from wizard import ROWS, imported

from annotate import frames
from annotate.importing.load import ImportResult
from annotate.importing.roles import Role
from annotate.store.project import Project
from ui.main_window import MainWindow
from ui.views.import_dialog import ImportDialog


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "七月.csv"
    path.write_text(ROWS, encoding="gb18030")
    return path


def test_several_files_are_looked_at_one_after_the_other(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second.csv"
    second.write_text("id,comment\n1,the gearbox jerks at low speed\n", encoding="utf-8")
    dialog = window.imports.answers([table, second])
    assert dialog is not None
    settle(qtbot, window)
    assert dialog.form.source.currentText() == "七月"
    assert not dialog._together.isVisible()
    assert dialog._next.text() == "Skip this file (1 more)"
    dialog._next.click()
    settle(qtbot, window)
    assert dialog.form.source.currentText() == "second"
    assert not dialog._next.isVisible()
    assert imported(qtbot, window, dialog).accepted == 1
    dialog.close()


def test_files_with_the_same_columns_are_imported_together_the_others_after_them(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    august, other, broken = tmp_path / "八月.csv", tmp_path / "other.csv", tmp_path / "broken.csv"
    august.write_text(ROWS.replace("空间", "后排空间").replace("\n3,", "\n33,"), encoding="utf-8")
    other.write_text("id,comment\n1,the gearbox jerks at low speed\n", encoding="utf-8")
    broken.touch()
    dialog = window.imports.answers([table, other, august, broken])
    assert dialog is not None
    settle(qtbot, window)
    dialog.set_role("渠道", Role.IGNORE)
    settle(qtbot, window)
    assert dialog._together.text() == "Import 1 more file with the same columns in the same way"
    dialog._together.click()
    results: list[ImportResult] = []
    dialog.imported.connect(results.append)
    with qtbot.waitSignals([dialog.imported, dialog.imported], timeout=60_000):
        dialog.start()
    settle(qtbot, window)
    assert [(one.source, one.records) for one in results] == [("七月", 4), ("七月", 4)]
    assert all(one.mapping["渠道"] == Role.IGNORE.value for one in results)
    assert "八月.csv: 4 records: " in dialog.told
    assert dialog.result_pane.table.rowCount() == sum(one.rejected for one in results) > 1
    assert dialog._next.text() == "Next file (2 more)"
    dialog._next.click()
    settle(qtbot, window)
    assert dialog.form.source.currentText() == "other"
    dialog._next.click()
    settle(qtbot, window)
    assert "The file broken.csv is empty." in dialog.brings
    assert not dialog.ready
    dialog.close()


def dropped(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    held = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, held))


def test_all_files_dropped_are_taken_each_by_what_it_is(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    sheet, second = tmp_path / "码表.csv", tmp_path / "second.csv"
    sheet.write_text("大类,小类,编码\n服务,人员,501\n服务,等待,502\n", encoding="utf-8")
    second.write_text("id,comment\n1,the gearbox jerks at low speed\n", encoding="utf-8")
    dropped(window, table, sheet, second)
    settle(qtbot, window)
    qtbot.waitUntil(lambda: window.findChild(ImportDialog) is not None, timeout=60_000)
    settle(qtbot, window)
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    assert dialog.form.source.currentText() == "七月"
    assert dialog._next.text() == "Skip this file (1 more)"
    dialog.close()
    assert window.desk is not None
    assert {"人员", "等待"} <= {one.label for one in frames.head(window.desk.project, 1).codes}


def test_a_codebook_is_chosen_and_imported_as_a_frame(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.desk is not None
    book = tmp_path / "codes.qdc"
    book.write_text(
        '<?xml version="1.0" encoding="utf-8"?><CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
        '<Code guid="6f1c1f0e-0000-4000-8000-000000000001" name="噪音" isCodable="true"/></Codes></CodeBook>',
        encoding="utf-8",
    )
    offered: list[str] = []

    def ask(_parent: object, _title: str, _folder: str, kinds: str) -> tuple[str, str]:
        offered.append(kinds)
        return str(book), ""

    monkeypatch.setattr("ui.views.files.QFileDialog.getOpenFileName", ask)
    window.actions_.run("import_frame")
    settle(qtbot, window)
    assert "*.qdc" in offered[0]
    assert "噪音" in {one.label for one in frames.head(window.desk.project, 1).codes}


def test_a_project_dropped_with_answers_is_opened_and_takes_them(
    qtbot: QtBot, window: MainWindow, table: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.tingdong"
    Project.create(other, coder="周岚").close()
    with qtbot.waitSignal(window.opened, timeout=60_000):
        dropped(window, table, other)
    qtbot.waitUntil(lambda: window.findChild(ImportDialog) is not None, timeout=60_000)
    settle(qtbot, window)
    assert window.desk is not None
    assert window.desk.project.path == other
    dialog = window.findChild(ImportDialog)
    assert dialog is not None
    dialog.close()
