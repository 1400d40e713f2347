"""Pages of rows, id vectors and counts: what the grid and the command line read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import samples
from annotate.errors import AskedWronglyError, UserError
from annotate.messages import N_, listed
from annotate.sorting import TWINS, Sort
from annotate.store import query as select
from annotate.store.connection import Connection, Row, Value
from annotate.store.decisions import Origin
from annotate.store.project import Project
from annotate.store.query import ACTIVE, AnyOf, Not, Query, Representative, TextContains

RECORD_NAME = "cast(ifnull(r.key, iif(r.batch_id = 1, '', r.batch_id || '-') || r.number) as text)"
"""How people name record ``r``: by the client's id; where it has none, by its number in its import (2-17 from the
second import on). Exports, lists, reports and the window all show it, and every command takes it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the client. kind: category, number, date, text; role: '', channel, touchpoint, language, score."""

    id: int
    name: str
    kind: str
    role: str

    @property
    def column(self) -> str:
        """Return its column in record; texts live in record.extra."""
        return f"c{self.id}"


@dataclass(frozen=True, slots=True)
class Question:
    """An open question with how much of it was answered and reviewed (verbatims of imports in force)."""

    id: int
    name: str
    text: str
    direction: str
    single: bool
    frame_id: int | None
    asked: int
    answered: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A code that someone gives to an answer; ``span``: the words that carry it, [start, stop) in code points."""

    code_id: int
    sentiment: int | None
    origin: Origin
    coder: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that the run in force gives to an answer; confidence in [0, 1]."""

    code_id: int
    confidence: float
    accepted: bool
    sentiment: int | None


@dataclass(frozen=True, slots=True)
class Memo:
    """What a coder noted about an answer."""

    coder: str
    text: str


@dataclass(frozen=True, slots=True)
class VerbatimRow:
    """One answer as the grid shows it. ``record_key``: see RECORD_NAME; ``context`` follows context_fields(); ``at``:
    the record's date, as shown; ``blind``: suggestions are kept back until a person has judged (samples.blind)."""

    id: int
    text: str
    question_id: int
    record_key: str
    state: int
    context: tuple[str, ...]
    group_id: int
    group_size: int
    mentions: tuple[Mention, ...]
    suggestions: tuple[Suggestion, ...]
    reviewed_by: str | None
    flagged: bool
    at: str = ""
    source: str = ""
    wave: str = ""
    memos: tuple[Memo, ...] = ()
    blind: bool = False

    @property
    def status(self) -> str:
        """Return confirmed (reviewed whole), coded (some codes, not confirmed) or open."""
        if self.reviewed_by is not None:
            return "confirmed"
        return "coded" if self.mentions else "open"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many verbatims of imports in force there are, by what was done with them."""

    verbatims: int
    answered: int
    blank: int
    reviewed: int
    duplicates: int


def ids(
    project: Project,
    query: Query,
    *,
    sort: Sort | None = None,
    grouped: bool = False,
    limit: int | None = None,
    stop: Callable[[], bool] | None = None,
) -> NDArray[np.int64]:
    """Return the ids a query means, in order; ``grouped``: one for each group of identical answers.

    Raises CancelledError soon after ``stop``, asked now and then, says so.
    """
    if grouped:
        query = query.where(Representative())
    order = (sort or Sort()).sql()
    with project.reading() as db, db.until(stop):
        if limit is not None and order == "v.id" and _searches(query):
            for hits_a_row in _HITS_A_ROW:
                with db.first_hits(hits_a_row * limit):
                    found = select.ids(db, query, order, limit=limit)
                if len(found) == limit or not db.cut:
                    return found
        return select.ids(db, query, order, limit=limit)


_HITS_A_ROW = (2, 20)
"""First hits of a search to look through for each row wanted, then more: some are coded, withdrawn or repeats."""


def _searches(query: Query) -> bool:
    """Tell whether a query searches texts, and the first hits in order of ids hold its first rows."""
    return any(isinstance(one, TextContains) for one in query.conditions) and not any(
        map(_searches, (Query(one.conditions) for one in query.conditions if isinstance(one, AnyOf | Not)))
    )


def context_fields(project: Project) -> list[Field]:
    """Return the client's columns in their order."""
    with project.reading() as db:
        return fields(db)


def fields(db: Connection) -> list[Field]:
    """Return the client's columns in their order, on a connection at hand."""
    rows = db.execute("select id, name, kind, role from field order by sort, id").fetchall()
    return [Field(int(row[0] or 0), str(row[1]), str(row[2]), str(row[3])) for row in rows]


