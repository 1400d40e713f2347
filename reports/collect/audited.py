"""The random rows that people read, as they stand for a view: what the model said of them and what is true."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from annotate.layers import Source
from annotate.store.query import Query
from reports.coded_answers import SOURCES, CodedAnswers
from reports.collect.view import View, weights_of
from reports.data import Role
from reports.statistics.corrected import LEAST_READ, Tally, tally
from reports.statistics.corrected_parts import Errors, errors
from reports.statistics.limits import Lack, TooFew

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

MODEL = tuple(SOURCES.index(one) for one in (Source.MODEL, Source.CERTIFIED))
EXPECTED = 5.0
"""Answers that a random sample would hold of a wave, from which on to hold none is no chance."""
UNDECIDED = (*MODEL, SOURCES.index(Source.OPEN))


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
        self.undecided = view.counted & np.isin(told.source, UNDECIDED)
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
            counts[column] += int(self.alone[self.view.answers_with(one.id)].sum())
        return counts

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


def effective_weights(view: View, part: Ints, width: int) -> Floats:
    """Return the weight of each answer (of all), scaled to the effective number of its part; ones without weights.

    ``part`` int64 (answers), −1 of none.
    """
    weight = np.ones(len(part))
    if view.weights is None:
        return weight
    weight = weights_of(view.loaded, view.told.place)
    within = view.counted & (part >= 0)
    where = part[within]
    whole, squares = (np.bincount(where, one, minlength=width) for one in (weight[within], weight[within] ** 2))
    weight[within] *= np.divide(whole, squares, out=np.zeros(width), where=squares > 0)[where]
    return weight


def model_of(models: Mapping[int, int], told: CodedAnswers) -> Ints:
    """Return the model in force for each answer by its wave, 0 where there is none."""
    waves, back = _waves(told)
    of_wave: Ints = np.array([models.get(int(wave), 0) for wave in waves], np.int64)
    return of_wave[back]


def _waves(told: CodedAnswers) -> tuple[Ints, Ints]:
    """Return the waves of a question, rising, and the place among them of each answer's."""
    if not told.wave.size or int(told.wave.max()) - int(told.wave.min()) > told.wave.size:
        waves, back = np.unique(told.wave, return_inverse=True)
        return waves.astype(np.int64), back.reshape(-1).astype(np.int64)
    first = int(told.wave.min())
    here = np.bincount(told.wave - first) > 0  # numbers close to each other: no sorting
    return np.flatnonzero(here) + first, (np.cumsum(here) - 1)[told.wave - first]


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
    open_rows = np.isin(told.source, UNDECIDED)
    open_rows[drawn] = True
    waves, back = _waves(told)
    size = np.bincount(back[open_rows], minlength=waves.size)
    read = np.bincount(back[drawn], minlength=waves.size)
    expected = size * drawn.size / max(1, int(size.sum()))
    return int((sample.undecided & ((read == 0) & (expected >= EXPECTED))[back]).sum())
