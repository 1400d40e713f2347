"""Chips of an answer: what they say and do; the same ones serve the next answer, and nothing around is laid out."""

from __future__ import annotations

from car_window import ANSWERS, listed, press, settle
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QPushButton, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from ui.actions import Actions
from ui.delegates.chips import Chip
from ui.main_window import MainWindow
from ui.pages.label import LabelPage
from ui.views.evidence_chips import EvidenceChips

GIVEN, OTHER = Chip(7, "301 Delay −", -1), Chip(8, "401 Room & boot", None)
SURE, UNSURE = Chip(9, "302 Jerking 97%", 1, 0.97), Chip(10, "303 Noise 12%", 0, 0.12, accepted=False)


def seen(chips: EvidenceChips) -> list[str]:
    """Return the names of the buttons on the screen, in their order."""
    found = [one for one in chips.findChildren(QPushButton) if one.isVisible()]
    found.sort(key=lambda one: one.mapTo(chips, QPoint(0, 0)).toTuple()[::-1])
    return [one.accessibleName() for one in found]


def made(qtbot: QtBot) -> EvidenceChips:
    chips = EvidenceChips(Actions(QWidget()))
    qtbot.addWidget(chips)
    chips.resize(900, 60)
    chips.show()
    return chips


def button(chips: EvidenceChips, name: str) -> QPushButton:
    return next(one for one in chips.findChildren(QPushButton) if one.isVisible() and one.accessibleName() == name)


def test_a_decision_can_be_chosen_and_taken_off_a_suggestion_taken(qtbot: QtBot) -> None:
    chips = made(qtbot)
    chips.show_chips([GIVEN, SURE], {7: "给油没反应"})
    name = "301 Delay −, from “给油没反应”"
    assert seen(chips) == [name, "Sentiment of 301 Delay −", "Take 301 Delay − off", "302 Jerking 97%"]
    with qtbot.waitSignal(chips.chosen_changed, check_params_cb=lambda code: code == 7):
        button(chips, name).click()
    with qtbot.waitSignal(chips.removed, check_params_cb=lambda code: code == 7):
        button(chips, "Take 301 Delay − off").click()
    with qtbot.waitSignal(chips.taken, check_params_cb=lambda code: code == 9):
        button(chips, "302 Jerking 97%").click()
    assert "above its threshold" in button(chips, "302 Jerking 97%").toolTip()


def test_the_same_chips_serve_the_next_answer(qtbot: QtBot) -> None:
    chips = made(qtbot)
    chips.show_chips([GIVEN, OTHER, SURE], {})
    first = set(chips.findChildren(QPushButton))
    chips.show_chips([UNSURE, SURE], {})
    assert seen(chips) == ["303 Noise 12%", "302 Jerking 97%"]
    assert "below its threshold" in button(chips, "303 Noise 12%").toolTip()
    with qtbot.waitSignal(chips.taken, check_params_cb=lambda code: code == 10):
        button(chips, "303 Noise 12%").click()
    chips.show_chips([OTHER], {})
    assert seen(chips) == ["401 Room & boot", "Sentiment of 401 Room & boot", "Take 401 Room & boot off"]
    assert set(chips.findChildren(QPushButton)) == first
    chips.show_chips([], {})
    assert chips.isHidden()


def test_words_give_way_where_there_is_no_room_and_every_sign_stays_in_reach(qtbot: QtBot) -> None:
    chips = made(qtbot)
    chips.show_chips([Chip(7, "301 " + "很长的名字" * 30, None)], {})
    chips.setFixedWidth(240)
    qtbot.waitUntil(lambda: button(chips, seen(chips)[0]).width() < 240, timeout=60_000)
    for one in chips.findChildren(QPushButton):
        corner = one.mapTo(chips, one.rect().bottomRight())
        assert one.width() > 10
        assert corner.x() < 240


class _Requests(QObject):
    """Counts how often a widget is laid out again."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def test_the_window_is_not_laid_out_again_for_the_chips_of_another_answer(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    window.resize(1440, 900)
    page.grid.go(listed(page).index(ANSWERS[1]))
    press(qtbot, window, "301", "401")
    settle(qtbot, window)
    requests = _Requests()
    page.installEventFilter(requests)
    page.grid.go(listed(page).index(ANSWERS[2]))
    settle(qtbot, window)
    page.grid.go(listed(page).index(ANSWERS[1]))
    settle(qtbot, window)
    assert seen(page.pane.chips)
    assert requests.count == 0


def test_a_pane_that_needs_more_room_gets_it(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    window.resize(1440, 900)
    down = next(one for one in page.findChildren(QSplitter) if page.pane.parentWidget() is one.widget(1))
    down.setSizes([10_000, 0])
    least = down.sizes()[1]
    page.pane.setMinimumHeight(least + 80)
    qtbot.waitUntil(lambda: down.sizes()[1] >= least + 80, timeout=60_000)
