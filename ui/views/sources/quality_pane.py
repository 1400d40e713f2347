"""How good the data of one source is, matter by matter; sentences with answers behind them lead to these."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _
from annotate.quality import Quality
from annotate.verbatims import Field
from ui import theme
from ui.views.page_parts import button, label
from ui.views.sources import verdict
from ui.views.sources.kinds import KINDS, kind_name, kind_of
from ui.views.sources.verdict import Finding, Matter


class QualityPane(QWidget):
    """``rows_asked`` carries a Query; ``wave_asked``: a new wave of the source at hand shall be added; ``kind_given``:
    what kind of channel it is."""

    rows_asked = Signal(object)
    wave_asked = Signal()
    kind_given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: tuple[Quality, int | None, Sequence[Field]] | None = None
        self._of_kind = ""
        self._title, self._about = label("heading", wrap=True), label("muted", wrap=True)
        self.answers = button(self._ask_rows)
        self.wave = button(self.wave_asked.emit)
        self.kind, self._kind_name = QComboBox(), label()
        for _kind in KINDS:
            self.kind.addItem("")
        self.kind.setEditable(True)
        self.kind.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.kind.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.activated.connect(lambda _at: self._on_kind())
        line = self.kind.lineEdit()
        assert line is not None
        line.editingFinished.connect(self._on_kind)
        kinds = QHBoxLayout()
        kinds.addWidget(self._kind_name)
        kinds.addWidget(self.kind, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.answers)
        buttons.addWidget(self.wave)
        buttons.addStretch(1)
        self._inner = QWidget()
        self._inner.setAutoFillBackground(True)
        self._inner.setBackgroundRole(self.palette().ColorRole.Base)
        self._grid = QGridLayout(self._inner)
        self._grid.setContentsMargins(12, 4, 12, 10)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inner)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 12, 4)
        head.setSpacing(6)
        head.addWidget(self._title)
        head.addWidget(self._about)
        head.addLayout(kinds)
        head.addLayout(buttons)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addLayout(head)
        lay.addWidget(scroll, 1)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(self.palette().ColorRole.Base)
        self.retranslate()

    def show_quality(self, told: Quality, source: int | None, fields: Sequence[Field]) -> None:
        """Show a source."""
        self._told = (told, source, fields)
        self._tell()

    def show_kind(self, kind: str) -> None:
        """Show what kind of channel the source is."""
        self._of_kind = kind
        self.kind.setEditText(kind_name(kind) if kind else "")

    def _on_kind(self) -> None:
        kind = kind_of(self.kind.currentText())
        if kind != self._of_kind:
            self._of_kind = kind
            self.kind_given.emit(kind)

    def show_waiting(self, name: str) -> None:
        """Say that a source is still being looked through."""
        self._told = None
        self._clear()
        self._title.setText(name)
        self._about.setText(_("The data is being looked through…"))

    def _tell(self) -> None:
        if self._told is None:
            return
        told, source, fields = self._told
        self._clear()
        self._title.setText(told.source)
        self._about.setText(
            _("Imports: {n}   Answers: {answers}").format(
                n=f"{told.imports:,}", answers=f"{told.completeness.answered:,}"
            )
        )
        for matter in verdict.matters(told, source, fields):
            self._add(matter)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)

    def _add(self, matter: Matter) -> None:
        row = self._grid.rowCount()
        heading = label("heading")
        heading.setText(f"{matter.name}:  {matter.verdict.text}")
        heading.setContentsMargins(0, 8, 0, 0)
        heading.setStyleSheet(f"color: {getattr(theme.tokens(), matter.verdict.token)};")
        self._grid.addWidget(heading, row, 0, 1, 3)
        for finding in matter.findings:
            row += 1
            self._grid.addWidget(_sign(finding), row, 0, Qt.AlignmentFlag.AlignTop)
            words = QLabel(finding.words)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setWordWrap(True)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(words, row, 1)
            if finding.query is not None:
                link = button(partial(self.rows_asked.emit, finding.query), quiet=True)
                link.setText(_("Show"))
                link.setAccessibleName(_("Show the answers: {what}").format(what=finding.words))
                link.setToolTip(link.accessibleName())
                self._grid.addWidget(link, row, 2, Qt.AlignmentFlag.AlignTop)

    def _ask_rows(self) -> None:
        if self._told is not None:
            self.rows_asked.emit(verdict.answers(self._told[1]))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._kind_name.setText(_("Kind of source"))
        self.kind.setAccessibleName(_("Kind of source"))
        for at, kind in enumerate(KINDS):
            self.kind.setItemText(at, kind_name(kind))
        self.kind.setEditText(kind_name(self._of_kind) if self._of_kind else "")
        line = self.kind.lineEdit()
        if line is not None:
            line.setPlaceholderText(_("choose or name it"))
        self.answers.setText(_("Show its answers"))
        self.wave.setText(_("Add a new wave…"))
        self.wave.setToolTip(_("Import another file of this source; its columns keep the roles they had last time."))
        self._tell()


def _sign(finding: Finding) -> QLabel:
    sign, token = finding.mark
    made = QLabel(sign)
    made.setStyleSheet(f"color: {getattr(theme.tokens(), token)};")
    return made
