"""Commands of the models: list, show, compare, use, export, rename, pin, threshold."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate import frames, naming
from annotate.cli import CODER, FRAME, PROJECT, progress, show, verb
from annotate.errors import AskedWronglyError, UserError
from annotate.messages import N_, _, counted, listed, plural
from annotate.store.project import Project
from training.commands import telling
from training.learner.evaluate import MACRO_LEAST

if TYPE_CHECKING:
    from training.quality.versions import Comparison

MODEL = click.argument("model", required=False)
ANYWAY = click.option("--anyway", metavar="REASON", help="Put it in force although a pinned answer breaks, and why.")
QUESTION = click.option("--question", metavar="NAME", help="Which answer of the record, where it gave several.")
CODE = click.option("--code", "called", metavar="CODE", help="Number, label or path of a code.")


@click.group()
def group() -> None:
    """Commands of the models."""


@group.group()
def model() -> None:
    """The models of a code frame: list, show, compare, use, export, rename, pin, threshold."""


@model.command(name="list")
@PROJECT
@FRAME
@verb("main.py model list car.tingdong --json")
def list_models(project: Path, name: str | None) -> None:
    """List the models, oldest first: what each learned from, its scores out of sample, where it is in force."""
    from training.quality import versions

    with Project.open(project) as opened:
        frame_id = frames.the_frame(opened, name)
        known = versions.models(opened, frame_id)
        codes = telling.codes_of(opened, frame_id)
    show(
        {"models": [telling.version(one, codes) for one in known]},
        [telling.version_line(one) for one in known] or [_("No model yet.")],
    )


@model.command(name="show")
@PROJECT
@MODEL
@FRAME
@verb("main.py model show car.tingdong v2 --json")
def show_model(project: Path, model: str | None, name: str | None) -> None:
    """Show a model (the newest): its scores, thresholds set by hand, and the pinned answers that it breaks."""
    from training import session
    from training.quality import hand_thresholds, must_hold, versions

    with Project.open(project) as opened:
        frame_id = frames.the_frame(opened, name)
        one = versions.find(opened, frame_id, model)
        codes = telling.codes_of(opened, frame_id)
        stored = session.load(opened, one.id)
        by_hand = hand_thresholds.scores(opened, stored)
        pinned = must_hold.pins(opened, frame_id)
        broken = must_hold.verify(opened, stored)
        keys = telling.keys_of(opened, broken)
    lines = [telling.version_line(one)]
    if one.note:
        lines.append(f"  {one.note}")
    lines += telling.hand_lines(by_hand, codes)
    if pinned:
        lines.append(_("Pinned answers: {right} of {n} right.").format(right=len(pinned) - len(broken), n=len(pinned)))
        lines += [telling.pin_line(each, codes, keys) for each in broken]
    show(
        {
            **telling.version(one, codes),
            "by_hand": None if by_hand is None else telling.hand_told(by_hand, codes),
            "must_hold": {"pinned": len(pinned), "broken": [telling.pin(each, codes, keys) for each in broken]},
        },
        lines,
    )


@model.command(name="compare")
@PROJECT
@click.argument("before")
@click.argument("after")
@FRAME
@verb("main.py model compare car.tingdong v1 v2 --json")
def compare_models(project: Path, before: str, after: str, name: str | None) -> None:
    """Compare two models on the same answers, each judged out of sample: the difference with its interval, by code."""
    from training.quality import versions

    with Project.open(project) as opened:
        frame_id = frames.the_frame(opened, name)
        pair = versions.find(opened, frame_id, before), versions.find(opened, frame_id, after)
        told = versions.compare(opened, pair[0].id, pair[1].id)
        codes = telling.codes_of(opened, frame_id)
    on = (
        _("On {n} answers drawn at random, both out of sample:")
        if told.from_random_rows
        else _("On {n} coded answers, both out of sample; this holds for answers like these:")
    )
    lines = [
        on.format(n=f"{told.rows:,}"),
        _("micro-F1 {before} → {after}: {difference} ({low} to {high})").format(
            before=f"{told.micro_before:.3f}", after=f"{told.micro_after:.3f}",
            difference=f"{told.difference.value:+.3f}", low=f"{told.difference.low:+.3f}",
            high=f"{told.difference.high:+.3f}",
        ),
        _macro_line(told),
    ]  # fmt: skip
    if told.reporting_half:
        lines.append(_("Without the half on which thresholds were set by hand."))
    words = {"better": _("better"), "worse": _("worse"), "": _("no sure difference")}
    lines += [
        _("  {name}: F1 {before} → {after}, right more often on {gains}, less often on {losses}: {verdict}").format(
            name=telling.name_of(codes, one.code_id), before=f"{one.f1_before:.3f}", after=f"{one.f1_after:.3f}",
            gains=one.gains, losses=one.losses, verdict=words[one.verdict],
        )
        for one in told.codes
        if one.gains or one.losses
    ]  # fmt: skip
    show(
        {
            "before": pair[0].name, "after": pair[1].name, "rows": told.rows, "groups": told.groups,
            "from_random_rows": told.from_random_rows, "reporting_half": told.reporting_half,
            "micro_f1_before": told.micro_before, "micro_f1_after": told.micro_after,
            "difference": asdict(told.difference), "macro_f1_before": told.macro_before,
            "macro_f1_after": told.macro_after, "macro_codes": told.macro_codes,
            "codes": [
                {"code": telling.name_of(codes, one.code_id), **telling.without_id(asdict(one))} for one in told.codes
            ],
        },
        lines,
    )  # fmt: skip


def _macro_line(told: Comparison) -> str:
    if told.macro_before is None or told.macro_after is None:
        return "  " + telling.macro_line(None, 0)
    return plural(
        told.macro_codes,
        N_("macro-F1 {before} → {after}, of the one code on at least {least} of these answers"),
        N_("macro-F1 {before} → {after}, the mean over the {n} codes on at least {least} of these answers"),
    ).format(
        before=f"{told.macro_before:.3f}", after=f"{told.macro_after:.3f}", n=told.macro_codes, least=MACRO_LEAST
    )  # fmt: skip


@model.command(name="use")
@PROJECT
@MODEL
@click.option("--question", "asked", metavar="NAME", multiple=True, help="Only this question; repeatable.")
@click.option("--wave", "waves", metavar="NAME", multiple=True, help="Only this wave (- for none); repeatable.")
@click.option("--preview", is_flag=True, help="Show which answers would change, by code; switch nothing.")
@ANYWAY
@FRAME
@CODER
@verb("main.py model use car.tingdong v1 --preview")
def use_model(
    project: Path,
    model: str | None,
    asked: tuple[str, ...],
    waves: tuple[str, ...],
    preview: bool,
    anyway: str | None,
    name: str | None,
    coder: str | None,
) -> None:
    """Put a model in force, an older one to go back; one step. Delivered waves keep the one they have."""
    from training.quality import switch, versions

    with Project.open(project, coder=coder) as opened:
        frame_id = frames.the_frame(opened, name)
        one = versions.find(opened, frame_id, model)
        codes = telling.codes_of(opened, frame_id)
        questions, of_waves = naming.the_questions(opened, asked), naming.the_waves(opened, waves)
        if preview:
            told = switch.flips(opened, one.id, questions=questions, waves=of_waves, progress=progress())
            show({"model": one.name, **telling.flips(told, codes)}, telling.flip_lines(told, one.name, codes))
            return
        done = switch.use(opened, one.id, questions=questions, waves=of_waves, anyway=anyway, progress=progress())
    lines = [_("{name} is in force for {answers}.").format(name=one.name, answers=telling.answers(done.step.rows))]
    if not done.step.op:
        lines = [_("{name} was in force there already.").format(name=one.name)]
    if done.kept_waves:
        lines.append(_("Delivered waves kept theirs: {names}.").format(names=listed(done.kept_waves)))
    show(
        {
            "model": one.name, "hash": one.hash, "runs": list(done.runs), "coded_now": done.coded_now,
            "answers": done.step.rows, "kept_waves": list(done.kept_waves), "op": done.step.op,
        },
        lines,
    )  # fmt: skip


@model.command(name="export")
@PROJECT
@click.argument("model")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@FRAME
@verb("main.py model export car.tingdong v2 car.tingmodel")
def export_model(project: Path, model: str, file: Path, force: bool, name: str | None) -> None:
    """Write a model with its codes to a .tingmodel file, which can code elsewhere; no customer text is in it."""
    from training import session
    from training.coding.tingmodel import write_tingmodel
    from training.quality import cuts, versions

    if file.exists() and not force:
        raise UserError(
            "file-exists",
            N_("{name} exists already."),
            N_("A model may be at work elsewhere under that name, so it is not replaced without a word."),
            N_("Choose another name, or replace it with: --force"),
            name=file.name,
        )
    with Project.open(project) as opened:
        frame_id = frames.the_frame(opened, name)
        one = versions.find(opened, frame_id, model)
        stored = session.load(opened, one.id)
        write_tingmodel(file, stored, frames.head(opened, frame_id), cuts=cuts.by_code(opened, one.id))
    show(
        {"model": one.name, "hash": one.hash, "file": str(file), "bytes": file.stat().st_size},
        [_("{name} written to {file}.").format(name=one.name, file=file.name)],
    )


@model.command(name="rename")
@PROJECT
@click.argument("model")
@click.argument("new", metavar="NAME", required=False)
@click.option("--note", metavar="TEXT", help="What people should know of it.")
@FRAME
@CODER
@verb('main.py model rename car.tingdong v1 spring --note "before the new frame"')
def rename_model(
    project: Path, model: str, new: str | None, note: str | None, name: str | None, coder: str | None
) -> None:
    """Give a model a name or a note; an empty name gives back its number."""
    from training.quality import versions

    with Project.open(project, coder=coder) as opened:
        frame_id = frames.the_frame(opened, name)
        one = versions.find(opened, frame_id, model)
        versions.rename(opened, model=one.id, name=new, note=note)
        after = versions.find(opened, frame_id, f"v{one.number}")
    show(
        {"model": f"v{one.number}", "name": after.name, "note": after.note},
        [_("Model {number} is called {name}").format(number=f"v{one.number}", name=after.name)],
    )


@model.command(name="pin")
@PROJECT
@click.argument("answer", required=False, metavar="[ID]")
@QUESTION
@CODE
@click.option("--expect", type=click.Choice(["yes", "no"]), help="Whether it carries the code; else as people decided.")
@click.option("--note", metavar="TEXT", default="", help="Why it must hold.")
@click.option("--remove", is_flag=True, help="Take the answer out of the set.")
@FRAME
@CODER
@verb("main.py model pin car.tingdong S01268 --code 101")
def pin_answer(
    project: Path,
    answer: str | None,
    question: str | None,
    called: str | None,
    expect: str | None,
    note: str,
    remove: bool,
    name: str | None,
    coder: str | None,
) -> None:
    """Pin an answer that no model may get wrong on a code; without an id, list the pinned ones."""
    from training.quality import must_hold

    if (answer is None) is not (called is None):
        raise AskedWronglyError(
            "half-a-pin",
            N_("An answer is pinned for a code."),
            N_("Only one of the two was given."),
            N_("Give the id of the answer and --code, or neither to see the list."),
        )
    with Project.open(project, coder=coder) as opened:
        frame_id = frames.the_frame(opened, name)
        codes = telling.codes_of(opened, frame_id)
        if answer is not None and called is not None:
            code = naming.the_code(opened, frame_id, called).id
            verbatim = naming.the_answer(opened, answer, naming.of_frame(opened, frame_id, question))
            if remove:
                must_hold.unpin(opened, verbatim=verbatim, code=code)
            else:
                expected = None if expect is None else expect == "yes"
                must_hold.pin(opened, verbatim=verbatim, code=code, expected=expected, note=note)
        pinned = must_hold.pins(opened, frame_id)
        keys = telling.keys_of(opened, pinned)
    show(
        {"pinned": [telling.pin(one, codes, keys) for one in pinned]},
        [
            plural(len(pinned), N_("{n} answer must hold."), N_("{n} answers must hold.")).format(n=len(pinned)),
            *(telling.pin_line(one, codes, keys) for one in pinned),
        ],
    )


@model.command(name="threshold")
@PROJECT
@MODEL
@CODE
@click.option("--set", "value", type=float, metavar="P", help="Accept the code from this probability on.")
@click.option("--clear", is_flag=True, help="Back to the model's own threshold.")
@click.option("--like", metavar="MODEL", help="Take over the thresholds set by hand for another model.")
@ANYWAY
@FRAME
@CODER
@verb("main.py model threshold car.tingdong --code 101 --set 0.6")
def threshold(
    project: Path,
    model: str | None,
    called: str | None,
    value: float | None,
    clear: bool,
    like: str | None,
    anyway: str | None,
    name: str | None,
    coder: str | None,
) -> None:
    """Show what thresholds of a code would give, or set one by hand; scored on answers not used to set it."""
    from training import session
    from training.quality import cuts, hand_thresholds, versions

    if (called is None) is (like is None) or (value is not None and clear) or (like and (value is not None or clear)):
        raise AskedWronglyError(
            "which-threshold",
            N_("Whose threshold is meant?"),
            N_("It takes --code, with --set or --clear or neither; or --like alone."),
            N_("See the example in --help."),
        )
    with Project.open(project, coder=coder) as opened:
        frame_id = frames.the_frame(opened, name)
        one = versions.find(opened, frame_id, model)
        codes = telling.codes_of(opened, frame_id)
        wanted: dict[int, float | None] = {}
        if like is not None:
            stored = session.load(opened, one.id)
            others = cuts.by_code(opened, versions.find(opened, frame_id, like).id)
            wanted = {code: p for code, p in others.items() if code in stored.columns}
        elif called is not None and (value is not None or clear):
            wanted = {naming.the_code(opened, frame_id, called).id: value}
        if wanted or like is not None:
            hand_thresholds.set_thresholds(opened, model=one.id, thresholds=wanted, anyway=anyway, progress=progress())
            told = hand_thresholds.scores(opened, session.load(opened, one.id))
            show(
                {"model": one.name, "by_hand": None if told is None else telling.hand_told(told, codes)},
                telling.hand_lines(told, codes) or [_("{name} uses its own thresholds.").format(name=one.name)],
            )
            return
        assert called is not None
        code = naming.the_code(opened, frame_id, called).id
        curve = hand_thresholds.trade_off(opened, session.load(opened, one.id), code)
    lines = [
        counted(
            N_("{name}: {support} of {n} answers of the half for setting thresholds carry it."),
            name=telling.name_of(codes, curve.code_id),
            support=curve.support,
            n=f"{curve.base:,}",
        )
    ]
    step = max(1, len(curve.points) // 20)
    lines += [
        _("  from {threshold}: {taken} accepted, precision {precision}, recall {recall}").format(
            threshold=f"{point.threshold:.3f}", taken=point.taken, precision=telling.span(point.precision),
            recall=telling.span(point.recall),
        )
        for point in curve.points[::step]
    ]  # fmt: skip
    show({"model": one.name, "code": telling.name_of(codes, curve.code_id), **telling.without_id(asdict(curve))}, lines)
