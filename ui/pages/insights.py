"""The Insights page: how it is (macro), where (meso), why (micro), and the voices behind every number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.messages import _, current
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.project import Project
from annotate.store.query import Ids, Query
from reports import basket, issue
from reports.apart import collected, voices
from reports.data import QuestionFigures, ReportData, Rows, ThemeFigures, Unit
from reports.labels import named
from reports.manuscript import Earlier
from reports.reading import Order, Reading
from reports.wording import Words
from ui.models.frame_tree import name_of
from ui.pages.insights_layout import InsightsLayout
from ui.pages.registry import Room
from ui.tasks import Job
from ui.views.insights.chart import ChartView

PAGE = "insights"
_SOON_MS = 700


class InsightsPage(InsightsLayout):
    """Shows the figures: they are counted in a process of their own and kept until the project changes."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room, self._desk = room, room.desk
        self._apart = room.figures
        self._job: Job | None = None
        self._counted: ReportData | None = None  # with the names of both languages
        self._data: ReportData | None = None
        self._question: int | None = None
        self._stale = True
        self._rows: Rows | None = None
        self._order = Order.TYPICAL
        self._theme: ThemeFigures | None = None
        self._choices: dict[int, int] = {}
        self._named: tuple[str, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.count)
        self._connect()
        if self._desk.project.read_only:
            self.voices.only_read()
        self.retranslate()
        self._tell_empty()

    def _connect(self) -> None:
        desk = self._desk
        desk.changed.connect(self._on_changed)
        self.scope.changed.connect(self.count)
        self.scope.question_chosen.connect(self._on_question)
        self._next.clicked.connect(self._on_next)
        self.overview.rows_chosen.connect(self._on_rows)
        self.why.rows_chosen.connect(self._on_rows)
        self.why.theme_chosen.connect(self._on_theme)
        self.voices.order_asked.connect(self._on_order)
        self.voices.opposite_asked.connect(self._on_opposite)
        self.voices.rows_asked.connect(self._on_all)
        self.voices.quote_chosen.connect(self._on_quote)
        bind = self._room.actions.bind
        for name, side, go in (
            ("insights_macro", 0, self.overview.to_macro), ("insights_meso", 0, self.overview.to_meso),
            ("insights_micro", 1, self.why.to_themes),
        ):  # fmt: skip
            bind(name, partial(self._go, side, go), self)
        bind("insights_segment", self.scope.next_segment, self)
        bind("insights_use", lambda: self.voices.choose(1), self)
        bind("insights_ban", lambda: self.voices.choose(-1), self)
        bind("insights_all", self._on_all, self)
        bind("insights_basket", self._on_basket, self)
        bind("insights_filter", self.scope.focus_filter, self)
        bind("insights_copy", partial(self._on_copy, table=False), self)
        bind("insights_copy_table", partial(self._on_copy, table=True), self)
        self._room.actions.listen(self, PAGE)

    def _go(self, side: int, go: Callable[[], None]) -> None:
        self.show_side(side)
        go()

    # Counting

    def enter(self, _what: object) -> None:
        """Count, where the project has changed since."""
        if self._stale:
            self.count()
        self.why.table.setFocus()

    def _on_changed(self, _change: Change) -> None:
        self._stale = True
        if self.isVisible():
            self._lead.setText(_("The project has changed since these figures were counted; they are counted again…"))
            self._soon.start()

    def count(self) -> None:
        """Count the figures of the scope, in the background; an earlier count under way is dropped."""
        self._soon.stop()
        try:
            scope = self.scope.scope(self._desk.project)
        except UserError as error:
            self._room.toasts.fail(error)
            return
        if self._job is not None:
            self._job.cancel()
        self._stale = False
        job: Job | None = None

        def done(data: ReportData) -> None:
            if self._job is job:
                self._job = None
                self._show(data)

        def failed(error: BaseException) -> None:
            if self._job is not job:
                return
            self._job, self._stale = None, True
            if isinstance(error, CancelledError):
                self._lead.setText(_("Counting was stopped."))
            else:
                self._room.toasts.fail(error)

        self._lead.setText(_("Counting the figures…"))
        job = self._job = self._desk.long(
            lambda project, progress: collected(self._apart, project, scope, progress), done, failed
        )

    def _show(self, data: ReportData) -> None:
        self._counted = data
        words = Words(current(), data.unit)
        data = self._data = named(data, words)
        self.scope.show_choices(data, self._question)
        question = self._chosen()
        self.overview.show_figures(data, question, words)
        self.why.show_figures(data, question, words)
        self._tell(data, question, words)
        self._tell_empty()
        self._read_issued(self._counted)
        self._take_again(question)

    def _read_issued(self, counted: ReportData) -> None:
        """Say whether the periods compared with were issued, and what counts otherwise today."""
        self.why.show_restated((), Words(current()))
        if counted.scope is None or (counted.scope.before is None and counted.scope.year_before is None):
            return

        def read(project: Project) -> tuple[Earlier, ...]:
            with project.reading() as db:
                found = (issue.earlier(db, counted, current(), year=year) for year in (False, True))
                return tuple(one for one in found if one is not None)

        def done(told: tuple[Earlier, ...]) -> None:
            if self._counted is counted:
                self.why.show_restated(told, Words(current(), counted.unit))

        self._desk.read("issued before", read, done, slow=True)

    def _take_again(self, question: QuestionFigures | None) -> None:
        """Read the voices of the theme at hand in these figures; a mark of the figures before means other rows."""
        if self._rows is None:
            return
        chosen = self._theme.code if self._theme is not None else None
        theme = next((one for one in question.themes if one.code == chosen), None) if question is not None else None
        if theme is not None and theme.rows is not None:
            self._theme = theme
            self._take(replace(theme.rows, sentiment=self._rows.sentiment), theme)
        else:
            self._rows = self._theme = None
            self.voices.clear()

    def _chosen(self) -> QuestionFigures | None:
        """Return the figures of the question chosen, else of the first with themes."""
        if self._data is None:
            return None
        coded = [one for one in self._data.questions if one.themes]
        return next((one for one in coded if one.id == self._question), coded[0] if coded else None)

    def _tell(self, data: ReportData, question: QuestionFigures | None, words: Words) -> None:
        parts = [_("{n} verbatims").format(n=f"{data.verbatims:,}")]
        if question is not None:
            coding = question.coding
            parts.append(
                _("base {n} {people}: by people {human}, by the model {machine}, not coded {open}").format(
                    n=f"{question.base:,}", people=words.people, human=f"{coding.human + coding.duplicate:,}",
                    machine=f"{coding.machine:,}", open=f"{coding.open:,}",
                )
            )  # fmt: skip
        parts.append(
            _("below {shown} no figure, below {full} starred").format(shown=data.limits.shown, full=data.limits.full)
        )
        if data.scope is not None and data.scope.scope.counts_only:
            parts.append(_("counts only, not corrected for the model's errors"))
        self._lead.setText("   ·   ".join(parts))

    def _tell_empty(self) -> None:
        data = self._data
        nothing = data is not None and not any(one.themes for one in data.questions) and not data.scores
        self._teach_empty(nothing=nothing)

    def _on_next(self) -> None:
        self._room.page_asked.emit("label", None)

    def _on_question(self, question: int) -> None:
        self._question = question
        if self._counted is not None:
            self._show(self._counted)

    # The voices behind a number

    def _on_theme(self, theme: ThemeFigures, sentiment: int | None) -> None:
        self._theme = theme
        if theme.rows is not None:
            self._take(replace(theme.rows, sentiment=sentiment), theme)

    def _on_rows(self, told: str) -> None:
        rows, question = Rows.from_json(told), self._chosen()
        themes = question.themes if question is not None else ()
        self._theme = next((one for one in themes if one.rows == rows), None)
        self._take(rows, self._theme)

    def _take(self, rows: Rows, theme: ThemeFigures | None) -> None:
        self._rows = rows
        self.voices.show_title(self._title(rows, theme))
        words = Words(current(), self._data.unit) if self._data else Words(current())
        self.voices.show_card(self.why.explained(theme, words) if theme is not None else [])
        self._read()

    def _title(self, rows: Rows, theme: ThemeFigures | None, named: tuple[str, ...] = ()) -> str:
        parts: list[str] = []
        code = self._desk.codes.get(rows.code) if rows.code is not None else None
        if theme is not None:
            parts.append(f"{theme.number} {theme.label}".strip())
        elif code is not None:
            parts.append(f"{code.number} {name_of(code)}".strip())
        if rows.sentiment is not None:
            parts.append({-1: _("negative"), 0: _("neutral"), 1: _("positive")}[rows.sentiment])
        return " × ".join([*parts, *named]) or _("Voices")

    def _read(self) -> None:
        rows, order = self._rows, self._order
        if rows is None:
            return
        score = next((one.name for one in self._data.scores), "") if self._data else ""
        base = self._theme.share.base if self._theme is not None and rows.sentiment is None else None

        def done(reading: Reading) -> None:
            if self._rows is rows and self._order is order:
                named = () if self._theme is not None else reading.named
                self.voices.show_title(self._title(rows, self._theme, named))
                self._named = named
                self.voices.allow_opposite(rows.code is not None)
                self.voices.show_reading(reading, base, self._unit(reading))
                self._read_choices()

        self._desk.read("voices", lambda project: voices(self._apart, project, rows, order, score), done, slow=True)

    def _unit(self, reading: Reading) -> str:
        """Return what a reading counts: people, else answers, else records that hold several answers."""
        unit = self._data.unit if self._data is not None else Unit.PEOPLE
        if unit is Unit.ANSWERS and (reading.counted is not None or reading.people != reading.ids.size):
            return _("records")
        return Words(current(), unit).people

    def _on_order(self, order: Order) -> None:
        self._order = order
        self._read()

    def _on_opposite(self) -> None:
        rows = self._rows
        if rows is None or rows.code is None:
            return
        pole = rows.sentiment
        if pole is None and self._theme is not None and self._theme.sentiments is not None:
            told = self._theme.sentiments
            pole = -1 if told.negative >= told.positive else 1
        opposite = -(pole or -1)
        self._rows = replace(rows, sentiment=opposite)
        self.voices.show_title(self._title(self._rows, self._theme))
        self._read()

    def _on_all(self) -> None:
        ids = self.voices.ids
        if ids is not None and ids.size:
            self._room.page_asked.emit("label", Query((Ids.of(ids.tolist()),)))

    def _on_quote(self, verbatim: int, choice: int) -> None:
        code = self._rows.code if self._rows is not None else None
        if code is None:
            self._room.toasts.say(_("Choose a theme first: a quote stands for a theme."))
            return
        choice = 0 if self._choices.get(verbatim) == choice else choice

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self._read_choices()

        self._desk.write(
            lambda project: basket.choose_quote(project, verbatim=verbatim, code=code, choice=choice),
            done,
            self._room.toasts.fail,
        )

    def _read_choices(self) -> None:
        code = self._rows.code if self._rows is not None else None
        self._desk.read("quotes", basket.quote_choices, lambda found: self._show_choices(found, code))

    def _show_choices(self, found: list[basket.QuoteChoice], code: int | None) -> None:
        self._choices = {one.verbatim: one.choice for one in found if one.code == code}
        self.voices.use_choices(self._choices)

    def _on_basket(self) -> None:
        """Put the chart or table that has the focus into the report basket, with what it is of."""
        question = self._chosen()
        if question is None or self._data is None or self._data.scope is None:
            return
        if self.voices.isAncestorOf(self.focusWidget() or self):
            self._quote_into_basket()
            return
        chart = self._chart_at_hand()
        exhibit = "codes" if chart is None else self._exhibits().get(chart, "")
        if not exhibit:
            self._room.toasts.say(_("This cannot stand in the basket: copy it as a picture, or choose another chart."))
            return
        scope = self._data.scope.scope
        self._desk.write(
            lambda project: basket.put_exhibit(
                project, exhibit=exhibit, question=question.name, scope=scope, said=scope.period
            ),
            self._desk.stepped.emit,
            self._room.toasts.fail,
        )

    def _quote_into_basket(self) -> None:
        """Put the voice at hand into the report basket, under its theme."""
        verbatim, code = self.voices.current(), self._rows.code if self._rows is not None else None
        if verbatim is None or code is None:
            self._room.toasts.say(_("Choose a theme first: a quote stands for a theme."))
            return
        title = self._title(self._rows, self._theme, self._named) if self._rows is not None else ""
        self._desk.write(
            lambda project: basket.put_quote(project, verbatim=verbatim, code=code, title=title),
            self._desk.stepped.emit,
            self._room.toasts.fail,
        )

    def _exhibits(self) -> dict[ChartView, str]:
        """Return what each chart is called in the basket, by the names that reports know; "" for none."""
        named = {one.chart: one.exhibit for one in (*self.overview.sections, *self.why.sections)}
        several = dict.fromkeys(self.overview.score_charts(), "scores")
        return {**several, **dict.fromkeys(self.overview.group_charts(), "closed"), **named}

    def _chart_at_hand(self) -> ChartView | None:
        """Return the chart that has the focus, None for the table of themes."""
        focus = self.focusWidget()
        return focus if isinstance(focus, ChartView) else None

    def _on_copy(self, *, table: bool) -> None:
        """Put the chart that has the focus, else the table of themes, on the clipboard."""
        chart = self._chart_at_hand()
        if chart is None:
            self.why.table.copy(picture=not table)
        else:
            chart.copy(table=table)
        self._room.toasts.say(_("The table was copied.") if table else _("The picture was copied."))

    # Language

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._say_layout()
        self.scope.retranslate()
        self.voices.retranslate()
        self.overview.retranslate()
        self.why.retranslate()
        if self._counted is not None:
            self._show(self._counted)
            self._speak_card()
        self._tell_empty()

    def _speak_card(self) -> None:
        """Say title and card of the figure at hand in the language in use."""
        question = self._chosen()
        if self._rows is None or self._data is None or question is None:
            return
        if self._theme is not None:
            code = self._theme.code
            self._theme = next((one for one in question.themes if one.code == code), None)
        self.voices.show_title(self._title(self._rows, self._theme, self._named))
        words = Words(current(), self._data.unit)
        self.voices.show_card(self.why.explained(self._theme, words) if self._theme is not None else [])
