"""The board of clusters: what uncoded answers speak of, in groups, each ready to become a code or to feed one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate import different, frames, lexicon
from annotate.different import Groups
from annotate.frames import Role
from annotate.jobs import Progress, Share, silent
from annotate.messages import N_
from annotate.phrases import Cleaner
from annotate.store import images, operations
from annotate.store.connection import Connection
from annotate.store.operations import Operation, Step
from annotate.store.project import Project
from annotate.store.query import Ids
from annotate.text_batch import fold_many
from training.process.worker import Worker
from training.session import prepared_texts, reader_of

SEED = 1
EXAMPLES = 5
_LOOKED_THROUGH = 60
_LOOSE = 0.4
_DISMISSED = "not_themes:{question}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Answers alike: ``ids`` are one verbatim a text, nearest to the middle first; ``answers``: how many people.

    ``phrases`` tell it from the others, best first; ``examples``: customers' words in typical answers; ``closeness``:
    mean cosine to the middle, in [0, 1].
    """

    phrases: tuple[str, ...]
    answers: int
    ids: tuple[int, ...]
    examples: tuple[str, ...]
    closeness: float

    @property
    def name(self) -> str:
        """Return the phrase that a code made of it is named by at first; '' where nothing tells it from the rest."""
        return self.phrases[0] if self.phrases else ""

    @property
    def loose(self) -> bool:
        """Whether it holds answers that have little in common."""
        return self.closeness < _LOOSE


@dataclass(frozen=True, slots=True)
class Board:
    """The clusters of a question by falling size, loose ones last.

    ``answers`` in them; ``alone``: answers that are like no other; ``dismissed``: answers in clusters that people
    called no theme.
    """

    question: int
    clusters: tuple[Cluster, ...]
    answers: int
    alone: int
    dismissed: int


