"""What the index holds of a text, and what it is asked for a word: pairs of characters, runs of letters and digits.

A run of characters without case (Han, kana, Thai…) gives each of them and each pair of neighbours; a run of letters or
of digits is one token; all else gives none. What tokens cannot say (three characters in a row, signs, spaces) is read
in the text. Single characters could be asked for as beginnings of pairs: a third less space, but 80 ms instead of 3 to
the first hits of 的 in 1.5 M answers.

What rules look for is folded further than what a search looks for (``annotate.text``): a text in which folding takes
something out between characters, or makes others of them, bears the token ODD and is read for every rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotate.aligned import aligned_points
from annotate.search_language import Either, Every, Kind, Wanted, Without, Word, kind_of, kinds
from annotate.text_batch import moves

ODD = "\ue000"
"""No text has it as a token: characters of private use are not searched."""

_BREAK = "\0"
_LINE, _SPACE, _TAG, _OPEN, _EMOJI = 10, 32, 60, 40, 0xFE0F
_MOST_TOKENS = 64
"""Tokens of one word that are asked for; FTS5 takes 256, and the text decides anyway."""


def documents(texts: Sequence[str]) -> list[str]:
    """Return the tokens of each text, parted by spaces. A text that holds U+0000 is indexed without it."""
    if not texts:
        return []
    parted = _BREAK.join(text.replace(_BREAK, "\x01") if _BREAK in text else text for text in texts)
    points = aligned_points(parted)
    kind = _kinds(points)
    joined = np.zeros(points.size, bool)
    joined[:-1] = (kind[1:] == kind[:-1]) & (kind[:-1] != Kind.NOTHING)
    # Of each character: itself, a space, the pair it begins, a space; zeros fall away.
    slots = np.zeros((points.size, 5), np.uint32)
    paired, searched = kind == Kind.PAIRED, kind != Kind.NOTHING
    slots[searched, 0] = points[searched]
    slots[paired | (searched & ~joined), 1] = _SPACE
    pairs = np.flatnonzero(joined & paired)
    slots[pairs, 2], slots[pairs, 3], slots[pairs, 4] = points[pairs], points[pairs + 1], _SPACE
    slots[points == 0, 0] = _LINE
    told = slots.ravel()
    written: str = told[told != 0].tobytes().decode("utf-32-le", "surrogatepass")
    found = written.split("\n")
    ends = np.flatnonzero(points == 0)
    for row in np.unique(np.searchsorted(ends, np.flatnonzero(_odd(parted, points, kind)))).tolist():
        found[row] += f" {ODD}"
    return found


def _odd(parted: str, points: NDArray[np.uint32], kind: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark where folding may do more than unify characters: tags, readings in brackets, runs, invisible characters."""
    odd = moves(np.frombuffer(parted.encode("utf-32-le", "surrogatepass"), np.uint32))
    # An emoji's own mark joins nothing: what stands before it is not searched.
    emoji = (points[1:] == _EMOJI) & (kind[:-1] == Kind.NOTHING) & ~odd[:-1]
    odd[1:] &= ~emoji
    odd |= points == _TAG
    odd[1:] |= (points[1:] == _OPEN) & (kind[:-1] == Kind.PAIRED)
    run = (points[2:] == points[1:-1]) & (points[1:-1] == points[:-2])
    odd[2:] |= run & ((kind[2:] == Kind.PAIRED) | (kind[2:] == Kind.LETTER))
    return odd


def _kinds(points: NDArray[np.uint32]) -> NDArray[np.uint8]:
    if int(points.max(initial=0)) < 0x10000:
        return kinds().take(points)
    beyond = np.flatnonzero(points > 0xFFFF)
    basic = points.copy()
    basic[beyond] = 0
    found = kinds().take(basic)
    found[beyond] = [kind_of(chr(point)) for point in points[beyond].tolist()]
    return found


def asked(wanted: Wanted) -> tuple[str | None, bool]:
    """Return the question to the index for a search, and whether its answer is exact.

    An answer that is not exact holds every text meant and maybe more; None is every text.
    """
    match wanted:
        case Word(text):
            return _of_word(text)
        case Every(parts):
            return _of_every(parts)
        case Either(parts):
            told = [asked(part) for part in parts]
            if any(question is None for question, _ in told):
                return None, False
            return " OR ".join(f"({question})" for question, _ in told), all(exact for _, exact in told)
        case Without():
            return None, False


def _of_every(parts: tuple[Wanted, ...]) -> tuple[str | None, bool]:
    told = [(part, *asked(part)) for part in parts]
    there = [question for _, question, _ in told if question is not None]
    if not there:
        return None, False
    question = " AND ".join(f"({one})" for one in there)
    exact = True
    for part, _, sure in told:
        if isinstance(part, Without):
            less, less_exact = asked(part.part)
            if less_exact:  # else it would take away texts that are meant
                question = f"({question}) NOT ({less})"
            exact = exact and less_exact
        else:
            exact = exact and sure
    return question, exact


def _of_word(text: str) -> tuple[str | None, bool]:
    """Ask for every token that a text with this word must have."""
    tokens: list[str] = []
    at = 0
    while at < len(text):
        kind = kind_of(text[at])
        end = at + 1
        while end < len(text) and kind_of(text[end]) is kind:
            end += 1
        run, last = text[at:end], end == len(text)
        at = end
        if kind is Kind.NOTHING:
            continue
        if kind is Kind.PAIRED:
            tokens += [f'"{run[n : n + 2]}"' for n in range(len(run) - 1)] or [f'"{run}"']
        else:
            tokens.append(f'"{run}" *' if last else f'"{run}"')
    if not tokens:
        return None, False
    kind = kind_of(text[0])
    alone = all(kind_of(character) is kind for character in text) and (kind is not Kind.PAIRED or len(text) <= 2)
    return " AND ".join(tokens[:_MOST_TOKENS]), alone
