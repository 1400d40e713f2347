"""The basket and the choice of quotations."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate.cli import CODER, PROJECT, show, verb
from annotate.messages import N_, _
from annotate.store.project import Project

KINDS = {"chart": N_("chart"), "table": N_("table"), "quote": N_("quotation"), "page": N_("page")}
SPEC = click.option("--spec", metavar="NAME", default="", help="Keep it for this report; for any without it.")
QUESTION = click.option("--question", metavar="NAME", help="Name of the question.")


@click.group()
def group() -> None:
    """The basket and the choice of quotations."""


@group.group()
def basket() -> None:
    """The report basket: charts, tables, quotations, pages of one's own."""


@basket.command(name="list")
@PROJECT
@verb("main.py basket list car.tingdong")
def basket_list(project: Path) -> None:
    """List what is in the basket, and what can be put into it."""
    from reports.answers_named import labels
    from reports.basket import QuoteChoice, items
    from reports.sections.basket import EXHIBITS

    with Project.open(project, read_only=True) as opened:
        found = items(opened)
        quoted = [QuoteChoice(one.verbatim, one.code, 0, 0) for one in found if one.kind == "quote"]
        named = dict(zip(quoted, labels(opened, quoted), strict=True))
    lines = []
    for one in found:
        what = _(EXHIBITS[one.exhibit].name) if one.exhibit in EXHIBITS else one.title
        if one.kind == "quote":
            what = " ".join(named[QuoteChoice(one.verbatim, one.code, 0, 0)])
        place = " · ".join(part for part in (what, one.question, one.said, one.spec) if part)
        lines.append(f"{one.place:3d}  {_(KINDS[one.kind])}  {place}")
    lines.append(_("What can be put in: {names}.").format(names=", ".join(EXHIBITS)))
    told = [
        {"place": one.place, "kind": one.kind, "exhibit": one.exhibit, "question": one.question, "title": one.title}
        for one in found
    ]
    show({"items": told, "exhibits": list(EXHIBITS)}, lines)


@basket.command(name="add")
@PROJECT
@click.argument("exhibit")
@QUESTION
@click.option("--filter", "filters", metavar="TEXT", multiple=True, help="column=value, score>=7; may be repeated.")
@click.option("--wave", metavar="NAME", default="", help="The wave or period that it speaks of.")
@click.option("--compare", metavar="NAME", default="", help="The period to compare with.")
@click.option("--segment", metavar="COLUMN", default="", help="Column of the cross tables.")
@click.option("--title", metavar="TEXT", default="", help="Heading above it.")
@SPEC
@CODER
@verb("main.py basket add car.tingdong codes --question Q7 --filter channel=客服热线")
def basket_add(
    project: Path,
    exhibit: str,
    question: str | None,
    filters: tuple[str, ...],
    wave: str,
    compare: str,
    segment: str,
    title: str,
    spec: str,
    coder: str | None,
) -> None:
    """Put a chart or table of some rows into the basket; its figures are counted when the report is printed."""
    from annotate import verbatims
    from reports.basket import put_exhibit
    from reports.gather import known_scope
    from reports.spec import ReportSpec

    with Project.open(project, coder=coder) as opened:
        name = verbatims.the_question(opened, question).name if question is not None else ""
        asked = ReportSpec(
            questions=(name,) if name else (), filter=filters, wave=wave, compare=compare, segment=segment
        )
        said = ", ".join([*filters, *([wave] if wave else [])])
        put_exhibit(
            opened, exhibit=exhibit, question=name, scope=known_scope(opened, asked), said=said, title=title, spec=spec
        )
    show({"exhibit": exhibit}, [_("Put into the basket.")])


