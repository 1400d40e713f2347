"""What rules hit among the answers to a question, read in slices; the index of the search names the few to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotate import different, frames, layers
from annotate.different import Groups, Ids
from annotate.estimates import wilson_interval
from annotate.jobs import Progress, Share, silent
from annotate.layers import Source
from annotate.messages import N_
from annotate.random_rows import random_ids
from annotate.rules_syntax import AllOf, AnyOf, Expression, Near, Not, Term, test_of
from annotate.search_language import Either, Every, Wanted, Word
from annotate.store.connection import Connection
from annotate.store.finding import as_json, ids_of
from annotate.store.project import RULES
from annotate.text_batch import fold_many

EXAMPLES = 20
_LOOKED_THROUGH = 5_000
"""Different answers that a first look goes through: some 30 ms."""
_BATCH = 1_000
_CODED_AT_ONCE = 20_000
_PEOPLE = frozenset({Source.ADJUDICATED, Source.HUMAN, Source.DUPLICATE, Source.DISAGREEMENT})
_IN_FORCE = (
    "select v.id, t.text from verbatim v cross join verbatim_text t on t.id = v.id where +v.question_id = ?"
    " and v.state = 1 and v.group_id = v.id and v.batch_id in (select id from import_batch where state = 1)"
)


@dataclass(frozen=True, slots=True)
class Precision:
    """How often people gave the code to answers that a rule hits, over different answers that people decided.

    ``low``, ``high``: Wilson's 95 % interval. ``random_judged``, ``random_right``: over the answers (repeats too) that
    random samples drew, which alone stand for all hits: people do not look at the others by chance.
    """

    judged: int
    right: int
    low: float
    high: float
    random_judged: int
    random_right: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What a rule would hit: ``answers``, ``different`` texts among them, ``out_of`` answers looked through.

    ``examples``: one verbatim a text, some of them, spread; ``said``: for each code that someone gave, how many of the
    answers have it, most first, and ``uncoded`` how many have none. ``agreed``: what people say of the code asked for.
    """

    answers: int
    different: int
    out_of: int
    examples: tuple[int, ...]
    said: tuple[tuple[int, int], ...]
    uncoded: int
    agreed: Precision | None


def heads(db: Connection, told: Groups, expressions: Sequence[Expression], *, progress: Progress = silent) -> list[Ids]:
    """Return for each rule the verbatims that head the groups it hits, rising.

    All rules are tested in one reading; 5 s for 1.5 million answers, of which the index leaves out those that cannot be
    hit. Raises CancelledError through progress.
    """
    found: list[list[Ids]] = [[] for _ in expressions]
    tests = [test_of(one) for one in expressions]
    for part in different.parts(db, told, only=_narrowed(db, told, expressions), progress=progress):
        for hits, holds in zip(found, tests, strict=True):
            hits.append(part.ids[np.fromiter(map(holds, part.texts), np.bool_, len(part.texts))])
    return [np.concatenate(one) if one else np.empty(0, np.int64) for one in found]


def _narrowed(db: Connection, told: Groups, expressions: Sequence[Expression]) -> Ids | None:
    """Return the heads of the groups that a rule may hit; None for all."""
    maybe = np.zeros(told.owners.size, np.bool_)
    for one in expressions:
        ids = _perhaps(db, one)
        if ids is None:
            return None
        maybe[ids[ids < maybe.size]] = True
    return told.heads[maybe[told.heads]]


def _perhaps(db: Connection, expression: Expression) -> Ids | None:
    wanted = _words(expression)
    return None if wanted is None else db.finder().perhaps(db, wanted)


def _words(expression: Expression) -> Wanted | None:
    """Return the words without which a rule does not hold; None where there are none."""
    match expression:
        case Term(text):
            return Word(text)
        case Not():
            return None
        case AnyOf(parts):
            either = [_words(one) for one in parts]
            sure = tuple(one for one in either if one is not None)
            return Either(sure) if len(sure) == len(either) else None
        case Near(one, other):
            parts = (one, other)
        case AllOf(parts):
            pass
    every = tuple(words for one in parts if (words := _words(one)) is not None)
    return Every(every) if every else None


