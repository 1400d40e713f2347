"""What working pages share: how they are laid out, headings, buttons, lists, the box that turns to a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLayout,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.verbatims import Question
from ui.views.flow import Flow

_WIDEST = 360


def lay_out(
    page: QWidget, *above: QWidget, body: QWidget | QLayout, hint: QLabel, beside: Sequence[QWidget] = ()
) -> None:
    """Lay a page out: bars ``above``, the body, which takes what is left, and a foot of ``hint`` and ``beside``."""
    foot = QFrame()
    foot.setObjectName("foot")
    row = QHBoxLayout(foot)
    row.setContentsMargins(12, 4, 12, 4)
    row.addWidget(hint, 1)
    for one in beside:
        row.addWidget(one)
    lay = QVBoxLayout(page)
    lay.setContentsMargins(0, 0, 0, 0)
    lay.setSpacing(0)
    for one in above:
        lay.addWidget(one)
    if isinstance(body, QLayout):
        lay.addLayout(body, 1)
    else:
        lay.addWidget(body, 1)
    lay.addWidget(foot)


class QuestionBox(QComboBox):
    """Offers the questions that have answers."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumWidth(_WIDEST)

    def turn_to(self, question: int | None) -> None:
        """Show a question as the chosen one; nothing where it is not offered."""
        at = self.findData(question)
        if at >= 0:
            self.setCurrentIndex(at)

    def offer(self, questions: Sequence[Question], *wanted: int | None) -> int | None:
        """Offer these questions; return the one to turn to: the first wanted that is offered, else the first."""
        asked = [one for one in questions if one.answered]
        known = [one.id for one in asked]
        self.clear()
        for one in asked:
            self.addItem(f"{one.name}  {one.text}".strip(), one.id)
        chosen = next((one for one in wanted if one in known), known[0] if known else None)
        self.turn_to(chosen)
        return chosen


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


def beside(*widgets: QWidget, gap: int = 4) -> Flow:
    """Return widgets side by side that go on in the next line where there is no room."""
    flow = Flow(gap=gap)
    for one in widgets:
        flow.addWidget(one)
    return flow


def texts(*, wrap: bool = False) -> QListWidget:
    """Return a list of answers or sentences, a line each; ``wrap``: as many lines as each takes."""
    made = QListWidget()
    made.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setTextElideMode(Qt.TextElideMode.ElideRight)
    made.setWordWrap(wrap)
    return made


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
    """A list whose rows are a line of text high: measuring some thousand took 0.8 s at every change of size.

    Columns are measured once for all cells that are set in one go: once a cell, 300 rows took 1.5 s.
    """

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self._set = QTimer(self, singleShot=True, interval=0)
        self._set.timeout.connect(self._tell_set)

    def setItem(self, row: int, column: int, item: QTableWidgetItem) -> None:
        blocked = self.model().blockSignals(True)
        super().setItem(row, column, item)
        self.model().blockSignals(blocked)
        if not self._set.isActive():
            self._set.start()

    def _tell_set(self) -> None:
        model = self.model()
        model.dataChanged.emit(model.index(0, 0), model.index(model.rowCount() - 1, model.columnCount() - 1))

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
