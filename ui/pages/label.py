"""The Label page: answers, the frame with live counts, the answer at hand in large letters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate import verbatims
from annotate.frames import Frame
from annotate.messages import N_, _
from annotate.store.changes import Change
from annotate.store.query import (
    Answered,
    Condition,
    Flagged,
    HasCode,
    InGroup,
    InQuestion,
    Not,
    Query,
    Reviewed,
    TextContains,
)
from annotate.verbatims import Field, Question, Sort
from ui import state
from ui.models import code_index
from ui.models.code_index import Entry
from ui.models.verbatim_table import VerbatimTable
from ui.pages.frame_edits import FrameEdits
from ui.pages.label_keys import LabelKeys
from ui.pages.registry import Room
from ui.views.code_picker import CodePicker
from ui.views.frame_panel import FramePanel
from ui.views.reading_pane import ReadingPane
from ui.views.verbatim_grid import VerbatimGrid

_FIRST = 500
"""Ids asked for first: the rows on the screen are there before the other million."""
_TYPING_MS = 120
_STATUS: tuple[tuple[str, tuple[Condition, ...]], ...] = (
    (N_("All answers"), ()),
    (N_("Not yet confirmed"), (Not((Reviewed(),)),)),
    (N_("Confirmed"), (Reviewed(),)),
    (N_("Flagged"), (Flagged(),)),
)


class LabelPage(QWidget):
    """Composes grid, reading pane and frame; decides which answers are shown."""

    rows_shown = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        desk, actions = room.desk, room.actions
        self._desk = desk
        self._sort = Sort()
        self._code: int | None = None
        self._group: int | None = None
        self._return_to: int | None = None
        self.whole = False
        self._surveyed = False
        self._entries: list[Entry] = []
        self.table = VerbatimTable(desk.fetch, self)
        self.grid = VerbatimGrid(self.table, actions)
        self.pane = ReadingPane()
        self.panel = FramePanel()
        self.panel.read_only = desk.project.read_only
        self._edits = FrameEdits(desk, self)
        self.keys = LabelKeys(desk, self.table, self.grid, actions, self.query)
        self._build()
        self.picker = CodePicker(self)
        self._connect()
        self.retranslate()
        self.panel.set_frame(None)

    def _build(self) -> None:
        self._question = QComboBox()
        self._question.setMaximumWidth(340)
        self._question.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._status = QComboBox()
        for _text, _conditions in _STATUS:
            self._status.addItem("")
        self._fold = QCheckBox()
        self._fold.setChecked(True)
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._search.setMinimumWidth(220)
        self._hits = QLabel()
        self._hits.setObjectName("muted")
        self._only = QPushButton()
        self._only.hide()
        for one in (self._question, self._status, self._fold, self._only):
            one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 6, 10, 6)
        for one in (self._question, self._status, self._fold, self._only):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self._hits)
        row.addWidget(self._search)
        self._teach, self._import = QLabel(), QPushButton()
        self._teach.setWordWrap(True)
        self._teach.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._import.setProperty("primary", True)
        empty = QWidget()
        lay = QVBoxLayout(empty)
        lay.addStretch(1)
        lay.addWidget(self._teach)
        lay.addWidget(self._import, 0, Qt.AlignmentFlag.AlignHCenter)
        lay.addStretch(2)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(empty)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self._stack)
        down.addWidget(self.pane)
        down.setStretchFactor(0, 3)
        down.setStretchFactor(1, 2)
        down.setSizes([460, 250])
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(down)
        across.addWidget(self.panel)
        across.setStretchFactor(0, 1)
        across.setSizes([1000, 330])
        for splitter in (down, across):
            splitter.setChildrenCollapsible(False)
        self._base = QLabel()
        self._base.setTextFormat(Qt.TextFormat.PlainText)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedSize(160, 8)
        self._keys_hint = QLabel()
        self._keys_hint.setObjectName("muted")
        foot = QFrame()
        foot.setObjectName("foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(10, 4, 10, 4)
        row.addWidget(self._progress)
        row.addWidget(self._base)
        row.addStretch(1)
        row.addWidget(self._keys_hint)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(bar)
        lay.addWidget(across, 1)
        lay.addWidget(foot)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._search)
        leave.setContext(Qt.ShortcutContext.WidgetShortcut)
        leave.activated.connect(self.grid.setFocus)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)

    def _connect(self) -> None:
        desk = self._desk
        desk.changed.connect(self._on_changed)
        desk.frame_changed.connect(self._on_frame)
        desk.counts_changed.connect(self.panel.tree.set_counts)
        desk.questions_changed.connect(self._on_questions)
        desk.fields_changed.connect(self._on_fields)
        self.table.ticks_changed.connect(self._show_row)
        self.table.rows_arrived.connect(self._show_row)
        self.grid.current_changed.connect(lambda _row: self._show_row())
        self.grid.sort_asked.connect(self._on_sort)
        self.pane.code_removed.connect(self.keys.remove)
        self.pane.suggestion_taken.connect(self.keys.take)
        self.keys.pending_changed.connect(self._show_pending)
        self.keys.picker_asked.connect(self._open_picker)
        self.keys.group_asked.connect(self._open_group)
        self.keys.leave_asked.connect(self._leave)
        self.keys.told.connect(self._room.toasts.say)
        self.picker.picked.connect(self.keys.give)
        self.picker.closed.connect(self.grid.setFocus)
        self.panel.code_given.connect(self.keys.give)
        self.panel.filter_asked.connect(self._only_code)
        self.panel.add_asked.connect(self._edits.add)
        self.panel.edit_asked.connect(self._edits.edit)
        self.panel.retire_asked.connect(self._edits.retire)
        self.panel.import_asked.connect(self._room.frame_import_asked)
        self._import.clicked.connect(self._room.import_asked)
        self._question.activated.connect(self._choose_question)
        self._status.activated.connect(lambda _at: self.reload())
        self._fold.clicked.connect(lambda _on: self.reload())
        self._only.clicked.connect(self._leave)
        self._search.textChanged.connect(lambda _text: self._typing.start())
        self._search.returnPressed.connect(self.grid.setFocus)
        self._typing.timeout.connect(self.reload)

    def enter(self, _what: object) -> None:
        """Put the keys to work."""
        self.grid.setFocus()

    # Which answers

    def query(self) -> Query:
        """Return the query whose answers are shown."""
        conditions: list[Condition] = [Answered()]
        if self._desk.question is not None:
            conditions.append(InQuestion(self._desk.question))
        conditions += _STATUS[max(0, self._status.currentIndex())][1]
        if self._code is not None:
            conditions.append(HasCode(self._code))
        if self._group is not None:
            conditions.append(InGroup(self._group))
        if text := self._search.text().strip():
            conditions.append(TextContains(text))
        return Query(tuple(conditions))

    def reload(self) -> None:
        """Ask for the ids again: the first few hundred at once, then all."""
        self._typing.stop()
        folded = self._fold.isChecked() and self._group is None
        self.keys.folded = folded
        text = self._search.text().strip()
        self.grid.painter_of_rows.hit = text
        self.pane.show_hit(text)
        query, sort = self.query(), self._sort
        self.whole = False
        self._tell_base()

        def ask(limit: int | None) -> None:
            self._desk.read(
                "ids",
                lambda project: verbatims.ids(project, query, sort=sort, grouped=folded, limit=limit),
                lambda found: self._show_ids(found, whole=limit is None or len(found) < limit, then=ask),
                # A search reads every text: it must not hold up the rows on the screen.
                slow=limit is None or bool(text),
            )

        ask(_FIRST)

    def _show_ids(self, found: NDArray[np.int64], *, whole: bool, then: Callable[[int | None], None]) -> None:
        current = self._return_to if self._return_to is not None else self.table.id_at(self.grid.current_row())
        self.table.set_ids(found)
        self._return_to = None
        if current is not None and self.table.id_at(self.grid.current_row()) != current:
            row = self.table.row_of(current)
            if row is not None:
                self.grid.go(row)
            elif not whole and self.grid.current_row() <= 0:
                self._return_to = current
        self.whole = whole
        self._stack.setCurrentIndex(0 if len(found) else 1)
        self._tell_base()
        self._show_row()
        if not whole:
            then(None)
        else:
            self.rows_shown.emit()
        if not self._surveyed:
            self._surveyed = True
            self._desk.survey()

    def _on_changed(self, change: Change) -> None:
        if change.rows:
            self.reload()
        self.table.refresh(change.verbatims)
        if change.kind in ("undo", "redo") and change.verbatims:
            self._show_turned(change.verbatims)

    def _show_turned(self, touched: tuple[int, ...]) -> None:
        """Go to what undo or redo changed, unless it is the current answer already."""
        if self.table.id_at(self.grid.current_row()) not in touched:
            rows = np.flatnonzero(np.isin(self.table.ids, np.array(touched, np.int64)))
            if len(rows):
                self.grid.go(int(rows[0]))

    def _on_sort(self, sort: Sort) -> None:
        self._sort = sort
        self.reload()

    def _choose_question(self, at: int) -> None:
        chosen = self._question.itemData(at)
        state.remember(f"question/{self._desk.project.uuid.hex()}", "" if chosen is None else str(chosen))
        self._desk.choose_question(chosen)
        self._tell_questions()
        self.reload()

    def _only_code(self, code: int) -> None:
        self._code = code
        self._tell_only()
        self.reload()

    def _open_group(self, group: int) -> None:
        self._group = group
        self._return_to = self.table.id_at(self.grid.current_row())
        self._tell_only()
        self.reload()

    def _leave(self) -> None:
        if self._group is not None:
            self._return_to, self._group = self._group, None
        elif self._code is not None:
            self._code = None
        elif self._search.text():
            self._search.clear()
        else:
            return
        self._tell_only()
        self.reload()
        self.grid.setFocus()

    def _tell_only(self) -> None:
        if self._group is not None:
            words = _("Only one group of identical answers")
        elif self._code is not None and (code := self._desk.codes.get(self._code)) is not None:
            words = _("Only code {code}").format(code=f"{code.number} {code.label}".strip())
        else:
            words = ""
        self._only.setText(f"{words}  ×".replace("&", "&&"))
        self._only.setVisible(bool(words))

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # What is told

    def _show_row(self) -> None:
        self.pane.show_row(self.table.row(self.grid.current_row()), self.table.ticked)

    def _show_pending(self, typed: str) -> None:
        words = f"{typed}…  {'  '.join(self.keys.numbers.continuations()[:12])}" if typed else ""
        self.pane.show_pending(words)

    def _on_frame(self, frame: Frame | None) -> None:
        codes = self._desk.codes
        self.panel.set_frame(frame)
        self.grid.painter_of_rows.use_codes(codes)
        self.pane.use_codes(codes)
        self.keys.numbers.use(frame.live if frame else ())
        self.grid.viewport().update()
        self._tell_only()
        if frame is not None:
            # The pinyin of 200 labels takes longer than a frame on the screen may.
            self._desk.read("picker", lambda _project: code_index.build(frame.codes), self._use_entries)

    def _use_entries(self, entries: list[Entry]) -> None:
        self._entries = entries
        self.picker.use(entries)

    def _on_fields(self, fields: list[Field]) -> None:
        self.grid.set_fields(fields)
        self.pane.use_fields(fields)

    def _on_questions(self, questions: list[Question]) -> None:
        chosen = self._desk.question
        if chosen is None and self._question.count() == 0:
            kept = state.text(f"question/{self._desk.project.uuid.hex()}")
            if kept.isdecimal() and int(kept) in [one.id for one in questions]:
                chosen = int(kept)
                self._desk.choose_question(chosen)
                self.reload()
        self._tell_questions()
        self._question.clear()
        if len(questions) != 1:
            self._question.addItem(_("All questions"), None)
        for one in questions:
            self._question.addItem(f"{one.name}  {one.text}".strip()[:80], one.id)
        self._question.setCurrentIndex(max(0, self._question.findData(chosen)))
        self._tell_base()

    def _tell_questions(self) -> None:
        several = self._desk.question is None
        self.grid.show_questions({one.id: one.name for one in self._desk.questions} if several else {})

    def _tell_base(self) -> None:
        shown = [one for one in self._desk.questions if self._desk.question in (None, one.id)]
        asked, answered, reviewed = (
            sum(getattr(one, name) for one in shown) for name in ("asked", "answered", "reviewed")
        )
        self._progress.setRange(0, max(1, answered))
        self._progress.setValue(reviewed)
        self._base.setText(
            _("Base: asked {asked}, answered {answered}  ·  confirmed {reviewed} ({share} %)").format(
                asked=f"{asked:,}",
                answered=f"{answered:,}",
                reviewed=f"{reviewed:,}",
                share=f"{100 * reviewed / max(1, answered):.1f}",
            )
        )
        rows = f"{self.table.rowCount():,}" + ("" if self.whole else "…")
        folded = self.keys.folded
        self._hits.setText((_("{n} groups shown") if folded else _("{n} answers shown")).format(n=rows))
        nothing = not answered
        self._teach.setText(
            _("There are no answers in this project yet. Import a file of survey answers, calls or reviews.")
            if nothing
            else _("No answer fits the filter. Esc takes it off.")
        )
        self._import.setVisible(nothing and not self._desk.project.read_only)

    def use_font(self, font: QFont) -> None:
        """Take the font of the answers."""
        self.grid.use_font(font)
        self.pane.use_font(font)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for at, (text, _conditions) in enumerate(_STATUS):
            self._status.setItemText(at, _(text))
        self._fold.setText(_("Fold identical answers"))
        self._search.setPlaceholderText(_("Search answers (Ctrl+F)"))
        self._import.setText(_("Import answers…"))
        self._question.setAccessibleName(_("Question"))
        self._status.setAccessibleName(_("Status"))
        self._search.setAccessibleName(_("Search answers"))
        self._keys_hint.setText(
            _("J/K move · Space ticks · digits code · - = + sentiment · / picker · Enter confirms · ? all keys")
        )
        if self._question.count() > 1:
            self._question.setItemText(0, _("All questions"))
        self._tell_only()
        self._tell_base()
        self._show_row()

    # The frame

    def _open_picker(self) -> None:
        row = self.table.row(self.grid.current_row())
        self.picker.open({one.code_id: one.confidence for one in row.suggestions} if row else {})
