"""Where people drag the parts of a page is kept for the next time; a part cannot be dragged away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSplitter
from pytestqt.qtbot import QtBot

from ui.views.splitting import keep_split


def made(qtbot: QtBot, key: str) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Horizontal)
    qtbot.addWidget(splitter)
    for words in ("left", "right"):
        splitter.addWidget(QLabel(words))
    splitter.setSizes([200, 200])
    keep_split(splitter, key)
    splitter.resize(404, 100)
    splitter.show()
    return splitter


def test_a_dragged_splitter_is_found_where_it_was_left(qtbot: QtBot) -> None:
    first = made(qtbot, "one")
    before = first.sizes()
    first.moveSplitter(300, 1)
    after = first.sizes()
    assert after != before
    assert made(qtbot, "one").sizes() == after
    assert made(qtbot, "another").sizes() == before


def test_no_part_can_be_dragged_away(qtbot: QtBot) -> None:
    splitter = made(qtbot, "one")
    splitter.moveSplitter(0, 1)
    assert all(splitter.sizes())
