"""What commands of the classifier tell alike: that a project is read-only, a day."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from annotate.messages import _
from annotate.store.project import Project

ASKED = "It was asked for so."
"""What a project says that was opened to be read only."""


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
