"""What pages share that work on one question at a time: which one, what they follow, when they look again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from annotate.frames import Frame
from annotate.store.changes import Change
from annotate.verbatims import Question
from ui.pages.registry import Room
from ui.views.page_parts import QuestionBox


class QuestionPage(QWidget):
    """A page that works on one question. ``asked`` names the verb of the button that was pressed."""

    asked = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self.question: int | None = None
        self._questions = QuestionBox()

    def _asks(self, verb: str) -> Callable[[], None]:
        return partial(self.asked.emit, verb)

    @property
    def _may(self) -> bool:
        return not self._desk.project.read_only

    def _follow(
        self, page: str, keys: Mapping[str, Callable[[], None]], buttons: Mapping[str, Callable[[], None]]
    ) -> None:
        """Follow the project; put the keys and buttons of the page, by the names of its actions, to work."""
        desk, actions = self._desk, self._room.actions
        desk.questions_changed.connect(self._show_questions)
        desk.frame_changed.connect(self._show_frame)
        desk.changed.connect(self._on_changed)
        self._questions.activated.connect(lambda at: self._turn_to(self._questions.itemData(at)))
        for id, does in keys.items():
            actions.bind(id, does, self)
        actions.listen(self, page)
        self.asked.connect(lambda verb: buttons[verb]())

    def _begin(self) -> None:
        """Show what the desk has already."""
        self._show_questions(self._desk.questions)
        self._show_frame(self._desk.frame)
        self.retranslate()

    def choose_question(self, question: int | None) -> None:
        """Turn to a question."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        raise NotImplementedError

    def _show_frame(self, frame: Frame | None) -> None:
        raise NotImplementedError

    def _on_changed(self, change: Change) -> None:
        raise NotImplementedError

    def _turn_to(self, question: int) -> None:
        self.choose_question(question)

    def _join(self) -> None:
        """Turn to the question that the other pages look at."""
        if self._desk.question is not None and self._desk.question != self.question:
            self.choose_question(self._desk.question)

    def _show_questions(self, questions: list[Question]) -> None:
        self.choose_question(self._questions.offer(questions, self.question, self._desk.question))


class LookingPage(QuestionPage):
    """One that looks through the answers by itself, when something changed and somebody sees it."""

    def __init__(self, room: Room, soon_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._stale = True
        self._soon = QTimer(self, singleShot=True, interval=soon_ms)
        self._soon.timeout.connect(self._read)

    def _read(self) -> None:
        raise NotImplementedError

    def refresh(self) -> None:
        """Look again after an import."""
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
