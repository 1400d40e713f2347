"""A project file as a whole: new, status, check, backup, restore, merge, merged."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from annotate import layers, passphrases, verbatims
from annotate import standing as standings
from annotate.cli import CODER, PROJECT, new_passphrase, passphrase_of, progress, show, verb
from annotate.errors import AskedWronglyError, UserError
from annotate.messages import N_, _, counted
from annotate.store import merge_notes
from annotate.store.merge_notes import Conflict, Note
from annotate.store.project import Project

_FIRST = 10
"""What needs a look that a merge prints at once."""


@click.group()
def group() -> None:
    """A project file as a whole: new, status, check, backup, restore, merge, merged."""


@group.command()
@PROJECT
@CODER
@click.option("--passphrase", is_flag=True, help="Lock the project with a passphrase that is asked for.")
@verb("main.py new car.tingdong --coder 周岚")
def new(project: Path, coder: str | None, passphrase: bool) -> None:
    """Make a new, empty project file."""
    with Project.create(project, coder=coder, passphrase=new_passphrase(wanted=passphrase)) as made:
        show({"project": str(made.path), "uuid": made.uuid.hex(), "coder": made.coder.name}, [
            _("New project {name}, coder {coder}.").format(name=made.path.name, coder=made.coder.name)
        ])  # fmt: skip


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
@click.option("--work", is_flag=True, help="Add what people did since the newest backup there; a full one if need be.")
@verb("main.py backup car.tingdong backups")
def backup(project: Path, folder: Path, work: bool) -> None:
    """Write a verified copy of the project into a folder."""
    from annotate.store import backup as backups
    from annotate.store import journal, journal_rows

    with Project.open(project) as opened:
        with suppress(OSError):  # where it cannot be made, the backup says why
            folder.mkdir(parents=True, exist_ok=True)
        known = backups.list_backups(folder, uuid=opened.uuid) if work and folder.is_dir() else []
        if known:
            with suppress(journal_rows.NotCarriedError):
                told = journal.Keeper().keep(opened, known[0])
                steps = told.steps if told else 0
                show({"backup": str(known[0].path), "steps": steps}, [
                    counted(N_("Added to the backup {name}: {n} steps."), name=known[0].path.name, n=steps)
                ])  # fmt: skip
                return
        written = backups.backup(opened, folder, progress=progress())
    show({"backup": str(written), "size": written.stat().st_size}, [
        _("Verified backup {name} written.").format(name=written.name)
    ])  # fmt: skip


@group.command()
@click.argument("backup_file", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--set-aside", is_flag=True, help="Rename a file of that name to NAME.damaged-TIME; it is never removed.")
@click.option("--without-work", is_flag=True, help="As it was when the backup was written, nothing added.")
@verb('main.py restore "backups/car 2026-11-21 120000Z.tingdong-backup" car-restored.tingdong')
def restore(backup_file: Path, target: Path, set_aside: bool, without_work: bool) -> None:
    """Bring a backup back as a new file, with what people did after it as far as it was added to the backup."""
    from annotate.store import backup as backups
    from annotate.store import restoring

    secret = backups.passphrase_of(backup_file)
    back = restoring.restore(backup_file, target, passphrase=secret, work=not without_work, set_aside=set_aside)
    lines = [_("Restored as {name}.").format(name=target.name)]
    if back.work:
        until = merge_notes.moment(back.work.until_ms)
        lines.append(counted(N_("With {n} steps done after the backup, until {when}."), n=back.work.steps, when=until))
    if back.models_gone:
        lines += [back.models_gone, *(f"  main.py {one} {shlex.quote(str(target))}" for one in ("train", "code"))]
    if back.aside:
        lines.append(_("The file that was there is now {name}.").format(name=back.aside.name))
    show({
        "project": str(target), "steps": back.work.steps if back.work else 0,
        "until_ms": back.work.until_ms if back.work else back.backup.taken_ms,
        "models_gone": back.work.models if back.work else 0,
        "aside": str(back.aside) if back.aside else None,
    }, lines)  # fmt: skip


@group.command()
@PROJECT
@click.argument("other", type=click.Path(path_type=Path))
@click.option(
    "--other-passphrase-env",
    "variable",
    metavar="NAME",
    help="Environment variable that holds the other copy's passphrase, if it has one of its own.",
)
@verb("main.py merge car.tingdong car-of-chen.tingdong")
def merge(project: Path, other: Path, variable: str | None) -> None:
    """Bring in what another copy of this project has coded, and plain changes of its frame; repeating it adds nothing.

    One step, which undo takes back. A backup is written into the folder "NAME backups" beside the project before it.
    """
    from annotate.store import backup as backups
    from annotate.store import merge as merges

    with Project.open(project) as opened:
        secret = None if variable is None else passphrases.from_environment(variable)
        try:
            merges.require_sibling(opened, other, passphrase=secret)
        except UserError as error:
            secret = passphrase_of(other) if error.id == "copy-locked" else None
            if secret is None:
                raise
            merges.require_sibling(opened, other, passphrase=secret)
        backups.keep_safe(opened, backups.folder_of(opened.path), progress=progress())
        done = merges.merge(opened, other, passphrase=secret)
        left = [one for one in merge_notes.notes(opened) if not one.settled]
    lines = [_("Decisions brought over: {added}; here already: {already}. To be looked at: {n}.").format(
        added=done.added, already=done.already, n=len(done.conflicts))]  # fmt: skip
    if done.codes:
        lines.append(_("Code frame: {n} codes as in another copy").format(n=done.codes))
    if done.flags or done.memos:
        lines.append(_("Flags brought over: {flags}; memos: {memos}.").format(flags=done.flags, memos=done.memos))
    keys = {one.key for one in done.conflicts}
    lines += _listed([one for one in left if one.conflict.key in keys][:_FIRST])
    if len(left) > _FIRST or len(left) > len(keys):
        lines.append(_("All that merges left to look at ({n}): merged {name}").format(n=len(left), name=project.name))
    show({
        "added": done.added, "codes": done.codes, "flags": done.flags, "memos": done.memos, "already": done.already,
        "conflicts": [_told(one) for one in done.conflicts],
    }, lines)  # fmt: skip


@group.command()
@PROJECT
@click.option("--settle", metavar="N,N", help="These were looked at and need nothing more; all: every one.")
@click.option("--all", "everything", is_flag=True, help="Settled ones too.")
@CODER
@verb("main.py merged car.tingdong")
def merged(project: Path, settle: str | None, everything: bool, coder: str | None) -> None:
    """List what merges of other copies left to look at."""
    with Project.open(project, coder=coder, read_only=settle is None) as opened:
        if settle is not None:
            merge_notes.settle(opened, None if settle.strip() == "all" else _numbers(settle))
        found = [one for one in merge_notes.notes(opened) if everything or not one.settled]
    show(
        {"open": [{"number": one.number, "settled": one.settled, **_told(one.conflict)} for one in found]},
        _listed(found) or [_("Nothing that a merge left needs a look.")],
    )


def _told(conflict: Conflict) -> dict[str, object]:
    return {**asdict(conflict), "sentence": conflict.sentence}


def _listed(notes: Sequence[Note]) -> list[str]:
    return [
        f"{one.number:>4}  {one.conflict.sentence} {_('(settled)') if one.settled else ''}".rstrip() for one in notes
    ]


def _numbers(text: str) -> list[int]:
    parts = [one.strip() for one in text.replace("，", ",").split(",")]
    if not all(one.isascii() and one.isdigit() for one in parts):
        raise AskedWronglyError(
            "bad-numbers",
            N_("{text} is no list of numbers."),
            N_("What is settled is named by the numbers in the list, or all at once."),
            N_("Write for example: --settle 1,3 or --settle all"),
            text=text,
        )
    return [int(one) for one in parts]


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
                told = standings.standing(db, question.id, progress=progress())
                standing[question.name] = {source.value: told.sources[source] for source in layers.Source}
    lines = [_("{n} answers, {blank} blank.").format(n=counts.answered, blank=counts.blank)]
    for name, tally in standing.items():
        parts = [f"{_(standings.NAMES[layers.Source(where)])} {n:,}" for where, n in tally.items() if n]
        lines += [f"{name}: " + " · ".join(parts)] if parts else []
    show({"counts": asdict(counts), "questions": [asdict(q) for q in questions], "standing": standing}, lines)
