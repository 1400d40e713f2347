"""One change is one operation: one transaction, one undo step, one link of the audit chain."""

from __future__ import annotations

import hashlib
import json
import time
import uuid as uuids
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from annotate.errors import UserError
from annotate.messages import N_, counted
from annotate.store import images, merged
from annotate.store.changes import Change
from annotate.store.connection import Connection, Value
from annotate.store.images import RowImage

if TYPE_CHECKING:
    from annotate.store.project import Project

T = TypeVar("T")

GENESIS = bytes(32)
MERGE = "merge-copy"
# Above this many verbatims a change record stops naming them: listeners reload instead.
NAMED = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """What an operation did, as a message id and what fills it; translated when shown."""

    text: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation as people see it: in the history and as the answer of every verb."""

    op: int
    kind: str
    words: str
    at_ms: int
    rows: int
    coder: str
    undone: bool = False


class Operation:
    """An operation while it happens, inside its transaction on the writer thread."""

    def __init__(self, db: Connection, coder_id: int, kind: str) -> None:
        self.db = db
        self.kind = kind
        self.coder_id = coder_id
        self.id = db.integer("select max(id) from op") + 1
        self.at_ms = time.time_ns() // 1_000_000
        self.words = Words("")
        self.detail: dict[str, object] = {}
        self.rows = 0
        self.first_event: int | None = None
        self.last_event: int | None = None
        self.verbatims: set[int] | None = set()
        self.codes: set[int] = set()
        self.touched: set[str] = set()
        self.kept = False
        """Whether it is written even where undo has nothing to take back."""
        self._images = 0

    def say(self, text: str, **params: str | int | float) -> None:
        """Say in words what the operation does; text is a message id marked with N_."""
        self.words = Words(text, params)

    def record_image(self, thing: str, key: RowImage, before: RowImage | None, after: RowImage | None) -> None:
        """Keep what a thing was and what it became, for undo and redo."""
        if before == after:
            return
        self._images += 1
        self.db.execute(
            "insert into op_image(op_id, n, thing, key, before, after) values (?, ?, ?, ?, ?, ?)",
            (self.id, self._images, thing, images.dump(key), images.dump(before), images.dump(after)),
        )

    def after_table(self, table: str) -> None:
        """Note that a table changed; what is derived from it is brought up to date before the commit."""
        self.touched.add(table)

    def touch(self, verbatims: Iterable[int] | None, codes: Iterable[int] = ()) -> None:
        """Note which verbatims and codes the change concerns, for the change record."""
        self.codes.update(codes)
        if verbatims is None:
            self.verbatims = None
        elif self.verbatims is not None:
            self.verbatims.update(verbatims)
            if len(self.verbatims) > NAMED:
                self.verbatims = None

    def note_events(self, first: int, last: int) -> None:
        """Note the range of label events this operation wrote; ranges of one operation adjoin."""
        self.first_event = first if self.first_event is None else self.first_event
        self.last_event = last

    @property
    def changed(self) -> bool:
        """Whether anything that undo could take back happened."""
        return self.kept or self.first_event is not None or self._images > 0


def content_hash(db: Connection, op_id: int, first: int | None, last: int | None) -> bytes:
    """Return a digest over the events and images of one operation, for the audit chain."""
    digest = hashlib.blake2b(digest_size=16)
    if first is not None:
        row = db.one(
            "select group_concat(concat_ws(',', verbatim_id, coder_id, action, code_id, revision_id,"
            " ifnull(sentiment, 'x'), ifnull(span_start, 'x'), ifnull(span_end, 'x'), ifnull(mention, 'x'),"
            " origin), ';')"
            " from (select * from label_event where id between ? and ? order by id)",
            (first, last),
        )
        digest.update(str(row[0] if row else "").encode())
    for row in db.execute("select n, thing, key, before, after from op_image where op_id = ? order by n", (op_id,)):
        digest.update(json.dumps(row, ensure_ascii=False).encode())
    return digest.digest()


def link_hash(previous: bytes, fields: Iterable[Value]) -> bytes:
    """Return the audit chain's link: BLAKE2b-256 over the link before and the operation's own fields."""
    digest = hashlib.blake2b(previous, digest_size=32)
    for value in fields:
        part = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


LINK_FIELDS = "uuid, coder_id, seq, kind, at_ms, n_rows, undo_of, redo_of, first_event, last_event, detail, content_h"


def seal(
    op: Operation,
    *,
    undo_of: int | None = None,
    redo_of: int | None = None,
    uuid: bytes | None = None,
    seq: int | None = None,
) -> None:
    """Write the operation's own row: the last thing before the commit."""
    from annotate.store.counters import bring_up_to_date

    bring_up_to_date(op)
    db = op.db
    detail = json.dumps(
        {"words": op.words.text, "params": dict(op.words.params), **op.detail}, ensure_ascii=False, sort_keys=True
    )
    if seq is None:
        seq = db.integer("select max(seq) from op where coder_id = ?", (op.coder_id,)) + 1
    row = db.one("select h from op order by id desc limit 1")
    previous = row[0] if row else GENESIS
    assert isinstance(previous, bytes)
    values: tuple[Value, ...] = (
        uuid or uuids.uuid4().bytes,
        op.coder_id,
        seq,
        op.kind,
        op.at_ms,
        op.rows,
        undo_of,
        redo_of,
        op.first_event,
        op.last_event,
        detail,
        content_hash(db, op.id, op.first_event, op.last_event),
    )
    db.execute(
        f"insert into op(id, {LINK_FIELDS}, prev_h, h) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (op.id, *values, previous, link_hash(previous, values)),
    )


