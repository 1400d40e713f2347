"""What a code frame is: nets and codes at one revision, their roles, and how people name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from annotate.errors import AskedWronglyError, UserError
from annotate.messages import N_, listed
from annotate.store import revisions
from annotate.store.connection import Connection, Value


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
    sort: int = 0

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

    def at_or_below(self, code_id: int) -> frozenset[int]:
        """Return the ids of a net or code and of everything under it, nets too."""
        below = {code_id}
        for one in self.codes:
            if one.parent_id in below:
                below.add(one.id)
        return frozenset(below)

    @property
    def live(self) -> tuple[Code, ...]:
        """Return the codes that may be given: no nets, nothing retired."""
        return tuple(one for one in self.codes if not one.is_net and not one.retired)


def read(db: Connection, frame_id: int, revision: int | None = None) -> Frame:
    """Return a frame at a revision (the head for None), codes in tree order; raises LookupError."""
    now = revisions.head(db, frame_id)
    row = db.one("select number, state from revision where id = ?", (revision or now.revision,))
    name = db.one("select name from frame where id = ?", (frame_id,))
    assert row is not None
    assert name is not None
    rows = db.execute(
        f"select code_id, {revisions.DEF_COLUMNS} from code_def where revision_id = ?",
        (revision or now.revision,),
    ).fetchall()
    by_id = {int(one[0] or 0): one for one in rows}
    codes = []
    for code, path in _tree((one, _some(row[1]), int(row[2] or 0), str(row[5])) for one, row in by_id.items()):
        parent_id, sort, is_net, number, label, label_en, role, *texts, retired, held, meaning = by_id[code][1:]
        definition, include, exclude, examples, notes, colour = (str(text) for text in texts)
        codes.append(
            Code(
                code, _some(parent_id), bool(is_net), str(number), str(label), str(label_en), Role(str(role)),
                definition, include, exclude, examples, notes, colour, bool(retired), int(held or 0),
                int(meaning or 0), path, len(path) - 1, int(sort or 0),
            )
        )  # fmt: skip
    return Frame(frame_id, str(name[0]), revision or now.revision, int(row[0] or 0), row[1] == 0, tuple(codes))


def in_tree_order(codes: Iterable[Code]) -> tuple[Code, ...]:
    """Return codes as people see them: siblings by place, each before what stands under it, paths filled in."""
    by_id = {one.id: one for one in codes}
    found = _tree((one.id, one.parent_id, one.sort, one.label) for one in by_id.values())
    return tuple(replace(by_id[code], path=path, depth=len(path) - 1) for code, path in found)


def _tree(codes: Iterable[tuple[int, int | None, int, str]]) -> list[tuple[int, tuple[str, ...]]]:
    """Return id and path of codes (id, parent, place, label) in tree order."""
    rows = sorted(codes, key=lambda one: (one[2], one[0]))
    known = {one[0] for one in rows}
    children: dict[int | None, list[tuple[int, str]]] = {}
    for code, parent, _sort, label in rows:
        children.setdefault(parent if parent in known else None, []).append((code, label))
    ordered: list[tuple[int, tuple[str, ...]]] = []

    def visit(parent: int | None, path: tuple[str, ...]) -> None:
        for code, label in children.get(parent, []):
            ordered.append((code, (*path, label)))
            visit(code, (*path, label))

    visit(None, ())
    return ordered


def _some(value: Value) -> int | None:
    return None if value is None else int(value)


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


def named(frame: Frame, text: str) -> Code:
    """Return the net or code that a person means by a number, a full path or a label that only one has.

    Codes in use win over retired ones. Raises AskedWronglyError (no-code-named, which-code)."""
    wanted = text.strip()
    known = [one for one in frame.codes if not one.retired] + [one for one in frame.codes if one.retired]
    for one in known:
        if wanted and one.number == wanted:
            return one
    for one in known:
        if one.full_path == wanted:
            return one
    found = [one for one in known if wanted and wanted in (one.label, one.label_en)]
    if len(found) > 1 and len([one for one in found if not one.retired]) == 1:
        found = found[:1]
    if len(found) == 1:
        return found[0]
    if found:
        raise AskedWronglyError(
            "which-code",
            N_("“{code}” means several codes."),
            N_("They stand in different nets: {paths}."),
            N_("Give the number, or the full path."),
            code=wanted,
            paths=listed(one.full_path for one in found[:5]),
        )
    some = [f"{one.number} {one.label}".strip() for one in frame.live[:20]]
    raise AskedWronglyError(
        "no-code-named",
        N_("There is no code “{code}” in {frame}."),
        N_("Known codes: {names}."),
        N_("Give a number, a full path (net/code) or a name; see all with: frame show"),
        code=wanted,
        frame=frame.name,
        names=listed(some) + (" …" if len(frame.live) > len(some) else "") if some else "-",
    )
