"""Conditions on what was said of a verbatim: by people, rules and models, in samples, flags and memos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from annotate.store.conditions import Condition, Sql
from annotate.store.connection import Value

# What the run in force of its question and wave gives to answer v.
SUGGESTED = (
    "from record r join run_in_force f on f.question_id = v.question_id and f.wave_id = ifnull(r.wave_id, 0)"
    " join prediction p on p.run_id = f.run_id and p.verbatim_id = v.id where r.id = v.record_id"
)


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
class Felt(Condition):
    """Rows with a mention of this sentiment: -1, 0 or 1."""

    sentiment: int
    name: ClassVar[str] = "felt"

    def sql(self) -> Sql:
        return (
            "exists(select 1 from label_now w where w.verbatim_id = v.id and w.yes = 1 and w.sentiment = ?)",
            [self.sentiment],
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
