"""The learning loop: which answers a person should read next, and why each of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from annotate import frames, samples, verbatims
from annotate.errors import AskedWronglyError, UserError
from annotate.frames import Code
from annotate.jobs import Progress, silent
from annotate.messages import N_, _
from annotate.samples import Purpose
from annotate.store.project import Project
from annotate.store.query import Answered, InQuestion, Query
from annotate.verbatims import Question
from training import session
from training.learner.hints import NONE as NO_HINTS
from training.learner.hints import Hints
from training.loop.asking import Ask, Corpus, Mode
from training.loop.pool import AUDIT_SHARE, BATCH, SEEDING
from training.loop.queries import Reason
from training.process.worker import Worker
from training.quality.doubts import doubts

SEED = 1
POOL = 10_000
"""Different answers to choose from: more was measured to find nothing better, and takes longer to read."""

_AUDIT_DRAW = 50  # each draw is an operation of the history
_DRAWS = 5


@dataclass(frozen=True, slots=True)
class NextAnswer:
    """An answer to read and why: the code it is about (None: none), its probability and threshold in [0, 1] (None: not
    known). ``alike``: answers of its kind among those to choose from, for TYPICAL, else 0. ``said``: whether people
    gave the code, for WRONG, else None."""

    verbatim: int
    reason: Reason
    code: Code | None = None
    p: float | None = None
    threshold: float | None = None
    alike: int = 0
    said: bool | None = None

    def why(self) -> str:
        """Return the reason in words, in the language in use."""
        code = "" if self.code is None else self.code.number or self.code.label
        if self.reason is Reason.UNSURE and self.threshold is None:
            return _("unsure: {code} gets {p}, and its rival nearly as much").format(code=code, p=_short(self.p))
        if self.reason is Reason.UNSURE:
            return _("unsure: {code} gets {p}, threshold {threshold}").format(
                code=code, p=_short(self.p), threshold=_short(self.threshold)
            )
        if self.reason is Reason.RARE:
            return _("few examples of {code} yet; likeliest so far").format(code=code)
        if self.reason is Reason.LIKELY:
            return _("likely {code}: gets {p}").format(code=code, p=_short(self.p))
        if self.reason is Reason.UNCOVERED:
            return _("no code fits; nearest is {code} with {p}, threshold {threshold}").format(
                code=code, p=_short(self.p), threshold=_short(self.threshold)
            )
        if self.reason is Reason.WRONG:
            if self.said:
                return _("possibly wrong: people gave {code}, the model gives it {p}").format(
                    code=code, p=_short(self.p)
                )
            return _("possibly wrong: people did not give {code}, the model gives it {p}").format(
                code=code, p=_short(self.p)
            )
        if self.reason is Reason.TYPICAL:
            return _("typical of {n} answers").format(n=self.alike)
        return _("drawn at random, for the audit") if self.reason is Reason.AUDIT else _("drawn at random")


@dataclass(frozen=True, slots=True)
class Batch:
    """The answers to read next, in order. ``undecided``: answers that it was chosen from; ``labelled``: decided ones
    of the frame. ``event``: the newest decision it knows of; a batch of an older event can be asked for again."""

    question: int
    mode: Mode
    answers: tuple[NextAnswer, ...]
    labelled: int
    undecided: int
    event: int


def next_answers(
    project: Project,
    *,
    mode: Mode = Mode.DEFAULT,
    n: int = BATCH,
    question: str | None = None,
    code: int | None = None,
    without: Collection[int] = (),
    seed: int = SEED,
    worker: Worker | None = None,
    progress: Progress = silent,
) -> Batch:
    """Return the n answers of a question to read next; one of each group of identical answers.

    The default: SEEDING typical answers, then batches that take turns over the codes, with a fifth drawn through the
    audit stream (rows already owed first; drawing is an operation, kept off the undo stack). The same decisions and
    ``seed`` give the same batch. ``code``: the code of the mode LIKELY. ``without``: verbatims not to show, such as
    those that wait on the screen: so the batch after this one can be made ready ahead. With a worker that is kept, its
    pool and its model stay there, and a batch costs what changed.
    Raises UserError (no-question, which-question, no-model, nothing-learned, worker-died), AskedWronglyError
    (which-code, no-such-code).
    """
    asked = verbatims.the_question(project, question)
    if mode is Mode.WRONG:
        return _possibly_wrong(project, asked, n, code, frozenset(without), worker)
    codes, ask = _ask(project, asked, mode, n, code, frozenset(without), seed)
    # Audit rows first, so that the rest leaves them alone.
    audit = _audit_rows(project, asked.id, ask) if mode is Mode.DEFAULT else []
    own = worker or Worker()
    try:
        corpus = _corpus(project, asked.id, seed, ask, own.corpus)
        rest = _but(ask, audit)
        told = own.ask(rest, corpus, progress=progress)
    finally:
        if worker is None:
            own.close()
    if mode in (Mode.UNSURE, Mode.UNCOVERED, Mode.LIKELY) and not told.learned and told.undecided and n > 0:
        raise UserError(
            "nothing-learned",
            N_("The model knows too little for this choice."),
            N_("No code has enough answers coded with it and without it yet."),
            N_("Code some answers in the default order first: next"),
        )
    named = {one.id: one for one in codes}
    chosen = [
        NextAnswer(
            one.row, one.reason, named.get(one.column), None if one.reason is Reason.TYPICAL else _known(one.score),
            _known(one.threshold), int(one.score) if one.reason is Reason.TYPICAL else 0,
        )
        for one in told.choices
    ]  # fmt: skip
    chosen = _mixed(chosen, [NextAnswer(one, Reason.AUDIT) for one in audit], ask.seed)
    return Batch(asked.id, mode, tuple(chosen), int(ask.ids.size), told.undecided, _event(project))


def _short(share: float | None) -> str:
    """Write .33, as the grid does."""
    return "–" if share is None else f"{share:.2f}".removeprefix("0")


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def _event(project: Project) -> int:
    row = project.reading_one("select max(id) from label_event")
    return int(row[0] or 0) if row else 0


def _ask(
    project: Project, asked: Question, mode: Mode, n: int, code: int | None, without: frozenset[int], seed: int
) -> tuple[list[Code], Ask]:
    """Gather what people decided by the question's frame, and put the question."""
    codes: list[Code] = []
    ids, texts, groups = np.empty(0, np.int64), list[str](), np.empty(0, np.int64)
    labels = np.empty((0, 0), np.int8)
    single, hints = asked.single, NO_HINTS
    if asked.frame_id is not None:
        with project.reading() as db:
            codes = [one for one in frames.read(db, asked.frame_id).codes if not one.retired]
        labels = np.empty((0, sum(not one.is_net for one in codes)), np.int8)
        try:
            told = session.gather(project, asked.frame_id)
        except UserError as error:
            if error.id != "nothing-labelled":
                raise
        else:
            leaf = np.array([not one.is_net for one in told.codes], np.bool_)
            codes, ids, texts, groups = told.codes, told.labelled.ids, told.texts, told.labelled.groups
            labels, single = np.ascontiguousarray(told.labelled.labels[:, leaf]), told.single
            place = np.cumsum(leaf) - 1
            hints = Hints(told.hints.texts, place[told.hints.columns])
    leaves = [one for one in codes if not one.is_net]
    if mode is Mode.LIKELY and code not in {one.id for one in leaves}:
        raise AskedWronglyError(
            "which-code" if code is None else "no-such-code",
            N_("Answers that are likely one code need that code."),
            N_("It must be a code of the question's frame, not a net and not retired."),
            N_("Give its number or its name: --code 302"),
        )
    number = int.from_bytes(
        hashlib.blake2b(
            b"|".join([project.uuid, str((asked.id, mode.value, _event(project), seed)).encode()]), digest_size=6
        ).digest()
    )
    leaf_ids = np.array([one.id for one in leaves], np.int64)
    ask = Ask(
        mode, n, number, single, code or 0, leaf_ids, ids, texts, labels, groups,
        np.array(sorted(without), np.int64), hints,
    )  # fmt: skip
    return leaves, ask


