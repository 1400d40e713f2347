"""How the import wizard is laid out: settings with the columns beside them, the progress, the result, the buttons."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate.importing import load
from ui.views.import_brings import BringsPane
from ui.views.import_columns import ColumnsTable, FirstRows
from ui.views.import_result import ResultPane
from ui.views.import_settings import SettingsForm
from ui.views.page_parts import label

SETTINGS, UNDER_WAY, RESULT = range(3)
_LATE_MS = 400


class ImportLayout(QDialog):
    """The widgets of the wizard; what they do is the dialog's."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._build(path)

    def _build(self, path: Path) -> None:
        self._title, self._about = label("heading", wrap=True), label("muted", wrap=True)
        self._other, self._start, self._cancel, self._show, self._next = (QPushButton() for _each in range(5))
        for one in (self._start, self._show):
            one.setProperty("primary", True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._other)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_settings(path))
        self._stack.addWidget(self._build_progress())
        self.result_pane = ResultPane()
        self._stack.addWidget(self.result_pane)
        self._show.hide()
        self._together = QCheckBox()
        self._together.hide()
        self._start.setDefault(True)
        self._start.setEnabled(False)
        for one in (self._cancel, self._other, self._show, self._next):
            one.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.addWidget(self._together)
        buttons.addStretch(1)
        for one in (self._cancel, self._next, self._start, self._show):
            buttons.addWidget(one)
        lay = QVBoxLayout(self)
        lay.addLayout(top)
        lay.addWidget(self._about)
        lay.addWidget(self._stack, 1)
        lay.addLayout(buttons)
        self._late = QTimer(self, singleShot=True, interval=_LATE_MS)

    def _build_settings(self, path: Path) -> QWidget:
        self.form = SettingsForm(load.source_name(path))
        self.columns, self.first = ColumnsTable(), FirstRows()
        self._first_title, self._brings = label("heading"), BringsPane()
        side = QWidget()
        lay = QVBoxLayout(side)
        lay.setContentsMargins(0, 0, 8, 0)
        lay.addWidget(self.form)
        lay.addSpacing(8)
        lay.addWidget(self._brings, 1)
        below = QWidget()
        lay = QVBoxLayout(below)
        lay.setContentsMargins(0, 4, 0, 0)
        lay.addWidget(self._first_title)
        lay.addWidget(self.first, 1)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self.columns)
        down.addWidget(below)
        down.setSizes([360, 250])
        down.setChildrenCollapsible(False)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(side)
        across.addWidget(down)
        wide = self.fontMetrics().averageCharWidth()
        across.setSizes([46 * wide, 110 * wide])
        across.setStretchFactor(1, 1)
        across.setChildrenCollapsible(False)
        return across

    def _build_progress(self) -> QWidget:
        page = QWidget()
        self._doing = label()
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        lay = QVBoxLayout(page)
        lay.addStretch(1)
        lay.addWidget(self._doing)
        lay.addWidget(self._bar)
        lay.addStretch(2)
        return page

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        room = self.screen().availableSize()
        wide = self.fontMetrics().averageCharWidth()
        self.resize(min(room.width() - 60, 170 * wide), min(room.height() - 60, 46 * self.fontMetrics().lineSpacing()))
