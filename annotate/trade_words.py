"""Candidates for new trade words, found in the answers: what holds together, stands free and is of the trade.

Chinese: every string of 2 to 6 characters is weighed by how many answers have it, how its parts hold together (the
smallest pointwise mutual information over its splits), how freely it stands (the smaller of the entropies of the
characters before and after; Huang & Powers 2003) and how much more frequent it is here than in the general texts behind
jieba's dictionary. English: two or three words that hold together and stand free. Score: √answers × freedom ×
√(1 + ln excess over general texts), half of it where the string does not end like a noun. The factors and their powers
were chosen on car forum posts; benchmarks/trade_words.py measures them against the gold list of car terms.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from annotate.answers import Told
from annotate.jobs import Progress, silent
from annotate.lexicon import Vocabulary
from annotate.messages import N_
from annotate.text import fold
from annotate.words import stop_words, tokens

LEAST = 5
"""Answers that must have a candidate."""
LONGEST = 6
"""Chinese characters of a candidate."""
CHARACTERS = 1_000_000
"""Folded text that is looked through; of more, a random part. Takes about 6 s."""
_FREEDOM = 0.8
_COHESION = 1.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A string that may be a trade word; ``term`` is folded.

    answers: how many different answers have it; count: how often; cohesion: smallest pointwise mutual information of
    its parts, in nats; freedom: smaller entropy of its neighbours, in nats; known: jieba's dictionary has it as one
    word; examples: verbatims that have it.
    """

    term: str
    answers: int
    count: int
    cohesion: float
    freedom: float
    known: bool
    score: float
    examples: tuple[int, ...]


def candidates(
    told: Sequence[Told],
    vocabulary: Vocabulary,
    *,
    limit: int = 200,
    unknown_only: bool = False,
    seed: int = 0,
    progress: Progress = silent,
) -> list[Candidate]:
    """Return candidates that the lexicon does not have, best first.

    ``told``: different answers; of more than CHARACTERS a random part with ``seed``. ``unknown_only``: only what
    jieba's dictionary does not have as one word.
    """
    rows = _part(told, seed)
    progress(0, 3, N_("Looking for trade words"))
    chinese = _chinese([(row, run) for row, text in enumerate(rows.texts) for run in _HAN_RUN.findall(text)])
    progress(1, 3, N_("Looking for trade words"))
    latin = _latin([(row, run) for row, text in enumerate(rows.texts) for run in _latin_runs(text)], rows.chinese)
    progress(2, 3, N_("Looking for trade words"))
    skipped = set(vocabulary.said) | vocabulary.stops
    found = sorted((*chinese, *latin), key=lambda one: (-one.score, one.term))
    progress(3, 3, N_("Looking for trade words"))
    return [
        Candidate(
            one.term, one.answers, one.count, one.cohesion, one.freedom, one.known, one.score,
            tuple(rows.ids[row] for row in one.examples),
        )
        for one in found
        if one.term not in skipped and not (unknown_only and one.known)
    ][:limit]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rows:
    ids: list[int]
    texts: list[str]
    chinese: bool


def _part(told: Sequence[Told], seed: int) -> _Rows:
    """Return the answers that are looked through, folded, in the order given; chinese: whether most of them are."""
    ids: list[int] = []
    texts: list[str] = []
    characters = 0
    for place in np.random.default_rng(seed).permutation(len(told)).tolist():
        texts.append(fold(told[place].text))
        ids.append(told[place].id)
        characters += len(texts[-1])
        if characters > CHARACTERS:
            break
    order = sorted(range(len(ids)), key=ids.__getitem__)
    texts = [texts[place] for place in order]
    han = sum(len(run) for text in texts for run in _HAN_RUN.findall(text))
    return _Rows([ids[place] for place in order], texts, han > characters / 3)


