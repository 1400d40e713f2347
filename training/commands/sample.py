"""Commands of the random samples: draw, accept, list, next, certify."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate import frames, naming, samples, verbatims
from annotate.cli import CODER, PROJECT, show, verb
from annotate.messages import N_, _, counted, listed
from annotate.privacy import mask
from annotate.samples import Ledger, Purpose, Sample
from annotate.store.project import Project
from training.commands.telling import answers as in_words

if TYPE_CHECKING:
    from training.quality.acceptance import Certificate, Proposal

QUESTION = click.option("--question", metavar="NAME", help="Name of the question.")
WAVE = click.option("--wave", metavar="NAME", help="Name of the wave, where several have been coded.")
PURPOSES = {
    Purpose.AUDIT: N_("Audit"), Purpose.AGREEMENT: N_("Double coding"), Purpose.ACCEPTANCE: N_("Acceptance"),
    Purpose.CORRECTION: N_("Correction"),
}  # fmt: skip


@click.group()
def group() -> None:
    """Commands of the random samples."""


@group.group()
def sample() -> None:
    """Random samples: draw, accept, list, next, certify."""


@sample.command()
@PROJECT
@QUESTION
@click.option("--purpose", type=click.Choice([one.value for one in Purpose if one is not Purpose.ACCEPTANCE]),
              default=Purpose.AUDIT.value, help="What the answers are drawn for.")  # fmt: skip
@click.option("-n", "number", type=click.IntRange(1), default=100, help="How many answers.")
@click.option("--seed", type=int, default=samples.SEED, help="Start of the random numbers.")
@CODER
@verb("main.py sample draw car.tingdong --question Q7 --purpose audit -n 400")
def draw(project: Path, question: str | None, purpose: str, number: int, seed: int, coder: str | None) -> None:
    """Draw answers at random; an audit goes on where it stopped, so that all of it stays one random sample."""
    with Project.open(project, coder=coder) as opened:
        asked = verbatims.the_question(opened, question).id
        if Purpose(purpose) is Purpose.AUDIT:
            drawn = samples.draw_audit(opened, question=asked, size=number, seed=seed)
        else:
            drawn = samples.draw(opened, purpose=Purpose(purpose), question=asked, size=number, seed=seed)
        ledger = samples.owed(opened)
    show({"sample": _sample_told(drawn), "owed": ledger_told(ledger, {})}, [_drawn(drawn), *owed_lines(ledger)])


def _drawn(drawn: Sample) -> str:
    return _("Sample {id}: drawn at random {n}, reviewed already {reviewed}.").format(
        id=drawn.id, n=f"{drawn.drawn:,}", reviewed=f"{drawn.reviewed:,}"
    )


def _sample_told(one: Sample) -> dict[str, object]:
    return {
        "id": one.id, "purpose": one.purpose.value, "name": one.name, "question": one.question_id, "seed": one.seed,
        "drawn": one.drawn, "reviewed": one.reviewed,
    }  # fmt: skip


@sample.command()
@PROJECT
@QUESTION
@WAVE
@click.option(
    "--code", "called", metavar="CODE", help="Number, label or path of a code or net; else all codes together."
)
@click.option("--target", type=float, default=0.95, help="Precision to prove.")
@click.option("--cut", type=float, help="Accept from this confidence; else it is proposed.")
@click.option("-n", "number", type=click.IntRange(1), help="How many assignments to draw; else as many as it takes.")
@click.option("--seed", type=int, default=samples.SEED, help="Start of the random numbers.")
@click.option("--only-propose", is_flag=True, help="Say what would be accepted and draw nothing.")
@CODER
@verb("main.py sample accept car.tingdong --question Q7 --wave 2026-07 --target 0.9")
def accept(
    project: Path, question: str | None, wave: str | None, called: str | None, target: float, cut: float | None,
    number: int | None, seed: int, only_propose: bool, coder: str | None,
) -> None:  # fmt: skip
    """Propose from which confidence the model may code by itself, and draw the sample that proves it."""
    from training.quality import acceptance, in_force

    with Project.open(project, coder=coder) as opened:
        asked = verbatims.the_question(opened, question)
        meant = None if called is None else naming.the_code(opened, asked.frame_id, called).id
        with opened.reading() as db:
            codes = in_force.codes_of(db, asked.id, meant)
        told = acceptance.propose(opened, question=asked.id, codes=codes, target=target, cut=cut, wave=wave)
        drawn = None if only_propose else acceptance.draw_acceptance(opened, told, size=number, seed=seed)
    show(
        {
            "codes": list(told.codes), "run": told.run.run, "wave": told.run.wave_name or None, "target": told.target,
            "level": told.level, "attempt": told.attempt, "cut": told.cut, "tested": told.tested, "seen": told.seen,
            "errors": told.errors, "from_random_rows": told.from_random_rows, "assignments": told.assignments,
            "answers": told.answers, "saves": told.saves,
            "needed": None if told.sample is None else asdict(told.sample),
            "sample": None if drawn is None else _sample_told(drawn),
        },
        [*_proposed(told), *([] if drawn is None else [_drawn_assignments(drawn, told, number)])],
    )  # fmt: skip


def _drawn_assignments(drawn: Sample, told: Proposal, number: int | None) -> str:
    size = number or (told.sample.size if told.sample else 0)
    return counted(
        N_("Sample {id}: {n} assignments drawn at random, on {answers}; reviewed already {reviewed}."),
        id=drawn.id,
        n=f"{min(size, told.assignments):,}",
        answers=in_words(drawn.drawn),
        reviewed=f"{drawn.reviewed:,}",
    )


def _proposed(told: Proposal) -> list[str]:
    if told.cut is None:
        return [_("No confidence is likely to reach {target}: the model can only suggest here.").format(
            target=percent(told.target))]  # fmt: skip
    lines = [
        counted(
            N_("From {cut} on: {n} assignments, on {answers}. Out of sample {errors} of {seen} were wrong."),
            cut=f"{told.cut:.3f}",
            n=f"{told.assignments:,}",
            answers=in_words(told.answers),
            errors=f"{told.errors:,}",
            seen=f"{told.seen:,}",
        )
    ]
    if not told.tested:
        lines.append(_("This cut is a guess: too few coded answers to test it. The sample decides."))
    if told.sample is not None and not told.saves:
        lines.append(
            _(
                "The sample would hold all {n} of them, so it saves nothing: simply code these answers. They come with:"
                " next --mode likely"
            ).format(n=f"{told.assignments:,}")
        )
    elif told.sample is not None:
        lines.append(
            counted(
                N_(
                    "Review {n} assignments: {errors} errors at most prove {target} at {level}. Chance to pass:"
                    " {chance}."
                ),
                n=f"{told.sample.size:,}",
                errors=told.sample.errors,
                target=percent(told.target),
                level=f"{100 * told.level:g} %",
                chance=percent(told.sample.chance),
            )
        )
    return lines


@sample.command(name="list")
@PROJECT
@verb("main.py sample list car.tingdong")
def list_samples(project: Path) -> None:
    """List the samples and the ledger: what is drawn, reviewed and owed, and how long that takes."""
    with Project.open(project, read_only=True) as opened:
        known = samples.samples(opened)
        ledger = samples.owed(opened)
        names = {one.id: one.name for one in verbatims.questions(opened)}
    lines = [
        _("{id}  {purpose}, {question}: {reviewed} of {drawn} reviewed").format(
            id=one.id, purpose=_(PURPOSES[one.purpose]), question=names.get(one.question_id or 0, ""),
            reviewed=f"{one.reviewed:,}", drawn=f"{one.drawn:,}",
        )
        for one in known
    ]  # fmt: skip
    show(
        {"samples": [_sample_told(one) for one in known], "owed": ledger_told(ledger, names)},
        [*lines, *owed_lines(ledger)],
    )


@sample.command(name="next")
@PROJECT
@QUESTION
@click.option("--purpose", type=click.Choice([one.value for one in Purpose]), help="Only those drawn for this.")
@click.option("-n", "number", type=click.IntRange(1), default=20, help="How many answers.")
@CODER
@verb("main.py sample next car.tingdong -n 20 --json")
def following(project: Path, question: str | None, purpose: str | None, number: int, coder: str | None) -> None:
    """List the random answers to review next, in their random order; personal data is masked."""
    with Project.open(project, coder=coder) as opened:
        asked = None if question is None else verbatims.the_question(opened, question).id
        owed = samples.rows_owed(
            opened, purpose=None if purpose is None else Purpose(purpose), question=asked, limit=number
        )
        rows = {row.id: row for row in verbatims.page(opened, owed)}
    answers = [{"id": one, "key": rows[one].record_key, "text": mask(rows[one].text)} for one in owed]
    show(
        {"answers": answers},
        [f"{one['key']}  {one['text']}" for one in answers] or [_("No random answer is owed.")],
    )


@sample.command()
@PROJECT
@click.argument("sample", type=int, required=False)
@click.option(
    "--coverage-from", type=float, metavar="SHARE", help="Share of its clauses that an answer's codes must explain."
)
@CODER
@verb("main.py sample certify car.tingdong")
def certify(project: Path, sample: int | None, coverage_from: float | None, coder: str | None) -> None:
    """Count what people decided on acceptance samples and certify the codes, or not; one undoable step a sample."""
    from training.quality import acceptance

    with Project.open(project, coder=coder) as opened:
        if coverage_from is not None:
            acceptance.set_coverage_from(opened, coverage_from)
        known = [sample] if sample is not None else acceptance.ready(opened)
        done = [acceptance.certify(opened, sample=one)[0] for one in known]
        asked = {one.frame_id for one in verbatims.questions(opened) if one.frame_id is not None}
        names = {code.id: code.full_path for frame in asked for code in frames.head(opened, frame).codes}
    show(
        {"certificates": [certificate_told(one, names) for one in done]},
        [proven_line(one, names) for one in done]
        or [_("No acceptance sample is reviewed and waiting for its certificate.")],
    )


def proven_line(one: Certificate, names: dict[int, str]) -> str:
    """Return a certificate as a line; ``names`` are the paths of codes."""
    codes = listed(names.get(code, str(code)) for code in one.codes)
    form = (
        _("Certified: {codes} from {cut}: {errors} errors in {n}, precision above {bound}.")
        if one.passed
        else _("Not certified: {codes} from {cut}: {errors} errors in {n}, precision above {bound} only.")
    )
    line = form.format(codes=codes, cut=f"{one.cut:.3f}", errors=one.errors, n=one.n, bound=f"{100 * one.bound:.1f} %")
    if one.without:
        without = listed(names.get(code, str(code)) for code in one.without)
        line += " " + _("Left out, for the sample held none of them: {codes}.").format(codes=without)
    return line


def certificate_told(one: Certificate, names: dict[int, str]) -> dict[str, object]:
    """Return a certificate for JSON."""
    return asdict(one) | {
        "codes": [names.get(code, str(code)) for code in one.codes],
        "without": [names.get(code, str(code)) for code in one.without],
    }


def owed_lines(ledger: Ledger) -> list[str]:
    """Return the ledger as lines."""
    lines = [
        _("{purpose}: {drawn} drawn, {reviewed} reviewed, {owed} owed.").format(
            purpose=_(PURPOSES[one.purpose]), drawn=f"{one.drawn:,}", reviewed=f"{one.reviewed:,}", owed=f"{one.owed:,}"
        )
        for one in ledger.lines
    ]
    if not ledger.rows:
        return lines or [_("No random sample yet.")]
    line = _("Owed in all: random answers {rows}, decisions {decisions}").format(
        rows=f"{ledger.rows:,}", decisions=f"{ledger.decisions:,}"
    )
    return [*lines, line + _time(ledger.minutes, few=ledger.pace.few, gaps=ledger.pace.gaps)]


def _time(minutes: float | None, *, few: bool, gaps: int) -> str:
    if minutes is None:
        return _("; how long that takes is not known yet.")
    if few:
        return _(", about {minutes} min (a first guess, from decisions so far: {n}).").format(
            minutes=max(1, round(minutes)), n=gaps)  # fmt: skip
    return _(", about {minutes} min at this project's pace.").format(minutes=max(1, round(minutes)))


def ledger_told(ledger: Ledger, questions: dict[int, str]) -> dict[str, object]:
    """Return the ledger for JSON; ``questions`` are names by id."""
    return {
        "lines": [
            {
                "question": questions.get(one.question_id, one.question_id), "purpose": one.purpose.value,
                "drawn": one.drawn, "reviewed": one.reviewed, "owed": one.owed,
            }
            for one in ledger.lines
        ],
        "rows": ledger.rows, "decisions": ledger.decisions, "minutes": ledger.minutes,
        "seconds_a_decision": ledger.pace.seconds, "from_decisions": ledger.pace.gaps,
    }  # fmt: skip


def percent(share: float) -> str:
    """Return a share in whole per cent."""
    return f"{100 * share:.0f} %"
