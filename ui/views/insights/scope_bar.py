"""What the figures are about: question, period and what it is compared with, segment, filter, rules."""

from __future__ import annotations

import shlex

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from annotate.errors import AskedWronglyError
from annotate.messages import N_, _
from annotate.store.project import Project
from annotate.store.query import Query
from reports.data import ReportData, Scope
from ui.views.report.form import WINDOWS


class ScopeBar(QFrame):
    """Emits ``changed`` when other figures are wanted, ``question_chosen`` when another question is looked at."""

    changed = Signal()
    question_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self._question, self._period, self._window = QComboBox(), QComboBox(), QComboBox()
        self._compare, self._segment = QComboBox(), QComboBox()
        self._against = QLabel()
        self._filter = QLineEdit()
        self._filter.setClearButtonEnabled(True)
        self._filter.setMinimumWidth(170)
        self._weighted, self._counts = QCheckBox(), QCheckBox()
        for wide, box in ((300, self._question), (150, self._period), (150, self._compare), (170, self._segment)):
            box.setMaximumWidth(wide)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        for one in (self._question, self._period, self._window, self._against, self._compare, self._segment):
            row.addWidget(one)
        row.addWidget(self._filter, 1)
        row.addWidget(self._weighted)
        row.addWidget(self._counts)
        self._question.activated.connect(lambda at: self.question_chosen.emit(self._question.itemData(at) or 0))
        for box in (self._period, self._window, self._compare, self._segment):
            box.activated.connect(lambda _at: self.changed.emit())
        for check in (self._weighted, self._counts):
            check.clicked.connect(lambda _on: self.changed.emit())
        self._filter.returnPressed.connect(self.changed)
        self.retranslate()

    def scope(self, project: Project) -> Scope:
        """Return what is chosen; raises UserError where the filter names a column or period that there is not."""
        text = self._filter.text().strip()
        try:
            parts = tuple(shlex.split(text.replace("，", " ").replace("；", " ")))
        except ValueError:
            raise AskedWronglyError(
                "filter-unclear",
                N_("The filter could not be read."),
                N_("A quotation mark is not closed."),
                N_("Write column=value, values with blanks in quotation marks."),
            ) from None
        asked = Query()
        if parts:
            from reports.filters import parse_filters

            asked = parse_filters(project, parts)
        return Scope(
            filter=asked,
            period=self._period.currentData() or "",
            window=self._window.currentData() or 1,
            compare=self._compare.currentData() or "",
            segment=self._segment.currentData() or "",
            weighted=self._weighted.isChecked(),
            counts_only=self._counts.isChecked(),
        )

    def show_choices(self, data: ReportData, question: int | None) -> None:
        """Offer what the figures know: questions, periods, columns."""
        coded = [one for one in data.questions if one.themes]
        self._question.clear()
        for one in coded:
            self._question.addItem(f"{one.name}  {one.text}".strip()[:70], one.id)
        self._question.setCurrentIndex(max(0, self._question.findData(question)))
        self._question.setVisible(len(coded) > 1)
        chosen = data.scope
        if chosen is None:
            return
        names = [one.name for one in chosen.known]
        self._offer(self._period, [("", _("All periods")), *((name, name) for name in reversed(names))])
        self._offer(self._compare, [("", _("the period before")), *((name, name) for name in reversed(names))])
        by = [
            ("", _("Segments: automatic")),
            *((name, _("by {column}").format(column=name)) for name in chosen.columns),
        ]
        self._offer(self._segment, by)
        several, one_period = len(names) > 1, bool(self._period.currentData())
        self._period.setVisible(several)
        for widget in (self._window, self._against, self._compare):
            widget.setVisible(several and one_period)

    @staticmethod
    def _offer(box: QComboBox, entries: list[tuple[str, str]]) -> None:
        kept = box.currentData() or ""
        box.clear()
        for value, words in entries:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(kept)))

    def next_segment(self) -> None:
        """Break down by the next column."""
        if self._segment.count():
            self._segment.setCurrentIndex((self._segment.currentIndex() + 1) % self._segment.count())
            self.changed.emit()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        at = max(0, self._window.currentIndex())
        self._window.clear()
        for number, words in WINDOWS:
            self._window.addItem(_(words), number)
        self._window.setCurrentIndex(at)
        self._against.setText(_("against"))
        self._filter.setPlaceholderText(_("Filter, such as channel=hotline score>=7"))
        self._weighted.setText(_("Weighted"))
        self._weighted.setToolTip(_("Count by the weights of the records"))
        self._counts.setText(_("Counts only"))
        self._counts.setToolTip(_("Do not correct shares for the model's errors; the report then says so"))
        for widget, name in (
            (self._question, _("Question")), (self._period, _("Period")), (self._window, _("How many periods")),
            (self._compare, _("Compared with")), (self._segment, _("Segments")), (self._filter, _("Filter")),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setToolTip(name)
