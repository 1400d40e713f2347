"""What another copy changed in its code frames, and in other tables: told apart, and brought over where it is plain.

Every change there is an image; what the steps that are new here did to one thing together is its first image before
and its last image after. A field that is here as it was before is brought over; one that says something else is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from annotate.messages import N_
from annotate.store import images, operations, revisions
from annotate.store.connection import Value
from annotate.store.copies import Copy, Step, whole
from annotate.store.copy_names import Names
from annotate.store.images import RowImage
from annotate.store.merge_notes import THINGS, Conflict, Why
from annotate.store.operations import Operation

BROUGHT = "merge-frame"
_TEXTS = ("label", "label_en", "role", "definition", "include", "exclude", "examples", "notes", "colour")
_MEANING = ("role", "definition", "include", "exclude")
_CODE, _MAP = "code_def", "code_map"


@dataclass(frozen=True, slots=True)
class Net:
    """What several steps did to one thing: its image before the first, after the last, and that last step."""

    key: RowImage
    before: RowImage | None
    after: RowImage | None
    step: Step


def net_changes(copy: Copy, steps: Sequence[Step]) -> dict[str, list[Net]]:
    """Return what these steps of the copy changed together, by thing, in the order of the last change."""
    by_id = {step.id: step for step in steps}
    found: dict[tuple[str, str | None], Net] = {}
    for step, thing, key, before, after in copy.images(steps):
        place = (thing, images.dump(key))
        first = found.pop(place, None)
        found[place] = Net(key, before if first is None else first.before, after, by_id[step])
    told: dict[str, list[Net]] = {}
    for (thing, _key), net in found.items():
        if net.before != net.after:
            told.setdefault(thing, []).append(net)
    return told


def left_out(names: Names, changes: dict[str, list[Net]]) -> list[Conflict]:
    """Return what changed there in tables of which a merge brings nothing, one line a table and coder."""
    found: dict[tuple[str, str], list[Net]] = {}
    for thing, nets in changes.items():
        for net in nets:
            # A sandbox is one coder's own draft, and what was settled of another merge is settled there.
            own = thing == "setting" and str(net.key.get("key", "")).startswith(("frame_sandbox:", "merge_settled:"))
            if thing in THINGS and not own and not (thing == "frame" and names.has_frame(whole(net.key["id"]))):
                found.setdefault((thing, names.coder_name(net.step.coder)), []).append(net)
    return [
        conflict(Why.LEFT_OUT, names, max((net.step for net in nets), key=lambda step: step.id), len(nets), thing=thing)
        for (thing, _coder), nets in found.items()
    ]


def of_unknown_frames(names: Names, changes: dict[str, list[Net]]) -> dict[str, list[Net]]:
    """Return those changes of codes whose frame is not here; it comes whole where decisions were made by it."""
    return {_CODE: [net for net in changes.get(_CODE, ()) if not names.has_frame(whole(net.key["frame_id"]))]}


def conflict(
    why: Why, names: Names, step: Step, count: int, *, what: str = "", into: str = "", thing: str = ""
) -> Conflict:
    """Return a conflict about one step of the copy."""
    words = step.words
    return Conflict(
        why, names.coder_name(step.coder), step.uuid.hex(), step.kind, step.at_ms, count, words.text,
        dict(words.params), what, into, thing,
    )  # fmt: skip


@dataclass(slots=True)
class _New:
    """Codes that were made there, by their numbers there, and what became of some: merged, split, rest of a split."""

    nets: dict[int, Net]
    merged: dict[int, int] = field(default_factory=dict)
    rests: dict[int, int] = field(default_factory=dict)
    split: set[int] = field(default_factory=set)

    def follow(self, net: Net) -> None:
        """Note what one change of the code map made of them."""
        if net.after is None:
            return
        code, into = whole(net.key["from_code"]), net.after["to_code"]
        if net.after["split_id"] is not None:
            self.split.add(code)
            if into is not None and into in self.nets:
                self.rests[whole(into)] = code
        elif code in self.nets:
            self.merged[code] = whole(into)


@dataclass(slots=True)
class _Frame:
    """A code frame here as the changes of the copy leave it."""

    id: int
    codes: dict[int, RowImage]
    maps: dict[int, RowImage]
    values: dict[int, dict[str, Value]] = field(default_factory=dict)
    fresh: dict[int, RowImage] = field(default_factory=dict)
    rests: dict[int, int] = field(default_factory=dict)
    steps: dict[int, Step] = field(default_factory=dict)

    def now(self, code: int) -> RowImage | None:
        """Return a code as it will be."""
        row = self.fresh.get(code) or self.codes.get(code)
        return None if row is None else {**row, **self.values.get(code, {})}

    def all(self) -> dict[int, RowImage]:
        return {code: row for code in (*self.codes, *self.fresh) if (row := self.now(code)) is not None}


class FrameChanges:
    """Brings the frame changes of the copy over inside the operation ``op``; ``conflicts`` are what is left."""

    def __init__(self, op: Operation, names: Names, changes: dict[str, list[Net]]) -> None:
        self._op, self._db, self._names = op, op.db, names
        self._codes = [net for net in changes.get(_CODE, ()) if names.has_frame(whole(net.key["frame_id"]))]
        self._maps = [net for net in changes.get(_MAP, ()) if names.has_frame(whole(net.key["frame_id"]))]
        self.conflicts: list[Conflict] = []

    def carry_out(self) -> int:
        """Write what can be brought over; return how many codes it concerns."""
        theirs = dict.fromkeys(whole(net.key["frame_id"]) for net in (*self._codes, *self._maps))
        return sum(self._bring(frame) for frame in theirs)

    def _bring(self, theirs: int) -> int:
        frame = self._open(self._names.frame(theirs))
        codes = [net for net in self._codes if net.key["frame_id"] == theirs]
        maps = [net for net in self._maps if net.key["frame_id"] == theirs]
        mapped = {whole(net.key["from_code"]) for net in maps}
        new = _New({whole(net.key["code_id"]): net for net in codes if net.before is None and net.after is not None})
        for net in maps:
            new.follow(net)
        for net in new.nets.values():
            self._add(frame, net, new)
        for net in codes:
            if net.before is not None:
                self._change(frame, net, retired_by_map=whole(net.key["code_id"]) in mapped)
        self._free_numbers(frame)
        for net in maps:
            self._tell_map(frame, net)
        return self._write(frame)

    def _open(self, frame: int) -> _Frame:
        head = revisions.head(self._db, frame).revision
        return _Frame(
            frame, self._rows(head, _CODE, revisions.DEF_COLUMNS), self._rows(head, _MAP, "to_code, split_id")
        )

    def _rows(self, revision: int, table: str, columns: str) -> dict[int, RowImage]:
        key = "code_id" if table == _CODE else "from_code"
        rows = self._db.execute(f"select {key}, {columns} from {table} where revision_id = ?", (revision,)).fetchall()
        return {whole(row[0]): dict(zip(columns.split(", "), row[1:], strict=True)) for row in rows}

    # One change

    def _add(self, frame: _Frame, net: Net, new: _New) -> None:
        """Put a code that was made there into the frame here, after the new ones that it refers to."""
        theirs = whole(net.key["code_id"])
        code = self._names.code(theirs)
        if frame.now(code) is not None or net.after is None:
            return
        row = {name: value for name, value in net.after.items() if name not in ("held_from", "meaning_from")}
        for other in (row["parent_id"], new.merged.get(theirs)):
            if other is not None and other in new.nets:
                self._add(frame, new.nets[whole(other)], new)
        row["parent_id"] = self._net(frame, code, row["parent_id"])
        counts = new.merged.get(theirs, new.rests.get(theirs))
        if counts is not None and self._counts_for(frame, code, self._names.code(counts)):
            # Merged there, or what carried on after a split that is not brought over: it counts for the code here.
            row |= {"retired": 1, "number": ""}
        elif theirs in new.split:
            row["retired"] = 0
        if not row["retired"] and any(
            not other["retired"] and other["label"] == row["label"] and other["parent_id"] == row["parent_id"]
            for other in frame.all().values()
        ):
            self._tell(Why.SAME_NAME, net, _name(row))
        frame.fresh[code] = row
        frame.steps[code] = net.step

    @staticmethod
    def _counts_for(frame: _Frame, code: int, other: int) -> bool:
        here = frame.now(other)
        if here is None or here["retired"] or here["is_net"] or other in frame.maps:
            return False
        frame.rests[code] = other
        return True

    def _net(self, frame: _Frame, code: int, theirs: Value) -> int | None:
        """Return the net here that a code belongs under: none where it is not here, or would stand under itself."""
        if theirs is None:
            return None
        line: Value = self._names.code(whole(theirs))
        found = whole(line)
        while line is not None:
            row = frame.now(whole(line))
            if line == code or row is None or not row["is_net"]:
                return None
            line = row["parent_id"]
        return found

    def _change(self, frame: _Frame, net: Net, *, retired_by_map: bool) -> None:
        """Bring over the fields of a code that are here as they were there before."""
        code = self._names.code(whole(net.key["code_id"]))
        here = frame.codes.get(code)
        if here is None or net.before is None:
            return
        if net.after is None:
            self._tell(Why.RETIRED_THERE, net, _name(here))
            return
        before, after = net.before, net.after
        taken: dict[str, Value] = {}
        for name in (*_TEXTS, "number", "parent_id"):
            was, now = before[name], after[name]
            if was == now or (name == "number" and retired_by_map):
                continue
            if name == "parent_id":
                was, now = (None if one is None else self._names.code(whole(one)) for one in (was, now))
                fits = now is None or self._net(frame, code, after[name]) == now
            else:
                fits = True
            if here[name] == now:
                continue
            if here[name] == was and fits:
                taken[name] = now
            else:
                self._tell(Why.BOTH_CHANGED, net, _name(here), thing=name)
        if before["sort"] != after["sort"] and here["sort"] == before["sort"]:
            taken["sort"] = after["sort"]
        if taken:
            frame.values[code] = taken
            frame.steps[code] = net.step
        if taken.keys() & set(_MEANING) and before["meaning_from"] != after["meaning_from"]:
            taken["meaning_from"] = None  # the draft's number, known when it is written
        if before["retired"] != after["retired"] and here["retired"] != after["retired"] and not retired_by_map:
            self._tell(Why.RETIRED_THERE if after["retired"] else Why.BACK_THERE, net, _name(here))

    def _free_numbers(self, frame: _Frame) -> None:
        """Take back numbers that two codes would bear."""
        while True:
            holders: dict[Value, list[int]] = {}
            for code, row in frame.all().items():
                if row["number"]:
                    holders.setdefault(row["number"], []).append(code)
            double = next(
                (
                    code
                    for held in holders.values() if len(held) > 1
                    for code in held if code in frame.fresh or "number" in frame.values.get(code, {})
                ),
                None,
            )  # fmt: skip
            if double is None:
                return
            row = frame.all()[double]
            if not row["retired"]:
                self._note(Why.BOTH_CHANGED, frame.steps[double], _name(row), thing="number")
            if double in frame.fresh:
                frame.fresh[double]["number"] = ""
            else:
                del frame.values[double]["number"]

    def _tell_map(self, frame: _Frame, net: Net) -> None:
        code = self._names.code(whole(net.key["from_code"]))
        here = frame.now(code)
        if here is None or code in frame.rests:
            return
        if net.after is None:
            if code in frame.maps:
                self._tell(Why.BACK_THERE, net, _name(here))
            return
        if net.after["split_id"] is not None:
            self._tell(Why.SPLIT_THERE, net, _name(here))
            return
        into = self._names.code(whole(net.after["to_code"]))
        if frame.maps.get(code) != {"to_code": into, "split_id": None}:
            target = frame.now(into)
            self._tell(Why.MERGED_THERE, net, _name(here), into=_name(target) if target else "")

    def _tell(self, why: Why, net: Net, what: str, *, into: str = "", thing: str = "") -> None:
        self._note(why, net.step, what, into=into, thing=thing)

    def _note(self, why: Why, step: Step, what: str, *, into: str = "", thing: str = "") -> None:
        self.conflicts.append(conflict(why, self._names, step, 1, what=what, into=into, thing=thing))

    # Writing

    def _write(self, frame: _Frame) -> int:
        op = self._op
        values = {code: told for code, told in frame.values.items() if told}
        if not values and not frame.fresh:
            return 0
        # Nets before what stands under them: undo takes the images back in the other order.
        for code in _outermost_first(frame):
            revisions.write_code(op, frame.id, code, frame.fresh[code])
        number = revisions.draft(op, frame.id).number
        for code, told in values.items():
            if "meaning_from" in told:
                told["meaning_from"] = number
            revisions.write_code(op, frame.id, code, told)
        revisions.write_maps(
            op, frame.id, {code: {"to_code": old, "split_id": None} for code, old in frame.rests.items()}
        )
        return len(values) + len(frame.fresh)


def _outermost_first(frame: _Frame) -> Iterable[int]:
    def depth(code: int) -> int:
        parent = frame.fresh[code]["parent_id"] if code in frame.fresh else None
        return 0 if parent is None else 1 + depth(whole(parent))

    return sorted(frame.fresh, key=lambda code: (depth(code), code))


def _name(row: RowImage) -> str:
    return f"{row['number']!s} {row['label']!s}".strip()


def bring_frames(op: Operation, names: Names, changes: dict[str, list[Net]]) -> tuple[int, list[Conflict]]:
    """Bring frame changes over as one operation of its own, which is part of the merge ``op``.

    Return how many codes changed and what is left to people.
    """
    inner = Operation(op.db, op.coder_id, BROUGHT)
    frames = FrameChanges(inner, names, changes)
    count = frames.carry_out()
    if count:
        inner.rows = count
        inner.detail["off_stack"] = True
        inner.say(N_("Code frame: {n} codes as in another copy"), n=count)
        operations.seal(inner)
        op.touch(inner.verbatims, inner.codes)
        op.touched |= inner.touched
    return count, frames.conflicts
