"""Which rows: one frozen, serialisable Query, turned into SQL in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import ClassVar, TypeAlias

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.connection import Connection, Value

VERSION = 1

Sql: TypeAlias = tuple[str, list[Value]]
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a verbatim ``v``; each kind knows its SQL."""

    name: ClassVar[str] = ""

    def sql(self) -> Sql:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class InQuestion(Condition):
    """Answers to one question."""

    question: int
    name: ClassVar[str] = "question"

    def sql(self) -> Sql:
        # The plus keeps SQLite off the index by folded text: in its order, texts would be read all over the file
        # (11 s against 2 s for a search over 1.5 M answers).
        return "+v.question_id = ?", [self.question]


@dataclass(frozen=True, slots=True)
class Answered(Condition):
    """Answers that have text; without it, blanks and missing-value marks count too."""

    name: ClassVar[str] = "answered"

    def sql(self) -> Sql:
        return "v.state = 1", []


@dataclass(frozen=True, slots=True)
class Representative(Condition):
    """One verbatim for each group of identical answers."""

    name: ClassVar[str] = "representative"

    def sql(self) -> Sql:
        return "v.group_id = v.id", []


@dataclass(frozen=True, slots=True)
class InGroup(Condition):
    """All answers identical to this one."""

    group: int
    name: ClassVar[str] = "group"

    def sql(self) -> Sql:
        return "(v.id = ?1 or v.id in (select id from verbatim where group_id = ?1))".replace(
            "?1", str(int(self.group))
        ), []


@dataclass(frozen=True, slots=True)
class TextContains(Condition):
    """The original text contains this string; Latin letters in either case."""

    text: str
    name: ClassVar[str] = "text"

    def sql(self) -> Sql:
        return (
            "exists(select 1 from verbatim_text t where t.id = v.id and instr(lower(t.text), lower(?)) > 0)",
            [self.text],
        )


@dataclass(frozen=True, slots=True)
class FromSource(Condition):
    """Rows of one source."""

    source: int
    name: ClassVar[str] = "source"

    def sql(self) -> Sql:
        return "v.batch_id in (select id from import_batch where source_id = ?)", [self.source]


@dataclass(frozen=True, slots=True)
class InWave(Condition):
    """Rows of one wave; 0 for rows of no named wave."""

    wave: int
    name: ClassVar[str] = "wave"

    def sql(self) -> Sql:
        return "exists(select 1 from record r where r.id = v.record_id and ifnull(r.wave_id, 0) = ?)", [self.wave]


@dataclass(frozen=True, slots=True)
class FieldIs(Condition):
    """A category column of the client has one of these values."""

    field: int
    values: tuple[str, ...]
    name: ClassVar[str] = "field"

    def sql(self) -> Sql:
        column = f"c{int(self.field)}"
        marks = ", ".join("?" * len(self.values))
        return (
            f"exists(select 1 from record r where r.id = v.record_id and r.{column} in"
            f" (select id from field_value where field_id = ? and value in ({marks})))",
            [self.field, *self.values],
        )


@dataclass(frozen=True, slots=True)
class FieldBetween(Condition):
    """A number or date column of the client lies in a range; None leaves an end open. Dates in UTC milliseconds."""

    field: int
    low: float | None
    high: float | None
    name: ClassVar[str] = "between"

    def sql(self) -> Sql:
        column = f"r.c{int(self.field)}"
        parts, values = [f"{column} is not null"], list[Value]()
        if self.low is not None:
            parts.append(f"{column} >= ?")
            values.append(self.low)
        if self.high is not None:
            parts.append(f"{column} <= ?")
            values.append(self.high)
        return f"exists(select 1 from record r where r.id = v.record_id and {' and '.join(parts)})", values


@dataclass(frozen=True, slots=True)
class DatedBetween(Condition):
    """The record's own date lies in a range of UTC milliseconds; None leaves an end open."""

    low: int | None
    high: int | None
    name: ClassVar[str] = "dated"

    def sql(self) -> Sql:
        parts, values = ["r.at_ms is not null"], list[Value]()
        if self.low is not None:
            parts.append("r.at_ms >= ?")
            values.append(self.low)
        if self.high is not None:
            parts.append("r.at_ms <= ?")
            values.append(self.high)
        return f"exists(select 1 from record r where r.id = v.record_id and {' and '.join(parts)})", values


@dataclass(frozen=True, slots=True)
class HasCode(Condition):
    """Someone (or this coder) says yes to the code; optionally with this sentiment."""

    code: int
    coder: int | None = None
    sentiment: int | None = None
    name: ClassVar[str] = "code"

    def sql(self) -> Sql:
        more, values = "", list[Value]([self.code])
        if self.coder is not None:
            more += " and w.coder_id = ?"
            values.append(self.coder)
        if self.sentiment is not None:
            more += " and w.sentiment = ?"
            values.append(self.sentiment)
        return (
            f"exists(select 1 from label_now w where w.verbatim_id = v.id and w.code_id = ? and w.yes = 1{more})",
            values,
        )


@dataclass(frozen=True, slots=True)
class Reviewed(Condition):
    """Someone (or this coder) has reviewed the whole answer."""

    coder: int | None = None
    name: ClassVar[str] = "reviewed"

    def sql(self) -> Sql:
        more = "" if self.coder is None else " and n.coder_id = ?"
        return (
            f"exists(select 1 from review_now n where n.verbatim_id = v.id{more})",
            [] if self.coder is None else [self.coder],
        )


