"""Start, open, first paint, scroll, jump, key press and undo in the window on a big project.

    python benchmarks/make_corpus.py corpus.csv
    python benchmarks/bench_window.py corpus.csv
    python benchmarks/bench_window.py --project big.tingdong

The project is worked on in place when it is given, so give a copy. Without a display it runs off screen, where painting
costs the same and showing it nothing. Prints medians, 95th percentiles and the slowest of each in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent))

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from annotate import frames
from annotate.importing import load
from annotate.store.project import Project
from ui.app import make_app
from ui.main_window import MainWindow, warm_up

_PATIENCE_MS = 600_000


class Never(Exception):
    """What was waited for did not come."""


def wait_for(signal: SignalInstance, begin: Callable[[], object] | None = None) -> float:
    """Run the event loop until a signal comes; return the seconds it took."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    timer = QTimer(singleShot=True, interval=_PATIENCE_MS)
    timer.timeout.connect(lambda: loop.exit(1))
    timer.start()
    start = time.perf_counter()
    if begin is not None:
        begin()
    if loop.exec():
        raise Never(signal)
    signal.disconnect(loop.quit)
    return time.perf_counter() - start


class Painted(QObject):
    """Tells when every row on the screen is there and has been painted."""

    done = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        assert window.label is not None
        self.grid, self.table = window.label.grid, window.label.table

    def wait(self, begin: Callable[[], object]) -> float:
        """Do something; return the seconds until all rows on the screen are painted."""
        start = time.perf_counter()
        begin()
        while not self._whole():
            wait_for(self.table.rows_arrived)
        self.grid.viewport().repaint()
        return time.perf_counter() - start

    def _whole(self) -> bool:
        first = max(0, self.grid.rowAt(0))
        last = self.grid.rowAt(self.grid.viewport().height() - 1)
        last = self.table.rowCount() - 1 if last < 0 else last
        return self.table.rowCount() > 0 and all(self.table.row(n) is not None for n in range(first, last + 1))


def told(name: str, seconds: list[float]) -> None:
    ms = sorted(one * 1000 for one in seconds)
    p95 = ms[min(len(ms) - 1, int(len(ms) * 0.95))]
    print(f"{name:<58}{statistics.median(ms):9.1f}{p95:9.1f}{ms[-1]:9.1f}   n={len(ms)}")


def start_of_process() -> float:
    """Return the seconds from the start of a process to its window painted and answering."""
    code = (
        "import sys, time; from PySide6.QtCore import QTimer;"
        "from ui.app import make_app; app = make_app([]);"
        "from ui.main_window import MainWindow; window = MainWindow(); window.show(); window.repaint();"
        "QTimer.singleShot(0, app.quit); app.exec(); window.close()"
    )
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
    return time.perf_counter() - begin


def project_from(corpus: Path, folder: Path) -> Path:
    """Import a corpus into a new project with a small frame."""
    path = folder / "bench.tingdong"
    with Project.create(path, coder="bench") as project:
        load.import_file(project, corpus)
        frame = frames.create_frame(project, name="frame")
        for number in range(301, 321):
            frames.add_code(project, frame=frame, label=f"code {number}", number=str(number))
    return path


def longest_block(tasks: Callable[[], object]) -> float:
    """Return the longest time, in seconds, that the event loop could not answer while something ran."""
    longest, last = 0.0, time.perf_counter()

    def tick() -> None:
        nonlocal longest, last
        now = time.perf_counter()
        longest, last = max(longest, now - last), now

    timer = QTimer(interval=0)
    timer.timeout.connect(tick)
    timer.start()
    tasks()
    timer.stop()
    return longest


def private_mb() -> float:
    """Return the private memory of this process in MB (Linux; 0 elsewhere)."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def measure(path: Path) -> None:
    random.seed(7)
    print(f"{'milliseconds':<58}{'median':>9}{'p95':>9}{'max':>9}")
    told("process start to window answering", [start_of_process() for _ in range(5)])
    make_app([])
    warm_up()
    window = MainWindow()
    window.resize(1600, 1000)
    window.show()
    opens: list[float] = []
    wholes: list[float] = []
    for _ in range(5):
        begin = time.perf_counter()
        wait_for(window.opened, lambda: window.open_project(path))
        assert window.label is not None
        painted = Painted(window)
        painted.wait(lambda: None)
        opens.append(time.perf_counter() - begin)
        if not window.label.whole:
            wait_for(window.label.rows_shown)
        wholes.append(time.perf_counter() - begin)
        if len(opens) < 5:
            window.close_project()
            wait_for(window.tasks.settled)
    told("open project to first rows painted", opens)
    told("open project to all ids there", wholes)
    assert window.label is not None
    assert window.desk is not None
    if not window.tasks.idle:
        wait_for(window.tasks.settled)
    grid, table = window.label.grid, window.label.table
    print(f"{table.rowCount():,} rows")
    bar = grid.verticalScrollBar()

    def jump() -> None:
        bar.setValue(random.randrange(bar.maximum()))

    told("jump anywhere to rows painted", [painted.wait(jump) for _ in range(60)])
    bar.setValue(0)
    painted.wait(lambda: None)
    viewport: QWidget = grid.viewport()

    def frame() -> None:
        bar.setValue(bar.value() + 90)
        viewport.repaint()

    frames_: list[float] = []
    for _ in range(200):
        begin = time.perf_counter()
        frame()
        frames_.append(time.perf_counter() - begin)
        painted.wait(lambda: None)
    told("scroll by 90 pixels, one frame", frames_)
    live = [one for one in window.desk.codes.values() if not one.is_net and not one.retired]
    whole = [one for one in live if one.number and sum(other.number.startswith(one.number) for other in live) == 1]
    code = next(iter(whole), None)
    if code is not None and not window.desk.project.read_only:
        grid.go(0)
        desk = window.desk

        def key() -> None:
            wait_for(desk.stepped, lambda: QTest.keyClicks(grid, code.number))
            QTest.keyClick(grid, Qt.Key.Key_Return)

        told("code number to decision durable, next answer painted", [painted.wait(key) for _ in range(60)])
        told("undo, durable", [wait_for(desk.stepped, desk.undo) for _ in range(60)])
    if not window.tasks.idle:
        wait_for(window.tasks.settled)
    label = window.label

    def all_sorted() -> None:
        wait_for(label.rows_shown, label.reload)

    print(f"longest pause of the window while all ids are read again: {longest_block(all_sorted) * 1000:.1f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the window: {private_mb():.0f} MB private now, {peak:.0f} MB resident at most")
    window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--project", type=Path)
    asked = parser.parse_args()
    if asked.project is not None:
        measure(asked.project)
        return
    if asked.corpus is None:
        parser.error("give a corpus or a project")
    with tempfile.TemporaryDirectory() as folder:
        measure(project_from(asked.corpus, Path(folder)))


if __name__ == "__main__":
    main()
