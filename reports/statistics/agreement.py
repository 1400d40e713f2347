"""How far coders agree: Krippendorff's alpha, percent, Cohen's kappa, a code and over all, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from annotate.messages import N_
from reports.statistics.least_squares import Floats
from reports.statistics.limits import Lack, TooFew

MISSING = -1
LEAST_DOUBLE = 200
CONCLUDE, TENTATIVE = 0.80, 0.67
DRAWS = 1000
_BLOCK = 100

Codings = NDArray[np.int8]


class Undefined(Enum):
    """Why an agreement beyond chance does not exist."""

    NEVER = N_("Nobody ever gave it, so there is nothing to agree on.")
    ALWAYS = N_("Everybody always gave it, so there is nothing to agree on.")
    ONE_VALUE = N_("Everybody always said the same one thing, so chance cannot be told from agreement.")


class Verdict(Enum):
    """What an alpha allows (Krippendorff 2018, chapter 12)."""

    CONCLUDE = N_("Conclusions may be drawn")
    TENTATIVE = N_("Tentative conclusions only")
    UNRELIABLE = N_("Improve the definition of the code")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient of agreement with its 95 % interval; 1 is perfect, 0 is chance."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far coders agree on one code, or on all of them together.

    ``rows`` that two or more people coded; ``percent`` of pairs of coders that agree, in [0, 1]; ``kappa`` where
    exactly two coders are given, else None.
    """

    rows: int
    percent: float
    alpha: Coefficient | Undefined
    kappa: Coefficient | Undefined | None

    @property
    def verdict(self) -> Verdict | None:
        """What alpha allows, None where there is none."""
        if isinstance(self.alpha, Undefined):
            return None
        if self.alpha.value >= CONCLUDE:
            return Verdict.CONCLUDE
        return Verdict.TENTATIVE if self.alpha.value >= TENTATIVE else Verdict.UNRELIABLE


@dataclass(frozen=True, slots=True)
class FrameAgreement:
    """Agreement on each code of a frame, in the order given, and over all codes."""

    codes: tuple[Agreement, ...]
    overall: Agreement


def frame_agreement(
    said: Codings, *, least: int = LEAST_DOUBLE, draws: int = DRAWS, seed: int = 0
) -> FrameAgreement | TooFew:
    """Return the agreement of coders on codes that a row may carry several of.

    ``said`` int8 (coders × rows × codes): 1 given, 0 not given, MISSING where the coder did not code the row. Each code
    is a yes-or-no nominal variable (Krippendorff 2018, section 12.3.1); over all codes observed and expected
    disagreement are summed before they are divided, so that rare codes weigh little. Intervals: percentiles over
    ``draws`` samples of rows. Needs ``least`` rows that two or more people coded.
    """
    coded = said[:, :, 0] != MISSING if said.shape[2] else np.zeros(said.shape[:2], np.bool_)
    double = coded.sum(axis=0) >= 2
    rows = int(double.sum())
    if rows < max(1, least):
        return TooFew(Lack.DOUBLE, rows, max(1, least))
    kept = said[:, double]
    ratings = (kept[:, :, 0] != MISSING).sum(axis=0).astype(np.float64)
    ones = (kept == 1).sum(axis=0).astype(np.float64)
    counts = _Counts.of(ratings, ones)
    times = _draws(rows, draws, seed)
    alphas = np.concatenate([counts.alphas(block) for block in times])
    pooled = np.concatenate([counts.pooled(block) for block in times])
    whole = np.ones((1, rows))
    value, all_codes = counts.alphas(whole)[0], float(counts.pooled(whole)[0])
    percent = counts.percent()
    kappas = _kappas(kept, times) if len(said) == 2 else None
    found = tuple(
        Agreement(
            rows,
            float(percent[code]),
            _coefficient(float(value[code]), alphas[:, code], _reason(ones[:, code], ratings)),
            None if kappas is None else _coefficient(*kappas[code], _reason(ones[:, code], ratings)),
        )
        for code in range(said.shape[2])
    )
    overall = Agreement(rows, float(percent.mean()), _coefficient(all_codes, pooled, Undefined.ONE_VALUE), None)
    return FrameAgreement(found, overall)


