"""A scripted person in the window: every page, modes and queues, searches, codes, undo, language, colours, sizes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from benchmarks.window_tools import Stalls, pause
from ui.main_window import MainWindow
from ui.pages.label import LabelPage
from ui.pages.registry import PAGES
from ui.views.mode_bar import KEYED

Key = Qt.Key
_LOOK = 0.6
"""Seconds that each thing done is looked at."""


def work_through(window: MainWindow, stalls: Stalls, *, until: float) -> int:
    """Go round all pages until a moment of the monotonic clock; return how many times; every page at least once."""
    rounds = 0
    while True:
        for page in PAGES:
            if rounds and time.monotonic() > until:
                return rounds
            _do(stalls, f"show {page.id}", lambda id=page.id: window.show_page(id), look=2.0)  # type: ignore[misc]
            if page.id == "label":
                _label(window, stalls)
            elif page.id == "train":
                for key in (Key.Key_J, Key.Key_J, Key.Key_K, Key.Key_C, Key.Key_T, Key.Key_D, Key.Key_V):
                    _do(stalls, f"train: key {key.name}", lambda key=key: _press(window, key), look=0.3)  # type: ignore[misc]
            elif page.id == "insights":
                for key in (Key.Key_1, Key.Key_2, Key.Key_3):
                    _do(stalls, f"insights: key {key.name}", lambda key=key: _press(window, key))  # type: ignore[misc]
        rounds += 1
        _do(stalls, "history", window.toggle_history)
        _do(stalls, "history", window.toggle_history)
        for what in (window.switch_language, window.switch_scheme, window.switch_language, window.switch_scheme):
            _do(stalls, what.__name__, what)
        for by in (+1, +1, -1, -1):
            _do(stalls, "size of text", lambda by=by: window.looks.stretch(by))  # type: ignore[misc]
        _do(stalls, "smaller window", lambda: window.resize(1300, 800))
        _do(stalls, "larger window", lambda: window.resize(1600, 1000))


def _do(stalls: Stalls, what: str, does: Callable[[], object], *, look: float = _LOOK) -> None:
    stalls.doing = what
    does()
    pause(look)


def _press(window: MainWindow, key: Key) -> None:
    widget = window.focusWidget() or window
    QTest.keyClick(widget, key)


def _label(window: MainWindow, stalls: Stalls) -> None:
    label, desk = window.label, window.desk
    assert label is not None
    assert desk is not None
    grid = label.grid
    grid.setFocus()
    bar = grid.verticalScrollBar()
    for _ in range(5):
        _do(stalls, "label: jump", lambda: bar.setValue(random.randrange(max(1, bar.maximum()))), look=0.3)
    for mode in KEYED:
        _do(stalls, f"label: mode {mode}", lambda mode=mode: label.choose_mode(mode), look=2.0)  # type: ignore[misc]
        _keys(label, stalls, f"label: keys in mode {mode}")
    _do(stalls, "label: all answers", lambda: label.choose_mode(KEYED[0]), look=2.0)
    for word in ("顿", "顿挫", "，", "服务态度", ""):
        _do(stalls, f"label: search {word}", lambda word=word: label.top.search.setText(word), look=1.0)  # type: ignore[misc]
    for what, key, held in (
        ("tick all", Key.Key_A, Qt.KeyboardModifier.ControlModifier),
        ("untick all", Key.Key_A, Qt.KeyboardModifier.ControlModifier),
        ("explain", Key.Key_E, Qt.KeyboardModifier.NoModifier),
        ("picker", Key.Key_Slash, Qt.KeyboardModifier.NoModifier),
    ):
        _do(stalls, f"label: {what}", lambda key=key, held=held: QTest.keyClick(grid, key, held))  # type: ignore[misc]
    label.picker.hide()
    grid.setFocus()
    _do(stalls, "label: undo", desk.undo)
    _do(stalls, "label: redo", desk.redo)


def _keys(label: LabelPage, stalls: Stalls, what: str) -> None:
    for key in (Key.Key_J, Key.Key_A, Key.Key_K, Key.Key_R, Key.Key_Return):
        _do(stalls, what, lambda key=key: QTest.keyClick(label.grid, key), look=0.15)  # type: ignore[misc]
