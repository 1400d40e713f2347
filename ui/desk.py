"""The open project as the window sees it: what is read is kept here, what changes is told on the UI thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from annotate import accepting, coding, frames, marks, samples, verbatims
from annotate.chosen import Chosen
from annotate.frames import Code, Frame
from annotate.samples import Sample
from annotate.search import Index
from annotate.store import operations
from annotate.store.changes import Change
from annotate.store.decisions import Origin
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Query
from annotate.verbatims import Field, Question, VerbatimRow
from ui.open_project import OpenProject
from ui.tasks import Tasks

# Undoing one of these is never a slip of the finger: the key opens the history instead.
LARGE = frozenset({"import", "merge", "merge-copy", "split", "reorganise", "run"})
AUDIT_DRAW = 100
"""Random answers drawn at a time for the audit."""
_PAGE = 500
_SOON, _LATER = 150, 1_500
"""Milliseconds from a change to the recount of codes, and of whole questions."""


@dataclass(frozen=True, slots=True)
class Targets:
    """The answers that a key acts on: one, the ticked ones, or all that a query means.

    ``expand``: identical answers folded under a row are meant too.
    """

    rows: NDArray[np.int64] | Query
    count: int
    expand: bool

    @property
    def expected(self) -> int | None:
        """Return how many a person saw before a bulk step; unknown where rows stand for groups."""
        return None if self.expand or self.count == 1 else self.count

    def chosen(self) -> Chosen:
        """Return them as the verbs take them; for a large selection not on the UI thread."""
        return self.rows if isinstance(self.rows, Query) else self.rows.tolist()

    def ids(self, project: Project) -> list[int]:
        """Return the ids meant, read from the project where a query says it."""
        rows = verbatims.ids(project, self.rows) if isinstance(self.rows, Query) else self.rows
        found: list[int] = rows.tolist()
        return found


class Desk(OpenProject):
    """What the pages know of the open project, and every verb that their keys call."""

    changed = Signal(object)
    frame_changed = Signal(object)
    counts_changed = Signal(object)
    questions_changed = Signal(object)
    fields_changed = Signal(object)
    stepped = Signal(object)
    undo_is_large = Signal(object)
    nothing_to_turn = Signal(bool)
    _committed = Signal(object)

    def __init__(self, project: Project, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(project, tasks, parent)
        self.search = Index(project)
        self.frame: Frame | None = None
        self.codes: dict[int, Code] = {}
        self.questions: list[Question] = []
        self.fields: list[Field] = []
        self.question: int | None = None
        self._committed.connect(self._on_committed, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = project.changes.subscribe(self._committed.emit)
        self.counts: dict[int, int] = {}
        self.counts_changed.connect(self._keep_counts)
        self._recount = QTimer(self, singleShot=True, interval=_SOON)
        self._recount.timeout.connect(self._read_counts)
        self._resurvey = QTimer(self, singleShot=True, interval=_LATER)
        self._resurvey.timeout.connect(self._read_questions)

    @property
    def counting(self) -> bool:
        """Whether a change is still waiting to be counted."""
        return self._recount.isActive() or (self._resurvey.isActive() and not self.questions)

    def start(self) -> None:
        """Read what every page needs: columns, questions, the frame, counts."""
        self.read("fields", verbatims.context_fields, self._set_fields)
        self._read_frame()

    def survey(self) -> None:
        """Count what a large project takes seconds to count; asked for when the first rows are on the screen."""
        self._resurvey.start(0)
        self.search.start()

    def close(self) -> None:
        """Let go of the project after what was asked for is done."""
        self._recount.stop()
        self._resurvey.stop()
        self._unsubscribe()
        super().close()

    def let_go(self) -> None:
        """Close the search index."""
        self.search.close()

    def fetch(self, key: Hashable, ids: list[int], deliver: Callable[[list[VerbatimRow]], None]) -> None:
        """Read rows of the grid."""
        self.read(key, lambda project: verbatims.page(project, ids), deliver)

    # Coding

    def apply(
        self,
        targets: Targets,
        code: int,
        sentiment: int | None = None,
        *,
        suggested: bool = False,
        span: tuple[int, int] | None = None,
    ) -> None:
        """Give a code to answers; ``span``: the words of the one answer that carry it."""
        origin = Origin.SUGGESTION if suggested else Origin.BULK if targets.count > 1 else Origin.HUMAN
        self.write(
            lambda project: coding.apply_code(
                project,
                verbatims=targets.chosen(),
                code=code,
                sentiment=sentiment,
                origin=origin,
                expand=targets.expand,
                expected=targets.expected,
                span=span,
            ),
            self.stepped.emit,
        )

    def remove(self, targets: Targets, code: int, *, explicit: bool = False) -> None:
        """Take a code off answers; ``explicit`` rejects a suggestion."""
        self.write(
            lambda project: coding.remove_code(
                project, verbatims=targets.chosen(), code=code, expand=targets.expand, explicit=explicit
            ),
            self.stepped.emit,
        )

    def set_sentiment(self, targets: Targets, code: int, sentiment: int) -> None:
        """Set the sentiment of a mention."""
        self.write(
            lambda project: coding.set_sentiment(
                project, verbatims=targets.chosen(), code=code, sentiment=sentiment, expand=targets.expand
            ),
            self.stepped.emit,
        )

    def confirm(self, targets: Targets) -> None:
        """Say that answers were reviewed whole."""
        self.write(
            lambda project: coding.confirm(
                project, verbatims=targets.chosen(), expand=targets.expand, expected=targets.expected
            ),
            self.stepped.emit,
        )

    def accept(self, targets: Targets) -> None:
        """Make the suggestions above their thresholds decisions, each answer its own, and confirm these answers."""
        self.write(
            lambda project: coding.accept_suggestions(project, verbatims=targets.ids(project), expand=targets.expand),
            self.stepped.emit,
        )

    def accept_rest(self, question: int, code: int) -> None:
        """Take over a code on every answer that the machine gives it to and nobody decided on, as one step."""

        def work(project: Project) -> Step:
            above = accepting.preview(project, question=question, code=code, cut=0.0, covered_only=False)
            return accepting.accept(project, above=above)

        self.write(work, self.stepped.emit)

    def flag(self, verbatims: list[int], on: bool) -> None:
        """Flag answers, or take the flags off."""
        self.write(lambda project: marks.flag(project, verbatims=verbatims, on=on), self.stepped.emit)

    def memo(self, verbatim: int, text: str) -> None:
        """Note something about an answer."""
        self.write(lambda project: marks.memo(project, verbatim=verbatim, text=text), self.stepped.emit)

    def skip(self, verbatims: list[int]) -> None:
        """Note that answers were passed over."""
        self.write(lambda project: marks.skip(project, verbatims=verbatims))

    def draw_audit(self, question: int, done: Callable[[], None]) -> None:
        """Draw more random answers of a question for its audit."""

        def work(project: Project) -> Sample:
            return samples.draw_audit(project, question=question, size=AUDIT_DRAW)

        self.write(work, lambda _sample: done())

    def keep(self, verbatims: list[int]) -> None:
        """Say that doubted answers were looked at and are right: they are not doubted again."""

        def work(project: Project) -> None:
            from training.quality import doubts

            doubts.keep(project, verbatims=verbatims, frame=self.frame.id if self.frame else None)

        self.write(work)

    # Undo and redo

    def undo(self) -> None:
        """Take my last step back, unless it is a large one: then say so instead."""

        def turn(project: Project) -> tuple[Step | None, bool]:
            last = _last_own(project)
            if last is not None and last.kind in LARGE:
                return last, True
            return operations.undo(project), False

        self.write(turn, self._on_undone)

    def undo_to(self, op: int) -> None:
        """Take my steps back, last first, up to and including one."""
        self.write(lambda project: operations.undo_to(project, op=op), self._on_undone_many)

    def redo(self) -> None:
        """Do my last undone step again."""
        self.write(operations.redo, self._on_redone)

    def history(self, done: Callable[[list[Step]], None]) -> None:
        """Read the newest steps."""
        self.read("history", operations.history, done)

    def _on_undone(self, answer: tuple[Step | None, bool]) -> None:
        step, large = answer
        if step is None:
            self.nothing_to_turn.emit(True)
        elif large:
            self.undo_is_large.emit(step)
        else:
            self.stepped.emit(step)

    def _on_undone_many(self, steps: list[Step]) -> None:
        for step in steps[-1:]:
            self.stepped.emit(step)

    def _on_redone(self, step: Step | None) -> None:
        if step is None:
            self.nothing_to_turn.emit(False)
        else:
            self.stepped.emit(step)

    # Keeping up

    @Slot(object)
    def _on_committed(self, change: Change) -> None:
        if change.rows:
            self.read("fields", verbatims.context_fields, self._set_fields)
        if change.frame or change.rows:
            self._read_frame()
            self._resurvey.start(0)
        elif not self._resurvey.isActive():
            self._resurvey.start()
        if not self._recount.isActive():
            self._recount.start()
        self.changed.emit(change)

    def choose_question(self, question: int | None) -> None:
        """Look at the answers to one question, or to all."""
        self.question = question
        self._read_frame()

    def question_name(self) -> str | None:
        """Return the name of the chosen question; of the only one with a frame where all are shown."""
        if self.question is None:
            coded = [one for one in self.questions if one.frame_id is not None]
            return coded[0].name if len(coded) == 1 else None
        return next((one.name for one in self.questions if one.id == self.question), None)

    def frame_of_question(self) -> int | None:
        """Return the frame that codes the chosen question; of the first with one where all are shown."""
        for one in self.questions:
            if self.question in (None, one.id) and one.frame_id is not None:
                return one.frame_id
        return None

    def _read_frame(self) -> None:
        wanted = self.frame_of_question()

        def read(project: Project) -> Frame | None:
            known = [one.id for one in frames.frames(project)]
            if not known:
                return None
            return frames.head(project, wanted if wanted in known else known[0])

        self.read("frame", read, self._set_frame)

    def _set_frame(self, frame: Frame | None) -> None:
        self.frame = frame
        self.codes = {one.id: one for one in frame.codes} if frame else {}
        self.frame_changed.emit(frame)
        self._read_counts()

    def _read_counts(self) -> None:
        if self.frame is None:
            self.counts_changed.emit({})
            return
        frame_id, question = self.frame.id, self.question
        self.read(
            "counts",
            lambda project: frames.code_counts(project, frame_id, question),
            self.counts_changed.emit,
            slow=True,
        )

    def _keep_counts(self, counts: dict[int, int]) -> None:
        self.counts = counts  # for a page that is built later

    def _read_questions(self) -> None:
        def read(project: Project) -> tuple[list[Question], float]:
            begin = time.perf_counter()
            return verbatims.questions(project), time.perf_counter() - begin

        self.read("questions", read, self._set_questions, slow=True)

    def _set_questions(self, answer: tuple[list[Question], float]) -> None:
        found, seconds = answer
        # On a large project the survey takes seconds: it may take a fifth of the time, not all of it.
        self._resurvey.setInterval(max(_LATER, int(seconds * 5_000)))
        before = self.frame_of_question()
        self.questions = found
        self.questions_changed.emit(found)
        if self.frame_of_question() != before:
            self._read_frame()

    def _set_fields(self, fields: list[Field]) -> None:
        self.fields = fields
        self.fields_changed.emit(fields)


def _last_own(project: Project) -> Step | None:
    for limit in (8, 200):  # mine is nearly always among the newest
        for one in operations.history(project, limit=limit):
            if one.coder == project.coder.name and not one.undone:
                return one
    return None
