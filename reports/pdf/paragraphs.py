"""Lines of Chinese and Latin text: where they may break, and a paragraph that draws them.

Texts are spans of plain characters, never markup, so that nothing a customer wrote can be read as an instruction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reports.pdf.fonts import HALF, OPENING, Typesetter, is_chinese, is_wide, visible

if TYPE_CHECKING:
    from reports.pdf.painter import Painter

# GB/T 15834: closing signs never start a line, opening signs never end one.
NO_START = frozenset("，。、；：？！）》〉」』】〕〗’”…—～·％‰℃％ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")
NO_START_NARROW = frozenset(",.!?;:)]}%’”…")
NO_END = frozenset("（《〈「『【〔〖‘“￥＄")
NO_END_NARROW = frozenset("([{‘“$¥€£#")
HANGING = frozenset("，。、；：")
_QUOTES = frozenset("“”‘’…—·")


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


@dataclass(frozen=True, slots=True)
class _Letter:
    character: str
    width: float
    span: int


def units(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the stretches of a text that a line break must not cut.

    A Han character is a stretch of its own, a word or number is whole, closing signs stay with what precedes and
    opening signs with what follows. Spaces and newlines are stretches of their own.
    """
    chinese = is_chinese(text)
    atoms: list[tuple[int, int, str]] = []  # kind: s space, n newline, w wide, r run of narrow characters
    start = 0
    while start < len(text):
        character = text[start]
        end = start + 1
        if character == "\n":
            kind = "n"
        elif character == " ":
            kind = "s"
        elif _alone(text, start, chinese):
            kind = "w"
        else:
            kind = "r"
            while end < len(text) and text[end] not in " \n" and not _alone(text, end, chinese):
                end += 1
        atoms.append((start, end, kind))
        start = end
    index = 0
    while index < len(atoms):
        start, end, kind = atoms[index]
        index += 1
        if kind in "sn":
            yield start, end
            continue
        while index < len(atoms) and atoms[index][2] not in "sn" and _glued(text, end, atoms[index][0]):
            end = atoms[index][1]
            index += 1
        yield start, end


def _alone(text: str, at: int, chinese: bool) -> bool:
    """Return whether a character stands for itself: Han, emoji, and quotation marks in Chinese text."""
    character = text[at]
    if is_wide(character) or ord(character) >= 0x1F000 or 0x2600 <= ord(character) <= 0x27BF:
        return True
    if not chinese or character not in _QUOTES:
        return False
    around = text[max(0, at - 1) : at + 2]
    return not (character == "’" and len(around) == 3 and around[0].isalnum() and not any(map(is_wide, around)))


def _glued(text: str, end: int, start: int) -> bool:
    before, after = text[end - 1], text[start]
    return after in NO_START or after in NO_START_NARROW or before in NO_END or before in NO_END_NARROW


def break_lines(spans: Sequence[Span], width: float, style: TextStyle, setter: Typesetter) -> list[Line]:
    """Set spans into lines at most ``width`` points wide; closing signs may hang out by half their width."""
    shown = [replace(span, text=visible(span.text)) for span in spans]
    text = "".join(span.text for span in shown)
    letters = [
        _Letter(character, advance, number)
        for number, span in enumerate(shown)
        for character, advance in zip(
            span.text, setter.widths(span.text, style.size, bold=span.bold or style.bold), strict=True
        )
    ]
    lines: list[Line] = []
    current: list[_Letter] = []
    used = 0.0

    def finish() -> None:
        nonlocal current, used
        while current and current[-1].character == " ":
            used -= current.pop().width
        lines.append(_line(current, shown, used))
        current, used = [], 0.0

    for start, end in units(text):
        if text[start] == "\n":
            finish()
            continue
        unit = letters[start:end]
        needed = sum(letter.width for letter in unit)
        if unit[0].character == " ":
            if current and used + needed <= width:
                current += unit
                used += needed
            continue
        slack = unit[-1].width / 2 if unit[-1].character in HANGING else 0.0
        if used + needed - slack > width and current:
            finish()
        if needed - slack <= width:
            current += unit
            used += needed
            continue
        for letter in unit:  # a stretch wider than the line: cut where it must be
            if used + letter.width > width and current:
                finish()
            current.append(letter)
            used += letter.width
    if current or not lines:
        finish()
    return lines


def _line(letters: Sequence[_Letter], spans: Sequence[Span], width: float) -> Line:
    line = Line(width=width)
    start = 0
    while start < len(letters):
        number = letters[start].span
        end = start
        while end < len(letters) and letters[end].span == number:
            end += 1
        line.pieces.append(replace(spans[number], text="".join(letter.character for letter in letters[start:end])))
        start = end
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
