"""The page Rules: words that give a code; what they hit is shown while typing, and nothing is coded before apply."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from annotate import different, rules, verbatims
from annotate.different import Different
from annotate.errors import UserError
from annotate.frames import Frame
from annotate.messages import _
from annotate.rules_syntax import parse
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Ids, InQuestion, Query
from annotate.verbatims import Question
from ui.pages.registry import Room
from ui.pages.rules_showing import Known, RulesShowing, Seen


class RulesPage(RulesShowing):
    """What buttons and keys do to the rules of a question."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.question: int | None = None
        self._answers: Different | None = None
        self._connect()
        self._show_questions(self._desk.questions)
        self._show_frame(self._desk.frame)
        self.retranslate()

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
        buttons = {
            "apply": self.apply, "edit": self.edit, "switch": self.switch, "remove": self.remove, "see": self.see,
            "save": self.save, "cancel": self.cancel,
        }  # fmt: skip
        self.asked.connect(lambda verb: buttons[verb]())

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
        self.question, self._answers, self._known = question, None, Known([], {}, {})
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

        def read(project: Project) -> tuple[Different, Known]:
            with project.reading() as db:
                told = answers if answers is not None else different.read(db, question)
                known = rules.rules(db, question)
            offers = {one.rule.id: one for one in rules.offers(project, question, told)}
            with project.reading() as db:
                agreed = {
                    id: rules.precision(db, question, one.rule.code_id, one.texts.tolist())
                    for id, one in offers.items()
                }
            return told, Known(known, offers, agreed)

        self._desk.read("rules", read, self._show, slow=True)

    def _show(self, told: tuple[Different, Known]) -> None:
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

        def read(project: Project) -> Seen:
            with project.reading() as db:
                hits = rules.preview(db, expression, answers)
                agreed = rules.precision(db, question, code, hits.ids) if code is not None else None
            return Seen(expression, hits, verbatims.page(project, list(hits.examples)), agreed)

        self._desk.read("rule hits", read, self._on_seen)

    def _on_seen(self, seen: Seen) -> None:
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
