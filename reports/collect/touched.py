"""Mentions at touchpoints over all questions of a scope, and their net sentiment corrected for the models' errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from annotate.verbatims import Field
from reports.coded_answers import DIRECTIONS, NO_SENTIMENT
from reports.collect.audited import Sample, model_of, sample_of
from reports.collect.loaded import Loaded
from reports.collect.moods import (
    MoodParts,
    Said,
    Verdicts,
    audited_verdicts,
    corrected_nets,
    felt,
    mood_parts,
    part_nets,
    said_by_machine,
    verdict_tables,
    verdicts,
)
from reports.collect.places import places_said, touchpoint_field
from reports.collect.view import View, weights_of
from reports.data import PartCorrection
from reports.statistics.corrected import LEAST_READ
from reports.statistics.corrected_moods import DRAWS, hearing, lacking, part_moods
from reports.statistics.corrected_parts import LEAST_ALIKE_P, erring_alike
from reports.statistics.journey import mood_of_people, net_sentiment
from reports.statistics.limits import Lack, Limits, TooFew
from reports.statistics.nps import Estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]

MOST_PLACES = 30


@dataclass(frozen=True, slots=True)
class Touched:
    """Mentions at touchpoints over all questions: ``place`` of the touchpoint, person and record (both over all
    questions), mood, the view, code and answer (``row``) of each, one entry a mention at a known touchpoint.

    ``fixed``: net sentiments corrected for the models' errors, by place; ``correction``: what the page says of it;
    ``samples``: by view, the audited answers that it rests on, None where people decided everything, ``audited``: what
    model and people say of these, and ``heard``: what that comes to. ``finals``: the feelings in the answers by view.
    """

    names: tuple[str, ...]
    stages: tuple[str, ...]
    place: Ints
    person: Ints
    record: Ints
    mood: NDArray[np.int8]
    view: Ints
    code: Ints
    views: tuple[View, ...]
    field: Field | None
    row: Ints
    fixed: Mapping[int, Estimate]
    correction: PartCorrection | TooFew | None = None
    samples: tuple[Sample | None, ...] = ()
    weight: Floats | None = None
    audited: tuple[tuple[Ints, Ints] | None, ...] = ()
    heard: Verdicts | None = None
    finals: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Voices:
    """One entry for each person at each touchpoint: ``place``, ``mood`` by the majority of mentions, ``record`` of the
    person's first mention, ``weight`` where people are weighted."""

    person: Ints
    place: Ints
    mood: Ints
    record: Ints
    weight: Floats | None
    limits: Limits = field(default_factory=Limits)

    def net(self, marks: Marks) -> Estimate | TooFew:
        """Return the net sentiment of those marked, as counted."""
        weights = None if self.weight is None else self.weight[marks]
        return net_sentiment(self.mood[marks], weights=weights, limits=self.limits)


def voices(told: Touched) -> Voices:
    """Return who speaks of which touchpoint, and how."""
    who, place, mood = mood_of_people(told.person, told.place, told.mood)
    order = np.argsort(told.person, kind="stable")
    firsts = order[np.searchsorted(told.person[order], who)]
    weight = None if told.weight is None else told.weight[firsts]
    limits = told.views[0].loaded.limits if told.views else Limits()
    return Voices(who, place, mood, told.record[firsts], weight, limits)


def touched(loaded: Loaded, views: Sequence[View], *, corrects: bool = True) -> Touched | None:
    """Return the mentions by touchpoint: a row's own touchpoint wins over its code's; None where none is known.

    Touchpoints stand in the order of the definitions, others after them by size.
    """
    known = [one.name for one in loaded.definitions.touchpoints]
    seen: Counter[str] = Counter()
    parts: list[tuple[NDArray[np.object_], View]] = []
    for view in views:
        points = places_said(loaded, view.told, view.mention_row, view.mention_code, view.mood)
        seen.update(points.tolist())
        parts.append((points, view))
    seen.pop("", None)
    if not seen:
        return None
    more = [one for one, _ in seen.most_common() if one not in known]
    names = tuple([one for one in known if one in seen or not more] + more)[:MOST_PLACES]
    order = {one: at for at, one in enumerate(names)}
    finals = []
    stage = {one.name: one.stage for one in loaded.definitions.touchpoints}
    arrays = []
    for number, (points, view) in enumerate(parts):
        place = _numbers(points, order)
        keep = place >= 0
        record = view.told.place[view.mention_row[keep]]
        finals.append(
            Said(view.mention_row[keep].astype(np.int64), place[keep], view.mood[keep].astype(np.int64))
        )  # fmt: skip
        arrays.append((
            place[keep], loaded.records.who[record], record, view.mood[keep], np.full(int(keep.sum()), number),
            view.mention_code[keep].astype(np.int64), view.mention_row[keep].astype(np.int64),
        ))  # fmt: skip
    place, person, record, mood, number_of, code, row = (np.concatenate(one) for one in zip(*arrays, strict=True))
    weighted = any(view.weights is not None for view in views)
    found = Touched(
        names, tuple(stage.get(one, "") for one in names), place, person, record, mood.astype(np.int8), number_of, code,
        tuple(views), touchpoint_field(loaded), row, {}, weight=weights_of(loaded, record) if weighted else None,
        finals=tuple(finals),
    )  # fmt: skip
    return _corrected(loaded, found) if corrects else found


