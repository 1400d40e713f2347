"""Where every answer is: a strip whose parts add up to all, each a way to its rows; and how long the rest takes."""

from __future__ import annotations

import time
from functools import partial

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from annotate import deadline, standing
from annotate.deadline import Left
from annotate.layers import Source
from annotate.messages import _
from annotate.standing import NAMES, Standing
from annotate.store.project import Project
from annotate.store.query import Answered, Ids, InQuestion, Not, Query
from ui import theme
from ui.desk import Desk
from ui.views.flow import Flow

# Source (None: blank), its colour and the sign that says the same without colour.
PARTS: tuple[tuple[Source | None, str, str], ...] = (
    (Source.ADJUDICATED, "good", "◆"),
    (Source.HUMAN, "good", "■"),
    (Source.DUPLICATE, "accent", "▣"),
    (Source.RULE, "accent", "▤"),
    (Source.CERTIFIED, "hit", "▲"),
    (Source.DISAGREEMENT, "bad", "✕"),
    (Source.MODEL, "unsure", "△"),
    (Source.OPEN, "muted", "□"),
    (None, "border", "–"),
)
_SOON = 700
_SHARE = 5
"""Counting may take a fifth of the time: after a count it waits this many times as long as the count took."""


class _Strip(QWidget):
    """The strip itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.parts: list[tuple[int, str]] = []
        self.setFixedHeight(8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = sum(count for count, _ in self.parts)
        x, width = 0.0, float(self.width())
        for place, (count, ink) in enumerate(self.parts):
            part = width * count / whole if whole else 0
            style = Qt.BrushStyle.Dense4Pattern if place % 2 else Qt.BrushStyle.SolidPattern
            painter.fillRect(QRectF(x, 0, part, self.height()), theme.colour("raised"))
            brush = painter.brush()
            brush.setColor(theme.colour(ink))
            brush.setStyle(style)
            painter.fillRect(QRectF(x, 0, max(0.0, part - 1), self.height()), brush)
            x += part


class StandingBar(QFrame):
    """Counts where the answers of the question at hand are, and again after changes."""

    rows_asked = Signal(object, str)
    plan_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self._desk = desk
        self._told: Standing | None = None
        self._left: Left | None = None
        self._strip = _Strip(self)
        self._pace = QLabel()
        self._pace.setObjectName("muted")
        self._plan = QPushButton()
        self._plan.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._plan.clicked.connect(self.plan_asked)
        row = QWidget()
        self._flow = Flow(row, gap=2)
        self._parts = {source: self._part(source) for source, _ink, _sign in PARTS}
        self._flow.addWidget(self._pace)
        self._flow.addWidget(self._plan)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 5, 10, 3)
        lay.setSpacing(2)
        lay.addWidget(self._strip)
        lay.addWidget(row)
        self._again = QTimer(self, singleShot=True, interval=_SOON)
        self._again.timeout.connect(self._read)
        self.retranslate()

    @property
    def counting(self) -> bool:
        """Whether a count is still to come."""
        return self._again.isActive()

    def refresh(self) -> None:
        """Count again, soon."""
        if not self._again.isActive():
            self._again.start()

    def _questions(self) -> list[int]:
        desk = self._desk
        return [one.id for one in desk.questions if desk.question in (None, one.id)]

    def _read(self) -> None:
        questions = self._questions()
        if not questions:
            self._show(None, None)
            return

        def count(project: Project) -> tuple[Standing, Left, float]:
            begin = time.perf_counter()
            with project.reading() as db, db.snapshot():
                each = [standing.standing(db, one) for one in questions]
                waits = [deadline.left(db, one) for one in questions]
            sources = {one: sum(told.sources[one] for told in each) for one in each[0].sources}
            whole = Standing(sources, sum(told.blank for told in each))
            return whole, Left(sum(one.groups for one in waits), waits[0].pace), time.perf_counter() - begin

        def show(answer: tuple[Standing, Left, float]) -> None:
            self._again.setInterval(max(_SOON, int(answer[2] * 1_000 * _SHARE)))
            self._show(answer[0], answer[1])

        self._desk.read("standing", count, show, slow=True)

    def _show(self, told: Standing | None, waits: Left | None) -> None:
        self._told, self._left = told, waits
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._strip.parts.clear()
        self._plan.setText(_("Plan to a deadline…"))
        told = self._told
        self.setVisible(told is not None and told.total > 0)
        if told is None or not told.total:
            return
        said = []
        for source, ink, sign in PARTS:
            name = NAMES[source]
            count = told.blank if source is None else told.sources.get(source, 0)
            part = self._parts[source]
            part.setVisible(bool(count))
            if count:
                said.append(f"{_(name)} {count:,}")
                self._strip.parts.append((count, ink))
                part.setText(f"{sign} {said[-1]}")
                part.setToolTip(_("Show these answers"))
        self._strip.update()
        self._strip.setAccessibleName(_("Where every answer is: {parts}").format(parts=" · ".join(said)))
        self._pace.setText(f"   = {told.total:,}      {self._tell_left()}   ")

    def _tell_left(self) -> str:
        waits = self._left
        if waits is None or not waits.groups:
            return _("Every answer is confirmed.") if waits is not None else ""
        if waits.hours is None:
            return _("{n} groups left").format(n=f"{waits.groups:,}")
        words = _("{n} groups left at {pace} an hour: about {time}")
        if waits.pace.few:
            words = _("{n} groups left at {pace} an hour (a first guess): about {time}")
        return words.format(
            n=f"{waits.groups:,}", pace=f"{3_600 / max(0.1, waits.pace.seconds or 1):,.0f}", time=hours(waits.hours)
        )

    def _part(self, source: Source | None) -> QToolButton:
        """Return the button of one part; it stays from count to count."""
        button = QToolButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._ask_rows, source))
        button.hide()
        self._flow.addWidget(button)
        return button

    def _ask_rows(self, source: Source | None, _checked: bool = False) -> None:
        questions = self._questions()

        def read(project: Project) -> Query:
            if source is None:
                found = Query((Not((Answered(),)),))
                return found.where(InQuestion(questions[0])) if len(questions) == 1 else found
            with project.reading() as db:
                ids = [int(one) for question in questions for one in standing.answers_in(db, question, source)]
            return Query((Ids.of(ids),))

        self._desk.read("standing rows", read, lambda query: self.rows_asked.emit(query, _(NAMES[source])), slow=True)


def hours(value: float) -> str:
    """Return a time as people say it: 25 min, 3 h 20 min."""
    minutes = max(1, round(value * 60))
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes >= 1_200:
        return _("{n} h").format(n=f"{minutes / 60:,.0f}")
    return _("{h} h {m} min").format(h=minutes // 60, m=minutes % 60)
