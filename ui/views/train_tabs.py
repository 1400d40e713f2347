"""The code at hand: threshold, what it is mixed up with, words that tip it, doubts about it, its definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTabWidget, QVBoxLayout, QWidget

from annotate.frames import Code
from annotate.messages import N_, _
from annotate.store.query import AnyOf, HasCode, Ids, Query, Suggested
from training.quality.by_code import CodeLine
from training.quality.code_words import CodeWord
from training.quality.confusion import NO_CODE, Confusion
from training.quality.doubts import Doubt
from ui.pages.train_reading import Doubted
from ui.views.page_parts import button, label, texts
from ui.views.train_parts import code_name
from ui.views.train_threshold import ThresholdView

THRESHOLD, CONFUSION, WORDS, DOUBTS, DEFINITION = range(5)
_NAMES = (N_("Threshold"), N_("Mixed up with"), N_("Words"), N_("Doubts"), N_("Definition"))


class CodeTabs(QTabWidget):
    """What is known of one code. ``answers_asked`` carries a Query, ``doubts_asked`` the code."""

    answers_asked = Signal(object)
    doubts_asked = Signal(int)
    words_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line: CodeLine | None = None
        self._codes: Mapping[int, Code] = {}
        self._mixed: Confusion | None = None
        self._words: dict[int, tuple[CodeWord, ...]] = {}
        self._wanted: int | None = None
        self.setDocumentMode(True)
        self.threshold = ThresholdView()
        self._confusion, self._word_list, self._doubts = texts(wrap=True), texts(wrap=True), texts(wrap=True)
        for signal in (self._confusion.itemClicked, self._confusion.itemActivated):
            signal.connect(self._on_mixed)
        self._confusion_note = label("muted", wrap=True)
        self._word_note = label("muted", wrap=True)
        self._queue = button(self._on_queue)
        self._definition = label(wrap=True)
        self._definition.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._definition.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._answers = button(self.ask_answers)
        self.addTab(self.threshold, "")
        self.addTab(_page(self._confusion_note, self._confusion), "")
        self.addTab(_page(self._word_note, self._word_list), "")
        self.addTab(_page(self._doubts, self._queue), "")
        self.addTab(_page(self._definition, self._answers), "")
        self.currentChanged.connect(lambda _at: self._fill())
        self.retranslate()

    @property
    def line(self) -> CodeLine | None:
        """Return the code at hand."""
        return self._line

    def show_code(self, line: CodeLine | None, codes: Mapping[int, Code], mixed: Confusion | None) -> None:
        """Turn to a code."""
        self._line, self._codes, self._mixed = line, codes, mixed
        self._fill()

    def show_words(self, code: int, words: Sequence[CodeWord]) -> None:
        """Show the words that tip a code."""
        self._words[code] = tuple(words)
        self._fill()

    def forget_words(self) -> None:
        """Forget the words found: another model is judged."""
        self._words.clear()
        self._wanted = None

    def show_doubts(self, told: Doubted | None) -> None:
        """Show the doubts about the code among those known."""
        line = self._line
        about = [one for one in told.doubts if _about(one, line)] if told is not None else []
        self._doubts.clear()
        for one in about:
            answer = told.answers.get(one.verbatim) if told is not None else None
            self._doubts.addItem("" if answer is None else answer.text)
        self.setTabText(DOUBTS, f"{_(_NAMES[DOUBTS])} {len(about)}" if about else _(_NAMES[DOUBTS]))

    def ask_answers(self) -> None:
        """Ask for the answers that carry the code, by people's word or the machine's."""
        line = self._line
        if line is None:
            return
        below = [line.code.id] if not line.code.is_net else self._below(line.code.id)
        has = [HasCode(code) for code in below]
        self.answers_asked.emit(Query().where(AnyOf((*has, Suggested(tuple(below), 0.0, 1.0, True)))))

    def _below(self, net: int) -> list[int]:
        found, wanted = [], {net}
        for code in self._codes.values():
            if code.parent_id in wanted:
                wanted.add(code.id)
                if not code.is_net:
                    found.append(code.id)
        return found

    def _on_mixed(self, item: QListWidgetItem) -> None:
        ids = item.data(Qt.ItemDataRole.UserRole)
        if ids:
            self.answers_asked.emit(Query().where(Ids.of(list(ids))))

    def _on_queue(self) -> None:
        if self._line is not None and not self._line.code.is_net:
            self.doubts_asked.emit(self._line.code.id)

    def _fill(self) -> None:
        line, at = self._line, self.currentIndex()
        self._fill_definition(line)
        if at == CONFUSION:
            self._fill_confusion(line)
        elif at == WORDS:
            self._fill_words(line)
        self._queue.setEnabled(line is not None and not line.code.is_net)

    def _fill_confusion(self, line: CodeLine | None) -> None:
        self._confusion.clear()
        mixed = self._mixed
        if line is None or mixed is None or line.code.is_net:
            self._confusion_note.setText(_("Choose a code; it takes a model to mix codes up."))
            return
        found = mixed.of(line.code.id)
        self._confusion_note.setText(
            _("Over {n} coded answers, out of sample. Click a line to see its answers.").format(n=f"{mixed.rows:,}")
            if found
            else _("The model makes no mistake with this code on {n} coded answers.").format(n=f"{mixed.rows:,}")
        )
        own = line.code.number or line.code.label
        for one in found:
            other = code_name(self._codes.get(one.other))
            alone = one.other == NO_CODE
            for ids, words in (
                (
                    one.missed,
                    _("{n}: the model misses {own}") if alone else _("{n}: people say {own}, the model {other}"),
                ),
                (
                    one.taken,
                    _("{n}: the model gives {own} for nothing")
                    if alone
                    else _("{n}: people say {other}, the model {own}"),
                ),
            ):
                if ids:
                    item = QListWidgetItem(words.format(n=len(ids), own=own, other=other))
                    item.setData(Qt.ItemDataRole.UserRole, ids)
                    self._confusion.addItem(item)

    def _fill_words(self, line: CodeLine | None) -> None:
        self._word_list.clear()
        if line is None or self._mixed is None:
            self._word_note.setText(_("Choose a code; it takes a model to weigh words."))
            return
        words = self._words.get(line.code.id)
        if words is None:
            self._word_note.setText(_("Looking for the words that tip this code…"))
            if self._wanted != line.code.id:
                self._wanted = line.code.id
                self.words_asked.emit(line.code.id)
            return
        self._word_note.setText(
            _("How much the score falls without the word, on average; (lexicon) where it was taught.")
            if words
            else _("No word tips this code by itself.")
        )
        for one in words:
            told = f"{one.word}   {one.weight:+.2f}   " + _("in {n} answers").format(n=one.answers)
            self._word_list.addItem(told + (f"   ({_('lexicon')})" if one.taught else ""))

    def _fill_definition(self, line: CodeLine | None) -> None:
        if line is None:
            self._definition.setText("")
            return
        code = line.code
        lines = [code_name(code)]
        for words, value in (
            (_("Definition: {text}"), code.definition), (_("Includes: {text}"), code.include),
            (_("Excludes: {text}"), code.exclude), (_("Examples: {text}"), code.examples),
            (_("Notes: {text}"), code.notes),
        ):  # fmt: skip
            if value:
                lines.append(words.format(text=value))
        if len(lines) == 1:
            lines.append(
                _("No definition yet. A definition with what is in and what is out makes coders and model agree.")
            )
        self._definition.setText("\n".join(lines))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for at, name in enumerate(_NAMES):
            self.setTabText(at, _(name))
        self.setAccessibleName(_("The code at hand"))
        self._confusion.setAccessibleName(_("What the code is mixed up with"))
        self._word_list.setAccessibleName(_("Words that tip the code"))
        self._doubts.setAccessibleName(_("Doubts about the code"))
        self._queue.setText(_("Only this code in the queue"))
        self._answers.setText(_("Show its answers"))
        self._fill()


def _about(doubt: Doubt, line: CodeLine | None) -> bool:
    return line is not None and line.code.id in (doubt.code_id, doubt.instead)


def _page(*parts: QWidget) -> QWidget:
    page = QWidget()
    lay = QVBoxLayout(page)
    lay.setContentsMargins(8, 6, 8, 6)
    for one in parts:
        lay.addWidget(one, 1 if isinstance(one, QListWidget) else 0)
    if not any(isinstance(one, QListWidget) for one in parts):
        lay.addStretch(1)
    return page
