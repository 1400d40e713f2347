"""Offers the newest backup of a project that could not be opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from annotate.messages import _, current
from annotate.store.backup_files import Backup
from annotate.store.journal import Told


class PutBackDialog(QDialog):
    """``put_back_asked``: the newest backup and its work under the project's name; ``other_asked``: another backup."""

    put_back_asked = Signal()
    other_asked = Signal()

    def __init__(self, project: Path, newest: Backup, work: Told | None, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._project, self._newest, self._work = project, newest, work
        self._what, self._more = QLabel(), QLabel()
        self._what.setObjectName("heading")
        for one in (self._what, self._more):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self.buttons = QDialogButtonBox()
        self.put_back = self.buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self.other = self.buttons.addButton("", QDialogButtonBox.ButtonRole.ActionRole)
        self.leave = self.buttons.addButton("", QDialogButtonBox.ButtonRole.RejectRole)
        self.put_back.setProperty("primary", True)
        self.buttons.accepted.connect(lambda: self._go(self.put_back_asked))
        self.other.clicked.connect(lambda: self._go(self.other_asked))
        self.buttons.rejected.connect(self.reject)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(20, 16, 20, 14)
        lay.setSpacing(10)
        for each in (self._what, self._more, self.buttons):
            lay.addWidget(each)
        self.setMinimumWidth(520)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setWindowTitle(_("Restore from a backup"))
        self._what.setText(_("{name} could not be opened; there is a backup of it.").format(name=self._project.name))
        self._more.setText(
            _(
                "The newest is of {when}. It comes back under the project's name and is opened; the file that is there"
                " now is renamed to {name}.damaged-… and kept."
            ).format(when=said_of(self._newest, self._work), name=self._project.name)
        )
        self.put_back.setText(_("Restore and open"))
        self.other.setText(_("Another backup…"))
        self.leave.setText(_("Close"))

    def _go(self, signal: object) -> None:
        self.accept()
        signal.emit()  # type: ignore[attr-defined]  # a bound signal, which PySide does not name as a type


def said_of(backup: Backup, work: Told | None) -> str:
    """Return when a backup was written, and until when the work since then is there."""
    locale = QLocale(current())

    def moment(at_ms: int) -> str:
        return locale.toString(QDateTime.fromMSecsSinceEpoch(at_ms), QLocale.FormatType.ShortFormat)

    when = moment(backup.taken_ms)
    if work is None or work.until_ms <= backup.taken_ms:
        return when
    taken, until = (QDateTime.fromMSecsSinceEpoch(at) for at in (backup.taken_ms, work.until_ms))
    same_day = taken.date() == until.date()
    time = locale.toString(until.time(), QLocale.FormatType.ShortFormat) if same_day else moment(work.until_ms)
    return _("{when} + work until {until}").format(when=when, until=time)
