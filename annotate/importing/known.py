"""What a project knows before a file comes in: people, waves, questions, columns with their values and ranges."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotate.importing.roles import Role
from annotate.store.connection import Connection
from annotate.text import fold


@dataclass(slots=True)
class Known:
    """What a project knows already; nothing where there is none. ``ranges``: score column → lowest, highest."""

    respondents: frozenset[str] = frozenset()
    waves: frozenset[str] = frozenset()
    questions: frozenset[str] = frozenset()
    kinds: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    values: dict[str, frozenset[str]] = field(default_factory=dict)
    of_source: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()


def in_project(db: Connection, source: str) -> Known:
    """Return what a project knows, and of it what comes from a source."""

    def names(sql: str, *values: str | int) -> frozenset[str]:
        return frozenset(str(row[0]) for row in db.execute(sql, values))

    told = db.execute("select id, name, kind, role from field order by sort, id").fetchall()
    active = "batch_id in (select id from import_batch where state = 1)"
    ranges, values, of_source = {}, {}, set()
    source_id = db.integer("select id from source where name = ?", (source,))
    for number, name, kind, role in told:
        column = f"c{int(number or 0)}"
        if role == "score":
            row = db.one(f"select min({column}), max({column}) from record where {active}")
            if row is not None and row[0] is not None and row[1] is not None:
                ranges[str(name)] = float(row[0]), float(row[1])
        if kind == "category":
            values[str(name)] = names("select value from field_value where field_id = ?", int(number or 0))
        filled = f"{column} is not null" if kind != "text" else "1"
        if (
            kind != "text"
            and source_id
            and db.one(f"select 1 from record where source_id = ? and {filled} and {active} limit 1", (source_id,))
        ):
            of_source.add(str(name))
    return Known(
        names(f"select key from respondent where id in (select respondent_id from record where {active})"),
        names("select name from wave"), names("select name from question"),
        {str(name): str(kind) for _, name, kind, _ in told}, ranges, values, frozenset(of_source),
        _asked(db, source_id),
    )  # fmt: skip


def _asked(db: Connection, source: int) -> frozenset[str]:
    """Return the questions that columns of earlier imports of a source were read as."""
    rows = db.execute("select mapping from import_batch where source_id = ? and state = 1", (source,)).fetchall()
    told = [json.loads(str(mapping)) for (mapping,) in rows]
    return frozenset(
        name for one in told if Role.QUESTION not in one.values() for name, role in one.items() if role == Role.TEXT
    )


def renamed(fresh: Sequence[str], gone: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pair names that are new with names that are missing and nearly the same."""
    found: list[tuple[str, str]] = []
    for name in fresh:
        folded = {fold(one): one for one in gone if one not in dict(found).values()}
        within = [one for one in folded if len(one.encode()) >= 3 and (one in fold(name) or fold(name) in one)]
        near = within[:1] or difflib.get_close_matches(fold(name), folded, n=1, cutoff=0.6)
        found += [(name, folded[one]) for one in near]
    return tuple(found)
