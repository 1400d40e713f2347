"""Words that are good or bad whatever they are said of, and words that turn them round, as n-grams of the features."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

import resources
from training.learner.features import count
from training.learner.ngrams import BUCKETS

GOOD, BAD, TURNS = 1, 2, 4
_FILES = ("polarity_jionlp.txt", "polarity_own.txt")
_TURNING = "不 没 无 未 别 非 not no never cannot can't don't doesn't didn't isn't wasn't won't without".split()
_OTHER = "xqz"  # letters that begin no word: stand for the rest of a word when its own n-gram is looked for


@cache
def table() -> NDArray[np.uint8]:
    """Return uint8 (BUCKETS): GOOD, BAD or TURNS where the n-gram is such a word, 0 elsewhere."""
    marks = np.zeros(BUCKETS, np.uint8)
    for side, words in _words().items():
        own = _buckets(words)
        clash = own[marks[own] != 0]
        marks[own] = side
        marks[clash] = 0  # two words in one bucket, of different sides: neither
    turning = [word for word in _TURNING if "'" not in word]
    marks[_buckets(turning)] = TURNS
    # The features cut don't into don and t: the t alone, as a word, marks them all.
    marks[_buckets(["t"])] = TURNS
    return marks


def _words() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {GOOD: [], BAD: []}
    for name in _FILES:
        for line in resources.path("lexicons", name).read_text(encoding="utf-8").splitlines():
            side, *words = line.split()
            if side in "+-":
                found[GOOD if side == "+" else BAD] += words
    return found


def _buckets(words: list[str]) -> NDArray[np.int64]:
    """Return the bucket of the whole of each word: those of the word less those of its parts, where one is left."""
    whole = count(words)
    parts = count([" ".join(_parts(word)) for word in words])
    found = []
    for row in range(len(words)):
        own = whole.indices[whole.indptr[row] : whole.indptr[row + 1]]
        of_parts = parts.indices[parts.indptr[row] : parts.indptr[row + 1]]
        left = np.setdiff1d(own, of_parts)
        if left.size == 1:
            found.append(int(left[0]))
    return np.array(found, np.int64)


def _parts(word: str) -> list[str]:
    """Return texts that hold every n-gram of a word except the word itself."""
    if not word.isascii():
        return list(word) if len(word) > 1 else []
    if len(word) == 1:
        return []
    return [word + _OTHER, _OTHER + word, _OTHER + word + _OTHER]
