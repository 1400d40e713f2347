"""The Label page beyond plain coding: modes, filters, lists of one code, notes, spans, dragging, the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from car_window import ANSWERS, Key, Survey, given, press, rows, settle, suggest
from PySide6.QtCore import QDateTime, QPointF, Qt
from PySide6.QtGui import QDropEvent, QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QToolButton,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from annotate import coding, frames, verbatims
from annotate.jobs import CancelledError
from annotate.layers import Source
from annotate.store.query import Answered, HasCode, InQuestion, Query
from ui.main_window import MainWindow
from ui.models import dragging, filters
from ui.pages.label import LabelPage
from ui.views.code_editor import CodeEditor
from ui.views.mode_bar import Mode

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NOTHING = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> LabelPage:
    assert window.label is not None
    window.label.grid.setFocus()
    settle(qtbot, window)
    return window.label


def texts(page: LabelPage) -> list[str]:
    """Return the answers listed, in order."""
    project = page._desk.project
    return [one.text for one in verbatims.page(project, page.table.ids.tolist())]


def choose(qtbot: QtBot, window: MainWindow, number: int) -> None:
    press(qtbot, window, Key(Key.Key_0.value + number), held=ALT)


def test_shuffle_lists_what_nobody_confirmed_in_an_order_that_stays(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    choose(qtbot, window, 2)
    assert page.rows.mode is Mode.SHUFFLE
    assert sorted(texts(page)) == sorted(set(ANSWERS) - {"低速顿挫"})
    before = texts(page)
    press(qtbot, window, "97", Key.Key_Return)
    assert texts(page) == before
    assert page.grid.current_row() == 1
    assert page.pane._why.isVisible()
    choose(qtbot, window, 1)
    assert page.rows.mode is Mode.ALL
    assert page.table.rowCount() == 6


def test_the_loop_lists_typical_answers_before_anything_was_learned(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    choose(qtbot, window, 9)
    qtbot.waitUntil(lambda: page.table.rowCount() > 0, timeout=60_000)
    settle(qtbot, window)
    assert set(texts(page)) <= set(ANSWERS)
    assert page.rows.why(int(page.table.ids[0])).startswith("typical of ")
    press(qtbot, window, "302-", Key.Key_Return)
    first = texts(page)[0]
    assert given(window, first)
    assert rows(window)[first].reviewed_by == "周岚"


def test_a_mode_that_cannot_be_had_says_why_and_what_to_do(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    choose(qtbot, window, 6)
    assert page.rows.mode is Mode.WRONG
    assert page.table.rowCount() == 0
    assert "Train one first" in page.empty.words.text()
    assert page._stack.currentIndex() == 1
    press(qtbot, window, Key.Key_Escape)
    assert page.table.rowCount() == 6
    assert page.grid.hasFocus()


def test_unsure_needs_a_machine_that_knows_something_and_says_which_mode_to_begin_with(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    choose(qtbot, window, 3)
    settle(qtbot, window)
    assert page.rows.mode is Mode.UNSURE
    assert page.table.rowCount() == 0
    assert "Recommended chooses them" in page.empty.words.text()


def test_a_list_of_one_code_is_gone_through_with_x_and_the_rest_taken_in_one_step(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    suggest(qtbot, window, survey)
    page.panel.view.setCurrentIndex(page.panel.tree.index_of(survey.codes["302"]))
    choose(qtbot, window, 5)
    assert page.rows.mode is Mode.LIKELY
    assert page.table.rowCount() == 6
    wrong = texts(page)[0]
    press(qtbot, window, "x")
    assert page.grid.current_row() == 1
    assert [one.code_id for one in rows(window)[wrong].suggestions] == [survey.codes["301"]]
    press(qtbot, window, Key.Key_Return, held=CONTROL)
    taken = {text for text in ANSWERS if given(window, text) == [(survey.codes["302"], -1)]}
    assert taken == set(ANSWERS) - {wrong}
    assert window.desk is not None
    window.desk.undo()
    settle(qtbot, window)
    assert all(given(window, text) == [] for text in ANSWERS)


def test_the_list_of_one_code_takes_nothing_that_filters_hide(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    suggest(qtbot, window, survey)
    page.panel.view.setCurrentIndex(page.panel.tree.index_of(survey.codes["302"]))
    choose(qtbot, window, 5)
    page.filters.put(filters.of_state(2))
    settle(qtbot, window)
    press(qtbot, window, Key.Key_Return, held=CONTROL)
    assert "filters off" in window.toasts.words
    assert all(given(window, text) == [] for text in ANSWERS)


def test_what_changed_its_meaning_is_listed_until_it_was_looked_at_again(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    assert window.desk is not None
    code = survey.codes["302"]
    window.desk.write(lambda project: frames.edit_code(project, code=code, definition="一冲一冲"))
    settle(qtbot, window)
    qtbot.waitUntil(lambda: "(2)" in page.modes._buttons[Mode.RECHECK].text(), timeout=20_000)
    choose(qtbot, window, 7)
    assert set(texts(page)) == {"低速顿挫"}
    assert "changed its meaning" in page.pane._why.text()
    press(qtbot, window, Key.Key_Return)
    choose(qtbot, window, 7)
    assert page.table.rowCount() == 0
    assert "Nothing to re-check" in page.empty.words.text()


def test_the_audit_says_what_is_owed_and_draws_where_nothing_is(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    choose(qtbot, window, 8)
    assert page.empty.draw.isVisible()
    page.empty.draw.click()
    settle(qtbot, window)
    assert sorted(texts(page)) == sorted(set(ANSWERS))
    press(qtbot, window, Key.Key_Return)
    qtbot.waitUntil(lambda: "/7)" in page.modes._buttons[Mode.AUDIT].text(), timeout=20_000)


def test_filters_are_chips_that_narrow_and_go_with_escape(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    page._only_code(survey.codes["302"])
    settle(qtbot, window)
    assert texts(page) == ["低速顿挫"]
    chips = [one.text() for one in page.filters.findChildren(QToolButton) if one.isVisible()]
    assert chips == ["Code = 302 Jerking  ×"]
    page.filters.put(filters.of_state(0))
    settle(qtbot, window)
    assert texts(page) == []
    press(qtbot, window, Key.Key_Escape)
    assert texts(page) == ["低速顿挫"]
    press(qtbot, window, Key.Key_Escape)
    assert page.table.rowCount() == 6


def test_the_menu_of_filters_holds_columns_with_values_and_counts(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    menu = page.filters.menu()
    parts = {one.text(): one.menu() for one in menu.actions() if one.menu() is not None}
    assert {"Status", "Code", "Confidence", "Date", "区域", "NPS"} <= set(parts)
    region = parts["区域"]
    region.aboutToShow.emit()
    settle(qtbot, window)
    assert [one.text() for one in region.actions()] == ["华东  (7)"]
    region.actions()[0].trigger()
    settle(qtbot, window)
    assert [one.words for one in page.filters.filters] == ["区域 = 华东"]
    assert page.table.rowCount() == 6
    menu.close()


def test_ranges_filter_numbers_and_days(window: MainWindow, page: LabelPage) -> None:
    field = next(one for one in page._desk.fields if one.name == "NPS")
    between = filters.of_range(field, 2, 3)
    assert between.words == "NPS = 2–3"
    found = verbatims.ids(page._desk.project, Query((Answered(), between.condition)))
    assert len(found) == 2
    assert filters.of_dates(None, "2026-02-30", "") is None
    day = filters.of_dates(None, "", "2026-07-09")
    assert day is not None
    assert day.words == "Date = ≤ 2026-07-09"


def test_another_page_shows_exactly_its_rows_until_the_chip_goes(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    assert window.desk is not None
    question = window.desk.questions[0].id
    window.show_page("label", Query((InQuestion(question), Answered())))
    settle(qtbot, window)
    assert page.table.rowCount() == 7  # each answer, none folded
    chip = next(one for one in page.filters.findChildren(QToolButton) if one.isVisible())
    assert chip.text() == "Only the answers asked for  ×"
    chip.click()
    settle(qtbot, window)
    assert page.table.rowCount() == 6


def test_where_every_answer_is_adds_up_and_opens_its_rows(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    bar = page.standing
    qtbot.waitUntil(lambda: bar._told is not None and bar._told.sources[Source.HUMAN] == 1, timeout=20_000)
    assert bar._told is not None
    assert (bar._told.sources[Source.DUPLICATE], bar._told.sources[Source.OPEN], bar._told.total) == (1, 5, 7)
    assert sum(count for count, _ink in bar._strip.parts) == 7
    words = [one.text() for one in bar._parts]
    assert words == ["■ by people 1", "▣ with their group 1", "□ open 5"]
    bar._parts[2].click()
    settle(qtbot, window)
    assert len(texts(page)) == 5
    assert "低速顿挫" not in texts(page)


def test_flag_memo_and_skip_by_keys(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    press(qtbot, window, "f")
    assert rows(window)["低速顿挫"].flagged
    press(qtbot, window, "f")
    assert not rows(window)["低速顿挫"].flagged
    press(qtbot, window, "m")
    memo = page.pane._memo
    assert memo.hasFocus()
    qtbot.keyClicks(memo, "302 or 303?")  # letters and digits are text here
    qtbot.keyClick(memo, Key.Key_Return)
    settle(qtbot, window)
    assert [one.text for one in rows(window)["低速顿挫"].memos] == ["302 or 303?"]
    assert given(window, "低速顿挫") == []
    assert page.grid.hasFocus()
    press(qtbot, window, "js")
    page.filters.put(filters.of_state(4))
    settle(qtbot, window)
    assert texts(page) == [ANSWERS[1]]


def test_selected_words_become_the_evidence_of_the_code(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    press(qtbot, window, "j")
    start = ANSWERS[1].index("空间")
    cursor = page.pane.text.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(start + 2, QTextCursor.MoveMode.KeepAnchor)
    page.pane.text.setTextCursor(cursor)
    page.pane.text.setFocus()
    qtbot.keyClicks(page.pane.text, "401+")  # keys go on to the grid
    settle(qtbot, window)
    (mention,) = rows(window)[ANSWERS[1]].mentions
    assert (mention.code_id, mention.sentiment, mention.span) == (survey.codes["401"], 1, (start, start + 2))


def test_clauses_are_marked_and_reasons_asked_for_without_a_model(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    press(qtbot, window, "j")
    qtbot.waitUntil(lambda: len(page.pane._clauses) == 3, timeout=20_000)
    assert [one.explained for one in page.pane._clauses] == [None] * 3
    press(qtbot, window, "e")
    assert "No model has been trained yet" in page.pane._reasons.text()
    press(qtbot, window, "e")
    assert not page.pane.explaining


def test_a_code_is_dragged_onto_rows_and_rows_onto_a_code(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    grid, tree = page.grid, page.panel.view
    index = page.panel.tree.index_of(survey.codes["302"])
    data = page.panel.tree.mimeData([index])
    at = QPointF(120, grid.rowViewportPosition(3) + 5)
    left = Qt.MouseButton.LeftButton
    grid.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, left, NOTHING))
    settle(qtbot, window)
    assert given(window, ANSWERS[3]) == [(survey.codes["302"], None)]
    place = QPointF(tree.visualRect(page.panel.tree.index_of(survey.codes["401"])).center())
    dragged = dragging.of_rows()
    drop = QDropEvent(place, Qt.DropAction.CopyAction, dragged, left, NOTHING)
    assert page._onto.eventFilter(tree.viewport(), drop)
    settle(qtbot, window)
    assert given(window, ANSWERS[3])[-1] == (survey.codes["401"], None)
    net = QPointF(tree.visualRect(page.panel.tree.index(0, 0)).center())
    onto_net = QDropEvent(net, Qt.DropAction.CopyAction, dragged, left, NOTHING)
    page._onto.eventFilter(tree.viewport(), onto_net)
    assert not onto_net.isAccepted()


def test_the_plan_is_told_in_words_and_becomes_the_queue(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    suggest(qtbot, window, survey)
    press(qtbot, window, Key.Key_P, held=ALT)
    panel = page.deadline
    assert panel.isVisible()
    panel.until.setDateTime(QDateTime.currentDateTime().addSecs(3_600))
    panel.speed.setText("300")
    told = "\n".join(panel.tell())
    assert "list of 302 Jerking: 6 looks" in told
    assert "Settled by then: 7 answers. Open: 0." in told
    assert "draw an audit sample first" in told
    panel.start.click()
    settle(qtbot, window)
    assert page.rows.mode is Mode.PLAN
    assert page.table.rowCount() == 6
    assert page.rows.code_of(int(page.table.ids[0])) == survey.codes["302"]
    assert page.grid.hasFocus()
    press(qtbot, window, "x")
    assert [one.code_id for one in rows(window)[texts(page)[0]].suggestions] == [survey.codes["301"]]


def test_columns_are_chosen_and_kept(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    from ui import state

    page.grid.show_columns(["NPS"])
    shown = [page.table.headerData(at, Qt.Orientation.Horizontal) for at in range(page.table.columnCount())
             if not page.grid.isColumnHidden(at)]  # fmt: skip
    assert "NPS" in shown
    assert "区域" not in shown
    page.grid.columns_chosen.emit(["NPS"])
    assert state.text("columns") == "NPS"


def test_every_column_sorts(qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey) -> None:
    press(qtbot, window, "jjj302", Key.Key_Return)
    head = page.grid.horizontalHeader()
    for section in range(page.table.columnCount()):
        head.sectionDoubleClicked.emit(section)
        settle(qtbot, window)
        assert page.table.rowCount() == 6
    status = next(at for at in range(page.table.columnCount())
                  if str(page.table.headerData(at, Qt.Orientation.Horizontal)).startswith("Status"))  # fmt: skip
    head.sectionDoubleClicked.emit(status)
    settle(qtbot, window)
    assert texts(page)[0] == ANSWERS[3]
    found = verbatims.ids(page._desk.project, Query((HasCode(survey.codes["302"]),))).tolist()
    assert [int(page.table.ids[0])] == found


def test_confirming_a_doubted_answer_keeps_it(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    assert window.desk is not None
    first = int(page.table.ids[0])
    coding.apply_code(window.desk.project, verbatims=[first], code=survey.codes["302"])
    settle(qtbot, window)
    page.keys.keep = True
    press(qtbot, window, Key.Key_Return)
    assert window.desk.project.rows("select key from setting where key = ?", (f"kept_label:{first}",))


def test_no_label_is_wider_than_its_page_at_150_percent(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    window.resize(1200, 800)
    for _step in range(4):
        window.actions_.run("larger")
    settle(qtbot, window)
    shown = [
        one
        for one in [*page.findChildren(QLabel), *page.findChildren(QToolButton)]
        if one.isVisible() and one.text() and not (isinstance(one, QLabel) and one.wordWrap())
    ]

    def cut() -> list[str]:
        return [one.text() for one in shown if one.width() < min(one.sizeHint().width(), page.width() - 40) - 1]

    qtbot.waitUntil(lambda: not cut(), timeout=5_000)
    assert page.minimumSizeHint().width() <= 1000, "the window would grow beyond what it is given"


def turn_near(qtbot: QtBot, page: LabelPage, at: int) -> None:
    """Choose how near answers must be to be listed together."""
    page.filters.near.setCurrentIndex(at)
    page.filters.near.activated.emit(at)
    qtbot.waitUntil(lambda: page.rows.near.known, timeout=20_000)


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
    page.grid.go(texts(page).index("空间大"))
    settle(qtbot, window)
    told = [one.text() for one in page.pane._apart.findChildren(QAbstractButton) if one.isVisible()]
    assert told == ["“空间不大”"]
    press(qtbot, window, Key.Key_G, held=Qt.KeyboardModifier.ShiftModifier)
    assert texts(page)[page.grid.current_row()] == "空间不大"
    assert page.pane._apart.isVisible()
    page.pane._apart.findChildren(QAbstractButton)[-1].click()
    settle(qtbot, window)
    assert texts(page)[page.grid.current_row()].startswith("空间大")


def test_turning_near_ones_off_lists_them_as_they_come(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    before = texts(page)
    turn_near(qtbot, page, 1)
    settle(qtbot, window)
    turn_near(qtbot, page, 0)
    settle(qtbot, window)
    assert texts(page) == before
    assert page.rows.near.step is None


def test_a_look_for_near_ones_that_is_stopped_leaves_the_list_alone(
    qtbot: QtBot, window: MainWindow, page: LabelPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_more: object, **_named: object) -> None:
        raise CancelledError

    monkeypatch.setattr("annotate.near.look", stopped)
    before = texts(page)
    page.filters.near.setCurrentIndex(2)
    page.filters.near.activated.emit(2)
    settle(qtbot, window)
    assert page.filters.near.currentIndex() == 0
    assert texts(page) == before


def test_codes_of_an_answer_are_chosen_by_key_for_their_sentiment_and_taken_off(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    page.grid.go(texts(page).index(ANSWERS[1]))
    press(qtbot, window, "301", "401")
    press(qtbot, window, "c")
    assert page.pane.chips.chosen == survey.codes["301"]
    press(qtbot, window, "-")
    assert given(window, ANSWERS[1]) == [(survey.codes["301"], -1), (survey.codes["401"], None)]
    press(qtbot, window, "c", "+")
    assert given(window, ANSWERS[1]) == [(survey.codes["301"], -1), (survey.codes["401"], 1)]
    press(qtbot, window, Key.Key_Delete)
    assert given(window, ANSWERS[1]) == [(survey.codes["301"], -1)]
    press(qtbot, window, "302")
    assert page.pane.chips.chosen is None
    press(qtbot, window, Key.Key_Delete)
    assert len(given(window, ANSWERS[1])) == 2
    assert "goes from one to the next" in window.toasts.words


def test_a_chosen_suggestion_is_taken_with_a_sign_or_rejected_alone(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    suggest(qtbot, window, survey)
    page.grid.go(texts(page).index(ANSWERS[3]))
    settle(qtbot, window)
    press(qtbot, window, "c", "=")
    assert given(window, ANSWERS[3]) == [(survey.codes["302"], 0)]
    press(qtbot, window, "c", "c")
    assert page.pane.chips.chosen == survey.codes["301"]
    press(qtbot, window, Key.Key_Delete)
    assert [one.code_id for one in rows(window)[ANSWERS[3]].suggestions] == [survey.codes["302"]]
    assert given(window, ANSWERS[3]) == [(survey.codes["302"], 0)]


def test_a_clause_chosen_by_key_carries_the_next_code_and_its_chip_says_so(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    page.grid.go(texts(page).index(ANSWERS[1]))
    qtbot.waitUntil(lambda: len(page.pane._clauses) == 3, timeout=20_000)
    press(qtbot, window, "v", "v", "301-")
    mention = rows(window)[ANSWERS[1]].mentions[0]
    assert mention.span is not None
    assert ANSWERS[1][slice(*mention.span)] == "给油没反应"
    said = [one.accessibleName() for one in page.pane.chips.findChildren(QAbstractButton) if one.isVisible()]
    assert any("from “给油没反应”" in one for one in said)
    press(qtbot, window, "c")
    assert page.pane.text._chosen == mention.span
    press(qtbot, window, Key.Key_Escape)
    assert page.pane.text.span() is None


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
    listed = texts(page)
    assert len(listed) == 9
    assert {frozenset(listed[:2]), frozenset(listed[2:4])} == {
        frozenset({"空间不大", "空间不大的"}), frozenset({"空间大", "空间大啊"}),
    }  # fmt: skip
    page.grid.go(0)
    press(qtbot, window, "g")
    assert page.table.ticked == 2
    press(qtbot, window, "97")
    coded = {one.text for one in rows(window).values() if one.mentions}
    assert coded == set(listed[:2])


def test_every_control_says_what_it_is_to_a_screen_reader(window: MainWindow, page: LabelPage) -> None:
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        if isinstance(widget, (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QTreeView)):
            said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            assert said, widget


def test_the_picker_offers_what_is_only_like_and_a_new_code_which_it_then_gives(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    page.grid.go(texts(page).index(ANSWERS[3]))
    press(qtbot, window, "/")
    field = page.picker.findChild(QLineEdit)
    assert field is not None
    field.setText("顿错")
    settle(qtbot, window)
    assert [one.number for one in page.picker.shown_codes()] == ["302"]
    field.setText("后备箱")
    settle(qtbot, window)
    assert page.picker.shown_codes() == []
    qtbot.keyClick(field, Key.Key_Return)
    editor = page.findChild(CodeEditor)
    assert editor is not None
    assert editor.label.text() == "后备箱"
    editor.number.setText("402")
    qtbot.keyClick(editor.label, Key.Key_Return)
    settle(qtbot, window)
    assert window.desk is not None
    made = next(one.id for one in window.desk.codes.values() if one.number == "402")
    assert given(window, ANSWERS[3]) == [(made, None)]
    assert window.focusWidget() is page.grid


def test_a_new_code_that_is_like_another_one_is_told_and_the_other_taken_by_enter(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    page.grid.go(texts(page).index(ANSWERS[3]))
    page._new_code("空间大的")
    editor = page.findChild(CodeEditor)
    assert editor is not None
    settle(qtbot, window)
    assert [one.code.number for one in editor.form.likes.likes] == ["401", "40"]
    assert "Like 401 Roomy" in editor.label.accessibleDescription()
    qtbot.keyClick(editor.label, Key.Key_Down)
    qtbot.keyClick(editor.label, Key.Key_Return)
    settle(qtbot, window)
    assert not editor.isVisible() if shiboken6.isValid(editor) else True
    assert given(window, ANSWERS[3]) == [(survey.codes["401"], None)]
    assert window.desk is not None
    assert {one.number for one in window.desk.codes.values()} == {"3", *survey.codes}


def test_enter_without_a_choice_makes_the_code_whatever_it_is_like(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    page._new_code("空间大的")
    editor = page.findChild(CodeEditor)
    assert editor is not None
    settle(qtbot, window)
    assert editor.form.likes.likes
    qtbot.keyClick(editor.label, Key.Key_Return)
    settle(qtbot, window)
    assert window.desk is not None
    assert "空间大的" in [one.label for one in window.desk.codes.values()]
