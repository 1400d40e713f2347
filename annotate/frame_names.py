"""Names of codes that say the same as one that is being typed: so that no theme gets two codes by an oversight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from annotate import alike, lexicon, opposites
from annotate.frame_codes import Code
from annotate.lexicon import Vocabulary
from annotate.store.project import Project
from annotate.text import fold

MOST = 3
LEAST = 0.74
"""Share of characters in common from which names are alike: 低速顿挫 and 顿挫感 are not, 换挡顿挫 and 换档顿挫 are."""
_INSIDE = 0.5
"""Share of a name that another one inside it must make up."""
_NOTHING = Vocabulary()
_SIGNS = re.compile(r"[^\w]+|_")


class Why(IntEnum):
    """How a name is like another, the surest first."""

    SAME = 0
    SYNONYM = 1
    SOUND = 2
    NEAR = 3


@dataclass(frozen=True, slots=True)
class Like:
    """A code whose name is like the one typed, and how."""

    code: Code
    why: Why


@dataclass(frozen=True, slots=True)
class _Name:
    plain: str
    bare: str
    key: str
    sound: str
    neutral: tuple[str, bool]


class Names:
    """The names of the codes and nets in use, made ready for comparing; with the synonyms of the lexicon."""

    def __init__(self, codes: Iterable[Code], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known = [
            (one, [self._name(name) for name in (one.label, one.label_en) if name]) for one in codes if not one.retired
        ]

    def _name(self, text: str) -> _Name:
        folded = fold(text)
        plain = _SIGNS.sub("", folded)
        key = alike.key(folded, self._vocabulary)
        bare = _SIGNS.sub("", alike.key(folded, _NOTHING))
        return _Name(plain, bare, _SIGNS.sub("", key), alike.reading(plain), opposites.side(key))

    def like(self, typed: str) -> list[Like]:
        """Return codes whose names are like what is typed, at most MOST, the surest first.

        An opposite (空间大, 空间不大) is never like, nor what differs in a degree, a number or another word.
        """
        wanted = self._name(typed)
        if len(wanted.plain) < 2:
            return []
        found: list[tuple[Why, float, int, _Name]] = []
        for place, (_code, names) in enumerate(self._known):
            told = [(*how, place, one) for one in names if (how := _compared(wanted, one)) is not None]
            found += sorted(told, key=lambda one: one[:2])[:1]
        likes: list[Like] = []
        for why, distance, place, name in sorted(found, key=lambda one: one[:3]):
            # The dearest question comes last, and only of those that would be told.
            if why is Why.NEAR and distance and not _inside(wanted, name) and alike.holds_sense(wanted.key, name.key):
                continue
            likes.append(Like(self._known[place][0], why))
            if len(likes) == MOST:
                break
        return likes


def read(project: Project, codes: Iterable[Code]) -> Names:
    """Make the names of codes ready, with the lexicon of the project. Reads the pinyin dictionary."""
    with project.reading() as db:
        return Names(codes, lexicon.load(db))


def _compared(one: _Name, other: _Name) -> tuple[Why, float] | None:
    """Return how two names are like each other, and how far apart they are in [0, 1]; None where they are not."""
    if one.plain == other.plain:
        return Why.SAME, 0.0
    if one.bare == other.bare and one.bare:
        return Why.NEAR, 0.0
    if one.key == other.key and one.key:
        return Why.SYNONYM, 0.0
    if one.neutral[0] == other.neutral[0] and one.neutral[1] != other.neutral[1]:
        return None
    same_length = len(one.plain) == len(other.plain)
    if same_length and alike.differ_in_sense(one.plain, other.plain):
        return None
    if same_length and one.sound == other.sound:
        return Why.SOUND, 0.0
    from rapidfuzz.distance import Indel

    share = Indel.normalized_similarity(one.key, other.key)
    return (Why.NEAR, 1 - share) if share >= LEAST or _inside(one, other) else None


def _inside(one: _Name, other: _Name) -> bool:
    """Tell whether a name is a good part of the other, and nothing is denied beside it."""
    short, long = sorted((one.key, other.key), key=len)
    if len(short) < 2 or short not in long or len(short) < _INSIDE * len(long):
        return False
    return not alike.negates(long.replace(short, "", 1))
