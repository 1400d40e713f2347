"""The modes of the Label page, named by what they show and not by what finds it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from annotate.messages import N_, _
from ui.actions import Actions
from ui.views.flow import Flow


class Mode(StrEnum):
    """Which answers are listed, in which order."""

    ALL = "all"
    SHUFFLE = "shuffle"
    UNSURE = "unsure"
    UNCOVERED = "uncovered"
    LIKELY = "likely"
    WRONG = "wrong"
    RECHECK = "recheck"
    AUDIT = "audit"
    NEXT = "next"
    PLAN = "plan"


NAMES: dict[Mode, str] = {
    Mode.ALL: N_("All answers"),
    Mode.SHUFFLE: N_("Shuffle"),
    Mode.UNSURE: N_("Unsure"),
    Mode.UNCOVERED: N_("Uncovered"),
    Mode.LIKELY: N_("Likely for this code"),
    Mode.WRONG: N_("Possibly wrong"),
    Mode.RECHECK: N_("Re-check"),
    Mode.AUDIT: N_("Audit sample"),
    Mode.NEXT: N_("Recommended"),
    Mode.PLAN: N_("Plan"),
}
TIPS: dict[Mode, str] = {
    Mode.ALL: N_("Every answer, in the order of the file or of a column"),
    Mode.SHUFFLE: N_("Answers that nobody confirmed, in random order"),
    Mode.UNSURE: N_(
        "Answers on which the machine wavers: nearest to the thresholds, the codes in turn, the short ones first"
    ),
    Mode.UNCOVERED: N_("Answers that no code explains: the furthest below every threshold first"),
    Mode.LIKELY: N_("Answers that are likely the code chosen in the frame, the surest first"),
    Mode.WRONG: N_("Coded answers that the machine, without having seen their codes, would code otherwise"),
    Mode.RECHECK: N_("Answers confirmed before a code changed its meaning"),
    Mode.AUDIT: N_("Answers drawn at random, in the order of the draw: what accuracy is told from"),
    Mode.NEXT: N_(
        "Answers that teach the machine most: typical ones first, then where it wavers and codes with few examples; a"
        " fifth at random for the audit"
    ),
    Mode.PLAN: N_("The queue of the plan to the deadline"),
}
KEYED = tuple(one for one in Mode if one is not Mode.PLAN)


class ModeBar(QWidget):
    """One button a mode, with what is left to do where that is known."""

    chosen = Signal(object)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._counts: dict[Mode, str] = {}
        self._flow = Flow(self, gap=2)
        self._group = QButtonGroup(self)
        self._buttons: dict[Mode, QToolButton] = {}
        for mode in Mode:
            button = self._buttons[mode] = QToolButton()
            button.setObjectName("mode")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, one=mode: self.chosen.emit(one))
            self._group.addButton(button)
            self._flow.addWidget(button)
        self._buttons[Mode.PLAN].hide()
        self.show_mode(Mode.ALL)
        actions.keys_changed.connect(self.retranslate)
        self.retranslate()

    def show_mode(self, mode: Mode) -> None:
        """Mark the mode in force."""
        self._buttons[mode].setChecked(True)
        self._buttons[Mode.PLAN].setVisible(mode is Mode.PLAN)
        self._flow.invalidate()

    def show_count(self, mode: Mode, words: str) -> None:
        """Show how much there is to do in a mode; empty for nothing."""
        self._counts[mode] = words
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for mode, button in self._buttons.items():
            count = self._counts.get(mode, "")
            button.setText(f"{_(NAMES[mode])} {count}".rstrip())
            key = self._actions.shown(f"mode_{mode}") if mode in KEYED else ""
            button.setToolTip(f"{_(TIPS[mode])}  ({key})" if key else _(TIPS[mode]))
            button.setAccessibleName(f"{_(NAMES[mode])} {count}".rstrip())
        self._flow.invalidate()
        self.updateGeometry()
