"""Label events and the state derived from them: how a decision is written, inverted and rebuilt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from enum import IntEnum

from annotate.store import counters, images, merged, revisions
from annotate.store.connection import Connection, Row
from annotate.store.operations import Operation

Todo = tuple[int, int, int, int | None, int | None, int | None, int | None, int]
"""(verbatim, code, action, sentiment, span start, span end, order of mention, origin)"""


class Action(IntEnum):
    """What an event says of one key: (verbatim, coder, code), or (verbatim, coder, frame) for reviews."""

    OFF = 0
    YES = 1
    CLEARED = 2
    REVIEWED = 3
    UNREVIEWED = 4


class Origin(IntEnum):
    """How a decision came about; HUMAN to IMPORTED are a person's own, the others follow from one."""

    HUMAN = 0
    BULK = 1
    SUGGESTION = 2
    IMPORTED = 3
    DUPLICATE = 4
    RULE = 5


# The numbers in origin order: those of a person's own decision come first (the final layer relies on it).
OWN = (Origin.HUMAN, Origin.BULK, Origin.SUGGESTION, Origin.IMPORTED)

_TODO_TABLE = (
    "create temp table if not exists todo(n integer primary key, verbatim_id integer not null,"
    " code_id integer not null, action integer not null, sentiment integer, span_start integer,"
    " span_end integer, mention integer, origin integer not null)"
)


def empty_todo(db: Connection) -> None:
    """Make temp.todo ready to be filled with the decisions of one step."""
    db.execute(_TODO_TABLE)
    db.execute("delete from temp.todo")


