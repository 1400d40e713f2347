"""Layers of needs derived from text and score: what costs points, what lifts, what is only wished for.

Penalty–reward contrast (Vavra 1997; Brandt 1988): score on "mentioned as bad" and "mentioned as good" of every theme,
no mention being the reference. The layers are derived, not asked: Mikulić and Prebežac 2011 warn of taking such
contrasts for Kano's own questions, and a person may overrule them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import wilson_interval
from annotate.messages import N_
from reports.statistics.least_squares import Floats, Ints, dummies, independent_columns, ols_hc3
from reports.statistics.limits import Lack, TooFew
from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.nps import Z95, Estimate

Marks = NDArray[np.bool_]
LEAST_PEOPLE, LEAST_MENTIONS = 2000, 100
LEVEL = 0.05
MARGIN = 2.0
"""One side must weigh more than twice the other before a need is called one-sided."""
LIKELY = 0.1
"""One-sided level at which neither side may weigh more than twice the other in a need of performance. Without it, 11 %
of must-be needs with a small reward (1.0 against 0.3 points, n = 2,000) were called so."""
SMALL = 0.25
"""Points of a 0–10 scale within which a mention is called indifferent."""
LEAST_WISHERS, WISH_SHARE = 30, 0.1


class Layer(Enum):
    """A Kano layer as derived from penalty and reward."""

    MUST_BE = N_("Must-be")
    PERFORMANCE = N_("Performance")
    ATTRACTIVE = N_("Attractive")
    INDIFFERENT = N_("Indifferent")
    UNPROVED = N_("Not enough evidence")


class Point(Enum):
    """The second axis; a theme may be several."""

    PAIN = N_("Pain point")
    ITCH = N_("Itch point")
    DELIGHT = N_("Delight point")


@dataclass(frozen=True, slots=True)
class Need:
    """A theme's penalty (points lost by a bad mention) and reward (points won by a good one), and its layer.

    ``column``: place in the matrices given. ``covariance`` (2 × 2) of (penalty, reward); ``q``: adjusted p of both.
    The bases are the people who mention it as bad and as good.
    """

    column: int
    penalty: Estimate
    reward: Estimate
    covariance: tuple[tuple[float, float], tuple[float, float]]
    q: tuple[float, float]
    layer: Layer
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Layers:
    """The needs that could be judged, by column; ``left_out``: column and what it lacks; ``n`` people with a score."""

    n: int
    needs: tuple[Need, ...]
    left_out: tuple[tuple[int, TooFew], ...]


def layers(
    score: Floats,
    bad: Marks,
    good: Marks,
    *,
    wished: Marks | None = None,
    waves: Ints | None = None,
    customers: Ints | None = None,
    weights: Floats | None = None,
    small: float = SMALL,
) -> Layers | TooFew:
    """Return the layer of every theme from scores (n, NaN: none) and who mentions it as bad and as good (bool n × k).

    Both sides are tested with HC3 and Benjamini–Hochberg at 5 % over all of them. Must-be: the penalty is proved and
    more than MARGIN times the reward (one-sided, adjusted likewise); attractive: the other way round; performance: both
    are proved, and neither is more than MARGIN times the other (one-sided, LIKELY); indifferent: both proved to lie
    within ``small`` points (two one-sided tests; Schuirmann 1987); else not enough evidence. Pain: a proved penalty;
    delight: a proved reward; itch: see ``itches``, from ``wished`` (bool n × k: mentioned in a wish), for which no
    score is needed. Needs LEAST_PEOPLE people with a score, LEAST_MENTIONS on each side of a theme. ``waves``,
    ``customers``, ``weights``: as for drivers.
    """
    rows = np.isfinite(score)
    n = int(rows.sum())
    if n < LEAST_PEOPLE:
        return TooFew(Lack.ANSWERS, n, LEAST_PEOPLE)
    if np.unique(score[rows]).size < 2:
        return TooFew(Lack.KINDS, 1, 2)
    minus, plus = bad[rows], good[rows]
    able, left = _able(minus, plus)
    control = dummies(None if waves is None else waves[rows], n)
    weight = np.ones(n) if weights is None else weights[rows]
    x = np.hstack([control, minus[:, able], plus[:, able]]).astype(np.float64)
    kept = independent_columns(x * np.sqrt(weight)[:, None])
    told = kept[control.shape[1] :].reshape(2, -1).all(axis=0)
    left += [(int(c), TooFew(Lack.MENTIONS, 0, LEAST_MENTIONS)) for c in able[~told]]
    able, first = able[told], int(kept[: control.shape[1]].sum())
    if not able.size:
        return Layers(n, (), tuple(sorted(left, key=lambda one: one[0])))
    x = np.hstack([control[:, kept[: control.shape[1]]], minus[:, able], plus[:, able]]).astype(np.float64)
    fit = ols_hc3(x, score[rows], weights=weight, clusters=None if customers is None else customers[rows])
    k = able.size
    turned = np.diag(np.r_[-np.ones(k), np.ones(k)])
    sides = turned @ fit.coefficients[first:]
    covariance = turned @ fit.covariance[first:, first:] @ turned
    wishes = itches(wished, bad | good | wished) if wished is not None else np.zeros(bad.shape[1], np.bool_)
    needs = _judged(sides, covariance, small, able, minus, plus, wishes)
    return Layers(n, needs, tuple(sorted(left, key=lambda one: one[0])))


def _able(minus: Marks, plus: Marks) -> tuple[NDArray[np.int64], list[tuple[int, TooFew]]]:
    """Return the columns with enough mentions on each side, and what the others lack most."""
    able: list[int] = []
    left: list[tuple[int, TooFew]] = []
    for column, (worse, better) in enumerate(zip(minus.sum(axis=0), plus.sum(axis=0), strict=True)):
        lack, have = (Lack.NEGATIVE, worse) if worse <= better else (Lack.POSITIVE, better)
        if have >= LEAST_MENTIONS:
            able.append(column)
        else:
            left.append((column, TooFew(lack, int(have), LEAST_MENTIONS)))
    return np.array(able, np.int64), left


def _judged(
    sides: Floats, covariance: Floats, small: float, able: Ints, minus: Marks, plus: Marks, wishes: Marks
) -> tuple[Need, ...]:
    from scipy.stats import norm

    k = able.size
    error = np.sqrt(np.diag(covariance))
    q = benjamini_hochberg(2 * norm.sf(np.abs(sides) / error))
    proved = (q <= LEVEL) & (sides > 0)
    own, other = np.arange(2 * k), np.r_[np.arange(k, 2 * k), np.arange(k)]
    spread = np.sqrt(error**2 + (MARGIN * error[other]) ** 2 - 2 * MARGIN * covariance[own, other])
    beyond = (sides - MARGIN * sides[other]) / spread
    one_sided = proved & (benjamini_hochberg(norm.sf(beyond)) <= LEVEL)
    within = proved & (norm.cdf(beyond) <= LIKELY)
    near = np.abs(sides) + norm.ppf(1 - LEVEL) * error < small
    found = []
    for i, column in enumerate(able):
        p, r = sides[i], sides[i + k]
        layer = Layer.UNPROVED
        if one_sided[i]:
            layer = Layer.MUST_BE
        elif one_sided[i + k]:
            layer = Layer.ATTRACTIVE
        elif within[i] and within[i + k]:
            layer = Layer.PERFORMANCE
        elif near[i] and near[i + k]:
            layer = Layer.INDIFFERENT
        marked = zip(Point, (proved[i], wishes[column], proved[i + k]), strict=True)
        found.append(
            Need(
                int(column),
                _estimate(p, error[i], minus[:, column]),
                _estimate(r, error[i + k], plus[:, column]),
                (
                    (float(covariance[i, i]), float(covariance[i, i + k])),
                    (float(covariance[i + k, i]), float(covariance[i + k, i + k])),
                ),
                (float(q[i]), float(q[i + k])),
                layer,
                tuple(point for point, on in marked if on),
            )
        )
    return tuple(found)


def _estimate(value: float, error: float, people: Marks) -> Estimate:
    return Estimate(float(value), float(value - Z95 * error), float(value + Z95 * error), int(people.sum()))


def itches(wished: Marks, mentioned: Marks) -> Marks:
    """Return bool (k): an itch point, by who mentions a theme in a wish and at all (bool people × k).

    At least LEAST_WISHERS people wish, and with 95 % confidence (Wilson) more than WISH_SHARE of those who mention it.
    """
    counts = zip(wished.sum(axis=0).tolist(), mentioned.sum(axis=0).tolist(), strict=True)
    return np.array([x >= LEAST_WISHERS and wilson_interval(x, n)[0] > WISH_SHARE for x, n in counts], np.bool_)


@dataclass(frozen=True, slots=True)
class Move:
    """A need in two periods. ``moved``: the change of (penalty, reward) is proved, so that an arrow may be drawn."""

    column: int
    before: Need
    after: Need
    q: float

    @property
    def moved(self) -> bool:
        """Whether the change is proved at 5 % over all needs compared."""
        return self.q <= LEVEL


def migration(before: Sequence[Need], after: Sequence[Need]) -> tuple[Move, ...]:
    """Return the needs judged in both periods with the test of their change.

    χ² with two degrees of freedom on the change of (penalty, reward), Benjamini–Hochberg over the needs; ``column``
    must mean the same theme in both. Periods count as independent, which errs on the side of no arrow where the same
    customers answered twice.
    """
    from scipy.stats import chi2

    later = {one.column: one for one in after}
    pairs = [(one, later[one.column]) for one in before if one.column in later]
    p = []
    for one, other in pairs:
        change = np.array([other.penalty.value - one.penalty.value, other.reward.value - one.reward.value])
        covariance = np.array(one.covariance) + np.array(other.covariance)
        p.append(float(chi2.sf(change @ np.linalg.solve(covariance, change), 2)))
    q = benjamini_hochberg(p)
    return tuple(Move(one.column, one, other, float(value)) for (one, other), value in zip(pairs, q, strict=True))
