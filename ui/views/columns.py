"""Blocks one under another in as many columns as there is room for: a sheet that never has to be moved sideways."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


def divided(heights: Sequence[int], columns: int) -> list[int]:
    """Return the column of each block, in their order, so that the highest column is as low as it can be."""
    low, high = max(heights, default=0), sum(heights)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _filled(heights, middle)[-1] < columns else (middle + 1, high)
    return _filled(heights, low)


def _filled(heights: Sequence[int], limit: int) -> list[int]:
    """Fill columns up to a height, each before the next."""
    found, column, filled = [], 0, 0
    for height in heights:
        if filled and filled + height > limit:
            column, filled = column + 1, 0
        filled += height
        found.append(column)
    return found or [0]


class Columns(QLayout):
    """Lays out blocks of one width; how many stand side by side follows from the width, the height from that."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 22) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def width_of(self, columns: int) -> int:
        """Return how much room so many columns need."""
        margins = self.contentsMargins()
        widest = max((item.sizeHint().width() for item in self._items), default=0)
        return columns * (widest + self._gap) - self._gap + margins.left() + margins.right()

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of one column, whose height depends on how wide it may be."""
        return QSize(self.width_of(1), 0)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        margins = self.contentsMargins()
        inside = rect.marginsRemoved(margins)
        widest = max((item.sizeHint().width() for item in self._items), default=1)
        columns = max(1, (inside.width() + self._gap) // (widest + self._gap))
        heights = [item.sizeHint().height() for item in self._items]
        of = divided(heights, columns)
        reached: dict[int, int] = {}
        for item, height, column in zip(self._items, heights, of, strict=False):
            top = reached.get(column, 0)
            if move:
                left = inside.x() + column * (widest + self._gap)
                item.setGeometry(QRect(left, inside.y() + top, min(widest, inside.width()), height))
            reached[column] = top + height
        return max(reached.values(), default=0) + margins.top() + margins.bottom()
