"""Lists whose items take several lines: Qt reckons mixed fonts too low, and would cut the last line off."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QListWidget, QStyledItemDelegate, QStyleOptionViewItem

_MORE = 0.5
"""Of a line, for each item."""


class Roomy(QStyledItemDelegate):
    """Gives each item a little more height than its text seems to need."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(0, int(option.fontMetrics.height() * _MORE))


def make_roomy(items: QListWidget) -> None:
    """Let a list show all lines of its items."""
    items.setItemDelegate(Roomy(items))
