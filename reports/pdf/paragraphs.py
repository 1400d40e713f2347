"""Lines of Chinese and Latin text: where they may break, and a paragraph that draws them.

Texts are spans of plain characters, never markup, so that nothing a customer wrote can be read as an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from reports.pdf.fonts import HALF, OPENING, WIDE, Typesetter, is_chinese, visible

if TYPE_CHECKING:
    from reports.pdf.painter import Painter

# GB/T 15834: closing signs never start a line, opening signs never end one.
NO_START = frozenset("，。、；：？！）》〉」』】〕〗’”…—～·％‰℃％ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
NO_START_NARROW = frozenset(",.!?;:)]}%’”…")
NO_END = frozenset("（《〈「『【〔〖‘“￥＄")
NO_END_NARROW = frozenset("([{‘“$¥€£#")
HANGING = frozenset("，。、；：")
SMALL_PRINT = 8.0
"""Type below this size is that of notes."""
_QUOTES = "“”‘’…—·"


@dataclass(frozen=True, slots=True)
class Span:
    """Some text in one weight and colour; ``colour`` None takes the style's."""

    text: str
    bold: bool = False
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph looks: sizes in points, colour as ``#rrggbb``, align ``left``, ``right`` or ``center``."""

    size: float = 9.5
    leading: float = 15.0
    colour: str = "#1f2933"
    bold: bool = False
    align: str = "left"

    def but(self, **changes: object) -> TextStyle:
        """Return this style with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Line:
    """One set line: pieces in order and their whole width in points."""

    pieces: list[Span] = field(default_factory=list)
    width: float = 0.0

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(piece.text for piece in self.pieces)


def _unit(*, chinese: bool) -> re.Pattern[str]:
    """Return what matches the next stretch of a text that a line break must not cut.

    A stretch is one newline, one space, or characters glued together: a Han character, an emoji, and in Chinese text a
    quotation mark or dash stands for itself; other characters are whole words. An apostrophe inside a Latin word stays.
    """
    alone, narrow = f"[{WIDE}{_EMOJI}]", f"[^\\n {WIDE}{_EMOJI}]"
    if chinese:
        inside = f"(?<=[^\\W_])(?<![{WIDE}])’(?=[^{WIDE}])"
        alone = f"(?:{alone}|(?!{inside})[{_QUOTES}])"
        narrow = f"(?:[^\\n {WIDE}{_EMOJI}{_QUOTES}]|{inside})"
    atom = f"(?:{alone}|{narrow}+)"
    closing = "".join(map(re.escape, sorted(NO_START | NO_START_NARROW)))
    opening = "".join(map(re.escape, sorted(NO_END | NO_END_NARROW)))
    return re.compile(f"\n| |{atom}(?:(?:(?<=[{opening}])|(?=[{closing}])){atom})*")


_EMOJI = "\u2600-\u27bf\U0001f000-\U0001ffff"
_UNITS = {chinese: _unit(chinese=chinese) for chinese in (False, True)}


def units(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the stretches of a text that a line break must not cut.

    A Han character is a stretch of its own, a word or number is whole, closing signs stay with what precedes and
    opening signs with what follows. Spaces and newlines are stretches of their own.
    """
    return (found.span() for found in _UNITS[is_chinese(text)].finditer(text))


def break_lines(spans: Sequence[Span], width: float, style: TextStyle, setter: Typesetter) -> list[Line]:
    """Set spans into lines at most ``width`` points wide; closing signs may hang out by half their width."""
    shown = [Span(visible(span.text), span.bold, span.colour) for span in spans]
    text = "".join([span.text for span in shown])
    advances: list[float] = []
    for span in shown:
        advances += setter.widths(span.text, style.size, bold=span.bold or style.bold)
    place = [0.0, *accumulate(advances)]  # where each character begins, were all on one line
    most = width + 1e-9
    lines: list[Line] = []
    begin = stop = -1  # of the line that is being set; −1 before its first character
    full = False  # a space found no room: the line is finished by whatever follows

    def finish() -> None:
        nonlocal begin, full
        end = stop
        while begin >= 0 and end > begin and text[end - 1] == " ":
            end -= 1
        lines.append(_line(shown, begin, end, place[end] - place[begin]) if begin >= 0 else Line())
        begin, full = -1, False

    for start, end in units(text):
        first = text[start]
        if first == "\n":
            finish()
            continue
        if first == " ":
            if begin >= 0 and not full:
                full = place[end] - place[begin] > most
                stop = stop if full else end
            continue
        slack = advances[end - 1] / 2 if text[end - 1] in HANGING else 0.0
        if begin >= 0 and (full or place[end] - place[begin] - slack > most):
            finish()
        if place[end] - place[start] - slack <= most:
            begin = start if begin < 0 else begin
            stop = end
            continue
        for at in range(start, end):  # a stretch wider than the line: cut where it must be
            if begin >= 0 and place[at + 1] - place[begin] > most:
                finish()
            begin = at if begin < 0 else begin
            stop = at + 1
    if begin >= 0 or not lines:
        finish()
    return lines


def _line(spans: Sequence[Span], begin: int, end: int, width: float) -> Line:
    """Return the line of the characters from ``begin`` to ``end`` of all spans together."""
    line, before = Line(width=width), 0
    for span in spans:
        text = span.text[max(0, begin - before) : max(0, end - before)]
        if text:
            line.pieces.append(Span(text, span.bold, span.colour))
        before += len(span.text)
    return line


