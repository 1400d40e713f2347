"""The command that codes a corpus."""

from __future__ import annotations

from pathlib import Path

import click

from annotate import frames
from annotate.cli import FRAME, PROJECT, progress, show, verb
from annotate.messages import _
from annotate.store.project import Project


@click.group()
def group() -> None:
    """Coding."""


@group.command()
@PROJECT
@FRAME
@verb("main.py code car.tingdong --json")
def code(project: Path, name: str | None) -> None:
    """Let the newest model code every answer; one step, taken back whole by undo."""
    from training.coding_run import code as run

    with Project.open(project) as opened:
        done = run(opened, frame=frames.the_frame(opened, name), progress=progress())
    lines = [
        _("{n} answers coded: {accepted} codes accepted on {with_code} answers.").format(
            n=f"{done.answers:,}", accepted=f"{done.accepted:,}", with_code=f"{done.with_code:,}"
        )
    ]
    if done.kept_waves:
        lines.append(_("Delivered waves kept theirs: {names}.").format(names=", ".join(done.kept_waves)))
    show(
        {
            "model": done.model, "runs": list(done.runs), "answers": done.answers, "accepted": done.accepted,
            "with_code": done.with_code, "kept_waves": list(done.kept_waves),
        },
        lines,
    )  # fmt: skip
