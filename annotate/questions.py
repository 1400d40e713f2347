"""What is known of a question besides its answers: text, direction, single or multi, frame; and the lead coder."""

from __future__ import annotations

import json
from dataclasses import dataclass

from annotate.errors import AskedWronglyError, UserError
from annotate.layers import lead_coder
from annotate.messages import N_
from annotate.store import images, operations
from annotate.store.connection import Value
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

DIRECTIONS = (N_("likes"), N_("neutral"), N_("dislikes"))


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who codes in this project. ``answers``: how many they reviewed or coded."""

    id: int
    name: str
    answers: int
    lead: bool


def change(
    project: Project,
    *,
    question: int,
    text: str | None = None,
    direction: str | None = None,
    single: bool | None = None,
    frame: int | None = None,
) -> Step:
    """Change what is known of a question; None leaves a thing as it is. ``single``: an answer carries one code at most.

    Raises UserError (several-codes) where answers carry two codes of one coder and single is asked, AskedWronglyError
    (no-such-direction).
    """
    if direction is not None and direction not in DIRECTIONS:
        raise AskedWronglyError(
            "no-such-direction",
            N_("The question was not changed."),
            N_("There is no direction “{direction}”."),
            N_("Use likes, neutral or dislikes."),
            direction=direction,
        )

    def do(op: Operation) -> None:
        row = op.db.one("select name from question where id = ?", (question,))
        op.say(N_("Question {name} changed"), name=str(row[0]) if row else "")
        op.rows = 1
        values: dict[str, Value] = {"text": text, "direction": direction, "frame_id": frame}
        if single is not None:
            values["single"] = int(single)
        if single:
            _require_single(op, question)
        images.write(op, "question", {"id": question}, {k: v for k, v in values.items() if v is not None})

    return operations.run(project, "question", do)[1]


def _require_single(op: Operation, question: int) -> None:
    several = op.db.integer(
        "select count(*) from (select w.verbatim_id from label_now w join verbatim v on v.id = w.verbatim_id"
        " where v.question_id = ? and w.yes = 1 and v.batch_id in (select id from import_batch where state = 1)"
        " group by w.verbatim_id, w.coder_id having count(distinct w.code_id) > 1)",
        (question,),
    )
    if several:
        raise UserError(
            "several-codes",
            N_("The question stays multi-punch."),
            N_("{n} of its answers carry two codes and more."),
            N_("Leave one code on each of them first."),
            n=several,
        )


def people(project: Project) -> list[Person]:
    """Return the people of the project, in the order they came."""
    with project.reading() as db:
        lead = lead_coder(db)
        rows = db.execute(
            "select c.id, c.name, (select count(*) from (select verbatim_id from review_now where coder_id = c.id"
            " union select verbatim_id from label_now where coder_id = c.id and yes = 1))"
            " from coder c where c.kind = 0 order by c.id"
        ).fetchall()
    return [Person(int(r[0] or 0), str(r[1]), int(r[2] or 0), r[0] == lead) for r in rows]


def name_lead(project: Project, *, name: str | None) -> Step:
    """Name the coder whose word wins where nobody adjudicated; None: nobody. Raises AskedWronglyError (no-coder)."""
    known = {one.name: one.id for one in people(project)}
    if name is not None and name not in known:
        raise AskedWronglyError(
            "no-coder",
            N_("No lead coder was named."),
            N_("Nobody called {name} codes in this project; there are: {names}."),
            N_("Use one of these names."),
            name=name,
            names=", ".join(known),
        )

    def do(op: Operation) -> None:
        op.rows = 1
        if name is None:
            op.say(N_("No lead coder"))
            images.write(op, "setting", {"key": "lead_coder"}, None)
            return
        op.say(N_("Lead coder: {name}"), name=name)
        images.write(op, "setting", {"key": "lead_coder"}, {"value": json.dumps(known[name])})

    return operations.run(project, "lead-coder", do)[1]
