"""Qt's types are made on the thread that draws, before any other thread names them."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from car_window import Opener, Survey, settle
from pytestqt.qtbot import QtBot

from ui import chores
from ui.types_ahead import QtCore, QtGui, QtWidgets

# A process of its own: here other tests have named many types already.
FRESH = """
import sys
from PySide6.QtWidgets import QApplication
from ui import types_ahead
modules = (types_ahead.QtCore, types_ahead.QtGui, types_ahead.QtWidgets)
app = QApplication([])
unmade = sum(name not in vars(module) for module in modules for name in dir(module))
ahead = types_ahead.TypesAhead()
ahead.made.connect(app.quit)
ahead.start()
app.exec()
assert all(name in vars(module) for module in modules for name in dir(module))
assert "pyqtgraph" not in sys.modules
print(unmade)
"""


def test_every_type_is_made() -> None:
    done = subprocess.run([sys.executable, "-c", FRESH], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100  # else nothing was there to be made, and this proves nothing


def test_plots_are_imported_on_the_thread_that_draws_after_the_types_and_the_pages(
    qtbot: QtBot, open_window: Opener, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(chores.registry, "preload", lambda id: told.append((id, threading.get_ident())))
    monkeypatch.setattr(chores, "import_plots", lambda: told.append(("plots", threading.get_ident())))
    window = open_window(survey.path)
    qtbot.waitUntil(lambda: bool(told) and told[-1][0] == "plots", timeout=60_000)
    settle(qtbot, window)
    here = threading.get_ident()
    assert [id for id, thread in told if thread == here] == ["plots"]
    assert len(told) == len(chores.registry.PAGES) + 1
    assert all(name in vars(module) for module in (QtCore, QtGui, QtWidgets) for name in dir(module))
