"""The codes of the answer at hand as chips: each with the words it comes from, its sentiment, a way to take it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QWidget

from annotate.messages import N_, _
from ui import theme
from ui.actions import Actions
from ui.delegates.chips import SIGN, Chip
from ui.views.flow import Flow

_QUOTED = 14
"""Characters of a clause that a chip shows."""
_SENTIMENTS = ((-1, N_("negative")), (0, N_("neutral")), (1, N_("positive")))
_INK = {-1: "bad", 1: "good"}
_GROUND = {-1: "bad_ground", 1: "good_ground"}
_ACROSS, _DOWN = 6, 4
"""Pixels between the words of a button and its edges."""
_ROUND = 5.0


class _Words(QPushButton):
    """Words to click, painted from the tokens: a style sheet of its own costs each chip a millisecond."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words, self._ink = "", "text"
        self._hint: QSize | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def say(self, words: str, ink: str, name: str, tip: str) -> None:
        """Show words in the colour of a token; what screen readers and the mouse are told."""
        if words != self._words:
            self._words, self._hint = words, None
            self.setText(words.replace("&", "&&"))
        if ink != self._ink:
            self._ink = ink
            self.update()
        if name != self.accessibleName():
            self.setAccessibleName(name)
        if tip != self.toolTip():
            self.setToolTip(tip)

    def sizeHint(self) -> QSize:
        if self._hint is None:  # asked for many times between two changes
            metrics = self.fontMetrics()
            self._hint = QSize(metrics.horizontalAdvance(self._words) + 2 * _ACROSS, metrics.height() + 2 * _DOWN)
        return self._hint

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._hint = None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour(self._ink))
        room = self.rect().adjusted(_ACROSS, 0, -_ACROSS, 0)
        shown = self._words
        if self.width() < self.sizeHint().width():
            shown = self.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class _ChipFrame(QFrame):
    """One chip: its words, and for a decision its sentiment and ×. It is used again for the next answer."""

    clicked = Signal()
    sentiment_asked = Signal(object)
    off_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.chip: Chip | None = None
        self._chosen = False
        self._words, self._sign, self._off = self._parts = [_Words(self) for _ in range(3)]
        self._words.clicked.connect(self.clicked)
        self._words.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._words.customContextMenuRequested.connect(self._on_menu)
        self._sign.clicked.connect(self._on_sign)
        self._off.clicked.connect(self.off_asked)

    def show_chip(self, chip: Chip, words: str, name: str, tip: str, *, chosen: bool) -> None:
        """Show a code that was given or suggested."""
        self.chip, self._chosen = chip, chosen
        ink = _INK.get(chip.sentiment or 0, "text")
        self._words.say(words, ink, name, tip)
        if not chip.suggestion:
            self._sign.say(
                "± ▾" if chip.sentiment is None else "▾", ink,
                _("Sentiment of {code}").format(code=chip.words), _("Sentiment of this mention"),
            )  # fmt: skip
            self._off.say("×", ink, _("Take {code} off").format(code=chip.words), _("Take this code off"))
        for one in (self._sign, self._off):
            one.setVisible(not chip.suggestion)
        self._place()
        self.updateGeometry()
        self.update()

    def _on_menu(self, _at: QPoint) -> None:
        if self.chip is not None and not self.chip.suggestion:
            self.sentiment_asked.emit(self._words)

    def _on_sign(self) -> None:
        self.sentiment_asked.emit(self._sign)

    def sizeHint(self) -> QSize:
        hints = [one.sizeHint() for one in self._parts if not one.isHidden()]
        return QSize(sum(one.width() for one in hints) + 4, max(one.height() for one in hints))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Put the parts side by side; the words give way where there is no room."""
        right = self.width() - 2
        for one in reversed(self._parts):
            if one is self._words:
                one.setGeometry(2, 0, max(0, right - 2), self.height())
            elif not one.isHidden():
                right -= one.sizeHint().width()
                one.setGeometry(right, 0, one.sizeHint().width(), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        chip = self.chip
        if chip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = _GROUND.get(chip.sentiment or 0, "plain_ground")
        ink = _INK.get(chip.sentiment or 0, "text")
        edge = "accent" if self._chosen else ground if not chip.suggestion else ink if chip.accepted else "muted"
        pen = QPen(theme.colour(edge), 2.0 if self._chosen or not chip.suggestion else 1.0)
        if chip.suggestion and not chip.accepted and not self._chosen:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush if chip.suggestion else theme.colour(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _ROUND, _ROUND)


class EvidenceChips(QWidget):
    """Decisions, then suggestions. A click on a decision chooses it, a click on a suggestion takes it.

    ``chosen_changed``: another one is chosen (its code, or None): keys of sentiment and of taking off mean it.
    """

    removed = Signal(int)
    taken = Signal(int)
    sentiment_chosen = Signal(int, int)
    chosen_changed = Signal(object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._flow = Flow(self)
        self._made: list[_ChipFrame] = []
        self._chips: tuple[Chip, ...] = ()
        self._said: dict[int, str] = {}
        self._shown: tuple[object, ...] = ()
        self.chosen: int | None = None
        self.hide()

    def show_chips(self, chips: Sequence[Chip], said: Mapping[int, str]) -> None:
        """Show these chips; ``said``: by code, the words of the answer that it comes from."""
        self._chips, self._said = tuple(chips), dict(said)
        if self.chosen not in [one.code_id for one in self._chips]:
            self.chosen = None
        self._lay_out()

    def choose(self, code: int | None) -> None:
        """Choose a chip, or none."""
        if code != self.chosen:
            self.chosen = code
            self._lay_out()
        self.chosen_changed.emit(self.chosen)

    def step(self) -> None:
        """Choose the next chip; after the last one none."""
        codes = [one.code_id for one in self._chips]
        at = codes.index(self.chosen) + 1 if self.chosen in codes else 0
        self.choose(codes[at] if at < len(codes) else None)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._shown = ()
        self._lay_out()

    def _lay_out(self) -> None:
        shown = (self._chips, tuple(sorted(self._said.items())), self.chosen)
        if shown == self._shown:
            return
        self._shown = shown
        nth = 0
        for place, chip in enumerate(self._chips):
            nth += chip.suggestion
            words, tip = (
                (self._words(chip, f"{nth}  "), self._tip_of_suggestion(chip, nth))
                if chip.suggestion
                else (self._words(chip), self._tip_of_decision())
            )
            made = self._made[place] if place < len(self._made) else self._make()
            made.show_chip(chip, words, self._name(chip), tip, chosen=chip.code_id == self.chosen)
            made.show()
        for spare in self._made[len(self._chips) :]:
            spare.hide()
        self.setVisible(bool(self._chips))
        self.updateGeometry()

    def _make(self) -> _ChipFrame:
        made = _ChipFrame(self)
        made.clicked.connect(partial(self._on_clicked, made))
        made.sentiment_asked.connect(partial(self._sentiments, made))
        made.off_asked.connect(partial(self._on_off, made))
        self._made.append(made)
        self._flow.addWidget(made)
        return made

    def _on_clicked(self, made: _ChipFrame) -> None:
        chip = made.chip
        if chip is not None and chip.suggestion:
            self.taken.emit(chip.code_id)
        elif chip is not None:
            self.choose(chip.code_id)

    def _on_off(self, made: _ChipFrame) -> None:
        if made.chip is not None:
            self.removed.emit(made.chip.code_id)

    def _words(self, chip: Chip, before: str = "") -> str:
        said = self._said.get(chip.code_id, "")
        short = said if len(said) <= _QUOTED else f"{said[:_QUOTED]}…"
        return f"{before}{chip.words}{f'  ‹{short}›' if short else ''}"

    def _name(self, chip: Chip) -> str:
        said = self._said.get(chip.code_id)
        return _("{code}, from “{words}”").format(code=chip.words, words=said) if said else chip.words

    def _tip_of_suggestion(self, chip: Chip, nth: int) -> str:
        above = _("above its threshold") if chip.accepted else _("below its threshold: not taken by itself")
        tip = self._actions.tip(f"take_{nth}") if nth < 10 else _("Take this suggestion")
        return f"{tip}  ·  {above}"

    def _tip_of_decision(self) -> str:
        return _("Click chooses this code: - = + set its sentiment, {key} takes it off").format(
            key=self._actions.shown("take_off")
        )

    def _sentiments(self, made: _ChipFrame, under: QWidget) -> None:
        if made.chip is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value, name in _SENTIMENTS:
            menu.addAction(f"{SIGN[value]}  {_(name)}", partial(self.sentiment_chosen.emit, made.chip.code_id, value))
        menu.popup(under.mapToGlobal(under.rect().bottomLeft()))
