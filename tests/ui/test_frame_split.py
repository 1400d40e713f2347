"""Splitting a code: by rule, by clusters of its answers, by hand, or as another page prepared it."""

from __future__ import annotations

import time

import pytest
from car_window import Opener, Survey
from frame_window import code_some, labels, project_of, ready, shown, table, window_of
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotate import frame_recheck
from annotate.jobs import Progress
from annotate.store.project import Project
from ui.pages.frame import FramePage
from ui.pages.frame_surgery import SplitAsked


@pytest.fixture
def coded(survey: Survey) -> Survey:
    return code_some(survey)


@pytest.fixture
def page(qtbot: QtBot, open_window: Opener, coded: Survey) -> FramePage:
    return shown(qtbot, open_window, coded)


def test_a_code_is_split_by_rule_or_by_hand(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    page.view.go_to(coded.codes["302"])
    page.begin("split")
    ready(qtbot, window)
    assert not page.surgery.apply.isEnabled()
    page.surgery.split.rules.setPlainText("迟钝 = 换挡, 迟钝")  # traditional in the answer
    ready(qtbot, window)
    assert [row[:3] for row in table(page)][1:] == [
        ["    Jerking", "3", "retired"], ["    迟钝", "new", "1"], ["    302 Jerking", "new", "2"]
    ]  # fmt: skip
    page.surgery.split.rules.setPlainText("迟钝 = 顿挫 NOT 低速, 换挡 NEAR/4 迟钝")
    ready(qtbot, window)
    assert table(page)[-2][:3] == ["    迟钝", "new", "1"]
    page.surgery.split.rules.setPlainText("迟钝 = 换挡 OR")
    ready(qtbot, window)
    assert "breaks off" in page.surgery._wrong.text()
    assert not page.surgery.apply.isEnabled()
    page.surgery.split.mode.setCurrentIndex(2)
    assert [page.surgery.split.answers.item(n).text() for n in range(2)] == ["低速顿挫  × 2", "變速箱換擋遲鈍"]
    page.surgery.split.answers.item(0).setCheckState(Qt.CheckState.Checked)
    page.surgery.split.name.setText("低速")
    ready(qtbot, window)
    page.apply()
    ready(qtbot, window)
    assert labels(page)[:4] == ["动力与变速", "·动力弱", "·低速", "·顿挫"]
    assert frame_recheck.count(project_of(page), 1) == 0


def test_the_look_for_clusters_shows_that_it_runs_and_can_be_stopped(
    qtbot: QtBot, page: FramePage, coded: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(_project: Project, *, progress: Progress, **_asked: object) -> None:
        while True:
            progress(1, 2, "")
            time.sleep(0.001)

    monkeypatch.setattr("training.clusters.board", endless)
    page.view.go_to(coded.codes["302"])
    page.begin("split")
    split = page.surgery.split
    split.mode.setCurrentIndex(1)
    split.seek.click()
    qtbot.waitUntil(split.seeking.isVisible, timeout=60_000)
    assert not split.seek.isEnabled()
    split.seeking.cancel()
    qtbot.waitUntil(split.seek.isEnabled, timeout=60_000)
    assert not split.seeking.isVisible()
    assert split.clusters.count() == 0


def test_a_split_that_another_page_prepared(qtbot: QtBot, page: FramePage, coded: Survey) -> None:
    window = window_of(page)
    window.show_page("frame", SplitAsked(coded.codes["302"], (("低速", (1,)), ("迟钝", (6,)))))
    ready(qtbot, window)
    assert [row[:3] for row in table(page)][-3:] == [
        ["    低速", "new", "2"], ["    迟钝", "new", "1"], ["    302 Jerking", "new", "0"]
    ]  # fmt: skip
