"""The history: undo, redo, history."""

from __future__ import annotations

from pathlib import Path

import click

from annotate.cli import CODER, PROJECT, show, verb
from annotate.messages import _
from annotate.store import operations
from annotate.store.operations import Step
from annotate.store.project import Project


@click.group()
def group() -> None:
    """The history: undo, redo, history."""


def _said(step: Step) -> dict[str, object]:
    return {
        "op": step.op, "kind": step.kind, "words": step.words, "at_ms": step.at_ms, "rows": step.rows,
        "coder": step.coder, "undone": step.undone,
    }  # fmt: skip


@group.command()
@PROJECT
@click.option("--to", type=int, metavar="OP", help="Undo back to and with this step of the history.")
@CODER
@verb("main.py undo car.tingdong")
def undo(project: Path, to: int | None, coder: str | None) -> None:
    """Take back the last step (of this coder)."""
    with Project.open(project, coder=coder) as opened:
        if to is not None:
            steps = operations.undo_to(opened, op=to)
        else:
            step = operations.undo(opened)
            steps = [step] if step else []
    lines = [_("Undone: {words}").format(words=step.words) for step in steps] or [_("Nothing to undo.")]
    show({"undone": [_said(step) for step in steps]}, lines)


@group.command()
@PROJECT
@CODER
@verb("main.py redo car.tingdong")
def redo(project: Path, coder: str | None) -> None:
    """Do the last undone step again."""
    with Project.open(project, coder=coder) as opened:
        step = operations.redo(opened)
    line = _("Redone: {words}").format(words=step.words) if step else _("Nothing to redo.")
    show({"redone": [_said(step)] if step else []}, [line])


@group.command()
@PROJECT
@click.option("--limit", type=int, default=50, help="How many steps.")
@click.option("--all", "everything", is_flag=True, help="Show undo and redo as steps too.")
@verb("main.py history car.tingdong --limit 20")
def history(project: Path, limit: int, everything: bool) -> None:
    """List what was done, newest first."""
    from datetime import UTC, datetime

    with Project.open(project) as opened:
        steps = operations.history(opened, limit=limit, everything=everything)
    lines = []
    for step in steps:
        when = datetime.fromtimestamp(step.at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        mark = _("(undone)") if step.undone else ""
        lines.append(f"{step.op:>6}  {when}  {step.coder}  {step.words} {mark}".rstrip())
    show({"steps": [_said(step) for step in steps]}, lines or [_("Nothing was done yet.")])
