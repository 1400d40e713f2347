"""Pages of a project without answers say what they are for and offer the import; with answers they show themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import cut_off, nameless
from car_window import Opener, settle
from pytestqt.qtbot import QtBot

from annotate import messages
from annotate.importing.load import import_file
from annotate.store.project import Project
from ui.main_window import MainWindow
from ui.pages.registry import BY_ID, PAGES
from ui.views.no_answers import NoAnswers

TEACHING = [one.id for one in PAGES if one.teaches]


@pytest.fixture
def empty(open_window: Opener, tmp_path: Path) -> MainWindow:
    path = tmp_path / "empty.tingdong"
    Project.create(path, coder="周岚").close()
    return open_window(path)


def cover_of(qtbot: QtBot, window: MainWindow, id: str) -> NoAnswers:
    window.show_page(id)
    settle(qtbot, window)
    cover = window.pages[id].findChild(NoAnswers)
    assert cover is not None
    return cover


@pytest.mark.parametrize("id", TEACHING)
def test_teaches_with_one_next_step_in_both_languages(qtbot: QtBot, empty: MainWindow, id: str) -> None:
    cover = cover_of(qtbot, empty, id)
    assert cover.isVisible()
    assert cover.size() == empty.pages[id].size()
    asked: list[bool] = []
    assert empty.room is not None
    empty.room.import_asked.disconnect()
    empty.room.import_asked.connect(lambda: asked.append(True))
    for _language in range(2):
        empty.switch_language()
        assert cover._teaches.text() == messages._(BY_ID[id].teaches)
        qtbot.waitUntil(lambda: not cut_off(cover), timeout=60_000)
        assert not list(nameless(cover))
    cover._do.click()
    assert asked == [True]


def test_gives_way_to_the_page_when_answers_come(qtbot: QtBot, empty: MainWindow, tmp_path: Path) -> None:
    covers = [cover_of(qtbot, empty, id) for id in TEACHING]
    table = tmp_path / "a.csv"
    table.write_text("id,text\n1,还不错\n2,太吵了\n", encoding="utf-8")
    assert empty.desk is not None
    import_file(empty.desk.project, table)
    qtbot.waitUntil(lambda: not any(one.isVisibleTo(empty) for one in covers), timeout=60_000)


def test_is_not_seen_where_there_are_answers(qtbot: QtBot, window: MainWindow) -> None:
    assert not any(cover_of(qtbot, window, id).isVisible() for id in TEACHING)
