"""A list of answers with the words that were hit underlined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QResizeEvent, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui import theme

_PLACES = Qt.ItemDataRole.UserRole
_EDGE = 6


class HitList(QListWidget):
    """Answers for reading; every one is as high as its text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Painter(self))
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)

    def show_answers(self, answers: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> None:
        """Show texts with the places, in code points, that are underlined."""
        self.clear()
        for text, places in answers:
            item = QListWidgetItem(text.replace("\n", " "))
            # Qt counts UTF-16 units: an emoji before a place shifts it by one.
            shifted = [[_units(text[:start]), _units(text[start:stop])] for start, stop in places]
            item.setData(_PLACES, shifted)
            self.addItem(item)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Painter(QStyledItemDelegate):
    def __init__(self, over: HitList) -> None:
        super().__init__(over)
        self._over = over

    def _layout(self, index: QModelIndex | QPersistentModelIndex, font: QFont) -> tuple[QTextLayout, float]:
        layout = QTextLayout(str(index.data()), font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        marks = []
        for start, length in index.data(_PLACES) or []:
            mark = QTextLayout.FormatRange()
            mark.start, mark.length = start, length
            mark.format = QTextCharFormat()
            mark.format.setFontUnderline(True)
            mark.format.setFontWeight(QFont.Weight.DemiBold)
            marks.append(mark)
        layout.setFormats(marks)
        layout.beginLayout()
        height = 0.0
        width = max(40, self._over.viewport().width() - 2 * _EDGE)
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout, height

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        _layout, height = self._layout(index, self._over.font())
        return QSize(self._over.viewport().width(), round(height) + _EDGE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        layout, _height = self._layout(index, self._over.font())
        painter.save()
        painter.setPen(theme.colour("text"))
        layout.draw(
            painter, QPointF(self._over.visualItemRect(self._over.item(index.row())).topLeft()) + QPointF(_EDGE, 3)
        )
        painter.restore()
