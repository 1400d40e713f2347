"""The code frame: nets and codes, and the verbs that change it."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import images, operations, revisions
from annotate.store.connection import Connection, Value
from annotate.store.operations import Operation, Step
from annotate.store.project import Project


class Role(StrEnum):
    """What a code is for; all logic hangs on the role, never on a number such as 98."""

    THEME = "theme"
    OTHER = "other"
    NONE = "none"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"
    UNCODABLE = "uncodable"
    INVALID = "invalid"


# Codes that mean "nothing else": they cannot stand beside another code on one answer.
EXCLUSIVE = frozenset({Role.NONE, Role.DONT_KNOW, Role.REFUSED, Role.UNCODABLE, Role.INVALID})
# Edits of these change what a code means: reviews made before must be looked at again.
MEANING = frozenset({"definition", "include", "exclude", "role"})
TEXTS = ("label", "label_en", "definition", "include", "exclude", "examples", "notes", "colour")


@dataclass(frozen=True, slots=True)
class Code:
    """A net or code as one revision has it. ``path`` holds the labels from the outermost net down to itself."""

    id: int
    parent_id: int | None
    is_net: bool
    number: str
    label: str
    label_en: str
    role: Role
    definition: str
    include: str
    exclude: str
    examples: str
    notes: str
    colour: str
    retired: bool
    held_from: int
    meaning_from: int
    path: tuple[str, ...]
    depth: int

    @property
    def full_path(self) -> str:
        """Return the labels joined as exports write them: 大类/编码."""
        return "/".join(self.path)


@dataclass(frozen=True, slots=True)
class Frame:
    """A code frame at its newest revision, codes in tree order."""

    id: int
    name: str
    revision: int
    number: int
    draft: bool
    codes: tuple[Code, ...]

    def code(self, code_id: int) -> Code:
        """Return one code; raises KeyError where the frame does not hold it."""
        for one in self.codes:
            if one.id == code_id:
                return one
        raise KeyError(code_id)

    def under(self, code_id: int) -> frozenset[int]:
        """Return the ids of the codes (no nets) at or below a net or code."""
        below, found = {code_id}, set[int]()
        for one in self.codes:
            if one.id == code_id or one.parent_id in below:
                below.add(one.id)
                if not one.is_net:
                    found.add(one.id)
        return frozenset(found)

    @property
    def live(self) -> tuple[Code, ...]:
        """Return the codes that may be given: no nets, nothing retired."""
        return tuple(one for one in self.codes if not one.is_net and not one.retired)


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
    """Return the frame of that name, or the only one; raises UserError (no-frame, which-frame)."""
    known = frames(project)
    if name is not None:
        for one in known:
            if one.name == name:
                return one.id
    elif len(known) == 1:
        return known[0].id
    if not known or name is not None:
        raise UserError(
            "no-frame",
            N_("There is no such code frame in the project."),
            N_("Known code frames: {names}."),
            N_("Import one with: frame import, or give one of these names."),
            names=", ".join(one.name for one in known) or "-",
        )
    raise UserError(
        "which-frame",
        N_("Which code frame is meant?"),
        N_("The project has several: {names}."),
        N_("Name one with --frame."),
        names=", ".join(one.name for one in known),
    )


def head(project: Project, frame_id: int) -> Frame:
    """Return a frame at its newest revision."""
    with project.reading() as db:
        return read(db, frame_id)


def read(db: Connection, frame_id: int, revision: int | None = None) -> Frame:
    """Return a frame at a revision (the head for None), codes in tree order; raises LookupError."""
    now = revisions.head(db, frame_id)
    row = db.one("select number, state from revision where id = ?", (revision or now.revision,))
    name = db.one("select name from frame where id = ?", (frame_id,))
    assert row is not None
    assert name is not None
    rows = db.execute(
        f"select code_id, {revisions.DEF_COLUMNS} from code_def where revision_id = ? order by sort, code_id",
        (revision or now.revision,),
    ).fetchall()
    children: dict[Value, list[tuple[Value, ...]]] = {}
    known = {row[0] for row in rows}
    for one in rows:
        children.setdefault(one[1] if one[1] in known else None, []).append(one)
    codes: list[Code] = []

    def visit(parent: Value, path: tuple[str, ...]) -> None:
        for one in children.get(parent, []):
            (code_id, parent_id, _, is_net, number, label, label_en, role, *texts, retired, held, meaning) = one
            definition, include, exclude, examples, notes, colour = (str(text) for text in texts)
            here = (*path, str(label))
            codes.append(
                Code(
                    int(code_id or 0), None if parent_id is None else int(parent_id), bool(is_net), str(number),
                    str(label), str(label_en), Role(str(role)), definition, include, exclude, examples, notes, colour,
                    bool(retired), int(held or 0), int(meaning or 0), here, len(path),
                )
            )  # fmt: skip
            visit(code_id, here)

    visit(None, ())
    return Frame(frame_id, str(name[0]), revision or now.revision, int(row[0] or 0), row[1] == 0, tuple(codes))


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
    """Add a code or net at the end of its parent; return its id. Raises UserError (bad-code, number-taken)."""

    def do(op: Operation) -> int:
        op.say(N_("New code {label}"), label=label)
        _check(op, frame, None, {"label": label, "number": number, "parent_id": parent})
        values: dict[str, Value] = {
            "label": label.strip(), "number": number.strip(), "parent_id": parent, "is_net": int(is_net),
            "role": role.value, "label_en": label_en, "definition": definition,
        }  # fmt: skip
        return new_code(op, frame, values)

    return operations.run(project, "frame", do)[0]


def edit_code(project: Project, *, code: int, minor: bool = False, **values: str) -> Step:
    """Change a code's number, role or texts. A change of meaning (definition, include, exclude, role) asks for a second
    look at earlier reviews unless ``minor``. Raises UserError (no-code, bad-code, number-taken)."""
    unknown = set(values) - {"number", "role", *TEXTS}
    if unknown:
        raise TypeError(f"unknown fields: {sorted(unknown)}")

    def do(op: Operation) -> None:
        frame_id, old = find(op.db, code)
        op.say(N_("Edit of code {label}"), label=old.label)
        changed: dict[str, Value] = {k: v for k, v in values.items() if getattr(old, k) != v}
        if not changed:
            return
        _check(op, frame_id, code, changed)
        if not minor and MEANING & set(changed):
            changed["meaning_from"] = revisions.draft(op, frame_id).number
        revisions.write_code(op, frame_id, code, dict(changed))
        op.rows = 1

    return operations.run(project, "frame", do)[1]


def move_code(project: Project, *, code: int, parent: int | None, before: int | None = None) -> Step:
    """Put a code or net under another net (None: top level), before a sibling or at the end.

    Raises UserError (no-code, bad-parent)."""

    def do(op: Operation) -> None:
        frame_id, old = find(op.db, code)
        frame = read(op.db, frame_id)
        op.say(N_("Move of code {label}"), label=old.label)
        if parent is not None:
            line: int | None = parent
            by_id = {one.id: one for one in frame.codes}
            while line is not None:
                if line == code or line not in by_id or not by_id[parent].is_net:
                    raise UserError(
                        "bad-parent",
                        N_("{label} cannot be moved there."),
                        N_("A code can only stand under a net, and a net not under itself."),
                        N_("Choose another net."),
                        label=old.label,
                    )
                line = by_id[line].parent_id
        siblings = [one.id for one in frame.codes if one.parent_id == parent and one.id != code]
        place = siblings.index(before) if before in siblings else len(siblings)
        siblings.insert(place, code)
        sorts = {one.id: place for place, one in enumerate(frame.codes, 1)}
        slots = sorted(sorts[one] for one in siblings)
        for sort, one in zip(slots, siblings, strict=True):
            values: images.RowImage = {"sort": sort}
            if one == code:
                values["parent_id"] = parent
            revisions.write_code(op, frame_id, one, values)
        op.rows = 1

    return operations.run(project, "frame", do)[1]


def retire_code(project: Project, *, code: int) -> Step:
    """Take a code out of use: it can no longer be given, its decisions stay and count. Raises UserError (no-code)."""

    def do(op: Operation) -> None:
        frame_id, old = find(op.db, code)
        op.say(N_("Code {label} retired"), label=old.label)
        revisions.write_code(op, frame_id, code, {"retired": 1})
        op.rows = 1

    return operations.run(project, "frame", do)[1]


def merge_codes(project: Project, *, sources: Sequence[int], target: int) -> Step:
    """Let everything decided on ``sources`` count for ``target``; the sources retire, nothing is rewritten.

    After it the verbatims of the target are the union. Raises UserError (no-code, bad-merge)."""

    def do(op: Operation) -> None:
        frame_id, into = find(op.db, target)
        op.say(N_("{n} codes merged into {label}"), n=len(set(sources)), label=into.label)
        for source in dict.fromkeys(sources):
            other_frame, old = find(op.db, source)
            gone = op.db.one(
                "select 1 from code_map where revision_id = ? and from_code = ?",
                (revisions.head(op.db, frame_id).revision, source),
            )
            wrong = source == target or other_frame != frame_id or old.is_net or into.is_net or into.retired
            if wrong or gone is not None:
                raise UserError(
                    "bad-merge",
                    N_("{source} cannot be merged into {target}."),
                    N_("Only two codes of one frame merge: no net, the target in use, the source not merged or split."),
                    N_("Choose other codes; nets are merged by moving their codes."),
                    source=old.label,
                    target=into.label,
                )
            op.rows += op.db.integer("select count(*) from label_now where code_id = ? and yes = 1", (source,))
            revisions.write_code(op, frame_id, source, {"retired": 1})
            revisions.write_map(op, frame_id, source, {"to_code": target, "split_id": None})

    return operations.run(project, "merge", do)[1]


def split_code(project: Project, *, code: int, parts: Mapping[str, Iterable[int]]) -> tuple[list[int], Step]:
    """Give some of a code's verbatims to new codes beside it: label → verbatim ids, the rest stays.

    Return the new codes' ids. Nothing is rewritten: a code map resolves earlier decisions of every coder.
    Raises UserError (no-code, bad-split)."""

    def do(op: Operation) -> list[int]:
        frame_id, old = find(op.db, code)
        op.say(N_("{label} split into {n} new codes"), label=old.label, n=len(parts))
        now = revisions.draft(op, frame_id)
        taken = op.db.one("select 1 from code_map where revision_id = ? and from_code = ?", (now.revision, code))
        if old.is_net or not parts or taken:
            raise UserError(
                "bad-split",
                N_("{label} cannot be split."),
                N_("A net holds no decisions of its own, and a code is split or merged away only once."),
                N_("Choose a code, and name at least one new code; split the codes that came of an earlier split."),
                label=old.label,
            )
        split_id = op.db.integer("select max(split_id) from split_row") + 1
        made: list[int] = []
        for label, verbatims in parts.items():
            values: dict[str, Value] = {
                "label": label, "parent_id": old.parent_id, "role": old.role.value, "held_from": old.held_from,
            }  # fmt: skip
            new = new_code(op, frame_id, values)
            made.append(new)
            op.db.executemany(
                "insert into split_row(split_id, verbatim_id, to_code) values (?, ?, ?)"
                " on conflict do update set to_code = excluded.to_code",
                ((split_id, verbatim, new) for verbatim in verbatims),
            )
        revisions.write_map(op, frame_id, code, {"to_code": None, "split_id": split_id})
        op.rows = op.db.integer("select count(*) from split_row where split_id = ?", (split_id,))
        return made

    return operations.run(project, "split", do)


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


def find(db: Connection, code_id: int) -> tuple[int, Code]:
    """Return a code and its frame; raises UserError (no-code) where the head revision does not hold it."""
    row = db.one("select frame_id from code where id = ?", (code_id,))
    if row is not None:
        frame_id = int(row[0] or 0)
        for one in read(db, frame_id).codes:
            if one.id == code_id:
                return frame_id, one
    raise UserError(
        "no-code",
        N_("There is no code {code} in the frame."),
        N_("It was removed, or belongs to another frame."),
        N_("Choose a code of the present frame."),
        code=code_id,
    )


def _check(op: Operation, frame_id: int, code_id: int | None, values: Mapping[str, Value]) -> None:
    label, number = values.get("label"), values.get("number")
    if label is not None and not str(label).strip():
        raise UserError("bad-code", N_("A code needs a label."), "", N_("Type a label."))
    if number and str(number).strip():
        for one in read(op.db, frame_id).codes:
            if one.number == str(number).strip() and one.id != code_id:
                raise UserError(
                    "number-taken",
                    N_("Number {number} is taken."),
                    N_("It belongs to {label}; the number of a retired code is not used again either."),
                    N_("Choose another number."),
                    number=str(number),
                    label=one.label,
                )
