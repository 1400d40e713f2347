"""What the page Lexicon shows: terms, candidates, and how answers are cut before and after."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from annotate.lexicon import Kind, Term
from annotate.messages import N_, _
from annotate.text import fold
from annotate.trade_words import Candidate
from annotate.verbatims import VerbatimRow
from annotate.words import Recut
from ui.pages.registry import Room
from ui.views.page_parts import button, cell, label, lay_out, rule, table, texts
from ui.views.splitting import keep_split
from ui.views.train_job import JobLine

_SOON_MS = 400
_KINDS = {Kind.WORD: N_("trade word"), Kind.SYNONYM: N_("synonym"), Kind.STOP: N_("stop word")}


class LexiconShowing(QWidget):
    """Terms on the left, candidates on the right; below, how answers are cut before and after.

    ``asked`` names the verb of the button that was pressed.
    """

    asked = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self.terms: list[Term] = []
        self.candidates: list[Candidate] = []
        self._looked = False
        self._build()

    # Composition

    def _asks(self, verb: str) -> Callable[[], None]:
        return partial(self.asked.emit, verb)

    def _build(self) -> None:
        self.job = JobLine()
        self._lead = label("muted")
        self._find = button(self._asks("look_for_words"))
        bar = QFrame()
        bar.setObjectName("bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._lead, 1)
        row.addWidget(self.job)
        row.addWidget(self._find)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.addWidget(self._terms_side())
        across.addWidget(self._candidates_side())
        across.setSizes([560, 560])
        keep_split(across, "lexicon/across")
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(across)
        down.addWidget(self._preview_side())
        down.setSizes([520, 240])
        keep_split(down, "lexicon/down")
        self._hint = label("muted")
        lay_out(self, bar, body=down, hint=self._hint)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)

    def _terms_side(self) -> QWidget:
        self._terms_title, self._narrow = label("heading"), QLineEdit()
        self.known = table(3)
        self._term, self._kind, self._target = QLineEdit(), QComboBox(), QLineEdit()
        for kind in Kind:
            self._kind.addItem("", kind.value)
        self._teach, self._forget = button(self._asks("teach")), button(self._asks("forget"))
        side = QWidget()
        lay = QVBoxLayout(side)
        lay.setContentsMargins(14, 10, 10, 8)
        row = QHBoxLayout()
        row.addWidget(self._terms_title, 1)
        row.addWidget(self._narrow, 1)
        lay.addLayout(row)
        lay.addWidget(self.known, 1)
        row = QHBoxLayout()
        for one, stretch in ((self._term, 2), (self._kind, 1), (self._target, 2), (self._teach, 0), (self._forget, 0)):
            row.addWidget(one, stretch)
        lay.addLayout(row)
        return side

    def _candidates_side(self) -> QWidget:
        self._found_title, self._about = label("heading"), label("muted", wrap=True)
        self.found = table(3)
        self._synonym_of = QComboBox()
        self._synonym_of.setEditable(True)
        self._synonym_of.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._synonym_of.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._accept = button(self._asks("accept"), primary=True)
        self._synonym, self._ignore = button(self._asks("synonym")), button(self._asks("ignore"))
        side = QWidget()
        lay = QVBoxLayout(side)
        lay.setContentsMargins(10, 10, 14, 8)
        lay.addWidget(self._found_title)
        lay.addWidget(self._about)
        lay.addWidget(self.found, 1)
        row = QHBoxLayout()
        row.addWidget(self._accept)
        row.addWidget(self._synonym)
        row.addWidget(self._synonym_of, 1)
        row.addWidget(self._ignore)
        lay.addLayout(row)
        return side

    def _preview_side(self) -> QWidget:
        self._preview_title, self._cuts = label("heading", wrap=True), texts(wrap=True)
        self._cuts.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        side = QWidget()
        lay = QVBoxLayout(side)
        lay.setContentsMargins(14, 4, 14, 8)
        lay.addWidget(rule())
        lay.addWidget(self._preview_title)
        lay.addWidget(self._cuts, 1)
        return side

    # Showing

    @property
    def _may(self) -> bool:
        return not self._desk.project.read_only

    @property
    def chosen(self) -> Candidate | None:
        """Return the candidate that is chosen."""
        at = self.found.currentRow()
        return self.candidates[at] if 0 <= at < len(self.candidates) and self.found.selectedItems() else None

    @property
    def shown_terms(self) -> list[Term]:
        """Return the terms that the field above the list leaves."""
        typed = fold(self._narrow.text())
        return [one for one in self.terms if typed in fold(one.term) or typed in fold(one.target)]

    @property
    def chosen_term(self) -> Term | None:
        """Return the term that is chosen."""
        at, shown = self.known.currentRow(), self.shown_terms
        return shown[at] if 0 <= at < len(shown) and self.known.selectedItems() else None

    @property
    def cuts(self) -> list[str]:
        """Return the answers as they are shown before and after."""
        return [self._cuts.item(row).text() for row in range(self._cuts.count())]

    def _show_terms(self) -> None:
        shown = self.shown_terms
        self.known.setRowCount(len(shown))
        for row, one in enumerate(shown):
            for column, text in enumerate((one.term, _(_KINDS[one.kind]), one.target or one.note)):
                self.known.setItem(row, column, cell(text))
        self._tell()

    def _show_candidates(self) -> None:
        at = max(0, self.found.currentRow())
        self.found.setRowCount(len(self.candidates))
        for row, one in enumerate(self.candidates):
            new = "" if one.known else _("not in the dictionary")
            for column, (text, right) in enumerate(((one.term, False), (f"{one.answers:,}", True), (new, False))):
                self.found.setItem(row, column, cell(text, right=right))
        if self.candidates:
            self.found.selectRow(min(at, len(self.candidates) - 1))
        self._tell()

    def _show_preview(self, told: tuple[str, list[Recut]]) -> None:
        title, cuts = told
        self._preview_title.setText(title if cuts else f"{title}   {_('no answer is cut another way')}")
        self._cuts.clear()
        for one in cuts:
            self._cuts.addItem(f"{' / '.join(one.before)}\n→ {' / '.join(one.after)}")
        chosen = self.chosen
        if not cuts and chosen is not None:
            self._desk.fetch("lexicon examples", list(chosen.examples), self._show_examples)

    def _show_examples(self, rows: list[VerbatimRow]) -> None:
        self._cuts.clear()
        for row in rows:
            self._cuts.addItem(" ".join(row.text.split()))

    def _allow(self) -> None:
        some = self.chosen is not None and self._may
        for one in (self._accept, self._synonym, self._ignore):
            one.setEnabled(some)
        synonym = self._kind.currentData() == Kind.SYNONYM.value
        self._target.setVisible(synonym)
        typed = bool(self._term.text().strip()) and (not synonym or bool(self._target.text().strip()))
        self._teach.setEnabled(typed and self._may)
        self._forget.setEnabled(self.chosen_term is not None and self._may)

    def _tell(self) -> None:
        counted = [sum(one.kind is kind for one in self.terms) for kind in Kind]
        self._lead.setText(
            _(
                "{words} trade words, {synonyms} synonyms, {stops} stop words. They steer theme words and the model."
            ).format(words=counted[0], synonyms=counted[1], stops=counted[2])
        )
        if self.candidates:
            about = _(
                "Words that hold together and are typical of these answers. Accept, or say what it is a synonym of."
            )
        elif self._looked:
            about = _("No candidates are left.")
        else:
            about = _(
                "Trade words such as 顿挫 or 给油 are in no general dictionary. Look for them in the answers: each is"
                " shown with how many answers have it, and nothing is taught before you accept."
            )
        self._about.setText(about)
        self._find.setProperty("primary", not self.candidates)
        self._find.style().polish(self._find)
        self._allow()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._find.setText(_("Look for trade words"))
        self._terms_title.setText(_("What is taught"))
        self._found_title.setText(_("Candidates in the answers"))
        self._narrow.setPlaceholderText(_("Narrow the list"))
        self._narrow.setAccessibleName(_("Narrow the list"))
        self.known.setAccessibleName(self._terms_title.text())
        self.known.setHorizontalHeaderLabels([_("Term"), _("Kind"), _("Stands for")])
        self.found.setAccessibleName(self._found_title.text())
        self.found.setHorizontalHeaderLabels([_("Candidate"), _("Answers"), ""])
        for at, kind in enumerate(Kind):
            self._kind.setItemText(at, _(_KINDS[kind]))
        for field, words_ in ((self._term, _("Term")), (self._target, _("Stands for"))):
            field.setPlaceholderText(words_)
            field.setAccessibleName(words_)
        self._kind.setAccessibleName(_("Kind"))
        self._synonym_of.setAccessibleName(_("Stands for"))
        self._teach.setText(_("Teach"))
        self._forget.setText(_("Take out"))
        self._accept.setText(_("Accept"))
        self._synonym.setText(_("Synonym of"))
        self._ignore.setText(_("Ignore"))
        self._preview_title.setText(_("How answers are cut into words, before and after"))
        self._cuts.setAccessibleName(self._preview_title.text())
        self._hint.setText(
            _("A accept  / synonym of  X ignore  Ctrl+G look for words  N new term  Delete take out  ? keys")
        )
        self.job.retranslate()
        self._show_terms()
        self._show_candidates()
