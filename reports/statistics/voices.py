"""Which verbatims stand for a theme: typical and unlike each other, from different people, with one that objects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from reports.statistics.least_squares import Floats, Ints

TYPICAL = 0.7
SHORT, LONG = 12, 120
SMALL_SEGMENT = 0.05

Marks = NDArray[np.bool_]


class Why(Enum):
    """Why a verbatim was picked."""

    PINNED = "pinned"
    TYPICAL = "typical"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Voice:
    """A picked verbatim: its row in the arrays given, and why."""

    row: int
    why: Why


@dataclass(frozen=True, slots=True)
class Told:
    """The verbatims of a theme, n of them, in any order that is the same every time.

    ``vectors`` (n × d) of length 1; ``customer`` ints; ``length`` in characters of what would be printed; ``mood`` −1,
    0, 1 (others: unknown, a kind of its own); ``segment`` ints, −1 unknown.
    """

    vectors: Floats
    customer: Ints
    length: Ints
    mood: NDArray[np.int8]
    segment: Ints


def voices(
    told: Told, count: int, *, banned: Collection[int] = (), pinned: Sequence[int] = (), typical: float = TYPICAL
) -> tuple[Voice, ...]:
    """Return up to ``count`` verbatims, pinned first, and after them the counter-voice where there is one.

    Maximal marginal relevance: λ·cos(x, centre of its mood) − (1 − λ)·max cos(x, picked), λ = ``typical`` (Carbonell
    and Goldstein 1998). At most one a customer; moods in proportion (largest remainders); the larger segments, up to
    half of ``count``, have at least one each where they can; SHORT to LONG characters before others. ``banned`` and
    ``pinned`` are rows; a ban wins. The counter-voice is the most typical verbatim of the pole opposite to the
    theme's. Ties go to the earlier row.
    """
    n = told.length.size
    free = np.ones(n, np.bool_)
    free[list(banned)] = False
    picks = _Picks(told, free, typical)
    for row in dict.fromkeys(pinned):
        if free[row]:
            picks.take(row, Why.PINNED)
    wanted = _quotas(told.mood[free | picks.taken], max(count, len(picks.picked)))
    for one in picks.picked:
        wanted[int(told.mood[one.row])] = wanted.get(int(told.mood[one.row]), 0) - 1
    targets = _large_segments(told.segment[free | picks.taken], count)
    while len(picks.picked) < count:
        open_moods = [mood for mood, left in wanted.items() if left > 0]
        missing = targets - {int(told.segment[one.row]) for one in picks.picked}
        needed = missing if missing and count - len(picks.picked) <= len(missing) else None
        best = picks.best(open_moods, needed)
        if best is None:
            break
        picks.take(best, Why.TYPICAL)
        mood = int(told.mood[best])
        wanted[mood] = wanted.get(mood, 0) - 1
    picks.counter()
    return tuple(picks.picked)


class _Picks:
    """What has been picked, and how near every verbatim is to that."""

    def __init__(self, told: Told, free: Marks, typical: float) -> None:
        self._told, self._typical = told, typical
        self._free = free.copy()
        self.taken = np.zeros(free.size, np.bool_)
        self.picked: list[Voice] = []
        self._near = np.zeros(free.size)
        self._central = np.zeros(free.size)
        for mood in np.unique(told.mood):
            rows = told.mood == mood
            centre = told.vectors[rows].sum(axis=0)
            length = float(np.linalg.norm(centre))
            self._central[rows] = told.vectors[rows] @ centre / length if length > 0 else 0.0
        self._good_length = (told.length >= SHORT) & (told.length <= LONG)

    def take(self, row: int, why: Why) -> None:
        self.picked.append(Voice(row, why))
        self.taken[row] = True
        self._free &= self._told.customer != self._told.customer[row]
        self._near = np.maximum(self._near, self._told.vectors @ self._told.vectors[row])

    def best(self, moods: Sequence[int], segments: Collection[int] | None) -> int | None:
        """Return the best free row; where nobody is left moods give way, then segments, then lengths."""
        by_mood = np.isin(self._told.mood, list(moods))
        by_segment = np.isin(self._told.segment, list(segments)) if segments is not None else np.ones_like(by_mood)
        for length in (self._good_length, np.ones_like(self._good_length)):
            for wanted in (by_mood & by_segment, by_segment if segments is not None else by_mood, by_mood):
                rows = np.flatnonzero(self._free & wanted & length)
                if rows.size:
                    return self._top(rows)
        rows = np.flatnonzero(self._free & self._good_length)
        return self._top(rows) if rows.size else None

    def counter(self) -> None:
        """Take the most typical verbatim of the pole that the theme does not lean to."""
        pole = int(np.sign(int((self._told.mood == 1).sum()) - int((self._told.mood == -1).sum())))
        for length in (self._good_length, np.ones_like(self._good_length)):
            rows = np.flatnonzero(self._free & (self._told.mood == -pole) & length)
            if pole and rows.size:
                # Twice the same mood may lie near what is picked: the objection need not differ from it.
                self.take(int(rows[np.argmax(_even(self._central[rows]))]), Why.COUNTER)
                return

    def _top(self, rows: NDArray[np.intp]) -> int:
        score = self._typical * self._central[rows] - (1 - self._typical) * self._near[rows]
        return int(rows[np.argmax(_even(score))])


def _even(score: Floats) -> Floats:
    """Return scores without the last digits, in which machines differ."""
    return np.round(score, 9)


def _quotas(mood: NDArray[np.int8], count: int) -> dict[int, int]:
    """Return how many verbatims of each mood make up ``count`` in proportion, by largest remainders."""
    kinds, sizes = np.unique(mood, return_counts=True)
    if not kinds.size:
        return {}
    exact = count * sizes / sizes.sum()
    seats = np.floor(exact).astype(np.int64)
    order = np.lexsort((kinds, -sizes, -np.round(exact - seats, 9)))
    seats[order[: count - int(seats.sum())]] += 1
    return {int(kind): int(seat) for kind, seat in zip(kinds, seats, strict=True)}


def _large_segments(segment: Ints, count: int) -> set[int]:
    """Return the segments that shall have a voice: the largest, up to half of ``count``, of SMALL_SEGMENT or more."""
    kinds, sizes = np.unique(segment[segment >= 0], return_counts=True)
    order = np.lexsort((kinds, -sizes))[: (count + 1) // 2]
    return {int(kinds[i]) for i in order if sizes[i] >= SMALL_SEGMENT * segment.size}
