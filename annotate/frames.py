"""The code frame: reading it, and the verbs that change it, each one undoable step."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotate import frame_edits
from annotate.errors import AskedWronglyError, UserError
from annotate.frame_codes import EXCLUSIVE, MEANING, Code, Frame, Role, find, named, read
from annotate.frame_draft import FrameDraft, read_maps
from annotate.frame_edits import (
    TEXTS,
    AddCode,
    Edit,
    EditCode,
    MergeCodes,
    MoveCodes,
    Part,
    Renumber,
    RetireCodes,
    SplitCode,
)
from annotate.messages import N_, listed
from annotate.store import images, operations, revisions
from annotate.store.connection import Connection, Value
from annotate.store.operations import Operation, Step, Words
from annotate.store.project import Project

__all__ = [
    "EXCLUSIVE",
    "MEANING",
    "REORGANISE",
    "Code",
    "Frame",
    "FrameName",
    "Role",
    "add_code",
    "carry_out",
    "code_counts",
    "create_frame",
    "edit_code",
    "find",
    "frames",
    "head",
    "merge_codes",
    "move_code",
    "named",
    "new_code",
    "new_frame",
    "point_question",
    "read",
    "renumber",
    "restore_revision",
    "restored",
    "retire_code",
    "split_code",
    "the_frame",
]

REORGANISE = "reorganise"
"""The kind of a step of several changes: a sandbox that was committed, a revision restored."""


@dataclass(frozen=True, slots=True)
class FrameName:
    """A frame in a list."""

    id: int
    name: str


def frames(project: Project) -> list[FrameName]:
    """Return the project's frames, oldest first."""
    rows = project.rows("select id, name from frame where state = 1 order by id")
    return [FrameName(int(row[0] or 0), str(row[1])) for row in rows]


def the_frame(project: Project, name: str | None = None) -> int:
    """Return the frame of that name, or the only one.

    Raises AskedWronglyError (no-frame, which-frame) with the frames there are; UserError (no-frame) where none is.
    """
    known = frames(project)
    if name is not None:
        for one in known:
            if one.name == name:
                return one.id
    elif len(known) == 1:
        return known[0].id
    if not known or name is not None:
        raise (AskedWronglyError if known else UserError)(
            "no-frame",
            N_("There is no such code frame in the project."),
            N_("Known code frames: {names}."),
            N_("Import one with: frame import, or give one of these names."),
            names=listed(one.name for one in known) or "-",
        )
    raise AskedWronglyError(
        "which-frame",
        N_("Which code frame is meant?"),
        N_("The project has several: {names}."),
        N_("Name one with --frame."),
        names=listed(one.name for one in known),
    )


def head(project: Project, frame_id: int) -> Frame:
    """Return a frame at its newest revision."""
    with project.reading() as db:
        return read(db, frame_id)


def merged_into(db: Connection, frame_id: int) -> dict[int, int]:
    """Return, for codes merged away in the frame's newest revision, the code in which they count now."""
    rows = db.execute(
        "select from_code, to_code from code_map where revision_id = ? and split_id is null and to_code is not null",
        (revisions.head(db, frame_id).revision,),
    )
    into = {int(row[0] or 0): int(row[1] or 0) for row in rows}
    return {code: _end(into, code) for code in into}


def _end(into: Mapping[int, int], code: int) -> int:
    seen = {code}
    while code in into and into[code] not in seen:
        code = into[code]
        seen.add(code)
    return code


def new_frame(op: Operation, name: str) -> int:
    """Make a frame with an empty draft; questions without a frame point to it from now on."""
    cursor = op.db.execute("insert into frame(uuid, name, state) values (?, ?, 0)", (uuids.uuid4().bytes, name))
    frame_id = cursor.lastrowid
    images.write(op, "frame", {"id": frame_id}, {"state": 1})
    revisions.draft(op, frame_id)
    for row in op.db.execute("select id from question where frame_id is null").fetchall():
        images.write(op, "question", {"id": row[0]}, {"frame_id": frame_id})
    return frame_id


def new_code(op: Operation, frame_id: int, values: Mapping[str, Value]) -> int:
    """Add a code to the draft; values as in code_def, label needed."""
    cursor = op.db.execute("insert into code(uuid, frame_id) values (?, ?)", (uuids.uuid4().bytes, frame_id))
    code_id = cursor.lastrowid
    sort = values.get("sort")
    if sort is None:
        now = revisions.draft(op, frame_id)
        sort = op.db.integer("select max(sort) from code_def where revision_id = ?", (now.revision,)) + 1
    row: dict[str, Value] = {"parent_id": None, "is_net": 0, **values, "sort": sort}
    revisions.write_code(op, frame_id, code_id, row)
    op.rows += 1
    return code_id


