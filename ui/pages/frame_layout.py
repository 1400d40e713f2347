"""The parts of the Code frame page and where they stand: the tree, one code beside it, the bars above."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from annotate.messages import _
from ui.models.code_names import CodeNames
from ui.pages.frame_bars import EmptyFrame, RecheckBar, SandboxBar, TopBar
from ui.pages.frame_board import BoardView, FrameBoard
from ui.pages.frame_code import CodePanel
from ui.pages.frame_revisions import RevisionsPanel
from ui.pages.frame_surgery import SurgeryPanel
from ui.pages.frame_work import FrameWork
from ui.pages.registry import BY_ID, Room
from ui.views.splitting import keep_split


class FrameLayout(QWidget):
    """Makes the parts and puts them together; what they tell each other is bound by the page."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self._locked = room.desk.project.read_only
        self.top, self.sandbox, self.recheck = TopBar(), SandboxBar(), RecheckBar()
        self.work = FrameWork(room.desk, self.top.counting, self)
        self.board = FrameBoard(self)
        self.board.movable = not self._locked
        self.view = BoardView(self.board)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.names = CodeNames(room.desk, self)
        self.code, self.surgery, self.revisions = CodePanel(self.names), SurgeryPanel(), RevisionsPanel()
        self.revisions.read_only = self._locked
        self.empty = EmptyFrame(suggests="suggest" in BY_ID, read_only=self._locked)
        self.side = QStackedWidget()
        for one in (self.code, self.surgery, self.revisions):
            self.side.addWidget(one)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        lay = QVBoxLayout(left)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.addWidget(self.search)
        lay.addWidget(self.view, 1)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.addWidget(left)
        self._split.addWidget(self.side)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        keep_split(self._split, "frame")
        lay = QVBoxLayout(self)
        lay.setContentsMargins(20, 14, 20, 14)
        lay.addWidget(self.top)
        lay.addWidget(self.sandbox)
        lay.addWidget(self.recheck)
        lay.addWidget(self._split, 1)
        lay.addWidget(self.empty, 1)

    def use_font(self, font: QFont) -> None:
        """Show everything in a size of text that people chose."""
        # A style sheet keeps what it speaks of from hearing of the application's font.
        bold = QFont(font)
        bold.setBold(True)
        for one in self.findChildren(QWidget):
            if one.objectName() != "title":
                one.setFont(bold if one.objectName() == "heading" else font)
        self.code.form.use_font(font)
        self.view.fit_columns()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.search.setPlaceholderText(_("Find a code"))
        self.search.setAccessibleName(_("Find a code"))
        self.view.setAccessibleName(_("Code frame"))
        place = self.view.keep_place()
        self.board.retranslate()
        self.view.fit_columns()
        self.view.come_back(place)
        self.top.retranslate()
