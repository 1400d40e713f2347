"""What an import would bring, as a list of lines with signs, and what is still missing before it can begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.views.import_adds import Line
from ui.views.page_parts import label


class BringsPane(QWidget):
    """A heading, lines that scroll where there are more than room, and a warning below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._warn = label("heading"), label(wrap=True)
        self._shown: list[Line] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(3)
        inner = QWidget()
        lay = QVBoxLayout(inner)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.addLayout(self._lines)
        lay.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.addWidget(self._title)
        lay.addWidget(area, 1)
        lay.addWidget(self._warn)

    def say(self, title: str, lines: Sequence[Line]) -> None:
        """Show these lines under a heading."""
        self._title.setText(title)
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            made = QLabel(f"{line.sign}  {line.words}")
            made.setTextFormat(Qt.TextFormat.PlainText)
            made.setWordWrap(True)
            made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            made.setStyleSheet(f"color: {getattr(theme.tokens(), line.token)};")
            self._lines.addWidget(made)
        self._shown = list(lines)

    def warn(self, words: str) -> None:
        """Say what is missing; empty for nothing."""
        self._warn.setText(f"!  {words}" if words else "")
        self._warn.setVisible(bool(words))

    @property
    def words(self) -> str:
        """Return the lines as text."""
        return "\n".join(f"{one.sign} {one.words}" for one in self._shown)
