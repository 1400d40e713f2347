"""Language and registry: everything is said again, and nothing is bound that does not exist."""

from __future__ import annotations

import gettext

import pytest
from car_window import settle
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from annotate import messages
from annotate.errors import UserError
from ui import actions
from ui.action_list import shares_keys
from ui.actions import GLOBAL, GRID
from ui.main_window import MainWindow
from ui.notify import report_of
from ui.views.key_sheet import KeySheet
from ui.views.palette import Palette


class _Marked(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"【{message}】"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue that knows every message, so that what is not said again shows."""
    english = gettext.NullTranslations()
    monkeypatch.setattr(messages, "translations", lambda language: _Marked() if language == "zh_CN" else english)


def said(window: MainWindow) -> list[str]:
    """Return all texts on the window that people read."""
    texts = [one.text() for one in window.findChildren(QLabel) if one.text() and one.isVisible()]
    texts += [one.text() for one in window.findChildren(QPushButton) if one.text() and one.isVisible()]
    fields = [one for one in window.findChildren(QLineEdit) if one.isVisible()]
    texts += [one.placeholderText() for one in fields if one.placeholderText()]
    texts += [one.text() for one in window.actions_.qactions.values()]
    texts += [one.title() for one in window._menus.values()]
    return texts


def test_the_language_switches_everywhere_at_once_and_back(qtbot: QtBot, window: MainWindow, marked: None) -> None:
    label = window.label
    assert label is not None
    qtbot.waitUntil(lambda: not label.standing.counting, timeout=60_000)
    settle(qtbot, window)
    before = said(window)
    window.switch_language()
    settle(qtbot, window)
    assert messages.current() == "zh_CN"
    own = {"低速顿挫", "中文 / English"}  # the answer itself, and the button that names both
    silent = [one for one in said(window) if "【" not in one and one not in own and not one.startswith(("#", "车"))]
    assert silent == []
    window.switch_language()
    settle(qtbot, window)
    assert sorted(said(window)) == sorted(before)


def test_the_chosen_language_is_remembered(qtbot: QtBot, window: MainWindow, marked: None) -> None:
    from ui import state

    window.switch_language()
    assert state.text("language") == "zh_CN"
    window.switch_language()
    assert state.text("language") == "en"


def test_no_key_means_two_things() -> None:
    for where in {one.where for one in actions.ENTRIES}:
        keys = [key for one in actions.ENTRIES if shares_keys(one.where, where) for key in one.keys]
        assert len(keys) == len(set(keys)), where
    assert len(actions.BY_ID) == len(actions.ENTRIES)


def test_everything_in_the_registry_is_bound_in_an_open_project(window: MainWindow) -> None:
    here = [one.id for one in actions.ENTRIES if one.where in (GLOBAL, GRID, "label")]
    assert [one.id for one in window.actions_.bound()] == here


def test_nothing_needs_a_project_where_none_is_open(qtbot: QtBot, window: MainWindow) -> None:
    window.close_project()
    settle(qtbot, window)
    bound = {one.id for one in window.actions_.bound() if one.where == GLOBAL}
    assert bound.isdisjoint({"undo", "import", "close", "history"})


def test_the_key_sheet_names_every_key_and_the_palette_runs_one(qtbot: QtBot, window: MainWindow) -> None:
    sheet = KeySheet(window.actions_, window)
    texts = {one.text() for one in [*sheet.findChildren(QLabel), *sheet.findChildren(QPushButton)]}
    assert {actions.shown_key("Ctrl+F"), "Repeat the last codes", "A"} <= texts
    palette = Palette(window.actions_, window)
    field = palette.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, "histo")
    qtbot.keyClick(field, "\r")
    settle(qtbot, window)
    assert window.history is not None
    assert window.history.isVisible()


def test_errors_say_what_why_and_what_to_do(window: MainWindow) -> None:
    window.toasts.fail(UserError("x", "{name} broke.", "It was old.", "Buy another.", name="It"))
    assert window.toasts.words == "It broke. It was old.\nBuy another."


def test_a_report_of_a_bug_quotes_no_customer() -> None:
    try:
        raise ValueError("客户原话 13800000000")
    except ValueError as error:
        report = report_of(error)
    assert "ValueError" in report
    assert "test_speaking.py" in report
    assert "138" not in report
