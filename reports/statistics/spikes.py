"""Sudden rises of a code in a slice of the data (batch, store, region…): one scan over slices × codes × weeks.

A week is held against the weeks before it, as in disease surveillance (Farrington et al. 1996; Noufaily et al. 2013).
Counts swing more than chance, each cell by its own amount, which eight weeks cannot show: so the variance of a cell is
squeezed towards that of cells of like size (Smyth 2004). Without that a scan cries wolf every week
(``benchmarks/inference.py --only spikes``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.limits import Lack, TooFew
from reports.statistics.multiplicity import benjamini_hochberg

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

LEAST_CELLS = 50
"""Cells of like size from which the common variance is found."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a spike, and when an episode is over."""

    baseline: int = 8  # weeks before
    mentions: int = 40  # least mentions in the baseline
    lift: float = 1.2
    level: float = 0.05
    quiet: int = 2  # weeks without an alarm after which an episode is closed


@dataclass(frozen=True, slots=True)
class Alarm:
    """A cell that rose: slice, code and week as places in the scan, mentions seen and expected, lift and q-value."""

    slice: int
    code: int
    week: int
    seen: int
    expected: float
    lift: float
    q: float


@dataclass(frozen=True, slots=True)
class Episode:
    """Alarms of one code that are one event: the surest of them, the weeks, and the other slices it shows in."""

    code: int
    lead: Alarm
    first_week: int
    last_week: int
    parents: tuple[int, ...]
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found: episodes, surest first; ``tests`` done; ``expected_false``: alarms among them to be chance.

    ``by_chance``: alarms that an uncorrected 5 % would have given if nothing had happened; ``prior_df`` and
    ``prior_variance`` (weeks × size classes): the common variance found, infinite df where cells swing alike.
    """

    episodes: tuple[Episode, ...]
    alarms: int
    tests: int
    expected_false: float
    by_chance: float
    prior_df: Floats
    prior_variance: Floats


def squeeze(variances: Floats, df: float) -> tuple[float, float]:
    """Return (d₀, s₀²) of the scaled inverse χ² that sample variances with ``df`` degrees of freedom come from.

    By the moments of log s²: E = ln s₀² + ψ(df/2) − ln(df/2) − ψ(d₀/2) + ln(d₀/2), Var = ψ′(df/2) + ψ′(d₀/2); d₀ is
    infinite where the logs vary no more than chance. The squeezed variance is (d₀s₀² + df·s²)/(d₀ + df). Smyth 2004,
    section 6.2; the fitFDist and squeezeVar of limma. Needs at least two variances; zeros count as 1e-5 of the median.
    """
    from scipy.special import digamma, polygamma

    if variances.size < 2 or not (variances >= 0).all():
        raise ValueError("squeezing needs at least two variances of 0 or more")
    middle = float(np.median(variances)) or 1.0
    logs = np.log(np.maximum(variances, 1e-5 * middle))
    e = logs - float(digamma(df / 2)) + math.log(df / 2)
    spread = float(e.var(ddof=1)) - float(polygamma(1, df / 2))
    if spread <= 0:
        return math.inf, math.exp(float(e.mean()))
    half = _trigamma_inverse(spread)
    return 2 * half, math.exp(float(e.mean()) + float(digamma(half)) - math.log(half))


def _trigamma_inverse(value: float) -> float:
    """Solve ψ′(y) = value > 0 by Newton's method on 1/ψ′, which is convex and nearly linear. Smyth 2004, appendix."""
    from scipy.special import polygamma

    if value > 1e7:
        return 1 / math.sqrt(value)
    if value < 1e-6:
        return 1 / value
    y = 0.5 + 1 / value
    for _ in range(50):
        slope = float(polygamma(1, y))
        step = slope * (1 - slope / value) / float(polygamma(2, y))
        y += step
        if -step / y < 1e-8:
            break
    return y


Overlap = Callable[[int, int], bool]


