"""The command that trains a model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate import frames
from annotate.cli import FRAME, PROJECT, progress, show, verb
from annotate.messages import N_, _, counted
from annotate.store.project import Project
from training.commands.telling import overall_lines
from training.learner.evaluate import MACRO_LEAST, CodeScore, Figure
from training.learner.sentiment_scores import SentimentScores


@click.group()
def group() -> None:
    """Commands of the classifier."""


@group.command()
@PROJECT
@FRAME
@click.option("--seed", type=int, default=1, help="Start of the random numbers; the same seed gives the same model.")
@verb("main.py train car.tingdong --json")
def train(project: Path, name: str | None, seed: int) -> None:
    """Train the classifier on everything people decided; prints its scores, taken out of sample."""
    from training.quality import versions
    from training.session import train as run

    with Project.open(project) as opened:
        frame_id = frames.the_frame(opened, name)
        before = [one for one in versions.models(opened, frame_id)[-1:] if one.by_hand]
        done = run(opened, frame=frame_id, seed=seed, progress=progress())
    scores, macro = done.scores, done.scores.codes.macro_f1
    codes = [
        {
            "code": code.full_path, "number": code.number, "net": code.is_net, "looked_at": one.looked_at,
            "support": one.support, "precision": asdict(one.precision), "recall": asdict(one.recall),
            "f1": asdict(one.f1), "learnable": one.learnable,
        }
        for code, one in zip(done.codes, scores.columns, strict=True)
    ]  # fmt: skip
    lines = [
        counted(N_("Model {hash}, trained on {n} answers."), hash=done.hash[:12], n=f"{done.rows:,}"),
        _scored_on(scores.from_random_rows, scores.base),
        *overall_lines(scores.codes, scores.base),
    ]
    if done.single and scores.exact is not None:
        lines.append(_("No answer carries two codes, so the likeliest one wins: accuracy {accuracy}").format(
            accuracy=_range(scores.exact)))  # fmt: skip
    if scores.nets is not None:
        lines.append(_("All nets: micro-F1 {micro} ({n})").format(
            micro=_range(scores.nets.micro_f1), n=scores.nets.columns))  # fmt: skip
    lines += [_line(code.full_path, one) for code, one in zip(done.codes, scores.columns, strict=True)]
    lines += [
        _("Thresholds set by hand for {name}: {n}; to take them over: model threshold --like {name}").format(
            n=len(one.by_hand), name=one.name
        )
        for one in before
    ]
    if done.sentiment is not None:
        lines += _moods(done.sentiment)
    show(
        {
            "model": done.hash, "rows": done.rows, "micro_f1": scores.codes.micro_f1.value,
            "micro_f1_interval": [scores.codes.micro_f1.low, scores.codes.micro_f1.high],
            "macro_f1": None if macro is None else macro.value,
            "macro_f1_interval": None if macro is None else [macro.low, macro.high],
            "macro_codes": scores.codes.macro_columns, "macro_least": MACRO_LEAST,
            "nets": None if scores.nets is None else asdict(scores.nets),
            "exact": None if scores.exact is None else asdict(scores.exact), "base": scores.base,
            "from_random_rows": scores.from_random_rows, "out_of_sample": True, "single_choice": done.single,
            "codes": codes, "thresholds_by_hand_before": before[0].name if before else None,
            "sentiment": None if done.sentiment is None else asdict(done.sentiment),
        },
        lines,
    )  # fmt: skip


def _moods(told: SentimentScores) -> list[str]:
    """Return the lines on sentiment: figures of random answers before those of all coded ones, where there are."""
    if not told.learned:
        few = _("Sentiment: too few of {n} mentions say one, so the commonest is assumed.")
        return [few.format(n=f"{told.base:,}")]
    lines = []
    for one, heading in (
        (told.random, N_("Sentiment, out of sample, of {n} mentions in answers drawn at random")),
        (told, N_("Sentiment, out of sample, of {n} mentions in coded answers")),
    ):
        if one is None:
            continue
        figures = _("{heading}: accuracy {accuracy}, always the commonest {majority}, macro-F1 {macro}")
        lines.append(
            figures.format(
                heading=_(heading).format(n=f"{one.base:,}"),
                accuracy=_range(one.accuracy),
                majority=f"{one.majority:.3f}",
                macro=_range(one.macro_f1),
            )
        )
        names = (_("negative"), _("neutral"), _("positive"))
        for name, figure, support in zip(names, one.f1, one.support, strict=True):
            lines.append(_("  {name}: mentions {n}, F1 {f1}").format(name=name, n=f"{support:,}", f1=_range(figure)))
    return lines


def _scored_on(random: bool, base: int) -> str:
    if random:
        return counted(N_("Scores out of sample, over {n} answers drawn at random."), n=f"{base:,}")
    return counted(N_("Scores out of sample, over {n} coded answers; they hold for answers like these."), n=f"{base:,}")


def _range(figure: Figure) -> str:
    return f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f})"


def _line(name: str, one: CodeScore) -> str:
    if not one.learnable:
        return _("  {name}: examples {n}, too few to learn").format(name=name, n=one.support)
    return _("  {name}: examples {n}, F1 {f1}, precision {precision}, recall {recall}").format(
        name=name, n=one.support, f1=_range(one.f1), precision=_range(one.precision), recall=_range(one.recall)
    )
