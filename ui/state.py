"""What the window remembers between two starts: geometry, language, colours, recent projects. Never project data."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

_RECENT = 8


def _settings() -> QSettings:
    folder = Path(platformdirs.user_config_dir("tingdong", appauthor=False))
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def text(key: str, default: str = "") -> str:
    """Return a remembered text."""
    value = _settings().value(key, default)
    return value if isinstance(value, str) else default


def remember(key: str, value: str) -> None:
    """Remember a text."""
    _settings().setValue(key, value)


def shape(key: str) -> QByteArray:
    """Return a remembered geometry or splitter state; empty where there is none."""
    value = _settings().value(key)
    return value if isinstance(value, QByteArray) else QByteArray()


def remember_shape(key: str, value: QByteArray) -> None:
    """Remember a geometry or splitter state."""
    _settings().setValue(key, value)


def recent() -> list[Path]:
    """Return the projects opened last that still exist, newest first."""
    value = _settings().value("recent", [])
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [path for path in (Path(str(name)) for name in names) if path.is_file()][:_RECENT]


def remember_recent(path: Path) -> None:
    """Put a project at the head of the recent ones."""
    names = [str(path), *(str(one) for one in recent() if one != path)][:_RECENT]
    _settings().setValue("recent", names)
