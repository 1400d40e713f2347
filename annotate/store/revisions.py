"""Revisions of a code frame: drafts are amended, published ones never change, a map says where old codes count."""

from __future__ import annotations

import hashlib
import uuid as uuids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotate.store import images
from annotate.store.connection import Connection, Value
from annotate.store.images import RowImage
from annotate.store.operations import Operation

DEF_COLUMNS = (
    "parent_id, sort, is_net, number, label, label_en, role, definition, include, exclude, examples, notes, colour,"
    " retired, held_from, meaning_from"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest revision of a frame."""

    revision: int
    number: int
    draft: bool


def head(db: Connection, frame_id: int) -> Head:
    """Return the newest revision of a frame; raises LookupError for an unknown frame."""
    row = db.one(
        "select id, number, state from revision where frame_id = ? and away = 0 order by number desc limit 1",
        (frame_id,),
    )
    if row is None:
        raise LookupError(f"no frame {frame_id}")
    return Head(int(row[0] or 0), int(row[1] or 0), row[2] == 0)


def draft(op: Operation, frame_id: int) -> Head:
    """Return the draft of a frame, beginning one as a copy of the published head where there is none."""
    try:
        old = head(op.db, frame_id)
    except LookupError:
        old = Head(0, 0, draft=False)
    if old.draft:
        return old
    cursor = op.db.execute(
        "insert into revision(uuid, frame_id, number, parent_id, state, created_ms) values (?, ?, ?, ?, 0, ?)",
        (uuids.uuid4().bytes, frame_id, old.number + 1, old.revision or None, op.at_ms),
    )
    new = Head(cursor.lastrowid, old.number + 1, draft=True)
    op.db.execute(
        f"insert into code_def(revision_id, code_id, {DEF_COLUMNS})"
        f" select ?, code_id, {DEF_COLUMNS} from code_def where revision_id = ?",
        (new.revision, old.revision),
    )
    op.db.execute(
        "insert into code_map(revision_id, from_code, to_code, split_id)"
        " select ?, from_code, to_code, split_id from code_map where revision_id = ?",
        (new.revision, old.revision),
    )
    return new


def publish(op: Operation, frame_id: int) -> int:
    """Return the head's id, publishing it first where it is a draft: a decision stands under a revision for good."""
    now = head(op.db, frame_id)
    if now.draft:
        op.db.execute(
            "update revision set state = 1, published_ms = ?, content_h = ? where id = ?",
            (op.at_ms, content_hash(op.db, now.revision), now.revision),
        )
        op.after_table("frame")
    return now.revision


def content_hash(db: Connection, revision: int) -> bytes:
    """Return a digest of everything a revision says."""
    digest = hashlib.blake2b(digest_size=16)
    for row in db.execute(
        f"select code_id, {DEF_COLUMNS} from code_def where revision_id = ? order by code_id", (revision,)
    ):
        digest.update(repr(row).encode())
    for row in db.execute("select * from code_map where revision_id = ? order by from_code", (revision,)):
        digest.update(repr(row[1:]).encode())
    return digest.digest()


def _read(db: Connection, table: str, columns: str, revision: int, name: str, code: Value) -> RowImage | None:
    row = db.one(f"select {columns} from {table} where revision_id = ? and {name} = ?", (revision, code))
    return None if row is None else dict(zip(columns.split(", "), row, strict=True))


def write_code(op: Operation, frame_id: int, code_id: int, values: RowImage | None) -> None:
    """Set what the draft says of a code (columns that change; all of them for a new code); None takes it out."""
    now = draft(op, frame_id)
    before = _read(op.db, "code_def", DEF_COLUMNS, now.revision, "code_id", code_id)
    if values is None:
        op.db.execute("delete from code_def where revision_id = ? and code_id = ?", (now.revision, code_id))
    elif before is None:
        row = {"held_from": now.number, "meaning_from": now.number, **values}
        op.db.execute(
            f"insert into code_def(revision_id, code_id, {', '.join(row)}) values (?, ?{', ?' * len(row)})",
            (now.revision, code_id, *row.values()),
        )
    else:
        sets = ", ".join(f"{name} = ?" for name in values)
        op.db.execute(
            f"update code_def set {sets} where revision_id = ? and code_id = ?",
            (*values.values(), now.revision, code_id),
        )
    after = _read(op.db, "code_def", DEF_COLUMNS, now.revision, "code_id", code_id)
    op.record_image("code_def", {"frame_id": frame_id, "code_id": code_id}, before, after)
    op.after_table("code_def")
    op.touch((), [code_id])


def write_map(op: Operation, frame_id: int, from_code: int, values: RowImage | None) -> None:
    """Say where decisions on a code count in the draft ({to_code, split_id}); None lets them count for itself again."""
    write_maps(op, frame_id, {from_code: values})


def write_maps(op: Operation, frame_id: int, maps: Mapping[int, RowImage | None]) -> None:
    """Say for several codes where decisions on them count in the draft, and resolve those decisions once."""
    if not maps:
        return
    now = draft(op, frame_id)
    columns = "to_code, split_id"
    for from_code, values in maps.items():
        before = _read(op.db, "code_map", columns, now.revision, "from_code", from_code)
        if values is None:
            op.db.execute("delete from code_map where revision_id = ? and from_code = ?", (now.revision, from_code))
        else:
            op.db.execute(
                "insert into code_map(revision_id, from_code, to_code, split_id) values (?, ?, ?, ?)"
                " on conflict do update set to_code = excluded.to_code, split_id = excluded.split_id",
                (now.revision, from_code, values.get("to_code"), values.get("split_id")),
            )
        after = _read(op.db, "code_map", columns, now.revision, "from_code", from_code)
        op.record_image("code_map", {"frame_id": frame_id, "from_code": from_code}, before, after)
    op.after_table("code_map")
    op.touch(None, maps)
    rederive(op.db, frame_id, _mapped(op.db, now.revision) | set(maps))


def _apply_code(op: Operation, key: RowImage, expected: RowImage | None, wanted: RowImage | None) -> None:
    frame_id, code_id = int(key["frame_id"] or 0), int(key["code_id"] or 0)
    now = head(op.db, frame_id)
    current = _read(op.db, "code_def", DEF_COLUMNS, now.revision, "code_id", code_id)
    if _said(current) != _said(expected) or (wanted is None and _in_use(op, now.revision, code_id)):
        raise images.conflict("code_def")
    if wanted is not None and wanted["parent_id"] is not None:
        parent = _read(op.db, "code_def", DEF_COLUMNS, now.revision, "code_id", wanted["parent_id"])
        if parent is None or not parent["is_net"]:
            raise images.conflict("code_def")
    write_code(op, frame_id, code_id, None if wanted is None else _since(op, frame_id, code_id, current, wanted))


_SINCE = ("held_from", "meaning_from")


def _said(image: RowImage | None) -> RowImage | None:
    """Return an image without the revision numbers, which do not come back with an undone text."""
    return None if image is None else {name: value for name, value in image.items() if name not in _SINCE}


def _since(op: Operation, frame_id: int, code_id: int, current: RowImage | None, wanted: RowImage) -> RowImage:
    """Return an image that comes back, held anew where reviews were made under a published revision without it."""
    if current is None:
        # What was said of a whole holds for its parts: a review that knew the whole covers them.
        known = ", ".join(str(one) for one in (code_id, *_wholes(op.db, code_id)))
        lacking = op.db.integer(
            "select exists(select 1 from revision r where r.frame_id = ?1 and r.state = 1 and r.away = 0"
            "  and r.number >= ?2"
            f" and not exists(select 1 from code_def d where d.revision_id = r.id and d.code_id in ({known})))",
            (frame_id, wanted["held_from"]),
        )
        number = draft(op, frame_id).number
        return {**wanted, "held_from": number, "meaning_from": number} if lacking else wanted
    if current["meaning_from"] == wanted["meaning_from"]:
        return wanted
    published = op.db.integer(
        "select exists(select 1 from revision where frame_id = ?1 and state = 1 and away = 0"
        " and number >= max(?2, ?3))",
        (frame_id, current["meaning_from"], wanted["meaning_from"]),
    )
    return {**wanted, "meaning_from": draft(op, frame_id).number} if published else wanted


def _wholes(db: Connection, code_id: int) -> list[int]:
    """Return the codes that this one came of by splits, as the steps that made them tell it."""
    found, last = list[int](), [code_id]
    while last:
        code = last.pop()
        for row in db.execute(
            "select distinct key ->> 'from_code' from op_image where thing = 'code_map' and after ->> 'split_id' is not"
            " null and (after ->> 'to_code' = ?1"
            "  or after ->> 'split_id' in (select split_id from split_row where to_code = ?1))",
            (code,),
        ).fetchall():
            whole = int(row[0] or 0)
            if whole not in (code_id, *found):
                found.append(whole)
                last.append(whole)
    return found


def _in_use(op: Operation, revision: int, code_id: int) -> bool:
    """Whether a code that would vanish still carries anyone's yes, other codes, or codes merged into it."""
    return bool(
        op.db.integer(
            "select exists(select 1 from label_now where code_id = ?1 and yes = 1)"
            " or exists(select 1 from code_def where revision_id = ?2 and parent_id = ?1)"
            " or exists(select 1 from code_map where revision_id = ?2 and to_code = ?1)",
            (code_id, revision),
        )
    )


def _apply_map(op: Operation, key: RowImage, expected: RowImage | None, wanted: RowImage | None) -> None:
    frame_id, from_code = int(key["frame_id"] or 0), int(key["from_code"] or 0)
    now = head(op.db, frame_id)
    current = _read(op.db, "code_map", "to_code, split_id", now.revision, "from_code", from_code)
    if current != expected:
        raise images.conflict("code_map")
    if wanted is not None and wanted["to_code"] is not None:
        # Someone may have retired the target, or merged it the other way round, while this merge was undone.
        target = _read(op.db, "code_def", DEF_COLUMNS, now.revision, "code_id", wanted["to_code"])
        if target is None or (target["retired"] and not _written_by(op, wanted["to_code"])):
            raise images.conflict("code_map")
    write_map(op, frame_id, from_code, wanted)


def _written_by(op: Operation, code_id: Value) -> bool:
    """Whether this very operation changed a code: a step of several changes may merge into what it merges on."""
    return bool(
        op.db.integer(
            "select exists(select 1 from op_image where op_id = ? and thing = 'code_def' and key ->> 'code_id' = ?)",
            (op.id, code_id),
        )
    )


def _apply_frame(op: Operation, key: RowImage, expected: RowImage | None, wanted: RowImage | None) -> None:
    if wanted is None or wanted["state"] == 0:
        revision = head(op.db, int(key["id"] or 0)).revision
        if op.db.integer("select exists(select 1 from code_def where revision_id = ?)", (revision,)):
            raise images.conflict("frame")
    images.put(op, "frame", key, expected, wanted)


images.APPLIERS["frame"] = _apply_frame
images.APPLIERS["code_def"] = _apply_code
images.APPLIERS["code_map"] = _apply_map


def _mapped(db: Connection, revision: int) -> set[int]:
    rows = db.execute("select from_code from code_map where revision_id = ?", (revision,))
    return {int(row[0] or 0) for row in rows}


def rederive(db: Connection, frame_id: int, raw_codes: Iterable[int], verbatims: tuple[int, int] | None = None) -> None:
    """Bring label_now.code_id up to date for decisions made on these codes, following the head's code map.

    ``verbatims`` limits the work to the events of that id range (the rows one operation has just written).
    """
    maps = {
        int(row[0] or 0): (row[1], row[2])
        for row in db.execute(
            "select from_code, to_code, split_id from code_map where revision_id = ?", (head(db, frame_id).revision,)
        )
    }
    limit = "" if verbatims is None else f" and event_id between {int(verbatims[0])} and {int(verbatims[1])}"
    for raw in raw_codes:
        db.execute(f"update label_now set code_id = raw_code where raw_code = ? and code_id <> raw_code{limit}", (raw,))
        _follow(db, maps, raw, raw, limit, depth=0)


def rederive_all(db: Connection, frame_id: int) -> None:
    """Resolve every decision on a frame anew by the head's code map; used where label_now was built from events."""
    try:
        now = head(db, frame_id)
    except LookupError:  # a frame that came with another copy and holds no published revision
        return
    rederive(db, frame_id, sorted(_mapped(db, now.revision)))


def _follow(db: Connection, maps: dict[int, tuple[Value, Value]], raw: int, code: int, limit: str, depth: int) -> None:
    if code not in maps or depth > len(maps):
        return
    to_code, split_id = maps[code]
    targets: list[int] = []
    if split_id is not None:
        db.execute(
            "update label_now set code_id = (select s.to_code from split_row s"
            "  where s.split_id = ?1 and s.verbatim_id = label_now.verbatim_id)"
            " where raw_code = ?2 and code_id = ?3"
            f" and verbatim_id in (select verbatim_id from split_row where split_id = ?1){limit}",
            (split_id, raw, code),
        )
        rows = db.execute("select distinct to_code from split_row where split_id = ?", (split_id,))
        targets += [int(row[0] or 0) for row in rows]
    if to_code is not None:
        db.execute(f"update label_now set code_id = ? where raw_code = ? and code_id = ?{limit}", (to_code, raw, code))
        targets.append(int(to_code))
    for target in targets:
        _follow(db, maps, raw, target, limit, depth + 1)
