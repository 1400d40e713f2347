"""What the Label page tells: the answer at hand, the frame, the base, why nothing is listed."""

from __future__ import annotations

from PySide6.QtGui import QFont

from annotate.frames import Frame
from annotate.messages import N_, _
from annotate.search_language import hits
from annotate.verbatims import Field, Question
from ui import state
from ui.models import code_index
from ui.models.code_index import Entry
from ui.pages.label_layout import LabelLayout
from ui.views.mode_bar import Mode

_EMPTY = {
    Mode.RECHECK: N_("Nothing to re-check: no code changed its meaning since its answers were confirmed."),
    Mode.AUDIT: N_("No random answer is owed. Draw some: they tell how accurate the machine is."),
    Mode.SHUFFLE: N_("Every answer that fits is confirmed."),
}
_NOTHING = N_("No answer fits. Esc goes back to all answers.")
_FILTERED = N_("No answer fits the filter. Esc takes it off.")


class LabelShowing(LabelLayout):
    """Shows what was read; nothing is changed here."""

    def reload(self) -> None:
        """List the answers again."""
        self.top.settle()
        self.rows.reload()

    def _show_row(self) -> None:
        row = self.table.row(self.grid.current_row())
        self.pane.show_row(row, self.table.ticked)
        self.reading.show(row)
        if row is not None and self.rows.search:
            self.pane.text.show_hits(hits(row.text, self.rows.search))
        elif row is not None:
            self.pane.text.show_hits([])
        self.pane.show_repeat(self.keys.repeatable)

    def _next_clause(self) -> None:
        if not self.pane.next_clause():
            self._room.toasts.say(_("The answer is still being read."))

    def _show_pending(self, typed: str) -> None:
        words = f"{typed}…  {'  '.join(self.keys.numbers.continuations()[:12])}" if typed else ""
        self.pane.show_pending(words)

    def _show_definition(self, code: int | None) -> None:
        index = self.panel.tree.index_of(code) if code is not None else None
        if index is None or not index.isValid():
            self._room.toasts.say(_("Give a code first, or choose one in the frame."))
            return
        self.panel.view.setCurrentIndex(index)
        self.panel.view.scrollTo(index)

    def _on_frame(self, frame: Frame | None) -> None:
        codes = self._desk.codes
        self.panel.set_frame(frame)
        if self._new_shown is not None:
            self._show_new(self._new_shown)
        self.grid.painter_of_rows.use_codes(codes)
        self.pane.use_codes(codes)
        self.keys.numbers.use(frame.live if frame else ())
        self.grid.viewport().update()
        self.filters.use_frame(frame)
        if self._surveyed:
            self._read_entries()

    def _read_entries(self) -> None:
        frame = self._desk.frame
        if frame is not None:
            # The pinyin of 200 labels takes longer than a frame on the screen may; its tables alone take 50 ms.
            self._desk.read("picker", lambda _project: code_index.build(frame.codes), self._use_entries, slow=True)

    def _use_entries(self, entries: list[Entry]) -> None:
        self._entries = entries
        self.picker.use(entries)

    def _on_fields(self, fields: list[Field]) -> None:
        self.grid.set_fields(fields)
        self.pane.use_fields(fields)
        self.filters.use_fields(fields)

    def _on_questions(self, questions: list[Question]) -> None:
        chosen = self._desk.question
        if chosen is None and self.top.question.count() == 0:
            kept = state.text(f"question/{self._desk.project.uuid.hex()}")
            known = [one.id for one in questions]
            chosen = known[0] if len(known) == 1 else int(kept) if kept.isdecimal() and int(kept) in known else None
            if chosen is not None:
                self._desk.choose_question(chosen)
                if len(known) > 1:
                    self.reload()
        self._tell_questions()
        self.top.use_questions(questions)
        self.top.show_question(self._desk.question)
        self._tell_base()
        self.standing.refresh()
        self.filters.read_facets()
        self.rows.count_modes()

    def _tell_questions(self) -> None:
        self._question = self._desk.question
        several = self._desk.question is None
        self.grid.show_questions({one.id: one.name for one in self._desk.questions} if several else {})

    def _tell_base(self) -> None:
        shown = [one for one in self._desk.questions if self._desk.question in (None, one.id)]
        asked, answered, reviewed = (
            sum(getattr(one, name) for one in shown) for name in ("asked", "answered", "reviewed")
        )
        self.foot.show_base(asked, answered, reviewed)
        rows = f"{self.table.rowCount():,}" + ("" if self.rows.whole else "…")
        self.top.show_hits((_("{n} groups shown") if self.rows.folded else _("{n} answers shown")).format(n=rows))
        nothing, mode = not answered and bool(self._desk.questions or self.rows.whole), self.rows.mode
        narrowed = bool(self.filters.filters or self.rows.search)
        if nothing:
            words = _("There are no answers in this project yet. Import a file of survey answers, calls or reviews.")
        elif self.rows.choosing:
            words = _("Choosing the answers to read next…")
        else:
            words = self.rows.empty or _(_FILTERED if narrowed else _EMPTY.get(mode, _NOTHING))
        writable = not self._desk.project.read_only
        draw = not nothing and writable and mode is Mode.AUDIT and not narrowed
        self.empty.tell(words, can_import=nothing and writable, can_draw=draw)

    def use_font(self, font: QFont) -> None:
        """Take the font of the answers."""
        self.grid.use_font(font)
        self.pane.use_font(font)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._tell_base()
        self._show_row()

    def _show_new(self, code: int) -> None:
        """Go to a code in the frame, at once or when the frame with it has been read."""
        index = self.panel.tree.index_of(code)
        self._new_shown = None if index.isValid() else code
        if index.isValid():
            self.panel.view.setCurrentIndex(index)
            self.panel.view.scrollTo(index)
        self.grid.setFocus()
