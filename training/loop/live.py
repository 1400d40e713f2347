"""The live model: ridge over all codes that is exact again after every label, while a person reads on.

One kernel for all codes, K = XXᵀ + w·ZZᵀ + 1 (X the n-gram rows, Z their dense form), and one factor of K + λI for all
codes that were looked at on the same answers. A label costs two passes over the factor and one over the answers whose
scores are kept; codes come, merge and split without a new factor. What was not looked at does not train: unknown is
never no. The result is that of ``ridge.fit_ridge`` on the same decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from training.learner.ridge import PENALTY, RidgeFit
from training.loop.factor import DOUBLE_ROWS, Factor
from training.loop.kernel_rows import KernelRows
from training.loop.left_out import left_out

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Double = NDArray[np.float64]
Places = NDArray[np.int64]
Number = TypeVar("Number", np.int8, np.float32, np.float64)

MAX_ROWS = 5000
"""Beyond, a label would no longer be felt as instant: ``block.BlockModel`` takes over, exact too, a batch at a time."""
MAX_BYTES = 600_000_000
"""What the factors of all masks may take together."""


class OutgrownError(RuntimeError):
    """There are too many labels, or too many different masks, to keep exact factors of."""


@dataclass(slots=True)
class _Pattern:
    """Codes that were looked at on the same answers, and the factor over these."""

    factor: Factor
    columns: Places


class LiveModel:
    """Exact ridge over labelled answers, each with a ``key`` (its verbatim id), that changes with every decision.

    ``directions`` float32 (d × k): a row times them is its dense form, which enters the kernel with ``weight``.
    ``targets`` are int8: +1 yes, −1 no, 0 not looked at. Groups are left out together. Methods that change the model
    raise OutgrownError where the factors would take more than MAX_BYTES or MAX_ROWS.
    """

    def __init__(self, directions: Float, *, columns: int, weight: float, penalty: float = PENALTY) -> None:
        self._rows = KernelRows(directions, weight=weight, penalty=penalty)
        self._keys = np.empty(0, np.int64)
        self._groups = np.empty(0, np.int64)
        self._alive = np.empty(0, np.bool_)
        self._slots: dict[int, int] = {}
        self._targets = np.zeros((0, columns), np.int8)
        self._dual = np.zeros((0, columns), np.float64)
        self._patterns = [_Pattern(Factor(), np.arange(columns, dtype=np.int64))] if columns else []
        self._pool: csr_array | None = None
        self._pool_scores = np.zeros((0, columns), np.float32)
        self._weights: tuple[Float, Float] | None = None

    @classmethod
    def fit(
        cls,
        rows: csr_array,
        targets: NDArray[np.int8],
        *,
        keys: Places,
        groups: Places,
        directions: Float,
        weight: float,
        penalty: float = PENALTY,
        progress: Progress = silent,
    ) -> LiveModel:
        """Fit all decisions at once: rows (n × d), targets (n × columns), keys and groups int64 (n)."""
        self = cls(directions, columns=targets.shape[1], weight=weight, penalty=penalty)
        if not cls.affordable(targets):
            raise OutgrownError
        self._store(rows, targets, keys, groups)
        self._patterns = []
        found = _by_mask(targets)
        for done, columns in enumerate(found):
            progress(done, len(found))
            self._patterns.append(self._factored(columns))
        progress(len(found), len(found))
        return self

    @staticmethod
    def affordable(targets: NDArray[np.int8]) -> bool:
        """Say whether exact factors for the masks of targets (n × columns) fit into MAX_ROWS and MAX_BYTES."""
        need = 0
        for columns in _by_mask(targets):
            size = int((targets[:, columns[0]] != 0).sum())
            need += _bytes(size)
        return targets.shape[0] <= MAX_ROWS and need <= MAX_BYTES

    @property
    def weight(self) -> float:
        """Return the weight of the dense kernel."""
        return self._rows.weight

    @property
    def size(self) -> int:
        """Return the number of answers that train it."""
        return len(self._slots)

    @property
    def columns(self) -> int:
        """Return the number of codes and nets."""
        return int(self._targets.shape[1])

    @property
    def keys(self) -> Places:
        """Return the keys of the answers, int64 (n), in the order in which they came."""
        return self._keys[: self._rows.count][self._live]

    @property
    def targets(self) -> NDArray[np.int8]:
        """Return the targets, int8 (n × columns), in the order of ``keys``."""
        return self._targets[: self._rows.count][self._live]

    def __contains__(self, key: int) -> bool:
        return key in self._slots

    # Decisions

    def add(self, rows: csr_array, targets: NDArray[np.int8], *, keys: Sequence[int], groups: Sequence[int]) -> None:
        """Take in decisions on answers that it does not have: rows (m × d), targets (m × columns)."""
        if any(key in self._slots for key in keys) or len(set(keys)) != len(keys):
            raise ValueError("an answer is in the model already")
        if self.size + len(keys) > MAX_ROWS:
            raise OutgrownError
        first = self._rows.count
        self._store(rows, targets, np.array(keys, np.int64), np.array(groups, np.int64))
        for slot in range(first, self._rows.count):
            self._look(slot, np.flatnonzero(self._targets[slot]))

    def edit(self, key: int, targets: NDArray[np.int8]) -> None:
        """Replace the decisions on one answer, targets int8 (columns)."""
        slot = self._slots[key]
        before = self._targets[slot].copy()
        self._unlook(slot, np.flatnonzero((before != 0) & (targets == 0)))
        self._targets[slot] = targets
        for pattern in self._patterns:
            columns = pattern.columns
            change = np.where(before[columns] != 0, targets[columns].astype(np.int64) - before[columns], 0)
            change = np.where(targets[columns] != 0, change, 0)
            if not change.any():
                continue
            place = int(np.flatnonzero(pattern.factor.members == slot)[0])
            self._shift(pattern, pattern.factor.column(place), change.astype(np.float64))
        self._look(slot, np.flatnonzero((before == 0) & (targets != 0)))
        self._unify()

    def remove(self, key: int) -> None:
        """Forget one answer."""
        slot = self._slots.pop(key)
        self._unlook(slot, np.flatnonzero(self._targets[slot]))
        self._targets[slot] = 0
        self._alive[slot] = False
        self._unify()

    def regroup(self, groups: Places) -> None:
        """Replace the groups, int64 (n) in the order of ``keys``; only ``held_out`` asks for them."""
        self._groups[: self._rows.count][self._live] = groups

    # Codes

    def add_columns(self, targets: NDArray[np.int8]) -> None:
        """Take in new codes at the end, targets int8 (n × new) in the order of ``keys``; needs no refit.

        A mask that no code has had yet gets a factor of its own.
        """
        first, new = self.columns, targets.shape[1]
        self._targets = _wider(self._targets, new)
        self._dual = _wider(self._dual, new)
        self._pool_scores = _wider(self._pool_scores, new)
        for place in range(new):
            self.set_column(first + place, targets[:, place])

    def set_column(self, column: int, targets: NDArray[np.int8]) -> None:
        """Replace all decisions on one code, targets int8 (n) in the order of ``keys``."""
        for pattern in self._patterns:
            pattern.columns = pattern.columns[pattern.columns != column]
        whole = np.zeros(self._targets.shape[0], np.int8)
        whole[np.flatnonzero(self._live)] = targets
        self._targets[:, column] = whole
        looked = np.flatnonzero(whole)
        for pattern in self._patterns:
            if np.array_equal(np.sort(pattern.factor.members), looked):
                pattern.columns = np.append(pattern.columns, column)
                break
        else:
            self._patterns = [one for one in self._patterns if one.columns.size]
            pattern = self._factored(np.array([column]))
            self._patterns.append(pattern)
            self._check_room()
        members = pattern.factor.members
        self._dual[:, column] = 0
        self._dual[members, column] = pattern.factor.solve(whole[members, None].astype(np.float64))[:, 0]
        self._patterns = [one for one in self._patterns if one.columns.size]
        self._weights = None
        if self._pool is not None:
            weights, bias = self._weigh(np.array([column]))
            self._pool_scores[:, column] = (self._pool @ weights + bias)[:, 0]

    def merge_columns(self, columns: Sequence[int], into: int) -> None:
        """Make ``into`` yes where any of the columns is, no where all were looked at and are not; drop the others."""
        together = self.targets[:, sorted({*columns, into})]
        merged = np.where((together == 1).any(axis=1), 1, np.where((together == -1).all(axis=1), -1, 0))
        self.set_column(into, merged.astype(np.int8))
        self.drop_columns([column for column in columns if column != into])

    def drop_columns(self, columns: Iterable[int]) -> None:
        """Forget codes; those after them move up."""
        kept = np.setdiff1d(np.arange(self.columns), np.fromiter(columns, np.int64))
        place = np.full(self.columns, -1, np.int64)
        place[kept] = np.arange(kept.size)
        for pattern in self._patterns:
            moved = place[pattern.columns]
            pattern.columns = moved[moved >= 0]
        self._patterns = [one for one in self._patterns if one.columns.size]
        self._targets, self._dual = self._targets[:, kept], self._dual[:, kept]
        self._pool_scores = np.ascontiguousarray(self._pool_scores[:, kept])
        self._weights = None

    # Scores

    def fitted(self) -> tuple[Float, Float]:
        """Return weights float32 (d × columns) and bias float32 (columns) on n-gram rows alone."""
        if self._weights is None:
            self._weights = self._weigh(np.arange(self.columns))
        return self._weights

    def scores(self, rows: csr_array) -> Float:
        """Return float32 scores (m × columns) of rows (m × d)."""
        weights, bias = self.fitted()
        return np.asarray(rows @ weights + bias, np.float32)

    def watch(self, pool: csr_array) -> None:
        """Keep the scores of pool (m × d) up to date from now on, as ``pool_scores``."""
        self._pool = pool
        self._pool_scores = self.scores(pool)

    @property
    def pool_scores(self) -> Float:
        """Return the scores of the watched rows, float32 (m × columns); changed in place by every decision."""
        return self._pool_scores

    def held_out(self) -> Float:
        """Return float32 scores (n × columns) in the order of ``keys``, each without the answers of its own group."""
        count = self._rows.count
        out = np.zeros((count, self.columns), np.float64)
        for pattern in self._patterns:
            if not pattern.factor.size:
                continue
            members, columns = pattern.factor.members, pattern.columns
            at = np.ix_(members, columns)
            out[:, columns] = left_out(
                self._rows, pattern.factor, self._dual[at], self._targets[at], groups=self._groups[:count],
                alive=self._live,
            )  # fmt: skip
        return out[self._live].astype(np.float32)

    def as_fit(self) -> RidgeFit:
        """Return what ``ridge.fit_ridge`` would return for the same decisions in the order of ``keys``."""
        return RidgeFit(*self.fitted(), self.held_out())

    # Inside

    @property
    def _live(self) -> NDArray[np.bool_]:
        return self._alive[: self._rows.count]

    def _store(self, rows: csr_array, targets: NDArray[np.int8], keys: Places, groups: Places) -> None:
        self._rows.append(rows)
        first, room = len(self._keys), self._rows.count
        if self._targets.shape[0] < room:
            more = 2 * room - self._targets.shape[0]
            self._targets = np.concatenate([self._targets, np.zeros((more, self.columns), np.int8)])
            self._dual = np.concatenate([self._dual, np.zeros((more, self.columns))])
        self._keys, self._groups = np.append(self._keys, keys), np.append(self._groups, groups)
        self._alive = np.append(self._alive, np.ones(keys.size, np.bool_))
        self._targets[first:room] = targets
        for slot in range(first, room):
            self._slots[int(self._keys[slot])] = slot
        self._weights = None

    def _factored(self, columns: Places) -> _Pattern:
        """Factor the rows that were looked at for these columns, and solve them."""
        members = np.flatnonzero(self._targets[: self._rows.count, columns[0]]).astype(np.int64)
        factor = Factor.of(self._rows.kernel(members), members)
        wanted = self._targets[np.ix_(members, columns)].astype(np.float64)
        self._dual[:, columns] = 0
        self._dual[np.ix_(members, columns)] = factor.solve(wanted)
        return _Pattern(factor, columns)

    def _look(self, slot: int, columns: Places) -> None:
        """Let a row train columns it did not train; its targets are set."""
        wanted = np.isin(np.arange(self.columns), columns)
        for pattern in list(self._patterns):
            chosen = wanted[pattern.columns]
            if not chosen.any():
                continue
            own = pattern if chosen.all() else self._part(pattern, chosen)
            row = own.factor.append(slot, *self._rows.near(slot, own.factor.members))
            self._shift(own, row, row @ self._targets[np.ix_(own.factor.members, own.columns)])
        self._check_room()

    def _unlook(self, slot: int, columns: Places) -> None:
        """Let a row no longer train columns."""
        wanted = np.isin(np.arange(self.columns), columns)
        for pattern in list(self._patterns):
            chosen = wanted[pattern.columns]
            if not chosen.any():
                continue
            own = pattern if chosen.all() else self._part(pattern, chosen)
            place = int(np.flatnonzero(own.factor.members == slot)[0])
            across = own.factor.column(place)
            self._shift(own, across / -across[place], self._dual[slot, own.columns].copy())
            self._dual[slot, own.columns] = 0
            own.factor.remove(place)
        self._check_room()

    def _part(self, pattern: _Pattern, chosen: NDArray[np.bool_]) -> _Pattern:
        """Give the chosen columns of a pattern a factor of their own."""
        own = _Pattern(pattern.factor.copy(), pattern.columns[chosen])
        pattern.columns = pattern.columns[~chosen]
        self._patterns.append(own)
        return own

    def _unify(self) -> None:
        """Let columns whose masks have become equal share one factor again."""
        found: dict[bytes, _Pattern] = {}
        for pattern in self._patterns:
            mask = np.sort(pattern.factor.members).tobytes()
            if mask in found:
                found[mask].columns = np.append(found[mask].columns, pattern.columns)
            else:
                found[mask] = pattern
        self._patterns = list(found.values())

    def _check_room(self) -> None:
        if sum(pattern.factor.nbytes for pattern in self._patterns) > MAX_BYTES:
            raise OutgrownError

    def _shift(self, pattern: _Pattern, across: Double, change: Double) -> None:
        """Add across ⊗ change to the dual of a pattern, and what follows from it to the watched scores."""
        members, columns = pattern.factor.members, pattern.columns
        self._dual[np.ix_(members, columns)] += np.outer(across, change)
        self._weights = None
        if self._pool is None:
            return
        spread = np.zeros((self._rows.count, 1), np.float32)
        spread[members, 0] = across
        weights, bias = self._rows.turn(spread)
        moved = np.asarray(self._pool @ weights[:, 0] + bias[0], np.float32)
        if columns.size == self.columns:
            from scipy.linalg.blas import sger

            steps = np.zeros(self.columns, np.float32)
            steps[columns] = change
            # In place: scores are C-ordered, so their transpose is what Fortran calls a matrix.
            sger(1.0, steps, moved, a=self._pool_scores.T, overwrite_x=1, overwrite_y=1, overwrite_a=1)
        else:
            steps = change.astype(np.float32)
            for start in range(0, moved.size, 4096):
                part = slice(start, start + 4096)
                self._pool_scores[part, columns] += np.outer(moved[part], steps)

    def _weigh(self, columns: Places) -> tuple[Float, Float]:
        return self._rows.turn(self._dual[: self._rows.count][:, columns].astype(np.float32))


def _by_mask(targets: NDArray[np.int8]) -> list[Places]:
    """Group columns by the rows on which they were looked at."""
    looked = np.packbits(targets != 0, axis=0)
    found: dict[bytes, list[int]] = {}
    for column in range(targets.shape[1]):
        found.setdefault(looked[:, column].tobytes(), []).append(column)
    return [np.array(columns, np.int64) for columns in found.values()]


def _bytes(size: int) -> int:
    return size * size * (8 if size <= DOUBLE_ROWS else 4)


def _wider(table: NDArray[Number], more: int) -> NDArray[Number]:
    return np.concatenate([table, np.zeros((table.shape[0], more), table.dtype)], axis=1)
