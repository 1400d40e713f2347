"""What is said where a project cannot be made, opened or written."""

from __future__ import annotations

import os
from pathlib import Path

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store import opening


def why_read_only(path: Path) -> str:
    """Return why a project is open read-only."""
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return N_("The file or its folder may not be written.")
    if opening.holder_of(path):
        return N_("Another program has it open.")
    return N_("It was asked for so.")


def damaged(path: Path) -> UserError:
    """Return the error for a file that SQLite cannot read."""
    return UserError(
        "damaged-project",
        N_("{name} cannot be read."),
        N_("The file is damaged, or its passphrase is another."),
        N_("Restore the newest backup. The file was left as it is."),
        name=path.name,
    )


def older(path: Path) -> UserError:
    """Return the error for an older file that cannot be brought up to date now."""
    return UserError(
        "older-project",
        N_("{name} was made by an older version of the program and cannot be brought up to date now."),
        N_("It is in use by another program, or may not be written."),
        N_("Close it elsewhere, or make it writable, and open it again. Nothing was changed."),
        name=path.name,
    )


def not_writable(path: Path) -> UserError:
    """Return the error for a place where no project can be made."""
    return UserError(
        "not-writable",
        N_("{name} cannot be made in the folder {folder}."),
        N_("The folder may not be written, its disk is full, or another program is using that name."),
        N_("Choose another folder, or make room."),
        name=path.name,
        folder=path.parent,
    )


def write_failed(path: Path, error: Exception) -> Exception:
    """Return the error of a write that the disk or the system refused, in words where they are known."""
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return UserError(
            "disk-full",
            N_("The change was not saved; everything before it is safe."),
            N_("The disk that holds {name} is full or refuses to write."),
            N_("Make room on the disk, then do the step again."),
            name=path.name,
        )
    if "readonly" in text or "locked" in text:
        return UserError(
            "read-only",
            N_("{name} was opened read-only; nothing can be changed."),
            N_("The file may not be written, or another program holds it."),
            N_("Close the other program, or check the permissions, and open the project again."),
            name=path.name,
        )
    return error
