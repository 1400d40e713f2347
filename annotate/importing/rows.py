"""Rows of a file as rows of the project: records, verbatims and rejects of one slice, in one transaction."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from annotate import text as texts
from annotate.importing import mapping as mappings
from annotate.importing.mapping import Column
from annotate.importing.records import Cell, Record, Reject
from annotate.importing.roles import Role, parse_date, parse_number
from annotate.store import groups
from annotate.store.connection import Connection, Row, Value


@dataclass(slots=True)
class Target:
    """Where rows go and what they have to look up; the caches of one running import."""

    batch: int
    source: int
    mapping: mappings.Mapping
    columns: tuple[str, ...]
    fields: list[Column]
    questions: list[tuple[int, int]]
    place: dict[Role, int]
    repeats: bool
    values: dict[tuple[int, str], int] = field(default_factory=dict)
    waves: dict[str, int] = field(default_factory=dict)
    wave: str = ""
    asked: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    dates: dict[tuple[int, str], int | None] = field(default_factory=dict)
    day_first: dict[int, bool | None] = field(default_factory=dict)
    decimal_comma: dict[int, str] = field(default_factory=dict)
    quality: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Row:
    """A record with its cells as text, trimmed; what everything below looks at."""

    record: Record
    cells: list[str]

    def at(self, place: int | None) -> str | None:
        """Return a cell, None where it is empty or there is no such column."""
        return None if place is None else self.cells[place] or None


Given = tuple[int, int, str, bytes]
"""What a record says to one question: (question, state, text as it arrived, its hash)."""


def write_rows(db: Connection, target: Target, rows: list[Record | Reject]) -> None:
    """Write the next rows of a file; every one becomes a record or a reject, and the batch knows how far it came."""
    first_verbatim = db.integer("select max(id) from verbatim") + 1
    record_id = db.integer("select max(id) from record")
    verbatim_id = first_verbatim - 1
    records: list[list[Value]] = []
    verbatims: list[tuple[Value, ...]] = []
    stored: list[tuple[int, str]] = []
    rejects: list[tuple[Value, ...]] = []
    blank = 0
    width = len(target.columns)
    taken = [None if isinstance(row, Reject) else _Row(row, _cells(row, width)) for row in rows]
    fresh = [row for row in taken if row is not None]
    _learn(db, target, fresh)
    known = _known_keys(db, target, fresh) if target.repeats else {}
    for source, row in zip(rows, taken, strict=True):
        if row is None:
            assert isinstance(source, Reject)
            reason = source.reason.name.lower()
            rejects.append(_reject(target, source, reason, source.detail, source.raw))
            continue
        answers = _answers(db, target, row)
        key = row.at(target.place.get(Role.ID))
        clash = _clash(known, key, answers)
        if clash:
            rejects.append(_reject(target, source, clash, "", _raw(target, row.record)))
            continue
        record_id += 1
        records.append(_record(target, row, record_id, key))
        for question, state, text, text_h in answers:
            verbatim_id += 1
            blank += state == 0
            fold = texts.fold_hash(text) if state == 1 else 0
            verbatims.append((verbatim_id, record_id, question, target.batch, state, text_h, fold, verbatim_id))
            if state:
                stored.append((verbatim_id, text))
            if key is not None:
                known[key, question] = text_h
    names = "".join(f", c{column.field_id}" for column in target.fields if column.kind != "text")
    marks = ", ".join("?" * (10 + names.count(",")))
    db.executemany(
        "insert into record(id, batch_id, source_id, number, key, respondent_id, wave_id, at_ms, weight, extra"
        f"{names}) values ({marks})",
        records,
    )
    db.executemany("insert into verbatim values (?, ?, ?, ?, ?, ?, ?, ?)", verbatims)
    db.executemany("insert into verbatim_text values (?, ?)", stored)
    db.executemany(
        "insert into import_reject(batch_id, number, byte_offset, byte_length, reason, detail, raw)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        rejects,
    )
    duplicates = groups.group_new(db, first_verbatim, verbatim_id)
    db.execute(
        "update import_batch set next_offset = ?, records = records + ?, accepted = accepted + ?,"
        " rejected = rejected + ?, duplicates = duplicates + ?, blank = blank + ?, quality = ? where id = ?",
        (
            rows[-1].next_offset, len(rows), len(records), len(rejects), duplicates, blank,
            json.dumps(dict(target.quality), sort_keys=True), target.batch,
        ),
    )  # fmt: skip


def _cells(record: Record, width: int) -> list[str]:
    cells = [
        value.strip() if isinstance(value, str) else "" if value is None else _plain(value) for value in record.values
    ]
    return cells if len(cells) >= width else cells + [""] * (width - len(cells))


def _learn(db: Connection, target: Target, rows: list[_Row]) -> None:
    """Give numbers to respondents and category values that these rows mention for the first time."""
    place = target.place.get(Role.RESPONDENT)
    target.people.clear()
    if place is not None:
        keys = sorted({row.cells[place] for row in rows} - {""})
        db.executemany("insert or ignore into respondent(key) values (?)", ((key,) for key in keys))
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            marks = ", ".join("?" * len(part))
            for name, number in db.execute(f"select key, id from respondent where key in ({marks})", part):
                target.people[str(name)] = int(number or 0)
    for column in target.fields:
        if column.kind != "category":
            continue
        for value in sorted({row.cells[column.place] for row in rows} - {""}):
            if (column.field_id, value) not in target.values:
                db.execute("insert or ignore into field_value(field_id, value) values (?, ?)", (column.field_id, value))
                target.values[(column.field_id, value)] = db.integer(
                    "select id from field_value where field_id = ? and value = ?", (column.field_id, value)
                )
    if target.wave and target.wave not in target.waves:
        target.waves[target.wave] = mappings.know_wave(db, target.wave)
    place = target.place.get(Role.WAVE)
    if place is not None:
        for name in sorted({row.cells[place] for row in rows} - {""} - set(target.waves)):
            target.waves[name] = mappings.know_wave(db, name)


def _known_keys(db: Connection, target: Target, rows: list[_Row]) -> dict[tuple[str, int], bytes]:
    """Return what the source already holds under the ids of these rows: (id, question) → hash of the text."""
    keys = [key for row in rows if (key := row.at(target.place[Role.ID])) is not None]
    found: dict[tuple[str, int], bytes] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        marks = ", ".join("?" * len(part))
        seen: list[Row] = db.execute(
            "select r.key, v.question_id, v.text_h from record r join verbatim v on v.record_id = r.id"
            " join import_batch b on b.id = r.batch_id and (b.state = 1 or b.id = ?)"
            f" where r.source_id = ? and r.key in ({marks})",
            [target.batch, target.source, *part],
        ).fetchall()
        for name, question, text_h in seen:
            if isinstance(text_h, bytes):
                found[(str(name), int(question or 0))] = text_h
    return found


def _clash(known: dict[tuple[str, int], bytes], key: str | None, answers: list[Given]) -> str:
    """Return "conflict" where an id came before with another text, "repeat" with the same, else ""."""
    if key is None:
        return ""
    before = [known[key, question] == text_h for question, _, _, text_h in answers if (key, question) in known]
    if not before:
        return ""
    return "repeat" if all(before) else "conflict"


def _answers(db: Connection, target: Target, row: _Row) -> list[Given]:
    """Return what the record says to each question it was asked."""
    asked_at = target.place.get(Role.ASKED)
    asked = asked_at is None or row.cells[asked_at].lower() not in mappings.NOT_ASKED
    found: list[Given] = []
    for place, question_id in target.questions:
        question = question_id
        if not question:
            name = row.cells[target.place[Role.QUESTION]] or target.columns[place]
            if name not in target.asked:
                target.asked[name] = mappings.know_question(db, name)
            question = target.asked[name]
        if not row.cells[place] or texts.is_blank(row.cells[place]):
            if asked:
                found.append((question, 0, "", EMPTY))
            continue
        missing = row.cells[place].lower() in mappings.MISSING
        value = row.record.values[place]
        text = value if isinstance(value, str) else row.cells[place]
        if not missing:
            for name, count in zip(("glosses", "tags", "invisible", "private_use"), _counted(text), strict=True):
                if count:
                    target.quality[name] += count
        found.append((question, 2 if missing else 1, text, texts.text_hash(text)))
    return found


EMPTY = texts.text_hash("")


def _counted(text: str) -> tuple[int, int, int, int]:
    if text.isascii() and "<" not in text:
        return 0, 0, 0, 0
    told = texts.fold_counts(text)
    return told.glosses, told.tags, told.invisible, told.private_use


def _record(target: Target, row: _Row, record_id: int, key: str | None) -> list[Value]:
    extra: dict[str, str] = {}
    columns: list[Value] = []
    for column in target.fields:
        raw = row.cells[column.place]
        if column.kind == "text":
            if raw:
                extra[column.name] = raw
            continue
        value: Value = None
        if raw:
            if column.kind == "category":
                value = target.values.get((column.field_id, raw))
            elif column.kind == "number":
                value = _number(target, row, column.place)
                if value is not None and _plain(value) != raw:
                    extra[column.name] = raw  # 1.234,50 or 10 - certainly: the number counts, what was written is shown
            else:
                value = _date(target, row, column.place)
            if value is None:
                # What cannot be read as a number or date is kept as it stood, and counted.
                extra[column.name] = raw
                target.quality["unreadable_values"] += 1
        columns.append(value)
    at_place = target.place.get(Role.DATE)
    at_ms = None if at_place is None else _date(target, row, at_place)
    if at_place is not None and at_ms is None and row.cells[at_place]:
        extra[target.columns[at_place]] = row.cells[at_place]
        target.quality["unreadable_dates"] += 1
    weight_place = target.place.get(Role.WEIGHT)
    weight = None
    if weight_place is not None:
        weight = _number(target, row, weight_place)
        if weight is None or weight < 0:
            target.quality["unreadable_weights"] += 1
            weight = None
    person = row.at(target.place.get(Role.RESPONDENT))
    wave = row.at(target.place.get(Role.WAVE)) or target.wave or None
    return [
        record_id, target.batch, target.source, row.record.number, key,
        None if person is None else target.people[person],
        None if wave is None else target.waves[wave],
        at_ms, weight, json.dumps(extra, ensure_ascii=False) if extra else None, *columns,
    ]  # fmt: skip


def _number(target: Target, row: _Row, place: int) -> float | None:
    return parse_number(row.record.values[place], place in target.decimal_comma)


def _date(target: Target, row: _Row, place: int) -> int | None:
    """Return a date in UTC milliseconds; a file has few different ones, so each is read once."""
    raw = row.cells[place]
    key = place, raw
    if key not in target.dates:
        if len(target.dates) > 100_000:
            target.dates.clear()
        target.dates[key] = parse_date(row.record.values[place], target.day_first.get(place))
    return target.dates[key]


def _plain(value: Cell) -> str:
    return repr(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _raw(target: Target, row: Record) -> bytes:
    told = dict(zip(target.columns, row.values, strict=False))
    return json.dumps(told, ensure_ascii=False).encode()


def _reject(target: Target, row: Record | Reject, reason: str, detail: str, raw: bytes) -> tuple[Value, ...]:
    return target.batch, row.number, row.offset, row.length, reason, detail, raw
