"""The Definitions page: what is in force is shown kind by kind, edited, put in force as one step, undone."""

from __future__ import annotations

from typing import cast

from car_window import settle
from pytestqt.qtbot import QtBot

from reports.definitions import verbs
from ui.main_window import MainWindow
from ui.pages.definition_kinds import KINDS
from ui.pages.definitions import DefinitionsPage


def page_of(qtbot: QtBot, window: MainWindow) -> DefinitionsPage:
    window.show_page("definitions")
    settle(qtbot, window)
    return cast("DefinitionsPage", window.pages["definitions"])


def choose(page: DefinitionsPage, kind: str) -> None:
    page._kinds.setCurrentRow([one.id for one in KINDS].index(kind))


def in_force(window: MainWindow) -> verbs.InForce:
    assert window.desk is not None
    with window.desk.project.reading() as db:
        return verbs.in_force(db)


def fill(page: DefinitionsPage, *cells: str) -> None:
    page._add.click()
    row = page._table.rowCount() - 1
    for column, text in enumerate(cells):
        item = page._table.item(row, column)
        assert item is not None
        item.setText(text)


def test_guessed_scores_are_shown_and_in_force_when_confirmed(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    assert in_force(window).version == 0
    assert page._table.rowCount() == len(in_force(window).definitions.scores) == 1
    page._save.click()
    settle(qtbot, window)
    assert in_force(window).version == 1
    assert not page._save.isEnabled()


def test_an_edited_sheet_is_put_in_force_as_one_step_and_undone(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    choose(page, "stage")
    fill(page, "购买")
    choose(page, "touchpoint")
    fill(page, "交车", "购买")
    page._save.click()
    settle(qtbot, window)
    now = in_force(window)
    assert now.version == 1
    assert [(one.name, one.stage) for one in now.definitions.touchpoints] == [("交车", "购买")]
    assert window.desk is not None
    window.desk.undo()
    settle(qtbot, window)
    assert in_force(window).version == 0
    assert page._rows["touchpoint"] == []


def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_put_in_force(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    choose(page, "touchpoint")
    fill(page, "交车", "购买")
    assert "购买" in page._problems.text()
    page._save.click()
    settle(qtbot, window)
    assert in_force(window).version == 0


def test_all_codes_of_the_frame_are_offered_once(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    choose(page, "code")
    page._all_codes.click()
    page._all_codes.click()
    assert [row["name"] for row in page._rows["code"]].count("顿挫") == 1


def test_changes_can_be_dropped(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    choose(page, "stage")
    fill(page, "购买")
    page._drop.click()
    settle(qtbot, window)
    assert page._rows["stage"] == []
