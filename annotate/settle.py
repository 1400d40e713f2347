"""Settling a doubted answer: codes off and codes on as one step, whoever said what stands."""

from __future__ import annotations

from collections.abc import Collection

from annotate import frames, layers
from annotate.errors import UserError
from annotate.frames import EXCLUSIVE, Frame
from annotate.messages import N_
from annotate.store import decisions, operations
from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin, Todo
from annotate.store.operations import Operation, Step
from annotate.store.project import ADJUDICATED, Project

_SAID = N_("Doubt settled on {n} answers")


def settle(project: Project, *, verbatim: int, take: Collection[int] = (), give: Collection[int] = ()) -> Step:
    """Take codes off an answer and give it others, as one undoable step.

    Where only the present coder has spoken it becomes their decision, on identical answers too that carry the same;
    where others have, the answer is adjudicated: else two voices would contradict each other. Codes that cannot stand
    beside a given one go off. Raises UserError (no-such-answer, no-frame).
    """

    def do(op: Operation) -> None:
        row = op.db.one(
            "select v.question_id, q.frame_id, v.group_id from verbatim v join question q on q.id = v.question_id"
            " where v.id = ? and v.state = 1",
            (verbatim,),
        )
        if row is None:
            raise UserError(
                "no-such-answer",
                N_("There is no answer {number}."),
                N_("The project holds no answered question under that number."),
                N_("Take the id from doubts, next or an export."),
                number=verbatim,
            )
        question, frame_id = int(row[0] or 0), int(row[1] or 0)
        frame = frames.read(op.db, frame_id)
        gone = set(take) | _clashing(frame, give)
        others = op.db.integer(
            "select exists(select 1 from label_now n join coder c on c.id = n.coder_id where n.verbatim_id = ?1"
            " and n.coder_id <> ?2 and c.kind <= 1) or exists(select 1 from review_now n join coder c"
            " on c.id = n.coder_id where n.verbatim_id = ?1 and n.coder_id <> ?2 and c.kind <= 1)",
            (verbatim, project.coder.id),
        )
        if others:
            layer = project.layer(ADJUDICATED)
            op.rows = 1
            op.say(_SAID, n=1)
            decisions.record(op, frame_id, layer, _as_judge(op.db, question, verbatim, layer, gone, give))
            return
        members = _alike(op.db, project.coder.id, verbatim, int(row[2] or 0), take)
        rows: list[Todo] = [
            (one, code, Action.OFF, None, None, None, None, _origin(one, verbatim))
            for one in members
            for code in _standing(op.db, project.coder.id, one, gone)
        ]
        for one in members:
            last = op.db.integer(
                "select max(mention) from label_now where verbatim_id = ? and coder_id = ? and yes = 1",
                (one, project.coder.id),
            )
            rows += [
                (one, code, Action.YES, None, None, None, last + place, _origin(one, verbatim))
                for place, code in enumerate(give, 1)
            ]
        op.rows = len(members)
        op.say(_SAID, n=len(members))
        decisions.record(op, frame_id, project.coder.id, rows)

    return operations.run(project, "code", do)[1]


def _origin(one: int, verbatim: int) -> Origin:
    return Origin.HUMAN if one == verbatim else Origin.DUPLICATE


def _clashing(frame: Frame, give: Collection[int]) -> set[int]:
    """Return the codes that cannot stand beside one of these."""
    roles = {one.id: one.role for one in frame.codes}
    if any(roles.get(code) in EXCLUSIVE for code in give):
        return set(roles) - set(give)
    return {code for code, role in roles.items() if role in EXCLUSIVE} if give else set()


def _alike(db: Connection, coder: int, verbatim: int, group: int, take: Collection[int]) -> list[int]:
    """Return the answer and the identical ones on which the codes to take off stand as well."""
    marks = ", ".join(map(str, take)) or "0"
    rows = db.execute(
        "select v.id from verbatim v where (v.id = ?1 or v.group_id = ?1) and v.state = 1 and v.id <> ?2"
        " and v.batch_id in (select id from import_batch where state = 1)"
        " and exists(select 1 from label_now w where w.verbatim_id = v.id and w.coder_id = ?3)"
        f" and (select count(distinct w.code_id) from label_now w where w.verbatim_id = v.id and w.coder_id = ?3"
        f"  and w.yes = 1 and w.code_id in ({marks})) = ?4"
        " and not exists(select 1 from label_now w where w.verbatim_id = v.id and w.coder_id <> ?3)",
        (group, verbatim, coder, len(set(take))),
    )
    return [verbatim, *(int(row[0] or 0) for row in rows)]


def _standing(db: Connection, coder: int, verbatim: int, codes: Collection[int]) -> list[int]:
    """Return the codes as given that stand for these on an answer."""
    marks = ", ".join(map(str, codes)) or "0"
    rows = db.execute(
        f"select distinct raw_code from label_now where verbatim_id = ? and coder_id = ? and yes = 1"
        f" and code_id in ({marks})",
        (verbatim, coder),
    )
    return [int(row[0] or 0) for row in rows]


def _as_judge(
    db: Connection, question: int, verbatim: int, layer: int, gone: Collection[int], give: Collection[int]
) -> list[Todo]:
    """Return the whole answer as it stands, with the change, for the adjudicated layer."""
    answer = next(layers.answers(db, question, model=False, only=[verbatim]))
    wanted = {said.code_id: said.sentiment for said in answer.human if said.code_id not in {*gone, *answer.contested}}
    wanted |= {code: wanted.get(code) for code in give}
    rows: list[Todo] = [
        (verbatim, code, Action.OFF, None, None, None, None, Origin.HUMAN)
        for code in _standing_all(db, layer, verbatim)
        if code not in wanted
    ]
    rows += [
        (verbatim, code, Action.YES, sentiment, None, None, place, Origin.HUMAN)
        for place, (code, sentiment) in enumerate(wanted.items(), 1)
    ]
    return [*rows, (verbatim, 0, Action.REVIEWED, None, None, None, None, Origin.HUMAN)]


def _standing_all(db: Connection, coder: int, verbatim: int) -> list[int]:
    rows = db.execute(
        "select distinct raw_code from label_now where verbatim_id = ? and coder_id = ? and yes = 1", (verbatim, coder)
    )
    return [int(row[0] or 0) for row in rows]
