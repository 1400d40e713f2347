"""What the runs in force say by code: how many answers wait with it, and what another threshold would take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Frame
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection, Value
from annotate.store.numbers import integers
from training.quality.cuts import SCALE

_WAITING = (
    "not exists(select 1 from label_now w where w.verbatim_id = p.verbatim_id)"
    " and not exists(select 1 from review_now n where n.verbatim_id = p.verbatim_id)"
)
_ACTIVE = "(select id from import_batch where state = 1)"
_ANSWERS = (
    "from run_in_force f cross join prediction p on p.run_id = f.run_id cross join verbatim v on v.id = p.verbatim_id"
    f" and v.state = 1 and v.batch_id in {_ACTIVE}"
)
_STEPS = 3
_WHAT = N_("Counting answers")


@dataclass(frozen=True, slots=True)
class MachineCount:
    """A code or net in the runs in force: ``waiting`` answers that nobody has decided carry it by the model's word.

    ``lowest``: the lowest probability that was accepted, which is the threshold as it shows; None where it never was.
    """

    waiting: int
    lowest: float | None


def machine_counts(
    db: Connection, question: int, frame: Frame, *, progress: Progress = silent
) -> dict[int, MachineCount]:
    """Return the count of each code and net of a question's runs in force; a net counts an answer once."""
    # Arrays from few passes in the order of the rows: looked up one by one, a million accepted codes take five times as
    # long.
    known = np.sort(_columns(db, ("id",), f"verbatim where state = 1 and batch_id in {_ACTIVE}")[0])
    progress(1, _STEPS, _WHAT)
    touched = "(select verbatim_id id from label_now union select verbatim_id from review_now)"
    decided = _columns(db, ("id",), touched)[0]
    answers, codes, p = _columns(
        db,
        ("p.verbatim_id", "p.code_id", "p.p"),
        "run_in_force f cross join prediction p on p.run_id = f.run_id where f.question_id = ? and p.accepted = 1",
        (question,),
    )
    progress(2, _STEPS, _WHAT)
    kept = np.isin(answers, known)
    answers, codes, p = answers[kept], codes[kept], p[kept]
    place = np.searchsorted(known, answers)
    waits = ~np.isin(answers, decided)
    found: dict[int, MachineCount] = {}
    for code in frame.codes:
        here = np.isin(codes, list(frame.under(code.id))) if code.is_net else codes == code.id
        told = np.zeros(known.size, np.bool_)
        told[place[here & waits]] = True
        lowest = None if code.is_net or not here.any() else int(p[here].min()) / SCALE
        found[code.id] = MachineCount(int(told.sum()), lowest)
    progress(_STEPS, _STEPS, _WHAT)
    return found


def _columns(
    db: Connection, names: tuple[str, ...], where: str, values: tuple[Value, ...] = ()
) -> list[NDArray[np.int64]]:
    # One string a column instead of a million row objects.
    row = db.one(f"select {', '.join(f'group_concat({one})' for one in names)} from {where}", values)
    assert row is not None
    return list(map(integers, row))


@dataclass(frozen=True, slots=True)
class Undecided:
    """Probabilities of a code on answers nobody has decided, in 1/SCALE, rising: all stored, and those accepted now."""

    stored: NDArray[np.int64]
    accepted: NDArray[np.int64]

    def taken(self, threshold: float) -> int:
        """Return how many answers would carry the code from this probability on."""
        return int(self.stored.size - np.searchsorted(self.stored, round(threshold * SCALE)))


def undecided(db: Connection, question: int, code: int) -> Undecided:
    """Return the probabilities of a code in the runs in force of a question, on answers nobody has decided.

    Where codes exclude each other only accepted ones count: a threshold can refuse the likeliest, not choose another.
    """
    rows = db.execute(
        f"select p.p, p.accepted {_ANSWERS} where f.question_id = ? and p.code_id = ? and {_WAITING} order by p.p",
        (question, code),
    ).fetchall()
    table = np.array(rows, np.int64).reshape(-1, 2)
    return Undecided(table[:, 0], table[table[:, 1] == 1, 0])
