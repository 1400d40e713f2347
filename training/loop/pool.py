"""The answers that the loop chooses from, as arrays, beside the live model of what people decided so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.learner.background import Background, dense_weight
from training.learner.calibration import fit_calibration
from training.learner.classifier import targets_of
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.learner.ridge import RidgeFit
from training.learner.texts import MARK
from training.learner.thresholds import fit_thresholds, learnable
from training.loop import queries
from training.loop.block import BlockModel
from training.loop.live import LiveModel, OutgrownError
from training.loop.queries import Choice, Known, Strategy

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Float = NDArray[np.float32]
Places = NDArray[np.int64]

SEEDING = 50
"""So many typical answers come first."""
BATCH = 25
"""Answers a batch: 1, 10 and 25 were measured alike, because the turns over the codes part a batch."""
AUDIT_SHARE = 0.2
"""This share of what is read is drawn at random, so that accuracy can be told honestly."""

_NONE = -1  # the id of the column "none of the codes", which stands last where codes exclude each other


@dataclass(frozen=True, slots=True)
class Decided:
    """Decided answers: keys int64 (n, verbatim ids), rows CSR (n × d), labels int8 (n × codes; 1, 0, −1 open), groups.

    ``codes`` int64: the ids of the columns, none of them a net. ``single``: codes exclude each other, so that one yes
    says no to the rest. ``groups`` int64 (n): rows that are left out together. ``hints``: what the frame says of its
    codes, the columns counted as here; they train and are never scored.
    """

    keys: Places
    rows: csr_array
    labels: NDArray[np.int8]
    groups: Places
    codes: Places
    single: bool = False
    hints: Hints = NO_HINTS

    def targets(self) -> NDArray[np.int8]:
        """Return what the live model learns from, int8 (n × codes)."""
        labels = self.labels
        if self.single:
            labels = np.where((labels == 1).any(axis=1)[:, None] & (labels < 0), np.int8(0), labels)
        return targets_of(labels)


@dataclass(frozen=True, slots=True)
class Standing:
    """The live model at a moment: its weights, and thresholds and yes so far by code (in the order of ``Decided``).

    In a single choice ``fit`` has one column more, "none of the codes".
    """

    fit: RidgeFit
    thresholds: NDArray[np.float64]
    positives: Places


class Pool:
    """Answers to choose from: keys int64 (m) and folded texts (m), and the live model of what was decided so far."""

    def __init__(self, keys: Places, texts: Sequence[str], *, background: Background, seed: int) -> None:
        self.background = background
        self.keys = np.asarray(keys, np.int64)
        self.rows = background.rows(texts)
        self.characters = np.fromiter((len(one.partition(MARK)[0]) for one in texts), np.int64, len(texts))
        self.seed = seed
        self.decided = np.zeros(len(texts), np.bool_)
        self._live: LiveModel | None = None
        self._block = BlockModel()
        self._codes = np.empty(0, np.int64)
        self._known: Decided | None = None
        self._standing: Standing | None = None

    def learn(self, decided: Decided) -> None:
        """Make these decisions, and no others, what the live model knows; it follows from what it knew before."""
        self._known = decided
        self._standing = None
        self.decided = np.isin(self.keys, decided.keys)

    def standing(self) -> Standing:
        """Return the exact model of all decisions."""
        if self._standing is None:
            assert self._known is not None
            fit = self._fit(self._known)
            targets = self._known.targets()
            labels = np.where(targets == 0, np.int8(-1), (targets > 0).astype(np.int8)).astype(np.int8)
            thresholds = fit_thresholds(fit.held_out[:, : labels.shape[1]], labels, learnable(labels))
            self._standing = Standing(fit, thresholds, (labels == 1).sum(axis=0).astype(np.int64))
        return self._standing

    def known(self, among: Places) -> Known:
        """Return what the strategies want to know of some undecided rows."""
        assert self._known is not None
        rows = self.rows[among]
        now = self.standing()
        scores = np.asarray(rows @ now.fit.weights + now.fit.bias, np.float32)
        single, codes = self._known.single, now.positives.size
        none = scores[:, codes] if single and (self._known.labels == 0).all(axis=1).any() else None
        return Known(rows, scores[:, :codes], now.thresholds, now.positives, self.characters[among], single, none)

    def seeds(self, size: int, among: Places) -> list[Choice]:
        """Return typical rows of kinds of answer of which none is decided yet."""
        before = None if self._known is None else self.background.dense(self._known.rows)
        dense = self.background.dense(self.rows[among])
        return _placed(queries.typiclust(dense, size, seed=self.seed, decided=before), among)

    def choose(self, strategy: Strategy, size: int, generator: np.random.Generator, among: Places) -> list[Choice]:
        """Return rows out of ``among`` (undecided) by a strategy of ``queries``."""
        return _placed(strategy(self.known(among), size, generator), among)

    def calibrated(self, choices: Sequence[Choice]) -> list[Choice]:
        """Return choices with score and threshold as probabilities in [0, 1] of their column."""
        if self._standing is None or self._known is None:
            return list(choices)
        now, labels = self._standing, self._known.targets()
        said = np.where(labels == 0, np.int8(-1), (labels > 0).astype(np.int8)).astype(np.int8)
        curve = fit_calibration(now.fit.held_out[:, : labels.shape[1]], said)
        values = np.zeros((2 * len(choices), labels.shape[1]), np.float32)
        for place, one in enumerate(choices):
            values[2 * place], values[2 * place + 1] = one.score, one.threshold
        shown = curve.probability(values)
        return [
            one if one.column < 0 else replace(
                one, score=float(shown[2 * place, one.column]), threshold=float(shown[2 * place + 1, one.column])
            )
            for place, one in enumerate(choices)
        ]  # fmt: skip

    def _fit(self, decided: Decided) -> RidgeFit:
        told = _with_hints(decided, self.background) if decided.hints.texts else decided
        told = _with_none(told) if decided.single else told
        targets = told.targets()
        weight = _weight(decided.keys.size) if self.background.directions.shape[1] else 0.0
        live, self._live = self._live, None
        try:
            if live is None or live.weight != weight or not _follow(live, self._codes, told, targets):
                live = LiveModel.fit(
                    told.rows, targets, keys=told.keys, groups=told.groups, directions=self.background.directions,
                    weight=weight,
                )  # fmt: skip
        except OutgrownError:
            fit = self._block.fit(
                told.rows, targets, keys=told.keys, groups=told.groups, codes=told.codes,
                directions=self.background.directions * np.float32(np.sqrt(weight)) if weight else None,
            )  # fmt: skip
            return replace(fit, held_out=fit.held_out[: decided.keys.size])
        self._live, self._codes = live, told.codes
        fit = live.as_fit()
        place = {key: row for row, key in enumerate(live.keys.tolist())}
        return replace(fit, held_out=fit.held_out[[place[key] for key in decided.keys.tolist()]])


def _with_hints(decided: Decided, background: Background) -> Decided:
    """Return the decisions with the hints below them, as answers of groups of their own."""
    from scipy.sparse import vstack

    hints = decided.hints
    told = [f"{code} {text}" for code, text in zip(decided.codes[hints.columns].tolist(), hints.texts, strict=True)]
    keys = [-1 - int.from_bytes(blake2b(one.encode(), digest_size=7).digest()) for one in told]  # as no verbatim has
    labels = np.zeros((len(keys), decided.codes.size), np.int8)
    labels[np.arange(len(keys)), hints.columns] = 1
    return replace(
        decided,
        keys=np.concatenate([decided.keys, np.array(keys, np.int64)]),
        rows=vstack([decided.rows, background.rows(hints.texts)], format="csr"),
        labels=np.concatenate([decided.labels, labels]),
        groups=np.concatenate([decided.groups, np.array(keys, np.int64)]),
        hints=NO_HINTS,
    )


def _with_none(decided: Decided) -> Decided:
    """Return the decisions with a column for "none of the codes", as one more that excludes the others."""
    yes, all_no = (decided.labels == 1).any(axis=1), (decided.labels == 0).all(axis=1)
    none = np.where(yes, 0, np.where(all_no, 1, -1)).astype(np.int8)
    return replace(
        decided, codes=np.append(decided.codes, _NONE), labels=np.column_stack([decided.labels, none])
    )  # fmt: skip


def _weight(labelled: int) -> float:
    """Return the weight of the dense kernel, in steps of an eighth of the labels: each step is a new fit."""
    step = 1.125 ** np.floor(np.log(max(labelled, 8)) / np.log(1.125))
    return dense_weight(round(float(step)))


def _follow(live: LiveModel, codes: Places, decided: Decided, targets: NDArray[np.int8]) -> bool:
    """Bring a live model up to date; False where fitting anew is the shorter way."""
    keys = decided.keys.tolist()
    place = {key: row for row, key in enumerate(keys)}
    gone = [key for key in live.keys.tolist() if key not in place]
    new = [row for row, key in enumerate(keys) if key not in live]
    if 4 * (len(gone) + len(new)) > len(keys):
        return False
    for key in gone:
        live.remove(key)
    live.drop_columns(np.flatnonzero(~np.isin(codes, decided.codes)).tolist())
    left = codes[np.isin(codes, decided.codes)]
    if not np.array_equal(left, decided.codes[: left.size]):
        return False
    order = [place[key] for key in live.keys.tolist()]
    if left.size < decided.codes.size:
        live.add_columns(targets[order][:, left.size :])
    changed = np.flatnonzero((live.targets != targets[order]).any(axis=1))
    if 4 * changed.size > len(keys):
        return False
    for key in live.keys[changed].tolist():
        live.edit(key, targets[place[key]])
    if new:
        live.add(
            decided.rows[new], targets[new], keys=[keys[row] for row in new], groups=decided.groups[new].tolist()
        )  # fmt: skip
    live.regroup(decided.groups[[place[key] for key in live.keys.tolist()]])
    return True


def _placed(choices: list[Choice], among: Places) -> list[Choice]:
    return [replace(one, row=int(among[one.row])) for one in choices]
