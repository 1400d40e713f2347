"""Journals: small files beside a backup that hold what people did since it, a line a few minutes; append-only.

A line is the time of its last step, how many steps, and their rows, packed; a line that was cut off ends the journal.
In a project with a passphrase a line is sealed (AES-256-GCM, key by scrypt from the passphrase and the file's salt).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b, scrypt
from pathlib import Path

from annotate.store import backup_files, journal_rows, schema
from annotate.store.backup_files import SUFFIX, Backup
from annotate.store.connection import Connection, DatabaseError, connect
from annotate.store.journal_rows import Mark, NotCarriedError, Work
from annotate.store.project import Project

JOURNAL = ".tingdong-journal"
_NONCE, _DIGEST = 12, 16
# Memory 32 MB, 0.1 s: a passphrase is tried slowly, and the window derives a key once.
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 1 << 26, "dklen": 32}


@dataclass(frozen=True, slots=True)
class Told:
    """What the journals of a backup hold: up to when, and how many steps. Times in UTC milliseconds.

    ``models``: how many of the steps trained a model; known once they are written into a copy, which lacks the models.
    """

    until_ms: int
    steps: int
    models: int = 0


class _File:
    """One journal file with the key that seals it; ``place`` is the line that comes next."""

    def __init__(self, path: Path, head: bytes, passphrase: str | None) -> None:
        self.path, self._head, self.place = path, head, 0
        salt = json.loads(head).get("salt")
        self._key: bytes | None = None
        if salt is not None:
            if passphrase is None:
                raise ValueError("sealed")
            self._key = scrypt(passphrase.encode(), salt=bytes.fromhex(salt), **_SCRYPT)

    @classmethod
    def begin(cls, path: Path, *, mark: Mark, backup: Backup, passphrase: str | None) -> _File:
        """Make a new file; only its first line is written."""
        told = {
            "v": 1, "format": schema.VERSION, "project": backup.uuid, "after": mark.h,
            "salt": None if passphrase is None else secrets.token_hex(16),
        }  # fmt: skip
        head = json.dumps(told).encode()
        _append(path, head + b"\n", new=True)
        backup_files.sync_folder(path.parent)
        return cls(path, head, passphrase)

    def write(self, work: Work) -> None:
        """Add a line, on disk when this returns."""
        lead = f"{work.until_ms} {work.steps} ".encode()
        packed, bound = zlib.compress(work.body, 6), self._bound(lead)
        if self._key is None:
            sealed = blake2b(bound + packed, digest_size=_DIGEST).digest() + packed
        else:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            nonce = os.urandom(_NONCE)
            sealed = nonce + AESGCM(self._key).encrypt(nonce, packed, bound)
        _append(self.path, lead + base64.b64encode(sealed) + b"\n", new=False)
        self.place += 1

    def lines(self, content: bytes) -> Iterator[bytes]:
        """Yield the bodies of whole lines, up to the first that is cut off, damaged or sealed with another key."""
        for line in content.split(b"\n")[:-1]:
            lead, sealed = _parted(line)
            try:
                body = self._opened(base64.b64decode(sealed, validate=True), self._bound(lead))
            except (ValueError, binascii.Error, zlib.error):
                return
            self.place += 1
            yield body

    def _opened(self, sealed: bytes, bound: bytes) -> bytes:
        if self._key is None:
            packed = sealed[_DIGEST:]
            if blake2b(bound + packed, digest_size=_DIGEST).digest() != sealed[:_DIGEST]:
                raise ValueError("damaged")
        else:
            from cryptography.exceptions import InvalidTag
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM

            try:
                packed = AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
            except InvalidTag:
                raise ValueError("damaged") from None
        return zlib.decompress(packed)

    def _bound(self, lead: bytes) -> bytes:
        # A line belongs to this file and to its place in it: none can be moved, repeated or left out.
        return self._head + b"\n%d\n" % self.place + lead


def _parted(line: bytes) -> tuple[bytes, bytes]:
    at = line.rfind(b" ") + 1
    return line[:at], line[at:]


def _append(path: Path, data: bytes, *, new: bool) -> None:
    with path.open("xb" if new else "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def files_of(backup: Path) -> list[Path]:
    """Return the journals that follow on a backup, in their order."""
    stem = backup.name.removesuffix(SUFFIX)
    found = {}
    for path in backup.parent.glob(f"*{JOURNAL}"):
        lead, _dot, number = path.name.removesuffix(JOURNAL).rpartition(".")
        if lead == stem and number.isdigit():
            found[int(number)] = path
    return [found[number] for number in sorted(found)]


def told(backup: Path) -> Told | None:
    """Return what the journals of a backup hold, as their lines say without being opened; None for nothing."""
    until, steps = 0, 0
    for path in files_of(backup):
        for line in _content(path)[1].split(b"\n")[:-1]:
            parts = line.split(b" ")
            if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit():
                until, steps = max(until, int(parts[0])), steps + int(parts[1])
    return Told(until, steps) if steps else None


def _content(path: Path) -> tuple[bytes, bytes]:
    """Return the first line and the rest."""
    head, _newline, rest = path.read_bytes().partition(b"\n")
    return head, rest


class Keeper:
    """Writes what people do in an open project into a journal of its newest backup, and remembers how far it came."""

    def __init__(self) -> None:
        self._file: _File | None = None
        self._mark: Mark | None = None
        self._backup: Path | None = None

    def keep(self, project: Project, backup: Backup) -> Told | None:
        """Write what was done since the last time; None where nothing was.

        Raises NotCarriedError where only a new full copy holds it (an import, another state of the project), OSError
        where the folder refuses.
        """
        if backup.format != schema.VERSION:
            raise NotCarriedError
        if self._mark is None or self._backup != backup.path:
            self._begin(project, backup)
        assert self._mark is not None
        reader = project.own_reader()
        try:
            with reader.snapshot():
                work = journal_rows.read(reader, self._mark)
        finally:
            reader.close()
        if work is None:
            return None
        try:
            if self._file is None:
                path = _next(backup.path)
                self._file = _File.begin(path, mark=self._mark, backup=backup, passphrase=project.passphrase)
            self._file.write(work)
        except OSError:
            # How much of the line is on the disk is not known: what comes next goes into a file of its own.
            self._file = None
            raise
        self._mark = work.mark
        return Told(work.until_ms, work.steps)

    def _begin(self, project: Project, backup: Backup) -> None:
        """Find out how far the journals of a backup go."""
        db = connect(backup.path, read_only=True, passphrase=project.passphrase)
        try:
            mark = journal_rows.mark_of(db)
        except (DatabaseError, UnicodeDecodeError):
            raise NotCarriedError from None
        finally:
            db.close()
        for path in files_of(backup.path):
            for body in bodies(path, project.passphrase):
                mark = journal_rows.mark_in(body)
        self._file, self._mark, self._backup = None, mark, backup.path


def _next(backup: Path) -> Path:
    numbers = [int(path.name.removesuffix(JOURNAL).rpartition(".")[2]) for path in files_of(backup)]
    return backup.with_name(f"{backup.name.removesuffix(SUFFIX)}.{max(numbers, default=0) + 1}{JOURNAL}")


def bodies(path: Path, passphrase: str | None) -> list[bytes]:
    """Return what the whole lines of a journal hold, in their order."""
    head, content = _content(path)
    try:
        return list(_File(path, head, passphrase).lines(content))
    except (ValueError, KeyError, AttributeError):
        return []


def replay(db: Connection, files: Iterable[Path], passphrase: str | None) -> Told | None:
    """Write journals into a copy of the backup they follow on, as far as they are whole; return what came back."""
    until, steps, models = 0, 0, 0
    for path in files:
        for body in bodies(path, passphrase):
            try:
                until, count, trained = journal_rows.write(db, body)
            except (ValueError, KeyError, IndexError, TypeError):
                continue  # of another line of work: a later file may follow on what is there
            steps += count
            models += trained
    if not steps:
        return None
    journal_rows.derive(db)
    return Told(until, steps, models)