def _but(ask: Ask, audit: list[int]) -> Ask:
    without = np.union1d(ask.without, np.array(audit, np.int64))
    return replace(ask, size=ask.size - len(audit), without=without)


def _corpus(project: Project, question: int, seed: int, ask: Ask, held: Corpus | None) -> Corpus:
    """Return different answers of a question in a lasting random order, as many as leave POOL ÷ 2 undecided ones.

    The one that the worker holds, where it still does.
    """
    rows = project.rows("select id from import_batch where state = 1 order by id")
    batches = ",".join(str(row[0]) for row in rows)
    with project.reading() as db:
        reader = session.reader_of(db, question)
    key = f"{project.uuid.hex()}:{question}:{seed}:{batches}:{reader.key}:"
    decided = np.union1d(ask.ids, ask.without)
    if held is not None and held.key.startswith(key) and _enough(held.ids, decided, held.key.endswith(":all")):
        return held
    ids = verbatims.ids(project, Query().where(InQuestion(question), Answered()), grouped=True)
    first = int.from_bytes(hashlib.blake2b(key.rpartition(":")[0].encode(), digest_size=6).digest())
    order = np.random.default_rng(first).permutation(ids)
    size = POOL
    while size < order.size and not _enough(order[:size], decided, False):
        size *= 2
    chosen = np.sort(order[:size])
    with project.reading() as db:
        texts = session.prepared_texts(db, chosen.tolist(), reader)
    whole = "all" if chosen.size == order.size else str(size)
    return Corpus(f"{key}{whole}", chosen, texts, first % 2**31)


