"""The codes of the answer at hand as chips: each with the words it comes from, its sentiment, a way to take it off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

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
        self._chips: tuple[Chip, ...] = ()
        self._said: dict[int, str] = {}
        self._shown: tuple[object, ...] = ()
        self.chosen: int | None = None

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
        if shown == self._shown and self._chips:
            return
        self._shown = shown
        self._flow.clear()
        nth = 0
        for chip in self._chips:
            nth += chip.suggestion
            made = self._suggestion(chip, nth) if chip.suggestion else self._decision(chip)
            self._flow.addWidget(made)
            made.show()
        self.setVisible(self._flow.count() > 0)
        self.updateGeometry()

    def _words(self, chip: Chip, before: str = "") -> str:
        said = self._said.get(chip.code_id, "")
        short = said if len(said) <= _QUOTED else f"{said[:_QUOTED]}…"
        return f"{before}{chip.words}{f'  ‹{short}›' if short else ''}".replace("&", "&&")

    def _name(self, chip: Chip) -> str:
        said = self._said.get(chip.code_id)
        return _("{code}, from “{words}”").format(code=chip.words, words=said) if said else chip.words

    def _suggestion(self, chip: Chip, nth: int) -> QWidget:
        tokens, ink = theme.tokens(), _INK.get(chip.sentiment or 0, "text")
        made = QPushButton(self._words(chip, f"{nth}  "))
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setAccessibleName(self._name(chip))
        line = "2px solid" if chip.code_id == self.chosen else "1px solid" if chip.accepted else "1px dashed"
        edge = tokens.accent if chip.code_id == self.chosen else getattr(tokens, ink if chip.accepted else "muted")
        made.setStyleSheet(
            f"QPushButton {{ color: {getattr(tokens, ink)}; background: transparent; padding: 3px 10px;"
            f" border: {line} {edge}; }}"
        )
        above = _("above its threshold") if chip.accepted else _("below its threshold: not taken by itself")
        tip = self._actions.tip(f"take_{nth}") if nth < 10 else _("Take this suggestion")
        made.setToolTip(f"{tip}  ·  {above}")
        made.clicked.connect(lambda _checked=False, code=chip.code_id: self.taken.emit(code))
        return made

    def _decision(self, chip: Chip) -> QWidget:
        tokens = theme.tokens()
        ink, ground = (getattr(tokens, one.get(chip.sentiment or 0, other)) for one, other in (
            (_INK, "text"), (_GROUND, "plain_ground"),
        ))  # fmt: skip
        made = QFrame()
        edge = tokens.accent if chip.code_id == self.chosen else ground
        made.setStyleSheet(
            f"QFrame {{ background: {ground}; border: 2px solid {edge}; border-radius: 5px; }}"
            f"QPushButton, QToolButton {{ color: {ink}; background: transparent; border: none; padding: 2px 5px; }}"
            "QToolButton::menu-indicator { image: none; }"
        )
        words = QPushButton(self._words(chip))
        words.setAccessibleName(self._name(chip))
        words.setToolTip(
            _("Click chooses this code: - = + set its sentiment, {key} takes it off").format(
                key=self._actions.shown("take_off")
            )
        )
        words.clicked.connect(lambda _checked=False, code=chip.code_id: self.choose(code))
        words.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        words.customContextMenuRequested.connect(partial(self._sentiments, words, chip.code_id))
        sign = QToolButton()
        sign.setText("± ▾" if chip.sentiment is None else "▾")
        sign.setToolTip(_("Sentiment of this mention"))
        sign.setAccessibleName(_("Sentiment of {code}").format(code=chip.words))
        sign.clicked.connect(lambda _checked=False: self._sentiments(sign, chip.code_id))
        off = QToolButton()
        off.setText("×")
        off.setToolTip(_("Take this code off"))
        off.setAccessibleName(_("Take {code} off").format(code=chip.words))
        off.clicked.connect(lambda _checked=False, code=chip.code_id: self.removed.emit(code))
        row = QHBoxLayout(made)
        row.setContentsMargins(4, 0, 2, 0)
        row.setSpacing(0)
        for one in (words, sign, off):
            one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(one)
        return made

    def _sentiments(self, under: QWidget, code: int, _at: object = None) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value, name in _SENTIMENTS:
            menu.addAction(f"{SIGN[value]}  {_(name)}", partial(self.sentiment_chosen.emit, code, value))
        menu.popup(under.mapToGlobal(under.rect().bottomLeft()))
