"""The command that writes a report: PDF, workbook, chart pictures; of a specification, a view, or as issued."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotate.cli import PROJECT, progress, show, verb
from annotate.errors import AskedWronglyError
from annotate.messages import N_, _, counted
from annotate.store.project import Project

if TYPE_CHECKING:
    from reports.spec import Picture, ReportSpec


@click.group()
def group() -> None:
    """Commands of the report."""


def spec_options(function: click.decorators.FC) -> click.decorators.FC:
    """Add the options that say what a report shall be, for ``chosen_spec``."""
    for option in reversed(
        (
            click.option("--spec", metavar="NAME", help="A saved specification, or a JSON file."),
            click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the report; zh by default."),
            click.option("--title", metavar="TEXT", help="Title on the cover."),
            click.option("--client", metavar="TEXT", help="Client on the cover."),
            click.option("--question", "questions", metavar="NAME", multiple=True, help="Only this question; repeat."),
            click.option("--filter", "filters", metavar="TEXT", multiple=True, help="column=value, score>=7; repeat."),
            click.option("--wave", metavar="NAME", help="The wave or period that the report speaks of."),
            click.option("--compare", metavar="NAME", help="The period to compare with; the one before by default."),
            click.option("--window", type=click.Choice(["1", "3", "12"]), help="Latest periods counted together."),
            click.option("--segment", metavar="COLUMN", help="Column of the cross tables."),
            click.option("--weighted", is_flag=True, help="Count by the weights of the records."),
            click.option(
                "--letters", type=click.Choice(["holm", "uncorrected"]), help="Rule of the letters in cross tables."
            ),
            click.option("--format", "page", type=click.Choice(["a4", "16:9"]), help="Page format; a4 by default."),
            click.option("--theme", type=click.Path(path_type=Path), help="JSON file: two colours and a logo."),
            click.option("--counts-only", is_flag=True, help="Do not correct shares for the model's errors."),
            click.option("--basket", is_flag=True, help="Print what is in the basket, and nothing else."),
            click.option(
                "--verbatims", "listed", type=click.IntRange(0, 50_000), help="List so many answers at the end."
            ),
        )
    ):
        function = option(function)
    return function


def chosen_spec(
    opened: Project,
    *,
    spec: str | None,
    lang: str | None,
    title: str | None,
    client: str | None,
    questions: tuple[str, ...],
    filters: tuple[str, ...],
    wave: str | None,
    compare: str | None,
    window: str | None,
    segment: str | None,
    weighted: bool,
    letters: str | None,
    page: str | None,
    theme: Path | None,
    counts_only: bool,
    basket: bool,
    listed: int | None,
) -> tuple[ReportSpec, dict[str, Picture]]:
    """Return the specification that the options mean, with pictures that came with files."""
    from reports.definitions.terms import Letters
    from reports.spec import ReportSpec
    from reports.spec_store import of_name, read_file, resolved
    from reports.theme import read_theme

    chosen = ReportSpec()
    pictures: dict[str, Picture] = {}
    if spec is not None and Path(spec).suffix.lower() == ".json":
        chosen, pictures = read_file(Path(spec))
        with opened.reading() as db:
            chosen = resolved(db, chosen)
    elif spec is not None:
        chosen = of_name(opened, spec)
    told: dict[str, object] = {
        "language": lang,
        "title": title,
        "client": client,
        "questions": questions or None,
        "filter": filters or None,
        "wave": wave,
        "compare": compare,
        "window": window and int(window),
        "segment": segment,
        "weighted": weighted or None,
        "letters": letters and Letters(letters),
        "page": page,
        "counts_only": counts_only or None,
        "sections": ("basket",) if basket else None,
    }
    chosen = chosen.but(**{name: value for name, value in told.items() if value is not None})
    if theme is not None:
        look, found = read_theme(theme)
        chosen, pictures = chosen.but(look=look), {**pictures, **found}
    if listed is not None:
        others = tuple(one for one in chosen.sections if one != "verbatims")
        sections = (*others, "verbatims") if listed else others
        chosen = chosen.but(quotes=replace(chosen.quotes, listed=listed), sections=sections)
    return chosen, pictures


@group.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@spec_options
@click.option("--issued", metavar="NAME", help="Print a report again as it was issued.")
@click.option("--pictures", type=click.Path(path_type=Path), help="Write every chart as SVG and PNG into this folder.")
@click.option(
    "--password",
    prompt=True,
    prompt_required=False,
    hide_input=True,
    confirmation_prompt=True,
    default=None,
    envvar="TINGDONG_REPORT_PASSWORD",
    help="Encrypt the PDF (AES-256); asked for where none follows, so that it stays out of the shell's history.",
)
@verb("main.py report car.tingdong report.pdf --lang zh")
def report(
    project: Path, file: Path, issued: str | None, pictures: Path | None, password: str | None, **options: object
) -> None:
    """Write the insight report as PDF, or its figures as XLSX; personal data in quotations is masked."""
    from reports import issue
    from reports.document import write_report
    from reports.gather import gather
    from reports.pictures import write_pictures
    from reports.workbook import write_workbook

    kind = file.suffix.lower()
    if kind not in (".pdf", ".xlsx") or (password and kind != ".pdf"):
        raise AskedWronglyError(
            "report-format-unknown",
            N_("Cannot write {name}."),
            N_("A report is a .pdf, its figures are an .xlsx; only a PDF can have a password."),
            N_("Use a name that ends in .pdf or .xlsx."),
            name=file.name,
        )
    with Project.open(project, read_only=True) as opened:
        if issued is not None:
            manuscript = issue.read(opened, name=issued)
            if options["lang"]:
                manuscript = replace(manuscript, spec=replace(manuscript.spec, language=str(options["lang"])))
        else:
            spec, found = chosen_spec(opened, **options)  # type: ignore[arg-type]
            manuscript = gather(opened, spec, with_pictures=found, progress=progress())
    result: dict[str, object] = {"file": str(file)}
    lines = []
    if kind == ".pdf":
        if issued is not None:
            with Project.open(project, read_only=True) as opened:
                language = str(options["lang"] or "")
                again = issue.print_again(opened, file, name=issued, password=password, language=language)
            pages, masked, released = again.pages, again.masked, again.released
        else:
            written = write_report(manuscript, file, password=password, progress=progress())
            pages, masked, released = written.pages, sum(written.masked.values()), written.released
        result |= {"pages": pages, "masked": masked, "released": released}
        lines.append(_("Report {name} written.").format(name=file.name))
        if masked:
            told = _("Places with possible personal data masked: {n}. Look at them with: release list.")
            lines.append(told.format(n=masked))
    else:
        result["sheets"] = write_workbook(manuscript, file, progress=progress())
        lines.append(_("Workbook {name} written.").format(name=file.name))
    result["size"] = file.stat().st_size
    if pictures is not None:
        drawn = write_pictures(manuscript, pictures, progress=progress())
        result["pictures"] = len(drawn)
        lines.append(counted(N_("{n} pictures written to {folder}."), n=len(drawn), folder=pictures))
    show(result, lines)
