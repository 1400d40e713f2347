"""Messages that do not stop work: what was done, and errors with why and what to do, to be copied."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.messages import _

_SHOWN_MS = 4_000


def report_of(error: BaseException) -> str:
    """Return what a person can send us: where in the program it happened. No message text: it may quote a customer."""
    lines = [f"Python {platform.python_version()} {platform.system()} {platform.machine()}", type(error).__name__]
    for frame in traceback.extract_tb(error.__traceback__):
        name = frame.filename.replace("\\", "/").rsplit("/", 2)
        lines.append(f"  {'/'.join(name[-2:])}:{frame.lineno} {frame.name}")
    return "\n".join(lines)


class Toasts(QFrame):
    """One message at the lower edge of a window. News goes by itself; an error stays until it is closed."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("toast")
        self._over = over
        self._copy_text = ""
        self._what, self._more = QLabel(), QLabel()
        for one in (self._what, self._more):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self._what.setObjectName("heading")
        self._more.setMaximumWidth(620)
        self._copy = QPushButton()
        self._copy.clicked.connect(self._copy_out)
        self._close = QPushButton()
        self._close.clicked.connect(self.hide)
        for button in (self._copy, self._close):
            button.setProperty("quiet", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        texts = QVBoxLayout()
        texts.addWidget(self._what)
        texts.addWidget(self._more)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.addLayout(texts, 1)
        row.addWidget(self._copy)
        row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        over.installEventFilter(self)
        self.hide()

    @property
    def words(self) -> str:
        """Return what is said at present, for tests and screen readers."""
        return " ".join(part for part in (self._what.text(), self._more.text()) if part)

    def say(self, text: str, *, look_at: str = "") -> None:
        """Tell news for a few seconds; with something to look at, until it is closed."""
        self._show(text, look_at, bad=False, copy="")
        if look_at:
            self._timer.stop()
        else:
            self._timer.start()

    def fail(self, error: BaseException) -> None:
        """Tell an error: a person's with what, why and advice; a bug with a report to copy."""
        if isinstance(error, CancelledError):
            self.say(_("Stopped. What was finished before stays."))
            return
        self._timer.stop()
        if isinstance(error, UserError):
            more = "\n".join(_(part).format(**error.params) for part in (error.why, error.advice) if part)
            self._show(_(error.what).format(**error.params), more, bad=True, copy=f"{error.id}: {error.sentence()}")
        else:
            self._show(
                _("Something went wrong that is the program's fault."),
                _("Your work up to the last step is saved. Copy the report and send it to us; it holds no answers."),
                bad=True,
                copy=report_of(error),
            )

    def _show(self, what: str, more: str, *, bad: bool, copy: str) -> None:
        self._copy_text = copy
        self._what.setText(what)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self._copy.setText(_("Copy"))
        self._close.setText(_("Close"))
        self._copy.setVisible(bool(copy))
        self._close.setVisible(bad or bool(more))
        self.setProperty("bad", bad)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(self.words)
        self.show()
        self._place()
        self.raise_()

    def _place(self) -> None:
        over = self._over
        # A label that may wrap hints at a narrow block: measure the longest line instead.
        lines = [*self._what.text().splitlines(), *self._more.text().splitlines()]
        text = max(self._what.fontMetrics().horizontalAdvance(line) for line in lines or [""])
        buttons = sum(one.sizeHint().width() + 8 for one in (self._copy, self._close) if not one.isHidden())
        self.setFixedWidth(max(120, min(760, over.width() - 40, int(text * 1.08) + buttons + 44)))
        self.setFixedHeight(self._row.totalHeightForWidth(self.width()))
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - 46)

    def _copy_out(self) -> None:
        QGuiApplication.clipboard().setText(self._copy_text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