@dataclass(frozen=True, slots=True)
class Predicted(Condition):
    """A run gives the code a confidence in this range; optionally only accepted ones."""

    run: int
    code: int
    low: float = 0.0
    high: float = 1.0
    accepted: bool = False
    name: ClassVar[str] = "predicted"

    def sql(self) -> Sql:
        more = " and p.accepted = 1" if self.accepted else ""
        return (
            "exists(select 1 from prediction p where p.run_id = ? and p.verbatim_id = v.id and p.code_id = ?"
            f" and p.p between ? and ?{more})",
            [self.run, self.code, round(self.low * 10_000), round(self.high * 10_000)],
        )


@dataclass(frozen=True, slots=True)
class InSample(Condition):
    """Rows of one random sample."""

    sample: int
    name: ClassVar[str] = "sample"

    def sql(self) -> Sql:
        return "v.id in (select verbatim_id from sample_row where sample_id = ?)", [self.sample]


@dataclass(frozen=True, slots=True)
class Flagged(Condition):
    """Rows that someone flagged."""

    name: ClassVar[str] = "flagged"

    def sql(self) -> Sql:
        return "exists(select 1 from mark m where m.verbatim_id = v.id and m.flagged = 1)", []


@dataclass(frozen=True, slots=True)
class Ids(Condition):
    """Exactly these verbatims, as ranges (first, last)."""

    ranges: tuple[tuple[int, int], ...]
    name: ClassVar[str] = "ids"

    @classmethod
    def of(cls, ids: list[int] | tuple[int, ...]) -> Ids:
        """Return the condition for a list of ids, as few ranges as it takes."""
        ranges: list[tuple[int, int]] = []
        for number in sorted(set(ids)):
            if ranges and ranges[-1][1] == number - 1:
                ranges[-1] = (ranges[-1][0], number)
            else:
                ranges.append((number, number))
        return cls(tuple(ranges))

    def sql(self) -> Sql:
        if not self.ranges:
            return "0", []
        return (
            "exists(select 1 from json_each(?) j where v.id between j.value ->> 0 and j.value ->> 1)"
            if len(self.ranges) > 64
            else "(" + " or ".join(f"v.id between {int(a)} and {int(b)}" for a, b in self.ranges) + ")",
            [json.dumps(self.ranges)] if len(self.ranges) > 64 else [],
        )


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one of these holds."""

    conditions: tuple[Condition, ...]
    name: ClassVar[str] = "any"

    def sql(self) -> Sql:
        return _join(self.conditions, " or ", "0")


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """None of these holds."""

    conditions: tuple[Condition, ...]
    name: ClassVar[str] = "not"

    def sql(self) -> Sql:
        text, values = _join(self.conditions, " or ", "0")
        return f"not {text}", values


def _join(conditions: tuple[Condition, ...], word: str, none: str) -> Sql:
    texts, values = [], list[Value]()
    for condition in conditions:
        text, more = condition.sql()
        texts.append(text)
        values += more
    return (f"({word.join(texts)})" if texts else none), values


KINDS: dict[str, type[Condition]] = {
    kind.name: kind
    for kind in (
        InQuestion, Answered, Representative, InGroup, TextContains, FromSource, InWave, FieldIs, FieldBetween,
        DatedBetween, HasCode, Reviewed, Predicted, InSample, Flagged, Ids, AnyOf, Not,
    )
}  # fmt: skip

ACTIVE = "v.batch_id in (select id from import_batch where state = 1)"


@dataclass(frozen=True, slots=True)
class Query:
    """All conditions hold, over the verbatims of imports in force. Query() is everything."""

    conditions: tuple[Condition, ...] = field(default=())

    def where(self, *conditions: Condition) -> Query:
        """Return a narrower query."""
        return Query(self.conditions + conditions)

    def sql(self) -> Sql:
        """Return the predicate over ``verbatim v`` and its values."""
        text, values = _join(self.conditions, " and ", "1")
        return f"{ACTIVE} and {text}", values

    def to_json(self) -> str:
        """Write the query in its versioned form."""
        return json.dumps(
            {"v": VERSION, "all": [_plain(c) for c in self.conditions]}, ensure_ascii=False, sort_keys=True
        )

    @classmethod
    def from_json(cls, text: str) -> Query:
        """Read a query; raises UserError (bad-query) for one this program does not know."""
        try:
            told = json.loads(text)
            if told["v"] != VERSION:
                raise ValueError(told["v"])
            return cls(tuple(_condition(c) for c in told["all"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(
                "bad-query",
                N_("The filter cannot be read."),
                N_("It is not in a form that this version knows."),
                N_("Set the filter again."),
            ) from error


def _plain(condition: Condition) -> Json:
    told: dict[str, Json] = {"is": condition.name}
    for one in fields(condition):
        value = getattr(condition, one.name)
        told[one.name] = [_plain(c) for c in value] if one.name == "conditions" else value
    return told


def _condition(told: Json) -> Condition:
    if not isinstance(told, dict):
        raise TypeError(type(told))
    kind = KINDS[str(told["is"])]
    values: dict[str, object] = {}
    for one in fields(kind):
        if one.name in told:
            values[one.name] = _tuples(told[one.name]) if one.name != "conditions" else None
            if one.name == "conditions":
                inner = told[one.name]
                if not isinstance(inner, list):
                    raise TypeError(one.name)
                values[one.name] = tuple(_condition(c) for c in inner)
    make: Callable[..., Condition] = kind
    return make(**values)


def _tuples(value: Json) -> object:
    return tuple(_tuples(v) for v in value) if isinstance(value, list) else value


def select_ids(db: Connection, query: Query, order: str = "v.id") -> list[int]:
    """Return the ids of the verbatims a query means, in order."""
    text, values = query.sql()
    return [
        int(row[0] or 0) for row in db.execute(f"select v.id from verbatim v where {text} order by {order}", values)
    ]


def count(db: Connection, query: Query) -> int:
    """Return how many verbatims a query means."""
    text, values = query.sql()
    return db.integer(f"select count(*) from verbatim v where {text}", values)
