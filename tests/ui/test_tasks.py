"""Order of changes, overtaken reads, errors, progress and stopping."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from annotate.jobs import CancelledError, Progress
from ui.tasks import Tasks


@pytest.fixture
def tasks(qapp: object) -> Iterator[Tasks]:
    tasks = Tasks()
    yield tasks
    tasks.close()


def test_changes_keep_their_order_and_come_back_on_the_ui_thread(qtbot: QtBot, tasks: Tasks) -> None:
    did: list[int] = []
    told: list[tuple[int, bool]] = []
    here = threading.current_thread()
    with qtbot.waitSignal(tasks.settled, timeout=60_000):
        for n in range(50):
            tasks.write(lambda n=n: did.append(n) or n, lambda n: told.append((n, threading.current_thread() is here)))  # type: ignore[misc]
    assert did == list(range(50))
    assert told == [(n, True) for n in range(50)]


def test_an_overtaken_read_is_never_delivered(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    told: list[str] = []

    def slow() -> str:
        gate.wait(10)
        return "old"

    with qtbot.waitSignal(tasks.settled, timeout=60_000):
        tasks.read("page", slow, told.append)
        tasks.read("page", lambda: "new", lambda answer: (told.append(answer), gate.set()))  # type: ignore[func-returns-value]
    assert told == ["new"]


def test_a_forgotten_read_is_not_delivered(qtbot: QtBot, tasks: Tasks) -> None:
    told: list[str] = []
    with qtbot.waitSignal(tasks.settled, timeout=60_000):
        tasks.read("page", lambda: "answer", told.append)
        tasks.forget("page")
    assert told == []


def test_an_error_goes_to_the_one_who_asked_and_else_to_the_window(qtbot: QtBot) -> None:
    window: list[BaseException] = []
    own: list[BaseException] = []
    tasks = Tasks(on_error=window.append)

    def fail() -> None:
        raise ValueError

    try:
        with qtbot.waitSignal(tasks.settled, timeout=60_000):
            tasks.write(fail)
            tasks.read("x", fail, failed=own.append)
    finally:
        tasks.close()
    assert [type(one) for one in window + own] == [ValueError, ValueError]


def test_long_work_tells_how_far_it_is_and_stops_when_asked(qtbot: QtBot, tasks: Tasks) -> None:
    errors: list[BaseException] = []
    seen: list[tuple[int, int, str]] = []
    begun = threading.Event()

    def count(progress: Progress) -> None:
        begun.wait(10)
        while True:
            progress(10, 10, "rows")

    job = tasks.long(count, failed=errors.append)
    job.progressed.connect(lambda *told: (seen.append(told), job.cancel()))
    with qtbot.waitSignal(tasks.settled, timeout=60_000):
        begun.set()
    assert seen[0] == (10, 10, "rows")
    assert [type(one) for one in errors] == [CancelledError]
