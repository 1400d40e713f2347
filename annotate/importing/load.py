"""Import of one file: rows in slices under a batch that nobody sees, then one operation that puts it in force."""

from __future__ import annotations

import itertools
import json
import time
import uuid as uuids
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate import phrases
from annotate.errors import UserError
from annotate.importing import mapping as mappings
from annotate.importing import source as source_files
from annotate.importing.reading import Reader, file_hash, open_reader
from annotate.importing.records import Notice, Record, Reject
from annotate.importing.roles import Role, guess_roles
from annotate.importing.rows import Target, write_rows
from annotate.importing.values import days_first
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.phrases import Found
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

SAMPLE = 2_000
# Rows a transaction: large where nobody waits; the window asks for slices that let key presses pass.
BULK_ROWS, SHARED_ROWS = 5_000, 300
MOST_COLUMNS = 1_900
"""Client's columns in a project: SQLite holds 2,000 in a table, and a record has some of its own."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. ``already``: this very file was in the project, nothing was done.

    ``agents``: marks of call agents found in the answers and switched on: what follows them is not the customer's.
    """

    batch: int
    source: str
    records: int
    accepted: int
    rejected: int
    duplicates: int
    blank: int
    verbatims: int
    answered: int
    conflicts: int
    mapping: dict[str, str]
    encoding: str
    warnings: tuple[Notice, ...]
    already: bool = False
    step: Step | None = None
    agents: tuple[str, ...] = ()
    unread_dates: int = 0


def preview(reader: Reader, asked: Mapping[Role, Sequence[str]] | None = None) -> mappings.Mapping:
    """Return the roles an import would give to the columns of a file."""
    sample = reader.preview(SAMPLE)
    guessed = guess_roles(reader.columns, reader.column_texts, [record.values for record in sample])
    return mappings.decide(reader.columns, guessed, asked or {})


def import_file(
    project: Project,
    path: Path,
    *,
    roles: Mapping[Role, Sequence[str]] | None = None,
    source: str | None = None,
    channel: str = "",
    sheet: str | None = None,
    header_row: int | None = None,
    header_rows: int = 1,
    encoding: str | None = None,
    wave: str = "",
    names: Mapping[str, str] | None = None,
    again: bool = False,
    rows_at_once: int = BULK_ROWS,
    progress: Progress = silent,
) -> ImportResult:
    """Import a file; every record is accepted or goes to the reject list, and a killed import goes on where it was.

    ``wave``: the wave of rows that name none themselves; ``names``: what columns are called here.
    The same file (by content) is recognised and not taken twice unless ``again``. Raises UserError for files that
    cannot be read and AskedWronglyError for roles that do not fit; the project is unchanged then.
    """
    project.require_writable()
    reader = open_reader(
        path, sheet=sheet, header_row=header_row, header_rows=header_rows, encoding=encoding, names=names
    )
    digest = file_hash(path)
    mapping = preview(reader, roles)
    if not again:
        known = project.reading_one(
            "select id from import_batch where file_h = ? and state = 1 and mapping = ? and reader = ?",
            (digest, mapping.to_json(), _reader_json(reader, sheet, header_row, wave)),
        )
        if known is not None:
            return _result(project, int(known[0] or 0), reader, mapping, None, already=True)
    _demand_records(reader, path)
    _demand_room(project, mapping, path)
    name = source or source_name(path)
    reading = _reader_json(reader, sheet, header_row, wave)
    batch, offset, number = _begin(project, path, digest, (name, channel), mapping, reading)
    target = project.write(lambda db: _prepare(db, batch, mapping, reader, wave))
    _load(project, target, reader, (offset, number), rows_at_once, progress)
    with project.reading() as db:
        marks = phrases.agents_in_batch(db, batch)
    agents, step = operations.run(project, "import", lambda op: _put_in_force(op, batch, path.name, marks))
    numbers = {column.place for column in target.fields if column.kind == "number"}
    numbers |= {place for role, place in target.place.items() if role is Role.WEIGHT}
    commas = [name for place, name in target.decimal_comma.items() if place in numbers]
    return _result(project, batch, reader, mapping, step, agents=agents, commas=commas)


def _demand_room(project: Project, mapping: mappings.Mapping, path: Path) -> None:
    """Refuse a file whose columns would not fit beside those that the project has, before anything is written."""
    with project.reading() as db:
        known = {str(name) for (name,) in db.execute("select name from field")}
    kept = known | {name for name, role in mapping.roles if mappings.is_kept(role)}
    if len(kept) > MOST_COLUMNS:
        raise UserError(
            "too-many-columns",
            N_("{name} was not imported: the project would hold {n} columns beside the answers."),
            N_("A project holds {most} of them."),
            N_("Leave out the columns that nobody will look at, or import them in files of their own projects."),
            name=path.name,
            n=f"{len(kept):,}",
            most=f"{MOST_COLUMNS:,}",
        )


def _demand_records(reader: Reader, path: Path) -> None:
    """Refuse a file without records, or an archive that breaks off, before anything is written."""
    if not reader.preview(1) and next(iter(reader.read()), None) is None:
        raise _no_records(path.name)
    if source_files.is_gzip(path):
        for _ in source_files.chunks(path):
            pass


def _no_records(name: str) -> UserError:
    return UserError(
        "no-records",
        N_("{name} holds no records."),
        N_("Below the header there is nothing to import."),
        N_("Check the file, or choose another sheet or header row."),
        name=name,
    )


def source_name(path: Path) -> str:
    """Return the name of the source that a file stands for where none is given."""
    name = path.name
    for suffix in (".gz", path.with_suffix("").suffix if name.endswith(".gz") else "", path.suffix):
        name = name.removesuffix(suffix) if suffix else name
    return name or path.name


