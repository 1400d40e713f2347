"""The page Lexicon: trade words that people teach, candidates found in the answers, and what teaching changes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from annotate import answers as told_answers
from annotate import lexicon, trade_words, words
from annotate.answers import Told
from annotate.jobs import Progress
from annotate.lexicon import Entry, Kind, Term
from annotate.messages import _
from annotate.phrases import Cleaner
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.text import fold
from annotate.trade_words import Candidate
from annotate.words import Recut
from ui.pages.lexicon_showing import LexiconShowing
from ui.pages.registry import Room

_CANDIDATES = 200
_CHANGED = 12
"""Answers that are shown cut anew."""
_LOOKED_THROUGH = 20_000


class LexiconPage(LexiconShowing):
    """What buttons and keys do with terms and candidates."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._connect()
        self.retranslate()
        self._read()

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
        buttons = {
            "look_for_words": self.look_for_words, "teach": self.teach, "forget": self.forget,
            "accept": self.accept, "synonym": self.synonym, "ignore": self.ignore,
        }  # fmt: skip
        self.asked.connect(lambda verb: buttons[verb]())

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

    # What people do

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
