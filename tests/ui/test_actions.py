"""Keys of pages, keys of one's own, and the key sheet that changes them."""

from __future__ import annotations

import pytest
from car_window import Key, Opener, Survey, given, press, rows, settle
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui import state
from ui.action_list import BY_ID, ENTRIES, GRID
from ui.actions import Actions
from ui.main_window import MainWindow
from ui.pages.start import StartPage
from ui.views.key_sheet import KeyButton, KeySheet

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NOTHING = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot: QtBot) -> tuple[QWidget, Actions, list[str]]:
    """A window with a page of a tree, a field and a button, whose keys are told."""
    window = QWidget()
    qtbot.addWidget(window)
    inside = QVBoxLayout(window)
    for widget in (QTreeWidget(), QLineEdit(), QPushButton("go")):
        inside.addWidget(widget)
    told: list[str] = []
    actions = Actions(window)
    for id in ("train_next", "train_save", "train_answers"):
        actions.bind(id, lambda one=id: told.append(one), window)
    actions.bind("quit", lambda: told.append("quit"))
    actions.listen(window, "train")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    return window, actions, told


def test_every_key_is_written_as_it_is_heard() -> None:
    told = {
        key: QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) for one in ENTRIES for key in one.keys
    }
    assert [key for key, heard in told.items() if key != heard] == []


def test_keys_of_a_page_work_in_trees_and_leave_text_and_buttons_alone(
    qtbot: QtBot, page: tuple[QWidget, Actions, list[str]]
) -> None:
    window, _actions, told = page
    tree, field, button = (window.findChild(kind) for kind in (QTreeWidget, QLineEdit, QPushButton))
    assert isinstance(tree, QTreeWidget)
    assert isinstance(field, QLineEdit)
    assert isinstance(button, QPushButton)
    tree.addTopLevelItems([QTreeWidgetItem(["j"]), QTreeWidgetItem(["k"])])
    tree.setFocus()
    qtbot.waitUntil(tree.hasFocus, timeout=60_000)
    qtbot.keyClick(tree, Key.Key_J)
    qtbot.keyClick(tree, Key.Key_S, CONTROL)
    assert told == ["train_next", "train_save"]
    field.setFocus()
    qtbot.keyClicks(field, "jj")
    assert field.text() == "jj"
    qtbot.keyClick(field, Key.Key_S, CONTROL)
    assert told[2:] == ["train_save"]
    button.setFocus()
    qtbot.keyClick(button, Key.Key_Return)
    assert told[3:] == []


def test_an_action_switched_off_is_silent_and_a_closed_project_forgets_pages(
    qtbot: QtBot, page: tuple[QWidget, Actions, list[str]]
) -> None:
    window, actions, told = page
    tree = window.findChild(QTreeWidget)
    assert tree is not None
    tree.setFocus()
    actions.enable(("train_next",), on=False)
    qtbot.keyClick(tree, Key.Key_J)
    assert told == []
    actions.enable(("train_next",), on=True)
    qtbot.keyClick(tree, Key.Key_J)
    actions.leave()
    qtbot.keyClick(tree, Key.Key_J)
    actions.run("train_next")
    assert told == ["train_next"]
    actions.run("quit")
    assert told[1:] == ["quit"]


def event(key: Key, text: str = "", held: Qt.KeyboardModifier = NOTHING) -> QKeyEvent:
    return QKeyEvent(QKeyEvent.Type.KeyPress, key, held, text)


def test_own_keys_are_kept_taken_from_others_and_given_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    for id in ("skip", "flag", "undo"):
        actions.bind(id, lambda: None, window)
    assert [one.id for one in actions.conflicts("flag", "S")] == ["skip"]
    assert [one.id for one in actions.conflicts("flag", "Ctrl+Z")] == ["undo"]
    assert actions.conflicts("train_save", "S") == []  # another page: never heard in the same moment
    actions.rebind("flag", ("S",))
    assert (actions.keys("flag"), actions.keys("skip")) == (("S",), ())
    assert actions.page_action(GRID, event(Key.Key_S, "s")) == "flag"
    assert actions.page_action(GRID, event(Key.Key_F, "f")) is None
    again = Actions(window)
    assert again.keys("flag") == ("S",)
    assert again.changed("skip")
    again.rebind("flag", None)
    assert again.keys("flag") == BY_ID["flag"].keys
    again.reset_keys()
    assert not again.changed("skip")
    assert state.text("keys") == "{}"


def test_damaged_or_foreign_keys_of_ones_own_are_left_out(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    for told in ("{", "[]", '{"gone": ["A"]}', '{"skip": 3}'):
        state.remember("keys", told)
        assert Actions(window).keys("skip") == ("S",)


def test_the_sheet_takes_the_next_key_and_asks_before_it_takes_one_away(
    qtbot: QtBot, window: MainWindow, survey: Survey
) -> None:
    sheet = KeySheet(window.actions_, window)
    qtbot.addWidget(sheet)
    sheet.show()
    button = next(one for one in sheet.buttons if one.entry.id == "other")
    button.setFocus()
    button.click()
    qtbot.keyClick(button, Key.Key_R)
    assert "Repeat the last codes" in sheet._told.text()
    assert window.actions_.keys("other") == ("O",)
    qtbot.keyClick(button, Key.Key_R)
    assert window.actions_.keys("other") == ("R",)
    repeat = next(one for one in sheet.buttons if one.entry.id == "repeat")
    assert repeat.text() == "• –"
    sheet.close()
    press(qtbot, window, "r")
    assert given(window, "低速顿挫") == [(survey.codes["97"], None)]
    window.actions_.reset_keys()


def test_escape_leaves_a_key_as_it_was_and_backspace_takes_it_off(qtbot: QtBot, window: MainWindow) -> None:
    sheet = KeySheet(window.actions_, window)
    qtbot.addWidget(sheet)
    sheet.show()
    button: KeyButton = next(one for one in sheet.buttons if one.entry.id == "skip")
    button.setFocus()
    button.click()
    qtbot.keyClick(button, Key.Key_Escape)
    assert sheet.isVisible()
    assert window.actions_.keys("skip") == ("S",)
    button.click()
    qtbot.keyClick(button, Key.Key_Backspace)
    assert window.actions_.keys("skip") == ()
    window.actions_.reset_keys()


def test_the_name_given_on_the_start_page_stands_beside_the_decisions(
    qtbot: QtBot, open_window: Opener, survey: Survey
) -> None:
    start = StartPage(sample=True)
    qtbot.addWidget(start)
    start.name.setText("  林顾问 ")
    start.name.editingFinished.emit()
    assert state.text("coder") == "林顾问"
    window = open_window(survey.path)
    press(qtbot, window, "302", Key.Key_Return)
    assert rows(window)["低速顿挫"].reviewed_by == "林顾问"


def test_a_file_dropped_on_the_window_is_imported(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, survey: Survey
) -> None:
    asked = []
    monkeypatch.setattr(window.imports, "answers", asked.extend)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(survey.path.with_name("answers.csv")))])
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, NOTHING))
    settle(qtbot, window)
    assert [one.name for one in asked] == ["answers.csv"]
