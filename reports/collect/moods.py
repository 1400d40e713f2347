"""Net sentiment of codes and touchpoints, both poles corrected for the model's errors where enough was audited."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.collect.audited import UNDECIDED, Sample, effective_weights
from reports.collect.view import View, weights_of
from reports.statistics.corrected_moods import corrected_net_sentiment, hearing, lacking, nets, part_moods
from reports.statistics.journey import mood_of_people
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Said:
    """Feelings in answers: ``row`` of the answer, ``column`` it is about, ``mood`` −1, 0, 1; repeats are one answer's.

    ``machine`` True: what the model says of audited answers; else the final layer of counted ones.
    """

    row: Ints
    column: Ints
    mood: Ints

    @cached_property
    def majority(self) -> tuple[Ints, Ints, Ints]:
        """Return one entry for each answer and column: row, column, and verdict 1, 2, 3 of bad, neither, good."""
        row, column, mood = mood_of_people(self.row, self.column, self.mood.astype(np.int8))
        return row, column, mood + 2


@dataclass(frozen=True, slots=True)
class Verdicts:
    """By column (k): ``table`` (k × 4 × 4) audited answers by the model's and people's verdict, ``sizes`` (k × 4) open
    answers by the model's, ``known`` (k × 4) those people decided for other reasons. 0: not mentioned."""

    table: Ints
    sizes: Ints
    known: Ints


def audited_verdicts(sample: Sample, final: Said, said: Said, width: int) -> tuple[Ints, Ints]:
    """Return the verdicts 0 … 3 of model and people on audited answers, int64 (n × k) each."""
    at = np.full(len(sample.view.told), -1, np.int64)
    at[sample.rows] = np.arange(sample.rows.size)
    people, machine = (np.zeros((sample.rows.size, width), np.int64) for _ in range(2))
    for told, whose in ((people, final), (machine, said)):
        row, column, verdict = whose.majority
        here = at[row] >= 0
        told[at[row[here]], column[here]] = verdict[here]
    return machine, people


def verdict_tables(machine: Ints, people: Ints, width: int) -> Ints:
    """Return by column the audited answers by the model's and people's verdict (k × 4 × 4)."""
    table = np.zeros((width, 4, 4), np.int64)
    np.add.at(table, (np.broadcast_to(np.arange(width), machine.shape), machine, people), 1)
    return table


def verdicts(sample: Sample, final: Said, said: Said, width: int) -> Verdicts:
    """Count feelings by column: ``final`` of all counted answers, ``said`` by the model of the audited ones."""
    table = verdict_tables(*audited_verdicts(sample, final, said, width), width)
    row, column, verdict = final.majority
    sizes, known = (np.zeros((width, 4), np.int64) for _ in range(2))
    alone = sample.alone[row]
    np.add.at(sizes, (column[alone], verdict[alone]), 1)
    other = ~sample.open_rows[row]
    np.add.at(known, (column[other], verdict[other]), 1)
    sizes[:, 1:] += table.sum(axis=2)[:, 1:]
    sizes[:, 0] = int(sample.open_rows.sum()) - sizes[:, 1:].sum(axis=1)
    return Verdicts(table, sizes, known)


def said_by_machine(sample: Sample) -> tuple[Ints, Ints, Ints]:
    """Return what the model says of audited answers: row, place of the code in the frame, sentiment (9: none)."""
    audit = sample.view.loaded.audits[sample.view.told.question.id]
    keep = np.isin(audit.row[audit.said_row], sample.rows)
    return (
        audit.row[audit.said_row[keep]], audit.said_code[keep].astype(np.int64),
        audit.said_sentiment[keep].astype(np.int64),
    )  # fmt: skip


def corrected_nets(found: Verdicts, counted: dict[int, Estimate | TooFew | None]) -> dict[int, Estimate | TooFew]:
    """Return corrected net sentiments in points by column, of those ``counted`` has a figure for; else what lacks.

    Of people with several answers the correction of answers is added to their figure.
    """
    like = found.table.sum(axis=0)
    told: dict[int, Estimate | TooFew] = {}
    for column, plain in counted.items():
        if not isinstance(plain, Estimate):
            continue
        table, sizes, known = found.table[column], found.sizes[column], found.known[column]
        fixed = corrected_net_sentiment(table, sizes, known=known, like=like)
        if isinstance(fixed, TooFew):
            told[column] = fixed
            continue
        final = sizes + known + table.sum(axis=0) - table.sum(axis=1)
        mentions = int(final[1:].sum())
        as_counted = 100 * float(final[3] - final[1]) / max(mentions, 1)
        shift = plain.value - as_counted
        low, value, high = (min(100.0, max(-100.0, 100 * end + shift)) for end in (fixed[1], fixed[0], fixed[2]))
        told[column] = Estimate(value, low, high, plain.base)
    return told


def of_codes(
    view: View, sample: Sample, counted: dict[int, Estimate | TooFew | None], *, pooled: bool = False
) -> dict[int, Estimate | TooFew]:
    """Return corrected net sentiments by code id; nothing where model or people gave no feelings.

    A weighted view, or one that the sample is not of alone (``pooled``), is a part of what the sample was drawn from:
    what carries over to it is how the model hears.
    """
    place = {one.id: at for at, one in enumerate(sample.codes)}
    final = _spread(sample, sample.view)
    found = verdicts(sample, final, _spread(sample, None), len(sample.codes))
    if not felt(found):
        return {}
    wanted = {place[code]: one for code, one in counted.items() if code in place}
    if not pooled and view.weights is None:
        told = corrected_nets(found, wanted)
    else:
        one_part = np.where(view.counted, 0, -1)
        parts = mood_parts(view, _spread(sample, view), len(sample.codes), one_part, 1, sample)
        told = part_nets(found, wanted, parts)
    return {sample.codes[column].id: one for column, one in told.items()}


