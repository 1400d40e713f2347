"""How many answers have each form, and which: counted by numbers that stand for forms, a million answers or more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from annotate.brand_pieces import LONGEST, Pieces
from annotate.different import Ids
from annotate.jobs import Progress, silent

_MOST_KEPT = 20_000
"""Forms that are kept as texts, below 65,536; of more, the most frequent half, with nothing of their counts lost."""
_BUCKETS = 1 << 22
"""Counts by which forms are kept, 4 bytes each; two forms that share one are both kept rather than lost."""
_WRAPPED = 5
"""Different forms around which something must be said before it counts as no part of a name."""
_ALONE = 2
"""How many times as often it may be said alone: beside names of the list it is."""
_BLOCK = 10
"""Slices of answers whose mentions are sorted at once: half a million take 50 ms."""
_ENDS = np.uint64(0x9E3779B97F4A7C15)


class Forms:
    """Forms by the answers that have them. ``uses``: form → answers, identical ones counted each; after ``settle``."""

    def __init__(self, counts: Ids) -> None:
        """Begin; ``counts``: how many gave each of the different answers."""
        self.uses = Counter[str]()
        self._counts = counts
        self._kept: dict[int, str] = {}
        self._least = 1
        self._buckets = np.zeros(_BUCKETS, np.uint32)
        self._keys: list[NDArray[np.uint64]] = []
        self._said: list[NDArray[np.int32]] = []
        self._places: dict[str, NDArray[np.int32]] = {}
        self.around: dict[str, list[str]] = {}
        """Form → what people say it in: klm → usually fly klm; after ``settle``."""
        self.wrappings: frozenset[str] = frozenset()
        """What stands around many different forms, and is none: usually fly, 先想到的是; after ``settle``."""

    def add(self, pieces: Pieces, places: Ids) -> None:
        """Note the pieces of some of the different answers, which stand at these rising ``places`` of all."""
        short = np.flatnonzero(pieces.short())
        if not short.size:
            return
        starts, ends = pieces.starts[short], pieces.ends[short]
        keys = _keys(pieces.points, starts, ends)
        order = np.lexsort((pieces.rows[short], keys))
        keys, rows = keys[order], pieces.rows[short][order]
        once = np.ones(keys.size, np.bool_)
        once[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        keys, rows, order = keys[once], places[rows[once]], order[once]
        self._keys.append(keys)
        self._said.append(rows.astype(np.int32))
        begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        times = np.add.reduceat(self._counts[rows], begins)
        buckets = (keys[begins] % np.uint64(_BUCKETS)).astype(np.int64)
        before = self._buckets[buckets]
        np.add.at(self._buckets, buckets, times.astype(np.uint32))
        for at in np.flatnonzero((before < self._least) & (self._buckets[buckets] >= self._least)).tolist():
            place = order[begins[at]]
            self._kept[int(keys[begins[at]])] = pieces.blob[starts[place] : ends[place]]
        if len(self._kept) > _MOST_KEPT:
            self._let_go()

    def _let_go(self) -> None:
        keys = np.fromiter(self._kept, np.uint64, len(self._kept))
        counts = self._buckets[(keys % np.uint64(_BUCKETS)).astype(np.int64)]
        self._least = max(self._least + 1, int(np.partition(counts, -_MOST_KEPT // 2)[-_MOST_KEPT // 2]))
        self._kept = {key: self._kept[key] for key in keys[counts >= self._least].tolist()}

    def settle(self, fills: Callable[[str], bool], progress: Progress = silent) -> None:
        """Count the forms that are kept; ``fills`` tells which forms only stand around names (mostly, etc)."""
        wanted = np.sort(np.fromiter(self._kept, np.uint64, len(self._kept)))
        forms = [self._kept[key] for key in wanted.tolist()]
        places: list[list[NDArray[np.int32]]] = [[] for _form in forms]
        totals, slices = np.zeros(wanted.size, np.int64), len(self._keys)
        while self._keys:  # block by block, and let go of at once: ten million mentions take 120 MB
            progress(slices - len(self._keys), slices)
            block, said = np.concatenate(self._keys[:_BLOCK]), np.concatenate(self._said[:_BLOCK])
            del self._keys[:_BLOCK], self._said[:_BLOCK]
            at = np.minimum(np.searchsorted(wanted, block), wanted.size - 1)
            found = wanted[at] == block
            at, said = at[found], said[found]
            totals += np.bincount(at, self._counts[said], minlength=wanted.size).astype(np.int64)
            order = np.argsort(at, kind="stable")  # the places of a form stay rising
            at, said = at[order], said[order]
            begins = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]])) if at.size else at
            for form, part in zip(at[begins].tolist(), np.split(said, begins[1:]), strict=True):
                places[form].append(part)
        for form, parts, total in zip(forms, places, totals.tolist(), strict=True):
            self._places[form] = np.concatenate(parts)
            self.uses[form] = total
        self._part_lists()
        self._unwrap(fills)

    def _part_lists(self) -> None:
        """Take forms of several words as lists where each word is said alone more often: vivo oppo, not coca cola."""
        for form in [form for form in self.uses if " " in form]:
            words = form.split()
            if all(len(word) > 1 and self.uses.get(word, 0) > self.uses[form] for word in words):
                del self.uses[form]
                where = self._places.pop(form)
                for word in words:
                    self._places[word] = np.union1d(self._places[word], where)
                    self.uses[word] = int(self._counts[self._places[word]].sum())

    def _unwrap(self, fills: Callable[[str], bool]) -> None:
        """Count what is said around many different forms, each of them said alone more often, as those forms."""
        inside: dict[str, list[tuple[str, str]]] = {}
        bases: dict[str, set[str]] = {}
        around = Counter[str]()
        for form, n in self.uses.items():
            for wrapping, base in _partings(form):
                if self.uses.get(base, 0) >= n:
                    inside.setdefault(form, []).append((wrapping, base))
                    bases.setdefault(wrapping, set()).add(base)
                    around[wrapping] += n
        wrappings = set[str]()
        for one in sorted(bases, key=lambda one: (-len(bases[one]), one)):
            # Names stand around what is said around them, too: but around fewer, which are found first. And names that
            # are written in one (喜茶古茗) are said alone far more often.
            many = len(bases[one] - wrappings) >= _WRAPPED and _ALONE * around[one] >= self.uses.get(one, 0)
            if many or fills(one):
                wrappings.add(one)
        self.wrappings = frozenset(wrappings)
        for form in sorted(inside, key=len, reverse=True):  # what stands in it may itself be wrapped
            found = [
                base for wrapping, base in inside[form] if wrapping in self.wrappings and base not in self.wrappings
            ]
            if found and form not in self.wrappings:
                base = max(found, key=lambda one: (self.uses[one], one))
                self._places[base] = np.union1d(self._places[base], self._places.pop(form))
                self.uses[base] = int(self._counts[self._places[base]].sum())
                del self.uses[form]
                self.around.setdefault(base, []).extend([form, *self.around.pop(form, ())])

    def answers(self, forms: list[str]) -> tuple[int, NDArray[np.int32]]:
        """Return how many answers have one of these forms, and the places of the different ones, rising."""
        where = np.unique(np.concatenate([self._places[form] for form in forms]))
        return int(self._counts[where].sum()), where


def _partings(form: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to see a form as something said before or after a name: (what is said, name).

    Words stay whole, what holds a digit tells models apart (荣耀50), and a single sign may change the sense.
    """
    for at in range(1, len(form)):
        if form[at - 1].isascii() and form[at].isascii() and " " not in form[at - 1 : at + 1]:
            continue
        for said, name in ((form[:at].strip(), form[at:].strip()), (form[at:].strip(), form[:at].strip())):
            if min(len(said), len(name)) > 1 and not any(sign.isdigit() for sign in said):
                yield said, name


_WEIGHTS = np.random.default_rng(0).integers(1, 1 << 63, LONGEST, np.uint64) * np.uint64(2) + np.uint64(1)


def _keys(points: NDArray[np.uint32], starts: Ids, ends: Ids) -> NDArray[np.uint64]:
    """Return a number of 64 bits for each form; that two of ten million share one is as likely as one in 300,000."""
    keys = np.zeros(starts.size, np.uint64)
    lengths = ends - starts
    for place in range(LONGEST):
        here = np.flatnonzero(lengths > place)
        keys[here] += points[starts[here] + place] * _WEIGHTS[place]
    keys ^= keys >> np.uint64(32)
    keys *= _ENDS
    keys ^= keys >> np.uint64(29)
    return keys
