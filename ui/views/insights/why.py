"""Why: themes with their shares and changes, what goes with the score, layers of need, words, candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from annotate.messages import N_, _
from reports import corrections, findings, specs, specs_why
from reports.charts_moves import moves_marks
from reports.charts_plane import quadrant_marks
from reports.charts_spans import EffectsChart
from reports.corrections import correction_sentence
from reports.data import DriverFigures, EmergingFigures, NeedFigures, QuestionFigures, ReportData, ThemeFigures
from reports.manuscript import Earlier
from reports.missing import lack_said, rare_sentence, together_sentence
from reports.outside import pairs_chart
from reports.statistics.limits import BaseSize, Lack, TooFew
from reports.statistics.nps import Estimate
from reports.statistics.shares import Share
from reports.wording import Words
from ui.views.insights.chart import lay_rows
from ui.views.insights.column import Column, Section, say
from ui.views.insights.heat import lay_forest, lay_of
from ui.views.insights.overview import table_of
from ui.views.insights.theme_table import ThemeTable, change_said

_MOST_LINES, _MOST_RESTATED = 18, 6
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
        self.lead_to(N_("Themes"), self._head)
        self._base = self.text(muted=True)
        self.table = ThemeTable()
        self.lay.addWidget(self.table)
        self._sentence = self.text()
        self.changes = self.section(N_("Changes"))
        self._restated = self.text()
        self._restated.hide()
        self.courses = self.section(N_("Course"), "courses")
        self.drivers = self.section(N_("Drivers"), "quadrant")
        self.priorities = self.section(N_("Priority"), "drivers")
        self.scenarios = self.section(N_("What if"), "scenarios")
        self.needs = self.section(N_("Needs"), "needs")
        self.moves = self.section(N_("Between years"), "moves")
        self.pairs = self.section(N_("Together"), "pairs")
        self.words = self.section(N_("Key words"), "words")
        self.emerging = self.section(N_("New"), "emerging")
        self.lay.addStretch(1)
        self.table.theme_chosen.connect(self._on_theme)
        for one in self.sections:
            one.chart.mark_chosen.connect(self.rows_chosen)
        self._words = Words("en")
        self._question: QuestionFigures | None = None
        self._data: ReportData | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections in their order."""
        return (
            self.changes, self.courses, self.drivers, self.priorities, self.scenarios, self.needs, self.moves,
            self.pairs, self.words, self.emerging,
        )  # fmt: skip

    def to_themes(self) -> None:
        """Go to the table of themes."""
        self.go(self._head)
        self.table.setFocus()

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
            base = words(
                "Base: {n} {people} whose words were read; nets count every one once. Any number leads to its answers.",
                n=words.count(question.base), people=words.people,
            )  # fmt: skip
            if data.limits.of(question.base) is BaseSize.HIDDEN:
                lack = TooFew(Lack.ANSWERS, question.base, data.limits.shown)
                base = words.text(lack_said(lack, words), _("Counts are shown, no percentages."))
        say(self._base, base)
        said = findings.theme_findings(question, data, words) if question is not None else []
        if question is not None:
            said = [*findings.change_findings(question, data, words), *said]
        say(self._sentence, "\n".join(f"{one.lead}{'。' if words.chinese else '. '}{one.rest}" for one in said[:4]))
        if question is None:
            for one in self.sections:
                one.show("")
        else:
            self._show_changes(question, words)
            self._show_courses(question, words)
            self._show_drivers(question, words)
            self._show_needs(question, words)
            self._show_pairs(question, words)
            self._show_words(question, words)
            self._show_emerging(question, words)
        self.show_ways()

    def _show_changes(self, question: QuestionFigures, words: Words) -> None:
        chart = specs_why.changes(question, words)
        first = next((one.change for one in question.themes if one.change is not None), None)
        if chart is None or first is None:
            note = _("Choose a period above: what changed against another, and what of it the frame or model made.")
            self.changes.show(_("Changes of the themes"), None, note)
            return
        note = words(
            "In points against {period}. In all = real + frame + model: real is what people said differently; frame "
            "and model are how the same earlier answers count today. Outline: proved (Holm over all themes). "
            "? : coded by another model that has not coded both.",
            period=first.period,
        )
        name = words("Changes against {period}, taken apart", period=first.period)
        self.changes.show(name, lay_of(chart), note, table=table_of(chart))

    def _show_courses(self, question: QuestionFigures, words: Words) -> None:
        chart = specs.courses(question, words)
        name = _("Course of the largest themes")
        if chart is None:
            self.courses.show(name, None, _no_course(question, words))
            return
        heads = (*chart.columns[:3], words("range"), words("shift"))
        chart = replace(chart, columns=heads, column_widths=_COURSE_COLUMNS, label_width=_THEMES)
        lines = [
            "\t".join([one.name, *(_number(point.point.figure) for point in one.points)]) for one in question.trends
        ]
        labels = "\t".join(["", *(point.label for point in question.trends[0].points)])
        note = _(
            "Each on its own scale; a change of level is named where it is proved. A row leads to its last period."
        )
        told = words.text(note, correction_sentence(question.trends[0].correction, words))
        self.courses.show(name, lay_rows(chart), told, table="\n".join([labels, *lines]))

    def _show_drivers(self, question: QuestionFigures, words: Words) -> None:
        found, name = question.drivers, _("What goes with the score")
        if not isinstance(found, DriverFigures) or not found.rows:
            if isinstance(found, TooFew):
                told = lack_said(found, words)
            elif found is None:
                told = _("No score column: what goes with a score cannot be told.")
            else:
                told = _("No theme is mentioned often enough to be told by.")
            self.drivers.show(name, None, told)
            self.priorities.show("")
            self.scenarios.show("")
            return
        chart = specs.quadrant(found, words)
        window = words.window(found.periods) or words("all answers")
        told = words(
            "{score}, n = {n} {people}, {window}. Going with it is not causing it.", score=found.score,
            n=words.count(found.n), people=words.people, window=window,
        )  # fmt: skip
        self.drivers.show(name, partial(quadrant_marks, chart), told, table=_driver_table(found, words))
        self._show_priorities(found, words)
        self._show_scenarios(found, words)

    def _show_priorities(self, found: DriverFigures, words: Words) -> None:
        chart = replace(specs_why.priorities(found, words), label_width=_THEMES)
        notes = [
            words(
                "Effect of a mention on {score}, other themes held fixed (least squares, HC3), with its 95% interval; "
                "reach: share of {n} {people}.",
                score=found.score, n=words.count(found.people), people=words.people,
            ),
            words(
                "Importance: share of the explained variance (Johnson's relative weights); together they explain {r}.",
                r=f"{100 * found.explained:.0f}%",
            ),
            words("Priority: reach × effect × urgency × customer value, of themes proved to go with a lower score."),
        ]  # fmt: skip
        if any(row.doubtful for row in found.rows):
            notes.append(words("† the model codes this theme poorly: read it with care."))
        if found.left_out:
            names = words.listed([one.theme.label for one in found.left_out[:6]])
            notes.append(
                words("Left out, too rarely mentioned: {count} ({names}).", count=len(found.left_out), names=names)
            )
        self.priorities.show(
            words("Effect, importance and priority"), lay_forest(chart, (2, 1, 3)), words.text(*notes),
            table=_driver_table(found, words),
        )  # fmt: skip

    def _show_scenarios(self, found: DriverFigures, words: Words) -> None:
        chart = specs_why.scenarios(found, words)
        name = words("If half as many mentioned it: {score} in the model", score=found.score)
        if chart is None:
            few = next((row.what_if for row in found.rows if isinstance(row.what_if, TooFew)), None)
            none = _("No theme goes with a lower score, or the score is a mean: nothing to halve.")
            self.scenarios.show(name, None, none if few is None else lack_said(few, words))
            return
        note = words(
            "A scenario of the model (multinomial logit, averaged over the people there are), not a forecast and no "
            "proof of a cause: what else these people say stays as it is."
        )
        laid: EffectsChart = replace(chart, label_width=_THEMES)
        lines = ["\t".join([row.label, *row.texts]) for row in chart.rows]
        self.scenarios.show(name, lay_forest(laid, (1,)), words.text(_n(found, words), note), table="\n".join(lines))

    def _show_needs(self, question: QuestionFigures, words: Words) -> None:
        found, name = question.needs, _("Layers of need (derived)")
        chart = None if found is None else specs.needs(found, words)
        if found is None:
            lack = _("The codes say neither good nor bad, and nobody wishes: layers cannot be told.")
        elif chart is None and isinstance(found.needs, TooFew):
            lack = lack_said(found.needs, words)
        else:
            lack = "" if chart is not None else rare_sentence(found, words)
        over = ""
        if found is not None and chart is not None:
            over = words(
                "Points of {score} that a bad mention costs and a good one gains against no mention (n={n}, HC3); "
                "whisker: 95% interval.", score=found.score, n=words.count(found.n),
            )  # fmt: skip
            counted = words("Counted over: {periods}.", periods=words.window(found.periods)) if found.periods else ""
            over = words.text(over, counted, together_sentence(found, words))
        wishes = []
        if found is not None and found.itches:
            wishes = [f"{one.theme.label} ({one.wishers:,} / {one.people:,})" for one in found.itches[:5]]
        told = words("Wished for: {themes} ({people} who wish / who mention it).", themes=words.listed(wishes),
                     people=words.people) if wishes else ""  # fmt: skip
        rows = () if chart is None else chart.rows
        lines = ["\t".join([row.label, *_sides(row.penalty), *_sides(row.reward), row.base, row.verdict])
                 for row in rows]  # fmt: skip
        laid = None if chart is None else lay_rows(replace(chart, label_width=_THEMES))
        self.needs.show(name, laid, words.text(lack, over, told), table="\n".join(lines))
        self._show_moves(found, words)

    def _show_moves(self, found: NeedFigures | None, words: Words) -> None:
        if found is None or not found.moves or found.years is None:
            self.moves.show("")
            return
        chart = specs_why.moves(found.moves, words)
        name = words("Needs of {before} and {after}", before=found.years[0], after=found.years[1])
        proved = sum(1 for move in found.moves if move.moved)
        note = words(
            "Right: gains more; up: costs more. An arrow where the change is proved ({proved} of {count}); else a grey "
            "dot.", proved=proved, count=len(found.moves),
        )  # fmt: skip
        lines = [
            "\t".join([one.label, *(f"{value:.2f}" for value in (*one.before, *one.after))]) for one in chart.moves
        ]
        self.moves.show(name, partial(moves_marks, chart), note, table="\n".join(lines))

    def _show_pairs(self, question: QuestionFigures, words: Words) -> None:
        found, chart = question.pairs, pairs_chart(question, words)
        if isinstance(found, TooFew):
            note = lack_said(found, words)
        elif not found:
            note = _("No two themes are said together more often than by chance.")
        else:
            note = _("Times as often as by chance (95% CI); Benjamini–Hochberg over all pairs. Together is no cause.")
        self.pairs.show(
            _("Said together") if found is not None else "", None if chart is None else lay_of(chart), note,
            table="" if chart is None else table_of(chart),
        )  # fmt: skip

    def _show_words(self, question: QuestionFigures, words: Words) -> None:
        chart = specs_why.key_words(question, words)
        note = words(
            "Words that answers with the theme use more than the others (log odds, z ≥ 3), with the answers that use "
            "them; darker: surer. A word leads to its answers."
        )
        lines = [
            "\t".join([row.label, *(f"{chip.word} {chip.count}" for chip in row.chips)])
            for row in (() if chart is None else chart.rows)
        ]
        self.words.show(
            _("Words of the themes") if chart else "", None if chart is None else lay_rows(chart), note,
            table="\n".join(lines),
        )  # fmt: skip

    def _show_emerging(self, question: QuestionFigures, words: Words) -> None:
        found = question.emerging
        name = "" if found is None else _("Candidates for new themes among “other”")
        if not isinstance(found, EmergingFigures):
            self.emerging.show(name, None, lack_said(found, words) if isinstance(found, TooFew) else "")
            return
        chart = specs_why.candidates(found, words)
        note = words(
            "Candidates, not findings: groups of similar answers among the {texts} without a theme of the frame. Of "
            "{clusters} groups {unstable} did not come back when the answers were drawn again and {chance} were no "
            "more alike than chance makes.", texts=words.count(found.texts), clusters=words.count(found.clusters),
            unstable=words.count(found.unstable), chance=words.count(found.by_chance),
        )  # fmt: skip
        none = "" if chart is not None else words("No group passed both tests.")
        self.emerging.show(
            name, None if chart is None else lay_of(chart), words.text(none, note),
            table="" if chart is None else table_of(chart),
        )  # fmt: skip

    def show_restated(self, told: Sequence[Earlier], words: Words) -> None:
        """Say which issued reports stand for the periods compared with, and where their figures differ today."""
        say(self._restated, words.text(*(self._restated_of(one, words) for one in told)))

    def _restated_of(self, told: Earlier, words: Words) -> str:
        lead = words("{period} was issued as “{name}” on {day}.", period=told.period, name=told.name, day=told.day)
        differing = [one for one in told.figures if one.differs]
        parts = [
            words("{figure}: issued {issued}, restated {now}", figure=one.what, issued=one.issued, now=one.now)
            for one in differing[:_MOST_RESTATED]
        ]
        more = len(differing) - len(parts)
        rest = words("{count} more in the report.", count=more) if more > 0 else ""
        said = words("Restated: {parts}.", parts=words.series(parts)) if parts else words("Nothing is restated since.")
        return words.text(lead, said, rest)

    def explained(self, theme: ThemeFigures, words: Words) -> list[str]:
        """Return how the share of a theme came about, as lines; with its change and its first mentions."""
        lines = corrections.explain(theme, words)
        if theme.change is not None:
            lines += change_said(theme.change, words)
        first = theme.first
        if isinstance(first, Share) and first.count:
            lines.append(
                words(
                    "Mentioned first by {count}: {share}, of those whose order is known.",
                    count=words.count(first.count),
                    share=words.share_in_full(first),
                )
            )  # fmt: skip
        return lines

    def _on_theme(self, theme: ThemeFigures, sentiment: object) -> None:
        self.theme_chosen.emit(theme, sentiment)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._head.setText(_("Why: what they talk about"))
        self.table.retranslate()
        self.setAccessibleName(_("Themes and reasons"))


