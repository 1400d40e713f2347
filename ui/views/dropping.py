"""Rows dragged onto a code of the frame, clusters onto a code or net; files dragged onto the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QTreeView

from ui import theme
from ui.models import dragging
from ui.models.frame_tree import FrameTree

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


_EDGE = 24
"""Pixels from the edge of the tree within which dragging scrolls it."""


class ClustersOntoFrame(QObject):
    """Lets the tree of the frame take clusters of answers anywhere: on a code, on a net, or on the top level.

    ``aimed`` tells what is under the pointer, ``taken`` on what they were dropped: a Code, or None for the top level;
    ``left`` that they are dragged elsewhere.
    """

    aimed = Signal(object)
    taken = Signal(object)
    left = Signal()

    def __init__(self, view: QTreeView, tree: FrameTree) -> None:
        super().__init__(view)
        self._view, self._tree = view, tree
        self._mark = QFrame(view.viewport())
        self._mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._mark.hide()
        view.viewport().setAcceptDrops(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and dragging.has_clusters(event.mimeData()):
            at = event.position().toPoint()
            index = self._view.indexAt(at)
            event.acceptProposedAction()
            if isinstance(event, QDragMoveEvent):  # entering is a move as well
                self._scroll(at.y())
                self._show(index.row() >= 0, self._view.visualRect(index).y(), self._view.visualRect(index).height())
                self.aimed.emit(self._tree.code(index))
            else:
                self._mark.hide()
                self.taken.emit(self._tree.code(index))
            return True
        if isinstance(event, QDragLeaveEvent):
            self._mark.hide()
            self.left.emit()
        return super().eventFilter(watched, event)

    def _scroll(self, y: int) -> None:
        bar = self._view.verticalScrollBar()
        if y < _EDGE:
            bar.setValue(bar.value() - bar.singleStep())
        elif y > self._view.viewport().height() - _EDGE:
            bar.setValue(bar.value() + bar.singleStep())

    def _show(self, on: bool, top: int, height: int) -> None:
        """Frame the line that would take them; the current code, and what is told of it, stay as they are."""
        self._mark.setStyleSheet(f"border: 2px solid {theme.tokens().accent}; background: transparent;")
        self._mark.setGeometry(0, top, self._view.viewport().width(), height)
        self._mark.setVisible(on)


def files_in(event: QDropEvent) -> list[Path]:
    """Return the files that are dragged; empty where something else is."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
