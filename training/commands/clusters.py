"""Commands of the board of clusters."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate import naming, verbatims
from annotate.cli import PROJECT, progress, show, verb
from annotate.messages import N_, _, counted, listed
from annotate.store.project import Project


@click.group()
def group() -> None:
    """The board of clusters."""


@group.command("clusters")
@PROJECT
@click.option("--question", metavar="NAME", help="Of this question.")
@click.option("--code", metavar="CODE", help="Group the answers of this code (number or name) instead, to split it.")
@click.option("--groups", type=click.IntRange(2, 100), help="How many groups; else 20 to 40.")
@click.option("--seed", type=int, default=1, help="Start of the random numbers.")
@verb("main.py clusters car.tingdong --question Q7 --json")
def clusters(project: Path, question: str | None, code: str | None, groups: int | None, seed: int) -> None:
    """Group what nobody has coded yet, with key phrases and examples; personal data is masked. Changes nothing."""
    from annotate.privacy import mask
    from training.clusters import board

    with Project.open(project, read_only=True) as opened:
        asked = verbatims.the_question(opened, question)
        wanted = None if code is None else naming.the_code(opened, asked.frame_id, code).id
        found = board(opened, question=asked.id, code=wanted, groups=groups, seed=seed, progress=progress())
    shown = [
        {**asdict(one), "name": one.name, "examples": [mask(text) for text in one.examples]} for one in found.clusters
    ]
    lines = [
        counted(N_("{n} answers: {phrases}"), n=f"{one.answers:>7,}", phrases=listed(one.phrases) or "-")
        + "".join(f"\n         {mask(text)}" for text in one.examples[:2])
        for one in found.clusters
    ]
    show(
        {
            "question": asked.name, "answers": found.answers, "alone": found.alone, "dismissed": found.dismissed,
            "clusters": shown,
        },
        lines or [_("There is nothing left to group: every answer is coded, or they have nothing in common.")],
    )  # fmt: skip
