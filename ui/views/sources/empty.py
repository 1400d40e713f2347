"""What the Sources page says while nothing has been imported: what is heard where, and the one next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from annotate.messages import _
from ui.views.page_parts import button, label
from ui.views.sources.kinds import BROUGHT, KINDS, kind_name

_WIDE = 720


class NothingYet(QScrollArea):
    """``import_asked``: the one next step."""

    import_asked = Signal()

    def __init__(self, *, read_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._title, self._lead, self._how = label("heading", wrap=True), label(wrap=True), label("muted", wrap=True)
        self._lines = {kind: (label("heading"), label(wrap=True)) for kind in KINDS}
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(1, 1)
        for row, (name, what) in enumerate(self._lines.values()):
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(what, row, 1)
        self.button = button(self.import_asked.emit, primary=True)
        self.button.setEnabled(not read_only)
        foot = QHBoxLayout()
        foot.addWidget(self.button)
        foot.addStretch(1)
        card = QWidget()
        card.setMaximumWidth(_WIDE)
        lay = QVBoxLayout(card)
        lay.setSpacing(14)
        lay.addStretch(1)
        lay.addWidget(self._title)
        lay.addWidget(self._lead)
        lay.addLayout(grid)
        lay.addWidget(self._how)
        lay.addLayout(foot)
        lay.addStretch(2)
        inner = QWidget()
        across = QHBoxLayout(inner)
        across.addStretch(1)
        across.addWidget(card, 6)
        across.addStretch(1)
        self.setWidget(inner)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Nothing has been heard yet."))
        self._lead.setText(
            _("Customers speak in five kinds of places. Bring in a file from any of them; each row keeps where it came"
              " from, and every row is taken or listed with the reason why not.")
        )  # fmt: skip
        for kind, (name, what) in self._lines.items():
            name.setText(kind_name(kind))
            what.setText(_(BROUGHT[kind]))
        self._how.setText(
            _("Tables (CSV, TSV, XLSX, JSONL) and documents (TXT, DOCX, HTML). Choose a file, or drop it here;"
              " what it would bring is shown before anything is imported.")
        )  # fmt: skip
        self.button.setText(_("Import answers…"))
