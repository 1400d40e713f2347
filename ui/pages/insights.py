"""The Insights page: how it is (macro), where (meso), why (micro), and the voices behind every number."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from annotate.errors import UserError
from annotate.jobs import CancelledError
from annotate.messages import N_, _, current
from annotate.store.changes import Change
from annotate.store.operations import Step
from annotate.store.query import Ids, Query
from reports import basket
from reports.apart import collected, voices
from reports.data import QuestionFigures, ReportData, Rows, ThemeFigures
from reports.labels import named
from reports.reading import Order, Reading
from reports.wording import Words
from ui.models.frame_tree import name_of
from ui.pages.registry import Room
from ui.tasks import Job
from ui.views.insights.overview import OverviewPane
from ui.views.insights.scope_bar import ScopeBar
from ui.views.insights.voices import VoicesPane
from ui.views.insights.why import WhyPane

PAGE = "insights"
_SOON_MS = 700


class InsightsPage(QWidget):
    """Composes the three columns; figures are counted in a process of their own and kept until the project changes."""

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
        self.scope = ScopeBar()
        self.overview, self.why, self.voices = OverviewPane(), WhyPane(), VoicesPane()
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._lead.setContentsMargins(12, 4, 12, 4)
        across = QSplitter(Qt.Orientation.Horizontal)
        for pane, wide in ((self.overview, 460), (self.why, 530), (self.voices, 350)):
            across.addWidget(pane)
            across.setStretchFactor(across.count() - 1, wide)
        across.setSizes([460, 530, 350])
        across.setChildrenCollapsible(False)
        self._teach, self._next = QLabel(), QPushButton()
        self._teach.setWordWrap(True)
        self._teach.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._next.setProperty("primary", True)
        self._next.clicked.connect(self._on_next)
        empty = QWidget()
        lay = QVBoxLayout(empty)
        lay.addStretch(1)
        lay.addWidget(self._teach)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._next)
        row.addStretch(1)
        lay.addLayout(row)
        lay.addStretch(2)
        self._stack = QStackedWidget()
        self._stack.addWidget(across)
        self._stack.addWidget(empty)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(self.scope)
        lay.addWidget(self._lead)
        lay.addWidget(self._stack, 1)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.count)
        self._connect()
        self.retranslate()
        self._tell_empty()

    def _connect(self) -> None:
        desk = self._desk
        desk.changed.connect(self._on_changed)
        self.scope.changed.connect(self.count)
        self.scope.question_chosen.connect(self._on_question)
        self.overview.rows_chosen.connect(self._on_rows)
        self.why.rows_chosen.connect(self._on_rows)
        self.why.theme_chosen.connect(self._on_theme)
        self.voices.order_asked.connect(self._on_order)
        self.voices.opposite_asked.connect(self._on_opposite)
        self.voices.rows_asked.connect(self._on_all)
        self.voices.quote_chosen.connect(self._on_quote)
        bind = self._room.actions.bind
        bind("insights_macro", self.overview.setFocus, self)
        bind("insights_meso", self.overview.where.setFocus, self)
        bind("insights_micro", self.why.table.setFocus, self)
        bind("insights_segment", self.scope.next_segment, self)
        bind("insights_use", lambda: self.voices.choose(1), self)
        bind("insights_ban", lambda: self.voices.choose(-1), self)
        bind("insights_all", self._on_all, self)
        bind("insights_basket", self._on_basket, self)
        bind("insights_filter", self.scope.focus_filter, self)
        self._room.actions.listen(self, PAGE)

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
        self._take_again(question)

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
        self._stack.setCurrentIndex(1 if nothing else 0)
        if not nothing:
            return
        told = N_(
            "Insights turn coded answers into shares, changes, reasons and voices.\n"
            "Code some answers first: on the Label page, or by a trained model."
        )
        self._teach.setText(_(told))
        self._next.setText(_("Go to the Label page"))

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
        self._theme = None
        self._take(Rows.from_json(told), None)

    def _take(self, rows: Rows, theme: ThemeFigures | None) -> None:
        self._rows = rows
        self.voices.show_title(self._title(rows, theme))
        words = Words(current(), self._data.unit) if self._data else Words(current())
        self.voices.show_card(self.why.explained(theme, words) if theme is not None else [])
        self._read()

    def _title(self, rows: Rows, theme: ThemeFigures | None) -> str:
        parts = []
        code = self._desk.codes.get(rows.code) if rows.code is not None else None
        if theme is not None:
            parts.append(f"{theme.number} {theme.label}".strip())
        elif code is not None:
            parts.append(f"{code.number} {name_of(code)}".strip())
        if rows.sentiment is not None:
            parts.append({-1: _("negative"), 0: _("neutral"), 1: _("positive")}[rows.sentiment])
        return " × ".join(parts) or _("Voices")

    def _read(self) -> None:
        rows, order = self._rows, self._order
        if rows is None:
            return
        score = next((one.name for one in self._data.scores), "") if self._data else ""
        base = self._theme.share.base if self._theme is not None and rows.sentiment is None else None

        def done(reading: Reading) -> None:
            if self._rows is rows and self._order is order:
                self.voices.show_reading(reading, base, Words(current(), self._data.unit).people if self._data else "")
                self._read_choices()

        self._desk.read("voices", lambda project: voices(self._apart, project, rows, order, score), done, slow=True)

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
        exhibit = next((name for name, widget in self._exhibits() if widget.hasFocus()), "codes")
        if question is None or self._data is None or self._data.scope is None:
            return
        scope = self._data.scope.scope
        self._desk.write(
            lambda project: basket.put_exhibit(
                project, exhibit=exhibit, question=question.name, scope=scope, said=scope.period
            ),
            self._desk.stepped.emit,
            self._room.toasts.fail,
        )

    def _exhibits(self) -> list[tuple[str, QWidget]]:
        """Return what can be put into the basket, by the names that reports know."""
        overview, why = self.overview, self.why
        return [
            ("touchpoints", overview.where), ("segments", overview.segments), ("journey", overview.journey),
            ("spikes", overview.spikes), ("quadrant", why.drivers), ("needs", why.needs), ("pairs", why.pairs),
            ("courses", why.courses), ("codes", why.table),
            *(("scores", chart) for chart in overview.score_charts()),
        ]  # fmt: skip

    # Language

    def retranslate(self) -> None:
        """Say everything in the language in use."""
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
        self.voices.show_title(self._title(self._rows, self._theme))
        words = Words(current(), self._data.unit)
        self.voices.show_card(self.why.explained(self._theme, words) if self._theme is not None else [])