def _enough(ids: NDArray[np.int64], decided: NDArray[np.int64], whole: bool) -> bool:
    return whole or int((~np.isin(ids, decided)).sum()) >= POOL // 2


def _audit_rows(project: Project, question: int, ask: Ask) -> list[int]:
    """Return the audit rows of a batch, drawing more where too few are owed."""
    if len(set(ask.texts)) < SEEDING:
        return []
    exact = AUDIT_SHARE * ask.size
    wanted = int(exact) + int(np.random.default_rng(ask.seed).random() < exact % 1)
    away = set(ask.without.tolist())
    found: list[int] = []
    for turn in range(_DRAWS):
        owed = samples.rows_owed(
            project, purpose=Purpose.AUDIT, question=question, limit=wanted + len(away)
        )  # fmt: skip
        found = [one for one in owed if one not in away][:wanted]
        if len(found) == wanted or turn == _DRAWS - 1:
            break
        try:
            samples.draw_audit(project, question=question, size=_AUDIT_DRAW, stackable=False)
        except UserError as error:
            if error.id not in ("nothing-to-draw", "read-only"):
                raise
            break
    return found


def _mixed(chosen: list[NextAnswer], audit: list[NextAnswer], seed: int) -> list[NextAnswer]:
    """Spread the audit rows over the batch, each kind in its own order."""
    if not audit:
        return chosen
    places = np.random.default_rng(seed).permutation(len(chosen) + len(audit))[: len(audit)]
    own, drawn = iter(chosen), iter(audit)
    return [next(drawn) if place in set(places.tolist()) else next(own) for place in range(len(chosen) + len(audit))]


def _possibly_wrong(
    project: Project, asked: Question, n: int, code: int | None, without: frozenset[int], worker: Worker | None
) -> Batch:
    """Return the decided answers that look most wrong to the newest model."""
    if asked.frame_id is None:
        raise UserError(
            "no-model",
            N_("There is no model to code with."),
            N_("Nothing was trained for this code frame yet."),
            N_("Train one first with: train"),
        )
    others = len(verbatims.questions(project, counted=False)) > 1
    found = doubts(project, n=(10 if others else 1) * n + len(without), frame=asked.frame_id, code=code, worker=worker)
    marks = ", ".join(str(one.verbatim) for one in found)
    here = {int(row[0] or 0) for row in project.rows(
        f"select id from verbatim where question_id = ? and id in ({marks})", (asked.id,))}  # fmt: skip
    with project.reading() as db:
        codes = {one.id: one for one in frames.read(db, asked.frame_id).codes}
    chosen = [
        NextAnswer(one.verbatim, Reason.WRONG, codes.get(one.code_id), one.p, said=one.said)
        for one in found
        if one.verbatim in here and one.verbatim not in without
    ][:n]
    return Batch(asked.id, Mode.WRONG, tuple(chosen), asked.reviewed, asked.answered - asked.reviewed, _event(project))
