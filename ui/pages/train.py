"""The page Train & review: what stands, each code with its figures, doubts and what may be taken over."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from annotate.accepting import Above
from annotate.jobs import Progress
from annotate.messages import _
from annotate.samples import Sample
from annotate.store.project import Project
from annotate.store.query import AnyOf, InQuestion, InSample, Not, Predicted, Query, Touched
from training.quality.acceptance import Proposal
from training.quality.doubts import Doubt
from training.quality.next_step import Do
from ui.pages import train_reading as reading
from ui.pages.registry import Room
from ui.pages.train_showing import TrainShowing
from ui.views.long_read import LongRead
from ui.views.train_tabs import CONFUSION, DEFINITION, THRESHOLD, WORDS


class TrainPage(TrainShowing):
    """What buttons and keys do: every figure leads to its answers, every finding to the one thing to do about it."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._previewed = LongRead(self._desk, "train preview", self.previewing, self)
        self._found = LongRead(self._desk, "train answers", self.finding, self)
        self._connect()
        self._bind()
        self._show_questions(room.desk.questions)
        self.retranslate()

    def _connect(self) -> None:
        desk, work, room_says = self._desk, self.work, self._room.toasts.say
        desk.changed.connect(self._on_changed)
        desk.questions_changed.connect(self._show_questions)
        self._questions.activated.connect(lambda at: self.choose_question(self._questions.itemData(at)))
        self._soon.timeout.connect(self.look)
        work.busy_changed.connect(self._on_busy)
        self.again_asked.connect(self.look)
        self._previewed.stopped.connect(self.take_over.show_stopped)
        self._found.stopped.connect(lambda: room_says(_("Stopped before all answers were looked through.")))
        self.step_asked.connect(self.take_step)
        self.switch_asked.connect(self.switch_queue)
        self.standing.bars.chosen.connect(self._show_place)
        self.standing.health.part_chosen.connect(self._on_part)
        self.standing.ledger.review_asked.connect(self.review)
        self.standing.ledger.draw_asked.connect(self._draw)
        self.standing.ledger.certify_asked.connect(lambda: work.certify(self.where.ready if self.where else ()))
        self.standing.curve.asked.connect(self._draw_curve)
        self.codes.code_changed.connect(self._on_code)
        self.codes.doubleClicked.connect(lambda _index: self.tabs.ask_answers())
        self.tabs.answers_asked.connect(self._show_answers)
        self.tabs.doubts_asked.connect(self._doubts_of)
        self.tabs.words_asked.connect(self._find_words)
        self.tabs.threshold.kept.connect(self._keep_threshold)
        self.tabs.threshold.moved_asked.connect(self._show_between)
        self.doubts.asked.connect(lambda: self._read_doubts(None))
        self.doubts.kept.connect(
            lambda doubt: self._settled(doubt, lambda: work.keep(self.doubts.alike(doubt), self._frame_id()))
        )
        self.doubts.taken.connect(lambda doubt: self._settled(doubt, lambda: work.take_machines(doubt)))
        self.doubts.both.connect(lambda doubt: self._settled(doubt, lambda: work.take_both(doubt)))
        self.doubts.pinned.connect(work.pin)
        self.take_over.preview_asked.connect(self._preview)
        self.take_over.taken.connect(self._take_over)
        self.take_over.propose_asked.connect(self._propose)
        self.take_over.draw_asked.connect(self._draw_acceptance)
        self.versions.train_asked.connect(self.train)
        self.versions.code_asked.connect(self._code)
        self.versions.compare_asked.connect(
            lambda before, after: work.compare(before, after, self.versions.show_comparison)
        )
        self.versions.flips_asked.connect(self._flips)
        self.versions.used.connect(self._use)
        self.versions.renamed.connect(work.rename)
        self.versions.answers_asked.connect(self._show_answers)
        self.versions.pins_asked.connect(
            lambda model: work.broken(model, lambda found: self.versions.show_broken(model, found))
        )
        self.trade_words.asked.connect(self._look_for_words)
        self.trade_words.taught.connect(work.teach)
        self.trade_words.stopped.connect(work.stop_word)

    def _bind(self) -> None:
        tabs = self.tabs
        for id, does in {
            "train_next": lambda: self.codes.step(1),
            "train_previous": lambda: self.codes.step(-1),
            "train_answers": tabs.ask_answers,
            "train_definition": lambda: tabs.setCurrentIndex(DEFINITION),
            "train_threshold": self._go_to_threshold,
            "train_save": tabs.threshold.keep,
            "train_confusion": lambda: tabs.setCurrentIndex(CONFUSION),
            "train_words": lambda: tabs.setCurrentIndex(WORDS),
            "train_step": self.take_step,
            "train_review": self.review,
            "train_queue": self.switch_queue,
            "train_accept": lambda: self._decide("taken"),
            "train_reject": lambda: self._decide("kept"),
            "train_both": lambda: self._decide("both"),
            "train_pin": lambda: self._decide("pinned"),
            "train_train": self.train,
            "train_flips": self.versions.flips,
            "train_use": self.versions.use,
        }.items():
            self._actions.bind(id, does, self)
        self._actions.listen(self, "train")

    # The code at hand

    def _go_to_threshold(self) -> None:
        self.tabs.setCurrentIndex(THRESHOLD)
        self.tabs.threshold.focus()

    def _keep_threshold(self, threshold: float | None) -> None:
        line, told = self.codes.line(), self.told
        if line is not None and told is not None and told.model is not None and self._may:
            self.work.keep_threshold(told.model, line.code.id, threshold, few=self._few)

    def _show_between(self, low: float, high: float) -> None:
        line, where = self.codes.line(), self.where
        if line is not None and where is not None:
            found = [Predicted(one.run, line.code.id, low, high) for one in where.runs]
            self._show_answers(Query().where(Not((Touched(),)), AnyOf(tuple(found))))

    def _find_words(self, code: int) -> None:
        if self.told is not None and self.told.model is not None:
            self.work.words(self.told.model, code, lambda words: self.tabs.show_words(code, words))

    # Doubts and taking over

    def _doubts_of(self, code: int) -> None:
        self._queue.setCurrentWidget(self.doubts)
        self._tell_switch()
        self._read_doubts(code)

    def _settled(self, doubt: Doubt, does: Callable[[], None]) -> None:
        does()
        self.doubts.drop(doubt)

    def _decide(self, how: str) -> None:
        if self._queue.currentWidget() is self.doubts:
            self.doubts.decide(how)
        elif how in ("taken", "kept"):
            self.take_over.mark(how == "taken")

    def switch_queue(self) -> None:
        """Turn from the doubts to what may be taken over, and back."""
        self._queue.setCurrentIndex(1 - self._queue.currentIndex())
        self._tell_switch()

    def _tell_switch(self) -> None:
        doubts = self._queue.currentWidget() is self.doubts
        words = _("To what may be taken over ({key})") if doubts else _("To the doubts ({key})")
        self._switch.setText(words.format(key=self._actions.shown("train_queue")))

    def _preview(self, cut: float, covered_only: bool) -> None:
        line, question = self.codes.line(), self.question
        if line is None or question is None:
            return
        code = line.code.id

        def read(project: Project, progress: Progress) -> tuple[Above, dict[int, reading.Shown]]:
            return reading.preview(project, question, code, cut, covered_only, progress=progress)

        self._previewed.ask(_("Counting answers"), read, lambda found: self.take_over.show_preview(*found))

    def _take_over(self, above: object, right: object, wrong: object) -> None:
        self.take_over.clear()
        self.work.take_over(above, right, wrong)  # type: ignore[arg-type]

    def _propose(self, target: float, wave: object) -> None:
        line, question, where = self.codes.line(), self.question, self.where
        if line is None or question is None or where is None or line.code.is_net:
            return
        several = str(wave) if wave is not None and len(where.runs) > 1 else None
        self.work.propose(question, line.code.id, target, several, self.take_over.show_proposal)

    def _draw_acceptance(self, proposal: Proposal) -> None:
        def drawn(sample: Sample) -> None:
            self.take_over.show_proposal(None)
            self._show_answers(Query().where(InSample(sample.id)))

        self.work.draw_acceptance(proposal, drawn)

    # Steps

    def take_step(self) -> None:
        """Do what comes next."""
        told, where = self.told, self.where
        if told is None or where is None:
            return
        step = told.step
        does: dict[Do, Callable[[], None]] = {
            Do.IMPORT: self._room.import_asked.emit,
            Do.LABEL: lambda: self._room.page_asked.emit("label", None),
            Do.TRAIN: self.train,
            Do.CODE: self._code,
            Do.USE: self.versions.compare,
            Do.DRAW: self._draw,
            Do.REVIEW: self.review,
            Do.WEAKEST: lambda: self._turn_to(step.code),
            Do.DONE: lambda: self._room.page_asked.emit("label", None),
        }
        if self._may or step.do in (Do.LABEL, Do.REVIEW, Do.WEAKEST, Do.DONE):
            does[step.do]()

    def train(self) -> None:
        """Train a model on everything people decided."""
        if self._may and self.where is not None and self.where.frame is not None:
            self.work.train(self.where.frame.id)

    def review(self) -> None:
        """Show the random answers that are owed on the Label page."""
        where = self.where
        if where is None:
            return
        self._desk.read(
            ("train", "owed"), lambda project: reading.owed_query(project, where.question.id), self._show_owed
        )

    def _show_owed(self, query: Query | None) -> None:
        if query is None:
            self._room.toasts.say(_("No random answer is owed."))
        else:
            self._show_answers(query)

    def _draw(self) -> None:
        if self._may and self.question is not None:
            self.work.draw(self.question)

    def _draw_curve(self) -> None:
        if self.where is not None and self.where.frame is not None:
            self.work.curve(self.where.frame.id, self.standing.curve.show_curve)

    def _code(self) -> None:
        where = self.where
        if self._may and where is not None and where.frame is not None and where.models:
            model = self.versions.model or where.models[-1]
            self.work.code(where.frame.id, model.id, few=self._few)

    def _flips(self, model: int, waves: tuple[int, ...] | None) -> None:
        if self.question is not None:
            self.work.flips(
                model, waves, self.question, lambda told: self.versions.show_flips(model, waves, told), few=self._few
            )

    def _use(self, model: int, waves: tuple[int, ...] | None, reason: str) -> None:
        if self.question is not None and self._may:
            self.work.use(model, waves, self.question, reason, self.versions.ask_reason, few=self._few)

    def _look_for_words(self) -> None:
        if self.question is not None:
            self.work.trade_words(self.question, self.trade_words.show_candidates)

    def _on_part(self, part: str) -> None:
        told, question = self.told, self.question
        if told is None or question is None:
            return
        if part == "coding_rate":
            self._desk.read(
                ("train", "bare"), lambda project: reading.bare_query(project, question), self._show_answers, slow=True
            )
        elif part == "balance":
            lean = [one for one in told.report.learnable if one.needed]
            if lean:
                self._turn_to(min(lean, key=lambda one: (one.needed, one.code.id)).code.id)
                self.tabs.ask_answers()
        elif part == "weakest_codes":
            named = [one for one in (told.report.accuracy.codes if told.report.accuracy else ())
                     if not one.code.is_net and one.support]  # fmt: skip
            if named:
                self._turn_to(min(named, key=lambda one: (one.rough_f1, one.code.id)).code.id)
        elif told.report.accuracy is None:
            self.train()
        else:
            self.review()

    def _turn_to(self, code: int | None) -> None:
        if code is not None:
            self.codes.choose(code)
            self.tabs.setCurrentIndex(CONFUSION)

    def _show_place(self, key: str) -> None:
        question = self.question
        if question is not None:
            self._found.ask(
                _("Looking through the answers"),
                lambda project, progress: reading.place_query(project, question, key, progress=progress),
                self._show_answers,
            )

    def _show_answers(self, query: Query) -> None:
        own = [one for one in query.conditions if isinstance(one, InQuestion)]
        if not own and self.question is not None:
            query = query.where(InQuestion(self.question))
        self._room.page_asked.emit("label", query)

    # Language

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._questions.setAccessibleName(_("Question"))
        self.again.setText(_("Count again"))
        for line in (self.job, self.finding, self.counting, self.doubting, self.previewing):
            line.retranslate()
        shown = self._actions.shown
        parts = [
            (("train_next", "train_previous"), _("code")), (("train_answers",), _("its answers")),
            (("train_threshold",), _("threshold")), (("train_definition",), _("definition")),
            (("train_confusion",), _("mixed up")), (("train_review",), _("random answers owed")),
            (("train_queue",), _("other queue")), (("train_accept", "train_reject"), _("right, wrong")),
            (("train_pin",), _("must hold")), (("train_use",), _("use the model")), (("undo",), _("undo")),
        ]  # fmt: skip
        self._hint.setText("  ·  ".join(f"{'/'.join(shown(id) for id in ids)} {words}" for ids, words in parts))
        self._tell_switch()
        self._show_all()
        self._show_questions(self._desk.questions)