def _reader_json(reader: Reader, sheet: str | None, header_row: int | None, wave: str) -> str:
    told = {"kind": reader.kind, "encoding": reader.encoding, "sheet": sheet, "header_row": header_row}
    if wave:
        told["wave"] = wave
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _begin(
    project: Project, path: Path, digest: bytes, source: tuple[str, str], mapping: mappings.Mapping, reading: str
) -> tuple[int, int, int]:
    """Return the batch with the place to read from: a new one, or this file's interrupted one."""

    def job(db: Connection) -> tuple[int, int, int]:
        with db.transaction():
            source_id = mappings.know_source(db, *source)
            row = db.one(
                "select id, next_offset, records from import_batch where file_h = ? and state = 0 and mapping = ?"
                " and reader = ? and source_id = ?",
                (digest, mapping.to_json(), reading, source_id),
            )
            if row is not None:
                return int(row[0] or 0), int(row[1] or 0), int(row[2] or 0)
            batch = db.execute(
                "insert into import_batch(uuid, source_id, file_name, file_size, file_h, reader, mapping, state,"
                " started_ms) values (?, ?, ?, ?, ?, ?, ?, 0, ?)",
                (
                    uuids.uuid4().bytes, source_id, path.name, path.stat().st_size, digest, reading, mapping.to_json(),
                    time.time_ns() // 1_000_000,
                ),
            ).lastrowid  # fmt: skip
            return batch, 0, 0

    return project.write(job)


def _prepare(db: Connection, batch: int, mapping: mappings.Mapping, reader: Reader, wave: str) -> Target:
    with db.transaction():
        sample = [record.values for record in reader.preview(SAMPLE)]
        fields = mappings.know_fields(db, mapping, reader.columns, sample)
        places = {column: place for place, column in enumerate(reader.columns)}
        questions = []
        if not mapping.columns(Role.QUESTION):
            for column in mapping.columns(Role.TEXT):
                text = reader.column_texts[places[column]] if reader.column_texts else ""
                questions.append((places[column], mappings.know_question(db, column, text)))
        else:
            questions = [(places[mapping.columns(Role.TEXT)[0]], 0)]
    row = db.one("select source_id, quality from import_batch where id = ?", (batch,))
    assert row is not None
    return Target(
        batch,
        int(row[0] or 0),
        mapping,
        reader.columns,
        fields,
        questions,
        {role: places[mapping.columns(role)[0]] for role in mappings.ONCE if mapping.columns(role)},
        bool(mapping.columns(Role.ID)),
        quality=Counter(json.loads(str(row[1]))),
        wave=wave,
        day_first={
            place: days_first(row[place] for row in sample if place < len(row)) for place in range(len(reader.columns))
        },
        decimal_comma=mappings.decimal_comma_columns(mapping, sample),
    )


def _load(
    project: Project, target: Target, reader: Reader, start: tuple[int, int], rows_at_once: int, progress: Progress
) -> None:
    size = reader.extent
    stream: Iterator[Record | Reject] = reader.read(*start)
    while chunk := list(itertools.islice(stream, rows_at_once)):

        def job(db: Connection, rows: list[Record | Reject] = chunk) -> None:
            with db.transaction():
                write_rows(db, target, rows)

        project.write(job, bulk=True)
        progress(min(chunk[-1].next_offset, size or chunk[-1].next_offset), size, N_("Importing"))


def _put_in_force(op: Operation, batch: int, name: str, marks: Sequence[Found]) -> tuple[str, ...]:
    row = op.db.one("select accepted, rejected, records from import_batch where id = ?", (batch,))
    assert row is not None
    if not row[2]:
        raise _no_records(name)
    # Undo puts back what stood before: that must read withdrawn, not loading, else the rows still count as known.
    op.db.execute("update import_batch set state = 2 where id = ?", (batch,))
    images.write(op, "import_batch", {"id": batch}, {"state": 1})
    op.rows = int(row[0] or 0)
    op.verbatims = None
    op.say(N_("Import of {name}: {n} records"), name=name, n=op.rows)
    return phrases.switch_on(op, marks)  # of the same step: undone, the import leaves nothing behind


def _result(
    project: Project,
    batch: int,
    reader: Reader,
    mapping: mappings.Mapping,
    step: Step | None,
    *,
    already: bool = False,
    agents: tuple[str, ...] = (),
    commas: Sequence[str] = (),
) -> ImportResult:
    with project.reading() as db:
        row = db.one(
            "select s.name, b.records, b.accepted, b.rejected, b.duplicates, b.blank,"
            " (select count(*) from verbatim v where v.batch_id = b.id),"
            " (select count(*) from verbatim v where v.batch_id = b.id and v.state = 1),"
            " (select count(*) from import_reject j where j.batch_id = b.id and j.reason = 'conflict'),"
            " ifnull(b.quality ->> 'unreadable_dates', 0)"
            " from import_batch b join source s on s.id = b.source_id where b.id = ?",
            (batch,),
        )
    assert row is not None
    records, accepted, rejected, duplicates, blank, verbatims, answered, conflicts, unread = (
        0 if already else int(value or 0) for value in row[1:]
    )
    return ImportResult(
        batch, str(row[0]), records, accepted, rejected, duplicates, blank, verbatims, answered, conflicts,
        {column: role.value for column, role in mapping.roles}, reader.encoding,
        (*reader.warnings, *mappings.decimal_comma_notice(commas)), already, step, agents,
        unread,
    )  # fmt: skip
