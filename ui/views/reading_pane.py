"""The answer at hand: its text, its codes, the machine's suggestions with their reasons, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotate.frames import Code
from annotate.marks import LONGEST_MEMO
from annotate.messages import N_, _
from annotate.verbatims import Field, VerbatimRow
from ui.actions import Actions
from ui.delegates.chips import chips_of, words
from ui.views.evidence_chips import EvidenceChips
from ui.views.flow import Flow
from ui.views.verbatim_text import ClauseMark, VerbatimText

_CONTEXT_CHARS = 40
BLIND = N_("Drawn at random to measure the machine: decide without its suggestions, they show afterwards.")


class ReadingPane(QFrame):
    """Shows one answer. Its chips are buttons: a decision is taken off, a suggestion is taken."""

    code_removed = Signal(int)
    suggestion_taken = Signal(int)
    sentiment_chosen = Signal(int, int)
    memo_written = Signal(int, str)
    memo_left = Signal()
    opposite_asked = Signal(int)

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._row: VerbatimRow | None = None
        self._codes: Mapping[int, Code] = {}
        self._fields: list[Field] = []
        self._coder = ""
        self._ticked = 0
        self._clauses: list[ClauseMark] = []
        self._opposites: list[tuple[int, str, int]] = []
        self._head, self._why = QLabel(), QLabel()
        for one in (self._head, self._why):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self._head.setObjectName("muted")
        self._why.setObjectName("why")
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._why.hide()
        self.text = VerbatimText()
        self.chips = EvidenceChips(actions)
        self.chips.removed.connect(self.code_removed)
        self.chips.taken.connect(self.suggestion_taken)
        self.chips.sentiment_chosen.connect(self.sentiment_chosen)
        self.chips.chosen_changed.connect(self._on_chosen)
        self._apart = QWidget()
        self._apart_flow = Flow(self._apart)
        self._apart.hide()
        self._reasons = QLabel()
        self._reasons.setTextFormat(Qt.TextFormat.PlainText)
        self._reasons.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._reasons.setWordWrap(True)
        self._reasons.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._reasons)
        self._scroll.hide()
        self._memo = QLineEdit()
        self._memo.setMaxLength(LONGEST_MEMO)
        self._memo.hide()
        self._memo.returnPressed.connect(self._write_memo)
        self._memo.installEventFilter(self)
        self._notes = QLabel()
        self._notes.setObjectName("muted")
        self._notes.setTextFormat(Qt.TextFormat.PlainText)
        self._notes.setWordWrap(True)
        self._notes.hide()
        self._hint = QLabel()
        self._hint.setObjectName("muted")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._pending = QLabel()
        self._pending.setObjectName("key")
        self._pending.hide()
        top = QHBoxLayout()
        top.addWidget(self._head, 3)
        top.addWidget(self._why, 2)
        foot = QHBoxLayout()
        foot.addWidget(self._hint, 1)
        foot.addWidget(self._pending)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(16, 10, 16, 8)
        lay.addLayout(top)
        lay.addWidget(self.text, 1)
        lay.addWidget(self.chips)
        lay.addWidget(self._apart)
        lay.addWidget(self._scroll, 1)
        lay.addWidget(self._notes)
        lay.addWidget(self._memo)
        lay.addLayout(foot)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(self.palette().ColorRole.Base)
        self.retranslate()

    def use_font(self, font: QFont) -> None:
        """Take the font of the answers."""
        self.text.use_font(font)

    def use_codes(self, codes: Mapping[int, Code]) -> None:
        """Take the codes that chips are labelled from."""
        self._codes = codes
        self._tell()

    def use_fields(self, fields: list[Field]) -> None:
        """Take the names of the context columns."""
        self._fields = fields
        self._tell()

    def use_coder(self, name: str) -> None:
        """Take the name of who codes: of their memo there is one to write."""
        self._coder = name

    def show_pending(self, text: str) -> None:
        """Show the number being typed; empty for none."""
        self._pending.setText(text)
        self._pending.setVisible(bool(text))

    def show_row(self, row: VerbatimRow | None, ticked: int) -> None:
        """Show an answer (None while it is being read) and on how many ticked rows the keys act."""
        if row is None or self._row is None or row.id != self._row.id:
            self._clauses = []
            self.show_reasons([])
            self.show_why("")
            self.show_opposites([])
            self.chips.choose(None)
            self._memo.hide()
        self._row, self._ticked = row, ticked
        self.text.show_text("" if row is None else row.text)
        self._tell()

    def show_why(self, words: str) -> None:
        """Say why this answer is shown; empty for no reason but its place in the list."""
        self._why.setText(_("Shown because: {why}").format(why=words) if words else "")
        self._why.setVisible(bool(words))

    def show_clauses(self, clauses: Sequence[ClauseMark]) -> None:
        """Show the clauses of the answer, and which of them no code explains."""
        self._clauses = list(clauses)
        self.text.show_clauses(self._clauses)
        if self._row is not None:
            self._tell_chips(self._row)
        self._tell_hint()

    def next_clause(self) -> bool:
        """Select the next clause, those that no code explains first; return whether there is one."""
        order = sorted(self._clauses, key=lambda one: one.explained is not False)
        spans = [(one.start, one.stop) for one in order]
        here = self.text.span()
        if spans:
            self.text.select(*spans[(spans.index(here) + 1) % len(spans) if here in spans else 0])
        return bool(spans)

    def show_opposites(self, others: Sequence[tuple[int, str, int]]) -> None:
        """Say which answers (id, text, how many) are not grouped with this one: they say the opposite."""
        if list(others) == self._opposites:
            return
        self._opposites = list(others)
        self._apart_flow.clear()
        if others:
            told = QLabel(_("Not grouped with the opposite:"))
            told.setObjectName("muted")
            self._apart_flow.addWidget(told)
        for verbatim, text, people in others:
            said = " ".join(text.split())
            said = said if len(said) <= _CONTEXT_CHARS else f"{said[:_CONTEXT_CHARS]}…"
            go = QPushButton(f"“{said}”{f' ×{people:,}' if people > 1 else ''}".replace("&", "&&"))
            go.setProperty("quiet", True)
            go.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            go.setToolTip(self._actions.tip("opposite"))
            go.clicked.connect(lambda _checked=False, one=verbatim: self.opposite_asked.emit(one))
            self._apart_flow.addWidget(go)
        for at in range(self._apart_flow.count()):
            item = self._apart_flow.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.show()
        self._apart.setVisible(bool(others))
        self._apart.updateGeometry()

    def show_reasons(self, lines: Sequence[str]) -> None:
        """Show why the machine suggests what it suggests; nothing where there are no lines."""
        self._reasons.setText("\n".join(lines))
        self._scroll.setVisible(bool(lines))

    @property
    def explaining(self) -> bool:
        """Whether reasons are shown."""
        return not self._scroll.isHidden()

    def edit_memo(self) -> None:
        """Put the cursor into the memo of the answer."""
        if self._row is not None:
            self._memo.setText(next((one.text for one in self._row.memos if one.coder == self._coder), ""))
            self._memo.show()
            self._memo.setFocus()
            self._memo.selectAll()

    def _write_memo(self) -> None:
        if self._row is not None:
            self.memo_written.emit(self._row.id, self._memo.text())
        self._leave_memo()

    def _leave_memo(self) -> None:
        self._memo.hide()
        self.memo_left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = watched is self._memo and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._leave_memo()
            return True
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._memo.setPlaceholderText(_("Memo on this answer; Enter keeps it, Esc leaves it as it was"))
        self._memo.setAccessibleName(_("Memo"))
        self.chips.retranslate()
        others, self._opposites = self._opposites, []
        self.show_opposites(others)
        self._tell()

    def _tell(self) -> None:
        row = self._row
        if row is None:
            self._head.setText("")
            self.chips.show_chips((), {})
            self._notes.hide()
            self._tell_hint()
            return
        parts = [f"#{row.record_key}" if row.record_key else f"#{row.id}"]
        parts += [part for part in (row.at, row.source, row.wave) if part]
        for field, value in zip(self._fields, row.context, strict=False):
            if value:
                parts.append(f"{field.name} {value[:_CONTEXT_CHARS]}")
        self._head.setText("   ·   ".join(parts))
        notes = [_(BLIND)] if row.blind else []
        notes += [f"⚑ {_('flagged')}"] if row.flagged else []
        notes += [_("Memo of {coder}: {text}").format(coder=one.coder, text=one.text) for one in row.memos]
        self._notes.setText("   ·   ".join(notes))
        self._notes.setVisible(bool(notes))
        self.text.show_evidence([one.span for one in row.mentions if one.span is not None])
        self._tell_chips(row)
        self._tell_hint()

    def _spans(self, row: VerbatimRow) -> dict[int, tuple[int, int]]:
        """Return where each code comes from: the words that a person chose, else the clause that speaks for it."""
        found = {code: (one.start, one.stop) for one in self._clauses for code in one.codes}
        return found | {one.code_id: one.span for one in row.mentions if one.span is not None}

    def _tell_chips(self, row: VerbatimRow) -> None:
        spans = self._spans(row) if len(self._clauses) > 1 or any(one.span for one in row.mentions) else {}
        said = {code: " ".join(row.text[start:stop].split()) for code, (start, stop) in spans.items()}
        self.chips.show_chips(chips_of(row, self._codes), said)
        self._on_chosen(self.chips.chosen)

    def _on_chosen(self, code: int | None) -> None:
        self.text.show_chosen(self._spans(self._row).get(code) if self._row is not None and code is not None else None)

    def _tell_hint(self) -> None:
        row, told = self._row, []
        if self._ticked:
            told.append(_("{n} ticked answers are coded together; Esc unticks.").format(n=f"{self._ticked:,}"))
        elif row is not None and row.group_size > 1:
            words = _("Codes go to all {n} identical answers; Tab opens the group to take some out.")
            told.append(words.format(n=f"{row.group_size:,}"))
        elif row is not None:
            told.append(_("Enter confirms: every code not given is then a no."))
        known = [one for one in self._clauses if one.explained is not None]
        if known:
            explained = sum(bool(one.explained) for one in known)
            told.append(_("Clauses explained: {n} of {all}").format(n=explained, all=len(known)))
        self._hint.setText("   ·   ".join(told))

    def show_repeat(self, given: Sequence[tuple[int, int | None]]) -> None:
        """Say which codes the key for repeating would give."""
        told = " ".join(words(self._codes[code], sentiment) for code, sentiment in given if code in self._codes)
        key = self._actions.shown("repeat")
        self._hint.setToolTip(_("{key} repeats: {codes}").format(key=key, codes=told) if told else "")
