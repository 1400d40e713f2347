"""What people say beside what they ticked: themes by structured answers, the brand funnel, the image of brands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotate.estimates import wilson_interval
from reports.statistics.least_squares import Floats, Ints
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.multiplicity import benjamini_hochberg
from reports.statistics.nps import Z95, Estimate

Marks = NDArray[np.bool_]
LEVEL = 0.05


class Method(Enum):
    """How an association was tested."""

    CHI_SQUARED = "chi-squared"
    FISHER = "Fisher"


@dataclass(frozen=True, slots=True)
class Association:
    """A theme and a structured answer.

    ``column``: place of the theme in the matrix given; ``effect``: Cramér's V without bias, in [0, 1]; ``answer``: the
    one that stands out most, with ``points``, the share of the theme there less the share elsewhere, −100 to 100.
    """

    column: int
    n: int
    method: Method
    p: float
    q: float
    effect: float
    answer: int
    points: float


def theme_by_answer(
    mentions: Marks, answer: Ints, *, limits: Limits | None = None
) -> tuple[Association | TooFew, ...] | TooFew:
    """Return, for every theme, how it goes with a structured answer.

    ``mentions`` bool (people × k); ``answer`` ints (people), 0 unknown: these people are left out. Answers of fewer
    than ``limits.tested`` people are not tested. χ² where four fifths of the expected counts are ``limits.expected`` or
    more and all 1 or more (Cochran 1954), Fisher's exact test where two answers are left, else too few mentions. q by
    Benjamini–Hochberg over the themes. Effect: Bergsma 2013, equation 4.
    """
    bounds = limits or Limits()
    kinds, sizes = np.unique(answer[answer > 0], return_counts=True)
    kinds = kinds[sizes >= bounds.tested]
    if kinds.size < 2:
        return TooFew(Lack.ANSWERS, int(np.sort(sizes)[-2]) if sizes.size > 1 else 0, bounds.tested)
    rows = np.isin(answer, kinds)
    said, given = mentions[rows], np.searchsorted(kinds, answer[rows])
    base = np.bincount(given, minlength=kinds.size).astype(np.float64)
    tables = (_counts(said[:, column], given, base) for column in range(said.shape[1]))
    found = [_association(column, table, kinds, bounds.expected) for column, table in enumerate(tables)]
    q = iter(benjamini_hochberg([one.p for one in found if isinstance(one, Association)]).tolist())
    return tuple(
        one
        if isinstance(one, TooFew)
        else Association(one.column, one.n, one.method, one.p, next(q), one.effect, one.answer, one.points)
        for one in found
    )


def _counts(marks: Marks, given: Ints, base: Floats) -> Floats:
    """Return a table (2 × answers): people with and without the theme."""
    inside = np.bincount(given[marks], minlength=base.size).astype(np.float64)
    return np.stack([inside, base - inside])


def _association(column: int, table: Floats, kinds: Ints, enough: float) -> Association | TooFew:
    from scipy.stats import chi2, fisher_exact

    n = float(table.sum())
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / n
    inside, least = int(table[0].sum()), float(expected.min())
    if min(inside, n - inside) == 0 or (expected < 1).any() or (expected < enough).mean() > 0.2:
        if table.shape[1] != 2 or min(inside, n - inside) == 0:
            need = int(np.ceil(enough * n / table.sum(axis=0).min()))
            return TooFew(Lack.MENTIONS, min(inside, int(n) - inside), need)
        method, p = Method.FISHER, float(fisher_exact(table.astype(np.int64)).pvalue)
    elif table.shape[1] == 2 and least < enough:
        method, p = Method.FISHER, float(fisher_exact(table.astype(np.int64)).pvalue)
    else:
        method, p = Method.CHI_SQUARED, float(chi2.sf(((table - expected) ** 2 / expected).sum(), table.shape[1] - 1))
    squared = float(((table - expected) ** 2 / expected).sum())
    share = table[0] / table.sum(axis=0)
    elsewhere = (inside - table[0]) / (n - table.sum(axis=0))
    most = int(np.argmax(np.round(np.abs(share - elsewhere), 12)))
    points = 100 * float(share[most] - elsewhere[most])
    return Association(column, int(n), method, p, p, _cramer(squared, n, table.shape[1]), int(kinds[most]), points)


def _cramer(squared: float, n: float, answers: int) -> float:
    """Return Cramér's V of a 2 × answers table, corrected for its bias."""
    phi = max(0.0, squared / n - (answers - 1) / (n - 1))
    rows, columns = 2 - 1 / (n - 1), answers - (answers - 1) ** 2 / (n - 1)
    return min(1.0, float(np.sqrt(phi / min(rows - 1, columns - 1))))


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a brand's funnel.

    ``share`` of all people; ``conversion``: of the people at the stage before, those at this one, None at the first;
    both in [0, 1]. ``unexplained``: people here who were not at the stage before, which is a fault of the answers.
    """

    stage: int
    share: Estimate
    conversion: Estimate | TooFew | None
    unexplained: int


def funnel(stages: Marks, *, limits: Limits | None = None) -> tuple[Step, ...] | TooFew:
    """Return the funnel of one brand from who is at each stage (bool people × stages, from awareness on).

    Wilson intervals. A conversion counts only people who were at the stage before, and needs ``limits.shown`` of them;
    people who skipped a stage are told apart, not moved.
    """
    shown = (limits or Limits()).shown
    n = len(stages)
    if n < shown:
        return TooFew(Lack.ANSWERS, n, shown)
    found = []
    for stage in range(stages.shape[1]):
        here = stages[:, stage]
        conversion: Estimate | TooFew | None = None
        skipped = 0
        if stage:
            before = stages[:, stage - 1]
            stayed, base = int((here & before).sum()), int(before.sum())
            conversion = _share(stayed, base) if base >= shown else TooFew(Lack.ANSWERS, base, shown)
            skipped = int((here & ~before).sum())
        found.append(Step(stage, _share(int(here.sum()), n), conversion, skipped))
    return tuple(found)


def _share(count: int, base: int) -> Estimate:
    low, high = wilson_interval(count, base)
    return Estimate(count / base, low, high, base)


@dataclass(frozen=True, slots=True)
class ImageCell:
    """A brand × attribute: people who see it there, their share of those asked, and what stands out.

    ``deviation``: points (−100 to 100) of the share above what the size of brand and attribute lead to expect, with its
    95 % interval and ``q`` over the table.
    """

    brand: int
    attribute: int
    share: Estimate
    deviation: Estimate
    q: float


def brand_image(
    seen: Marks, *, asked: Marks | None = None, limits: Limits | None = None
) -> tuple[ImageCell, ...] | TooFew:
    """Return which attributes stand out for which brand (bool people × brands × attributes).

    ``asked`` bool (people × brands): who could answer for a brand (its aware people); all without it. Expected count:
    brand total × attribute total ÷ grand total. The interval is by each person's influence on count less expectation,
    so that somebody who ticks much counts as one person; Benjamini–Hochberg over the cells. Brands of fewer people
    asked than ``limits.tested`` are left out; needs two brands and two attributes that anyone ticked.
    """
    from scipy.stats import norm

    tested = (limits or Limits()).tested
    able = np.ones(seen.shape[:2], np.bool_) if asked is None else asked
    base = able.sum(axis=0)
    used = np.flatnonzero(base >= tested)
    ticks = (seen & able[:, :, None])[:, used].astype(np.float64)
    if used.size < 2:
        second = int(np.sort(base)[-2]) if base.size > 1 else 0
        return TooFew(Lack.ANSWERS, second, tested)
    ticked = int((ticks.sum(axis=(0, 1)) > 0).sum())
    if ticked < 2:
        return TooFew(Lack.KINDS, ticked, 2)
    count = ticks.sum(axis=0)
    brand, attribute, grand = count.sum(axis=1), count.sum(axis=0), float(count.sum())
    expected = np.outer(brand, attribute) / grand
    own_brand, own_attribute, own = ticks.sum(axis=2), ticks.sum(axis=1), ticks.sum(axis=(1, 2))
    cells, p = [], []
    for b, place in enumerate(used.tolist()):
        for a in range(count.shape[1]):
            away = float(count[b, a] - expected[b, a])
            each = ticks[:, b, a] - (own_brand[:, b] * attribute[a] + brand[b] * own_attribute[:, a]) / grand
            each += expected[b, a] * own / grand
            error = float(np.sqrt(np.sum((each - each.mean()) ** 2)))
            scale = 100 / float(base[place])
            reach = Z95 * error * scale
            deviation = Estimate(away * scale, away * scale - reach, away * scale + reach, int(base[place]))
            cells.append((place, a, _share(int(count[b, a]), int(base[place])), deviation))
            p.append(float(2 * norm.sf(abs(away) / error)) if error > 0 else 1.0)
    q = benjamini_hochberg(p).tolist()
    return tuple(ImageCell(*cell, value) for cell, value in zip(cells, q, strict=True))
