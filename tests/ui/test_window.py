"""The main job in the window, by its keys, against a real project."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest
from car_window import ANSWERS, Opener, Survey, given, press, rows, settle, suggest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QTableWidget
from pytestqt.qtbot import QtBot

from annotate.store.project import Project
from ui.main_window import MainWindow

Key = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_digits_sentiment_and_enter_code_an_answer_and_go_on(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    assert window.label is not None
    press(qtbot, window, "302-", Key.Key_Return)
    assert given(window, "低速顿挫") == [(survey.codes["302"], -1)]
    assert rows(window)["低速顿挫"].reviewed_by == "周岚"
    assert window.label.grid.current_row() == 1


def test_a_number_that_others_begin_with_takes_enter_and_does_not_confirm(
    qtbot: QtBot, window: MainWindow, survey: Survey
) -> None:
    press(qtbot, window, "40", Key.Key_Return)
    assert given(window, "低速顿挫") == [(survey.codes["40"], None)]
    assert rows(window)["低速顿挫"].reviewed_by is None
    press(qtbot, window, "j40+")
    assert given(window, ANSWERS[1]) == [(survey.codes["40"], 1)]


def test_a_folded_group_is_coded_whole_and_taken_apart_with_tab(
    qtbot: QtBot, window: MainWindow, survey: Survey
) -> None:
    assert window.label is not None
    assert window.label.table.rowCount() == 6
    press(qtbot, window, "302")
    press(qtbot, window, Key.Key_Tab)
    assert window.label.table.rowCount() == 2
    press(qtbot, window, "j301")
    first, second = (window.label.table.row(n) for n in range(2))
    assert first is not None
    assert second is not None
    assert [one.code_id for one in first.mentions] == [survey.codes["302"]]
    assert [one.code_id for one in second.mentions] == [survey.codes["302"], survey.codes["301"]]
    press(qtbot, window, Key.Key_Escape)
    assert window.label.table.rowCount() == 6


def test_ticked_answers_are_coded_together(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    assert window.label is not None
    press(qtbot, window, Key.Key_J, Key.Key_J, held=SHIFT)
    assert window.label.table.ticked == 3
    press(qtbot, window, "97")
    assert [given(window, text) for text in ANSWERS[:3]] == [[(survey.codes["97"], None)]] * 3
    assert given(window, ANSWERS[3]) == []
    press(qtbot, window, Key.Key_Escape)
    assert window.label.table.ticked == 0


def test_all_ticked_is_one_step_over_the_query(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    press(qtbot, window, Key.Key_A, held=CONTROL)
    press(qtbot, window, "97")
    assert all(given(window, text) == [(survey.codes["97"], None)] for text in ANSWERS)
    assert window.desk is not None
    window.desk.undo()
    settle(qtbot, window)
    assert all(given(window, text) == [] for text in ANSWERS)


def test_undo_and_redo_by_keys(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    for expected in ("coded", "open"):
        qtbot.keyClick(window, Key.Key_Z, CONTROL)
        settle(qtbot, window)
        assert rows(window)["低速顿挫"].status == expected
    assert window.label is not None
    assert window.label.grid.current_row() == 0
    for expected in ("coded", "confirmed"):
        qtbot.keyClick(window, Key.Key_Y, CONTROL)
        settle(qtbot, window)
        assert rows(window)["低速顿挫"].status == expected


def test_undo_of_an_import_asks_in_the_history(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    from annotate.importing import load
    from annotate.importing.roles import Role

    more = tmp_path / "more.csv"
    more.write_text("编号,原话\n90,车机卡\n", encoding="utf-8")
    assert window.desk is not None
    window.desk.write(lambda project: load.import_file(project, more, roles={Role.TEXT: ["原话"]}))
    settle(qtbot, window)
    assert "车机卡" in rows(window)
    qtbot.keyClick(window, Key.Key_Z, CONTROL)
    settle(qtbot, window)
    assert "车机卡" in rows(window)
    assert window.history is not None
    assert window.history.isVisible()
    assert "more.csv" in window.toasts.words


def test_repeat_none_and_other(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    press(qtbot, window, "302-", "301", "jr")
    assert given(window, ANSWERS[1]) == [(survey.codes["302"], -1), (survey.codes["301"], None)]
    press(qtbot, window, "jn")
    assert given(window, ANSWERS[2]) == [(survey.codes["98"], None)]
    press(qtbot, window, "jo")
    assert given(window, ANSWERS[3]) == [(survey.codes["97"], None)]


def test_the_picker_gives_a_code_by_pinyin_initials(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    assert window.label is not None
    press(qtbot, window, "/")
    picker = window.label.picker
    assert picker.isVisible()
    field = picker.findChild(QLineEdit)
    assert field is not None
    assert not field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    qtbot.keyClicks(field, "dlr")
    assert picker.shown_codes()[0].label == "动力弱"
    qtbot.keyClick(field, Key.Key_Return)
    settle(qtbot, window)
    assert not picker.isVisible()
    assert given(window, "低速顿挫") == [(survey.codes["301"], None)]


def test_the_grid_keeps_the_input_method_off(window: MainWindow) -> None:
    assert window.label is not None
    assert not window.label.grid.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_search_narrows_and_escape_takes_it_off(qtbot: QtBot, window: MainWindow) -> None:
    label = window.label
    assert label is not None
    with qtbot.waitSignal(label.rows_shown, timeout=60_000):
        label.findChildren(QLineEdit)[0].setText("空间")
    assert label.table.rowCount() == 2
    assert label.grid.painter_of_rows.hit == "空间"
    with qtbot.waitSignal(label.rows_shown, timeout=60_000):
        press(qtbot, window, Key.Key_Escape)
    assert label.table.rowCount() == 6


def test_counts_of_codes_and_nets_follow(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    press(qtbot, window, "302", "301")
    assert window.label is not None
    tree = window.label.panel.tree
    assert tree.data(tree.index_of(survey.codes["302"], 1)) == "2"
    net = tree.index(0, 0)
    assert tree.data(tree.index(0, 1)) == "2", "a net counts each verbatim once"
    assert tree.rowCount(net) == 2


def test_a_second_opener_reads_only_and_says_so(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    with Project.open(survey.path):
        window = open_window(survey.path)
        assert window.desk is not None
        assert window.desk.project.read_only
        texts = [one.text() for one in window.findChildren(type(window._banner)) if one.objectName() == "banner"]
        assert window._banner.isVisible()
        assert "Read-only" in texts[0]
        press(qtbot, window, "302")
        assert "read-only" in window.toasts.words
        assert given(window, "低速顿挫") == []


def test_a_foreign_file_is_refused_with_a_sentence(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    other = tmp_path / "letter.tingdong"
    other.write_text("Dear all", encoding="utf-8")
    window.open_project(other)
    settle(qtbot, window)
    assert "letter.tingdong is not a project" in window.toasts.words
    assert window.isEnabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_window_paints_in_both_schemes(qtbot: QtBot, window: MainWindow, scheme: str) -> None:
    from ui import theme

    if theme.is_dark() != (scheme == "dark"):
        window.switch_scheme()
    settle(qtbot, window)
    assert window.label is not None
    image = window.label.grid.viewport().grab().toImage()
    ground = image.pixelColor(image.width() - 4, image.height() - 4)
    assert ground.name() == theme.tokens().surface
    assert len({image.pixelColor(x, y).rgb() for x in range(0, 700, 3) for y in range(0, 120, 3)}) > 10


def test_reopening_shows_what_was_decided(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    window = open_window(survey.path)
    press(qtbot, window, "302", Key.Key_Return)
    window.close_project()
    settle(qtbot, window)
    again = open_window(survey.path)
    assert rows(again)["低速顿挫"].status == "confirmed"
    qtbot.keyClick(again, Key.Key_Z, CONTROL)
    settle(qtbot, again)
    assert rows(again)["低速顿挫"].status == "coded"


def test_closing_a_project_lets_go_of_all_of_it(qtbot: QtBot, window: MainWindow) -> None:
    assert window.label is not None
    assert window.desk is not None
    watched = [weakref.ref(one) for one in (window.label, window.label.table, window.label.keys, window.desk.project)]
    gone = window.label.destroyed
    with qtbot.waitSignal(gone, timeout=60_000):
        window.close_project()
    settle(qtbot, window)
    gc.collect()
    assert [one() for one in watched] == [None] * len(watched)


def test_a_page_built_late_shows_what_was_counted_before(qtbot: QtBot, window: MainWindow) -> None:
    desk = window.desk
    assert desk is not None
    qtbot.waitUntil(lambda: bool(desk.questions), timeout=60_000)
    settle(qtbot, window)
    questions = desk.questions
    window.show_page("sources")
    tables = window.pages["sources"].findChildren(QTableWidget)
    assert len(questions) in {table.rowCount() for table in tables if table.columnCount() == 4}


def test_an_answer_that_comes_after_closing_is_dropped(qtbot: QtBot, window: MainWindow) -> None:
    desk = window.desk
    assert desk is not None
    told: list[int] = []
    gate = threading.Event()
    desk.read("late", lambda _project: gate.wait(10), lambda _answer: told.append(1))
    window.close_project()
    gate.set()
    settle(qtbot, window)
    assert told == []


def test_a_takes_only_suggestions_above_their_threshold_confirms_and_goes_on(
    qtbot: QtBot, window: MainWindow, survey: Survey
) -> None:
    suggest(qtbot, window, survey)
    press(qtbot, window, "a")
    assert window.label is not None
    assert given(window, ANSWERS[0]) == [(survey.codes["302"], -1)]
    assert rows(window)[ANSWERS[0]].reviewed_by == "周岚"
    assert window.label.grid.current_row() == 1
    press(qtbot, window, Key.Key_J, held=SHIFT)
    press(qtbot, window, "a")
    assert [given(window, text) for text in ANSWERS[1:3]] == [[(survey.codes["302"], -1)]] * 2
    assert window.label.table.ticked == 0


def test_the_nth_suggestion_is_taken_alone(qtbot: QtBot, window: MainWindow, survey: Survey) -> None:
    suggest(qtbot, window, survey)
    press(qtbot, window, Key.Key_2, held=CONTROL)
    assert given(window, ANSWERS[0]) == [(survey.codes["301"], -1)]
    assert rows(window)[ANSWERS[0]].reviewed_by is None


def test_a_click_on_the_grid_closes_the_picker(qtbot: QtBot, window: MainWindow) -> None:
    assert window.label is not None
    press(qtbot, window, "/")
    qtbot.mouseClick(window.label.grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 10))
    assert not window.label.picker.isVisible()
    assert window.label.grid.hasFocus()