def run(
    project: Project, kind: str, do: Callable[[Operation], T], *, stackable: bool = True, bulk: bool = False
) -> tuple[T, Step]:
    """Carry out one operation: all of it or nothing, on disk when this returns.

    ``stackable`` operations go on this coder's undo stack and clear what could be redone. One that changes nothing
    leaves no trace (its Step has op 0).
    """
    project.require_writable()

    def job(db: Connection) -> tuple[T, Step, Change | None]:
        with db.transaction():
            db.execute("savepoint step")
            op = Operation(db, project.coder.id, kind)
            result = do(op)
            if stackable and not op.changed:
                db.execute("rollback to step")  # a draft may have been begun for a change that was none
                return result, _step_of(op, project.coder.name, 0), None
            if not stackable:
                op.detail["off_stack"] = True
            seal(op)
            if stackable:
                _push(db, op)
        return result, _step_of(op, project.coder.name, op.id), change_of(op)

    result, step, change = project.write(job, bulk=bulk)
    if change is not None:
        project.changes.publish(change)
    return result, step


def _step_of(op: Operation, coder: str, op_id: int) -> Step:
    return Step(op_id, op.kind, said(op.words.text, op.words.params), op.at_ms, op.rows, coder)


def said(text: str, params: Mapping[str, object]) -> str:
    """Return the words of an operation in the language in use."""
    try:
        return counted(text, **params)
    except (KeyError, IndexError, ValueError):  # an older or newer program wrote other words
        return text


def change_of(op: Operation) -> Change:
    """Return the change record of an operation that is being committed."""
    return Change(
        op.id,
        op.kind,
        None if op.verbatims is None else tuple(sorted(op.verbatims)),
        frozenset(op.codes),
        frame=bool(op.touched & {"frame", "code_def", "code_map", "question"}),
        rows="import_batch" in op.touched,
        runs="run_in_force" in op.touched,
        settings="setting" in op.touched,
    )


def _push(db: Connection, op: Operation) -> None:
    db.execute("delete from op_stack where coder_id = ? and undone = 1", (op.coder_id,))
    pos = db.integer("select max(pos) from op_stack where coder_id = ?", (op.coder_id,)) + 1
    db.execute("insert into op_stack(coder_id, pos, op_id, undone) values (?, ?, ?, 0)", (op.coder_id, pos, op.id))


def undo(project: Project) -> Step | None:
    """Take back this coder's last step; return it, or None where there is nothing to undo.

    Raises UserError (undo-conflict) where someone else's later step builds on it; nothing changes then.
    """
    return _turn(project, back=True)


def redo(project: Project) -> Step | None:
    """Do this coder's last undone step again; return it, or None."""
    return _turn(project, back=False)