_HAN_RUN = re.compile(r"[㐀-鿿]+")
_LATIN_TOKEN = re.compile(r"[a-z0-9]+(?:['.&-][a-z0-9]+)*")
_LETTER = re.compile(r"[a-z]")
_LATIN_RUN = re.compile(r"[a-z0-9][a-z0-9 '.&-]*")
_CLAUSE_END = re.compile(r"(?<![a-z0-9])['.&-]+|['.&-]+(?![a-z0-9])")


@dataclass(slots=True)
class _Seen:
    """One string while it is counted: its neighbours left and right, and the rows that have it."""

    left: Counter[str]
    right: Counter[str]
    rows: array[int]

    def see(self, row: int, before: str, after: str) -> None:
        """Note one place. At an edge every row counts as another neighbour: nothing binds the string there."""
        self.left[before or f"<{row}"] += 1
        self.right[after or f">{row}"] += 1
        if not self.rows or self.rows[-1] != row:
            self.rows.append(row)

    @property
    def freedom(self) -> float:
        """Return the smaller entropy of the neighbours, in nats."""
        return min(_entropy(self.left), _entropy(self.right))


def _entropy(counts: Counter[str]) -> float:
    total = sum(counts.values())
    return -sum(count / total * math.log(count / total) for count in counts.values())


Runs = Sequence[tuple[int, Sequence[str]]]
"""Rows with unbroken runs of units: characters of a Chinese string, or words of a list."""


def _frequent(runs: Runs, longest: int) -> dict[Sequence[str], int]:
    """Count the n-grams of 1 to ``longest`` units that occur LEAST times; longer ones only where both ends do."""
    found: dict[Sequence[str], int] = {}
    for size in range(1, longest + 1):
        counts: Counter[Sequence[str]] = Counter()
        for _, run in runs:
            if size == 1:
                counts.update(run[at : at + 1] for at in range(len(run)))
                continue
            known = [run[at : at + size - 1] in found for at in range(len(run) - size + 2)]
            counts.update(run[at : at + size] for at in range(len(run) - size + 1) if known[at] and known[at + 1])
        found |= {gram: count for gram, count in counts.items() if count >= LEAST}
    return found


def _seen(runs: Runs, wanted: dict[Sequence[str], int], sizes: Iterable[int]) -> dict[Sequence[str], _Seen]:
    found: dict[Sequence[str], _Seen] = {}
    sizes = tuple(sizes)
    for row, run in runs:
        for size in sizes:
            for at in range(len(run) - size + 1):
                gram = run[at : at + size]
                if gram not in wanted:
                    continue
                one = found.get(gram)
                if one is None:
                    one = found[gram] = _Seen(Counter(), Counter(), array("l"))
                one.see(row, run[at - 1] if at else "", run[at + size] if at + size < len(run) else "")
    return {gram: one for gram, one in found.items() if len(one.rows) >= LEAST}


def _cohesion(gram: Sequence[str], counts: dict[Sequence[str], int], total: int) -> float:
    """Return the smallest pointwise mutual information over the ways to split an n-gram in two, in nats."""
    return min(math.log(counts[gram] * total / (counts[gram[:at]] * counts[gram[at:]])) for at in range(1, len(gram)))


