"""Which answers the Label page lists: all that fit the filters, or the queue of a mode, made ready ahead of need."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from annotate import frame_recheck, samples, verbatims
from annotate.errors import UserError
from annotate.messages import N_, _
from annotate.samples import Purpose
from annotate.sorting import Sort
from annotate.store.changes import Change
from annotate.store.project import Project
from annotate.store.query import (
    Answered,
    Condition,
    InGroup,
    InQuestion,
    Query,
    TextContains,
)
from ui.desk import Desk
from ui.models.verbatim_table import VerbatimTable
from ui.pages.label_near import LabelNear
from ui.pages.label_queues import FROM_LOOP, Chosen, Wanted, Why, choose, frames_of, ids_of
from ui.views.mode_bar import Mode
from ui.views.verbatim_grid import VerbatimGrid

Rows = NDArray[np.int64]

_FIRST = 500
"""Ids asked for first: the rows on the screen are there before the other million."""
_AHEAD = 12
"""Rows left in a queue when the next batch is asked for."""
_LEARN_AFTER = 5
"""Decisions after which the machine ranks again what was not seen yet."""
_ROUND = 1_500
"""Milliseconds from a decision to the counts of the modes."""

_WHY = {
    Mode.SHUFFLE: Why(N_("in random order")),
    Mode.RECHECK: Why(N_("confirmed before a code changed its meaning")),
    Mode.AUDIT: Why(N_("drawn at random, for the audit")),
}

_NEAR = Why(N_("says nearly the same as the answers beside it; they are coded apart unless you tick them"))


class LabelRows(QObject):
    """Decides what the grid lists. ``shown`` when all ids are there; ``told``: something to say to the person."""

    shown = Signal()
    told = Signal(str)
    mode_changed = Signal(object)
    counted = Signal(object, str)
    narrowed = Signal()

    def __init__(self, desk: Desk, table: VerbatimTable, grid: VerbatimGrid) -> None:
        super().__init__(grid)
        self._desk, self._table, self._grid = desk, table, grid
        self.mode = Mode.ALL
        self.conditions: Callable[[], list[Condition]] = list
        self.search = ""
        self.fold = True
        self.sort = Sort()
        self.code: int | None = None
        self.group: int | None = None
        self.given: Query | None = None
        self.whole = False
        self.empty = ""
        self.near = LabelNear(desk, self)
        self._return_to: int | None = None
        self._from_top = False
        self._why: dict[int, Why] = {}
        self._fixed: Rows = np.empty(0, np.int64)
        self._since = 0
        self._asking = False
        self._dry = False
        self._rounds = 0
        self._listing = 0
        """Which list was asked for last: reading of an earlier one stops, so that the next need not wait for it."""
        self._counts = QTimer(self, singleShot=True, interval=_ROUND)
        self._counts.timeout.connect(self.count_modes)
        grid.current_changed.connect(lambda _row: self._ask_ahead())

    # What is listed

    @property
    def folded(self) -> bool:
        """Whether each row stands for all answers identical to it."""
        return self.group is None and self.given is None and (self.fold or self.mode is not Mode.ALL)

    @property
    def choosing(self) -> bool:
        """Whether the answers of a queue are being chosen and none is there yet."""
        return self._asking and self.mode in FROM_LOOP

    def why(self, verbatim: int) -> str:
        """Return why an answer is shown, in the language in use."""
        if self.mode is Mode.ALL and self.near.step is not None and self.near.near_to(verbatim):
            return _NEAR.words
        return self._why.get(verbatim, _WHY.get(self.mode, Why())).words

    def code_of(self, verbatim: int | None) -> int | None:
        """Return the code in whose list an answer stands; None in other lists."""
        if verbatim is None:
            return None
        why = self._why.get(verbatim)
        return self.code if self.mode is Mode.LIKELY else why.code if why is not None else None

    def query(self) -> Query | None:
        """Return the query whose answers are listed; None of a queue, which is no more than its rows."""
        if self.group is not None:
            return Query((Answered(), InGroup(self.group)))
        return self._narrow() if self.mode is Mode.ALL else None

    def _narrow(self) -> Query:
        if self.given is not None:
            base = self.given.conditions
        else:
            base = (Answered(),)
            if self._desk.question is not None:
                base += (InQuestion(self._desk.question),)
        found = [*base, *self.conditions()]
        if self.search:
            found.append(TextContains(self.search))
        return Query(tuple(found))

    def reload(self) -> None:
        """List the answers again: the first few hundred at once, then all."""
        self.empty = ""
        self._listing += 1
        self._desk.tasks.forget("ids")
        self._desk.tasks.forget("queue")
        self._asking = False
        query = self.query()
        if query is not None:
            self._list(query, self.sort)
        elif self.mode in (Mode.SHUFFLE, Mode.RECHECK, Mode.AUDIT):
            self._queue(partial(ids_of, self.mode, self._narrow(), self._desk.question, self._rounds))
        elif self.mode is Mode.PLAN:
            self._take(self._fixed, whole=True)
        else:
            self._why.clear()
            self._dry = False
            self._table.set_ids(np.empty(0, np.int64))
            self._ask(fresh=True)
            self._set(self._table.ids, whole=False)

    def _list(self, query: Query, sort: Sort) -> None:
        folded = self.folded
        self.whole = False
        listing = self._listing
        self.narrowed.emit()

        def ask(limit: int | None) -> None:
            def show(found: Rows) -> None:
                whole = limit is None or len(found) < limit
                self._take(self._together(found) if whole else found, whole=whole)
                if not whole:
                    ask(None)

            self._desk.read(
                "ids",
                lambda project: verbatims.ids(
                    project, query, sort=sort, grouped=folded, limit=limit, stop=lambda: self._listing != listing
                ),
                show,
                slow=limit is None,
            )

        ask(_FIRST)

    # Near-identical answers

    def show_near(self, step: float | None) -> None:
        """List answers that are so near (None: no matter) one below the other, or as they come again."""
        self.near.choose(step, self.reload)

    def _together(self, found: Rows) -> Rows:
        return self.near.together(found) if self.mode is Mode.ALL and self.group is None else found

    def _queue(self, read: Callable[[Project], Rows]) -> None:
        self.whole = False
        self._desk.read("ids", read, lambda found: self._take(found, whole=True), self._failed, slow=True)

    def _take(self, found: Rows, *, whole: bool) -> None:
        current = self._return_to if self._return_to is not None else self._table.id_at(self._grid.current_row())
        if self._from_top:
            self._from_top, current = False, None
            self._table.set_ids(np.empty(0, np.int64))
        self._table.set_ids(found)
        self._return_to = None
        if current is not None and self._table.id_at(self._grid.current_row()) != current:
            row = self._table.row_of(current)
            if row is not None:
                self._grid.go(row)
            elif not whole and self._grid.current_row() <= 0:
                self._return_to = current
        self._set(self._table.ids, whole=whole)

    def _set(self, found: Rows, *, whole: bool) -> None:
        if found is not self._table.ids:
            self._table.set_ids(found)
        self.whole = whole
        self.narrowed.emit()
        if whole:
            self.shown.emit()

    def _failed(self, error: BaseException) -> None:
        self._asking = False
        if isinstance(error, UserError) and error.id == "nothing-learned":
            self.empty = _(
                "The machine knows too little for this yet. Code some answers first: Recommended chooses them."
            )
        elif isinstance(error, UserError):
            # A mode that cannot be had yet says so where its answers would be, with what to do.
            self.empty = "\n".join(
                _(part).format(**error.params) for part in (error.what, error.why, error.advice) if part
            )
        else:
            self._desk.tasks.tell(error)
        self._set(self._table.ids, whole=True)

    # Modes

    def choose(self, mode: Mode, code: int | None = None) -> None:
        """List by a mode; ``code`` is the one that LIKELY is about."""
        if mode is not Mode.ALL:
            self.given = None
        if mode is not Mode.ALL and self._desk.question is None:
            coded = [one.id for one in self._desk.questions if one.frame_id is not None]
            if coded:
                self._desk.choose_question(coded[0])
        if mode is Mode.LIKELY:
            if code is None and self.code is None:
                self.told.emit(_("Choose a code in the frame first, or give one; then this lists what is likely it."))
                self.mode_changed.emit(self.mode)
                return
            self.code = code if code is not None else self.code
        self._from_top = mode is not self.mode or mode is not Mode.ALL
        self.mode, self.group = mode, None
        self._rounds += 1
        self._since = 0
        self.mode_changed.emit(mode)
        self.reload()

    def follow(self, rows: Sequence[int] | Rows, why: dict[int, Why]) -> None:
        """List exactly these answers, in this order: the queue of a plan."""
        self._fixed, self._why = np.array(rows, np.int64), dict(why)
        self.choose(Mode.PLAN)

    def show_given(self, query: Query | None) -> None:
        """List what another page asks for; None: what the filters say again."""
        self.given, self.group, self.mode = query, None, Mode.ALL
        for one in query.conditions if query is not None else ():
            if isinstance(one, InQuestion) and one.question != self._desk.question:
                self._desk.choose_question(one.question)
        self.mode_changed.emit(self.mode)
        self.reload()

    def open_group(self, group: int) -> None:
        """List the answers of one group of identical ones."""
        self._return_to = self._table.id_at(self._grid.current_row())
        self.group = group
        self.reload()

    def leave_group(self) -> bool:
        """Go back to what was listed before a group was opened; return whether one was."""
        if self.group is None:
            return False
        self._return_to, self.group = self.group, None
        self.reload()
        return True

    # The learning loop

    def _seen(self) -> int:
        """Return how many rows of the queue are or were on the screen: they keep their places."""
        if not self._table.rowCount():
            return 0
        return max(self._grid.current_row(), self._grid.last_visible()) + 1

    def _ask_ahead(self) -> None:
        left = self._table.rowCount() - self._grid.current_row() - 1
        if self.mode in FROM_LOOP and self.group is None and left < _AHEAD and not self._dry:
            self._ask()

    def _ask(self, *, fresh: bool = False) -> None:
        """Ask for more of a queue; what was not on the screen yet is chosen again with what was learned since."""
        if self._asking:
            return
        self._asking = True
        self._since = 0
        kept = [] if fresh else self._table.ids[: self._seen()].tolist()
        wanted = Wanted(
            self.mode, self.code, self._desk.question_name(), self._narrow(),
            narrowed=bool(self.conditions() or self.search), without=tuple(kept),
        )  # fmt: skip
        stop = self._desk.stopper()

        def work(project: Project) -> Chosen:
            return choose(project, wanted, self._desk.worker("loop"), stop)

        def show(answer: Chosen) -> None:
            found, why, whole = answer.rows, answer.why, answer.whole
            self._asking = False
            self._dry = whole or not found
            stands = [] if whole else kept
            self._why = {one: self._why[one] for one in stands if one in self._why} | why
            known = set(stands)
            self._take(np.array([*stands, *(one for one in found if one not in known)], np.int64), whole=True)

        self._desk.read("queue", work, show, self._failed, slow=True)

    def on_changed(self, change: Change) -> None:
        """Keep up with a change: read rows again, and let the machine learn from decisions."""
        if change.rows:
            self.near.forget()
            self.reload()
        self._table.refresh(change.verbatims)
        if change.kind in ("undo", "redo") and change.verbatims:
            self._go_to(change.verbatims)
        if not self._counts.isActive():
            self._counts.start()
        if self.mode in (Mode.NEXT, Mode.UNSURE, Mode.UNCOVERED) and change.kind in ("confirm", "accept"):
            self._since += 1
            if self._since >= _LEARN_AFTER and not self._dry:
                self._ask()

    def _go_to(self, touched: tuple[int, ...]) -> None:
        """Go to what undo or redo changed, unless it is the current answer already."""
        if self._table.id_at(self._grid.current_row()) not in touched:
            row = self._table.first_of(touched)
            if row is not None:
                self._grid.go(row)

    # How much there is to do

    def count_modes(self) -> None:
        """Count what is left to re-check and to audit."""
        question = self._desk.question

        def count(project: Project) -> tuple[int, int, int, float]:
            begin = time.perf_counter()
            lines = [
                one for one in samples.owed(project).lines
                if one.purpose is Purpose.AUDIT and question in (None, one.question_id)
            ]  # fmt: skip
            done, drawn = sum(one.reviewed for one in lines), sum(one.drawn for one in lines)
            again = sum(frame_recheck.count(project, one) for one in frames_of(project, question))
            return again, done, drawn, time.perf_counter() - begin

        def show(found: tuple[int, int, int, float]) -> None:
            recheck, done, drawn, seconds = found
            # On a large project it may take a fifth of the time, not all of it.
            self._counts.setInterval(max(_ROUND, int(seconds * 5_000)))
            self.counted.emit(Mode.RECHECK, f"({recheck:,})" if recheck else "")
            self.counted.emit(Mode.AUDIT, f"({done:,}/{drawn:,})" if drawn else "")

        self._desk.read("mode counts", count, show, slow=True)
