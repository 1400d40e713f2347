"""Words that are not the customer's: agents' turns and templates, each with a switch; found by a look through."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QTableWidgetItem, QVBoxLayout, QWidget

from annotate.messages import N_, _
from annotate.phrases import Kind, Phrase
from ui import theme
from ui.views.page_parts import button, cell, label, table
from ui.views.train_job import JobLine

_HEADS = (N_("Left out"), N_("Words"), N_("What they are"), N_("Answers"))
_KINDS = {Kind.AGENT: N_("mark of a call agent"), Kind.TEMPLATE: N_("template")}


class PhrasesTab(QWidget):
    """``switched``: phrase id, on; ``scan_asked``; ``added``: kind, words."""

    switched = Signal(int, bool)
    scan_asked = Signal()
    added = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phrases: Sequence[Phrase] = ()
        self._read_only = False
        self._lead = label("muted", wrap=True)
        self.scan, self.job = button(self.scan_asked.emit), JobLine()
        top = QHBoxLayout()
        top.addWidget(self._lead, 1)
        top.addWidget(self.job)
        top.addWidget(self.scan)
        self.table = table(len(_HEADS), stretch=1)
        self.table.itemChanged.connect(self._on_item)
        self._kind, self._term, self._add = QComboBox(), QLineEdit(), button(self._on_add)
        for kind in Kind:
            self._kind.addItem("", kind.value)
        self._term.returnPressed.connect(self._on_add)
        foot = QHBoxLayout()
        foot.addWidget(self._kind)
        foot.addWidget(self._term, 1)
        foot.addWidget(self._add)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 6, 0, 0)
        lay.addLayout(top)
        lay.addWidget(self.table, 1)
        lay.addLayout(foot)
        self.retranslate()

    def show_phrases(self, phrases: Sequence[Phrase], *, read_only: bool) -> None:
        """List the phrases."""
        self._phrases, self._read_only = phrases, read_only
        for one in (self.scan, self._kind, self._term, self._add):
            one.setEnabled(not read_only)
        self._tell()

    def _tell(self) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(len(self._phrases))
        for row, one in enumerate(self._phrases):
            switch = QTableWidgetItem(_("left out") if one.active else _("stays in"))
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            switch.setFlags(flags if self._read_only else flags | Qt.ItemFlag.ItemIsUserCheckable)
            switch.setCheckState(Qt.CheckState.Checked if one.active else Qt.CheckState.Unchecked)
            if not one.active:
                switch.setForeground(QBrush(theme.colour("muted")))
            self.table.setItem(row, 0, switch)
            for column, words in enumerate((one.term, _(_KINDS[one.kind]), f"{one.found:,}"), 1):
                self.table.setItem(row, column, cell(words, right=column == len(_HEADS) - 1))
        self.table.blockSignals(False)

    def _on_item(self, item: QTableWidgetItem) -> None:
        if item.column() == 0 and 0 <= item.row() < len(self._phrases):
            one = self._phrases[item.row()]
            wanted = item.checkState() == Qt.CheckState.Checked
            if wanted != one.active:
                self.switched.emit(one.id, wanted)

    def _on_add(self) -> None:
        if told := self._term.text().strip():
            self._term.clear()
            self.added.emit(str(self._kind.currentData()), told)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._lead.setText(
            _("Turns of call agents and phrases of a template are not the customer's words: left out, they are neither"
              " learned from nor quoted. The answers themselves do not change.")
        )  # fmt: skip
        self.scan.setText(_("Look through the answers"))
        self.table.setHorizontalHeaderLabels([_(head) for head in _HEADS])
        self.table.setAccessibleName(_("Agents and templates"))
        for at, kind in enumerate(Kind):
            self._kind.setItemText(at, _(_KINDS[kind]))
        self._kind.setAccessibleName(_("What they are"))
        self._term.setPlaceholderText(_("Words as they stand in the answers"))
        self._term.setAccessibleName(_("Words as they stand in the answers"))
        self._add.setText(_("Leave out"))
        self._tell()
