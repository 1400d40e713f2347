"""Shares of parts of a question (segments, periods, weighted people) corrected by the one audit of the whole.

A part of 80 audited answers cannot tell how the machine errs in it. What carries over from the whole is how often it
finds a code that is there and how often it gives one that is not (its sensitivity and false-positive rate); precision
does not, because it falls with the share itself. So a part's share solves q = θ·found + (1 − θ)·wrong for θ, joined
with the part's own audited units, over the same draws of the rates for all parts: what is unsure about the machine
falls out of a comparison of two parts. Rogan and Gladen 1978; Saerens, Latinne and Decaestecker 2002.

It rests on the machine erring alike in all parts, which ``erring_alike`` tests on the audited units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.corrected import LEAST_READ, Tally, error_rates
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import Change

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

DRAWS = 1000
_BATCH = 50  # draws at a time: their tables stay in the cache
LEAST_TOLD = 30
"""Audited units of a part from which on it is tested by itself for equal errors; smaller parts are put together."""
LEAST_ALIKE_P = 0.01
"""p-value below which the machine is taken to err differently between the parts."""
SPREAD = 0.2
"""How far the rates of a part may lie from those of the whole (standard deviation, logits)."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Draws of how the machine errs, by column (draws × k): the part of what is there that it finds, and of what is not
    there that it says."""

    found: Floats
    wrong: Floats


@dataclass(frozen=True, slots=True)
class PartCounts:
    """Counts of d parts by column (k): float64, effective numbers where people are weighted.

    ``positive`` (k × d) of ``size`` (d) units that only the machine saw; ``read_true`` (k × d) of ``read`` (d) audited
    ones; ``known_true`` (k × d) of ``known`` (d) that people decided for other reasons.
    """

    positive: Floats
    size: Floats
    read_true: Floats
    read: Floats
    known_true: Floats
    known: Floats

    @property
    def whole(self) -> Floats:
        """Return the units of each part (d)."""
        return self.size + self.read + self.known


def errors(
    audit: Tally, positive: Ints, *, size: int, above: Ints, draws: int = DRAWS, seed: int = 0
) -> Errors | TooFew:
    """Draw how the machine errs; arguments as for ``corrected.corrected_shares``, whose rates these are.

    TooFew below LEAST_READ audited units.
    """
    if audit.read < min(LEAST_READ, size):
        return TooFew(Lack.AUDITED, audit.read, min(LEAST_READ, size))
    rng = np.random.default_rng(seed)
    right, missed = error_rates(audit, positive, size=size, above=above, draws=draws, rng=rng)
    said = (positive + 0.5) / (size + 1)
    share = said * right + (1 - said) * missed
    return Errors(said * right / share, np.minimum(1.0, said * (1 - right) / np.maximum(1 - share, 1e-9)))


def part_shares(told: Errors, counts: PartCounts, *, spread: float = SPREAD, seed: int = 0) -> Floats:
    """Return draws of the true share of each column in each part, float64 (draws × k × d).

    They hold the sampling of people and of audited units and the errors of the machine. Within a draw of the rates the
    share has the information of two estimates, q = positive/size turned back and the audited units, joined by their
    variances. Then the truth of unread units follows from it, two binomials given what the machine said, and the share
    anew from Beta(truth + ½, rest + ½): one Beta of their mean and variance, for a third of the time of drawing each.
    """
    rng = np.random.default_rng(seed)
    drawn = np.empty((len(told.found), *counts.positive.shape))
    for start in range(0, len(drawn), _BATCH):
        batch = slice(start, start + _BATCH)
        drawn[batch] = _drawn(Errors(told.found[batch], told.wrong[batch]), counts, spread, rng)
    return drawn


def _drawn(told: Errors, counts: PartCounts, spread: float, rng: np.random.Generator) -> Floats:
    n, r = counts.size, counts.read
    shape = (len(told.found), *counts.positive.shape)
    found, wrong = (
        _moved(rates[:, :, None], spread * rng.standard_normal(shape)) for rates in (told.found, told.wrong)
    )
    reach = np.maximum(found - wrong, 0.0)
    q = counts.positive / np.maximum(n, 1e-9)
    turned = np.clip(np.divide(q - wrong, reach, out=np.zeros(shape), where=reach > 1e-6), 0.0, 1.0)
    own = counts.read_true / np.maximum(r, 1e-9)
    least = 0.5 / (counts.whole + 1)
    value = turned
    for _round in range(2):
        inside = np.clip(value, least, 1 - least)
        expected = inside * found + (1 - inside) * wrong
        by_machine = n * reach**2 / (expected * (1 - expected))
        by_people = r / (inside * (1 - inside))
        value = (by_machine * turned + by_people * own) / np.maximum(by_machine + by_people, 1e-12)
    worth = np.minimum((by_machine + by_people) * inside * (1 - inside), n + r)
    share = rng.beta(value * worth + 0.5, (1 - value) * worth + 0.5)
    said = share * found + (1 - share) * wrong
    right, missed = share * found / said, share * (1 - found) / (1 - said)
    unread, rest = counts.positive, np.maximum(n - counts.positive, 0.0)
    truth = unread * right + rest * missed + counts.read_true + counts.known_true
    whole = np.maximum(counts.whole, truth) + 1
    mean = (truth + 0.5) / whole
    variance = (unread * right * (1 - right) + rest * missed * (1 - missed)) / whole**2
    variance += (mean * (1 - mean) - variance) / (whole + 1)
    worth = mean * (1 - mean) / variance - 1
    return np.asarray(rng.beta(mean * worth, (1 - mean) * worth), np.float64)


def _moved(rates: Floats, by: Floats) -> Floats:
    odds = np.log(np.clip(rates, 1e-9, 1 - 1e-9)) - np.log1p(-np.clip(rates, 1e-9, 1 - 1e-9))
    return np.asarray(1 / (1 + np.exp(-(odds + by))), np.float64)


def erring_alike(machine: Marks, truth: Marks, part: Ints) -> float:
    """Return the p-value of the machine erring alike in all parts, 1 where too little was audited to tell.

    ``machine`` and ``truth`` bool (n × k) of audited units, ``part`` int64 (n), −1 of none. Codes missed per true code,
    and said per code that is not there, are compared between parts as ratios over units (linearised; χ² of parts − 1),
    twice the smaller p-value of the two.
    """
    from scipy.stats import chi2

    kinds, sizes = np.unique(part[part >= 0], return_counts=True)
    large = kinds[sizes >= LEAST_TOLD]
    group = np.where(np.isin(part, large), np.searchsorted(large, part), large.size)
    group[part < 0] = -1
    usable = [one for one in range(large.size + 1) if (group == one).sum() >= LEAST_TOLD]
    if len(usable) < 2:
        return 1.0
    rows = np.isin(group, usable)
    group = np.searchsorted(usable, group[rows])
    told = []
    for wrong, base in ((truth & ~machine, truth), (machine & ~truth, ~truth)):
        x, m = wrong[rows].sum(axis=1).astype(np.float64), base[rows].sum(axis=1).astype(np.float64)
        rate = float(x.sum()) / max(float(m.sum()), 1.0)
        away = x - rate * m
        sums, mass = (np.bincount(group, one).astype(np.float64) for one in (away, m))
        centre = sums / np.bincount(group)
        spread = np.bincount(group, (away - centre[group]) ** 2).astype(np.float64)
        if (spread <= 0).any():
            told.append(1.0)
            continue
        told.append(float(chi2.sf(_heterogeneity(sums, spread, mass), len(usable) - 1)))
    return min(1.0, 2 * min(told))


def stretches(part: Ints, *, most: int = 4) -> Ints:
    """Return which of at most ``most`` stretches of about LEAST_TOLD audited units or more each part is in, in order.

    ``part`` int64 (n), −1 of none: parts that follow each other in time, too small to be tested one by one.
    """
    told = np.sort(part[part >= 0])
    pieces = min(most, told.size // LEAST_TOLD)
    if pieces < 2:
        return np.where(part >= 0, 0, -1)
    cuts = np.unique(told[[told.size * at // pieces for at in range(1, pieces)]])
    return np.where(part >= 0, np.searchsorted(cuts, part, side="right"), -1)


def _heterogeneity(sums: Floats, spread: Floats, mass: Floats) -> float:
    """Return Cochran's Q of rates by part from linearised sums, their variances, and what they are rates of."""
    rate = sums / mass
    weight = mass**2 / spread
    centre = float(weight @ rate) / float(weight.sum())
    return float(weight @ (rate - centre) ** 2)


