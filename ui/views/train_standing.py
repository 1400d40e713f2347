"""The left column of Train & review: health with its parts, where the answers are, what is owed, the curve."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from annotate.frames import Code
from annotate.layers import Source
from annotate.messages import N_, _
from annotate.samples import Purpose
from training.quality.standing import HEALTH_FORMULA, Health, Part
from ui import theme
from ui.pages.train_reading import Where
from ui.views.long_link import LongLink
from ui.views.page_parts import button, label, rule
from ui.views.scrolling import Upright
from ui.views.train_bars import Bar, Bars
from ui.views.train_curve import CurveView
from ui.views.train_parts import minutes, named, short

_PLACES = (
    (Source.HUMAN, N_("By people"), "accent", True),
    (Source.ADJUDICATED, N_("Adjudicated"), "accent", True),
    (Source.DUPLICATE, N_("With an identical answer"), "accent", True),
    (Source.RULE, N_("By rules"), "good", True),
    (Source.CERTIFIED, N_("By the model, certified"), "good", True),
    (Source.MODEL, N_("Suggestions that wait"), "unsure", False),
    (Source.DISAGREEMENT, N_("People disagree"), "bad", False),
    (Source.OPEN, N_("Still open"), "muted", False),
)
_PARTS = {
    "accuracy": N_("Accuracy (random answers)"), "coding_rate": N_("Coding rate"),
    "balance": N_("Balance: codes with enough examples"), "weakest_codes": N_("Weakest tenth of codes"),
}  # fmt: skip
_PURPOSES = {
    Purpose.AUDIT: N_("Audit"), Purpose.AGREEMENT: N_("Double coding"), Purpose.ACCEPTANCE: N_("Acceptance"),
    Purpose.CORRECTION: N_("Correction"),
}  # fmt: skip
_SERVES = {
    Purpose.AUDIT: N_("accuracy, corrected shares"), Purpose.AGREEMENT: N_("agreement of coders"),
    Purpose.ACCEPTANCE: N_("certificates"), Purpose.CORRECTION: N_("corrected shares"),
}  # fmt: skip


class HealthView(QWidget):
    """The score, its four parts with one next action each, and the formula on demand."""

    part_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._health: Health | None = None
        self._codes: tuple[Code, ...] = ()
        self._score = label()
        self._of = label("muted", wrap=True)
        self._formula = label("muted", wrap=True)
        self._formula.hide()
        self._more = QToolButton()
        self._more.setCheckable(True)
        self._more.toggled.connect(self._formula.setVisible)
        top = QHBoxLayout()
        top.addWidget(self._score)
        top.addWidget(self._of, 1)
        top.addWidget(self._more)
        grid = QGridLayout()
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        self._names = {id: label(wrap=True) for id in _PARTS}
        self._values = {id: label("heading") for id in _PARTS}
        self._actions = {id: LongLink(partial(self.part_chosen.emit, id)) for id in _PARTS}
        for row, id in enumerate(_PARTS):
            grid.addWidget(self._names[id], 2 * row, 0)
            grid.addWidget(self._values[id], 2 * row, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(self._actions[id], 2 * row + 1, 0, 1, 2)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(3)
        lay.addLayout(top)
        lay.addWidget(self._formula)
        lay.addLayout(grid)
        self.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.retranslate()

    def show_health(self, health: Health | None, codes: tuple[Code, ...] = ()) -> None:
        """Show a score, codes in advice as the window names them; None while it is not known."""
        self._health, self._codes = health, codes
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        health = self._health
        score = None if health is None else health.score
        font = self.font()
        font.setPointSizeF(self.font().pointSizeF() * 2)
        font.setBold(True)
        self._score.setFont(font)
        self._score.setText("–" if score is None else str(score))
        tint = "muted" if score is None else "good" if score >= 70 else "unsure" if score >= 50 else "bad"
        self._score.setStyleSheet(f"color: {getattr(theme.tokens(), tint)};")
        self._of.setText(_("Health of the coding, of 100: {verdict}").format(verdict=_verdict(score)))
        self._score.setAccessibleName(f"{self._of.text()}: {self._score.text()}")
        self._more.setText(_("Formula"))
        self._formula.setText(_(HEALTH_FORMULA))
        parts = {part.id: part for part in health.parts} if health else {}
        for id, name in _PARTS.items():
            part: Part | None = parts.get(id)
            self._names[id].setText(_(name))
            self._values[id].setText("–" if part is None or part.value is None else short(part.value))
            self._actions[id].say(
                "" if part is None else "→ " + _(part.action).format(**named(part.params, self._codes))
            )
            self._actions[id].setEnabled(part is not None)


def _verdict(score: int | None) -> str:
    if score is None:
        return _("not known yet")
    return _("good") if score >= 70 else _("middling") if score >= 50 else _("poor")


class LedgerView(QWidget):
    """The one ledger of random answers: what was drawn, coded and is owed, and how long that takes."""

    review_asked = Signal()
    draw_asked = Signal()
    certify_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._where: Where | None = None
        self._key = ""
        self._title = label("heading")
        self._lines = label(wrap=True)
        self._owed = label(wrap=True)
        self._code = button(self.review_asked.emit)
        self._draw = button(self.draw_asked.emit)
        self._certify = button(self.certify_asked.emit)
        row = QHBoxLayout()
        row.addWidget(self._code)
        row.addWidget(self._draw)
        row.addWidget(self._certify)
        row.addStretch(1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(3)
        lay.addWidget(self._title)
        lay.addWidget(self._lines)
        lay.addWidget(self._owed)
        lay.addLayout(row)

    def show_ledger(self, where: Where | None, key: str, *, read_only: bool) -> None:
        """Show the ledger of a question; ``key`` is the key that codes what is owed."""
        self._where, self._key = where, key
        self._draw.setEnabled(not read_only and where is not None)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        where = self._where
        mine = [one for one in where.ledger.lines if one.question_id == where.question.id] if where else []
        self._title.setText(_("Random answers: one ledger"))
        self._lines.setText(
            "\n".join(
                _("{purpose} {drawn}: {reviewed} coded → {serves}").format(
                    purpose=_(_PURPOSES[one.purpose]), drawn=f"{one.drawn:,}", reviewed=f"{one.reviewed:,}",
                    serves=_(_SERVES[one.purpose]),
                )
                for one in mine
            )
            or _("None drawn yet. Accuracy, shares and certificates may be told from random answers only.")
        )  # fmt: skip
        owed = sum(one.owed for one in mine)
        ledger = where.ledger if where else None
        told = ""
        if owed and ledger is not None:
            at = ledger.pace.minutes(owed)
            told = _("{n} are owed, {time}.").format(n=f"{owed:,}", time=minutes(at))
            if ledger.pace.few and at is not None:
                told += " " + _("(A first guess, from {n} decisions.)").format(n=ledger.pace.gaps)
        elif mine:
            told = _("Nothing is owed.")
        self._owed.setText(told)
        self._owed.setVisible(bool(told))
        self._code.setText(_("Code now ({key})").format(key=self._key) if self._key else _("Code now"))
        self._code.setVisible(owed > 0)
        self._draw.setText(_("Draw 100 more") if mine else _("Draw 100"))
        self._certify.setText(_("Certify"))
        self._certify.setVisible(bool(where and where.ready))


class StandingView(Upright):
    """Health, bars, ledger and curve, one under another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.health, self.bars, self.ledger, self.curve = HealthView(), Bars(), LedgerView(), CurveView()
        self._title = label("heading", wrap=True)
        self._where: Where | None = None
        inside = QWidget()
        lay = QVBoxLayout(inside)
        lay.setContentsMargins(14, 10, 12, 10)
        lay.setSpacing(8)
        for part in (self.health, rule(), self._title, self.bars, rule(), self.ledger, rule(), self.curve):
            lay.addWidget(part)
        lay.addStretch(1)
        self.setWidget(inside)
        self.retranslate()

    def show_where(self, where: Where | None) -> None:
        """Show where the answers of a question are."""
        self._where = where
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        where = self._where
        self._title.setText(_("Where the answers are (click to see them)"))
        if where is None:
            self.bars.show_bars(())
            return
        counts = where.standing.sources
        bars = [
            Bar(source.value, _(name), counts[source], tint, final)
            for source, name, tint, final in _PLACES
            if counts[source] or source in (Source.HUMAN, Source.CERTIFIED, Source.MODEL, Source.OPEN)
        ]
        self.bars.show_bars([*bars, Bar("blank", _("Blank"), where.standing.blank, "muted", False)])
