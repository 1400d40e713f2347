"""A working copy of a code frame in memory: every change of a frame is made here first and written in one go.

What a preview shows and what a step writes come from the same lines, so that they cannot differ. Codes that the draft
makes have ids above NEW until they are written.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from annotate.errors import UserError
from annotate.frame_codes import MEANING, Code, Frame, in_tree_order, read
from annotate.messages import N_
from annotate.store import revisions
from annotate.store.connection import Connection, Value
from annotate.store.images import RowImage
from annotate.store.operations import Operation

NEW = 1 << 40


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where decisions on a code count: those on the answers of a split in its parts, all others in ``to_code``.

    ``split``: id of stored rows, or below 0 one that the draft makes; None for a merge. ``to_code`` None: for itself.
    """

    to_code: int | None
    split: int | None = None


class FrameDraft:
    """A frame that can be changed freely; ``write`` brings the project's draft to it inside an operation."""

    def __init__(self, base: Frame, maps: Mapping[int, Mapped]) -> None:
        self.base = base
        self.base_maps = dict(maps)
        self.number = base.number if base.draft else base.number + 1
        self.codes: dict[int, Code] = {one.id: one for one in base.codes}
        self.maps: dict[int, Mapped] = dict(maps)
        self.splits: dict[int, dict[int, int]] = {}
        """Verbatim → part, for each split that this draft makes."""

    @classmethod
    def open(cls, db: Connection, frame_id: int) -> FrameDraft:
        """Begin with the head of a frame."""
        base = read(db, frame_id)
        return cls(base, read_maps(db, base.revision))

    @classmethod
    def open_like(cls, other: FrameDraft) -> FrameDraft:
        """Begin anew with the frame that another draft began with."""
        return cls(other.base, other.base_maps)

    def copy(self) -> FrameDraft:
        """Return another draft that stands where this one does."""
        other = FrameDraft.open_like(self)
        other.codes, other.maps = dict(self.codes), dict(self.maps)
        other.splits = {split: dict(rows) for split, rows in self.splits.items()}
        return other

    @property
    def frame(self) -> Frame:
        """Return the frame as it stands now."""
        codes = in_tree_order(self.codes.values())
        return replace(self.base, number=self.number, draft=True, codes=codes) if self.changed else self.base

    @property
    def changed(self) -> bool:
        """Whether anything differs from the frame it began with."""
        return self.maps != self.base_maps or any(
            self.codes[one.id] != one for one in self.base.codes
        ) or len(self.codes) != len(self.base.codes)  # fmt: skip

    def code(self, code_id: int) -> Code:
        """Return one code; raises UserError (no-code)."""
        if code_id not in self.codes:
            raise UserError(
                "no-code",
                N_("There is no code {code} in the frame."),
                N_("It was removed, or belongs to another frame."),
                N_("Choose a code of the present frame."),
                code=code_id,
            )
        return self.codes[code_id]

    def under(self, parent: int | None) -> list[int]:
        """Return what stands directly under a net (None: at the top), in order."""
        return [one.id for one in in_tree_order(self.codes.values()) if one.parent_id == parent]

    # Changes; each raises UserError before it changes anything

    def add(self, code: Code) -> int:
        """Put a code into the draft; return its id, which is above NEW."""
        self._require_name(code.label)
        self._require_free(code.number, None)
        if code.parent_id is not None and not self.code(code.parent_id).is_net:
            raise _bad_parent(code.label)
        new = max((NEW, *self.codes)) + 1
        self.codes[new] = replace(code, id=new)
        return new

    def next_sort(self) -> int:
        """Return a place after all others."""
        return 1 + max((one.sort for one in self.codes.values()), default=0)

    def edit(self, code_id: int, values: Mapping[str, object], *, minor: bool) -> None:
        """Change fields of a code; a change of meaning asks for another look at earlier reviews unless ``minor``."""
        old = self.code(code_id)
        changed = {name: value for name, value in values.items() if getattr(old, name) != value}
        if "label" in changed:
            self._require_name(str(changed["label"]))
        if "number" in changed:
            self._require_free(str(changed["number"]), code_id)
        if changed.keys() & MEANING and not minor:
            changed["meaning_from"] = self.number
        self._put(old, changed)

    def move(self, code_id: int, parent: int | None, before: int | None) -> None:
        """Put a code or net under a net (None: top level), before a sibling or at the end."""
        old = self.code(code_id)
        line = parent
        while line is not None:
            if line == code_id or line not in self.codes or not self.codes[line].is_net:
                raise _bad_parent(old.label)
            line = self.codes[line].parent_id
        order = [one.id for one in in_tree_order(self.codes.values())]
        siblings = [one for one in order if self.codes[one].parent_id == parent and one != code_id]
        siblings.insert(siblings.index(before) if before in siblings else len(siblings), code_id)
        slots = sorted(order.index(one) + 1 for one in siblings)
        for sort, one in zip(slots, siblings, strict=True):
            self._put(self.codes[one], {"sort": sort, **({"parent_id": parent} if one == code_id else {})})

    def retire(self, code_id: int) -> None:
        """Take a code out of use, or a net with everything under it."""
        old = self.code(code_id)
        self._put(old, {"retired": True})
        if old.is_net:
            for one in self.under(code_id):
                self.retire(one)

    def merge(self, source: int, target: int) -> None:
        """Let everything decided on a code count for another one; it retires."""
        old, into = self.code(source), self.code(target)
        if source == target or old.is_net or into.is_net or into.retired or source in self.maps:
            raise UserError(
                "bad-merge",
                N_("{source} cannot be merged into {target}."),
                N_("Only two codes of one frame merge: no net, the target in use, the source not merged or split."),
                N_("Choose other codes; nets are merged by moving their codes."),
                source=old.label,
                target=into.label,
            )
        self._put(old, {"retired": True})
        # What counted for the source counts as what the target means from here on: nothing to look at again.
        for one in (source, *self._merged_into(source)):
            self._put(self.codes[one], {"meaning_from": self.number})
        self.maps[source] = Mapped(target)

    def _merged_into(self, code: int) -> list[int]:
        found = [one for one, to in self.maps.items() if to.split is None and to.to_code == code]
        return found + [more for one in found for more in self._merged_into(one)]

    def split(self, code_id: int, parts: Mapping[int, Iterable[int]], *, rest: bool) -> int | None:
        """Let decisions on the answers of each part count for it, and all others for a new code that carries on.

        ``parts``: codes added before → verbatims. The code itself retires: what is still decided on it, in another copy
        or by a rule, follows the map. Return the code for the rest, None without ``rest``.
        """
        old = self.code(code_id)
        if old.is_net or old.retired or not parts or code_id in self.maps:
            raise UserError(
                "bad-split",
                N_("{label} cannot be split."),
                N_("A net holds no decisions of its own, and a code that was retired, split or merged is out of use."),
                N_("Choose a code in use, and name at least one new code."),
                label=old.label,
            )
        number = min((0, *self.splits)) - 1
        self.splits[number] = {verbatim: part for part, some in parts.items() for verbatim in some}
        carries_on = None
        if rest:
            self._put(old, {"retired": True, "number": ""})
            carries_on = self.add(old)
        else:
            self._put(old, {"retired": True})
        self.maps[code_id] = Mapped(carries_on, number)
        return carries_on

    def renumber(self, numbers: Mapping[int, str], *, reuse: bool) -> None:
        """Give several numbers at once, so that two codes can change places; ``reuse`` takes those of retired codes."""
        given = {self.code(code).id: number.strip() for code, number in numbers.items()}
        holders: dict[str, int] = {}
        for code, number in given.items():
            if number and holders.setdefault(number, code) != code:
                raise _taken(number, self.codes[holders[number]].label)
        for other in list(self.codes.values()):
            if other.number in holders and other.id not in given:
                if not (reuse and other.retired):
                    raise _taken(other.number, other.label)
                self._put(other, {"number": ""})
        for code, number in given.items():
            self._put(self.codes[code], {"number": number})

    def restore(
        self, old: Frame, maps: Mapping[int, Mapped], held_anew: Iterable[int], meant_anew: Iterable[int]
    ) -> None:
        """Say again what another revision said; codes made since retire, for they may carry decisions.

        ``held_anew``, ``meant_anew``: codes on which reviews made in between say nothing, or another thing.
        """
        then = {one.id: one for one in old.codes}
        anew, meant = set(held_anew), set(meant_anew)
        for one in list(self.codes.values()):
            was = then.get(one.id)
            if was is None:
                self._put(one, {"retired": True, "number": "" if self._number_held(one, then) else one.number})
                continue
            values = {name: getattr(was, name) for name in COLUMNS}
            if one.id in anew:
                values["held_from"] = self.number
            if one.id in meant:
                values["meaning_from"] = self.number
            self._put(one, values)
        for one in old.codes:
            if one.id not in self.codes:
                self.codes[one.id] = replace(one, held_from=self.number, meaning_from=self.number)
        self.maps = dict(maps)

    @staticmethod
    def _number_held(one: Code, then: Mapping[int, Code]) -> bool:
        return any(one.number and other.number == one.number for other in then.values())

    # Writing

    def write(self, op: Operation) -> dict[int, int]:
        """Bring the project's draft to this one; return the ids that the draft's own codes were given."""
        made: dict[int, int] = {}
        frame = self.base.id
        order = in_tree_order(self.codes.values())
        for one in sorted(code.id for code in order if code.id > NEW):
            made[one] = op.db.execute(
                "insert into code(uuid, frame_id) values (?, ?)", (uuids.uuid4().bytes, frame)
            ).lastrowid
        # Maps that go, first, and maps that come, last: whichever way the step is turned, a map is written while its
        # target is in use.
        gone = [one for one in self.base_maps if self.maps.get(one) != self.base_maps[one]]
        revisions.write_maps(op, frame, dict.fromkeys(gone))
        # Parents before what stands under them: undo takes the images back in the other order.
        before = {one.id: one for one in self.base.codes}
        for code in order:
            if code.id not in before:
                revisions.write_code(op, frame, made.get(code.id, code.id), _row(code, made))
        for code in order:
            if code.id in before:
                was, now = _row(before[code.id], made), _row(code, made)
                changed: RowImage = {name: value for name, value in now.items() if was[name] != value}
                if changed:
                    revisions.write_code(op, frame, code.id, changed)
        maps: dict[int, RowImage | None] = {
            made.get(one, one): self._stored(op, to, made)
            for one, to in sorted(self.maps.items())
            if to != self.base_maps.get(one)
        }
        revisions.write_maps(op, frame, maps)
        return made

    def _stored(self, op: Operation, to: Mapped, made: Mapping[int, int]) -> RowImage:
        target = None if to.to_code is None else made.get(to.to_code, to.to_code)
        if to.split is None or to.split >= 0:
            return {"to_code": target, "split_id": to.split}
        number = op.db.integer("select max(split_id) from split_row") + 1
        op.db.executemany(
            "insert into split_row(split_id, verbatim_id, to_code) values (?, ?, ?)",
            ((number, verbatim, made.get(part, part)) for verbatim, part in sorted(self.splits[to.split].items())),
        )
        return {"to_code": target, "split_id": number}

    # Checks

    def _put(self, code: Code, values: Mapping[str, object]) -> None:
        self.codes[code.id] = replace(code, **values)  # type: ignore[arg-type]  # names and types are those of Code

    @staticmethod
    def _require_name(label: str) -> None:
        if not label.strip():
            raise UserError("bad-code", N_("A code needs a label."), "", N_("Type a label."))

    def _require_free(self, number: str, code_id: int | None) -> None:
        for one in self.codes.values():
            if number.strip() and one.number == number.strip() and one.id != code_id:
                raise _taken(number.strip(), one.label)