def difference(before: Floats, after: Floats) -> Change:
    """Return after − before of two shares from their draws (same draws of the rates), in [−1, 1].

    The p-value is that of z on the scale on which shares swing evenly, 2·asin√share.
    """
    moved = after - before
    low, high = np.quantile(moved, (0.025, 0.975))
    value = float(moved.mean())
    return Change(value, min(float(low), value), max(float(high), value), float(equal(before, after)))


def equal(one: Floats, other: Floats) -> Floats:
    """Return two-sided p-values of equal shares from draws along the first axis."""
    away = _even(one) - _even(other)
    return _two_sided(away.mean(axis=0), away.var(axis=0, ddof=1))


def equal_pairs(drawn: Floats, left: Ints, right: Ints) -> Floats:
    """Return ``equal`` of the parts ``left`` (m) and ``right`` (m) of draws × k × d: float64 (k × m).

    The variance of a difference from one table of variances and covariances a column, not from draws of each pair.
    """
    swing = _even(drawn)
    centre = swing.mean(axis=0)
    swing -= centre
    spread = np.matmul(swing.transpose(1, 2, 0), swing.transpose(1, 0, 2)) / max(1, len(drawn) - 1)
    own = np.diagonal(spread, axis1=1, axis2=2)
    return _two_sided(
        centre[:, left] - centre[:, right], np.maximum(own[:, left] + own[:, right] - 2 * spread[:, left, right], 0.0)
    )


def _even(shares: Floats) -> Floats:
    """Return shares on the scale on which they swing evenly."""
    return np.asarray(np.arcsin(np.sqrt(shares)), np.float64)


def _two_sided(away: Floats, variance: Floats) -> Floats:
    from scipy.special import erfc

    z = np.divide(np.abs(away), np.sqrt(variance), out=np.zeros_like(variance), where=variance > 0)
    return np.asarray(erfc(z / np.sqrt(2)), np.float64)
