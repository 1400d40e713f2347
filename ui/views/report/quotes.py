"""The quotes that people chose or banned, theme by theme: reordered, or left to the program again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from annotate.messages import _
from annotate.privacy import mask
from annotate.store.project import Project
from reports import basket
from reports.answers_named import labels
from reports.basket import QuoteChoice

_MOST = 300


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice with its words, personal data masked; ``reference`` of the record, ``theme`` by its label."""

    choice: QuoteChoice
    theme: str
    reference: str
    text: str


def read(project: Project) -> list[Chosen]:
    """Return what was chosen and banned, by theme, the chosen ones in their order."""
    found = basket.quote_choices(project)[:_MOST]
    told = labels(project, found)
    with project.reading() as db:
        rows = [db.one("select text from verbatim_text where id = ?", (one.verbatim,)) for one in found]
    return [
        Chosen(one, theme, reference, mask(str(row[0])) if row else "")
        for one, (reference, theme), row in zip(found, told, rows, strict=True)
    ]


class QuotesList(QWidget):
    """Lists them. ``chosen`` (verbatim, code, choice, place): 1 pins at a place, 0 leaves it to the program."""

    chosen = Signal(int, int, int, int)

    def __init__(self, parent: QWidget | None = None, *, read_only: bool = False) -> None:
        super().__init__(parent)
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._list = QListWidget()
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._up, self._down, self._ban, self._leave = (QPushButton() for _button in range(4))
        row = QHBoxLayout()
        for button in (self._up, self._down, self._ban, self._leave):
            row.addWidget(button)
            button.setHidden(read_only)
        row.addStretch(1)
        lay = QVBoxLayout(self)
        lay.addWidget(self._lead)
        lay.addWidget(self._list, 1)
        lay.addLayout(row)
        self._told: list[Chosen] = []
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._ban.clicked.connect(lambda: self._choose(-1))
        self._leave.clicked.connect(lambda: self._choose(0))
        self._list.currentRowChanged.connect(lambda _row: self._allow())
        self.retranslate()

    def __len__(self) -> int:
        return len(self._told)

    def show_quotes(self, told: Sequence[Chosen]) -> None:
        """Show the choices; the one at hand stays."""
        at = self._current()
        kept = None if at is None else (at.choice.verbatim, at.choice.code)
        self._told = list(told)
        self._list.clear()
        row = 0
        for number, one in enumerate(told):
            state = _("chosen, place {n}").format(n=one.choice.place) if one.choice.choice > 0 else _("banned")
            mark = "★" if one.choice.choice > 0 else "✕"
            self._list.addItem(QListWidgetItem(f"{mark} {one.theme}  ·  {state}  ·  {one.reference}\n{one.text[:160]}"))
            if kept == (one.choice.verbatim, one.choice.code):
                row = number
        self._list.setCurrentRow(row)
        self._say()
        self._allow()

    def _current(self) -> Chosen | None:
        row = self._list.currentRow()
        return self._told[row] if 0 <= row < len(self._told) else None

    def _move(self, by: int) -> None:
        one = self._current()
        if one is not None:
            self.chosen.emit(one.choice.verbatim, one.choice.code, 1, one.choice.place + by)

    def _choose(self, choice: int) -> None:
        one = self._current()
        if one is not None:
            self.chosen.emit(one.choice.verbatim, one.choice.code, choice, 0)

    def _allow(self) -> None:
        one = self._current()
        pinned = one is not None and one.choice.choice > 0
        of_theme = [
            other for other in self._told
            if one is not None and other.choice.code == one.choice.code and other.choice.choice > 0
        ]  # fmt: skip
        self._up.setEnabled(pinned and one is not None and one.choice.place > 1)
        self._down.setEnabled(pinned and one is not None and one.choice.place < len(of_theme))
        self._ban.setEnabled(pinned)
        self._leave.setEnabled(one is not None)

    def _say(self) -> None:
        told = _("Chosen quotes are printed first, in this order, banned ones never; the program fills up the rest.")
        none = _("On the Insights page choose a theme, then Q uses the voice at hand in the report and B bans it.")
        self._lead.setText(told if self._told else none)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._up.setText(_("Up"))
        self._down.setText(_("Down"))
        self._ban.setText(_("Do not use"))
        self._leave.setText(_("Leave to the program"))
        self._list.setAccessibleName(_("Chosen and banned quotes"))
        self.show_quotes(self._told)