def _numbers(points: NDArray[np.object_], order: Mapping[str, int]) -> Ints:
    return np.array([order.get(one, -1) for one in points.tolist()], np.int64)


def _corrected(loaded: Loaded, told: Touched) -> Touched:
    """Return the mentions with the net sentiment of each touchpoint corrected, as far as enough was audited."""
    found = [sample_of(view) for view in told.views]
    lack = next((one for one in found if isinstance(one, TooFew)), None)
    samples = tuple(None if one is None or isinstance(one, TooFew) else one[0] for one in found)
    if lack is not None or not any(samples):
        return replace(told, correction=lack)
    told = _read(loaded, replace(told, samples=samples))
    width, whole = len(told.names), told.heard
    assert whole is not None
    if not felt(whole):
        return replace(told, correction=TooFew(Lack.MENTIONS, 0, 30))
    people = voices(told)
    counted: dict[int, Estimate | TooFew | None] = {at: people.net(people.place == at) for at in range(width)}
    pooled = any(isinstance(one, tuple) and one[1] for one in found)
    if pooled or told.weight is not None:  # a part of what was audited: how the model hears carries over
        parts = mood_counts(told, np.zeros(len(loaded.records), np.int64), 1)
        fixed = part_nets(whole, counted, parts)
    else:
        fixed = corrected_nets(whole, counted)
    if not fixed:  # nowhere are there enough people for a figure
        return told
    sure = {at: one for at, one in fixed.items() if isinstance(one, Estimate)}
    left = tuple(told.names[at] for at in fixed if at not in sure)
    more = max((one.more for one in fixed.values() if isinstance(one, TooFew)), default=0)
    read = sum(int(one.rows.size) for one in samples if one is not None)
    return replace(
        told, fixed=sure, correction=PartCorrection(read, len(fixed), 0, left, whole=pooled, more=more)
    )  # fmt: skip


def _read(loaded: Loaded, told: Touched) -> Touched:
    """Return the mentions with what model and people say at each touchpoint, of what the samples were drawn from."""
    width = len(told.names)
    tables = np.zeros((width, 4, 4), np.int64)
    sizes, known = (np.zeros((width, 4), np.int64) for _ in range(2))
    audited: list[tuple[Ints, Ints] | None] = []
    for number, sample in enumerate(told.samples):
        if sample is None:  # people decided everything
            _row, column, verdict = told.finals[number].majority
            np.add.at(known, (column, verdict), 1)
            audited.append(None)
            continue
        both = _both(loaded, told, number, sample)
        audited.append(audited_verdicts(sample, *both, width))
        one = verdicts(sample, *both, width)
        tables, sizes, known = tables + one.table, sizes + one.sizes, known + one.known
    return replace(told, audited=tuple(audited), heard=Verdicts(tables, sizes, known))


def _both(loaded: Loaded, told: Touched, number: int, sample: Sample) -> tuple[Said, Said]:
    """Return the feelings at touchpoints in the answers that a sample is of, and by the model in the audited ones."""
    order = {one: at for at, one in enumerate(told.names)}
    view = sample.view
    final = told.finals[number]
    if view is not told.views[number]:
        place = _numbers(places_said(loaded, view.told, view.mention_row, view.mention_code, view.mood), order)
        keep = place >= 0
        final = Said(view.mention_row[keep].astype(np.int64), place[keep], view.mood[keep].astype(np.int64))
    row, code, mood = said_by_machine(sample)
    mood = np.where(mood == NO_SENTIMENT, DIRECTIONS.get(view.told.question.direction, NO_SENTIMENT), mood)
    place = _numbers(places_said(loaded, view.told, row, code, mood), order)
    keep = place >= 0
    return final, Said(row[keep], place[keep], mood[keep])


