"""What keeps two texts apart, and what does not: the judge of near-identical answers and of names.

Harmless are white space, stops, particles, openings, articles, contractions, synonyms of the lexicon, a plural, a slip
of the pinyin keyboard or of the finger. All else keeps texts apart. Long ones (LONG characters) may also differ in
words that carry no meaning of their own.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import resources
from annotate.lexicon import Vocabulary
from annotate.words import tokens

LONG = 30
"""Characters from which answers may differ in more than particles, and how alike they must be then."""
LONG_SIMILARITY = 0.9

_HAN = re.compile(r"[㐀-鿿]")
_PARTICLES = frozenset("的得了啊呀吧呢嘛哦哈啦嗯哎呃诶噢喔呗哟喽哇哒")
_OPENINGS = re.compile(
    r"(?:^|(?<=/))(?:我个人觉得|个人觉得|我觉得|我感觉|个人感觉|总体来说|总的来说|整体来说|说实话|老实说|觉得|感觉|就是|主要是|嗯)+(?=[㐀-鿿])"
)
_LATIN_OPENINGS = re.compile(r"(?:^|(?<=/))(?:i think|i feel|i guess|in my opinion|overall|honestly)\b[ /]+")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_CONTRACTED = (
    (re.compile(r"\b(it|that|there|what|he|she|who)'s\b"), r"\1 is"),
    (re.compile(r"\b(i)'m\b"), r"\1 am"),
    (re.compile(r"\b(\w+)'re\b"), r"\1 are"),
    (re.compile(r"\b(\w+)'ve\b"), r"\1 have"),
    (re.compile(r"\b(\w+)'ll\b"), r"\1 will"),
    (re.compile(r"\bcan't\b|\bcannot\b"), "can not"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"n't\b"), " not"),
)
_STOP = re.compile(r"(?<!\d)[.,:]+|[.,:]+(?!\d)|[，。、；;!！…~—·]+|(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
"""Stops, and white space beside Han characters; points and commas within numbers are none."""
_STOPS = re.compile(r"[ /]*/[ /]*")
_NEGATING = "不没无非别未否勿莫甭"
_HELD = _NEGATING + "难"
_GUARDED = frozenset(
    "不没无非别未否勿莫甭难免禁缺少差欠多大小高低长短快慢好坏优劣贵贱强弱软硬轻重厚薄宽窄新旧冷热干湿松紧深浅远近早晚粗细真假"
    "明暗升降增减涨跌买卖进退开关前后左右上下里外内外首末有很太更最较极超特挺蛮颇稍略微点些都全半只仅才再又常总偶曾已将要想希望该能会可"
    "一二三四五六七八九十百千万亿零两几双每第倍0123456789%+-?？吗么利害正负胖瘦甜苦香臭静吵闹稳晃顺卡通堵满空老嫩脏净美丑易"
)
"""Characters that a difference may never hold: negation, degree, number, question, wish, opposites."""
WORD = re.compile(r"[a-z0-9][a-z0-9'&.+-]*|[㐀-鿿]|[^\sa-z0-9㐀-鿿]")


def alike(one: str, other: str, vocabulary: Vocabulary | None = None) -> bool:
    """Tell whether two folded answers differ in nothing that a code could hang on."""
    return Judge([one, other], vocabulary or Vocabulary()).alike(0, 1)


class Judge:
    """Says of texts (by place) whether they are near-identical; how often words are used tells slips from words."""

    def __init__(self, texts: Sequence[str], vocabulary: Vocabulary) -> None:
        self.texts = texts
        self.keys = [key(text, vocabulary) for text in texts]
        self._names = frozenset(vocabulary.said)
        self._uses = Counter(word for text in texts if not text.isascii() or " " in text for word in _latin_words(text))

    def alike(self, one: int, other: int) -> bool:
        """Tell whether two texts are near-identical."""
        left, right = self.keys[one], self.keys[other]
        if left == right:
            return True
        if _slip_of_pinyin(left, right, self._names):
            return True
        if self._slip_of_finger(left, right):
            return True
        return _long_and_alike(left, right, self._names)

    def _slip_of_finger(self, left: str, right: str) -> bool:
        """Tell whether Latin words differ in one only, by a plural or by a letter doubled as nobody else does."""
        ones, others = WORD.findall(left), WORD.findall(right)
        if len(ones) != len(others):
            return False
        differ = [(a, b) for a, b in zip(ones, others, strict=True) if a != b]
        if len(differ) != 1 or not all(word.isascii() and word.isalpha() for word in differ[0]):
            return False
        short, long = sorted(differ[0], key=len)
        if short in self._names or long in self._names:
            return False
        if len(short) >= 4 and long in (f"{short}s", f"{short}es") and short[-1] != "s":
            return True
        if _DOUBLED.sub(r"\1", short) != _DOUBLED.sub(r"\1", long):
            return False
        rare, usual = sorted((short, long), key=lambda word: self._uses[word])
        return len(short) >= 5 and self._uses[rare] <= 2 and self._uses[usual] >= 10 * self._uses[rare]


_DOUBLED = re.compile(r"(.)\1+")


def _latin_words(text: str) -> list[str]:
    return re.findall(r"[a-z]{4,}", text)


def key(text: str, vocabulary: Vocabulary) -> str:
    """Return a folded text without what is harmless, its synonyms replaced."""
    if vocabulary:
        parts, at = [], 0
        for hit in vocabulary.spans(text):
            parts += [text[at : hit.start], hit.term]
            at = hit.end
        text = "".join([*parts, text[at:]])
    if re.search("[a-z]", text):
        for pattern, whole in _CONTRACTED:
            text = pattern.sub(whole, text)
        text = _ARTICLES.sub(" ", text)
    text = _STOPS.sub("/", _STOP.sub("/", text)).strip("/ ")
    if text.isascii():
        text = _LATIN_OPENINGS.sub("", text)
        return " ".join(re.sub(r"(?<!\bno)(?<!\bnot)(?<!\bnever)/", " ", text).split())
    text = _OPENINGS.sub("", text)
    text = "".join(
        character
        for place, character in enumerate(text)
        if character not in _PARTICLES or (place and text[place - 1] in _HELD) or _stands_alone(text, place)
    )
    return _HARMLESS_STOP.sub("", text)


_HARMLESS_STOP = re.compile(rf"(?<![{_NEGATING}有a-z0-9])/|(?<=[a-z0-9])/(?![a-z0-9])")
"""A stop matters where a negation stands before it (不，好) and where it parts numbers and Latin words."""


def _stands_alone(text: str, place: int) -> bool:
    """Tell whether a particle is all there is: 好的, 得, 哈 say something on their own."""
    return len(text) <= 2 or (text[place] == "得" and (place == 0 or text[place - 1] == "/"))


@cache
def sounds(character: str) -> tuple[str, ...]:
    """Return how a character may be read, toneless pinyin, the usual reading first; other signs as they are."""
    if not _HAN.match(character):
        return (character,)
    # The dictionary of phrases takes 44 MB, and tells nothing of single characters.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))


def reading(text: str) -> str:
    """Return the usual pinyin of a text, character by character; other signs as they are."""
    return " ".join(sounds(character)[0] for character in text)


def differ_in_sense(one: str, other: str) -> bool:
    """Tell whether texts of one length differ in a character of negation, degree, number or an opposite (买, 卖)."""
    return any(a != b and {a, b} & _GUARDED for a, b in zip(one, other, strict=True))


def negates(text: str) -> bool:
    """Tell whether a text holds a character of negation."""
    return not set(_NEGATING).isdisjoint(text)


def holds_sense(one: str, other: str) -> bool:
    """Tell whether what differs between texts holds a character of negation, degree, number or an opposite."""
    from rapidfuzz.distance import Indel

    return any(
        not _GUARDED.isdisjoint(one[part.src_start : part.src_end] + other[part.dest_start : part.dest_end])
        for part in Indel.opcodes(one, other)
        if part.tag != "equal"
    )


def _slip_of_pinyin(left: str, right: str, names: frozenset[str]) -> bool:
    """Tell whether characters that sound alike were mixed up, and one of the two made no word of it."""
    if len(left) != len(right):
        return False
    differ = [place for place, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
    if not differ or len(differ) > 2:
        return False
    for place in differ:
        a, b = left[place], right[place]
        if not (_HAN.match(a) and _HAN.match(b)) or sounds(a)[0] != sounds(b)[0] or {a, b} & (_GUARDED | _PARTICLES):
            return False
    sizes = [[len(_token_at(text, place)) for place in differ] for text in (left, right)]
    if any(_token_at(text, place) in names for text in (left, right) for place in differ):
        return False
    whole, broken = max(sizes), min(sizes)
    return all(one >= 2 for one in whole) and all(one == 1 for one in broken)


def _token_at(text: str, place: int) -> str:
    at = 0
    for token in tokens(text):
        at += len(token)
        if place < at:
            return token
    return ""


@cache
def _polar() -> frozenset[str]:
    """Return words of praise and blame of two and more characters."""
    found = set[str]()
    for name in ("polarity_jionlp.txt", "polarity_own.txt"):
        for line in resources.path("lexicons", name).read_text(encoding="utf-8").splitlines():
            side, *words = line.split()
            if side in "+-":
                found.update(word for word in words if len(word) > 1)
    return frozenset(found)


def _long_and_alike(left: str, right: str, names: frozenset[str]) -> bool:
    """Tell whether long texts differ only in words without negation, degree, number, name, praise or blame."""
    if min(len(left), len(right)) < LONG:
        return False
    from rapidfuzz.distance import Indel

    if Indel.normalized_similarity(left, right, score_cutoff=LONG_SIMILARITY) < LONG_SIMILARITY:
        return False
    ones, others = tokens(left), tokens(right)
    for change in Indel.opcodes(ones, others):
        if change.tag == "equal":
            continue
        for word in (*ones[change.src_start : change.src_end], *others[change.dest_start : change.dest_end]):
            if len(word) < 2 or not _GUARDED.isdisjoint(word) or word in _polar() or word in names or word[0].isascii():
                return False
    return True
