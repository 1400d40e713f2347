"""Words that people see: jieba's dictionary with the lexicon as user words, stop words, and how many answers use each.

The classifier does not depend on them: its features are n-grams of characters. Words carry theme words, explanations
and the preview of what teaching a term changes.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

import resources
from annotate.aligned import aligned
from annotate.answers import Told
from annotate.lexicon import Entry, Vocabulary


@dataclass(frozen=True, slots=True)
class Word:
    """A word at its place in a text: [start, end) in code points; ``text`` is lower-cased and folded, and the word of
    the lexicon that it counts as (一窜一窜 → 顿挫)."""

    text: str
    start: int
    end: int


class _Segmenter(Protocol):
    """What rjieba and jieba have in common."""

    def tokenize(self, text: str, mode: str, hmm: bool, /) -> Iterable[tuple[str, int, int]]:
        """Return the tokens of a text with their places; ``hmm``: guess words that the dictionary does not have."""
        ...


_SPOKEN = re.compile(r"\w")
_CONTRACTED = re.compile(r"[a-z]+'[a-z]+")
_MIXED = "t恤 t恤衫 t台 t型台 b超 a股 b股 h股 u盘 c盘 d盘 e盘 ic卡 ip地址 sim卡 qq号 x光 q版 ph值 aa制".split()
"""Words of jieba's dictionary with capitals in them, as they are after folding."""


def _segmenter(terms: Iterable[str]) -> _Segmenter:
    """Return a segmenter of its own with user words: rjieba (60 ms to load), or jieba (1 s) where it cannot run."""
    try:
        import rjieba
    except ImportError:
        return _slow_segmenter(terms)
    made = rjieba.Jieba()
    for term in (*_MIXED, *terms):
        made.add_word(term, None, None)
    segmenter: _Segmenter = made
    return segmenter


def _slow_segmenter(terms: Iterable[str]) -> _Segmenter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its patterns have escapes that newer versions of Python warn of
        import jieba
    made = jieba.Tokenizer()
    # Its own way to load keeps a cache in the system's temporary folder, which anyone there could have written.
    with made.get_dict_file() as dictionary:
        made.FREQ, made.total = made.gen_pfdict(dictionary)
    made.initialized = True
    for term in (*_MIXED, *terms):
        made.add_word(term)
    segmenter: _Segmenter = made
    return segmenter


@cache
def stop_words() -> frozenset[str]:
    """Return the words, Chinese and English, that carry no theme; negations are not among them."""
    lines = resources.path("lexicons", "stop_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


class Cutter:
    """Cuts texts into words with one lexicon; make it in the process that needs it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._segmenter = _segmenter(term for term in vocabulary.said if " " not in term)
        self._stops = stop_words() | vocabulary.stops

    def tokens(self, text: str, *, guess: bool = True) -> Iterable[tuple[str, int, int]]:
        """Return every token of a text with its place, signs and white space among them.

        ``guess``: make words of what neither dictionary nor lexicon has, by jieba's hidden Markov model.
        """
        return self._segmenter.tokenize(text, "default", guess)

    def cut(self, text: str) -> list[Word]:
        """Return the words of a text as written or folded, in order; signs and white space are none.

        A taught term is one word wherever the words around it leave it whole: with 给油 taught, 给油门 stays 给 + 油门.
        """
        text = aligned(text)
        places = [(start, end) for word, start, end in self.tokens(text) if _SPOKEN.search(word)]
        if "'" in text:
            places = _joined(places, [match.span() for match in _CONTRACTED.finditer(text)])
        if self._vocabulary:
            places = _joined(places, [(hit.start, hit.end) for hit in self._vocabulary.spans(text)])
        counts_as = self._vocabulary.counts_as
        return [Word(counts_as(text[start:end]), start, end) for start, end in places]

    def themes(self, text: str) -> set[str]:
        """Return the words of a text that can stand for a theme: no stop words or bare numbers; negated ones joined.

        A word right after 不, 没, 没有, 别, 无 or not, no, never, n't counts together with it: 不脆, not_clean.
        """
        found: set[str] = set()
        negation, joint, before = "", "", -1
        for word in self.cut(text):
            stem = word.text.partition("'")[0]
            if word.text in _NEGATIONS or word.text.endswith("n't"):
                negation = word.text if word.text in _NEGATIONS else "not"
                joint, before = _NEGATIONS[negation], word.end
                continue
            if word.text not in self._stops and stem not in self._stops and _THEME.fullmatch(stem):
                found.add(f"{negation}{joint}{stem}" if negation and word.start - before <= len(joint) else stem)
            negation = ""
        return found


_NEGATIONS = {"不": "", "没": "", "没有": "", "别": "", "无": "", "not": "_", "no": "_", "never": "_"}
"""Words that turn the next one, and what stands between the two when they are shown."""
_THEME = re.compile(r"(?![a-z]$)(?![\d.,%_+-]+$).+")
"""More than a number or one Latin letter."""


def _joined(tokens: list[tuple[int, int]], wholes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join the tokens that make up a whole (fuel economy, didn't) between them; a whole that cuts one is left."""
    starts = {start: place for place, (start, _) in enumerate(tokens)}
    ends = {end: place for place, (_, end) in enumerate(tokens)}
    for start, end in reversed(wholes):
        first, last = starts.get(start), ends.get(end)
        if first is not None and last is not None and last > first:
            tokens[first : last + 1] = [(start, end)]
    return tokens


@lru_cache(maxsize=4)
def cutter(vocabulary: Vocabulary) -> Cutter:
    """Return the cutter of a lexicon, made once in this process; equal lexicons share it."""
    return Cutter(vocabulary)


def tokens(text: str) -> list[str]:
    """Return the tokens of a folded text by jieba's dictionary alone, without guesses; signs among them."""
    return [token for token, _, _ in cutter(Vocabulary()).tokens(text, guess=False)]


def cut(text: str, vocabulary: Vocabulary) -> list[Word]:
    """Return the words of a text as ``Cutter.cut`` does."""
    return cutter(vocabulary).cut(text)


def theme_counts(texts: Iterable[str], vocabulary: Vocabulary) -> Counter[str]:
    """Count, for each word that can stand for a theme, the texts that use it; a text counts once for a word."""
    themes = cutter(vocabulary).themes
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(themes(text))
    return counts


@dataclass(frozen=True, slots=True)
class Recut:
    """How one answer is cut before and after teaching; words as written."""

    id: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def preview(told: Iterable[Told], vocabulary: Vocabulary, teaching: Sequence[Entry]) -> Iterator[Recut]:
    """Yield the answers that teaching these terms would cut another way, or whose words would count otherwise."""
    old, new = cutter(vocabulary), Cutter(Vocabulary([*vocabulary.entries, *teaching]))
    for one in told:
        before, after = old.cut(one.text), new.cut(one.text)
        if before != after:
            yield Recut(one.id, _written(one.text, before), _written(one.text, after))


def _written(text: str, words: list[Word]) -> tuple[str, ...]:
    """Return the words as written, with what they count as where that is another word: 一窜一窜→顿挫."""
    shown = []
    for word in words:
        said = text[word.start : word.end]
        shown.append(said if " ".join(aligned(said).split()) == word.text else f"{said}→{word.text}")
    return tuple(shown)
