"""The hashed n-grams of texts: single characters and pairs of scripts without spaces, words and pairs of words, and
letter 3-4-grams inside words. Thirty-two bits a character, whole arrays at a time, no dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

BUCKET_BITS = 20
BUCKETS = 1 << BUCKET_BITS
MAX_TIMES = 255
"""An n-gram counts at most so often in one text, so that a count fits a byte."""
_ROW_BITS = 10
CHUNK_ROWS = 1 << _ROW_BITS
"""Rows of one pass: a row number and a bucket share one number of 32 bits, and its arrays stay in the cache."""

U32 = NDArray[np.uint32]

# What a character is stands in the low bits of its hash.
_HAN, _INSIDE, _LETTER = np.uint32(1), np.uint32(2), np.uint32(4)
_CLASS = np.uint32(7)
_NOWHERE = np.uint32(0xFFFFFFFF)  # sorts behind all rows
_LOW = np.uint32(BUCKETS - 1)
_ROWS = np.uint32(CHUNK_ROWS - 1)
_UP, _DOWN = np.uint32(BUCKET_BITS), np.uint32(32 - BUCKET_BITS)
_NOTHING = np.uint32(0)  # no hash of a character: stands beyond the first and last letter of a word
_TURN = np.uint32(0x9E3779B1)
_SINGLE, _PAIR = np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D)
_WORD, _WORDS = np.uint32(0x27D4EB2F), np.uint32(0x165667B1)
_THREE, _FOUR = np.uint32(0x2545F491), np.uint32(0xB5297A4D)

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana and bopomofo, Han, Hangul.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3041, 0x312F),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
)


def _hashed(points: U32) -> U32:
    """Return 29 well-mixed bits of a code point, above three bits for its class (Wellons 2018, lowbias32)."""
    keys = (points + np.uint32(1)) * np.uint32(0x9E3779B9)
    keys ^= keys >> np.uint32(16)
    keys *= np.uint32(0x21F0AAAD)
    keys ^= keys >> np.uint32(15)
    keys *= np.uint32(0x735A2D97)
    keys ^= keys >> np.uint32(15)
    return keys & ~_CLASS


@cache
def _table() -> U32:
    """Return hash and class of the 65,536 characters of the basic plane: case and full width are folded."""
    fold = np.arange(0x10000, dtype=np.uint32)
    fold[0xFF01:0xFF5F] -= 0xFEE0
    for point in range(0x10000):
        lower = chr(int(fold[point])).lower()
        if len(lower) == 1 and ord(lower) < 0x10000:
            fold[point] = ord(lower)
    kind = np.zeros(0x10000, np.uint32)
    for point in range(0x10000):
        character = chr(int(fold[point]))
        if character.isalpha():
            kind[point] = _INSIDE | _LETTER
        elif character.isalnum():
            kind[point] = _INSIDE
    for first, last in _UNSPACED:
        kind[first : last + 1] = _HAN
    return _hashed(fold) | kind


@cache
def _powers(bits: int) -> tuple[U32, U32]:
    """Return 2^bits powers of an odd number modulo 2^32, and of its inverse."""
    found = []
    for base in (int(_TURN), pow(int(_TURN), -1, 1 << 32)):
        powers = np.full(1 << bits, base, np.uint32)
        powers[0] = 1
        found.append(np.multiply.accumulate(powers, dtype=np.uint32))
    return found[0], found[1]


def _bucket(keys: U32, salt: np.uint32, owner: U32, out: U32) -> None:
    """Write owner | bucket of each key: the high bits of a product depend on all bits below. Spoils the keys."""
    keys *= salt
    keys ^= keys >> np.uint32(15)
    keys *= np.uint32(0x846CA68B)
    keys >>= _DOWN
    np.bitwise_or(keys, owner, out=out)


def _characters(texts: Sequence[str]) -> tuple[U32, U32]:
    """Return for each character of the texts, and a break after each text, its hash with class and its row << 20."""
    joined = "\x1e".join(texts) + "\x1e"
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    rows = np.arange(len(texts), dtype=np.uint32) << _UP
    # A text may hold the separator itself: rows come from lengths, and the separator is a break either way.
    owner = np.repeat(rows, lengths)
    if joined.isascii() or int(points.max()) < 0x10000:
        return _table().take(points.astype(np.intp)), owner
    beyond = np.flatnonzero(points > 0xFFFF)
    basic = points.astype(np.intp)
    basic[beyond] = 0
    known = _table().take(basic)
    known[beyond] = _hashed(points[beyond]) | _HAN  # rare Han and emoji are words of one character
    return known, owner


def _unspaced(known: U32, owner: U32, keys: U32, at: int) -> int:
    """Write single characters and pairs of scripts without spaces into keys from ``at``; return the new end."""
    han = known & _HAN
    size = int(np.count_nonzero(han != 0))
    if 2 * size > known.size:
        # All places at once; those that are no Han are sent behind the end, which is cheaper than leaving them out.
        out = keys[at : at + known.size]
        _bucket(known.copy(), _SINGLE, owner, out)
        out |= han - np.uint32(1)
        at += known.size
        out = keys[at : at + known.size - 1]
        _bucket(known[:-1] * _TURN + known[1:], _PAIR, owner[:-1], out)
        out |= (han[:-1] & han[1:]) - np.uint32(1)
        return at + known.size - 1
    if not size:
        return at
    place = np.flatnonzero(han != 0)
    _bucket(known[place], _SINGLE, owner[place], keys[at : at + size])
    at += size
    place = place[np.flatnonzero(han[place + 1] != 0)]  # the last character is a break
    _bucket(known[place] * _TURN + known[place + 1], _PAIR, owner[place], keys[at : at + place.size])
    return at + place.size


def _words(known: U32, owner: U32, keys: U32, at: int) -> int:
    """Write words, pairs of neighbouring words and letter n-grams into keys from ``at``; return the new end."""
    place = np.flatnonzero((known & _INSIDE) != 0)
    size = place.size
    if not size:
        return at
    letters, owners = known[place], owner[place]
    joined = np.zeros(size + 1, np.bool_)  # does this character follow the one before at once?
    np.equal(place[1:], place[:-1] + 1, out=joined[1:-1])
    # Hash of a word = Σ character · B^(place − start) mod 2^32: a difference of two running sums, times B^−start.
    powers, inverse = _powers(max(16, size.bit_length()))
    sums = np.zeros(size + 1, np.uint32)
    np.cumsum(letters * powers[:size], out=sums[1:])
    first = np.flatnonzero(~joined)
    first, last = first[:-1], first[1:]
    word = (sums[last] - sums[first]) * inverse[first]
    owners_of_words = owners[first]
    _bucket(word.copy(), _WORD, owners_of_words, keys[at : at + word.size])
    at += word.size
    if word.size > 1:
        before = np.searchsorted(np.flatnonzero((known & _HAN) != 0), place[first])
        pair = np.flatnonzero((owners_of_words[1:] == owners_of_words[:-1]) & (before[1:] == before[:-1]))
        _bucket(word[pair] * _TURN + word[pair + 1], _WORDS, owners_of_words[pair], keys[at : at + pair.size])
        at += pair.size
    # Masks of all ones and of zeros instead of choices: an array without branches is five times as fast.
    whole = _NOTHING - ((letters >> np.uint32(2)) & np.uint32(1))
    beside = _NOTHING - joined.astype(np.uint32)  # letters on both sides of the border before this place
    beside[1:-1] &= whole[1:] & whole[:-1]
    head, behind = letters.copy(), letters.copy()
    head[1:] += (letters[:-1] & beside[1:-1]) * _TURN
    head *= _TURN
    behind[:-1] = letters[1:] & beside[1:-1]
    behind[-1] = 0
    out = keys[at : at + size]
    _bucket(head + behind, _THREE, owners, out)
    out |= ~(beside[:-1] | beside[1:])
    at += size
    longer = head[:-1] + letters[1:]
    longer *= _TURN
    longer += behind[1:]
    out = keys[at : at + size - 1]
    _bucket(longer, _FOUR, owners[:-1], out)
    out |= ~beside[1:-1]
    return at + size - 1


def count_chunk(texts: Sequence[str]) -> tuple[NDArray[np.int64], U32, NDArray[np.uint8]]:
    """Count the n-grams of at most CHUNK_ROWS texts.

    Returns the ends of the rows (len(texts) + 1, from 0), the buckets, rising within a row, and how often each occurs
    (1 to MAX_TIMES).
    """
    distinct, times = _distinct(_tagged(texts))
    rows = np.arange(len(texts) + 1, dtype=np.uint32) << _UP
    ends = np.searchsorted(distinct, rows).astype(np.int64)
    distinct &= _LOW
    return ends, distinct, times


def count_chunk_by_bucket(texts: Sequence[str]) -> tuple[U32, U32, NDArray[np.uint8]]:
    """Count as ``count_chunk``, but sorted by bucket first: return buckets, rows rising within a bucket, and times."""
    tagged = _tagged(texts)
    turned = tagged << np.uint32(_ROW_BITS)
    turned &= (_LOW << np.uint32(_ROW_BITS)) | _ROWS
    turned |= tagged >> _UP
    turned |= _NOTHING - (tagged >> np.uint32(31))  # only _NOWHERE has the highest bit: it stays what it is
    distinct, times = _distinct(turned)
    return distinct >> np.uint32(_ROW_BITS), distinct & _ROWS, times


def _tagged(texts: Sequence[str]) -> U32:
    """Return row << 20 | bucket of every n-gram, in any order, with _NOWHERE among them."""
    known, owner = _characters(texts)
    keys = np.empty(4 * known.size, np.uint32)  # a Han character gives two n-grams, one inside a word at most four
    return keys[: _words(known, owner, keys, _unspaced(known, owner, keys, 0))]


def _distinct(keys: U32) -> tuple[U32, NDArray[np.uint8]]:
    """Return the different keys but _NOWHERE, rising, and how often each occurs. Sorts in place."""
    keys.sort()
    keys = keys[: int(np.searchsorted(keys, _NOWHERE))]
    changes = np.ones(keys.size + 1, np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=changes[1:-1])
    starts = np.flatnonzero(changes)
    return keys[starts[:-1]], np.minimum(np.diff(starts), MAX_TIMES).astype(np.uint8)
