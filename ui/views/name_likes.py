"""Codes whose names are like the one being typed, under the field: use one of them, or go on typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotate.frame_names import Like, Why
from annotate.messages import N_, _
from ui import theme
from ui.models.code_names import CodeNames
from ui.models.frame_tree import name_of

_WHY = {
    Why.SAME: N_("the same name"),
    Why.SYNONYM: N_("a synonym of the lexicon"),
    Why.SOUND: N_("sounds the same"),
    Why.NEAR: N_("nearly the same name"),
}


def sentence(like: Like) -> str:
    """Return the offer in words."""
    told = _("Like {code}: use that? ({why})")
    return told.format(code=f"{like.code.number} {name_of(like.code)}".strip(), why=_(_WHY[like.why]))


class NameLikes(QFrame):
    """Offers codes under a field. Down chooses one, Enter takes the chosen one (``taken``: its id), a click as well.

    Enter with none chosen means what it means without offers: nothing is ever in the way of a new name.
    """

    taken = Signal(int)

    def __init__(self, field: QLineEdit, names: CodeNames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field, self._names = field, names
        self._likes: list[Like] = []
        self._at = -1
        self.nets = False
        self.on = True
        self._buttons: list[QPushButton] = []
        self._lay = QVBoxLayout(self)
        self._lay.setContentsMargins(0, 0, 0, 0)
        self._lay.setSpacing(1)
        field.textChanged.connect(self.refresh)
        field.installEventFilter(self)
        names.ready.connect(self.refresh)
        self.hide()

    @property
    def likes(self) -> list[Like]:
        """Return what is offered now."""
        return list(self._likes)

    def refresh(self) -> None:
        """Look again at what is typed."""
        typed = self._field.text().strip()
        found = self._names.like(typed) if self.on and typed and not self._field.isReadOnly() else []
        found = [one for one in found if one.code.is_net == self.nets]
        if found != self._likes:
            self._likes, self._at = found, -1
            self._lay_out()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._lay_out()

    def _lay_out(self) -> None:
        for one in self._buttons:
            self._lay.removeWidget(one)
            one.hide()
            one.deleteLater()
        self._buttons = []
        for like in self._likes:
            button = QPushButton(sentence(like).replace("&", "&&"))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumWidth(60)
            button.setToolTip(_("Down chooses it, Enter takes it"))
            button.clicked.connect(lambda _checked=False, code=like.code.id: self.taken.emit(code))
            self._buttons.append(button)
            self._lay.addWidget(button)
        self._mark()
        self.setVisible(bool(self._likes))
        self._field.setAccessibleDescription("; ".join(sentence(one) for one in self._likes))

    def _mark(self) -> None:
        tokens = theme.tokens()
        for place, one in enumerate(self._buttons):
            chosen = place == self._at
            one.setStyleSheet(
                f"QPushButton {{ text-align: left; padding: 3px 8px; color: {tokens.text};"
                f" background: {tokens.current if chosen else tokens.unsure_ground};"
                f" border: 1px solid {tokens.accent if chosen else tokens.unsure_ground}; border-radius: 4px; }}"
            )

    def _step(self, by: int) -> None:
        self._at = max(-1, min(len(self._likes) - 1, self._at + by))
        self._mark()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not (watched is self._field and isinstance(event, QKeyEvent) and self._likes):
            return super().eventFilter(watched, event)
        key = event.key()
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        takes = key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0
        if plain and event.type() == QEvent.Type.ShortcutOverride and takes:
            event.accept()
            return True
        if not plain or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if takes:
            self.taken.emit(self._likes[self._at].code.id)
        elif key == Qt.Key.Key_Down:
            self._step(+1)
        elif key == Qt.Key.Key_Up and self._at >= 0:
            self._step(-1)
        else:
            return super().eventFilter(watched, event)
        return True
