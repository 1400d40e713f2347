"""A sandbox for a code frame: changes put together where nothing else sees them, then made as one step or dropped.

It is a list of changes beside the frame, one for each coder, kept in the project so that closing the program loses
nothing. It is a note and not a change of the project: no step of the history, nothing to undo.
"""

from __future__ import annotations

from annotate import frame_edits, frames
from annotate.frame_edits import Edit
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.operations import Step, Words
from annotate.store.project import Project


def _key(project: Project, frame: int) -> str:
    return f"frame_sandbox:{frame}:{project.coder.id}"


def load(project: Project, frame: int) -> tuple[Edit, ...] | None:
    """Return what stands in this coder's sandbox, None where there is none; raises UserError (bad-edits)."""
    row = project.reading_one("select value from setting where key = ?", (_key(project, frame),))
    return None if row is None else frame_edits.from_json(str(row[0]))


def save(project: Project, frame: int, edits: tuple[Edit, ...]) -> None:
    """Keep a sandbox as it stands."""
    project.require_writable()
    values = (_key(project, frame), frame_edits.to_json(edits))

    def job(db: Connection) -> None:
        with db.transaction():
            db.execute(
                "insert into setting(key, value) values (?, ?) on conflict do update set value = excluded.value", values
            )

    project.write(job)


def drop(project: Project, frame: int) -> None:
    """Forget a sandbox; the frame stays as it is."""
    project.require_writable()
    key = _key(project, frame)

    def job(db: Connection) -> None:
        with db.transaction():
            db.execute("delete from setting where key = ?", (key,))

    project.write(job)


def commit(project: Project, frame: int) -> tuple[dict[int, int], Step] | None:
    """Make all changes of a sandbox as one undoable step and empty it; None where there is nothing in it.

    Raises UserError, and keeps the sandbox, where the frame has changed so that one of them no longer fits.
    """
    edits = load(project, frame)
    if not edits:
        drop(project, frame)
        return None
    words = Words(N_("Code frame reorganised: {n} changes"), {"n": len(edits)})
    done = frames.carry_out(
        project, frame=frame, edits=edits, kind=frames.REORGANISE, words=words, done_with=_key(project, frame)
    )
    if not done[1].op:  # the changes cancel each other out
        drop(project, frame)
    return done
