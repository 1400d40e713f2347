"""From the project file to the figures of a report: who said what, out of which base."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from annotate import frames, layers, verbatims
from annotate.frames import Frame
from annotate.frames import Role as CodeRole
from annotate.jobs import Progress, silent
from annotate.layers import Answer, Said
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import HasCode, InQuestion, Query
from annotate.verbatims import Question
from reports import voices_choice
from reports.collect_scores import scores_of
from reports.data import (
    CleanedFigures,
    CodeQuality,
    CodingFigures,
    Direction,
    ModelFigures,
    QuestionFigures,
    ReportData,
    Role,
    SegmentColumn,
    SegmentRow,
    SegmentTable,
    SentimentFigures,
    SourceFigures,
    ThemeFigures,
    Unit,
)
from reports.statistics.shares import Source as ShareSource
from reports.statistics.shares import share

SEGMENT_VALUES = range(2, 9)
SEGMENT_THEMES = 12
CLEANED = {
    "glosses": N_("pinyin glosses inside words"),
    "tags": N_("tags"),
    "invisible": N_("invisible characters"),
    "private_use": N_("private-use characters"),
    "unreadable_dates": N_("dates that could not be read"),
    "unreadable_values": N_("values that could not be read"),
    "unreadable_weights": N_("weights that could not be read"),
}


@dataclass(slots=True)
class Heard:
    """What one question's answers say, gathered in one pass: sets of people per code, tallies, material for quotes."""

    people: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    mentions: Counter[int] = field(default_factory=Counter)
    moods: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    base: set[int] = field(default_factory=set)
    invalid: set[int] = field(default_factory=set)
    sources: Counter[str] = field(default_factory=Counter)
    said: dict[int, list[tuple[int, Said]]] = field(default_factory=lambda: defaultdict(list))


def collect(project: Project, *, title: str | None = None, client: str = "", progress: Progress = silent) -> ReportData:
    """Gather every figure of a report over all imports in force, from one snapshot of the file."""
    asked = verbatims.questions(project)
    with project.reading() as db, db.snapshot():
        unit = _unit(db)
        figures = []
        for place, question in enumerate(asked):
            progress(place, len(asked), N_("Collecting figures"))
            figures.append(_question(db, question, unit))
        frame_ids = [one.frame_id for one in asked if one.frame_id is not None]
        frame = frames.read(db, frame_ids[0]) if frame_ids else None
        row = db.one("select hex(h) from op order by id desc limit 1")
        snapshot = str(row[0]).lower() if row else ""
        span = db.one(
            "select min(r.at_ms), max(r.at_ms) from record r join import_batch b on b.id = r.batch_id and b.state = 1"
        )
        return ReportData(
            title=title or project.path.stem,
            client=client,
            report_id=f"R-{snapshot[:8]}",
            snapshot=snapshot,
            unit=unit,
            sources=tuple(_sources(db)),
            questions=tuple(figures),
            respondents=db.integer(
                "select count(distinct r.respondent_id) from record r"
                " join import_batch b on b.id = r.batch_id and b.state = 1"
            ),
            start=_day(span[0] if span else None),
            end=_day(span[1] if span else None),
            channels=tuple(_channels(db)),
            scores=tuple(scores_of(db)),
            model=_model(db, frame),
            cleaned=tuple(_cleaned(db)),
            frame_name=frame.name if frame else "",
            frame_revision=f"r{frame.number}" if frame else "",
        )


def _day(value: object) -> date | None:
    return datetime.fromtimestamp(int(str(value)) / 1000, UTC).date() if value is not None else None


def _unit(db: Connection) -> Unit:
    """People where every record in force names its respondent, else answers: rows without a person are not people."""
    row = db.one(
        "select count(*), count(r.respondent_id) from record r join import_batch b on b.id = r.batch_id and b.state = 1"
    )
    return Unit.PEOPLE if row and row[0] and row[0] == row[1] else Unit.ANSWERS


