"""Sudden rises of a theme in a slice of the data, over the weeks up to the end of the scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from annotate.store.query import Condition, DatedBetween, FieldIs
from annotate.verbatims import Field
from reports.collect.trends import DAY
from reports.collect.view import View
from reports.data import RepeatRow, SpikeFigures, SpikeRow
from reports.statistics.limits import Lack, TooFew
from reports.statistics.spikes import Alarm, Episode, Overlap, Rules, Scan, scan
from reports.statistics.trends import week_of, week_start

Ints = NDArray[np.int64]

WEEKS = 12
ROWS = 12


@dataclass(frozen=True, slots=True)
class Slices:
    """What is scanned: slice 0 is everything, then the values of the columns (``field`` −1 of everything).

    ``counts`` int64 (slices × codes × weeks) people; ``answers`` (slices × weeks).
    """

    counts: Ints
    answers: Ints
    field: Ints
    value: Ints
    first_week: int


def slices(
    view: View, fields: Sequence[Field], code_ids: Sequence[int], *, weeks: int = WEEKS, once: bool = True
) -> Slices | None:
    """Count people by slice, code and week, of the last whole ``weeks`` weeks with answers; None without dates.

    ``once``: a customer who answers more than once counts once in a week, slice and code.
    """
    at = view.at_ms
    dated = ~np.isnan(at)
    if not dated.any():
        return None
    week = np.where(dated, week_of(np.nan_to_num(at)), -1)
    # The last week counts when its Sunday is reached.
    newest = float(at[dated].max())
    last = int(week.max())
    if datetime.fromtimestamp(newest / 1000, UTC).date() < week_start(last) + timedelta(days=6):
        last -= 1
    first = max(last - weeks + 1, int(week[dated].min()))
    span = last - first + 1
    if span < 1:
        return None
    offset = np.where((week >= first) & (week <= last), week - first, -1)
    inside = offset >= 0
    k = len(code_ids)
    parts: list[Ints] = []
    answers: list[Ints] = []
    names: list[tuple[int, int]] = []
    hits = [view.hits(code) for code in code_ids]
    hits = [one[inside[one]] for one in hits]
    who = np.concatenate(hits) if hits else np.empty(0, np.int64)
    code = np.repeat(np.arange(k), [one.size for one in hits])
    customer = view.customer
    for field in (None, *fields):
        if field is None:
            kinds, place = np.zeros(1, np.int64), np.zeros(view.people, np.int64)
        else:
            column = np.asarray(view.column(field), np.int64)
            kinds, place = np.unique(column, return_inverse=True)
            place = place.reshape(-1)
        width = kinds.size
        cell = (place[who] * k + code) * span + offset[who]
        asked = place[inside] * span + offset[inside]
        if customer is not None and once:
            cell, asked = _once(cell, customer[who]), _once(asked, customer[inside])
        counts = np.bincount(cell, minlength=width * k * span).reshape(width, k, span)
        base = np.bincount(asked, minlength=width * span).reshape(width, span)
        known = np.ones(width, np.bool_) if field is None else kinds > 0
        parts.append(counts[known])
        answers.append(base[known])
        names += [(-1 if field is None else field.id, int(kind)) for kind in kinds[known]]
    told = np.array(names, np.int64).reshape(-1, 2)
    return Slices(np.concatenate(parts), np.concatenate(answers), told[:, 0], told[:, 1], first)


def _once(cell: Ints, customer: Ints) -> Ints:
    """Return the cells of the first answer of each customer in each cell."""
    _, first = np.unique(np.stack([cell, customer]), axis=1, return_index=True)
    return cell[first]


def spikes(view: View, fields: Sequence[Field], *, rules: Rules | None = None) -> SpikeFigures | TooFew | None:
    """Return the sudden rises of themes; None without dates, TooFew without a full baseline."""
    codes = [one.id for one in view.codes(nets=False) if view.hits(one.id).size and not one.retired]
    told = slices(view, fields, codes)
    if told is None or not codes:
        return None
    told_rules = rules or Rules()
    span = told.answers.shape[1]
    if span <= told_rules.baseline:
        return TooFew(Lack.PERIODS, span, told_rules.baseline + 1)

    def overlap(one: int, other: int) -> bool:
        """Values of one column share nobody; values of two columns may."""
        return bool(told.field[one] != told.field[other])

    found = scan(told.counts, told.answers, rules=told_rules, overlap=overlap)
    if isinstance(found, TooFew):
        return found
    names = {one.id: one.name for one in fields}

    def title(at: int) -> tuple[str, str]:
        field = int(told.field[at])
        return ("", "") if field < 0 else (names[field], view.loaded.values[field].get(int(told.value[at]), ""))

    def where(episode: Episode) -> tuple[date, date, tuple[Condition, ...]]:
        first, last = week_start(told.first_week + episode.first_week), week_start(told.first_week + episode.last_week)
        last += timedelta(days=6)
        start = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1000)
        end = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp() * 1000) + DAY - 1
        column, value = title(episode.lead.slice)
        named = (FieldIs(int(told.field[episode.lead.slice]), (value,)),) if column else ()
        return first, last, (DatedBetween(start, end), *named)

    rows = []
    for episode in found.episodes[:ROWS]:
        lead = episode.lead
        first, last, more = where(episode)
        also = tuple("=".join(part for part in title(parent) if part) for parent in episode.parents)
        rows.append(
            SpikeRow(
                view.theme(codes[lead.code]), *title(lead.slice), first, last, lead.seen, lead.expected, lead.lift,
                lead.q, tuple(one for one in also if one), tuple(told.counts[lead.slice, lead.code].tolist()),
                view.rows_of(codes[lead.code], *more),
            )
        )  # fmt: skip
    repeated = []
    for episode in _by_answers_only(view, fields, codes, told_rules, overlap, found)[:ROWS]:
        lead = episode.lead
        first, last, more = where(episode)
        most = _most_of_one(view, codes[lead.code], told, lead)
        repeated.append(
            RepeatRow(
                view.theme(codes[lead.code]), *title(lead.slice), first, last, lead.seen,
                int(told.counts[lead.slice, lead.code, lead.week]), most, view.rows_of(codes[lead.code], *more),
            )
        )  # fmt: skip
    tested = week_start(told.first_week + told_rules.baseline), week_start(told.first_week + span - 1)
    return SpikeFigures(
        tuple(rows), found.alarms, found.tests, len(told.field), tuple(names.values()), found.expected_false,
        found.by_chance, tested, tuple(repeated),
    )  # fmt: skip


def _by_answers_only(
    view: View, fields: Sequence[Field], codes: Sequence[int], rules: Rules, overlap: Overlap, found: Scan
) -> list[Episode]:
    """Return the episodes of a scan that counts every answer, which one of customers does not have."""
    if view.customer is None:
        return []
    told = slices(view, fields, codes, once=False)
    if told is None:
        return []
    every = scan(told.counts, told.answers, rules=rules, overlap=overlap)
    if isinstance(every, TooFew):
        return []
    real = {(alarm.code, alarm.slice, alarm.week) for one in found.episodes for alarm in one.alarms}
    return [
        one for one in every.episodes
        if not any((alarm.code, alarm.slice, alarm.week) in real for alarm in one.alarms)
    ]  # fmt: skip


def _most_of_one(view: View, code: int, told: Slices, lead: Alarm) -> int:
    """Return how many answers of one customer are in the surest week of a rise."""
    who = view.hits(code)
    at = view.at_ms[who]
    inside = ~np.isnan(at)
    inside[inside] = week_of(at[inside]) == told.first_week + lead.week
    field = int(told.field[lead.slice])
    if field >= 0:
        column = view.loaded.records.columns[field][view.told.place[view.row[who]]]
        inside &= column == told.value[lead.slice]
    assert view.customer is not None
    return int(np.unique(view.customer[who[inside]], return_counts=True)[1].max(initial=0))
