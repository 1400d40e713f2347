"""Shares corrected for the errors of the machine by one random audit sample that serves all codes and nets at once.

Units are what the base counts (answers, or people all of whose answers were read). Columns are codes and nets; a net
is the union of its codes, in what the machine says as in what people found. Units that people decided for other
reasons than the audit are known; the audit stands for all others.

For a column that the machine gives to M of N open units, p of those are right, and for each of the M another r are
missed: its true share is M(p + r)/N. A sample of 400 reads one or two units of a rare code, so that p and r of a column
are drawn from what its siblings in the net show (p ~ Beta, r ~ Gamma around the net's mean, those around the frame's),
by as much as the columns of the frame are found to be alike: the fewer rows of its own, the more it borrows, and the
wider its interval. Columns with many rows keep their own rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.corrected_rates import rates
from reports.statistics.limits import Lack, TooFew
from reports.statistics.shares import Share, Source

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

LEAST_READ = 100
"""Audited units below which nothing is corrected; 300 to 400 make a report."""

OWN_POSITIVES = 30
"""Audited units with the machine's code from which on a column speaks for itself."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What the audit found, by column (k): effective numbers are smaller than raw ones under unequal chances.

    ``positive_read``, ``hits``: audited units that the machine gives the column, and those of them that truly carry it;
    ``negative_read``, ``missed``: the same of units that it does not give it (all float64, effective). ``raw_positive``
    and ``raw_true`` int64: units as counted.
    """

    read: int
    positive_read: Floats
    hits: Floats
    negative_read: Floats
    missed: Floats
    raw_positive: Ints
    raw_true: Ints


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected share; ``own``: audited units behind it that the machine gave the column.

    ``borrowed``: fewer than OWN_POSITIVES of them, so that the column leans on its net.
    """

    share: Share
    own: int

    @property
    def borrowed(self) -> bool:
        """Whether the column leans on its siblings."""
        return self.own < OWN_POSITIVES


def tally(machine: Marks, truth: Marks, inclusion: Floats | None = None) -> Tally:
    """Count an audit. ``machine`` and ``truth`` bool (n × k): what machine (out of sample) and people say of each unit.

    ``inclusion`` float64 (n) in (0, 1]: the chance with which each unit was drawn; without it, equal chances. Unequal
    ones enter as weights 1/π; the effective number of a group is (Σw)²/Σw² (Kish 1965, 8.2).
    Raises ValueError for shapes that differ or a chance outside (0, 1].
    """
    if machine.shape != truth.shape or machine.ndim != 2:
        raise ValueError("machine and people must speak of the same units and columns")
    weights = np.ones(len(machine)) if inclusion is None else 1 / _chances(inclusion, len(machine))
    positive_read, hits = _effective(machine, truth, weights)
    negative_read, missed = _effective(~machine, truth, weights)
    return Tally(
        len(machine), positive_read, hits, negative_read, missed,
        machine.sum(axis=0, dtype=np.int64), truth.sum(axis=0, dtype=np.int64),
    )  # fmt: skip


def _chances(inclusion: Floats, n: int) -> Floats:
    if inclusion.shape != (n,) or (n and not (inclusion.min() > 0 and inclusion.max() <= 1)):
        raise ValueError("each audited unit needs its chance of being drawn, above 0 and at most 1")
    return inclusion


def _effective(group: Marks, truth: Marks, weights: Floats) -> tuple[Floats, Floats]:
    """Return by column the effective number of units in the group and of those that truly carry it."""
    whole = weights @ group
    squares = (weights * weights) @ group
    n = np.divide(whole * whole, squares, out=np.zeros_like(whole), where=squares > 0)
    rate = np.divide(weights @ (group & truth), whole, out=np.zeros_like(whole), where=whole > 0)
    return n, n * rate


def corrected_shares(
    audit: Tally,
    positive: Ints,
    *,
    size: int,
    above: Ints,
    known: Ints | None = None,
    known_size: int = 0,
    closed: bool = False,
    draws: int = 2000,
    seed: int = 0,
) -> list[Corrected] | TooFew:
    """Return the share of all units that truly carry each column, with 95 % intervals.

    Parameters
    ----------
    audit
        What the audit found; its units are a random sample of the ``size`` open ones.
    positive
        int64 (k): open units that the machine gives each column, audited ones included.
    above
        int64 (k): the column of each column's net, −1 at the top. Columns with the same net lend each other strength.
    known, known_size
        int64 (k) and int: what people decided outside the audit, counted as it is.
    closed
        The units are all there are: intervals hold the machine's errors only. Else they are a sample of those who might
        have answered, and the intervals hold both (a share drawn from Beta(x + ½, n − x + ½), Jeffreys, for each draw
        of x): only such intervals may be compared between periods.

    Returns
    -------
    A ``Corrected`` for each column, or TooFew below LEAST_READ audited units (unless all were read). Shares are of
    size + known_size units; ``count`` is what a count of the final layer gives (machine and people). No net is below
    the largest of its codes, in value or either end: codes are capped by their net, and a net's lower end is raised.

    Raises ValueError for counts that cannot be. Beta-binomial and gamma-Poisson shrinkage: Gelman et al. 2013, ch. 5;
    post-stratification by the machine's verdict as the exact form of PPI++ for a binary column: Angelopoulos et al.
    2023. Chosen by simulation: ``benchmarks/inference.py --only shares``.
    """
    known = np.zeros_like(positive) if known is None else known
    _check(audit, positive, size, above, known, known_size)
    if audit.read < min(LEAST_READ, size):
        return TooFew(Lack.AUDITED, audit.read, min(LEAST_READ, size))
    rng = np.random.default_rng(seed)
    total = size + known_size
    unread = positive - audit.raw_positive
    rest = size - audit.read - unread
    right, missed = error_rates(audit, positive, size=size, above=above, draws=draws, rng=rng)
    sums = (audit.raw_true + known) + rng.binomial(unread, right) + rng.binomial(rest, missed)
    means = (audit.raw_true + known) + unread * right.mean(axis=0) + rest * missed.mean(axis=0)
    shares = sums / max(total, 1) if closed else rng.beta(sums + 0.5, total - sums + 0.5)
    value, (low, high) = means / max(total, 1), np.quantile(shares, (0.025, 0.975), axis=0)
    value, low, high = nested(value, np.minimum(low, value), np.maximum(high, value), above)
    # In a count of the final layer an audited unit is what people found, any other what the machine says.
    counted = known + audit.raw_true + unread
    return [
        Corrected(
            Share(int(counted[c]), total, float(value[c]), float(low[c]), float(high[c]), Source.CORRECTED),
            int(audit.raw_positive[c]),
        )
        for c in range(positive.size)
    ]


