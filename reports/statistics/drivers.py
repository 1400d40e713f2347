"""Which themes go with the score: importance (Johnson), effect of a mention, with intervals. No claim of a cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reports.statistics.least_squares import Floats, Ints, dummies, independent_columns, ols_hc3
from reports.statistics.limits import Lack, TooFew
from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.nps import Estimate

Marks = NDArray[np.bool_]
LEAST_PEOPLE, LEAST_MENTIONS = 500, 50
GROUPS = 50
EXACT_UP_TO = 12
TRUSTED_F1 = 0.7


@dataclass(frozen=True, slots=True)
class RolledUp:
    """Columns of mentions after rare codes went into their net.

    ``matrix`` bool (people × columns); ``codes``: the code or net that each column stands for; ``members``: the codes
    counted in it; ``left_out``: codes too rare even as a net, with the people who mention them.
    """

    matrix: Marks
    codes: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    left_out: tuple[tuple[int, TooFew], ...]


def roll_up(
    matrix: Marks, codes: Sequence[int], parents: Mapping[int, int | None], *, least: int = LEAST_MENTIONS
) -> RolledUp:
    """Put codes that fewer than ``least`` people mention together in their net, again and again until it is enough.

    ``matrix`` bool (people × codes) of one polarity, nets not among the columns unless coded themselves. The column of
    a net holds only its rare codes, so that no mention counts in two columns.
    """
    columns: dict[int, Marks] = {code: matrix[:, place] for place, code in enumerate(codes)}
    members: dict[int, tuple[int, ...]] = {code: (code,) for code in codes}
    left: list[tuple[int, TooFew]] = []
    while rare := [code for code, marks in columns.items() if marks.sum() < least]:
        deepest = max(rare, key=lambda code: (_depth(code, parents), -code))
        marks, inside, above = columns.pop(deepest), members.pop(deepest), parents.get(deepest)
        if above is None:
            left.append((deepest, TooFew(Lack.MENTIONS, int(marks.sum()), least)))
            continue
        columns[above] = columns[above] | marks if above in columns else marks
        members[above] = tuple(sorted((*members.get(above, ()), *inside)))
    kept = sorted(columns)
    table = np.stack([columns[code] for code in kept], axis=1) if kept else np.zeros((len(matrix), 0), np.bool_)
    return RolledUp(table, tuple(kept), tuple(members[code] for code in kept), tuple(sorted(left, key=lambda x: x[0])))


def _depth(code: int, parents: Mapping[int, int | None]) -> int:
    depth, above = 0, parents.get(code)
    while above is not None:
        depth, above = depth + 1, parents.get(above)
        if depth > len(parents):
            raise ValueError("the nets form a loop")
    return depth


def relative_weights(correlations: Floats, with_score: Floats) -> Floats:
    """Return Johnson's relative weights (k), which add up to R²: (Λ∘Λ)(β∘β), ΛΛ = R, β = Λ⁻¹r.

    ``correlations`` R (k × k) among the drivers, ``with_score`` r (k). Johnson 2000, equations 3 to 6.
    """
    values, vectors = np.linalg.eigh(correlations)
    values = np.clip(values, 0.0, None)
    roots = np.sqrt(values)
    inverse = np.divide(1.0, roots, out=np.zeros_like(roots), where=roots > 1e-7)
    root = (vectors * roots) @ vectors.T
    beta = (vectors * inverse) @ (vectors.T @ with_score)
    return np.asarray((root * root) @ (beta * beta), np.float64)


def shapley_weights(correlations: Floats, with_score: Floats) -> Floats:
    """Return LMG (Shapley) shares of R² (k), exact over all 2^k sets of drivers.

    R² of a set S is r_S' R_SS⁻¹ r_S. Lindeman, Merenda and Gold 1980; Grömping 2006. Raises ValueError above
    EXACT_UP_TO drivers.
    """
    from math import comb

    k = with_score.size
    if k > EXACT_UP_TO:
        raise ValueError(f"exact Shapley weights take at most {EXACT_UP_TO} drivers")
    explained = np.zeros(1 << k)
    for size in range(1, k + 1):
        sets = np.array(list(combinations(range(k), size)))
        inside = correlations[sets[:, :, None], sets[:, None, :]]
        r = with_score[sets]
        explained[(1 << sets).sum(axis=1)] = np.einsum("ij,ij->i", r, np.linalg.solve(inside, r[:, :, None])[:, :, 0])
    number = np.arange(1 << k)
    sizes = np.array([int(one).bit_count() for one in number])
    found = np.zeros(k)
    for driver in range(k):
        without = number[(number >> driver) & 1 == 0]
        gain = explained[without | (1 << driver)] - explained[without]
        found[driver] = np.sum(gain / (k * np.array([comb(k - 1, int(s)) for s in sizes[without]])))
    return found


@dataclass(frozen=True, slots=True)
class Driver:
    """What a column of mentions has to do with the score.

    ``column``: place in the matrix given. ``weight``: share of the explained variance in [0, 1]. ``effect``: points of
    score that go with a mention, other columns held. ``q``: Benjamini–Hochberg over the columns. ``doubtful``: the
    classifier codes it with F1 below TRUSTED_F1, so that weight and effect are too small. ``base``: people who mention.
    """

    column: int
    weight: Estimate
    effect: Estimate
    p: float
    q: float
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Drivers:
    """Drivers by falling weight. ``explained``: R² in [0, 1] beyond waves; ``left_out``: column and what it lacks;
    ``inseparable``: columns that others tell already (the same people mention them)."""

    n: int
    explained: float
    drivers: tuple[Driver, ...]
    left_out: tuple[tuple[int, TooFew], ...]
    inseparable: tuple[int, ...]


def drivers(
    score: Floats,
    mentions: Marks,
    *,
    waves: Ints | None = None,
    customers: Ints | None = None,
    weights: Floats | None = None,
    f1: Floats | None = None,
    seed: int = 0,
) -> Drivers | TooFew:
    """Return what goes with a score (n, NaN: none) among mentions (bool n × k, code × polarity columns).

    ``waves`` (n ints) become dummies; ``customers`` (n ints) keep the answers of one customer together in intervals;
    ``weights`` (n, above 0) are survey weights; ``f1`` (k) of the classifier, NaN where people coded. Intervals: of
    importance by a delete-a-group jackknife with GROUPS groups (Kott 2001), of effects by HC3. Needs LEAST_PEOPLE
    people with a score who differ, and LEAST_MENTIONS people on either side of a column.
    """
    from scipy.stats import t

    rows = np.isfinite(score)
    y, x = score[rows], mentions[rows].astype(np.float64)
    n = y.size
    if n < LEAST_PEOPLE:
        return TooFew(Lack.ANSWERS, n, LEAST_PEOPLE)
    if np.unique(y).size < 2:
        return TooFew(Lack.KINDS, int(np.unique(y).size), 2)
    side = np.minimum(x.sum(axis=0), n - x.sum(axis=0)).astype(np.int64)
    left = tuple(
        (int(c), TooFew(Lack.MENTIONS, int(side[c]), LEAST_MENTIONS)) for c in np.flatnonzero(side < LEAST_MENTIONS)
    )
    able = np.flatnonzero(side >= LEAST_MENTIONS)
    if not able.size:
        return TooFew(Lack.THEMES, 0, 1)
    control = dummies(None if waves is None else waves[rows], n)
    who = None if customers is None else customers[rows]
    weight = np.ones(n) if weights is None else weights[rows]
    kept = independent_columns(np.hstack([control, x[:, able]]) * np.sqrt(weight)[:, None])
    used = able[kept[control.shape[1] :]]
    control = control[:, kept[: control.shape[1]]]
    design = np.hstack([control, x[:, used]])
    if n < 2 * design.shape[1]:
        return TooFew(Lack.ANSWERS, n, 2 * design.shape[1])
    fit = ols_hc3(design, y, weights=weight, clusters=who)
    first = control.shape[1]
    effect, error = fit.coefficients[first:], fit.errors[first:]
    reach = float(t.ppf(0.975, fit.free))
    p = 2 * t.sf(np.abs(effect) / error, fit.free)
    q = benjamini_hochberg(p)
    products, groups = _products(np.column_stack([design, y]), weight, who, seed)
    share, spread, explained = _jackknifed(products, first, groups)
    low, high = np.clip(share - spread, 0.0, 1.0), np.clip(share + spread, 0.0, 1.0)
    people = x[:, used].sum(axis=0).astype(np.int64)
    found = [
        Driver(
            int(column),
            Estimate(float(share[i]), float(low[i]), float(high[i]), int(people[i])),
            Estimate(
                float(effect[i]),
                float(effect[i] - reach * error[i]),
                float(effect[i] + reach * error[i]),
                int(people[i]),
            ),
            float(p[i]),
            float(q[i]),
            f1 is not None and bool(f1[column] < TRUSTED_F1),
        )
        for i, column in enumerate(used)
    ]
    found.sort(key=lambda one: (-one.weight.value, one.column))
    return Drivers(n, explained, tuple(found), left, tuple(int(c) for c in np.setdiff1d(able, used)))


def _products(table: Floats, weight: Floats, customers: Ints | None, seed: int) -> tuple[Floats, int]:
    """Return cross-products (groups × p × p) of random groups of rows, customers whole, and how many groups."""
    generator = np.random.default_rng(seed)
    unit = np.arange(len(table)) if customers is None else np.unique(customers, return_inverse=True)[1].reshape(-1)
    number = int(unit.max()) + 1
    group = (generator.permutation(number) % GROUPS)[unit]
    found = np.zeros((GROUPS, table.shape[1], table.shape[1]))
    for one in range(GROUPS):
        part = table[group == one]
        found[one] = (part * weight[group == one, None]).T @ part
    return found, min(GROUPS, number)


def _jackknifed(products: Floats, first: int, groups: int) -> tuple[Floats, Floats, float]:
    """Return shares of the explained variance, half-widths of their 95 % intervals, and R²."""
    from scipy.stats import t

    whole = products.sum(axis=0)
    shares, explained = _shares(whole, first)
    parts = np.stack([_shares(whole - one, first)[0] for one in products[:groups]])
    error = np.sqrt((groups - 1) / groups * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))
    return shares, float(t.ppf(0.975, groups - 1)) * error, explained


def _shares(products: Floats, first: int) -> tuple[Floats, float]:
    """Return relative weights as shares and R², after the constant and the waves (columns before ``first``)."""
    control, across, rest = products[:first, :first], products[:first, first:], products[first:, first:]
    left = rest - across.T @ np.linalg.pinv(control) @ across
    scale = np.sqrt(np.clip(np.diag(left), 1e-300, None))
    correlations = left / np.outer(scale, scale)
    weights = relative_weights(correlations[:-1, :-1], correlations[:-1, -1])
    total = float(weights.sum())
    return weights / total if total > 0 else weights, total
