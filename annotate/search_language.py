"""What a search asks for: its words, how they meet a text, and where. The one meaning that index, scan and marks share.

Words parted by spaces must all be there; ``OR`` (or ``|``) asks for one of two, ``NOT`` (or ``-`` before a word) for
none, quotes keep spaces, parentheses group. NOT binds first, then AND, then OR. Nothing that can be typed is an error:
what is not finished yet is left out.

A word is there if the text holds it, both with width, case and traditional characters unified. Chinese is found
anywhere. A word that begins with a letter or a digit is found where a run of letters or of digits begins: ``app`` in
"Apple" and "iPhone15的app", ``15`` in "iPhone15", neither in "snapp" nor in "2015".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from annotate.aligned import aligned


class Kind(IntEnum):
    """How a character is searched: not by itself, by pairs wherever it stands, or in runs from their beginning."""

    NOTHING = 0
    PAIRED = 1
    LETTER = 2
    DIGIT = 3


_KINDS = {"Lo": Kind.PAIRED, "Lm": Kind.PAIRED, "Lu": Kind.LETTER, "Ll": Kind.LETTER, "Lt": Kind.LETTER,
          "Nd": Kind.DIGIT}  # fmt: skip


@cache
def kind_of(character: str) -> Kind:
    """Return how a character is searched: scripts without case (Han, kana, Hangul, Thai…) by pairs."""
    return _KINDS.get(unicodedata.category(character), Kind.NOTHING)


@cache
def kinds() -> NDArray[np.uint8]:
    """Return the kind of every character of the basic plane."""
    return np.array([kind_of(chr(point)) for point in range(0x10000)], np.uint8)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or quoted string, folded by ``aligned``; never empty."""

    text: str

    def found(self, folded: str) -> bool:
        """Tell whether a folded text holds it."""
        return self.text in folded and (not self.starts_a_run or next(self.places(folded), None) is not None)

    @property
    def starts_a_run(self) -> bool:
        """Whether it is found only where a run of letters or digits begins."""
        return kind_of(self.text[0]) > Kind.PAIRED

    def places(self, folded: str) -> Iterator[int]:
        """Yield where it begins in a folded text, without overlaps."""
        begins = kind_of(self.text[0]) if self.starts_a_run else None
        at = folded.find(self.text)
        while at >= 0:
            if begins is None or at == 0 or kind_of(folded[at - 1]) is not begins:
                yield at
                at = folded.find(self.text, at + len(self.text))
            else:
                at = folded.find(self.text, at + 1)


@dataclass(frozen=True, slots=True)
class Every:
    """All of these."""

    parts: tuple[Wanted, ...]

    def found(self, folded: str) -> bool:
        """Tell whether a folded text holds all."""
        return all(part.found(folded) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """One of these at least."""

    parts: tuple[Wanted, ...]

    def found(self, folded: str) -> bool:
        """Tell whether a folded text holds one."""
        return any(part.found(folded) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Without:
    """Not this."""

    part: Wanted

    def found(self, folded: str) -> bool:
        """Tell whether a folded text is without it."""
        return not self.part.found(folded)


Wanted = Word | Every | Either | Without

_QUOTES = {'"': '"', "“": "”", "”": "”", "＂": "＂", "「": "」", "『": "』"}
_PART = re.compile(r"[\s\u3000]+")
_OPEN, _CLOSE = "(（", ")）"
_MOST_WORDS = 64
"""Words of one search; who pastes an article into the box is not looking for it."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str = ""


def _tokens(text: str) -> Iterator[_Token]:
    at, depth = 0, 0
    while at < len(text):
        character = text[at]
        if character.isspace():
            at += 1
        elif character in _QUOTES:
            end = text.find(_QUOTES[character], at + 1)
            end = len(text) if end < 0 else end
            yield _Token("word", text[at + 1 : end])
            at = end + 1
        elif character in _OPEN:
            depth += 1
            at += 1
            yield _Token("open")
        elif character in _CLOSE:
            at += 1
            if depth:
                depth -= 1
                yield _Token("close")
        elif character == "-" and text[at + 1 : at + 2].strip("-0123456789０１２３４５６７８９ 　"):
            at += 1
            yield _Token("not")
        else:
            end = at + 1
            while end < len(text) and not text[end].isspace() and text[end] not in _QUOTES:
                if text[end] in _CLOSE and depth:
                    break
                end += 1
            word = text[at:end]
            at = end
            yield {"AND": _Token("and"), "&": _Token("and"), "OR": _Token("or"), "|": _Token("or"),
                   "NOT": _Token("not")}.get(word, _Token("word", word))  # fmt: skip


@lru_cache(256)
def parse(text: str) -> Wanted | None:
    """Return what a search asks for; None where it asks for nothing."""
    tokens = list(_tokens(text))[: 4 * _MOST_WORDS]
    found, _ = _either(tokens, 0)
    return found


def _either(tokens: list[_Token], at: int) -> tuple[Wanted | None, int]:
    parts: list[Wanted] = []
    while True:
        part, at = _every(tokens, at)
        if part is not None:
            parts.append(part)
        if at < len(tokens) and tokens[at].kind == "or":
            at += 1
            continue
        return (Either(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None), at


def _every(tokens: list[_Token], at: int) -> tuple[Wanted | None, int]:
    parts: list[Wanted] = []
    while at < len(tokens) and tokens[at].kind not in ("or", "close"):
        part, at = _one(tokens, at)
        if part is not None:
            parts.append(part)
    return (Every(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None), at


def _one(tokens: list[_Token], at: int) -> tuple[Wanted | None, int]:
    token = tokens[at]
    at += 1
    if token.kind == "word":
        folded = aligned(token.text)
        return (Word(folded) if folded else None), at
    if token.kind == "not":
        if at == len(tokens) or tokens[at].kind in ("or", "close"):
            return None, at
        part, at = _one(tokens, at)
        return (None if part is None else Without(part)), at
    if token.kind == "open":
        part, at = _either(tokens, at)
        return part, at + 1
    return None, at


def quoted(text: str) -> str:
    """Return the search for a text as it stands, whatever signs or words of the language are in it."""
    return f'"{text}"' if '"' not in text else f"「{text}」"


def words(wanted: Wanted | None) -> Iterator[Word]:
    """Yield the words that a text is to hold: those under NOT are not among them."""
    match wanted:
        case Word():
            yield wanted
        case Every(parts) | Either(parts):
            for part in parts:
                yield from words(part)


def hits(text: str, query: str) -> list[tuple[int, int]]:
    """Return where a text answers a search: [start, end) in code points, in order, those that touch joined."""
    folded = aligned(text)
    spans = sorted(
        (at, at + len(word.text)) for word in set(words(parse(query))) for at in word.places(folded)
    )  # fmt: skip
    return _joined(spans)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined
