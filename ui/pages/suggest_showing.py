"""What the page Suggest codes shows: the board of clusters, what can be made of them, the answers of one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
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

from annotate.frames import Frame
from annotate.messages import N_, _, plural
from annotate.verbatims import VerbatimRow
from training.clusters import Board
from ui.models.code_names import CodeNames
from ui.models.frame_tree import name_of
from ui.pages.question_page import QuestionPage
from ui.pages.registry import Room
from ui.pages.suggest_cards import Board as BoardView
from ui.pages.suggest_frame import SuggestFrame
from ui.views.code_box import CodeBox
from ui.views.flow import Flow
from ui.views.name_likes import NameLikes
from ui.views.page_parts import button, label, lay_out, rule, texts
from ui.views.train_job import JobLine

_SHOWN = 60
"""Answers of the cluster at hand that are listed beside the board."""
_FRAME, _FRAME_LETTERS, _SIDE, _SIDE_LETTERS = 270, 29, 290, 30
"""Pixels at least, and letters, that the frame and the side panel are wide."""


class SuggestShowing(QuestionPage):
    """The board, the frame to drop clusters on, and on the right what is made of them and the answers of the one at
    hand.
    """

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.board: Board | None = None
        self._stale = self._built = False
        self._build()
        self._built = True

    # Composition

    def _build(self) -> None:
        self.job = JobLine()
        self._lead = label("muted")
        self._group = button(self._asks("group"))
        self._back = button(self._asks("back"), quiet=True)
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
        self.cards.movable = not self._desk.project.read_only
        self.frame = SuggestFrame(self._desk)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty_state())
        self._stack.addWidget(self.cards)
        inside = QHBoxLayout()
        inside.setSpacing(0)
        inside.addWidget(self._stack, 1)
        inside.addWidget(self.frame)
        inside.addWidget(self._side_panel())
        self._hint = label("muted")
        lay_out(self, bar, body=inside, hint=self._hint)

    def _empty_state(self) -> QWidget:
        self._teach_title, self._teach = label("title"), label(wrap=True)
        self._teach.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._teach_do = button(self._asks("teach"), primary=True)
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
        self._name_title, self._net_title = label("muted", wrap=True), label("muted", wrap=True)
        self._code_title = label("muted", wrap=True)
        self._name, self._net, self._code = QLineEdit(), QComboBox(), CodeBox()
        self.likes = NameLikes(self._name, CodeNames(self._desk, self))
        self._net.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._make = button(self._asks("make"), primary=True)
        self._feed, self._dismiss, self._see = (
            button(self._asks("feed")),
            button(self._asks("dismiss")),
            button(self._asks("see")),
        )
        self._answers_title, self._answers = label("heading", wrap=True), texts(wrap=True)
        self._answers.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        panel = self._panel = QFrame()
        panel.setObjectName("side")
        lay = QVBoxLayout(panel)
        lay.setContentsMargins(16, 12, 16, 12)
        lay.setSpacing(6)
        lay.addWidget(self._chosen)
        for title, field in ((self._name_title, self._name), (self._net_title, self._net)):
            lay.addWidget(title)
            lay.addWidget(field)
            if field is self._name:
                lay.addWidget(self.likes)
        lay.addWidget(self._make)
        lay.addSpacing(8)
        lay.addWidget(self._code_title)
        row = QHBoxLayout()
        row.addWidget(self._code, 1)
        row.addWidget(self._feed)
        lay.addLayout(row)
        verbs = QWidget()
        flow = Flow(verbs)
        flow.addWidget(self._dismiss)
        flow.addWidget(self._see)
        lay.addSpacing(4)
        lay.addWidget(verbs)
        lay.addSpacing(4)
        lay.addWidget(rule())
        lay.addWidget(self._answers_title)
        lay.addWidget(self._answers, 1)
        return panel

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._built:
            self._fit()

    def _fit(self) -> None:
        """Give frame and side panel the room that their words take, but leave the board the most of the page."""
        letter, most = QFontMetrics(self.font()).averageCharWidth(), round(0.29 * self.width())
        self.frame.setFixedWidth(max(_FRAME, min(_FRAME_LETTERS * letter, most)))
        self._panel.setFixedWidth(max(_SIDE, min(_SIDE_LETTERS * letter, most)))

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

    # Showing

    def _show_frame(self, frame: Frame | None) -> None:
        self._net.clear()
        self._net.addItem(_("(top level)"), None)
        for one in frame.codes if frame else ():
            if one.is_net and not one.retired:
                self._net.addItem("    " * one.depth + f"{one.number} {name_of(one)}".strip(), one.id)
        self._code.show_frame(frame)
        self.frame.show_frame(frame)
        self._allow()

    def _on_cards(self) -> None:
        at_hand, chosen = self.cards.at_hand, self.cards.ticked
        answers = sum(one.answers for one in chosen)
        self._chosen.setText(
            plural(len(chosen), N_("{n} cluster: {answers} answers"), N_("{n} clusters: {answers} answers")).format(
                n=len(chosen), answers=f"{answers:,}"
            )
            if chosen
            else ""
        )
        if not self._name.hasFocus():
            self._name.setText(chosen[0].name if chosen else "")
        self.frame.use_clusters(self._name.text().strip())
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
        self._make.setEnabled(some and bool(self._name.text().strip()))
        for one in (self._feed, self._dismiss):
            one.setEnabled(some)
        self._see.setEnabled(bool(self.cards.cards))

    def _tell(self) -> None:
        board, some = self.board, bool(self.cards.cards)
        self._stack.setCurrentIndex(1 if some else 0)
        self._panel.setVisible(some)
        self.frame.setVisible(some)
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
        self.likes.retranslate()
        self._hint.setText(
            _("J/K next cluster  Space select  Enter name the code  / give to a code  X not a theme  G answers  ? keys")
        )
        self.job.retranslate()
        self.cards.retranslate()
        self.frame.retranslate()
        self._show_frame(self._desk.frame)
        self._on_cards()
        self._tell()
