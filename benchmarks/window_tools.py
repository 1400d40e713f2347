"""What the benchmark of the window measures with: waiting for signals and paint, stalls with stacks, one table."""

from __future__ import annotations

import faulthandler
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer, SignalInstance

from ui.main_window import MainWindow

_PATIENCE_MS = 600_000
_IDLE = ("threading.py", "queue.py", "thread.py", "selectors.py", "window_tools.py", "resource_tracker.py")
"""Where threads stand that wait."""


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


def pause(seconds: float) -> None:
    """Let the window live for some seconds."""
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def settled(window: MainWindow, *, label: bool = True, patience: float = 600.0) -> None:
    """Wait until all that was asked for is there; raises Never."""
    end = time.monotonic() + patience

    def quiet() -> bool:
        page = window.label if label else None
        return window.tasks.idle and not (page is not None and page.isVisible() and page.table.waiting)

    while not quiet():
        if time.monotonic() > end:
            raise Never("settled")
        pause(0.01)


class Painted(QObject):
    """Tells when every row on the screen is there and has been painted."""

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


class Keys(QObject):
    """Tells when a key's decision is durable and the row it leads to has been painted.

    The key must change something: of one that changes nothing neither is told.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        assert window.label is not None
        assert window.desk is not None
        self._grid, self._table, self._desk = window.label.grid, window.label.table, window.desk
        self._row = 0
        self._painted = self._durable = False
        self.drawing: list[float] = []
        """Seconds of the processor that the thread that draws took for each key."""
        self._loop = QEventLoop()
        self._grid.viewport().installEventFilter(self)
        self._desk.stepped.connect(self._on_step)

    def close(self) -> None:
        """Watch no more."""
        self._grid.viewport().removeEventFilter(self)
        self._desk.stepped.disconnect(self._on_step)

    def _on_step(self, _step: object) -> None:
        self._durable = True
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        there = self._grid.current_row() == self._row and self._table.row(self._row) is not None
        if there and event.type() == QEvent.Type.Paint:
            # The filter comes before the paint; a timer of nothing after it.
            QTimer.singleShot(0, self._on_painted)
        return super().eventFilter(watched, event)

    def wait(self, press: Callable[[], object], *, moves: int) -> float:
        """Press a key that moves on by some rows; return the seconds until all is done."""
        self._row = self._grid.current_row() + moves
        self._painted = self._durable = False
        timer = QTimer(singleShot=True, interval=_PATIENCE_MS)
        timer.timeout.connect(lambda: self._loop.exit(1))
        timer.start()
        begin, worked = time.perf_counter(), time.thread_time()
        press()
        # Never by processEvents in a circle: that keeps Python's other threads, the writer's too, from working.
        if self._loop.exec():
            raise Never("key")
        timer.stop()
        self.drawing.append(time.thread_time() - worked)
        return time.perf_counter() - begin

    def _on_painted(self) -> None:
        self._painted = True
        self._look()

    def _look(self) -> None:
        if self._painted and self._durable:
            self._loop.quit()


class Stalls(QObject):
    """Times between two beats of the event loop, what was going on, and where the thread stood meanwhile."""

    BEAT, LONG = 0.004, 0.030

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self.doing = ""
        self._found: list[tuple[float, str, str]] = []
        self._stack = ""
        self._slowest: dict[str, tuple[float, float]] = {}
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._main = threading.get_ident()
        self._timer = QTimer(self, interval=int(1000 * self.BEAT))
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        gap, work = now - self._last - self.BEAT, worked - self._worked
        self._last, self._worked = now, worked
        if gap > self.LONG:
            longest, most = self._slowest.get(self.doing, (0.0, 0.0))
            self._slowest[self.doing] = max(longest, gap), max(most, work)
            self.seconds.append(gap)
            self._found.append((gap, self.doing, self._stack))
        self._stack = ""

    def _look(self) -> None:
        # By faulthandler: a frame held here would keep what is local there alive, a painter for one.
        with tempfile.TemporaryFile() as file:
            while not self._over.wait(0.01):
                if not self._stack and time.perf_counter() - self._last > self.LONG:
                    file.seek(0)
                    file.truncate()
                    faulthandler.dump_traceback(file)
                    file.seek(0)
                    self._stack = self._lines(file.read().decode(errors="replace"))

    def _lines(self, told: str) -> str:
        """Return where the thread that draws stood, and behind | what other threads did: one may hold Python's lock."""
        stacks = [one.split("\n") for one in told.split("\n\n")]
        own = next((one for one in stacks if f"{self._main:x}" in one[0]), [])
        others = [one[1:4] for one in stacks if one is not own and len(one) > 1 and not any(w in one[1] for w in _IDLE)]
        return " | ".join(
            " < ".join(line.strip().rpartition("/")[2] for line in stack) for stack in (own[1:8], *others)
        )

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()
        self._over.set()
        self._watch.join()

    def worst(self) -> str:
        """Return what was going on in the longest stall."""
        return max(self._found)[1] if self._found else "-"

    def slowest(self, most: int = 8) -> list[tuple[str, float, float]]:
        """Return what stalled longest: its name, the longest stall, and the most that the thread that draws worked.

        Work that is far less than the stall was waiting: for another thread, or for a processor that others held.
        """
        found = [(doing, gap, work) for doing, (gap, work) in self._slowest.items()]
        return sorted(found, key=lambda one: -one[1])[:most]

    def told(self, most: int = 40) -> str:
        """Return the longest stalls, one a line."""
        return "\n".join(
            f"{1000 * gap:8.0f} ms  {doing}: {stack}" for gap, doing, stack in sorted(self._found, reverse=True)[:most]
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; milliseconds unless ``unit`` says otherwise. ``good``: whether the target is met."""

    what: str
    median: float
    p95: float
    most: float
    n: int
    unit: str
    target: float | None
    good: bool | None


class Table:
    """The figures, printed as they come."""

    def __init__(self, *, quiet: bool) -> None:
        self.lines: list[Line] = []
        self._quiet = quiet
        self._print(f"{'milliseconds':<66}{'median':>9}{'p95':>9}{'most':>9}{'n':>5}{'target':>9}")

    def _print(self, line: str) -> None:
        if not self._quiet:
            print(line, flush=True)

    def add(self, what: str, seconds: list[float], target: float | None = None, *, by: str = "p95") -> None:
        """Add times; the target is held against the median, the 95th percentile (``by``) or the most."""
        ms = sorted(1000 * one for one in seconds) or [0.0]
        found = {"median": statistics.median(ms), "p95": ms[min(len(ms) - 1, int(len(ms) * 0.95))], "max": ms[-1]}
        good = None if target is None else found[by] <= target
        self._take(Line(what, found["median"], found["p95"], found["max"], len(seconds), "ms", target, good))

    def value(self, what: str, value: float, unit: str, target: float | None = None) -> None:
        """Add one value."""
        self._take(Line(what, value, value, value, 1, unit, target, None if target is None else value <= target))

    def _take(self, line: Line) -> None:
        self.lines.append(line)
        goal = "" if line.target is None else f"{line.target:9.0f}" + ("" if line.good else "  MISSED")
        if line.unit == "ms":
            figures = f"{line.median:9.1f}{line.p95:9.1f}{line.most:9.1f}{line.n:5d}"
        else:
            figures = f"{line.median:9.2f} {line.unit:<22}"
        self._print(f"{line.what:<66}{figures}{goal}")

    def as_json(self) -> list[dict[str, object]]:
        """Return the lines as plain values."""
        return [asdict(one) for one in self.lines]


def private_mb() -> float:
    """Return the private memory of this process in MB (Linux; 0 elsewhere)."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024
