"""What the runs in force say by code: how many answers wait with it, and what another threshold would take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.frames import Frame
from annotate.store.connection import Connection
from annotate.store.numbers import integers
from training.quality.cuts import SCALE

_WAITING = (
    "not exists(select 1 from label_now w where w.verbatim_id = p.verbatim_id)"
    " and not exists(select 1 from review_now n where n.verbatim_id = p.verbatim_id)"
)
_ANSWERS = (
    "from run_in_force f cross join prediction p on p.run_id = f.run_id cross join verbatim v on v.id = p.verbatim_id"
    " and v.state = 1 and v.batch_id in (select id from import_batch where state = 1)"
)


@dataclass(frozen=True, slots=True)
class MachineCount:
    """A code or net in the runs in force: ``waiting`` answers that nobody has decided carry it by the model's word.

    ``lowest``: the lowest probability that was accepted, which is the threshold as it shows; None where it never was.
    """

    waiting: int
    lowest: float | None


def machine_counts(db: Connection, question: int, frame: Frame) -> dict[int, MachineCount]:
    """Return the count of each code and net of a question's runs in force; a net counts an answer once."""
    lowest = {
        int(row[0] or 0): int(row[1] or 0) / SCALE
        for row in db.execute(
            f"select p.code_id, min(p.p) {_ANSWERS} where f.question_id = ? and p.accepted = 1 group by 1", (question,)
        )
    }
    row = db.one(
        "select group_concat(verbatim_id), group_concat(code_id) from (select p.verbatim_id, p.code_id"
        f" {_ANSWERS} where f.question_id = ? and p.accepted = 1 and {_WAITING})",
        (question,),
    )
    assert row is not None
    answers, codes = map(integers, row)
    found: dict[int, MachineCount] = {}
    for code in frame.codes:
        below = frame.under(code.id)
        here = answers[np.isin(codes, list(below))] if code.is_net else answers[codes == code.id]
        waiting = np.unique(here).size if code.is_net else here.size
        found[code.id] = MachineCount(int(waiting), None if code.is_net else lowest.get(code.id))
    return found


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
