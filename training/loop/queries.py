"""Which answers to read next, as functions on arrays: every chosen row says why it was chosen.

``scores`` float32 (m × columns) are those of the live model for m undecided answers, ``thresholds`` float64 (columns)
its thresholds (+inf: none yet), ``positives`` int64 (columns) the answers coded yes so far, ``characters`` int64 (m).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Double = NDArray[np.float64]
Places = NDArray[np.int64]

TURNS = 0.6
"""Share of a batch in which the codes take turns."""
NEAR = 0.1
"""How far from a threshold, in scores between −1 and 1, a code is an open question."""
SAME = 0.95
"""Cosine of n-gram rows from which answers say the same to a reader; a batch takes one of them."""

_NEIGHBOURS = 20
_MOST_CLUSTERED = 5000
_SHORT = 20  # characters that any answer costs, however short it is


class Reason(StrEnum):
    """Why an answer is shown."""

    TYPICAL = "typical"
    UNSURE = "unsure"
    RARE = "rare"
    LIKELY = "likely"
    UNCOVERED = "uncovered"
    WRONG = "wrong"
    AUDIT = "audit"
    SHUFFLE = "shuffle"


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen row, and why: the column (−1: none), its score and the threshold beside which it lies (NaN: none).

    TYPICAL: ``score`` is the number of answers like it.
    """

    row: int
    reason: Reason
    column: int = -1
    score: float = float("nan")
    threshold: float = float("nan")


