"""The page Suggest codes: clusters of uncoded answers, each ready to become a code or to feed one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QWidget,
)

from annotate import coding
from annotate.feeding import Feeding, feeding, make_code
from annotate.jobs import Progress
from annotate.messages import _
from annotate.store.changes import Change
from annotate.store.decisions import Origin
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import HasCode, Ids, InQuestion, Query
from annotate.verbatims import Question
from training import clusters
from training.clusters import Board, Cluster
from ui.pages.registry import Room
from ui.pages.suggest_showing import SuggestShowing


class SuggestPage(SuggestShowing):
    """What buttons and keys do with the clusters of a question."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._mine = 0
        self._connect()
        self._begin()

    def _connect(self) -> None:
        self.cards.changed.connect(self._on_cards)
        self._name.returnPressed.connect(self.make)
        self._name.textChanged.connect(self._on_name)
        self._code.entered.connect(self.feed)
        self._code.currentIndexChanged.connect(lambda _at: self._aim())
        self.likes.taken.connect(self.feed_to)
        self.frame.make_asked.connect(self.make_in)
        self.frame.feed_asked.connect(self.feed_to)
        self.frame.counts_asked.connect(self._count)
        self.frame.panel.filter_asked.connect(self._see_code)
        self.frame.panel.import_asked.connect(self._room.frame_import_asked)
        keys = {
            "suggest_next": lambda: self.cards.step(1),
            "suggest_previous": lambda: self.cards.step(-1),
            "suggest_select": self.cards.toggle,
            "suggest_name": self._enter,
            "suggest_feed": self._code.setFocus,
            "suggest_dismiss": self.dismiss,
            "suggest_see": self.see,
            "suggest_group": self.group,
        }
        buttons = {
            "group": self.group, "back": self._bring_back, "teach": self._teach_step, "make": self.make,
            "feed": self.feed, "dismiss": self.dismiss, "see": self.see,
        }  # fmt: skip
        self._follow("suggest", keys, buttons)

    # Which question

    def enter(self, _what: object) -> None:
        """Look at the question that the other pages look at."""
        self._join()
        (self.cards if self.cards.cards else self._teach_do).setFocus()

    def refresh(self) -> None:
        """Say that there may be more to group after an import."""
        self._stale = self.board is not None
        self._tell()

    def _turn_to(self, question: int) -> None:
        self._desk.choose_question(question)  # the frame beside the board is that of its question
        self.choose_question(question)

    def choose_question(self, question: int | None) -> None:
        """Turn to a question; its clusters are found when asked for."""
        if question == self.question:
            return
        self.question, self.board, self._stale = question, None, False
        self._questions.turn_to(question)
        self.cards.show_clusters(())
        self._tell()

    def _show_questions(self, questions: list[Question]) -> None:
        super()._show_questions(questions)
        self._tell()

    # What people do

    def group(self) -> None:
        """Find the clusters of what is not coded yet."""
        question = self.question
        if question is None or self.job.busy:
            return

        def work(project: Project, progress: Progress) -> Board:
            return clusters.board(project, question=question, worker=self._desk.worker("clusters"), progress=progress)

        self.job.watch(self._desk.long(work, self._show), _("Grouping answers"))
        self._teach_do.setEnabled(False)
        self.job.freed.connect(self._tell, Qt.ConnectionType.SingleShotConnection)

    def make(self) -> None:
        """Make a code of the selected clusters; one step."""
        chosen, question, name = self.cards.ticked, self.question, self._name.text().strip()
        if not chosen or question is None or not name or not self._may:
            return
        ids, parent = _ids(chosen), self._net.currentData()

        def verb(project: Project) -> Step:
            return make_code(project, question=question, label=name, verbatims=ids, parent=parent)[1]

        self._do(verb, chosen)

    def make_in(self, net: int | None) -> None:
        """Make a code of the selected clusters in a net (None: at the top level); without a name, ask for one."""
        self._net.setCurrentIndex(max(0, self._net.findData(net)))
        if self._name.text().strip():
            self.make()
        else:
            self._to_name()

    def feed(self) -> None:
        """Give the answers of the selected clusters to the code that is typed or chosen."""
        code = self._code.code
        if code is None:
            self._code.setFocus()
        else:
            self.feed_to(code)

    def feed_to(self, code: int) -> None:
        """Give the answers of the selected clusters to a code that is there; one step."""
        chosen = self.cards.ticked
        if not chosen or not self._may:
            return
        ids = _ids(chosen)
        self._do(lambda project: coding.apply_code(project, verbatims=ids, code=code, origin=Origin.BULK), chosen)

    def dismiss(self) -> None:
        """Say that the selected clusters are no themes; one step."""
        chosen, question = self.cards.ticked, self.question
        if chosen and question is not None and self._may:
            ids = _ids(chosen)
            self._do(lambda project: clusters.dismiss(project, question=question, verbatims=ids), chosen)

    def see(self) -> None:
        """Show the answers of the selected clusters on the Label page."""
        chosen, question = self.cards.ticked, self.question
        if chosen and question is not None:
            self._room.page_asked.emit("label", Query((InQuestion(question), Ids.of(_ids(chosen)))))

    def _bring_back(self) -> None:
        question = self.question
        if question is not None:
            self._desk.write(lambda project: clusters.bring_back(project, question=question), self._on_back)

    def _on_back(self, step: Step) -> None:
        self._desk.stepped.emit(step)
        self.group()

    def _do(self, verb: object, chosen: list[Cluster]) -> None:
        assert callable(verb)
        self._mine += 1

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self.cards.take_away(chosen)
            self._tell()
            self.cards.step(0)

        def failed(error: BaseException) -> None:
            self._mine -= 1
            self._room.toasts.fail(error)

        self._desk.write(verb, done, failed)

    def _teach_step(self) -> None:
        if self.question is None:
            self._room.import_asked.emit()
        else:
            self.group()

    def _see_code(self, code: int) -> None:
        if self.question is not None:
            self._room.page_asked.emit("label", Query((InQuestion(self.question), HasCode(code))))

    def _count(self) -> None:
        """Count what the clusters at hand would add, for the line under the frame."""
        ids = _ids(self.cards.ticked)

        def show(told: Feeding) -> None:
            if ids == _ids(self.cards.ticked):
                self.frame.use_feeding(told)

        self._desk.read("feeding", lambda project: feeding(project, verbatims=ids), show)

    def _aim(self) -> None:
        code = self._desk.codes.get(self._code.code or 0)
        if code is None:
            self.frame.forget()
        else:
            self.frame.aim(code)

    def _on_name(self, name: str) -> None:
        self.frame.use_name(name.strip())
        self._allow()

    def _enter(self) -> None:
        """Give the clusters to the code under the cursor of the frame; else name a new one, in the net there."""
        here = self.frame.here()
        if here is not None and not here.is_net:
            self.feed_to(here.id)
            return
        if here is not None:
            self._net.setCurrentIndex(max(0, self._net.findData(here.id)))
        self._to_name()

    def _to_name(self) -> None:
        self._name.setFocus()
        self._name.selectAll()

    def _show(self, board: Board) -> None:
        if board.question != self.question:
            return
        self.board, self._stale = board, False
        self.cards.show_clusters(board.clusters)
        self._tell()
        self.cards.step(0)

    def _on_changed(self, change: Change) -> None:
        if self._mine:
            self._mine -= 1
        elif self.board is not None and (change.frame or change.rows or change.codes):
            self._stale = True
            self._tell()


def _ids(chosen: list[Cluster]) -> list[int]:
    return [verbatim for cluster in chosen for verbatim in cluster.ids]