def error_rates(
    audit: Tally, positive: Ints, *, size: int, above: Ints, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw the parts in [0, 1] of the machine's positives and negatives that are true (draws × k each)."""
    return rates(
        (audit.positive_read, audit.hits), (audit.negative_read, audit.missed), (positive + 0.5) / (size + 1), above,
        draws, rng,
    )  # fmt: skip


def _check(audit: Tally, positive: Ints, size: int, above: Ints, known: Ints, known_size: int) -> None:
    k = positive.size
    if audit.raw_positive.shape != (k,) or above.shape != (k,) or known.shape != (k,):
        raise ValueError("each column needs its counts, its net and its audit")
    possible = audit.read <= size and not (audit.raw_positive > positive).any()
    if not possible or (positive > size).any() or (known > known_size).any():
        raise ValueError("an audit cannot hold more units than there are")
    if (size - audit.read < positive - audit.raw_positive).any():
        raise ValueError("the machine gave a column to more unread units than there are")
    if (above >= k).any() or any(_depth(above, c) < 0 for c in range(k)):
        raise ValueError("the nets form a loop")


def _depth(above: Ints, column: int) -> int:
    """Return how many nets are above a column, −1 in a loop."""
    depth = 0
    while (column := int(above[column])) >= 0:
        depth += 1
        if depth > above.size:
            return -1
    return depth


def nested(value: Floats, low: Floats, high: Floats, above: Ints) -> tuple[Floats, Floats, Floats]:
    """Make nets hold their codes: cap codes by nets from the top, raise nets' lower ends from below, in place."""
    order = sorted(range(above.size), key=lambda c: _depth(above, c))
    for column in order:
        net = int(above[column])
        if net >= 0:
            value[column], high[column] = min(value[column], value[net]), min(high[column], high[net])
            low[column] = min(low[column], value[column])
    for column in reversed(order):
        net = int(above[column])
        if net >= 0:
            low[net] = min(value[net], max(low[net], low[column]))
    return value, low, high


@dataclass(frozen=True, slots=True)
class Plan:
    """What an audit of ``read`` units can be expected to give: half-widths (k) in [0, 1], and hours of reading."""

    read: int
    half_widths: Floats
    hours: float


def plan(
    positive: Ints,
    *,
    size: int,
    above: Ints,
    read: int,
    seconds: float = 20.0,
    right: float = 0.75,
    missed: float = 0.35,
    runs: int = 5,
    seed: int = 0,
) -> Plan:
    """Return the intervals to expect of an audit, before anyone reads it, by drawing audits that might come.

    ``positive`` (k) of ``size`` open units have the machine's column, ``above`` as for ``corrected_shares``.
    ``seconds`` a unit takes to read; ``right``: part of the machine's positives that is true; ``missed``: true ones
    that it misses for each positive (recall .70 at precision .75 is 0.32). Half-widths are the mean of ``runs``.
    Raises ValueError when fewer than LEAST_READ or more than ``size`` units are to be read.
    """
    if not min(LEAST_READ, size) <= read <= size:
        raise ValueError(f"an audit reads between {min(LEAST_READ, size)} and {size} units")
    rng = np.random.default_rng(seed)
    whole = np.zeros(positive.size)
    for run in range(runs):
        own = rng.hypergeometric(positive, size - positive, read) if read < size else positive
        # Columns differ: a plan for equal ones promised intervals a fifth too short.
        hits = rng.binomial(own, rng.beta(8 * right, 8 * (1 - right), own.size))
        escaped = rng.poisson(missed * rng.gamma(2.0, 0.5, own.size) * read * positive / size)
        escaped = np.minimum(escaped, np.minimum(read, size - positive + own) - own)
        n1, x1, n0, x0 = (one.astype(np.float64) for one in (own, hits, read - own, escaped))
        audit = Tally(read, n1, x1, n0, x0, own, hits + escaped)
        found = corrected_shares(audit, positive, size=size, above=above, draws=400, seed=run)
        assert not isinstance(found, TooFew)
        whole += [one.share.half_width for one in found]
    return Plan(read, whole / runs, read * seconds / 3600)
