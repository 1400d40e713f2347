"""Questions and coders: what is known of them, and changing it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate import frames, questions, verbatims
from annotate.cli import CODER, PROJECT, show, verb
from annotate.messages import N_, _, counted
from annotate.store.project import Project


@click.group()
def group() -> None:
    """Questions and coders: what is known of them, and changing it."""


@group.group()
def question() -> None:
    """Open questions: list, set."""


@question.command(name="list")
@PROJECT
@verb("main.py question list car.tingdong")
def question_list(project: Path) -> None:
    """List the questions with their text, direction, kind and how many answers they have."""
    with Project.open(project, read_only=True) as opened:
        known = verbatims.questions(opened)
    kinds = {True: _("single"), False: _("multi-punch")}
    lines = [
        counted(
            N_("{name} ({direction}, {kind}): {answered} answers, {reviewed} reviewed. {text}"),
            name=one.name,
            direction=_(one.direction),
            kind=kinds[one.single],
            answered=f"{one.answered:,}",
            reviewed=f"{one.reviewed:,}",
            text=one.text,
        ).rstrip()
        for one in known
    ]
    show({"questions": [asdict(one) for one in known]}, lines)


@question.command(name="set")
@PROJECT
@click.argument("name")
@click.option("--text", help="The question as it was asked.")
@click.option("--direction", help="likes, neutral or dislikes: what 没有 means hangs on it.")
@click.option("--single/--multi", "single", default=None, help="Whether an answer carries one code at most.")
@click.option("--frame", metavar="NAME", help="The code frame by which its answers are coded.")
@CODER
@verb('main.py question set car.tingdong Q7 --text "您有哪些不满意的地方？" --direction dislikes')
def question_set(
    project: Path,
    name: str,
    text: str | None,
    direction: str | None,
    single: bool | None,
    frame: str | None,
    coder: str | None,
) -> None:
    """Change what is known of a question; what is not named stays."""
    with Project.open(project, coder=coder) as opened:
        one = verbatims.the_question(opened, name)
        step = questions.change(
            opened,
            question=one.id,
            text=text,
            direction=direction,
            single=single,
            frame=None if frame is None else frames.the_frame(opened, frame),
        )
        now = verbatims.the_question(opened, one.name)
    show({"question": asdict(now), "op": step.op}, [step.words if step.op else _("Nothing was changed.")])


@group.group()
def coder() -> None:
    """Coders: list, lead."""


@coder.command(name="list")
@PROJECT
@verb("main.py coder list car.tingdong")
def coder_list(project: Path) -> None:
    """List who codes in this project, and whose word wins where nobody adjudicated."""
    with Project.open(project, read_only=True) as opened:
        people = questions.people(opened)
    lead = "  " + _("lead coder")
    lines = [f"{one.name}  {one.answers:,}{lead if one.lead else ''}" for one in people]
    show({"coders": [asdict(one) for one in people]}, lines)


@coder.command(name="lead")
@PROJECT
@click.argument("name", required=False)
@verb("main.py coder lead car.tingdong 周岚")
def coder_lead(project: Path, name: str | None) -> None:
    """Name the lead coder; without a name there is none."""
    with Project.open(project) as opened:
        step = questions.name_lead(opened, name=name)
    show({"op": step.op, "lead": name}, [step.words if step.op else _("Nothing was changed.")])
