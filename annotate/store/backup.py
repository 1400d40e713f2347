"""Full copies of a project: taken from the open file, verified by opening and counting, thinned, restored beside."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from importlib import metadata
from pathlib import Path

from annotate import passphrases
from annotate.errors import UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import opening, schema
from annotate.store.connection import Connection, DatabaseError, OperationalError, connect
from annotate.store.project import Project

# Not the suffix of projects: a copy opened and worked in would no longer be the copy that was verified.
SUFFIX = ".tingdong-backup"
SIDECAR = ".json"
_COUNTED = ("record", "verbatim", "op", "label_event", "code", "revision", "prediction")
_BLOCK = 1 << 20


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


@dataclass(frozen=True, slots=True)
class Keep:
    """How many copies to keep: recent ones, the newest of a day, week and month, and of all together."""

    days: int = 2
    recent: int = 6
    daily: int = 7
    weekly: int = 4
    monthly: int = 6
    most: int = 5


def backup(project: Project, folder: Path | str, *, progress: Progress = silent, now: datetime | None = None) -> Path:
    """Write a verified full copy of the project into a folder; return its path. An encrypted project stays encrypted.

    The copy gets its name only after it was opened and counted. Raises UserError (folder-missing, backup-no-room,
    backup-failed), CancelledError through ``progress``.
    """
    folder = _folder(Path(folder))
    moment = now or datetime.now(UTC)
    source = project.own_reader()
    try:
        with _told(project.path.name, folder):
            needed = source.integer("pragma page_count") * source.integer("pragma page_size")
            _require_room(project.path.name, folder, needed)
            path = _free_name(folder, project.path.stem, moment)
            unfinished = path.with_name(path.name + ".tmp")
            try:
                progress(0, 3, "")
                expected = _copy(project, source, unfinished)
                progress(1, 3, "")
                _sync(unfinished)
                if _count(unfinished, project.passphrase) != expected:
                    raise _failed(project.path.name, N_("The copy does not hold what the project holds."))
                progress(2, 3, "")
                counts, last_op = expected
                told = Backup(
                    path, project.path.stem, project.uuid.hex(), int(moment.timestamp() * 1000),
                    unfinished.stat().st_size, _digest(unfinished), counts, last_op, schema.VERSION, _program(),
                )  # fmt: skip
                _write_sidecar(told)
                unfinished.replace(path)
                _sync_folder(folder)
                progress(3, 3, "")
            finally:
                for suffix in ("", "-wal", "-shm", "-journal"):
                    unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
                if not path.exists():
                    path.with_name(path.name + SIDECAR).unlink(missing_ok=True)
    finally:
        source.close()
    return path


def _copy(project: Project, source: Connection, target: Path) -> tuple[dict[str, int], str]:
    """Copy all pages of one state of the file; return what that state holds."""
    with source.snapshot():
        expected = _held(source)
        copy = connect(target, create=True, passphrase=project.passphrase)
        try:
            source.raw.backup(copy.raw)
            # Without a log of its own the one file is complete, wherever it is carried.
            copy.execute("pragma wal_checkpoint(truncate)")
            copy.execute("pragma journal_mode=delete")
        finally:
            copy.close()
    return expected


def _held(db: Connection) -> tuple[dict[str, int], str]:
    counts = {table: db.integer(f"select count(*) from {table}") for table in _COUNTED}
    row = db.one("select h from op order by id desc limit 1")
    return counts, row[0].hex() if row and isinstance(row[0], bytes) else ""


def _count(path: Path, passphrase: str | None) -> tuple[dict[str, int], str] | None:
    """Open a copy and count what it holds; None where it is damaged."""
    try:
        db = connect(path, read_only=True, passphrase=passphrase)
    except DatabaseError:
        return None
    try:
        if db.execute("pragma quick_check(1)").fetchall() != [("ok",)]:
            return None
        return _held(db)
    except (DatabaseError, UnicodeDecodeError):
        return None
    finally:
        db.close()


def verify(path: Path | str, *, passphrase: str | None = None) -> Backup:
    """Read a backup whole, open it and count; return what it holds. Nothing is changed.

    Raises UserError (no-such-backup, not-a-backup, damaged-backup). Without the passphrase of an encrypted copy only
    its bytes are compared.
    """
    path = Path(path)
    told = _described(path)
    if told is None:
        raise UserError(
            "not-a-backup",
            N_("{name} is not a backup."),
            N_("The description that belongs to it ({sidecar}) is missing or cannot be read."),
            N_("Choose a file that the backup command wrote, and keep the two files together."),
            name=path.name,
            sidecar=path.name + SIDECAR,
        )
    if path.stat().st_size != told.size or _digest(path) != told.blake2b:
        raise _damaged(path)
    if (passphrase is not None or _is_plain(path)) and _count(path, passphrase) != (told.counts, told.last_op):
        raise _damaged(path)
    return told


def passphrase_of(path: Path) -> str | None:
    """Return the passphrase of an encrypted copy from where this command takes it; None for a plain one."""
    return passphrases.asked(path) if path.is_file() and not _is_plain(path) else None


def _is_plain(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(opening.MAGIC)) == opening.MAGIC


def _described(path: Path) -> Backup | None:
    if not path.is_file():
        raise UserError(
            "no-such-backup",
            N_("There is no backup {name}."),
            N_("No file of that name is in the folder {folder}."),
            N_("Check the name and the folder."),
            name=path.name,
            folder=path.parent,
        )
    try:
        told = json.loads(path.with_name(path.name + SIDECAR).read_text(encoding="utf-8"))
        return Backup(
            path, str(told["project"]), str(told["uuid"]), int(told["taken_ms"]), int(told["size"]),
            str(told["blake2b"]), {str(k): int(v) for k, v in told["counts"].items()}, str(told["last_op"]),
            int(told["format"]), str(told["program"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def list_backups(folder: Path | str, *, uuid: bytes | None = None) -> list[Backup]:
    """Return the backups of a folder (of one project where its uuid is given), newest first; nothing is read whole."""
    files = sorted(_folder(Path(folder)).glob(f"*{SUFFIX}"))
    told = [one for path in files if (one := _described(path)) is not None]
    return sorted(
        (one for one in told if uuid is None or one.uuid == uuid.hex()),
        key=lambda one: (one.taken_ms, one.path.name),
        reverse=True,
    )


def thin(folder: Path | str, *, uuid: bytes, now: datetime | None = None, keep: Keep | None = None) -> list[Path]:
    """Delete the backups of a project that the rule of ``keep`` does not ask for; return what was deleted.

    A copy whose bytes no longer match is neither counted nor deleted, so it never pushes a good one out, and the
    newest good one always stays.
    """
    rule, moment = keep or Keep(), now or datetime.now(UTC)
    good = [one for one in list_backups(folder, uuid=uuid) if _matches(one)]
    kept = _kept(good, moment, rule)
    gone = [one.path for one in good if one.path not in kept]
    for path in gone:
        path.with_name(path.name + SIDECAR).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    return gone


def keep_safe(
    project: Project,
    folder: Path,
    *,
    progress: Progress = silent,
    now: datetime | None = None,
    keep: Keep | None = None,
) -> Backup | None:
    """Write a verified copy into a folder, made where missing, and thin the older ones; return what was written.

    None where the newest copy already holds the last operation. Raises as ``backup``.
    """
    with _told(project.path.name, folder):
        folder.mkdir(exist_ok=True)
    known = list_backups(folder, uuid=project.uuid)
    row = project.reading_one("select h from op order by id desc limit 1")
    last = row[0].hex() if row is not None and isinstance(row[0], bytes) else ""
    if known and known[0].last_op == last:
        return None
    told = _described(backup(project, folder, progress=progress, now=now))
    thin(folder, uuid=project.uuid, now=now, keep=keep)
    return told


def _matches(told: Backup) -> bool:
    return told.path.stat().st_size == told.size and _digest(told.path) == told.blake2b


def _kept(good: list[Backup], now: datetime, rule: Keep) -> set[Path]:
    """Choose from newest-first copies; where ``most`` cuts, every tier gives one in turn, so that old ones remain."""
    recent = [one for one in good if now - one.taken < timedelta(days=rule.days)][: rule.recent]
    tiers = [
        iter(good[:1]),
        iter(recent),
        _newest_of(good, lambda day: day.date(), rule.daily),
        _newest_of(good, lambda day: day.isocalendar()[:2], rule.weekly),
        _newest_of(good, lambda day: (day.year, day.month), rule.monthly),
    ]
    kept: dict[Path, None] = {}
    while tiers and len(kept) < rule.most:
        for tier in list(tiers):
            one = next((one for one in tier if one.path not in kept), None)
            if one is None:
                tiers.remove(tier)
            elif len(kept) < rule.most:
                kept[one.path] = None
    return set(kept)


def _newest_of(good: Iterable[Backup], period: Callable[[datetime], object], count: int) -> Iterator[Backup]:
    newest: dict[object, Backup] = {}
    for one in good:
        newest.setdefault(period(one.taken), one)
    return iter(list(newest.values())[:count])


def restore(path: Path | str, target: Path | str, *, passphrase: str | None = None) -> Backup:
    """Copy a verified backup to a new project file; never over an existing one. Return what it holds.

    Raises UserError (no-such-backup, not-a-backup, damaged-backup, project-exists, stale-log, folder-missing,
    backup-no-room, backup-failed).
    """
    path, target = Path(path), Path(target)
    told = verify(path, passphrase=passphrase)
    _folder(target.parent)
    if target.exists():
        raise _exists(target)
    for suffix in ("-wal", "-shm", "-journal"):
        if target.with_name(target.name + suffix).exists():
            raise UserError(
                "stale-log",
                N_("{name} cannot be restored here."),
                N_("A log of an earlier file of that name lies in the folder ({log}) and would damage the new one."),
                N_("Choose another name or folder, or move that log away."),
                name=target.name,
                log=target.name + suffix,
            )
    with _told(target.name, target.parent):
        _require_room(target.name, target.parent, told.size)
        unfinished = target.with_name(f".{target.name}.restoring")
        try:
            shutil.copyfile(path, unfinished)
            _sync(unfinished)
            if _digest(unfinished) != told.blake2b:
                raise _damaged(path)
            try:
                target.hardlink_to(unfinished)  # unlike a rename it fails where someone made the file meanwhile
            except FileExistsError:
                raise _exists(target) from None
            except OSError:  # a disk without hard links, such as a USB stick
                unfinished.rename(target)
            _sync_folder(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)
    return told


# Files and sentences


def _folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise UserError(
            "folder-missing",
            N_("The folder {folder} does not exist."),
            N_("Backups are never written to a folder that has to be guessed."),
            N_("Make the folder first, or choose another."),
            folder=folder,
        )
    return folder


def _free_name(folder: Path, stem: str, moment: datetime) -> Path:
    name = f"{stem} {moment.astimezone(UTC):%Y-%m-%d %H%M%S}Z"
    path, number = folder / f"{name}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{name} ({number}){SUFFIX}", number + 1
    return path


def _require_room(name: str, folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _BLOCK:
        raise UserError(
            "backup-no-room",
            N_("{name} could not be copied."),
            N_("The copy needs {needed} MB; the disk of {folder} has {free} MB free."),
            N_("Make room, or choose a folder on another disk. The project itself is safe."),
            name=name,
            needed=needed // _BLOCK + 1,
            folder=folder,
            free=free // _BLOCK,
        )


@contextmanager
def _told(name: str, folder: Path) -> Iterator[None]:
    """Turn the refusals of the disk into a sentence."""
    try:
        yield
    except (OSError, OperationalError, DatabaseError) as error:
        raise _failed(name, N_("The folder may not be written, or its disk is full or fails."), folder) from error


def _failed(name: str, why: str, folder: Path | None = None) -> UserError:
    return UserError(
        "backup-failed",
        N_("{name} could not be copied."),
        why,
        N_("Choose another folder, or make room. The project itself is safe; no unfinished copy was left."),
        name=name,
        folder=folder or "",
    )


def _damaged(path: Path) -> UserError:
    return UserError(
        "damaged-backup",
        N_("The backup {name} is damaged."),
        N_("Its content is not what was written when it was made."),
        N_("Use an older backup. Nothing was changed."),
        name=path.name,
    )


def _exists(target: Path) -> UserError:
    return UserError(
        "project-exists",
        N_("{name} exists already."),
        N_("A backup is never restored over a file."),
        N_("Choose another name; the two files can then be compared."),
        name=target.name,
    )


def _digest(path: Path) -> str:
    digest = blake2b(digest_size=32)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; the rename is journaled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_sidecar(told: Backup) -> None:
    values = {name: value for name, value in asdict(told).items() if name != "path"}
    sidecar = told.path.with_name(told.path.name + SIDECAR)
    unfinished = sidecar.with_name(sidecar.name + ".tmp")
    unfinished.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
    _sync(unfinished)
    unfinished.replace(sidecar)


def _program() -> str:
    try:
        return metadata.version("tingdong")
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return ""
