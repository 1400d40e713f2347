"""Flags, memos and skips that were made in another copy: brought over beside those that are here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Value
from annotate.store.copies import whole
from annotate.store.copy_names import Names
from annotate.store.images import RowImage
from annotate.store.merge_frames import Net
from annotate.store.operations import Operation

BROUGHT = "merge-marks"
MARK = "mark"
_NOTHING: RowImage = {"flagged": 0, "skipped": 0, "memo": ""}


@dataclass(frozen=True, slots=True)
class Marks:
    """What came over: answers flagged, or no longer; memos; ``left``: what was noted on answers that are not here."""

    flags: int
    memos: int
    left: list[Net]


def bring_marks(op: Operation, names: Names, changes: Sequence[Net]) -> Marks:
    """Bring flags, memos and skips over as one operation of its own, which is part of the merge ``op``.

    They belong to the coder who made them, so memos of several coders stand side by side. A memo that its own coder
    wrote differently in both copies holds both texts afterwards.
    """
    answers = names.answers(whole(net.key["verbatim_id"]) for net in changes)
    inner = Operation(op.db, op.coder_id, BROUGHT)
    flags = memos = 0
    left: list[Net] = []
    touched: list[int] = []
    for net in changes:
        verbatim = answers[whole(net.key["verbatim_id"])]
        if verbatim is None:
            left.append(net)
            continue
        key: dict[str, Value] = {"verbatim_id": verbatim, "coder_id": names.coder(whole(net.key["coder_id"]))}
        before = images.read(op.db, MARK, key)
        values = dict(_taken(before or _NOTHING, net))
        if not values:
            continue
        images.write(inner, MARK, key, values if before is not None else {**_NOTHING, **values})
        touched.append(verbatim)
        flags += "flagged" in values
        memos += "memo" in values
    if touched:
        inner.rows = len(touched)
        inner.detail["off_stack"] = True
        inner.say(N_("Flags and memos on {n} answers as in another copy"), n=len(touched))
        inner.touch(touched)
        operations.seal(inner)
        op.touch(touched)
        op.touched |= inner.touched
    return Marks(flags, memos, left)


def _taken(here: RowImage, net: Net) -> Iterator[tuple[str, Value]]:
    """Yield the fields that change here, with what they become."""
    was, now = net.before or _NOTHING, net.after or _NOTHING
    for name in _NOTHING:
        if was[name] == now[name] or here[name] == now[name]:
            continue
        if name != "memo" or here[name] == was[name]:
            yield name, now[name]
        elif now[name] and str(now[name]) not in str(here[name]):
            yield name, "\n".join((str(here[name]), str(now[name])))
