"""Taking over what the machine says of one code above a confidence: looked at first, then one undoable step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import certificates, frames, samples
from annotate.errors import UserError
from annotate.frames import EXCLUSIVE, Code
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import decisions, operations
from annotate.store.connection import Connection
from annotate.store.decisions import Action, Origin, Todo
from annotate.store.operations import Operation, Step
from annotate.store.project import Project

SHOWN = 20
"""Answers that a person looks at before the rest is taken."""
_WHOLE = 10_000
_WHAT = N_("Counting answers")


@dataclass(frozen=True, slots=True)
class Above:
    """The answers that would get a code: the runs in force accept it there from ``cut`` on, and nobody decided on it.

    ``ids`` int64, rising; ``sample``: up to SHOWN of them, drawn at random. ``covered_only``: where the codes leave a
    clause unexplained, or the code excludes what stands already, the answer is left out; ``left_out`` counts those.
    """

    question: int
    code: int
    cut: float
    covered_only: bool
    ids: NDArray[np.int64]
    sample: tuple[int, ...]
    left_out: int


def preview(
    project: Project,
    *,
    question: int,
    code: int,
    cut: float,
    covered_only: bool = True,
    seed: int = 1,
    progress: Progress = silent,
) -> Above:
    """Show which answers a code would be taken over on, and draw those to look at. Raises UserError (retired-code)."""
    with project.reading() as db, db.snapshot():
        one = _usable(db, code)
        progress(0, 2, _WHAT)
        ids, _ = _above(db, question, one, cut, covered_only)
        progress(1, 2, _WHAT)
        whole = ids.size if not covered_only else _above(db, question, one, cut, False)[0].size
    progress(2, 2, _WHAT)
    drawn = np.sort(np.random.default_rng(seed).permutation(ids)[:SHOWN])
    return Above(question, code, cut, covered_only, ids, tuple(drawn.tolist()), whole - ids.size)


def accept(project: Project, *, above: Above, right: Collection[int] = (), wrong: Collection[int] = ()) -> Step:
    """Give the code to the answers of a preview, those found ``wrong`` get a no instead; one undoable step.

    Each keeps the machine's sentiment. What was looked at counts as a suggestion taken, the rest as coded in bulk.
    Evaluated anew inside the step; where that differs from the preview the step keeps what was expected. Raises
    UserError (nothing-to-accept, retired-code).
    """

    def do(op: Operation) -> None:
        frame_id, one = frames.find(op.db, above.code)
        _usable(op.db, above.code)
        ids, moods = _above(op.db, above.question, one, above.cut, above.covered_only)
        refused = set(wrong)
        yes = [(verbatim, mood) for verbatim, mood in zip(ids.tolist(), moods, strict=True) if verbatim not in refused]
        if not yes:
            raise UserError(
                "nothing-to-accept",
                N_("No answer was coded."),
                N_("The machine gives the code to no undecided answer with so much confidence."),
                N_("Lower the confidence, or look at another code."),
            )
        seen = set(right)
        places = _mentions(op.db, project.coder.id, [verbatim for verbatim, _ in yes])
        rows: list[Todo] = [
            (
                verbatim, one.id, Action.YES, mood, None, None, places.get(verbatim, 0) + 1,
                Origin.SUGGESTION if verbatim in seen else Origin.BULK,
            )
            for verbatim, mood in yes
        ]  # fmt: skip
        rows += [(verbatim, one.id, Action.OFF, None, None, None, None, Origin.HUMAN) for verbatim in sorted(refused)]
        op.rows = len(yes)
        op.detail.update(cut=above.cut, looked_at=len(seen) + len(refused), wrong=len(refused))
        if len(ids) != above.ids.size:
            op.detail["expected"] = int(above.ids.size)
        op.say(
            N_("{code} taken over from the machine on {n} answers, from {cut} on"),
            code=f"{one.number} {one.label}".strip(),
            n=len(yes),
            cut=f"{above.cut:.2f}",
        )
        decisions.record(op, frame_id, project.coder.id, rows)

    return operations.run(project, "accept", do)[1]


def _usable(db: Connection, code: int) -> Code:
    one = frames.find(db, code)[1]
    if one.is_net or one.retired:
        raise UserError(
            "retired-code",
            N_("{label} cannot be given to an answer."),
            N_("It is a net, or was retired."),
            N_("Choose a code in use."),
            label=one.label,
        )
    return one


def _above(
    db: Connection, question: int, code: Code, cut: float, covered_only: bool
) -> tuple[NDArray[np.int64], list[int | None]]:
    """Return the answers, rising, and the machine's sentiment on each; none that was drawn at random to measure it."""
    frame = frames.read(db, frames.find(db, code.id)[0])
    clash = [one.id for one in frame.codes if one.id != code.id and (code.role in EXCLUSIVE or one.role in EXCLUSIVE)]
    single = db.integer("select single from question where id = ?", (question,))
    against = "" if single else f" and w.code_id in ({', '.join(map(str, clash)) or '0'})"
    covered = ""
    if covered_only:
        least = round(certificates.coverage_from(db) * _WHOLE)
        covered = (
            " and not exists(select 1 from run_answer a where a.run_id = p.run_id and a.verbatim_id = p.verbatim_id"
            f" and a.covered < {least})"
        )
    rows = db.execute(
        "select p.verbatim_id, p.sentiment, v.group_id from run_in_force f cross join prediction p"
        " on p.run_id = f.run_id and p.code_id = ?1 and p.p >= ?2 and p.accepted = 1"
        " cross join verbatim v on v.id = p.verbatim_id and v.state = 1"
        " and v.batch_id in (select id from import_batch where state = 1)"
        " where f.question_id = ?3"
        " and not exists(select 1 from review_now n where n.verbatim_id = v.id)"
        " and not exists(select 1 from label_now w where w.verbatim_id = v.id and w.code_id = ?1)"
        f" and not exists(select 1 from label_now w where w.verbatim_id = v.id and w.yes = 1{against})"
        f"{covered} order by p.verbatim_id",
        (code.id, round(cut * _WHOLE), question),
    ).fetchall()
    hidden = samples.blind(db, 0)
    rows = [row for row in rows if row[2] not in hidden]
    return (
        np.array([int(row[0] or 0) for row in rows], np.int64),
        [None if row[1] is None else int(row[1]) for row in rows],
    )


def _mentions(db: Connection, coder: int, ids: list[int]) -> dict[int, int]:
    """Return how many codes the coder has given to each answer so far."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), 5_000):
        marks = ", ".join(map(str, ids[start : start + 5_000]))
        for verbatim, last in db.execute(
            f"select verbatim_id, max(mention) from label_now where coder_id = ? and yes = 1"
            f" and verbatim_id in ({marks}) group by 1",
            (coder,),
        ):
            found[int(verbatim or 0)] = int(last or 0)
    return found
