"""Every dialog and panel: controls have names, the focus is seen, nothing is cut off at large text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from accessible import cut_off, dressed, is_ours, nameless, squeezed, unseen
from car_window import Opener, settle
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.exceptions import TimeoutError as TooLong
from pytestqt.qtbot import QtBot
from train_window import make as make_train

from annotate import messages
from annotate.errors import UserError
from annotate.store import backup
from annotate.store.backup import folder_of
from ui import state
from ui.main_window import MainWindow
from ui.pages.frame import FramePage
from ui.pages.frame_edits import FrameEdits
from ui.pages.label import LabelPage
from ui.pages.report import ReportPage
from ui.views.code_editor import CodeEditor
from ui.views.guide import Guide
from ui.views.import_dialog import ImportDialog
from ui.views.passphrase import PassphraseDialog
from ui.views.report.own_page import OwnPageDialog

Shown = Iterator[tuple[str, QWidget]]
Opens = Callable[[QtBot, MainWindow, Path], Shown]

ROWS = "编号,渠道,NPS,满意原因,不满意原因\n1,调研,9,空间很大坐着舒服,起步的时候没有力气\n3,店端,7,外观好看颜色也正\n"


def _top(kind: type[QWidget]) -> QWidget:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


def _label(window: MainWindow) -> LabelPage:
    window.show_page("label")
    assert window.label is not None
    return window.label


def import_wizard(qtbot: QtBot, window: MainWindow, folder: Path) -> Shown:
    """The wizard on a file, on one that cannot be read, and with what became of every row."""
    good, second, bad = folder / "七月.csv", folder / "八月.csv", folder / "leer.csv"
    for path in (good, second):
        path.write_text(ROWS, encoding="utf-8")
    bad.touch()
    dialog = window.imports.answers([good, second])
    assert isinstance(dialog, ImportDialog)
    settle(qtbot, window)
    yield "settings", dialog
    dialog.take(bad)
    settle(qtbot, window)
    yield "unreadable", dialog
    dialog.take(good)
    settle(qtbot, window)
    with qtbot.waitSignal(dialog.imported, timeout=60_000):
        dialog.start()
    settle(qtbot, window)
    yield "result", dialog
    dialog.close()
    window.desk.undo() if window.desk else None
    settle(qtbot, window)


def backups(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """The backups, before there is one and after."""
    assert window.chores is not None
    assert window.desk is not None
    for name in ("none", "some"):
        if name == "some":
            project = window.desk.project
            folder_of(project.path).mkdir()
            backup.backup(project, folder_of(project.path))
        window.chores.show_backups()
        settle(qtbot, window)
        dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
        yield name, dialog
        dialog.close()


def passphrase(qtbot: QtBot, window: MainWindow, folder: Path) -> Shown:
    """A new passphrase, and one that is known."""
    for new in (True, False):
        window.dialogs.ask_passphrase(folder / "locked.tingdong", new=new)
        dialog = window.findChildren(PassphraseDialog)[-1]
        yield "new" if new else "known", dialog
        dialog.close()


def sheets(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """The key sheet, the palette and the guide."""
    _label(window)
    for name in ("keys", "palette"):
        window.actions_.run(name)
        dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
        yield name, dialog
        dialog.close()
    window.show_guide()
    guide = _top(Guide)
    yield "guide", guide
    guide.close()


def history(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """The history with its steps."""
    window.show_history()
    settle(qtbot, window)
    assert window.history is not None
    window.history.choose(1)
    yield "history", window.history
    window.toggle_history()


def label_panels(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """The plan to a deadline, the picker, the filters, the editor of a code, what is said of an answer."""
    page = _label(window)
    page.window().activateWindow()
    page.grid.setFocus()
    window.actions_.run("deadline")
    settle(qtbot, window)
    assert page.deadline.isVisible()
    yield "deadline", page.deadline
    page.deadline.shut()
    window.actions_.run("picker")
    settle(qtbot, window)
    assert page.picker.isVisible()
    yield "picker", page.picker
    page.picker.shut()
    for action in ("explain", "memo", "definition"):
        window.actions_.run(action)
        settle(qtbot, window)
        yield action, page
    assert window.desk is not None
    frame = window.desk.frame
    code = next(one for one in frame.codes if not one.is_net) if frame else None
    edits = FrameEdits(window.desk, page)
    assert code is not None
    for name, opens in (
        ("new code", lambda: edits.add(None, False)),
        ("new net", lambda: edits.add(None, True)),
        ("code", lambda: edits.edit(code.id)),
    ):
        opens()
        settle(qtbot, window)
        editor = next(one for one in page.findChildren(CodeEditor) if one.isVisible())
        yield name, editor
        editor.close()


def filters(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """The menu of filters with its fields."""
    bar = _label(window).filters
    menu = bar.menu()
    menu.popup(bar.mapToGlobal(bar.rect().bottomLeft()))
    settle(qtbot, window)
    for one in menu.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if any(is_ours(part) for part in one.findChildren(QWidget)):
            one.popup(menu.pos())  # type: ignore[attr-defined]
            settle(qtbot, window)
            yield "range", one
            one.close()
    menu.close()


def frame_panels(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """Every change of the frame with its preview, the revisions, the sandbox."""
    window.show_page("frame")
    settle(qtbot, window)
    page = window.pages["frame"]
    assert isinstance(page, FramePage)
    assert window.desk is not None
    assert window.desk.frame is not None
    page.view.go_to(next(one.id for one in window.desk.frame.codes if not one.is_net))
    for action in ("merge", "split", "retire", "renumber", "move", "revisions", "sandbox"):
        page.view.setFocus()
        window.actions_.run(f"frame_{action}")
        settle(qtbot, window)
        yield action, page
        window.actions_.run("frame_cancel")
        settle(qtbot, window)


def train_panels(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """Every tab of Train & review."""
    window.show_page("train")
    settle(qtbot, window)
    yield from _tabs(qtbot, window, "train")


def report_panels(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """Every tab of the report, and the dialog of one's own page."""
    window.show_page("report")
    settle(qtbot, window)
    yield from _tabs(qtbot, window, "report")
    page = window.pages["report"]
    assert isinstance(page, ReportPage)
    dialog = OwnPageDialog(page)
    dialog.open()
    yield "own page", dialog
    dialog.close()
    dialog.deleteLater()


