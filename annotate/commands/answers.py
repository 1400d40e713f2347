"""Answers in and out: import, rejects, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from annotate.cli import CODER, PROJECT, progress, show, verb
from annotate.errors import AskedWronglyError
from annotate.messages import N_, _, counted, listed, plural
from annotate.store.project import Project

if TYPE_CHECKING:
    from annotate.importing.roles import Role


@click.group()
def group() -> None:
    """Answers in and out: import, rejects, export."""


@group.command(name="import")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id", "id_", metavar="COL", help="Column with the client's id of a row.")
@click.option("--respondent", metavar="COL", help="Column that says who answered.")
@click.option("--text", metavar="COL", multiple=True, help="Column with answers in the customers' words; repeatable.")
@click.option("--question", metavar="COL", help="Column that names the question, where a row is one answer.")
@click.option("--wave", metavar="COL", help="Column with the wave.")
@click.option("--weight", metavar="COL", help="Column with the weight.")
@click.option("--asked", metavar="COL", help="Column that says who was asked.")
@click.option("--score", metavar="COL", multiple=True, help="Column with a score; repeatable.")
@click.option("--date", metavar="COL", help="Column with the date.")
@click.option("--channel", metavar="COL", help="Column with the channel.")
@click.option("--touchpoint", metavar="COL", help="Column with the touchpoint.")
@click.option("--language", metavar="COL", help="Column with the language.")
@click.option("--segment", metavar="COL", multiple=True, help="Column to break results down by; repeatable.")
@click.option("--ignore", metavar="COL", multiple=True, help="Column to leave out; repeatable.")
@click.option("--source", metavar="NAME", help="Where the rows come from; else the file's name.")
@click.option("--wave-name", metavar="NAME", default="", help="The wave of all rows, where no column says it.")
@click.option("--kind", metavar="KIND", default="", help="Kind of source: hotline, survey, private, opinion, store…")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@click.option("--header-row", type=int, metavar="N", help="Row of the header, from 1; 0 for none.")
@click.option("--header-rows", type=click.IntRange(1, 2), default=1, help="2: names and question texts in two rows.")
@click.option("--encoding", metavar="NAME", help="Encoding, where it is not found by itself.")
@click.option("--rename", metavar="COL=NAME", multiple=True, help="Read a column under another name; repeatable.")
@click.option("--again", is_flag=True, help="Take a file that is in the project already once more.")
@click.option("--dry-run", is_flag=True, help="Import nothing; say what it would bring and what is new to the project.")
@CODER
@verb("main.py import car.tingdong survey.csv --id 答卷编号 --score NPS推荐分 --segment 区域")
def import_(project: Path, file: Path, coder: str | None, **given: object) -> None:
    """Import answers from CSV, TSV, XLSX, JSON, JSONL (or .gz), TXT, DOCX, HTML; roles are guessed where not given."""
    from annotate.importing.load import import_file
    from annotate.importing.roles import Role

    roles: dict[Role, list[str]] = {}
    for role in Role:
        value = given.get("id_" if role is Role.ID else role.value)
        if value:
            roles[role] = [value] if isinstance(value, str) else list(cast(tuple[str, ...], value))
    if given["dry_run"]:
        _dry_run(project, file, roles, given)
        return
    with Project.open(project, coder=coder) as opened:
        done = import_file(
            opened,
            file,
            roles=roles,
            source=cast(str | None, given["source"]),
            channel=str(given["kind"]),
            wave=str(given["wave_name"]),
            sheet=cast(str | None, given["sheet"]),
            header_row=cast(int | None, given["header_row"]),
            header_rows=cast(int, given["header_rows"]),
            encoding=cast(str | None, given["encoding"]),
            names=_names(cast(tuple[str, ...], given["rename"])),
            again=bool(given["again"]),
            progress=progress(),
        )
    warnings = [one.sentence() for one in done.warnings]
    for line in warnings:
        click.echo(line, err=True)
    result: dict[str, object] = {
        "records": done.records, "accepted": done.accepted, "rejected": done.rejected, "duplicates": done.duplicates,
        "blank": done.blank, "verbatims": done.verbatims, "answered": done.answered,
        "conflicts": done.conflicts, "source": done.source,
        "batch": done.batch, "already_imported": done.already, "roles": done.mapping, "encoding": done.encoding,
        "warnings": warnings, "agents": list(done.agents),
        "unread_dates": done.unread_dates,
    }  # fmt: skip
    if done.already:
        show(result, [_("This file is in the project already (source {source}); nothing was changed.").format(
            source=done.source)])  # fmt: skip
        return
    lines = [
        counted(N_("{records} records: {accepted} accepted, {rejected} rejected."), **asdict_numbers(done)),
        counted(
            N_("{answered} answers, {blank} blank, {duplicates} repeat an earlier answer."), **asdict_numbers(done)
        ),
    ]
    ids = [column for column, role in done.mapping.items() if role == "id"]
    answers = listed(column for column, role in done.mapping.items() if role == "text")
    lines.append(
        _("Read as answers: {columns}; as the id of a row: {id}.").format(columns=answers, id=ids[0])
        if ids
        else _("Read as answers: {columns}; no column is the id of a row, so rows go by their number.").format(
            columns=answers
        )
    )
    if done.unread_dates:
        click.echo(
            plural(
                done.unread_dates,
                N_("{n} date could not be read; it is kept as written. Is the day or the month first in it?"),
                N_("{n} dates could not be read; they are kept as written. Is the day or the month first in them?"),
            ).format(n=f"{done.unread_dates:,}"),
            err=True,
        )
    if done.agents:
        lines.append(
            _("Turns of an agent ({marks}) are neither learned from nor quoted; to change that: phrases off").format(
                marks=listed(done.agents)
            )
        )
    if done.rejected:
        lines.append(_("Rejected rows: rejects {project} rejects.csv").format(project=project))
    show(result, lines)


def _names(given: tuple[str, ...]) -> dict[str, str]:
    """Return what columns are called here, by their names in the file. Names may hold the sign: the last one parts."""
    pairs = [one.rpartition("=") for one in given]
    if wrong := [one for one, (column, _sign, name) in zip(given, pairs, strict=True) if not column or not name]:
        raise AskedWronglyError(
            "bad-rename",
            N_("{text} does not say which column is called what."),
            N_("The name in the file comes first, then =, then the name here."),
            N_('Write for example: --rename "Reason for your score=Reason for score"'),
            text=wrong[0],
        )
    return {column.strip(): name.strip() for column, _sign, name in pairs}


def asdict_numbers(done: object) -> dict[str, int]:
    """Return the whole-number fields of a result."""
    return {k: getattr(done, k) for k in done.__slots__ if isinstance(getattr(done, k), int)}  # type: ignore[attr-defined]


def _dry_run(project: Path, file: Path, roles: dict[Role, list[str]], given: dict[str, object]) -> None:
    from annotate.commands.previews import as_dict, lines_of
    from annotate.importing.preview import preview

    with Project.open(project, read_only=True) as opened:
        told = preview(
            opened,
            file,
            roles=roles,
            source=cast(str | None, given["source"]),
            sheet=cast(str | None, given["sheet"]),
            header_row=cast(int | None, given["header_row"]),
            header_rows=cast(int, given["header_rows"]),
            encoding=cast(str | None, given["encoding"]),
            wave=str(given["wave_name"]),
            names=_names(cast(tuple[str, ...], given["rename"])),
            progress=progress(),
        )
    for one in told.notices:
        click.echo(one.sentence(), err=True)
    show(as_dict(told), lines_of(told))


@group.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@verb("main.py rejects car.tingdong rejects.csv")
def rejects(project: Path, file: Path) -> None:
    """Write the rows that could not be taken: file, number, reason and the row as it stood."""
    from annotate.importing.rejects import export_rejects

    with Project.open(project) as opened:
        count = export_rejects(opened, file)
    show(
        {"file": str(file), "rejects": count}, [counted(N_("{n} rejected rows written to {name}."), n=count, name=file)]
    )


@group.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layer", type=click.Choice(["human", "model", "final"]), default="final", help="Whose word to write.")
@click.option("--layout", type=click.Choice(["long", "wide", "joined"]), default="long", help="Shape of the table.")
@click.option("--question", metavar="NAME", help="Only this question.")
@click.option("--raw", metavar="REASON", help="Leave personal data in texts unmasked; the reason enters the history.")
@verb("main.py export car.tingdong coded.csv --layer final --layout long")
def export(project: Path, file: Path, layer: str, layout: str, question: str | None, raw: str | None) -> None:
    """Write coded data as .csv, .xlsx or .jsonl."""
    from annotate.exchange import coded

    if raw is not None and not raw.strip():
        raise AskedWronglyError(
            "no-reason",
            N_("Texts were not exported unmasked."),
            N_("Unmasked export needs a reason, which enters the history."),
            N_('Give one: --raw "approved by …"'),
        )
    with Project.open(project) as opened:
        done = coded.export(
            opened, file, layer=coded.Layer(layer), layout=coded.Layout(layout), question=question, raw=raw,
            progress=progress(),
        )  # fmt: skip
    show(
        {"file": str(done.path), "rows": done.rows, "answers": done.answers, "open": done.open, "masked": done.masked},
        [
            counted(
                N_("{rows} rows of {answers} answers written to {name}; {open} still open."),
                rows=done.rows,
                answers=done.answers,
                name=done.path.name,
                open=done.open,
            )
        ],
    )