@cache
def _dictionary() -> tuple[dict[str, tuple[int, str]], int]:
    """Return jieba's words with their frequency and part of speech, and the sum of frequencies; read without jieba."""
    spec = find_spec("jieba")
    assert spec is not None
    assert spec.origin is not None
    words: dict[str, tuple[int, str]] = {}
    with (Path(spec.origin).parent / "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, count, part = line.split()
            words[word] = int(count), part
    return words, sum(count for count, _ in words.values())


_LOOSE = (
    "的地得了着过吗呢吧啊呀嘛们我你您他她它这那哪是会也都就和与或及很太更最较不没有"
    "要想在比对到被把让从如能可再还又已一个些次种款点来去"
)
_NEVER_FIRST = frozenset(_LOOSE)
_NEVER_LAST = frozenset(_LOOSE + "时后前上里下中")
_NEVER_INSIDE = frozenset("的了着过")
"""Characters that a word of single characters (异响, 给油), which no dictionary cuts, does not have there."""
_NO_THEME = frozenset("rmqdcpuyeowxhkz")
"""Parts of speech that trade words do not have: pronouns, numbers, measures, adverbs, particles and the like."""
_NOUN_LIKE = frozenset({"vn", "an", "b", "f", "s"})


def _chinese(runs: Sequence[tuple[int, str]]) -> Iterator[Candidate]:
    if not runs:
        return
    dictionary, general = _dictionary()
    counts = _frequent(runs, LONGEST)
    total = sum(count for gram, count in counts.items() if len(gram) == 1)
    stops = stop_words()
    wanted = {gram: count for gram, count in counts.items() if len(gram) > 1 and gram not in stops}
    for gram, seen in _seen(runs, wanted, range(2, LONGEST + 1)).items():
        term = "".join(gram)
        known = term in dictionary
        freedom = seen.freedom
        if freedom < _FREEDOM:
            continue
        parts = tokens(term)
        cohesion = _cohesion(gram, counts, total)
        if len(parts) > 1 and cohesion < _COHESION:
            continue
        kinds = [dictionary[part][1] if part in dictionary else "n" for part in parts]
        if len(parts) == len(term):
            loose = term[0] in _NEVER_FIRST or term[-1] in _NEVER_LAST or not _NEVER_INSIDE.isdisjoint(term)
        else:
            loose = parts[0] in stops or parts[-1] in stops or any(kind[0] in _NO_THEME for kind in kinds)
        if loose:
            continue
        usual = dictionary[term][0] if known else 1
        excess = math.log(counts[gram] / total) - math.log((usual + 5) / general)
        if excess <= -1:
            continue
        noun = kinds[-1][0] == "n" or kinds[-1] in _NOUN_LIKE
        score = math.sqrt(len(seen.rows)) * freedom * math.sqrt(1 + excess) * (1.0 if noun else 0.5)
        yield _candidate(term, counts[gram], seen, cohesion, score, known=known)


def _candidate(term: str, count: int, seen: _Seen, cohesion: float, score: float, *, known: bool) -> Candidate:
    rows = seen.rows.tolist()
    return Candidate(term, len(rows), count, cohesion, seen.freedom, known, score, tuple(rows[:2]))


def _latin_runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of Latin script that follow each other without a stop, in the order of the text."""
    for run in _LATIN_RUN.findall(text):
        for part in _CLAUSE_END.split(run):
            if words := tuple(_LATIN_TOKEN.findall(part)):
                yield words


_LATIN_EXCESS = 3.0
"""What takes the place of the excess over general texts, for which no English dictionary is at hand, in nats."""
_PHRASE_COHESION = 3.0


def _latin(runs: Runs, chinese: bool) -> Iterator[Candidate]:
    """Yield phrases of two and three words, and in Chinese answers single words (cvt, xv) too."""
    counts = _frequent(runs, 3)
    total = sum(count for gram, count in counts.items() if len(gram) == 1)
    stops = stop_words()
    wanted = {
        gram: count
        for gram, count in counts.items()
        if (len(gram) > 1 or chinese)
        and not any(word in stops or word.partition("'")[0] in stops for word in (gram[0], gram[-1]))
        and all(len(word) > 1 and _LETTER.search(word) for word in gram)
    }
    for gram, seen in _seen(runs, wanted, (1, 2, 3)).items():
        cohesion = _cohesion(gram, counts, total) if len(gram) > 1 else math.inf
        most = math.log(total / counts[gram])  # what words have that are never apart
        if seen.freedom >= _FREEDOM and cohesion >= min(_PHRASE_COHESION, 0.6 * most):
            score = math.sqrt(len(seen.rows)) * seen.freedom * math.sqrt(1 + min(cohesion, _LATIN_EXCESS))
            shown = cohesion if len(gram) > 1 else 0.0
            yield _candidate(" ".join(gram), counts[gram], seen, shown, score, known=False)
