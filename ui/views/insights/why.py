"""Why: themes with their shares, what goes with the score, layers of need, candidates for new themes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from annotate.messages import _
from reports import findings, specs
from reports.charts_plane import quadrant_marks
from reports.data import DriverFigures, EmergingFigures, QuestionFigures, ReportData, ThemeFigures
from reports.statistics.limits import TooFew
from reports.wording import Words
from ui.views.insights.column import Column, say
from ui.views.insights.theme_table import ThemeTable

_MOST_LINES = 18


class WhyPane(Column):
    """Shows the reasons. ``theme_chosen``: theme and sentiment; ``rows_chosen``: the rows of a mark as JSON."""

    theme_chosen = Signal(object, object)
    rows_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(420)
        self._head = self.heading()
        self._base = self.text(muted=True)
        self.table = ThemeTable()
        self.lay.addWidget(self.table)
        self._sentence = self.text()
        self._drivers_head = self.heading()
        self.drivers = self.chart()
        self._drivers_note = self.text(muted=True)
        self._needs_head = self.heading()
        self.needs = self.chart()
        self._needs_note = self.text(muted=True)
        self._emerging_head = self.heading()
        self._emerging = self.text()
        self.lay.addStretch(1)
        self.table.theme_chosen.connect(self._on_theme)
        for view in (self.drivers, self.needs):
            view.mark_chosen.connect(self.rows_chosen)
            view.show_chart(None)
        self._words = Words("en")
        self._question: QuestionFigures | None = None
        self._data: ReportData | None = None

    def sizeHint(self) -> QSize:
        return QSize(560, 600)

    def show_figures(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        """Show the themes of a question and what follows from them."""
        self._data, self._question, self._words = data, question, words
        self.table.show_themes(question, words)
        rows = min(self.table.lines.rowCount(), _MOST_LINES)
        height = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(round(height * (rows + 1.6)) + 4)
        base = ""
        if question is not None:
            base = _(
                "Base: {n} {people} whose answer was read; nets count each once. Any number leads to its answers."
            ).format(n=f"{question.base:,}", people=words.people)
        say(self._base, base)
        said = findings.theme_findings(question, data, words) if question is not None else []
        say(self._sentence, "\n".join(f"{one.lead}{'。' if words.chinese else '. '}{one.rest}" for one in said[:3]))
        self._show_drivers(question, words)
        self._show_needs(question, words)
        self._show_emerging(question)

    def _show_drivers(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.drivers
        say(self._drivers_head, _("What goes with the score") if found is not None else "")
        if not isinstance(found, DriverFigures) or not found.rows:
            self.drivers.show_chart(None)
            say(self._drivers_note, lacking(found) if isinstance(found, TooFew) else "")
            return
        chart = specs.quadrant(found, words)
        lines = [
            f"{one.label}\t{one.share:.4f}\t{one.effect:.3f}\t{one.low:.3f}\t{one.high:.3f}" for one in chart.points
        ]
        self.drivers.show_chart(
            partial(quadrant_marks, chart), name=_("Reach and effect of themes"), table="\n".join(lines)
        )
        most = words.listed([specs.name_of(row.theme, words) for row in found.by_priority[:4]])
        told = _("{score}, n = {n}. Going with it is not causing it.").format(score=found.score, n=f"{found.n:,}")
        say(self._drivers_note, told + (" " + _("Most pressing: {themes}.").format(themes=most) if most else ""))

    def _show_needs(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.needs
        say(self._needs_head, _("Layers of need (derived)") if found is not None else "")
        chart = None if found is None else specs.needs(found, words)
        if found is None or chart is None:
            self.needs.show_chart(None)
            lack = lacking(found.needs) if found is not None and isinstance(found.needs, TooFew) else ""
        else:
            self.needs.show_chart(
                lambda width, measure, colours: chart.lay(chart.rows, width, measure, colours), name=_("Layers of need")
            )
            lack = ""
        wishes = []
        if found is not None and found.itches:
            wishes = [f"{one.theme.label} ({one.wishers:,})" for one in found.itches[:5]]
        told = _("Wished for: {themes}.").format(themes=words.listed(wishes)) if wishes else ""
        say(self._needs_note, " ".join(part for part in (lack, told) if part))

    def _show_emerging(self, question: QuestionFigures | None) -> None:
        found = None if question is None else question.emerging
        if not isinstance(found, EmergingFigures):
            say(self._emerging_head, "")
            say(self._emerging, "")
            return
        say(self._emerging_head, _("Candidates for new themes among “other”"))
        lines = ["{words}  ({n})".format(words=" ".join(one.words), n=one.answers) for one in found.candidates[:5]]
        say(self._emerging, "\n".join(lines) or _("None came back often enough to be shown."))

    def explained(self, theme: ThemeFigures, words: Words) -> list[str]:
        """Return how the share of a theme came about, as lines."""
        return findings.explain(theme, words)

    def _on_theme(self, theme: ThemeFigures, sentiment: object) -> None:
        self.theme_chosen.emit(theme, sentiment)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._head.setText(_("Why: what they talk about"))
        self.table.retranslate()
        self.setAccessibleName(_("Themes and reasons"))


def lacking(told: TooFew) -> str:
    """Return what is missing for a figure, in words."""
    return _("Too little data: {have} of {need} {what} so far.").format(
        have=f"{told.have:,}", need=f"{told.need:,}", what=_(told.lack.value)
    )
