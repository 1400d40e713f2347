"""What the score would be if fewer people mentioned a theme: a multinomial logit, averaged over the people there are.

Dropping the rows that mention a theme charges it with whatever else those people say (METHODS gave −3.5 points to a
theme without any effect); averaging predictions with the mention set to 0 does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.statistics.drivers import LEAST_MENTIONS, LEAST_PEOPLE
from reports.statistics.least_squares import Floats, Ints, dummies, independent_columns, sum_by
from reports.statistics.limits import Lack, TooFew
from reports.statistics.nps import DETRACTOR_TO, PROMOTER_FROM, Z95, Estimate

NPS_VALUES = (-100.0, 0.0, 100.0)
RIDGE = 0.01
"""Of a slope in log odds: a normal prior of deviation 10, so that a theme that no promoter mentions stays finite."""
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Logit:
    """A multinomial logit on n rows: ``coefficients`` (K − 1 × p) against the first kind; ``information``: minus the
    Hessian (penalty included), columns within kinds; ``probabilities`` (n × K)."""

    coefficients: Floats
    information: Floats
    probabilities: Floats


def multinomial_logit(
    x: Floats, kind: Ints, kinds: int, weights: Floats | None = None, *, ridge: float = RIDGE
) -> Logit:
    """Fit kinds 0 … kinds − 1 (n ints) on x (n × p, column 0 the constant) by Newton's method with halved steps.

    The log likelihood less ridge/2 · Σ slope² is highest there. Raises ValueError where a kind does not occur.
    """
    n, p = x.shape
    if np.unique(kind).size != kinds:
        raise ValueError("every kind must occur")
    weight = np.ones(n) if weights is None else weights
    hit = (kind[:, None] == np.arange(1, kinds)).astype(np.float64)
    penalty = np.full((kinds - 1, p), ridge)
    penalty[:, 0] = 0.0
    b = np.zeros((kinds - 1, p))
    probabilities, height = _heights(x, b, kind, weight, penalty)
    for _ in range(_STEPS):
        slope = (weight[:, None] * (hit - probabilities[:, 1:])).T @ x - penalty * b
        step = np.linalg.solve(_information(x, probabilities, weight, penalty), slope.ravel()).reshape(b.shape)
        size = 1.0
        while True:
            tried, better = _heights(x, b + size * step, kind, weight, penalty)
            if better >= height - 1e-9 * abs(height) or size < 1e-6:
                break
            size /= 2
        b, probabilities, height = b + size * step, tried, better
        if np.abs(size * step).max() < 1e-8:
            break
    return Logit(b, _information(x, probabilities, weight, penalty), probabilities)


def predicted(x: Floats, coefficients: Floats) -> Floats:
    """Return the probabilities (n × K) of a logit."""
    odds = np.hstack([np.zeros((len(x), 1)), x @ coefficients.T])
    odds -= odds.max(axis=1, keepdims=True)
    raised = np.exp(odds)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def _heights(x: Floats, b: Floats, kind: Ints, weight: Floats, penalty: Floats) -> tuple[Floats, float]:
    probabilities = predicted(x, b)
    told = np.log(np.clip(probabilities[np.arange(len(x)), kind], 1e-300, None))
    return probabilities, float(weight @ told - 0.5 * np.sum(penalty * b * b))


def _information(x: Floats, probabilities: Floats, weight: Floats, penalty: Floats) -> Floats:
    free, p = probabilities.shape[1] - 1, x.shape[1]
    found = np.zeros((free * p, free * p))
    for a in range(free):
        for c in range(a, free):
            own = probabilities[:, a + 1]
            cross = weight * own * ((a == c) - probabilities[:, c + 1])
            block = (x * cross[:, None]).T @ x
            found[a * p : (a + 1) * p, c * p : (c + 1) * p] = block
            found[c * p : (c + 1) * p, a * p : (a + 1) * p] = block.T
    found[np.diag_indices_from(found)] += penalty.ravel()
    return found


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a score would gain, in its points (of NPS: −100 to 100), if part of the mentions of a column were gone.

    ``column``: place in the matrix given; ``gain`` with its 95 % interval, its base the people who mention.
    """

    column: int
    gain: Estimate


def nps_kinds(score: Floats) -> Ints:
    """Return 0 detractor, 1 passive, 2 promoter of scores from 0 to 10; −1 where none is given (NaN)."""
    kinds = np.where(score >= PROMOTER_FROM, 2, np.where(score <= DETRACTOR_TO, 0, 1))
    return np.where(np.isfinite(score), kinds, -1).astype(np.int64)


