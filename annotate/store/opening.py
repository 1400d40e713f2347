"""What must hold before a project file is handed to SQLite: it exists, is whole, is ours, and nobody else writes it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from annotate.errors import UserError
from annotate.messages import N_
from annotate.store.schema import APPLICATION_ID, VERSION

MAGIC = b"SQLite format 3\x00"
_PAGE = 4_096
_SAMPLE = 1_024

# Files open in this process. A second open() of the raw file would drop the POSIX locks of the first when it closes.
_open_here: dict[Path, int] = {}
_guard = threading.Lock()


@dataclass(slots=True)
class Lock:
    """The right to write a project, held through a small file beside it until released."""

    path: Path
    lock: FileLock

    @classmethod
    def acquire(cls, project: Path) -> Lock | None:
        """Return the lock, or None where another program holds it or the folder cannot be written."""
        path = project.with_name(f".{project.name}.lock")
        lock = FileLock(str(path), thread_local=False)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            return None
        holder = {"host": socket.gethostname(), "pid": os.getpid(), "since": int(time.time())}
        try:
            path.with_suffix(".holder").write_text(json.dumps(holder), encoding="utf-8")
        except OSError:
            lock.release()
            return None
        return cls(path, lock)

    def release(self) -> None:
        """Give the right back and take the small files away."""
        self.path.with_suffix(".holder").unlink(missing_ok=True)
        # While still held: unlinked afterwards, it could be a file that the next program has just locked.
        with contextlib.suppress(PermissionError):  # Windows keeps an open file; an empty one stays behind there
            self.path.unlink(missing_ok=True)
        self.lock.release()


def holder_of(project: Path) -> dict[str, object]:
    """Return who holds the lock (host, pid, since in seconds), as far as it can be read."""
    path = project.with_name(f".{project.name}.lock").with_suffix(".holder")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def is_locked(path: Path) -> bool:
    """Say whether a file looks like a project with a passphrase: whole pages that begin with random bytes."""
    with _guard:
        if _open_here.get(path, 0) > 0:
            return False
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            return _looks_locked(file.read(_SAMPLE), size)
    except OSError:  # what is wrong is told by ``examine``
        return False


def _looks_locked(head: bytes, size: int) -> bool:
    # Of random bytes half are above 127 and a ninth are control characters: 5 standard deviations below are taken.
    if size < _PAGE or size % _PAGE or len(head) < _SAMPLE or head.startswith(MAGIC):
        return False
    control = sum(one < 32 and one not in b"\t\n\r" for one in head)
    return len(head) * 0.42 < sum(one > 127 for one in head) < len(head) * 0.58 and control > len(head) * 0.06


def opened(path: Path, by: int) -> None:
    """Count the handles of this process on a file: +1 at opening, -1 at closing."""
    with _guard:
        _open_here[path] = _open_here.get(path, 0) + by


def examine(path: Path, *, passphrase: bool) -> None:
    """Read the first bytes and raise a UserError that says what is wrong; read nothing of a file open here.

    Raises UserError: no-such-project, not-a-file, empty-project, not-a-project, damaged-project, newer-project,
    passphrase-needed.
    """
    if not path.exists():
        raise UserError(
            "no-such-project",
            N_("There is no project {name}."),
            N_("No file of that name is in the folder {folder}."),
            N_("Check the name, or make a new project with: new {name}"),
            name=path.name,
            folder=path.parent,
        )
    if not path.is_file():
        raise UserError(
            "not-a-file",
            N_("{name} cannot be opened."),
            N_("It is a folder, not a project file."),
            N_("Choose a file that ends in .tingdong."),
            name=path.name,
        )
    with _guard:
        if _open_here.get(path, 0) > 0:
            return
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_SAMPLE)
    except OSError as error:
        raise UserError(
            "unreadable-project",
            N_("{name} cannot be read."),
            N_("The system refused: {reason}."),
            N_("Check the permissions of the file and of its folder."),
            name=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
    _judge(path, head, size, passphrase=passphrase)


def _judge(path: Path, head: bytes, size: int, *, passphrase: bool) -> None:
    if size == 0:
        raise UserError(
            "empty-project",
            N_("{name} is empty."),
            N_("The file has no content; a copy or download may have been interrupted."),
            N_("Restore a backup, or copy the file again. Nothing was changed."),
            name=path.name,
        )
    if not head.startswith(MAGIC):
        if passphrase:
            return
        if _looks_locked(head, size):
            raise UserError(
                "passphrase-needed",
                N_("{name} has a passphrase."),
                N_("It can only be opened with it."),
                N_("Give the passphrase; a command takes it with --passphrase-env, or asks for it in a terminal."),
                name=path.name,
            )
        raise UserError(
            "not-a-project",
            N_("{name} is not a project."),
            N_("It does not begin as a project file does: it is another kind of file, or damaged."),
            N_("Choose a .tingdong file, or restore a backup. Nothing was changed."),
            name=path.name,
        )
    page_size = int.from_bytes(head[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    pages = int.from_bytes(head[28:32], "big")
    wal = path.with_name(path.name + "-wal")
    if len(head) < 100 or (size < pages * page_size and not (wal.exists() and wal.stat().st_size > 0)):
        raise UserError(
            "damaged-project",
            N_("{name} is damaged."),
            N_("The file is shorter than it says: {size} of {whole} bytes are there."),
            N_("Restore the newest backup. The file was left as it is."),
            name=path.name,
            size=size,
            whole=pages * page_size,
        )
    if int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise UserError(
            "foreign-database",
            N_("{name} is not a project of this program."),
            N_("It is an SQLite database of another program."),
            N_("Choose a .tingdong file. Nothing was changed."),
            name=path.name,
        )
    refuse_newer(path, int.from_bytes(head[60:64], "big"))


def refuse_newer(path: Path, version: int) -> None:
    """Raise where a newer program made the file: it is refused, not "fixed"."""
    if version > VERSION:
        raise UserError(
            "newer-project",
            N_("{name} was made by a newer version of the program."),
            N_("Its format is version {theirs}; this program knows up to version {ours}."),
            N_("Update the program. The file was left as it is."),
            name=path.name,
            theirs=version,
            ours=VERSION,
        )
