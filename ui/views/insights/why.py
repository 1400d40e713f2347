"""Why: themes with their shares, what goes with the score, layers of need, candidates for new themes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from annotate.messages import _
from reports import findings, specs
from reports.charts_plane import quadrant_marks
from reports.corrections import correction_sentence
from reports.data import DriverFigures, EmergingFigures, QuestionFigures, ReportData, ThemeFigures
from reports.missing import lack_said
from reports.outside import pairs_chart
from reports.statistics.limits import BaseSize, Lack, TooFew
from reports.statistics.nps import Estimate
from reports.wording import Words
from ui.views.insights.column import Column, say
from ui.views.insights.heat import lay_of
from ui.views.insights.theme_table import ThemeTable

_MOST_LINES = 18
_THEMES, _COURSE_COLUMNS = 84.0, (36.0, 58.0, 90.0)
"""Room for the labels and the columns of courses in points: the column is narrow."""


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
        self._courses_head = self.heading()
        self.courses = self.chart()
        self._courses_note = self.text(muted=True)
        self._drivers_head = self.heading()
        self.drivers = self.chart()
        self._drivers_note = self.text(muted=True)
        self._needs_head = self.heading()
        self.needs = self.chart()
        self._needs_note = self.text(muted=True)
        self._pairs_head = self.heading()
        self.pairs = self.chart()
        self._pairs_note = self.text(muted=True)
        self._emerging_head = self.heading()
        self._emerging = self.text()
        self.lay.addStretch(1)
        self.table.theme_chosen.connect(self._on_theme)
        for view in (self.courses, self.drivers, self.needs, self.pairs):
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
        self.table.show_themes(question, words, data.limits)
        rows = min(self.table.lines.rowCount(), _MOST_LINES)
        height = self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(round(height * (rows + 1.6)) + 4)
        base = ""
        if question is not None:
            base = _(
                "Base: {n} {people} whose words were read; nets count each once. Any number leads to its answers."
            ).format(n=f"{question.base:,}", people=words.people)
            if data.limits.of(question.base) is BaseSize.HIDDEN:
                lack = TooFew(Lack.ANSWERS, question.base, data.limits.shown)
                base = words.text(lack_said(lack, words), _("Counts are shown, no percentages."))
        say(self._base, base)
        said = findings.theme_findings(question, data, words) if question is not None else []
        say(self._sentence, "\n".join(f"{one.lead}{'。' if words.chinese else '. '}{one.rest}" for one in said[:3]))
        self._show_courses(question, words)
        self._show_drivers(question, words)
        self._show_needs(question, words)
        self._show_pairs(question, words)
        self._show_emerging(question, words)

    def _show_courses(self, question: QuestionFigures | None, words: Words) -> None:
        chart = None if question is None else specs.courses(question, words)
        say(self._courses_head, "" if question is None else _("Course of the largest themes"))
        if question is None or chart is None:
            self.courses.show_chart(None)
            say(self._courses_note, "" if question is None else _no_course(question, words))
            return
        heads = (*chart.columns[:3], words("range"), words("shift"))
        chart = replace(chart, columns=heads, column_widths=_COURSE_COLUMNS, label_width=_THEMES)
        lines = [
            "\t".join([one.name, *(_number(point.point.figure) for point in one.points)]) for one in question.trends
        ]
        self.courses.show_chart(
            lambda width, measure, colours: chart.lay(chart.rows, width, measure, colours),
            name=_("Course of the largest themes"), table="\n".join(lines),
        )  # fmt: skip
        note = _(
            "Each on its own scale; a change of level is named where it is proved. A row leads to its last period."
        )
        say(self._courses_note, words.text(note, correction_sentence(question.trends[0].correction, words)))

    def _show_drivers(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.drivers
        say(self._drivers_head, "" if question is None else _("What goes with the score"))
        if not isinstance(found, DriverFigures) or not found.rows:
            self.drivers.show_chart(None)
            if isinstance(found, TooFew):
                told = lack_said(found, words)
            elif found is None:
                told = _("No score column: what goes with a score cannot be told.")
            else:
                told = _("No theme is mentioned often enough to be told by.")
            say(self._drivers_note, "" if question is None else told)
            return
        chart = specs.quadrant(found, words)
        lines = [
            f"{one.label}\t{one.share:.4f}\t{one.effect:.3f}\t{one.low:.3f}\t{one.high:.3f}" for one in chart.points
        ]
        self.drivers.show_chart(
            partial(quadrant_marks, chart), name=_("Reach and effect of themes"), table="\n".join(lines)
        )
        most = words.listed([specs.name_of(row.theme, words) for row in found.by_priority[:4]])
        told = _("{score}, n = {n}, {window}. Going with it is not causing it.").format(
            score=found.score, n=f"{found.n:,}", window=words.window(found.periods) or words("all answers")
        )
        say(self._drivers_note, told + (" " + _("Most pressing: {themes}.").format(themes=most) if most else ""))

    def _show_needs(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.needs
        say(self._needs_head, "" if question is None else _("Layers of need (derived)"))
        chart = None if found is None else specs.needs(found, words)
        if found is None or chart is None:
            self.needs.show_chart(None)
            lack = ""
            if found is None and question is not None:
                lack = _("The codes say neither good nor bad, and nobody wishes: layers cannot be told.")
            elif found is not None:
                lack = (
                    lack_said(found.needs, words) if isinstance(found.needs, TooFew)
                    else _("No theme is mentioned often enough to be told by.")
                )  # fmt: skip
        else:
            self.needs.show_chart(
                lambda width, measure, colours: chart.lay(chart.rows, width, measure, colours), name=_("Layers of need")
            )
            lack = ""
        wishes = []
        if found is not None and found.itches:
            wishes = [f"{one.theme.label} ({one.wishers:,})" for one in found.itches[:5]]
        told = _("Wished for: {themes}.").format(themes=words.listed(wishes)) if wishes else ""
        over = ""
        if found is not None and chart is not None and found.periods:
            over = _("{score}, n = {n}, {window}.").format(
                score=found.score, n=f"{found.n:,}", window=words.window(found.periods)
            )
        say(self._needs_note, words.text(lack, over, told))

    def _show_pairs(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.pairs
        chart = None if question is None else pairs_chart(question, words)
        say(self._pairs_head, "" if found is None else _("Said together"))
        rows = () if chart is None else chart.rows
        lines = ["\t".join([row.label, *(cell.text for cell in row.cells)]) for row in rows]
        self.pairs.show_chart(None if chart is None else lay_of(chart), name=_("Said together"), table="\n".join(lines))
        if isinstance(found, TooFew):
            note = lack_said(found, words)
        elif not found:
            note = "" if found is None else _("No two themes are said together more often than by chance.")
        else:
            note = _("Times as often as by chance (95% CI); Benjamini–Hochberg over all pairs. Together is no cause.")
        say(self._pairs_note, note)

    def _show_emerging(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.emerging
        say(self._emerging_head, "" if found is None else _("Candidates for new themes among “other”"))
        if not isinstance(found, EmergingFigures):
            say(self._emerging, lack_said(found, words) if isinstance(found, TooFew) else "")
            return
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


def _number(figure: Estimate | TooFew) -> str:
    return "" if isinstance(figure, TooFew) else f"{100 * figure.value:.2f}"


def _no_course(question: QuestionFigures, words: Words) -> str:
    """Say what a course over time lacks."""
    if not question.trends:
        return _("A course needs answers of two periods: weeks, months or waves.")
    known = max(sum(isinstance(one.point.figure, Estimate) for one in series.points) for series in question.trends)
    return lack_said(TooFew(Lack.PERIODS, known, specs.LEAST_POINTS), words)
