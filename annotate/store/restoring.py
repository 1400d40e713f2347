"""Backups brought back: as a new file beside the old one, with the work that the journals hold; nothing is removed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_, plural
from annotate.store import backup, backup_files, journal, opening, schema
from annotate.store.backup_files import Backup
from annotate.store.connection import connect
from annotate.store.journal import Told

_LOGS = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the backup, what the journals added to it, and how the file that was in the way is called now."""

    backup: Backup
    work: Told | None
    aside: Path | None

    @property
    def models_gone(self) -> str:
        """Return a sentence on the models that did not come back, "" where none was trained after the backup."""
        gone = self.work.models if self.work else 0
        return plural(gone, _ONE_GONE, _MANY_GONE).format(n=gone) if gone else ""


_ONE_GONE = N_(
    "A model that was trained after the backup did not come back, nor what it coded. All labels did: train again, then"
    " let the new model code."
)
_MANY_GONE = N_(
    "{n} models that were trained after the backup did not come back, nor what they coded. All labels did: train again,"
    " then let the new model code."
)


def restore(
    path: Path | str,
    target: Path | str,
    *,
    passphrase: str | None = None,
    work: bool = True,
    set_aside: bool = False,
    later: Sequence[Path] = (),
) -> Restored:
    """Copy a verified backup to a new project file and write the work of its journals into it.

    Never over an existing file: with ``set_aside`` that one is renamed to …damaged-TIME first. ``later``: journals of
    newer backups, which may follow. Raises UserError (no-such-backup, not-a-backup, damaged-backup, backup-locked,
    project-exists, in-use, stale-log, folder-missing, backup-no-room, backup-failed).
    """
    path, target = Path(path), Path(target)
    told = backup.verify(path, passphrase=passphrase)
    backup_files.folder(target.parent)
    if not set_aside:
        _require_free(target)
    with backup_files.told(target.name, target.parent):
        backup_files.require_room(target.name, target.parent, told.size)
        unfinished = target.with_name(f".{target.name}.restoring")
        try:
            shutil.copyfile(path, unfinished)
            backup_files.sync(unfinished)
            if backup_files.digest(unfinished) != told.blake2b:
                raise backup_files.damaged(path)
            files = [*journal.files_of(path), *later] if work and told.format == schema.VERSION else []
            added = _replayed(unfinished, files, passphrase) if files else None
            aside = _set_aside(target) if set_aside else None
            try:
                target.hardlink_to(unfinished)  # unlike a rename it fails where someone made the file meanwhile
            except FileExistsError:
                raise backup_files.exists(target) from None
            except OSError:  # a disk without hard links, such as a USB stick
                unfinished.rename(target)
            backup_files.sync_folder(target.parent)
        finally:
            for suffix in ("", *_LOGS):
                unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    return Restored(told, added, aside)


def put_back(project: Path, *, passphrase: str | None = None, folder: Path | None = None) -> Restored:
    """Restore the newest whole backup of a project under its own name; what is there now is renamed, never removed.

    Raises UserError as ``restore``, and no-backup.
    """
    known = backup.list_backups(folder or backup.folder_of(project)) if has_backups(project, folder) else []
    mine = [one for one in known if one.project == project.stem]
    for place, one in enumerate(mine):
        # Where a newer backup is damaged, its journals may still follow on an older one.
        later = [path for newer in reversed(mine[:place]) for path in journal.files_of(newer.path)]
        try:
            return restore(one.path, project, passphrase=passphrase, set_aside=True, later=later)
        except UserError as error:
            if error.id != "damaged-backup" or place == len(mine) - 1:
                raise
    raise UserError(
        "no-backup",
        N_("There is no backup of {name}."),
        N_("The folder {folder} holds none."),
        N_("Look for a file that ends in .tingdong-backup on other disks."),
        name=project.name,
        folder=folder or backup.folder_of(project),
    )


def has_backups(project: Path, folder: Path | None = None) -> bool:
    """Return whether there is anything to put back."""
    folder = folder or backup.folder_of(project)
    return folder.is_dir() and any(one.project == project.stem for one in backup.list_backups(folder))


def _replayed(path: Path, files: Sequence[Path], passphrase: str | None) -> Told | None:
    db = connect(path, passphrase=passphrase)
    try:
        added = journal.replay(db, files, passphrase)
        db.execute("pragma wal_checkpoint(truncate)").fetchall()
        # The one file is complete without a log beside it.
        db.execute("pragma journal_mode=delete").fetchall()
    finally:
        db.close()
    backup_files.sync(path)
    return added


def _require_free(target: Path) -> None:
    if target.exists():
        raise backup_files.exists(target)
    for suffix in _LOGS:
        if target.with_name(target.name + suffix).exists():
            raise UserError(
                "stale-log",
                N_("{name} cannot be restored here."),
                N_("A log of an earlier file of that name lies in the folder ({log}) and would damage the new one."),
                N_("Choose another name or folder, or move that log away."),
                name=target.name,
                log=target.name + suffix,
            )


def _set_aside(target: Path) -> Path | None:
    """Rename a file and its logs, so that they still belong together; return the file's new name."""
    there = [suffix for suffix in ("", *_LOGS) if target.with_name(target.name + suffix).exists()]
    if not there:
        return None
    lock = opening.Lock.acquire(target)
    if lock is None:
        raise UserError(
            "in-use",
            N_("{name} cannot be set aside."),
            N_("It is open in this or another program, or its folder may not be written."),
            N_("Close it there first, or restore the backup under another name."),
            name=target.name,
        )
    try:
        moment, number = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}", 1
        aside = target.with_name(f"{target.name}.damaged-{moment}")
        while any(aside.with_name(aside.name + suffix).exists() for suffix in ("", *_LOGS)):
            number += 1
            aside = target.with_name(f"{target.name}.damaged-{moment}-{number}")
        for suffix in there:
            target.with_name(target.name + suffix).rename(aside.with_name(aside.name + suffix))
    finally:
        lock.release()
    return aside if "" in there else None
