"""One line that says what runs, how far it is and how long it has taken, with a way to stop it."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from annotate.messages import _
from ui.tasks import Job
from ui.views.page_parts import button, label

SHOWN_AFTER_MS = 400


class JobLine(QWidget):
    """Watches one job at a time; it appears when the job takes longer than people like to wait in the dark."""

    freed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._begun = 0.0
        self._what = ""
        self._words = label()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(120, 8)
        self._stop = button(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._bar)
        row.addWidget(self._stop)
        self._late = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._late.timeout.connect(self._appear)
        self._tick = QTimer(self, interval=1_000)
        self._tick.timeout.connect(self._tell)
        self._done: tuple[int, int | None] = (0, None)
        self.hide()
        self.retranslate()

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._job is not None

    def watch(self, job: Job, what: str) -> None:
        """Follow a job until it ends; ``what`` it does, in words."""
        self._job, self._what, self._begun, self._done = job, what, time.monotonic(), (0, None)
        job.progressed.connect(self._on_progress)
        job.ended.connect(self._on_ended)
        self._late.start()
        self._tell()

    def cancel(self) -> None:
        """Ask the job to stop at its next safe point."""
        if self._job is not None:
            self._job.cancel()
            self._stop.setEnabled(False)
            self._words.setText(_("{what}: stopping…").format(what=self._what))

    def _appear(self) -> None:
        if self._job is not None:
            self._stop.setEnabled(True)
            self.show()
            self._tick.start()

    def _on_progress(self, done: object, total: object, _what: str) -> None:
        if isinstance(done, int) and (total is None or isinstance(total, int)):
            self._done = (done, total)
            self._tell()

    def let_go(self) -> None:
        """Follow the job no more; it may still run."""
        self._on_ended()

    def _on_ended(self) -> None:
        self._job = None
        self._late.stop()
        self._tick.stop()
        self.hide()
        self.freed.emit()

    def _tell(self) -> None:
        done, total = self._done
        seconds = round(time.monotonic() - self._begun)
        if total:
            self._bar.setRange(0, 100)
            self._bar.setValue(min(100, 100 * done // total))
            share = min(100, 100 * done // total)
            words = _("{what}: {share} %, {n} s").format(what=self._what, share=share, n=seconds)
        else:
            self._bar.setRange(0, 0)
            words = _("{what}: {n} s").format(what=self._what, n=seconds)
        if self._stop.isEnabled() or not self.isVisible():
            self._words.setText(words)
            self._bar.setAccessibleName(words)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._stop.setText(_("Cancel"))
        self._stop.setAccessibleName(_("Cancel what runs"))
