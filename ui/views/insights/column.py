"""A scrolling column of headings, sentences and charts that are shown only where they say something."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from annotate.messages import _
from ui.views.flow import Flow
from ui.views.insights.chart import ChartView, Lay


class Section:
    """A heading, its chart, and what is to be said of both. ``exhibit``: its name in the report basket, "" for none.

    ``short``: its name in the row that leads to it, in English; it is wrapped where it is written.
    """

    def __init__(self, column: Column, short: str, exhibit: str = "") -> None:
        self.short, self.exhibit = short, exhibit
        self.head = column.heading()
        self.chart = ChartView()
        self.note = column.text(muted=True)
        column.lay.insertWidget(column.lay.count() - 1, self.chart)
        self.show("")

    def show(self, name: str, lay: Lay | None = None, note: str = "", *, table: str = "") -> None:
        """Show a chart under its name, or without one what is missing; without a name nothing."""
        say(self.head, name)
        self.chart.show_chart(lay if name else None, name=name, table=table)
        say(self.note, note if name else "")


class Column(QFrame):
    """Keeps its widgets under each other, made once, filled and emptied with the figures; a row above leads to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inner = QWidget()
        self.lay = QVBoxLayout(self.inner)
        self.lay.setContentsMargins(12, 6, 12, 14)
        self.lay.setSpacing(6)
        self.area.setWidget(self.inner)
        self.inner.setAutoFillBackground(True)
        self.inner.setBackgroundRole(self.palette().ColorRole.Base)
        self._ways: list[tuple[QPushButton, str, QWidget]] = []
        bar = QWidget()
        self._row = Flow(bar, gap=2, margins=(10, 4, 10, 4))
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(bar)
        lay.addWidget(self.area, 1)

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

    def section(self, short: str, exhibit: str = "") -> Section:
        """Add a section to which the row above leads."""
        made = Section(self, short, exhibit)
        self.lead_to(short, made.head)
        return made

    def lead_to(self, short: str, head: QWidget) -> None:
        """Let the row above lead to a heading by a short name."""
        way = QPushButton()
        way.setProperty("quiet", True)
        way.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        way.clicked.connect(partial(self.go, head))
        way.hide()
        self._row.addWidget(way)
        if self._ways:
            self.setTabOrder(self._ways[-1][0], way)
        else:
            self.setTabOrder(way, self.area)  # the ways come before what they lead to
        self._ways.append((way, short, head))

    def go(self, head: QWidget) -> None:
        """Scroll so that a heading is at the top, and put the keys there."""
        bar = self.area.verticalScrollBar()
        self.lay.activate()
        bar.setValue(head.mapTo(self.inner, head.rect().topLeft()).y() - 6)
        self.area.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_ways(self) -> None:
        """Offer the ways to what is shown now."""
        for way, short, head in self._ways:
            way.setText(_(short))
            way.setAccessibleName(_("Go to {name}").format(name=_(short)))
            way.setVisible(not head.isHidden())
        self._row.invalidate()


def say(label: QLabel, text: str) -> None:
    """Show a sentence, or nothing where there is none."""
    label.setText(text)
    label.setVisible(bool(text))
