"""Which rows a query means, from arrays where they tell it, else from the file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annotate.audit_stream import answers_of
from annotate.store.connection import Connection
from annotate.store.query import (
    Answered,
    AnyOf,
    Condition,
    DatedBetween,
    FieldBetween,
    FieldIs,
    FromSource,
    InQuestion,
    InWave,
    Not,
    Query,
)
from reports.coded_answers import CodedAnswers
from reports.collect.loaded import Loaded
from reports.collect.places import said_at
from reports.data import Rows

Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]


def record_marks(db: Connection, loaded: Loaded, query: Query) -> Marks:
    """Return bool (records): the record fits; a condition on an answer fits its record where any answer fits it."""
    marks = np.ones(len(loaded.records), np.bool_)
    for one in query.conditions:
        told = _told(db, loaded, one)
        if told is None:
            ids, _ = answers_of(db, Query((one,)))
            of = _records_of(db, ids)
            told = np.zeros(len(loaded.records), np.bool_)
            told[np.searchsorted(loaded.records.id, of)] = True
        marks &= told
    return marks


def answer_marks(db: Connection, loaded: Loaded, told: CodedAnswers, query: Query) -> Marks:
    """Return bool (answers of a question): the answer fits all conditions."""
    marks = np.ones(len(told), np.bool_)
    for one in query.conditions:
        fits = _told(db, loaded, one)
        if isinstance(one, InQuestion):
            marks &= one.question == told.question.id
        elif fits is not None:
            marks &= fits[told.place]
        elif not isinstance(one, Answered):
            marks &= np.isin(told.ids, answers_of(db, Query((one, InQuestion(told.question.id))))[0])
    return marks


def ids(db: Connection, loaded: Loaded, rows: Rows) -> Ints:
    """Return the verbatims behind a figure, rising."""
    found = [np.empty(0, np.int64)]
    kept = counted_records(db, loaded, rows) if rows.last else None
    for told in loaded.coded.values():
        if rows.code is not None and all(one.id != rows.code for one in told.frame.codes):
            continue
        marks = answer_marks(db, loaded, told, rows.query) if kept is None else kept[told.place]
        if rows.coded:
            marks &= told.counted
        if rows.of.conditions:
            fits = marks & answer_marks(db, loaded, told, rows.of)
            marks &= np.isin(told.person, np.unique(told.person[fits]))
        if rows.touchpoint:
            marks &= said_at(loaded, told, rows.touchpoint, rows.sentiment)
        if rows.members:
            marks &= np.any([told.carries(one, rows.sentiment) for one in rows.members], axis=0)
        elif rows.code is not None:
            marks &= told.carries(rows.code, rows.sentiment)
        found.append(told.ids[marks])
    return np.unique(np.concatenate(found))


def counted_records(db: Connection, loaded: Loaded, rows: Rows) -> Marks:
    """Return bool (records): those behind a figure that counts records, whether their people wrote anything or not."""
    marks = record_marks(db, loaded, rows.query)
    if not rows.last:
        return marks
    counted = np.zeros(len(loaded.records), np.bool_)
    counted[loaded.records.last(marks)] = True
    return counted & record_marks(db, loaded, rows.part)


def _told(db: Connection, loaded: Loaded, one: Condition) -> Marks | None:
    """Return what the columns say of a condition (records), None where they do not."""
    records = loaded.records
    if isinstance(one, InWave):
        return np.asarray(records.wave == one.wave, np.bool_)
    if isinstance(one, DatedBetween):
        return _between(records.at_ms, one.low, one.high)
    if isinstance(one, FieldIs) and one.field in loaded.values:
        wanted = [number for number, text in loaded.values[one.field].items() if text in one.values]
        return np.isin(records.columns[one.field], wanted)
    if isinstance(one, FieldBetween) and one.field in records.columns and one.field not in loaded.values:
        return _between(np.asarray(records.columns[one.field], np.float64), one.low, one.high)
    if isinstance(one, FromSource):
        return np.asarray(records.source == one.source, np.bool_)
    if isinstance(one, AnyOf | Not):
        parts = [_told(db, loaded, part) for part in one.conditions]
        known = [part for part in parts if part is not None]
        if known and len(known) == len(parts):
            some: Marks = np.logical_or.reduce(known)
            return ~some if isinstance(one, Not) else some
    return None


def _between(values: NDArray[np.float64], low: float | None, high: float | None) -> Marks:
    marks = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        if low is not None:
            marks &= values >= low
        if high is not None:
            marks &= values <= high
    return marks


def _records_of(db: Connection, verbatims: Ints) -> Ints:
    listed = "[" + ",".join(map(str, verbatims.tolist())) + "]"
    row = db.one(
        "select group_concat(distinct v.record_id) from json_each(?) j join verbatim v on v.id = j.value", (listed,)
    )
    return np.fromstring(str(row[0]), np.int64, sep=",") if row and row[0] else np.empty(0, np.int64)
