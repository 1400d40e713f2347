"""What a person names on the command line: a code, waves, a question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from annotate import frames, verbatims
from annotate.errors import AskedWronglyError
from annotate.frames import Code
from annotate.messages import N_, _, listed
from annotate.store.project import Project

ASKED = "It was asked for so."
"""What a project says that was opened to be read only."""


def code(project: Project, frame_id: int | None, called: str) -> Code:
    """Return the code or net of a frame by number, label, English label or full path; raises AskedWronglyError."""
    known = frames.head(project, frame_id).codes if frame_id else ()
    alike: list[Code] = []
    for some in ([one for one in known if not one.retired], known):
        alike = alike or [one for one in some if called in (one.number, one.full_path)]
        alike = alike or [one for one in some if called in (one.label, one.label_en)]
    if len(alike) != 1:
        raise AskedWronglyError(
            "which-code" if alike else "no-code",
            N_("Which code is meant by {name}?"),
            N_("{n} codes of the frame are called so."),
            N_("Give the code's number, or its whole path from the net down: net/code."),
            name=called,
            n=len(alike),
        )
    return alike[0]


def questions(project: Project, called: Sequence[str]) -> set[int] | None:
    """Return the questions of these names, None for none named; raises UserError (no-question)."""
    return {verbatims.the_question(project, name).id for name in called} or None


def waves(project: Project, called: Sequence[str]) -> set[int] | None:
    """Return the waves of these names ('-': no named wave), None where none is named; raises AskedWronglyError."""
    known = {str(row[1]): int(row[0] or 0) for row in project.rows("select id, name from wave")} | {"-": 0}
    for name in called:
        if name not in known:
            raise AskedWronglyError(
                "no-wave",
                N_("There is no wave {name}."),
                N_("Known waves: {names}."),
                N_("Give one of these names, or - for answers of no named wave."),
                name=name,
                names=listed(one for one in known if one != "-") or "-",
            )
    return {known[name] for name in called} or None


def say_if_read_only(project: Project) -> str | None:
    """Say on stderr that another program has the project, or that it may not be written; return why, else None."""
    if not project.read_only or project.read_only_reason == ASKED:
        return None
    why = _(project.read_only_reason)
    click.echo(_("{name} is read-only here. {why} What is saved in it is shown.").format(
        name=project.path.name, why=why), err=True)  # fmt: skip
    return why


def day(at_ms: int) -> str:
    """Return the day of a time in UTC milliseconds."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
