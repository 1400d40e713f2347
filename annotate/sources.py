"""What is known of a source: the kind of channel it is."""

from __future__ import annotations

from annotate.errors import AskedWronglyError
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

LONGEST = 60


def set_kind(project: Project, *, source: int, kind: str) -> Step:
    """Say what kind of channel a source is: hotline, survey, private, opinion, store, a word of one's own, "" for none.

    Raises AskedWronglyError (kind-too-long).
    """
    kind = " ".join(kind.split())
    if len(kind) > LONGEST:
        raise AskedWronglyError(
            "kind-too-long",
            N_("The kind of the source was not changed."),
            N_("A kind has at most {limit} characters."),
            N_("Give it a shorter name."),
            limit=LONGEST,
        )

    def do(op: Operation) -> None:
        row = op.db.one("select name from source where id = ?", (source,))
        if row is None:
            return
        op.say(N_("Kind of source {name}: {kind}"), name=str(row[0]), kind=kind or "–")
        op.rows = 1
        images.write(op, "source", {"id": source}, {"channel": kind})

    return operations.run(project, "source", do)[1]
