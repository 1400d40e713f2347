"""Taking over what the machine says of a code above a confidence: 20 looked at first; or proving it by a sample."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate.accepting import SHOWN, Above
from annotate.estimates import wilson_interval
from annotate.messages import N_, _
from training.quality.acceptance import Proposal
from training.quality.by_code import CodeLine
from ui import theme
from ui.pages.train_reading import Shown, Wave
from ui.views.page_parts import beside, button, label, rule, texts
from ui.views.train_parts import code_name, short

_RIGHT, _WRONG = N_("right"), N_("wrong")


class TakeOverView(QWidget):
    """One code. ``preview_asked`` carries (cut, covered only), ``taken`` (Above, right, wrong), ``propose_asked``
    (target, wave), ``draw_asked`` (Proposal)."""

    preview_asked = Signal(float, bool)
    taken = Signal(object, object, object)
    propose_asked = Signal(float, object)
    draw_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: CodeLine | None = None
        self._above: Above | None = None
        self._answers: Mapping[int, Shown] = {}
        self._marks: dict[int, bool] = {}
        self._keys: Mapping[str, str] = {}
        self._proposal: Proposal | None = None
        self._may = True
        self._title = label("heading", wrap=True)
        self._cut_name = label()
        self._cut = QDoubleSpinBox()
        self._cut.setRange(0.05, 0.999)
        self._cut.setSingleStep(0.01)
        self._cut.setDecimals(2)
        self._cut.setValue(0.9)
        self._covered = QCheckBox()
        self._covered.setChecked(True)
        self._go = button(self._ask)
        self._count = label("muted", wrap=True)
        self.list = texts()
        self._right = button(lambda: self.mark(True))
        self._wrong = button(lambda: self.mark(False))
        self._sum = label(wrap=True)
        self._take = button(self.take)
        self._undone = label("muted", wrap=True)
        self._prove_title = label("heading", wrap=True)
        self._target = QDoubleSpinBox()
        self._target.setRange(0.8, 0.99)
        self._target.setSingleStep(0.01)
        self._target.setValue(0.95)
        self._wave = QComboBox()
        self._propose = button(lambda: self.propose_asked.emit(self._target.value(), self._wave.currentData()))
        self._draw = button(self._ask_draw)
        self._proved = label(wrap=True)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 8, 12, 4)
        lay.setSpacing(4)
        lay.addWidget(self._title)
        lay.addLayout(beside(self._cut_name, self._cut, self._go))
        lay.addWidget(self._covered)
        lay.addWidget(self._count)
        lay.addWidget(self.list, 1_000)
        lay.addLayout(beside(self._right, self._wrong))
        lay.addWidget(self._sum)
        lay.addWidget(self._take)
        lay.addWidget(self._undone)
        lay.addWidget(rule())
        lay.addWidget(self._prove_title)
        lay.addLayout(beside(self._target, self._wave, self._propose, self._draw))
        lay.addWidget(self._proved)
        lay.addStretch(1)
        self.retranslate()

    def use(self, keys: Mapping[str, str], waves: tuple[Wave, ...], *, may: bool) -> None:
        """Take the keys (taken, kept) and the waves that can be proven apart."""
        self._keys, self._may = keys, may
        if [self._wave.itemData(at) for at in range(self._wave.count())] != [one.name or "-" for one in waves]:
            self._wave.clear()
            for one in waves:
                self._wave.addItem(one.name or _("no named wave"), one.name or "-")
        self._wave.setVisible(len(waves) > 1)
        self.retranslate()

    def show_code(self, line: CodeLine | None) -> None:
        """Turn to a code; what was looked at for another one is forgotten."""
        if line is not None and self._line is not None and line.code.id == self._line.code.id:
            self._line = line
            self._tell()
            return
        self._line, self._above, self._proposal = line, None, None
        self._marks.clear()
        self.list.clear()
        if line is not None and line.certified is not None:
            self._cut.setValue(line.certified)
        self._tell()

    def show_preview(self, above: Above, answers: Mapping[int, Shown]) -> None:
        """Show the answers to look at."""
        if self._line is None or above.code != self._line.code.id:
            return
        self._above, self._answers = above, answers
        self._marks.clear()
        self.list.clear()
        for one in above.sample:
            self.list.addItem(QListWidgetItem(self._row(one)))
        if above.sample:
            self.list.setCurrentRow(0)
        self._tell()

    def show_stopped(self) -> None:
        """Say that a person did not wait for the answers to look at."""
        self._tell()
        self._count.setText(_("Stopped before all answers were looked through."))

    def clear(self) -> None:
        """Forget what was looked at: it was taken, or undone."""
        self._above = None
        self._marks.clear()
        self.list.clear()
        self._tell()

    def show_proposal(self, told: Proposal | None) -> None:
        """Show what could be proven."""
        self._proposal = told
        self._tell()

    def mark(self, right: bool) -> None:
        """Say of the answer at hand whether the code is right on it, and go on."""
        row, above = self.list.currentRow(), self._above
        if above is None or not 0 <= row < len(above.sample):
            return
        one = above.sample[row]
        self._marks[one] = right
        item = self.list.item(row)
        item.setText(self._row(one))
        item.setForeground(theme.colour("good" if right else "bad"))
        if row + 1 < self.list.count():
            self.list.setCurrentRow(row + 1)
        self._tell()

    def take(self) -> None:
        """Ask to take the code over."""
        above = self._above
        if above is not None and self._take.isEnabled():
            right = tuple(one for one, ok in self._marks.items() if ok)
            wrong = tuple(one for one, ok in self._marks.items() if not ok)
            self.taken.emit(above, right, wrong)

    @property
    def words(self) -> str:
        """Return what is said of the answers looked at."""
        return self._sum.text()

    def _ask(self) -> None:
        if self._line is not None and not self._line.code.is_net:
            self.preview_asked.emit(self._cut.value(), self._covered.isChecked())
            self._count.setText(_("Reading…"))

    def _ask_draw(self) -> None:
        if self._proposal is not None:
            self.draw_asked.emit(self._proposal)

    def _row(self, verbatim: int) -> str:
        answer = self._answers.get(verbatim)
        text = "" if answer is None else answer.text.replace("\n", " ")
        told = self._marks.get(verbatim)
        sign = "   " if told is None else "✓ " if told else "✗ "
        return f"{sign}{text}" + ("" if told is None else f"   ({_(_RIGHT) if told else _(_WRONG)})")

    def _tell(self) -> None:
        line, above = self._line, self._above
        is_code = line is not None and not line.code.is_net
        name = code_name(line.code) if line is not None else ""
        self._title.setText(_("Take over {code}").format(code=name) if is_code else _("Take over a code"))
        for one in (self._cut, self._covered, self._go, self._target, self._propose, self._wave):
            one.setEnabled(is_code)
        if not is_code:
            self._count.setText(_("Choose a code in the table; nets follow their codes."))
        elif above is None:
            self._count.setText(
                _(
                    "Look at {n} answers first; nothing is taken over by itself. {waiting} answers wait with this code."
                ).format(n=SHOWN, waiting=f"{line.waiting:,}" if line else 0)
            )
        else:
            told = _("{n} answers from {cut} on; {left} left out for a clause that no code explains.")
            self._count.setText(
                told.format(n=f"{above.ids.size:,}", cut=short(above.cut), left=f"{above.left_out:,}")
                if above.left_out
                else _("{n} answers from {cut} on.").format(n=f"{above.ids.size:,}", cut=short(above.cut))
            )
        self.list.setVisible(above is not None and bool(above.sample))
        self._right.setVisible(self.list.isVisibleTo(self))
        self._wrong.setVisible(self.list.isVisibleTo(self))
        right = sum(self._marks.values())
        seen = len(self._marks)
        if above is not None and seen:
            low = wilson_interval(right, seen)[0]
            self._sum.setText(
                _("{right} of {n} right; precision is likely above {low}.").format(right=right, n=seen, low=short(low))
            )
        else:
            self._sum.setText("")
        self._sum.setVisible(bool(self._sum.text()))
        wanted = 0 if above is None else min(len(above.sample), SHOWN)
        left = (0 if above is None else above.ids.size) - (seen - right)
        self._take.setVisible(above is not None)
        self._undone.setVisible(above is not None)
        self._take.setEnabled(self._may and above is not None and seen >= wanted > 0 and left > 0)
        self._take.setText(
            _("Take over {n} answers").format(n=f"{left:,}")
            if seen >= wanted
            else _("Look at {n} more first").format(n=wanted - seen)
        )
        self._tell_proposal()

    def _tell_proposal(self) -> None:
        told = self._proposal
        self._draw.setVisible(told is not None and told.sample is not None)
        self._draw.setEnabled(self._may)
        if told is None:
            line = self._line
            proven = line is not None and line.certified is not None
            self._proved.setText(
                _("Certified from {cut} on: such answers count as coded.").format(cut=short(line.certified or 0))
                if proven and line is not None
                else _("A sample that people code proves from which confidence the model may code by itself.")
            )
        elif told.cut is None or told.sample is None:
            self._proved.setText(
                _("No confidence is likely to reach {target}: the model can only suggest here.").format(
                    target=f"{100 * told.target:.0f} %"
                )
            )
        else:
            self._proved.setText(
                _("From {cut} on: {answers} answers. Code {n} of them; at most {errors} wrong prove {target}. Chance to"
                  " pass: {chance}.").format(
                    cut=short(told.cut), answers=f"{told.answers:,}", n=told.sample.size, errors=told.sample.errors,
                    target=f"{100 * told.target:.0f} %", chance=f"{100 * told.sample.chance:.0f} %",
                )
            )  # fmt: skip
            self._draw.setText(_("Draw {n}").format(n=told.sample.size))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._cut_name.setText(_("from confidence"))
        self._cut.setAccessibleName(_("Lowest confidence"))
        self._covered.setText(_("Only where all clauses are explained"))
        self._go.setText(_("Look at {n}").format(n=SHOWN))
        self._right.setText(_("Right ({key})").format(key=self._keys.get("taken", "A")))
        self._wrong.setText(_("Wrong ({key})").format(key=self._keys.get("kept", "X")))
        self.list.setAccessibleName(_("Answers to look at before taking over"))
        self._undone.setText(_("One step, which can be undone."))
        self._prove_title.setText(_("Let it code by itself: prove it"))
        self._target.setAccessibleName(_("Precision to prove"))
        self._wave.setAccessibleName(_("Wave"))
        self._propose.setText(_("What would it take?"))
        for row in range(self.list.count()):
            if self._above is not None:
                self.list.item(row).setText(self._row(self._above.sample[row]))
        self._tell()
