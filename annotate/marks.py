"""Flags, memos and skips: what a coder notes about an answer beside its codes."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Value
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

LONGEST_MEMO = 2_000


def flag(project: Project, *, verbatims: Sequence[int], on: bool = True) -> Step:
    """Flag answers for this coder, or take the flags off."""

    def do(op: Operation) -> None:
        _write(op, project.coder.id, verbatims, {"flagged": int(on)})
        op.say(N_("{n} answers flagged") if on else N_("Flag off on {n} answers"), n=len(verbatims))

    return operations.run(project, "mark", do)[1]


def memo(project: Project, *, verbatim: int, text: str) -> Step:
    """Write this coder's memo on an answer, at most LONGEST_MEMO characters; empty text takes it off."""

    def do(op: Operation) -> None:
        _write(op, project.coder.id, [verbatim], {"memo": text.strip()[:LONGEST_MEMO]})
        op.say(N_("Memo on {n} answers"), n=1)

    return operations.run(project, "mark", do)[1]


def skip(project: Project, *, verbatims: Sequence[int]) -> Step:
    """Note that this coder passed answers over; off the undo stack, for undo must reach the decision before it."""

    def do(op: Operation) -> None:
        _write(op, project.coder.id, verbatims, {"skipped": 1})
        op.say(N_("{n} answers skipped"), n=len(verbatims))

    return operations.run(project, "skip", do, stackable=False)[1]


def _write(op: Operation, coder: int, verbatims: Sequence[int], values: dict[str, Value]) -> None:
    for verbatim in verbatims:
        key: dict[str, Value] = {"verbatim_id": int(verbatim), "coder_id": coder}
        whole: dict[str, Value] = {"flagged": 0, "skipped": 0, "memo": "", **values}
        images.write(op, "mark", key, values if images.read(op.db, "mark", key) is not None else whole)
    op.rows = len(verbatims)
    op.touch(int(one) for one in verbatims)
