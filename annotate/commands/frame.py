"""The code frame and labels made elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from annotate import frames
from annotate.cli import CODER, PROJECT, progress, show, verb
from annotate.commands import frame_changes
from annotate.messages import N_, _, counted, plural
from annotate.store.project import Project


@click.group()
def group() -> None:
    """The code frame and labels made elsewhere."""


@group.group()
def frame() -> None:
    """The code frame: import, export, show, and every change of it, previewed with --dry-run."""


for one in frame_changes.COMMANDS:
    frame.add_command(one)


@frame.command(name="import")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--frame", "name", metavar="NAME", help="Name of the code frame; made where there is none of that name.")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@click.option("--header-row", type=int, metavar="N", help="Row of the header, from 1; 0 for none.")
@CODER
@verb("main.py frame import car.tingdong frame.csv")
def frame_import(
    project: Path, file: Path, name: str | None, sheet: str | None, header_row: int | None, coder: str | None
) -> None:
    """Import a code frame: flat with NET marks, symbols or numbers for depth, indented, levelled, paths, or a .qdc."""
    from annotate.importing.frame_load import import_frame

    with Project.open(project, coder=coder) as opened:
        done = import_frame(opened, file, frame=name, sheet=sheet, header_row=header_row)
    for problem in done.problems[:20]:
        click.echo(_("Row {row}: {reason}").format(row=problem.row, reason=problem.reason), err=True)
    show(
        {
            "frame": done.name,
            "layout": done.layout,
            "nets": done.nets,
            "codes": done.codes,
            "added": done.added,
            "changed": done.changed,
            "problems": [{"row": p.row, "reason": p.reason} for p in done.problems],
        },
        [
            counted(
                N_("Code frame {name}: {nets} nets, {codes} codes; {added} new, {changed} changed."),
                name=done.name,
                nets=done.nets,
                codes=done.codes,
                added=done.added,
                changed=done.changed,
            )
        ],
    )


@frame.command(name="export")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--frame", "name", metavar="NAME", help="Name of the code frame.")
@verb("main.py frame export car.tingdong frame.xlsx")
def frame_export(project: Path, file: Path, name: str | None) -> None:
    """Write the code frame as a sheet or a REFI-QDA codebook (.qdc) that frame import reads back."""
    from annotate.exchange.codebook import write_codebook
    from annotate.exchange.writers import write_table
    from annotate.importing.frame_load import sheet_of

    with Project.open(project) as opened:
        read = frames.head(opened, frames.the_frame(opened, name))
        if file.suffix.lower() == ".qdc":
            with opened.reading() as db:
                written = write_codebook(db, read, file)
        else:
            columns, rows = sheet_of(read)
            written = write_table(file, columns, rows)
    show({"file": str(file), "rows": written}, [counted(N_("{n} rows written to {name}."), n=written, name=file)])


@frame.command(name="show")
@PROJECT
@click.option("--frame", "name", metavar="NAME", help="Name of the code frame.")
@verb("main.py frame show car.tingdong")
def frame_show(project: Path, name: str | None) -> None:
    """Print the code frame with how many answers carry each code."""
    with Project.open(project) as opened:
        read = frames.head(opened, frames.the_frame(opened, name))
        counts = frames.code_counts(opened, read.id)
    codes = [{**asdict(code), "path": code.full_path, "verbatims": counts.get(code.id, 0)} for code in read.codes]
    show(
        {"frame": read.name, "revision": read.number, "draft": read.draft, "codes": codes},
        [
            f"{'  ' * code.depth}{code.number:>5} {code.label}  {counts.get(code.id, 0):,}"
            + ("  " + _("(retired)") if code.retired else "")
            for code in read.codes
        ],
    )


@group.group()
def label() -> None:
    """Labels: decisions made elsewhere."""


@label.command(name="import")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "id_", metavar="COL", help="Column with the id of the answer.")
@click.option("--codes", metavar="COL", help="Column with the code, or the codes joined by | or ;")
@click.option("--sentiment", metavar="COL", help="Column with the sentiment.")
@click.option("--coder-column", metavar="COL", help="Column with the coder's name.")
@click.option("--question-column", metavar="COL", help="Column with the question.")
@click.option("--question", metavar="NAME", help="The question that these labels answer.")
@click.option("--source", metavar="NAME", help="The source whose answers these are, where sources share ids.")
@click.option("--frame", "name", metavar="NAME", help="Name of the code frame.")
@click.option("--create-codes", is_flag=True, help="Make codes that the frame lacks; 大类/编码 makes the net too.")
@click.option("--partial", is_flag=True, help="Take only the yes: unlisted codes stay unknown instead of no.")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@click.option("--header-row", type=int, metavar="N", help="Row of the header, from 1; 0 for none.")
@click.option("--coder", metavar="NAME", help="Whose labels these are, where no column says it.")
@verb("main.py label import car.tingdong labels.csv --create-codes")
def label_import(project: Path, file: Path, coder: str | None, **given: object) -> None:
    """Import labels: long, joined, wide with numbers, or 0/1; a listed answer counts as reviewed whole."""
    from annotate.importing.label_load import import_labels
    from annotate.importing.label_sheets import LabelRoles

    roles = LabelRoles(
        id=cast(str | None, given["id_"]),
        code=cast(str | None, given["codes"]),
        sentiment=cast(str | None, given["sentiment"]),
        coder=cast(str | None, given["coder_column"]),
        question=cast(str | None, given["question_column"]),
    )
    with Project.open(project, coder=coder) as opened:
        done = import_labels(
            opened,
            file,
            roles=roles,
            question=cast(str | None, given["question"]),
            frame=cast(str | None, given["name"]),
            coder=coder,
            create_codes=bool(given["create_codes"]),
            partial=bool(given["partial"]),
            source=cast(str | None, given["source"]),
            sheet=cast(str | None, given["sheet"]),
            header_row=cast(int | None, given["header_row"]),
            progress=progress(),
        )
    lines = [
        plural(
            done.verbatims, N_("{n} answer labelled {with_codes}."), N_("{n} answers labelled {with_codes}.")
        ).format(
            n=done.verbatims,
            with_codes=plural(done.codes, N_("with {n} code"), N_("with {n} codes")).format(n=done.codes),
        )
    ]
    if done.twins:
        lines.append(
            plural(
                done.twins,
                N_("{n} identical answer labelled with the one that was drawn."),
                N_("{n} identical answers labelled with those that were drawn."),
            ).format(n=done.twins)
        )
    if done.created:
        lines.append(plural(len(done.created), N_("{n} code made."), N_("{n} codes made.")).format(n=len(done.created)))
    for name, count in done.unknown_questions.items():
        click.echo(counted(N_("No such question in the project: {name} ({n} rows)"), name=name, n=count), err=True)
    for name, count in done.unknown_codes.items():
        click.echo(counted(N_("Not in the code frame: {name} ({n} times)"), name=name, n=count), err=True)
    for name, count in done.ambiguous_codes.items():
        click.echo(
            counted(N_("Means several codes, use the full path: {name} ({n} times)"), name=name, n=count), err=True
        )
    if done.unknown_ids:
        click.echo(plural(
                done.unknown_ids,
                N_("{n} id is not in the project: {examples}"),
                N_("{n} ids are not in the project, for example {examples}"),
            ).format(
            n=done.unknown_ids, examples=", ".join(done.unknown_id_examples[:3])), err=True)  # fmt: skip
    for text in done.problems:
        click.echo(text, err=True)
    if done.machine_rows:
        click.echo(counted(N_("{n} answers coded by a model were passed over."), n=done.machine_rows), err=True)
    show(
        {
            "rows": done.rows, "verbatims": done.verbatims, "codes": done.codes, "created": list(done.created),
            "unknown_ids": done.unknown_ids, "unknown_id_examples": list(done.unknown_id_examples),
            "unknown_questions": done.unknown_questions, "unknown_codes": done.unknown_codes,
            "ambiguous_codes": done.ambiguous_codes, "machine_rows": done.machine_rows, "problems": list(done.problems),
            "coders": list(done.coders), "partial": done.partial, "twins": done.twins,
        },
        lines,
    )  # fmt: skip
