"""The parts of the Label page and where they stand: grid, reading pane, frame, bars."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QSplitter, QStackedLayout, QStackedWidget, QVBoxLayout, QWidget

from annotate.frames import Code
from ui import state
from ui.models.code_index import Entry
from ui.models.verbatim_table import VerbatimTable
from ui.pages.frame_edits import FrameEdits
from ui.pages.label_keys import LabelKeys
from ui.pages.label_reading import LabelReading
from ui.pages.label_rows import LabelRows
from ui.pages.registry import Room
from ui.views.code_picker import CodePicker
from ui.views.deadline_panel import DeadlinePanel
from ui.views.dropping import RowsOntoCodes
from ui.views.filter_bar import FilterBar
from ui.views.frame_panel import FramePanel
from ui.views.holding import Holding
from ui.views.label_bars import Foot, NothingListed, TopBar
from ui.views.reading_pane import ReadingPane
from ui.views.splitting import keep_split
from ui.views.standing_bar import StandingBar
from ui.views.verbatim_grid import VerbatimGrid


class LabelLayout(QWidget):
    """Makes the parts and puts them together; what they tell each other is bound by the page."""

    rows_shown = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        desk, actions = room.desk, room.actions
        self._desk, self._actions = desk, actions
        self._surveyed = False
        self._question = desk.question
        self._new_shown: int | None = None
        self._entries: list[Entry] = []
        self.table = VerbatimTable(desk.fetch, self)
        self.grid = VerbatimGrid(self.table, actions)
        self.rows = LabelRows(desk, self.table, self.grid)
        self.pane = ReadingPane(actions)
        self.pane.use_coder(desk.project.coder.name)
        self.reading = LabelReading(desk, self.pane, self.rows)
        self.panel = FramePanel()
        self.panel.read_only = desk.project.read_only
        self._edits = FrameEdits(desk, self)
        self.keys = LabelKeys(desk, self.table, self.grid, actions, self.rows.query)
        self.keys.span = self.pane.text.span
        self.keys.code_of = self.rows.code_of
        self.keys.chosen = lambda: self.pane.chips.chosen
        self.keys.let_go = lambda: self.pane.chips.choose(None)
        self.top, self.foot, self.empty = TopBar(actions), Foot(actions), NothingListed()
        self.modes = self.top.modes
        self.filters = FilterBar(desk)
        self.standing = StandingBar(desk)
        self.rows.conditions = lambda: [one.condition for one in self.filters.filters]
        self._onto = RowsOntoCodes(self.panel.view, self._code_at)
        self._build()
        self.picker = CodePicker(self, self._edits.names)
        self.picker.can_make = not desk.project.read_only
        self.deadline = DeadlinePanel(desk, self)

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        # The grid stays under it: with the grid hidden the keys would go nowhere.
        over = self._stack.layout()
        assert isinstance(over, QStackedLayout)
        over.setStackingMode(QStackedLayout.StackingMode.StackAll)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self._stack)
        down.addWidget(Holding(self.pane))
        down.setStretchFactor(0, 3)
        down.setStretchFactor(1, 2)
        down.setSizes([440, 260])
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(down)
        across.addWidget(self.panel)
        across.setStretchFactor(0, 1)
        across.setSizes([1000, 330])
        for splitter, key in ((down, "label/down"), (across, "label/across")):
            keep_split(splitter, key)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        for bar in (self.top, self.filters, self.standing):
            lay.addWidget(bar)
        lay.addWidget(across, 1)
        lay.addWidget(self.foot)
        names = state.text("columns", "")
        self.grid.show_columns(names.split("\n") if names else None)

    def _code_at(self, event: QDropEvent) -> Code | None:
        return self.panel.tree.code(self.panel.view.indexAt(event.position().toPoint()))
