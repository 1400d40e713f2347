"""What the reading pane tells beside the codes: why an answer is shown, its clauses, the machine's reasons."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QObject, QTimer

from annotate import clauses, verbatims
from annotate.errors import UserError
from annotate.frames import Code
from annotate.messages import _, current
from annotate.phrases import Cleaner
from annotate.store.project import Project
from annotate.verbatims import VerbatimRow
from ui.desk import Desk
from ui.models.frame_tree import name_of
from ui.pages.label_rows import LabelRows
from ui.views.reading_pane import BLIND, ReadingPane
from ui.views.verbatim_text import ClauseMark

if TYPE_CHECKING:
    from training.quality.explain import Explainer, Explanation
    from training.session import StoredModel

_SOON = 60
"""Milliseconds an answer must stay before its clauses are read: moving through a list asks for nothing."""
_EXPLAINED, _NEAR = 3, 2
"""Codes explained at a time, and coded answers quoted for each."""
_QUOTED = 24
_TELLING = 0.05
"""Weights below it say little to a person where stronger words are there."""


class LabelReading(QObject):
    """Reads what the pane tells, off the UI thread, and drops it where the answer has changed meanwhile."""

    def __init__(self, desk: Desk, pane: ReadingPane, rows: LabelRows) -> None:
        super().__init__(pane)
        self._desk, self._pane, self._rows = desk, pane, rows
        self._row: VerbatimRow | None = None
        self._told: tuple[int, tuple[int, ...], str] | None = None
        self._explaining = False
        self._model: StoredModel | None = None
        self._loading = False
        self._none: UserError | None = None
        self._lock = threading.Lock()
        self._explainer: tuple[tuple[int, int], Explainer] | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._read)
        self._model_wanted = False
        desk.frame_changed.connect(lambda _frame: self._on_frame())

    def _on_frame(self) -> None:
        # Behind the first rows: reading a model takes the processor from them.
        self._model_wanted = True
        if self._row is not None:
            self.load_model()

    @property
    def waiting(self) -> bool:
        """Whether something of the answer at hand is still to be read."""
        return self._soon.isActive()

    def show(self, row: VerbatimRow | None) -> None:
        """Tell of this answer."""
        self._row = row
        if row is not None and self._model_wanted:
            self.load_model()
        told = None if row is None else (row.id, self._codes(row), current())
        if row is not None:
            self._pane.show_why(self._rows.why(row.id))
            self._tell_opposites(row.id)
        if told != self._told:
            self._told = told
            self._soon.start()

    def _tell_opposites(self, verbatim: int) -> None:
        """Tell of answers that say the opposite in nearly the same words, and so stay apart."""
        others = list(self._rows.near.opposites_of(verbatim))
        if not others:
            self._pane.show_opposites([])
            return

        def show(rows: list[VerbatimRow]) -> None:
            if self._row is not None and self._row.id == verbatim:
                found = {one.id: one for one in rows}
                self._pane.show_opposites([(one, found[one].text, found[one].group_size) for one in others])

        self._desk.fetch("opposites", others, show)

    @staticmethod
    def _codes(row: VerbatimRow) -> tuple[int, ...]:
        """Return the codes that explain an answer: what people gave, else what the machine takes."""
        own = tuple(dict.fromkeys(one.code_id for one in row.mentions))
        if own or row.reviewed_by is not None:
            return own
        return tuple(one.code_id for one in row.suggestions if one.accepted)

    def load_model(self) -> None:
        """Read the newest model of the frame, where there is one newer than that at hand."""
        frame, known = self._desk.frame, self._model
        if frame is None or self._loading:
            return
        self._loading, self._model_wanted = True, False

        def read(project: Project) -> StoredModel | UserError:
            from training import session

            try:
                newest = session.newest_model(project, frame.id)
                return known if known is not None and known.id == newest else session.load(project, newest)
            except UserError as error:  # none was trained, or it cannot be read: told when reasons are asked for
                return error

        def take(answer: StoredModel | UserError) -> None:
            self._loading = False
            self._none = answer if isinstance(answer, UserError) else None
            found = None if isinstance(answer, UserError) else answer
            if found is not self._model:
                self._model = found
                self._told = None
                self.show(self._row)

        def failed(error: BaseException) -> None:
            self._loading = False
            self._desk.tasks.tell(error)

        self._desk.read("reading model", read, take, failed, slow=True)

    def _read(self) -> None:
        row, model = self._row, self._model
        if row is None or not row.text:
            return
        codes, suggested = self._codes(row), [one.code_id for one in row.suggestions]

        def split(project: Project) -> tuple[list[ClauseMark], list[tuple[int, int]]]:
            with project.reading() as db:
                others = [(one.start, one.end) for one in Cleaner.load(db).spans(row.text)]
            places = clauses.without(row.text, clauses.split(row.text), others)
            if model is None:
                return [ClauseMark(start, stop) for start, stop in places], others
            from training.quality import clause_marks

            found = clause_marks.marks(model, row.text, row.question_id, codes, also=suggested, places=places)
            spans = [one.span for one in row.mentions if one.span is not None]
            return [
                ClauseMark(
                    one.start,
                    one.stop,
                    one.explained or any(low < one.stop and one.start < high for low, high in spans),
                    one.codes,
                )
                for one in found
            ], others

        def show(answer: tuple[list[ClauseMark], list[tuple[int, int]]]) -> None:
            if self._row is not None and self._row.id == row.id:
                found, others = answer
                self._pane.text.show_others(others)
                self._pane.show_clauses(found)

        self._desk.read("clauses", split, show)
        if self._explaining:
            self._explain(row)

    # Reasons

    def toggle(self) -> None:
        """Show the machine's reasons for the answers at hand, or hide them again."""
        self._explaining = not self._explaining
        if not self._explaining or self._row is None:
            self._pane.show_reasons([])
        else:
            self._explain(self._row)

    def _explain(self, row: VerbatimRow) -> None:
        if row.blind:
            self._pane.show_reasons([_(BLIND)])
            return
        model = self._model
        if model is None:
            none = self._none
            if none is None or none.id == "no-model":
                told = [_("No model has been trained yet. Code some answers, then train one: page Train & review.")]
            else:
                told = [none.sentence()]
            self._pane.show_reasons(told)
            return
        suggested = [one.code_id for one in row.suggestions]
        wanted = [one for one in dict.fromkeys([*suggested, *self._codes(row)]) if one in model.columns][:_EXPLAINED]
        if not wanted:
            self._pane.show_reasons([_("The machine suggests nothing here.")])
            return
        self._pane.show_reasons([_("Reading…")])

        def read(project: Project) -> tuple[list[Explanation], dict[int, str]]:
            explainer = self._explainer_of(project, model)
            found = [explainer.explain(row.id, code) for code in wanted]
            near = sorted({other.verbatim for one in found for other in one.near})
            return found, {one.id: one.text for one in verbatims.page(project, near)}

        def show(answer: tuple[list[Explanation], dict[int, str]]) -> None:
            if self._explaining and self._row is not None and self._row.id == row.id:
                found, texts = answer
                codes = self._desk.codes
                self._pane.show_reasons([_line(one, codes.get(one.code_id), texts) for one in found])

        self._desk.read("explain", read, show, slow=True)

    def _explainer_of(self, project: Project, model: StoredModel) -> Explainer:
        """Return the explainer, made anew where the model is another or a good deal was coded since."""
        from training.quality.explain import Explainer

        row = project.reading_one("select max(id) from label_event")
        state = (model.id, int(row[0] or 0) // 200 if row else 0)
        with self._lock:
            if self._explainer is None or self._explainer[0] != state:
                self._explainer = (state, Explainer(project, model))
            return self._explainer[1]


def _line(one: Explanation, code: Code | None, texts: dict[int, str]) -> str:
    name = f"{code.number} {name_of(code)}".strip() if code is not None else str(one.code_id)
    words = [word for word in one.words if abs(word.weight) >= _TELLING] or list(one.words[:1])
    tipped = "  ".join(f"{word.word} {word.weight:+.2f}" for word in words) or _("no single word tipped it")
    line = f"{name} {round(one.p * 100)}%:  {tipped}"
    near = []
    for other in one.near[:_NEAR]:
        day = QDateTime.fromMSecsSinceEpoch(other.at_ms).toString("yyyy-MM-dd")
        said = " ".join(texts.get(other.verbatim, "").split())
        said = said if len(said) <= _QUOTED else f"{said[:_QUOTED]}…"
        near.append(_("“{text}” {coder} {day}").format(text=said, coder=other.coder, day=day))
    if near:
        line += "   ·   " + _("like {near}").format(near=_("; ").join(near))
    return line
