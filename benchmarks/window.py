"""The window on a big project: start, open, scroll, jump, keys while a model trains, search, undo, memory, stalls.

    python benchmarks/window.py --rows 1500000 --keep FOLDER
    python benchmarks/window.py --rows 20000 --minutes 1 --only keys,session --json

FOLDER keeps the project and its search index from one run to the next; every run works on a copy. The real window runs
without a screen, where painting costs the same and showing it nothing. One table: milliseconds unless it says
otherwise, and the target of each line. ``--stacks`` prints where the thread that draws stood in its longest stalls.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotate import coding, verbatims
from annotate.jobs import Progress
from annotate.store.project import Project
from annotate.store.query import Query
from annotate.verbatims import VerbatimRow
from benchmarks.window_tools import Keys, Painted, Stalls, Table, pause, private_mb, settled, wait_for
from ui import state
from ui.app import make_app
from ui.main_window import MainWindow, warm_up
from ui.pages.label import LabelPage

ROOT = Path(__file__).parent.parent
PARTS = ("start", "open", "scroll", "search", "keys", "undo", "session", "strokes")
TYPED = ("变速箱顿挫", "服务态度", "空间 油耗", "app")
_FEW = 20
"""Identical answers in a group, at most, where one key is measured: one on 12,000 is a bulk step, with its own line."""
_BETWEEN_KEYS = 0.1
"""Seconds: ten keys a second is faster than anybody reads."""

_START = """
import sys, time
from PySide6.QtWidgets import QApplication
def interactive(*_):
    for one in QApplication.topLevelWidgets():
        one.repaint()
    QApplication.processEvents()
    print(time.time(), flush=True)
    for one in QApplication.topLevelWidgets():
        one.close()
    return 0