def source_tabs(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """Every tab of the sources."""
    window.show_page("sources")
    settle(qtbot, window)
    yield from _tabs(qtbot, window, "sources")


def insight_steps(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """Macro, meso, micro."""
    for action in ("insights_macro", "insights_meso", "insights_micro", "insights_filter"):
        window.show_page("insights")
        settle(qtbot, window)
        window.actions_.run(action)
        settle(qtbot, window)
        yield action, window.pages["insights"]


def messages_over_the_page(qtbot: QtBot, window: MainWindow, _folder: Path) -> Shown:
    """News and an error."""
    window.toasts.say("x" * 20)
    yield "news", window.toasts
    window.toasts.fail(UserError("odd", "The file {name} is odd.", "It was cut.", "Export it again.", name="七月.csv"))
    yield "error", window.toasts
    window.toasts.hide()


def _tabs(qtbot: QtBot, window: MainWindow, id: str) -> Shown:
    from PySide6.QtWidgets import QTabWidget

    for tabs in window.pages[id].findChildren(QTabWidget):
        for at in range(tabs.count()):
            tabs.setCurrentIndex(at)
            settle(qtbot, window)
            yield tabs.tabText(at), window.pages[id]


WALK: tuple[Opens, ...] = (
    import_wizard, backups, passphrase, sheets, history, label_panels, filters, frame_panels, train_panels,
    report_panels, source_tabs, insight_steps, messages_over_the_page,
)  # fmt: skip
IDS = [one.__name__ for one in WALK]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_train(tmp_path_factory.mktemp("accessible"))


in_its_clothes = pytest.fixture(dressed)


@pytest.fixture
def window(in_its_clothes: None, open_window: Opener, original: Path, tmp_path: Path) -> MainWindow:
    path = tmp_path / "p.tingdong"
    path.write_bytes(original.read_bytes())
    return open_window(path)


@pytest.mark.parametrize("opens", WALK, ids=IDS)
def test_every_control_is_named_and_its_focus_seen(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, opens: Opens
) -> None:
    looked_at, found = 0, []
    for name, part in opens(qtbot, window, tmp_path):
        looked_at += 1
        found += [f"{name}: no name: {one}" for one in nameless(part)]
        found += [f"{name}: focus unseen: {one}" for one in unseen(qtbot, part)]
    assert looked_at
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("size", [150, 200])
@pytest.mark.parametrize("opens", WALK, ids=IDS)
def test_no_text_is_cut_off(qtbot: QtBot, window: MainWindow, tmp_path: Path, opens: Opens, size: int) -> None:
    messages.use("en" if size == 200 else "zh_CN")  # long words at the largest size
    state.remember("stretch", str(size))
    window.resize(1920, 1080)
    window.looks.refresh()
    found: list[str] = []
    for name, part in opens(qtbot, window, tmp_path):
        with suppress(TooLong):  # a layout may still be under way
            qtbot.waitUntil(lambda part=part: not cut_off(part), timeout=10_000)  # type: ignore[misc]
        found += [f"{name}: {one}" for one in (*cut_off(part), *squeezed(part))]
    state.remember("stretch", "100")
    window.looks.refresh()
    assert not found, "\n".join(dict.fromkeys(found))
