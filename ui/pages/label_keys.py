"""What the keys of the Label page do to the answers at hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from annotate.frames import Role
from annotate.messages import _
from annotate.store.query import Query, Representative
from annotate.verbatims import VerbatimRow
from ui.actions import Actions
from ui.delegates.chips import chips_of
from ui.desk import Desk, Targets
from ui.models.code_keys import SIGNS, NumberKeys
from ui.models.verbatim_table import VerbatimTable
from ui.views.verbatim_grid import VerbatimGrid


class LabelKeys(QObject):
    """Turns keys into verbs: on the ticked answers, else on the current one."""

    pending_changed = Signal(str)
    picker_asked = Signal()
    group_asked = Signal(int)
    leave_asked = Signal()
    memo_asked = Signal()
    explain_asked = Signal()
    definition_asked = Signal(object)
    rest_asked = Signal()
    near_asked = Signal(int)
    opposite_asked = Signal()
    chip_asked = Signal()
    clause_asked = Signal()
    told = Signal(str)

    def __init__(
        self, desk: Desk, table: VerbatimTable, grid: VerbatimGrid, actions: Actions, query: Callable[[], Query | None]
    ) -> None:
        super().__init__(grid)
        self._desk, self._table, self._grid, self._actions = desk, table, grid, actions
        self._query = query
        self.folded = True
        self.keep = False
        self.span: Callable[[], tuple[int, int] | None] = _nothing
        self.code_of: Callable[[int | None], int | None] = _no_code
        self.chosen: Callable[[], int | None] = _nothing
        self.let_go: Callable[[], None] = _nothing
        self.numbers = NumberKeys()
        self._last: tuple[Targets, int] | None = None
        self._given: list[tuple[int, int | None]] = []
        self._given_to: bytes = b""
        self._before: list[tuple[int, int | None]] = []
        grid.digit_typed.connect(self.type_digit)
        grid.backspaced.connect(self._back)
        grid.current_changed.connect(self._on_moved)
        for id, does in {
            "down": lambda: self._move(1),
            "up": lambda: self._move(-1),
            "tick": self._tick,
            "tick_down": lambda: self._tick_on(1),
            "tick_up": lambda: self._tick_on(-1),
            "tick_all": lambda: table.tick_all(not table.all_ticked),
            "open_group": self._open_group,
            "picker": self._open_picker,
            "negative": lambda: self.sign("-"),
            "neutral": lambda: self.sign("="),
            "positive": lambda: self.sign("+"),
            "none": lambda: self._give_role(Role.NONE),
            "other": lambda: self._give_role(Role.OTHER),
            "repeat": self.repeat,
            "accept": self.accept,
            "reject": self.reject,
            "confirm": self.enter,
            "skip": self._skip,
            "flag": self._flag,
            "memo": self.memo_asked.emit,
            "definition": self._definition,
            "explain": self.explain_asked.emit,
            "accept_rest": self.rest_asked.emit,
            "tick_near": self._near,
            "opposite": self.opposite_asked.emit,
            "next_chip": self.chip_asked.emit,
            "next_clause": self.clause_asked.emit,
            "take_off": self._take_off,
            "escape": self._escape,
            **{f"take_{n}": self._taker(n) for n in range(1, 10)},
        }.items():
            actions.bind(id, does, self)

    # On which answers

    def targets(self) -> Targets | None:
        """Return the answers that a key acts on now; None where there are none."""
        query = self._query() if self._table.all_ticked and self._table.ticked > 1 else None
        if query is not None:
            return Targets(
                query.where(Representative()) if self.folded else query, self._table.ticked, expand=self.folded
            )
        if self._table.ticked:
            return Targets(self._table.ticked_ids(), self._table.ticked, expand=self.folded)
        one = self._table.id_at(self._grid.current_row())
        return None if one is None else Targets(np.array([one], np.int64), 1, expand=self.folded)

    def _row(self) -> VerbatimRow | None:
        return self._table.row(self._grid.current_row())

    # Giving codes

    def type_digit(self, digit: str) -> None:
        """Take a digit of a code number."""
        known = self.numbers.pending
        code = self.numbers.press(digit)
        if code is not None:
            self.give(code)
        elif self.numbers.pending == known:
            self.told.emit(_("No code number begins with {number}.").format(number=known + digit))
        self.pending_changed.emit(self.numbers.pending)

    def give(self, code: int, sentiment: int | None = None, *, suggested: bool = False) -> None:
        """Give a code to the answers at hand."""
        targets = self.targets()
        if targets is None:
            return
        self._remember(targets, code, sentiment)
        self.let_go()
        span = self.span() if targets.count == 1 else None
        self._desk.apply(targets, code, sentiment, suggested=suggested, span=span)

    def _remember(self, targets: Targets, code: int, sentiment: int | None) -> None:
        to = targets.rows.to_json().encode() if isinstance(targets.rows, Query) else targets.rows.tobytes()
        if to != self._given_to:
            self._before, self._given, self._given_to = self._given or self._before, [], to
        self._given = [*(one for one in self._given if one[0] != code), (code, sentiment)]
        self._last = (targets, code)

    def sign(self, key: str) -> None:
        """Set the sentiment of the last mention, or give the typed number with it."""
        sentiment = SIGNS[key]
        if self.numbers.pending:
            code = self._take_number()
            if code is not None:
                self.give(code, sentiment)
            return
        if self.chosen() is not None:
            self._sign_chosen(sentiment)
            return
        if self._last is not None:
            targets, code = self._last
            self._given = [(one, sentiment if one == code else kept) for one, kept in self._given]
            self._desk.set_sentiment(targets, code, sentiment)
            return
        row, here = self._row(), self.targets()
        own = [one for one in row.mentions if one.coder == self._desk.project.coder.name] if row else []
        if own and here is not None:
            self._desk.set_sentiment(here, own[-1].code_id, sentiment)
        else:
            self.told.emit(_("Give a code first; then {key} sets its sentiment.").format(key=key))

    def _sign_chosen(self, sentiment: int) -> None:
        """Set the sentiment of the code chosen among those of the answer; a suggestion is taken with it."""
        row, code = self._row(), self.chosen()
        for chip in chips_of(row, self._desk.codes) if row else ():
            if chip.code_id == code and chip.suggestion:
                self.give(chip.code_id, sentiment, suggested=True)
            elif chip.code_id == code:
                self.set_sentiment(chip.code_id, sentiment)

    def _take_off(self) -> None:
        """Take the chosen code off the answer; say no to a chosen suggestion."""
        row, code = self._row(), self.chosen()
        chip = next((one for one in chips_of(row, self._desk.codes) if one.code_id == code), None) if row else None
        if chip is None or row is None:
            self.told.emit(
                _("Choose a code of the answer first: {key} goes from one to the next.").format(
                    key=self._actions.shown("next_chip")
                )
            )
        elif chip.suggestion:
            here = Targets(np.array([row.id], np.int64), 1, expand=self.folded)
            self._desk.remove(here, chip.code_id, explicit=True)
        else:
            self.remove(chip.code_id)

    def set_sentiment(self, code: int, sentiment: int) -> None:
        """Set the sentiment of a code of the answers at hand."""
        targets = self.targets()
        if targets is not None:
            self._desk.set_sentiment(targets, code, sentiment)

    @property
    def repeatable(self) -> list[tuple[int, int | None]]:
        """Return the codes that repeating would give."""
        # Of a million ticked rows not even the ids are looked at: this is asked for at every move.
        targets = self.targets() if self._table.ticked <= 1 else None
        return [] if targets is None else self._to_repeat(targets)

    def _to_repeat(self, targets: Targets) -> list[tuple[int, int | None]]:
        to = targets.rows.to_json().encode() if isinstance(targets.rows, Query) else targets.rows.tobytes()
        return list(self._before if to == self._given_to else self._given)

    def _give_role(self, role: Role) -> None:
        frame = self._desk.frame
        for code in frame.live if frame else ():
            if code.role is role:
                self.give(code.id)
                return
        self.told.emit(_("The frame has no code with this role."))

    def repeat(self) -> None:
        """Give the codes of the answer coded before this one."""
        targets = self.targets()
        if targets is None:
            return
        codes = self._to_repeat(targets)
        if not codes:
            self.told.emit(_("There is nothing to repeat yet."))
        for code, sentiment in codes:
            self.give(code, sentiment)

    # Suggestions

    def accept(self) -> None:
        """Take the suggestions above their own thresholds, confirm, and go on."""
        targets = self.targets()
        if targets is not None:
            self._desk.accept(targets)
            self._go_on()

    def reject(self) -> None:
        """Say no to what the machine suggests for the current answer; in the list of a code to that code, and go on."""
        row = self._row()
        about = self.code_of(row.id) if row is not None else None
        if about is not None and row is not None:
            self._desk.remove(Targets(np.array([row.id], np.int64), 1, expand=self.folded), about, explicit=True)
            self._go_on()
            return
        for chip in chips_of(row, self._desk.codes) if row else ():
            if chip.suggestion and row is not None:
                here = Targets(np.array([row.id], np.int64), 1, expand=self.folded)
                self._desk.remove(here, chip.code_id, explicit=True)

    def take(self, code: int) -> None:
        """Take one suggestion of the current answer."""
        row = self._row()
        for chip in chips_of(row, self._desk.codes) if row else ():
            if chip.suggestion and chip.code_id == code:
                self.give(code, chip.sentiment, suggested=True)

    def remove(self, code: int) -> None:
        """Take a code off the answers at hand."""
        targets = self.targets()
        if targets is not None:
            self._desk.remove(targets, code)

    def _taker(self, n: int) -> Callable[[], None]:
        def take() -> None:
            row = self._row()
            chips = [one for one in chips_of(row, self._desk.codes) if one.suggestion] if row else []
            if n <= len(chips):
                self.take(chips[n - 1].code_id)

        return take

    # Finishing and moving

    def enter(self) -> None:
        """Give the number typed so far; with none, confirm the answers and go on."""
        if self.numbers.pending:
            code = self._take_number()
            if code is not None:
                self.give(code)
            return
        targets = self.targets()
        if targets is not None:
            self._desk.confirm(targets)
            if self.keep and not isinstance(targets.rows, Query):
                # Looked at and found right: no model doubts it again until it changes.
                self._desk.keep(targets.rows.tolist())
            self._go_on()

    def _take_number(self) -> int | None:
        typed = self.numbers.pending
        code = self.numbers.take()
        self.pending_changed.emit("")
        if code is None:
            self.told.emit(_("There is no code {number}.").format(number=typed))
        return code

    def _go_on(self) -> None:
        row = max(self._grid.current_row(), self._table.last_ticked())
        if self._table.ticked:
            self._table.tick_all(False)
        if row + 1 >= self._table.rowCount():
            self.told.emit(_("That was the last answer shown."))
        self._grid.go(row + 1)

    def _skip(self) -> None:
        row = self._row()
        if row is not None and row.reviewed_by is None and not self._desk.project.read_only:
            self._desk.skip([row.id])
        self._move(1)

    def _flag(self) -> None:
        targets, row = self.targets(), self._row()
        if targets is None or isinstance(targets.rows, Query):
            self.told.emit(_("Tick fewer answers to flag them."))
            return
        self._desk.flag(targets.rows.tolist(), on=not (row is not None and row.flagged))

    def _definition(self) -> None:
        row = self._row()
        given = self._last[1] if self._last is not None else None
        chips = chips_of(row, self._desk.codes) if row else []
        self.definition_asked.emit(given if given is not None else chips[0].code_id if chips else None)

    def _near(self) -> None:
        row = self._row()
        if row is not None:
            self.near_asked.emit(row.id)

    def _move(self, by: int) -> None:
        self._grid.go(self._grid.current_row() + by)

    def _tick(self) -> None:
        row = self._grid.current_row()
        if row >= 0:
            self._table.tick(row, row, not self._table.is_ticked(row))

    def _tick_on(self, by: int) -> None:
        row = self._grid.current_row()
        if row >= 0:
            self._table.tick(row, row)
            self._move(by)
            now = self._grid.current_row()
            self._table.tick(now, now)

    def _open_group(self) -> None:
        row = self._row()
        if row is not None and self.folded and row.group_size > 1:
            self.group_asked.emit(row.group_id)

    def _open_picker(self) -> None:
        if self._table.rowCount():
            self.picker_asked.emit()

    def _back(self) -> None:
        self.numbers.back()
        self.pending_changed.emit(self.numbers.pending)

    def _escape(self) -> None:
        if self.numbers.clear():
            self.pending_changed.emit("")
        elif self._table.ticked:
            self._table.tick_all(False)
        else:
            self.leave_asked.emit()

    def _on_moved(self) -> None:
        self._last = None
        if self.numbers.clear():
            self.pending_changed.emit("")


def _nothing() -> None:
    return None


def _no_code(_verbatim: int | None) -> int | None:
    return None
