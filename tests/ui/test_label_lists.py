"""Which answers the Label page lists: modes, filters, lists of one code, where every answer is."""

from __future__ import annotations

from car_window import ANSWERS, Key, Survey, choose, given, listed, press, rows, settle, suggest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QToolButton,
)
from pytestqt.qtbot import QtBot

from annotate import coding, frames, verbatims
from annotate.layers import Source
from annotate.store.query import Answered, InQuestion, Query
from ui.main_window import MainWindow
from ui.models import filters
from ui.pages.label import LabelPage
from ui.views.mode_bar import Mode

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_shuffle_lists_what_nobody_confirmed_in_an_order_that_stays(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    choose(qtbot, window, 2)
    assert page.rows.mode is Mode.SHUFFLE
    assert sorted(listed(page)) == sorted(set(ANSWERS) - {"低速顿挫"})
    before = listed(page)
    press(qtbot, window, "97", Key.Key_Return)
    assert listed(page) == before
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
    assert set(listed(page)) <= set(ANSWERS)
    assert page.rows.why(int(page.table.ids[0])).startswith("typical of ")
    press(qtbot, window, "302-", Key.Key_Return)
    first = listed(page)[0]
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
    wrong = listed(page)[0]
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
    qtbot.waitUntil(lambda: "(2)" in page.modes._buttons[Mode.RECHECK].text(), timeout=60_000)
    choose(qtbot, window, 7)
    assert set(listed(page)) == {"低速顿挫"}
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
    assert sorted(listed(page)) == sorted(set(ANSWERS))
    press(qtbot, window, Key.Key_Return)
    qtbot.waitUntil(lambda: "/7)" in page.modes._buttons[Mode.AUDIT].text(), timeout=60_000)


def test_filters_are_chips_that_narrow_and_go_with_escape(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    press(qtbot, window, "302", Key.Key_Return)
    page._only_code(survey.codes["302"])
    settle(qtbot, window)
    assert listed(page) == ["低速顿挫"]
    chips = [one.text() for one in page.filters.findChildren(QToolButton) if one.isVisible()]
    assert chips == ["Code = 302 Jerking  ×"]
    page.filters.put(filters.of_state(0))
    settle(qtbot, window)
    assert listed(page) == []
    press(qtbot, window, Key.Key_Escape)
    assert listed(page) == ["低速顿挫"]
    press(qtbot, window, Key.Key_Escape)
    assert page.table.rowCount() == 6


def test_the_menu_of_filters_holds_columns_with_values_and_counts(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    menu = page.filters.menu()
    parts = {one.text(): one.menu() for one in menu.actions() if one.menu() is not None}
    assert {"Status", "Code", "Sentiment", "Confidence", "Date", "区域", "NPS"} <= set(parts)
    region = parts["区域"]
    region.aboutToShow.emit()
    settle(qtbot, window)
    assert [one.text() for one in region.actions()] == ["华东  (7)"]
    region.actions()[0].trigger()
    settle(qtbot, window)
    assert [one.words for one in page.filters.filters] == ["区域 = 华东"]
    assert page.table.rowCount() == 6
    menu.close()


def test_answers_are_filtered_by_the_sentiment_of_a_mention(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    press(qtbot, window, "302-", Key.Key_Return)
    page.filters.put(filters.of_sentiment(0))
    settle(qtbot, window)
    assert listed(page) == ["低速顿挫"]
    assert page.filters.filters[0].words == "Sentiment = a negative mention"
    page.filters.put(filters.of_sentiment(2))
    settle(qtbot, window)
    assert listed(page) == []


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
    qtbot.waitUntil(lambda: bar._told is not None and bar._told.sources[Source.HUMAN] == 1, timeout=60_000)
    assert bar._told is not None
    assert (bar._told.sources[Source.DUPLICATE], bar._told.sources[Source.OPEN], bar._told.total) == (1, 5, 7)
    assert sum(count for count, _ink in bar._strip.parts) == 7
    parts = [one for one in bar._parts.values() if one.isVisible()]
    words = [one.text() for one in parts]
    assert words == ["■ by people 1", "▣ with their group 1", "□ open 5"]
    parts[2].click()
    settle(qtbot, window)
    assert len(listed(page)) == 5
    assert "低速顿挫" not in listed(page)


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
