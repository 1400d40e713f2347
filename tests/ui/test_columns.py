"""Blocks in columns: as many as there is room for, in their order, and never sideways."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from annotate import messages
from ui.actions import Actions
from ui.views.columns import Columns, divided
from ui.views.key_sheet import KeySheet


@pytest.mark.parametrize(
    ("heights", "columns", "expected"),
    [
        ((3, 3, 3, 3), 2, [0, 0, 1, 1]),
        ((9, 1, 1, 1), 2, [0, 1, 1, 1]),
        ((1, 1, 1), 5, [0, 1, 2]),
        ((4, 4, 4), 1, [0, 0, 0]),
    ],
)
def test_the_highest_column_is_as_low_as_it_can_be(heights: tuple[int, ...], columns: int, expected: list[int]) -> None:
    assert divided(heights, columns) == expected


def test_more_room_makes_more_columns_and_less_height(qtbot: QtBot) -> None:
    sheet = QWidget()
    qtbot.addWidget(sheet)
    lay = Columns(sheet, gap=10)
    lay.setContentsMargins(0, 0, 0, 0)
    blocks = [QWidget() for _ in range(4)]
    for one in blocks:
        one.setFixedSize(100, 50)
        lay.addWidget(one)
    assert [lay.heightForWidth(lay.width_of(n)) for n in (1, 2, 4)] == [200, 100, 50]
    sheet.resize(lay.width_of(2), 100)
    sheet.show()
    assert [(one.x(), one.y()) for one in blocks] == [(0, 0), (0, 50), (110, 0), (110, 50)]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_key_sheet_never_moves_sideways(qtbot: QtBot, language: str) -> None:
    messages.use(language)
    window = QWidget()
    qtbot.addWidget(window)
    sheet = KeySheet(Actions(window), window)
    qtbot.addWidget(sheet)
    sheet.show()
    area = sheet.findChild(QScrollArea)
    assert area is not None
    for width in (10, 900, 1_400, 1_860):
        sheet.resize(width, 700)
        qtbot.waitUntil(lambda width=width: sheet.width() >= width, timeout=60_000)  # type: ignore[misc]
        assert area.widget().width() <= area.viewport().width()
        for one in sheet.buttons:
            assert one.mapTo(area.widget(), one.rect().topRight()).x() < area.widget().width()
