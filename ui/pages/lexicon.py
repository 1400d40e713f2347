"""The page Lexicon: trade words that people teach, candidates found in the answers, and what teaching changes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
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

from annotate import answers as told_answers
from annotate import lexicon, trade_words, words
from annotate.answers import Told
from annotate.jobs import Progress
from annotate.lexicon import Entry, Kind, Term
from annotate.messages import N_, _
from annotate.phrases import Cleaner
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.text import fold
from annotate.trade_words import Candidate
from annotate.verbatims import VerbatimRow
from annotate.words import Recut
from ui.pages.registry import Room
from ui.views.train_job import JobLine
from ui.views.train_parts import button, cell, label, rule, table

_SOON_MS = 400
_CANDIDATES = 200
_CHANGED = 12
"""Answers that are shown cut anew."""
_LOOKED_THROUGH = 20_000
_KINDS = {Kind.WORD: N_("trade word"), Kind.SYNONYM: N_("synonym"), Kind.STOP: N_("stop word")}


class LexiconPage(QWidget):
    """Terms on the left, candidates on the right; below, how answers are cut before and after."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self.terms: list[Term] = []
        self.candidates: list[Candidate] = []
        self._looked = False
        self._build()
        self._connect()
        self.retranslate()
        self._read()

    # Composition

    def _build(self) -> None:
        self.job = JobLine()
        self._lead = label("muted")
        self._find = button(self.look_for_words)
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
        across.setChildrenCollapsible(False)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(across)
        down.addWidget(self._preview_side())
        down.setSizes([520, 240])
        down.setChildrenCollapsible(False)
        self._hint = label("muted")
        foot = QFrame()
        foot.setObjectName("foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self._hint, 1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(bar)
        lay.addWidget(down, 1)
        lay.addWidget(foot)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)

    def _terms_side(self) -> QWidget:
        self._terms_title, self._narrow = label("heading"), QLineEdit()
        self.known = table(3)
        self._term, self._kind, self._target = QLineEdit(), QComboBox(), QLineEdit()
        for kind in Kind:
            self._kind.addItem("", kind.value)
        self._teach, self._forget = button(self.teach), button(self.forget)
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
        self._accept = button(self.accept, primary=True)
        self._synonym, self._ignore = button(self.synonym), button(self.ignore)
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
        self._preview_title, self._cuts = label("heading", wrap=True), QListWidget()
        self._cuts.setWordWrap(True)
        self._cuts.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._cuts.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        side = QWidget()
        lay = QVBoxLayout(side)
        lay.setContentsMargins(14, 4, 14, 8)
        lay.addWidget(rule())
        lay.addWidget(self._preview_title)
        lay.addWidget(self._cuts, 1)
        return side

    def _connect(self) -> None:
        actions = self._room.actions
        self._desk.changed.connect(self._on_changed)
        self._soon.timeout.connect(self._read)
        self._narrow.textChanged.connect(lambda _text: self._show_terms())
        self.found.itemSelectionChanged.connect(self._on_candidate)
        self.known.itemSelectionChanged.connect(self._on_term)
        self._kind.currentIndexChanged.connect(lambda _at: self._allow())
        for field in (self._term, self._target):
            field.textChanged.connect(lambda _text: self._allow())
            field.returnPressed.connect(self.teach)
        for id, does in {
            "lexicon_accept": self.accept,
            "lexicon_synonym": self._synonym_of.setFocus,
            "lexicon_ignore": self.ignore,
            "lexicon_find": self.look_for_words,
            "lexicon_new": self._term.setFocus,
            "lexicon_forget": self.forget,
        }.items():
            actions.bind(id, does, self)
        actions.listen(self, "lexicon")

    # Reading

    def enter(self, _what: object) -> None:
        """Put the keys to work."""
        (self.found if self.candidates else self.known).setFocus()

    def _on_changed(self, change: Change) -> None:
        self._soon.start()

    def _read(self) -> None:
        self._desk.read("lexicon terms", lexicon.terms, self._show)

    def _show(self, terms: list[Term]) -> None:
        if terms == self.terms and self.known.rowCount():
            return
        self.terms = terms
        taught = {fold(one.term) for one in terms}
        self.candidates = [one for one in self.candidates if one.term not in taught]
        self._synonym_of.clear()
        self._synonym_of.addItems(sorted({one.target or one.term for one in terms if one.kind is not Kind.STOP}))
        self._synonym_of.setCurrentIndex(-1)
        self._show_terms()
        self._show_candidates()

    def look_for_words(self) -> None:
        """Look through the answers for words of the trade that the lexicon does not have."""
        if self.job.busy:
            return

        def work(project: Project, progress: Progress) -> list[Candidate]:
            with project.reading() as db:
                told, known, cleaner = told_answers.read(db), lexicon.load(db), Cleaner.load(db)
            told = [Told(one.id, cleaner.clean(one.text)) for one in told]
            return trade_words.candidates(told, known, limit=_CANDIDATES, progress=progress)

        self.job.watch(self._desk.long(work, self._show_found), _("Looking for trade words"))

    def _show_found(self, found: list[Candidate]) -> None:
        self.candidates, self._looked = found, True
        self._show_candidates()
        self.found.setFocus()

    # What people do

    @property
    def chosen(self) -> Candidate | None:
        """Return the candidate that is chosen."""
        at = self.found.currentRow()
        return self.candidates[at] if 0 <= at < len(self.candidates) and self.found.selectedItems() else None

    def accept(self) -> None:
        """Teach the chosen candidate as a trade word."""
        self._teach_candidate(Kind.WORD, "")

    def synonym(self) -> None:
        """Teach the chosen candidate as a synonym of the word that is typed beside."""
        target = self._synonym_of.currentText().strip()
        if target:
            self._teach_candidate(Kind.SYNONYM, target)
        else:
            self._synonym_of.setFocus()

    def ignore(self) -> None:
        """Never offer the chosen candidate again, nor show it as a theme."""
        self._teach_candidate(Kind.STOP, "")

    def _teach_candidate(self, kind: Kind, target: str) -> None:
        chosen = self.chosen
        if chosen is not None and self._may:
            term = chosen.term
            self._write(lambda project: lexicon.teach(project, kind=kind, term=term, target=target))

    def teach(self) -> None:
        """Teach the typed term."""
        term, target = self._term.text().strip(), self._target.text().strip()
        kind = Kind(self._kind.currentData())
        if term and self._may and (target or kind is not Kind.SYNONYM):
            self._write(lambda project: lexicon.teach(project, kind=kind, term=term, target=target))
            self._term.clear()
            self._target.clear()

    def forget(self) -> None:
        """Take the chosen term out."""
        chosen = self.chosen_term
        if chosen is not None and self._may:
            self._write(lambda project: lexicon.forget(project, term=chosen.id))

    def _write(self, verb: object) -> None:
        assert callable(verb)

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self._read()

        self._desk.write(verb, done)

    @property
    def _may(self) -> bool:
        return not self._desk.project.read_only

    # Showing

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

    def _on_candidate(self) -> None:
        chosen = self.chosen
        self._allow()
        if chosen is not None:
            self._preview(Entry(Kind.WORD, chosen.term), _("Teaching {term}: before → after").format(term=chosen.term))

    def _on_term(self) -> None:
        chosen = self.chosen_term
        self._allow()
        if chosen is not None and chosen.kind is not Kind.STOP:
            entry = Entry(chosen.kind, chosen.term, chosen.target)
            self._preview(entry, _("Without {term} → with it").format(term=chosen.term))

    def _preview(self, entry: Entry, title: str) -> None:
        def read(project: Project) -> tuple[str, list[Recut]]:
            from itertools import islice

            with project.reading() as db:
                known = lexicon.load(db)
                told = told_answers.read(db, holding=entry.term, limit=_LOOKED_THROUGH)
            without = lexicon.Vocabulary(one for one in known.entries if one.term != fold(entry.term))
            return title, list(islice(words.preview(told, without, [entry]), _CHANGED))

        self._desk.read("lexicon preview", read, self._show_preview, slow=True)

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