def page(project: Project, wanted: Sequence[int]) -> list[VerbatimRow]:
    """Return these answers with context, codes and suggestions, in the order asked; unknown ids are left out."""
    if not len(wanted):
        return []
    marks = ", ".join(str(int(one)) for one in wanted)
    with project.reading() as db, db.snapshot():
        known = fields(db)
        columns = "".join(
            f", (select value from field_value f where f.id = r.{one.column})" if one.kind == "category"
            else f", r.extra ->> {_json_path(one.name)}" if one.kind == "text"
            else f", ifnull(r.extra ->> {_json_path(one.name)}, r.{one.column})"  # as written, where that differs
            for one in known
        )  # fmt: skip
        rows = db.execute(
            f"select v.id, t.text, v.question_id, {RECORD_NAME}, v.state, v.group_id,"
            f" (select count(*) {TWINS} and g.group_id = v.group_id) + 1,"
            " (select c.name from review_now n join coder c on c.id = n.coder_id where n.verbatim_id = v.id"
            "  order by c.kind desc, n.event_id desc limit 1),"
            " exists(select 1 from mark m where m.verbatim_id = v.id and m.flagged = 1), r.at_ms,"
            " (select s.name from source s where s.id = r.source_id),"
            " (select w.name from wave w where w.id = r.wave_id)"
            f"{columns} from verbatim v join record r on r.id = v.record_id left join verbatim_text t on t.id = v.id"
            f" where v.id in ({marks})"
        ).fetchall()
        mentions = _mentions(db, marks)
        suggestions = _suggestions(db, marks, project.coder.id)
        groups = {int(row[5] or 0) for row in rows if int(row[0] or 0) in suggestions}
        blind = samples.blind(db, project.coder.id, groups)
        memos = _memos(db, marks)
    found = {int(row[0] or 0): _verbatim_row(row, known, mentions, suggestions, memos, blind) for row in rows}
    return [found[int(one)] for one in wanted if int(one) in found]


def _json_path(name: str) -> str:
    return "'$.\"" + name.replace("'", "''").replace('"', '\\"') + "\"'"


def _verbatim_row(
    row: Row,
    known: list[Field],
    mentions: dict[int, list[Mention]],
    suggestions: dict[int, list[Suggestion]],
    memos: dict[int, list[Memo]],
    blind: set[int],
) -> VerbatimRow:
    verbatim, hidden = int(row[0] or 0), int(row[5] or 0) in blind
    context = tuple(shown(value, one.kind) for value, one in zip(row[12:], known, strict=True))
    return VerbatimRow(
        verbatim,
        "" if row[1] is None else str(row[1]),
        int(row[2] or 0),
        str(row[3]),
        int(row[4] or 0),
        context,
        int(row[5] or 0),
        int(row[6] or 0),
        tuple(mentions.get(verbatim, ())),
        () if hidden else tuple(suggestions.get(verbatim, ())),
        None if row[7] is None else str(row[7]),
        bool(row[8]),
        shown(row[9], "date"),
        "" if row[10] is None else str(row[10]),
        "" if row[11] is None else str(row[11]),
        tuple(memos.get(verbatim, ())),
        hidden,
    )


def shown(value: Value, kind: str) -> str:
    """Return a client's value as text: 4.5, 3 (not 3.0), 2026-07-09."""
    if value is None:
        return ""
    if kind == "date" and not isinstance(value, str):
        moment = np.datetime64(int(value), "ms")
        text = str(moment.astype("datetime64[s]"))
        return text[:10] if text.endswith("T00:00:00") else text.replace("T", " ")
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return str(value)


def _mentions(db: Connection, marks: str) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = {}
    rows = db.execute(
        "select w.verbatim_id, w.code_id, w.sentiment, w.origin, c.name, e.span_start, e.span_end"
        " from label_now w join coder c on c.id = w.coder_id join label_event e on e.id = w.event_id"
        f" where w.yes = 1 and w.verbatim_id in ({marks})"
        " order by w.verbatim_id, ifnull(w.mention, 999), w.event_id"
    )
    for row in rows:
        span = None if row[5] is None or row[6] is None else (int(row[5]), int(row[6]))
        mention = Mention(
            int(row[1] or 0), None if row[2] is None else int(row[2]), Origin(int(row[3] or 0)), str(row[4]), span
        )
        found.setdefault(int(row[0] or 0), []).append(mention)
    return found


def _memos(db: Connection, marks: str) -> dict[int, list[Memo]]:
    found: dict[int, list[Memo]] = {}
    for row in db.execute(
        "select m.verbatim_id, c.name, m.memo from mark m join coder c on c.id = m.coder_id"
        f" where m.memo <> '' and m.verbatim_id in ({marks}) order by c.name"
    ):
        found.setdefault(int(row[0] or 0), []).append(Memo(str(row[1]), str(row[2])))
    return found


