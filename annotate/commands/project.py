"""A project file as a whole: new, status, check, backup, restore, merge."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import click

from annotate import layers, verbatims
from annotate import standing as standings
from annotate.cli import CODER, PROJECT, new_passphrase, progress, show, verb
from annotate.messages import _
from annotate.store.project import Project


@click.group()
def group() -> None:
    """A project file as a whole: new, status, check, backup, restore, merge."""


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

    backups.restore(backup_file, target, passphrase=backups.passphrase_of(backup_file))
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
                told = standings.standing(db, question.id, progress=progress())
                standing[question.name] = {source.value: told.sources[source] for source in layers.Source}
    lines = [_("{n} answers, {blank} blank.").format(n=counts.answered, blank=counts.blank)]
    lines += [f"{name}: " + ", ".join(f"{k} {v:,}" for k, v in tally.items() if v) for name, tally in standing.items()]
    show({"counts": asdict(counts), "questions": [asdict(q) for q in questions], "standing": standing}, lines)
