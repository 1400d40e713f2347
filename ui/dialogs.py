"""The dialogs that a window opens: for projects, the guide, the keys, the palette."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ui.views import files

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.views.guide import Guide


class Dialogs(QObject):
    """Asks which project to open or make, and shows what helps."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._guide: Guide | None = None

    def ask_new(self) -> None:
        """Ask where the new project goes, and make it."""
        if path := files.new_project(self._window):
            self._window.open_project(path, new=True)

    def ask_new_locked(self) -> None:
        """Ask where the new project goes and for its passphrase, and make it."""
        if path := files.new_project(self._window):
            self.ask_passphrase(path, new=True)

    def ask_passphrase(self, path: Path, *, new: bool) -> None:
        """Ask for the passphrase of a project and open it, or make it with that."""
        from ui.views.passphrase import PassphraseDialog

        dialog = PassphraseDialog(path.name, new=new, parent=self._window)
        dialog.given.connect(lambda typed: self._window.open_project(path, new=new, passphrase=typed))
        dialog.open()

    def ask_open(self) -> None:
        """Ask which project to open."""
        if path := files.project(self._window):
            self._window.open_project(path)

    def ask_sample(self) -> None:
        """Make a project of the sample to try things out with."""
        if path := files.sample_project(self._window):
            self._window.open_project(path, new=True, sample=True)

    def show_guide(self, at: str) -> Guide:
        """Open the user guide at a page."""
        from ui.views.guide import Guide

        if self._guide is None:
            self._guide = Guide(self._window)
        self._window.looks.freshen(self._guide)
        self._guide.show_page(at)
        self._guide.show()
        self._guide.raise_()
        return self._guide

    def show_keys(self) -> None:
        """Show all keys."""
        from ui.views.key_sheet import KeySheet

        sheet = KeySheet(self._window.actions_, self._window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_palette(self) -> None:
        """Let a person type what to do."""
        from ui.views.palette import Palette

        palette = Palette(self._window.actions_, self._window)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()