def scan(
    counts: Ints,
    answers: Ints,
    *,
    rules: Rules | None = None,
    overlap: Overlap | None = None,
    weeks: tuple[int, ...] | None = None,
) -> Scan | TooFew:
    """Return the spikes of the weeks that have a full baseline before them.

    Parameters
    ----------
    counts
        int (slices × codes × weeks): people who mention the code, each once a week.
    answers
        int (slices × weeks): people who answered.
    overlap
        Whether two slices share people, so that an alarm in both is one event (a batch and the region it went to);
        default: all do.
    weeks
        Weeks to test; default: all from ``rules.baseline`` on.

    With a = asin√((x + ⅜)/(n + ¾)), of variance 1/4n under chance alone (Anscombe 1948), t = (a_t − ā)/√(s²(1/4n_t +
    1/4Σn)), ā and s² (baseline − 1 degrees of freedom) weighted by n; s² is squeezed among cells of like size, never
    below chance (1), and t has baseline − 1 + d₀ degrees of freedom. One-sided; only cells with ``rules.mentions`` in
    the baseline are tested, which says nothing about the week itself; Benjamini–Hochberg over all cells and weeks
    tested here. A spike in the baseline raises the bar for the weeks after it. TooFew without a full baseline.
    """
    told = rules or Rules()
    slices, codes, span = counts.shape
    if answers.shape != (slices, span) or (counts.size and (counts > answers[:, None, :]).any()):
        raise ValueError("each slice and week needs its answers, no fewer than mention a code")
    if span <= told.baseline:
        return TooFew(Lack.PERIODS, span, told.baseline + 1)
    tested = tuple(range(told.baseline, span)) if weeks is None else weeks
    if any(not told.baseline <= week < span for week in tested):
        raise ValueError("a week to test needs a full baseline before it")
    parts = [_week(counts, answers, week, told) for week in tested]
    p = np.concatenate([part.p for part in parts])
    q = benjamini_hochberg(p)
    lifts = np.concatenate([part.seen / np.maximum(part.expected, 1e-12) for part in parts])
    loud = np.flatnonzero((q <= told.level) & (lifts >= told.lift))
    cell = np.concatenate([part.cell for part in parts])
    week_of = np.repeat(np.array(tested, np.int64), [part.p.size for part in parts])
    seen, expected = (np.concatenate([getattr(part, name) for part in parts]) for name in ("seen", "expected"))
    alarms = [
        Alarm(
            int(cell[i] // codes), int(cell[i] % codes), int(week_of[i]), int(seen[i]), float(expected[i]),
            float(lifts[i]), float(q[i]),
        )
        for i in loud[np.lexsort((cell[loud], week_of[loud], p[loud]))]
    ]  # fmt: skip
    return Scan(
        tuple(_episodes(alarms, told, overlap)), len(alarms), p.size, told.level * len(alarms), 0.05 * p.size,
        np.array([part.prior_df for part in parts]), np.array([part.prior_variance for part in parts]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Week:
    """Tested cells of a week, in the order of ``cell`` (slice × codes + code)."""

    cell: Ints
    p: Floats
    seen: Floats
    expected: Floats
    prior_df: tuple[float, ...]
    prior_variance: tuple[float, ...]


CLASSES = 5
"""Size classes within which variances are squeezed together (fifths of the baseline mentions)."""


def _week(counts: Ints, answers: Ints, week: int, rules: Rules) -> _Week:
    from scipy.special import ndtr, stdtr

    codes = counts.shape[1]
    before = counts[:, :, week - rules.baseline : week]
    mentions = before.sum(axis=2)
    asked = answers[:, week - rules.baseline : week + 1]
    whole = (asked[:, :-1] > 0).all(axis=1) & (asked[:, -1] > 0)  # a week without answers is a gap, not a low
    place, code = np.nonzero((mentions >= rules.mentions) & whole[:, None])
    cell = place * codes + code
    if not cell.size:
        nothing = np.zeros(0)
        return _Week(cell, nothing, nothing, nothing, (math.inf,) * CLASSES, (1.0,) * CLASSES)
    x = np.concatenate([before[place, code], counts[place, code, week][:, None]], axis=1).astype(np.float64)
    n = asked[place].astype(np.float64)
    a = np.arcsin(np.sqrt((x + 0.375) / (n + 0.75)))
    base_n = n[:, :-1].sum(axis=1)
    mean = (a[:, :-1] * n[:, :-1]).sum(axis=1) / base_n
    df = rules.baseline - 1
    variance = (4 * n[:, :-1] * (a[:, :-1] - mean[:, None]) ** 2).sum(axis=1) / df
    size = mentions[place, code]
    bounds = np.quantile(size, np.linspace(0, 1, CLASSES + 1)[1:-1])
    classes = np.searchsorted(bounds, size, side="left") if size.size >= CLASSES * LEAST_CELLS else np.zeros_like(size)
    squeezed, freedom = variance.copy(), np.full(variance.shape, float(df))
    priors = [(math.nan, math.nan)] * CLASSES
    for number in range(CLASSES):
        inside = classes == number
        if inside.sum() < 2:
            continue
        d0, s0 = squeeze(variance[inside], df)
        priors[number] = (d0, s0)
        share = 1.0 if math.isinf(d0) else d0 / (d0 + df)
        squeezed[inside] = share * s0 + (1 - share) * variance[inside]
        freedom[inside] = d0 + df
    # Chance alone gives 1; a fit below that would call quiet cells surer than counting can be.
    error = np.sqrt(np.maximum(squeezed, 1.0) * (1 / (4 * n[:, -1]) + 1 / (4 * base_n)))
    t = (a[:, -1] - mean) / error
    p = np.where(np.isinf(freedom), ndtr(-t), stdtr(np.where(np.isinf(freedom), 1.0, freedom), -t))
    expected = x[:, :-1].sum(axis=1) / base_n * n[:, -1]
    return _Week(cell, p, x[:, -1], expected, tuple(d for d, _ in priors), tuple(v for _, v in priors))


def _episodes(alarms: list[Alarm], rules: Rules, overlap: Overlap | None) -> list[Episode]:
    """Merge alarms, surest first: one takes in those of its code that share its people in weeks close together."""
    left: dict[int, list[Alarm]] = {}
    for alarm in alarms:
        left.setdefault(alarm.code, []).append(alarm)
    found: list[Episode] = []
    for code, waiting in left.items():
        rest = waiting
        while rest:
            lead = rest[0]
            near = [one for one in rest if overlap is None or one.slice == lead.slice or overlap(lead.slice, one.slice)]
            weeks = {lead.week}
            while True:  # week by week outwards, until it was quiet for long enough
                more = {one.week for one in near if min(abs(one.week - week) for week in weeks) <= rules.quiet}
                if more <= weeks:
                    break
                weeks |= more
            taken = [one for one in near if one.week in weeks]
            gone = set(taken)
            rest = [one for one in rest if one not in gone]
            parents = tuple(sorted({one.slice for one in taken} - {lead.slice}))
            found.append(Episode(code, lead, min(weeks), max(weeks), parents, tuple(taken)))
    return sorted(found, key=lambda one: (one.lead.q, one.code, one.lead.slice))
