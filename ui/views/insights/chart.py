"""A chart on the screen: the marks of the report, painted with the window's colours; a mark leads to its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QByteArray, QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QScrollArea, QSizePolicy, QWidget

from annotate.messages import _
from reports.charts import Area, Dot, Drawing, Label, Mark, Measure, Palette, Rect, Stroke
from ui import theme

T = TypeVar("T")
Lay = Callable[[float, Measure, Palette], Drawing]
"""Lays a specification out into marks: width in points, measure of texts, colours."""


class RowChart(Protocol[T]):
    """A chart of rows that lays out some of them."""

    @property
    def rows(self) -> tuple[T, ...]: ...

    def lay(self, rows: Sequence[T], width: float, measure: Measure, colours: Palette) -> Drawing: ...


def lay_rows(chart: RowChart[T]) -> Lay:
    """Return how a chart of rows is laid out with all of them."""
    return lambda width, measure, colours: chart.lay(chart.rows, width, measure, colours)


SCALE = 1.28
"""Pixels a point at the usual text size: 8-point labels of the report are read like the window's own."""
_REACH = 5.0
_USUAL_POINTS = 9.0


def palette() -> Palette:
    """Return the window's colours as those of charts."""
    t = theme.tokens()
    return Palette(
        ink=t.text, quiet=t.muted, rule=t.border, paper=t.surface, accent=t.accent, accent_soft=t.current,
        strong=t.text, good=t.good, good_soft=_between(t.good, t.surface), bad=t.bad,
        bad_soft=_between(t.bad, t.surface), unsure=t.unsure, too_little=t.muted,
    )  # fmt: skip


