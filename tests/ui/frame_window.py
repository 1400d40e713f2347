"""What the tests of the Code frame page share: the survey with codes, the page, its tree and its table."""

from __future__ import annotations

from car_window import Opener, Survey, settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import coding, frames
from annotate.store.project import Project
from ui.main_window import MainWindow
from ui.pages.frame import FramePage


def code_some(survey: Survey) -> Survey:
    """Code five answers of the survey: 302 on three of them, 401 on two."""
    with Project.open(survey.path) as project:
        coding.apply_code(project, verbatims=[1], code=survey.codes["302"])  # with its twin
        coding.apply_code(project, verbatims=[6], code=survey.codes["302"])
        coding.apply_code(project, verbatims=[6], code=survey.codes["301"])
        coding.apply_code(project, verbatims=[2, 4], code=survey.codes["401"])
        coding.confirm(project, verbatims=[1, 2, 4, 6])
    return survey


def shown(qtbot: QtBot, open_window: Opener, survey: Survey) -> FramePage:
    """Open the window on the survey and show the page."""
    window = open_window(survey.path)
    window.show_page("frame")
    ready(qtbot, window)
    page = window.pages["frame"]
    assert isinstance(page, FramePage)
    return page


def ready(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the page shows what stands."""
    page = window.pages["frame"]
    assert isinstance(page, FramePage)
    settle(qtbot, window)
    qtbot.waitUntil(
        lambda: window.tasks.idle and not page._timer.isActive() and not page.surgery._timer.isActive(), timeout=60_000
    )
    settle(qtbot, window)


def press(qtbot: QtBot, page: FramePage, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    """Press a key on the tree, which has the focus."""
    page.window().activateWindow()
    page.view.setFocus()
    qtbot.waitUntil(page.view.hasFocus, timeout=60_000)
    qtbot.keyClick(page.view, key, held or Qt.KeyboardModifier.NoModifier)  # type: ignore[no-untyped-call]


def window_of(page: FramePage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def project_of(page: FramePage) -> Project:
    return page.work._desk.project


def labels(page: FramePage) -> list[str]:
    frame = frames.head(project_of(page), 1)
    return ["·" * one.depth + one.label for one in frame.codes if not one.retired]


def table(page: FramePage) -> list[list[str]]:
    shown = page.surgery._table
    return [
        [item.text() if (item := shown.item(row, column)) else "" for column in range(5)]
        for row in range(shown.rowCount())
    ]
