"""The answer itself in large letters: hits, clauses and evidence are marked in it; what is selected is a span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from annotate.messages import _
from ui import theme

_MOST = 400


@dataclass(frozen=True, slots=True)
class ClauseMark:
    """A clause, [start, stop) in code points; ``explained``: whether the answer's codes explain it, None unknown;
    ``codes``: those, given or suggested, that come from it rather than from another."""

    start: int
    stop: int
    explained: bool | None = None
    codes: tuple[int, ...] = ()


class VerbatimText(QPlainTextEdit):
    """Read-only. Keys pressed in it go on to the grid: a selection by mouse must not take the keys away."""

    key_passed = Signal(object)
    selection_told = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verbatim")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMinimumHeight(60)
        # Keys typed here mean codes: an input method must not open over them.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._text = ""
        self._places: list[int] | None = None
        self._hits: list[tuple[int, int]] = []
        self._clauses: list[ClauseMark] = []
        self._evidence: list[tuple[int, int]] = []
        self._chosen: tuple[int, int] | None = None
        self._others: list[tuple[int, int]] = []
        self.selectionChanged.connect(self.selection_told)
        self.installEventFilter(self)
        self.retranslate()

    def show_text(self, text: str) -> None:
        """Show an answer; marks of the one before go."""
        if text == self._text and self.toPlainText():
            return
        self._text = text
        self._places = None
        marked = self._marked
        self._hits, self._clauses, self._evidence, self._others, self._chosen = [], [], [], [], None
        self.setPlainText(text)
        if marked:
            self._mark()

    def show_hits(self, spans: Sequence[tuple[int, int]]) -> None:
        """Mark what a search found, [start, stop) in code points."""
        if self._hits != (hits := list(spans)[:_MOST]):
            self._hits = hits
            self._mark()

    def show_clauses(self, clauses: Sequence[ClauseMark]) -> None:
        """Underline the clauses; those that no code explains are tinted as well."""
        if self._clauses != (marks := list(clauses)[:_MOST]):
            self._clauses = marks
            self._mark()

    def show_evidence(self, spans: Sequence[tuple[int, int]]) -> None:
        """Mark the words that decisions rest on."""
        if self._evidence != (evidence := list(spans)[:_MOST]):
            self._evidence = evidence
            self._mark()

    def show_others(self, spans: Sequence[tuple[int, int]]) -> None:
        """Grey the words that are not the customer's: an agent's turns, template phrases."""
        if self._others != (others := list(spans)[:_MOST]):
            self._others = others
            self._mark()

    def show_chosen(self, span: tuple[int, int] | None) -> None:
        """Mark the words that the chosen code comes from; None for none."""
        if self._chosen != span:
            self._chosen = span
            self._mark()

    def select(self, start: int, stop: int) -> None:
        """Select words, [start, stop) in code points: the next code given rests on them."""
        places = self._positions()
        cursor = self.textCursor()
        cursor.setPosition(places[start])
        cursor.setPosition(places[stop], QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def span(self) -> tuple[int, int] | None:
        """Return what is selected, [start, stop) in code points; None where nothing is."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            return None
        places = self._positions()
        start, stop = (_place_of(places, at) for at in (cursor.selectionStart(), cursor.selectionEnd()))
        return (start, stop) if stop > start else None

    def drop_selection(self) -> None:
        """Let go of the selection."""
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def use_font(self, font: QFont) -> None:
        """Take the grid's font: the answer is the largest text on the page."""
        large = QFont(font)
        large.setPointSizeF(font.pointSizeF() * 1.65)
        self.setFont(large)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setAccessibleName(_("Answer"))
        self._mark()

    def _positions(self) -> list[int]:
        """Return where each code point stands in the document: Qt counts pairs of surrogates twice, CR LF once."""
        if self._places is None:
            at = 0
            places = []
            for number, character in enumerate(self._text):
                places.append(at)
                pair = character == "\r" and self._text[number + 1 : number + 2] == "\n"
                at += 0 if pair else 2 if ord(character) > 0xFFFF else 1
            self._places = [*places, at]
        return self._places

    @property
    def _marked(self) -> bool:
        return bool(self._clauses or self._hits or self._evidence or self._chosen or self._others)

    def _mark(self) -> None:
        marks: list[QTextEdit.ExtraSelection] = []
        ink = QTextCharFormat.UnderlineStyle
        places = self._positions() if self._marked else []
        for start, stop in self._others:
            style = QTextCharFormat()
            style.setForeground(theme.colour("muted"))
            style.setFontItalic(True)  # a sign beside the colour
            self._add(marks, places, start, stop, style)
        for clause in self._clauses:
            style = QTextCharFormat()
            if clause.explained is False:
                # Dashes as well as the tint: nobody has to see colours.
                style.setUnderlineStyle(ink.DashUnderline)
                style.setUnderlineColor(QColor(theme.tokens().unsure))
                style.setBackground(theme.colour("unsure_ground"))
            else:
                style.setUnderlineStyle(ink.DotLine if clause.explained is None else ink.SingleUnderline)
                style.setUnderlineColor(
                    QColor(theme.tokens().border if clause.explained is None else theme.tokens().good)
                )
            self._add(marks, places, clause.start, clause.stop, style)
        for start, stop in self._evidence:
            style = QTextCharFormat()
            style.setUnderlineStyle(ink.SingleUnderline)
            style.setUnderlineColor(QColor(theme.tokens().accent))
            style.setBackground(theme.colour("current"))
            self._add(marks, places, start, stop, style)
        if self._chosen is not None:
            style = QTextCharFormat()
            style.setUnderlineStyle(ink.WaveUnderline)
            style.setUnderlineColor(QColor(theme.tokens().accent))
            style.setBackground(theme.colour("current"))
            style.setFontWeight(QFont.Weight.Bold)
            self._add(marks, places, *self._chosen, style)
        for start, stop in self._hits:
            style = QTextCharFormat()
            style.setUnderlineStyle(ink.SingleUnderline)
            style.setUnderlineColor(QColor(theme.tokens().hit))
            style.setBackground(theme.colour("unsure_ground"))
            self._add(marks, places, start, stop, style)
        self.setExtraSelections(marks)

    def _add(
        self,
        marks: list[QTextEdit.ExtraSelection],
        places: list[int],
        start: int,
        stop: int,
        style: QTextCharFormat,
    ) -> None:
        if not 0 <= start < stop < len(places):
            return
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(places[start])
        cursor.setPosition(places[stop], QTextCursor.MoveMode.KeepAnchor)
        mark.cursor = cursor
        mark.format = style
        marks.append(mark)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
            selecting = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
            if not selecting and not (held & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_C):
                self.key_passed.emit(event)
                return True
        return super().eventFilter(watched, event)


def _place_of(places: list[int], at: int) -> int:
    """Return the code point at a place of the document."""
    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high) // 2
        if places[middle] < at:
            low = middle + 1
        else:
            high = middle
    return low
