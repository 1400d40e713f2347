"""What the Insights page is laid out of: the scope above, three columns, and what an empty page teaches."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from annotate.messages import N_, _
from ui.views.insights.chart import points_wide
from ui.views.insights.overview import OverviewPane
from ui.views.insights.scope_bar import ScopeBar
from ui.views.insights.voices import VoicesPane
from ui.views.insights.why import WhyPane
from ui.views.splitting import keep_split

_ROOM = 900.0
"""Points of width that three columns need: with less, or larger text, figures and reasons take turns."""


class InsightsLayout(QWidget):
    """Composes the three columns; what they show is the page's.

    Where three do not fit, a row of two buttons changes between how and where, and why.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = ScopeBar()
        self.overview, self.why, self.voices = OverviewPane(), WhyPane(), VoicesPane()
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._lead.setContentsMargins(12, 4, 12, 4)
        self._turns = QWidget()
        turns = QHBoxLayout(self._turns)
        turns.setContentsMargins(10, 2, 10, 4)
        self._sides = (QPushButton(), QPushButton())
        for side, button in enumerate(self._sides):
            button.setCheckable(True)
            button.setAutoExclusive(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self.show_side, side))
            turns.addWidget(button)
        turns.addStretch(1)
        self._sides[1].setChecked(True)
        self._narrow = False
        across = QSplitter(Qt.Orientation.Horizontal)
        for pane, wide in ((self.overview, 460), (self.why, 530), (self.voices, 350)):
            across.addWidget(pane)
            across.setStretchFactor(across.count() - 1, wide)
        across.setSizes([460, 530, 350])
        keep_split(across, "insights")
        self._teach, self._next = QLabel(), QPushButton()
        self._teach.setWordWrap(True)
        self._teach.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._next.setProperty("primary", True)
        empty = QWidget()
        lay = QVBoxLayout(empty)
        lay.addStretch(1)
        lay.addWidget(self._teach)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._next)
        row.addStretch(1)
        lay.addLayout(row)
        lay.addStretch(2)
        self._stack = QStackedWidget()
        self._stack.addWidget(across)
        self._stack.addWidget(empty)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(self.scope)
        lay.addWidget(self._lead)
        lay.addWidget(self._turns)
        lay.addWidget(self._stack, 1)
        self._turns.hide()

    def show_side(self, side: int) -> None:
        """Show how and where (0) or why (1), where both do not fit beside each other."""
        self._sides[side].setChecked(True)
        for at, pane in enumerate((self.overview, self.why)):
            pane.setVisible(not self._narrow or at == side)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_narrow"):
            self._fit_columns()

    def _fit_columns(self) -> None:
        narrow = self.width() < _ROOM * points_wide(self)
        if narrow is not self._narrow:
            self._narrow = narrow
            self._turns.setVisible(narrow)
            self.show_side(1 if self._sides[1].isChecked() else 0)

    def _say_layout(self) -> None:
        """Say the names of the two sides in the language in use."""
        for button, name in zip(self._sides, (_("How and where"), _("Why")), strict=True):
            button.setText(name)

    def _teach_empty(self, *, nothing: bool) -> None:
        """Show what the page is for and the one next step, or the figures."""
        self._stack.setCurrentIndex(1 if nothing else 0)
        told = N_(
            "Insights turn coded answers into shares, changes, reasons and voices.\n"
            "Code some answers first: on the Label page, or by a trained model."
        )
        self._teach.setText(_(told))
        self._next.setText(_("Go to the Label page"))
