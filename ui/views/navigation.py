"""The navigation on the left: the steps of the work with the pages that exist."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from annotate.messages import _
from ui import actions, theme
from ui.actions import Actions
from ui.pages.registry import PAGES

_WIDTH, _LETTERS = 148, 14
"""Pixels at least; at large text the room of so many wide letters."""


class Navigation(QFrame):
    """Pages by step above, what is needed everywhere below."""

    page_asked = Signal(str)

    def __init__(self, bound: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav")
        self.setFixedWidth(_WIDTH)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 4, 0, 8)
        lay.setSpacing(0)
        self._group = QButtonGroup(self)
        self._steps: list[tuple[QLabel, str]] = []
        self._pages: dict[str, tuple[QPushButton, str]] = {}
        for step, pages in groupby(PAGES, key=lambda one: one.step):
            title = QLabel()
            title.setObjectName("step")
            self._steps.append((title, step))
            lay.addWidget(title)
            for page in pages:
                button = QPushButton()
                button.setCheckable(True)
                button.clicked.connect(lambda _checked=False, id=page.id: self.page_asked.emit(id))
                self._group.addButton(button)
                self._pages[page.id] = (button, page.name)
                lay.addWidget(button)
        lay.addStretch(1)
        self._bound = bound
        self._everywhere: list[tuple[QPushButton, str]] = []
        for id in ("history", "keys", "language"):
            button = QPushButton()
            button.clicked.connect(lambda _checked=False, action=id: bound.run(action))
            self._everywhere.append((button, id))
            lay.addWidget(button)
        for button in self.findChildren(QPushButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.retranslate()

    def enable(self, on: bool) -> None:
        """Let pages be chosen, or not while no project is open."""
        self._group.setExclusive(on)
        for button, _name in self._pages.values():
            button.setEnabled(on)
            button.setChecked(button.isChecked() and on)
        self._everywhere[0][0].setEnabled(on)

    def use_font(self, font: QFont) -> None:
        """Take the size of text that people chose."""
        for one in self.findChildren(QWidget):
            one.setFont(font)
        self.setFixedWidth(max(_WIDTH, QFontMetrics(font).horizontalAdvance("M") * _LETTERS))

    def show_page(self, id: str) -> None:
        """Mark the page that is shown."""
        self._pages[id][0].setChecked(True)

    def retranslate(self) -> None:
        """Say everything in the language in use, icons in the colours in use."""
        for title, step in self._steps:
            title.setText(_(step))
        for id, (button, name) in self._pages.items():
            button.setText(_(name).replace("&", "&&"))
            button.setIcon(theme.icon(id))
        for button, id in self._everywhere:
            entry = actions.BY_ID[id]
            button.setText("中文 / English" if id == "language" else _(entry.text))
            button.setToolTip(self._bound.shown(id))
            if entry.icon:
                button.setIcon(theme.icon(entry.icon))
