"""The bytes of a file, unpacked if it is gzipped, from any offset, within limits."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from hashlib import blake2b, file_digest
from itertools import chain
from pathlib import Path

from annotate.errors import UserError
from annotate.importing.encoding import SAMPLE
from annotate.importing.records import MAX_FILE
from annotate.messages import N_

CHUNK = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
BOMB_RATIO = 200
BOMB_FLOOR = 100 << 20
"""Unpacked bytes below which any ratio is fine: ten-character answers repeat and pack well."""


def checked_size(path: Path) -> int:
    """Return a file's size in bytes; raise UserError if it is not there, not a file, not readable or empty."""
    try:
        with path.open("rb") as file:
            file.read(1)
        size = path.stat().st_size
    except FileNotFoundError:
        raise UserError(
            "file-missing",
            N_("The file {name} was not found."),
            N_("It may have been moved or renamed."),
            N_("Check the path and try again."),
            name=path.name,
        ) from None
    except IsADirectoryError:
        raise UserError(
            "file-is-a-folder",
            N_("{name} is a folder, not a file."),
            N_("Files are imported one by one, so that each can be looked at and taken back."),
            N_("Choose the file in it that holds the answers."),
            name=path.name or str(path),
        ) from None
    except OSError as error:
        raise _unreadable(path, error.strerror or type(error).__name__) from None
    if size == 0:
        raise empty(path)
    return size


def _unreadable(path: Path, reason: str) -> UserError:
    return UserError(
        "file-unreadable",
        N_("The file {name} cannot be opened."),
        N_("The system says: {reason}."),
        N_("Close it in other programs, check its permissions, or copy it elsewhere and try again."),
        name=path.name,
        reason=reason,
    )


def empty(path: Path) -> UserError:
    """Return the error for a file without content."""
    return UserError(
        "file-empty",
        N_("The file {name} is empty."),
        N_("There is nothing in it to import."),
        N_("Export the data again and check the size of the file."),
        name=path.name,
    )


def _too_large(path: Path) -> UserError:
    return UserError(
        "file-too-large",
        N_("The file {name} is too large."),
        N_("More than 4 GB of text cannot be read as one file."),
        N_("Split it, for example by wave or month, and import the parts."),
        name=path.name,
    )


def is_gzip(path: Path) -> bool:
    """Tell whether a file is gzipped, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def extent(path: Path) -> int:
    """Return how many bytes a file has unpacked; of an archive, as its end states (wrong above 4 GB or for several)."""
    size = path.stat().st_size
    if not is_gzip(path) or size < 18:
        return size
    with path.open("rb") as file:
        file.seek(-4, 2)
        return max(int.from_bytes(file.read(4), "little"), 1)


def chunks(path: Path, offset: int = 0) -> Iterator[bytes]:
    """Yield the unpacked bytes of a file from an offset, about 1 MiB at a time.

    Raises UserError for a damaged archive, one that unpacks to far more than it should, or more than 4 GB.
    """
    if is_gzip(path):
        yield from _unpacked(path, offset)
        return
    if path.stat().st_size > MAX_FILE:
        raise _too_large(path)
    with path.open("rb") as file:
        file.seek(offset)
        while chunk := file.read(CHUNK):
            yield chunk


def _unpacked(path: Path, offset: int) -> Iterator[bytes]:
    position = packed = 0
    with path.open("rb") as file:
        unpacker = zlib.decompressobj(wbits=31)
        pending = b""
        while True:
            if unpacker.eof:
                pending = unpacker.unused_data.lstrip(b"\0")
                unpacker = zlib.decompressobj(wbits=31)
                if not pending and not (pending := file.read(CHUNK).lstrip(b"\0")):
                    return
            elif not pending:
                pending = file.read(CHUNK >> 2)
                packed += len(pending)
            try:
                chunk = unpacker.decompress(pending, CHUNK)
            except zlib.error:
                raise _damaged(path) from None
            if not pending and not chunk and not unpacker.eof:
                raise _damaged(path)
            pending = unpacker.unconsumed_tail
            position += len(chunk)
            if position > MAX_FILE:
                raise _too_large(path)
            if position > BOMB_FLOOR and position > BOMB_RATIO * max(packed, 1):
                raise UserError(
                    "archive-bomb",
                    N_("The file {name} unpacks to far more than its size."),
                    N_("Such archives are made to fill memory or disk."),
                    N_("Unpack it yourself if you trust its source, and import the unpacked file."),
                    name=path.name,
                )
            if chunk and position > offset:
                yield chunk[max(0, len(chunk) - (position - offset)) :]


def _damaged(path: Path) -> UserError:
    return UserError(
        "archive-damaged",
        N_("The archive {name} is damaged or cut off."),
        N_("It does not unpack to its end, so rows would be missing."),
        N_("Copy or export it again; if only this one exists, repair it with an archive tool first."),
        name=path.name,
    )


def samples(path: Path) -> list[bytes]:
    """Return up to 256 KiB from start, middle and end of a file, or, if these are ASCII, from their first byte that
    is not; a start that is not ASCII is enough for an archive, which would have to be unpacked whole."""
    start = b""
    stream = chunks(path)
    for chunk in stream:
        start += chunk
        if len(start) >= SAMPLE:
            break
    taken = [_to_line_end(start)]
    if not is_gzip(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            for place in (size // 2, size - SAMPLE):
                if place > SAMPLE:
                    file.seek(place)
                    taken.append(file.read(SAMPLE))
    if all(sample.isascii() for sample in taken):
        for chunk in chain([start], stream):
            first = _NOT_ASCII.search(chunk)
            if first:
                taken.append(b"\n" + chunk[first.start() :][:SAMPLE])
                break
    return taken


def _to_line_end(start: bytes) -> bytes:
    """Cut the first sample behind its last line end, so that no character is halved."""
    if len(start) < SAMPLE:
        return start
    end = start.rfind(b"\n", 0, SAMPLE)
    return start[: end + 1] if end > 0 else start[:SAMPLE]


def file_hash(path: Path) -> bytes:
    """Return the 32-byte BLAKE2b hash of a file's bytes as they lie on disk."""
    checked_size(path)
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=32)).digest()
