"""The import wizard under test: a small table, opening it, importing by it."""

from __future__ import annotations

from pathlib import Path

from car_window import settle
from pytestqt.qtbot import QtBot

from annotate.importing.load import ImportResult
from ui.main_window import MainWindow
from ui.views.import_dialog import ImportDialog
from ui.views.sources.reading import KnownSource

ROWS = (
    "编号,渠道,NPS,满意原因,不满意原因\n"
    "1,调研,9,空间很大坐着舒服,起步的时候没有力气\n"
    "2,调研,3,没什么特别满意的,低速的时候一冲一冲\n"
    "3,店端,7,外观好看颜色也正\n"
    "4,店端,8,座椅舒服适合长途,\n"
)


def open_dialog(qtbot: QtBot, window: MainWindow, path: Path, source: KnownSource | None = None) -> ImportDialog:
    dialog = window.imports.answers([path], source)
    assert dialog is not None
    settle(qtbot, window)
    return dialog


def cell(dialog: ImportDialog, row: int, column: int) -> str:
    item = dialog.columns.item(row, column)
    assert item is not None
    return item.text()


def imported(qtbot: QtBot, window: MainWindow, dialog: ImportDialog) -> ImportResult:
    results: list[ImportResult] = []
    dialog.imported.connect(results.append)
    with qtbot.waitSignal(dialog.imported, timeout=60_000):
        dialog.start()
    settle(qtbot, window)
    return results[0]