def shorten(lines: list[Line], most: int, width: float, style: TextStyle, setter: Typesetter) -> list[Line]:
    """Return at most ``most`` lines, the last one ending in … when something was cut."""
    if len(lines) <= most:
        return lines
    last = Line(list(lines[most - 1].pieces))
    while last.pieces and setter.width(last.text + "…", style.size, bold=style.bold) > width:
        piece = last.pieces.pop()
        if len(piece.text) > 1:
            last.pieces.append(replace(piece, text=piece.text[:-1]))
    last.pieces.append(Span("…"))
    last.width = setter.width(last.text, style.size, bold=style.bold)
    return [*lines[: most - 1], last]


class Paragraph:
    """A block of set lines; splits between lines, leaving at least two on either side where it can."""

    def __init__(
        self,
        text: str | Sequence[Span],
        style: TextStyle,
        setter: Typesetter,
        *,
        space_before: float = 0.0,
        keep_with_next: bool = False,
        most_lines: int | None = None,
        balanced: bool = False,
    ) -> None:
        self.spans = [Span(text)] if isinstance(text, str) else list(text)
        self.style, self.setter = style, setter
        self.space_before, self.keep_with_next = space_before, keep_with_next
        self.most_lines, self.balanced = most_lines, balanced
        self._set: tuple[float, list[Line]] | None = None

    def lines(self, width: float) -> list[Line]:
        """Return the lines at this width."""
        if self._set is None or self._set[0] != width:
            lines = break_lines(self.spans, width, self.style, self.setter)
            if self.most_lines is not None:
                lines = shorten(lines, self.most_lines, width, self.style, self.setter)
            if self.balanced and len(lines) > 1:
                lines = self._evened(lines, width)
            self._set = (width, lines)
        return self._set[1]

    def _evened(self, lines: list[Line], width: float) -> list[Line]:
        """Return as many lines of more even length, so that a title never ends in a lonely word."""
        for part in (0.6, 0.7, 0.8, 0.9):
            found = break_lines(self.spans, part * width, self.style, self.setter)
            if len(found) == len(lines):
                return found
        return lines

    def height(self, width: float) -> float:
        """Return the height at this width."""
        return len(self.lines(width)) * self.style.leading

    def least(self, width: float) -> float:
        """Return the height of the smallest part that may stand at the foot of a page."""
        count = len(self.lines(width))
        return (count if count < 4 else 2) * self.style.leading

    def split(self, width: float, room: float) -> tuple[Paragraph, Paragraph] | None:
        """Return the part that fits into the room and the rest, or None."""
        lines = self.lines(width)
        fitting = min(int(room / self.style.leading + 1e-6), len(lines) - 2)
        if fitting < 2:
            return None
        parts = []
        for part in (lines[:fitting], lines[fitting:]):
            piece = Paragraph([], self.style, self.setter)
            piece._set = (width, part)
            parts.append(piece)
        parts[0].space_before = self.space_before
        parts[1].keep_with_next = self.keep_with_next
        return parts[0], parts[1]

    @property
    def small_print(self) -> bool:
        """Whether it is a note to what stands above it."""
        return self.style.size < SMALL_PRINT

    def scaled(self, factor: float) -> Paragraph:
        """Return the paragraph in larger type; small print, and the rest of a split one, stay as they are set."""
        if not self.spans or self.small_print:
            return self
        style = self.style.but(size=factor * self.style.size, leading=factor * self.style.leading)
        return Paragraph(
            self.spans,
            style,
            self.setter,
            space_before=self.space_before,
            keep_with_next=self.keep_with_next,
            most_lines=self.most_lines,
            balanced=self.balanced,
        )

    def _empty_half(self, line: Line) -> float:
        """Return the blank left half of a full-width opening sign at the start of a line, else 0."""
        if not line.pieces or line.pieces[0].text[:1] not in OPENING:
            return 0.0
        piece = line.pieces[0]
        first = self.setter.widths(piece.text, 1000, bold=piece.bold or self.style.bold)[0]
        return HALF / 1000 * self.style.size if first == 2 * HALF else 0.0

    def draw(self, painter: Painter, x: float, y: float, width: float, *, tag: str = "P") -> None:
        """Draw the lines with the upper left corner at (x, y); an empty ``tag`` draws into the element around."""
        if tag:
            with painter.element(tag):
                self._draw_lines(painter, x, y, width)
        else:
            self._draw_lines(painter, x, y, width)

    def _draw_lines(self, painter: Painter, x: float, y: float, width: float) -> None:
        style = self.style
        # Noto Sans SC: ascent 0.88 em and descent 0.12 em of the character body, centred in the leading.
        baseline = y + (style.leading - style.size) / 2 + 0.88 * style.size
        for line in self.lines(width):
            indent = self._empty_half(line) if style.align == "left" else 0.0
            shift = {"left": 0.0, "center": (width - line.width) / 2, "right": width - line.width}[style.align]
            painter.pieces(
                x + shift - indent,
                baseline,
                [(piece.text, piece.bold or style.bold, piece.colour or style.colour) for piece in line.pieces],
                style.size,
            )
            baseline += style.leading
