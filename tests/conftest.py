"""Qt without a display, and proof that a test leaves no thread, timer or window behind."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what commands write into the user's cache folder away from it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def _nothing_dangles(request: pytest.FixtureRequest) -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    if "qtbot" not in request.fixturenames:
        return
    left = [one.name for one in set(threading.enumerate()) - before if one.name.startswith("tingdong")]
    assert not left, f"threads left running: {left}"
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is not None:
        shown = [type(one).__name__ for one in widgets.QApplication.topLevelWidgets() if one.isVisible()]
        assert not shown, f"windows left open: {shown}"


_STATUS = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave at once when all is told: after hundreds of windows the interpreter takes Qt apart in no safe order."""
    status = config.stash.get(_STATUS, None)
    if status is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
