"""The page Brands: names in semi-open answers that are not on the closed list, put onto it, aliased or ignored."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
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
from ui.pages.brands_showing import SHOWN, BrandsShowing
from ui.pages.registry import Room
from ui.tasks import Job
from ui.views.long_read import LongRead

Plan = tuple[int, brands.Back, brands.Preview]
Told = tuple[int, list[Candidate], brands.Table]


class BrandsPage(BrandsShowing):
    """What buttons and keys do to the names of a question."""

    came_early = Signal(object, int)
    """From the thread that reads: what some of the answers name, and which reading it was."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._working: Job | None = None
        self._readings = 0
        self._looked = LongRead(self._desk, "brands", self.reading, self)
        self._counted = LongRead(self._desk, "brands counted", self.counting, self)
        self._plan: Plan | None = None
        self._connect()
        self._begin()

    def _connect(self) -> None:
        for box in (self._least, self._similarity):
            box.valueChanged.connect(lambda _value: self._look_soon())
        self._name.returnPressed.connect(self.accept)
        self._name.textChanged.connect(lambda _text: self._allow())
        self.list.itemSelectionChanged.connect(self._on_chosen)
        self.aliases.itemSelectionChanged.connect(self._allow)
        keys = {
            "brands_accept": self.accept,
            "brands_alias": self._code.setFocus,
            "brands_ignore": self.ignore,
            "brands_see": self.see,
            "brands_code": self.code_all,
        }
        buttons = {
            "accept": self.accept, "alias": self.alias, "ignore": self.ignore, "see": self.see,
            "code_all": self.code_all, "forget": self.forget, "again": self._read, "do_plan": self.do_plan,
            "drop_plan": self.drop_plan,
        }  # fmt: skip
        self._follow("brands", keys, buttons)
        self._looked.stopped.connect(self._again.show)
        self.came_early.connect(self._show_early)

    # Which question

    def enter(self, _what: object) -> None:
        """Look at the question that the other pages look at."""
        self._join()
        self.list.setFocus()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        if question == self.question:
            return
        self.question, self.candidates, self._found = question, [], 0
        self.drop_plan()
        self._questions.turn_to(question)
        self._show_candidates()
        self._look_soon(at_once=True)

    def _show_frame(self, frame: Frame | None) -> None:
        self._code.show_frame(frame)

    def _on_changed(self, change: Change) -> None:
        # What is coded changes no candidate; a name on the list, an alias or an import does.
        if change.rows or change.frame or change.settings:
            self._look_soon()
            if self._counted.busy and self.question is not None:
                self._count(self.question)  # of what stands now
            else:
                self.drop_plan()

    # Reading

    def _read(self) -> None:
        question = self.question
        least, similarity = self._least.value(), self._similarity.value()
        self._soon.stop()
        if question is None or self._working is not None:
            return
        self._stale = False
        self._again.hide()
        self._readings += 1
        reading = self._readings

        def read(project: Project, progress: Progress) -> Told:
            with project.reading() as db, db.snapshot():
                known = brands.table(db, question)

                def early(found: list[Candidate]) -> None:
                    self.came_early.emit((question, found, known), reading)

                found = brands.candidates(
                    db, question, similarity=similarity, least=least, early=early, progress=progress
                )
                return question, found, known

        self._looked.ask(_("Looking for names"), read, self._show, self._on_problem)

    def _on_problem(self, error: BaseException) -> None:
        if isinstance(error, UserError) and error.id == "no-frame":
            self._problem, self.candidates, self._found = f"{_(error.why)} {_(error.advice)}", [], 0
            self._show_candidates()
        else:
            self._room.toasts.fail(error)

    def _show_early(self, told: Told, reading: int) -> None:
        if self._looked.busy and reading == self._readings:
            self._show(told, drawn=brands.EARLY)

    def _show(self, told: Told, drawn: int = 0) -> None:
        if told[0] != self.question:
            return
        _question, found, self._table = told
        self.candidates, self._found, self._drawn = found[:SHOWN], len(found), drawn
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
        forms, around = [form for form, _n in chosen.forms], chosen.around

        def work(project: Project, progress: Progress) -> Step:
            return brands.accept(project, question=question, name=name, forms=forms, around=around, progress=progress)[
                1
            ]

        self._work(work, _("Coding the answers"))

    def alias(self) -> None:
        """Say that the chosen name means the code beside; one step."""
        chosen, question, code = self.chosen, self.question, self._code.code
        if chosen is None or question is None or not self._may:
            return
        if code is None:
            self._code.setFocus()
            return
        forms, around = [form for form, _n in chosen.forms], chosen.around

        def work(project: Project, progress: Progress) -> Step:
            return brands.add_aliases(
                project, question=question, forms=forms, code=code, around=around, progress=progress
            )

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
        """Count what coding all answers by the names they mention would do; where it is counted, do it."""
        if self._plan is not None:
            self.do_plan()
        elif self.question is not None and self._may and self._working is None:
            self._count(self.question)

    def _count(self, question: int) -> None:
        def read(project: Project, progress: Progress) -> Plan:
            return question, *brands.look(project, question=question, progress=progress)

        self._counted.ask(_("Counting what would be coded"), read, self._on_counted)

    def _on_counted(self, plan: Plan) -> None:
        if plan[0] == self.question:
            self._plan = plan
            self._show_plan(plan[2])

    def do_plan(self) -> None:
        """Code all answers as it was counted; one step."""
        plan = self._plan
        if plan is None or not self._may:
            return
        question, back, _told = plan
        self.drop_plan()

        def work(project: Project, progress: Progress) -> Step:
            return brands.code_back(project, question=question, back=back, progress=progress)

        self._work(work, _("Coding the answers"))

    def drop_plan(self) -> None:
        """Forget what was counted."""
        self._counted.drop()
        if self._plan is not None:
            self._plan = None
            self._show_plan(None)
            self.list.setFocus()

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
