"""The Label page beyond plain coding: notes, dragging, the plan, columns, what it says to screen readers."""

from __future__ import annotations

from car_window import ANSWERS, Key, Survey, given, listed, press, rows, settle, suggest
from PySide6.QtCore import QDateTime, QPointF, Qt
from PySide6.QtGui import QDropEvent
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

from annotate import verbatims
from annotate.store.query import HasCode, Query
from ui.main_window import MainWindow
from ui.models import dragging, filters
from ui.pages.label import LabelPage
from ui.views.mode_bar import Mode

ALT = Qt.KeyboardModifier.AltModifier
NOTHING = Qt.KeyboardModifier.NoModifier


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
    assert listed(page) == [ANSWERS[1]]


def test_clauses_are_marked_and_reasons_asked_for_without_a_model(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    press(qtbot, window, "j")
    qtbot.waitUntil(lambda: len(page.pane._clauses) == 3, timeout=60_000)
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
    assert [one.code_id for one in rows(window)[listed(page)[0]].suggestions] == [survey.codes["301"]]


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
    assert listed(page)[0] == ANSWERS[3]
    found = verbatims.ids(page._desk.project, Query((HasCode(survey.codes["302"]),))).tolist()
    assert [int(page.table.ids[0])] == found


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

    qtbot.waitUntil(lambda: not cut(), timeout=60_000)
    assert page.minimumSizeHint().width() <= 1000, "the window would grow beyond what it is given"


def test_every_control_says_what_it_is_to_a_screen_reader(window: MainWindow, page: LabelPage) -> None:
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        if isinstance(widget, (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QTreeView)):
            said = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            assert said, widget
