"""The page Rules: words that give a code; what they hit is shown while typing, and nothing is coded before apply."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from annotate import rule_hits, rules, verbatims
from annotate.errors import UserError
from annotate.frames import Frame
from annotate.jobs import Progress
from annotate.messages import _
from annotate.rules_syntax import parse
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Query
from annotate.verbatims import VerbatimRow
from ui.pages.registry import Room
from ui.pages.rules_showing import Known, RulesShowing, Seen
from ui.tasks import Job
from ui.views.long_read import LongRead


class RulesPage(RulesShowing):
    """What buttons and keys do to the rules of a question."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._applying: Job | None = None
        self._survey = LongRead(self._desk, "rules", self.surveying, self)
        self._looked = LongRead(self._desk, "rule hits", self.looking, self)
        self._connect()
        self._begin()

    def _connect(self) -> None:
        self.expression.textChanged.connect(lambda _text: self._typed.start())
        self.expression.returnPressed.connect(self.save)
        self._code.entered.connect(self.save)
        self._code.currentTextChanged.connect(lambda _text: self._typed.start())
        self._typed.timeout.connect(self._look)
        self.list.itemSelectionChanged.connect(self._tell)
        self.list.itemDoubleClicked.connect(lambda _item: self.edit())
        keys = {
            "rules_new": self.new,
            "rules_edit": self.edit,
            "rules_apply": self.apply,
            "rules_switch": self.switch,
            "rules_remove": self.remove,
            "rules_see": self.see,
        }
        buttons = {
            "apply": self.apply, "edit": self.edit, "switch": self.switch, "remove": self.remove, "see": self.see,
            "save": self.save, "cancel": self.cancel, "again": self._read,
        }  # fmt: skip
        self._follow("rules", keys, buttons)
        self._survey.stopped.connect(self._on_stopped)
        self._looked.stopped.connect(lambda: self._show_seen(_("Stopped before all answers were looked through.")))

    # Which question

    def enter(self, what: object) -> None:
        """Look at the question that the other pages look at; ``what``: words to begin a rule with."""
        self._join()
        if isinstance(what, str):
            self.expression.setText(what)
        if not self._known.rules:
            self.expression.setFocus()
        else:
            self.list.setFocus()

    def refresh(self) -> None:
        """Look again after an import."""
        super().refresh()
        self._typed.start()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        if question == self.question:
            return
        self.question, self._known = question, Known([], {})
        self._questions.turn_to(question)
        self._look_soon(at_once=True)
        self._typed.start()

    def _show_frame(self, frame: Frame | None) -> None:
        self._code.show_frame(frame)
        self._show_rules()

    def _on_changed(self, change: Change) -> None:
        self._look_soon()

    # Reading

    def _read(self) -> None:
        question = self.question
        self._soon.stop()
        if question is None:
            return
        self._stale = False
        self.again.hide()

        def read(project: Project, progress: Progress) -> tuple[int, Known]:
            offers = {one.rule.id: one for one in rules.offers(project, question, progress=progress)}
            with project.reading() as db:
                return question, Known(rules.rules(db, question), offers)

        self._survey.ask(_("Looking through the answers"), read, self._show)

    def _show(self, told: tuple[int, Known]) -> None:
        if told[0] == self.question:
            self._known = told[1]
            self._show_rules()

    def _on_stopped(self) -> None:
        question = self.question
        if question is None:
            return
        self.again.show()

        def read(project: Project) -> tuple[int, Known]:
            with project.reading() as db:
                return question, Known(rules.rules(db, question), {})

        self._desk.read("rules", read, self._show)

    def _look(self) -> None:
        text, question, code = self.expression.text(), self.question, self._code.code
        self._looked.drop()
        self._tell_editor()
        if not text.strip() or question is None:
            self._seen = None
            self._show_seen("")
            return
        try:
            expression = parse(text)
        except UserError as error:
            self._seen = None
            self._show_seen(f"{_(error.why).format(**error.params)} {_(error.advice)}")
            return

        def glance(project: Project) -> list[VerbatimRow]:
            with project.reading() as db:
                found = rule_hits.first(db, question, expression)
            return verbatims.page(project, found)

        def read(project: Project, progress: Progress) -> Seen:
            with project.reading() as db, db.snapshot():
                hits = rule_hits.preview(db, question, expression, code=code, progress=progress)
            return Seen(expression, hits, verbatims.page(project, hits.examples))

        def on_first(rows: list[VerbatimRow]) -> None:
            if self._looked.busy:
                self._show_first(rows, expression)

        self._desk.read("rule first", glance, on_first)
        self._looked.ask(_("Counting the hits"), read, self._on_seen)

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
            self.list.setFocus()  # A applies it, N begins the next one

        self._desk.write(verb, done)

    def apply(self) -> None:
        """Give the chosen rule's code to what it hits; one step."""
        chosen = self.chosen
        if chosen is None or not chosen.active or not self._may or self._applying is not None:
            return
        offer = self._known.offers.get(chosen.id)
        expected = None if offer is None else offer.new

        def work(project: Project, progress: Progress) -> Step:
            return rules.apply(project, rule=chosen.id, expected=expected, progress=progress)

        self._survey.drop()
        job = self._applying = self._desk.long(work, self._on_step)
        job.ended.connect(self._on_applied)
        self.surveying.watch(job, _("Applying the rule"))

    def _on_applied(self) -> None:
        self._applying = None

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
        """Show what the chosen rule hits on the Label page."""
        chosen = self.chosen
        if chosen is not None:

            def read(project: Project, progress: Progress) -> Query:
                return rules.hit_by(project, chosen.id, progress=progress)

            self._survey.ask(
                _("Looking through the answers"), read, lambda query: self._room.page_asked.emit("label", query)
            )

    def _step(self, verb: object) -> None:
        assert callable(verb)

        self._desk.write(verb, self._on_step)

    def _on_step(self, step: Step) -> None:
        self._desk.stepped.emit(step)
        self._read()
