"""Which rows: one frozen, serialisable Query, turned into SQL in one place."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import ClassVar, TypeAlias

from annotate.errors import UserError
from annotate.messages import N_
from annotate.search_language import parse
from annotate.store.connection import Connection, Value

VERSION = 1

# What the run in force of its question and wave gives to answer v.
SUGGESTED = (
    "from record r join run_in_force f on f.question_id = v.question_id and f.wave_id = ifnull(r.wave_id, 0)"
    " join prediction p on p.run_id = f.run_id and p.verbatim_id = v.id where r.id = v.record_id"
)

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
class Recheck(Condition):
    """Answers that carry a code of the frame (or this one) from before its meaning changed, and that nobody has
    reviewed since. ``without``: instead those reviewed whole before the change that do not carry it."""

    frame: int
    code: int | None = None
    without: bool = False
    name: ClassVar[str] = "recheck"

    def sql(self) -> Sql:
        # The numbers are whole: bound ones would have to be repeated in the order of the clauses.
        frame = int(self.frame)
        some = "" if self.code is None else f" and d.code_id = {int(self.code)}"
        head = f"(select id from revision where frame_id = {frame} and away = 0 order by number desc limit 1)"
        since = (
            f" where d.revision_id = {head} and d.retired = 0 and d.meaning_from > 1{some} and not exists(select 1"
            " from review_now n join revision q on q.id = n.revision_id where n.verbatim_id = v.id"
            f" and n.frame_id = {frame} and q.number >= d.meaning_from)"
        )
        if self.without:
            return (
                f"exists(select 1 from code_def d{since} and d.is_net = 0 and exists(select 1 from review_now n"
                f" join revision q on q.id = n.revision_id where n.verbatim_id = v.id and n.frame_id = {frame}"
                " and q.number >= d.held_from) and not exists(select 1 from label_now w where w.verbatim_id = v.id"
                " and w.code_id = d.code_id and w.yes = 1))",
                [],
            )
        return (
            "v.id in (select w.verbatim_id from code_def d cross join label_now w on w.code_id = d.code_id"
            " and w.yes = 1 cross join label_event e on e.id = w.event_id"
            " cross join revision r on r.id = e.revision_id"
            # What a merge brought is judged from the merge on: the merged code's meaning dates from it.
            " left join code_map m on m.revision_id = d.revision_id and m.from_code = w.raw_code"
            " and m.split_id is null left join code_def o on o.revision_id = d.revision_id and o.code_id = m.from_code"
            f"{since.replace('v.id', 'w.verbatim_id')} and d.meaning_from > max(r.number, ifnull(o.meaning_from, 0)))",
            [],
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
class Suggested(Condition):
    """The run in force gives one of these codes (none named: any) a confidence in [low, high]; ``accepted``: and it is
    above its threshold. The highest of them counts."""

    codes: tuple[int, ...] = ()
    low: float = 0.0
    high: float = 1.0
    accepted: bool = False
    name: ClassVar[str] = "suggested"

    def sql(self) -> Sql:
        more = f" and p.code_id in ({', '.join(str(int(code)) for code in self.codes)})" if self.codes else ""
        more += " and p.accepted = 1" if self.accepted else ""
        return (
            f"ifnull((select max(p.p) {SUGGESTED}{more}), -1) between ? and ?",
            [round(self.low * 10_000), round(self.high * 10_000)],
        )


@dataclass(frozen=True, slots=True)
class Touched(Condition):
    """Someone (or this coder) has decided anything on the answer: a code, a no, a review."""

    coder: int | None = None
    name: ClassVar[str] = "touched"

    def sql(self) -> Sql:
        more = "" if self.coder is None else f" and n.coder_id = {int(self.coder)}"
        return (
            f"(exists(select 1 from review_now n where n.verbatim_id = v.id{more})"
            f" or exists(select 1 from label_now n where n.verbatim_id = v.id{more}))",
            [],
        )


@dataclass(frozen=True, slots=True)
class DecidedOn(Condition):
    """Someone has said yes or an explicit no to the code."""

    code: int
    name: ClassVar[str] = "decided"

    def sql(self) -> Sql:
        return "exists(select 1 from label_now w where w.verbatim_id = v.id and w.code_id = ?)", [self.code]


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
class Skipped(Condition):
    """Rows that someone passed over and nobody has reviewed since."""

    name: ClassVar[str] = "skipped"

    def sql(self) -> Sql:
        return (
            "(exists(select 1 from mark m where m.verbatim_id = v.id and m.skipped = 1)"
            " and not exists(select 1 from review_now n where n.verbatim_id = v.id))",
            [],
        )


@dataclass(frozen=True, slots=True)
class HasMemo(Condition):
    """Rows with a memo."""

    name: ClassVar[str] = "memo"

    def sql(self) -> Sql:
        return "exists(select 1 from mark m where m.verbatim_id = v.id and m.memo <> '')", []


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
        DatedBetween, HasCode, Reviewed, Recheck, Predicted, Suggested, Touched, DecidedOn, FromChannel, InSample,
        Flagged, Skipped, HasMemo, Ids, AnyOf, Not,
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