def part_nets(
    found: Verdicts, counted: dict[int, Estimate | TooFew | None], parts: MoodParts
) -> dict[int, Estimate | TooFew]:
    """Return ``corrected_nets`` of the first part, which ``found`` need not be of: only how the model hears is."""
    like = found.table.sum(axis=0)
    told: dict[int, Estimate | TooFew] = {}
    for column, plain in counted.items():
        if not isinstance(plain, Estimate):
            continue
        table, sizes = found.table[column], found.sizes[column]
        lack = lacking(table, sizes, like)
        if lack is None:
            said, true = parts.said[column], parts.true[column]
            drawn = nets(part_moods(hearing(table, sizes, like=like), said, true))[:, 0]
            told[column] = part_estimate(drawn, plain, said[0], true[0])
        else:
            told[column] = lack
    return told


def _spread(sample: Sample, view: View | None) -> Said:
    """Return the feelings about each code and the nets above it: of a view, or by the model of the audited answers."""
    place = {one.id: at for at, one in enumerate(sample.codes)}
    parents = sample.view.parents
    above: list[list[int]] = []
    for one in sample.view.told.frame.codes:
        chain: list[int] = []
        at: int | None = one.id
        while at is not None:
            chain += [place[at]] if at in place else []
            at = parents.get(at)
        above.append(chain)
    if view is None:
        row, code, mood = said_by_machine(sample)
    else:
        row, code, mood = (
            one.astype(np.int64) for one in (view.mention_row, view.mention_code, view.mention_sentiment)
        )
    keep = np.abs(mood) <= 1
    row, code, mood = row[keep], code[keep], mood[keep]
    parts = []
    for depth in range(max((len(chain) for chain in above), default=0)):
        column = np.array([chain[depth] if depth < len(chain) else -1 for chain in above], np.int64)[code]
        parts.append(np.stack([row, column, mood])[:, column >= 0])
    told = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.int64)
    return Said(told[0], told[1], told[2])


def felt(found: Verdicts) -> bool:
    """Return whether both the model and people gave feelings to audited answers."""
    whole = found.table.sum(axis=0)
    return bool(whole[1:].any() and whole[:, 1:].any())


@dataclass(frozen=True, slots=True)
class MoodParts:
    """By column and part, float64 (k × d × 4): ``said``, answers that only the model saw, by its verdict, ``true``,
    those that people decided, by theirs (both effective numbers where answers are weighted); ``scale`` (d): the weight
    of a part over its effective number."""

    said: Floats
    true: Floats
    scale: Floats

    def __add__(self, other: MoodParts) -> MoodParts:
        mine, theirs = (one.true.sum(axis=(0, 2)) + one.said.sum(axis=(0, 2)) for one in (self, other))
        whole = np.maximum(mine + theirs, 1e-12)
        scale = (mine * self.scale + theirs * other.scale) / whole
        return MoodParts(self.said + other.said, self.true + other.true, scale)


def mood_parts(view: View, final: Said, width: int, part: Ints, parts: int, sample: Sample | None) -> MoodParts:
    """Count the feelings in a view by column and part: ``final`` of its answers, ``part`` int64 (answers), −1 of none.

    Without a ``sample`` people decided all of it.
    """
    read = np.zeros(len(part), np.bool_)
    if sample is not None:
        read[sample.rows] = True
    by_people = read | ~np.isin(view.told.source, UNDECIDED)
    weight = effective_weights(view, part, parts)
    within = view.counted & (part >= 0)
    row, column, verdict = final.majority
    keep = within[row]
    row, column, verdict = row[keep], column[keep], verdict[keep]
    tables = []
    for marks in (~by_people, by_people):
        mine = marks[row]
        cell = (column[mine] * parts + part[row[mine]]) * 4 + verdict[mine]
        table = np.bincount(cell, weight[row[mine]], minlength=width * parts * 4).reshape(width, parts, 4)
        size = np.bincount(part[within & marks], weight[within & marks], minlength=parts)
        table[:, :, 0] = np.maximum(size - table[:, :, 1:].sum(axis=2), 0.0)
        tables.append(table.astype(np.float64))
    plain = weights_of(view.loaded, view.told.place) if view.weights is not None else np.ones(len(part))
    whole, effective = (np.bincount(part[within], one[within], minlength=parts) for one in (plain, weight))
    scale = np.divide(whole, effective, out=np.ones(parts), where=effective > 0)
    return MoodParts(tables[0], tables[1], scale)


def part_estimate(drawn: Floats, plain: Estimate, said: Floats, true: Floats) -> Estimate:
    """Return a corrected net sentiment in points from its draws (in [−1, 1]), carried over to people.

    ``plain``: as counted by people; ``said`` and ``true`` (4): as counted by answers, whose correction is added to it.
    """
    shift = plain.value - 100 * float(nets(said + true))
    low, high = (100 * float(end) + shift for end in np.quantile(drawn, (0.025, 0.975)))
    value, low, high = (min(100.0, max(-100.0, end)) for end in (100 * float(drawn.mean()) + shift, low, high))
    return Estimate(value, min(low, value), max(high, value), plain.base)
