"""Another copy of the project, read with distrust: its steps and what they decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import images, schema
from annotate.store.check import broken_links
from annotate.store.connection import Connection, DatabaseError, Row, Value
from annotate.store.images import RowImage
from annotate.store.operations import Words
from annotate.store.project import Project

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of the other copy; ids are those of that copy."""

    id: int
    uuid: bytes
    coder: int
    seq: int
    kind: str
    at_ms: int
    rows: int
    undo_of: int | None
    redo_of: int | None
    first: int | None
    last: int | None
    detail: str

    @property
    def decisions(self) -> int:
        """Return how many events it wrote."""
        return 0 if self.first is None or self.last is None else self.last - self.first + 1

    @property
    def words(self) -> Words:
        """Return what it did in words, as a message id and what fills it."""
        told = json.loads(self.detail)
        return Words(str(told.get("words", "")), dict(told.get("params", {})))

    @property
    def off_stack(self) -> bool:
        """Return whether it was never to be undone by itself."""
        return bool(json.loads(self.detail).get("off_stack"))


@dataclass(frozen=True, slots=True)
class Event:
    """One decision of the other copy; ids are those of that copy."""

    verbatim: int
    coder: int
    action: int
    code: int
    revision: int
    rest: Row
    """Sentiment, span start, span end, order of mention, origin."""


class Copy:
    """Reads the other copy; whatever is wrong with it becomes a UserError, never a fault of this project."""

    def __init__(self, project: Project, db: Connection) -> None:
        self._name = project.path.name
        self._db = db

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, UnicodeDecodeError, ValueError, TypeError) as error:
            raise self.damaged() from error

    def guarded(self, work: Callable[[], T]) -> T:
        """Do what relies on the copy's contents; what does not fit together becomes its UserError."""
        try:
            return work()
        except (KeyError, LookupError, ValueError, TypeError, AttributeError) as error:
            raise self.damaged() from error

    def damaged(self) -> UserError:
        """Return the error for a copy that cannot be trusted."""
        return UserError(
            "damaged-copy",
            N_("{name} cannot be merged."),
            N_("The copy is damaged, or was changed by another program: it does not pass the check."),
            N_("Ask its owner for a new copy. Nothing was changed here."),
            name=self._name,
        )

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of one read."""
        with self._told():
            return self._db.execute(sql, values).fetchall()

    def require_whole(self) -> None:
        """Raise UserError (older-copy, damaged-copy) unless the copy has our schema and an unbroken audit chain."""
        with self._told():
            if schema.version_of(self._db) != schema.VERSION:
                raise UserError(
                    "older-copy",
                    N_("{name} cannot be merged yet."),
                    N_("It was made by an older version of the program."),
                    N_("Open it once with this version, close it, and merge again."),
                    name=self._name,
                )
            known = "\n".join(schema.script())
            for kind, sql in self._db.execute("select type, sql from sqlite_schema where type in ('view', 'trigger')"):
                if kind == "view" or str(sql).lower() not in known.lower():
                    raise self.damaged()
            if broken_links(self._db):
                raise self.damaged()

    def steps(self) -> list[Step]:
        """Return all operations in their order."""
        rows = self.rows(
            "select id, uuid, coder_id, seq, kind, at_ms, n_rows, undo_of, redo_of, first_event, last_event, detail"
            " from op order by id"
        )
        with self._told():
            return [
                Step(
                    whole(r[0]), blob(r[1]), whole(r[2]), whole(r[3]), str(r[4]), whole(r[5]), whole(r[6]), some(r[7]),
                    some(r[8]), some(r[9]), some(r[10]), str(r[11]),
                )
                for r in rows
            ]  # fmt: skip

    def events(self, step: Step) -> list[Event]:
        """Return the decisions of one operation in their order."""
        rows = self.rows(
            "select verbatim_id, coder_id, action, code_id, revision_id, sentiment, span_start, span_end, mention,"
            " origin from label_event where id between ? and ? order by id",
            (step.first, step.last),
        )
        with self._told():
            return [Event(whole(r[0]), whole(r[1]), whole(r[2]), whole(r[3]), whole(r[4]), r[5:]) for r in rows]

    def images(self, steps: Iterable[Step]) -> Iterator[tuple[int, str, RowImage, RowImage | None, RowImage | None]]:
        """Yield (step, thing, key, before, after) of these operations in their order."""
        rows = self.rows(
            "select op_id, thing, key, before, after from op_image where op_id in (select value from json_each(?))"
            " order by op_id, n",
            (json.dumps([step.id for step in steps]),),
        )
        for step, thing, *told in rows:
            with self._told():
                key, before, after = (images.load(None if one is None else str(one)) for one in told)
                found = whole(step), str(thing), key or {}, before, after
            yield found

    def yes(self, verbatim: int, coder: int) -> set[Row]:
        """Return what a coder's layer says yes to on an answer: (code uuid, sentiment)."""
        return set(self.rows(YES, (verbatim, coder)))


YES = (
    "select c.uuid, w.sentiment from label_now w join code c on c.id = w.raw_code"
    " where w.verbatim_id = ? and w.coder_id = ? and w.yes = 1"
)


def whole(value: Value) -> int:
    if not isinstance(value, int):
        raise ValueError("a number was expected")
    return value


def some(value: Value) -> int | None:
    return None if value is None else whole(value)


def blob(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("bytes were expected")
    return value
