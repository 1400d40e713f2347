"""How good the coding of a question is: accuracy from random rows only, what can be learned, one score of health."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from annotate import frames, layers
from annotate.errors import UserError
from annotate.estimates import bootstrap_f1, f1_interval, f1_score, wilson_interval
from annotate.frames import Code, Frame, Role, merged_into
from annotate.messages import N_
from annotate.random_rows import RandomRows, random_rows
from annotate.standing import CodingRate, Standing, coding_rate, standing
from annotate.store.project import Project
from training import session
from training.learner.evaluate import MACRO_LEAST, RANDOM_ROWS, Figure, macro_f1
from training.process.worker import Worker
from training.quality import cuts
from training.quality.decide import decide, for_codes
from training.quality.hand_thresholds import tuning_half
from training.quality.in_force import runs_in_force

HIDDEN = 30
"""With fewer random answers that carry it a code's figures are not shown; below STARRED they are starred."""
STARRED = 100
EXAMPLES = 10
"""With fewer examples a code is not learnable yet."""
WORST = 0.1

_SEED = 1
_SCALE = 1_000


@dataclass(frozen=True, slots=True)
class CodeAccuracy:
    """One code or net on the random rows: ``support`` of them carry it, the model accepts it on ``said``.

    Below HIDDEN ``needed`` more must carry it and the figures are None; ``answers`` is about how many more random
    answers that takes (None where none carries it yet). ``few``: shown with a star. ``rough_f1``: F1 however few, for
    ranking codes, not for showing.
    """

    code: Code
    support: int
    said: int
    precision: Figure | None
    recall: Figure | None
    f1: Figure | None
    needed: int
    answers: int | None
    few: bool
    rough_f1: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How well the model in force codes answers like all of the question's, from rows drawn at random.

    Judged out of sample on ``base`` rows that stand for ``covered`` of ``population`` answers. Actively chosen labels
    never enter: they read several points too low or too high. ``needed`` more random rows are missed before there is
    a figure at all; ``later`` reviewed random rows wait for rows drawn before them. ``beside`` random rows were left
    out: a twin trained the model, or a person tuned thresholds on them. ``macro_f1`` is over the ``macro_codes`` codes
    that MACRO_LEAST of the rows or more carry, None where none is.
    """

    model: str
    base: int
    population: int
    covered: int
    skipped: int
    later: int
    beside: int
    needed: int
    micro_f1: Figure | None
    macro_f1: Figure | None
    macro_codes: int
    nets_micro_f1: Figure | None
    codes: tuple[CodeAccuracy, ...]


@dataclass(frozen=True, slots=True)
class Learnable:
    """How many answers carry a code by people's word, and how many more it takes before it can be learned.

    ``without``: reviewed answers that do not carry it; without any, nothing shows where the code ends.
    """

    code: Code
    examples: int
    needed: int
    without: int


@dataclass(frozen=True, slots=True)
class Part:
    """One quarter of the health score in [0, 1], None where it is not known; ``action``: the next thing to do."""

    id: str
    value: float | None
    action: str
    params: dict[str, str | int]


HEALTH_FORMULA = N_("Health = 100 × (accuracy + coding rate + balance + weakest codes) ÷ 4")


@dataclass(frozen=True, slots=True)
class Health:
    """One score from 0 to 100 by HEALTH_FORMULA: the plain mean of four parts; None while a part is not known.

    accuracy: micro-F1 on random rows; coding rate; balance: share of codes with EXAMPLES examples; weakest codes:
    mean F1 of the worst tenth of the codes that EXAMPLES random answers carry.
    """

    score: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Where a question stands, all of it."""

    where: Standing
    rate: CodingRate
    accuracy: Accuracy | None
    learnable: tuple[Learnable, ...]
    health: Health


def report(project: Project, question: int, *, worker: Worker | None = None) -> Report:
    """Return where the answers of a question are and how good its coding is. ``accuracy`` is None without a model."""
    with project.reading() as db, db.snapshot():
        where = standing(db, question)
        rate = coding_rate(db, question)
    told = accuracy(project, question, worker=worker)
    examples = learnable(project, question)
    return Report(where, rate, told, examples, health(told, rate, examples, where))


