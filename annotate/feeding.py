"""A code made of answers: the new code and what it is given to, as one undoable step; what giving them would count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate import coding, frame_edits, frames
from annotate.errors import UserError
from annotate.frame_codes import Frame, Role
from annotate.frame_draft import FrameDraft
from annotate.frame_edits import AddCode
from annotate.messages import N_, _
from annotate.store import operations
from annotate.store.decisions import Origin
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Feeding:
    """What giving answers to a code would count: ``answers``, identical ones with them; ``carried``: which of them
    carry which code (answer, code) already."""

    answers: int
    carried: frozenset[tuple[int, int]]

    def more(self, frame: Frame, code: int) -> int:
        """Return by how many answers a code or net would grow; a net counts each answer once."""
        inside = frame.under(code)
        return self.answers - len({verbatim for verbatim, given in self.carried if given in inside})


def feeding(project: Project, *, verbatims: Sequence[int]) -> Feeding:
    """Count answers and their identical twins, and what they carry; changes nothing."""
    answers = 0
    carried: set[tuple[int, int]] = set()
    with project.reading() as db, db.snapshot():
        for start in range(0, len(verbatims), _CHUNK):
            some = ", ".join(map(str, verbatims[start : start + _CHUNK]))
            inside = (
                f"from verbatim v where v.group_id in (select group_id from verbatim where id in ({some}))"
                " and v.batch_id in (select id from import_batch where state = 1)"
            )
            answers += db.integer(f"select count(*) {inside}")
            carried.update(
                (int(row[0] or 0), int(row[1] or 0))
                for row in db.execute(
                    "select verbatim_id, code_id from label_now where yes = 1"
                    f" and verbatim_id in (select v.id {inside})"
                )
            )
    return Feeding(answers, frozenset(carried))


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

    A question without a code frame gets one, in the same step. Nobody's other codes change, except those that cannot
    stand beside it. Raises UserError (no-answers, bad-code, number-taken, bad-parent).
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
            frame = frames.new_frame(op, _("Code frame"))
        draft = FrameDraft.open(op.db, frame)
        frame_edits.applied(draft, [AddCode(label, number, parent, False, Role.THEME.value, "", "")])
        code = next(iter(draft.write(op).values()))
        coding.applying(project, verbatims=verbatims, code=code, sentiment=sentiment, origin=Origin.BULK)(op)
        op.say(N_("New code {label} on {n} answers"), label=label.strip(), n=op.rows)
        return code

    return operations.run(project, "make-code", do)