COLUMNS = tuple(one.name for one in fields(Code) if one.name not in ("id", "path", "depth"))


def _row(code: Code, made: Mapping[int, int]) -> dict[str, Value]:
    """Return a code as its row of the draft."""
    row: dict[str, Value] = {}
    for name in COLUMNS:
        value = getattr(code, name)
        row[name] = int(value) if isinstance(value, bool) else str(value) if isinstance(value, str) else value
    row["parent_id"] = None if code.parent_id is None else made.get(code.parent_id, code.parent_id)
    return row


def read_maps(db: Connection, revision: int) -> dict[int, Mapped]:
    """Return the code map of a revision."""
    rows = db.execute("select from_code, to_code, split_id from code_map where revision_id = ?", (revision,))
    return {
        int(row[0] or 0): Mapped(None if row[1] is None else int(row[1]), None if row[2] is None else int(row[2]))
        for row in rows
    }


def _taken(number: str, label: str) -> UserError:
    return UserError(
        "number-taken",
        N_("Number {number} is taken."),
        N_("It belongs to {label}; the number of a retired code is not used again either."),
        N_("Choose another number."),
        number=number,
        label=label,
    )


def _bad_parent(label: str) -> UserError:
    return UserError(
        "bad-parent",
        N_("{label} cannot be moved there."),
        N_("A code can only stand under a net, and a net not under itself."),
        N_("Choose another net."),
        label=label,
    )
