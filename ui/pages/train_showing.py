"""What Train & review shows of a question: read in the order it is needed, kept until something is decided."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from annotate.frames import Code
from annotate.jobs import Progress
from annotate.messages import N_, _, current
from annotate.store.changes import Change
from annotate.store.project import Project
from annotate.verbatims import Question
from training.coding.run import CHUNK
from training.quality.by_code import CodeLine
from training.quality.next_step import Do
from ui.pages import train_reading as reading
from ui.pages.registry import Room
from ui.pages.train_layout import TrainLayout
from ui.pages.train_reading import Doubted, Told, Where
from ui.pages.train_work import TrainWork
from ui.views.long_read import LongRead
from ui.views.train_parts import named

_SOON_MS = 700
"""From a change to counting again: several key presses in a row are counted once."""
_BUTTONS = {
    Do.IMPORT: N_("Import answers…"), Do.LABEL: N_("Code answers"), Do.TRAIN: N_("Train"), Do.CODE: N_("Let it code"),
    Do.USE: N_("Compare"), Do.DRAW: N_("Draw random answers"), Do.REVIEW: N_("Code them now"),
    Do.WEAKEST: N_("Look at it"), Do.DONE: N_("See the answers"),
}  # fmt: skip
_TEACH = {
    Do.IMPORT: N_("This page says how good the coding is and what would make it better. It needs answers first."),
    Do.LABEL: N_(
        "Here a model learns from what people code, shows where it is unsure or contradicts them, and codes the rest"
        " once it has proven itself. It needs examples: code answers on the Label page, in any order."
    ),
    Do.TRAIN: N_(
        "There are enough examples. Training takes seconds and changes no answer: it shows how good a model is on"
        " answers it has not seen, and suggests codes for the rest once it is let."
    ),
}


class TrainShowing(TrainLayout):
    """One question with what was read of it: ``where`` it stands, what is ``told`` of its coding, what is doubted."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk, self._actions = room, room.desk, room.actions
        self.question: int | None = None
        self.where: Where | None = None
        self.told: Told | None = None
        self.doubted: Doubted | None = None
        self._again = False
        self._stopped = False
        self._may = not room.desk.project.read_only
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self.work = TrainWork(room.desk, room.toasts, self.job, self)
        self._counted = LongRead(self._desk, "train", self.counting, self)
        self._doubted = LongRead(self._desk, "train doubts", self.doubting, self)
        self._counted.stopped.connect(self._on_stopped)
        self._doubted.stopped.connect(self.doubts.show_stopped)

    @property
    def waiting(self) -> bool:
        """Whether something was decided that is not shown yet."""
        return self._counted.busy or self._doubted.busy or self._soon.isActive()

    # Which question

    def enter(self, what: object) -> None:
        """Put the keys to work and look whether anything was decided since; ``what``: the id of a code to turn to."""
        if self._desk.question is not None and self._desk.question != self.question:
            self.choose_question(self._desk.question)
        self.codes.setFocus()
        if isinstance(what, int):
            self.codes.choose(what)
        self.look()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look()

    def refresh(self) -> None:
        """Count again after an import."""
        self._soon.start()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        if question == self.question:
            return
        self._counted.drop()
        self._doubted.drop()
        self._again = self._stopped = False
        self.question = question
        self.where = self.told = self.doubted = None
        self._questions.setCurrentIndex(max(0, self._questions.findData(question)))
        self.standing.curve.show_curve(None)
        self.trade_words.show_candidates(None)
        self.versions.forget()
        self.doubts.show_doubts(None)
        self.take_over.clear()
        self._show_all()
        self.look()

    def _show_questions(self, questions: list[Question]) -> None:
        named = [(f"{one.name}  {one.text}".strip()[:80], one.id) for one in questions]
        if [self._questions.itemData(at) for at in range(self._questions.count())] != [id for _name, id in named]:
            self._questions.clear()
            for name, id in named:
                self._questions.addItem(name, id)
        self._questions.setVisible(len(named) > 1)
        if self.question is None and questions:
            first = next((one.id for one in questions if one.frame_id is not None), questions[0].id)
            self.choose_question(self._desk.question or first)
        self._questions.setCurrentIndex(max(0, self._questions.findData(self.question)))

    # Reading

    def look(self) -> None:
        """Read again if anything was decided since; what is known stays on the screen meanwhile."""
        if not self.isVisible() or self.question is None:
            return
        if self._counted.busy:
            self._again = True
            return
        whole = self.where is not None and self.told is not None and not self._stopped
        question, known = self.question, self.where.op if self.where is not None and whole else -1
        if self._stopped:
            self._stopped = False
            self._show_told()

        def read(project: Project, progress: Progress) -> Where | None:
            if reading.newest_op(project) == known:
                return None
            return reading.where(project, question, progress=progress)

        self._counted.ask(_("Counting answers"), read, self._on_where, self._on_failed)

    def _on_where(self, where: Where | None) -> None:
        if where is None or where.question.id != self.question:
            self._read_on()
            return
        self.where = where
        self._show_where()

        def read(project: Project, progress: Progress) -> tuple[Where, Told]:
            return where, reading.told(project, where, progress=progress)

        self._counted.ask(_("Judging the coding"), read, self._on_told, self._on_failed)

    def _on_told(self, answer: tuple[Where, Told]) -> None:
        where, told = answer
        if where is self.where:
            before = self.told.model if self.told is not None else None
            self.told = told
            if before != told.model:
                self.tabs.forget_words()
            self._show_told()
            if self.doubted is None and told.model is not None and not self.doubts.stopped:
                self._read_doubts(None)
        self._read_on()

    def _read_on(self) -> None:
        if self._again:
            self._again = False
            self.look()

    def _on_stopped(self) -> None:
        self._again, self._stopped = False, True
        self._show_told()

    def _on_failed(self, error: BaseException) -> None:
        self._room.toasts.fail(error)

    def _on_changed(self, change: Change) -> None:
        if change.kind in ("undo", "redo"):
            self.doubted = None
            self.take_over.clear()
        if change.kind not in ("code", "confirm", "accept", "keep-label", "must-hold"):
            self.versions.forget()
        self.standing.curve.mark_stale()
        self._soon.start()

    # Showing

    def _show_all(self) -> None:
        self._show_where()
        self._show_told()

    def _show_where(self) -> None:
        where = self.where
        self.standing.show_where(where)
        self.standing.ledger.show_ledger(where, self._actions.shown("train_review"), read_only=not self._may)
        models = where.models if where else ()
        self.versions.show_models(models, where.waves if where else (), self._codes(), may=self._may)
        self.standing.curve.allow(bool(where and where.decided) and not self.work.busy)
        now = self.versions.in_force or (models[-1] if models else None)
        words = ""
        if now is not None and where is not None and where.frame is not None:
            words = _("Model {name}  ·  {frame} r{number}  ·  learned from {n} answers").format(
                name=now.name, frame=where.frame.name, number=where.frame.number, n=f"{now.labels:,}"
            )
        self._model.setText(words)
        keys = {
            "taken": self._actions.shown("train_accept"), "kept": self._actions.shown("train_reject"),
            "both": self._actions.shown("train_both"), "pinned": self._actions.shown("train_pin"),
        }  # fmt: skip
        self.doubts.use(self._codes(), keys, may=self._may)
        coded = {one.wave for one in where.runs} if where else set()
        waves = tuple(one for one in where.waves if one.id in coded) if where else ()
        self.take_over.use(keys, waves, may=self._may)
        self.trade_words.allow(self._may, not self.work.busy and where is not None)
        self._stack.setCurrentIndex(1 if models else 0)

    def _show_told(self) -> None:
        told, where = self.told, self.where
        self.standing.health.show_health(told.report.health if told else None, tuple(self._codes().values()))
        self.codes.show_lines(told.lines if told else ())
        self.moods.show_moods(told.moods if told else None, told.drift if told else ())
        if told is not None:
            ids = sorted({one.verbatim for one in told.pins})
            pins = told.pins
            self._desk.read(
                ("train", "pins"), lambda project: reading.shown(project, ids),
                lambda answers: self.versions.show_pins(pins, answers),
            )  # fmt: skip
        self.again.setVisible(self._stopped)
        if self._stopped:
            self._sentence.setText(_("Stopped before everything was counted."))
            self._do.hide()
            self._teach.setText("")
            self._teach_do.hide()
            return
        if told is None or where is None:
            self._sentence.setText(_("Counting…") if self.question is not None else _("There are no answers yet."))
            self._do.hide()
            self._teach.setText("")
            self._teach_do.hide()
            return
        step = told.step
        params = named(step.params, self._codes().values())
        words = [_(part).format(**params) for part in (step.stands, step.next)]
        self._sentence.setText(("" if current() == "zh_CN" else " ").join(words))
        key = self._actions.shown("train_step")
        for one in (self._do, self._teach_do):
            one.setText(_(_BUTTONS[step.do]))
            one.setToolTip(key)
            one.setEnabled(self._may or step.do in (Do.LABEL, Do.REVIEW, Do.WEAKEST, Do.DONE))
            one.show()
        teaching = not where.models
        self._do.setVisible(not teaching)
        self._teach.setText(_(_TEACH.get(step.do, "")))

    def _codes(self) -> dict[int, Code]:
        frame = self.where.frame if self.where else None
        return {one.id: one for one in frame.codes} if frame else {}

    @property
    def _few(self) -> bool:
        """Whether the frame has so few answers that a second process would take longer to start than its share."""
        frame = self.where.frame.id if self.where and self.where.frame else None
        return sum(one.answered for one in self._desk.questions if one.frame_id == frame) <= CHUNK

    def _frame_id(self) -> int:
        frame = self.where.frame if self.where else None
        assert frame is not None
        return frame.id

    def _on_code(self, line: CodeLine | None) -> None:
        self.tabs.show_code(line, self._codes(), self.told.mixed if self.told else None)
        self.tabs.show_doubts(self.doubted)
        self.take_over.show_code(line)
        self._read_threshold(line)

    def _on_busy(self, busy: bool) -> None:
        self.versions.free(not busy)
        self.standing.curve.allow(not busy and bool(self.where and self.where.decided))
        self.trade_words.allow(self._may, not busy)
        self._do.setEnabled(not busy)
        self._teach_do.setEnabled(not busy)
        if not busy and self.told is not None:
            self._show_told_step()
        self._soon.start()

    def _show_told_step(self) -> None:
        told = self.told
        if told is not None:
            on = self._may or told.step.do in (Do.LABEL, Do.REVIEW, Do.WEAKEST, Do.DONE)
            self._do.setEnabled(on)
            self._teach_do.setEnabled(on)

    # The code at hand

    def _read_threshold(self, line: CodeLine | None) -> None:
        view, told = self.tabs.threshold, self.told
        if line is None or told is None or told.model is None or self.question is None:
            view.show_code(None, _("A threshold needs a model."))
            return
        if line.code.is_net:
            view.show_code(None, _("A net has no threshold: it follows its codes."))
            return
        question, model, code = self.question, told.model, line.code.id
        own = None if line.by_hand else line.threshold

        def show(of: reading.ThresholdOf) -> None:
            now = self.codes.line()
            if now is not None and now.code.id == code:
                if not of.curve.support:
                    view.show_code(None, _("No judged answer carries this code yet, so nothing can be tried."))
                else:
                    view.show_code(of, may_keep=self._may, key=self._actions.shown("train_save"))

        def failed(error: BaseException) -> None:
            view.show_code(None, _("The model does not know this code yet; train again."))

        self._desk.read(
            ("train", "threshold"),
            lambda project: reading.threshold_of(project, question, model, code, own),
            show,
            failed,
        )

    def _read_doubts(self, code: int | None) -> None:
        told = self.told
        if told is None or told.model is None:
            return
        frame, model = self._frame_id(), told.model
        only = "" if code is None else self._codes()[code].number or self._codes()[code].label

        def show(found: Doubted) -> None:
            self.doubted = found
            self.doubts.show_doubts(found, only)
            self.tabs.show_doubts(found)

        def read(project: Project, progress: Progress) -> Doubted:
            return reading.doubted(project, frame, model, code=code, progress=progress)

        self._doubted.ask(_("Looking for doubts"), read, show)
