"""Reads of Train & review that take long are told with their share, stopped, and asked for again."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from car_window import Opener
from pytestqt.qtbot import QtBot
from train_window import make, page_of, wait

from annotate.jobs import CancelledError, Progress
from annotate.store.project import Project
from training import session
from training.coding import run as coding_run
from training.process.worker import Worker
from ui.main_window import MainWindow
from ui.pages import train_reading as reading
from ui.pages.train import TrainPage


@pytest.fixture(scope="session")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make(tmp_path_factory.mktemp("coded"))
    with Project.open(path, coder="周岚") as project, Worker() as worker:
        session.train(project, worker=worker)
        coding_run.code(project, worker=worker)
    return path


@pytest.fixture
def own(coded: Path, tmp_path: Path) -> Path:
    shutil.copy(coded, tmp_path / "p.tingdong")
    return tmp_path / "p.tingdong"


@pytest.fixture
def window(open_window: Opener, own: Path) -> MainWindow:
    return open_window(own)


def endless(*_args: object, progress: Progress, **_more: object) -> object:
    """Go on until somebody stops it."""
    begun = threading.Event()
    while not begun.wait(0.01):
        progress(3, 10)
    return None


def test_counting_is_stopped_and_asked_for_again(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading.where
    monkeypatch.setattr(reading, "where", endless)
    window.show_page("train")
    page = window.pages["train"]
    assert isinstance(page, TrainPage)
    qtbot.waitUntil(page.counting.isVisible, timeout=60_000)
    qtbot.waitUntil(lambda: "30 %" in page.counting._words.text(), timeout=60_000)
    page.counting.cancel()
    wait(qtbot, window, page)
    assert page.where is None
    assert not page.counting.isVisible()
    assert "Stopped" in page._sentence.text()
    assert page.again.isVisible()
    page.retranslate()
    assert "Stopped" in page._sentence.text()
    monkeypatch.setattr(reading, "where", real)
    page.again.click()
    wait(qtbot, window, page)
    assert page.told is not None
    assert not page.again.isVisible()
    assert "Stopped" not in page._sentence.text()


def test_a_figure_that_was_not_waited_for_is_read_although_nothing_was_decided_since(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, window)
    before, real = page.told, reading.told
    assert page.where is not None
    monkeypatch.setattr(reading, "told", endless)
    page.where = page.told = None
    page.look()
    qtbot.waitUntil(lambda: page.where is not None and page.counting.isVisible(), timeout=60_000)
    page.told = before  # as where the coding was judged before the last decision
    page.counting.cancel()
    wait(qtbot, window, page)
    assert page.again.isVisible()
    monkeypatch.setattr(reading, "told", real)
    page.again.click()
    wait(qtbot, window, page)
    assert page.told is not before
    assert not page.again.isVisible()


def test_turning_to_another_question_drops_what_is_being_counted(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, window)
    question, real = page.question, reading.where
    monkeypatch.setattr(reading, "where", endless)
    page.where = page.told = None
    page.look()
    qtbot.waitUntil(page.counting.isVisible, timeout=60_000)
    monkeypatch.setattr(reading, "where", real)
    page.choose_question(None)
    wait(qtbot, window, page)
    assert not page.counting.isVisible()
    page.choose_question(question)
    wait(qtbot, window, page)
    assert page.told is not None
    assert not page.again.isVisible()


def test_doubts_are_stopped_and_asked_for_again(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = reading.doubted
    monkeypatch.setattr(reading, "doubted", endless)
    window.show_page("train")
    page = window.pages["train"]
    assert isinstance(page, TrainPage)
    qtbot.waitUntil(page.doubting.isVisible, timeout=60_000)
    page.doubting.cancel()
    wait(qtbot, window, page)
    assert page.doubted is None
    assert "Stopped" in page.doubts._text.text()
    monkeypatch.setattr(reading, "doubted", real)
    page.doubts._again.click()
    wait(qtbot, window, page)
    assert page.doubted is not None
    assert page.doubts.count > 0


def test_a_preview_is_stopped_and_asked_for_again(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, window)
    real = reading.preview
    monkeypatch.setattr(reading, "preview", endless)
    page.switch_queue()
    page.take_over._cut.setValue(0.05)
    page.take_over._go.click()
    qtbot.waitUntil(page.previewing.isVisible, timeout=60_000)
    page.previewing.cancel()
    wait(qtbot, window, page)
    assert "Stopped" in page.take_over._count.text()
    monkeypatch.setattr(reading, "preview", real)
    page.take_over._go.click()
    wait(qtbot, window, page)
    assert "Stopped" not in page.take_over._count.text()
    assert page.take_over._above is not None


def test_the_answers_behind_a_bar_are_not_shown_once_that_was_stopped(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(qtbot, window)
    monkeypatch.setattr(reading, "place_query", endless)
    page.standing.bars.rows["model"].click()
    qtbot.waitUntil(page.finding.isVisible, timeout=60_000)
    page.finding.cancel()
    wait(qtbot, window, page)
    assert page.isVisible()
    assert not page.finding.isVisible()


def test_every_read_tells_a_rising_share_and_stops_at_each(own: Path) -> None:
    with Project.open(own, coder="周岚") as project:
        at = reading.where(project, 1)
        assert at is not None
        assert at.frame is not None
        frame, model, code = at.frame.id, at.models[-1].id, at.frame.live[-1].id
        reads: dict[str, Callable[[Progress], object]] = {
            "where": lambda tell: reading.where(project, 1, progress=tell),
            "told": lambda tell: reading.told(project, at, progress=tell),
            "doubted": lambda tell: reading.doubted(project, frame, model, progress=tell),
            "preview": lambda tell: reading.preview(project, 1, code, 0.05, True, progress=tell),
            "place": lambda tell: reading.place_query(project, 1, "model", progress=tell),
        }
        for name, read in reads.items():
            shares: list[float] = []

            def note(done: int, total: int | None, _what: str = "", shares: list[float] = shares) -> None:
                assert total
                shares.append(done / total)

            read(note)
            assert shares == sorted(shares), name
            assert len(set(shares)) >= 3, name
            assert 0 <= shares[0] <= shares[-1] <= 1, name
            for last in {0, len(shares) // 2, len(shares) - 1}:
                told = 0

                def stop(_done: int, _total: int | None, _what: str = "", last: int = last) -> None:
                    nonlocal told
                    told += 1
                    if told > last:
                        raise CancelledError

                with pytest.raises(CancelledError):
                    read(stop)
                assert told == last + 1, name
        assert reading.where(project, 1) == at
