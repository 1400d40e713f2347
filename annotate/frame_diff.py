"""What differs between two states of a code frame, in words that people read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate import frame_codes
from annotate.errors import UserError
from annotate.frame_codes import MEANING, Code, Frame
from annotate.frame_draft import FrameDraft, Mapped, read_maps
from annotate.messages import N_, _, listed
from annotate.store.connection import Connection
from annotate.store.project import Project


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. ``kind``: new, retired, back, gone, merged, split, unmerged, renamed, renumbered, moved,
    meaning, text. ``thing``: the column that changed, with what it was and what it is."""

    kind: str
    code: int
    name: str
    text: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    thing: str = ""
    before: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        """Return it in the language in use."""
        params = {one: _(str(value)) if one == "field" else value for one, value in self.params.items()}
        return _(self.text).format(code=self.name, **params)


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a frame in its list; ``decisions`` made under it."""

    number: int
    draft: bool
    at_ms: int
    decisions: int
    codes: int


FIELDS = {
    "label_en": N_("English name"),
    "role": N_("Role"),
    "definition": N_("Definition"),
    "include": N_("Includes"),
    "exclude": N_("Excludes"),
    "examples": N_("Examples"),
    "notes": N_("Notes"),
    "colour": N_("Colour"),
}


def differences(before: FrameDraft, after: FrameDraft) -> tuple[Difference, ...]:
    """Return what differs, in the order of the frame that came after."""
    old, new = before.frame, after.frame
    then = {one.id: one for one in old.codes}
    names = {one.id: _name(one) for one in (*old.codes, *new.codes)}
    made = _parts(after) - _parts(before)
    found: list[Difference] = []
    for one in new.codes:
        was = then.get(one.id)
        to, was_to = after.maps.get(one.id), before.maps.get(one.id)
        if to != was_to and to is not None:
            found.append(_mapped(after, one, was, to, names))
        elif was is None:
            if not one.retired and one.id not in made:
                text = N_("New net {code} under {net}") if one.is_net else N_("New code {code} under {net}")
                found.append(Difference("new", one.id, _name(one), text, {"net": _above(new, one)}))
            continue
        elif was.retired != one.retired:
            text = N_("{code} retired") if one.retired else N_("{code} in use again")
            found.append(Difference("retired" if one.retired else "back", one.id, _name(was), text))
        if to is None and was_to is not None:
            found.append(Difference("unmerged", one.id, _name(one), N_("Decisions on {code} count for itself again")))
        if was is not None and not one.retired:
            found += _changes(old, new, was, one)
    here = {one.id for one in new.codes}
    found += [Difference("gone", one.id, _name(one), N_("{code} taken out")) for one in old.codes if one.id not in here]
    return tuple(found)


def _parts(draft: FrameDraft) -> set[int]:
    """Return the codes that splits made: the sentence about the split names them."""
    found = {part for to in draft.maps.values() for part in draft.splits.get(to.split or 0, {}).values()}
    return found | {to.to_code for to in draft.maps.values() if to.split is not None and to.to_code is not None}


def _mapped(after: FrameDraft, one: Code, was: Code | None, to: Mapped, names: Mapping[int, str]) -> Difference:
    name = _name(was or one)
    if to.split is None:
        into = names.get(to.to_code or 0, "")
        return Difference("merged", one.id, name, N_("{code} merged into {into}"), {"into": into})
    parts = dict.fromkeys(after.splits.get(to.split, {}).values())
    told = listed([names.get(part, "") for part in parts])
    if not told:
        return Difference("split", one.id, name, N_("{code} split"))
    return Difference("split", one.id, name, N_("{code} split into {parts}"), {"parts": told})


def _changes(old: Frame, new: Frame, was: Code, one: Code) -> list[Difference]:
    found, name = [], _name(one)
    if was.label != one.label:
        found.append(
            Difference("renamed", one.id, name, N_("{before} renamed {code}"), {"before": was.label},
                       "label", was.label, one.label)
        )  # fmt: skip
    if was.number != one.number:
        found.append(
            Difference("renumbered", one.id, one.label, N_("Number of {code}: {before} → {after}"),
                       {"before": was.number or "-", "after": one.number or "-"}, "number", was.number, one.number)
        )  # fmt: skip
    if was.parent_id != one.parent_id:
        found.append(
            Difference("moved", one.id, name, N_("{code} moved from {before} to {after}"),
                       {"before": _above(old, was), "after": _above(new, one)}, "parent")
        )  # fmt: skip
    for thing, words in FIELDS.items():
        left, right = str(getattr(was, thing)), str(getattr(one, thing))
        if left != right:
            kind, text = "text", N_("{field} of {code} changed")
            if thing in MEANING:
                meant = one.meaning_from != was.meaning_from
                kind = "meaning" if meant else "text"
                text = N_("{field} of {code} changed: its meaning is another one") if meant else text
            found.append(Difference(kind, one.id, name, text, {"field": words}, thing, left, right))
    return found


def _name(code: Code) -> str:
    return f"{code.number} {code.label}".strip()


def _above(frame: Frame, code: Code) -> str:
    return "/".join(code.path[:-1]) or _("(top level)")


def revisions_of(project: Project, frame: int) -> list[Revision]:
    """Return the states of a frame, newest first."""
    rows = project.rows(
        "select r.number, r.state, ifnull(r.published_ms, r.created_ms),"
        " (select count(*) from label_event e where e.revision_id = r.id),"
        " (select count(*) from code_def d where d.revision_id = r.id and d.is_net = 0 and d.retired = 0)"
        " from revision r where r.frame_id = ? and r.away = 0 order by r.number desc",
        (frame,),
    )
    return [Revision(int(n or 0), state == 0, int(at or 0), int(d or 0), int(c or 0)) for n, state, at, d, c in rows]


def between(
    project: Project, *, frame: int, first: int | None = None, last: int | None = None
) -> tuple[int, int, tuple[Difference, ...]]:
    """Return two revisions by number and what differs from the first to the last.

    Without numbers: from the last one under which something was decided to the newest. Raises UserError (no-revision).
    """
    known = [one.number for one in revisions_of(project, frame)]
    if not known:
        raise _unknown(last or first or 0)
    end = known[0] if last is None else last
    begin = first if first is not None else max((one for one in known if one < end), default=end)
    with project.reading() as db, db.snapshot():
        return begin, end, differences(at(db, frame, begin), at(db, frame, end))


def at(db: Connection, frame: int, number: int) -> FrameDraft:
    """Return the state of a frame at a revision's number; raises UserError (no-revision)."""
    row = db.one("select id from revision where frame_id = ? and number = ? and away = 0", (frame, number))
    if row is None:
        raise _unknown(number)
    revision = int(row[0] or 0)
    draft = FrameDraft(frame_codes.read(db, frame, revision), read_maps(db, revision))
    rows = db.execute(
        "select split_id, verbatim_id, to_code from split_row where split_id in"
        " (select split_id from code_map where revision_id = ?)",
        (revision,),
    )
    for split, verbatim, part in rows:
        draft.splits.setdefault(int(split or 0), {})[int(verbatim or 0)] = int(part or 0)
    return draft


def _unknown(number: int) -> UserError:
    return UserError(
        "no-revision",
        N_("The code frame has no revision {number}."),
        N_("A revision begins with the first change after something was decided."),
        N_("List the revisions with: frame diff"),
        number=number,
    )