def what_if(
    kind: Ints,
    mentions: NDArray[np.bool_],
    columns: list[int],
    *,
    values: tuple[float, ...] = NPS_VALUES,
    part: float = 0.5,
    waves: Ints | None = None,
    customers: Ints | None = None,
    weights: Floats | None = None,
) -> list[WhatIf | TooFew] | TooFew:
    """Return, for each of ``columns``, what the mean of ``values`` would gain without a random ``part`` of it.

    ``kind`` (n ints): place in ``values`` (NPS: ``nps_kinds``; a top box: 0 and 1 with (0.0, 100.0)), −1 unknown.
    ``mentions`` bool (n × k): all of them are held in the model. Mean over people of the difference of predictions
    (g-computation, Robins 1986; Snowden, Rose and Mortimer 2011); the interval by the influence of each customer on
    both the model and the mean (M-estimation, Stefanski and Boos 2002). Same minimum data as ``drivers``.
    """
    rows = kind >= 0
    n = int(rows.sum())
    if n < LEAST_PEOPLE:
        return TooFew(Lack.ANSWERS, n, LEAST_PEOPLE)
    found, y = np.unique(kind[rows], return_inverse=True)
    if found.size < 2:
        return TooFew(Lack.KINDS, int(found.size), 2)
    marks = mentions[rows].astype(np.float64)
    side = np.minimum(marks.sum(axis=0), n - marks.sum(axis=0)).astype(np.int64)
    control = dummies(None if waves is None else waves[rows], n)
    able = np.flatnonzero(side >= LEAST_MENTIONS)
    # A column asked for is held before one that tells the same.
    able = np.array(sorted(able, key=lambda c: (c not in columns, c)), np.int64)
    x = np.hstack([control, marks[:, able]])
    weight = np.ones(n) if weights is None else weights[rows] / weights[rows].mean()
    kept = independent_columns(x * np.sqrt(weight)[:, None])
    place = {int(c): i for i, c in enumerate(np.r_[np.full(control.shape[1], -1), able][kept])}
    x = x[:, kept]
    logit = multinomial_logit(x, y.reshape(-1), found.size, weight)
    worth = np.array(values)[found]
    who = None if customers is None else customers[rows]
    influence = _influence(logit, x, y.reshape(-1), weight)
    told: list[WhatIf | TooFew] = []
    for column in columns:
        if column not in place:
            told.append(TooFew(Lack.MENTIONS, int(side[column]), LEAST_MENTIONS))
            continue
        gain, error = _gain(logit, x, place[column], worth, part, weight, influence, who)
        people = int(marks[:, column].sum())
        told.append(WhatIf(column, Estimate(gain, gain - Z95 * error, gain + Z95 * error, people)))
    return told


def _influence(logit: Logit, x: Floats, y: Ints, weight: Floats) -> Floats:
    """Return each row's influence on the coefficients (n × (K − 1)p)."""
    free = logit.probabilities.shape[1] - 1
    residual = weight[:, None] * ((y[:, None] == np.arange(1, free + 1)) - logit.probabilities[:, 1:])
    scores = (residual[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    return np.asarray(np.linalg.solve(logit.information, scores.T).T, np.float64)


def _gain(
    logit: Logit, x: Floats, place: int, worth: Floats, part: float, weight: Floats, influence: Floats, who: Ints | None
) -> tuple[float, float]:
    mentioned = x[:, place] > 0
    without = x[mentioned].copy()
    without[:, place] = 0.0
    after = predicted(without, logit.coefficients)
    before = logit.probabilities[mentioned]
    w, total = weight[mentioned], weight.sum()
    change = part * (after - before) @ worth
    gain = float(w @ change / total)
    gradient = part * (_slope(without, after, worth, w) - _slope(x[mentioned], before, worth, w)) / total
    each = -weight * gain / total
    each[mentioned] += w * change / total
    whole = sum_by((each + influence @ gradient)[:, None], who)[:, 0]
    return gain, float(np.sqrt(np.sum(whole * whole)))


def _slope(x: Floats, probabilities: Floats, worth: Floats, weight: Floats) -> Floats:
    """Return the gradient of Σ w · mean worth by the coefficients, flat (K − 1)p."""
    middle = probabilities @ worth
    pull = weight[:, None] * probabilities[:, 1:] * (worth[1:] - middle[:, None])
    return np.asarray((pull.T @ x).ravel(), np.float64)
