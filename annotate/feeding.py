"""A code made of answers: the new code and what it is given to, as one undoable step."""

from __future__ import annotations

from collections.abc import Sequence

from annotate import coding, frame_edits
from annotate.errors import UserError
from annotate.frame_codes import Role
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import AddCode
from annotate.messages import N_
from annotate.store import operations
from annotate.store.decisions import Origin
from annotate.store.operations import Operation, Step
from annotate.store.project import Project


def make_code(
    project: Project,
    *,
    question: int,
    label: str,
    verbatims: Sequence[int],
    parent: int | None = None,
    number: str = "",
    sentiment: int | None = None,
) -> tuple[int, Step]:
    """Add a code at the end of its net and give it to answers and their identical twins; return its id and the step.

    Nobody's other codes change, except those that cannot stand beside it. Raises UserError (no-frame, no-answers,
    bad-code, number-taken, bad-parent).
    """
    if not verbatims:
        raise UserError(
            "no-answers",
            N_("The code was not made."),
            N_("No answers were chosen for it."),
            N_("Choose a cluster with answers."),
        )

    def do(op: Operation) -> int:
        frame = op.db.integer("select frame_id from question where id = ?", (question,))
        if not frame:
            raise UserError(
                "no-frame",
                N_("The code was not made."),
                N_("The question has no code frame yet."),
                N_("Import or make a code frame first."),
            )
        draft = FrameDraft.open(op.db, frame)
        frame_edits.applied(draft, [AddCode(label, number, parent, False, Role.THEME.value, "", "")])
        code = next(iter(draft.write(op).values()))
        coding.applying(project, verbatims=verbatims, code=code, sentiment=sentiment, origin=Origin.BULK)(op)
        op.say(N_("New code {label} on {n} answers"), label=label.strip(), n=op.rows)
        return code

    return operations.run(project, "make-code", do)
