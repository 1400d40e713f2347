"""Shares of a view, and of its parts, corrected for the model's errors by the random rows that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code
from reports.collect.audited import UNDECIDED, Sample, effective_weights, model_of, sample_of
from reports.collect.view import View
from reports.data import CorrectionFigures, PartCorrection
from reports.statistics.corrected import LEAST_READ, Corrected, corrected_shares, nested
from reports.statistics.corrected_parts import (
    DRAWS,
    LEAST_ALIKE_P,
    Errors,
    PartCounts,
    erring_alike,
    part_shares,
    stretches,
)
from reports.statistics.limits import TooFew
from reports.statistics.shares import Share
from reports.statistics.shares import Source as ShareSource

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Correction:
    """What correcting the shares of a view came to: by code, or what is missing; ``carried``: over to people.

    ``audited``: by code, (the model said it, rightly, missed) among the audited answers. ``pooled``: the view itself
    holds too few of these, so that they are those of the whole question. ``draws``: by code, of such a view.
    ``sample``: the audited answers that it rests on.
    """

    shares: Mapping[int, Corrected] | TooFew | None
    read: int
    stands_for: int
    carried: bool
    audited: Mapping[int, tuple[int, int, int]]
    pooled: bool = False
    draws: Mapping[int, Floats] | None = None
    sample: Sample | None = None

    @property
    def figures(self) -> CorrectionFigures | TooFew | None:
        """Return what the page says of it."""
        if self.shares is None or isinstance(self.shares, TooFew):
            return self.shares
        return CorrectionFigures(self.read, self.stands_for, self.pooled)


def correct(view: View) -> Correction:
    """Return the corrected shares of all codes and nets of a view; None where the model has no part in them.

    Counted by answers; where a person gave several, the share of people is the counted one times corrected ÷ counted
    of answers. Weighted views, and those with few audited answers of their own, take the rates of ``sample_of``.
    """
    found = sample_of(view)
    if found is None:
        return Correction(None, 0, 0, False, {})
    if isinstance(found, TooFew):
        mine = Sample(view)
        mine.read()
        return Correction(found, found.have, int(mine.open_rows.sum()), False, mine.checked)
    sample, pooled = found
    carried = bool((view.rows_each > 1).any())
    if pooled or view.weights is not None:
        return _as_a_part(view, sample, pooled=pooled, carried=carried)
    size, known_size = int(sample.open_rows.sum()), int((view.counted & ~sample.open_rows).sum())
    known = np.array([int((~sample.open_rows[view.answers_with(one.id)]).sum()) for one in sample.codes], np.int64)
    told = corrected_shares(
        sample.tally, sample.positive, size=size, above=sample.above, known=known, known_size=known_size
    )
    read = int(sample.rows.size)
    if isinstance(told, TooFew):
        return Correction(told, read, size, carried, sample.checked)
    shares = {one.id: share for one, share in zip(sample.codes, told, strict=True)}
    if carried:
        shares = {code: _carried(view, code, one) for code, one in shares.items()}
    return Correction(shares, read, size, carried, sample.checked, sample=sample)


def _carried(view: View, code: int, one: Corrected) -> Corrected:
    """Carry a share of answers over to people."""
    told, count = one.share, int(view.hits(code).size)
    if not told.count:
        value, low, high = told.value, told.low, told.high
    else:
        scale = (count / view.people) / (told.count / told.base)
        value, low, high = (min(1.0, scale * end) for end in (told.value, told.low, told.high))
    return Corrected(Share(count, view.people, value, low, high, ShareSource.CORRECTED), one.own)


def _as_a_part(view: View, sample: Sample, *, pooled: bool, carried: bool) -> Correction:
    """Return the shares of a view as of one part of the answers that the sample was drawn from."""
    part = np.where(view.counted, 0, -1)
    told = sample.errors
    if isinstance(told, TooFew):
        return Correction(told, told.have, int(view.counted.sum()), carried, sample.checked)
    counts = part_counts(view, sample, sample.codes, part, 1)
    drawn = part_shares(told, counts)[:, :, 0]
    drawn = np.minimum(drawn * _scales(view, sample.codes, part, 1)[:, 0], 1.0)
    value, (low, high) = drawn.mean(axis=0), np.quantile(drawn, (0.025, 0.975), axis=0)
    value, low, high = nested(value, np.minimum(low, value), np.maximum(high, value), sample.above)
    checked = sample.checked
    shares = {
        one.id: Corrected(
            Share(
                int(view.hits(one.id).size), view.people, float(value[c]), float(low[c]), float(high[c]),
                ShareSource.CORRECTED,
            ),
            checked[one.id][0],
        )
        for c, one in enumerate(sample.codes)
    }  # fmt: skip
    own = int(view.counted[sample.rows].sum())
    open_here = int((view.counted & (sample.open_rows | sample.undecided)).sum())
    return Correction(
        shares, int(sample.rows.size) if pooled else own, open_here, carried, checked, pooled,
        {one.id: drawn[:, c] for c, one in enumerate(sample.codes)}, sample,
    )  # fmt: skip


def _scales(view: View, codes: Sequence[Code], part: Ints, width: int) -> Floats:
    """Return what turns shares of answers in parts into shares of people (codes × parts); 1 where each gave one answer.

    ``part`` int64 (answers), −1 of none.
    """
    scales = np.ones((len(codes), width))
    if not (view.rows_each > 1).any():
        return scales
    within = view.counted & (part >= 0)
    weights = np.ones(view.people) if view.weights is None else view.weights

    def both(rows: Ints) -> tuple[Floats, Floats]:
        """Return the answers and the weight of people by part."""
        pairs = np.unique(part[rows] * view.people + view.person_of(rows))
        people = np.bincount(pairs // view.people, weights[pairs % view.people], minlength=width)
        return np.bincount(part[rows], minlength=width).astype(np.float64), people.astype(np.float64)

    answers, people = both(np.flatnonzero(within))
    for row, code in enumerate(codes):
        rows = view.answers_with(code.id)
        hits, hitters = both(rows[within[rows]])
        scales[row] = np.divide(hitters * answers, np.maximum(people, 1e-12) * hits, out=np.ones(width), where=hits > 0)
    return scales


def part_counts(view: View, sample: Sample, codes: Sequence[Code], part: Ints, width: int) -> PartCounts:
    """Count the answers of a view by part (int64 of all answers, −1 of none), as ``part_shares`` takes them.

    Weighted answers are scaled to their effective number in each part.
    """
    within = view.counted & (part >= 0)
    where = np.where(within, part, 0)
    kind = np.where(np.isin(view.told.source, UNDECIDED), 0, 2)  # only the model saw it; people decided
    kind[sample.rows] = 1
    cell = np.where(within, kind * width + where, 3 * width)
    weight = None if view.weights is None else effective_weights(view, part, width)

    def sums(rows: Ints | slice) -> Floats:
        told = np.bincount(cell[rows], None if weight is None else weight[rows], minlength=3 * width + 1)
        return told[: 3 * width].reshape(3, width).astype(np.float64)

    size, read_size, known_size = sums(slice(None))
    positive, read_true, known_true = np.stack([sums(view.answers_with(one.id)) for one in codes], axis=1)
    return PartCounts(positive, size, read_true, read_size, known_true, known_size)


@dataclass(frozen=True, slots=True)
class PartShares:
    """Shares by part: ``draws`` (draws × codes × parts) of people, ``corrected`` bool (parts): else as counted."""

    draws: Floats
    corrected: Marks
    told: PartCorrection


def correct_parts(
    view: View, codes: Sequence[Code], part: Ints, width: int, names: Sequence[str], *, in_time: bool = False
) -> PartShares | TooFew | None:
    """Return the corrected shares of codes in parts of a view: ``part`` int64 (answers), −1 of none.

    ``names`` of the parts, "" of one that is not shown; ``in_time``: they follow each other.

    Where several models took part, or one is found to err differently in the parts, a part with LEAST_READ audited
    answers is corrected by these alone, and another is left as counted. None where the model has no part in the view.
    """
    found = sample_of(view)
    if found is None or isinstance(found, TooFew) or not codes or not width:
        return found if isinstance(found, TooFew) else None
    sample, pooled = found
    counts = part_counts(view, sample, codes, part, width)
    own = np.bincount(part[sample.rows][part[sample.rows] >= 0], minlength=width)[:width]
    told = sample.errors
    if isinstance(told, TooFew):
        return told
    audit = view.loaded.audits[view.told.question.id]
    several = np.unique(model_of(audit.models, view.told)[sample.open_rows]).size > 1
    tested = stretches(part[sample.rows]) if in_time else part[sample.rows]
    alike = 0.0 if several else erring_alike(sample.machine, sample.truth, tested)
    columns = np.array([sample.place.get(one.id, -1) for one in codes], np.int64)
    if (columns < 0).any():
        return None
    corrected = np.ones(width, np.bool_)
    if alike >= LEAST_ALIKE_P:
        drawn = part_shares(_of(told, columns), counts)
    else:
        drawn = np.empty((DRAWS, len(codes), width))
        for place in range(width):
            mine = sample.errors_in(part[sample.rows] == place) if own[place] >= LEAST_READ else told
            corrected[place] = own[place] >= LEAST_READ and not isinstance(mine, TooFew)
            one = _one(counts, place)
            if corrected[place] and isinstance(mine, Errors):
                drawn[:, :, place] = part_shares(_of(mine, columns), one, spread=0.0)[:, :, 0]
            else:
                drawn[:, :, place] = _as_counted(one)
    drawn = np.minimum(drawn * _scales(view, codes, part, width), 1.0)
    named = [(name, sure, int(n)) for name, sure, n in zip(names, corrected.tolist(), own, strict=True) if name]
    few = sum(sure and n < LEAST_READ for _, sure, n in named)
    left = tuple(name for name, sure, _ in named if not sure)
    more = max((LEAST_READ - n for _, sure, n in named if not sure and n < LEAST_READ), default=0)
    return PartShares(
        drawn, corrected, PartCorrection(int(sample.rows.size), len(named), few, left, alike, pooled, more)
    )  # fmt: skip


def correct_columns(
    view: View, codes: Sequence[Code], part: Ints, names: Sequence[str]
) -> tuple[PartShares, Floats] | TooFew | None:
    """Return ``correct_parts`` of the columns of a table, and draws of the shares of all people outside each column.

    Those outside are put together from the other columns and from people in none, as far as these could be corrected,
    over the same draws of the model's errors: so that these fall out of the comparison.
    """
    width = len(names)
    within = np.where(view.counted & (part < 0), width, part)
    found = correct_parts(view, codes, within, width + 1, (*names, ""))
    if found is None or isinstance(found, TooFew):
        return found
    size = np.bincount(within[view.counted], minlength=width + 1)[: width + 1] * found.corrected
    every = found.draws @ size
    rest = np.stack([every - size[c] * found.draws[:, :, c] for c in range(width)], axis=2)
    rest = np.clip(rest / np.maximum(size.sum() - size[:width], 1e-12), 0.0, 1.0)
    return replace(found, draws=found.draws[:, :, :width], corrected=found.corrected[:width]), rest


def _of(told: Errors, columns: Ints) -> Errors:
    return Errors(told.found[:, columns], told.wrong[:, columns])


def _one(counts: PartCounts, place: int) -> PartCounts:
    at = slice(place, place + 1)
    return PartCounts(
        counts.positive[:, at], counts.size[at], counts.read_true[:, at], counts.read[at], counts.known_true[:, at],
        counts.known[at],
    )  # fmt: skip


def _as_counted(counts: PartCounts) -> Floats:
    """Return draws of a part's shares as they are counted, from Beta(x + ½, n − x + ½)."""
    x = (counts.positive + counts.read_true + counts.known_true)[:, 0]
    rng = np.random.default_rng(0)
    return rng.beta(x + 0.5, np.maximum(counts.whole[0] - x, 0.0) + 0.5, (DRAWS, x.size))
