"""Paints a voice in a list: what is known of its author in small grey, the words under it in all their lines."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import theme

ABOUT = Qt.ItemDataRole.UserRole + 1
"""Role of what is known of the author; the display role holds the words."""
_PAD, _GAP = 8, 2
_WRAP = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


class VoicePainter(QStyledItemDelegate):
    """Heights follow the width of the list; call ``scheduleDelayedItemsLayout`` of the list when it changes."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if selected:
            painter.fillRect(box, theme.colour("current"))
        small, font = self._fonts(option)
        inner = box.adjusted(_PAD, _PAD // 2, -_PAD, -_PAD // 2)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        about = str(index.data(ABOUT) or "")
        height = QFontMetrics(small).boundingRect(inner, _WRAP, about).height() if about else 0
        painter.drawText(inner, _WRAP, about)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        painter.drawText(inner.adjusted(0, height + _GAP, 0, 0), _WRAP, str(index.data() or ""))
        painter.setPen(theme.colour("border"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = option.widget
        width = 300
        if isinstance(view, QListView):
            # As with a scroll bar: one that appears while the rows are being laid out would leave them too low.
            width = view.width() - 2 * view.frameWidth() - view.verticalScrollBar().sizeHint().width()
        inner = QRect(0, 0, max(40, width - 2 * _PAD), 100_000)
        small, font = self._fonts(option)
        about, text = str(index.data(ABOUT) or ""), str(index.data() or "")
        height = QFontMetrics(small).boundingRect(inner, _WRAP, about).height() if about else 0
        return QSize(width, height + _GAP + QFontMetrics(font).boundingRect(inner, _WRAP, text).height() + _PAD + 2)

    @staticmethod
    def _fonts(option: QStyleOptionViewItem) -> tuple[QFont, QFont]:
        font: QFont = option.font
        small = QFont(font)
        small.setPointSizeF(font.pointSizeF() * 0.9)
        return small, font
