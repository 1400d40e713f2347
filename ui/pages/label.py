"""The Label page: answers, the frame with live counts, the answer at hand in large letters. Composition."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDropEvent, QFont, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QSplitter,
    QStackedLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate.deadline import Kind, Plan
from annotate.frames import Code, Frame
from annotate.messages import N_, _
from annotate.search_language import hits
from annotate.store.changes import Change
from annotate.store.query import Query
from annotate.verbatims import Field, Question, Sort
from ui import state
from ui.models import code_index, filters
from ui.models.code_index import Entry
from ui.models.verbatim_table import VerbatimTable
from ui.pages.frame_edits import FrameEdits
from ui.pages.label_keys import LabelKeys
from ui.pages.label_reading import LabelReading
from ui.pages.label_rows import LabelRows, Why
from ui.pages.registry import Room
from ui.views.code_picker import CodePicker
from ui.views.deadline_panel import DeadlinePanel
from ui.views.dropping import RowsOntoCodes
from ui.views.filter_bar import FilterBar
from ui.views.frame_panel import FramePanel
from ui.views.label_bars import Foot, NothingListed, TopBar
from ui.views.mode_bar import KEYED, Mode
from ui.views.reading_pane import ReadingPane
from ui.views.standing_bar import StandingBar
from ui.views.verbatim_grid import VerbatimGrid

_EMPTY = {
    Mode.RECHECK: N_("Nothing to re-check: no code changed its meaning since its answers were confirmed."),
    Mode.AUDIT: N_("No random answer is owed. Draw some: they tell how accurate the machine is."),
    Mode.SHUFFLE: N_("Every answer that fits is confirmed."),
}
_NOTHING = N_("No answer fits. Esc goes back to all answers.")
_FILTERED = N_("No answer fits the filter. Esc takes it off.")


class LabelPage(QWidget):
    """Puts grid, reading pane, frame and bars together."""

    rows_shown = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        desk, actions = room.desk, room.actions
        self._desk, self._actions = desk, actions
        self._surveyed = False
        self._entries: list[Entry] = []
        self.table = VerbatimTable(desk.fetch, self)
        self.grid = VerbatimGrid(self.table, actions)
        self.rows = LabelRows(desk, self.table, self.grid)
        self.pane = ReadingPane(actions)
        self.pane.use_coder(desk.project.coder.name)
        self.reading = LabelReading(desk, self.pane, self.rows)
        self.panel = FramePanel()
        self.panel.read_only = desk.project.read_only
        self._edits = FrameEdits(desk, self)
        self.keys = LabelKeys(desk, self.table, self.grid, actions, self.rows.query)
        self.keys.span = self.pane.text.span
        self.keys.code_of = self.rows.code_of
        self.top, self.foot, self.empty = TopBar(actions), Foot(actions), NothingListed()
        self.modes = self.top.modes
        self.filters = FilterBar(desk)
        self.standing = StandingBar(desk)
        self.rows.conditions = lambda: [one.condition for one in self.filters.filters]
        self._onto = RowsOntoCodes(self.panel.view, self._code_at)
        self._build()
        self.picker = CodePicker(self)
        self.deadline = DeadlinePanel(desk, self)
        self._connect()
        self._bind()
        self.retranslate()
        self.panel.set_frame(None)

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        # The grid stays under it: with the grid hidden the keys would go nowhere.
        over = self._stack.layout()
        assert isinstance(over, QStackedLayout)
        over.setStackingMode(QStackedLayout.StackingMode.StackAll)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self._stack)
        down.addWidget(self.pane)
        down.setStretchFactor(0, 3)
        down.setStretchFactor(1, 2)
        down.setSizes([440, 260])
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(down)
        across.addWidget(self.panel)
        across.setStretchFactor(0, 1)
        across.setSizes([1000, 330])
        for splitter, key in ((down, "label/down"), (across, "label/across")):
            splitter.setChildrenCollapsible(False)
            if kept := state.shape(key):
                splitter.restoreState(kept)
            splitter.splitterMoved.connect(partial(_remember, splitter, key))
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        for bar in (self.top, self.filters, self.standing):
            lay.addWidget(bar)
        lay.addWidget(across, 1)
        lay.addWidget(self.foot)
        names = state.text("columns", "")
        self.grid.show_columns(names.split("\n") if names else None)

    def _connect(self) -> None:
        desk, rows, keys = self._desk, self.rows, self.keys
        desk.changed.connect(self._on_changed)
        desk.frame_changed.connect(self._on_frame)
        desk.counts_changed.connect(self.panel.tree.set_counts)
        desk.questions_changed.connect(self._on_questions)
        desk.fields_changed.connect(self._on_fields)
        self.table.ticks_changed.connect(self._show_row)
        self.table.rows_arrived.connect(self._show_row)
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
        self.picker.closed.connect(self.grid.setFocus)
        self.panel.code_given.connect(keys.give)
        self.panel.filter_asked.connect(self._only_code)
        self.panel.add_asked.connect(self._edits.add)
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
        self.grid.setFocus()

    # Which answers

    def reload(self) -> None:
        """List the answers again."""
        self.top.settle()
        self.rows.reload()

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
        if self.table.rowCount() and not self._surveyed:
            self._surveyed = True
            self._desk.survey()

    def _on_shown(self) -> None:
        if not self._surveyed:
            self._surveyed = True
            self._desk.survey()
        self.rows_shown.emit()

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
        near = self.rows.near_to(verbatim)
        if near is None:
            self.rows.find_near(lambda: self._tick_near(verbatim))
            return
        for one in near:
            row = self.table.row_of(one)
            if row is not None:
                self.table.tick(row, row)
        if not near:
            self._room.toasts.say(_("No other answer says nearly the same."))

    def _draw_audit(self) -> None:
        question = self._desk.question
        if question is not None:
            self._desk.draw_audit(question, self.reload)

    # What is told

    def _show_row(self) -> None:
        row = self.table.row(self.grid.current_row())
        self.pane.show_row(row, self.table.ticked)
        self.reading.show(row)
        if row is not None and self.rows.search:
            self.pane.text.show_hits(hits(row.text, self.rows.search))
        elif row is not None:
            self.pane.text.show_hits([])
        self.pane.show_repeat(self.keys.repeatable)

    def _show_pending(self, typed: str) -> None:
        words = f"{typed}…  {'  '.join(self.keys.numbers.continuations()[:12])}" if typed else ""
        self.pane.show_pending(words)

    def _show_definition(self, code: int | None) -> None:
        index = self.panel.tree.index_of(code) if code is not None else None
        if index is None or not index.isValid():
            self._room.toasts.say(_("Give a code first, or choose one in the frame."))
            return
        self.panel.view.setCurrentIndex(index)
        self.panel.view.scrollTo(index)

    def _pass_key(self, event: QKeyEvent) -> None:
        QApplication.sendEvent(self.grid, event)

    def _code_at(self, event: QDropEvent) -> Code | None:
        return self.panel.tree.code(self.panel.view.indexAt(event.position().toPoint()))

    def _on_frame(self, frame: Frame | None) -> None:
        codes = self._desk.codes
        self.panel.set_frame(frame)
        self.grid.painter_of_rows.use_codes(codes)
        self.pane.use_codes(codes)
        self.keys.numbers.use(frame.live if frame else ())
        self.grid.viewport().update()
        self.filters.use_frame(frame)
        if frame is not None:
            # The pinyin of 200 labels takes longer than a frame on the screen may.
            self._desk.read("picker", lambda _project: code_index.build(frame.codes), self._use_entries)

    def _use_entries(self, entries: list[Entry]) -> None:
        self._entries = entries
        self.picker.use(entries)

    def _on_fields(self, fields: list[Field]) -> None:
        self.grid.set_fields(fields)
        self.pane.use_fields(fields)
        self.filters.use_fields(fields)

    def _on_questions(self, questions: list[Question]) -> None:
        chosen = self._desk.question
        if chosen is None and self.top.question.count() == 0:
            kept = state.text(f"question/{self._desk.project.uuid.hex()}")
            known = [one.id for one in questions]
            chosen = known[0] if len(known) == 1 else int(kept) if kept.isdecimal() and int(kept) in known else None
            if chosen is not None:
                self._desk.choose_question(chosen)
                if len(known) > 1:
                    self.reload()
        self._tell_questions()
        self.top.use_questions(questions)
        self.top.show_question(self._desk.question)
        self._tell_base()
        self.standing.refresh()
        self.filters.read_facets()
        self.rows.count_modes()

    def _tell_questions(self) -> None:
        several = self._desk.question is None
        self.grid.show_questions({one.id: one.name for one in self._desk.questions} if several else {})

    def _tell_base(self) -> None:
        shown = [one for one in self._desk.questions if self._desk.question in (None, one.id)]
        asked, answered, reviewed = (
            sum(getattr(one, name) for one in shown) for name in ("asked", "answered", "reviewed")
        )
        self.foot.show_base(asked, answered, reviewed)
        rows = f"{self.table.rowCount():,}" + ("" if self.rows.whole else "…")
        self.top.show_hits((_("{n} groups shown") if self.rows.folded else _("{n} answers shown")).format(n=rows))
        nothing, mode = not answered and bool(self._desk.questions or self.rows.whole), self.rows.mode
        narrowed = bool(self.filters.filters or self.rows.search)
        if nothing:
            words = _("There are no answers in this project yet. Import a file of survey answers, calls or reviews.")
        elif self.rows.choosing:
            words = _("Choosing the answers to read next…")
        else:
            words = self.rows.empty or _(_FILTERED if narrowed else _EMPTY.get(mode, _NOTHING))
        writable = not self._desk.project.read_only
        draw = not nothing and writable and mode is Mode.AUDIT and not narrowed
        self.empty.tell(words, can_import=nothing and writable, can_draw=draw)

    def use_font(self, font: QFont) -> None:
        """Take the font of the answers."""
        self.grid.use_font(font)
        self.pane.use_font(font)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._tell_base()
        self._show_row()

    # The frame

    def _open_picker(self) -> None:
        row = self.table.row(self.grid.current_row())
        self.picker.open({one.code_id: one.confidence for one in row.suggestions} if row else {})


def _remember(splitter: QSplitter, key: str, _at: int = 0, _place: int = 0) -> None:
    state.remember_shape(key, splitter.saveState())