def _people(db: Connection, question: int, unit: Unit) -> dict[int, int]:
    """Return who gave each answer; a customer in another wave is another respondent."""
    if unit is Unit.ANSWERS:
        return {}
    waves = db.integer("select max(id) from wave") + 1
    return {
        int(row[0] or 0): int(row[1] or 0) * waves + int(row[2] or 0)
        for row in db.execute(
            "select v.id, r.respondent_id, ifnull(r.wave_id, 0) from verbatim v join record r on r.id = v.record_id"
            " where v.question_id = ?",
            (question,),
        )
    }


def hear(db: Connection, question: Question, frame: Frame, unit: Unit) -> tuple[Heard, dict[int, int]]:
    """Go through a question's answers once; return what was heard and who gave each answer."""
    who = _people(db, question.id, unit)
    held = {code.id: code.held_from for code in frame.codes}
    roles = {code.id: code.role for code in frame.codes}
    heard = Heard()
    for answer in layers.answers(db, question.id):
        person = who.get(answer.verbatim, answer.verbatim)
        said = [one for one in answer.final(held) if one.source is not layers.Source.DISAGREEMENT]
        heard.sources[_who_decided(answer, said)] += 1
        if any(roles.get(one.code_id) is CodeRole.INVALID for one in said):
            heard.invalid.add(person)
            continue
        if answer.decided or answer.covered:
            heard.base.add(person)
        for one in said:
            heard.people[one.code_id].add(person)
            heard.mentions[one.code_id] += 1
            if one.sentiment is not None:
                heard.moods[one.code_id][one.sentiment] += 1
            heard.said[one.code_id].append((answer.verbatim, one))
    heard.invalid -= heard.base
    return heard, who


def _who_decided(answer: Answer, said: list[Said]) -> str:
    if answer.source in (layers.Source.ADJUDICATED, layers.Source.HUMAN):
        return "human"
    if answer.source in (layers.Source.DUPLICATE, layers.Source.RULE):
        return "duplicate"
    return "machine" if said else "open"


def _question(db: Connection, question: Question, unit: Unit) -> QuestionFigures:
    frame = None if question.frame_id is None else frames.read(db, question.frame_id)
    row = db.one(
        "select count(*), sum(v.state = 1), sum(v.state = 0) from verbatim v where v.question_id = ?"
        " and v.batch_id in (select id from import_batch where state = 1)",
        (question.id,),
    )
    asked, answered, blank = (int(cell or 0) for cell in row) if row else (0, 0, 0)
    direction = Direction(question.direction)
    if frame is None:
        coding = CodingFigures(0, 0, 0, answered)
        return QuestionFigures(question.name, question.text, coding, 0, answered, blank, asked, direction)
    heard, who = hear(db, question, frame, unit)
    base = len(heard.base)
    source = ShareSource.MACHINE if heard.sources["machine"] else ShareSource.HUMAN
    themes = []
    for code in frame.codes:
        below = frame.under(code.id) if code.is_net else frozenset({code.id})
        people = set().union(*(heard.people[one] for one in below if one in heard.people)) & heard.base
        if code.retired and not people:
            continue
        moods: Counter[int] = sum((heard.moods[one] for one in below if one in heard.moods), Counter())
        themes.append(
            ThemeFigures(
                code.id,
                code.number,
                code.label,
                share(len(people), base, source=source),
                sum(heard.mentions[one] for one in below),
                code.parent_id,
                code.is_net,
                Role(code.role.value),
                code.definition,
                SentimentFigures(moods[-1], moods[0], moods[1]) if moods else None,
                query=Query((InQuestion(question.id), HasCode(code.id))).to_json() if not code.is_net else None,
            )
        )
    return QuestionFigures(
        question.name,
        question.text,
        CodingFigures(
            heard.sources["human"], heard.sources["duplicate"], heard.sources["machine"], heard.sources["open"]
        ),
        base,
        answered,
        blank,
        asked,
        direction,
        tuple(themes),
        tuple(_segments(db, question, frame, heard, who)),
        tuple(voices_choice.choose(db, frame, heard)),
    )


