"""The page Brands: names in semi-open answers that are not on the closed list, put onto it, aliased or ignored."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from annotate import brands
from annotate.brands import Candidate
from annotate.errors import UserError
from annotate.frames import Frame
from annotate.jobs import Progress
from annotate.messages import _
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import AnyOf, InQuestion, Query, TextContains
from annotate.verbatims import Question
from ui.pages.brands_showing import SHOWN, BrandsShowing
from ui.pages.registry import Room
from ui.tasks import Job
from ui.views.long_read import LongRead

Told = tuple[int, list[Candidate], brands.Table]


class BrandsPage(BrandsShowing):
    """What buttons and keys do to the names of a question."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._stale = True
        self._working: Job | None = None
        self._looked = LongRead(self._desk, "brands", self.reading, self)
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
        for box in (self._least, self._similarity):
            box.valueChanged.connect(lambda _value: self._look_soon())
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
        buttons = {
            "accept": self.accept, "alias": self.alias, "ignore": self.ignore, "see": self.see,
            "code_all": self.code_all, "forget": self.forget, "again": self._read,
        }  # fmt: skip
        self.asked.connect(lambda verb: buttons[verb]())
        self._looked.stopped.connect(self._again.show)

    # Which question

    def enter(self, _what: object) -> None:
        """Look at the question that the other pages look at."""
        if self._desk.question is not None and self._desk.question != self.question:
            self.choose_question(self._desk.question)
        self.list.setFocus()

    def refresh(self) -> None:
        """Look again after an import."""
        self._look_soon()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        if question == self.question:
            return
        self.question, self.candidates, self._found = question, [], 0
        self._questions.turn_to(question)
        self._show_candidates()
        self._look_soon(at_once=True)

    def _show_questions(self, questions: list[Question]) -> None:
        self.choose_question(self._questions.offer(questions, self.question, self._desk.question))

    def _show_frame(self, frame: Frame | None) -> None:
        self._code.show_frame(frame)

    def _on_changed(self, change: Change) -> None:
        # What is coded changes no candidate; a name on the list, an alias or an import does.
        if change.rows or change.frame or change.settings:
            self._look_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    def _look_soon(self, *, at_once: bool = False) -> None:
        """Look through the answers again; while nobody sees the page, when it is shown."""
        self._stale = True
        if self.isVisible():
            self._soon.start(0 if at_once else self._soon.interval())

    # Reading

    def _read(self) -> None:
        question = self.question
        least, similarity = self._least.value(), self._similarity.value()
        self._soon.stop()
        if question is None or self._working is not None:
            return
        self._stale = False
        self._again.hide()

        def read(project: Project, progress: Progress) -> Told:
            with project.reading() as db, db.snapshot():
                found = brands.candidates(db, question, similarity=similarity, least=least, progress=progress)
                return question, found, brands.table(db, question)

        self._looked.ask(_("Looking for names"), read, self._show, self._on_problem)

    def _on_problem(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.id == "no-frame":
            self._problem, self.candidates, self._found = f"{_(error.why)} {_(error.advice)}", [], 0
            self._show_candidates()
        else:
            self._room.toasts.fail(error)

    def _show(self, told: Told) -> None:
        if told[0] != self.question:
            return
        _question, found, self._table = told
        self.candidates, self._found = found[:SHOWN], len(found)
        self._problem = ""
        self._show_candidates()

    # What people do

    def show_from(self, least: int) -> None:
        """Show names that so many answers have."""
        self._least.setValue(least)

    def accept(self) -> None:
        """Put the chosen name onto the list, with its variants, and code its answers; one step."""
        chosen, question, name = self.chosen, self.question, self._name.text().strip()
        if chosen is None or question is None or not name or not self._may:
            return
        forms = [form for form, _n in chosen.forms]

        def work(project: Project, progress: Progress) -> Step:
            return brands.accept(project, question=question, name=name, forms=forms, progress=progress)[1]

        self._work(work, _("Coding the answers"))

    def alias(self) -> None:
        """Say that the chosen name means the code beside; one step."""
        chosen, question, code = self.chosen, self.question, self._code.code
        if chosen is None or question is None or not self._may:
            return
        if code is None:
            self._code.setFocus()
            return
        forms = [form for form, _n in chosen.forms]

        def work(project: Project, progress: Progress) -> Step:
            return brands.add_aliases(project, question=question, forms=forms, code=code, progress=progress)

        self._work(work, _("Coding the answers"))

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
        if question is None or not self._may:
            return

        def work(project: Project, progress: Progress) -> Step:
            return brands.code_back(project, question=question, progress=progress)

        self._work(work, _("Coding the answers"))

    def forget(self) -> None:
        """Take the chosen alias or ignored form out of the table."""
        question, at = self.question, self.aliases.currentRow()
        item = self.aliases.item(at, 0) if at >= 0 else None
        if question is not None and item is not None and self._may:
            form = item.text()
            self._step(lambda project: brands.forget(project, question=question, form=form))

    def _step(self, verb: Callable[[Project], Step]) -> None:
        self._desk.write(verb, self._on_step)

    def _work(self, verb: Callable[[Project, Progress], Step], what: str) -> None:
        """Code many answers, one such step at a time; what is being looked through starts again afterwards."""
        if self._working is not None:
            return
        self._looked.drop()
        job = self._working = self._desk.long(verb, self._on_step)
        job.ended.connect(self._on_worked)
        self.reading.watch(job, what)

    def _on_worked(self) -> None:
        self._working = None
        self._look_soon(at_once=True)

    def _on_step(self, step: Step) -> None:
        self._desk.stepped.emit(step)
        self._look_soon(at_once=True)
