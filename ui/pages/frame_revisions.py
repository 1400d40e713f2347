"""The revisions of a frame: what changed in each, in sentences, and the way back to one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from annotate.frame_diff import Difference, Revision
from annotate.messages import _, current

_NUMBER = Qt.ItemDataRole.UserRole


class RevisionsPanel(QWidget):
    """A list of revisions above the differences of the chosen one to the one before it.

    ``chosen``: number; ``restore_asked``: number; ``left``.
    """

    chosen = Signal(int)
    restore_asked = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._revisions: Sequence[Revision] = ()
        self._told: Sequence[Difference] = ()
        self.read_only = False
        self._title, self._changes = QLabel(), QLabel()
        for one in (self._title, self._changes):
            one.setObjectName("heading")
        self.list, self.differences = QListWidget(), QListWidget()
        self.differences.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.differences.setWordWrap(True)
        self.list.currentItemChanged.connect(lambda *_both: self._on_chosen())
        self.restore = QPushButton()
        self.restore.clicked.connect(lambda: self.restore_asked.emit(self.number()))
        self._close = QPushButton()
        self._close.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self.restore)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(16, 12, 16, 12)
        lay.addWidget(self._title)
        lay.addWidget(self.list, 2)
        lay.addWidget(self._changes)
        lay.addWidget(self.differences, 3)
        lay.addLayout(buttons)
        self.retranslate()

    def number(self) -> int:
        """Return the revision chosen, 0 for none."""
        item = self.list.currentItem()
        return int(item.data(_NUMBER)) if item is not None else 0

    def show_revisions(self, revisions: Sequence[Revision]) -> None:
        """List revisions, newest first."""
        kept = self.number()
        self._revisions = revisions
        locale = QLocale("zh_CN" if current() == "zh_CN" else "en_GB")
        self.list.blockSignals(True)
        self.list.clear()
        for one in revisions:
            when = locale.toString(QDateTime.fromMSecsSinceEpoch(one.at_ms), QLocale.FormatType.ShortFormat)
            words = _("r{number} (draft): {codes} codes") if one.draft else _("r{number}: {codes} codes, {n} decisions")
            item = QListWidgetItem(
                words.format(number=one.number, codes=one.codes, n=f"{one.decisions:,}") + f"    {when}"
            )
            item.setData(_NUMBER, one.number)
            self.list.addItem(item)
            if one.number == kept:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if self.list.currentItem() is None and self.list.count():
            self.list.setCurrentRow(0)
        else:
            self._on_chosen()

    def before(self, number: int) -> int:
        """Return the revision before one; itself for the first."""
        return max((one.number for one in self._revisions if one.number < number), default=number)

    def show_differences(self, found: Sequence[Difference]) -> None:
        """Say what the chosen revision changed."""
        self._told = found
        self.differences.clear()
        for one in found:
            item = QListWidgetItem(one.sentence)
            if one.kind in ("meaning", "text") and (one.before or one.after):
                item.setText(f"{one.sentence}\n    − {_short(one.before)}\n    + {_short(one.after)}")
            self.differences.addItem(item)
        if not found and self.before(self.number()) != self.number():
            self.differences.addItem(_("Nothing differs."))

    def _on_chosen(self) -> None:
        number = self.number()
        published = any(one.number == number and not one.draft for one in self._revisions)
        newest = bool(self._revisions) and self._revisions[0].number == number
        self.restore.setEnabled(published and not newest and not self.read_only)
        self.retranslate()
        if number:
            self.chosen.emit(number)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Revisions of the frame"))
        number = self.number()
        first = self.before(number)
        words = _("Changes from r{first} to r{last}") if first != number else _("r{last} is the first revision")
        self._changes.setText(words.format(first=first, last=number) if number else "")
        self.restore.setText(_("Bring this one back…"))
        self._close.setText(_("Close"))
        self.list.setAccessibleName(_("Revisions of the frame"))
        self.differences.setAccessibleName(_("What changed"))
        self.show_differences(self._told)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:159] + "…"