def create_frame(project: Project, *, name: str) -> int:
    """Make an empty code frame; return its id."""

    def do(op: Operation) -> int:
        op.say(N_("New code frame {name}"), name=name)
        return new_frame(op, name)

    return operations.run(project, "frame", do)[0]


def carry_out(
    project: Project,
    *,
    frame: int,
    edits: Sequence[Edit],
    kind: str | None = None,
    words: Words | None = None,
    done_with: str = "",
) -> tuple[dict[int, int], Step]:
    """Make changes of a frame as one undoable step; return the ids given to codes that they made.

    ``done_with``: the key of the sandbox that goes with it. Raises UserError, and changes nothing, where one of the
    changes does not fit the frame as it is now.
    """

    def do(op: Operation) -> dict[int, int]:
        draft = FrameDraft.open(op.db, frame)
        if words is not None:
            told = words
        elif len(edits) == 1:
            told = edits[0].words(draft)
        else:
            told = Words(N_("Code frame reorganised: {n} changes"), {"n": len(edits)})
        op.say(told.text, **told.params)
        op.rows = sum(_rows(op.db, one) for one in edits)
        frame_edits.applied(draft, edits)
        made = draft.write(op)
        if done_with:  # no image: undo takes the changes back, it does not bring the sandbox back
            op.db.execute("delete from setting where key = ?", (done_with,))
        return made

    named_kind = {MergeCodes: "merge", SplitCode: "split"}
    one_kind = named_kind.get(type(edits[0]), "frame") if len(edits) == 1 else REORGANISE
    return operations.run(project, kind or one_kind, do)


def _rows(db: Connection, edit: Edit) -> int:
    """Return how many decisions (merge), answers (split) or codes a change concerns."""
    if isinstance(edit, MergeCodes):
        marks = ", ".join(str(int(one)) for one in edit.sources)
        return db.integer(f"select count(*) from label_now where code_id in ({marks}) and yes = 1")
    if isinstance(edit, SplitCode):
        return len({verbatim for part in edit.parts for verbatim in part.verbatims})
    if isinstance(edit, MoveCodes | RetireCodes):
        return len(edit.codes)
    return len(edit.numbers) if isinstance(edit, Renumber) else 1


def _frame_of(project: Project, code: int) -> int:
    with project.reading() as db:
        return find(db, code)[0]


def add_code(
    project: Project,
    *,
    frame: int,
    label: str,
    number: str = "",
    parent: int | None = None,
    is_net: bool = False,
    role: Role = Role.THEME,
    label_en: str = "",
    definition: str = "",
) -> int:
    """Add a code or net at the end of its parent; return its id. Raises UserError (bad-code, number-taken,
    bad-parent)."""
    edit = AddCode(label, number, parent, is_net, role.value, label_en, definition)
    made, _step = carry_out(project, frame=frame, edits=[edit])
    return next(iter(made.values()))


def edit_code(project: Project, *, code: int, minor: bool = False, **values: str) -> Step:
    """Change a code's number, role or texts. A change of meaning (definition, include, exclude, role) asks for a second
    look at earlier reviews unless ``minor``. Raises UserError (no-code, bad-code, number-taken)."""
    unknown = set(values) - {"number", "role", *TEXTS}
    if unknown:
        raise TypeError(f"unknown fields: {sorted(unknown)}")
    return carry_out(project, frame=_frame_of(project, code), edits=[EditCode(code, values, minor)])[1]


def move_code(project: Project, *, code: int, parent: int | None, before: int | None = None) -> Step:
    """Put a code or net under another net (None: top level), before a sibling or at the end.

    Raises UserError (no-code, bad-parent)."""
    return carry_out(project, frame=_frame_of(project, code), edits=[MoveCodes((code,), parent, before)])[1]


def retire_code(project: Project, *, code: int) -> Step:
    """Take a code, or a net with all its codes, out of use: it can no longer be given, its decisions stay and count.

    Raises UserError (no-code)."""
    return carry_out(project, frame=_frame_of(project, code), edits=[RetireCodes((code,))])[1]


def merge_codes(project: Project, *, sources: Sequence[int], target: int) -> Step:
    """Let everything decided on ``sources`` count for ``target``; the sources retire, nothing is rewritten.

    After it the verbatims of the target are the union. Raises UserError (no-code, bad-merge)."""
    return carry_out(project, frame=_frame_of(project, target), edits=[MergeCodes(tuple(sources), target)])[1]


