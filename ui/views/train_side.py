"""Beside the queue: new trade words in short, how well sentiment is told, what drifted between two waves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QListWidgetItem, QVBoxLayout, QWidget

from annotate.messages import _
from annotate.trade_words import Candidate
from training.quality.by_code import Moods
from training.quality.drift import Drift
from ui.views.page_parts import beside, button, label, texts
from ui.views.train_parts import short, span


class TradeWordsView(QWidget):
    """Candidates for the lexicon. ``taught`` carries (term, the word it stands for or ''), ``stopped`` the term."""

    asked = Signal()
    taught = Signal(str, str)
    stopped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: tuple[Candidate, ...] | None = None
        self._may = True
        self._title = label("heading", wrap=True)
        self._go = button(self.asked.emit, quiet=True)
        self._words = label("muted", wrap=True)
        self.list = texts()
        self.list.setFixedHeight(96)
        self._teach = button(self._on_teach)
        self._synonym = button(self._on_synonym)
        self._stop = button(self._on_stop)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._go)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 6, 12, 4)
        lay.setSpacing(4)
        lay.addLayout(top)
        lay.addWidget(self._words)
        lay.addWidget(self.list, 1)
        lay.addLayout(beside(self._teach, self._synonym, self._stop))
        self.retranslate()

    def show_candidates(self, found: Sequence[Candidate] | None) -> None:
        """Show candidates; None while nobody looked for them."""
        self._known = None if found is None else tuple(found)
        self.list.clear()
        for one in found or ():
            item = QListWidgetItem(_("{term}   in {n} answers").format(term=one.term, n=f"{one.answers:,}"))
            item.setData(Qt.ItemDataRole.UserRole, one.term)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)
        self.retranslate()

    def allow(self, may: bool, free: bool) -> None:
        """Say whether the lexicon may be changed, and whether long work may begin."""
        self._may = may
        self._go.setEnabled(free)
        self.retranslate()

    def _term(self) -> str:
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    def _drop(self) -> None:
        self.list.takeItem(self.list.currentRow())

    def _on_teach(self) -> None:
        if term := self._term():
            self._drop()
            self.taught.emit(term, "")

    def _on_synonym(self) -> None:
        term = self._term()
        if not term:
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(_("Synonym"))
        dialog.setLabelText(_("{term} counts as this word:").format(term=term))
        dialog.textValueSelected.connect(lambda target: self._as_synonym(term, target))
        dialog.open()

    def _as_synonym(self, term: str, target: str) -> None:
        if target.strip():
            self._drop()
            self.taught.emit(term, target.strip())

    def _on_stop(self) -> None:
        if term := self._term():
            self._drop()
            self.stopped.emit(term)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("New trade words"))
        self._go.setText(_("Look for them"))
        known = self._known
        self._words.setText(
            _("Words that hold together in these answers and are rare elsewhere. A word that is taught stays whole"
              " wherever words are shown and counts as one with its synonyms.")
            if known is None
            else _("No new trade word was found.") if not known else ""
        )  # fmt: skip
        self._words.setVisible(bool(self._words.text()))
        self._teach.setText(_("Teach"))
        self._synonym.setText(_("Synonym of…"))
        self._stop.setText(_("Ignore"))
        self.list.setAccessibleName(_("Candidates for trade words"))
        there = self.list.count() > 0
        self.list.setVisible(there)
        for one in (self._teach, self._synonym, self._stop):
            one.setVisible(there)
            one.setEnabled(self._may)


class MoodsView(QWidget):
    """How well the model tells negative, neutral and positive, and what drifted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moods: Moods | None = None
        self._drift: tuple[Drift, ...] = ()
        self._title, self._words = label("heading", wrap=True), label(wrap=True)
        self._drift_title, self._drift_words = label("heading", wrap=True), label(wrap=True)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(10, 6, 12, 10)
        lay.setSpacing(2)
        for one in (self._title, self._words, self._drift_title, self._drift_words):
            lay.addWidget(one)
        self.retranslate()

    def show_moods(self, moods: Moods | None, drift: Sequence[Drift]) -> None:
        """Show figures of sentiment, and drift where it was measured."""
        self._moods, self._drift = moods, tuple(drift)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        moods = self._moods
        self._title.setText(_("Sentiment of mentions, F1"))
        if moods is None:
            self._words.setText(_("No sentiment was coded yet, so none is learned."))
        elif not moods.learned:
            self._words.setText(_("Too few mentions carry a sentiment; the commonest is assumed."))
        else:
            names = (_("negative"), _("neutral"), _("positive"))
            told = "   ".join(f"{name} {short(one.value)}" for name, one in zip(names, moods.f1, strict=True))
            mark = "" if moods.random else "  " + _("(coded answers, out of sample)")
            self._words.setText(told + mark)
            self._words.setToolTip("\n".join(
                f"{name} {span(one)}, n {n:,}" for name, one, n in zip(names, moods.f1, moods.support, strict=True)
            ))  # fmt: skip
        lines = []
        for one in self._drift:
            words = _("Other: {before} → {after}") if one.kind == "other" else _("No code fits: {before} → {after}")
            line = words.format(before=f"{100 * one.before:.1f} %", after=f"{100 * one.after:.1f} %")
            lines.append(line + (f"  ({_('more than chance')})" if one.sure else f"  ({_('may be chance')})"))
        first = self._drift[0] if self._drift else None
        self._drift_title.setText(
            _("Drift {earlier} → {later}").format(earlier=first.earlier, later=first.later) if first else ""
        )
        self._drift_title.setVisible(first is not None)
        self._drift_words.setText("\n".join(lines))
        self._drift_words.setVisible(bool(lines))
