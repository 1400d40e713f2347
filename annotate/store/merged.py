"""What merges of other copies consist of: many operations that undo and redo turn as one."""

from __future__ import annotations

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.connection import Connection, Value


def ranges(db: Connection) -> list[tuple[int, int, int]]:
    """Return the operations that merges of other copies consist of: first and last id, and the merge's own."""
    rows = db.execute(
        "select o.detail ->> 'first_op', o.detail ->> 'last_op', o.id from merge_log m join op o on o.id = m.op_id"
        " where o.detail ->> 'first_op' is not null order by o.id"
    )
    return [(int(first or 0), int(last or 0), int(merge or 0)) for first, last, merge in rows.fetchall()]


def members(db: Connection, op_id: int) -> list[int]:
    """Return what undo turns together with an operation, in order: itself, and what a merge brought."""
    found = [range(first, last + 1) for first, last, merge in ranges(db) if merge == op_id]
    return [*(found[0] if found else ()), op_id]


def in_force(db: Connection, root: int, until: int | None = None) -> bool:
    """Whether an operation was done and not undone at a moment (now for None); what a merge brought goes with it."""
    root = next((merge for first, last, merge in ranges(db) if first <= root <= last), root)
    row = db.one(
        "select undo_of from op where (id = ?1 or undo_of = ?1 or redo_of = ?1) and id <= ifnull(?2, id)"
        " order by id desc limit 1",
        (root, until),
    )
    return row is not None and row[0] is None


def refuse_old(db: Connection, coder_id: int, top: tuple[Value, ...] | None) -> None:
    """Say so where this coder's last step is a merge that an earlier version of the program made."""
    last = db.integer(
        "select max(o.id) from merge_log m join op o on o.id = m.op_id where o.coder_id = ?"
        " and o.detail ->> 'off_stack'",
        (coder_id,),
    )
    if last > int(top[1] or 0 if top else 0):
        raise UserError(
            "merge-not-undoable",
            N_("Step {op}, the merge of another copy, cannot be undone, nor what was done before it."),
            N_("An earlier version of the program made it, and did not keep what is needed to take it back."),
            N_("Restore a backup from before the merge as a new file. Nothing was changed."),
            op=last,
        )
