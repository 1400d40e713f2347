"""Themes and touchpoints by the client's columns, with letters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Code
from annotate.verbatims import Field
from reports.collect.correcting import PartShares, correct_columns
from reports.collect.themes import Shares
from reports.collect.view import View
from reports.data import SegmentCell, SegmentColumn, SegmentRow, SegmentTable
from reports.definitions.terms import Letters
from reports.statistics.crosstab import (
    corrected_cross_table,
    cross_counts,
    cross_table,
    name,
    pack_members,
    weighted_counts,
)
from reports.statistics.limits import TooFew
from reports.statistics.shares import Source as ShareSource
from reports.statistics.shares import share

Ints = NDArray[np.int64]

VALUES = range(2, 9)
"""How many values a column of a report's table has."""
MOST_VALUES = 20
"""Values of a column that was asked for: the largest."""
THEMES = 12
TABLES = 2


def usable(view: View, fields: Iterable[Field]) -> list[Field]:
    """Return the client's columns that make a table by themselves: a handful of values, no touchpoints."""
    found = []
    for one in fields:
        if one.kind == "category" and one.role in ("", "channel"):
            values = np.asarray(view.column(one), np.int64)
            if np.unique(values[values > 0]).size in VALUES:
                found.append(one)
    return found


def table(
    view: View, field: Field, codes: Sequence[Code], *, rule: Letters, found: Shares | None = None,
    most: int = MOST_VALUES,
) -> SegmentTable | None:  # fmt: skip
    """Return codes by the values of a column, largest first; None where nobody has a value.

    ``found``: the shares of the view, where cells are to be corrected like these.
    """
    value, person, overlapping = view.memberships(field)
    every = np.bincount(value)
    kinds = np.flatnonzero(every)
    if not kinds.size or not codes:
        return None
    kinds = kinds[np.lexsort((kinds, -every[kinds]))[:most]]
    column_of = np.full(every.size, -1, np.int64)
    column_of[kinds] = np.arange(kinds.size)
    column = column_of[value]
    person, column = person[column >= 0], column[column >= 0]
    ids = [code.id for code in codes]
    limits = view.loaded.limits
    bases = np.bincount(column, minlength=kinds.size).astype(np.int64)
    effective: list[float] | None = None
    if view.weights is None:
        columns = pack_members(column, person, size=view.people, width=kinds.size)
        counts = cross_counts(view.packed(ids), columns)
        totals = np.array([view.hits(code).size for code in ids], np.int64)
        elsewhere = totals[:, None] - counts if overlapping else None
        if overlapping:
            counts = _said_there(view, field, ids, column_of, kinds.size)[0]
        told = cross_table(
            counts, bases, totals, view.people, overlapping=overlapping, outside=elsewhere, rule=rule, limits=limits
        )
    else:
        members = np.zeros((view.people, kinds.size), np.bool_)
        members[person, column] = True
        marks = np.stack([view.marks(code) for code in ids], axis=1)
        counts = (marks.astype(np.float32).T @ members.astype(np.float32)).astype(np.int64)
        weighted = weighted_counts(marks, members, view.weights)
        effective = weighted[1].tolist()
        said, rest = weighted[0], None
        if overlapping:
            rest = weighted[2][:, None] - weighted[0]
            counts, heavy = _said_there(view, field, ids, column_of, kinds.size)
            said = heavy * weighted[1] / (view.weights @ members)
        told = cross_table(said, *weighted[1:], overlapping=overlapping, outside=rest, rule=rule, limits=limits)
    texts = view.loaded.values[field.id]
    heads = [view.value_is(field, texts.get(int(kind), "")) for kind in kinds]
    fixed = None if found is None else _corrected(view, field, codes, kinds, [head.values[0] for head in heads])
    low = high = np.full(told.shares.shape, np.nan)
    if isinstance(fixed, tuple) and found is not None:
        parts, outside = fixed
        of_all = np.array([found.printed[code.id].value for code in codes], np.float64)
        weighed = np.asarray(bases if effective is None else effective, np.float64)
        told = corrected_cross_table(
            parts.draws, outside, of_all, weighed, view.people, parts.corrected, overlapping=overlapping, rule=rule,
            limits=limits,
        )  # fmt: skip
        low, high = np.quantile(parts.draws, (0.025, 0.975), axis=0)
        low, high = (np.where(np.isnan(told.shares) | ~parts.corrected, np.nan, end) for end in (low, high))
    return SegmentTable(
        field.name,
        tuple(
            SegmentColumn(
                texts.get(int(kind), ""), int(bases[at]), name(at), told.sizes[at],
                None if effective is None else effective[at], view.rows_of(None, heads[at]),
            )
            for at, kind in enumerate(kinds)
        ),
        tuple(
            SegmentRow(
                code.id,
                tuple(counts[row].tolist()),
                tuple(
                    SegmentCell(
                        int(counts[row, at]),
                        None if np.isnan(told.shares[row, at]) else float(told.shares[row, at]),
                        told.letters[row][at],
                        None if np.isnan(told.effect[row, at]) else float(told.effect[row, at]),
                        bool(told.outlined[row, at]),
                        view.rows_of(code.id, heads[at]),
                        None if np.isnan(low[row, at]) else float(low[row, at]),
                        None if np.isnan(high[row, at]) else float(high[row, at]),
                    )
                    for at in range(kinds.size)
                ),
                found.printed[code.id] if found is not None
                else share(int(view.hits(code.id).size), view.people, source=_source(view, code.id)),
            )
            for row, code in enumerate(codes)
        ),
        rule,
        told.tests,
        overlapping,
        fixed[0].told if isinstance(fixed, tuple) else fixed,
    )  # fmt: skip


def _said_there(
    view: View, field: Field, codes: Sequence[int], column_of: Ints, width: int
) -> tuple[Ints, NDArray[np.float64]]:
    """Return how many people say each code in an answer of each column (codes × columns), and their weight.

    Who is in several columns says it in those whose answers say it, as a count over the export has it.
    """
    values = np.asarray(view.loaded.records.columns[field.id], np.int64)
    weights = np.ones(view.people) if view.weights is None else view.weights
    counts, heavy = np.zeros((len(codes), width), np.int64), np.zeros((len(codes), width))
    for place, code in enumerate(codes):
        rows = view.answers_with(code)
        column = column_of[values[view.told.place[rows]]]
        pairs = np.unique(view.person_of(rows)[column >= 0] * width + column[column >= 0])
        counts[place] = np.bincount(pairs % width, minlength=width)
        heavy[place] = np.bincount(pairs % width, weights[pairs // width], minlength=width)
    return counts, heavy


def _corrected(
    view: View, field: Field, codes: Sequence[Code], kinds: Ints, names: Sequence[str]
) -> tuple[PartShares, NDArray[np.float64]] | TooFew | None:
    """Return the corrected shares by column, and draws of those of all people outside each column."""
    values = np.asarray(view.loaded.records.columns[field.id][view.told.place], np.int64)
    column_of = np.full(int(max(values.max(initial=0), kinds.max(initial=0))) + 1, -1, np.int64)
    column_of[kinds] = np.arange(kinds.size)
    return correct_columns(view, codes, np.where(values > 0, column_of[values], -1), names)


def _source(view: View, code: int) -> ShareSource:
    return ShareSource.MACHINE if view.mention_machine[view.mentions_of(code)].any() else ShareSource.HUMAN
