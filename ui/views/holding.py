"""A holder whose widget may change its size hints at every key without the window around it being laid out again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Holding(QWidget):
    """Fills itself with one widget. What is around hears of it only where the widget needs more room than it has."""

    def __init__(self, held: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._held = held
        held.setParent(self)
        self.setSizePolicy(held.sizePolicy())

    def sizeHint(self) -> QSize:
        return self._held.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._held.minimumSizeHint().expandedTo(self._held.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._held.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """Keep a request to be laid out again to itself, unless there is too little room."""
        if event.type() == QEvent.Type.LayoutRequest:
            least = self.minimumSizeHint()
            if least.height() > self.height() or least.width() > self.width():
                self.updateGeometry()
        return super().event(event)