def _suggestions(db: Connection, marks: str, coder: int) -> dict[int, list[Suggestion]]:
    found: dict[int, list[Suggestion]] = {}
    if not db.integer("select exists(select 1 from run_in_force)"):
        return found
    rows = db.execute(
        "select v.id, p.code_id, p.p, p.accepted, p.sentiment from verbatim v join record r on r.id = v.record_id"
        " join run_in_force f on f.question_id = v.question_id and f.wave_id = ifnull(r.wave_id, 0)"
        " join prediction p on p.run_id = f.run_id and p.verbatim_id = v.id"
        f" where v.id in ({marks}) and not exists(select 1 from label_now w where w.verbatim_id = v.id"
        "  and w.coder_id = ? and w.code_id = p.code_id and w.yes = 0) order by v.id, p.p desc",
        (coder,),
    )
    for row in rows:
        one = Suggestion(
            int(row[1] or 0), int(row[2] or 0) / 10_000, bool(row[3]), None if row[4] is None else int(row[4])
        )
        found.setdefault(int(row[0] or 0), []).append(one)
    return found


def counts(project: Project) -> Counts:
    """Count the verbatims of imports in force."""
    with project.reading() as db:
        row = db.one(
            "select count(*), sum(v.state = 1), sum(v.state = 0), sum(v.group_id <> v.id and v.state = 1),"
            f" sum(exists(select 1 from review_now n where n.verbatim_id = v.id)) from verbatim v where {ACTIVE}"
        )
    assert row is not None
    total, answered, blank, duplicates, reviewed = (int(cell or 0) for cell in row)
    return Counts(total, answered, blank, reviewed, duplicates)


def questions(project: Project, *, counted: bool = True) -> list[Question]:
    """Return the questions that have verbatims in force, in their order (all of them where none has).

    Counting takes seconds where there are a million verbatims. Not ``counted``: asked and answered are 1 where any
    verbatim is, reviewed is 0.
    """
    if counted:
        counts = "ifnull(n.asked, 0), ifnull(n.answered, 0), ifnull(r.reviewed, 0)"
        by = (
            # In the order of the rows: by the index each row would be looked up on its own, five times as long.
            " left join (select v.question_id, count(*) asked, sum(v.state = 1) answered from verbatim v not indexed"
            f"  where {ACTIVE} group by 1) n on n.question_id = q.id"
            " left join (select v.question_id, count(*) reviewed from (select distinct verbatim_id from review_now) n"
            f"  cross join verbatim v on v.id = n.verbatim_id where {ACTIVE} group by 1) r on r.question_id = q.id"
        )
    else:
        some = f"exists(select 1 from verbatim v where v.question_id = q.id and {ACTIVE}"
        counts, by = f"{some}), {some} and v.state = 1), 0", ""
    rows = project.rows(
        f"select q.id, q.name, q.text, q.direction, q.single, q.frame_id, {counts} from question q{by}"
        " order by q.sort, q.id"
    )
    found = [
        Question(
            int(row[0] or 0), str(row[1]), str(row[2]), str(row[3]), bool(row[4]),
            None if row[5] is None else int(row[5]), int(row[6] or 0), int(row[7] or 0), int(row[8] or 0),
        )
        for row in rows
    ]  # fmt: skip
    return [one for one in found if one.asked] or found


def called(name: str, known: Sequence[Question]) -> list[Question]:
    """Return the questions that a name may mean: of that name or text, else those whose name begins with it.

    Q7 means "Q7 不满意的地方", and not Q71; capitals do not matter.
    """
    short = name.casefold()
    for one in known:
        if name and name in (one.name, one.text):
            return [one]
    for one in known:
        if short and short in (one.name.casefold(), one.text.casefold()):
            return [one]
    return [
        one
        for one in known
        if short and one.name.casefold().startswith(short) and not (one.name[len(name) :][:1] + name[-1:]).isdigit()
    ]


def the_question(project: Project, name: str | None) -> Question:
    """Return the question that a name means (see ``called``), or the only one.

    Raises AskedWronglyError (no-question, which-question) with the questions there are; UserError (no-question) where
    the project has none.
    """
    known = questions(project)
    found = known if name is None else called(name, known)
    if len(found) == 1:
        return found[0]
    if not known:
        raise UserError(
            "no-question",
            N_("There is no question in the project yet."),
            N_("Questions come with the answers to them."),
            N_("Import answers first."),
        )
    if not found:
        raise AskedWronglyError(
            "no-question",
            N_("There is no question “{name}”."),
            N_("Known questions: {names}."),
            N_("Give one of these names, or the beginning of one."),
            name=name,
            names=listed(one.name for one in known),
        )
    raise AskedWronglyError(
        "which-question",
        N_("Which question is meant?"),
        N_("The project has several: {names}."),
        N_("Name one with --question."),
        names=listed(one.name for one in found),
    )


def extra_of(text: str | None) -> dict[str, str]:
    """Read the client's free columns of a record."""
    return {} if text is None else {str(k): str(v) for k, v in json.loads(text).items()}
