"""The commands of this package: the report."""

from __future__ import annotations

from pathlib import Path

import click

from annotate.cli import PROJECT, progress, show, verb
from annotate.messages import _
from annotate.store.project import Project


@click.group()
def group() -> None:
    """Commands of the report."""


@group.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the report.")
@click.option("--title", metavar="TEXT", help="Title on the cover.")
@click.option("--client", metavar="TEXT", default="", help="Client on the cover.")
@verb("main.py report car.tingdong report.pdf --lang zh")
def report(project: Path, file: Path, lang: str, title: str | None, client: str) -> None:
    """Write the insight report as PDF; personal data in quotations is masked."""
    from reports.collect import collect
    from reports.document import write_report

    with Project.open(project) as opened:
        data = collect(opened, title=title, client=client)
    write_report(data, file, lang=lang, progress=progress())
    show({"file": str(file), "size": file.stat().st_size}, [_("Report {name} written.").format(name=file.name)])
