"""Shares of a view, and of its parts, corrected for the model's errors by the random rows that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code
from annotate.layers import Source
from annotate.store.query import Query
from reports.coded_answers import SOURCES, CodedAnswers
from reports.collect.view import View
from reports.data import CorrectionFigures, PartCorrection, Role
from reports.statistics.corrected import LEAST_READ, Corrected, Tally, corrected_shares, nested, tally
from reports.statistics.corrected_parts import (
    DRAWS,
    LEAST_ALIKE_P,
    Errors,
    PartCounts,
    erring_alike,
    errors,
    part_shares,
    stretches,
)
from reports.statistics.limits import Lack, TooFew
from reports.statistics.shares import Share, effective_number
from reports.statistics.shares import Source as ShareSource

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

MODEL = tuple(SOURCES.index(one) for one in (Source.MODEL, Source.CERTIFIED))
EXPECTED = 5.0
"""Answers that a random sample would hold of a wave, from which on to hold none is no chance."""
_UNDECIDED = (*MODEL, SOURCES.index(Source.OPEN))


@dataclass(frozen=True, slots=True)
class Correction:
    """What correcting the shares of a view came to: by code, or what is missing; ``carried``: over to people.

    ``audited``: by code, (the model said it, rightly, missed) among the audited answers. ``pooled``: the view itself
    holds too few of these, so that they are those of the whole question. ``draws``: by code, of such a view.
    ``sample``: what it rests on, where that is of the view itself.
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


class Sample:
    """The audited answers of a view: ``rows`` (n places in the answers), ``machine`` and ``truth`` bool (n × k).

    Answers that only the model coded, and the audited ones, are open (``open_rows``); all others are known.
    """

    def __init__(self, view: View, *, models: frozenset[int] | None = None) -> None:
        told = view.told
        audit = view.loaded.audits[told.question.id]
        inside = view.counted[audit.row]
        if models is not None:
            inside &= np.isin(model_of(view.loaded.audits[told.question.id].models, told)[audit.row], list(models))
        self.view, self.rows, self.inclusion = view, audit.row[inside], audit.inclusion[inside]
        self.undecided = view.counted & np.isin(told.source, _UNDECIDED)
        self.open_rows = self.undecided.copy()
        self.open_rows[self.rows] = True
        self.codes = [one for one in told.frame.codes if one.role.value != Role.INVALID.value]
        self.place = {one.id: at for at, one in enumerate(self.codes)}
        self.above = np.array(
            [self.place.get(one.parent_id, -1) if one.parent_id else -1 for one in self.codes], np.int64
        )
        self.machine, self.truth = (np.zeros((self.rows.size, len(self.codes)), np.bool_) for _ in range(2))
        self._inside = inside

    def read(self) -> None:
        """Fill in what machine and people say of the audited answers."""
        told, audit = self.view.told, self.view.loaded.audits[self.view.told.question.id]
        at = np.full(len(told), -1, np.int64)
        at[self.rows] = np.arange(self.rows.size)
        new_place = np.cumsum(self._inside) - 1
        keep = self._inside[audit.said_row]
        said_at, said_code = new_place[audit.said_row[keep]], audit.said_code[keep]
        here = at[told.mentions.row] >= 0
        true_at, true_code = at[told.mentions.row[here]], told.mentions.code[here]
        for column, one in enumerate(self.codes):
            places = told.places(one.id)
            self.machine[said_at[np.isin(said_code, places)], column] = True
            self.truth[true_at[np.isin(true_code, places)], column] = True

    @cached_property
    def alone(self) -> Marks:
        """Return bool (answers): only the model saw it."""
        marks = self.open_rows.copy()
        marks[self.rows] = False
        return marks

    @cached_property
    def positive(self) -> Ints:
        """Return the open answers that the model gives each code or net, audited ones included (k)."""
        counts: Ints = np.asarray(self.machine.sum(axis=0), np.int64)
        for column, one in enumerate(self.codes):
            counts[column] += int(self.alone[self.carrying(one)].sum())
        return counts

    def carrying(self, code: Code) -> Ints:
        """Return the counted answers that carry a code or net."""
        return np.unique(self.view.mention_row[self.view.mentions_of(code.id)]).astype(np.int64)

    @property
    def tally(self) -> Tally:
        """Return what the audit found."""
        return tally(self.machine, self.truth, self.inclusion)

    @cached_property
    def errors(self) -> Errors | TooFew:
        """Return draws of how the model errs."""
        return errors(self.tally, self.positive, size=int(self.open_rows.sum()), above=self.above)

    def errors_in(self, part: Marks) -> Errors | TooFew:
        """Return draws of how the model errs in the audited answers marked (n), for the answers of their part."""
        told = tally(self.machine[part], self.truth[part], self.inclusion[part])
        scale = float(part.mean())
        size = max(told.read, round(int(self.open_rows.sum()) * scale))
        positive = np.minimum(size, np.maximum(told.raw_positive, np.rint(self.positive * scale).astype(np.int64)))
        return errors(told, positive, size=size, above=self.above)

    @property
    def checked(self) -> dict[int, tuple[int, int, int]]:
        """Return by code how often the model said it, rightly, and missed it, among the audited answers."""
        parts = (
            one.sum(axis=0).tolist() for one in (self.machine, self.machine & self.truth, self.truth & ~self.machine)
        )
        return {one.id: told for one, told in zip(self.codes, zip(*parts, strict=True), strict=True)}


