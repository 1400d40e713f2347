"""The different answers to a question, folded, with everyone who gave each: what rules and proposals look through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from annotate.store.connection import Connection
from annotate.text_batch import fold_many

Ids = NDArray[np.int64]

_BATCH = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Different:
    """The n different answers in force to a question, by rising id of the first who gave each.

    ``ids`` int64 (n): that verbatim; ``texts`` (n): folded; ``counts`` int64 (n): who gave it. ``verbatims`` int64 (m),
    ``owners`` int64 (m): every answer, and the place of its text.
    """

    question: int
    ids: Ids
    texts: list[str]
    counts: Ids
    verbatims: Ids
    owners: Ids

    def members(self, places: Ids) -> Ids:
        """Return the answers that have one of these texts, rising."""
        wanted = np.zeros(self.ids.size, np.bool_)
        wanted[places] = True
        found: Ids = np.sort(self.verbatims[wanted[self.owners]]) if self.ids.size else self.verbatims
        return found


def read(db: Connection, question: int, *, progress: Progress = silent) -> Different:
    """Read the different answers to a question; about 1 s for 50,000."""
    rows = db.execute(
        "select v.id, v.group_id from verbatim v where +v.question_id = ? and v.state = 1"
        " and v.batch_id in (select id from import_batch where state = 1)",
        (question,),
    ).fetchall()
    pairs = np.array(rows, np.int64).reshape(-1, 2)
    ids, owners, counts = np.unique(pairs[:, 1], return_inverse=True, return_counts=True)
    texts: list[str] = []
    for start in range(0, ids.size, _BATCH):
        progress(start, ids.size)
        part = ids[start : start + _BATCH].tolist()
        rows = db.execute(f"select id, text from verbatim_text where id in ({', '.join(map(str, part))})").fetchall()
        told = {row[0]: row[1] for row in rows}
        texts += fold_many([str(told.get(one, "")) for one in part])
    return Different(question, ids, texts, counts.astype(np.int64), pairs[:, 0].copy(), owners.astype(np.int64))