def board(
    project: Project,
    *,
    question: int,
    code: int | None = None,
    groups: int | None = None,
    seed: int = SEED,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> Board:
    """Return the clusters of what nobody has coded yet, or has only called "other"; with ``code``, of its answers.

    The same answers and ``seed`` give the same clusters. ``groups``: how many, else 20 to 40 by the number of answers.
    Clusters dismissed before stay away. Raises UserError (worker-died).
    """
    with project.reading() as db, db.snapshot():
        answers = different.groups(db, question)
        progress(20, 100)
        places = _with_code(db, answers, code) if code is not None else _uncoded(db, answers)
        known = lexicon.load(db)
        told = prepared_texts(db, answers.heads[places].tolist(), reader_of(db, question))
        gone = np.isin(answers.heads[places], dismissed(db, question)) & (code is None)
    left_out, places = places[gone], places[~gone]
    texts = [text for text, out in zip(told, gone.tolist(), strict=True) if not out]
    own = worker or Worker()
    try:
        found = own.group_texts(
            texts, answers.counts[places], known, groups=groups, seed=seed, progress=Share(progress, 20, 98, 100)
        )
    finally:
        if worker is None:
            own.close()
    made = []
    with project.reading() as db:
        cleaner = Cleaner.load(db)
        for group, phrases in enumerate(found.phrases):
            inside = np.flatnonzero(found.owners == group)
            inside = inside[np.argsort(-found.closeness[inside], kind="stable")]
            ids = answers.heads[places[inside]]
            made.append(
                Cluster(
                    phrases,
                    int(answers.counts[places[inside]].sum()),
                    tuple(ids.tolist()),
                    _examples(db, ids.tolist(), phrases, cleaner),
                    float(found.closeness[inside].mean()),
                )
            )
    progress(100, 100)
    alone = int(answers.counts[places[found.owners < 0]].sum())
    clusters = tuple(sorted(made, key=lambda one: (one.loose, -one.answers)))
    return Board(question, clusters, sum(one.answers for one in made), alone, int(answers.counts[left_out].sum()))


def _uncoded(db: Connection, answers: Groups) -> NDArray[np.int64]:
    """Return the places of texts on which nobody, person or rule, gave more than "other", nor confirmed them empty."""
    frame = db.integer("select frame_id from question where id = ?", (answers.question,))
    other = [one.id for one in frames.read(db, frame).codes if one.role is Role.OTHER] if frame else []
    marks = ", ".join(map(str, other)) or "0"
    rows = db.execute(
        f"select distinct verbatim_id from label_now where yes = 1 and code_id not in ({marks})"
        " union select verbatim_id from review_now n where not exists(select 1 from label_now w"
        " where w.verbatim_id = n.verbatim_id and w.yes = 1)"
    ).fetchall()
    known = np.array([int(row[0] or 0) for row in rows], np.int64)
    free = np.ones(answers.heads.size, np.bool_)
    free[_places(answers, known)] = False
    return np.flatnonzero(free)


def _with_code(db: Connection, answers: Groups, code: int) -> NDArray[np.int64]:
    rows = db.execute("select distinct verbatim_id from label_now where yes = 1 and code_id = ?", (code,)).fetchall()
    known = np.array([int(row[0] or 0) for row in rows], np.int64)
    return _places(answers, known)


def _places(answers: Groups, verbatims: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the groups in which verbatims are, rising; those of other questions are in none."""
    heads = np.unique(answers.owners[verbatims[verbatims < answers.owners.size]])
    return np.searchsorted(answers.heads, heads[heads > 0])


def _examples(db: Connection, ids: list[int], phrases: tuple[str, ...], cleaner: Cleaner) -> tuple[str, ...]:
    """Return the customers' words of typical answers, those that have a key phrase first."""
    some = ids[:_LOOKED_THROUGH]
    told = {
        int(row[0] or 0): cleaner.quoted(str(row[1]))
        for row in db.execute(f"select id, text from verbatim_text where id in ({', '.join(map(str, some)) or '0'})")
    }
    shown = [(one, told.get(one, "")) for one in some]
    folded = fold_many([text for _, text in shown])
    lacks = [not any(phrase in text for phrase in phrases[:3]) for text in folded]
    order = sorted(range(len(shown)), key=lambda place: (not shown[place][1], lacks[place], place))
    return tuple(shown[place][1] for place in order[:EXAMPLES] if shown[place][1])


def dismissed(db: Connection, question: int) -> NDArray[np.int64]:
    """Return the answers whose clusters people called no theme; rising."""
    row = db.one("select value from setting where key = ?", (_DISMISSED.format(question=question),))
    ranges: list[list[int]] = json.loads(str(row[0])) if row else []
    return np.concatenate([np.arange(low, high + 1) for low, high in ranges]) if ranges else np.empty(0, np.int64)


def dismiss(project: Project, *, question: int, verbatims: Sequence[int]) -> Step:
    """Say that a cluster is no theme: its answers stay off the board until ``bring_back``. Undoable."""

    def do(op: Operation) -> None:
        now = {*dismissed(op.db, question).tolist(), *verbatims}
        _write(op, question, sorted(now))
        op.rows = len(verbatims)
        op.say(N_("No theme: {n} different answers"), n=len(verbatims))

    return operations.run(project, "not-a-theme", do)[1]


def bring_back(project: Project, *, question: int) -> Step:
    """Put all dismissed answers of a question back onto the board. Undoable."""

    def do(op: Operation) -> None:
        op.rows = dismissed(op.db, question).size
        _write(op, question, [])
        op.say(N_("Dismissed clusters are back: {n} different answers"), n=op.rows)

    return operations.run(project, "not-a-theme", do)[1]


def _write(op: Operation, question: int, ids: list[int]) -> None:
    value = json.dumps(Ids.of(ids).ranges) if ids else None
    images.write(
        op, "setting", {"key": _DISMISSED.format(question=question)}, None if value is None else {"value": value}
    )