def model_of(project: Project, question: int) -> int | None:
    """Return the model of the newest run in force of a question, else the newest of its frame, else None."""
    with project.reading() as db:
        runs = runs_in_force(db, question)
        frame = db.integer("select frame_id from question where id = ?", (question,))
    if runs:
        return max(runs, key=lambda one: one.run).model
    try:
        return session.newest_model(project, frame)
    except UserError:  # no model yet: nothing to be accurate
        return None


def accuracy(project: Project, question: int, *, worker: Worker | None = None) -> Accuracy | None:
    """Score the model in force of a question (else the newest) on its random rows; None without a model.

    A row that trained the model is judged by its out-of-sample score. Raises UserError (model-damaged).
    """
    model = model_of(project, question)
    if model is None:
        return None
    stored = session.load(project, model)
    with project.reading() as db, db.snapshot():
        drawn = random_rows(db, question)
        frame = frames.read(db, stored.frame_id)
        live, leaves = [code for code in frame.codes if not code.retired], list(frame.live)
        said = layers.labelled(db, [question], leaves, only=drawn.ids.tolist())
        merged = merged_into(db, stored.frame_id)
        tuned = cuts.by_code(project, model) != {}
        tuning = tuning_half(db, said.ids) if tuned else np.zeros(said.ids.size, np.bool_)
    told = for_codes(
        decide(project, stored, said.ids.tolist(), worker=worker), [code.id for code in leaves], merged
    )  # fmt: skip
    good = told.honest & ~tuning & (said.labels >= 0).any(axis=1)
    weights = dict(zip(drawn.ids.tolist(), drawn.weights.tolist(), strict=True))
    weight = np.array([weights[one] for one in said.ids[good].tolist()])
    labels, accepted = with_nets(said.labels[good], told.accepted[good], frame)
    return _accuracy(
        stored.hash, drawn, int((~good).sum()), live, (labels, accepted), weight, said.groups[good]
    )  # fmt: skip


def with_nets(
    labels: NDArray[np.int8], accepted: NDArray[np.bool_], frame: Frame
) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Return labels and acceptance of the codes in use (columns) for codes and nets, in frame order.

    A net is yes where a code below it is, no where all are no.
    """
    columns: list[NDArray[np.int8]] = []
    taken: list[NDArray[np.bool_]] = []
    for code in frame.codes:
        if code.retired:
            continue
        under = frame.under(code.id)
        below = [place for place, leaf in enumerate(frame.live) if leaf.id in under]
        part = labels[:, below]
        yes, no = (part == 1).any(axis=1), (part == 0).all(axis=1) & bool(below)
        columns.append(np.where(yes, 1, np.where(no, 0, -1)).astype(np.int8))
        taken.append(np.asarray(accepted[:, below].any(axis=1), np.bool_))
    shape = (len(labels), 0)
    return (
        np.stack(columns, axis=1) if columns else np.empty(shape, np.int8),
        np.stack(taken, axis=1) if taken else np.empty(shape, np.bool_),
    )


def _accuracy(
    model: str, drawn: RandomRows, beside: int, live: list[Code],
    decided: tuple[NDArray[np.int8], NDArray[np.bool_]], weight: NDArray[np.float64], groups: NDArray[np.int64],
) -> Accuracy:  # fmt: skip
    labels, accepted = decided
    base = len(labels)
    if base and np.ptp(weight) < 1e-9 * weight.max():
        weight = np.ones(base)
    hits, wrong, missed = accepted & (labels == 1), accepted & (labels == 0), ~accepted & (labels == 1)
    codes = tuple(
        _of_code(code, hits[:, n], wrong[:, n], missed[:, n], weight, base) for n, code in enumerate(live)
    )  # fmt: skip
    nets = np.array([code.is_net for code in live], np.bool_)
    enough = base >= RANDOM_ROWS
    carried = (hits | missed).sum(axis=0) >= MACRO_LEAST
    figures: list[Figure | None] = []
    for some in (~nets, nets):
        if enough and some.any():
            counts = [_per_group(marks[:, some], weight, groups) for marks in (hits, wrong, missed)]
            figures += _overall(counts, carried[some])
        else:
            figures += [None, None]
    return Accuracy(
        model, base, drawn.population, drawn.covered, drawn.skipped, drawn.later, beside,
        max(0, RANDOM_ROWS - base), figures[0], figures[1],
        int((carried & ~nets).sum()), figures[2], codes,
    )  # fmt: skip


def _of_code(
    code: Code, hits: NDArray[np.bool_], wrong: NDArray[np.bool_], missed: NDArray[np.bool_],
    weight: NDArray[np.float64], base: int,
) -> CodeAccuracy:  # fmt: skip
    support, said = int((hits | missed).sum()), int((hits | wrong).sum())
    needed = max(0, HIDDEN - support)
    answers = ceil(needed * base / support) if needed and support else 0 if not needed else None
    right, false, lost = _effective((hits, wrong, missed), weight)
    value = f1_score(right, false, lost)
    if needed:
        return CodeAccuracy(code, support, said, None, None, None, needed, answers, True, value)
    precision, recall = _share(hits, hits | wrong, weight), _share(hits, hits | missed, weight)
    f1 = Figure(value, *f1_interval(right, false, lost))
    return CodeAccuracy(code, support, said, precision, recall, f1, 0, 0, support < STARRED, value)


def _share(hits: NDArray[np.bool_], among: NDArray[np.bool_], weight: NDArray[np.float64]) -> Figure:
    right, wrong = _effective((hits, among & ~hits), weight)
    whole = right + wrong
    return Figure(right / whole if whole else 0.0, *wilson_interval(right, whole))


def _effective(parts: tuple[NDArray[np.bool_], ...], weight: NDArray[np.float64]) -> list[float]:
    """Return weighted counts that add up to Kish's effective number of rows: (Σw)² ÷ Σw². Kish 1965."""
    sums = [float(weight[part].sum()) for part in parts]
    squares = sum(float((weight[part] ** 2).sum()) for part in parts)
    return [one * sum(sums) / squares if squares else 0.0 for one in sums]


