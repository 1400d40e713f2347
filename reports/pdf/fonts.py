"""Fonts of the report: which face draws which character, and how wide it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TypeVar

import resources

SC, SC_BOLD, LATIN, LATIN_BOLD, EMOJI = "TingdongSC", "TingdongSC-Bold", "Tingdong", "Tingdong-Bold", "TingdongEmoji"
_FILES = {
    SC: "NotoSansSC-Regular.ttf",
    SC_BOLD: "NotoSansSC-Bold.ttf",
    LATIN: "NotoSans-Regular.ttf",
    LATIN_BOLD: "NotoSans-Bold.ttf",
    EMOJI: "NotoEmoji-Regular.ttf",
}

MISSING = "□"
# Signs that Noto Sans SC draws full-width although they belong to numbers.
_NUMERIC_SIGNS = frozenset("±×÷°²³¼½¾")
# Signs that are full-width in Chinese text and narrow in other text.
_EITHER = frozenset("“”‘’…—·‥")
# Full-width signs whose ink fills one half of their square; beside another sign the empty half is left out.
OPENING = frozenset("（《〈「『【〔〖［“‘")
CLOSING = frozenset("，。、；：）》〉」』】〕〗］”’")
# Drawn by no font: variation selectors, joiners, keycaps, direction marks, byte order marks, soft hyphens.
_UNSEEN = frozenset(
    {0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0x20E3, 0xFEFF, *range(0xFE00, 0xFE10)}
    | {*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    | {*range(0x1F3FB, 0x1F400), *range(0xE0000, 0xE0200)}
)

WIDE = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
"""Han, kana and full-width punctuation, as the inside of a class of a regular expression."""
_WIDE = re.compile(f"[{WIDE}]")
# What is drawn in one of two ways, by what stands beside it.
_JUDGED = re.compile(f"[{''.join(sorted(_EITHER | OPENING | CLOSING))}]")

HALF = 500.0
"""Half an em, in thousandths of the size."""


Piece = tuple[str, str, float]
"""The face that draws a character, what it draws, and its width in thousandths of the size."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that one face draws; ``width`` in thousandths of the size."""

    face: str
    text: str
    width: float


@dataclass(frozen=True, slots=True)
class _Face:
    name: str
    widths: Mapping[int, float]
    default: float


@cache
def _faces() -> Mapping[str, _Face]:
    """Register the shipped fonts once in a process and return their advance widths."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics, ttfonts

    rl_config.useA85 = 0  # streams as bytes: writing them as letters costs time and a quarter more room
    # The library writes characters beyond U+FFFF as five hexadecimal digits, which readers take for two characters.
    ttfonts.makeToUnicodeCMap = to_unicode_map
    faces = {}
    for name, file in _FILES.items():
        font = ttfonts.TTFont(name, str(resources.path("fonts", file)))
        # The library gives glyphs beyond the last own advance width that width in thousandths instead of font units.
        own = int.from_bytes(font.face.get_table("hhea")[-2:], "big")
        widest, metrics = font.face.hmetrics[own - 1][0], font.face.hmetrics
        font.face.hmetrics = metrics[:own] + [(widest, side) for _, side in metrics[own:]]
        pdfmetrics.registerFont(font)
        widths = {
            point: float(font.face.charWidths.get(point, font.face.defaultWidth)) for point in font.face.charToGlyph
        }
        faces[name] = _Face(name, widths, float(font.face.defaultWidth))
    return faces


def to_unicode_map(font_name: str, subset: list[int]) -> str:
    """Return the ToUnicode CMap of an embedded subset: UTF-16BE, blocks of at most 100 (PDF 32000-1, 9.10.3)."""
    pairs = [(code, point) for code, point in enumerate(subset) if point]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo",
        f"<< /Registry ({font_name})",
        f"/Ordering ({font_name})",
        "/Supplement 0",
        ">> def",
        f"/CMapName /{font_name} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in block]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


def is_wide(character: str) -> bool:
    """Return whether a character is Han, kana, or full-width punctuation."""
    return _WIDE.match(character) is not None


def is_chinese(text: str) -> bool:
    """Return whether a text is set by Chinese rules: it holds at least one wide character."""
    return _WIDE.search(text) is not None


Of = TypeVar("Of")


class _Known(dict[str, Of]):
    """What is known of each character, found when it first comes."""

    def __init__(self, find: Callable[[str], Of]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, character: str) -> Of:
        found = self[character] = self._find(character)
        return found


def _drawn(character: str) -> str:
    if character == "\n" or character in "\u2028\u2029\x0b\x0c\x85":
        return "\n"
    if character.isspace():
        return "\u3000" if character == "\u3000" else " "
    return "" if ord(character) in _UNSEEN or unicodedata.category(character) in ("Cc", "Mn") else character


_DRAWN = _Known(_drawn)


def visible(text: str) -> str:
    """Return the text as drawn: composed, without characters that no font draws; line ends become newlines."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(map(_DRAWN.__getitem__, composed))


