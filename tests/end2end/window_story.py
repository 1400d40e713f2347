"""A person in front of the window that the real main() opens: keys, files chosen, and waiting as people wait."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import main
from annotate import frames, verbatims
from annotate.store.project import Project
from annotate.store.query import Query
from ui.main_window import MainWindow
from ui.pages.label import LabelPage
from ui.pages.train import TrainPage
from ui.views.import_dialog import ImportDialog

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SAID = {"301": "起步肉给油没反应", "302": "低速顿挫", "304": "中控台异响", "402": "后排空间小", "98": "没有"}
PATIENCE = 60.0


def answers(path: Path, rows: int) -> Path:
    """Write a survey of different answers, each about the one or two things of its turn."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["答卷编号", "区域", "NPS", "Q7 不满意的地方"])
        numbers = [*SAID]
        for n in range(rows):
            table.writerow([f"r{n}", ("华东", "华南")[n % 2], n % 11, f"{SAID[numbers[n % 5]]}，第{n}次提到"])
    return path


class Person:
    """Sits before the window. ``picks``: what the next dialog that asks for a file is told."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.picks: list[Path] = []
        patch.setattr("ui.views.files.new_project", lambda _parent: self.picks.pop(0))
        patch.setattr("ui.views.files.project", lambda _parent: self.picks.pop(0))
        patch.setattr("ui.imports.files.choose_files", lambda _parent, _title: [self.picks.pop(0)])
        patch.setattr("ui.imports.files.choose_frame", lambda _parent: self.picks.pop(0))

    def opens(self, patch: pytest.MonkeyPatch, *words: str, then: Callable[[], None]) -> None:
        """Start the program with these words; do something in its window; leave it with Ctrl+Q."""
        codes: list[int] = []

        def lives(*_: object) -> int:
            self.window.activateWindow()
            assert QTest.qWaitForWindowActive(self.window, int(1000 * PATIENCE))
            then()
            window = self.window
            self.chord(Key.Key_Q)
            self.until(lambda: not window.isVisible())
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            return 0

        patch.setattr(QApplication, "exec", lives)
        patch.setattr(sys, "argv", ["main.py", *words])
        with pytest.raises(SystemExit) as left:
            main.main()
        codes.append(int(left.value.code or 0))
        assert codes == [0]

    # What is there

    @property
    def window(self) -> MainWindow:
        return next(one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible())

    @property
    def label(self) -> LabelPage:
        assert self.window.label is not None
        return self.window.label

    @property
    def train(self) -> TrainPage:
        page = self.window.pages["train"]
        assert isinstance(page, TrainPage)
        return page

    @property
    def project(self) -> Project:
        assert self.window.desk is not None
        return self.window.desk.project

    def shown(self, id: str) -> bool:
        return id in self.window.pages and self.window.pages[id].isVisible()

    def until(self, there: Callable[[], bool]) -> None:
        """Wait until something is there."""
        end = time.monotonic() + PATIENCE
        while not there():
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.002)  # not by Qt, whose waiting would keep Python's threads from working
            assert time.monotonic() < end, self._stands()

    def _stands(self) -> str:
        label, focus = self.window.label, QApplication.focusWidget()
        rows = label.table.rowCount() if label is not None else None
        return f"waited in vain: {rows} rows, focus {type(focus).__name__}, told: {self.window.toasts.words}"

    def settle(self) -> None:
        """Wait until all that was asked for is there."""

        def quiet() -> bool:
            window = self.window
            desk, label = window.desk, window.label
            page = window.pages.get("train")
            working = isinstance(page, TrainPage) and page.isVisible() and (page.waiting or page.job.busy)
            reading = label is not None and label.isVisible() and (label.table.waiting or label.reading.waiting)
            return window.tasks.idle and not working and not reading and not (desk is not None and desk.counting)

        self.until(quiet)

    def done(self) -> None:
        """Wait until what was asked for is done and the row at hand is there: as long as a person's hand waits."""
        self.until(lambda: self.window.tasks.idle and (not self._listed() or self._at_hand()))

    def _listed(self) -> bool:
        return self.label.isVisible() and self.label.table.rowCount() > 0

    def _at_hand(self) -> bool:
        label = self.label
        return label.table.row(label.grid.current_row()) is not None

    # What a person does

    def key(self, key: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self._focus(), key, held)

    def chord(self, key: Key) -> None:
        """Press a key with Ctrl."""
        self.key(key, CONTROL)

    def types(self, text: str) -> None:
        """Type where the focus is."""
        for one in text:
            QTest.keyClicks(self._focus(), one)

    def _focus(self) -> QWidget:
        modal = QApplication.activeModalWidget()
        if modal is not None:
            return modal
        if QApplication.activeWindow() is not self.window:
            # Off screen nobody gives the window back its keys when a dialog closes.
            self.window.activateWindow()
            self.until(lambda: QApplication.activeWindow() is self.window)
        return QApplication.focusWidget() or self.window

    def command(self, words: str) -> None:
        """Do something by the command palette."""
        self.key(Key.Key_P, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        self.until(lambda: QApplication.activeModalWidget() is not None)
        QTest.qWait(0)
        QTest.keyClicks(self._field(), words)
        QTest.keyClick(self._field(), Key.Key_Return)
        self.until(lambda: QApplication.activeModalWidget() is None)

    def _field(self) -> QWidget:
        from PySide6.QtWidgets import QLineEdit

        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        field = dialog.findChild(QLineEdit)
        assert field is not None
        return field

    def dialog(self) -> ImportDialog:
        """Return the import wizard when it is there."""
        self.until(lambda: isinstance(QApplication.activeModalWidget(), ImportDialog))
        found = QApplication.activeModalWidget()
        assert isinstance(found, ImportDialog)
        return found

    def goes_to(self, page: str) -> None:
        """Choose a page in the navigation, with the focus on its button and Space."""
        button = self.window._nav._pages[page][0]
        button.setFocus()
        QTest.keyClick(button, Key.Key_Space)
        self.until(lambda: self.shown(page))
        self.settle()

    # What the file holds

    def decided(self) -> tuple[int, int]:
        """Return (answers with a code of a person, answers confirmed)."""
        found = verbatims.page(self.project, verbatims.ids(self.project, Query()).tolist())
        return sum(bool(one.mentions) for one in found), sum(one.reviewed_by is not None for one in found)

    def codes(self) -> int:
        return sum(len(frames.head(self.project, one.id).live) for one in frames.frames(self.project))
