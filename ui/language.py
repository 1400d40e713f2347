"""The language of the window: our catalogue, and Qt's own words in file dialogs and menus of text boxes."""

from __future__ import annotations

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from annotate import messages

_qt_words: list[QTranslator] = []


def speak(app: QApplication, language: str | None) -> str:
    """Use a language (None: that of the system); return which it became. Where Qt has no words for it, English."""
    chosen = messages.use(language)
    for one in _qt_words:
        app.removeTranslator(one)
    _qt_words.clear()
    if chosen != "en":
        words = QTranslator(app)
        if words.load(f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(words)
            _qt_words.append(words)
    return chosen
