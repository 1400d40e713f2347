"""How Train & review is laid out: what stands at the left, codes and models in the middle, the queue at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.views.page_parts import button, label, lay_out, rule
from ui.views.scrolling import Upright
from ui.views.splitting import keep_split
from ui.views.train_codes import CodesView
from ui.views.train_doubts import DoubtsView
from ui.views.train_job import JobLine
from ui.views.train_side import MoodsView, TradeWordsView
from ui.views.train_standing import StandingView
from ui.views.train_tabs import CodeTabs
from ui.views.train_take_over import TakeOverView
from ui.views.train_versions import VersionsView


class TrainLayout(QWidget):
    """The widgets of the page in their places; they know nothing of a project."""

    step_asked = Signal()
    switch_asked = Signal()
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()

    def _build(self) -> None:
        self.job, self.finding = JobLine(), JobLine()
        self.counting, self.doubting, self.previewing = JobLine(), JobLine(), JobLine()
        self.again = button(self.again_asked.emit, quiet=True)
        self.again.hide()
        self._questions = QComboBox()
        self._questions.setMaximumWidth(360)
        self._questions.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._model = label("muted")
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._questions)
        row.addWidget(self._model)
        row.addStretch(1)
        row.addWidget(self.finding)
        row.addWidget(self.job)
        self._sentence = label("heading", wrap=True)
        self._do = button(self.step_asked.emit, primary=True)
        step = QFrame()
        step.setObjectName("bar")
        row = QHBoxLayout(step)
        row.setContentsMargins(14, 8, 12, 8)
        row.addWidget(self._sentence, 1)
        row.addWidget(self.counting)
        row.addWidget(self.again)
        row.addWidget(self._do)
        self.standing, self.codes, self.tabs = StandingView(), CodesView(), CodeTabs()
        self.versions, self.doubts, self.take_over = VersionsView(), DoubtsView(), TakeOverView()
        self.trade_words, self.moods = TradeWordsView(), MoodsView()
        middle = QSplitter(Qt.Orientation.Vertical)
        for part, stretch in ((self.codes, 5), (self.tabs, 4), (self.versions, 4)):
            middle.addWidget(part)
            middle.setStretchFactor(middle.count() - 1, stretch)
        middle.setSizes([280, 235, 235])
        codes = Upright()
        codes.setWidget(middle)
        self._queue = QStackedWidget()
        self._queue.addWidget(self.doubts)
        self._queue.addWidget(self.take_over)
        self._switch = button(self.switch_asked.emit, quiet=True)
        head = QHBoxLayout()
        head.setContentsMargins(10, 6, 8, 0)
        head.addStretch(1)
        head.addWidget(self._switch)
        inside_right = QWidget()
        lay = QVBoxLayout(inside_right)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addLayout(head)
        lay.addWidget(self.doubting)
        lay.addWidget(self.previewing)
        lay.addWidget(self._queue, 1)
        lay.addWidget(rule())
        lay.addWidget(self.trade_words)
        lay.addWidget(rule())
        lay.addWidget(self.moods)
        right = Upright()
        right.setWidget(inside_right)
        inside = QSplitter(Qt.Orientation.Horizontal)
        inside.addWidget(codes)
        inside.addWidget(right)
        inside.setStretchFactor(0, 2)
        inside.setStretchFactor(1, 1)
        inside.setSizes([660, 330])
        self._teach = label(wrap=True)
        self._teach.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._teach_do = button(self.step_asked.emit, primary=True)
        empty = QWidget()
        lay = QVBoxLayout(empty)
        lay.setContentsMargins(60, 0, 60, 0)
        lay.addStretch(1)
        lay.addWidget(self._teach)
        lay.addSpacing(12)
        lay.addWidget(self._teach_do, 0, Qt.AlignmentFlag.AlignHCenter)
        lay.addStretch(2)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(inside)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(self.standing)
        across.addWidget(self._stack)
        across.setStretchFactor(1, 1)
        across.setSizes([300, 990])
        for splitter, name in ((across, "across"), (inside, "inside"), (middle, "middle")):
            keep_split(splitter, f"train/{name}")
        self._hint = label("muted", wrap=True)
        lay_out(self, bar, step, body=across, hint=self._hint)
