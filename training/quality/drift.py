"""What changed from one wave to the next in what the machine says: codes for "other", and answers no code fits."""

from __future__ import annotations

from dataclasses import dataclass

from annotate import frames
from annotate.estimates import wilson_interval
from annotate.frames import Role
from annotate.store.connection import Connection

LEAST = 100
"""Answers that a wave needs before it is compared."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A share of answers in the last two waves that were coded: ``kind`` other (a code for other) or uncoded (no code
    accepted). ``sure``: their 95 % intervals (Wilson 1927) do not meet."""

    kind: str
    earlier: str
    later: str
    before: float
    after: float
    sure: bool


def drift(db: Connection, question: int) -> list[Drift]:
    """Return what changed between the last two coded waves of a question, by the runs in force; [] with fewer."""
    frame = db.integer("select frame_id from question where id = ?", (question,))
    if not frame:
        return []
    other = ", ".join(str(one.id) for one in frames.read(db, frame).codes if one.role is Role.OTHER) or "0"
    rows = db.execute(
        "select w.name, u.n_verbatims,"
        f" (select count(distinct p.verbatim_id) from prediction p where p.run_id = u.id and p.code_id in ({other})"
        "   and p.accepted = 1),"
        " (select count(distinct p.verbatim_id) from prediction p where p.run_id = u.id and p.accepted = 1)"
        " from run_in_force f join run u on u.id = f.run_id join wave w on w.id = f.wave_id where f.question_id = ?"
        " order by w.sort desc, w.id desc limit 2",
        (question,),
    ).fetchall()
    if len(rows) < 2 or any(int(row[1] or 0) < LEAST for row in rows):
        return []
    names = [str(row[0]) for row in rows]
    answers, other_on, coded_on = ([int(row[place] or 0) for row in rows] for place in (1, 2, 3))
    bare_on = [whole - coded for whole, coded in zip(answers, coded_on, strict=True)]
    found = []
    for kind, counts in (("other", other_on), ("uncoded", bare_on)):
        later, earlier = (wilson_interval(n, whole) for n, whole in zip(counts, answers, strict=True))
        apart = earlier[1] < later[0] or later[1] < earlier[0]
        found.append(Drift(kind, names[1], names[0], counts[1] / answers[1], counts[0] / answers[0], apart))
    return found
