"""Near-identical answers on the Label page: looked for once a question, listed together as near as one likes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from annotate.jobs import CancelledError, Progress
from annotate.messages import _
from annotate.near import USUAL, Found
from annotate.store.project import Project
from ui.desk import Desk

Rows = NDArray[np.int64]


class LabelNear(QObject):
    """Knows which answers say nearly the same, and which the opposite; nothing is folded or coded by it.

    ``begun`` (the job, to be watched and stopped), ``found`` (groups by step, None: not known), ``turned`` (the step
    in force, None: off), ``told``: something to say to the person.
    """

    begun = Signal(object)
    found = Signal(object)
    turned = Signal(object)
    told = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.step: float | None = None
        self._of: int | None = None
        self._known: Found | None = None
        self._groups: dict[float, dict[int, tuple[int, ...]]] = {}
        self._looking = False

    @property
    def known(self) -> bool:
        """Whether the answers to the question shown were looked through."""
        return self._known is not None and self._of == self._desk.question

    def choose(self, step: float | None, then: Callable[[], None]) -> None:
        """List answers that are as near as one of STEPS says together; None: as they come."""
        self.step = step
        if step is None or self.known:
            self.turned.emit(step)
            then()
        else:
            self.look(then)

    def look(self, then: Callable[[], None]) -> None:
        """Look for answers that say nearly the same, under the eye of the person."""
        question = self._desk.question
        if question is None:
            self._off()
            self.told.emit(_("Choose a question first."))
            return
        if self._looking:
            return
        self._looking = True

        def look(project: Project, progress: Progress) -> Found:
            from annotate import near

            return near.look(project, question=question, progress=progress)

        def use(known: Found) -> None:
            self._looking = False
            self._of, self._known = question, known
            self._groups = {
                step: {one: group.ids for group in groups for one in group.ids} for step, groups in known.groups.items()
            }
            self.found.emit({step: len(groups) for step, groups in known.groups.items()})
            self.turned.emit(self.step)
            n = len(known.groups[self.step or USUAL])
            self.told.emit(_("{n} groups of answers that say nearly the same").format(n=f"{n:,}"))
            then()

        def failed(error: BaseException) -> None:
            self._looking = False
            self._off()
            if not isinstance(error, CancelledError):
                self._desk.tasks.tell(error)

        self.begun.emit(self._desk.long(look, use, failed))

    def forget(self) -> None:
        """Forget what was found: there are other answers now, or another lexicon."""
        if self._known is not None:
            self._known = None
            self.found.emit(None)

    def _off(self) -> None:
        self.step = None
        self.turned.emit(None)

    def near_to(self, verbatim: int) -> tuple[int, ...]:
        """Return the answers that say nearly the same as one, itself among them; none where nobody looked yet."""
        return self._groups[self.step or USUAL].get(verbatim, ()) if self.known else ()

    def opposites_of(self, verbatim: int) -> tuple[int, ...]:
        """Return the answers that say the opposite of one and so stay apart; none where nobody looked yet."""
        return self._known.opposites.get(verbatim, ()) if self._known is not None and self.known else ()

    def together(self, found: Rows) -> Rows:
        """Put near-identical answers one below the other, the largest groups first; the others follow as they are."""
        if self.step is None or not self.known:
            return found
        listed = set(found.tolist())
        together = [one for ids in dict.fromkeys(self._groups[self.step].values()) for one in ids if one in listed]
        alone = found[~np.isin(found, np.array(together, np.int64))]
        return np.concatenate([np.array(together, np.int64), alone])
