"""The quiet line that says how far the search index is; it can be stopped, and goes on when asked."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from annotate.jobs import CancelledError
from annotate.messages import _
from ui.desk import Desk
from ui.tasks import Job
from ui.views.page_parts import button, label
from ui.views.train_job import JobLine

_TOLD_EVERY = 0.1


class _Building(Job):
    """The building of the index, which runs in the index's own thread."""

    def __init__(self, line: IndexLine) -> None:
        super().__init__(line)
        self._over = line

    def cancel(self) -> None:
        self._over.pause()


class IndexLine(QWidget):
    """Shown while the index is built for longer than people like to wait in the dark, and while it is stopped."""

    _told = Signal(object, object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._gone = desk.stopper()
        self._halted = threading.Event()
        self._last = 0.0
        self._job: _Building | None = None
        self.line = JobLine()
        self._words, self.go_on = label("muted"), button(self.resume, quiet=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 14, 0)  # no height while there is nothing to say
        self.line.setContentsMargins(14, 3, 0, 3)
        self._words.setContentsMargins(14, 3, 14, 3)
        row.addWidget(self.line, 1)
        row.addWidget(self._words, 1)
        row.addWidget(self.go_on)
        self._told.connect(self._on_told)
        desk.search.progress = self._tell
        self._show_paused(False)
        self.retranslate()

    def pause(self) -> None:
        """Stop building; what is indexed stays."""
        self._halted.set()
        self._end()
        self._show_paused(True)

    def resume(self) -> None:
        """Go on building."""
        self._halted.clear()
        self._show_paused(False)
        self._desk.search.start()

    def _tell(self, done: int, total: int | None, what: str = "") -> None:
        """Take progress on the index's thread."""
        self._gone(done, total, what)
        if self._halted.is_set():
            raise CancelledError
        now = time.monotonic()
        if now - self._last >= _TOLD_EVERY or done == total:
            self._last = now
            self._told.emit(done, total)

    @Slot(object, object)
    def _on_told(self, done: object, total: object) -> None:
        if self._halted.is_set():
            return
        if done == total:
            self._end()
            return
        if self._job is None:
            self._job = _Building(self)
            self.line.watch(self._job, _("Indexing for search"))
        self._job.progressed.emit(done, total, "")

    def _end(self) -> None:
        if self._job is not None:
            self._job.ended.emit()
            self._job.deleteLater()
            self._job = None

    def _show_paused(self, paused: bool) -> None:
        self._words.setVisible(paused)
        self.go_on.setVisible(paused)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.line.retranslate()
        self._words.setText(_("The search index is not finished; until then a search reads the answers."))
        self.go_on.setText(_("Go on indexing"))
