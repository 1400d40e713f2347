"""Where every answer is: one bar a place, all together the whole; a click shows the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from annotate.messages import _
from ui import theme
from ui.views.page_parts import label


@dataclass(frozen=True, slots=True)
class Bar:
    """A place of ``count`` answers; ``key`` is told when it is clicked; ``tint`` the token of its colour."""

    key: str
    name: str
    count: int
    tint: str
    final: bool


_LEAST = 40
"""Pixels that a bar itself has at the least."""


class _Row(QAbstractButton):
    """One bar, painted; it is a button, so that the keyboard and screen readers reach it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = Bar("", "", 0, "muted", False)
        self._total = 1
        self._names = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def key(self) -> str:
        """Return the key of its place."""
        return self._bar.key

    def show_bar(self, bar: Bar, total: int, names: int) -> None:
        """Show a place; ``names``: how wide the longest name is."""
        self._bar, self._total, self._names = bar, max(1, total), names
        self.setAccessibleName(_("{name}: {n} answers").format(name=bar.name, n=f"{bar.count:,}"))
        self.setToolTip(_("{name}: {n} answers, {share} %. Click to see them.").format(
            name=bar.name, n=f"{bar.count:,}", share=f"{100 * bar.count / self._total:.1f}"))  # fmt: skip
        self.setEnabled(bar.count > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.fontMetrics().height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.tokens()
        if self.hasFocus() or self.underMouse():
            painter.fillRect(self.rect(), theme.colour("current"))
        metrics = self.fontMetrics()
        number_width = metrics.horizontalAdvance(f"{self._total:,}") + 6
        name_width = min(self._names + 12, self.width() - number_width - _LEAST)
        painter.setPen(theme.colour("text" if self._bar.count else "muted"))
        told = metrics.elidedText(self._bar.name, Qt.TextElideMode.ElideRight, name_width - 8)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(4, 0, name_width, self.height()), middle | Qt.AlignmentFlag.AlignLeft, told)
        painter.drawText(
            QRectF(name_width, 0, number_width, self.height()),
            middle | Qt.AlignmentFlag.AlignRight,
            f"{self._bar.count:,}",
        )
        left = name_width + number_width + 8
        room = max(10, self.width() - left - 4)
        track = QRectF(left, self.height() / 2 - 4, room, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(track, 3, 3)
        if self._bar.count:
            track.setWidth(max(2.0, room * self._bar.count / self._total))
            painter.setBrush(theme.colour(self._bar.tint) if hasattr(tokens, self._bar.tint) else theme.colour("text"))
            painter.drawRoundedRect(track, 3, 3)
        painter.end()


class Bars(QWidget):
    """All places, and their sum below."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []
        self._sum = label("muted", wrap=True)
        self._lay = QVBoxLayout(self)
        self._lay.setContentsMargins(0, 0, 0, 0)
        self._lay.setSpacing(0)
        self._lay.addWidget(self._sum)

    @property
    def rows(self) -> dict[str, QAbstractButton]:
        """Return the bars by key."""
        return {row.key: row for row in self._rows}

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these places; they add up to the whole."""
        while len(self._rows) < len(bars):
            row = _Row()
            row.clicked.connect(lambda _on=False, row=row: self.chosen.emit(row.key))
            self._lay.insertWidget(len(self._rows), row)
            self._rows.append(row)
        total = sum(one.count for one in bars)
        names = max((self.fontMetrics().horizontalAdvance(one.name) for one in bars), default=0)
        for row, bar in zip(self._rows, bars, strict=False):
            row.show_bar(bar, total, names)
            row.show()
        for row in self._rows[len(bars) :]:
            row.hide()
        final = sum(one.count for one in bars if one.final)
        self._sum.setText(
            _("= {total} answers; the final layer holds {final} of them.").format(
                total=f"{total:,}", final=f"{final:,}"
            )
        )
