"""Tables on their way out: CSV, XLSX and JSON Lines, row by row, never half-written.

The new file grows in a private folder beside the target and takes the target's name only when it is complete and on
disk, so that an earlier export survives a full disk, a crash or a cancel, and no customer text reaches the system's
temporary folder.
"""

from __future__ import annotations

import csv
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol

from annotate.errors import AskedWronglyError, UserError
from annotate.exchange.guard import guard
from annotate.exchange.values import Value, plain, sound
from annotate.messages import N_

SUFFIXES = (".csv", ".xlsx", ".jsonl")

_FIXED_DATE = datetime(2000, 1, 1)
_PATIENCE = 5.0  # seconds to wait for a virus scanner or a preview pane that holds the target


class TableWriter(Protocol):
    """Takes the rows of one table in order."""

    def write(self, row: Sequence[Value]) -> None:
        """Write one row of as many cells as there are columns."""


class _Sink(TableWriter, Protocol):
    def begin(self) -> None:
        """Write the header."""

    def finish(self) -> None:
        """Bring everything onto the disk."""

    def abandon(self) -> None:
        """Let go of open files without finishing."""


@contextmanager
def open_writer(path: str | Path, columns: Sequence[str], *, created: datetime | None = None) -> Iterator[TableWriter]:
    """Write a table to ``path``; its suffix (.csv, .xlsx, .jsonl) says in which format.

    The file appears, or replaces an older one, when the ``with`` block ends without an error; otherwise the folder is
    as it was. CSV: UTF-8 with BOM, RFC 4180, formulas guarded. XLSX: strings stay strings, header frozen; ``created``
    is the date in the document's properties (fixed by default: equal rows give equal bytes). JSONL: one object a line.
    Raises AskedWronglyError (suffix, missing folder, target is a folder) and UserError (not writable, disk full,
    target open elsewhere, more than a sheet can hold).
    """
    target = Path(path)
    _check_target(target)
    target = target.resolve()
    with _explained(target):
        workshop = Path(tempfile.mkdtemp(prefix=f".{target.name[:80]}.", suffix=".part", dir=target.parent))
    try:
        part = workshop / f"part{target.suffix.lower()}"
        with _explained(target):
            sink = _sink(part, target, columns, created or _FIXED_DATE)
        finished = False
        try:
            with _explained(target):
                sink.begin()
            yield _Explaining(sink, len(columns), target)
            with _explained(target):
                sink.finish()
            finished = True
        finally:
            if not finished:
                sink.abandon()
        _put_in_place(part, target)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def write_table(path: str | Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """Write all rows to ``path`` as ``open_writer`` does and return how many they were."""
    count = 0
    with open_writer(path, columns) as writer:
        for row in rows:
            writer.write(row)
            count += 1
    return count


def _check_target(target: Path) -> None:
    if target.suffix.lower() not in SUFFIXES:
        raise AskedWronglyError(
            "table-format-unknown",
            N_("Cannot write {name}."),
            N_("The end of a file name says its format, and “{suffix}” is none that can be written."),
            N_("Use a name that ends in .csv, .xlsx or .jsonl."),
            name=target.name,
            suffix=target.suffix,
        )
    if target.is_dir():
        raise AskedWronglyError(
            "table-target-is-folder",
            N_("Cannot write {name}."),
            N_("A folder has this name."),
            N_("Choose another name for the file."),
            name=target.name,
        )
    if not target.parent.is_dir():
        raise AskedWronglyError(
            "table-folder-missing",
            N_("Cannot write {name}."),
            N_("The folder {folder} does not exist."),
            N_("Create the folder or choose another one."),
            name=target.name,
            folder=target.parent,
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise _not_writable(target)


def _not_writable(target: Path) -> UserError:
    return UserError(
        "table-not-writable",
        N_("Cannot write {name}."),
        N_("You may not write to this file or to the folder {folder}."),
        N_("Choose another folder, or ask for the right to write there."),
        name=target.name,
        folder=target.parent,
    )


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Turn faults of the disk into sentences for people."""
    from xlsxwriter.exceptions import FileCreateError

    try:
        yield
    except FileCreateError as fault:
        cause = fault.args[0] if fault.args else None
        raise _sentence_for(cause, target) if isinstance(cause, OSError) else fault from fault
    except OSError as fault:
        raise _sentence_for(fault, target) from fault


def _sentence_for(fault: OSError, target: Path) -> UserError:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return UserError(
            "table-disk-full",
            N_("Could not write {name}."),
            N_("There is no room left on the disk of the folder {folder}. Nothing was changed."),
            N_("Free some space or choose another disk, then try again."),
            name=target.name,
            folder=target.parent,
        )
    if isinstance(fault, PermissionError) or fault.errno == errno.EROFS:
        return _not_writable(target)
    return UserError(
        "table-not-written",
        N_("Could not write {name}."),
        N_("The system reported: {reason}. Nothing was changed."),
        N_("Check the disk and the folder {folder}, or choose another one."),
        name=target.name,
        folder=target.parent,
        reason=fault.strerror or type(fault).__name__,
    )


def _put_in_place(
    part: Path,
    target: Path,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Give the finished file its name; on Windows another program may hold the old one for a moment."""
    give_up = clock() + _PATIENCE
    while True:
        try:
            part.replace(target)
        except PermissionError as fault:
            if clock() >= give_up:
                raise UserError(
                    "table-target-open",
                    N_("Could not replace {name}."),
                    N_("Another program has the file open, or it is protected."),
                    N_("Close it there (for example in Excel or WPS) and export again, or choose another name."),
                    name=target.name,
                ) from fault
            pause(0.1)
        except OSError as fault:
            raise _sentence_for(fault, target) from fault
        else:
            return


class _Explaining:
    """Checks the width of rows and explains faults; what callers get as their writer."""

    def __init__(self, sink: _Sink, width: int, target: Path) -> None:
        self._sink, self._width, self._target = sink, width, target

    def write(self, row: Sequence[Value]) -> None:
        if len(row) != self._width:
            raise ValueError(f"a row of {len(row)} cells for {self._width} columns")
        try:
            self._sink.write(row)
        except OSError as fault:
            raise _sentence_for(fault, self._target) from fault


def _sink(part: Path, target: Path, columns: Sequence[str], created: datetime) -> _Sink:
    if part.suffix == ".csv":
        return _Csv(part, columns)
    if part.suffix == ".xlsx":
        from annotate.exchange.xlsx import XlsxTable

        return XlsxTable(part, target, columns, created)
    return _JsonLines(part, columns)


class _Csv:
    def __init__(self, part: Path, columns: Sequence[str]) -> None:
        # A file name taken from the system may hold half a surrogate pair; it is written as \udc80, not lost.
        self._file: IO[str] = part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file)
        self._columns = tuple(columns)

    def begin(self) -> None:
        self.write(self._columns)

    def write(self, row: Sequence[Value]) -> None:
        self._writer.writerow([guard(value) if isinstance(value, str) else plain(value) for value in row])

    def finish(self) -> None:
        _settle(self._file)

    def abandon(self) -> None:
        _let_go(self._file)


class _JsonLines:
    def __init__(self, part: Path, columns: Sequence[str]) -> None:
        if len(set(columns)) < len(columns):
            raise ValueError("two columns have one name")
        self._columns = tuple(columns)
        self._file = part.open("wb")

    def begin(self) -> None:
        """Every line names its columns; there is no header."""

    def write(self, row: Sequence[Value]) -> None:
        import orjson

        record = dict(zip(self._columns, row, strict=True))
        try:
            line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError:  # an integer beyond 64 bits or half a surrogate pair
            line = orjson.dumps(
                {sound(name): _json_value(value) for name, value in record.items()}, option=orjson.OPT_APPEND_NEWLINE
            )
        self._file.write(line)

    def finish(self) -> None:
        _settle(self._file)

    def abandon(self) -> None:
        _let_go(self._file)


def _json_value(value: Value) -> Value:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return str(value)
    return value


def _settle(file: IO[str] | IO[bytes]) -> None:
    """Bring a file onto the disk and close it."""
    file.flush()
    os.fsync(file.fileno())
    file.close()


def _let_go(file: IO[str] | IO[bytes]) -> None:
    """Close a file that will be deleted; what cannot be flushed any more does not matter."""
    try:
        file.close()
    except OSError:
        return
