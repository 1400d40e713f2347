"""How it is and which way it goes (macro), and where the trouble is (meso)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotate.messages import _
from reports import measures, specs
from reports.charts import Drawing, Measure, Palette, trend_marks
from reports.charts_plane import journey_marks
from reports.data import QuestionFigures, ReportData, ScoreFigures, SpikeFigures
from reports.findings import Tone, score_finding
from reports.statistics.limits import TooFew
from reports.wording import Words
from ui import theme
from ui.views.insights.chart import ChartView
from ui.views.insights.column import Column, say

_INKS = {Tone.GOOD: "good", Tone.BAD: "bad", Tone.UNSURE: "unsure"}
_LARGE = 1.9
_MOST_SPIKES = 6
_LABELS = 88.0
"""Room for the labels of a heat map in points: the column is narrow."""
_SLICES = 120.0


class _Score(QWidget):
    """One score: its figure in large numerals, the finding, the course."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 4, 0, 4)
        lay.setSpacing(2)
        self._name, self._value, self._told = QLabel(), QLabel(), QLabel()
        for label in (self._name, self._value, self._told):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            lay.addWidget(label)
        self._name.setObjectName("muted")
        self.chart = ChartView()
        lay.addWidget(self.chart)

    def show_score(self, score: ScoreFigures, data: ReportData, words: Words) -> None:
        """Show a score."""
        found = measures.measure(score)
        finding = score_finding(score, data, words)
        large = QFont(self.font())
        large.setPointSizeF(large.pointSizeF() * _LARGE)
        large.setBold(True)
        self._value.setFont(large)
        hidden = finding.tone is Tone.TOO_LITTLE or found is None
        self._name.setText(measures.name(score, words))
        say(self._value, "" if hidden or found is None else found.value(words))
        stop = "。" if words.chinese else ". "
        self._told.setText(f"{finding.lead}{stop}{finding.rest}")
        self._told.setStyleSheet(f"color: {getattr(theme.tokens(), _INKS.get(finding.tone, 'text'))};")
        trend = specs.score_trend(score, words)
        table = ""
        if trend is not None:
            table = "\n".join(
                f"{one.label}\t{'' if one.value is None else f'{one.value:.2f}'}\t{one.base}" for one in trend.points
            )
        self.chart.show_chart(
            None if trend is None else partial(trend_marks, trend),
            name=_("Course of {name}").format(name=measures.name(score, words)), table=table,
        )  # fmt: skip


class OverviewPane(Column):
    """Scores with their course; touchpoints, segments and sudden rises. ``rows_chosen``: the rows of a mark as JSON."""

    rows_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(320)
        self._macro = self.heading()
        self._none = self.text(muted=True)
        self._scores = QVBoxLayout()
        self._cards: list[_Score] = []
        self.lay.addLayout(self._scores)
        self._meso = self.heading()
        self._where_note = self.text(muted=True)
        self.where = self.chart()
        self._segments_head = self.text()
        self.segments = self.chart()
        self._segments_note = self.text(muted=True)
        self._journey_head = self.text()
        self.journey = self.chart()
        self._spikes_head = self.text()
        self.spikes = self.chart()
        self._spikes_note = self.text(muted=True)
        self.lay.addStretch(1)
        for view in (self.where, self.segments, self.journey, self.spikes):
            view.mark_chosen.connect(self.rows_chosen)
            view.show_chart(None)
        for label in (self._segments_head, self._journey_head, self._spikes_head):
            label.hide()

    def sizeHint(self) -> QSize:
        return QSize(410, 600)

    def score_charts(self) -> list[ChartView]:
        """Return the charts of the scores shown."""
        return [card.chart for card in self._cards if card.isVisible()]

    def show_figures(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        """Show what is known; what cannot be told says what is missing."""
        while len(self._cards) < len(data.scores):
            card = _Score()
            card.chart.mark_chosen.connect(self.rows_chosen)
            self._cards.append(card)
            self._scores.addWidget(card)
        for number, card in enumerate(self._cards):
            card.setVisible(number < len(data.scores))
            if number < len(data.scores):
                card.show_score(data.scores[number], data, words)
        say(
            self._none,
            "" if data.scores else _("No score column: an NPS, a satisfaction or an effort score would stand here."),
        )
        self._show_where(data, words)
        self._show_segments(data, question, words)
        journey = None if data.journey is None else specs.journey(data.journey, words)
        say(self._journey_head, _("Net sentiment along the journey") if journey else "")
        self.journey.show_chart(None if journey is None else partial(journey_marks, journey), name=_("Journey"))
        self._show_spikes(question, words)

    def _show_where(self, data: ReportData, words: Words) -> None:
        table = data.touchpoints
        if table is None or not table.rows:
            say(
                self._where_note,
                _("No touchpoints: map codes to touchpoints in the definitions, or import a touchpoint column."),
            )
            self.where.show_chart(None)
            return
        chart = replace(specs.touchpoints(table, words), label_width=_LABELS)
        say(
            self._where_note,
            _("Net sentiment in points by {column}; shade: distance from the row, outline: proved.").format(
                column=table.dimension
            ),
        )

        def lay(width: float, measure: Measure, colours: Palette) -> Drawing:
            return chart.lay(chart.rows, width, measure, colours)

        self.where.show_chart(lay, name=_("Touchpoints by segment"))

    def _show_segments(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        table = question.segments[0] if question is not None and question.segments else None
        if question is None or table is None:
            for label in (self._segments_head, self._segments_note):
                say(label, "")
            self.segments.show_chart(None)
            return
        chart = replace(specs.heat(question, table, data.limits, words), label_width=_LABELS)
        say(self._segments_head, _("Themes by {column}").format(column=table.dimension))
        lines = ["\t".join(["", *(name for name, _base in chart.columns)])]
        lines += [
            "\t".join([row.label, *(f"{cell.text} {cell.letters}".strip() for cell in row.cells)]) for row in chart.rows
        ]
        self.segments.show_chart(
            lambda width, measure, colours: chart.lay(chart.rows, width, measure, colours),
            name=_("Themes by {column}").format(column=table.dimension), table="\n".join(lines),
        )  # fmt: skip
        told = _("Letters: higher than that column; {tests} comparisons, Holm over the table. Shade: points from all.")
        say(self._segments_note, told.format(tests=f"{table.tests:,}"))

    def _show_spikes(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.spikes
        if not isinstance(found, SpikeFigures):
            self.spikes.show_chart(None)
            say(self._spikes_head, "")
            say(
                self._spikes_note,
                _("Sudden rises: {more} more weeks with answers are needed.").format(more=found.more)
                if isinstance(found, TooFew)
                else "",
            )
            return
        chart = replace(specs.spikes(found, words, most=_MOST_SPIKES), label_width=_SLICES)
        rows = chart.rows
        say(self._spikes_head, _("Sudden rises"))
        self.spikes.show_chart(
            (lambda width, measure, colours: chart.lay(rows, width, measure, colours)) if rows else None,
            name=_("Sudden rises"),
        )  # fmt: skip
        told = _("{tests} slices × themes × weeks looked through; {false} false alarms to be expected.")
        none = "" if rows else _("No sudden rise was found.") + " "
        say(self._spikes_note, none + told.format(tests=f"{found.tests:,}", false=f"{found.expected_false:.1f}"))

    def retranslate(self) -> None:
        """Say the headings in the language in use."""
        self._macro.setText(_("How is it, and which way does it go?"))
        self._meso.setText(_("Where is the trouble?"))
        self.setAccessibleName(_("Scores, touchpoints and segments"))
