"""One score: its figure in large numerals, the finding, the course, and the figure segment by segment."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotate.messages import _
from reports import measures, specs, specs_scores
from reports.charts_trend import trend_marks
from reports.data import ReportData, ScoreFigures
from reports.findings import Tone, score_finding
from reports.outside import what_n_counts
from reports.wording import Words
from ui import theme
from ui.views.insights.chart import ChartView
from ui.views.insights.column import say
from ui.views.insights.heat import lay_forest

_INKS = {Tone.GOOD: "good", Tone.BAD: "bad", Tone.UNSURE: "unsure"}
_LARGE = 1.9
_SEGMENTS = 2


class ScoreCard(QWidget):
    """Shows a score. ``mark_chosen``: the rows of a mark as JSON."""

    mark_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = QVBoxLayout(self)
        self._room.setContentsMargins(0, 4, 0, 4)
        self._room.setSpacing(2)
        self._name, self._value, self._told = self._text(), self._text(), self._text()
        self._name.setObjectName("muted")
        self.chart = self._chart()
        self._parts = [(self._text(), self._chart()) for _part in range(_SEGMENTS)]
        self._counts = self._text()
        self._counts.setObjectName("muted")

    def _text(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        self._room.addWidget(label)
        return label

    def _chart(self) -> ChartView:
        view = ChartView()
        view.mark_chosen.connect(self.mark_chosen)
        self._room.addWidget(view)
        return view

    @property
    def charts(self) -> list[ChartView]:
        """The course and the segments."""
        return [self.chart, *(view for _head, view in self._parts)]

    def show_score(self, score: ScoreFigures, data: ReportData, words: Words) -> None:
        """Show a score."""
        found = measures.measure(score)
        finding = score_finding(score, data, words)
        large = QFont(self.font())
        large.setPointSizeF(large.pointSizeF() * _LARGE)
        large.setBold(True)
        self._value.setFont(large)
        hidden = finding.tone is Tone.TOO_LITTLE or found is None
        name = measures.name(score, words)
        self._name.setText(name)
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
            None if trend is None else partial(trend_marks, trend), name=_("Course of {name}").format(name=name),
            table=table,
        )  # fmt: skip
        for at, (head, view) in enumerate(self._parts):
            segments = score.segments[at] if at < len(score.segments) else None
            chart = None if segments is None else specs_scores.score_segments(score, segments, data.limits, words)
            if segments is None or chart is None:
                say(head, "")
                view.show_chart(None)
                continue
            told = words("{score} by {segment}", score=score.name, segment=segments.dimension)
            say(head, told)
            lines = ["\t".join([row.label, *row.texts]) for row in chart.rows]
            view.show_chart(lay_forest(chart, (1,)), name=told, table="\n".join(lines))
        stars = words(
            "* base of {low} to {high}; no figure under {low}. Not tested for significance.", low=data.limits.shown,
            high=data.limits.full - 1,
        )  # fmt: skip
        base = _base(score)
        parts = [
            words("{name}: {share}", name=one.name, share=words.percent(one.share, base))
            for one in measures.portions(score, words)
        ]
        shown = words.text(f"{words.listed(parts)}{stop.strip()}" if parts else "", measures.weighed_base(score, words))
        segmented = any(not view.isHidden() for _head, view in self._parts)
        say(self._counts, "" if hidden else words.text(shown, what_n_counts(words), stars if segmented else ""))


def _base(score: ScoreFigures) -> int:
    """Return the base of the shares of a score's answers, the effective one where weights are used."""
    if score.weighed is not None:
        return round(score.weighed.effective)
    return sum(count for _value, count in score.distribution)
