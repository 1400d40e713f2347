"""Codes as chips: filled where a person decided, outlined where the machine suggests; a sign beside every colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from annotate.frames import Code
from annotate.verbatims import VerbatimRow
from ui import theme
from ui.models.frame_tree import name_of

SIGN = {-1: "−", 0: "=", 1: "+"}
_GROUND = {-1: "bad_ground", 0: "plain_ground", 1: "good_ground", None: "plain_ground"}
_INK = {-1: "bad", 0: "text", 1: "good", None: "text"}
GAP = 5.0
_PAD = 6.0


@dataclass(frozen=True, slots=True)
class Chip:
    """One code on one answer. ``share`` in [0, 1] is the machine's confidence; None for a decision."""

    code_id: int
    words: str
    sentiment: int | None
    share: float | None = None
    accepted: bool = True

    @property
    def suggestion(self) -> bool:
        """Whether the machine says so and nobody decided yet."""
        return self.share is not None


def chips_of(row: VerbatimRow, codes: Mapping[int, Code]) -> list[Chip]:
    """Return the chips of an answer: decisions, then suggestions nobody decided on (none once confirmed)."""
    chips: list[Chip] = []
    seen: set[int] = set()
    for mention in row.mentions:
        if mention.code_id not in seen and mention.code_id in codes:
            seen.add(mention.code_id)
            chips.append(Chip(mention.code_id, words(codes[mention.code_id], mention.sentiment), mention.sentiment))
    if row.reviewed_by is None:
        for one in row.suggestions:
            if one.code_id not in seen and one.code_id in codes:
                text = f"{words(codes[one.code_id], one.sentiment)} {round(one.confidence * 100)}%"
                chips.append(Chip(one.code_id, text, one.sentiment, one.confidence, one.accepted))
    return chips


def words(code: Code, sentiment: int | None) -> str:
    """Return what a chip says: number, label and the sign of its sentiment."""
    parts = [code.number, name_of(code)]
    if sentiment is not None:
        parts.append(SIGN[sentiment])
    return " ".join(part for part in parts if part)


def width_of(chip: Chip, metrics: QFontMetricsF) -> float:
    """Return how wide a chip is."""
    return metrics.horizontalAdvance(chip.words) + 2 * _PAD


def paint_chip(painter: QPainter, chip: Chip, rect: QRectF) -> None:
    """Paint one chip into a rectangle; the painter's font is used."""
    ink = theme.colour(_INK[chip.sentiment])
    if chip.suggestion:
        pen = QPen(ink if chip.accepted else theme.colour("muted"), 1.0)
        if not chip.accepted:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(ink if chip.accepted else theme.colour("muted"))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(_GROUND[chip.sentiment]))
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(ink)
    painter.drawText(rect.adjusted(_PAD, 0, -_PAD + 2, 0), Qt.AlignmentFlag.AlignVCenter, chip.words)


def paint_row_of_chips(painter: QPainter, chips: Iterable[Chip], rect: QRectF, font: QFont) -> None:
    """Paint chips side by side; those that do not fit are counted at the end."""
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    height = min(rect.height() - 6, metrics.height() + 4)
    top = rect.top() + (rect.height() - height) / 2
    x, end = rect.left(), rect.right()
    chips = list(chips)
    for place, chip in enumerate(chips):
        width = width_of(chip, metrics)
        rest = len(chips) - place - 1
        room = end - (metrics.horizontalAdvance(f"+{rest}") + GAP if rest else 0)
        if x + width > room:
            if place == 0:
                # A single long one is cut off rather than hidden behind a number.
                cut = metrics.elidedText(chip.words, Qt.TextElideMode.ElideRight, max(0.0, room - x - 2 * _PAD))
                short = Chip(chip.code_id, cut, chip.sentiment, chip.share, chip.accepted)
                paint_chip(painter, short, QRectF(x, top, max(0.0, room - x), height))
                x = room + GAP
            left = rest + (1 if place else 0)
            if left:
                painter.setPen(theme.colour("muted"))
                painter.drawText(QPointF(x, top + (height + metrics.ascent() - metrics.descent()) / 2), f"+{left}")
            return
        paint_chip(painter, chip, QRectF(x, top, width, height))
        x += width + GAP