@basket.command(name="page")
@PROJECT
@click.argument("title")
@click.option("--text", default="", help="Text: an empty line ends a paragraph, # heads, - lists, **bold**.")
@click.option("--file", "text_file", type=click.Path(path_type=Path), help="Text file instead of --text.")
@click.option("--picture", "picture_files", type=click.Path(path_type=Path), multiple=True, help="PNG or JPEG; repeat.")
@SPEC
@CODER
@verb('main.py basket page car.tingdong "What we suggest" --text "Begin with the waiting time."')
def basket_page(
    project: Path,
    title: str,
    text: str,
    text_file: Path | None,
    picture_files: tuple[Path, ...],
    spec: str,
    coder: str | None,
) -> None:
    """Put a page of your own words and pictures into the basket; it is marked as yours."""
    from reports.basket import put_page
    from reports.spec import OwnPage
    from reports.spec_pictures import name_of, read

    found = {name_of(one): one for one in map(read, picture_files)}
    words = text_file.read_text(encoding="utf-8-sig") if text_file is not None else text
    with Project.open(project, coder=coder) as opened:
        put_page(opened, page=OwnPage("page", title, words, tuple(found)), with_pictures=found, spec=spec)
    show({"title": title, "pictures": len(found)}, [_("Put into the basket.")])


@basket.command(name="move")
@PROJECT
@click.argument("place", type=int)
@click.argument("to", type=int)
@CODER
@verb("main.py basket move car.tingdong 2 1")
def basket_move(project: Path, place: int, to: int, coder: str | None) -> None:
    """Move the thing at a place to another place."""
    from reports.basket import move

    with Project.open(project, coder=coder) as opened:
        step = move(opened, place=place, to=to)
    show({"changed": bool(step.op)}, [step.words])


@basket.command(name="remove")
@PROJECT
@click.argument("place", type=int)
@CODER
@verb("main.py basket remove car.tingdong 1")
def basket_remove(project: Path, place: int, coder: str | None) -> None:
    """Take the thing at a place out of the basket."""
    from reports.basket import remove

    with Project.open(project, coder=coder) as opened:
        step = remove(opened, place=place)
    show({"changed": bool(step.op)}, [step.words])


@group.group()
def quote() -> None:
    """Quotations: pin to a code, ban, put into the basket."""


@quote.command(name="list")
@PROJECT
@verb("main.py quote list car.tingdong")
def quote_list(project: Path) -> None:
    """List the quotations that were pinned or banned."""
    from reports.answers_named import labels
    from reports.basket import quote_choices

    with Project.open(project, read_only=True) as opened:
        found = quote_choices(opened)
        names = labels(opened, found)
    lines = [
        _("{code}: {reference} pinned, place {n}").format(code=code, reference=reference, n=one.place)
        if one.choice > 0
        else _("{code}: {reference} banned").format(code=code, reference=reference)
        for one, (reference, code) in zip(found, names, strict=True)
    ]
    show({"quotes": [asdict(one) for one in found]}, lines or [_("No quotation is pinned or banned.")])


@quote.command(name="set")
@PROJECT
@click.argument("choice", type=click.Choice(["pin", "ban", "clear", "basket"]))
@click.argument("reference")
@click.argument("code")
@QUESTION
@click.option("--place", type=click.IntRange(1), help="Place among the pinned quotations of the code.")
@CODER
@verb("main.py quote set car.tingdong pin S01268 101")
def quote_set(
    project: Path, choice: str, reference: str, code: str, question: str | None, place: int | None, coder: str | None
) -> None:
    """Pin the answer of a record to a code, ban it there, let the program choose, or put it into the basket."""
    from reports.answers_named import find_answer
    from reports.basket import choose_quote, put_quote

    with Project.open(project, coder=coder) as opened:
        verbatim, code_id = find_answer(opened, question, reference, code)
        if choice == "basket":
            step = put_quote(opened, verbatim=verbatim, code=code_id)
        else:
            way = {"pin": 1, "ban": -1, "clear": 0}[choice]
            step = choose_quote(opened, verbatim=verbatim, code=code_id, choice=way, place=place)
    show({"verbatim": verbatim, "code": code_id, "changed": bool(step.op)}, [step.words])
