"""What people did since a moment, as rows: read from a project, written into a copy of it that was made at that moment.

Whatever a person decides or edits is here; what a machine works out again (models, predictions) and what an import
brought is not: an import asks for a full copy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotate.store import check, counters, decisions, groups, images, operations
from annotate.store.connection import Connection, IntegrityError, Row, Value

# Rows that are only ever added, by number. Frames, codes and coders may come with a merge, without an image.
_ADDED = ("coder", "frame", "code", "merge_log")
# Their numbers say that something came in which no journal carries.
_BULKY = ("import_batch", "question", "field")

MOST = 200_000
"""Decisions in one line, about 20 MB as they are read: beyond, a full copy is the cheaper way."""
# Trial changes of a frame are no steps, and leave no image.
_TRIALS = "where key glob 'frame_sandbox:*'"
TRAINED = "train"
"""Kind of the step that made a model: the step comes along, the model is worked out anew."""
_KIND = 1 + operations.LINK_FIELDS.split(", ").index("kind")


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where a project was read: its last step with that step's hash, highest numbers of rows, open drafts."""

    op: int
    h: str
    event: int
    split: int
    revision: int
    assets: int
    drafts: tuple[int, ...]
    highest: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Work:
    """What people did between two marks, as JSON, how many steps, and when the last was."""

    body: bytes
    steps: int
    until_ms: int
    mark: Mark


class NotCarriedError(Exception):
    """What was done since cannot be carried by rows of human work; a full copy is needed."""


def mark_of(db: Connection) -> Mark:
    """Return up to where a project goes now."""
    row = db.one("select id, h from op order by id desc limit 1") or (0, operations.GENESIS)
    drafts = db.execute("select id from revision where state = 0 order by id").fetchall()
    return Mark(
        int(row[0] or 0),
        row[1].hex() if isinstance(row[1], bytes) else "",
        db.integer("select max(id) from label_event"),
        db.integer("select max(split_id) from split_row"),
        db.integer("select max(id) from revision"),
        db.integer("select count(*) from asset"),
        tuple(int(one[0] or 0) for one in drafts),
        {table: db.integer(f"select max(id) from {table}") for table in (*_ADDED, *_BULKY)},
    )


def mark_in(body: bytes) -> Mark:
    """Return up to where what ``read`` returned goes."""
    told = json.loads(body)["mark"]
    return Mark(**{**told, "drafts": tuple(told["drafts"])})


def read(db: Connection, since: Mark) -> Work | None:
    """Return what people did since a mark, inside a snapshot; None for nothing. Raises NotCarriedError."""
    now = mark_of(db)
    known = db.one("select h from op where id = ?", (since.op,))
    last = known[0] if known else operations.GENESIS
    if not isinstance(last, bytes) or last.hex() != since.h:
        raise NotCarriedError
    if now.op == since.op:
        return None
    if any(now.highest[table] != since.highest[table] for table in _BULKY) or now.event - since.event > MOST:
        raise NotCarriedError
    ops = _rows(db, f"select id, {operations.LINK_FIELDS}, prev_h, h from op where id > ? order by id", (since.op,))
    pictures = _rows(db, "select * from op_image where op_id > ? order by op_id, n", (since.op,))
    told: dict[str, object] = {
        "op": ops,
        "op_image": pictures,
        "label_event": _rows(db, "select * from label_event where id > ? order by id", (since.event,)),
        "split_row": _rows(db, "select * from split_row where split_id > ?", (since.split,)),
        "added": {
            table: _rows(db, f"select * from {table} where id > ? order by id", (since.highest[table],))
            for table in _ADDED
        },
        "revisions": _revisions(db, since, pictures),
        "things": _things(db, pictures),
        "trials": _rows(db, f"select * from setting {_TRIALS}"),
        "asset": _rows(db, "select * from asset") if now.assets != since.assets else [],
        "mark": asdict(now),
    }
    until = int(ops[-1][5] or 0)
    return Work(json.dumps(_plain(told), ensure_ascii=False, separators=(",", ":")).encode(), len(ops), until, now)


def _rows(db: Connection, sql: str, values: Sequence[Value] = ()) -> list[Row]:
    return db.execute(sql, values).fetchall()


def _revisions(db: Connection, since: Mark, pictures: Iterable[Row]) -> list[object]:
    """Return each revision that is new, or was a draft and may differ, with its codes and its map."""
    edited = any(row[2] in ("code_def", "code_map", "frame") for row in pictures)
    found: list[object] = []
    for row in _rows(db, "select * from revision where id > ? or id in (select value from json_each(?)) order by id",
                     (since.revision, json.dumps(since.drafts))):  # fmt: skip
        revision, state = row[0], row[5]
        if edited or state == 1 or int(revision or 0) > since.revision:
            codes, maps = (
                _rows(db, f"select * from {table} where revision_id = ?", (revision,))
                for table in ("code_def", "code_map")
            )
            found.append([row, codes, maps])
    return found