def _per_group(marks: NDArray[np.bool_], weight: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum weighted marks (rows × codes) over groups; whole thousandths, for F1 does not know its unit."""
    number = np.unique(groups, return_inverse=True)[1].reshape(-1)
    summed = np.zeros((int(number.max()) + 1 if number.size else 0, marks.shape[1]), np.int64)
    np.add.at(summed, number, np.rint(marks * weight[:, None] / weight.mean() * _SCALE).astype(np.int64))
    return summed


def _overall(counts: list[NDArray[np.int64]], carried: NDArray[np.bool_]) -> list[Figure | None]:
    hits, wrong, missed = counts
    micro = f1_score(int(hits.sum()), int(wrong.sum()), int(missed.sum()))
    macro = macro_f1(hits, wrong, missed, carried)
    ends = bootstrap_f1(hits, wrong, missed, seed=_SEED, columns=carried)
    return [Figure(micro, *ends[0]), None if macro is None else Figure(macro, *ends[1])]


def learnable(project: Project, question: int) -> tuple[Learnable, ...]:
    """Return for each code in use how many examples people gave and how many are still needed, in frame order."""
    with project.reading() as db:
        frame = db.integer("select frame_id from question where id = ?", (question,))
        live = [code for code in frames.read(db, frame).live if not code.is_net] if frame else []
        reviewed = db.integer(f"select count(distinct n.verbatim_id) {_REVIEWED}", (question,))
        both = {
            int(row[0] or 0): int(row[1] or 0)
            for row in db.execute(
                "select w.code_id, count(distinct w.verbatim_id)"
                f" {_REVIEWED} join label_now w on w.verbatim_id = n.verbatim_id and w.yes = 1 group by 1",
                (question,),
            )
        }
    counts = frames.code_counts(project, frame, question) if frame else {}
    return tuple(
        Learnable(
            code, counts.get(code.id, 0), max(0, EXAMPLES - counts.get(code.id, 0)), reviewed - both.get(code.id, 0)
        )
        for code in live
    )


_REVIEWED = (
    # cross join: the planner would begin at all answers of the question, of which most are not reviewed.
    "from review_now n cross join verbatim v on v.id = n.verbatim_id and v.question_id = ? and v.batch_id in"
    " (select id from import_batch where state = 1)"
)


def one_sided(examples: tuple[Learnable, ...]) -> tuple[Learnable, ...]:
    """Return the codes that answers carry, where no code is on some reviewed answers and not on others; else none.

    Then nothing can be learned, however many answers are coded.
    """
    given = tuple(one for one in examples if one.examples)
    return () if any(one.without for one in given) else given


def health(told: Accuracy | None, rate: CodingRate, examples: tuple[Learnable, ...], where: Standing) -> Health:
    """Return the health score with its four parts and one next action each."""
    parts = (_how_accurate(told, examples), _how_coded(rate, where), _how_balanced(examples), _how_weak(told))
    values = [part.value for part in parts]
    known = [value for value in values if value is not None]
    return Health(round(100 * sum(known) / len(values)) if len(known) == len(values) else None, parts)


def _how_accurate(told: Accuracy | None, examples: tuple[Learnable, ...]) -> Part:
    if told is None and (sided := one_sided(examples)):
        return Part(
            "accuracy", None, N_("Review answers without {code} too: nothing shows yet where it ends."),
            {"code": sided[0].code.full_path},
        )  # fmt: skip
    if told is None:
        return Part("accuracy", None, N_("Train a model."), {})
    if told.micro_f1 is None and told.beside >= told.needed:
        return Part(
            "accuracy", None, N_("Train again: then {n} more random answers can be judged."), {"n": told.beside}
        )
    if told.micro_f1 is None:
        return Part("accuracy", None, N_("Random answers still to review: {n}."), {"n": told.needed})
    if told.later:
        return Part(
            "accuracy", told.micro_f1.value,
            N_("Review the random answers that are owed: {n} reviewed ones wait for them."), {"n": told.later},
        )  # fmt: skip
    return Part("accuracy", told.micro_f1.value, N_("Code 50 answers of which the model is unsure."), {})


def _how_coded(rate: CodingRate, where: Standing) -> Part:
    if not rate.answered:
        return Part("coding_rate", None, N_("Import answers."), {})
    bare = rate.answered - rate.coded
    action = N_("Look at what no code explains: {n} answers.") if bare else N_("Nothing: every answer has a code.")
    return Part("coding_rate", rate.share, action, {"n": bare})


def _how_balanced(examples: tuple[Learnable, ...]) -> Part:
    themes = [one for one in examples if one.code.role is Role.THEME]
    if not themes:
        return Part("balance", None, N_("Make a code frame."), {})
    lean = sorted((one for one in themes if one.needed), key=lambda one: (one.needed, one.code.id))
    sided = [one for one in themes if not one.needed and not one.without]
    value = 1 - (len(lean) + len(sided)) / len(themes)
    if not lean and sided:
        return Part(
            "balance", value, N_("Review answers without {code} too: nothing shows yet where it ends."),
            {"code": sided[0].code.full_path},
        )  # fmt: skip
    if not lean:
        return Part("balance", value, N_("Nothing: every code has enough examples."), {})
    return Part(
        "balance", value,
        N_("{n} codes have fewer than {least} examples; find {needed} more likely to be {code}."),
        {"n": len(lean), "least": EXAMPLES, "needed": lean[0].needed, "code": lean[0].code.full_path},
    )  # fmt: skip


def _how_weak(told: Accuracy | None) -> Part:
    known = [] if told is None else [
        (one.rough_f1, one.code.id, one.code.full_path) for one in told.codes
        if not one.code.is_net and one.support >= EXAMPLES
    ]  # fmt: skip
    if not known:
        return Part("weakest_codes", None, N_("Review more random answers: no code is on {least} of them yet."),
                    {"least": EXAMPLES})  # fmt: skip
    known.sort()
    worst = known[: ceil(WORST * len(known))]
    return Part(
        "weakest_codes", float(np.mean([f1 for f1, _, _ in worst])),
        N_("Sharpen the definition of {code} and look at its possible errors."), {"code": worst[0][2]},
    )  # fmt: skip