def _segments(
    db: Connection, question: Question, frame: Frame, heard: Heard, who: dict[int, int]
) -> Iterable[SegmentTable]:
    """Yield tables of the largest codes by the first client columns with a handful of values."""
    tables = 0
    for one in verbatims.fields(db):
        if one.kind != "category" or one.role not in ("", "channel"):
            continue
        values = db.execute(
            "select f.value, count(*) n from record r join import_batch b on b.id = r.batch_id and b.state = 1"
            f" join field_value f on f.id = r.{one.column} group by 1 order by n desc, 1 limit 20"
        ).fetchall()
        if len(values) not in SEGMENT_VALUES:
            continue
        names = [str(row[0]) for row in values]
        members: dict[str, set[int]] = {name: set() for name in names}
        for verbatim, value in db.execute(
            f"select v.id, f.value from verbatim v join record r on r.id = v.record_id join field_value f"
            f" on f.id = r.{one.column} where v.question_id = ?"
            " and v.batch_id in (select id from import_batch where state = 1)",
            (question.id,),
        ):
            person = who.get(int(verbatim or 0), int(verbatim or 0))
            if person in heard.base and str(value) in members:
                members[str(value)].add(person)
        largest = sorted(
            (code for code in frame.codes if not code.is_net and code.role is CodeRole.THEME),
            key=lambda code: (-len(heard.people.get(code.id, ())), code.id),
        )[:SEGMENT_THEMES]
        yield SegmentTable(
            one.name,
            tuple(SegmentColumn(name, len(members[name])) for name in names),
            tuple(
                SegmentRow(code.id, tuple(len(heard.people.get(code.id, set()) & members[name]) for name in names))
                for code in largest
            ),
        )
        tables += 1
        if tables == 2:
            return


def _sources(db: Connection) -> Iterable[SourceFigures]:
    for row in db.execute(
        "select s.name || case when count(*) over (partition by s.id) > 1 then ' · ' || b.file_name else '' end,"
        " s.channel, b.records, b.accepted, b.rejected, b.duplicates, b.blank, b.started_ms from import_batch b"
        " join source s on s.id = b.source_id where b.state = 1 order by b.id"
    ):
        name, channel, records, accepted, rejected, duplicates, blank, started = row
        yield SourceFigures(
            str(name),
            str(channel),
            int(records or 0),
            int(accepted or 0),
            int(rejected or 0),
            int(duplicates or 0),
            int(blank or 0),
            _day(started),
        )


def _channels(db: Connection) -> list[tuple[str, int]]:
    for one in verbatims.fields(db):
        if one.role == "channel" and one.kind == "category":
            rows = db.execute(
                "select f.value, count(*) n from record r join import_batch b on b.id = r.batch_id and b.state = 1"
                f" join field_value f on f.id = r.{one.column} group by 1 order by n desc, 1"
            )
            return [(str(row[0]), int(row[1] or 0)) for row in rows]
    return []


def _cleaned(db: Connection) -> list[CleanedFigures]:
    total: Counter[str] = Counter()
    for row in db.execute("select quality from import_batch where state = 1"):
        total.update(json.loads(str(row[0])))
    return [CleanedFigures(what, total[name]) for name, what in CLEANED.items() if total[name]]


def _model(db: Connection, frame: Frame | None) -> ModelFigures | None:
    row = db.one(
        "select m.spec, m.scores, hex(m.h) from run_in_force f join run r on r.id = f.run_id"
        " join model m on m.id = r.model_id order by m.id desc limit 1"
    )
    if row is None or frame is None:
        return None
    spec, scores = json.loads(str(row[0])), json.loads(str(row[1]))["codes"]
    known = {code.id: code for code in frame.codes}
    codes = []
    for code_id, one in zip(spec["columns"], scores["columns"], strict=True):
        code = known.get(code_id)
        if code is not None and not code.is_net:
            codes.append(CodeQuality(code.full_path, one["hits"], one["wrong"], one["missed"], code.number))
    overall = CodeQuality(
        "", sum(c.hits for c in codes), sum(c.false_alarms for c in codes), sum(c.missed for c in codes)
    )
    return ModelFigures(str(row[2])[:12].lower(), spec["rows"], scores["base"], overall, tuple(codes))