def _between(one: str, other: str) -> str:
    a, b = QColor(one), QColor(other)
    return QColor((a.red() + b.red()) // 2, (a.green() + b.green()) // 2, (a.blue() + b.blue()) // 2).name()


def points_wide(widget: QWidget) -> float:
    """Return how many pixels a point of a chart takes at the size of a widget's text."""
    return SCALE * widget.font().pointSizeF() / _USUAL_POINTS


class _Face:
    """A font with the widths of texts already measured in it: charts measure the same words again and again."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._widths: dict[str, float] = {}

    def wide(self, text: str) -> float:
        """Return the width of a text."""
        if text not in self._widths:
            if len(self._widths) > _MOST_WIDTHS:
                self._widths.clear()
            self._widths[text] = self._metrics.horizontalAdvance(text)
        return self._widths[text]


_MOST_WIDTHS = 4_000
_faces: dict[tuple[str, int, float, bool], _Face] = {}
"""By font, resolution, size and weight."""


class ChartView(QWidget):
    """Shows a drawing as wide as it is. Click, or arrows and Enter, choose a mark that has rows behind it.

    ``mark_chosen``: the JSON of the rows. The picture or the table goes to the clipboard.
    """

    mark_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lay: Lay | None = None
        self._drawing: Drawing | None = None
        self._table = ""
        self._at = -1
        self._spots: list[tuple[QRectF, str]] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_chart(self, lay: Lay | None, *, name: str = "", table: str = "") -> None:
        """Show a chart, None: nothing. ``name``: for screen readers; ``table``: tab-separated, for the clipboard."""
        self._lay, self._table, self._at = lay, table, -1
        self.setAccessibleName(name)
        self.setVisible(lay is not None)
        self._relay()

    def refresh(self) -> None:
        """Paint again in the colours in use."""
        self._relay()

    # Size

    def _scale(self) -> float:
        return points_wide(self)

    def _relay(self) -> None:
        self._drawing = None
        if self._lay is not None and self.width() > 40:
            self._drawing = self._lay(self.width() / self._scale(), self._measure, palette())
            self._spots = [(_bounds(mark), mark.query) for mark in self._drawing.marks if mark.query]
            height = round(self._drawing.height * self._scale()) + 2
            if height != self.minimumHeight():
                self.setFixedHeight(height)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._relay()

    def _measure(self, text: str, size: float, *, bold: bool = False) -> float:
        return self._face(size, bold=bold).wide(text)

    def _face(self, size: float, *, bold: bool) -> _Face:
        """Return the font in which a point of the drawing is a pixel; the painter is scaled."""
        key = (self.font().key(), self.logicalDpiX(), size, bold)
        if key not in _faces:
            font = QFont(self.font())
            font.setPointSizeF(size * 72 / self.logicalDpiX())
            font.setBold(bold)
            _faces[key] = _Face(font)
        return _faces[key]

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter)
        if self.hasFocus() and 0 <= self._at < len(self._spots):
            painter.scale(self._scale(), self._scale())
            painter.setPen(QPen(theme.colour("accent"), 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._spots[self._at][0].adjusted(-2, -2, 2, 2), 2, 2)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        if self._drawing is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.scale(self._scale(), self._scale())
        for mark in self._drawing.marks:
            self._paint_mark(painter, mark)
        painter.restore()

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        match mark:
            case Rect():
                if mark.stroke:
                    painter.setPen(QPen(QColor(mark.stroke), 0.8))
                painter.setBrush(QColor(mark.fill))
                painter.drawRoundedRect(QRectF(mark.x, mark.y, mark.width, mark.height), mark.radius, mark.radius)
            case Stroke():
                pen = QPen(QColor(mark.colour), mark.width)
                if mark.dash:
                    pen.setDashPattern([max(0.1, part / mark.width) for part in mark.dash])
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in mark.points]))
            case Area():
                painter.setBrush(QColor(mark.fill))
                painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in mark.points]))
            case Dot():
                if mark.stroke:
                    painter.setPen(QPen(QColor(mark.stroke), 1.0))
                painter.setBrush(QColor(mark.fill))
                painter.drawEllipse(QPointF(mark.x, mark.y), mark.radius, mark.radius)
            case Label():
                face = self._face(mark.size, bold=mark.bold)
                wide = 0.0 if mark.align == "left" else face.wide(mark.text)
                x = mark.x - {"left": 0.0, "center": wide / 2, "right": wide}[mark.align]
                painter.setFont(face.font)
                painter.setPen(QColor(mark.colour))
                painter.drawText(QPointF(x, mark.y), mark.text)

    # Choosing

    def _spot(self, point: QPointF) -> int:
        """Return the last painted mark with rows under a point, -1 for none."""
        at = point / self._scale()
        near = [n for n, (box, _query) in enumerate(self._spots) if box.adjusted(-_REACH, -1, _REACH, 1).contains(at)]
        return near[-1] if near else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._spot(event.position()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        self.setToolTip(_("Click to see the answers behind it") if over else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        spot = self._spot(event.position())
        if event.button() == Qt.MouseButton.LeftButton and spot >= 0:
            self._at = spot
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1,
        }.get(Qt.Key(event.key()), 0)  # fmt: skip
        if step and self._spots:
            self._at = self._next(step)
            self._reveal()
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _reveal(self) -> None:
        """Bring the mark under the keys into view."""
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        inner = area.widget() if isinstance(area, QScrollArea) else None
        if isinstance(area, QScrollArea) and inner is not None and 0 <= self._at < len(self._spots):
            middle = self._spots[self._at][0].center() * self._scale()
            at = self.mapTo(inner, middle.toPoint())
            area.ensureVisible(at.x(), at.y(), 0, 60)

    def _next(self, step: int) -> int:
        """Return the next mark of other rows: a bar and its label are one stop."""
        at = self._at
        for _turn in self._spots:
            at = (
                (at + step) % len(self._spots)
                if self._at >= 0 or at >= 0
                else (0 if step > 0 else len(self._spots) - 1)
            )
            if self._at < 0 or self._spots[at][1] != self._spots[self._at][1]:
                return at
        return at

    def _choose(self) -> None:
        self.update()
        self.mark_chosen.emit(self._spots[self._at][1])

    @property
    def chosen(self) -> str | None:
        """The rows of the mark under the keys, None where there is none."""
        return self._spots[self._at][1] if 0 <= self._at < len(self._spots) else None

    # Copies

    def picture(self) -> QImage:
        """Return the chart as a picture, twice as fine as the screen."""
        picture = QImage(self.size() * 2, QImage.Format.Format_ARGB32)
        picture.setDevicePixelRatio(2)
        picture.fill(theme.colour("surface"))
        painter = QPainter(picture)
        self._paint(painter)
        painter.end()
        return picture

    def copy(self, *, table: bool = False) -> None:
        """Put the picture, or the table, on the clipboard."""
        told = QMimeData()
        if table:
            told.setText(self._table)
            told.setData("text/tab-separated-values", QByteArray(self._table.encode()))
        else:
            told.setImageData(self.picture())
        QGuiApplication.clipboard().setMimeData(told)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(_("Copy the picture")).triggered.connect(partial(self.copy, table=False))
        if self._table:
            menu.addAction(_("Copy the table")).triggered.connect(partial(self.copy, table=True))
        menu.popup(event.globalPos())


def _bounds(mark: Mark) -> QRectF:
    match mark:
        case Rect():
            return QRectF(mark.x, mark.y, mark.width, mark.height)
        case Stroke() | Area():
            return QPolygonF([QPointF(x, y) for x, y in mark.points]).boundingRect()
        case Dot():
            return QRectF(mark.x - mark.radius, mark.y - mark.radius, 2 * mark.radius, 2 * mark.radius)
        case Label():
            wide = len(mark.text) * mark.size * 0.8
            left = mark.x - {"left": 0.0, "center": wide / 2, "right": wide}[mark.align]
            return QRectF(left, mark.y - mark.size, wide, mark.size * 1.3)
