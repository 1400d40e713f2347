"""Near-identical answers, proposed to be read together: they differ in nothing that a code could hang on.

Two answers are proposed as near-identical only where what differs is harmless: white space, stops, particles (的, 了,
吧), openings (我觉得, i think), articles, contractions, words that the lexicon calls synonyms, a plural, a slip of the
pinyin keyboard (顿错 for 顿挫) or of the finger. All else stays apart, whatever the likeness: a negation, a degree, a
number, a name, an opposite (空间大 / 空间不大), or simply another word. Long answers (LONG characters) may also differ
in words that carry no meaning of their own. Similarity is the share of characters in common, in order (Indel ratio).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate import different, lexicon, opposites
from annotate.alike import LONG, WORD, Judge, reading
from annotate.different import Different
from annotate.jobs import Progress, Share, silent
from annotate.lexicon import Vocabulary
from annotate.messages import N_
from annotate.store.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL = 0.75
STEPS = (0.9, USUAL, 0.5)
"""How near answers must be to be listed together: word for word, as usual, freely."""
_LOOKING = N_("Looking for near-identical answers")


@dataclass(frozen=True, slots=True)
class NearGroup:
    """Different answers proposed as near-identical: ``ids``, one verbatim a text, the most frequent first; ``texts``
    folded, in the same order; ``counts``: who gave each."""

    ids: tuple[int, ...]
    texts: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """Return who gave any of them."""
        return sum(self.counts)


def propose(
    project: Project, *, question: int, similarity: float = USUAL, progress: Progress = silent
) -> list[NearGroup]:
    """Return groups of near-identical answers to a question, the largest first; changes nothing.

    Every two of a group are near-identical (``alike``) and the first is at least as similar to each as ``similarity``
    in (0, 1] says. Coding them is an act of its own, on the answers that a person chose.
    """
    with project.reading() as db:
        answers = different.read(db, question, progress=Share(progress, 0, 20, 100))
        known = lexicon.load(db)
    return groups_of(answers, known, similarity=similarity, progress=Share(progress, 20, 80, 100))


@dataclass(frozen=True, slots=True)
class Found:
    """What is near: groups by each of STEPS; ``opposites``: by verbatim (one a text), those that say the contrary in
    the same words and so stay apart, those that most people gave first."""

    groups: Mapping[float, tuple[NearGroup, ...]]
    opposites: Mapping[int, tuple[int, ...]]


def look(project: Project, *, question: int, progress: Progress = silent) -> Found:
    """Return what is near-identical among the answers to a question, for each of STEPS; changes nothing."""
    with project.reading() as db:
        answers = different.read(db, question, progress=Share(progress, 0, 20, 100))
        known = lexicon.load(db)
    judge = Judge(answers.texts, known)
    progress(30, 100, _LOOKING)
    near = _Candidates(answers, judge, min(STEPS), Share(progress, 30, 20, 100))
    groups = {}
    for nth, similarity in enumerate(sorted(STEPS)):  # the widest first: it finds what the others choose from
        part = Share(progress, 50 + 15 * nth, 15, 100)
        groups[similarity] = tuple(_grouped(answers, near, similarity, part))
    apart = opposites.opposites(judge.keys, answers.counts.tolist())
    ids = answers.ids.tolist()
    progress(100, 100)
    return Found(groups, {ids[one]: tuple(ids[other] for other in others) for one, others in apart.items()})


def groups_of(
    answers: Different, vocabulary: Vocabulary, *, similarity: float = USUAL, progress: Progress = silent
) -> list[NearGroup]:
    """Return the groups of near-identical texts as ``propose`` does."""
    judge = Judge(answers.texts, vocabulary)
    near = _Candidates(answers, judge, similarity, Share(progress, 0, 60, 100))
    return _grouped(answers, near, similarity, Share(progress, 60, 40, 100))


def _grouped(answers: Different, near: _Candidates, similarity: float, progress: Progress) -> list[NearGroup]:
    order = np.lexsort((answers.ids, -answers.counts)).tolist()
    taken = np.zeros(len(order), np.bool_)
    found: list[NearGroup] = []
    for at, leader in enumerate(order):
        if at % 1000 == 0:
            progress(at, len(order), _LOOKING)
        if taken[leader]:
            continue
        members = [leader]
        for other, share in near.of(leader):
            if share >= similarity and not taken[other] and all(near.alike(one, other) for one in members):
                members.append(other)
        if len(members) > 1:
            taken[members] = True
            found.append(
                NearGroup(
                    tuple(answers.ids[members].tolist()),
                    tuple(answers.texts[one] for one in members),
                    tuple(answers.counts[members].tolist()),
                )
            )
    progress(len(order), len(order))
    return sorted(found, key=lambda one: (-one.answers, one.ids))


def _neighbours(judge: Judge, progress: Progress) -> Callable[[int], set[int]]:
    """Return what may be near-identical to a text: the same key, the same sound, one Latin word off, or long alike."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(judge.keys):
        by_key[key].append(place)
    progress(0, 100, _LOOKING)
    hashes: dict[str, list[str]] = defaultdict(list)
    marks: dict[str, list[str]] = {}
    for at, key in enumerate(by_key):
        if at % 1000 == 0:
            progress(100 * at // len(by_key), 100, _LOOKING)
        marks[key] = list(_marks(key))
        for mark in marks[key]:
            hashes[mark].append(key)

    def near(place: int) -> set[int]:
        key = judge.keys[place]
        found = {key}
        for mark in marks[key]:
            if len(hashes[mark]) <= _CROWD:
                found.update(hashes[mark])
        return {one for each in found for one in by_key[each]}

    return near


class _Candidates:
    """What may be near-identical to a text, by place, with its similarity of ``least`` and more; each pair is judged
    once."""

    def __init__(self, answers: Different, judge: Judge, least: float, progress: Progress) -> None:
        self._answers, self._judge, self._least = answers, judge, least
        self._near = _neighbours(judge, progress)
        self._known: dict[int, list[tuple[int, float]]] = {}
        self._judged: dict[tuple[int, int], bool] = {}

    def of(self, place: int) -> list[tuple[int, float]]:
        """Return the candidates of a text, those that most people gave first."""
        if place not in self._known:
            from rapidfuzz.distance import Indel

            texts, counts = self._answers.texts, self._answers.counts
            found = [
                (other, Indel.normalized_similarity(texts[place], texts[other], score_cutoff=self._least))
                for other in self._near(place)
                if other != place
            ]
            kept = [one for one in found if one[1] >= self._least and self.alike(place, one[0])]
            self._known[place] = sorted(kept, key=lambda one: (-int(counts[one[0]]), one[0]))
        return self._known[place]

    def alike(self, one: int, other: int) -> bool:
        """Tell whether two texts are near-identical."""
        pair = (one, other) if one < other else (other, one)
        if pair not in self._judged:
            self._judged[pair] = self._judge.alike(*pair)
        return self._judged[pair]


_CROWD = 200
"""Texts that share a mark, above which it says nothing."""


def _marks(key: str) -> Iterator[str]:
    """Yield what near-identical keys have in common: the sound; all Latin words but one; strings of long ones."""
    if not key.isascii():
        yield "p" + reading(key)
    words = WORD.findall(key)
    if len(words) <= 60 and any(word.isascii() and len(word) >= 4 for word in words):
        for place, word in enumerate(words):
            if word.isascii() and len(word) >= 4:
                yield f"w{len(words)} {place} " + " ".join([*words[:place], word[0], *words[place + 1 :]])
    if len(key) >= LONG:
        grams = sorted({key[at : at + 6] for at in range(len(key) - 5)}, key=_scattered)
        yield from ("g" + gram for gram in grams[:12])


def _scattered(gram: str) -> int:
    """Return a number that orders strings at random, the same everywhere."""
    from zlib import crc32

    return crc32(gram.encode())
