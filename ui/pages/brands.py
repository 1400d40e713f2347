"""The page Brands: names in semi-open answers that are not on the closed list, put onto it, aliased or ignored."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
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

from annotate import brands, different
from annotate.brands import Candidate
from annotate.different import Different
from annotate.errors import UserError
from annotate.frames import Frame
from annotate.messages import _, listed
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import AnyOf, InQuestion, Query, TextContains
from annotate.verbatims import Question, VerbatimRow
from ui.pages.registry import Room
from ui.views.code_box import CodeBox
from ui.views.train_parts import button, cell, code_name, label, rule, table

_SOON_MS = 500
_FORMS_SHOWN = 6

Told = tuple[Different, list[Candidate], brands.Table]


class BrandsPage(QWidget):
    """Candidates with their variants; beside them what is done with the chosen one, its answers and the aliases."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self.question: int | None = None
        self.candidates: list[Candidate] = []
        self._table = brands.Table()
        self._answers: Different | None = None
        self._problem = ""
        self._build()
        self._connect()
        self._show_questions(self._desk.questions)
        self._show_frame(self._desk.frame)
        self.retranslate()

    # Composition

    def _build(self) -> None:
        self._questions = QComboBox()
        self._questions.setMaximumWidth(360)
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
        self._code_all = button(self.code_all)
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        for one in (self._questions, self._least_title, self._least, self._like_title, self._similarity, self._lead):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self._code_all)
        self.list = table(4, stretch=1)
        self._teach = label("muted", wrap=True)
        self._teach.setContentsMargins(14, 8, 14, 8)
        left = QWidget()
        lay = QVBoxLayout(left)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.addWidget(self._teach)
        lay.addWidget(self.list, 1)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(left)
        across.addWidget(self._side())
        across.setSizes([780, 380])
        across.setChildrenCollapsible(False)
        self._hint = label("muted")
        foot = QFrame()
        foot.setObjectName("foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self._hint, 1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(bar)
        lay.addWidget(across, 1)
        lay.addWidget(foot)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)

    def _side(self) -> QWidget:
        self._name_title, self._code_title = label("muted"), label("muted")
        self._name, self._code = QLineEdit(), CodeBox()
        self._accept, self._alias = button(self.accept, primary=True), button(self.alias)
        self._ignore, self._see = button(self.ignore), button(self.see)
        self._answers_title, self._shown = label("heading", wrap=True), QListWidget()
        self._shown.setWordWrap(True)
        self._shown.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._shown.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._aliases_title, self.aliases = label("heading"), table(2, stretch=1)
        self._forget = button(self.forget)
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

    def _connect(self) -> None:
        desk, actions = self._desk, self._room.actions
        desk.questions_changed.connect(self._show_questions)
        desk.frame_changed.connect(self._show_frame)
        desk.changed.connect(self._on_changed)
        self._questions.activated.connect(lambda at: self.choose_question(self._questions.itemData(at)))
        for box in (self._least, self._similarity):
            box.valueChanged.connect(lambda _value: self._soon.start())
        self._soon.timeout.connect(self._read)
        self._name.returnPressed.connect(self.accept)
        self._name.textChanged.connect(lambda _text: self._allow())
        self.list.itemSelectionChanged.connect(self._on_chosen)
        self.aliases.itemSelectionChanged.connect(self._allow)
        for id, does in {
            "brands_accept": self.accept,
            "brands_alias": self._code.setFocus,
            "brands_ignore": self.ignore,
            "brands_see": self.see,
            "brands_code": self.code_all,
        }.items():
            actions.bind(id, does, self)
        actions.listen(self, "brands")

    # Which question

    def enter(self, _what: object) -> None:
        """Look at the question that the other pages look at."""
        if self._desk.question is not None and self._desk.question != self.question:
            self.choose_question(self._desk.question)
        self.list.setFocus()

    def refresh(self) -> None:
        """Look again after an import."""
        self._answers = None
        self._soon.start()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        if question == self.question:
            return
        self.question, self._answers, self.candidates = question, None, []
        at = self._questions.findData(question)
        if at >= 0:
            self._questions.setCurrentIndex(at)
        self._read()

    def _show_questions(self, questions: list[Question]) -> None:
        asked = [one for one in questions if one.answered]
        known = [one.id for one in asked]
        self._questions.clear()
        for one in asked:
            self._questions.addItem(f"{one.name}  {one.text}".strip(), one.id)
        wanted = next(
            (one for one in (self.question, self._desk.question) if one in known), known[0] if known else None
        )
        if wanted != self.question:
            self.choose_question(wanted)
        elif wanted is not None:
            self._questions.setCurrentIndex(known.index(wanted))

    def _show_frame(self, frame: Frame | None) -> None:
        self._code.show_frame(frame)

    def _on_changed(self, change: Change) -> None:
        if change.rows:
            self._answers = None
        self._soon.start()

    # Reading

    def _read(self) -> None:
        question, answers = self.question, self._answers
        least, similarity = self._least.value(), self._similarity.value()
        if question is None:
            return

        def read(project: Project) -> Told:
            with project.reading() as db:
                told = answers if answers is not None else different.read(db, question)
                found = brands.candidates(db, question, similarity=similarity, least=least, answers=told)
                return told, found, brands.table(db, question)

        self._desk.read("brands", read, self._show, self._on_problem, slow=True)

    def _on_problem(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.id == "no-frame":
            self._problem, self.candidates = f"{_(error.why)} {_(error.advice)}", []
            self._show_candidates()
        else:
            self._room.toasts.fail(error)

    def _show(self, told: Told) -> None:
        if told[0].question != self.question:
            return
        self._answers, self.candidates, self._table = told
        self._problem = ""
        self._show_candidates()

    # What people do

    def show_from(self, least: int) -> None:
        """Show names that so many answers have."""
        self._least.setValue(least)

    @property
    def chosen(self) -> Candidate | None:
        """Return the candidate that is chosen."""
        at = self.list.currentRow()
        return self.candidates[at] if 0 <= at < len(self.candidates) and self.list.selectedItems() else None

    def accept(self) -> None:
        """Put the chosen name onto the list, with its variants, and code its answers; one step."""
        chosen, question, name = self.chosen, self.question, self._name.text().strip()
        if chosen is None or question is None or not name or not self._may:
            return
        forms = [form for form, _n in chosen.forms]
        self._step(lambda project: brands.accept(project, question=question, name=name, forms=forms)[1])

    def alias(self) -> None:
        """Say that the chosen name means the code beside; one step."""
        chosen, question, code = self.chosen, self.question, self._code.code
        if chosen is None or question is None or not self._may:
            return
        if code is None:
            self._code.setFocus()
            return
        forms = [form for form, _n in chosen.forms]
        self._step(lambda project: brands.add_aliases(project, question=question, forms=forms, code=code))

    def ignore(self) -> None:
        """Say that the chosen name is no brand."""
        chosen, question = self.chosen, self.question
        if chosen is not None and question is not None and self._may:
            forms = [form for form, _n in chosen.forms]
            self._step(lambda project: brands.ignore(project, question=question, forms=forms))

    def see(self) -> None:
        """Show the answers with the chosen name on the Label page."""
        chosen, question = self.chosen, self.question
        if chosen is not None and question is not None:
            forms = tuple(TextContains(form) for form, _n in chosen.forms)
            self._room.page_asked.emit("label", Query((InQuestion(question), AnyOf(forms))))

    def code_all(self) -> None:
        """Code all answers by the names they mention; one step."""
        question = self.question
        if question is not None and self._may:
            self._step(lambda project: brands.code_back(project, question=question))

    def forget(self) -> None:
        """Take the chosen alias or ignored form out of the table."""
        question, at = self.question, self.aliases.currentRow()
        item = self.aliases.item(at, 0) if at >= 0 else None
        if question is not None and item is not None and self._may:
            form = item.text()
            self._step(lambda project: brands.forget(project, question=question, form=form))

    def _step(self, verb: object) -> None:
        assert callable(verb)

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self._read()

        self._desk.write(verb, done)

    @property
    def _may(self) -> bool:
        return not self._desk.project.read_only

    # Showing

    def _show_candidates(self) -> None:
        at = max(0, self.list.currentRow())
        self.list.setRowCount(len(self.candidates))
        for row, one in enumerate(self.candidates):
            forms = listed(f"{form} ×{n:,}" for form, n in one.forms[:_FORMS_SHOWN])
            like = code_name(self._desk.codes.get(one.like)) if one.like else ""
            for column, (text, right) in enumerate(
                ((one.name, False), (forms, False), (f"{one.answers:,}", True), (like, False))
            ):
                self.list.setItem(row, column, cell(text, right=right))
        if self.candidates:
            self.list.selectRow(min(at, len(self.candidates) - 1))
        rows = sorted(self._table.aliases.items()) + [(form, 0) for form in sorted(self._table.ignored)]
        self.aliases.setRowCount(len(rows))
        for row, (form, code) in enumerate(rows):
            self.aliases.setItem(row, 0, cell(form))
            self.aliases.setItem(row, 1, cell(code_name(self._desk.codes.get(code)) if code else _("no brand")))
        self._tell()

    def _on_chosen(self) -> None:
        chosen = self.chosen
        if not self._name.hasFocus():
            self._name.setText(chosen.name if chosen else "")
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
        self._lead.setText(_("{n} names").format(n=f"{len(self.candidates):,}"))
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
        self._code_all.setToolTip(_("Give every answer the codes of the names it mentions, in order of mention."))
        self._answers_title.setText(_("Answers with the name"))
        self._shown.setAccessibleName(self._answers_title.text())
        self._aliases_title.setText(_("Aliases"))
        self.aliases.setAccessibleName(self._aliases_title.text())
        self._forget.setText(_("Take out"))
        self._code.retranslate()
        self._hint.setText(_("A onto the list  / means a code  X ignore  G answers  Ctrl+Enter code all  ? keys"))
        self._show_candidates()