def first(db: Connection, question: int, expression: Expression) -> tuple[int, ...]:
    """Return the first answers that a rule hits, as many as are shown: what can be said at once of a long survey."""
    holds, maybe = test_of(expression), _perhaps(db, expression)
    found: list[int] = []
    after, left = 0, _LOOKED_THROUGH
    while left > 0 and len(found) < EXAMPLES:
        if maybe is None:
            rows = db.execute(f"{_IN_FORCE} and v.id > ? order by v.id limit ?", (question, after, _BATCH)).fetchall()
            after = int(rows[-1][0] or 0) if rows else after
        else:
            some, maybe = maybe[:_BATCH], maybe[_BATCH:]
            rows = db.execute(
                f"{_IN_FORCE} and v.id in (select value from json_each(?)) order by v.id", (question, as_json(some))
            ).fetchall()
        if not rows and (maybe is None or not maybe.size):
            break
        texts = fold_many([str(text) for _, text in rows])
        found += [int(row[0] or 0) for row, text in zip(rows, texts, strict=True) if holds(text)]
        left -= _BATCH
    return tuple(found[:EXAMPLES])


def preview(
    db: Connection, question: int, expression: Expression, *, code: int | None = None, progress: Progress = silent
) -> Hits:
    """Say what a rule would hit, and what people or rules have said of these answers so far."""
    told = different.groups(db, question)
    texts = heads(db, told, [expression], progress=Share(progress, 0, 95, 100))[0]
    hits = told.members(texts)
    spread = np.linspace(0, max(texts.size - 1, 0), min(EXAMPLES, texts.size)).astype(np.int64)
    said: dict[int, int] = {}
    coded = 0
    for start in range(0, hits.size, _CODED_AT_ONCE):
        progress(95, 100, N_("Comparing with what people say"))
        seen = set[int]()
        for verbatim, one in db.execute(
            "select distinct verbatim_id, code_id from label_now where yes = 1 and verbatim_id in"
            " (select value from json_each(?))",
            (as_json(hits[start : start + _CODED_AT_ONCE]),),
        ):
            said[int(one or 0)] = said.get(int(one or 0), 0) + 1
            seen.add(int(verbatim or 0))
        coded += len(seen)
    agreed = None if code is None else precision(db, question, code, hits, told)
    progress(100, 100)
    return Hits(
        hits.size,
        texts.size,
        told.answers,
        tuple(texts[spread].tolist()),
        tuple(sorted(said.items(), key=lambda one: (-one[1], one[0]))),
        hits.size - coded,
        agreed,
    )


def precision(db: Connection, question: int, code: int, hits: Ids, told: Groups) -> Precision | None:
    """Compare the answers that a rule hits with what people said of the code; None where nobody looked at any.

    Of identical answers the first that a person decided on stands for all.
    """
    row = db.one("select frame_id from question where id = ?", (question,))
    if row is None or row[0] is None or not hits.size:
        return None
    held = {one.id: one.held_from for one in frames.read(db, int(row[0])).codes}.get(code, 0)
    looked = ids_of(
        db.one(
            "select group_concat(id) from (select verbatim_id id from label_now where coder_id in"
            " (select id from coder where kind <> ?) union select verbatim_id from review_now)",
            (RULES,),
        )
    )
    drawn = random_ids(db, question)
    judged: dict[int, bool] = {}
    by_chance: list[bool] = []
    only = np.intersect1d(looked, hits).tolist()
    for answer in layers.answers(db, question, model=False, only=only):
        if answer.source not in _PEOPLE or code in answer.contested:
            continue
        yes = any(one.code_id == code for one in answer.human)
        if yes or code in answer.denied or (answer.reviewed and held <= answer.reviewed):
            judged.setdefault(int(told.owners[answer.verbatim]), yes)
            if answer.verbatim in drawn:
                by_chance.append(yes)
    if not judged:
        return None
    right = sum(judged.values())
    low, high = wilson_interval(right, len(judged))
    return Precision(len(judged), right, low, high, len(by_chance), sum(by_chance))
