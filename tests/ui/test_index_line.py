"""The line of the search index: how far it is, stopped and gone on with."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from annotate.jobs import CancelledError, Progress, silent
from ui.views.index_line import IndexLine


class Search:
    """An index that is built when the test says so."""

    def __init__(self) -> None:
        self.progress: Progress = silent
        self.started = 0

    def start(self) -> None:
        self.started += 1


@pytest.fixture
def search() -> Search:
    return Search()


@pytest.fixture
def line(qtbot: QtBot, search: Search) -> IndexLine:
    class Only:
        def __init__(self) -> None:
            self.search = search

        def stopper(self) -> Progress:
            return silent

    made = IndexLine(Only())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_appears_late_and_goes_when_done(qtbot: QtBot, line: IndexLine, search: Search) -> None:
    assert line.height() == 0 or line.sizeHint().height() == 0
    search.progress(0, 100)
    qtbot.waitUntil(line.line.isVisible, timeout=60_000)
    search.progress(100, 100)
    qtbot.waitUntil(lambda: not line.line.isVisible(), timeout=60_000)
    assert not line.go_on.isVisible()


def test_it_is_stopped_and_goes_on(qtbot: QtBot, line: IndexLine, search: Search) -> None:
    search.progress(10, 100)
    qtbot.waitUntil(line.line.isVisible, timeout=60_000)
    line.line.cancel()
    assert line.go_on.isVisible()
    assert not line.line.isVisible()
    with pytest.raises(CancelledError):
        search.progress(20, 100)
    line.go_on.click()
    assert search.started == 1
    assert not line.go_on.isVisible()
    search.progress(30, 100)
    qtbot.waitUntil(line.line.isVisible, timeout=60_000)
    search.progress(100, 100)
    qtbot.waitUntil(lambda: not line.line.isVisible(), timeout=60_000)
