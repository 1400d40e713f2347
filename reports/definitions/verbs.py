"""Reading and changing the definitions of a project: each change is a new version, undone like any other step."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from pathlib import Path

from annotate import verbatims
from annotate.errors import UserError
from annotate.exchange.writers import write_table
from annotate.importing.cells import Problem, problem, text_of
from annotate.importing.reading import open_reader
from annotate.importing.records import Record
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from reports.definitions import sheet
from reports.definitions.guess import scale_of
from reports.definitions.terms import Definitions, Score


@dataclass(frozen=True, slots=True)
class InForce:
    """The definitions in force: their version (0: nobody defined anything yet, these are guessed)."""

    version: int
    definitions: Definitions


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of definitions did; ``problems`` are rows that were not taken."""

    version: int
    definitions: Definitions
    problems: tuple[Problem, ...]
    step: Step


def in_force(db: Connection) -> InForce:
    """Return the definitions in force; without any, scores are guessed from the client's columns."""
    row = db.one("select number, body from definitions where state = 1 order by number desc limit 1")
    if row is None:
        return InForce(0, Definitions(scores=tuple(_guessed(db))))
    return InForce(int(row[0] or 0), Definitions.from_json(str(row[1])))


def _guessed(db: Connection) -> list[Score]:
    """Return a score for each score column, its measure and scale guessed from name and values."""
    found = []
    for one in verbatims.fields(db):
        if one.role != "score":
            continue
        rows = db.execute(
            f"select distinct r.{one.column} from record r join import_batch b on b.id = r.batch_id and b.state = 1"
            f" where r.{one.column} is not null order by 1"
        )
        values = [float(row[0] or 0) for row in rows]
        if values:
            found.append(Score(one.name, one.name, *scale_of(one.name, values)))
    return found


def change(project: Project, *, definitions: Definitions, note: str = "") -> Step:
    """Put definitions in force as a new version; the same as those in force change nothing."""

    def do(op: Operation) -> None:
        body = definitions.to_json()
        now = op.db.one("select body from definitions where state = 1 order by number desc limit 1")
        if now is not None and now[0] == body:
            return
        number = op.db.integer("select max(number) from definitions") + 1
        made = op.db.execute(
            "insert into definitions(uuid, number, body, note, state, created_ms) values (?, ?, ?, ?, 0, ?)",
            (uuids.uuid4().bytes, number, body, note, op.at_ms),
        ).lastrowid
        images.write(op, "definitions", {"id": made}, {"state": 1})
        op.rows = 1
        op.say(N_("Definitions, version {n}"), n=number)

    return operations.run(project, "definitions", do)[1]


def import_sheet(project: Project, path: Path, *, sheet_name: str | None = None) -> Imported:
    """Read definitions from a sheet (CSV, XLSX…) and put them in force; what cannot be taken is named.

    Columns and codes that the project does not have are named too, but taken: the data may come later.
    Raises UserError (no-definitions) where no row can be taken.
    """
    reader = open_reader(path, sheet=sheet_name)
    rows = [
        (
            one.number + 1,
            {column: text_of(cell) for column, cell in zip(reader.columns, one.values, strict=False)},
        )
        for one in reader.read()
        if isinstance(one, Record)
    ]
    found, problems = sheet.parse(reader.columns, rows)
    if not sheet.says_kinds(reader.columns) or len(problems) >= len(rows) > 0:
        raise UserError(
            "no-definitions",
            N_("{name} holds no definitions."),
            N_("No row says in a column “kind” (类别) what it defines: score, stage, touchpoint, code, tier, limit."),
            N_("Write the sheet with: definitions export, change it, and import it again."),
            name=path.name,
        )
    with project.reading() as db:
        problems += _unknown(db, found)
    step = change(project, definitions=found, note=path.name)
    with project.reading() as db:
        now = in_force(db)
    return Imported(now.version, now.definitions, tuple(problems), step)


def _unknown(db: Connection, found: Definitions) -> list[Problem]:
    columns = {one.name for one in verbatims.fields(db)}
    wanted = [*(one.column for one in found.scores), *(one.column for one in found.tiers)]
    wanted += [*(one.column for one in found.funnel), *(one.column for one in found.image)]
    wanted += [name for one in found.populations for name in (one.account, one.column) if name]
    return [
        problem(0, "column-missing", N_("The project has no column “{column}” (yet)."), column=name)
        for name in dict.fromkeys(wanted)
        if name not in columns
    ]


def export_sheet(project: Project, path: Path) -> int:
    """Write the definitions in force as a sheet that ``import_sheet`` reads back; return the number of rows."""
    with project.reading() as db:
        found = in_force(db).definitions
    return write_table(path, sheet.COLUMNS, sheet.rows_of(found))
