"""The page Suggest codes, driven by keys: clusters become codes, feed codes, go away, and come back by undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from car_window import Opener, Survey, settle
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from annotate import frames
from annotate.importing import load
from annotate.importing.roles import Role as Column
from annotate.lexicon import Vocabulary
from annotate.store.project import Project
from annotate.store.query import Ids
from training.clusters_fit import Groups, group_texts
from ui.main_window import MainWindow
from ui.models import dragging
from ui.pages.suggest import SuggestPage

WORDS = (
    "低速顿挫明显",
    "换挡顿挫难受",
    "油耗太高",
    "油耗高得离谱",
    "空间大得很",
    "后排空间大",
    "客服态度差",
    "客服不理人",
)


class _Here:
    """Groups in this process, without a child."""

    def group_texts(self, texts: list[str], counts: np.ndarray, vocabulary: Vocabulary, **more: object) -> Groups:
        return group_texts(texts, counts, vocabulary, groups=4, seed=1)

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def many(survey: Survey, tmp_path: Path) -> Survey:
    """The survey with eighty answers more."""
    table = tmp_path / "more.csv"
    rows = [f"m{n},{WORDS[n % len(WORDS)]}第{n}次" for n in range(80)]
    table.write_text("\n".join(["编号,原话", *rows]), encoding="utf-8")
    with Project.open(survey.path) as project:
        load.import_file(project, table, roles={Column.TEXT: ["原话"], Column.ID: ["编号"]})
    return survey


def open_page(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> SuggestPage:
    assert window.desk is not None
    monkeypatch.setattr(window.desk, "worker", lambda _of: _Here())
    window.show_page("suggest")
    settle(qtbot, window)
    page = window.pages["suggest"]
    assert isinstance(page, SuggestPage)
    page.group()
    qtbot.waitUntil(lambda: page.board is not None, timeout=60_000)
    settle(qtbot, window)
    return page


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    focus = window.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key)


def test_teaches_before_there_is_a_board(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page("suggest")
    settle(qtbot, window)
    page = window.pages["suggest"]
    assert isinstance(page, SuggestPage)
    assert page.board is None
    assert "Nothing is coded before you do" in page.taught


def test_a_cluster_becomes_a_code_by_keys(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    shown = len(page.cards.cards)
    first, second = (card.cluster for card in page.cards.cards[:2])
    press(qtbot, window, Qt.Key.Key_Space)
    press(qtbot, window, Qt.Key.Key_J)
    press(qtbot, window, Qt.Key.Key_Space)
    assert page.cards.ticked == [first, second]
    press(qtbot, window, Qt.Key.Key_Return)
    assert page.name == first.name
    press(qtbot, window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert len(page.cards.cards) == shown - 2
    assert window.desk is not None
    with window.desk.project.reading() as db:
        made = next(one for one in frames.read(db, 1).codes if one.label == first.name)
        count = db.integer("select count(distinct verbatim_id) from label_now where code_id = ? and yes", (made.id,))
    assert count == first.answers + second.answers
    assert not page.stale
    window.desk.undo()
    settle(qtbot, window)
    assert page.stale


def test_a_cluster_feeds_a_code_goes_away_and_is_shown(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    first = page.cards.cards[0].cluster
    page.choose_code(many.codes["302"])
    page.feed()
    settle(qtbot, window)
    assert window.desk is not None
    rows = window.desk.project.rows("select count(*) from label_now where yes and code_id = ?", (many.codes["302"],))
    assert rows[0][0] == first.answers
    gone = page.cards.at_hand
    press(qtbot, window, Qt.Key.Key_X)
    settle(qtbot, window)
    assert gone is not None
    assert gone not in [card.cluster for card in page.cards.cards]
    asked: list[object] = []
    page.room.page_asked.connect(lambda id, what: asked.append((id, what)))
    at_hand = page.cards.at_hand
    assert at_hand is not None
    press(qtbot, window, Qt.Key.Key_G)
    page_id, query = asked[0]
    assert page_id == "label"
    assert Ids.of(list(at_hand.ids)) in query.conditions


def test_a_read_only_project_is_only_looked_at(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Project.open(many.path):
        window = open_window(many.path)
        page = open_page(qtbot, window, monkeypatch)
        before = [card.cluster for card in page.cards.cards]
        page.make()
        page.dismiss()
        settle(qtbot, window)
        assert [card.cluster for card in page.cards.cards] == before


def drop(page: SuggestPage, at: QPointF) -> None:
    """Let the clusters at hand fall onto the frame."""
    view = page.frame.panel.view
    nothing = Qt.KeyboardModifier.NoModifier
    held = dragging.of_clusters()
    event = QDropEvent(at, Qt.DropAction.CopyAction, held, Qt.MouseButton.LeftButton, nothing)
    assert page.frame.onto.eventFilter(view.viewport(), event)


def place_of(page: SuggestPage, code: int) -> QPointF:
    panel = page.frame.panel
    return QPointF(panel.view.visualRect(panel.tree.index_of(code)).center())


def test_a_cluster_dropped_on_a_net_becomes_a_code_there_and_on_a_code_feeds_it(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    assert window.desk is not None
    project = window.desk.project
    net = next(one for one in frames.head(project, 1).codes if one.is_net)
    first, second = (card.cluster for card in page.cards.cards[:2])
    drop(page, place_of(page, net.id))
    settle(qtbot, window)
    made = next(one for one in frames.head(project, 1).codes if one.label == first.name)
    assert made.parent_id == net.id
    assert frames.code_counts(project, 1)[made.id] == first.answers
    drop(page, place_of(page, many.codes["401"]))
    settle(qtbot, window)
    assert frames.code_counts(project, 1)[many.codes["401"]] == second.answers
    window.desk.undo()
    window.desk.undo()
    settle(qtbot, window)
    assert first.name not in [one.label for one in frames.head(project, 1).codes]
    assert not any(frames.code_counts(project, 1).values())


def test_a_drop_on_no_code_makes_one_at_the_top_level(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    assert window.desk is not None
    first = page.cards.cards[0].cluster
    drop(page, QPointF(10, page.frame.panel.view.viewport().height() - 2))
    settle(qtbot, window)
    made = next(one for one in frames.head(window.desk.project, 1).codes if one.label == first.name)
    assert made.parent_id is None


def test_what_a_drop_would_count_is_told_before_it(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    assert window.desk is not None
    assert "Drag clusters here" in page.frame.told
    first = page.cards.cards[0].cluster
    code = window.desk.codes[many.codes["302"]]
    page.frame.aim(code)
    settle(qtbot, window)
    assert page.frame.told == f"302 Jerking: 0 → {first.answers} answers"
    page.frame.aim(window.desk.codes[code.parent_id or 0])
    assert f"“{first.name}” in 3 动力与变速" in page.frame.told
    page.frame.forget()
    assert "Drag clusters here" in page.frame.told


def test_selected_cards_are_dragged_together_and_another_one_goes_alone(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    dragged: list[int] = []
    monkeypatch.setattr("ui.pages.suggest_cards.QDrag.exec", lambda *_more: dragged.append(len(page.cards.ticked)))
    cards = page.cards.cards
    assert len(cards) >= 3
    for card in cards[:2]:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    for card in (cards[1], cards[2]):
        middle = card.rect().center()
        qtbot.mousePress(card, Qt.MouseButton.LeftButton, pos=middle)
        qtbot.mouseMove(card, middle * 1.5)
        qtbot.mouseRelease(card, Qt.MouseButton.LeftButton, pos=middle)
    assert dragged == [2, 1]
    assert page.cards.ticked == [cards[2].cluster]


def test_enter_on_the_frame_gives_the_clusters_to_the_code_there(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    assert window.desk is not None
    first = page.cards.cards[0].cluster
    view = page.frame.panel.view
    view.setFocus()
    view.setCurrentIndex(page.frame.panel.tree.index_of(many.codes["301"]))
    press(qtbot, window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert frames.code_counts(window.desk.project, 1)[many.codes["301"]] == first.answers


def test_a_name_like_that_of_a_code_is_told_and_enter_feeds_it_when_chosen(
    qtbot: QtBot, open_window: Opener, many: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(many.path)
    page = open_page(qtbot, window, monkeypatch)
    assert window.desk is not None
    first = page.cards.cards[0].cluster
    press(qtbot, window, Qt.Key.Key_Return)
    field = window.focusWidget()
    assert isinstance(field, QLineEdit)
    field.setText("空间大的")
    settle(qtbot, window)
    assert [one.code.number for one in page.likes.likes] == ["401", "40"]
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert frames.code_counts(window.desk.project, 1)[many.codes["401"]] == first.answers
    assert "空间大的" not in [one.label for one in frames.head(window.desk.project, 1).codes]
