"""The window makes the search index in the background, keeps it up to date, and underlines what was found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from car_window import ANSWERS, settle
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from annotate import verbatims
from annotate.importing import load
from annotate.importing.roles import Role
from annotate.store.query import Query, TextContains
from ui.delegates.row_painter import RowPainter
from ui.main_window import MainWindow


def test_the_index_is_made_behind_the_first_rows_and_keeps_up(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    desk = window.desk
    assert desk is not None
    qtbot.waitUntil(lambda: desk.search.through == len(ANSWERS), timeout=60_000)
    assert desk.search.path.is_relative_to(tmp_path)
    query = Query((TextContains("变速箱"),))
    assert [one.text for one in verbatims.page(desk.project, verbatims.ids(desk.project, query).tolist())] == [
        "變速箱換擋遲鈍"
    ]
    more = tmp_path / "more.csv"
    more.write_text("编号,原话\n99,变速箱异响\n", encoding="utf-8")
    desk.write(lambda project: load.import_file(project, more, roles={Role.TEXT: ["原话"], Role.ID: ["编号"]}))
    qtbot.waitUntil(lambda: desk.search.through == len(ANSWERS) + 1, timeout=60_000)
    settle(qtbot, window)
    assert len(verbatims.ids(desk.project, query)) == 2


def test_the_list_of_an_overtaken_search_is_not_read_to_its_end(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.label is not None
    read, stops = verbatims.ids, []

    def ids(*given: Any, **named: Any) -> object:
        stops.append(named["stop"])
        return read(*given, **named)

    monkeypatch.setattr(verbatims, "ids", ids)
    window.label.rows.search = "变"
    window.label.reload()
    settle(qtbot, window)
    first = len(stops)
    assert first
    assert not any(stop() for stop in stops)
    window.label.rows.search = "变速箱"
    window.label.reload()
    assert all(stop() for stop in stops[:first])
    settle(qtbot, window)
    assert not any(stop() for stop in stops[first:])
    assert window.label.table.rowCount() == 1


@pytest.mark.parametrize(
    ("search", "marked"),
    [("变速箱", True), ("快", False), ("變速 OR 快", True), ("NOT 变速", False), ("app", True), ("pp", False)],
)
def test_what_was_found_is_underlined(qtbot: QtBot, window: MainWindow, search: str, marked: bool) -> None:
    assert window.label is not None
    painter_of_rows = window.label.grid.painter_of_rows
    assert isinstance(painter_of_rows, RowPainter)

    def painted(hit: str) -> QImage:
        image = QImage(400, 40, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter_of_rows.hit = hit
        if hit:
            painter_of_rows._underline(painter, QRectF(0, 0, 400, 40), "變速箱换挡 APP")
        painter.end()
        painter_of_rows.hit = ""
        return image

    assert (painted(search) != painted("")) is marked
