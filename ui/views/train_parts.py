"""Small things that the parts of Train & review share: headings, links, figures with their intervals, lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotate.frames import Code
from annotate.messages import _
from ui.models.frame_tree import name_of


class Span(Protocol):
    """A figure in [0, 1] with its interval."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def short(share: float) -> str:
    """Return a share with two digits, without the nought: .86."""
    told = f"{share:.2f}"
    return told[1:] if told.startswith("0") else told


def span(figure: Span | None) -> str:
    """Return a figure with its interval: .86 (.81–.90)."""
    return "–" if figure is None else f"{short(figure.value)} ({short(figure.low)}–{short(figure.high)})"


def minutes(told: float | None) -> str:
    """Return how long something takes, in words."""
    if told is None:
        return _("time not known yet")
    if told < 90:
        return _("about {n} min").format(n=max(1, round(told)))
    return _("about {n} h").format(n=f"{told / 60:.1f}")


def code_name(code: Code | None) -> str:
    """Return the number and label of a code in the language in use."""
    return "" if code is None else f"{code.number} {name_of(code)}".strip()


def label(name: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label for plain text; ``name``: heading, muted or title."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        made.setMinimumWidth(60)
    return made


def button(does: Callable[[], object], *, primary: bool = False, quiet: bool = False) -> QPushButton:
    """Return a button bound to what it does."""
    made = QPushButton()
    if primary:
        made.setProperty("primary", True)
    if quiet:
        made.setProperty("quiet", True)
    made.clicked.connect(lambda _checked=False: does())
    return made


class Link(QPushButton):
    """A button that reads like a line of text and may be as long as one: what does not fit is cut with dots."""

    def __init__(self, does: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("quiet", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("text-align: left;")
        self._whole = ""
        self.clicked.connect(lambda _checked=False: does())

    def say(self, text: str) -> None:
        """Show a text; all of it is in the tool tip."""
        self._whole = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self._fit()

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def _fit(self) -> None:
        room = max(20, self.width() - 14)
        told = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, room)
        if told != self.text():
            self.setText(told)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self._whole) + 16, super().sizeHint().height())


def rule() -> QFrame:
    """Return a thin line between two parts."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFixedHeight(1)
    line.setStyleSheet("color: palette(mid); background: palette(mid); border: none;")
    return line


_AIR = 8
"""Pixels of a row around its text."""
_MEASURED = 200
"""Rows whose contents are measured for the width of a column."""


class _Lines(QTableWidget):
    """A list whose rows are a line of text high: measuring some thousand took 0.8 s at every change of size."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _AIR)


def table(columns: int, *, stretch: int = 0) -> QTableWidget:
    """Return a small list for reading, one row at a time."""
    made = _Lines(0, columns)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(made.fontMetrics().height() + _AIR)
    head = made.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setHighlightSections(False)
    head.setResizeContentsPrecision(_MEASURED)
    for column in range(columns):
        way = QHeaderView.ResizeMode.Stretch if column == stretch else QHeaderView.ResizeMode.ResizeToContents
        head.setSectionResizeMode(column, way)
    return made


def cell(words: str, *, right: bool = False, tip: str = "") -> QTableWidgetItem:
    """Return a cell of such a list."""
    item = QTableWidgetItem(words)
    item.setToolTip(tip or words)
    if right:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