def record(op: Operation, frame_id: int, coder_id: int, rows: Iterable[Todo]) -> int:
    """Write decisions of one coder under the head revision of a frame (a draft is published by it).

    Rows that say what already stands are dropped; return how many events were written. Each key may occur once a call.
    """
    db = op.db
    empty_todo(db)
    db.executemany(
        "insert into temp.todo(verbatim_id, code_id, action, sentiment, span_start, span_end, mention, origin)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return write_todo(op, frame_id, coder_id)


def write_todo(op: Operation, frame_id: int, coder_id: int) -> int:
    """Write what stands in temp.todo (callers with SQL of their own fill it set-wise)."""
    db = op.db
    now = revisions.head(db, frame_id)
    db.execute(
        "delete from temp.todo where n in ("
        " select t.n from temp.todo t join label_now w on w.verbatim_id = t.verbatim_id and w.coder_id = ?1"
        "  and w.raw_code = t.code_id"
        "  where (t.action = 0 and w.yes = 0) or (t.action = 1 and w.yes = 1 and t.sentiment is w.sentiment"
        "   and t.span_start is null and ifnull(t.mention, w.mention) is w.mention)"
        " union all"
        " select t.n from temp.todo t join review_now r on r.verbatim_id = t.verbatim_id and r.frame_id = ?2"
        "  and r.coder_id = ?1 where t.action = 3 and r.revision_id = ?3)",
        (coder_id, frame_id, now.revision),
    )
    if not db.integer("select exists(select 1 from temp.todo)"):
        return 0
    revision = revisions.publish(op, frame_id)
    first = db.integer("select max(id) from label_event") + 1
    db.execute(
        "insert into label_event(op_id, verbatim_id, coder_id, action, code_id, revision_id, sentiment, span_start,"
        "  span_end, mention, origin, prev_id)"
        " select ?1, t.verbatim_id, ?2, t.action, case when t.action >= 3 then 0 else t.code_id end, ?3, t.sentiment,"
        "  t.span_start, t.span_end, t.mention, t.origin, case when t.action >= 3"
        "   then (select r.event_id from review_now r where r.verbatim_id = t.verbatim_id and r.frame_id = ?4"
        "     and r.coder_id = ?2)"
        "   else (select w.event_id from label_now w where w.verbatim_id = t.verbatim_id and w.coder_id = ?2"
        "     and w.raw_code = t.code_id) end"
        " from temp.todo t order by t.n",
        (op.id, coder_id, revision, frame_id),
    )
    last = db.integer("select max(id) from label_event")
    db.execute("delete from temp.todo")
    derive(op, first, last)
    return last - first + 1


def derive(op: Operation, first: int, last: int) -> None:
    """Bring label_now, review_now and the counters up to date with the events first…last, just written."""
    db = op.db
    op.note_events(first, last)
    span = (first, last)
    op.touch(
        (
            int(r[0] or 0)
            for r in db.execute("select distinct verbatim_id from label_event where id between ? and ?", span)
        ),
        [int(r[0] or 0) for r in db.execute("select distinct code_id from label_event where id between ? and ?", span)],
    )
    with counters.following(op, first, last):
        apply_events(db, first, last)


def apply_events(db: Connection, first: int, last: int) -> None:
    """Carry the events first…last over into label_now and review_now; each key at most once in the range."""
    span = (first, last)
    mapped = db.execute(
        "select distinct e.code_id, c.frame_id from label_event e join code c on c.id = e.code_id"
        " where e.id between ? and ? and exists(select 1 from code_map m where m.from_code = e.code_id)",
        span,
    ).fetchall()
    # Where a code was merged or split away its row does not stand under its own code: take it out by the raw code.
    if mapped:
        db.execute(
            "delete from label_now where (verbatim_id, coder_id, raw_code) in (select verbatim_id, coder_id, code_id"
            " from label_event where id between ? and ? and action <= 2) and code_id <> raw_code",
            span,
        )
    db.execute(
        "delete from label_now where (verbatim_id, coder_id, code_id, raw_code) in (select verbatim_id, coder_id,"
        " code_id, code_id from label_event where id between ? and ? and action = 2)",
        span,
    )
    db.execute(
        "insert into label_now(verbatim_id, coder_id, code_id, raw_code, event_id, yes, sentiment, mention, origin)"
        " select verbatim_id, coder_id, code_id, code_id, id, action, sentiment, mention, origin"
        " from label_event where id between ? and ? and action <= 1 order by id"
        " on conflict do update set event_id = excluded.event_id, yes = excluded.yes, sentiment = excluded.sentiment,"
        "  mention = excluded.mention, origin = excluded.origin",
        span,
    )
    by_frame: dict[int, list[int]] = {}
    for code, frame in mapped:
        by_frame.setdefault(int(frame or 0), []).append(int(code or 0))
    for frame_id, codes in by_frame.items():
        revisions.rederive(db, frame_id, codes, span)
    db.execute(
        "delete from review_now where (verbatim_id, frame_id, coder_id) in"
        " (select e.verbatim_id, r.frame_id, e.coder_id"
        " from label_event e join revision r on r.id = e.revision_id where e.id between ? and ? and e.action = 4)",
        span,
    )
    db.execute(
        "insert into review_now(verbatim_id, frame_id, coder_id, revision_id, event_id, origin)"
        " select e.verbatim_id, r.frame_id, e.coder_id, e.revision_id, e.id, e.origin from label_event e"
        " join revision r on r.id = e.revision_id where e.id between ? and ? and e.action = 3 order by e.id"
        " on conflict do update set revision_id = excluded.revision_id, event_id = excluded.event_id,"
        "  origin = excluded.origin",
        span,
    )


def invert(op: Operation, target: int) -> None:
    """Write the inverse events of an operation: each key returns to the event that was in force before."""
    span = _span(op.db, target)
    if span is None:
        return
    _require_untouched(op, target, span)
    _write(
        op,
        "select ?1, e.verbatim_id, e.coder_id,"
        " case when p.id is null then case when e.action >= 3 then 4 else 2 end else p.action end,"
        " e.code_id, ifnull(p.revision_id, e.revision_id), p.sentiment, p.span_start, p.span_end, p.mention,"
        " ifnull(p.origin, e.origin), ?4 from label_event e left join label_event p on p.id = e.prev_id"
        f" where e.id between ?2 and ?3{_once(op, target, 'min')} order by e.id desc",
        span,
    )


def repeat(op: Operation, target: int) -> None:
    """Write the events of an undone operation again."""
    span = _span(op.db, target)
    if span is None:
        return
    _require_untouched(op, target, span)
    _write(
        op,
        "select ?1, verbatim_id, coder_id, action, code_id, revision_id, sentiment, span_start, span_end, mention,"
        f" origin, ?4 from label_event e where id between ?2 and ?3{_once(op, target, 'max')} order by id",
        span,
    )


def again(op: Operation, steps: Iterable[int]) -> int:
    """Write what these operations decided last on each key once more; return how many events that took.

    What stands so already is left alone.
    """
    db = op.db
    first = db.integer("select max(id) from label_event") + 1
    db.execute(
        "insert into label_event(op_id, verbatim_id, coder_id, action, code_id, revision_id, sentiment, span_start,"
        " span_end, mention, origin, prev_id)"
        " select ?1, e.verbatim_id, e.coder_id, e.action, e.code_id, e.revision_id, e.sentiment, e.span_start,"
        " e.span_end, e.mention, e.origin, ifnull(w.event_id, n.event_id)"
        " from label_event e join revision r on r.id = e.revision_id"
        " left join label_now w on w.verbatim_id = e.verbatim_id and w.coder_id = e.coder_id"
        "  and w.raw_code = e.code_id and e.action <= 2"
        " left join review_now n on n.verbatim_id = e.verbatim_id and n.coder_id = e.coder_id"
        "  and n.frame_id = r.frame_id and e.action >= 3"
        " where e.id in (select max(x.id) from label_event x join revision s on s.id = x.revision_id"
        "  where x.op_id in (select value from json_each(?2))"
        "  group by x.verbatim_id, x.coder_id, x.action >= 3, iif(x.action >= 3, s.frame_id, x.code_id))"
        # Decided anew since they were undone: that stays.
        " and (coalesce(w.event_id, n.event_id) is null"
        "  or exists(select 1 from label_event z join op o on o.id = z.op_id"
        "   where z.id = coalesce(w.event_id, n.event_id) and o.undo_of is not null)) order by e.id",
        (op.id, json.dumps(list(steps))),
    )
    last = db.integer("select max(id) from label_event")
    if last >= first:
        derive(op, first, last)
    return max(last - first + 1, 0)


def _once(op: Operation, target: int, which: str) -> str:
    """Return the condition that a merge, which brings many steps, is turned by the first or last event of each key."""
    if len(merged.members(op.db, target)) == 1:
        return ""
    return (
        f" and e.id in (select {which}(x.id) from label_event x left join revision r on r.id = x.revision_id"
        " where x.id between ?2 and ?3"
        " group by x.verbatim_id, x.coder_id, x.action >= 3, iif(x.action >= 3, r.frame_id, x.code_id))"
    )


def _write(op: Operation, select: str, span: tuple[int, int]) -> None:
    db = op.db
    first = db.integer("select max(id) from label_event") + 1
    db.execute(
        "insert into label_event(op_id, verbatim_id, coder_id, action, code_id, revision_id, sentiment, span_start,"
        f" span_end, mention, origin, prev_id) {select}",
        (op.id, *span, None),
    )
    derive(op, first, db.integer("select max(id) from label_event"))


def _span(db: Connection, op_id: int) -> tuple[int, int] | None:
    known = merged.members(db, op_id)
    row = db.one("select min(first_event), max(last_event) from op where id between ? and ?", (known[0], known[-1]))
    if row is None or row[0] is None or row[1] is None:
        return None
    return int(row[0]), int(row[1])


def _require_untouched(op: Operation, target: int, span: tuple[int, int]) -> None:
    """Refuse where, since this step was last done or undone, someone else decided in the layers it touches.

    A coder's own layer is safe; the adjudicated one, rules and decisions imported for another coder are shared.
    """
    db = op.db
    shared = (
        "from label_event e join coder c on c.id = e.coder_id where e.id between ?1 and ?2"
        " and (c.kind <> 0 or e.coder_id <> ?3)"
    )
    mine = (*span, op.coder_id)
    if not db.integer(f"select exists(select 1 {shared})", mine):
        return
    since = db.integer("select max(id) from op where id = ?1 or undo_of = ?1 or redo_of = ?1", (target,))
    others = db.execute(
        "select distinct coalesce(o.undo_of, o.redo_of, o.id)"
        f" from (select distinct e.verbatim_id, e.coder_id {shared}) k"
        " join label_event x on x.verbatim_id = k.verbatim_id and x.coder_id = k.coder_id"
        " join op o on o.id = x.op_id where o.coder_id <> ?3 and o.id > ?4",
        (*mine, since),
    ).fetchall()
    # A step of theirs that was done and undone in between leaves things as they were.
    roots = [int(root or 0) for (root,) in others]
    if any(merged.in_force(db, root, since) != merged.in_force(db, root) for root in roots):
        raise images.conflict("label_event")


def distinct_runs(db: Connection, first: int = 1) -> Iterator[tuple[int, int]]:
    """Yield the events from ``first`` on as id ranges (first, last) in each of which every key occurs once."""
    start = previous = 0
    seen: set[Row] = set()
    for event, *key in db.execute(
        "select e.id, e.verbatim_id, e.coder_id, e.action >= 3, iif(e.action >= 3, r.frame_id, e.code_id)"
        " from label_event e left join revision r on r.id = e.revision_id where e.id >= ? order by e.id",
        (first,),
    ).fetchall():
        if tuple(key) in seen:
            yield start, previous
            start = 0
            seen.clear()
        seen.add(tuple(key))
        previous = int(event or 0)
        start = start or previous
    if start:
        yield start, previous


def rebuild(db: Connection) -> None:
    """Derive label_now and review_now anew from all events, in order; the oracle of ``check``."""
    db.execute("delete from label_now")
    db.execute("delete from review_now")
    for first, last in distinct_runs(db):
        apply_events(db, first, last)
    for frame in db.execute("select id from frame").fetchall():
        revisions.rederive_all(db, int(frame[0] or 0))
