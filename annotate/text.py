"""The folded form of a text (what counts as "the same answer"), and its hashes.

The original is stored as it arrived; the folded form is derived by the rule below, whose number is FOLD_VERSION.
Two answers that fold alike are coded as one, so the rule may only remove what cannot carry meaning:

- width, letter case, traditional characters, curly quotes and dashes of minus are unified; ², ½ and ① stay;
- runs of three and more of a character shrink to two, but never digits, Chinese numerals, signs that rate or price
  (★★★, +++, $$$), letters that size or number (III, XXXL) or a word of one repeated letter (AAA);
- pinyin after a Han character in parentheses goes only when every syllable is a real one and bears a tone mark, or
  is the neutral reading of that very character (们(men)); 油耗(L), (suv) and 咖啡(café) stay;
- tags of known HTML elements go, ``<3`` and ``a<b`` stay; invisible and private-use characters go;
- white space collapses; at the edges stops, commas, dots and exclamation marks go, never ``?``, quotes (irony),
  brackets, ``-`` or a point before a digit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import resources

FOLD_VERSION = 1

_UNIFIED = {
    "〜": "~", "∼": "~", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "−": "-", "‑": "-", "‐": "-", "–": "-",
}  # fmt: skip
_FOLDED_FORMS = ("<wide>", "<narrow>", "<small>", "<font>")
_DROPPED = ("Cf", "Cc", "Co", "Cs")
_VARIATION_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x034F, 0x115F, 0x1160, 0x3164))


def _simplified() -> dict[str, str]:
    _, traditional, simplified = (
        resources.path("lexicons", "traditional_simplified.txt").read_text(encoding="utf-8").splitlines()
    )
    return dict(zip(traditional, simplified, strict=True))


def _folded_character(character: str, simplified: dict[str, str]) -> str:
    """Return what one character becomes, followed until nothing changes; '' if it is dropped."""
    while True:
        category = unicodedata.category(character)
        if character.isspace():
            return " "
        if category in _DROPPED or ord(character) in _VARIATION_SELECTORS:
            return ""
        form = unicodedata.decomposition(character)
        point = ord(character)
        if character in _UNIFIED:
            after = _UNIFIED[character]
        elif character in simplified:
            after = simplified[character]
        elif form.startswith(_FOLDED_FORMS) or 0x2160 <= point < 0x2180 or 0xFB00 <= point < 0xFB07:
            after = unicodedata.normalize("NFKC", character).lower()
        elif form and " " not in form:
            after = unicodedata.normalize("NFC", character)
        else:
            after = character.lower()
        if after == character:
            return character
        if len(after) > 1:
            return "".join(_folded_character(each, simplified) for each in after)
        character = after


@cache
def tables() -> tuple[list[str], dict[int, str]]:
    """Return what characters become: of the basic plane (a list: three times as fast as a dict), of the others."""
    simplified = _simplified()
    basic = [_folded_character(chr(point), simplified) for point in range(0x10000)]
    other = {}
    for point in (*range(0x10400, 0x1E944), *range(0x20000, 0x323B0), *range(0xE0000, 0xE0200)):
        after = _folded_character(chr(point), simplified)
        if after != chr(point):
            other[point] = after
    return basic, other


_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_PRIVATE_PLANES = re.compile("[\U000f0000-\U0010ffff]")
_RUN = re.compile(r"(.)\1\1+", re.DOTALL)
_KEPT_RUNS = frozenset("〇零一二三四五六七八九十百千万亿两ix+-*$¥€£%#★☆⭐🌟✩✪√×")
EDGE_END = "。，、…·•.,;:!~— "
EDGE_START = frozenset("。，、…·•,.~— ")
_LEADING = re.compile(r"^(?:[。，、…·• ]|[,.~—](?!\d))+")

_HTML = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|footer|form|h[1-6]|head|header|hr|html|i|"
    "iframe|img|input|li|link|meta|nav|ol|p|pre|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|"
    "th|thead|title|tr|u|ul|video"
)
_TAG = re.compile(rf"</?(?:{_HTML})(?P<inside>[\s/][^<>]*)?>", re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|abbr|b|big|code|em|font|i|small|span|strike|strong|sub|sup|u)\b", re.IGNORECASE)

_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s y w".split()
_FINALS = (
    "a o e i u ü ai ei ao ou an en ang eng ong ia ie iao iu iou ian in iang ing iong ua uo uai ui uei uan un uen uang "
    "ueng üe ue üan ün er"
).split()
_VOWELS = ("āáǎà", "ēéěè", "īíǐì", "ōóǒò", "ūúǔù", "ǖǘǚǜ")
_UNMARKED = str.maketrans({mark: plain for plain, marks in zip("aeiouü", _VOWELS, strict=True) for mark in marks})
_MARKS = "".join(_VOWELS)
_NEUTRAL = {
    "们": "men", "的": "de", "得": "de", "地": "de", "了": "le", "着": "zhe", "著": "zhe", "过": "guo", "吗": "ma",
    "嘛": "ma", "呢": "ne", "吧": "ba", "么": "me", "子": "zi", "个": "ge", "头": "tou", "里": "li", "上": "shang",
    "下": "xia", "来": "lai", "去": "qu", "啦": "la", "呀": "ya", "儿": "er",
}  # fmt: skip
_GLOSS = re.compile(rf"(?<=([㐀-鿿]))[(（] ?([a-zü{_MARKS} '’]{{1,40}}?) ?[)）]", re.IGNORECASE)


@cache
def _syllables() -> frozenset[str]:
    """Return every spelling that an initial and a final of Hanyu Pinyin can give (about forty of them unused)."""
    with_initial = {initial + final for initial in _INITIALS for final in _FINALS if final != "er"}
    impossible = {f + v for f in "fbpmw" for v in ("e", "ü", "üe", "ua", "uo", "uan")} - {"me"}
    return frozenset((with_initial - impossible) | {"a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "er"})


def _is_gloss(character: str, inside: str) -> bool:
    """Tell whether a parenthesis after ``character`` is its reading: toned syllables, or its neutral reading."""
    inside = unicodedata.normalize("NFC", inside).lower()
    if _NEUTRAL.get(character) == inside:
        return True
    syllables = re.split(r"[\s'’]+", inside)
    return all(
        sum(letter in _MARKS for letter in syllable) == 1 and syllable.translate(_UNMARKED) in _syllables()
        for syllable in syllables
    )


def _without_gloss(match: re.Match[str]) -> str:
    return "" if _is_gloss(match[1], match[2]) else match[0]


def _is_tag(match: re.Match[str]) -> bool:
    """Tell a tag from a comparison: between name and bracket there is nothing or an attribute with its value."""
    inside = (match["inside"] or "").strip(" /")
    return not inside or "=" in inside


def _without_tag(match: re.Match[str]) -> str:
    if not _is_tag(match):
        return match[0]
    return "" if _INLINE.match(match[0]) else " "


def _shrunk(match: re.Match[str]) -> str:
    """Shrink a run to two unless its length says something (see the rule at the top)."""
    character, text = match[1], match.string
    if character in _KEPT_RUNS or character.isnumeric():
        return match[0]
    if character.isascii() and character.isalpha() and character != "h":
        before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
        if not any(beside.isascii() and beside.isalpha() for beside in (before, after)):
            return match[0]
    return character * 2


def _fold_once(text: str) -> tuple[str, bool]:
    """Return the text after one pass, and whether a tag or gloss went, so that what it parted is now joined."""
    basic, other = tables()
    text = text.translate(basic)
    if not text.isascii():
        if _ASTRAL.search(text):
            text = _PRIVATE_PLANES.sub("", text.translate(other))
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    text = " ".join(text.split())
    length = len(text)
    if "<" in text:
        text = " ".join(_TAG.sub(_without_tag, text).split())
    if "(" in text:
        text = _GLOSS.sub(_without_gloss, text)
    joined = len(text) != length
    return shrink_and_trim(text), joined


def shrink_and_trim(text: str) -> str:
    """Return a text whose characters are folded, with its runs shrunk and its edges clean: the end of the rule."""
    if _RUN.search(text):
        text = _RUN.sub(_shrunk, text)
    text = text.rstrip(EDGE_END)
    if text and text[0] in EDGE_START:
        text = _LEADING.sub("", text)
    return text


_MAX_PASSES = 8
"""Tags within tags that no person writes; a million of them must not take a million passes."""


def fold(text: str) -> str:
    """Return the form under which answers count as the same (rule FOLD_VERSION); '' when nothing is said.

    Folding a folded text changes nothing.
    """
    folded, joined = _fold_once(text)
    passes = 1
    while joined:
        if passes == _MAX_PASSES:
            folded = folded.replace("<", "").replace("(", "")
        folded, joined = _fold_once(folded)
        passes += 1
    return folded


@dataclass(frozen=True, slots=True)
class FoldCounts:
    """What folding removed from one text, for the data quality page; counts of occurrences."""

    glosses: int = 0
    tags: int = 0
    invisible: int = 0
    private_use: int = 0


_NOTHING = FoldCounts()
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")


_UNSEEN = re.compile(rf"(?:\s|{_INVISIBLE.pattern}|[\ufe00-\ufe0f\u034f\u115f\u1160\u3164\U000e0100-\U000e01ef])*")


def simplified(text: str) -> str:
    """Return a text with its traditional characters as simplified ones, nothing else changed."""
    return text if text.isascii() else text.translate(_to_simplified())


@cache
def _to_simplified() -> dict[int, str]:
    return {ord(one): other for one, other in _simplified().items()}


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen: white space and invisible characters only."""
    return _UNSEEN.fullmatch(text) is not None


def fold_counts(text: str) -> FoldCounts:
    """Count what folding drops from a text beyond width and case."""
    invisible = private_use = tags = glosses = 0
    if not (text.isascii() and text.isprintable()):
        invisible = len(_INVISIBLE.findall(text))
        private_use = len(_PRIVATE_USE.findall(text))
    if "<" in text:
        tags = sum(map(_is_tag, _TAG.finditer(text)))
    if "(" in text or "（" in text:
        glosses = sum(_is_gloss(fold(match[1]), match[2]) for match in _GLOSS.finditer(" ".join(text.split())))
    if not (invisible or private_use or tags or glosses):
        return _NOTHING
    return FoldCounts(glosses, tags, invisible, private_use)


def fold_hash(text: str, *, folded: bool = False) -> int:
    """Return the signed 64-bit BLAKE2b hash of the folded text; ``folded`` says that it is folded already."""
    form = text if folded else fold(text)
    return int.from_bytes(blake2b(form.encode(), digest_size=8).digest(), "little", signed=True)


def text_hash(text: str) -> bytes:
    """Return the 16-byte BLAKE2b hash of the original text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
