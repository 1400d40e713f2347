"""The model that trains itself in the background while people code, so that suggestions appear unasked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from annotate.errors import UserError
from annotate.jobs import CancelledError, Progress
from annotate.messages import _
from annotate.store.project import Project
from ui import state
from ui.desk import Desk
from ui.notify import Toasts
from ui.tasks import Job
from ui.views.train_job import JobLine

if TYPE_CHECKING:
    from training.coding.by_itself import Due, Learnt

log = logging.getLogger(__name__)

_SETTING = "train_by_itself"
_LOOK_AFTER = 3_000
"""Milliseconds from a change to the look whether a model is due; not put off by further changes."""
_BUSY = 20_000
"""Milliseconds to the next look while a person has long work running."""


def is_on() -> bool:
    """Say whether models may train themselves, as this person chose; on at first."""
    return state.text(_SETTING, "on") == "on"


def switch(on: bool) -> None:
    """Choose whether models may train themselves."""
    state.remember(_SETTING, "on" if on else "off")


class TrainsItself(QObject):
    """Looks after changes whether a model is due, and trains it in a process of its own.

    What a person starts comes first: it does not begin while long work runs, and gives way to any that begins.
    """

    def __init__(self, desk: Desk, toasts: Toasts, line: JobLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._toasts, self._line = desk, toasts, line
        self._job: Job | None = None
        self._gave_way = False
        self._beyond = 0
        self._look = QTimer(self, singleShot=True, interval=_LOOK_AFTER)
        self._look.timeout.connect(self.look)
        if not desk.project.read_only:
            desk.changed.connect(lambda _change: self._soon())
            desk.tasks.long_begun.connect(self._give_way)
            self._soon()

    @property
    def busy(self) -> bool:
        """Whether a model trains itself now."""
        return self._job is not None

    def _soon(self) -> None:
        if not self._look.isActive():
            self._look.start(_LOOK_AFTER)

    def look(self) -> None:
        """See whether a model is due, and train it."""
        if not is_on() or self._desk.project.read_only or self._job is not None:
            return
        if self._desk.tasks.working:
            self._look.start(_BUSY)
            return
        beyond = self._beyond

        def read(project: Project) -> Due | None:
            from training.coding import by_itself

            return by_itself.due(project, beyond=beyond)

        self._desk.read("trains-itself", read, self._begin, slow=True)

    def stop(self) -> None:
        """Stop what trains itself now, as when it is switched off."""
        if self._job is not None:
            self._job.cancel()

    def _begin(self, due: Due | None) -> None:
        if due is None or self._job is not None or not is_on():
            return
        if self._desk.tasks.working:
            self._look.start(_BUSY)
            return

        def learn(project: Project, tell: Progress) -> Learnt:
            from training.coding import by_itself

            return by_itself.learn(project, frame=due.frame, worker=self._desk.worker("by itself"), progress=tell)

        self._gave_way = False
        job = self._desk.long(learn, self._on_learnt, lambda error: self._on_stopped(error, due))
        self._job = job
        job.ended.connect(self._on_ended)
        self._line.watch(job, _("The model trains itself"))

    def _on_ended(self) -> None:
        self._job = None

    def _give_way(self) -> None:
        if self._job is not None:
            self._gave_way = True
            self._job.cancel()

    def _on_learnt(self, learnt: Learnt) -> None:
        self._beyond = 0
        if learnt.broken:
            self._toasts.say(_("A newer model breaks an answer that must hold and was put aside; see Train & review."))
        elif learnt.suggested:
            self._toasts.say(
                _("The model trained itself on {n} answers; its suggestions are there.").format(n=f"{learnt.rows:,}")
            )

    def _on_stopped(self, error: BaseException, due: Due) -> None:
        if isinstance(error, CancelledError) and self._gave_way:
            self._look.start(_BUSY)
        elif isinstance(error, CancelledError | UserError):
            # Stopped by hand, or nothing to learn yet: it tries again after as many more decisions.
            log.info("the model did not train itself: %s", type(error).__name__)
            self._beyond = due.decided
        else:
            self._desk.tasks.tell(error)
