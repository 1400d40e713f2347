"""Files that hold copies: room, hashes, what reaches the disk, and what is said where that fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b, file_digest
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.connection import DatabaseError, OperationalError

# Not the suffix of projects: a copy opened and worked in would no longer be the copy that was verified.
SUFFIX = ".tingdong-backup"
SIDECAR = ".json"
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """One full copy as its sidecar file describes it. Times in UTC milliseconds, size in bytes, hashes in hex."""

    path: Path
    project: str
    uuid: str
    taken_ms: int
    size: int
    blake2b: str
    counts: dict[str, int]
    last_op: str
    format: int
    program: str

    @property
    def taken(self) -> datetime:
        """Return when it was taken."""
        return datetime.fromtimestamp(self.taken_ms / 1000, UTC)


def folder(folder: Path) -> Path:
    """Return a folder that is there; raises UserError (folder-missing)."""
    if not folder.is_dir():
        raise UserError(
            "folder-missing",
            N_("The folder {folder} does not exist."),
            N_("Backups are never written to a folder that has to be guessed."),
            N_("Make the folder first, or choose another."),
            folder=folder,
        )
    return folder


def require_room(name: str, folder: Path, needed: int) -> None:
    """Raise UserError (backup-no-room) unless a disk has room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed + BLOCK:
        raise UserError(
            "backup-no-room",
            N_("{name} could not be copied."),
            N_("The copy needs {needed} MB; the disk of {folder} has {free} MB free."),
            N_("Make room, or choose a folder on another disk. The project itself is safe."),
            name=name,
            needed=needed // BLOCK + 1,
            folder=folder,
            free=free // BLOCK,
        )


@contextmanager
def told(name: str, folder: Path) -> Iterator[None]:
    """Turn the refusals of the disk into a sentence."""
    try:
        yield
    except (OSError, OperationalError, DatabaseError) as error:
        raise failed(name, N_("The folder may not be written, or its disk is full or fails."), folder) from error


def failed(name: str, why: str, folder: Path | None = None) -> UserError:
    """Return the error for a copy that was not made."""
    return UserError(
        "backup-failed",
        N_("{name} could not be copied."),
        why,
        N_("Choose another folder, or make room. The project itself is safe; no unfinished copy was left."),
        name=name,
        folder=folder or "",
    )


def damaged(path: Path) -> UserError:
    """Return the error for a backup that is not as it was written."""
    return UserError(
        "damaged-backup",
        N_("The backup {name} is damaged."),
        N_("Its content is not what was written when it was made."),
        N_("Use an older backup. Nothing was changed."),
        name=path.name,
    )


def exists(target: Path) -> UserError:
    """Return the error for a file that is in the way."""
    return UserError(
        "project-exists",
        N_("{name} exists already."),
        N_("A backup is never restored over a file."),
        N_("Choose another name; the two files can then be compared."),
        name=target.name,
    )


def digest(path: Path) -> str:
    """Return the hash of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=32)).hexdigest()


def sync(path: Path) -> None:
    """Bring a file onto the disk for certain."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder onto the disk for certain."""
    if os.name == "nt":  # a folder cannot be opened there; the rename is journaled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
