"""What the page Brands shows: candidates with their variants, the answers of the chosen one, the aliases."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSpinBox,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from annotate import brands
from annotate.brands import Candidate
from annotate.messages import N_, _, counted, listed
from annotate.verbatims import VerbatimRow
from ui.pages.question_page import LookingPage
from ui.pages.registry import Room
from ui.views.code_box import CodeBox
from ui.views.page_parts import button, cell, label, lay_out, rule, table, texts
from ui.views.splitting import keep_split
from ui.views.train_job import JobLine
from ui.views.train_parts import code_name

_SOON_MS = 500
_FORMS_SHOWN = 6
SHOWN = 300
"""Names in the list, the most frequent: who needs more raises the least answers, or ignores what is no brand."""


class BrandsShowing(LookingPage):
    """Candidates with their variants; beside them what is done with the chosen one, its answers and the aliases."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, _SOON_MS, parent)
        self.candidates: list[Candidate] = []
        self._found = 0
        self._drawn = 0
        self._at_hand = ""
        self._table = brands.Table()
        self._problem = ""
        self._build()

    # Composition

    def _build(self) -> None:
        self._least_title, self._like_title, self._lead = label("muted"), label("muted"), label("muted")
        self._least, self._similarity = QSpinBox(), QDoubleSpinBox()
        for box in (self._least, self._similarity):
            box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            box.setMinimumWidth(64)
        self._least.setRange(1, 1000)
        self._least.setValue(brands.LEAST)
        self._similarity.setRange(0.5, 1.0)
        self._similarity.setSingleStep(0.05)
        self._similarity.setValue(brands.SIMILARITY)
        self._code_all = button(self._asks("code_all"))
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        for one in (self._questions, self._least_title, self._least, self._like_title, self._similarity, self._lead):
            row.addWidget(one)
        self._again = button(self._asks("again"), quiet=True)
        self._again.hide()
        row.addWidget(self._again)
        row.addStretch(1)
        row.addWidget(self._code_all)
        self.list = table(4, stretch=1)
        self._teach = label("muted", wrap=True)
        self._teach.setContentsMargins(14, 8, 14, 8)
        self._plan_told = label(wrap=True)
        self._do_plan, self._drop_plan = button(self._asks("do_plan"), primary=True), button(self._asks("drop_plan"))
        self.planned = QFrame()
        self.planned.setObjectName("bar")
        row = QHBoxLayout(self.planned)
        row.setContentsMargins(14, 8, 14, 8)
        row.addWidget(self._plan_told, 1)
        row.addWidget(self._drop_plan)
        row.addWidget(self._do_plan)
        self.planned.hide()
        left = QWidget()
        lay = QVBoxLayout(left)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.addWidget(self.planned)
        lay.addWidget(self._teach)
        lay.addWidget(self.list, 1)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(self._side())
        across.setSizes([780, 380])
        keep_split(across, "brands")
        self._hint = label("muted")
        self.reading, self.counting = JobLine(), JobLine()
        lay_out(self, bar, body=across, hint=self._hint, beside=(self.counting, self.reading))

    def _side(self) -> QWidget:
        self._name_title, self._code_title = label("muted"), label("muted")
        self._name, self._code = QLineEdit(), CodeBox()
        self._accept, self._alias = button(self._asks("accept"), primary=True), button(self._asks("alias"))
        self._ignore, self._see = button(self._asks("ignore")), button(self._asks("see"))
        self._answers_title, self._shown = label("heading", wrap=True), texts(wrap=True)
        self._shown.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._aliases_title, self.aliases = label("heading"), table(2, stretch=1)
        self._forget = button(self._asks("forget"))
        side = QWidget()
        lay = QVBoxLayout(side)
        lay.setContentsMargins(16, 12, 16, 12)
        lay.setSpacing(6)
        lay.addWidget(self._name_title)
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(self._accept)
        lay.addLayout(row)
        lay.addWidget(self._code_title)
        row = QHBoxLayout()
        row.addWidget(self._code, 1)
        row.addWidget(self._alias)
        lay.addLayout(row)
        row = QHBoxLayout()
        row.addWidget(self._ignore)
        row.addWidget(self._see)
        lay.addLayout(row)
        lay.addWidget(rule())
        lay.addWidget(self._answers_title)
        lay.addWidget(self._shown, 1)
        lay.addWidget(rule())
        lay.addWidget(self._aliases_title)
        lay.addWidget(self.aliases, 1)
        lay.addWidget(self._forget, 0, Qt.AlignmentFlag.AlignRight)
        return side

    @property
    def chosen(self) -> Candidate | None:
        """Return the candidate that is chosen."""
        at = self.list.currentRow()
        return self.candidates[at] if 0 <= at < len(self.candidates) and self.list.selectedItems() else None

    # Showing

    def _show_plan(self, told: brands.Preview | None) -> None:
        """Say what coding all answers would do, before it is done."""
        self.planned.setVisible(told is not None)
        if told is not None:
            labels = {id: code_name(one) for id, one in self._desk.codes.items()}
            self._plan_told.setText("\n".join(told.sentences(labels)))
            self._do_plan.setEnabled(told.answers > 0)
            (self._do_plan if told.answers else self._drop_plan).setFocus()

    def _show_candidates(self) -> None:
        at, name = max(0, self.list.currentRow()), self._at_hand
        self.list.setRowCount(len(self.candidates))
        for row, one in enumerate(self.candidates):
            forms = listed(f"{form} ×{n:,}" for form, n in one.forms[:_FORMS_SHOWN])
            like = code_name(self._desk.codes.get(one.like)) if one.like else ""
            for column, (text, right) in enumerate(
                ((one.name, False), (forms, False), (f"{one.answers:,}", True), (like, False))
            ):
                self.list.setItem(row, column, cell(text, right=right))
        if self.candidates:
            same = next((row for row, one in enumerate(self.candidates) if one.name == name), None)
            self.list.selectRow(min(at, len(self.candidates) - 1) if same is None else same)
        self._on_chosen()  # another name may stand in the row that was chosen
        rows = sorted(self._table.aliases.items()) + [(form, 0) for form in sorted(self._table.ignored)]
        self.aliases.setRowCount(len(rows))
        for row, (form, code) in enumerate(rows):
            self.aliases.setItem(row, 0, cell(form))
            self.aliases.setItem(row, 1, cell(code_name(self._desk.codes.get(code)) if code else _("no brand")))
        self._tell()

    def _on_chosen(self) -> None:
        chosen = self.chosen
        name = chosen.name if chosen else ""
        if name != self._at_hand or not self._name.hasFocus():
            self._name.setText(name)
        self._at_hand = name
        if chosen is not None:
            self._code.choose(chosen.like)
            self._desk.fetch("brand answers", list(chosen.examples), self._show_answers)
        else:
            self._shown.clear()
        self._allow()

    def _show_answers(self, rows: list[VerbatimRow]) -> None:
        self._shown.clear()
        for row in rows:
            self._shown.addItem(" ".join(row.text.split()))

    def _allow(self) -> None:
        some = self.chosen is not None
        for one in (self._alias, self._ignore):
            one.setEnabled(some and self._may)
        self._accept.setEnabled(some and self._may and bool(self._name.text().strip()))
        self._see.setEnabled(some)
        self._code_all.setEnabled(self._may and self.question is not None and not self._problem)
        self._forget.setEnabled(self._may and bool(self.aliases.selectedItems()))

    def _tell(self) -> None:
        if self._problem:
            told = self._problem
        elif not self.candidates:
            told = _(
                "For semi-open questions: which brand, or “other, please specify”. Names that are not on the closed"
                " list appear here with their variants (华伟, huawei), as soon as enough answers have them."
            )
        else:
            told = _(
                "Put a name onto the list, say which code it means, or ignore it. Its answers are coded in one step."
            )
        self._teach.setText(told)
        if self._drawn:
            lead = _("the most frequent of {n} answers drawn at random; all are being counted")
            self._lead.setText(lead.format(n=f"{self._drawn:,}"))
        elif self._found > len(self.candidates):
            lead = _("{n} names; the {shown} most frequent are listed")
            self._lead.setText(lead.format(n=f"{self._found:,}", shown=f"{len(self.candidates):,}"))
        else:
            self._lead.setText(counted(N_("{n} names"), n=f"{self._found:,}"))
        self._allow()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._questions.setAccessibleName(_("Question"))
        for title, field, text in (
            (self._least_title, self._least, _("Least answers")),
            (self._like_title, self._similarity, _("Likeness of variants")),
            (self._name_title, self._name, _("Name on the list")),
            (self._code_title, self._code, _("Or it means")),
        ):
            title.setText(text)
            field.setAccessibleName(text)
        self.list.setAccessibleName(_("Names that are not on the list"))
        self.list.setHorizontalHeaderLabels([_("Name"), _("Variants"), _("Answers"), _("Like")])
        self.aliases.setHorizontalHeaderLabels([_("Form"), _("Means")])
        self._accept.setText(_("Put onto the list"))
        self._alias.setText(_("Alias"))
        self._ignore.setText(_("Ignore"))
        self._see.setText(_("See the answers"))
        self._code_all.setText(_("Code all answers"))
        self._code_all.setToolTip(
            _("Give every answer the codes of the names it mentions, in order of mention; it is counted first.")
        )
        self._do_plan.setText(_("Code them"))
        self._drop_plan.setText(_("Cancel"))
        self._answers_title.setText(_("Answers with the name"))
        self._shown.setAccessibleName(self._answers_title.text())
        self._aliases_title.setText(_("Aliases"))
        self.aliases.setAccessibleName(self._aliases_title.text())
        self._forget.setText(_("Take out"))
        self._again.setText(_("Look again"))
        self.reading.retranslate()
        self.counting.retranslate()
        self._code.retranslate()
        self._hint.setText(_("A onto the list  / means a code  X ignore  G answers  Ctrl+Enter code all  ? keys"))
        self._show_candidates()