QApplication.exec = interactive
import main
main.main()
"""


class Bench:
    """The window on its project, and the table that its figures go into."""

    def __init__(self, path: Path, table: Table) -> None:
        self.path, self.table = path, table
        state.remember("train_by_itself", "off")  # what trains here, and when, is said below
        self.app = make_app([])
        warm_up()
        self.window = MainWindow()
        self.window.resize(1600, 1000)
        self.window.show()
        self._training = 0

    # Start, open, scroll

    def start(self) -> None:
        """Measure from the start of the process to the window painted and answering."""
        found = []
        for _ in range(6):
            begin = time.time()
            told = subprocess.run(
                [sys.executable, "-c", _START], check=True, cwd=ROOT, capture_output=True, text=True
            ).stdout
            found.append(float(told.split()[-1]) - begin)
        self.table.add("process start → interactive window", found[1:], 600, by="median")

    def open(self, times: int) -> None:
        """Open the project; leave it open."""
        firsts, wholes = [], []
        for n in range(times):
            if n:
                self.window.close_project()
                settled(self.window, label=False)
            begin = time.perf_counter()
            wait_for(self.window.opened, lambda: self.window.open_project(self.path))
            Painted(self.window).wait(lambda: None)
            firsts.append(time.perf_counter() - begin)
            label = self.window.label
            assert label is not None
            if not label.whole:
                wait_for(label.rows_shown)
            wholes.append(time.perf_counter() - begin)
            settled(self.window)
            if not n:
                pause(3)  # pages are imported and freed memory goes back once nobody waits
                settled(self.window)
                self.table.value("private memory once open", private_mb(), "MB", 250)
        self.table.add("open → first rows painted", firsts, 300, by="median")
        self.table.add("open → every id there", wholes)
        assert self.window.desk is not None
        self.window.desk.search.bring_up_to_date()

    def scroll(self) -> None:
        """Jump anywhere; scroll by three rows a frame."""
        label = self.window.label
        assert label is not None
        painted, grid = Painted(self.window), label.grid
        bar, viewport = grid.verticalScrollBar(), grid.viewport()
        jumps = [painted.wait(lambda: bar.setValue(random.randrange(bar.maximum()))) for _ in range(60)]
        bar.setValue(0)
        painted.wait(lambda: None)
        frames = []
        for _ in range(200):
            begin = time.perf_counter()
            bar.setValue(bar.value() + 90)
            viewport.repaint()
            frames.append(time.perf_counter() - begin)
            painted.wait(lambda: None)
        self.table.add("scroll, one frame", frames, 16)
        self.table.add("jump anywhere → rows painted", jumps, 30)
        self.table.value("private memory after five openings, scrolling and jumping", private_mb(), "MB", 250)
        grid.go(0)
        settled(self.window)

    # Search

    def search(self) -> None:
        """Type searches letter by letter into the box; then all hits of the finished ones."""
        label, window = self.window.label, self.window
        assert label is not None
        painted = Painted(window)
        typed, counted = [], []
        label.focus_search()
        for word in TYPED:
            for end in range(1, len(word) + 1):
                if word[end - 1].isspace():
                    continue
                begin = time.perf_counter()
                _first_hits(label, word[:end])
                if label.table.rowCount():
                    painted.wait(lambda: None)
                typed.append(time.perf_counter() - begin)
                if end == len(word):
                    if not label.whole:
                        wait_for(label.rows_shown)
                    counted.append(time.perf_counter() - begin)
                else:
                    pause(_BETWEEN_KEYS)
            label.top.search.clear()
            wait_for(label.rows_shown)
            settled(window)
        self.table.add("first hits while typing a search, from the key", typed, 100)
        self.table.add("all hits counted and listed, from the last key", counted, 500)
        label.grid.setFocus()

    # Keys

    def train(self) -> None:
        """Train again and again until ``_training`` is 0."""
        desk = self.window.desk
        assert desk is not None

        def work(project: Project, progress: Progress) -> object:
            from training import session  # here, for the memory of the window without it is measured before

            return session.train(project, worker=desk.worker("train"), progress=progress)

        def again(_trained: object = None) -> None:
            if self._training:
                self._training += 1
                desk.long(work, again, stopped)

        def stopped(error: BaseException) -> None:
            if self._training:
                raise error

        self._training = 1
        again()
        pause(2)

    def untrain(self) -> None:
        """Let the training under way end, and no other begin."""
        self._training = 0
        settled(self.window)

    def keys(self, rounds: int = 60) -> None:
        """Code by number, confirm, take suggestions, while a model trains."""
        label, desk = self.window.label, self.window.desk
        assert label is not None
        assert desk is not None
        label.grid.go(0)
        settled(self.window)
        self.train()
        keys = Keys(self.window)
        live = [one for one in desk.codes.values() if not one.is_net and not one.retired and len(one.number) == 3]

        def give(n: int) -> float:
            given = {one.code_id for one in self._at_hand().mentions}
            code = next(one for one in (*live[n % len(live) :], *live) if one.id not in given)
            QTest.keyClicks(label.grid, code.number[:-1])
            return keys.wait(lambda: QTest.keyClicks(label.grid, code.number[-1]), moves=0)

        number, confirm, accept = [], [], []
        for n in range(rounds):
            self._go_to_next(1, _FEW)
            number.append(give(n))
            pause(_BETWEEN_KEYS)
            confirm.append(keys.wait(lambda: QTest.keyClick(label.grid, Qt.Key.Key_Return), moves=1))
            pause(_BETWEEN_KEYS)
            self._go_to_next(1, _FEW)
            accept.append(keys.wait(lambda: QTest.keyClick(label.grid, Qt.Key.Key_A), moves=1))
            pause(_BETWEEN_KEYS)
        drawing, keys.drawing = keys.drawing, []
        many, held = [], 0
        label.grid.go(0)
        for n in range(10):
            self._go_to_next(100, 1_000_000)
            held += self._at_hand().group_size
            many.append(give(n))
            pause(5 * _BETWEEN_KEYS)
            label.grid.go(label.grid.current_row() + 1)
        while_training = self._training
        self.untrain()
        keys.close()
        assert while_training
        self.table.add("a code's last digit → decision durable, while training", number, 16)
        self.table.add("Enter → confirmed, durable, next painted, while training", confirm, 16)
        self.table.add("A → taken, confirmed, durable, next painted, while training", accept, 16)
        self.table.add("processor time of the thread that draws in such a key", drawing)
        self.table.add(f"a code on a group of identical answers ({held // len(many):,} on average)", many)

    def _at_hand(self) -> VerbatimRow:
        """Return the row under the keys once it has been read."""
        label = self.window.label
        assert label is not None
        while (row := label.table.row(label.grid.current_row())) is None:
            wait_for(label.table.rows_arrived)
        return row

    def _go_to_next(self, least: int, most: int) -> None:
        """Go to the next row that nobody decided, not drawn for an audit, of a group of so many identical answers."""
        label = self.window.label
        assert label is not None
        while (row := self._at_hand()).reviewed_by or row.blind or not least <= row.group_size <= most:
            label.grid.go(label.grid.current_row() + 1)
        pause(_BETWEEN_KEYS)  # not until all is settled: a model trains

    def undo(self) -> None:
        """Undo single steps, and one of 50,000 answers."""
        desk, label = self.window.desk, self.window.label
        assert desk is not None
        assert label is not None
        one = []
        code = next(code.id for code in desk.codes.values() if not code.is_net)
        ids = verbatims.ids(desk.project, Query())
        for verbatim in ids[:40].tolist():
            wait_for(desk.stepped, lambda verbatim=verbatim: desk.write(  # type: ignore[misc]
                lambda project: coding.apply_code(project, verbatims=[verbatim], code=code, expand=False),
                desk.stepped.emit,
            ))  # fmt: skip
        settled(self.window)
        for _ in range(40):
            one.append(wait_for(desk.stepped, desk.undo))
            pause(_BETWEEN_KEYS)
        self.table.add("undo of one, durable", one, 16)
        many = ids[:: max(1, len(ids) // 50_000)][:50_000].tolist()
        gave, back = [], []
        for _ in range(5):
            gave.append(wait_for(desk.stepped, lambda: desk.write(
                lambda project: coding.apply_code(project, verbatims=many, code=code, expand=False), desk.stepped.emit
            )))  # fmt: skip
            settled(self.window)
            back.append(wait_for(desk.stepped, desk.undo))
            settled(self.window)
        self.table.add(f"a code on {len(many):,} answers, one step", gave)
        self.table.add(f"undo of {len(many):,}, durable", back, 500, by="median")

    # The long session

    def session(self, minutes: float, *, stacks: bool) -> None:
        """Work through every page for some minutes while a model trains; tell the longest stall."""
        from benchmarks.window_session import work_through

        self.train()
        stalls = Stalls()
        rounds = work_through(self.window, stalls, until=time.monotonic() + 60 * minutes)
        stalls.stop()
        self.untrain()
        self.table.add(
            f"stalls of the thread that draws: {minutes:g} minutes, {rounds} rounds", stalls.seconds, by="max"
        )
        self.table.value("stalls over 50 ms", len([one for one in stalls.seconds if one > 0.05]), "")
        self.table.value("stalls over 400 ms", len([one for one in stalls.seconds if one > 0.4]), "", 0)
        self.table.value("private memory after the session", private_mb(), "MB", 250)
        self.table.value("longest stall", 1000 * max(stalls.seconds, default=0.0), f"ms, during: {stalls.worst()}")
        for doing, gap, work in stalls.slowest():
            self.table.value(f"  {doing}: longest stall", 1000 * gap, f"ms, {1000 * work:.0f} of work")
        if stacks:
            print(stalls.told(), file=sys.stderr)


def _first_hits(label: LabelPage, text: str) -> None:
    """Type a search; return when its first hits are listed."""
    told = 0

    def on_narrowed() -> None:
        nonlocal told
        told += label.rows.search == text

    label.rows.narrowed.connect(on_narrowed)
    label.top.search.setText(text)
    while told < 2:  # once as the list is asked for, once as its first rows are there
        wait_for(label.rows.narrowed)
    label.rows.narrowed.disconnect(on_narrowed)


def strokes(table: Table) -> None:
    """Count key strokes as benchmarks/keystrokes.py does."""
    told = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "keystrokes.py")], check=True, cwd=ROOT, capture_output=True,
        text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    ).stdout  # fmt: skip
    for line in told.splitlines():
        if "goal" in line:
            words, goal = line.split("   goal ")
            what, median = words[:62].strip(), float(words[62:].split()[0])
            most = {"≤ 5": 5.0, "1": 1.0, "< 1": 0.999}.get(goal.strip())
            table.value(f"key strokes: {what}", median, "", most)


def prepared(folder: Path, rows: int) -> Path:
    """Return the project in the folder with its index beside it; a process of its own makes what is missing."""
    path = folder / f"window-{rows}.tingdong"
    script = ROOT / "benchmarks" / "window_project.py"
    subprocess.run([sys.executable, str(script), str(path), "--rows", str(rows)], check=True, stdout=sys.stderr)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--keep", type=Path, help="the folder that keeps the project from one run to the next")
    parser.add_argument("--minutes", type=float, default=10.0, help="of the session over every page")
    parser.add_argument("--only", help=f"some of {', '.join(PARTS)}, with commas between")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--stacks", action="store_true")
    asked = parser.parse_args()
    parts = asked.only.split(",") if asked.only else list(PARTS)
    if unknown := set(parts) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    random.seed(7)
    table = Table(quiet=asked.json)
    with tempfile.TemporaryDirectory(dir=asked.keep) as name:
        work = Path(name)
        os.environ |= {"XDG_CONFIG_HOME": str(work / "config"), "XDG_CACHE_HOME": str(work / "cache")}
        path = prepared(asked.keep or work, asked.rows)
        shutil.copy(path, work / "work.tingdong")
        shutil.copytree((asked.keep or work) / "search", work / "cache" / "tingdong" / "search")
        if "strokes" in parts:
            strokes(table)
        if set(parts) - {"strokes"}:
            bench = Bench(work / "work.tingdong", table)
            steps: dict[str, Callable[[], None]] = {
                "start": bench.start,
                "open": lambda: bench.open(5 if "open" in parts else 1),
                "scroll": bench.scroll,
                "search": bench.search,
                "keys": bench.keys,
                "undo": bench.undo,
                "session": lambda: bench.session(asked.minutes, stacks=asked.stacks),
            }
            for part, step in steps.items():
                if part in parts or part == "open":
                    step()
            bench.window.close()
    if asked.json:
        print(
            json.dumps({"rows": asked.rows, "load": os.getloadavg()[0], "lines": table.as_json()}, ensure_ascii=False)
        )


if __name__ == "__main__":
    main()