Strategy = Callable[["Known", int, np.random.Generator], list[Choice]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the undecided answers: rows CSR (m × d) and the arrays named at the top of this file.

    ``single``: codes exclude each other; then ``none`` float32 (m) scores "none of the codes", None where no decided
    answer has none.
    """

    rows: csr_array
    scores: Float
    thresholds: Double
    positives: Places
    characters: Places
    single: bool = False
    none: Float | None = None


class _Batch:
    """Rows taken so far; a row that says the same as one of them is not taken."""

    def __init__(self, rows: csr_array, size: int) -> None:
        self._rows = rows
        self._size = size
        self._near = np.zeros(rows.shape[0], np.bool_)
        self._length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).reshape(-1))
        self.chosen: list[Choice] = []

    @property
    def full(self) -> bool:
        return len(self.chosen) >= self._size

    def free(self, row: int) -> bool:
        return not self._near[row]

    @property
    def taken(self) -> NDArray[np.bool_]:
        return self._near

    def take(self, choice: Choice) -> bool:
        """Take a row unless it, or one like it, was taken before."""
        if self.full or self._near[choice.row]:
            return False
        self.chosen.append(choice)
        self._near[choice.row] = True
        part = slice(self._rows.indptr[choice.row], self._rows.indptr[choice.row + 1])
        own = np.zeros(self._rows.shape[1], np.float32)
        own[self._rows.indices[part]] = self._rows.data[part]
        # Of an empty row nothing is the same.
        self._near |= np.asarray(self._rows @ own) > SAME * self._length * max(float(np.linalg.norm(own)), 1e-9)
        return True


def typiclust(dense: Float, size: int, *, seed: int, decided: Float | None = None) -> list[Choice]:
    """Return the typical row of each of ``size`` clusters, largest first, that hold no decided row.

    dense: float32 (m × k) dense forms; decided: those of decided rows. Typical is what has near neighbours within its
    cluster (Hacohen et al. 2022, on k-means of latent semantic rows).
    """
    from sklearn.cluster import KMeans

    before = np.zeros((0, dense.shape[1]), np.float32) if decided is None else decided
    length = np.linalg.norm(dense, axis=1)
    there = np.flatnonzero(length > 0)
    generator = np.random.default_rng(seed)
    if there.size > _MOST_CLUSTERED:
        there = np.sort(generator.choice(there, _MOST_CLUSTERED, replace=False))
    before = before[np.linalg.norm(before, axis=1) > 0]
    points = np.concatenate([dense[there], before]).astype(np.float64)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    different = np.unique(points.round(6), axis=0).shape[0]
    clusters = min(size + before.shape[0], different, 10 * size)
    if clusters < 1 or not there.size:
        return []
    place = KMeans(clusters, n_init=1, max_iter=30, random_state=seed).fit_predict(points)
    known = np.isin(np.arange(clusters), place[there.size :])
    place = place[: there.size]
    population = np.bincount(place, minlength=clusters)
    chosen = []
    for cluster in np.lexsort((-population, known)).tolist()[:size]:
        members = np.flatnonzero(place == cluster)
        if members.size == 0:
            continue
        near = np.sort(points[members] @ points[members].T, axis=1)[:, -_NEIGHBOURS - 1 :]
        row = int(there[members[int(near.mean(axis=1).argmax())]])
        chosen.append(Choice(row, Reason.TYPICAL, score=float(members.size)))
    return chosen


def turn_c(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Take turns over the codes: the answer nearest a code's threshold, the likeliest while it has none.

    A code's turn comes with weight 1/√(yes + 1), so rare codes are asked about more often. Nearness is
    |score − threshold| · √(20 + characters): of two answers as unsure the shorter one is read (see ``_cost``).
    """
    batch = _Batch(known.rows, size)
    codes = known.positives.size
    if not codes:
        return []
    weight = _turn(known.positives)
    cost = _cost(known)
    order: dict[int, _Queue] = {}
    for _ in range(20 * size):
        if batch.full or batch.taken.all():
            break
        column = int(generator.choice(codes, p=weight / weight.sum()))
        threshold = float(known.thresholds[column])
        own = known.scores[:, column]
        rare = not np.isfinite(threshold)
        if column not in order:
            order[column] = _Queue(-own if rare else np.abs(own - threshold) * cost, size)
        row = order[column].first(batch)
        if row is None:
            continue
        reason = Reason.RARE if rare else Reason.UNSURE
        batch.take(Choice(row, reason, column, float(own[row]), float("nan") if rare else threshold))
    return batch.chosen


def _turn(positives: Places) -> Double:
    """Return how often the codes get a turn, relatively: one that nobody has found yet has nothing to be asked by."""
    weight: Double = 1 / np.sqrt(positives + 1.0)
    return np.where(positives > 0, weight, 0.0) if positives.any() else weight


def contested(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Return the answers on which the most codes are near their thresholds, for the reading that they cost.

    An answer's worth is Σ exp(−|score − threshold| / NEAR) ÷ √(20 + characters): one answer with three open questions
    is read sooner than three with one each.
    """
    if not np.isfinite(known.thresholds).any():
        return turn_c(known, size, generator)
    gap = np.abs(_gap(known))
    worth = np.exp(-gap / NEAR).sum(axis=1) / _cost(known)
    return _best(known, -worth, size, Reason.UNSURE, gap.argmin(axis=1))


def balanced(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Return TURNS of a batch by ``turn_c`` and the rest by ``contested``.

    Turns serve the rare codes, contested answers all of them at once. Measured on four sets of 10 to 88 codes the
    mixture reached 0.5 to 2 points more micro-F1 than turns alone, mean over 50 to 500 labels, and no less macro-F1.
    Where codes exclude each other the whole batch is ``tied``.
    """
    if known.single:
        return tied(known, size, generator)
    first = turn_c(known, min(size, round(TURNS * size)), generator)
    rest = contested(known, 2 * size, generator)
    return apart([*first, *rest], known.rows, size)


def tied(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Return the answers whose two best codes are nearest to each other, for codes that exclude each other.

    The highest score wins there, so thresholds say nothing; "none of the codes" stands for election with the codes, and
    of these only what somebody gave once (breaking ties, Luo et al. 2005). The column is the best code. Measured on
    frames of 10, 31 and 77 codes, mean over 50 to 1,000 labels: 2.9 to 5.7 points more micro-F1 than reading at random,
    where turns and contested answers came to −3.2 to +3.7. A longer answer carries no more codes here, so the cost of
    reading stays out.
    """
    given = np.flatnonzero(known.positives > 0)
    if given.size + (known.none is not None) < 2:
        return turn_c(known, size, generator)
    own = known.scores[:, given]
    rivals = own if known.none is None else np.column_stack([own, known.none])
    ranked = np.partition(rivals, -2, axis=1)
    best = given[own.argmax(axis=1)]
    mine = own.max(axis=1)
    # Where "none" leads, its rival is the best code, and the question is still about that code.
    other = np.where(mine == ranked[:, -1], ranked[:, -2], ranked[:, -1])
    order = np.argsort(np.abs(mine - other), kind="stable").tolist()
    return apart(
        (Choice(row, Reason.UNSURE, int(best[row]), float(mine[row])) for row in order),
        known.rows, size,
    )  # fmt: skip


class _Queue:
    """Rows by rising key, the lowest few sorted."""

    def __init__(self, key: NDArray[np.floating], size: int) -> None:
        few = min(key.size, 20 * size)
        lowest = np.argpartition(key, few - 1)[:few]
        self._order = lowest[np.argsort(key[lowest], kind="stable")]
        self._at = 0

    def first(self, batch: _Batch) -> int | None:
        while self._at < self._order.size:
            row = int(self._order[self._at])
            if batch.free(row):
                return row
            self._at += 1
        return None


def unsure(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Return the answers nearest to any threshold, the shorter first where equally near (single: ``tied``)."""
    if known.single:
        return tied(known, size, generator)
    if not np.isfinite(known.thresholds).any():
        return turn_c(known, size, generator)
    column = np.abs(_gap(known)).argmin(axis=1)
    rows = np.arange(column.size)
    key = np.abs(known.scores[rows, column] - known.thresholds[column]) * _cost(known)
    return _best(known, key, size, Reason.UNSURE, column)


def unsure_in_turns(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Return the answers nearest to the thresholds, the codes that have one taking turns (single: ``tied``).

    ``unsure`` alone may fill a whole batch with one code; here each code that wavers comes up.
    """
    finite = np.isfinite(known.thresholds)
    if known.single or not finite.any():
        return tied(known, size, generator) if known.single else []
    return turn_c(replace(known, positives=np.where(finite, known.positives, 0)), size, generator)


def uncovered(known: Known, size: int, generator: np.random.Generator) -> list[Choice]:
    """Return the answers that are furthest below every threshold: no code would be accepted."""
    if not np.isfinite(known.thresholds).any():
        return []
    gap = _gap(known)
    column = gap.argmax(axis=1)
    highest = gap.max(axis=1)
    key = np.where(highest < 0, highest, np.inf)
    return _best(known, key, size, Reason.UNCOVERED, column)


def likely_for_code(known: Known, column: int, size: int) -> list[Choice]:
    """Return the answers with the highest score for one code."""
    own = known.scores[:, column]
    return _best(known, -own, size, Reason.LIKELY, np.full(own.size, column))


def apart(ranked: Iterable[Choice], rows: csr_array, size: int) -> list[Choice]:
    """Return the first ``size`` choices (into rows) of which none says the same as one before it."""
    batch = _Batch(rows, size)
    for choice in ranked:
        batch.take(choice)
        if batch.full:
            break
    return batch.chosen


def _cost(known: Known) -> Double:
    """Return what reading costs, by answer (m): √(20 + characters)."""
    return np.sqrt(_SHORT + known.characters)


def _gap(known: Known) -> Double:
    """Return score − threshold (m × codes); −inf where a code has no threshold."""
    cuts = known.thresholds
    gap = known.scores.astype(np.float64) - np.where(np.isfinite(cuts), cuts, 0)
    gap[:, ~np.isfinite(cuts)] = -np.inf
    return gap


def _best(known: Known, key: NDArray[np.floating], size: int, reason: Reason, column: Places) -> list[Choice]:
    order = [row for row in np.argsort(key, kind="stable").tolist() if key[row] < np.inf]
    own, cuts = known.scores[np.arange(key.size), column], known.thresholds[column]
    cuts = np.where(np.isfinite(cuts), cuts, np.nan)
    ranked = (Choice(row, reason, int(column[row]), float(own[row]), float(cuts[row])) for row in order)
    return apart(ranked, known.rows, size)
