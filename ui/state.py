"""What the window remembers between two starts: geometry, language, colours, recent projects. Never project data."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings, QThread

_RECENT = 8
_lock = threading.Lock()
_own = threading.local()
_unwritten: dict[tuple[str, str], object] = {}
"""By file and key, what is remembered already and not yet in the file."""


def _file() -> str:
    return str(Path(platformdirs.user_config_dir("tingdong", appauthor=False)) / "window.ini")


@cache
def _writer() -> ThreadPoolExecutor:
    """Return the thread that writes: a file on its way to the disk would hold up the one that draws."""
    QThread.currentThread()  # the first thread that Qt hears of is its main one: it must not be that of the writer
    return ThreadPoolExecutor(1, "window-state")


def _settings(file: str) -> QSettings:
    """Return what this thread reads from; made anew each time it would read the file each time."""
    known: dict[str, QSettings] = _own.__dict__.setdefault("settings", {})
    if file not in known:
        known[file] = QSettings(file, QSettings.Format.IniFormat)
    return known[file]


def _write(file: str) -> None:
    with _lock:
        values = {key: value for (of, key), value in _unwritten.items() if of == file}
    if not values:
        return
    settings = _settings(file)
    for key, value in values.items():
        settings.setValue(key, value)
    settings.sync()
    with _lock:
        for key, value in values.items():
            if _unwritten.get((file, key)) is value:  # else it was remembered anew meanwhile
                del _unwritten[file, key]


def _read(key: str, default: object = None) -> object:
    file = _file()
    with _lock:
        if (file, key) in _unwritten:
            return _unwritten[file, key]
    return _settings(file).value(key, default)


def _remember(key: str, value: object) -> None:
    file = _file()
    with _lock:
        _unwritten[file, key] = value
    _writer().submit(_write, file)


def text(key: str, default: str = "") -> str:
    """Return a remembered text."""
    value = _read(key, default)
    return value if isinstance(value, str) else default


def remember(key: str, value: str) -> None:
    """Remember a text; it is on the disk soon after, at the latest when the program ends."""
    _remember(key, value)


def shape(key: str) -> QByteArray:
    """Return a remembered geometry or splitter state; empty where there is none."""
    value = _read(key)
    return value if isinstance(value, QByteArray) else QByteArray()


def remember_shape(key: str, value: QByteArray) -> None:
    """Remember a geometry or splitter state."""
    _remember(key, value)


def recent() -> list[Path]:
    """Return the projects opened last that still exist, newest first."""
    _settings(_file()).sync()  # another window may have opened one
    value = _read("recent", [])
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [path for path in (Path(str(name)) for name in names) if path.is_file()][:_RECENT]


def remember_recent(path: Path) -> None:
    """Put a project at the head of the recent ones."""
    names = [str(path), *(str(one) for one in recent() if one != path)][:_RECENT]
    _remember("recent", names)
