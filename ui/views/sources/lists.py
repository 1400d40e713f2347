"""The lists under the sources: imports, rejected rows, questions with their bases."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QTableWidget, QVBoxLayout, QWidget

from annotate.importing.rejects import sentence_of
from annotate.messages import N_, _, current
from annotate.store.query import InQuestion, Query
from annotate.verbatims import Question
from ui import theme
from ui.views.page_parts import button, cell, label, table
from ui.views.sources.reading import LISTED, Imported, Rejected, Rejects

_IMPORT_HEADS = (
    N_("File"), N_("Source"), N_("Rows"), N_("Rejected"), N_("When"), N_("Who"), N_("State"),
)  # fmt: skip
_REJECT_HEADS = (N_("Row"), N_("Why"), N_("Begins with"), N_("File"))
_QUESTION_HEADS = (N_("Question"), N_("Asked"), N_("Answered"), N_("Confirmed"))
_STATES = {
    "force": ("✓", N_("in force"), "good"),
    "undone": ("↶", N_("undone"), "muted"),
    "broken": ("!", N_("broke off: choose the same file to go on"), "unsure"),
}
_DIRECTIONS = {"likes": N_("likes"), "dislikes": N_("dislikes"), "neutral": N_("neutral")}


def locale() -> QLocale:
    """Return how dates are written in the language in use."""
    return QLocale("zh_CN" if current() == "zh_CN" else "en_GB")


def ask_where(parent: QWidget, beside: Path | None = None) -> Path | None:
    """Ask where the list of rejected rows goes."""
    start = (beside or Path.home() / "x").with_name("rejected.csv")
    name, _kind = QFileDialog.getSaveFileName(
        parent, _("Save the rejected rows…"), str(start), "CSV (*.csv);;XLSX (*.xlsx)"
    )
    return Path(name) if name else None


def fill_rejects(into: QTableWidget, rejects: Sequence[Rejected]) -> None:
    """List rejected rows with why, in words."""
    into.setRowCount(len(rejects))
    for row, one in enumerate(rejects):
        why = sentence_of(one.reason) + (f" ({one.detail})" if one.detail else "")
        for column, words in enumerate((f"{one.number:,}", why, one.line, one.file)[: into.columnCount()]):
            into.setItem(row, column, cell(words, right=column == 0))


class ImportsTab(QWidget):
    """Every import, undone ones too. ``undo_asked``: the number of a step; ``rejects_asked``: a batch."""

    undo_asked = Signal(int)
    rejects_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._imports: Sequence[Imported] = ()
        self._read_only = False
        self.table = table(len(_IMPORT_HEADS))
        self.table.itemSelectionChanged.connect(self._tell_buttons)
        self.undo, self.rejects = button(self._on_undo), button(self._on_rejects)
        self._note = label("muted", wrap=True)
        row = QHBoxLayout()
        row.addWidget(self.undo)
        row.addWidget(self.rejects)
        row.addWidget(self._note, 1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 4, 0, 0)
        lay.addWidget(self.table, 1)
        lay.addLayout(row)
        self.retranslate()

    def show_imports(self, imports: Sequence[Imported], *, read_only: bool) -> None:
        """List the imports, the newest first."""
        self._imports, self._read_only = imports, read_only
        self._tell()

    def _tell(self) -> None:
        self.table.setRowCount(len(self._imports))
        for row, one in enumerate(self._imports):
            sign, words, token = _STATES[one.state]
            when = locale().toString(QDateTime.fromMSecsSinceEpoch(one.started_ms), QLocale.FormatType.ShortFormat)
            who = one.step.coder if one.step else ""
            cells = (one.file, one.source, f"{one.records:,}", f"{one.rejected:,}", when, who, f"{sign} {_(words)}")
            for column, told in enumerate(cells):
                item = cell(told, right=column in (2, 3))
                if column == len(cells) - 1:
                    item.setForeground(QBrush(theme.colour(token)))
                self.table.setItem(row, column, item)
        self._tell_buttons()

    def chosen(self) -> Imported | None:
        """Return the import at hand."""
        row = self.table.currentRow()
        return self._imports[row] if 0 <= row < len(self._imports) and self.table.selectedItems() else None

    def _tell_buttons(self) -> None:
        one = self.chosen()
        in_force = one is not None and one.state == "force" and one.step is not None
        self.undo.setEnabled(in_force and not self._read_only)
        self.rejects.setEnabled(one is not None and one.state == "force" and one.rejected > 0)

    def _on_undo(self) -> None:
        one = self.chosen()
        if one is not None and one.step is not None:
            self.undo_asked.emit(one.step.op)

    def _on_rejects(self) -> None:
        one = self.chosen()
        if one is not None:
            self.rejects_asked.emit(one.batch)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.table.setHorizontalHeaderLabels([_(head) for head in _IMPORT_HEADS])
        self.table.setAccessibleName(_("Imports"))
        self.undo.setText(_("Undo in the history…"))
        self.rejects.setText(_("Its rejected rows"))
        self._note.setText(_("An import is a large step: the history names and counts it before it is undone."))
        self._tell()


class RejectsTab(QWidget):
    """Rows that were not taken, with why. ``all_asked``: of all imports again; ``save_asked``."""

    all_asked = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: tuple[Rejects, str] | None = None
        self._words = label(wrap=True)
        self.every, self.save = button(self.all_asked.emit), button(self.save_asked.emit)
        self.table = table(len(_REJECT_HEADS), stretch=2)
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self.every)
        row.addWidget(self.save)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 6, 0, 0)
        lay.addLayout(row)
        lay.addWidget(self.table, 1)
        self.retranslate()

    @property
    def words(self) -> str:
        """Return how many were rejected and why, in words."""
        return self._words.text()

    def show_rejects(self, rejects: Rejects, of: str) -> None:
        """List rejected rows; ``of``: the source or file they are of, "" for all."""
        self._told = rejects, of
        self._tell()

    def _tell(self) -> None:
        if self._told is None:
            return
        rejects, of = self._told
        self.every.setVisible(bool(of))
        self.save.setEnabled(rejects.count > 0)
        told = [f"{of}:"] if of else []
        if not rejects.count:
            told.append(_("✓ Every row was taken."))
        for reason, count in rejects.by_reason.items():
            told.append(f"{count:,} × {sentence_of(reason)}")
        if rejects.count > len(rejects.first):
            told.append(_("The first {n} are listed; the saved list has all.").format(n=LISTED))
        self._words.setText("   ".join(told))
        fill_rejects(self.table, rejects.first)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.table.setHorizontalHeaderLabels([_(head) for head in _REJECT_HEADS])
        self.table.setAccessibleName(_("Rejected rows"))
        self.every.setText(_("Of all imports"))
        self.save.setText(_("Save the rejected rows…"))
        self._tell()


class QuestionsTab(QWidget):
    """The questions with their bases. ``rows_asked``: a Query; ``change_asked``: question id, direction, single."""

    rows_asked = Signal(object)
    change_asked = Signal(int, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._questions: Sequence[Question] = ()
        self._read_only = False
        self.table = table(len(_QUESTION_HEADS))
        self.table.itemActivated.connect(lambda _item: self._on_rows())
        self.table.itemSelectionChanged.connect(self._tell_buttons)
        self.rows = button(self._on_rows)
        self._about = label("muted", wrap=True)
        self.turn, self.single = button(self._on_turn), button(self._on_single)
        row = QHBoxLayout()
        for one in (self.rows, self.turn, self.single):
            row.addWidget(one)
        row.addWidget(self._about, 1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 4, 0, 0)
        lay.addWidget(self.table, 1)
        lay.addLayout(row)
        self.retranslate()

    def show_questions(self, questions: Sequence[Question], *, read_only: bool) -> None:
        """List the questions."""
        self._questions, self._read_only = questions, read_only
        self.table.setRowCount(len(questions))
        for row, one in enumerate(questions):
            cells = (f"{one.name}  {one.text}".strip(), f"{one.asked:,}", f"{one.answered:,}", f"{one.reviewed:,}")
            for column, words in enumerate(cells):
                self.table.setItem(row, column, cell(words, right=column > 0))
        self._tell_buttons()

    def chosen(self) -> Question | None:
        """Return the question at hand."""
        row = self.table.currentRow()
        return self._questions[row] if 0 <= row < len(self._questions) and self.table.selectedItems() else None

    def _tell_buttons(self) -> None:
        one = self.chosen()
        self.rows.setEnabled(one is not None)
        for each in (self.turn, self.single):
            each.setEnabled(one is not None and not self._read_only)
        if one is None:
            self._about.setText(_("Choose a question to see who was asked and to change what it asks for."))
            self.turn.setText(_("Change the direction"))
            self.single.setText(_("One code or several"))
            return
        self._about.setText(
            _("Asks for {direction}; {codes}. Base: {answered} answered of {asked} asked.").format(
                direction=_(_DIRECTIONS.get(one.direction, one.direction)),
                codes=_("one code an answer") if one.single else _("several codes an answer"),
                answered=f"{one.answered:,}", asked=f"{one.asked:,}",
            )
        )  # fmt: skip
        self.turn.setText(_("It asks for {direction}").format(direction=_(_DIRECTIONS[self._next(one)])))
        self.single.setText(_("Allow several codes") if one.single else _("Allow one code only"))

    def _next(self, one: Question) -> str:
        order = list(_DIRECTIONS)
        return order[(order.index(one.direction) + 1) % len(order)] if one.direction in order else order[0]

    def _on_rows(self) -> None:
        one = self.chosen()
        if one is not None:
            self.rows_asked.emit(Query((InQuestion(one.id),)))

    def _on_turn(self) -> None:
        one = self.chosen()
        if one is not None:
            self.change_asked.emit(one.id, self._next(one), one.single)

    def _on_single(self) -> None:
        one = self.chosen()
        if one is not None:
            self.change_asked.emit(one.id, one.direction, not one.single)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for column, head in enumerate(_QUESTION_HEADS):
            self.table.setHorizontalHeaderItem(column, cell(_(head), right=column > 0))
        self.table.setAccessibleName(_("Questions"))
        self.rows.setText(_("Show its answers"))
        self._tell_buttons()
