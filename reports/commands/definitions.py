"""Definitions (口径): import, export, show."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from annotate.cli import CODER, PROJECT, show, verb
from annotate.messages import N_, _, counted
from annotate.store.project import Project


@click.group()
def group() -> None:
    """Definitions (口径): import, export, show."""


@group.group()
def definitions() -> None:
    """Definitions: scores and scales, journey, tiers, limits."""


@definitions.command(name="import")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@CODER
@verb("main.py definitions import car.tingdong definitions.xlsx")
def definitions_import(project: Path, file: Path, sheet: str | None, coder: str | None) -> None:
    """Put the definitions of a sheet in force, as a new version."""
    from reports.definitions.verbs import import_sheet

    with Project.open(project, coder=coder) as opened:
        done = import_sheet(opened, file, sheet_name=sheet)
    for problem in done.problems:
        place = _("Row {row}: {reason}") if problem.row else "{reason}"
        click.echo(place.format(row=problem.row, reason=problem.reason), err=True)
    told = done.definitions
    show(
        {
            "version": done.version,
            "changed": bool(done.step.op),
            "definitions": asdict(told),
            "problems": [{"row": p.row, "reason": p.reason} for p in done.problems],
        },
        [
            counted(
                N_("Definitions, version {version}: {scores} scores, {stages} stages, {touchpoints} touchpoints."),
                version=done.version,
                scores=len(told.scores),
                stages=len(told.stages),
                touchpoints=len(told.touchpoints),
            )
        ],
    )


@definitions.command(name="export")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@verb("main.py definitions export car.tingdong definitions.xlsx")
def definitions_export(project: Path, file: Path) -> None:
    """Write the definitions in force as a sheet; without any, what is guessed: a start to change and import."""
    from reports.definitions.verbs import export_sheet

    with Project.open(project, read_only=True) as opened:
        rows = export_sheet(opened, file)
    show({"file": str(file), "rows": rows}, [counted(N_("{n} rows written to {name}."), n=rows, name=file)])


@definitions.command(name="show")
@PROJECT
@verb("main.py definitions show car.tingdong")
def definitions_show(project: Path) -> None:
    """Print the definitions in force."""
    from reports.definitions.sheet import COLUMNS, rows_of
    from reports.definitions.verbs import in_force

    with Project.open(project, read_only=True) as opened, opened.reading() as db:
        now = in_force(db)
    head = _("Definitions, version {n}").format(n=now.version) if now.version else _("Nothing is defined yet: guessed.")
    told = [zip(COLUMNS, row, strict=True) for row in rows_of(now.definitions)]
    lines = [head, *("  " + "  ".join(f"{k}={v}" for k, v in row if v not in (None, "")) for row in told)]
    show({"version": now.version, "definitions": asdict(now.definitions)}, lines)
