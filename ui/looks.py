"""How a window looks and speaks: language, colours, size of text. What is seen changes at once, pages when shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from annotate import messages
from ui import state, theme
from ui.language import speak
from ui.pages.registry import HasAnswers

_PERCENT = (80, 90, 100, 110, 125, 150, 175, 200)
"""Sizes of text."""
_WORN = "look"
"""The property of a part that tells what it was last dressed in."""


class Looks:
    """Dresses the parts of one window: those around the pages, the page on the screen, dialogs.

    Each part has a style sheet of its own: one for the whole application takes seconds to change on eleven pages.
    ``always`` is called with every change: what the window itself says.
    """

    def __init__(self, window: QMainWindow, pages: QStackedWidget, always: Callable[[QFont], None]) -> None:
        self._window, self._pages, self._always = window, pages, always
        self._points = _points()

    @property
    def font(self) -> QFont:
        """Return the font in the size that people chose."""
        font = QApplication.font()
        font.setPointSizeF(self._points * _percent() / 100)
        return font

    def switch_language(self) -> None:
        """Change between Chinese and English, everywhere and at once."""
        language = "en" if messages.current() != "en" else "zh_CN"
        speak(_app(), language)
        state.remember("language", language)
        self.refresh()

    def switch_scheme(self) -> None:
        """Change between light and dark."""
        scheme = "light" if theme.is_dark() else "dark"
        state.remember("scheme", scheme)
        theme.apply(_app(), scheme)
        self.refresh()

    def stretch(self, by: int) -> None:
        """Make text larger or smaller by some steps."""
        now = _percent()
        at = min(range(len(_PERCENT)), key=lambda n: abs(_PERCENT[n] - now)) + by
        state.remember("stretch", str(_PERCENT[max(0, min(len(_PERCENT) - 1, at))]))
        self.refresh()

    def refresh(self) -> None:
        """Put what is on the screen into the look in use; a hidden page follows when it is shown."""
        font = self.font
        if font != QApplication.font():
            QApplication.setFont(font)
        self._always(font)
        for part in self._parts():
            self.freshen(part)

    def freshen(self, part: QWidget) -> None:
        """Put one part into the look in use, unless it wears that already; a new one speaks already."""
        clothes = f"{'dark' if theme.is_dark() else 'light'} {_percent()}"
        now = f"{messages.current()} {clothes}"
        worn = part.property(_WORN)
        if worn == now:
            return
        part.setProperty(_WORN, now)
        if worn is None or not worn.endswith(clothes):
            # Qt tells a window of a new size when it next looks for events: what is made before would keep the old one.
            part.setFont(self.font)
            theme.dress(part)
            if isinstance(part, HasAnswers):
                part.use_font(self.font)
        if worn is not None:
            # After a change of size too: widths are fitted to words where they are said.
            for widget in (part, *part.findChildren(QWidget)):
                # By name: asking for a protocol costs a hundred times as much, of hundreds of widgets.
                retranslate = getattr(widget, "retranslate", None)
                if retranslate is not None:
                    retranslate()

    def _parts(self) -> Iterator[QWidget]:
        """Yield the parts of the window that may be seen: never a hidden page, nor what holds them all."""
        body = self._window.centralWidget()
        assert body is not None
        for holder in (self._window, body):
            for part in holder.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                unseen = part.isWindow() and not part.isVisible()
                if part not in (body, self._pages) and not unseen:
                    yield part
        page = self._pages.currentWidget()
        if page is not None:
            yield page


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _percent() -> int:
    return int(state.text("stretch", "100") or 100)


def _points() -> float:
    """Return the size of text that the system asks for, whatever an earlier window made of it."""
    app = _app()
    known = app.property("points")
    if not isinstance(known, float):
        known = app.font().pointSizeF()
        app.setProperty("points", known)
    return known