def undo_to(project: Project, *, op: int) -> list[Step]:
    """Take back steps, last first, up to and including ``op``; several operations, each durable."""
    project.require_writable()
    if not project.reading_one(
        "select 1 from op_stack where coder_id = ? and op_id = ? and undone = 0", (project.coder.id, op)
    ):
        raise UserError(
            "not-undoable",
            N_("Step {op} cannot be undone."),
            N_("It is not among the steps of the present coder that are still in force."),
            N_("Choose one of your own steps in the history."),
            op=op,
        )
    done: list[Step] = []
    while step := undo(project):
        done.append(step)
        if step.op == op:
            break
    return done


def _turn(project: Project, *, back: bool) -> Step | None:
    project.require_writable()

    def job(db: Connection) -> tuple[Step, Change] | None:
        coder_id = project.coder.id
        order = "desc" if back else "asc"
        row = db.one(
            f"select pos, op_id from op_stack where coder_id = ? and undone = ? order by pos {order} limit 1",
            (coder_id, 0 if back else 1),
        )
        if back:
            merged.refuse_old(db, coder_id, row)
        if row is None:
            return None
        pos, target = row[0], row[1]
        assert isinstance(target, int)
        with db.transaction():
            op = Operation(db, coder_id, "undo" if back else "redo")
            reverse(op, target) if back else repeat(op, target)
            step = _steps(db, "where op.id = ?", (target,))[0]
            told = db.one("select detail, n_rows from op where id = ?", (target,))
            assert told is not None
            detail = json.loads(str(told[0]))
            op.rows = int(told[1] or 0)
            op.say(detail["words"], **detail["params"])
            seal(op, undo_of=target if back else None, redo_of=None if back else target)
            db.execute(
                "update op_stack set undone = ? where coder_id = ? and pos = ?", (1 if back else 0, coder_id, pos)
            )
        return Step(step.op, step.kind, step.words, step.at_ms, step.rows, step.coder, undone=back), change_of(op)

    answer = project.write(job)
    if answer is None:
        return None
    project.changes.publish(answer[1])
    return answer[0]


def _stored_images(
    db: Connection, op_id: int, order: str
) -> list[tuple[str, RowImage, RowImage | None, RowImage | None]]:
    rows = db.execute(
        f"select thing, key, before, after from op_image where op_id = ? order by n {order}", (op_id,)
    ).fetchall()
    return [
        (str(thing), images.load(str(key)) or {}, images.load(_text(before)), images.load(_text(after)))
        for thing, key, before, after in rows
    ]


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def reverse(op: Operation, target: int) -> None:
    """Write the inverse of an operation: inverse events first, for they may use codes that it made, then images."""
    from annotate.store import decisions

    decisions.invert(op, target)
    for one in reversed(merged.members(op.db, target)):
        for thing, key, before, after in _stored_images(op.db, one, "desc"):
            images.apply(op, thing, key, after, before)


def repeat(op: Operation, target: int) -> None:
    """Write an undone operation again: images forwards, then events."""
    from annotate.store import decisions

    for one in merged.members(op.db, target):
        for thing, key, before, after in _stored_images(op.db, one, "asc"):
            images.apply(op, thing, key, before, after)
    decisions.repeat(op, target)


def _steps(db: Connection, clause: str, values: tuple[Value, ...]) -> list[Step]:
    rows = db.execute(
        "select op.id, op.kind, op.detail, op.at_ms, op.n_rows, coder.name,"
        " ifnull((select max(u.id) from op u where u.undo_of = op.id), 0)"
        "  > ifnull((select max(r.id) from op r where r.redo_of = op.id), 0)"
        f" from op join coder on coder.id = op.coder_id {clause}",
        values,
    ).fetchall()
    steps = []
    for op_id, kind, detail, at_ms, n_rows, name, undone in rows:
        told = json.loads(str(detail))
        words = said(str(told.get("words", "")), told.get("params", {}))
        steps.append(Step(int(op_id or 0), str(kind), words, int(at_ms or 0), int(n_rows or 0), str(name), undone == 1))
    return steps


def history(project: Project, *, limit: int = 200, everything: bool = False) -> list[Step]:
    """Return the newest operations first; undo and redo themselves only with ``everything``."""
    clause = "" if everything else "where op.undo_of is null and op.redo_of is null"
    with project.reading() as db, db.snapshot():
        steps = _steps(db, f"{clause} order by op.id desc limit ?", (limit,))
        gone = [(first, last) for first, last, merge in merged.ranges(db) if not merged.in_force(db, merge)]
    return [replace(one, undone=True) if any(first <= one.op <= last for first, last in gone) else one for one in steps]
