"""What the window remembers is there at once, and on the disk soon after."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings
from pytestqt.qtbot import QtBot

from ui import state


def written(folder: Path) -> QSettings:
    return QSettings(str(folder / "config" / "window.ini"), QSettings.Format.IniFormat)


def test_what_is_remembered_is_known_before_it_is_written(qtbot: QtBot, tmp_path: Path) -> None:
    gate = threading.Event()
    try:
        state._writer().submit(gate.wait, 60)
        state.remember("scheme", "dark")
        state.remember("scheme", "light")
        state.remember_shape("geometry", QByteArray(b"abc"))
        assert state.text("scheme") == "light"
        assert state.shape("geometry") == QByteArray(b"abc")
        assert not written(tmp_path).contains("scheme")
    finally:
        gate.set()
    qtbot.waitUntil(lambda: not state._unwritten, timeout=60_000)
    assert written(tmp_path).value("scheme") == "light"
    assert state.text("scheme") == "light"
    assert state.shape("geometry") == QByteArray(b"abc")


def test_each_folder_remembers_its_own(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state.remember("coder", "周岚")
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_args, **_more: str(tmp_path / "other"))
    assert state.text("coder", "nobody") == "nobody"


def test_recent_projects_come_newest_first_and_only_those_that_exist(qtbot: QtBot, tmp_path: Path) -> None:
    one, two, gone = (tmp_path / f"{name}.tingdong" for name in ("one", "two", "gone"))
    for path in (one, two):
        path.touch()
    for path in (one, gone, two, one):
        state.remember_recent(path)
    assert state.recent() == [one, two]
