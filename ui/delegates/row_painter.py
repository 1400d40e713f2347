"""Paints a whole row of the grid at once: a third of the time of one delegate call a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate

from annotate.frames import Code
from annotate.messages import N_, _
from annotate.search_language import hits
from annotate.verbatims import VerbatimRow
from ui import theme
from ui.delegates.chips import Chip, chips_of, paint_row_of_chips


class Column(StrEnum):
    """What a column of the grid shows; context columns carry the place of their field besides."""

    TICK = "tick"
    GROUP = "group"
    QUESTION = "question"
    TEXT = "text"
    CODES = "codes"
    CONTEXT = "context"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the screen. ``field`` is the place of a context field."""

    column: Column
    left: float
    width: float
    field: int = -1


@dataclass(frozen=True, slots=True)
class Look:
    """How a row stands: under the keys, ticked."""

    current: bool
    ticked: bool
    focused: bool


_STATUS = {"open": N_("open"), "coded": N_("coded"), "confirmed": N_("confirmed")}
_STATUS_INK = {"open": "muted", "coded": "unsure", "confirmed": "good"}
_PAD = 6.0
_CACHED = 4096
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
"""Made once: putting them together costs as much as drawing a word."""


class RowPainter(QStyledItemDelegate):
    """The one delegate of the grid. Texts cut to their column are kept, so that scrolling back costs nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: Mapping[int, Code] = {}
        self._cut: dict[tuple[str, int], str] = {}
        self._chips: dict[int, tuple[VerbatimRow, list[Chip]]] = {}
        self.questions: Mapping[int, str] = {}
        self.hit = ""
        self.use_font(QFont())

    def use_font(self, font: QFont) -> None:
        """Take the grid's font."""
        self.font = QFont(font)
        self.small = QFont(font)
        self.small.setPointSizeF(max(7.0, font.pointSizeF() * 0.92))
        self._metrics = QFontMetricsF(self.font)
        self._cut.clear()

    def use_codes(self, codes: Mapping[int, Code]) -> None:
        """Take the codes that chips are labelled from."""
        self._codes = codes
        self._chips.clear()

    def forget(self) -> None:
        """Drop what was laid out: language, font or colours changed."""
        self._cut.clear()
        self._chips.clear()

    def row_height(self) -> int:
        """Return the height of every row, in pixels."""
        return int(self._metrics.height() * 1.9)

    def paint_row(
        self, painter: QPainter, rect: QRectF, row: VerbatimRow | None, places: list[Place], look: Look
    ) -> None:
        """Paint one row; None paints a placeholder while the row is being read."""
        if look.current or look.ticked:
            painter.fillRect(rect, theme.colour("current" if look.current else "ticked"))
        if look.current and look.focused:
            painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), theme.colour("accent"))
        painter.setPen(theme.colour("border"))
        painter.drawLine(QLineF(rect.left(), rect.bottom(), rect.right(), rect.bottom()))
        for place in places:
            cell = QRectF(place.left + _PAD, rect.top(), place.width - 2 * _PAD, rect.height())
            if place.column is Column.TICK:
                self._tick(painter, cell, look.ticked)
            elif row is None:
                if place.column is Column.TEXT:
                    self._placeholder(painter, cell)
            elif place.column is Column.TEXT:
                self._text(painter, cell, row)
            elif place.column is Column.CODES:
                if cell.width() > 8:
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
                    paint_row_of_chips(painter, self._chips_of(row), cell, self.small)
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            elif place.column is Column.GROUP:
                if row.group_size > 1:
                    self._plain(painter, cell, f"{row.group_size:,}", "text", right=True)
            elif place.column is Column.QUESTION:
                self._plain(painter, cell, self.questions.get(row.question_id, ""), "muted")
            elif place.column is Column.CONTEXT:
                if place.field < len(row.context):
                    self._plain(painter, cell, row.context[place.field], "muted")
            else:
                words = row.reviewed_by if row.reviewed_by is not None else _(_STATUS[row.status])
                sign = "✓ " if row.reviewed_by is not None else ""
                flag = "⚑ " if row.flagged else ""
                self._plain(painter, cell, f"{flag}{sign}{words}", _STATUS_INK[row.status])

    def _chips_of(self, row: VerbatimRow) -> list[Chip]:
        kept = self._chips.get(row.id)
        if kept is not None and kept[0] is row:
            return kept[1]
        if len(self._chips) > _CACHED:
            self._chips.clear()
        chips = chips_of(row, self._codes)
        self._chips[row.id] = (row, chips)
        return chips

    def _elided(self, text: str, width: int) -> str:
        key = (text, width)
        cut = self._cut.get(key)
        if cut is None:
            if len(self._cut) > _CACHED:
                self._cut.clear()
            # Only what can fit is measured: an answer may be a megabyte long.
            line = " ".join(text[: width * 2 // max(1, int(self._metrics.height() / 3))].split())
            cut = self._cut[key] = self._metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
        return cut

    def _text(self, painter: QPainter, cell: QRectF, row: VerbatimRow) -> None:
        painter.setFont(self.font)
        text = self._elided(row.text, int(cell.width()))
        painter.setPen(theme.colour("text"))
        painter.drawText(cell, _LEFT, text)
        if self.hit:
            self._underline(painter, cell, text)

    def _underline(self, painter: QPainter, cell: QRectF, text: str) -> None:
        painter.setPen(QPen(theme.colour("hit"), 2))
        y = cell.center().y() + self._metrics.height() / 2 + 1
        for start, end in hits(text, self.hit):
            left = cell.left() + self._metrics.horizontalAdvance(text[:start])
            right = cell.left() + self._metrics.horizontalAdvance(text[:end])
            painter.drawLine(QLineF(left, y, right, y))

    def _plain(self, painter: QPainter, cell: QRectF, text: str, ink: str, *, right: bool = False) -> None:
        painter.setFont(self.font)
        painter.setPen(theme.colour(ink))
        painter.drawText(cell, _RIGHT if right else _LEFT, self._elided(text, int(cell.width())))

    @staticmethod
    def _placeholder(painter: QPainter, cell: QRectF) -> None:
        bar = QRectF(cell.left(), cell.center().y() - 4, min(cell.width(), 220.0), 8)
        painter.fillRect(bar, theme.colour("raised"))

    @staticmethod
    def _tick(painter: QPainter, cell: QRectF, on: bool) -> None:
        size = 13.0
        left = cell.center().x() - size / 2
        box = QRectF(left, cell.center().y() - size / 2, size, size)
        if on:
            painter.fillRect(box, theme.colour("accent"))
            painter.setPen(QPen(theme.colour("on_accent"), 2))
            painter.drawPolyline([box.topLeft() + QPointF(*at) for at in ((3, 7), (5.5, 9.5), (10, 4))])
        else:
            painter.setPen(theme.colour("muted"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
