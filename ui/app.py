"""Start of the window: what is needed for the first paint, then the rest."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from annotate.messages import N_, _
from ui import state, theme
from ui.language import speak


def make_app(arguments: list[str] | None = None) -> QApplication:
    """Return the application in the remembered language and colours; the running one where there is one."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(arguments or sys.argv[:1])
    app.setApplicationName("tingdong")
    app.setApplicationDisplayName("听懂 Tingdong")
    app.setDesktopFileName("tingdong")
    speak(app, state.text("language") or None)
    theme.choose_fonts(app)
    theme.apply(app, state.text("scheme", "system"))
    app.setWindowIcon(theme.icon("app", "accent"))
    return app


def _has_screen() -> bool:
    """Whether Qt can open a window: it would abort the process where it cannot."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in names)


def run(path: Path | None = None) -> int:
    """Open the window, with a project where one is named; return the exit code when it is closed."""
    from ui.main_window import MainWindow, warm_up

    if not _has_screen():
        told = (
            N_("There is no screen to open the window on."),
            N_("Run the commands instead, or start it in a desktop session; see --help."),
        )
        print(*map(_, told), file=sys.stderr)
        return 1
    app = make_app()
    window = MainWindow()
    window.show()
    # The window is on the screen before the file is touched.
    window.tasks.write(warm_up)
    if path is not None:
        QTimer.singleShot(0, lambda: window.open_project(path))
    return app.exec()
