"""Key strokes an answer takes on the Label page, counted as they arrive at the grid while a scripted coder works.

Usage: python benchmarks/keystrokes.py. A project of 4,000 answers with 150 three-digit codes is made in a temporary
folder; the real window runs without a screen. Counted: one new code with sentiment and confirmation; an accepted
suggestion; answers coded in bulk by groups of identical ones, by ticking, and by the list of one code.
"""

from __future__ import annotations

import os
import random
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from annotate import frames, verbatims
from annotate.importing import load
from annotate.importing.roles import Role
from annotate.store import operations
from annotate.store.operations import Operation
from annotate.store.project import Project
from annotate.store.query import Query, Reviewed
from ui.app import make_app
from ui.main_window import MainWindow
from ui.pages.label import LabelPage

ANSWERS, CODES, ROUNDS = 4_000, 150, 40
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class Counter(QObject):
    """Counts the keys pressed on a widget; a chord is one stroke."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.strokes = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() not in _MODIFIERS:
            self.strokes += 1
        return super().eventFilter(watched, event)


def project_in(folder: Path) -> Path:
    """Make a project: groups of 1 to 50 identical answers, a run in force that suggests one code an answer."""
    generator = random.Random(7)
    table = folder / "answers.csv"
    lines = ["id,text"]
    while len(lines) <= ANSWERS:
        text = f"answer {len(lines)} about topic {generator.randrange(CODES)}"
        lines += [f"{len(lines) + n},{text}" for n in range(generator.choice((1, 1, 1, 2, 5, 50)))]
    table.write_text("\n".join(lines), encoding="utf-8")
    path = folder / "keys.tingdong"
    with Project.create(path, coder="bench") as project:
        load.import_file(project, table, roles={Role.TEXT: ["text"], Role.ID: ["id"]})
        frame = frames.create_frame(project, name="frame")
        codes = [
            frames.add_code(project, frame=frame, label=f"topic {n}", number=str(n)) for n in range(100, 100 + CODES)
        ]

        def run(op: Operation) -> None:
            db = op.db
            model = db.execute(
                "insert into model(uuid, frame_id, revision_id, snapshot_op, created_ms, spec, scores, h) values"
                " (randomblob(16), ?, (select max(id) from revision), 1, 0, '{}', '{}', x'00')",
                (frame,),
            ).lastrowid
            number = db.execute(
                "insert into run(uuid, model_id, question_id, state, created_ms)"
                " values (randomblob(16), ?, (select max(id) from question), 1, 0)",
                (model,),
            ).lastrowid
            db.execute("insert into run_in_force select max(id), 0, ? from question", (number,))
            for verbatim, group in db.execute("select id, group_id from verbatim").fetchall():
                code = codes[int(group or 0) % 12]
                db.execute(
                    "insert into prediction(run_id, verbatim_id, code_id, p, accepted, sentiment)"
                    " values (?, ?, ?, ?, 1, -1)",
                    (number, verbatim, code, 9_000 + int(group or 0) % 900),
                )
            op.say("run")

        operations.run(project, "run", run, stackable=False)
    return path


def wait(window: MainWindow, label: LabelPage | None = None) -> None:
    """Wait until the window is done with what was asked of it."""
    loop = QEventLoop()

    def look() -> None:
        quiet = window.tasks.idle and (label is None or not label.table.waiting)
        if quiet:
            loop.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(15)
    loop.exec()
    timer.stop()


def reviewed(window: MainWindow) -> int:
    """Return how many answers are confirmed."""
    assert window.desk is not None
    return int(verbatims.ids(window.desk.project, Query((Reviewed(),))).size)


def main() -> None:
    app = make_app([])
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        path = project_in(Path(folder))
        window = MainWindow()
        window.resize(1440, 900)
        window.show()
        loop = QEventLoop()
        window.opened.connect(loop.quit)
        window.open_project(path)
        loop.exec()
        wait(window)
        label = window.label
        assert label is not None
        grid = label.grid
        grid.setFocus()
        wait(window, label)
        count = Counter(grid)

        def rounds(keys: Callable[[], None], times: int = ROUNDS) -> list[int]:
            found = []
            for _ in range(times):
                before = count.strokes
                keys()
                wait(window, label)
                found.append(count.strokes - before)
            return found

        def told(what: str, strokes: list[float] | list[int], goal: str) -> None:
            print(f"{what:<62}{statistics.median(strokes):>8.2f}{max(strokes):>8.2f}   goal {goal}")

        def one_code() -> None:
            QTest.keyClicks(grid, "142-")
            QTest.keyClick(grid, Qt.Key.Key_Return)

        print(f"{'key strokes':<62}{'median':>8}{'most':>8}")
        before = reviewed(window)
        told("one new code of three digits, its sentiment, confirmed", rounds(one_code), "≤ 5")
        assert reviewed(window) - before >= ROUNDS
        told("an accepted suggestion, confirmed", rounds(lambda: QTest.keyClick(grid, Qt.Key.Key_A)), "1")
        sizes = []
        strokes = []
        for _ in range(ROUNDS):
            row = label.table.row(grid.current_row())
            if row is None or grid.current_row() >= label.table.rowCount() - 1:
                break
            before_strokes = count.strokes
            one_code()
            wait(window, label)
            sizes.append(row.group_size)
            strokes.append((count.strokes - before_strokes) / row.group_size)
        big = [each for each, size in zip(strokes, sizes, strict=True) if size >= 50]
        told("an answer in a folded group of 50", big, "< 1")

        def ticked() -> None:
            for _ in range(49):
                QTest.keyClick(grid, Qt.Key.Key_J, Qt.KeyboardModifier.ShiftModifier)
            QTest.keyClicks(grid, "117-")

        grid.go(0)
        before_strokes = count.strokes
        ticked()
        wait(window, label)
        told("an answer of 50 ticked one after the other", [(count.strokes - before_strokes) / 50], "-")
        QTest.keyClick(grid, Qt.Key.Key_Escape)
        before_strokes = count.strokes
        QTest.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(grid, "118-")
        wait(window, label)
        rows = label.table.rowCount()
        told(f"an answer of {rows} ticked by Ctrl+A", [(count.strokes - before_strokes) / rows], "< 1")
        assert window.desk is not None
        for _ in range(2):
            window.desk.undo()
        wait(window, label)
        each = []
        for number in range(100, 112):
            code = next(one for one in window.desk.codes.values() if one.number == str(number))
            label.panel.view.setCurrentIndex(label.panel.tree.index_of(code.id))
            before_strokes = count.strokes
            QTest.keyClick(grid, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
            wait(window, label)
            rows = label.table.rowCount()
            if rows < 2:
                continue
            QTest.keyClick(grid, Qt.Key.Key_X)  # one wrong one
            QTest.keyClick(grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            wait(window, label)
            each.append((count.strokes - before_strokes) / rows)
        if each:
            told("a row in a list of one code, one of it wrong", each, "< 1")
        window.close()
    del app


if __name__ == "__main__":
    main()
