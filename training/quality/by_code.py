"""Everything known of each code in one line: figures, threshold, what the machine counts, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotate.frames import Code, Frame
from annotate.messages import N_
from annotate.store.project import Project
from training.learner.evaluate import Figure
from training.quality.acceptance import Certificate
from training.quality.confusion import Confusion, MixedUp
from training.quality.machine_counts import MachineCount
from training.quality.standing import HIDDEN, Accuracy, Learnable


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision, recall and F1 of a code on ``support`` answers that carry it."""

    support: int
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code or net. ``examples``: answers that carry it by people's word.

    ``figures`` come from random rows where enough of them carry the code (``random``), else from all coded answers
    that trained the model, out of sample: these hold for answers like those only. None where there are neither.
    ``threshold``: the probability from which the model gives the code; ``by_hand`` where a person set it.
    ``advice`` with ``params`` is what to do, '' where there is nothing.
    """

    code: Code
    examples: int
    figures: Figures | None
    random: bool
    few: bool
    threshold: float | None
    by_hand: bool
    waiting: int
    certified: float | None
    mixed: MixedUp | None
    advice: str
    params: dict[str, str | int]


def code_lines(
    frame: Frame,
    *,
    told: Accuracy | None,
    trained: Mapping[int, Figures],
    examples: Sequence[Learnable],
    counts: Mapping[int, MachineCount],
    by_hand: Mapping[int, float],
    mixed: Confusion | None,
    certificates: Sequence[Certificate] = (),
) -> tuple[CodeLine, ...]:
    """Return a line for each code and net in use, in frame order."""
    random = {} if told is None else {one.code.id: one for one in told.codes}
    given = {one.code.id: one for one in examples}
    proven: dict[int, float] = {}
    for certificate in certificates:
        for each in certificate.codes if certificate.passed else ():
            proven[each] = min(certificate.cut, proven.get(each, 1.0))
    names = {one.id: (one.number or one.label) for one in frame.codes}
    lines = []
    for code in frame.codes:
        if code.retired:
            continue
        below = frame.under(code.id)
        one = random.get(code.id)
        figures, from_random, few = trained.get(code.id), False, False
        if one is not None and one.precision is not None and one.recall is not None and one.f1 is not None:
            figures, from_random, few = Figures(one.support, one.precision, one.recall, one.f1), True, one.few
        count = counts.get(code.id, MachineCount(0, None))
        worst = None if mixed is None or code.is_net else mixed.worst(code.id)
        number = sum(given[leaf].examples for leaf in below if leaf in given)
        advice: tuple[str, dict[str, str | int]] = ("", {})
        if not code.is_net:
            own = given.get(code.id)
            advice = _advice(own, 0 if one is None else one.support, proven.get(code.id), worst, names, told)
        threshold = by_hand.get(code.id, count.lowest)
        lines.append(
            CodeLine(
                code, number, figures, from_random, few, None if code.is_net else threshold, code.id in by_hand,
                count.waiting, proven.get(code.id), worst, *advice,
            )
        )  # fmt: skip
    return tuple(lines)


def _advice(
    own: Learnable | None, support: int, certified: float | None, worst: MixedUp | None, names: Mapping[int, str],
    told: Accuracy | None,
) -> tuple[str, dict[str, str | int]]:  # fmt: skip
    if own is not None and own.needed:
        return N_("too few: {n} more examples"), {"n": own.needed}
    if certified is not None:
        return N_("certified from {cut}"), {"cut": f"{certified:.2f}"}
    if worst is not None:
        return N_("mixed up with {code}: {n}"), {"code": names.get(worst.other, ""), "n": worst.answers}
    if told is not None and support < HIDDEN:
        return N_("{n} more random answers until figures"), {"n": HIDDEN - support}
    return "", {}


def trained_figures(project: Project, model: int) -> dict[int, Figures]:
    """Return the out-of-sample figures that a model was stored with, by code; codes it could not learn are left out."""
    row = project.reading_one("select spec, scores from model where id = ?", (model,))
    if row is None:
        return {}
    columns = json.loads(str(row[0]))["columns"]
    told = json.loads(str(row[1]))["codes"]["columns"]
    return {
        int(code): Figures(int(one["support"]), _figure(one["precision"]), _figure(one["recall"]), _figure(one["f1"]))
        for code, one in zip(columns, told, strict=True)
        if one["learnable"] and one["support"]
    }


@dataclass(frozen=True, slots=True)
class Moods:
    """F1 of negative, neutral and positive out of sample, each over ``support`` mentions; ``learned``: False where the
    commonest is always said. ``random``: from answers drawn at random."""

    f1: tuple[Figure, Figure, Figure]
    support: tuple[int, int, int]
    learned: bool
    random: bool


def sentiment_figures(project: Project, model: int) -> Moods | None:
    """Return how well a model tells sentiments apart, None where it was taught none."""
    row = project.reading_one("select scores from model where id = ?", (model,))
    told = None if row is None else json.loads(str(row[0]))["sentiment"]
    if told is None:
        return None
    drawn = told.get("random")
    best = drawn or told
    negative, neutral, positive = (_figure(one) for one in best["f1"])
    support = tuple(int(one) for one in best["support"])
    return Moods(
        (negative, neutral, positive), (support[0], support[1], support[2]), bool(best["learned"]), bool(drawn)
    )


def _figure(told: Mapping[str, float]) -> Figure:
    return Figure(float(told["value"]), float(told["low"]), float(told["high"]))
