"""The commands of this package: everything people do to a project file, without a window."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from annotate import frames, layers, verbatims
from annotate.cli import PROJECT, progress, show, verb
from annotate.errors import AskedWronglyError
from annotate.messages import N_, _
from annotate.store import operations
from annotate.store.operations import Step
from annotate.store.project import Project

CODER = click.option("--coder", metavar="NAME", help="Whose work this is; else the last coder of the project.")


@click.group()
def group() -> None:
    """Commands on a project file."""


@group.command()
@PROJECT
@CODER
@verb("main.py new car.tingdong --coder 周岚")
def new(project: Path, coder: str | None) -> None:
    """Make a new, empty project file."""
    with Project.create(project, coder=coder) as made:
        show({"project": str(made.path), "uuid": made.uuid.hex(), "coder": made.coder.name}, [
            _("New project {name}, coder {coder}.").format(name=made.path.name, coder=made.coder.name)
        ])  # fmt: skip


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
@click.option("--kind", metavar="KIND", default="", help="Kind of source: hotline, survey, private, opinion, store…")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@click.option("--header-row", type=int, metavar="N", help="Row of the header, from 1; 0 for none.")
@click.option("--header-rows", type=click.IntRange(1, 2), default=1, help="2: names and question texts in two rows.")
@click.option("--encoding", metavar="NAME", help="Encoding, where it is not found by itself.")
@click.option("--again", is_flag=True, help="Take a file that is in the project already once more.")
@CODER
@verb("main.py import car.tingdong survey.csv --id id --text Q7 --score NPS --segment 区域")
def import_(project: Path, file: Path, coder: str | None, **given: object) -> None:
    """Import answers from CSV, TSV, XLSX, JSONL (also .gz), TXT, DOCX or HTML; roles are guessed where not given."""
    from annotate.importing.load import import_file
    from annotate.importing.roles import Role

    roles: dict[Role, list[str]] = {}
    for role in Role:
        value = given.get("id_" if role is Role.ID else role.value)
        if value:
            roles[role] = [value] if isinstance(value, str) else list(cast(tuple[str, ...], value))
    with Project.open(project, coder=coder) as opened:
        done = import_file(
            opened,
            file,
            roles=roles,
            source=cast(str | None, given["source"]),
            channel=str(given["kind"]),
            sheet=cast(str | None, given["sheet"]),
            header_row=cast(int | None, given["header_row"]),
            header_rows=cast(int, given["header_rows"]),
            encoding=cast(str | None, given["encoding"]),
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
        "warnings": warnings,
    }  # fmt: skip
    if done.already:
        show(result, [_("This file is in the project already (source {source}); nothing was changed.").format(
            source=done.source)])  # fmt: skip
        return
    lines = [
        _("{records} records: {accepted} accepted, {rejected} rejected.").format(**asdict_numbers(done)),
        _("{answered} answers, {blank} blank, {duplicates} repeat an earlier answer.").format(**asdict_numbers(done)),
    ]
    if done.rejected:
        lines.append(_("Rejected rows: rejects {project} rejects.csv").format(project=project))
    show(result, lines)


def asdict_numbers(done: object) -> dict[str, int]:
    """Return the whole-number fields of a result."""
    return {k: getattr(done, k) for k in done.__slots__ if isinstance(getattr(done, k), int)}  # type: ignore[attr-defined]


@group.command()
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@verb("main.py rejects car.tingdong rejects.csv")
def rejects(project: Path, file: Path) -> None:
    """Write the rows that could not be taken: file, number, reason and the row as it stood."""
    from annotate.importing.rejects import export_rejects

    with Project.open(project) as opened:
        count = export_rejects(opened, file)
    show({"file": str(file), "rejects": count}, [_("{n} rejected rows written to {name}.").format(n=count, name=file)])


@group.group()
def frame() -> None:
    """The code frame: import, export, show."""


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
    """Import a code frame: flat with NET marks, symbols or numbers for depth, indented, levelled, or paths."""
    from annotate.importing.frame_load import import_frame

    with Project.open(project, coder=coder) as opened:
        done = import_frame(opened, file, frame=name, sheet=sheet, header_row=header_row)
    for problem in done.problems[:20]:
        click.echo(_("Row {row}: {reason}").format(row=problem.row, reason=problem.reason), err=True)
    show(
        {
            "frame": done.name, "layout": done.layout, "nets": done.nets, "codes": done.codes, "added": done.added,
            "changed": done.changed, "problems": [{"row": p.row, "reason": p.reason} for p in done.problems],
        },
        [_("Code frame {name}: {nets} nets, {codes} codes; {added} new, {changed} changed.").format(
            name=done.name, nets=done.nets, codes=done.codes, added=done.added, changed=done.changed)],
    )  # fmt: skip


@frame.command(name="export")
@PROJECT
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--frame", "name", metavar="NAME", help="Name of the code frame.")
@verb("main.py frame export car.tingdong frame.xlsx")
def frame_export(project: Path, file: Path, name: str | None) -> None:
    """Write the code frame as a sheet that frame import reads back."""
    from annotate.exchange.writers import write_table
    from annotate.importing.frame_load import sheet_of

    with Project.open(project) as opened:
        columns, rows = sheet_of(frames.head(opened, frames.the_frame(opened, name)))
    write_table(file, columns, rows)
    show({"file": str(file), "rows": len(rows)}, [_("{n} rows written to {name}.").format(n=len(rows), name=file)])


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
        [f"{'  ' * code.depth}{code.number:>5} {code.label}  {counts.get(code.id, 0):,}" for code in read.codes],
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
    lines = [_("{n} answers labelled with {codes} codes.").format(n=done.verbatims, codes=done.codes)]
    if done.created:
        lines.append(_("{n} codes made.").format(n=len(done.created)))
    for name, count in done.unknown_questions.items():
        click.echo(_("No such question in the project: {name} ({n} rows)").format(name=name, n=count), err=True)
    for name, count in done.unknown_codes.items():
        click.echo(_("Not in the code frame: {name} ({n} times)").format(name=name, n=count), err=True)
    for name, count in done.ambiguous_codes.items():
        click.echo(_("Means several codes, use the full path: {name} ({n} times)").format(name=name, n=count), err=True)
    if done.unknown_ids:
        click.echo(_("{n} ids are not in the project, for example {examples}").format(
            n=done.unknown_ids, examples=", ".join(done.unknown_id_examples[:3])), err=True)  # fmt: skip
    for text in done.problems:
        click.echo(text, err=True)
    if done.machine_rows:
        click.echo(_("{n} answers coded by a model were passed over.").format(n=done.machine_rows), err=True)
    show(
        {
            "rows": done.rows, "verbatims": done.verbatims, "codes": done.codes, "created": list(done.created),
            "unknown_ids": done.unknown_ids, "unknown_id_examples": list(done.unknown_id_examples),
            "unknown_questions": done.unknown_questions, "unknown_codes": done.unknown_codes,
            "ambiguous_codes": done.ambiguous_codes, "machine_rows": done.machine_rows, "problems": list(done.problems),
            "coders": list(done.coders), "partial": done.partial,
        },
        lines,
    )  # fmt: skip


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
        [_("{rows} rows of {answers} answers written to {name}; {open} still open.").format(
            rows=done.rows, answers=done.answers, name=done.path.name, open=done.open)],
    )  # fmt: skip


def _said(step: Step) -> dict[str, object]:
    return {
        "op": step.op, "kind": step.kind, "words": step.words, "at_ms": step.at_ms, "rows": step.rows,
        "coder": step.coder, "undone": step.undone,
    }  # fmt: skip


@group.command()
@PROJECT
@click.option("--to", type=int, metavar="OP", help="Undo back to and with this step of the history.")
@CODER
@verb("main.py undo car.tingdong")
def undo(project: Path, to: int | None, coder: str | None) -> None:
    """Take back the last step (of this coder)."""
    with Project.open(project, coder=coder) as opened:
        if to is not None:
            steps = operations.undo_to(opened, op=to)
        else:
            step = operations.undo(opened)
            steps = [step] if step else []
    lines = [_("Undone: {words}").format(words=step.words) for step in steps] or [_("Nothing to undo.")]
    show({"undone": [_said(step) for step in steps]}, lines)


@group.command()
@PROJECT
@CODER
@verb("main.py redo car.tingdong")
def redo(project: Path, coder: str | None) -> None:
    """Do the last undone step again."""
    with Project.open(project, coder=coder) as opened:
        step = operations.redo(opened)
    line = _("Redone: {words}").format(words=step.words) if step else _("Nothing to redo.")
    show({"redone": [_said(step)] if step else []}, [line])


@group.command()
@PROJECT
@click.option("--limit", type=int, default=50, help="How many steps.")
@click.option("--all", "everything", is_flag=True, help="Show undo and redo as steps too.")
@verb("main.py history car.tingdong --limit 20")
def history(project: Path, limit: int, everything: bool) -> None:
    """List what was done, newest first."""
    from datetime import UTC, datetime

    with Project.open(project) as opened:
        steps = operations.history(opened, limit=limit, everything=everything)
    lines = []
    for step in steps:
        when = datetime.fromtimestamp(step.at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        mark = _("(undone)") if step.undone else ""
        lines.append(f"{step.op:>6}  {when}  {step.coder}  {step.words} {mark}".rstrip())
    show({"steps": [_said(step) for step in steps]}, lines or [_("Nothing was done yet.")])


@group.command()
@PROJECT
@verb("main.py check car.tingdong")
def check(project: Path) -> None:
    """Check the whole file: structure, texts, audit chain, derived tables. Exit 1 if something is wrong."""
    from annotate.store import check as checks

    with Project.open(project, read_only=True) as opened:
        report = checks.check(opened, progress=progress())
    findings = [
        {"id": one.id, "what": one.what, "count": one.count, "examples": list(one.examples)} for one in report.findings
    ]
    lines = [one.what for one in report.findings] or [_("Everything is in order.")]
    show({"ok": report.ok, "findings": findings, "counts": report.counts}, lines)
    if not report.ok:
        raise SystemExit(1)


@group.command()
@PROJECT
@click.argument("folder", type=click.Path(path_type=Path))
@verb("main.py backup car.tingdong backups")
def backup(project: Path, folder: Path) -> None:
    """Write a verified copy of the project into a folder."""
    from annotate.store import backup as backups

    with Project.open(project) as opened:
        with suppress(OSError):  # where it cannot be made, the backup says why
            folder.mkdir(parents=True, exist_ok=True)
        written = backups.backup(opened, folder, progress=progress())
    show({"backup": str(written), "size": written.stat().st_size}, [
        _("Verified backup {name} written.").format(name=written.name)
    ])  # fmt: skip


@group.command()
@click.argument("backup_file", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@verb('main.py restore "backups/car 2026-11-21 120000Z.tingdong-backup" car-restored.tingdong')
def restore(backup_file: Path, target: Path) -> None:
    """Bring a backup back as a new file beside the old one."""
    from annotate.store import backup as backups

    backups.restore(backup_file, target)
    show({"project": str(target)}, [_("Restored as {name}.").format(name=target.name)])


@group.command()
@PROJECT
@click.argument("other", type=click.Path(path_type=Path))
@verb("main.py merge car.tingdong car-of-chen.tingdong")
def merge(project: Path, other: Path) -> None:
    """Bring in what another copy of this project has coded; repeating it adds nothing."""
    from annotate.store import merge as merges

    with Project.open(project) as opened:
        done = merges.merge(opened, other)
    lines = [_("{added} decisions came in, {already} were here already, {n} steps need a look.").format(
        added=done.added, already=done.already, n=len(done.conflicts))]  # fmt: skip
    show({"added": done.added, "already": done.already, "conflicts": [asdict(c) for c in done.conflicts]}, lines)


@group.command()
@PROJECT
@verb("main.py status car.tingdong")
def status(project: Path) -> None:
    """Say what is in the project and where its answers stand."""
    with Project.open(project, read_only=True) as opened:
        counts = verbatims.counts(opened)
        questions = verbatims.questions(opened)
        standing: dict[str, dict[str, int]] = {}
        with opened.reading() as db, db.snapshot():
            for question in questions:
                held = {}
                if question.frame_id is not None:
                    held = {code.id: code.held_from for code in frames.read(db, question.frame_id).codes}
                tally: dict[str, int] = dict.fromkeys((source.value for source in layers.Source), 0)
                for answer in layers.answers(db, question.id):
                    source = answer.source
                    if not answer.decided and answer.final(held):
                        source = layers.Source.MODEL
                    tally[layers.Source.DISAGREEMENT.value if answer.contested else source.value] += 1
                standing[question.name] = tally
    lines = [_("{n} answers, {blank} blank.").format(n=counts.answered, blank=counts.blank)]
    lines += [f"{name}: " + ", ".join(f"{k} {v:,}" for k, v in tally.items() if v) for name, tally in standing.items()]
    show({"counts": asdict(counts), "questions": [asdict(q) for q in questions], "standing": standing}, lines)
