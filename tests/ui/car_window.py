"""What the tests of the window share: the answers, the survey on disk, and waiting for the window to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pytestqt.qtbot import QtBot

from ui.main_window import MainWindow

ANSWERS = (
    "低速顿挫",
    "起步肉, 给油没反应, 不过空间是真的大",
    "没有",
    "空间不大",
    "低速顿挫",
    "變速箱換擋遲鈍",
    "刹车软",
)

Opener = Callable[[Path], MainWindow]


@dataclass(frozen=True, slots=True)
class Survey:
    """A project file on disk with the ids of its codes by number."""

    path: Path
    codes: dict[str, int]


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every answer has been delivered and every change counted."""

    def quiet() -> bool:
        desk, label = window.desk, window.label
        counting = desk is not None and desk.counting
        reading = label is not None and label.isVisible() and label.table.waiting
        return window.tasks.idle and not counting and not reading

    qtbot.waitUntil(quiet, timeout=20_000)