def single_agreement(
    said: NDArray[np.int64], *, least: int = LEAST_DOUBLE, draws: int = DRAWS, seed: int = 0
) -> Agreement | TooFew:
    """Return the agreement of coders on one value a row (a single code, a sentiment).

    ``said`` ints (coders × rows), MISSING where not coded, values from 0. Nominal alpha over all values at once.
    """
    double = (said != MISSING).sum(axis=0) >= 2
    rows = int(double.sum())
    if rows < max(1, least):
        return TooFew(Lack.DOUBLE, rows, max(1, least))
    kept = said[:, double]
    kinds = np.unique(kept[kept != MISSING])
    table = np.stack([(kept == one).sum(axis=0) for one in kinds], axis=1).astype(np.float64)
    ratings = table.sum(axis=1)
    agreeing = (table * (table - 1)).sum(axis=1) / (ratings - 1)
    times = _draws(rows, draws, seed)

    def alpha(block: Floats) -> Floats:
        told = block @ table
        total = told.sum(axis=1)
        observed = 1 - block @ agreeing / total
        expected = 1 - (told * (told - 1)).sum(axis=1) / (total * (total - 1))
        return _one_minus(observed, expected)

    drawn = np.concatenate([alpha(block) for block in times])
    kappa = None
    if len(said) == 2:
        drawn_kappa = np.concatenate([_cohen(kept, kinds, block) for block in times])
        point = float(_cohen(kept, kinds, np.ones((1, rows)))[0])
        kappa = _coefficient(point, drawn_kappa, Undefined.ONE_VALUE)
    pairs = ratings * (ratings - 1)
    percent = float((table * (table - 1)).sum() / pairs.sum())
    value = float(alpha(np.ones((1, rows)))[0])
    return Agreement(rows, percent, _coefficient(value, drawn, Undefined.ONE_VALUE), kappa)


@dataclass(frozen=True, slots=True)
class _Counts:
    """Of rows: ratings (rows), those with the code (rows × codes), and disagreeing pairs ÷ (ratings − 1)."""

    ratings: Floats
    ones: Floats
    apart: Floats

    @classmethod
    def of(cls, ratings: Floats, ones: Floats) -> _Counts:
        zeros = ratings[:, None] - ones
        return cls(ratings, ones, 2 * zeros * ones / (ratings[:, None] - 1))

    def _disagreement(self, times: Floats) -> tuple[Floats, Floats]:
        """Return observed and expected disagreement (draws × codes)."""
        total = (times @ self.ratings)[:, None]
        ones = times @ self.ones
        return times @ self.apart / total, 2 * ones * (total - ones) / (total * (total - 1))

    def alphas(self, times: Floats) -> Floats:
        return _one_minus(*self._disagreement(times))

    def pooled(self, times: Floats) -> Floats:
        observed, expected = self._disagreement(times)
        return _one_minus(observed.sum(axis=1), expected.sum(axis=1))

    def percent(self) -> Floats:
        """Return the share of pairs of coders that agree (codes)."""
        pairs = self.ratings * (self.ratings - 1)
        apart = 2 * self.ones * (self.ratings[:, None] - self.ones)
        return np.asarray(1 - apart.sum(axis=0) / pairs.sum(), np.float64)


def _one_minus(observed: Floats, expected: Floats) -> Floats:
    """Return 1 − observed ÷ expected, NaN where nothing could disagree."""
    ratio = np.divide(observed, expected, out=np.full(observed.shape, np.nan), where=expected > 1e-12)
    return np.asarray(1 - ratio, np.float64)


def _draws(rows: int, draws: int, seed: int) -> list[Floats]:
    """Return how often each row is drawn (draws × rows), in blocks."""
    generator = np.random.default_rng(seed)
    even = np.full(rows, 1 / rows)
    sizes = [min(_BLOCK, draws - start) for start in range(0, draws, _BLOCK)]
    return [generator.multinomial(rows, even, size=size).astype(np.float64) for size in sizes]


def _coefficient(value: float, drawn: Floats, reason: Undefined) -> Coefficient | Undefined:
    if np.isnan(value):
        return reason
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, (0.025, 0.975)) if known.size else (value, value)
    return Coefficient(value, min(float(low), value), max(float(high), value))


def _reason(ones: Floats, ratings: Floats) -> Undefined:
    return Undefined.NEVER if not ones.any() else Undefined.ALWAYS if (ones == ratings).all() else Undefined.ONE_VALUE


def _cohen(said: NDArray[np.int64], kinds: NDArray[np.int64], times: Floats) -> Floats:
    """Return Cohen's kappa of two coders for each draw of rows, NaN where chance explains all. Cohen 1960."""
    total = times.sum(axis=1)
    same = times @ (said[0] == said[1]).astype(np.float64) / total
    chance = np.zeros(len(times))
    for one in kinds:
        chance += (times @ (said[0] == one)) * (times @ (said[1] == one)) / total**2
    return _one_minus(1 - same, 1 - chance)


def _kappas(kept: Codings, times: list[Floats]) -> list[tuple[float, Floats]]:
    kinds, whole = np.array([0, 1]), np.ones((1, kept.shape[1]))
    found = []
    for code in range(kept.shape[2]):
        said = kept[:, :, code].astype(np.int64)
        drawn = np.concatenate([_cohen(said, kinds, block) for block in times])
        found.append((float(_cohen(said, kinds, whole)[0]), drawn))
    return found
