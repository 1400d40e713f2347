"""Changes of a code frame as values: previewed, put together in a sandbox, stored, and carried out as one step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from itertools import count
from typing import ClassVar

from annotate.errors import UserError
from annotate.frame_codes import Code, Role
from annotate.frame_draft import FrameDraft
from annotate.messages import N_
from annotate.store.operations import Words

TEXTS = ("label", "label_en", "definition", "include", "exclude", "examples", "notes", "colour")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a frame."""

    name: ClassVar[str] = ""

    def apply(self, draft: FrameDraft) -> list[int]:
        """Make the change in a draft; return the codes that it made. Raises UserError before anything changes."""
        raise NotImplementedError

    def words(self, draft: FrameDraft) -> Words:
        """Say what the change does, of a draft before it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AddCode(Edit):
    """A new code or net at the end of its parent."""

    label: str
    number: str = ""
    parent: int | None = None
    is_net: bool = False
    role: str = Role.THEME.value
    label_en: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: str = ""
    notes: str = ""
    colour: str = ""
    name: ClassVar[str] = "add"

    def apply(self, draft: FrameDraft) -> list[int]:
        return [
            draft.add(
                Code(
                    0, self.parent, self.is_net, self.number.strip(), self.label.strip(), self.label_en,
                    Role(self.role), self.definition, self.include, self.exclude, self.examples, self.notes,
                    self.colour, retired=False, held_from=draft.number, meaning_from=draft.number, path=(), depth=0,
                    sort=draft.next_sort(),
                )
            )
        ]  # fmt: skip

    def words(self, draft: FrameDraft) -> Words:
        return Words(N_("New code {label}"), {"label": self.label})


@dataclass(frozen=True, slots=True)
class EditCode(Edit):
    """Other number, role or texts. ``minor``: a change of the definition does not change what the code means."""

    code: int
    values: dict[str, str] = field(default_factory=dict)
    minor: bool = False
    name: ClassVar[str] = "edit"

    def apply(self, draft: FrameDraft) -> list[int]:
        typed: dict[str, object] = {
            one: Role(value) if one == "role" else value.strip() if one in ("number", "label") else value
            for one, value in self.values.items()
        }
        draft.edit(self.code, typed, minor=self.minor)
        return []

    def words(self, draft: FrameDraft) -> Words:
        return Words(N_("Edit of code {label}"), {"label": draft.code(self.code).label})


@dataclass(frozen=True, slots=True)
class MoveCodes(Edit):
    """Codes or nets to another place: under a net (None: top level), before a sibling or at the end."""

    codes: tuple[int, ...]
    parent: int | None
    before: int | None = None
    name: ClassVar[str] = "move"

    def apply(self, draft: FrameDraft) -> list[int]:
        for code in self.codes:
            draft.move(code, self.parent, self.before)
        return []

    def words(self, draft: FrameDraft) -> Words:
        if len(self.codes) > 1:
            return Words(N_("Move of {n} codes"), {"n": len(self.codes)})
        return Words(N_("Move of code {label}"), {"label": draft.code(self.codes[0]).label})


@dataclass(frozen=True, slots=True)
class RetireCodes(Edit):
    """Codes out of use, nets with everything under them; decisions stay and count."""

    codes: tuple[int, ...]
    name: ClassVar[str] = "retire"

    def apply(self, draft: FrameDraft) -> list[int]:
        for code in self.codes:
            draft.retire(code)
        return []

    def words(self, draft: FrameDraft) -> Words:
        if len(self.codes) > 1:
            return Words(N_("{n} codes retired"), {"n": len(self.codes)})
        return Words(N_("Code {label} retired"), {"label": draft.code(self.codes[0]).label})


@dataclass(frozen=True, slots=True)
class MergeCodes(Edit):
    """Codes that count for another one from now on."""

    sources: tuple[int, ...]
    target: int
    name: ClassVar[str] = "merge"

    def apply(self, draft: FrameDraft) -> list[int]:
        draft.code(self.target)
        for source in dict.fromkeys(self.sources):
            draft.merge(source, self.target)
        return []

    def words(self, draft: FrameDraft) -> Words:
        return Words(
            N_("Codes merged into {label}: {n}"),
            {"n": len(set(self.sources)), "label": draft.code(self.target).label},
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One code that a split makes, and the answers whose decisions it takes."""

    label: str
    verbatims: tuple[int, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class SplitCode(Edit):
    """New codes beside a code, each taking over the decisions on some answers.

    ``rest``: one more code carries on with all others, under the old number and name.
    ``recheck``: ask for another look at what was handed over, as after a split by words or by clusters.
    """

    code: int
    parts: tuple[Part, ...]
    rest: bool = True
    recheck: bool = False
    name: ClassVar[str] = "split"

    def apply(self, draft: FrameDraft) -> list[int]:
        old = draft.code(self.code)
        if not self.parts or old.is_net or old.retired or self.code in draft.maps:
            draft.split(self.code, {}, rest=self.rest)  # says why not
        made = {}
        for part in self.parts:
            new = draft.add(
                Code(
                    0, old.parent_id, False, part.number.strip(), part.label.strip(), "", old.role, "", "", "", "", "",
                    old.colour, retired=False, held_from=old.held_from,
                    meaning_from=draft.number if self.recheck else old.meaning_from, path=(), depth=0, sort=old.sort,
                )
            )  # fmt: skip
            made[new] = part.verbatims
        rest = draft.split(self.code, made, rest=self.rest)
        return [*made, *([] if rest is None else [rest])]

    def words(self, draft: FrameDraft) -> Words:
        return Words(N_("{label} split; new codes: {n}"), {"label": draft.code(self.code).label, "n": len(self.parts)})


@dataclass(frozen=True, slots=True)
class Renumber(Edit):
    """Other numbers for several codes at once; ``reuse``: those of retired codes too."""

    numbers: tuple[tuple[int, str], ...]
    reuse: bool = False
    name: ClassVar[str] = "renumber"

    def apply(self, draft: FrameDraft) -> list[int]:
        draft.renumber(dict(self.numbers), reuse=self.reuse)
        return []

    def words(self, draft: FrameDraft) -> Words:
        n = sum(draft.code(code).number != number for code, number in self.numbers)
        return Words(N_("{n} codes renumbered"), {"n": n})


KINDS: Mapping[str, type[Edit]] = {
    kind.name: kind for kind in (AddCode, EditCode, MoveCodes, RetireCodes, MergeCodes, SplitCode, Renumber)
}


def to_json(edits: Iterable[Edit]) -> str:
    """Write changes so that they can be kept."""
    return json.dumps([{"edit": one.name, **asdict(one)} for one in edits], ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> tuple[Edit, ...]:
    """Read changes back; raises UserError (bad-edits) for what this program does not know."""
    try:
        return tuple(_read(told) for told in json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            "bad-edits",
            N_("The sandbox of the code frame cannot be read."),
            N_("It is not in a form that this version knows."),
            N_("Drop it and begin anew; the code frame itself is as it was."),
        ) from error


def _read(told: Mapping[str, object]) -> Edit:
    kind = KINDS[str(told["edit"])]
    values = {one.name: _tuples(told[one.name]) for one in fields(kind) if one.name in told}
    if kind is SplitCode:
        parts = told["parts"]
        assert isinstance(parts, list)
        values["parts"] = tuple(Part(one["label"], tuple(one["verbatims"]), one["number"]) for one in parts)
    return kind(**values)


def _tuples(value: object) -> object:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def applied(draft: FrameDraft, edits: Sequence[Edit]) -> list[int]:
    """Make changes in a draft one after the other; return the codes they made."""
    return [made for one in edits for made in one.apply(draft)]


def proposed_numbers(codes: Sequence[Code], *, first: int = 1, blocks: bool = False) -> tuple[tuple[int, str], ...]:
    """Return numbers for the codes of a frame in tree order.

    Running: codes from ``first`` on, nets without a number. Blocks: each top-level net takes a hundred (100, 200, …),
    its codes follow (101, 102, …; thousands where a net holds more than 99); codes at the top run from ``first``.
    Special codes (other, none, don't know…) keep theirs, and no number of a retired code is taken.
    """
    kept = {one.number for one in codes if one.number and (one.retired or one.role is not Role.THEME)}
    live = [one for one in codes if not one.retired and (one.role is Role.THEME or not one.number)]
    if not blocks:
        free = _free(first, kept)
        return tuple((one.id, "" if one.is_net else next(free)) for one in live)
    tops: dict[int, int] = {}
    top_of: dict[int, int] = {}
    for one in codes:
        top = one.id if one.parent_id is None or one.parent_id not in top_of else top_of[one.parent_id]
        top_of[one.id] = top
        tops[top] = tops.get(top, 0) + (top != one.id)
    size = 1_000 if max(tops.values(), default=0) > 99 else 100
    found: list[tuple[int, str]] = []
    block = 0
    free = loose = _free(first, kept)
    for one in live:
        if one.is_net and one.depth == 0:
            block += size
            free = _free(block, kept)
        found.append((one.id, next(free if top_of[one.id] != one.id or one.is_net else loose)))
    return tuple(found)


def next_number(codes: Sequence[Code], parent: int | None) -> str:
    """Return the number after the highest of a net's codes, "" where it has none or the number is taken."""
    numbers = [
        int(one.number)
        for one in codes
        if one.parent_id == parent and one.role is Role.THEME and one.number.isascii() and one.number.isdigit()
    ]
    found = str(max(numbers, default=-1) + 1)
    return "" if found == "0" or any(one.number == found for one in codes) else found


def _free(first: int, kept: set[str]) -> Iterator[str]:
    """Yield the numbers from ``first`` on that nobody keeps."""
    return (str(number) for number in count(first) if str(number) not in kept)
