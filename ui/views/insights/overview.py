"""How it is and which way it goes (macro), and where the trouble is (meso)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotate.messages import _
from reports import measures, specs
from reports.charts_plane import journey_marks
from reports.charts_trend import trend_marks
from reports.corrections import correction_sentence
from reports.data import JourneyFigures, PartCorrection, QuestionFigures, ReportData, ScoreFigures, SpikeFigures
from reports.findings import Tone, score_finding
from reports.missing import lack_said
from reports.outside import accounts_chart, closed_finding, mix_sentence, repeated_sentence, stands_chart, turned
from reports.statistics.limits import Lack, TooFew
from reports.wording import Words
from ui import theme
from ui.views.insights.chart import ChartView
from ui.views.insights.column import Column, say
from ui.views.insights.heat import lay_of

_INKS = {Tone.GOOD: "good", Tone.BAD: "bad", Tone.UNSURE: "unsure"}
_LARGE = 1.9
_MOST_SPIKES = 6
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


def _journey_note(told: JourneyFigures, words: Words) -> str:
    """Say how the curve was corrected, and what changes at one mix of channels."""
    parts = [correction_sentence(told.correction, words), mix_sentence(told, words)]
    if told.standard:
        others = turned(told)
        parts.append(
            _("There the other way round: {names}.").format(names=words.listed(others)) if others
            else _("No touchpoint is proved to turn round by that.")
        )  # fmt: skip
    return words.text(*parts)


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
        self._journey_note = self.text(muted=True)
        self._closed = QVBoxLayout()
        self._groups: list[tuple[QLabel, ChartView]] = []
        self.lay.addLayout(self._closed)
        self._stands_head = self.text()
        self.stands = self.chart()
        self._stands_note = self.text(muted=True)
        self._spikes_head = self.text()
        self.spikes = self.chart()
        self._spikes_note = self.text(muted=True)
        self.lay.addStretch(1)
        for view in (self.where, self.segments, self.journey, self.stands, self.spikes):
            view.mark_chosen.connect(self.rows_chosen)
            view.show_chart(None)
        for label in (self._segments_head, self._journey_head, self._journey_note, self._spikes_head):
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
        say(self._journey_note, "" if data.journey is None else _journey_note(data.journey, words))
        self._show_closed(data, words)
        self._show_stands(question, words)
        self._show_spikes(question, words)

    def _show_stands(self, question: QuestionFigures | None, words: Words) -> None:
        chart = None if question is None else stands_chart(question, words)
        say(self._stands_head, _("Where a theme stands out") if chart else "")
        note = _("Themes that go with a column of the data (q ≤ .05), and the value in which they stand out most.")
        say(self._stands_note, note if chart else "")
        rows = () if chart is None else chart.rows
        lines = ["\t".join([row.label, *(cell.text for cell in row.cells)]) for row in rows]
        self.stands.show_chart(
            None if chart is None else lay_of(chart), name=_("Where a theme stands out"), table="\n".join(lines)
        )

    def _show_where(self, data: ReportData, words: Words) -> None:
        table = data.touchpoints
        if table is None or not table.rows:
            say(
                self._where_note,
                _("No touchpoints: map codes to touchpoints in the definitions, or import a touchpoint column."),
            )
            self.where.show_chart(None)
            return
        chart = specs.touchpoints(table, words)
        say(
            self._where_note,
            words.text(
                _("Net sentiment in points by {column}; shade: distance from the row, outline: proved.").format(
                    column=table.dimension
                ),
                correction_sentence(table.correction, words),
                words("Cells are as counted.") if isinstance(table.correction, PartCorrection) else "",
            ),
        )
        lines = ["\t".join(["", *(name for name, _base in chart.columns)])]
        lines += [
            "\t".join([row.label, *(f"{cell.text} {cell.letters}".strip() for cell in row.cells)]) for row in chart.rows
        ]
        self.where.show_chart(lay_of(chart), name=_("Touchpoints by segment"), table="\n".join(lines))

    def _show_segments(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        table = question.segments[0] if question is not None and question.segments else None
        if question is None or table is None:
            say(self._segments_head, "")
            none = _("No column of the data has two to eight values to compare themes by; choose one as segment.")
            say(self._segments_note, "" if question is None else none)
            self.segments.show_chart(None)
            return
        largest = max((column.base for column in table.columns), default=0)
        if largest < data.limits.shown:
            say(self._segments_head, _("Themes by {column}").format(column=table.dimension))
            say(self._segments_note, lack_said(TooFew(Lack.ANSWERS, largest, data.limits.shown), words))
            self.segments.show_chart(None)
            return
        chart = specs.heat(question, table, data.limits, words)
        say(self._segments_head, _("Themes by {column}").format(column=table.dimension))
        lines = ["\t".join(["", *(name for name, _base in chart.columns)])]
        lines += [
            "\t".join([row.label, *(f"{cell.text} {cell.letters}".strip() for cell in row.cells)]) for row in chart.rows
        ]
        self.segments.show_chart(
            lay_of(chart), name=_("Themes by {column}").format(column=table.dimension), table="\n".join(lines)
        )
        told = _("Letters: higher than that column; {tests} comparisons, Holm over the table. Shade: points from all.")
        fixed = correction_sentence(table.correction, words)
        say(self._segments_note, words.text(told.format(tests=f"{table.tests:,}"), fixed))

    def _show_spikes(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.spikes
        if not isinstance(found, SpikeFigures):
            self.spikes.show_chart(None)
            say(self._spikes_head, "" if question is None else _("Sudden rises"))
            if isinstance(found, TooFew):
                told = _("Sudden rises: {more} more weeks with answers are needed.").format(more=found.more)
            else:
                told = _("The answers have no dates: sudden rises are found week by week.")
            say(self._spikes_note, "" if question is None else told)
            return
        chart = replace(specs.spikes(found, words, most=_MOST_SPIKES), label_width=_SLICES)
        rows = chart.rows
        say(self._spikes_head, _("Sudden rises"))
        self.spikes.show_chart(
            (lambda width, measure, colours: chart.lay(rows, width, measure, colours)) if rows else None,
            name=_("Sudden rises"),
        )  # fmt: skip
        told = _("{tests} slices × themes × weeks looked through; {false} false alarms to be expected.")
        searched = told.format(tests=f"{found.tests:,}", false=f"{found.expected_false:.1f}")
        none = "" if rows else _("No sudden rise was found.")
        say(self._spikes_note, words.text(none, searched, repeated_sentence(found.repeated, words)))

    def _show_closed(self, data: ReportData, words: Words) -> None:
        while len(self._groups) < len(data.closed):
            told, view = QLabel(), ChartView()
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            view.mark_chosen.connect(self.rows_chosen)
            self._groups.append((told, view))
            self._closed.addWidget(told)
            self._closed.addWidget(view)
        for number, (label, view) in enumerate(self._groups):
            group = data.closed[number] if number < len(data.closed) else None
            laid = None if group is None else accounts_chart(group, words)
            if group is None or laid is None:
                view.show_chart(None)
            else:
                scores = [("" if one.score is None else f"{one.score:.1f}") for one in group.accounts]
                lines = [
                    f"{one.name}\t{score}\t{one.answers}" for one, score in zip(group.accounts, scores, strict=True)
                ]
                view.show_chart(
                    lay_of(laid), name=_("Accounts of {name}").format(name=group.name), table="\n".join(lines),
                )  # fmt: skip
            finding = None if group is None else closed_finding(group, data.limits, words)
            say(label, "" if finding is None else f"{finding.lead}{'。' if words.chinese else '. '}{finding.rest}")

    def retranslate(self) -> None:
        """Say the headings in the language in use."""
        self._macro.setText(_("How is it, and which way does it go?"))
        self._meso.setText(_("Where is the trouble?"))
        self.setAccessibleName(_("Scores, touchpoints and segments"))
