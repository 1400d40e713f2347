"""What answers can be filtered by: the values of a column, the waves, channels and coders, each with a count."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.store.connection import Connection
from annotate.store.project import Project
from annotate.store.query import ACTIVE

MOST = 200
"""Values of a column that are listed, the most frequent first; more cannot be read in a list."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One value to filter by and how many answers have it; ``id`` for what has one (a wave, a coder)."""

    value: str
    answers: int
    id: int = 0


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is of sources, channels, waves and coders; empty where there is nothing to tell apart."""

    sources: tuple[Facet, ...]
    channels: tuple[Facet, ...]
    waves: tuple[Facet, ...]
    coders: tuple[Facet, ...]


def _of_question(question: int | None) -> str:
    return f"v.state = 1 and {ACTIVE}" + ("" if question is None else f" and +v.question_id = {int(question)}")


def values(project: Project, field: int, question: int | None = None) -> list[Facet]:
    """Return the values of a category column with the answers that have them, the most frequent first."""
    with project.reading() as db:
        rows = db.execute(
            f"select f.value, count(*) n from verbatim v join record r on r.id = v.record_id"
            f" join field_value f on f.id = r.c{int(field)} where {_of_question(question)}"
            " group by f.id order by n desc, f.value limit ?",
            (MOST,),
        ).fetchall()
    return [Facet(str(row[0]), int(row[1] or 0)) for row in rows]


def ends(project: Project, field: int | None) -> tuple[float, float] | None:
    """Return the smallest and largest value of a number or date column (None: the records' own date); None: no value.

    Dates are UTC milliseconds.
    """
    column = "at_ms" if field is None else f"c{int(field)}"
    row = project.reading_one(f"select min({column}), max({column}) from record")
    if row is None or row[0] is None or row[1] is None:
        return None
    return float(str(row[0])), float(str(row[1]))


def facets(project: Project, question: int | None = None) -> Facets:
    """Return what else answers can be filtered by."""
    told = _of_question(question)
    with project.reading() as db:
        sources = _counted(
            db,
            "select s.name, count(*), s.id from verbatim v join import_batch b on b.id = v.batch_id"
            f" join source s on s.id = b.source_id where {told} group by s.id order by s.name",
        )
        channels = _counted(
            db,
            "select s.channel, count(*), 0 from verbatim v join import_batch b on b.id = v.batch_id"
            f" join source s on s.id = b.source_id where {told} and s.channel <> '' group by s.channel order by 1",
        )
        waves: tuple[Facet, ...] = ()
        if db.integer("select exists(select 1 from wave)"):
            waves = _counted(
                db,
                "select w.name, count(*), w.id from verbatim v join record r on r.id = v.record_id"
                f" join wave w on w.id = r.wave_id where {told} group by w.id order by w.sort, w.id",
            )
        coders = _counted(
            db,
            "select c.name, count(*), c.id from review_now n join coder c on c.id = n.coder_id group by c.id"
            " order by 1",
        )
    return Facets(sources, channels, waves, coders)


def _counted(db: Connection, sql: str) -> tuple[Facet, ...]:
    return tuple(Facet(str(row[0]), int(row[1] or 0), int(row[2] or 0)) for row in db.execute(sql).fetchall())
