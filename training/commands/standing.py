"""The command that says where a project stands."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate import frames, samples, verbatims
from annotate.cli import PROJECT, progress, show, verb
from annotate.messages import N_, _, counted, plural
from annotate.store.project import Project
from training.commands import named
from training.commands.sample import QUESTION, certificate_told, ledger_told, owed_lines, percent, proven_line
from training.commands.telling import macro_line

if TYPE_CHECKING:
    from training.learner.evaluate import Figure
    from training.quality.curve import LearningCurve
    from training.quality.standing import Accuracy, CodeAccuracy, Health, Report

PLACES = {
    "adjudicated": N_("adjudicated"), "human": N_("by people"), "duplicate": N_("with an identical answer"),
    "rule": N_("by rules"), "disagreement": N_("people disagree"), "certified": N_("by the model, certified"),
    "model": N_("suggestions that wait"), "open": N_("open"),
}  # fmt: skip
PARTS = {
    "accuracy": N_("Accuracy"), "coding_rate": N_("Coding rate"), "balance": N_("Balance"),
    "weakest_codes": N_("Weakest codes"),
}  # fmt: skip


@click.group()
def group() -> None:
    """Where a project stands."""


@group.command()
@PROJECT
@QUESTION
@click.option("--curve", is_flag=True, help="Refit on parts of the labels: learning curve and advice when to stop.")
@click.option("--target", type=click.FloatRange(0, 1), help="Accuracy (F1) to reach, for the curve.")
@verb("main.py standing car.tingdong --question Q7 --curve --json")
def standing(project: Path, question: str | None, curve: bool, target: float | None) -> None:
    """Say where the answers are and how good the coding is: accuracy from random rows only, health, what is owed."""
    from training.quality import acceptance
    from training.quality.curve import learning_curve
    from training.quality.standing import report

    with Project.open(project, read_only=True) as opened:
        read_only = named.say_if_read_only(opened)
        asked = verbatims.the_question(opened, question)
        told = report(opened, asked.id)
        ledger = samples.owed(opened)
        with opened.reading() as db:
            proven = acceptance.certificates(db, asked.id)
        names = (
            {}
            if asked.frame_id is None
            else {one.id: one.full_path for one in frames.head(opened, asked.frame_id).codes}
        )
        learned = None
        if (curve or target is not None) and asked.frame_id is not None:
            learned = learning_curve(opened, asked.frame_id, progress=progress())
    lines = [*_where(told), *_accuracy(told.accuracy), *_health(told.health), *_learnable(told)]
    lines += [proven_line(one, names) for one in proven]
    lines += owed_lines(ledger)
    if learned is not None:
        lines += _curve(learned, target)
    show(
        {
            "question": asked.name, "read_only": read_only,
            "standing": {source.value: n for source, n in told.where.sources.items()} | {
                "blank": told.where.blank, "total": told.where.total,
            },
            "coding_rate": asdict(told.rate) | {"share": told.rate.share},
            "accuracy": None if told.accuracy is None else _accuracy_told(told.accuracy),
            "health": _health_told(told.health),
            "learnable": [
                {"code": one.code.full_path, "number": one.code.number, "examples": one.examples, "needed": one.needed,
                 "without": one.without}
                for one in told.learnable
            ],
            "certificates": [certificate_told(one, names) for one in proven],
            "owed": ledger_told(ledger, {}),
            "curve": None if learned is None else _curve_told(learned, target),
        },
        lines,
    )  # fmt: skip


def _where(told: Report) -> list[str]:
    parts = [f"{_(PLACES[source.value])} {n:,}" for source, n in told.where.sources.items() if n]
    lines = [
        counted(
            N_("{total} answers: {parts}, blank {blank}."),
            total=f"{told.where.total:,}",
            parts=", ".join(parts) or "0",
            blank=f"{told.where.blank:,}",
        )
    ]
    if told.rate.answered:
        lines.append(_("Coding rate {share}: {coded} of {n} answers carry a theme.").format(
            share=percent(told.rate.share), coded=f"{told.rate.coded:,}", n=f"{told.rate.answered:,}"))  # fmt: skip
    return lines


def _accuracy(told: Accuracy | None) -> list[str]:
    if told is None:
        return [_("No model yet, so no accuracy. Train one with: train")]
    if told.micro_f1 is None:
        lines = [
            _("Accuracy is not known: random answers reviewed {base}, {needed} more are needed.").format(
                base=f"{told.base:,}", needed=f"{told.needed:,}"
            ),
            _("Answers that were chosen for training say nothing about the others. Draw with: sample draw"),
        ]
    else:
        lines = [
            counted(
                N_("Accuracy, over {base} random answers that stand for {covered} of {population}:"),
                base=f"{told.base:,}",
                covered=f"{told.covered:,}",
                population=f"{told.population:,}",
            ),
            _("  all codes: micro-F1 {micro}").format(micro=_range(told.micro_f1)),
            "  " + macro_line(told.macro_f1, told.macro_codes),
        ]
        if told.nets_micro_f1 is not None:
            lines.append(_("  all nets: micro-F1 {micro}").format(micro=_range(told.nets_micro_f1)))
    if told.beside:
        lines.append(
            _(
                "Reviewed random answers left out: {n}. The model learned from an identical answer, from the same"
                " person, or had its thresholds set on them. Train again to judge it on them too."
            ).format(n=told.beside)
        )
    if told.later:
        lines.append(_("Reviewed random answers that count when those drawn before them are reviewed: {n}.").format(
            n=told.later))  # fmt: skip
    return lines + [_code_line(one) for one in told.codes if one.support or one.said]


def _code_line(one: CodeAccuracy) -> str:
    if one.precision is None or one.recall is None or one.f1 is None:
        if one.answers is None:
            return _("  {code}: too few: on none of the random answers").format(code=one.code.full_path)
        return _(
            "  {code}: too few: random answers with it {n}, {needed} more needed (about {answers} more to review)"
        ).format(code=one.code.full_path, n=one.support, needed=one.needed, answers=f"{one.answers:,}")
    return counted(
        N_("  {code}: precision {precision}, recall {recall}, F1 {f1}, on {n} random answers{star}"),
        code=one.code.full_path,
        precision=_range(one.precision),
        recall=_range(one.recall),
        f1=_range(one.f1),
        n=one.support,
        star=" *" if one.few else "",
    )


def _health(told: Health) -> list[str]:
    score = "–" if told.score is None else str(told.score)
    lines = [_("Health {score} of 100.").format(score=score) + " " + _formula()]
    for part in told.parts:
        value = "–" if part.value is None else f"{part.value:.2f}"
        lines.append(f"  {_(PARTS[part.id])} {value}: {_(part.action).format(**part.params)}")
    return lines


def _formula() -> str:
    from training.quality.standing import HEALTH_FORMULA

    return _(HEALTH_FORMULA)


def _learnable(told: Report) -> list[str]:
    lean = [one for one in told.learnable if one.needed]
    sided = [one for one in told.learnable if not one.needed and not one.without]
    if not lean and not sided:
        return []
    number = len(lean) + len(sided)
    lines = [plural(number, N_("Not learnable yet, {n} code:"), N_("Not learnable yet, {n} codes:")).format(n=number)]
    lines += [
        _("  {code}: examples {examples}, but no reviewed answer without it").format(
            code=one.code.full_path, examples=one.examples
        )
        for one in sided
    ]
    return lines + [
        _("  {code}: examples {examples}, {needed} more needed").format(
            code=one.code.full_path, examples=one.examples, needed=one.needed
        )
        for one in lean
    ]


def _curve(told: LearningCurve, target: float | None) -> list[str]:
    if not told.points:
        return [
            _("No learning curve yet: {rows} more random answers and {labels} more coded answers are needed.").format(
                rows=told.needs, labels=told.needs_labels
            )
        ]
    lines = [counted(N_("Learning curve, on {n} random answers:"), n=told.rows)]
    lines += [f"  {one.labels:>6,}  {_range(one.micro_f1)}" for one in told.points]
    if told.gain is None or told.law is None:
        lines.append(_("No curve fits these points, so the next gain cannot be foretold."))
    else:
        lines.append(
            _("The next 100 labels: {gain} points ({low} to {high}), {characters} characters to read{time}").format(
                gain=f"{100 * told.gain.value:+.1f}", low=f"{100 * told.gain.low:+.1f}",
                high=f"{100 * told.gain.high:+.1f}", characters=f"{told.characters:,}",
                time="." if told.minutes is None else _(", {minutes} min.").format(
                    minutes=max(1, round(told.minutes))),
            )
        )  # fmt: skip
        if target is not None:
            lines.append(_target(told, target))
    kappas = ", ".join(f"{one:.3f}" for one in told.kappas)
    if kappas:
        lines.append(_("Agreement of predictions with 100 labels earlier (kappa): {kappas}").format(kappas=kappas))
    lines.append(
        _("Advice: stop labelling. The next 100 labels bring less than 1 point and predictions have settled.")
        if told.stop
        else _("Advice: go on. Stop when 100 labels bring less than 1 point and kappa is 0.95 twice running.")
    )
    return lines


def _target(told: LearningCurve, target: float) -> str:
    needed = None if told.law is None else told.law.labels_to(target)
    if needed is None:
        return _("F1 {target} is not reached on this curve.").format(target=f"{target:.2f}")
    more = max(0, needed - told.points[-1].labels)
    return counted(N_("F1 {target} takes about {n} more labels on this curve."), target=f"{target:.2f}", n=f"{more:,}")


def _range(figure: Figure | None) -> str:
    return "–" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _accuracy_told(told: Accuracy) -> dict[str, object]:
    codes = [
        {
            "code": one.code.full_path, "number": one.code.number, "net": one.code.is_net, "support": one.support,
            "said": one.said, "precision": _figure(one.precision), "recall": _figure(one.recall), "f1": _figure(one.f1),
            "needed": one.needed, "answers": one.answers, "few": one.few,
        }
        for one in told.codes
    ]  # fmt: skip
    return {
        "model": told.model, "base": told.base, "population": told.population, "covered": told.covered,
        "skipped": told.skipped, "later": told.later, "beside": told.beside, "needed": told.needed,
        "micro_f1": _figure(told.micro_f1), "macro_f1": _figure(told.macro_f1),
        "macro_codes": told.macro_codes,
        "nets_micro_f1": _figure(told.nets_micro_f1), "codes": codes,
    }  # fmt: skip


def _figure(figure: Figure | None) -> dict[str, float] | None:
    return None if figure is None else asdict(figure)


def _health_told(told: Health) -> dict[str, object]:
    from training.quality.standing import HEALTH_FORMULA

    parts = {
        part.id: {"value": part.value, "action": _(part.action).format(**part.params)} for part in told.parts
    }  # fmt: skip
    return {"score": told.score, "formula": HEALTH_FORMULA, "parts": parts}


def _curve_told(told: LearningCurve, target: float | None) -> dict[str, object]:
    law = None if told.law is None else asdict(told.law)
    return {
        "points": [{"labels": one.labels, "micro_f1": _figure(one.micro_f1)} for one in told.points],
        "rows": told.rows, "needs": told.needs, "needs_labels": told.needs_labels, "law": law, "misfit": told.misfit,
        "gain": _figure(told.gain), "kappas": list(told.kappas), "characters": told.characters,
        "minutes": told.minutes, "stop": told.stop,
        "labels_to_target": None if target is None or told.law is None else told.law.labels_to(target),
    }  # fmt: skip
