"""What stands and what to do next: one sentence and one step for a question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from annotate.layers import Source
from annotate.messages import N_
from annotate.samples import Ledger
from training.learner.evaluate import RANDOM_ROWS
from training.quality.standing import EXAMPLES, Report
from training.quality.versions import ModelVersion

FIRST_AT = 20
"""With so many examples of one code a first model is worth training."""
RETRAIN_SHARE, RETRAIN_LEAST = 0.1, 50
"""A new model is worth it when so many more answers are decided than the newest learned from."""


class Do(StrEnum):
    """The one step that comes next."""

    IMPORT = "import"
    LABEL = "label"
    TRAIN = "train"
    CODE = "code"
    USE = "use"
    DRAW = "draw"
    REVIEW = "review"
    WEAKEST = "weakest"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NextStep:
    """``stands``: what may be said of the coding now; ``next``: what to do; both with ``params``. ``code``: which."""

    do: Do
    stands: str
    next: str
    params: dict[str, str | int]
    code: int | None = None


def next_step(report: Report, ledger: Ledger, models: list[ModelVersion], *, question: int, decided: int) -> NextStep:
    """Return what stands and what to do next. ``decided``: answers of the frame that people have decided on."""
    where, told = report.where, report.accuracy
    answered = where.total - where.blank
    params: dict[str, str | int] = {"answered": answered, "decided": decided}
    if not answered:
        return NextStep(Do.IMPORT, N_("There are no answers to this question yet."), N_("Import some."), params)
    best = max(report.learnable, key=lambda one: one.examples, default=None)
    if best is None:
        return NextStep(
            Do.LABEL,
            N_("This question has no code frame with codes yet."),
            N_("Make or import one, then code."),
            params,
        )
    if not models:
        if best.examples < FIRST_AT:
            params |= {"needed": FIRST_AT - best.examples, "code": best.code.full_path, "first": FIRST_AT}
            stands = (
                N_("{decided} answers are coded, too few for a model to learn from.")
                if decided
                else N_("Nothing is coded yet: a model learns from the answers that people code.")
            )
            return NextStep(
                Do.LABEL, stands, N_("Code on until one code has {first} examples: {needed} more of {code}."), params
            )
        return NextStep(Do.TRAIN, N_("{decided} answers are coded, enough for a first model."), N_("Train it."), params)
    newest = models[-1]
    params |= {"model": newest.name, "labels": newest.labels, "new": max(0, decided - newest.labels)}
    stands = _stands(report, params)
    if decided - newest.labels >= max(RETRAIN_LEAST, RETRAIN_SHARE * newest.labels):
        return NextStep(Do.TRAIN, stands, N_("Train again: {new} answers were coded since {model}."), params)
    if not any(one.in_force for one in models):
        return NextStep(Do.CODE, stands, N_("Let {model} code the answers."), params)
    if not newest.in_force:
        return NextStep(
            Do.USE, stands, N_("Compare {model} with the model in force, and use it if it is better."), params
        )
    owed = sum(one.owed for one in ledger.lines if one.question_id == question)
    if owed:
        params |= {"owed": owed}
        return NextStep(Do.REVIEW, stands, N_("Code the {owed} random answers that are owed."), params)
    if told is not None and told.needed:
        params |= {"needed": max(told.needed, 1)}
        if told.beside >= told.needed:
            return NextStep(Do.TRAIN, stands, N_("Train again: then accuracy can be judged."), params)
        return NextStep(Do.DRAW, stands, N_("Draw {needed} more random answers and code them."), params)
    weak = [one for one in (told.codes if told else ()) if not one.code.is_net and one.support >= EXAMPLES]
    if weak and where.sources[Source.MODEL]:
        worst = min(weak, key=lambda one: (one.rough_f1, one.code.id))
        params |= {"code": worst.code.full_path}
        return NextStep(Do.WEAKEST, stands, N_("Look at the weakest code: {code}."), params, worst.code.id)
    return NextStep(Do.DONE, stands, N_("Nothing is owed. Go on to the insights."), params)


def _stands(report: Report, params: dict[str, str | int]) -> str:
    told, waiting = report.accuracy, report.where.sources[Source.MODEL]
    params["waiting"] = waiting
    if told is None or told.micro_f1 is None:
        params["random"] = 0 if told is None else told.base
        params["least"] = RANDOM_ROWS
        return N_("Nobody can say how good {model} is: {random} of {least} random answers are coded.")
    params["f1"] = f"{told.micro_f1.value:.2f}"
    short = sum(1 for one in told.codes if not one.code.is_net and one.precision is None)
    params["short"] = short
    if told.nets_micro_f1 is not None:
        params["nets"] = f"{told.nets_micro_f1.value:.2f}"
        if short:
            return N_("Nets are right with F1 {nets}, codes with {f1}; {short} codes are on too few random answers.")
        return N_("Nets are right with F1 {nets}, codes with {f1}.")
    if short:
        return N_("Codes are right with F1 {f1}; {short} of them are on too few random answers.")
    return N_("Codes are right with F1 {f1}.")
