"""What the Sources page and the import wizard read: sources, imports, rejected rows, the roles given last time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotate import phrases
from annotate.importing.rejects import OWN_REASONS
from annotate.importing.roles import Role
from annotate.phrases import Phrase
from annotate.store import operations
from annotate.store.connection import Connection
from annotate.store.operations import Step
from annotate.store.project import Project

_STEPS = 5_000
LISTED = 500
"""Rejected rows that are listed; the export holds all."""
_LINE = 300


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source with imports in force, and what each column was in the last of them (column → role)."""

    id: int
    name: str
    kind: str
    records: int
    rejected: int
    roles: dict[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """One import. ``state``: force, undone, or broken (begun and not finished); ``step`` None where none was made."""

    batch: int
    file: str
    source: str
    records: int
    accepted: int
    rejected: int
    started_ms: int
    state: str
    step: Step | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken; ``line`` is its beginning as text."""

    batch: int
    file: str
    number: int
    reason: str
    detail: str
    line: str


@dataclass(frozen=True, slots=True)
class Rejects:
    """Rejected rows of imports in force: how many by reason, and the first of them."""

    by_reason: dict[str, int]
    first: tuple[Rejected, ...]

    @property
    def count(self) -> int:
        """Return how many there are."""
        return sum(self.by_reason.values())


@dataclass(frozen=True, slots=True)
class Heard:
    """What the Sources page shows besides questions and quality."""

    sources: tuple[KnownSource, ...]
    imports: tuple[Imported, ...]
    phrases: tuple[Phrase, ...]


def read_heard(project: Project) -> Heard:
    """Read sources, imports and phrases. Not on the UI thread."""
    steps = {one.op: one for one in operations.history(project, limit=_STEPS) if one.kind == "import"}
    with project.reading() as db, db.snapshot():
        sources, imports = tuple(_sources(db)), tuple(_imports(db, steps))
    return Heard(sources, imports, tuple(phrases.phrases(project)))


def read_sources(project: Project) -> tuple[KnownSource, ...]:
    """Read the sources with imports in force. Not on the UI thread."""
    with project.reading() as db, db.snapshot():
        return tuple(_sources(db))


def _sources(db: Connection) -> list[KnownSource]:
    rows = db.execute(
        "select s.id, s.name, s.channel, sum(b.records), sum(b.rejected),"
        " (select l.mapping from import_batch l where l.source_id = s.id and l.state = 1 order by l.id desc limit 1)"
        " from source s join import_batch b on b.source_id = s.id and b.state = 1 group by s.id order by s.id"
    ).fetchall()
    return [
        KnownSource(int(row[0] or 0), str(row[1]), str(row[2]), int(row[3] or 0), int(row[4] or 0), _roles(str(row[5])))
        for row in rows
    ]


def _roles(mapping: str) -> dict[str, Role]:
    known = {role.value: role for role in Role}
    return {str(column): known[role] for column, role in json.loads(mapping).items() if role in known}


_STATES = {0: "broken", 1: "force", 2: "undone"}


def _imports(db: Connection, steps: dict[int, Step]) -> list[Imported]:
    rows = db.execute(
        "select b.id, b.file_name, s.name, b.records, b.accepted, b.rejected, b.started_ms, b.state,"
        " (select max(i.op_id) from op_image i join op o on o.id = i.op_id and o.kind = 'import'"
        "  where i.thing = 'import_batch' and i.key ->> 'id' = b.id)"
        " from import_batch b join source s on s.id = b.source_id where b.state in (0, 1, 2) order by b.id desc"
    ).fetchall()
    return [
        Imported(
            int(row[0] or 0), str(row[1]), str(row[2]), int(row[3] or 0), int(row[4] or 0), int(row[5] or 0),
            int(row[6] or 0), _STATES[int(row[7] or 0)], steps.get(int(row[8] or 0)),
        )
        for row in rows
    ]  # fmt: skip


def read_rejects(project: Project, *, source: int | None = None, batches: Sequence[int] | None = None) -> Rejects:
    """Read the rejected rows of imports in force, of one source or some imports where they are named."""
    told, values = "b.state = 1", list[int | str]()
    if source is not None:
        told += " and b.source_id = ?"
        values.append(source)
    if batches is not None:
        told += " and b.id in (select value from json_each(?))"
        values.append(json.dumps(list(batches)))
    inside = f"from import_reject j join import_batch b on b.id = j.batch_id where {told}"
    with project.reading() as db, db.snapshot():
        counts = db.execute(f"select j.reason, count(*) {inside} group by 1 order by 2 desc, 1", values).fetchall()
        rows = db.execute(
            f"select j.batch_id, b.file_name, j.number, j.reason, j.detail, substr(j.raw, 1, {4 * _LINE}),"
            f" b.reader ->> 'encoding' {inside} order by j.batch_id, j.number limit {LISTED}",
            values,
        ).fetchall()
    return Rejects(
        {str(reason): int(count or 0) for reason, count in counts},
        tuple(
            Rejected(
                int(row[0] or 0),
                str(row[1]),
                int(row[2] or 0),
                str(row[3]),
                str(row[4]),
                _line(row[5], str(row[3]), str(row[6])),
            )
            for row in rows
        ),
    )


def _line(raw: object, reason: str, encoding: str) -> str:
    """Return the beginning of a rejected row as people wrote it."""
    data = raw if isinstance(raw, bytes) else b""
    if reason in OWN_REASONS:  # the reader took it, the import did not: its cells were kept by name
        return _cells(data.decode("utf-8", "ignore"))
    try:
        told = data.decode(encoding, "replace")
    except LookupError:  # an encoding that only a later program names
        told = data.decode("utf-8", "replace")
    return told[:_LINE].replace("\0", "\N{REPLACEMENT CHARACTER}").strip()


def _cells(told: str) -> str:
    try:
        cells = json.loads(told)
    except ValueError:  # longer than what was read of it
        return told[:_LINE]
    return " · ".join(str(value) for value in cells.values() if value not in (None, ""))[:_LINE]
