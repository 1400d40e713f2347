"""A scrolling column of headings, sentences and charts that are shown only where they say something."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.views.insights.chart import ChartView


class Column(QScrollArea):
    """Keeps its widgets under each other; made once, filled and emptied with the figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inner = QWidget()
        self.lay = QVBoxLayout(self.inner)
        self.lay.setContentsMargins(12, 10, 12, 14)
        self.lay.setSpacing(6)
        self.setWidget(self.inner)
        self.inner.setAutoFillBackground(True)
        self.inner.setBackgroundRole(self.palette().ColorRole.Base)

    def heading(self) -> QLabel:
        """Add a heading."""
        label = self.text()
        label.setObjectName("heading")
        return label

    def text(self, *, muted: bool = False) -> QLabel:
        """Add a sentence."""
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if muted:
            label.setObjectName("muted")
        self.lay.addWidget(label)
        return label

    def chart(self) -> ChartView:
        """Add a chart."""
        view = ChartView()
        self.lay.addWidget(view)
        return view


def say(label: QLabel, text: str) -> None:
    """Show a sentence, or nothing where there is none."""
    label.setText(text)
    label.setVisible(bool(text))