def _n(found: DriverFigures, words: Words) -> str:
    return words("n = {n} {people}.", n=words.count(found.n), people=words.people)


def _sides(told: tuple[float, float, float]) -> list[str]:
    return [f"{value:.2f}" for value in told]


def _driver_table(found: DriverFigures, words: Words) -> str:
    """Return reach, effect, importance and priority of each theme as lines."""
    heads = (words("Theme"), words("Reach"), words("Effect (95% CI)"), words("Importance"), words("Priority"))
    lines = ["\t".join(heads)]
    rank = {row.theme: str(place) for place, row in enumerate(found.by_priority, 1)}
    for row in found.rows:
        effect = f"{row.effect.value:.2f} ({row.effect.low:.2f}–{row.effect.high:.2f})"
        cells = (specs.name_of(row.theme, words), f"{row.reach:.4f}", effect, f"{row.weight.value:.4f}")
        lines.append("\t".join([*cells, rank.get(row.theme, "")]))
    return "\n".join(lines)


def _number(figure: Estimate | TooFew) -> str:
    return "" if isinstance(figure, TooFew) else f"{100 * figure.value:.2f}"


def _no_course(question: QuestionFigures, words: Words) -> str:
    """Say what a course over time lacks."""
    if not question.trends:
        return _("A course needs answers of two periods: weeks, months or waves.")
    known = max(sum(isinstance(one.point.figure, Estimate) for one in series.points) for series in question.trends)
    return lack_said(TooFew(Lack.PERIODS, known, specs.LEAST_POINTS), words)
