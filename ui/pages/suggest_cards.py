"""Cards of clusters: key phrases, size and examples of answers that speak of the same."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QFocusEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from annotate.messages import _, listed
from training.clusters import Cluster
from ui import theme
from ui.models import dragging
from ui.views.flow import Flow
from ui.views.page_parts import label

_WIDTH = 17
"""Ems that a card is wide, at the least; it grows with the text."""
_GAP, _MARGIN = 10, 14
_EXAMPLES = 3
_PHRASES = 4


class Card(QFrame):
    """One cluster. ``pressed``: it was clicked on; ``focused``: it is the one at hand; ``dragged``: it was pulled."""

    pressed = Signal()
    focused = Signal()
    dragged = Signal()

    def __init__(self, cluster: Cluster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cluster = cluster
        self._ticked = self._built = False
        self._held: QPoint | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._phrases, self._size = label("heading"), label("muted")
        self._examples = [label() for _each in cluster.examples[:_EXAMPLES]]
        lay = QVBoxLayout(self)
        lay.setContentsMargins(14, 10, 12, 10)
        lay.setSpacing(4)
        lay.addWidget(self._phrases)
        lay.addWidget(self._size)
        for one in self._examples:
            lay.addWidget(one)
        lay.addStretch(1)
        self._built = True
        self.retranslate()

    @property
    def ticked(self) -> bool:
        """Whether it is selected."""
        return self._ticked

    def tick(self, on: bool) -> None:
        """Select the card, or not."""
        self._ticked = on
        self._tell()
        self.update()

    def use_width(self, width: int) -> None:
        """Take this width, and the height that all cards have."""
        metrics = QFontMetrics(self.font())
        self.setFixedSize(width, 34 + (2 + _EXAMPLES) * (metrics.lineSpacing() + 5))
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        told = self.cluster
        phrases = listed(told.phrases[:_PHRASES]) or _("(no word tells them from the rest)")
        mixed = "  ·  " + _("mixed") if told.loose else ""
        self._say(self._phrases, phrases)
        size = _("{answers} answers, {different} different").format(
            answers=f"{told.answers:,}", different=f"{len(told.ids):,}"
        )
        self._say(self._size, size + mixed)
        for one, text in zip(self._examples, told.examples, strict=False):
            self._say(one, " ".join(text.split()))
        self._tell()

    def _tell(self) -> None:
        told = self.cluster
        state = _("selected") if self._ticked else _("not selected")
        self.setAccessibleName(f"{listed(told.phrases[:_PHRASES])}, {self._size.text()}, {state}")

    def _say(self, one: QLabel, text: str) -> None:
        room = self.width() - 30
        one.setText(QFontMetrics(one.font()).elidedText(text, Qt.TextElideMode.ElideRight, room))
        one.setToolTip(text if one.text() != text else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._built:
            self.use_width(self.width())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._held = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull the card, and the other selected ones with it, towards the frame."""
        at = event.position().toPoint()
        if self._held is not None and (at - self._held).manhattanLength() >= QApplication.startDragDistance():
            self._held = None
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take a click once it is no drag: selected cards are dragged together."""
        held, self._held = self._held, None
        if held is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.hasFocus() or self._ticked
        painter.setPen(QPen(theme.colour("accent" if strong else "border"), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.colour("current" if self._ticked else "surface"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 7, 7)
        if self._ticked:  # a sign beside the colour
            painter.setPen(QPen(theme.colour("accent"), 2))
            x, y = self.width() - 20, 16
            painter.drawLine(x, y, x + 4, y + 4)
            painter.drawLine(x + 4, y + 4, x + 11, y - 5)
        painter.end()


class Board(QScrollArea):
    """The cards, as many side by side as there is room. ``changed``: other cards are selected or at hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inside = QWidget()
        self._flow = Flow(self._inside, gap=_GAP, margins=(_MARGIN, 12, _MARGIN, 12))
        self.setWidget(self._inside)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.cards: list[Card] = []
        self.movable = True
        self._at = 0

    def show_clusters(self, clusters: tuple[Cluster, ...]) -> None:
        """Lay out these clusters anew, none selected."""
        self._flow.clear()
        self.cards = []
        for cluster in clusters:
            card = Card(cluster)
            card.pressed.connect(lambda card=card: self._toggle(card))
            card.focused.connect(lambda card=card: self._on_focused(card))
            card.dragged.connect(lambda card=card: self._drag(card))
            self._flow.addWidget(card)
            self.cards.append(card)
        self._at = 0
        self._fit()
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give all cards one width, so that they fill the lines."""
        room = self.viewport().width() - 2 * _MARGIN
        least = _WIDTH * QFontMetrics(self.font()).horizontalAdvance("国")
        columns = max(1, (room + _GAP) // (least + _GAP))
        for card in self.cards:
            card.use_width((room + _GAP) // columns - _GAP)

    @property
    def ticked(self) -> list[Cluster]:
        """Return the selected clusters; the one at hand where none is."""
        chosen = [one.cluster for one in self.cards if one.ticked]
        at_hand = self.at_hand
        return chosen or ([at_hand] if at_hand is not None else [])

    @property
    def at_hand(self) -> Cluster | None:
        """Return the cluster that was clicked or stepped to last."""
        return self.cards[self._at].cluster if self._at < len(self.cards) else None

    def take_away(self, gone: list[Cluster]) -> None:
        """Take cards off the board whose answers have found their place."""
        self.show_clusters(tuple(one.cluster for one in self.cards if one.cluster not in gone))

    def step(self, by: int) -> None:
        """Go on to another card."""
        if self.cards:
            self._at = max(0, min(len(self.cards) - 1, self._at + by))
            self.cards[self._at].setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(self.cards[self._at])

    def toggle(self) -> None:
        """Select the card at hand, or not."""
        if self._at < len(self.cards):
            self._toggle(self.cards[self._at])

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setAccessibleName(_("Clusters"))
        for card in self.cards:
            card.retranslate()

    def _toggle(self, card: Card) -> None:
        card.tick(not card.ticked)
        self.changed.emit()

    def _on_focused(self, card: Card) -> None:
        self._at = self.cards.index(card)
        self.changed.emit()

    def _drag(self, card: Card) -> None:
        """Begin to drag the selected cards; one that is not selected goes alone."""
        if not self.movable:
            return
        if not card.ticked and any(one.ticked for one in self.cards):
            for one in self.cards:
                one.tick(False)
            self.changed.emit()
        drag = QDrag(self)
        drag.setMimeData(dragging.of_clusters())
        drag.setPixmap(self._picture(card))
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self, card: Card) -> QPixmap:
        """Draw what hangs at the pointer: the name of the card, and how many others come with it."""
        others = len(self.ticked) - 1
        words = listed(card.cluster.phrases[:2]) or card.accessibleName()
        words += f"  +{others}" if others > 0 else ""
        metrics = QFontMetrics(self.font())
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, 18 * metrics.horizontalAdvance("国"))
        made = QPixmap(metrics.horizontalAdvance(words) + 24, metrics.height() + 12)
        made.fill(theme.colour("accent"))
        painter = QPainter(made)
        painter.setFont(self.font())
        painter.setPen(theme.colour("on_accent"))
        painter.drawText(made.rect(), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return made
