"""Rows dragged onto a code of the frame; files dragged onto the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QTreeView

from ui.models import dragging

if TYPE_CHECKING:
    from annotate.frames import Code


class RowsOntoCodes(QObject):
    """Lets the tree of the frame take rows of answers; ``code_taken`` tells on which code they were dropped."""

    code_taken = Signal(int)

    def __init__(self, tree: QTreeView, code_at: Callable[[QDropEvent], Code | None]) -> None:
        super().__init__(tree)
        self._code_at = code_at
        tree.setDragEnabled(True)
        tree.viewport().setAcceptDrops(True)
        tree.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and dragging.has_rows(event.mimeData()):
            if isinstance(event, QDragEnterEvent):
                event.acceptProposedAction()
                return True
            code = self._code_at(event)
            usable = code is not None and not code.is_net and not code.retired
            event.setAccepted(usable)
            if usable and code is not None and not isinstance(event, QDragMoveEvent):
                self.code_taken.emit(code.id)
            return True
        return super().eventFilter(watched, event)


def files_in(event: QDropEvent) -> list[Path]:
    """Return the files that are dragged; empty where something else is."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
