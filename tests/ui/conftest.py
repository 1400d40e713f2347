"""A project with a frame and a few answers, and the window on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import coded_project
import pytest
from car_window import ANSWERS, Opener, Survey, settle
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotate import frames, messages
from annotate.frames import Role
from annotate.importing import load
from annotate.importing.roles import Role as Column
from annotate.store.project import Project
from reports.apart import Apart
from ui import state
from ui.language import speak
from ui.main_window import MainWindow
from ui.pages.label import LabelPage


@pytest.fixture(autouse=True)
def settings_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_args, **_more: str(tmp_path / "config"))
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_args, **_more: tmp_path / "cache")
    monkeypatch.setenv("TINGDONG_LANG", "en")
    # What the window does unasked has tests of its own and would be a surprise in the others.
    state.remember("train_by_itself", "off")
    state.remember("backups", "off")
    _speak_english()
    yield
    _speak_english()


def _speak_english() -> None:
    """Put our words and Qt's own (names of keys) back into English: tests of the languages leave both behind."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        speak(app, "en")
    else:
        messages.use("en")


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    table = tmp_path / "answers.csv"
    lines = ["编号,区域,NPS,原话", *(f'{n},华东,{n % 11},"{text}"' for n, text in enumerate(ANSWERS, 1))]
    table.write_text("\n".join(lines), encoding="utf-8")
    path = tmp_path / "car.tingdong"
    with Project.create(path, coder="周岚") as project:
        load.import_file(project, table, roles={Column.TEXT: ["原话"], Column.ID: ["编号"]})
        frame = frames.create_frame(project, name="车")
        net = frames.add_code(project, frame=frame, label="动力与变速", number="3", is_net=True)
        codes = {
            number: frames.add_code(
                project, frame=frame, label=label, label_en=english, number=number, parent=parent, role=role
            )
            for number, label, english, parent, role in (
                ("301", "动力弱", "Weak power", net, Role.THEME),
                ("302", "顿挫", "Jerking", net, Role.THEME),
                ("40", "空间", "Space", None, Role.THEME),
                ("401", "空间大", "Roomy", None, Role.THEME),
                ("97", "其他", "Other", None, Role.OTHER),
                ("98", "无", "None", None, Role.NONE),
            )
        }  # fmt: skip
    return Survey(path, codes)


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Opener]:
    windows: list[MainWindow] = []

    def open_(path: Path) -> MainWindow:
        window = MainWindow()
        windows.append(window)
        window.resize(1200, 800)
        window.show()
        with qtbot.waitSignal(window.opened, timeout=60_000):
            window.open_project(path)
        settle(qtbot, window)
        return window

    yield open_
    for window in windows:
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: Opener, survey: Survey) -> MainWindow:
    return open_window(survey.path)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> LabelPage:
    assert window.label is not None
    window.label.grid.setFocus()
    settle(qtbot, window)
    return window.label


@pytest.fixture(scope="session")
def coded_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return coded_project.make(tmp_path_factory.mktemp("coded"))


@pytest.fixture
def coded(coded_original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(coded_original, tmp_path / "coded.tingdong"))


@pytest.fixture(scope="session")
def one_process() -> Iterator[Apart]:
    made = Apart()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def figures_in_one_process(one_process: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the process that counts figures once for all tests: it takes seconds, and is tested by itself."""
    monkeypatch.setattr("ui.pages.registry.Room.figures", one_process)