def mood_counts(told: Touched, part: Ints, width: int) -> MoodParts:
    """Return feelings by touchpoint and part; ``part`` int64 (records), −1 of none."""
    found: MoodParts | None = None
    for number, view in enumerate(told.views):
        one = mood_parts(
            view, told.finals[number], len(told.names), part[view.told.place], width, told.samples[number]
        )  # fmt: skip
        found = one if found is None else found + one
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Cells:
    """Touchpoints (k) in parts (d), corrected: ``units`` float64 (draws × k × d × 4), draws of how many answers are
    truly felt how (weight of them), ``corrected`` bool (k × d), ``counts`` as counted, and what the page says."""

    units: Floats
    corrected: Marks
    counts: MoodParts
    told: PartCorrection


def cells(loaded: Loaded, told: Touched, part: Ints, width: int, names: Sequence[str]) -> Cells | None:
    """Return touchpoints in parts of the answers, corrected by how the model hears over all of them.

    ``part`` int64 (records), −1 of none; ``names`` of the parts, "" of one that is not shown. None where the
    touchpoints themselves are not corrected. Where several models took part, or one is found to err differently in the
    parts, a part with LEAST_READ audited answers is corrected by these alone, and another is left as counted.
    """
    whole = told.heard
    if not isinstance(told.correction, PartCorrection) or not told.fixed or whole is None:
        return None
    k = len(told.names)
    like = whole.table.sum(axis=0)
    machine, truth, where, several = [], [], [], False
    for number, (sample, both) in enumerate(zip(told.samples, told.audited, strict=True)):
        if sample is None or both is None:
            continue
        machine.append(both[0])
        truth.append(both[1])
        inside = sample.view is not told.views[number] or sample.view.counted[sample.rows]
        where.append(np.where(inside, part[sample.view.told.place[sample.rows]], -1))
        models = model_of(loaded.audits[sample.view.told.question.id].models, sample.view.told)
        several |= np.unique(models[sample.open_rows]).size > 1
    said, true, at = np.concatenate(machine), np.concatenate(truth), np.concatenate(where)
    own = np.bincount(at[at >= 0], minlength=width)[:width]
    alike = 0.0 if several else erring_alike(_marks(said), _marks(true), at)
    counts = mood_counts(told, part, width)
    units = np.zeros((DRAWS, k, width, 4))
    corrected = np.zeros((k, width), np.bool_)
    short = np.maximum(LEAST_READ - own, 0)
    for place in range(k):
        if place not in told.fixed:
            continue
        if alike >= LEAST_ALIKE_P:
            heard = hearing(whole.table[place], whole.sizes[place], like=like)
            units[:, place] = part_moods(heard, counts.said[place], counts.true[place], seed=place)
            corrected[place] = True
            continue
        for one in np.flatnonzero(own >= LEAST_READ).tolist():
            table = verdict_tables(said[at == one], true[at == one], k)
            sizes = np.rint(counts.said[place, one]).astype(np.int64) + table[place].sum(axis=1)
            lack = lacking(table[place], sizes, table.sum(axis=0))
            if lack is not None:
                short[one] = max(short[one], lack.more)
            else:
                heard = hearing(table[place], sizes, like=table.sum(axis=0), seed=one + 1)
                mine = counts.said[place, one : one + 1], counts.true[place, one : one + 1]
                units[:, place, one] = part_moods(heard, *mine, spread=0.0, seed=1000 * (place + 1) + one)[:, 0]
                corrected[place, one] = True
    some = [bool(corrected[:, one].any()) for one in range(width)]
    named = [(name, sure, int(n)) for name, sure, n in zip(names, some, short, strict=True) if name]
    few = sum(1 for name, sure, n in zip(names, some, own.tolist(), strict=True) if name and sure and n < LEAST_READ)
    left = tuple(name for name, sure, _ in named if not sure)
    more = max((n for _, sure, n in named if not sure), default=0)
    return Cells(
        units * counts.scale[:, None], corrected, counts,
        PartCorrection(int(at.size), len(named), few, left, alike, told.correction.whole, more),
    )  # fmt: skip


def _marks(verdict: Ints) -> Marks:
    """Return who says which mood of what, bool (answers × 3k), of verdicts (answers × k)."""
    return np.asarray((verdict[:, :, None] == np.array([1, 2, 3])).reshape(len(verdict), -1), np.bool_)
