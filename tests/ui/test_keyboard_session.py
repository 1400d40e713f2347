"""A whole session by keys alone: codes made, answers coded, suggestions judged, a rule, all undone and redone."""

from __future__ import annotations

from pathlib import Path

import pytest
from car_window import Key, Opener, Survey, settle, suggest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from annotate.importing import load
from annotate.importing.roles import Role as Column
from annotate.store.project import Project
from ui.main_window import MainWindow
from ui.pages.frame import FramePage
from ui.pages.rules import RulesPage
from ui.pages.start import StartPage

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NOTHING = Qt.KeyboardModifier.NoModifier
THEMES = ("顿挫得厉害", "空间真大", "异响很烦", "油耗太高")


def composed(text: str) -> list[QInputMethodEvent]:
    """Return what an input method sends: letters being composed, then the text that they became."""
    last = QInputMethodEvent("", [])
    last.setCommitString(text)
    return [QInputMethodEvent("nihao", []), last]


class Hands:
    """Types into whatever has the focus, as a person without a mouse does."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot, self._window = qtbot, window

    @property
    def focus(self) -> QWidget:
        """Return what hears the keys; a session in which nothing does is lost."""
        within = QApplication.activeModalWidget() or self._window
        if not within.isActiveWindow():  # a window manager gives the keys back when a dialog closes
            within.activateWindow()
            self._qtbot.waitUntil(within.isActiveWindow, timeout=60_000)
        found = within.focusWidget()
        assert found is not None, "the focus is lost"
        assert found.isVisible(), f"the focus is on {type(found).__name__}, which nobody sees"
        return found

    def press(self, *keys: Key, held: Qt.KeyboardModifier = NOTHING, wait: bool = True) -> None:
        for key in keys:
            self._qtbot.keyClick(self.focus, key, held)
        if wait:
            settle(self._qtbot, self._window)

    def type(self, text: str, *, wait: bool = True) -> None:
        """Type; Chinese comes from the input method, which only fields that take text may open."""
        if text.isascii():
            self._qtbot.keyClicks(self.focus, text)
        else:
            assert self.focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled), "no input method opens here"
            for event in composed(text):
                QApplication.sendEvent(self.focus, event)
        if wait:
            settle(self._qtbot, self._window)

    def go(self, page: str) -> None:
        """Go to a page by the palette."""
        self.press(Key.Key_P, held=CONTROL | SHIFT)
        self.type(page)
        self.press(Key.Key_Return)
        self._qtbot.wait(50)
        settle(self._qtbot, self._window)


@pytest.fixture
def many(survey: Survey, tmp_path: Path) -> Survey:
    """The survey with forty answers more."""
    table = tmp_path / "more.csv"
    rows = [f"m{n},{THEMES[n % 4]}第{n}条" for n in range(40)]
    table.write_text("\n".join(["编号,原话", *rows]), encoding="utf-8")
    with Project.open(survey.path) as project:
        load.import_file(project, table, roles={Column.TEXT: ["原话"], Column.ID: ["编号"]})
    return survey


def state_of(window: MainWindow) -> tuple[object, ...]:
    """Return what the project says: codes, decisions, reviews, rules."""
    assert window.desk is not None
    project = window.desk.project
    with project.reading() as db:
        return tuple(
            tuple(sorted(db.execute(sql).fetchall(), key=repr))
            for sql in (
                "select d.number, d.label, d.is_net, d.retired from code_def d where d.revision_id ="
                " (select max(id) from revision)",
                "select verbatim_id, code_id, coder_id, yes, sentiment from label_now",
                "select verbatim_id, coder_id from review_now",
                "select id, expression, active from rule",
            )
        )


def test_a_whole_session_by_keys(qtbot: QtBot, open_window: Opener, many: Survey) -> None:
    window = open_window(many.path)
    hands = Hands(qtbot, window)
    assert window.desk is not None
    page = window.label
    assert page is not None
    suggest(qtbot, window, many)
    before = state_of(window)
    assert hands.focus is page.grid

    hands.go("Code frame")
    frame = window.pages["frame"]
    assert isinstance(frame, FramePage)
    qtbot.waitUntil(lambda: frame.snapshot is not None, timeout=60_000)
    for name in ("异响", "油耗高", "交车仪式"):
        hands.press(Key.Key_Insert)
        hands.type(name)
        hands.press(Key.Key_Return, held=CONTROL)
        qtbot.waitUntil(lambda name=name: name in [one.label for one in window.desk.codes.values()], timeout=60_000)
        settle(qtbot, window)
    numbers = {one.label: one.number for one in window.desk.codes.values()}
    assert all(numbers[name] for name in ("异响", "油耗高"))

    hands.go("Label")
    assert hands.focus is page.grid
    given = {"顿挫": "302", "空间": "401", "异响": numbers["异响"], "油耗": numbers["油耗高"]}
    for _nth in range(20):
        row = page.table.row(page.grid.current_row())
        assert row is not None
        number = next((code for word, code in given.items() if word in row.text), "97")
        hands.type(f"{number}{'+' if number == '401' else '-'}", wait=False)  # as fast as fingers are
        hands.press(Key.Key_Return, wait=False)
    settle(qtbot, window)
    with window.desk.project.reading() as db:
        assert db.integer("select count(distinct verbatim_id) from review_now") >= 20

    hands.type("x")
    hands.press(Key.Key_J)
    hands.type("a")
    hands.press(Key.Key_C)
    hands.press(Key.Key_Delete)

    hands.go("Rules")
    rules = window.pages["rules"]
    assert isinstance(rules, RulesPage)
    hands.type("n")
    hands.type("异响")
    qtbot.wait(400)
    settle(qtbot, window)
    hands.press(Key.Key_Return)  # the rule has no code yet: the keys go to where one is typed
    hands.type(numbers["异响"])
    hands.press(Key.Key_Return)
    qtbot.wait(400)
    settle(qtbot, window)
    assert rules.list.rowCount() == 1
    assert hands.focus is rules.list
    hands.type("a")
    qtbot.wait(400)
    settle(qtbot, window)
    after = state_of(window)
    assert after != before

    hands.go("Label")
    asked: list[object] = []
    window.desk.undo_is_large.connect(asked.append)
    steps = 0
    while not asked and steps < 200:
        hands.press(Key.Key_Z, held=CONTROL, wait=steps % 8 == 7)
        steps += 1
    settle(qtbot, window)
    steps -= len(asked) - 1
    assert state_of(window)[1:] == before[1:]
    assert [one for one in state_of(window)[0] if one[0]] == [one for one in before[0] if one[0]]
    assert steps >= 45
    assert hands.focus.accessibleName() == "History", "a large step is not undone unasked: its list has the keys"
    hands.press(Key.Key_H, held=CONTROL)
    assert hands.focus is page.grid
    for _ in range(steps - 1):
        hands.press(Key.Key_Y, held=CONTROL, wait=False)
    settle(qtbot, window)
    assert state_of(window) == after


def test_the_sample_is_reached_by_tab_from_the_first_page(qtbot: QtBot) -> None:
    start = StartPage(sample=True)
    qtbot.addWidget(start)
    start.show()
    start.activateWindow()
    qtbot.waitUntil(start.isActiveWindow, timeout=60_000)
    start.name.setFocus()
    with qtbot.waitSignal(start.sample_asked, timeout=60_000):
        for _ in range(8):
            here = start.focusWidget()
            assert here is not None
            if isinstance(here, QPushButton) and here.text() == "Try the sample":
                qtbot.keyClick(here, Key.Key_Space)
                break
            qtbot.keyClick(here, Key.Key_Tab)


@pytest.mark.parametrize(
    "name", ["Label", "Code frame", "Suggest codes", "Rules", "Brands", "Lexicon", "Train & review"]
)
def test_no_input_method_opens_where_keys_mean_something(
    qtbot: QtBot, open_window: Opener, survey: Survey, name: str
) -> None:
    window = open_window(survey.path)
    hands = Hands(qtbot, window)
    hands.go(name)
    here = hands.focus
    takes_text = isinstance(here, QLineEdit)  # without rules the page begins with the words of one
    assert takes_text or not here.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled), type(here).__name__


def test_composing_gives_no_codes(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    window = open_window(survey.path)
    hands = Hands(qtbot, window)
    assert window.label is not None
    before = state_of(window)
    for event in composed("空间3"):
        QApplication.sendEvent(window.label.grid, event)
    settle(qtbot, window)
    assert state_of(window) == before
    hands.press(Key.Key_F, held=CONTROL)
    hands.type("空间")  # into the search box, from an input method
    qtbot.wait(100)
    settle(qtbot, window)
    assert window.label.top.text == "空间"
    assert state_of(window) == before
    hands.press(Key.Key_Escape)
    assert hands.focus is window.label.grid


def test_pages_are_turned_by_keys_and_each_has_the_keys(qtbot: QtBot, open_window: Opener, survey: Survey) -> None:
    window = open_window(survey.path)
    hands = Hands(qtbot, window)
    for page in ("rules", "brands", "lexicon"):
        hands.press(Key.Key_PageDown, held=CONTROL)
        qtbot.wait(50)
        settle(qtbot, window)
        assert window._stack.currentWidget() is window.pages[page]
        assert window.pages[page].isAncestorOf(hands.focus)
    for _ in range(3):
        hands.press(Key.Key_PageUp, held=CONTROL)
    assert window.label is not None
    assert hands.focus is window.label.grid
