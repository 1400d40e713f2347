"""Every page: each control has a name for screen readers, shows its focus, and its text fits at every size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields

import pytest
from car_window import Opener, settle
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from train_window import make as make_train

from annotate import messages
from ui import state, theme
from ui.main_window import MainWindow
from ui.pages.registry import PAGES
from ui.views.train_parts import Link

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QTextEdit, QTabBar,
)  # fmt: skip


@pytest.fixture
def window(open_window: Opener, tmp_path_factory: pytest.TempPathFactory) -> MainWindow:
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


def name_of(widget: QWidget) -> str:
    """Return what a screen reader says of a control."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    if isinstance(widget, QComboBox | QLineEdit | QAbstractItemView | QPlainTextEdit | QTextEdit):
        # Qt takes the value of these for a name where there is none; a label that belongs to them names them.
        labels = [one for one in widget.window().findChildren(QLabel) if one.buddy() is widget]
        return widget.accessibleName() or " ".join(one.text() for one in labels)
    return widget.accessibleName() or (spoken.text(QAccessible.Text.Name) if spoken is not None else "")


def is_ours(widget: QWidget) -> bool:
    """Say whether a control is one that people reach, not a part of another that speaks for it."""
    if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
        return False
    if widget.objectName().startswith("qt_") or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    parent = widget.parentWidget()
    if parent is not None and isinstance(parent.parentWidget(), QComboBox):
        return False  # the list that drops down
    return not isinstance(parent, QAbstractSpinBox | QComboBox | QAbstractItemView)


def path_of(widget: QWidget) -> str:
    parts: list[str] = []
    at: QWidget | None = widget
    while at is not None and not isinstance(at, QMainWindow):
        parts.append(type(at).__name__)
        at = at.parentWidget()
    return "/".join(reversed(parts))


def test_every_control_of_every_page_is_named(qtbot: QtBot, window: MainWindow) -> None:
    nameless: dict[str, int] = {}
    looked_at = 0
    for id, page in shown(qtbot, window):
        for one in page.findChildren(QWidget):
            # A button without text that is not shown yet gets both at once.
            later = isinstance(one, QAbstractButton) and not one.text() and not one.isVisibleTo(page)
            if is_ours(one) and not later:
                looked_at += 1
                if not name_of(one).strip():
                    nameless[f"{id}: {path_of(one)}"] = nameless.get(f"{id}: {path_of(one)}", 0) + 1
    assert looked_at > 200
    assert not nameless, "\n".join(nameless)


def test_a_nameless_control_is_found(qtbot: QtBot) -> None:
    field, button = QLineEdit("a value"), QPushButton()
    for one in (field, button):
        qtbot.addWidget(one)
        assert is_ours(one)
        assert not name_of(one)
    button.setText("Go")
    assert name_of(button) == "Go"


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


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
    with qtbot.waitExposed(frame):
        frame.show()
    frame.activateWindow()
    other.setFocus(Qt.FocusReason.TabFocusReason)
    without = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)
    assert widget.grab().toImage() != without
    theme.apply(app, "light")


def cut_off(page: QWidget) -> list[str]:
    """Return the labels and buttons whose text is longer than their place."""
    found = []
    for one in page.findChildren(QWidget):
        if not one.isVisibleTo(page) or not isinstance(one, QLabel | QPushButton | QToolButton | QCheckBox):
            continue
        text = one.text()
        if not text.strip() or (isinstance(one, Link) and text.endswith("…") and one.toolTip()):
            continue  # cut with dots, the whole in the tool tip and for the screen reader
        if isinstance(one, QLabel) and one.wordWrap():
            short = one.height() + 2 < one.heightForWidth(one.width())
        else:
            wanted = one.minimumSizeHint() if isinstance(one, QLabel) else one.sizeHint()
            short = one.width() + 2 < wanted.width() or one.height() + 2 < wanted.height()
        if short:
            found.append(f"{path_of(one)}: {text[:40]!r} has {one.width()}×{one.height()}")
    return found


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [150, 200])
def test_no_text_is_cut_off(qtbot: QtBot, window: MainWindow, language: str, size: int) -> None:
    messages.use(language)
    state.remember("stretch", str(size))
    window.resize(1920, 1080)
    window._use_stretch()
    window.retranslate_all()
    found: dict[str, list[str]] = {}
    for id, page in shown(qtbot, window):
        with suppress(TimeoutError):  # a layout may still be under way
            qtbot.waitUntil(lambda page=page: not cut_off(page), timeout=1_500)
        if cut := cut_off(page):
            found[id] = cut
    state.remember("stretch", "100")
    window._use_stretch()
    assert not found, "\n".join(f"{id}: {one}" for id, cut in found.items() for one in cut)
