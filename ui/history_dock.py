"""The history at the side of the window: shown when asked for, kept up while it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDockWidget, QMainWindow

from annotate.messages import _

if TYPE_CHECKING:
    from annotate.store.operations import Step
    from ui.desk import Desk
    from ui.views.history import History


class HistoryDock(QDockWidget):
    """Holds the history of the open project; ``view`` is None while none is open."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.setObjectName("history")
        self.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.view: History | None = None
        self._desk: Desk | None = None
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self)
        self.hide()
        self.retranslate()

    def follow(self, desk: Desk) -> History:
        """Tell of the steps of a project that was opened."""
        from ui.views.history import History

        self._desk, view = desk, History(desk.project.coder.name)
        self.view = view
        self.setWidget(view)
        view.undo_asked.connect(desk.undo)
        view.redo_asked.connect(desk.redo)
        view.undo_to_asked.connect(desk.undo_to)
        return view

    def leave(self) -> None:
        """Let go of the project."""
        if self.view is not None:
            self.view.hide()
            self.view.deleteLater()
        self.view = self._desk = None
        self.hide()

    def toggle(self) -> None:
        """Show or hide the history."""
        if self.isVisible():
            self.hide()
        else:
            self.show_steps()

    def show_steps(self, choose: int | None = None) -> None:
        """Show the history, the cursor on a step."""
        if self.view is not None:
            self.show()
            self._list(choose)
            self.view.take_keys()

    def refresh(self) -> None:
        """List the steps again where they are seen."""
        if self.isVisible():
            self._list()

    def _list(self, choose: int | None = None) -> None:
        view, desk = self.view, self._desk
        if view is None or desk is None:
            return

        def show(steps: list[Step]) -> None:
            view.show_steps(steps)
            if choose is not None:
                view.choose(choose)

        desk.history(show)

    def use_font(self, font: QFont) -> None:
        """Take the size of text that people chose: the title does not follow by itself."""
        self.setFont(font)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setWindowTitle(_("History"))
        self.refresh()
