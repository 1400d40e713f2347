"""The counts of the Code frame page are told with their share, stopped, and asked for again."""

from __future__ import annotations

import threading

import pytest
from car_window import Opener, Survey
from frame_window import code_some, ready, shown, window_of
from pytestqt.qtbot import QtBot

from annotate.jobs import CancelledError, Progress
from annotate.store.project import Project
from ui.pages import frame_state


def test_counting_is_stopped_and_asked_for_again(
    qtbot: QtBot, open_window: Opener, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(qtbot, open_window, code_some(survey))
    before, real = page.snapshot, frame_state.read

    def endless(_project: Project, _frame: int, *, progress: Progress) -> frame_state.Snapshot:
        begun = threading.Event()
        while not begun.wait(0.01):
            progress(3, 10)
        raise AssertionError

    monkeypatch.setattr(frame_state, "read", endless)
    page.work.reload()
    qtbot.waitUntil(lambda: page.top.counting.isVisible() and "30 %" in page.top.counting._words.text(), timeout=60_000)
    page.top.counting.cancel()
    ready(qtbot, window_of(page))
    assert not page.top.counting.isVisible()
    assert page.snapshot is before
    assert page.top.again.isVisible()
    assert "Stopped" in page.top._stopped.text()
    monkeypatch.setattr(frame_state, "read", real)
    page.top.again.click()
    ready(qtbot, window_of(page))
    assert page.snapshot is not before
    assert not page.top.again.isVisible()


def test_the_read_tells_a_rising_share_and_stops_at_each(survey: Survey) -> None:
    with Project.open(code_some(survey).path) as project:
        shares: list[float] = []

        def note(done: int, total: int | None, _what: str = "") -> None:
            assert total
            shares.append(done / total)

        whole = frame_state.read(project, 1, progress=note)
        assert shares == sorted(shares)
        assert len(set(shares)) >= 4
        for last in range(len(shares)):
            told = 0

            def stop(_done: int, _total: int | None, _what: str = "", last: int = last) -> None:
                nonlocal told
                told += 1
                if told > last:
                    raise CancelledError

            with pytest.raises(CancelledError):
                frame_state.read(project, 1, progress=stop)
        assert frame_state.read(project, 1).counts == whole.counts
