"""Commands that look into single answers: labels that seem wrong, and why a model says what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate import frames, naming, verbatims
from annotate.cli import CODER, FRAME, PROJECT, progress, show, verb
from annotate.messages import N_, _, listed, plural
from annotate.privacy import find, mask
from annotate.store.project import Project
from training.commands import named

if TYPE_CHECKING:
    from annotate.frames import Frame
    from annotate.verbatims import VerbatimRow
    from training.quality.doubts import Doubt
    from training.quality.neighbours import Neighbour


QUESTION = click.option("--question", metavar="NAME", help="Which answer of the record, where it gave several.")


@click.group()
def group() -> None:
    """Commands that look into single answers."""


@group.command(name="doubts")
@PROJECT
@click.option("-n", "size", type=click.IntRange(1, 100_000), default=50, help="How many, at most.")
@click.option("--code", "called", metavar="CODE", help="Only doubts about this code: its number, label or path.")
@click.option("--model", metavar="MODEL", help="The model that doubts: name, number or hash; else the newest.")
@click.option("--keep", multiple=True, metavar="ID", help="This label is right, doubt it no more; repeatable.")
@QUESTION
@click.option("--twins", is_flag=True, help="List pairs that say nearly the same and were coded the opposite way.")
@FRAME
@CODER
@verb("main.py doubts car.tingdong -n 50 --json")
def list_doubts(
    project: Path,
    size: int,
    called: str | None,
    model: str | None,
    keep: tuple[str, ...],
    question: str | None,
    twins: bool,
    name: str | None,
    coder: str | None,
) -> None:
    """List the labels that look wrong, most doubtful first: what people said, what the model says, what is near."""
    from training.quality import doubts, versions

    with Project.open(project, coder=coder) as opened:
        read_only = named.say_if_read_only(opened)
        frame_id = frames.the_frame(opened, name)
        if twins:
            _show_twins(opened, frame_id, versions.find(opened, frame_id, model).id, size)
            return
        if keep:
            among = naming.of_frame(opened, frame_id, question)
            kept = [naming.the_answer(opened, one, among) for one in keep]
            doubts.keep(opened, verbatims=kept, frame=frame_id)
        found = doubts.doubts(
            opened,
            n=size,
            frame=frame_id,
            model=versions.find(opened, frame_id, model).id,
            code=None if called is None else naming.the_code(opened, frame_id, called).id,
        )
        frame = frames.head(opened, frame_id)
        ids = {one.verbatim for one in found} | {near.verbatim for one in found for near in one.near}
        rows = _shown(opened, sorted(ids))
    lines = [plural(len(found), N_("{n} label looks wrong."), N_("{n} labels look wrong.")).format(n=len(found))]
    for one in found:
        lines += _doubt_lines(one, frame, rows)
    show({"doubts": [_doubt_told(one, frame, rows) for one in found], "read_only": read_only}, lines)


@group.command(name="explain")
@PROJECT
@click.argument("called_answer", metavar="ID")
@QUESTION
@click.option("--code", "called", metavar="CODE", required=True, help="Number, label or path of the code.")
@click.option("--model", metavar="MODEL", help="The model to ask: name, number or hash; else the newest.")
@FRAME
@verb("main.py explain car.tingdong S01268 --code 101")
def explain(
    project: Path, called_answer: str, question: str | None, called: str, model: str | None, name: str | None
) -> None:
    """Say why a model gives an answer a code or not: the words that tipped it, and the nearest coded answers."""
    from training import session
    from training.quality import versions
    from training.quality.explain import Explainer

    with Project.open(project) as opened:
        frame_id = frames.the_frame(opened, name)
        one = versions.find(opened, frame_id, model)
        code = naming.the_code(opened, frame_id, called)
        answer = naming.the_answer(opened, called_answer, naming.of_frame(opened, frame_id, question))
        told = Explainer(opened, session.load(opened, one.id)).explain(answer, code.id)
        rows = _shown(opened, [answer, *(near.verbatim for near in told.near)])
        (written,) = verbatims.page(opened, [answer])
    # A word out of a telephone number or an address is personal data as much as the whole of it.
    hidden = [(one.start, one.end) for one in find(written.text)]
    words = [
        word for word in told.words if not any(a < end and start < b for a, b in word.spans for start, end in hidden)
    ]
    says = _("accepted") if told.accepted else _("not accepted")
    lines = [
        rows[answer].text,
        _("{model} on {name}: probability {p}, {says}").format(
            model=one.name, name=code.full_path, p=f"{told.p:.2f}", says=says
        ),
    ]
    if told.out_of_sample:
        lines.append(_("  The model was asked without having learned from this answer."))
    lines += [f"  {word.word} {word.weight:+.2f}" for word in words]
    lines += [_near_line(near, rows) for near in told.near]
    show(
        {
            "id": answer, "key": written.record_key, "text": rows[answer].text, "model": one.name,
            "code": code.full_path, "p": told.p, "accepted": told.accepted, "out_of_sample": told.out_of_sample,
            "words": [
                {"word": word.word, "spans": [list(span) for span in word.spans], "weight": word.weight}
                for word in words
            ],
            "near": [_near_told(near, rows) for near in told.near],
        },
        lines,
    )  # fmt: skip


def _show_twins(opened: Project, frame_id: int, model: int, size: int) -> None:
    from training.quality.twins import opposite_twins

    found = opposite_twins(opened, n=size, frame=frame_id, model=model, progress=progress())
    frame = frames.head(opened, frame_id)
    rows = _shown(opened, sorted({answer for one in found for answer in (one.yes, one.no)}))
    lines = [
        plural(
            len(found),
            N_("{n} pair says nearly the same and was coded the opposite way."),
            N_("{n} pairs say nearly the same and were coded the opposite way."),
        ).format(n=len(found))
    ]
    for one in found:
        lines.append(f"  {_label(frame, one.code_id)} {one.similarity:.2f}")
        lines.append(f"    + {rows[one.yes].record_key}  {rows[one.yes].text}")
        lines.append(f"    − {rows[one.no].record_key}  {rows[one.no].text}")
    show(
        {
            "twins": [
                {
                    "code": _label(frame, one.code_id), "similarity": one.similarity,
                    "yes": {"id": one.yes, "text": rows[one.yes].text}, "no": {"id": one.no, "text": rows[one.no].text},
                }
                for one in found
            ]
        },
        lines,
    )  # fmt: skip


def _shown(opened: Project, ids: list[int]) -> dict[int, VerbatimRow]:
    """Return the answers as they may be shown: personal data masked."""
    return {row.id: replace(row, text=mask(row.text)) for row in verbatims.page(opened, ids)}


def _label(frame: Frame, code: int) -> str:
    found = [one.full_path for one in frame.codes if one.id == code]
    return found[0] if found else str(code)


def _doubt_told(one: Doubt, frame: Frame, rows: dict[int, VerbatimRow]) -> dict[str, object]:
    return {
        "id": one.verbatim, "key": rows[one.verbatim].record_key, "text": rows[one.verbatim].text,
        "code": _label(frame, one.code_id), "doubt": one.doubt, "said": one.said, "p": one.p,
        "human": [_label(frame, code) for code in one.human],
        "model": [{"code": _label(frame, code), "p": p} for code, p in one.model],
        "instead": None if one.instead is None else _label(frame, one.instead),
        "near": [_near_told(near, rows) for near in one.near],
        "twins": [near.verbatim for near in one.twins],
    }  # fmt: skip


def _near_told(near: Neighbour, rows: dict[int, VerbatimRow]) -> dict[str, object]:
    return {
        "id": near.verbatim, "text": rows[near.verbatim].text, "similarity": near.similarity, "coder": near.coder,
        "date": named.day(near.at_ms),
    }  # fmt: skip


def _near_line(near: Neighbour, rows: dict[int, VerbatimRow]) -> str:
    return f"    {near.similarity:.2f} {rows[near.verbatim].text} ({near.coder} {named.day(near.at_ms)})"


def _doubt_lines(one: Doubt, frame: Frame, rows: dict[int, VerbatimRow]) -> list[str]:
    said = listed(_label(frame, code) for code in one.human) or _("no code")
    told = listed(f"{_label(frame, code)} {p:.2f}" for code, p in one.model) or _("no code")
    doubted = _("{name} at {p}").format(name=_label(frame, one.code_id), p=f"{one.p:.2f}")
    return [
        f"{rows[one.verbatim].record_key}  {rows[one.verbatim].text}",
        _("  people: {said}; the model: {told} (doubtful: {doubted})").format(said=said, told=told, doubted=doubted),
        *(_near_line(near, rows) for near in one.near),
    ]
