"""The words that tip a code: what moved its score most in answers that carry it, and in those that nearly did."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial

import numpy as np

from annotate import lexicon
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store.project import Project
from annotate.words import Cutter
from training.quality.explain import tipped, unknown_code
from training.session import StoredModel

ANSWERS = 60
"""Answers that are looked into: more give the same words."""
_MOST = 12


@dataclass(frozen=True, slots=True)
class CodeWord:
    """A word that moves the score of a code by ``weight`` on average, in ``answers`` of those looked into.

    ``taught``: the lexicon has it.
    """

    word: str
    weight: float
    answers: int
    taught: bool


def code_words(project: Project, stored: StoredModel, code: int, *, progress: Progress = silent) -> list[CodeWord]:
    """Return the words that speak for a code or net and against it, strongest first.

    From up to ANSWERS answers that trained the model: those with the highest probability, out of sample, half of them
    below its acceptance. A word counts by its mean effect times the square root of its answers. Raises
    AskedWronglyError (no-such-code).
    """
    if code not in stored.columns:
        raise unknown_code()
    column = stored.columns.index(code)
    places = np.argsort(-stored.probability[:, column], kind="stable")
    given = stored.accepted[places, column]
    chosen = {int(place) for place in (*places[given][: ANSWERS // 2], *places[~given][: ANSWERS // 2])}
    ids = [verbatim for verbatim, place in stored.trained.items() if place in chosen]
    with project.reading() as db:
        known = lexicon.load(db)
        marks = ", ".join(map(str, ids)) or "0"
        rows = db.execute(
            "select t.text, v.question_id from verbatim_text t join verbatim v on v.id = t.id and v.group_id = v.id"
            f" where t.id in ({marks}) and v.state = 1 order by t.id"
        ).fetchall()
    cutter = Cutter(known)
    weights: defaultdict[str, float] = defaultdict(float)
    answers: Counter[str] = Counter()
    for number, (text, question) in enumerate(rows):
        progress(number, len(rows), N_("Looking for words that tip the code"))
        read = partial(stored.reader, questions=int(question or 0))
        for one in tipped(stored.classifier, str(text), column, cutter.cut(str(text)), read=read):
            weights[one.word] += one.weight
            answers[one.word] += 1
    progress(len(rows), len(rows), N_("Looking for words that tip the code"))
    taught = frozenset(known.said)
    told = [CodeWord(word, weights[word] / n, n, word in taught) for word, n in answers.items()]
    told.sort(key=lambda one: (-abs(one.weight) * one.answers**0.5, one.word))
    return sorted(told[:_MOST], key=lambda one: -one.weight)
