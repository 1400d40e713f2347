"""The Label page: answers, the frame with live counts, the answer at hand in large letters."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)

from annotate.deadline import Kind, Plan
from annotate.messages import N_, _
from annotate.sorting import Sort
from annotate.store.changes import Change
from annotate.store.query import Ids, Query
from ui import state
from ui.models import filters
from ui.pages.label_queues import Why
from ui.pages.label_showing import LabelShowing
from ui.pages.registry import Room
from ui.views.mode_bar import KEYED, Mode


class LabelPage(LabelShowing):
    """What keys, clicks and other pages do with the answers."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._connect()
        self._bind()
        self.retranslate()
        self.panel.set_frame(None)

    def _connect(self) -> None:
        desk, rows, keys = self._desk, self.rows, self.keys
        desk.changed.connect(self._on_changed)
        desk.frame_changed.connect(self._on_frame)
        desk.counts_changed.connect(self.panel.tree.set_counts)
        desk.questions_changed.connect(self._on_questions)
        desk.fields_changed.connect(self._on_fields)
        self.table.ticks_changed.connect(self._show_row)
        self.table.rows_arrived.connect(self._show_row)
        self.table.rows_arrived.connect(self._survey)
        self.grid.current_changed.connect(lambda _row: self._show_row())
        self.grid.sort_asked.connect(self._on_sort)
        self.grid.columns_chosen.connect(lambda names: state.remember("columns", "\n".join(names)))
        self.grid.code_dropped.connect(keys.give)
        self._onto.code_taken.connect(keys.give)
        rows.narrowed.connect(self._on_narrowed)
        rows.shown.connect(self._on_shown)
        rows.told.connect(self._room.toasts.say)
        rows.mode_changed.connect(self._on_mode)
        rows.counted.connect(self.modes.show_count)
        self.modes.chosen.connect(self.choose_mode)
        self.filters.changed.connect(self._on_filters)
        self.filters.given_dropped.connect(lambda: self.show_given(None, ""))
        self.filters.fold_changed.connect(self._on_fold)
        self.filters.near_changed.connect(rows.show_near)
        rows.near.begun.connect(self.filters.watch)
        rows.near.found.connect(self.filters.show_near)
        rows.near.turned.connect(self.filters.turn_near)
        rows.near.found.connect(lambda _found: self._show_row())
        rows.near.told.connect(self._room.toasts.say)
        self.pane.opposite_asked.connect(self._to_opposite)
        keys.opposite_asked.connect(self._to_opposite)
        keys.chip_asked.connect(self.pane.chips.step)
        keys.clause_asked.connect(self._next_clause)
        self.filters.columns_asked.connect(self.grid.choose_columns)
        self.standing.rows_asked.connect(self.show_given)
        self.standing.plan_asked.connect(self._plan)
        self.deadline.started.connect(self._follow)
        self.deadline.closed.connect(self.grid.setFocus)
        self.pane.code_removed.connect(keys.remove)
        self.pane.suggestion_taken.connect(keys.take)
        self.pane.sentiment_chosen.connect(keys.set_sentiment)
        self.pane.memo_written.connect(desk.memo)
        self.pane.memo_left.connect(self.grid.setFocus)
        self.pane.text.key_passed.connect(self._pass_key)
        keys.pending_changed.connect(self._show_pending)
        keys.picker_asked.connect(self._open_picker)
        keys.group_asked.connect(rows.open_group)
        keys.leave_asked.connect(self._leave)
        keys.told.connect(self._room.toasts.say)
        keys.memo_asked.connect(self.pane.edit_memo)
        keys.explain_asked.connect(self.reading.toggle)
        keys.definition_asked.connect(self._show_definition)
        keys.near_asked.connect(self._tick_near)
        keys.rest_asked.connect(self._accept_rest)
        self.picker.picked.connect(keys.give)
        self.picker.new_asked.connect(self._new_code)
        self.picker.closed.connect(self.grid.setFocus)
        self.panel.code_given.connect(keys.give)
        self.panel.filter_asked.connect(self._only_code)
        self.panel.add_asked.connect(lambda net, is_net: self._edits.add(net, is_net, then=self._show_new))
        self.panel.edit_asked.connect(self._edits.edit)
        self.panel.retire_asked.connect(self._edits.retire)
        self.panel.import_asked.connect(self._room.frame_import_asked)
        self.empty.import_asked.connect(self._room.import_asked)
        self.empty.draw_asked.connect(self._draw_audit)
        self.top.question_chosen.connect(self._choose_question)
        self.top.left.connect(self.grid.setFocus)
        self.top.searched.connect(self._on_search)

    def _bind(self) -> None:
        bind = self._actions.bind
        for mode in KEYED:
            bind(f"mode_{mode}", partial(self.choose_mode, mode), self)
        bind("filter", self.filters.open_menu, self)
        bind("columns", self.grid.choose_columns, self)
        bind("deadline", self._plan, self)
        self._actions.listen(self, "label")
        self._actions.keys_changed.connect(self.foot.retranslate)
        self._actions.keys_changed.connect(self.top.retranslate)

    def enter(self, what: object) -> None:
        """Put the keys to work; show exactly the answers that another page asks for."""
        if isinstance(what, Query):
            self.show_given(what, _("Only the answers asked for"))
        elif self._desk.question != self._question:  # another page turned to it
            self._choose_question(self._desk.question)
            self.top.show_question(self._desk.question)
        self.grid.setFocus()

    # Which answers

    @property
    def whole(self) -> bool:
        """Whether all ids are there, not only the first few hundred."""
        return self.rows.whole

    def choose_mode(self, mode: Mode) -> None:
        """List the answers by a mode."""
        code = self.panel.current_code()
        usable = code is not None and not code.is_net
        self.rows.choose(mode, code.id if code is not None and usable else None)
        self.grid.setFocus()

    def show_given(self, query: Query | None, words: str) -> None:
        """List exactly what a query means; None goes back to the filters."""
        self.filters.show_given(words if query is not None else "")
        self.rows.show_given(query)
        self._tell_questions()
        self.top.show_question(self._desk.question)
        self.grid.setFocus()

    def _on_mode(self, mode: Mode) -> None:
        self.modes.show_mode(mode)
        self.keys.keep = mode is Mode.WRONG
        if mode is not Mode.ALL:
            self.filters.show_given("")
        self.top.show_question(self._desk.question)

    def _on_filters(self) -> None:
        self.reload()

    def _on_fold(self, on: bool) -> None:
        self.rows.fold = on
        self.reload()

    def _on_search(self, text: str) -> None:
        self.rows.search = text
        self.reload()

    def _on_narrowed(self) -> None:
        self.keys.folded = self.rows.folded
        self.grid.painter_of_rows.hit = self.rows.search
        had = self.grid.hasFocus()
        self._stack.setCurrentIndex(0 if self.table.rowCount() or not (self.rows.whole or self.rows.choosing) else 1)
        if had:
            self.grid.setFocus()
        self._tell_base()
        self._show_row()

    def _on_shown(self) -> None:
        self._survey()
        self.rows_shown.emit()

    def _survey(self) -> None:
        """Begin, once, what takes the processor from the first rows."""
        if not self._surveyed:
            self._surveyed = True
            self._desk.survey()
            self._read_entries()

    def _on_changed(self, change: Change) -> None:
        self.rows.on_changed(change)
        self.standing.refresh()
        if change.kind == "train":
            self.reading.load_model()

    def _on_sort(self, sort: Sort) -> None:
        self.rows.sort = sort
        if self.rows.mode is not Mode.ALL:
            self.rows.choose(Mode.ALL)
        else:
            self.reload()

    def _choose_question(self, chosen: int | None) -> None:
        state.remember(f"question/{self._desk.project.uuid.hex()}", "" if chosen is None else str(chosen))
        self._desk.choose_question(chosen)
        self._tell_questions()
        self.standing.refresh()
        self.filters.read_facets()
        self.rows.count_modes()
        self.reload()

    def _only_code(self, code: int) -> None:
        frame = self._desk.frame
        if frame is not None and code in self._desk.codes:
            self.filters.put(filters.of_code(self._desk.codes[code], frame))

    def _leave(self) -> None:
        if self.rows.leave_group():
            pass
        elif self.pane.text.span() is not None:
            self.pane.text.drop_selection()
        elif self.rows.given is not None:
            self.show_given(None, "")
        elif self.top.text:
            self.top.search.clear()
        elif self.rows.mode is not Mode.ALL:
            self.rows.choose(Mode.ALL)
        else:
            self.filters.drop_last()
        self.grid.setFocus()

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.top.focus_search()

    # Plans and lists of one code

    def _plan(self) -> None:
        if self._desk.question is None:
            self._room.toasts.say(_("Choose a question first: a plan is made for one."))
        else:
            self.deadline.open()

    def _follow(self, plan: Plan) -> None:
        words = {
            Kind.SAMPLES: N_("drawn at random, for the audit"),
            Kind.GROUPS: N_("a big group of identical answers"),
            Kind.CODE: N_("the machine gives this code; the surest first"),
            Kind.REST: N_("one of the rest, larger groups first"),
        }
        why: dict[int, Why] = {}
        rows: list[int] = []
        for stage in plan.stages:
            for row in stage.rows.tolist():
                if row not in why:
                    why[row] = Why(words[stage.kind], code=stage.code.id if stage.code is not None else None)
                    rows.append(row)
        self.rows.follow(rows, why)

    def _accept_rest(self) -> None:
        question = self._desk.question
        code = self.rows.code_of(self.table.id_at(self.grid.current_row()))
        if question is None or code is None:
            self._room.toasts.say(_("This works in a list of one code: choose the mode Likely for this code."))
        elif self.rows.conditions() or self.rows.search:
            self._room.toasts.say(_("Take the filters off first: the rest of the list is more than what is shown."))
        else:
            self._desk.accept_rest(question, code)

    def _tick_near(self, verbatim: int) -> None:
        if not self.rows.near.known:
            self.rows.near.look(lambda: self._tick_near(verbatim))
            return
        near = self.rows.near.near_to(verbatim)
        for one in near:
            row = self.table.row_of(one)
            if row is not None:
                self.table.tick(row, row)
        if not near:
            self._room.toasts.say(_("No other answer says nearly the same."))

    def _to_opposite(self, verbatim: int | None = None) -> None:
        """Go to an answer that says the opposite; where it is not listed, list it with the answer at hand."""
        here = self.table.id_at(self.grid.current_row())
        if verbatim is None and here is not None:
            verbatim = next(iter(self.rows.near.opposites_of(here)), None)
        if verbatim is None or here is None:
            self._room.toasts.say(_("No answer is known to say the opposite. Near ones together looks for them."))
            return
        row = self.table.row_of(verbatim)
        if row is not None:
            self.grid.go(row)
        else:
            self.show_given(Query((Ids.of([here, verbatim]),)), _("An answer and its opposite"))
        self.grid.setFocus()

    def _draw_audit(self) -> None:
        question = self._desk.question
        if question is not None:
            self._desk.draw_audit(question, self.reload)

    def _pass_key(self, event: QKeyEvent) -> None:
        QApplication.sendEvent(self.grid, event)

    # The frame

    def _new_code(self, name: str) -> None:
        """Ask for a new code of this name, in the net of the code at hand, and give it to the answers at hand."""
        here = self.panel.current_code()
        net = None if here is None else here.id if here.is_net else here.parent_id
        self._edits.add(net, False, called=name, then=self._give_new)

    def _give_new(self, code: int) -> None:
        self.keys.give(code)
        self.grid.setFocus()

    def _open_picker(self) -> None:
        row = self.table.row(self.grid.current_row())
        self.picker.open({one.code_id: one.confidence for one in row.suggestions} if row else {})
