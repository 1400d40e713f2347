"""The pages of a report as they will be printed, drawn when they come into view."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from annotate.messages import _

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_GAP, _MARGIN = 14, 18
_FINEST = 3.0
"""Pixels a point at most: a page of 16:9 on a large screen."""


class Pages:
    """A PDF in memory. PDFium is not safe to call from two threads at once: one page is drawn at a time."""

    def __init__(self, data: bytes) -> None:
        from pypdfium2 import PdfDocument

        self._lock = threading.Lock()
        self._document: PdfDocument = PdfDocument(data)
        self.sizes: list[tuple[float, float]] = []
        for number in range(len(self._document)):
            self.sizes.append(self._document.get_page_size(number))

    def image(self, number: int, width: int) -> QImage:
        """Draw a page (from 0) this many pixels wide."""
        with self._lock:
            page = self._document[number]
            scale = min(_FINEST, width / self.sizes[number][0])
            drawn = page.render(scale=scale, rev_byteorder=True).to_numpy()
            page.close()
        height, wide, parts = drawn.shape
        kind = QImage.Format.Format_RGBA8888 if parts == 4 else QImage.Format.Format_RGB888
        return QImage(drawn.tobytes(), wide, height, wide * parts, kind).copy()

    def close(self) -> None:
        """Let go of the PDF."""
        with self._lock:
            self._document.close()


Draw = Callable[[Pages, int, int, Callable[[QImage], None]], None]
"""Draws a page off the UI thread: pages, number, width, what takes the picture."""


class Preview(QScrollArea):
    """Shows pages under each other. ``page_changed``: the page in view, from 1, and how many there are."""

    page_changed = Signal(int, int)

    def __init__(self, draw: Draw, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draw = draw
        self._pages: Pages | None = None
        self._sheets: list[QLabel] = []
        self._drawn: dict[int, int] = {}
        self._whole = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = QWidget()
        self._lay = QVBoxLayout(self._inner)
        self._lay.setContentsMargins(_MARGIN, _GAP, _MARGIN, _GAP)
        self._lay.setSpacing(_GAP)
        self.setWidget(self._inner)
        self._soon = QTimer(self, singleShot=True, interval=40)
        self._soon.timeout.connect(self._fill)
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._soon.start())

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._sheets)

    def show_pdf(self, pages: Pages) -> None:
        """Show a PDF at the place where the one before was read."""
        at = self.verticalScrollBar().value()
        if self._pages is not None:
            self._pages.close()
        self._pages = pages
        self._drawn.clear()
        while self._sheets:
            self._sheets.pop().deleteLater()
        for number in range(len(pages.sizes)):
            sheet = QLabel()
            sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
            sheet.setAutoFillBackground(True)
            sheet.setStyleSheet("background: white; border: 1px solid #c8ced6;")
            sheet.setAccessibleName(_("Page {n}").format(n=number + 1))
            self._lay.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
            self._sheets.append(sheet)
        self._fit()
        QTimer.singleShot(0, lambda: self.verticalScrollBar().setValue(at))
        self._soon.start()

    def show_whole(self, whole: bool) -> None:
        """Show pages so that one fits the view, or as wide as the view."""
        at = self.current() if self._sheets else 1
        self._whole = whole
        self._fit()
        self._lay.activate()
        QTimer.singleShot(0, lambda: self.go(at))
        self._soon.start()

    def go(self, number: int) -> None:
        """Go to a page, from 1."""
        if 1 <= number <= len(self._sheets):
            self.verticalScrollBar().setValue(self._sheets[number - 1].y() - _GAP)

    def current(self) -> int:
        """Return the page in the middle of the view, from 1."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        return next((n for n, sheet in enumerate(self._sheets, 1) if sheet.y() + sheet.height() >= middle), self.count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._soon.start()

    def sizeHint(self) -> QSize:
        return QSize(640, 800)

    def _width(self) -> int:
        wide = self.viewport().width() - 2 * _MARGIN
        if self._whole and self._pages is not None and self._pages.sizes:
            tall = max(height / width for width, height in self._pages.sizes)
            wide = min(wide, round((self.viewport().height() - 2 * _GAP) / tall))
        return max(120, wide)

    def _fit(self) -> None:
        if self._pages is None:
            return
        wide = self._width()
        for sheet, (width, height) in zip(self._sheets, self._pages.sizes, strict=True):
            sheet.setFixedSize(wide, round(wide * height / width) + 2)

    def _fill(self) -> None:
        """Draw the pages in view and the next one; the rest waits until it is looked at."""
        if self._pages is None:
            return
        top = self.verticalScrollBar().value() - 200
        bottom = top + self.viewport().height() + 900
        wide = round(self._width() * self.devicePixelRatioF())
        for number, sheet in enumerate(self._sheets):
            if sheet.y() + sheet.height() < top or sheet.y() > bottom or self._drawn.get(number) == wide:
                continue
            self._drawn[number] = wide
            self._draw(self._pages, number, wide, self._taker(number, self._pages))
        self.page_changed.emit(self.current(), self.count)

    def _taker(self, number: int, pages: Pages) -> Callable[[QImage], None]:
        def take(image: QImage) -> None:
            if pages is self._pages and number < len(self._sheets):
                image.setDevicePixelRatio(self.devicePixelRatioF())
                self._sheets[number].setPixmap(QPixmap.fromImage(image))

        return take
