"""Every page: each control has a name for screen readers, shows its focus, and its text fits at every size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields

import pytest
from accessible import contrast, cut_off, dressed, is_ours, name_of, nameless, squeezed, unseen
from car_window import Opener, settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as TooLong
from pytestqt.qtbot import QtBot
from train_window import make as make_train

from annotate import messages
from ui import state, theme
from ui.main_window import MainWindow
from ui.pages.registry import PAGES

in_its_clothes = pytest.fixture(dressed)


@pytest.fixture
def window(in_its_clothes: None, open_window: Opener, tmp_path_factory: pytest.TempPathFactory) -> MainWindow:
    return open_window(make_train(tmp_path_factory.mktemp("accessible")))


def shown(qtbot: QtBot, window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Show each page in turn, wait until it was read, and yield it."""
    for entry in PAGES:
        window.show_page(entry.id)
        settle(qtbot, window)
        yield entry.id, window.pages[entry.id]
    window.close_project()
    settle(qtbot, window)
    yield "start", window.start


def test_every_control_of_every_page_is_named(qtbot: QtBot, window: MainWindow) -> None:
    found: list[str] = []
    looked_at = 0
    for id, page in shown(qtbot, window):
        looked_at += sum(is_ours(one) for one in page.findChildren(QWidget))
        found += [f"{id}: {one}" for one in nameless(page)]
    assert looked_at > 200
    assert not found, "\n".join(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_on_every_page(qtbot: QtBot, window: MainWindow, scheme: str) -> None:
    if scheme == "dark":
        window.switch_scheme()
    found = [f"{id}: {one}" for id, page in shown(qtbot, window) for one in unseen(qtbot, page)]
    assert not found, "\n".join(found)


def test_a_nameless_control_is_found(qtbot: QtBot) -> None:
    field, button = QLineEdit("a value"), QPushButton()
    for one in (field, button):
        qtbot.addWidget(one)
        assert is_ours(one)
        assert not name_of(one)
    button.setText("Go")
    assert name_of(button) == "Go"


GROUNDS = ("window", "surface", "raised", "current", "ticked", "plain_ground")
PAIRS = (
    *(("text", ground) for ground in (*GROUNDS, "good_ground", "bad_ground", "unsure_ground")),
    *(("muted", ground) for ground in ("window", "surface", "raised", "ticked", "current")),
    *((tone, ground) for tone in ("accent", "good", "bad", "unsure") for ground in ("window", "surface")),
    ("good", "good_ground"), ("bad", "bad_ground"), ("unsure", "unsure_ground"), ("on_accent", "accent"),
)  # fmt: skip


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(tokens: theme.Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_mark_of_focus_stands_out(tokens: theme.Tokens) -> None:
    assert all(contrast(tokens.accent, getattr(tokens, ground)) >= 3 for ground in ("window", "surface", "raised"))


def test_every_token_belongs_to_a_pair_or_is_a_line() -> None:
    spoken_for = {one for pair in PAIRS for one in pair} | {"border", "hit"}
    assert {one.name for one in fields(theme.Tokens)} == spoken_for


FOCUSED: tuple[Callable[[], QWidget], ...] = (
    QPushButton, QToolButton, QLineEdit, QPlainTextEdit, QComboBox, QCheckBox,
)  # fmt: skip


@pytest.mark.parametrize("make", FOCUSED)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen(qtbot: QtBot, make: Callable[[], QWidget], scheme: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, scheme)
    frame = QFrame()
    qtbot.addWidget(frame)
    widget = make()
    widget.setParent(frame)
    other = QLineEdit(frame)
    other.move(0, 200)
    widget.setGeometry(10, 10, 200, 40)
    frame.resize(300, 300)
    theme.dress(frame)
    with qtbot.waitExposed(frame):
        frame.show()
    frame.activateWindow()
    other.setFocus(Qt.FocusReason.TabFocusReason)
    without = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus, timeout=60_000)
    assert widget.grab().toImage() != without
    theme.apply(app, "light")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [150, 200])
def test_no_text_is_cut_off(qtbot: QtBot, window: MainWindow, language: str, size: int) -> None:
    messages.use(language)
    state.remember("stretch", str(size))
    room = {150: (1440, 900), 200: (1920, 1080)}[size]
    window.resize(*room)
    window.looks.refresh()
    found: dict[str, list[str]] = {}
    for id, page in shown(qtbot, window):
        assert (window.width(), window.height()) == room, f"{id} needs more than {room}"
        with suppress(TooLong):  # a layout may still be under way
            qtbot.waitUntil(lambda page=page: not cut_off(page), timeout=10_000)
        if cut := [*cut_off(page), *squeezed(page)]:
            found[id] = cut
    state.remember("stretch", "100")
    window.looks.refresh()
    assert not found, "\n".join(f"{id}: {one}" for id, cut in found.items() for one in cut)
