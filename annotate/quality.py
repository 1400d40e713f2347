"""The quality of the data that came in: is it right, is it whole, is it of today, and whose is it."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from annotate import privacy
from annotate.errors import AskedWronglyError
from annotate.importing.encoding import surprise
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.verbatims import Field, fields

DAY_MS = 86_400_000
LOOKED_AT = 100_000
"""Answers looked through for mojibake and personal data: a share of more than these would say no more."""
OLD_DAYS = 365
_BLOCK = 5_000
SCALES = ((1.0, 5.0), (1.0, 7.0), (1.0, 10.0), (0.0, 10.0), (0.0, 100.0))
_ZERO_TO_TEN = re.compile(r"nps|推荐|recommend", re.IGNORECASE)
_MOST_OF = 0.98
_SURPRISING = 11.0
"""Bits a character from which a text may be mojibake; feedback takes 9 to 10."""


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """A score's scale as its values show it, and how many lie outside."""

    column: str
    low: float
    high: float
    values: int
    outside: int


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What is wrong. ``rejects``: reason → records; ``mojibake``: of the answers looked at; ``future``: dated ahead."""

    records: int
    accepted: int
    rejects: dict[str, int]
    mojibake: int
    scores: tuple[ScoreRange, ...]
    unreadable: dict[str, int]
    future: int

    @property
    def rejected(self) -> int:
        """Return how many records were not taken."""
        return self.records - self.accepted

    @property
    def conflicts(self) -> int:
        """Return how many records came under an id that had another text."""
        return self.rejects.get("conflict", 0)


@dataclass(frozen=True, slots=True)
class Filled:
    """A column and in how many records it has a value."""

    column: str
    filled: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is missing, of the accepted records and of the answers asked for.

    ``absent``: columns of other sources that no record here fills.
    """

    records: int
    asked: int
    answered: int
    blank: int
    missing_marks: int
    columns: tuple[Filled, ...]
    absent: tuple[str, ...]
    dated: int
    with_respondent: int
    with_wave: int


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How far and how steadily the dates go, in UTC milliseconds and days; None where nothing is dated.

    ``gap_days``: days without a record between first and last; ``old``: records older than ``old_days`` at ``now_ms``.
    """

    first_ms: int | None
    last_ms: int | None
    age_days: int | None
    days: int
    gap_days: int
    longest_gap: int
    longest_gap_from_ms: int | None
    old: int
    old_days: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Answers that repeat an earlier one of the same question; people who answered a question of a wave twice."""

    answers: int
    largest_group: int
    people_twice: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of one source, or of all (``source`` ""). Imports that were undone do not count.

    ``looked_at``: how many answers were read for mojibake and personal data; ``personal``: kind → answers with it.
    """

    source: str
    channel: str
    imports: int
    accuracy: Accuracy
    completeness: Completeness
    timeliness: Timeliness
    duplicates: Duplicates
    personal: dict[str, int]
    looked_at: int


def sources(project: Project) -> list[str]:
    """Return the names of the sources with imports in force, in order."""
    rows = project.rows(
        "select s.name from source s where s.id in (select source_id from import_batch where state = 1) order by s.id"
    )
    return [str(row[0]) for row in rows]


def quality(
    project: Project,
    source: str | None = None,
    *,
    scales: Mapping[str, tuple[float, float]] | None = None,
    old_days: int = OLD_DAYS,
    look_at: int = LOOKED_AT,
    now_ms: int | None = None,
    progress: Progress = silent,
) -> Quality:
    """Return the quality of a source's data, or of all sources together.

    ``scales``: lowest and highest of score columns where they are agreed; else a scale that 98 % of the values keep to.
    Raises AskedWronglyError (no-source).
    """
    now = now_ms if now_ms is not None else time.time_ns() // 1_000_000
    db = project.own_reader()
    try:
        with db.snapshot():
            row = db.one("select channel from source where name = ?", (source or "",))
            if source is not None and (row is None or source not in sources(project)):
                raise _no_source(sources(project))
            inside = "select b.id from import_batch b where b.state = 1"
            if source is not None:
                inside += f" and b.source_id = {db.integer('select id from source where name = ?', (source,))}"
            progress(0, 5, N_("Checking the data"))
            known = fields(db)
            completeness = _completeness(db, inside, known)
            progress(1, 5, N_("Checking the data"))
            timeliness = _timeliness(db, inside, now, old_days)
            progress(2, 5, N_("Checking the data"))
            duplicates = _duplicates(db, inside)
            progress(3, 5, N_("Checking the data"))
            looked, mojibake, personal = _texts(db, inside, completeness.answered, look_at)
            progress(4, 5, N_("Checking the data"))
            accuracy = _accuracy(db, inside, known, mojibake, scales or {}, now)
            progress(5, 5, N_("Checking the data"))
            return Quality(
                source or "", str(row[0]) if row else "", db.integer(f"select count(*) from ({inside})"),
                accuracy, completeness, timeliness, duplicates, personal, looked,
            )  # fmt: skip
    finally:
        db.close()


def _no_source(known: list[str]) -> AskedWronglyError:
    return AskedWronglyError(
        "no-source",
        N_("There is no such source in the project."),
        N_("Known sources: {names}."),
        N_("Give one of these names, or none for all."),
        names=", ".join(known) or "-",
    )


def _accuracy(
    db: Connection,
    inside: str,
    known: list[Field],
    mojibake: int,
    scales: Mapping[str, tuple[float, float]],
    now: int,
) -> Accuracy:
    row = db.one(f"select sum(records), sum(accepted) from import_batch where id in ({inside})")
    records, accepted = (int(cell or 0) for cell in row) if row else (0, 0)
    rejects = {
        str(reason): int(count or 0)
        for reason, count in db.execute(
            f"select reason, count(*) from import_reject where batch_id in ({inside}) group by 1 order by 2 desc, 1"
        )
    }
    told: Counter[str] = Counter()
    for name, count in db.execute(
        f"select j.key, sum(j.value) from import_batch b, json_each(b.quality) j where b.id in ({inside}) group by 1"
    ):
        told[str(name)] = int(count or 0)
    ranges = [
        found
        for one in known
        if one.role == "score" and (found := _score_range(db, inside, one, scales.get(one.name))) is not None
    ]
    future = db.integer(
        f"select count(*) from record where batch_id in ({inside}) and at_ms > ?", (now + DAY_MS,)
    )  # a day is left for time zones
    return Accuracy(records, accepted, rejects, mojibake, tuple(ranges), dict(told), future)


def _score_range(db: Connection, inside: str, one: Field, stated: tuple[float, float] | None) -> ScoreRange | None:
    values = Counter(
        {
            float(value or 0): int(count or 0)
            for value, count in db.execute(
                f"select {one.column}, count(*) from record where batch_id in ({inside}) and {one.column} is not null"
                " group by 1"
            )
        }
    )
    total = values.total()
    if not total:
        return None
    low, high = stated or scale_of(values, one.name)
    outside = sum(count for value, count in values.items() if not low <= value <= high)
    return ScoreRange(one.name, low, high, total, outside)


def scale_of(values: Mapping[float, int], name: str = "") -> tuple[float, float]:
    """Return the scale that values (value → how often) are given on: the first of SCALES that 98 % of them keep to.

    0–10 where the name speaks of recommending, or a zero is among values that go up to ten; the values' own range where
    no scale fits.
    """
    total = sum(values.values())
    for low, high in SCALES:
        if sum(count for value, count in values.items() if low <= value <= high) >= _MOST_OF * total:
            to_ten = high == 10 and 0 in values
            return (0.0, 10.0) if to_ten or (high <= 10 and _ZERO_TO_TEN.search(name)) else (low, high)
    return min(values), max(values)


def _completeness(db: Connection, inside: str, known: list[Field]) -> Completeness:
    counted = "".join(
        f", count({one.column})" if one.kind != "text" else f", sum(extra ->> {_path(one.name)} is not null)"
        for one in known
    )
    row = db.one(
        f"select count(*), count(at_ms), count(respondent_id), count(wave_id){counted} from record"
        f" where batch_id in ({inside})"
    )
    records, dated, people, waves, *filled = (int(cell or 0) for cell in row) if row else (0,) * (4 + len(known))
    columns = [Filled(one.name, count) for one, count in zip(known, filled, strict=True)]
    states = Counter(
        {
            int(state or 0): int(count or 0)
            for state, count in db.execute(
                f"select state, count(*) from verbatim where batch_id in ({inside}) group by 1"
            )
        }
    )
    return Completeness(
        records, states.total(), states[1], states[0], states[2],
        tuple(one for one in columns if one.filled), tuple(one.column for one in columns if not one.filled),
        dated, people, waves,
    )  # fmt: skip


def _path(name: str) -> str:
    return "'$.\"" + name.replace("'", "''").replace('"', '\\"') + "\"'"


def _timeliness(db: Connection, inside: str, now: int, old_days: int) -> Timeliness:
    days = [
        int(row[0] or 0)
        for row in db.execute(
            f"select distinct at_ms / {DAY_MS} from record where batch_id in ({inside}) and at_ms between 0 and ?"
            " order by 1",
            (now + DAY_MS,),
        )
    ]
    if not days:
        return Timeliness(None, None, None, 0, 0, 0, None, 0, old_days, now)
    row = db.one(
        f"select min(at_ms), max(at_ms), sum(at_ms < ?) from record where batch_id in ({inside})"
        " and at_ms between 0 and ?",
        (now - old_days * DAY_MS, now + DAY_MS),
    )
    assert row is not None
    first, last, old = (int(cell or 0) for cell in row)
    gaps = [(after - before - 1, before + 1) for before, after in pairwise(days)]
    longest, since = max(gaps, default=(0, 0), key=lambda gap: (gap[0], -gap[1]))
    return Timeliness(
        first, last, max(0, now - last) // DAY_MS, len(days), days[-1] - days[0] + 1 - len(days), longest,
        since * DAY_MS if longest else None, old, old_days, now,
    )  # fmt: skip


def _duplicates(db: Connection, inside: str) -> Duplicates:
    # An answer of another source may be the first of the group: what repeats within counts, whoever said it first.
    row = db.one(
        "select sum(n - 1), max(n) from (select count(*) n from verbatim"
        f" where state = 1 and batch_id in ({inside}) group by group_id)"
    )
    answers, largest = (int(cell or 0) for cell in row) if row else (0, 0)
    twice = db.integer(
        "select count(distinct respondent_id) from (select r.respondent_id from verbatim v"
        f" join record r on r.id = v.record_id where v.batch_id in ({inside}) and v.state = 1"
        " and r.respondent_id is not null group by r.respondent_id, v.question_id, ifnull(r.wave_id, 0)"
        " having count(*) > 1)"
    )
    return Duplicates(answers, largest, twice)


def _texts(db: Connection, inside: str, answered: int, look_at: int) -> tuple[int, int, dict[str, int]]:
    """Read answers, each so many-th where there are many; return how many, those garbled, those with personal data."""
    step = max(1, -(-answered // look_at))
    looked = garbled = 0
    personal: Counter[str] = Counter()
    for text in _each(db, inside, step):
        looked += 1
        garbled += is_mojibake(text)
        personal.update({one.kind.value for one in privacy.find(text)})
    return looked, garbled, dict(personal.most_common())


def _each(db: Connection, inside: str, step: int) -> Iterator[str]:
    rows = db.execute(
        "select t.text from verbatim v join verbatim_text t on t.id = v.id"
        f" where v.id % {int(step)} = 0 and v.state = 1 and v.batch_id in ({inside})"
    )
    while block := rows.fetchmany(_BLOCK):
        for row in block:
            yield str(row[0])


_TRACES = ("锟斤拷", "烫烫烫", "屯屯屯", "\ufffd")


def is_mojibake(text: str) -> bool:
    """Tell whether a text is what another one became when it was read in the wrong encoding.

    It holds the marks of such reading, or is the likelier text when read back (UTF-8 read as GBK or Windows-1252, GBK
    read as Windows-1252).
    """
    if text.isascii():
        return False
    if any(trace in text for trace in _TRACES):
        return True
    before = surprise(text)
    if before < _SURPRISING * len(text):
        return False
    for read_as, was in (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030")):
        try:
            back = text.encode(read_as).decode(was, "replace")
        except UnicodeError:
            continue
        if surprise(back) < 0.6 * before:
            return True
    return False
