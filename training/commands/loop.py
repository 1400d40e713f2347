"""Commands of the learning loop: what to read next, and a replay of finished labels."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate import frames, naming
from annotate.cli import FRAME, PROJECT, progress, show, verb
from annotate.messages import N_, _, counted, plural
from annotate.store.project import Project

STRATEGIES = {
    "default": N_("default"), "random": N_("random"), "unsure": N_("unsure"), "uncovered": N_("uncovered"),
}  # fmt: skip


@click.group()
def group() -> None:
    """The learning loop."""


@group.command("next")
@PROJECT
@click.option("--mode", type=click.Choice(["default", "shuffle", "unsure", "uncovered", "likely", "wrong"]),
              default="default", help="How they are chosen.")  # fmt: skip
@click.option("-n", "number", type=click.IntRange(1, 1000), default=25, help="How many answers.")
@click.option("--question", metavar="NAME", help="Of this question.")
@click.option("--code", metavar="CODE", help="Number or name of the code, for --mode likely (and wrong).")
@click.option("--seed", type=int, default=1, help="Start of the random numbers.")
@verb("main.py next car.tingdong --question Q7 --mode unsure -n 25 --json")
def following(project: Path, mode: str, number: int, question: str | None, code: str | None, seed: int) -> None:
    """List the answers to read next and why each; personal data is masked. Draws audit rows where too few are owed."""
    from annotate import verbatims
    from annotate.privacy import mask
    from training.loop.asking import Mode
    from training.loop.next_answers import next_answers

    with Project.open(project) as opened:
        asked = verbatims.the_question(opened, question)
        wanted = None if code is None else naming.the_code(opened, asked.frame_id, code).id
        batch = next_answers(
            opened, mode=Mode(mode), n=number, question=asked.name, code=wanted, seed=seed, progress=progress()
        )
        shown = {row.id: row for row in verbatims.page(opened, [one.verbatim for one in batch.answers])}
    answers = [
        {
            "id": one.verbatim, "key": shown[one.verbatim].record_key, "text": mask(shown[one.verbatim].text),
            "reason": one.reason.value, "why": one.why(), "code": None if one.code is None else one.code.full_path,
            "number": None if one.code is None else one.code.number, "p": one.p, "threshold": one.threshold,
            "alike": one.alike or None, "said": one.said,
        }
        for one in batch.answers
    ]  # fmt: skip
    lines = [f"{one['key']}  {one['text']}\n    {one['why']}" for one in answers]
    show(
        {
            "mode": batch.mode.value, "question": asked.name, "labelled": batch.labelled,
            "undecided": batch.undecided, "answers": answers,
        },
        lines or [_("There is nothing left to read in this order.")],
    )  # fmt: skip


@group.command()
@PROJECT
@click.option("--strategy", type=click.Choice(["default", "random", "unsure", "uncovered"]), default="default",
              help="How the answers to read are chosen.")  # fmt: skip
@click.option("--budget", type=int, default=1000, help="Answers to read, at most.")
@click.option("--seeds", type=int, default=5, help="Replays, each with another random part held out.")
@click.option("--hold-out", type=float, default=0.3, help="Share of the answers that is only scored on.")
@click.option("--seed", type=int, default=1, help="Start of the random numbers.")
@click.option("--all", "everything", is_flag=True, help="Score all labels of the learning part too.")
@FRAME
@verb("main.py simulate car.tingdong --budget 1000 --seeds 5 --json")
def simulate(
    project: Path,
    strategy: str,
    budget: int,
    seeds: int,
    hold_out: float,
    seed: int,
    everything: bool,
    name: str | None,
) -> None:
    """Replay finished labels: the accuracy on an unseen part after so many answers read; changes nothing."""
    from training.loop.simulate import Plan
    from training.loop.simulate import simulate as run

    with Project.open(project) as opened:
        done = run(
            opened, strategy=Plan(strategy), budget=budget, seeds=seeds, hold_out=hold_out, seed=seed,
            everything=everything, frame=frames.the_frame(opened, name), progress=progress(),
        )  # fmt: skip
    lines = [
        plural(
            done.seeds,
            N_("{n} coded answers replayed once, {held_out} of them held out; strategy {name}."),
            N_("{n} coded answers replayed {seeds} times, {held_out} of them held out each time; strategy {name}."),
        ).format(
            n=f"{done.answers:,}",
            seeds=done.seeds,
            held_out=f"{done.held_out:,}",
            name=_(STRATEGIES[done.strategy.value]),
        )
    ]
    lines += [
        counted(
            N_("  {labels} answers ({characters} characters): micro-F1 {micro}, macro-F1 {macro}"),
            labels=f"{point.labels:>6,}",
            characters=f"{point.characters:,}",
            micro=_spread(point.micro_f1, point.micro_f1_sd),
            macro=_spread(point.macro_f1, point.macro_f1_sd),
        )
        for point in done.curve
    ]
    if any(point.micro_f1 is None for point in done.curve):
        lines.append(_("–: not in every replay did a code have the examples that it takes to learn one."))
    reached: dict[str, object] = {}
    if done.full is not None:
        lines.append(
            counted(
                N_("All {labels} labels: micro-F1 {micro}, macro-F1 {macro}"),
                labels=f"{done.full.labels:,}",
                micro=_spread(done.full.micro_f1, None),
                macro=_spread(done.full.macro_f1, None),
            )
        )
        for share in (0.8, 0.9):
            labels = done.labels_to(share)
            reached[str(share)] = {"micro_f1": labels, "macro_f1": done.labels_to(share, macro=True)}
            if labels is not None:
                lines.append(
                    counted(
                        N_("{share} % of that micro-F1 after {labels} labels"),
                        share=round(100 * share),
                        labels=f"{labels:,.0f}",
                    )
                )
    show(
        {
            "strategy": done.strategy.value, "seeds": done.seeds, "answers": done.answers, "held_out": done.held_out,
            "single_choice": done.single, "curve": [asdict(point) for point in done.curve],
            "full": None if done.full is None else asdict(done.full), "labels_to_share_of_full": reached or None,
        },
        lines,
    )  # fmt: skip


def _spread(mean: float | None, deviation: float | None) -> str:
    """Return a mean over replays with its standard deviation, – where there is none."""
    if mean is None:
        return "–"
    return f"{mean:.3f}" if not deviation else f"{mean:.3f} ± {deviation:.3f}"
