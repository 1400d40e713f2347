"""The codes of an answer: evidence, sentiment, clauses, suggestions, codes that are made while labelling."""

from __future__ import annotations

import shiboken6
from car_window import ANSWERS, Key, Survey, given, listed, press, rows, settle, suggest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
)
from pytestqt.qtbot import QtBot

from ui.main_window import MainWindow
from ui.pages.label import LabelPage
from ui.views.code_editor import CodeEditor


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


def test_codes_of_an_answer_are_chosen_by_key_for_their_sentiment_and_taken_off(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    page.grid.go(listed(page).index(ANSWERS[1]))
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
    page.grid.go(listed(page).index(ANSWERS[3]))
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
    page.grid.go(listed(page).index(ANSWERS[1]))
    qtbot.waitUntil(lambda: len(page.pane._clauses) == 3, timeout=60_000)
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


def test_the_picker_offers_what_is_only_like_and_a_new_code_which_it_then_gives(
    qtbot: QtBot, window: MainWindow, page: LabelPage, survey: Survey
) -> None:
    page.grid.go(listed(page).index(ANSWERS[3]))
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
    page.grid.go(listed(page).index(ANSWERS[3]))
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