def model_of(models: Mapping[int, int], told: CodedAnswers) -> Ints:
    """Return the model in force for each answer by its wave, 0 where there is none."""
    waves, back = np.unique(told.wave, return_inverse=True)
    of_wave: Ints = np.array([models.get(int(wave), 0) for wave in waves], np.int64)
    return np.asarray(of_wave[back.reshape(-1)], np.int64)


def sample_of(view: View) -> tuple[Sample, bool] | TooFew | None:
    """Return ``_sample_of`` a view, found once."""
    if "sample" not in view.kept:
        view.kept["sample"] = _sample_of(view)
    return cast("tuple[Sample, bool] | TooFew | None", view.kept["sample"])


def _sample_of(view: View) -> tuple[Sample, bool] | TooFew | None:
    """Return the audited answers that a view is corrected by, and whether they are those of the whole question.

    A view with LEAST_READ of its own has those; another has all of the question that the same models judged. TooFew
    where these are too few too, or the view holds a wave that the sample passed over; None where the model has no part
    in the view.
    """
    mine = Sample(view)
    if not mine.undecided.any():
        return None
    if passed_over := _passed_over(mine):
        return TooFew(Lack.AUDITED, 0, min(LEAST_READ, passed_over))
    need = min(LEAST_READ, int(mine.open_rows.sum()))
    if mine.rows.size >= need:
        mine.read()
        return mine, False
    told = view.told
    models = model_of(view.loaded.audits[told.question.id].models, told)
    used = frozenset(np.unique(models[mine.open_rows]).tolist())
    key = "sample", told.question.id, used
    if key not in view.loaded.kept:
        everything = View(view.loaded, told, np.ones(len(told), np.bool_), Query(), weighted=False)
        found = Sample(everything, models=used)
        found.read()
        view.loaded.kept[key] = found
    whole = cast("Sample", view.loaded.kept[key])
    if whole.rows.size < LEAST_READ:
        return TooFew(Lack.AUDITED, int(mine.rows.size), need)
    return whole, True


def _passed_over(sample: Sample) -> int:
    """Return how many answers of the view only the model saw in waves of which nothing was drawn.

    A wave counts as passed over where a sample of the whole question would have held EXPECTED of it (none by chance:
    p < .01): mostly a wave imported after the sample was drawn. How the model errs there, nobody has seen.
    """
    told = sample.view.told
    drawn = sample.view.loaded.audits[told.question.id].row
    open_rows = np.isin(told.source, _UNDECIDED)
    open_rows[drawn] = True
    waves, back = np.unique(told.wave, return_inverse=True)
    back = back.reshape(-1)
    size = np.bincount(back[open_rows], minlength=waves.size)
    read = np.bincount(back[drawn], minlength=waves.size)
    expected = size * drawn.size / max(1, int(size.sum()))
    return int((sample.undecided & ((read == 0) & (expected >= EXPECTED))[back]).sum())


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
    known = np.array([int((~sample.open_rows[sample.carrying(one)]).sum()) for one in sample.codes], np.int64)
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
        {one.id: drawn[:, c] for c, one in enumerate(sample.codes)}, None if pooled else sample,
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
        rows = sample_rows(view, code)
        hits, hitters = both(rows[within[rows]])
        scales[row] = np.divide(hitters * answers, np.maximum(people, 1e-12) * hits, out=np.ones(width), where=hits > 0)
    return scales


def part_counts(view: View, sample: Sample, codes: Sequence[Code], part: Ints, width: int) -> PartCounts:
    """Count the answers of a view by part (int64 of all answers, −1 of none), as ``part_shares`` takes them.

    Weighted answers are scaled to their effective number in each part.
    """
    within = view.counted & (part >= 0)
    where = np.where(within, part, 0)
    audited = np.zeros(len(part), np.bool_)
    audited[sample.rows] = True
    alone = within & ~audited & np.isin(view.told.source, _UNDECIDED)
    read = within & audited
    known = within & ~alone & ~read
    weight = np.ones(len(part))
    if view.weights is not None:
        given = view.loaded.records.weight[view.told.place]
        weight = np.where(given > 0, given, 1.0)
        scale = np.ones(width)
        for place in range(width):
            mine = weight[within & (part == place)]
            scale[place] = effective_number(mine) / max(float(mine.sum()), 1e-12)
        weight = weight * scale[where]

    def sums(rows: Ints) -> Floats:
        return np.bincount(where[rows], weight[rows], minlength=width).astype(np.float64)

    carrying = [rows[within[rows]] for rows in (sample_rows(view, one) for one in codes)]
    tables = (np.stack([sums(rows[marks[rows]]) for rows in carrying]) for marks in (alone, read, known))
    positive, read_true, known_true = tables
    sizes = (sums(np.flatnonzero(marks)) for marks in (alone, read, known))
    size, read_size, known_size = sizes
    return PartCounts(positive, size, read_true, read_size, known_true, known_size)


def sample_rows(view: View, code: Code) -> Ints:
    """Return the counted answers of a view that carry a code or net."""
    return np.unique(view.mention_row[view.mentions_of(code.id)]).astype(np.int64)


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
    return PartShares(drawn, corrected, PartCorrection(int(sample.rows.size), len(named), few, left, alike, pooled))


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
