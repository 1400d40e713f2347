"""The answer at hand: its text, its codes, the machine's suggestions with their reasons, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotate.frames import Code
from annotate.marks import LONGEST_MEMO
from annotate.messages import _
from annotate.verbatims import Field, VerbatimRow
from ui import theme
from ui.actions import Actions
from ui.delegates.chips import SIGN, Chip, chips_of, words
from ui.views.flow import Flow
from ui.views.verbatim_text import ClauseMark, VerbatimText

_CONTEXT_CHARS = 40


class ReadingPane(QFrame):
    """Shows one answer. Its chips are buttons: a decision is taken off, a suggestion is taken."""

    code_removed = Signal(int)
    suggestion_taken = Signal(int)
    sentiment_chosen = Signal(int, int)
    memo_written = Signal(int, str)
    memo_left = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._row: VerbatimRow | None = None
        self._codes: Mapping[int, Code] = {}
        self._fields: list[Field] = []
        self._coder = ""
        self._ticked = 0
        self._clauses: list[ClauseMark] = []
        self._shown: tuple[Chip, ...] = ()
        self._head, self._why = QLabel(), QLabel()
        for one in (self._head, self._why):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self._head.setObjectName("muted")
        self._why.setObjectName("why")
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._why.hide()
        self.text = VerbatimText()
        self._chips = QWidget()
        self._flow = Flow(self._chips)
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
        lay.addWidget(self._chips)
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
        self._tell_hint()

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
        self._shown = ()
        self._tell()

    def _tell(self) -> None:
        row = self._row
        if row is None:
            self._head.setText("")
            self._shown = ()
            self._flow.clear()
            self._notes.hide()
            self._tell_hint()
            return
        parts = [f"#{row.record_key}" if row.record_key else f"#{row.id}"]
        parts += [part for part in (row.at, row.source, row.wave) if part]
        for field, value in zip(self._fields, row.context, strict=False):
            if value:
                parts.append(f"{field.name} {value[:_CONTEXT_CHARS]}")
        self._head.setText("   ·   ".join(parts))
        notes = [f"⚑ {_('flagged')}"] if row.flagged else []
        notes += [_("Memo of {coder}: {text}").format(coder=one.coder, text=one.text) for one in row.memos]
        self._notes.setText("   ·   ".join(notes))
        self._notes.setVisible(bool(notes))
        self.text.show_evidence([one.span for one in row.mentions if one.span is not None])
        self._tell_chips(row)
        self._tell_hint()

    def _tell_chips(self, row: VerbatimRow) -> None:
        chips = tuple(chips_of(row, self._codes))
        if chips == self._shown and chips:
            return
        self._shown = chips
        self._flow.clear()
        nth = 0
        for chip in chips:
            nth += chip.suggestion
            button = self._button(chip, nth)
            self._flow.addWidget(button)
            button.show()
        self._chips.setVisible(self._flow.count() > 0)
        self._chips.updateGeometry()

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

    def _button(self, chip: Chip, nth: int) -> QPushButton:
        said = chip.words.replace("&", "&&")
        button = QPushButton(f"{nth}  {said}" if chip.suggestion else f"{said}  ×")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(chip.words)
        ink = {-1: "bad", 1: "good"}.get(chip.sentiment or 0, "text")
        ground = {-1: "bad_ground", 1: "good_ground"}.get(chip.sentiment or 0, "plain_ground")
        tokens = theme.tokens()
        if chip.suggestion:
            line = "solid" if chip.accepted else "dashed"
            button.setStyleSheet(
                f"QPushButton {{ color: {getattr(tokens, ink)}; background: transparent; padding: 3px 10px;"
                f" border: 1px {line} {getattr(tokens, ink if chip.accepted else 'muted')}; }}"
            )
            above = _("above its threshold") if chip.accepted else _("below its threshold: not taken by itself")
            tip = self._actions.tip(f"take_{nth}") if nth < 10 else _("Take this suggestion")
            button.setToolTip(f"{tip}  ·  {above}")
            button.clicked.connect(lambda _checked=False, code=chip.code_id: self.suggestion_taken.emit(code))
        else:
            button.setStyleSheet(
                f"QPushButton {{ color: {getattr(tokens, ink)}; background: {getattr(tokens, ground)};"
                " border: none; padding: 4px 10px; }"
            )
            button.setToolTip(_("Click takes this code off; the right button sets its sentiment"))
            button.clicked.connect(lambda _checked=False, code=chip.code_id: self.code_removed.emit(code))
            button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            button.customContextMenuRequested.connect(partial(self._sentiments, button, chip.code_id))
        return button

    def _sentiments(self, button: QPushButton, code: int, _at: object = None) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value, name in ((-1, _("negative")), (0, _("neutral")), (1, _("positive"))):
            menu.addAction(f"{SIGN[value]}  {name}", partial(self.sentiment_chosen.emit, code, value))
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
