"""Language, colours and size: what is seen changes at once, hidden pages when they are shown."""

from __future__ import annotations

import threading

import pytest
from car_window import Opener, Survey, settle
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from annotate import messages
from ui import memory, state, theme
from ui.main_window import MainWindow
from ui.pages import registry
from ui.tasks import Tasks


def wears(part: QWidget, tokens: theme.Tokens) -> bool:
    return tokens.surface in part.styleSheet()


def texts(part: QWidget) -> set[str]:
    return {one.text() for one in part.findChildren(QLabel)}


@pytest.fixture
def pages(qtbot: QtBot, window: MainWindow) -> dict[str, QWidget]:
    for id in ("definitions", "label"):
        window.show_page(id)
        settle(qtbot, window)
    return window.pages


def test_the_page_on_the_screen_changes_its_colours_at_once_and_a_hidden_one_when_shown(
    window: MainWindow, pages: dict[str, QWidget]
) -> None:
    before = theme.is_dark()
    new, old = (theme.LIGHT, theme.DARK) if before else (theme.DARK, theme.LIGHT)
    window.switch_scheme()
    try:
        assert wears(pages["label"], new)
        assert wears(window._nav, new)
        assert wears(pages["definitions"], old)
        window.show_page("definitions")
        assert wears(pages["definitions"], new)
    finally:
        window.switch_scheme()
    assert wears(pages["definitions"], old)
    assert wears(pages["label"], new)
    window.show_page("label")
    assert wears(pages["label"], old)


def test_a_page_built_in_the_moment_of_a_new_size_has_that_size(window: MainWindow) -> None:
    window.looks.stretch(3)
    try:
        window.show_page("definitions")
        page = window.pages["definitions"]
        assert page.font().pointSizeF() == window.looks.font.pointSizeF()
        assert {one.font().pointSizeF() for one in page.findChildren(QPushButton)} == {page.font().pointSizeF()}
    finally:
        window.looks.stretch(-3)


def test_the_first_page_has_the_size_that_was_chosen_before(qtbot: QtBot) -> None:
    state.remember("stretch", "150")
    before = QApplication.font()
    window = MainWindow()
    window.show()
    try:
        sizes = {one.font().pointSizeF() for one in window.start.findChildren(QPushButton)}
        assert sizes == {window.looks.font.pointSizeF()}
    finally:
        window.close()
        window.deleteLater()
        QApplication.setFont(before)


def test_a_hidden_page_speaks_the_language_when_it_is_shown(window: MainWindow, pages: dict[str, QWidget]) -> None:
    english = texts(pages["definitions"])
    window.switch_language()
    assert messages.current() == "zh_CN"
    assert texts(pages["definitions"]) == english
    window.show_page("definitions")
    assert texts(pages["definitions"]) != english


def test_a_page_that_wears_the_look_is_left_alone(
    window: MainWindow, pages: dict[str, QWidget], monkeypatch: pytest.MonkeyPatch
) -> None:
    dressed: list[QWidget] = []
    monkeypatch.setattr(theme, "dress", dressed.append)
    window.show_page("definitions")
    window.show_page("label")
    assert dressed == []
    window.looks.stretch(1)
    assert pages["label"] in dressed
    assert pages["definitions"] not in dressed


def test_a_dialog_is_dressed_before_it_is_seen(qtbot: QtBot, window: MainWindow) -> None:
    dialog = QDialog(window)
    assert not dialog.styleSheet()
    dialog.open()
    assert wears(dialog, theme.tokens())
    window.switch_scheme()
    try:
        assert wears(dialog, theme.tokens())
    finally:
        window.switch_scheme()
    dialog.close()


def test_the_application_itself_wears_no_style_sheet(window: MainWindow) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    assert app.styleSheet() == ""
    assert window.styleSheet() == ""


def test_pages_are_imported_ahead_and_not_on_the_thread_that_draws(
    qtbot: QtBot, open_window: Opener, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bool]] = []
    here = threading.get_ident()
    monkeypatch.setattr(registry, "preload", lambda id: told.append((id, threading.get_ident() == here)))
    window = open_window(survey.path)
    qtbot.waitUntil(lambda: len(told) == len(registry.PAGES), timeout=60_000)
    settle(qtbot, window)
    assert told == [(one.id, False) for one in registry.PAGES]


def test_memory_goes_back_after_large_reads_only_and_not_on_the_thread_that_draws(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: given.append(threading.get_ident()))
    tasks = Tasks()
    try:
        tasks._give_back.setInterval(0)
        with qtbot.waitSignal(tasks.settled, timeout=60_000):
            tasks.read("small", lambda: 1)
        assert not tasks._give_back.isActive()
        with qtbot.waitSignal(tasks.settled, timeout=60_000):
            tasks.read("large", lambda: 1, slow=True)
        qtbot.waitUntil(lambda: bool(given), timeout=60_000)
        assert threading.get_ident() not in given
    finally:
        tasks.close()