def split_code(
    project: Project,
    *,
    code: int,
    parts: Mapping[str, Iterable[int]],
    rest: bool = True,
    recheck: bool = False,
) -> tuple[list[int], Step]:
    """Give some of a code's verbatims to new codes in its place: label → verbatim ids.

    The code retires; with ``rest`` a code of the same number and name carries on with everything else. Nothing is
    rewritten: a code map resolves the decisions of every coder, also those that come in later from another copy.
    Return the ids of the codes for the parts. Raises UserError (no-code, bad-split, bad-code)."""
    edit = SplitCode(code, tuple(Part(label, tuple(some)) for label, some in parts.items()), rest, recheck)
    made, step = carry_out(project, frame=_frame_of(project, code), edits=[edit])
    return list(made.values())[: len(edit.parts)], step


def renumber(project: Project, *, frame: int, numbers: Mapping[int, str], reuse: bool = False) -> Step:
    """Give several codes other numbers at once; two may change places. ``reuse``: numbers of retired codes too.

    Raises UserError (no-code, number-taken)."""
    return carry_out(project, frame=frame, edits=[Renumber(tuple(numbers.items()), reuse)])[1]


def restored(db: Connection, frame: int, revision: int) -> FrameDraft:
    """Return a draft that says again what a revision (its number) said; raises UserError (no-revision)."""
    row = db.one(
        "select id from revision where frame_id = ? and number = ? and away = 0 and state = 1", (frame, revision)
    )
    if row is None:
        raise UserError(
            "no-revision",
            N_("The code frame has no revision {number} to go back to."),
            N_("Only revisions under which something was decided are kept."),
            N_("List them with: frame diff"),
            number=revision,
        )
    draft = FrameDraft.open(db, frame)
    old = read(db, frame, int(row[0] or 0))
    held = {int(r[0] or 0) for r in db.execute(_RETIRED_SINCE, (frame, revision))}
    meant = {int(r[0] or 0) for r in db.execute(_OTHERWISE_SINCE, (frame, revision, int(row[0] or 0)))}
    draft.restore(old, read_maps(db, int(row[0] or 0)), held, meant)
    return draft


# Codes that a later published revision had out of use, and such that it gave another meaning: what was reviewed under
# it says nothing, or something else, of the code that comes back.
_RETIRED_SINCE = (
    "select distinct d.code_id from code_def d join revision r on r.id = d.revision_id"
    " where r.frame_id = ?1 and r.away = 0 and r.state = 1 and r.number > ?2 and d.retired = 1"
    " and d.code_id in (select o.code_id from code_def o join revision p on p.id = o.revision_id"
    "  where p.frame_id = ?1 and p.away = 0 and p.number = ?2 and o.retired = 0)"
)
_OTHERWISE_SINCE = (
    "select distinct d.code_id from code_def d join revision r on r.id = d.revision_id"
    " join code_def o on o.revision_id = ?3 and o.code_id = d.code_id"
    " where r.frame_id = ?1 and r.away = 0 and r.state = 1 and r.number > ?2 and d.meaning_from <> o.meaning_from"
    " and (d.definition, d.include, d.exclude, d.role) <> (o.definition, o.include, o.exclude, o.role)"
)


def restore_revision(project: Project, *, frame: int, revision: int) -> Step:
    """Make the draft say again what a published revision (its number) said, as one step; what was decided stays.

    Codes made since retire. Raises UserError (no-revision)."""

    def do(op: Operation) -> None:
        op.say(N_("Code frame as it was in revision {number}"), number=revision)
        draft = restored(op.db, frame, revision)
        op.rows = sum(draft.codes[one.id] != one for one in draft.base.codes)
        draft.write(op)

    return operations.run(project, REORGANISE, do)[1]


def point_question(project: Project, *, question: int, frame: int | None) -> Step:
    """Say by which frame the answers to a question are coded."""

    def do(op: Operation) -> None:
        op.say(N_("Code frame of a question"))
        images.write(op, "question", {"id": question}, {"frame_id": frame})
        op.rows = 1

    return operations.run(project, "question", do)[1]


def code_counts(project: Project, frame_id: int, question: int | None = None) -> dict[int, int]:
    """Return verbatims with anyone's yes, per code and net (a net counts each verbatim once); one question or all."""
    with project.reading() as db:
        frame = read(db, frame_id)
        where, values = ("", ()) if question is None else (" where question_id = ?", (question,))
        rows = db.execute(f"select code_id, sum(verbatims) from code_count{where} group by 1", values)
        counts = {int(row[0] or 0): int(row[1] or 0) for row in rows}
        for one in frame.codes:
            if one.is_net:
                below = ", ".join(str(code) for code in frame.under(one.id)) or "0"
                more = "" if question is None else " and v.question_id = ?"
                counts[one.id] = db.integer(
                    "select count(distinct w.verbatim_id) from label_now w join verbatim v on v.id = w.verbatim_id"
                    f" where w.yes = 1 and w.code_id in ({below})"
                    f" and v.batch_id in (select id from import_batch where state = 1){more}",
                    values,
                )
    return counts
