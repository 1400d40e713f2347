"""The Label page: near-identical answers together, opposites apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from car_window import Key, listed, press, rows, settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
)
from pytestqt.qtbot import QtBot

from annotate.jobs import CancelledError
from ui.main_window import MainWindow
from ui.pages.label import LabelPage


def turn_near(qtbot: QtBot, page: LabelPage, at: int) -> None:
    """Choose how near answers must be to be listed together."""
    page.filters.near.setCurrentIndex(at)
    page.filters.near.activated.emit(at)
    qtbot.waitUntil(lambda: page.rows.near.known, timeout=60_000)


def test_opposites_stay_apart_and_the_pane_says_so_with_a_way_there(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path
) -> None:
    from annotate.importing import load
    from annotate.importing.roles import Role

    more = tmp_path / "more.csv"
    more.write_text("编号,原话\n91,空间大\n92,空间大啊\n", encoding="utf-8")
    assert window.desk is not None
    window.desk.write(lambda project: load.import_file(project, more, roles={Role.TEXT: ["原话"], Role.ID: ["编号"]}))
    settle(qtbot, window)
    press(qtbot, window, Key.Key_G, held=Qt.KeyboardModifier.ShiftModifier)
    assert "No answer is known" in window.toasts.words
    turn_near(qtbot, page, 3)
    settle(qtbot, window)
    page.grid.go(listed(page).index("空间大"))
    settle(qtbot, window)
    told = [one.text() for one in page.pane._apart.findChildren(QAbstractButton) if one.isVisible()]
    assert told == ["“空间不大”"]
    press(qtbot, window, Key.Key_G, held=Qt.KeyboardModifier.ShiftModifier)
    assert listed(page)[page.grid.current_row()] == "空间不大"
    assert page.pane._apart.isVisible()
    page.pane._apart.findChildren(QAbstractButton)[-1].click()
    settle(qtbot, window)
    assert listed(page)[page.grid.current_row()].startswith("空间大")


def test_turning_near_ones_off_lists_them_as_they_come(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    before = listed(page)
    turn_near(qtbot, page, 1)
    settle(qtbot, window)
    turn_near(qtbot, page, 0)
    settle(qtbot, window)
    assert listed(page) == before
    assert page.rows.near.step is None


def test_a_look_for_near_ones_that_is_stopped_leaves_the_list_alone(
    qtbot: QtBot, window: MainWindow, page: LabelPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_more: object, **_named: object) -> None:
        raise CancelledError

    monkeypatch.setattr("annotate.near.look", stopped)
    before = listed(page)
    page.filters.near.setCurrentIndex(2)
    page.filters.near.activated.emit(2)
    settle(qtbot, window)
    assert page.filters.near.currentIndex() == 0
    assert listed(page) == before


def test_near_identical_answers_are_put_together_and_ticked_but_never_folded(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path
) -> None:
    from annotate.importing import load
    from annotate.importing.roles import Role

    more = tmp_path / "more.csv"
    more.write_text("编号,原话\n91,空间不大的\n92,空间大\n93,空间大啊\n", encoding="utf-8")
    assert window.desk is not None
    window.desk.write(lambda project: load.import_file(project, more, roles={Role.TEXT: ["原话"], Role.ID: ["编号"]}))
    settle(qtbot, window)
    turn_near(qtbot, page, 2)
    settle(qtbot, window)
    assert page.filters.near.itemText(2).endswith("2 groups")
    shown = listed(page)
    assert len(shown) == 9
    assert {frozenset(shown[:2]), frozenset(shown[2:4])} == {
        frozenset({"空间不大", "空间不大的"}), frozenset({"空间大", "空间大啊"}),
    }  # fmt: skip
    page.grid.go(0)
    press(qtbot, window, "g")
    assert page.table.ticked == 2
    press(qtbot, window, "97")
    coded = {one.text for one in rows(window).values() if one.mentions}
    assert coded == set(shown[:2])
