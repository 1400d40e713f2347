"""Fonts of the report: which face draws which character, and how wide it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

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


HALF = 500.0
"""Half an em, in thousandths of the size."""


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
    from reportlab.pdfbase import pdfmetrics, ttfonts

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
    point = ord(character)
    return (
        0x2E80 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0xFE30 <= point <= 0xFE4F
        or 0xFF00 <= point <= 0xFF60
        or 0xFFE0 <= point <= 0xFFE6
        or 0x20000 <= point <= 0x3FFFF
    )


def is_chinese(text: str) -> bool:
    """Return whether a text is set by Chinese rules: it holds at least one wide character."""
    return any(map(is_wide, text))


def visible(text: str) -> str:
    """Return the text as drawn: composed, without characters that no font draws; line ends become newlines."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = []
    for character in composed:
        if character == "\n" or character in "\u2028\u2029\x0b\x0c\x85":
            kept.append("\n")
        elif character.isspace():
            kept.append("\u3000" if character == "\u3000" else " ")
        elif ord(character) not in _UNSEEN and unicodedata.category(character) not in ("Cc", "Mn"):
            kept.append(character)
    return "".join(kept)


class Typesetter:
    """Chooses a face for every character of one report and counts those that no face has."""

    def __init__(self, *, latin_first: bool = False) -> None:
        faces = _faces()
        self._latin_first = latin_first
        plain = (LATIN, SC) if latin_first else (SC, LATIN)
        bold = (LATIN_BOLD, SC_BOLD) if latin_first else (SC_BOLD, LATIN_BOLD)
        self._chains = {False: (*plain, EMOJI), True: (*bold, *plain, EMOJI)}
        self._faces = faces
        self._known: dict[tuple[str, bool, str], tuple[str, str, float]] = {}
        self.missing: dict[str, int] = {}

    def runs(self, text: str, *, bold: bool = False) -> list[Run]:
        """Split a text, already ``visible``, into runs of one face each."""
        runs: list[Run] = []
        face, width = "", 0.0
        kept: list[str] = []
        squeezed = False
        for name, character, advance in self._pieces(text, bold):
            if kept and (name != face or squeezed):
                runs.append(Run(face, "".join(kept), width))
                kept, width = [], 0.0
            face = name
            kept.append(character)
            width += advance
            squeezed = advance == HALF and (character in OPENING or character in CLOSING)
        if kept:
            runs.append(Run(face, "".join(kept), width))
        return runs

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of a text in points."""
        return sum(piece[2] for piece in self._pieces(text, bold)) * size / 1000

    def widths(self, text: str, size: float, *, bold: bool = False) -> list[float]:
        """Return the width of each character in points, judged inside its text."""
        return [piece[2] * size / 1000 for piece in self._pieces(text, bold)]

    def count_missing(self, text: str) -> None:
        """Count the characters of a text that no face has; called once for each text that is drawn."""
        if text.isascii():
            return
        for character in text:
            if self._find(character, False, "")[1] != character:
                self.missing[character] = self.missing.get(character, 0) + 1

    def lacking(self, text: str) -> int:
        """Return how many characters of a text no face has."""
        return sum(1 for character in text if self._find(character, False, "")[1] != character)

    def _pieces(self, text: str, bold: bool) -> Iterator[tuple[str, str, float]]:
        known = self._known
        wide = not text.isascii() and is_chinese(text)
        last = len(text) - 1
        for index, character in enumerate(text):
            want = ""
            if character in _NUMERIC_SIGNS:
                want = "latin"
            elif character in _EITHER:
                inside = character == "’" and 0 < index < len(text) - 1 and _latin_around(text, index)
                apart = character == "·" and text[max(0, index - 1) : index] == " "
                spread = _beside_wide(text, index) if self._latin_first and character in "“”‘’" else wide
                want = "wide" if spread and not inside and not apart else "latin"
            key = (character, bold, want)
            piece = known.get(key) or known.setdefault(key, self._find(*key))
            if wide and index < last and piece[2] == 2 * HALF and _squeezes(character, text[index + 1]):
                piece = (piece[0], piece[1], HALF)
            yield piece

    def _find(self, character: str, bold: bool, want: str) -> tuple[str, str, float]:
        chain = self._chains[bold]
        if want:
            first = {"latin": (LATIN, LATIN_BOLD), "wide": (SC, SC_BOLD)}[want]
            chain = (*(name for name in chain if name in first), *(name for name in chain if name not in first))
        point = ord(character)
        for name in chain:
            width = self._faces[name].widths.get(point)
            if width is not None:
                return name, character, width
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
