"""The Sources page: what was imported, how good it is, and the way to import more."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotate import verbatims
from annotate.messages import N_, _, current
from annotate.store import operations
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.verbatims import Counts, Question
from ui.pages.registry import Room

_HISTORY = 5_000
_QUESTION_HEADS = (N_("Question"), N_("Asked"), N_("Answered"), N_("Confirmed"))


class SourcesPage(QWidget):
    """Figures of data quality, questions with their bases, and the imports in force."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        desk = self._desk = room.desk
        self._counts: Counts | None = None
        self._stale = True
        self._imports: list[Step] = []
        self._title, self._lead = QLabel(), QLabel()
        self._title.setObjectName("title")
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._import = QPushButton()
        self._import.setProperty("primary", True)
        self._import.setEnabled(not desk.project.read_only)
        self._import.clicked.connect(room.import_asked)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._import)
        self._figures = QLabel()
        self._figures.setTextFormat(Qt.TextFormat.PlainText)
        figures = QFrame()
        lay = QVBoxLayout(figures)
        lay.setContentsMargins(0, 6, 0, 6)
        lay.addWidget(self._figures)
        self._questions = _table(len(_QUESTION_HEADS))
        self._steps_title = QLabel()
        self._steps_title.setObjectName("heading")
        self._steps = _table(3)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(28, 20, 28, 20)
        lay.addLayout(top)
        lay.addWidget(self._lead)
        lay.addWidget(figures)
        lay.addWidget(self._questions, 2)
        lay.addWidget(self._steps_title)
        lay.addWidget(self._steps, 1)
        desk.questions_changed.connect(self._show_questions)
        self._show_questions(desk.questions)  # the page is built when first shown: they may have been counted before
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Count again, now or when the page is next looked at."""
        self._stale = not self.isVisible()
        if self._stale:
            return

        def read(project: Project) -> tuple[Counts, list[Step]]:
            steps = [one for one in operations.history(project, limit=_HISTORY) if one.kind == "import"]
            return verbatims.counts(project), steps

        self._desk.read("sources", read, self._show, slow=True)

    def _show(self, answer: tuple[Counts, list[Step]]) -> None:
        self._counts, self._imports = answer
        self._tell()

    def _show_questions(self, questions: list[Question]) -> None:
        self._questions.setRowCount(len(questions))
        for row, one in enumerate(questions):
            cells = (f"{one.name}  {one.text}".strip(), f"{one.asked:,}", f"{one.answered:,}", f"{one.reviewed:,}")
            for column, words in enumerate(cells):
                self._questions.setItem(row, column, _cell(words, right=column > 0))

    def _tell(self) -> None:
        counts = self._counts
        if counts is None:
            self._figures.setText("")
            return
        told = _("{n} verbatims: {answered} answered, {blank} blank.  {duplicates} are identical to another answer.")
        self._figures.setText(
            told.format(
                n=f"{counts.verbatims:,}", answered=f"{counts.answered:,}", blank=f"{counts.blank:,}",
                duplicates=f"{counts.duplicates:,}",
            )
        )  # fmt: skip
        locale = QLocale("zh_CN" if current() == "zh_CN" else "en_GB")
        self._steps.setRowCount(len(self._imports))
        for row, step in enumerate(self._imports):
            when = locale.toString(QDateTime.fromMSecsSinceEpoch(step.at_ms), QLocale.FormatType.ShortFormat)
            words = step.words + ("   " + _("(undone)") if step.undone else "")
            for column, text in enumerate((words, when, step.coder)):
                self._steps.setItem(row, column, _cell(text))

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Sources"))
        self._lead.setText(
            _("Answers come in from files of any channel. Every row is accepted or listed as rejected; none is lost.")
        )
        self._import.setText(_("Import answers…"))
        self._steps_title.setText(_("Imports"))
        for column, head in enumerate(_QUESTION_HEADS):
            self._questions.setHorizontalHeaderItem(column, _cell(_(head), right=column > 0))
        self._steps.setHorizontalHeaderLabels([_("Import"), _("When"), _("Who")])
        self._tell()
        self.refresh()  # the steps were put into words when they were read


def _table(columns: int) -> QTableWidget:
    table = QTableWidget(0, columns)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for column in range(1, columns):
        table.setColumnWidth(column, 140)
    return table


def _cell(words: str, *, right: bool = False) -> QTableWidgetItem:
    item = QTableWidgetItem(words)
    if right:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
