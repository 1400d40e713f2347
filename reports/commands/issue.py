"""What leaves: the release list of personal data, and issued reports."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import click

from annotate.cli import CODER, PROJECT, progress, show, verb
from annotate.messages import _
from annotate.store.project import Project
from reports.commands.report import chosen_spec, spec_options


@click.group()
def group() -> None:
    """The release list of personal data, and issued reports."""


@group.group()
def release() -> None:
    """Possible personal data in what a report prints: masked, or released by a named person."""


@release.command(name="list")
@PROJECT
@spec_options
@verb("main.py release list car.tingdong --verbatims 2000")
def release_list(project: Path, **options: object) -> None:
    """List all possible personal data in quotations and own pages of a report, with what was decided."""
    from reports.gather import gather
    from reports.release import printed_places

    with Project.open(project, read_only=True) as opened:
        spec, found = chosen_spec(opened, **options)  # type: ignore[arg-type]
        manuscript = gather(opened, spec, with_pictures=found, progress=progress())
        listed = printed_places(opened, manuscript)
    lines = []
    for one in listed:
        state = _("masked")
        if one.released:
            state = _("released by {coder}: {reason}").format(coder=one.coder, reason=one.reason)
        around = f"{one.before}【{one.characters}】{one.after}".replace("\n", " ")
        lines.append(f"{one.reference.removeprefix('#')}:{one.start}-{one.stop}  {one.kind.value}  {state}  {around}")
    told = [{**asdict(one), "kind": one.kind.value} for one in listed]
    show({"places": told}, lines or [_("No possible personal data in what this report quotes.")])


@release.command(name="set")
@PROJECT
@click.argument("place", metavar="ID:START-STOP")
@click.option("--question", metavar="NAME", help="Which answer of the record, where it gave several.")
@click.option("--release/--mask", "released", default=False, help="Print it as it stands, or mask it (the default).")
@click.option("--reason", default="", help="Why it may be printed; kept with your name.")
@CODER
@verb('main.py release set car.tingdong S00019:16-27 --question Q7 --release --reason "the shop\'s own number"')
def release_set(
    project: Path, place: str, question: str | None, released: bool, reason: str, coder: str | None
) -> None:
    """Release a place for printing, or mask it again."""
    from annotate import naming, verbatims
    from reports.release import PAGE, decide

    called, start, stop = _place(place)
    page = called.removeprefix(PAGE) if called.startswith(PAGE) else ""
    with Project.open(project, coder=coder) as opened:
        if page.isdecimal():
            step = decide(opened, page=int(page), start=start, stop=stop, released=released, reason=reason)
            show({"place": place, "released": released, "changed": bool(step.op)}, [step.words])
            return
        among = verbatims.questions(opened) if question is None else [verbatims.the_question(opened, question)]
        verbatim = naming.the_answer(opened, called, among)
        step = decide(opened, verbatim=verbatim, start=start, stop=stop, released=released, reason=reason)
    show({"place": place, "released": released, "changed": bool(step.op)}, [step.words])


def _place(text: str) -> tuple[str, int, int]:
    match = re.fullmatch(r"(.+):(\d+)-(\d+)", text)
    if match is None:
        raise click.BadParameter(_("A place looks like S00291:11-22."))
    return match[1], int(match[2]), int(match[3])


@group.group()
def issue() -> None:
    """Issued reports: frozen figures, printed again as they were."""


@issue.command(name="add")
@PROJECT
@click.argument("name")
@spec_options
@CODER
@verb('main.py issue add car.tingdong "2026 Q3" --spec Q3')
def issue_add(project: Path, name: str, coder: str | None, **options: object) -> None:
    """Issue a report: freeze its figures, specification, quotations and pictures in the project."""
    from reports import issue as issued
    from reports.gather import gather

    with Project.open(project, coder=coder) as opened:
        spec, found = chosen_spec(opened, **options)  # type: ignore[arg-type]
        manuscript = gather(opened, spec, with_pictures=found, progress=progress())
        issued.issue(opened, manuscript, name=name)
        told = next(one for one in issued.listed(opened) if one.name == name)
    show(
        asdict(told),
        [_("Report “{name}” issued: its figures are frozen ({hash}).").format(name=name, hash=told.h[:12])],
    )


@issue.command(name="list")
@PROJECT
@verb("main.py issue list car.tingdong")
def issue_list(project: Path) -> None:
    """List the issued reports, newest first."""
    from reports import issue as issued

    with Project.open(project, read_only=True) as opened:
        found = issued.listed(opened)
    lines = [
        _("{name}: issued {day} by {coder}, step {op}, {hash}").format(
            name=one.name, day=one.day, coder=one.coder, op=one.op, hash=one.h[:12]
        )
        + ("" if one.in_force else " " + _("(withdrawn)"))
        for one in found
    ]
    show({"issued": [asdict(one) for one in found]}, lines or [_("No report is issued yet.")])


@issue.command(name="show")
@PROJECT
@click.argument("name")
@verb('main.py issue show car.tingdong "2026 Q3"')
def issue_show(project: Path, name: str) -> None:
    """Print what an issued report rests on: specification, figures, quotations."""
    import json

    from reports import issue as issued
    from reports.document import headlines
    from reports.spec_json import to_json

    with Project.open(project, read_only=True) as opened:
        manuscript = issued.read(opened, name=name)
    titles = headlines(manuscript)
    data = manuscript.data
    lines = [
        f"{data.title}  {data.report_id}  {data.snapshot[:12]}",
        *(f"  {one.section}: {one.printed}" for one in titles),
    ]
    told = {
        "spec": json.loads(to_json(manuscript.spec)),
        "snapshot": data.snapshot,
        "op": data.op,
        "titles": [asdict(one) for one in titles],
        "quotes": sum(len(question.quotes) for question in data.questions),
    }
    show(told, lines)


@issue.command(name="withdraw")
@PROJECT
@click.argument("name")
@CODER
@verb('main.py issue withdraw car.tingdong "2026 Q3"')
def issue_withdraw(project: Path, name: str, coder: str | None) -> None:
    """Withdraw an issued report; it can still be printed by its name."""
    from reports import issue as issued

    with Project.open(project, coder=coder) as opened:
        step = issued.withdraw(opened, name=name)
    show({"name": name}, [step.words])
