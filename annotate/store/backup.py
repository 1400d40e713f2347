"""Full copies of a project: taken from the open file, verified by opening and counting, thinned, restored beside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from annotate import passphrases
from annotate.errors import UserError
from annotate.jobs import Progress, silent
from annotate.messages import N_
from annotate.store import backup_files, journal, opening, schema
from annotate.store.backup_files import SIDECAR, SUFFIX, Backup
from annotate.store.connection import Connection, DatabaseError, connect
from annotate.store.project import Project

_COUNTED = ("record", "verbatim", "op", "label_event", "code", "revision", "prediction")


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
    folder = backup_files.folder(Path(folder))
    moment = now or datetime.now(UTC)
    source = project.own_reader()
    try:
        with backup_files.told(project.path.name, folder):
            needed = source.integer("pragma page_count") * source.integer("pragma page_size")
            backup_files.require_room(project.path.name, folder, needed)
            path = _free_name(folder, project.path.stem, moment)
            unfinished = path.with_name(path.name + ".tmp")
            try:
                progress(0, 3, "")
                expected = _copy(project, source, unfinished)
                progress(1, 3, "")
                backup_files.sync(unfinished)
                if _count(unfinished, project.passphrase) != expected:
                    raise backup_files.failed(project.path.name, N_("The copy does not hold what the project holds."))
                progress(2, 3, "")
                counts, last_op = expected
                told = Backup(
                    path, project.path.stem, project.uuid.hex(), int(moment.timestamp() * 1000),
                    unfinished.stat().st_size, backup_files.digest(unfinished), counts, last_op, schema.VERSION,
                    _program(),
                )  # fmt: skip
                _write_sidecar(told)
                unfinished.replace(path)
                backup_files.sync_folder(folder)
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

    Raises UserError (no-such-backup, not-a-backup, damaged-backup, backup-locked). Without the passphrase of an
    encrypted copy only its bytes are compared.
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
    if path.stat().st_size != told.size or backup_files.digest(path) != told.blake2b:
        raise backup_files.damaged(path)
    if passphrase is not None or is_plain(path):
        held = _count(path, passphrase)
        if held is None and not is_plain(path):
            raise UserError(
                "backup-locked",
                N_("The backup {name} could not be opened."),
                N_("Its content is whole, so its passphrase is another: that of the project when it was written."),
                N_("Try again with that passphrase. Nothing was changed."),
                name=path.name,
            )
        if held != (told.counts, told.last_op):
            raise backup_files.damaged(path)
    return told


def passphrase_of(path: Path) -> str | None:
    """Return the passphrase of an encrypted copy from where this command takes it; None for a plain one."""
    return passphrases.asked(path) if path.is_file() and not is_plain(path) else None


def is_plain(path: Path) -> bool:
    """Return whether a copy can be read without a passphrase."""
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


def folder_of(project: Path) -> Path:
    """Return where the backups of a project lie: in a folder beside it, so that they are found without the program."""
    return project.with_name(f"{project.stem} backups")


def list_backups(folder: Path | str, *, uuid: bytes | None = None) -> list[Backup]:
    """Return the backups of a folder (of one project where its uuid is given), newest first; nothing is read whole."""
    files = sorted(backup_files.folder(Path(folder)).glob(f"*{SUFFIX}"))
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
        for follows in journal.files_of(path):
            follows.unlink(missing_ok=True)
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
    with backup_files.told(project.path.name, folder):
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
    return told.path.stat().st_size == told.size and backup_files.digest(told.path) == told.blake2b


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


def _write_sidecar(told: Backup) -> None:
    values = {name: value for name, value in asdict(told).items() if name != "path"}
    sidecar = told.path.with_name(told.path.name + SIDECAR)
    unfinished = sidecar.with_name(sidecar.name + ".tmp")
    unfinished.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
    backup_files.sync(unfinished)
    unfinished.replace(sidecar)


def _program() -> str:
    try:
        return metadata.version("tingdong")
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return ""


def _free_name(folder: Path, stem: str, moment: datetime) -> Path:
    name = f"{stem} {moment.astimezone(UTC):%Y-%m-%d %H%M%S}Z"
    path, number = folder / f"{name}{SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{name} ({number}){SUFFIX}", number + 1
    return path
