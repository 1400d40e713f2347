"""Qt's types made ahead, on the UI thread.

PySide makes a type when it is first named. A thread that imports a page or a plot names many of them, and where the UI
thread uses Qt at that moment the process ends.
"""

from __future__ import annotations

import time

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QObject, QTimer, Signal

_SLICE_S, _EVERY_MS = 0.003, 10


class TypesAhead(QObject):
    """Names every type of the modules that the window uses, a few at a time (0.1 s of processor time altogether)."""

    made = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = [(module, name) for module in (QtCore, QtGui, QtWidgets) for name in dir(module)]
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_slice)

    def start(self) -> None:
        """Begin; ``made`` comes when all are there."""
        self._timer.start()

    def _on_slice(self) -> None:
        until = time.perf_counter() + _SLICE_S
        while self._left and time.perf_counter() < until:
            getattr(*self._left.pop())
        if not self._left:
            self._timer.stop()
            self.made.emit()


def import_plots() -> None:
    """Import pyqtgraph, on the UI thread for the same reason: about 0.1 s once, while nobody draws a curve yet."""
    import pyqtgraph  # noqa: F401
