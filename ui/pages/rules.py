"""The page Rules: words that give a code; what they hit is shown while typing, and nothing is coded before apply."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from annotate import different, rules, verbatims
from annotate.different import Different
from annotate.errors import UserError
from annotate.frames import Frame
from annotate.messages import _
from annotate.rules import Hits, Offer, Precision, Rule
from annotate.rules_syntax import Expression, parse, places
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Ids, InQuestion, Query
from annotate.verbatims import Question, VerbatimRow
from ui.pages.registry import Room
from ui.pages.rules_hits import HitList
from ui.views.code_box import CodeBox
from ui.views.train_parts import button, cell, code_name, label, rule, table

_TYPED_MS = 120
"""From the last key to looking: fast typing is looked up once."""
_SOON_MS = 600


@dataclass(frozen=True, slots=True)
class _Known:
    """The rules of a question with what each hits and how people agree."""

    rules: list[Rule]
    offers: dict[int, Offer]
    agreed: dict[int, Precision | None]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the typed rule hits."""

    expression: Expression
    hits: Hits
    rows: list[VerbatimRow]
    agreed: Precision | None


class RulesPage(QWidget):
    """The rules of a question above; below, the one that is being written, with its hits."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self.question: int | None = None
        self._answers: Different | None = None
        self._known = _Known([], {}, {})
        self._seen: _Seen | None = None
        self._editing: int | None = None
        self._build()
        self._connect()
        self._show_questions(self._desk.questions)
        self._show_frame(self._desk.frame)
        self.retranslate()

    # Composition

    def _build(self) -> None:
        self._questions = QComboBox()
        self._questions.setMaximumWidth(360)
        self._lead = label("muted")
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._questions)
        row.addWidget(self._lead)
        row.addStretch(1)
        self.list = table(6, stretch=1)
        self._apply, self._edit = button(self.apply, primary=True), button(self.edit)
        self._switch, self._remove, self._see = button(self.switch), button(self.remove), button(self.see)
        self._about = label("muted", wrap=True)
        acts = QHBoxLayout()
        acts.setContentsMargins(12, 6, 12, 6)
        acts.setSpacing(6)
        acts.addWidget(self._about, 1)
        for one in (self._see, self._edit, self._switch, self._remove, self._apply):
            acts.addWidget(one)
        upper = QWidget()
        lay = QVBoxLayout(upper)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(self.list, 1)
        lay.addLayout(acts)
        across = QSplitter(Qt.Orientation.Vertical)
        across.addWidget(upper)
        across.addWidget(self._editor())
        across.setSizes([280, 480])
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
        self._typed = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)

    def _editor(self) -> QWidget:
        self._title = label("heading")
        self.expression, self._code = QLineEdit(), CodeBox()
        self._code.setFixedWidth(240)
        self._save, self._cancel = button(self.save, primary=True), button(self.cancel, quiet=True)
        self._told = label(wrap=True)
        self._teach = label("muted", wrap=True)
        self._hits = HitList()
        self._said = table(2)
        self._said.setFixedWidth(280)
        lower = QWidget()
        lay = QVBoxLayout(lower)
        lay.setContentsMargins(14, 10, 14, 8)
        lay.setSpacing(6)
        lay.addWidget(self._title)
        row = QHBoxLayout()
        row.addWidget(self.expression, 1)
        row.addWidget(self._code)
        row.addWidget(self._save)
        row.addWidget(self._cancel)
        lay.addLayout(row)
        lay.addWidget(self._teach)
        lay.addWidget(self._told)
        lay.addWidget(rule())
        row = QHBoxLayout()
        row.addWidget(self._hits, 1)
        row.addWidget(self._said)
        lay.addLayout(row, 1)
        return lower

    def _connect(self) -> None:
        desk, actions = self._desk, self._room.actions
        desk.questions_changed.connect(self._show_questions)
        desk.frame_changed.connect(self._show_frame)
        desk.changed.connect(self._on_changed)
        self._questions.activated.connect(lambda at: self.choose_question(self._questions.itemData(at)))
        self.expression.textChanged.connect(lambda _text: self._typed.start())
        self.expression.returnPressed.connect(self.save)
        self._code.currentTextChanged.connect(lambda _text: self._typed.start())
        self._typed.timeout.connect(self._look)
        self._soon.timeout.connect(self._read)
        self.list.itemSelectionChanged.connect(self._tell)
        self.list.itemDoubleClicked.connect(lambda _item: self.edit())
        for id, does in {
            "rules_new": self.new,
            "rules_edit": self.edit,
            "rules_apply": self.apply,
            "rules_switch": self.switch,
            "rules_remove": self.remove,
            "rules_see": self.see,
        }.items():
            actions.bind(id, does, self)
        actions.listen(self, "rules")

    # Which question

    def enter(self, what: object) -> None:
        """Look at the question that the other pages look at; ``what``: words to begin a rule with."""
        if self._desk.question is not None and self._desk.question != self.question:
            self.choose_question(self._desk.question)
        if isinstance(what, str):
            self.expression.setText(what)
        if not self._known.rules:
            self.expression.setFocus()
        else:
            self.list.setFocus()

    def refresh(self) -> None:
        """Look again after an import."""
        self._answers = None
        self._soon.start()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        if question == self.question:
            return
        self.question, self._answers, self._known = question, None, _Known([], {}, {})
        at = self._questions.findData(question)
        if at >= 0:
            self._questions.setCurrentIndex(at)
        self._read()
        self._typed.start()

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
        self._show_rules()

    def _on_changed(self, change: Change) -> None:
        if change.rows:
            self._answers = None
        self._soon.start()

    # Reading

    def _read(self) -> None:
        question, answers = self.question, self._answers
        if question is None:
            return

        def read(project: Project) -> tuple[Different, _Known]:
            with project.reading() as db:
                told = answers if answers is not None else different.read(db, question)
                known = rules.rules(db, question)
            offers = {one.rule.id: one for one in rules.offers(project, question, told)}
            with project.reading() as db:
                agreed = {
                    id: rules.precision(db, question, one.rule.code_id, one.texts.tolist())
                    for id, one in offers.items()
                }
            return told, _Known(known, offers, agreed)

        self._desk.read("rules", read, self._show, slow=True)

    def _show(self, told: tuple[Different, _Known]) -> None:
        if told[0].question != self.question:
            return
        before, (self._answers, self._known) = self._answers, told
        self._show_rules()
        if before is None:
            self._look()

    def _look(self) -> None:
        text, answers, question, code = self.expression.text(), self._answers, self.question, self._code.code
        self._tell_editor()
        if not text.strip() or answers is None or question is None:
            self._seen = None
            self._show_seen("")
            return
        try:
            expression = parse(text)
        except UserError as error:
            self._seen = None
            self._show_seen(f"{_(error.why).format(**error.params)} {_(error.advice)}")
            return

        def read(project: Project) -> _Seen:
            with project.reading() as db:
                hits = rules.preview(db, expression, answers)
                agreed = rules.precision(db, question, code, hits.ids) if code is not None else None
            return _Seen(expression, hits, verbatims.page(project, list(hits.examples)), agreed)

        self._desk.read("rule hits", read, self._on_seen)

    def _on_seen(self, seen: _Seen) -> None:
        self._seen = seen
        self._show_seen("")

    # What people do

    def choose_code(self, code: int) -> None:
        """Choose the code that the rule being written gives."""
        self._code.choose(code)

    def new(self) -> None:
        """Begin a rule."""
        self.cancel()
        self.expression.setFocus()

    def edit(self) -> None:
        """Change the chosen rule."""
        chosen = self.chosen
        if chosen is not None and self._may:
            self._editing = chosen.id
            self._code.choose(chosen.code_id)
            self.expression.setText(chosen.text)
            self.expression.setFocus()
            self._tell_editor()

    def cancel(self) -> None:
        """Leave the rule that is being written."""
        self._editing = None
        self.expression.clear()
        self._tell_editor()

    def save(self) -> None:
        """Keep the rule that is being written; it codes nothing yet."""
        question, code, text, editing = self.question, self._code.code, self.expression.text(), self._editing
        if question is None or not self._may or self._seen is None:
            return
        if code is None:
            self._code.setFocus()
            return

        def verb(project: Project) -> Step | None:
            if editing is not None:
                return rules.change(project, rule=editing, expression=text)
            rules.add(project, question=question, code=code, expression=text)
            return None

        def done(step: Step | None) -> None:
            if step is not None:
                self._desk.stepped.emit(step)
            else:
                self._room.toasts.say(_("The rule is kept; it codes nothing before you apply it."))
            self.cancel()
            self._read()

        self._desk.write(verb, done)

    def apply(self) -> None:
        """Give the chosen rule's code to what it hits; one step."""
        chosen = self.chosen
        if chosen is not None and chosen.active and self._may:
            new = self._known.offers[chosen.id].new.size if chosen.id in self._known.offers else None
            self._step(lambda project: rules.apply(project, rule=chosen.id, expected=new))

    def switch(self) -> None:
        """Switch the chosen rule on or off."""
        chosen = self.chosen
        if chosen is not None and self._may:
            self._step(lambda project: rules.switch(project, rule=chosen.id, active=not chosen.active))

    def remove(self) -> None:
        """Take the chosen rule away."""
        chosen = self.chosen
        if chosen is not None and self._may:
            self._step(lambda project: rules.remove(project, rule=chosen.id))

    def see(self) -> None:
        """Show what the chosen rule, or the one being written, hits on the Label page."""
        chosen, question = self.chosen, self.question
        offer = self._known.offers.get(chosen.id) if chosen is not None else None
        if question is not None and offer is not None:
            self._room.page_asked.emit("label", Query((InQuestion(question), Ids.of(offer.hits.tolist()))))

    def _step(self, verb: object) -> None:
        assert callable(verb)

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self._read()

        self._desk.write(verb, done)

    @property
    def _may(self) -> bool:
        return not self._desk.project.read_only

    @property
    def chosen(self) -> Rule | None:
        """Return the rule that is chosen in the list."""
        at = self.list.currentRow()
        return self._known.rules[at] if 0 <= at < len(self._known.rules) and self.list.selectedItems() else None

    @property
    def told(self) -> str:
        """Return what is said of the rule being written."""
        return self._told.text()

    # Showing

    def _show_rules(self) -> None:
        at = max(0, self.list.currentRow())
        self.list.setRowCount(len(self._known.rules))
        for row, one in enumerate(self._known.rules):
            offer, agreed = self._known.offers.get(one.id), self._known.agreed.get(one.id)
            cells = (
                code_name(self._desk.codes.get(one.code_id)), one.text, _("on") if one.active else _("off"),
                f"{offer.hits.size:,}" if offer else "–", f"{offer.new.size:,}" if offer else "–", _agreed(agreed),
            )  # fmt: skip
            for column, words in enumerate(cells):
                self.list.setItem(row, column, cell(words, right=column in (3, 4)))
        if self._known.rules:
            self.list.selectRow(min(at, len(self._known.rules) - 1))
        waiting = sum(one.new.size for one in self._known.offers.values())
        if self._known.rules:
            told = _(
                "{n} rules; {waiting} hits are not coded yet: a rule codes when it is applied, also after an import"
            )
            self._lead.setText(told.format(n=len(self._known.rules), waiting=f"{waiting:,}"))
        else:
            self._lead.setText(_("No rules yet: write the first one below."))
        self._tell()

    def _tell(self) -> None:
        chosen = self.chosen
        offer = self._known.offers.get(chosen.id) if chosen is not None else None
        for one in (self._edit, self._switch, self._remove):
            one.setEnabled(chosen is not None and self._may)
        self._see.setEnabled(offer is not None and bool(offer.hits.size))
        self._apply.setEnabled(offer is not None and bool(offer.new.size) and self._may)
        n = f"{offer.new.size:,}" if offer is not None else "0"
        self._apply.setText(_("Apply to {n} answers").format(n=n))
        self._switch.setText(_("Switch off") if chosen is None or chosen.active else _("Switch on"))
        agreed = self._known.agreed.get(chosen.id) if chosen is not None else None
        self._about.setText(_agreed_in_words(agreed) if chosen is not None else "")

    def _tell_editor(self) -> None:
        new = self._editing is None
        self._title.setText(_("New rule") if new else _("Change the rule"))
        self._code.setEnabled(new and self._may)
        self._save.setText(_("Keep the rule"))
        self._save.setEnabled(self._may and self._seen is not None)
        self._cancel.setVisible(bool(self.expression.text()) or not new)

    def _show_seen(self, problem: str) -> None:
        seen = self._seen
        self._hits.clear()
        self._said.setRowCount(0)
        self._teach.setVisible(seen is None)
        self._told.setText(problem)
        if seen is not None:
            self._told.setText(
                _("{n} of {total} answers, {uncoded} of them without a code.").format(
                    n=f"{seen.hits.answers:,}", total=f"{seen.hits.out_of:,}", uncoded=f"{seen.hits.uncoded:,}"
                )
                + ("  " + _agreed_in_words(seen.agreed) if self._code.code is not None else "")
            )
            self._hits.show_answers([(row.text, _apart(places(seen.expression, row.text))) for row in seen.rows])
            self._said.setRowCount(len(seen.hits.said))
            for at, (code, n) in enumerate(seen.hits.said):
                self._said.setItem(at, 0, cell(code_name(self._desk.codes.get(code))))
                self._said.setItem(at, 1, cell(f"{n:,}", right=True))
        self._tell_editor()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._questions.setAccessibleName(_("Question"))
        self.list.setAccessibleName(_("Rules"))
        self.list.setHorizontalHeaderLabels(
            [_("Code"), _("Rule"), _("State"), _("Hits"), _("Not coded yet"), _("People agree")]
        )
        self._said.setHorizontalHeaderLabels([_("Codes of these answers"), _("Answers")])
        self._edit.setText(_("Change the rule"))
        self._remove.setText(_("Remove"))
        self._see.setText(_("See the answers"))
        self._cancel.setText(_("Cancel"))
        self.expression.setPlaceholderText("换挡 NEAR/6 (顿 OR 冲) NOT 不顿")
        self.expression.setAccessibleName(_("Words of the rule"))
        self._code.setAccessibleName(_("Code that the rule gives"))
        self._code.retranslate()
        self._hits.setAccessibleName(_("Examples of hits"))
        self._teach.setText(
            _(
                "Words side by side must all be there; also AND, OR, NOT and brackets. NEAR/6: at most 6 characters"
                " between (words, between Latin ones). In quotes a phrase; charg* any ending. 空間 finds 空间. People's"
                " decisions always come before a rule."
            )
        )
        self._hint.setText(_("N new rule  Enter change  A apply  O on or off  Delete remove  G answers  ? keys"))
        self._show_rules()
        self._show_seen("")


def _agreed(agreed: Precision | None) -> str:
    if agreed is None:
        return "–"
    return f"{agreed.right}/{agreed.judged} ({round(100 * agreed.low)}–{round(100 * agreed.high)} %)"


def _agreed_in_words(agreed: Precision | None) -> str:
    if agreed is None:
        return _("No person has decided on any of these answers yet.")
    told = _("People gave the code to {right} of the {judged} different answers they decided ({low}–{high} %).").format(
        right=agreed.right, judged=agreed.judged, low=round(100 * agreed.low), high=round(100 * agreed.high)
    )
    if agreed.random_judged:
        told += " " + _("Among random answers: {right} of {judged}.").format(
            right=agreed.random_right, judged=agreed.random_judged
        )
    return told


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places without those that lie upon the one before."""
    kept: list[tuple[int, int]] = []
    for start, stop in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, stop))
    return kept
