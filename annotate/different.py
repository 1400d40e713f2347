"""The different answers to a question, folded, with how many gave each: what rules, brands and proposals look through.

A project may have a million of them. ``parts`` reads them in slices and keeps none; ``read`` keeps all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.connection import Connection
from annotate.store.finding import as_json, ids_of
from annotate.text_batch import fold_many

Ids = NDArray[np.int64]

_BATCH = 5_000
_SLICE = 100_000
"""Rows whose ids come as one string: ten times as fast as a row each, and some 0.7 MB at once."""
_WHAT = N_("Looking through the answers")
_DENSE = 4
"""Where at least one row in so many is wanted, all of them are read: in order they cost half as much, or less."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Who gives the same answer to a question.

    ``owners`` int32 (last id + 1): by the id of a verbatim the one that heads its group, 0 where it is not an answer in
    force to the question. ``heads`` int64 (n), rising; ``counts`` int64 (n): how many are in the group.
    """

    question: int
    owners: NDArray[np.int32]
    heads: Ids
    counts: Ids

    @property
    def answers(self) -> int:
        """Return how many answers there are, the same ones counted each."""
        return int(self.counts.sum())

    def counts_of(self, heads: Ids) -> Ids:
        """Return how many gave the answers that these verbatims head."""
        found: Ids = self.counts[np.searchsorted(self.heads, heads)]
        return found

    def members(self, heads: Ids) -> Ids:
        """Return all answers that these verbatims head, rising, themselves among them."""
        wanted = np.zeros(self.owners.size, np.bool_)
        wanted[heads] = True
        wanted[0] = False
        return np.flatnonzero(wanted[self.owners])


@dataclass(frozen=True, slots=True, eq=False)
class Different:
    """The n different answers in force to a question, by rising id of the first who gave each.

    ``ids`` int64 (n): that verbatim; ``texts`` (n): folded; ``counts`` int64 (n): who gave it.
    """

    question: int
    ids: Ids
    texts: list[str]
    counts: Ids


def groups(db: Connection, question: int, *, progress: Progress = silent) -> Groups:
    """Find who gives the same answer; a second for 1.5 million, 4 bytes a verbatim and 16 for each different one."""
    top = db.integer("select max(id) from verbatim")
    owners = np.zeros(top + 1, np.int32)
    for start in range(1, top + 1, _SLICE):
        progress(start, top, _WHAT)
        row = db.one(
            "select group_concat(v.id), group_concat(v.id) filter (where v.group_id <> v.id),"
            " group_concat(v.group_id) filter (where v.group_id <> v.id) from verbatim v"
            # The plus keeps SQLite in the order of ids: in that of the index rows are read all over the file.
            " where v.id between ? and ? and +v.question_id = ? and v.state = 1"
            " and v.batch_id in (select id from import_batch where state = 1)",
            (start, start + _SLICE - 1, question),
        )
        ids = ids_of(row)
        owners[ids] = ids
        owners[ids_of(row, 1)] = ids_of(row, 2)
    counts = np.bincount(owners, minlength=1)
    counts[0] = 0
    heads = np.flatnonzero(counts)
    return Groups(question, owners, heads, counts[heads])


def parts(
    db: Connection,
    told: Groups,
    *,
    only: Ids | None = None,
    clean: Callable[[str], str] | None = None,
    progress: Progress = silent,
) -> Iterator[Different]:
    """Yield the different answers slice by slice, by rising id; a second for 200,000, a few MB at once.

    ``only``: just groups with one of these heads, rising. ``clean`` goes over each text before it is folded.
    """
    heads = told.heads if only is None else only
    for start in range(0, heads.size, _BATCH):
        progress(start, heads.size, _WHAT)
        ids = heads[start : start + _BATCH]
        texts = _texts(db, ids)
        if clean is not None:
            texts = [clean(one) for one in texts]
        yield Different(told.question, ids, fold_many(texts), told.counts_of(ids))
    progress(heads.size, heads.size, _WHAT)


def read(db: Connection, question: int, *, progress: Progress = silent) -> Different:
    """Read all different answers to a question; a second for 200,000, which take some 60 MB."""
    told = groups(db, question)
    texts = [text for part in parts(db, told, progress=progress) for text in part.texts]
    return Different(question, told.heads, texts, told.counts)


def _texts(db: Connection, ids: Ids) -> list[str]:
    first, last = int(ids[0]), int(ids[-1])
    if last - first < _DENSE * ids.size:
        rows = db.execute("select id, text from verbatim_text where id between ? and ?", (first, last))
    else:
        # Bound as one value: the driver keeps the last hundred statements, which as lists of numbers took 40 MB.
        rows = db.execute(
            "select id, text from verbatim_text where id in (select value from json_each(?))", (as_json(ids),)
        )
    texts = {row[0]: row[1] for row in rows}
    return [str(texts.get(one, "")) for one in ids.tolist()]
