"""The page Suggest codes: clusters of uncoded answers, each ready to become a code or to feed one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate import coding
from annotate.feeding import make_code
from annotate.frames import Frame
from annotate.jobs import Progress
from annotate.messages import _
from annotate.store.changes import Change
from annotate.store.decisions import Origin
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Ids, InQuestion, Query
from annotate.verbatims import Question, VerbatimRow
from training import clusters
from training.clusters import Board, Cluster
from ui.models.frame_tree import name_of
from ui.pages.registry import Room
from ui.pages.suggest_cards import Board as BoardView
from ui.views.code_box import CodeBox
from ui.views.train_job import JobLine
from ui.views.train_parts import button, label, rule

_SHOWN = 60
"""Answers of the cluster at hand that are listed beside the board."""


class SuggestPage(QWidget):
    """The board on the left; on the right what is made of the selected clusters, and the answers of the one at hand."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self.question: int | None = None
        self.board: Board | None = None
        self._stale = False
        self._mine = 0
        self._build()
        self._connect()
        self._show_questions(self._desk.questions)
        self._show_frame(self._desk.frame)
        self.retranslate()

    # Composition

    def _build(self) -> None:
        self.job = JobLine()
        self._questions = QComboBox()
        self._questions.setMaximumWidth(360)
        self._lead = label("muted")
        self._group = button(self.group)
        self._back = button(self._bring_back, quiet=True)
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._questions)
        row.addWidget(self._lead)
        row.addWidget(self._back)
        row.addStretch(1)
        row.addWidget(self.job)
        row.addWidget(self._group)
        self.cards = BoardView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty_state())
        self._stack.addWidget(self.cards)
        inside = QHBoxLayout()
        inside.setSpacing(0)
        inside.addWidget(self._stack, 1)
        inside.addWidget(self._side_panel())
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
        lay.addLayout(inside, 1)
        lay.addWidget(foot)

    def _empty_state(self) -> QWidget:
        self._teach_title, self._teach = label("title"), label(wrap=True)
        self._teach.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._teach_do = button(self._teach_step, primary=True)
        empty = QWidget()
        lay = QVBoxLayout(empty)
        lay.setContentsMargins(160, 0, 160, 0)
        lay.addStretch(2)
        lay.addWidget(self._teach_title, 0, Qt.AlignmentFlag.AlignHCenter)
        lay.addSpacing(8)
        lay.addWidget(self._teach)
        lay.addSpacing(14)
        lay.addWidget(self._teach_do, 0, Qt.AlignmentFlag.AlignHCenter)
        lay.addStretch(3)
        return empty

    def _side_panel(self) -> QWidget:
        self._chosen = label("heading", wrap=True)
        self._name_title, self._net_title, self._code_title = label("muted"), label("muted"), label("muted")
        self._name, self._net, self._code = QLineEdit(), QComboBox(), CodeBox()
        self._net.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._make = button(self.make, primary=True)
        self._feed, self._dismiss, self._see = button(self.feed), button(self.dismiss), button(self.see)
        self._answers_title, self._answers = label("heading", wrap=True), QListWidget()
        self._answers.setWordWrap(True)
        self._answers.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._answers.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self._answers.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        panel = self._panel = QFrame()
        panel.setObjectName("side")
        panel.setFixedWidth(330)
        lay = QVBoxLayout(panel)
        lay.setContentsMargins(16, 12, 16, 12)
        lay.setSpacing(6)
        lay.addWidget(self._chosen)
        for title, field in ((self._name_title, self._name), (self._net_title, self._net)):
            lay.addWidget(title)
            lay.addWidget(field)
        lay.addWidget(self._make)
        lay.addSpacing(8)
        lay.addWidget(self._code_title)
        row = QHBoxLayout()
        row.addWidget(self._code, 1)
        row.addWidget(self._feed)
        lay.addLayout(row)
        row = QHBoxLayout()
        row.addWidget(self._dismiss)
        row.addWidget(self._see)
        lay.addSpacing(4)
        lay.addLayout(row)
        lay.addSpacing(4)
        lay.addWidget(rule())
        lay.addWidget(self._answers_title)
        lay.addWidget(self._answers, 1)
        return panel

    def _connect(self) -> None:
        desk, actions = self._desk, self._room.actions
        desk.questions_changed.connect(self._show_questions)
        desk.frame_changed.connect(self._show_frame)
        desk.changed.connect(self._on_changed)
        self._questions.activated.connect(lambda at: self.choose_question(self._questions.itemData(at)))
        self.cards.changed.connect(self._on_cards)
        self._name.returnPressed.connect(self.make)
        self._name.textChanged.connect(lambda _text: self._allow())
        for id, does in {
            "suggest_next": lambda: self.cards.step(1),
            "suggest_previous": lambda: self.cards.step(-1),
            "suggest_select": self.cards.toggle,
            "suggest_name": self._to_name,
            "suggest_feed": self._code.setFocus,
            "suggest_dismiss": self.dismiss,
            "suggest_see": self.see,
            "suggest_group": self.group,
        }.items():
            actions.bind(id, does, self)
        actions.listen(self, "suggest")

    @property
    def room(self) -> Room:
        """Return what the page was given."""
        return self._room

    @property
    def taught(self) -> str:
        """Return what the empty page says."""
        return self._teach.text()

    @property
    def name(self) -> str:
        """Return the name that a new code would get."""
        return self._name.text()

    @property
    def stale(self) -> bool:
        """Whether codes or answers have changed since the board was made."""
        return self._stale

    def choose_code(self, code: int) -> None:
        """Choose the code that is fed."""
        self._code.choose(code)

    # Which question

    def enter(self, _what: object) -> None:
        """Look at the question that the other pages look at."""
        if self._desk.question is not None and self._desk.question != self.question:
            self.choose_question(self._desk.question)
        (self.cards if self.cards.cards else self._teach_do).setFocus()

    def refresh(self) -> None:
        """Say that there may be more to group after an import."""
        self._stale = self.board is not None
        self._tell()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question; its clusters are found when asked for."""
        if question == self.question:
            return
        self.question, self.board, self._stale = question, None, False
        at = self._questions.findData(question)
        if at >= 0:
            self._questions.setCurrentIndex(at)
        self.cards.show_clusters(())
        self._tell()

    def _show_questions(self, questions: list[Question]) -> None:
        asked = [one for one in questions if one.answered]
        self._questions.clear()
        for one in asked:
            self._questions.addItem(f"{one.name}  {one.text}".strip(), one.id)
        known = [one.id for one in asked]
        wanted = next(
            (one for one in (self.question, self._desk.question) if one in known), known[0] if known else None
        )
        if wanted != self.question:
            self.choose_question(wanted)
        elif wanted is not None:
            self._questions.setCurrentIndex(known.index(wanted))
        self._tell()

    def _show_frame(self, frame: Frame | None) -> None:
        self._net.clear()
        self._net.addItem(_("(top level)"), None)
        for one in frame.codes if frame else ():
            if one.is_net and not one.retired:
                self._net.addItem("    " * one.depth + f"{one.number} {name_of(one)}".strip(), one.id)
        self._code.show_frame(frame)
        self._allow()

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

    def feed(self) -> None:
        """Give the answers of the selected clusters to a code that is there; one step."""
        code, chosen = self._code.code, self.cards.ticked
        if code is None or not chosen or not self._may:
            self._code.setFocus()
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

    def _to_name(self) -> None:
        self._name.setFocus()
        self._name.selectAll()

    # Showing

    @property
    def _may(self) -> bool:
        return not self._desk.project.read_only

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

    def _on_cards(self) -> None:
        at_hand, chosen = self.cards.at_hand, self.cards.ticked
        answers = sum(one.answers for one in chosen)
        self._chosen.setText(
            _("{n} clusters: {answers} answers").format(n=len(chosen), answers=f"{answers:,}") if chosen else ""
        )
        if not self._name.hasFocus():
            self._name.setText(chosen[0].name if chosen else "")
        self._allow()
        if at_hand is None:
            self._answers.clear()
            return
        self._desk.fetch("suggest answers", list(at_hand.ids[:_SHOWN]), self._show_answers)

    def _show_answers(self, rows: list[VerbatimRow]) -> None:
        at_hand = self.cards.at_hand
        order = {id: place for place, id in enumerate(at_hand.ids)} if at_hand else {}
        self._answers.clear()
        for row in sorted((one for one in rows if one.id in order), key=lambda one: order[one.id]):
            self._answers.addItem(" ".join(row.text.split()))

    def _allow(self) -> None:
        some = bool(self.cards.cards) and self._may
        self._make.setEnabled(some and bool(self._name.text().strip()) and self._desk.frame is not None)
        for one in (self._feed, self._dismiss):
            one.setEnabled(some)
        self._see.setEnabled(bool(self.cards.cards))

    def _tell(self) -> None:
        board, some = self.board, bool(self.cards.cards)
        self._stack.setCurrentIndex(1 if some else 0)
        self._panel.setVisible(some)
        self._group.setVisible(board is not None)
        self._group.setProperty("primary", self._stale)
        self._group.style().polish(self._group)
        self._back.setVisible(board is not None and board.dismissed > 0 and self._may)
        self._teach_do.setEnabled(not self.job.busy)
        if board is not None:
            told = _("{n} clusters of {answers} answers that nobody has coded; {alone} are like no other")
            words = told.format(
                n=len(self.cards.cards), answers=f"{sum(one.cluster.answers for one in self.cards.cards):,}",
                alone=f"{board.alone:,}",
            )  # fmt: skip
            if self._stale:
                words += "  ·  " + _("codes or answers have changed since")
            self._lead.setText(words)
            self._back.setText(_("Bring back {n} dismissed answers").format(n=f"{board.dismissed:,}"))
        else:
            self._lead.setText("")
        self._tell_empty()
        self._allow()

    def _tell_empty(self) -> None:
        self._teach_title.setText(_("Suggest codes"))
        if self.question is None:
            self._teach.setText(_("Here answers are grouped by what they speak of. There are no answers yet."))
            self._teach_do.setText(_("Import answers…"))
        elif self.board is not None:
            self._teach.setText(
                _("Every answer is coded or dismissed, or they have nothing in common. Group again after more coding.")
            )
            self._teach_do.setText(_("Group again"))
        else:
            self._teach.setText(
                _(
                    "Answers that nobody has coded yet are put into 20 to 40 clusters with their key phrases. Make a"
                    " code of a cluster, give it to a code that is there, or say that it is no theme. Nothing is coded"
                    " before you do, and every step can be undone."
                )
            )
            self._teach_do.setText(_("Group the uncoded answers"))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._questions.setAccessibleName(_("Question"))
        self._group.setText(_("Group again"))
        self._name_title.setText(_("Name of the new code"))
        self._net_title.setText(_("Net"))
        self._make.setText(_("Make a code"))
        self._code_title.setText(_("Or give them to a code that is there"))
        self._feed.setText(_("Give"))
        self._dismiss.setText(_("Not a theme"))
        self._see.setText(_("See the answers"))
        self._answers_title.setText(_("Answers of the cluster at hand, the typical ones first"))
        for field, title in (
            (self._name, self._name_title),
            (self._net, self._net_title),
            (self._code, self._code_title),
        ):
            field.setAccessibleName(title.text())
        self._answers.setAccessibleName(self._answers_title.text())
        self._code.retranslate()
        self._hint.setText(
            _("J/K next cluster  Space select  Enter name the code  / give to a code  X not a theme  G answers  ? keys")
        )
        self.job.retranslate()
        self.cards.retranslate()
        self._show_frame(self._desk.frame)
        self._on_cards()
        self._tell()


def _ids(chosen: list[Cluster]) -> list[int]:
    return [verbatim for cluster in chosen for verbatim in cluster.ids]
