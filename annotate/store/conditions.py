"""What a verbatim may be asked to be: each condition a small frozen value that knows its SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from annotate.search_language import parse
from annotate.store.connection import Value

Sql: TypeAlias = tuple[str, list[Value]]


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
    """The text holds what a search asks for: words, "quotes", AND, OR, NOT (annotate/search_language.py)."""

    text: str
    name: ClassVar[str] = "text"

    def sql(self) -> Sql:
        if parse(self.text) is None:
            return "exists(select 1 from verbatim_text t where t.id = v.id)", []
        # Asked once a statement; by the index where the connection has one, else by reading every text.
        return "v.id in (select value from json_each(found_ids(?)))", [self.text]


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
class FromChannel(Condition):
    """Rows of sources of one of these channels: the source's own kind, such as hotline or survey."""

    channels: tuple[str, ...]
    name: ClassVar[str] = "channel"

    def sql(self) -> Sql:
        marks = ", ".join("?" * len(self.channels))
        return (
            "v.batch_id in (select b.id from import_batch b join source s on s.id = b.source_id"
            f" where s.channel in ({marks}))",
            list(self.channels),
        )


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
        if len(self.ranges) <= 64:
            return "(" + " or ".join(f"v.id between {int(a)} and {int(b)}" for a, b in self.ranges) + ")", []
        # The ids one by one, so that SQLite looks each row up in them once instead of walking all ranges a row.
        ids = [number for first, last in self.ranges for number in range(first, last + 1)]
        return "v.id in (select value from json_each(?))", [json.dumps(ids)]


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one of these holds."""

    conditions: tuple[Condition, ...]
    name: ClassVar[str] = "any"

    def sql(self) -> Sql:
        return joined(self.conditions, " or ", "0")


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """None of these holds."""

    conditions: tuple[Condition, ...]
    name: ClassVar[str] = "not"

    def sql(self) -> Sql:
        text, values = joined(self.conditions, " or ", "0")
        return f"not {text}", values


def joined(conditions: tuple[Condition, ...], word: str, none: str) -> Sql:
    """Return conditions with a word between, in brackets; ``none`` where there are none."""
    texts, values = [], list[Value]()
    for condition in conditions:
        text, more = condition.sql()
        texts.append(text)
        values += more
    return (f"({word.join(texts)})" if texts else none), values
