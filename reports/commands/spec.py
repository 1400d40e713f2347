"""Report specifications: list, save, show, export, remove."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import click

from annotate.cli import CODER, PROJECT, show, verb
from annotate.messages import _
from annotate.store.project import Project
from reports.commands.report import chosen_spec, spec_options

NAME = click.argument("name")


@click.group()
def group() -> None:
    """Report specifications."""


@group.group()
def spec() -> None:
    """Report specifications: masters and their views."""


@spec.command(name="list")
@PROJECT
@verb("main.py spec list car.tingdong")
def spec_list(project: Path) -> None:
    """List the saved specifications, each master before its views."""
    from reports.spec_store import listed

    with Project.open(project, read_only=True) as opened:
        found = listed(opened)
    lines = [
        _("{name} ({lang})").format(name=one.name, lang=one.language)
        if not one.master
        else "  " + _("{name}: a view of {master}").format(name=one.name, master=one.master)
        for one in found
    ]
    show({"specs": [asdict(one) for one in found]}, lines or [_("No report specification is saved yet.")])


@spec.command(name="save")
@PROJECT
@NAME
@spec_options
@click.option("--master", metavar="NAME", help="Save a view of this master: only what is given here differs.")
@CODER
@verb(
    "main.py spec save car.tingdong Q3 --lang en"
    '\n  main.py spec save car.tingdong "Q3 East" --master Q3 --filter 区域=华东'
)
def spec_save(project: Path, name: str, master: str | None, coder: str | None, **options: object) -> None:
    """Save a specification from a file and from the options given, under a name."""
    from reports.gather import known_scope
    from reports.spec_store import resolved, save

    with Project.open(project, coder=coder) as opened:
        chosen, pictures = chosen_spec(opened, **options)  # type: ignore[arg-type]
        made = replace(chosen, name=name, master=master if master is not None else chosen.master)
        with opened.reading() as db:
            whole = resolved(db, made)
        known_scope(opened, whole)  # a filter, wave or column that the project does not have is refused here
        step = save(opened, spec=made, with_pictures=pictures)
    show({"name": name, "changed": bool(step.op)}, [_("Specification “{name}” saved.").format(name=name)])


@spec.command(name="show")
@PROJECT
@NAME
@verb("main.py spec show car.tingdong Q3")
def spec_show(project: Path, name: str) -> None:
    """Print a specification as JSON, a view laid over its master."""
    from reports.spec_json import to_json
    from reports.spec_store import of_name

    with Project.open(project, read_only=True) as opened:
        text = to_json(replace(of_name(opened, name), master=""))
    show({"spec": json.loads(text)}, [text])


@spec.command(name="export")
@PROJECT
@NAME
@click.argument("file", type=click.Path(path_type=Path))
@verb("main.py spec export car.tingdong Q3 q3.json")
def spec_export(project: Path, name: str, file: Path) -> None:
    """Write a specification with its pictures as a file, to change or to use in another project."""
    from reports.spec_store import export_file

    with Project.open(project, read_only=True) as opened:
        export_file(opened, name, file)
    show({"file": str(file)}, [_("Specification “{name}” written to {file}.").format(name=name, file=file)])


@spec.command(name="remove")
@PROJECT
@NAME
@CODER
@verb('main.py spec remove car.tingdong "Q3 East"')
def spec_remove(project: Path, name: str, coder: str | None) -> None:
    """Take a specification away; undo brings it back."""
    from reports.spec_store import remove

    with Project.open(project, coder=coder) as opened:
        remove(opened, name=name)
    show({"name": name}, [_("Specification “{name}” removed.").format(name=name)])
