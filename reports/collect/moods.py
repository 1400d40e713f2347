"""Net sentiment of codes and touchpoints, both poles corrected for the model's errors where enough was audited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.collect.audited import Sample
from reports.statistics.corrected import corrected_net_sentiment
from reports.statistics.journey import mood_of_people
from reports.statistics.limits import TooFew
from reports.statistics.nps import Estimate

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Said:
    """Feelings in answers: ``row`` of the answer, ``column`` it is about, ``mood`` −1, 0, 1; repeats are one answer's.

    ``machine`` True: what the model says of audited answers; else the final layer of counted ones.
    """

    row: Ints
    column: Ints
    mood: Ints

    @property
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


def verdicts(sample: Sample, final: Said, said: Said, width: int) -> Verdicts:
    """Count feelings by column: ``final`` of all counted answers, ``said`` by the model of the audited ones."""
    at = np.full(len(sample.view.told), -1, np.int64)
    at[sample.rows] = np.arange(sample.rows.size)
    people, machine = (np.zeros((sample.rows.size, width), np.int64) for _ in range(2))
    for told, whose in ((people, final), (machine, said)):
        row, column, verdict = whose.majority
        here = at[row] >= 0
        told[at[row[here]], column[here]] = verdict[here]
    row, column, verdict = final.majority
    sizes, known = (np.zeros((width, 4), np.int64) for _ in range(2))
    alone = sample.alone[row]
    np.add.at(sizes, (column[alone], verdict[alone]), 1)
    other = ~sample.open_rows[row]
    np.add.at(known, (column[other], verdict[other]), 1)
    table = np.zeros((width, 4, 4), np.int64)
    every = np.broadcast_to(np.arange(width), machine.shape)
    np.add.at(table, (every, machine, people), 1)
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


def of_codes(sample: Sample, counted: dict[int, Estimate | TooFew | None]) -> dict[int, Estimate | TooFew]:
    """Return corrected net sentiments by code id; nothing where model or people gave no feelings."""
    view = sample.view
    place = {one.id: at for at, one in enumerate(sample.codes)}
    parents = view.parents
    above: list[list[int]] = []
    for one in view.told.frame.codes:
        chain: list[int] = []
        at: int | None = one.id
        while at is not None:
            chain += [place[at]] if at in place else []
            at = parents.get(at)
        above.append(chain)

    def spread(row: Ints, code: Ints, mood: Ints) -> Said:
        keep = np.abs(mood) <= 1
        row, code, mood = row[keep], code[keep], mood[keep]
        parts = []
        for depth in range(max((len(chain) for chain in above), default=0)):
            column = np.array([chain[depth] if depth < len(chain) else -1 for chain in above], np.int64)[code]
            parts.append(np.stack([row, column, mood])[:, column >= 0])
        told = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.int64)
        return Said(told[0], told[1], told[2])

    final = spread(
        view.mention_row.astype(np.int64), view.mention_code.astype(np.int64), view.mention_sentiment.astype(np.int64)
    )
    found = verdicts(sample, final, spread(*said_by_machine(sample)), len(sample.codes))
    if not felt(found):
        return {}
    told = corrected_nets(found, {place[code]: one for code, one in counted.items() if code in place})
    return {sample.codes[column].id: one for column, one in told.items()}


def felt(found: Verdicts) -> bool:
    """Return whether both the model and people gave feelings to audited answers."""
    whole = found.table.sum(axis=0)
    return bool(whole[1:].any() and whole[:, 1:].any())