class Typesetter:
    """Chooses a face for every character of one report and counts those that no face has."""

    def __init__(self, *, latin_first: bool = False) -> None:
        faces = _faces()
        self._latin_first = latin_first
        plain = (LATIN, SC) if latin_first else (SC, LATIN)
        bold = (LATIN_BOLD, SC_BOLD) if latin_first else (SC_BOLD, LATIN_BOLD)
        self._chains = {False: (*plain, EMOJI), True: (*bold, *plain, EMOJI)}
        self._faces = faces
        self._plain = {bold: _Known(self._finder(bold)) for bold in (False, True)}
        self._absent: set[str] = set()
        self.missing: dict[str, int] = {}

    def runs(self, text: str, *, bold: bool = False) -> list[Run]:
        """Split a text, already ``visible``, into runs of one face each."""
        if not text:
            return []
        pieces = self._pieces(text, bold)
        faces, drawn, widths = zip(*pieces, strict=True)
        if faces.count(faces[0]) == len(faces) and HALF not in widths:
            return [Run(faces[0], "".join(drawn), sum(widths))]
        starts = [0]
        for index in range(1, len(pieces)):
            squeezed = widths[index - 1] == HALF and drawn[index - 1] in OPENING | CLOSING
            if squeezed or faces[index] != faces[index - 1]:
                starts.append(index)
        return [
            Run(faces[start], "".join(drawn[start:stop]), sum(widths[start:stop]))
            for start, stop in pairwise([*starts, len(pieces)])
        ]

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of a text in points."""
        return sum(piece[2] for piece in self._pieces(text, bold)) * size / 1000

    def widths(self, text: str, size: float, *, bold: bool = False) -> list[float]:
        """Return the width of each character in points, judged inside its text."""
        return [piece[2] * size / 1000 for piece in self._pieces(text, bold)]

    def count_missing(self, text: str) -> None:
        """Count the characters of a text that no face has; called once for each text that is drawn."""
        for character in self._without_face(text):
            self.missing[character] = self.missing.get(character, 0) + 1

    def lacking(self, text: str) -> int:
        """Return how many characters of a text no face has."""
        return len(self._without_face(text))

    def _without_face(self, text: str) -> list[str]:
        if text.isascii():
            return []
        plain = self._plain[False]
        for character in set(text).difference(plain):
            plain.__missing__(character)
        return [] if self._absent.isdisjoint(text) else [one for one in text if one in self._absent]

    def _pieces(self, text: str, bold: bool) -> list[Piece]:
        pieces = list(map(self._plain[bold].__getitem__, text))
        if text.isascii():
            return pieces
        wide, last = is_chinese(text), len(text) - 1
        for found in _JUDGED.finditer(text):
            index, character = found.start(), found[0]
            if character in _EITHER:
                inside = character == "’" and 0 < index < last and _latin_around(text, index)
                apart = character == "·" and text[max(0, index - 1) : index] == " "
                spread = _beside_wide(text, index) if self._latin_first and character in "“”‘’" else wide
                pieces[index] = self._find(character, bold, "wide" if spread and not inside and not apart else "latin")
            piece = pieces[index]
            if wide and index < last and piece[2] == 2 * HALF and _squeezes(character, text[index + 1]):
                pieces[index] = (piece[0], piece[1], HALF)
        return pieces

    def _finder(self, bold: bool) -> Callable[[str], Piece]:
        """Return what finds the piece of a character that is drawn alike wherever it stands."""
        return lambda character: self._find(character, bold, "latin" if character in _NUMERIC_SIGNS else "")

    def _find(self, character: str, bold: bool, want: str) -> Piece:
        chain = self._chains[bold]
        if want:
            first = {"latin": (LATIN, LATIN_BOLD), "wide": (SC, SC_BOLD)}[want]
            chain = (*(name for name in chain if name in first), *(name for name in chain if name not in first))
        point = ord(character)
        for name in chain:
            width = self._faces[name].widths.get(point)
            if width is not None:
                return name, character, width
        self._absent.add(character)
        return SC, MISSING, self._faces[SC].widths[ord(MISSING)]


def _squeezes(character: str, following: str) -> bool:
    if character in CLOSING:
        return following in OPENING or following in CLOSING
    return character in OPENING and following in OPENING


def _beside_wide(text: str, index: int) -> bool:
    """Whether what a quotation mark of an English text encloses begins or ends with a Chinese character there."""
    place = index + 1 if text[index] in "“‘" else index - 1
    return 0 <= place < len(text) and is_wide(text[place])


def _latin_around(text: str, index: int) -> bool:
    before, after = text[index - 1], text[index + 1]
    return before.isalnum() and after.isalnum() and not is_wide(before) and not is_wide(after)
