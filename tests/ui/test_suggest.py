"""The page Suggest codes, driven by keys: clusters become codes, feed codes, go away, and come back by undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from car_window import Opener, Survey, settle
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import frames
from annotate.importing import load
from annotate.importing.roles import Role as Column
from annotate.lexicon import Vocabulary
from annotate.store.project import Project
from annotate.store.query import Ids
from training.clusters_fit import Groups, group_texts
from ui.main_window import MainWindow
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
    qtbot.waitUntil(lambda: page.board is not None, timeout=20_000)
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