def _things(db: Connection, pictures: Iterable[Row]) -> list[object]:
    """Return the small editable rows that the images speak of, as they are now."""
    keys = dict.fromkeys((str(row[2]), str(row[3])) for row in pictures if row[2] in images.KEYS)
    order = list(images.KEYS)
    found: list[object] = []
    for thing, key in sorted(keys, key=lambda one: order.index(one[0])):
        told = images.load(key) or {}
        names = images.KEYS[thing]
        where = " and ".join(f"{name} = ?" for name in names)
        rows = _rows(db, f"select * from {thing} where {where}", [told[name] for name in names])
        members = _rows(db, "select * from sample_row where sample_id = ?", (told["id"],)) if thing == "sample" else []
        found.append([thing, [told[name] for name in names], rows, members])
    return found


# Writing it again


def write(db: Connection, body: bytes) -> tuple[int, int, int]:
    """Write what ``read`` returned into a copy that stands where it began, as one transaction.

    Return the time of the last step, how many steps, and how many of them trained a model, which did not come along.

    Derived tables are left as they are: ``derive`` follows once all is written. Raises ValueError for what does not
    follow on the copy or is not as it was written; nothing has changed then.
    """
    told = _valued(json.loads(body))
    with db.transaction():
        last = db.one("select h from op order by id desc limit 1")
        if told["op"][0][-2] != (last[0] if last else operations.GENESIS):
            raise ValueError("does not follow")
        try:
            for table in _ADDED[:-1]:
                _insert(db, table, told["added"][table])
            for row, codes, maps in told["revisions"]:
                _revision(db, row, codes, maps)
            _insert(db, "split_row", told["split_row"])
            _insert(db, "label_event", told["label_event"])
            _insert(db, "op_image", told["op_image"])
            db.executemany(
                f"insert into op(id, {operations.LINK_FIELDS}, prev_h, h)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                told["op"],
            )
            _insert(db, "merge_log", told["added"]["merge_log"])
            _insert(db, "asset", told["asset"], " on conflict do nothing")
        except IntegrityError as error:
            raise ValueError("does not fit") from error
        for thing, key, rows, members in told["things"]:
            _thing(db, thing, key, rows, members)
        db.execute(f"delete from setting {_TRIALS}")
        _insert(db, "setting", told["trials"])
        _require_chain(db, told["op"])
    return int(told["op"][-1][5]), len(told["op"]), sum(row[_KIND] == TRAINED for row in told["op"])


def _insert(db: Connection, table: str, rows: Sequence[Row], then: str = "") -> None:
    if rows:
        db.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))}){then}", rows)


def _or_change(db: Connection, table: str, key: Sequence[str]) -> str:
    """Return the clause by which a row that is there is changed in place: other rows refer to it."""
    names = [str(row[1]) for row in db.execute(f"pragma table_info({table})").fetchall()]
    return f" on conflict({', '.join(key)}) do update set {', '.join(f'{one} = excluded.{one}' for one in names)}"


def _revision(db: Connection, row: Row, codes: Sequence[Row], maps: Sequence[Row]) -> None:
    """Write a revision as a draft with all that it says, then as it is: a published one never changes."""
    revision = row[0]
    db.execute("delete from code_def where revision_id = ?", (revision,))
    db.execute("delete from code_map where revision_id = ?", (revision,))
    _insert(db, "revision", [(*row[:5], 0, *row[6:])], _or_change(db, "revision", ("id",)))
    _insert(db, "code_def", codes)
    _insert(db, "code_map", maps)
    if row[5] == 1:
        db.execute("update revision set state = 1 where id = ?", (revision,))


def _thing(db: Connection, thing: str, key: Sequence[Value], rows: Sequence[Row], members: Sequence[Row]) -> None:
    where = " and ".join(f"{name} = ?" for name in images.KEYS[thing])
    db.execute("savepoint thing")
    try:
        if rows:
            _insert(db, thing, rows, _or_change(db, thing, images.KEYS[thing]))
        else:
            db.execute(f"delete from {thing} where {where}", key)
        _insert(db, "sample_row", members, " on conflict do nothing")
    except IntegrityError:  # it speaks of a model or a run, which is worked out anew
        db.execute("rollback to thing")
    db.execute("release thing")


def _require_chain(db: Connection, ops: Sequence[Row]) -> None:
    for number, *fields, previous, h in ops:
        first, last = (None if one is None else int(one) for one in (fields[8], fields[9]))
        content = operations.content_hash(db, int(number or 0), first, last)
        if content != fields[11] or not isinstance(previous, bytes) or operations.link_hash(previous, fields) != h:
            raise ValueError("not as it was written")


def derive(db: Connection) -> None:
    """Work out what follows from the rows: decisions in force, groups, counts, what can be undone."""
    with db.transaction():
        decisions.rebuild(db)
        groups.regroup(db)
        counters.recount(db)
        db.execute("delete from op_stack")
        db.executemany(
            "insert into op_stack(coder_id, pos, op_id, undone) values (?, ?, ?, ?)", sorted(check.replayed_stacks(db))
        )


def _plain(value: object) -> object:
    """Return a value as JSON can hold it; a blob is {"hex": …}."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _valued(value: Any) -> Any:
    """Return what ``_plain`` was given."""
    if isinstance(value, dict):
        if value.keys() == {"hex"}:
            return bytes.fromhex(value["hex"])
        return {name: _valued(one) for name, one in value.items()}
    return [_valued(one) for one in value] if isinstance(value, list) else value
