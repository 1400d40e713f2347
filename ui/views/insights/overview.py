"""How it is and which way it goes (macro), and where the trouble is (meso)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from annotate.messages import N_, _
from reports import specs, specs_scores, specs_why
from reports.charts_rows import HeatChart
from reports.corrections import cells_sentence, correction_sentence
from reports.data import ImageFigures, JourneyFigures, QuestionFigures, ReportData, SpikeFigures
from reports.missing import lack_said
from reports.outside import (
    accounts_chart,
    closed_finding,
    mix_sentence,
    repeated_sentence,
    rises_lacking,
    stands_chart,
    turned,
)
from reports.statistics.limits import Lack, TooFew
from reports.wording import Words
from ui.views.insights.chart import ChartView, lay_rows
from ui.views.insights.column import Column, Section, say
from ui.views.insights.heat import lay_of, lay_of_journey
from ui.views.insights.score_card import ScoreCard

_MOST_SPIKES = 6
_SLICES = 120.0


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


def table_of(chart: HeatChart) -> str:
    """Return a heat map as tab-separated lines with its heads and bases."""
    bases = [base for _name, base in (chart.whole, *chart.columns)]
    lines = ["\t".join(["", *(name for name, _base in (chart.whole, *chart.columns))])]
    lines += ["\t".join(["", *bases])] if any(bases) else []
    lines += [
        "\t".join([row.label, row.whole, *(f"{cell.text} {cell.letters}".strip() for cell in row.cells)])
        for row in chart.rows
    ]
    return "\n".join(lines)


class OverviewPane(Column):
    """Scores, touchpoints, segments, sudden rises, brands. ``rows_chosen``: the rows of a mark as JSON."""

    rows_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(320)
        self._macro = self.heading()
        self.lead_to(N_("Scores"), self._macro)
        self._none = self.text(muted=True)
        self._scores = QVBoxLayout()
        self._cards: list[ScoreCard] = []
        self.lay.addLayout(self._scores)
        self.indicators = self.section(N_("Indicators"), "indicators")
        self._meso = self.heading()
        self._where_lack = self.text(muted=True)
        self.where = self.section(N_("Touchpoints"), "touchpoints")
        self.journey = self.section(N_("Journey"), "journey")
        self.segments = self.section(N_("Segments"), "segments")
        self.stands = self.section(N_("Stands out"), "answers")
        self.spikes = self.section(N_("Sudden rises"), "spikes")
        self._closed = QVBoxLayout()
        self._groups: list[tuple[QLabel, ChartView]] = []
        self.lay.addLayout(self._closed)
        self.funnel = self.section(N_("Brand funnel"), "brand")
        self.image = self.section(N_("Brand image"), "brand")
        self.lay.addStretch(1)
        for one in self.sections:
            one.chart.mark_chosen.connect(self.rows_chosen)

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections in their order."""
        return (
            self.indicators, self.where, self.journey, self.segments, self.stands, self.spikes, self.funnel, self.image,
        )  # fmt: skip

    def to_macro(self) -> None:
        """Go to the scores."""
        self.go(self._macro)

    def to_meso(self) -> None:
        """Go to where the trouble is."""
        self.go(self._meso)
        shown = next((one.chart for one in self.sections[1:] if not one.chart.isHidden()), None)
        if shown is not None:
            shown.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(410, 600)

    def score_charts(self) -> list[ChartView]:
        """Return the charts of the scores shown."""
        return [view for card in self._cards if not card.isHidden() for view in card.charts]

    def group_charts(self) -> list[ChartView]:
        """Return the charts of closed groups."""
        return [view for _label, view in self._groups]

    def show_figures(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        """Show what is known; what cannot be told says what is missing."""
        while len(self._cards) < len(data.scores):
            card = ScoreCard()
            card.mark_chosen.connect(self.rows_chosen)
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
        self._show_indicators(data, words)
        self._show_where(data, words)
        journey = None if data.journey is None else specs.journey(data.journey, words)
        self.journey.show(
            _("Net sentiment along the journey") if journey else "",
            None if journey is None else lay_of_journey(journey),
            "" if data.journey is None else _journey_note(data.journey, words),
            table="" if journey is None else "\n".join(
                "\t".join([one.stage, one.label, "" if one.value is None else f"{100 * one.value:.1f}", str(one.base)])
                for one in journey.points
            ),
        )  # fmt: skip
        self._show_segments(data, question, words)
        self._show_stands(question, words)
        self._show_spikes(question, words)
        self._show_closed(data, words)
        self._show_brands(data, words)
        self.show_ways()

    def _show_indicators(self, data: ReportData, words: Words) -> None:
        chart = specs_scores.indicators(data, words)
        note = words("Indicators made of others are on a scale of 0 to 100, by the weights of the definitions.")
        self.indicators.show(
            words("Indicators") if chart else "", None if chart is None else lay_rows(chart), note,
            table="" if chart is None else table_of(chart),
        )  # fmt: skip

    def _show_stands(self, question: QuestionFigures | None, words: Words) -> None:
        chart = None if question is None else stands_chart(question, words)
        note = _("Themes that go with a column of the data (q ≤ .05), and the value in which they stand out most.")
        self.stands.show(
            _("Where a theme stands out") if chart else "", None if chart is None else lay_of(chart), note,
            table="" if chart is None else table_of(chart),
        )  # fmt: skip

    def _show_where(self, data: ReportData, words: Words) -> None:
        table = data.touchpoints
        lack = _("No touchpoints: map codes to touchpoints in the definitions, or import a touchpoint column.")
        say(self._where_lack, "" if table is not None and table.rows else lack)
        if table is None or not table.rows:
            self.where.show("")
            return
        chart = specs.touchpoints(table, words)
        note = words.text(
            _("Net sentiment in points by {column}; shade: distance from the row, outline: proved.").format(
                column=table.dimension
            ),
            correction_sentence(table.correction, words),
            cells_sentence(table, words),
        )
        name = _("Touchpoints by {column}").format(column=table.dimension)
        self.where.show(name, lay_of(chart), note, table=table_of(chart))

    def _show_segments(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        table = question.segments[0] if question is not None and question.segments else None
        if question is None or table is None:
            none = _("No column of the data has two to eight values to compare themes by; choose one as segment.")
            self.segments.show("" if question is None else _("Themes by segment"), None, none)
            return
        name = _("Themes by {column}").format(column=table.dimension)
        largest = max((column.base for column in table.columns), default=0)
        if largest < data.limits.shown:
            self.segments.show(name, None, lack_said(TooFew(Lack.ANSWERS, largest, data.limits.shown), words))
            return
        chart = specs.heat(question, table, data.limits, words)
        told = _("Letters: higher than that column; {tests} comparisons, Holm over the table. Shade: points from all.")
        fixed = correction_sentence(table.correction, words)
        note = words.text(told.format(tests=f"{table.tests:,}"), fixed)
        self.segments.show(name, lay_of(chart), note, table=table_of(chart))

    def _show_spikes(self, question: QuestionFigures | None, words: Words) -> None:
        found = None if question is None else question.spikes
        name = "" if question is None else _("Sudden rises")
        if not isinstance(found, SpikeFigures):
            undated = _("The answers have no dates: sudden rises are found week by week.")
            told = "" if question is None else rises_lacking(question, words) or undated
            self.spikes.show(name, None, told)
            return
        chart = specs.spikes(found, words, most=_MOST_SPIKES)
        places = [  # shorter than on paper: the column is narrow
            f"{one.column} {one.value}".strip() or words("all answers") for one in found.rows[:_MOST_SPIKES]
        ]
        rows = tuple(
            replace(row, note=f"{place} · {one.first:%m-%d}–{one.last:%m-%d}")
            for row, place, one in zip(chart.rows, places, found.rows, strict=False)
        )
        chart = replace(chart, rows=rows, label_width=_SLICES)
        told = _("{tests} slices × themes × weeks looked through; {false} false alarms to be expected.")
        searched = told.format(tests=f"{found.tests:,}", false=f"{found.expected_false:.1f}")
        if not found.tests:
            self.spikes.show(name, None, _("No theme is mentioned often enough in the weeks before to tell a rise."))
            return
        none = "" if chart.rows else _("No sudden rise was found.")
        note = words.text(none, searched, repeated_sentence(found.repeated, words))
        lines = ["\t".join([row.label, row.note, *row.texts]) for row in chart.rows]
        self.spikes.show(name, lay_rows(chart) if chart.rows else None, note, table="\n".join(lines))

    def _show_brands(self, data: ReportData, words: Words) -> None:
        funnel = specs_why.funnel(data.funnels, words)
        few = next((one.steps for one in data.funnels if isinstance(one.steps, TooFew)), None)
        asked = next((one.steps[0].share.base for one in data.funnels if not isinstance(one.steps, TooFew)), 0)
        note = words("Share of all asked; → share of those on the step before. n={n}.", n=words.count(asked))
        self.funnel.show(
            words("Brand funnel") if data.funnels else "", None if funnel is None else lay_of(funnel, cell=62.0),
            note if funnel else "" if few is None else lack_said(few, words),
            table="" if funnel is None else table_of(funnel),
        )  # fmt: skip
        told: ImageFigures | None = data.image
        image = None if told is None else specs_why.image(told, words)
        lack = lack_said(told.cells, words) if told is not None and isinstance(told.cells, TooFew) else ""
        expected = words("Points above or below what brand and attribute would lead one to expect; outline: q ≤ .05.")
        self.image.show(
            words("Brand image") if told else "", None if image is None else lay_of(image), lack or expected,
            table="" if image is None else table_of(image),
        )  # fmt: skip

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
