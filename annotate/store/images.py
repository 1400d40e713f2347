"""Row images: how a change of a small editable table is recorded, undone and redone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.connection import Connection, IntegrityError, Value

if TYPE_CHECKING:
    from annotate.store.operations import Operation

Values = Mapping[str, Value]
RowImage = dict[str, Value]

# Editable tables and their keys. What other rows refer to by number (a frame, a sample, an import) is born withdrawn
# and switched on by an image of its state, so that undoing never deletes it.
KEYS: dict[str, tuple[str, ...]] = {
    "setting": ("key",),
    "source": ("id",),
    "import_batch": ("id",),
    "wave": ("id",),
    "field": ("id",),
    "question": ("id",),
    "frame": ("id",),
    "mark": ("verbatim_id", "coder_id"),
    "sample": ("id",),
    "lexicon": ("id",),
    "rule": ("id",),
    "run_in_force": ("question_id", "wave_id"),
    "model_note": ("model_id",),
    "model_threshold": ("model_id", "code_id"),
    "must_hold": ("verbatim_id", "code_id"),
    "certificate": ("id",),
    "phrase": ("id",),
    "definitions": ("id",),
    "report_spec": ("id",),
    "basket": ("id",),
    "quote_choice": ("verbatim_id", "code_id"),
    "release": ("verbatim_id", "start", "stop"),
    "issued": ("id",),
}

# Large columns that are written once with their row and never changed: no image repeats them.
FIXED: dict[str, tuple[str, ...]] = {"issued": ("body",)}

Applier = Callable[["Operation", RowImage, RowImage | None, RowImage | None], None]
# Things that are more than one row (codes of a draft revision) say here how an image of theirs is applied.
APPLIERS: dict[str, Applier] = {}


def _where(table: str) -> str:
    return " and ".join(f"{name} = ?" for name in KEYS[table])


def read(connection: Connection, table: str, key: Values) -> RowImage | None:
    """Return the row as it stands, without its fixed columns, or None."""
    cursor = connection.raw.execute(f"select * from {table} where {_where(table)}", [key[name] for name in KEYS[table]])
    row = cursor.fetchone()
    if row is None:
        return None
    return _changing(table, {column[0]: value for column, value in zip(cursor.description, row, strict=True)})


def _changing(table: str, image: RowImage) -> RowImage:
    return {name: value for name, value in image.items() if name not in FIXED.get(table, ())}


def write(op: Operation, table: str, key: Values, values: Values | None) -> None:
    """Insert, update or delete one row as part of an operation and keep its images before and after.

    ``values`` are the columns that change (all columns for a new row); None deletes the row.
    """
    before = read(op.db, table, key)
    if values is None:
        if before is None:
            return
        op.db.execute(f"delete from {table} where {_where(table)}", [key[name] for name in KEYS[table]])
    elif before is None:
        row = {**key, **values}
        names = ", ".join(row)
        op.db.execute(f"insert into {table}({names}) values ({', '.join('?' * len(row))})", list(row.values()))
    else:
        changed = {name: value for name, value in values.items() if before.get(name) != value}
        if not changed:
            return
        sets = ", ".join(f"{name} = ?" for name in changed)
        op.db.execute(
            f"update {table} set {sets} where {_where(table)}",
            [*changed.values(), *(key[name] for name in KEYS[table])],
        )
    op.record_image(table, {name: key[name] for name in KEYS[table]}, before, read(op.db, table, key))
    op.after_table(table)


_WHY = {
    "label_event": N_("Someone else decided on the same answers afterwards."),
    "code_def": N_("Someone else changed that code or its net afterwards, or uses the code."),
    "code_map": N_("Someone else merged, split or retired the same codes afterwards."),
    "frame": N_("Someone else has put codes into that code frame."),
}


def conflict(thing: str) -> UserError:
    """Return the error for a step that someone else's later step builds on."""
    return UserError(
        "undo-conflict",
        N_("This step cannot be undone or redone now."),
        _WHY.get(thing, N_("Someone else changed the same thing afterwards.")),
        N_("Undo their step first, or make the change by hand."),
        thing=thing,
    )


def apply(op: Operation, thing: str, key: RowImage, expected: RowImage | None, wanted: RowImage | None) -> None:
    """Put a thing from its expected state into the wanted one; raise where it is in neither."""
    if thing in APPLIERS:
        APPLIERS[thing](op, key, expected, wanted)
    else:
        put(op, thing, key, expected, wanted)


def put(op: Operation, thing: str, key: RowImage, expected: RowImage | None, wanted: RowImage | None) -> None:
    """Put one row from its expected state into the wanted one; raise where it is in neither."""
    expected, wanted = (None if image is None else _changing(thing, image) for image in (expected, wanted))
    current = read(op.db, thing, key)
    if current != expected:
        raise conflict(thing)
    try:
        write(op, thing, key, wanted)
    except IntegrityError as error:
        raise conflict(thing) from error


def load(text: str | None) -> RowImage | None:
    """Read an image back; a value {"hex": …} is a blob."""
    if text is None:
        return None
    return {k: bytes.fromhex(v["hex"]) if isinstance(v, dict) else v for k, v in json.loads(text).items()}


def dump(image: RowImage | None) -> str | None:
    """Write an image as canonical JSON."""
    if image is None:
        return None
    plain = {k: {"hex": v.hex()} if isinstance(v, bytes) else v for k, v in image.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
