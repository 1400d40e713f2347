"""The screenshot book: every page, in both languages, light and dark, of an empty and of a coded project.

``python tools/screenshots.py [FOLDER]`` opens the real window (under Xvfb where there is no screen) and writes a PNG
a state, sheets of six to look them over, and ``index.html``. ``--only PAGE`` (repeatable), ``--large`` adds 150 %
text, ``--guide`` writes the pictures of docs/guide instead.
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
GUIDE = ROOT / "docs" / "guide" / "pictures"

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from ui.main_window import MainWindow

WIDTH, HEIGHT = 1440, 900
COLOURS = 256
"""Colours of a picture of the guide: flat surfaces and text need no more, and the files are a third of the size."""
FILLED = (
    ("rules", "add", "{project}", "301", "空间 NEAR/4 大 NOT 不大", "--question", "Q6 满意的地方"),
    ("lexicon", "teach", "{project}", "一窜一窜", "一顿一顿", "--synonym-of", "顿挫"),
    ("rules", "apply", "{project}", "1"),
)
"""What the demo leaves out and pages show: a rule in force, words that people taught."""
ASKED = {"suggest": "suggest_group", "lexicon": "lexicon_find"}
"""What is asked for on a page before its picture is taken."""
LANGUAGES = ("zh_CN", "en")
SCHEMES = ("light", "dark")
SETTLED_MS, PATIENCE_MS = 350, 60_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what is shown and how."""

    name: str
    language: str
    scheme: str
    state: str

    @property
    def file(self) -> str:
        """Return its file name."""
        return f"{self.name}-{self.state}-{self.language[:2]}-{self.scheme}.png"


def with_a_screen(arguments: list[str]) -> int | None:
    """Run this again under Xvfb where there is no screen; None where there is one."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin"):
        return None
    if shutil.which("xvfb-run") is None:
        print("No screen, and no xvfb-run: install the package xvfb.", file=sys.stderr)
        return 1
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1920x1200x24"]
    return subprocess.run([*screen, sys.executable, __file__, *arguments], check=False).returncode


def projects(folder: Path, given: Path | None) -> tuple[Path, Path]:
    """Make an empty project and the coded one of the demo, or a copy of the one that is given."""
    from annotate.store.project import Project

    empty = folder / "empty.tingdong"
    Project.create(empty, coder="周岚").close()
    if given is not None:
        return empty, Path(shutil.copy(given, folder / given.name))
    demo = folder / "demo"
    command = [sys.executable, str(ROOT / "main.py"), "demo", "--folder", str(demo), "--no-window"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    full = next(demo.glob("*.tingdong"))
    for told in FILLED:
        arguments = [str(full) if one == "{project}" else one for one in told]
        subprocess.run([sys.executable, str(ROOT / "main.py"), *arguments], check=True, stdout=subprocess.DEVNULL)
    return empty, full


class Photographer:
    """Drives one window and photographs it."""

    def __init__(self, folder: Path) -> None:
        from ui.app import make_app

        self.app = make_app([])
        self.folder = folder
        self.taken: list[Shot] = []
        self._asked: set[str] = set()

    def wait(self, until: Callable[[], bool], quiet_ms: int = SETTLED_MS) -> None:
        """Let the window work until a condition holds for a while."""
        from PySide6.QtCore import QElapsedTimer, QEventLoop, QTimer

        whole, held = QElapsedTimer(), QElapsedTimer()
        whole.start()
        held.start()
        while held.elapsed() < quiet_ms:
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()
            if not until():
                held.restart()
            if whole.elapsed() > PATIENCE_MS:
                print("still busy after a minute; taken as it is", file=sys.stderr)
                return

    def settle(self, window: MainWindow) -> None:
        """Wait until everything asked for is on the screen."""
        self.wait(lambda: window.tasks.idle and not (window.desk is not None and window.desk.counting))

    def show(self, window: MainWindow, page: str, *, filled: bool) -> None:
        """Show a page; ``filled``: with what it shows only when it is asked to."""
        window.show_page(page)
        self.settle(window)
        if filled and page in ASKED and page not in self._asked:
            self._asked.add(page)
            window.actions_.run(ASKED[page])
            self.wait(lambda: window.tasks.idle and not window.tasks.working, 3 * SETTLED_MS)

    def take(self, window: MainWindow, shot: Shot, widget: QWidget | None = None) -> None:
        """Write one picture of the window as it stands on the screen."""
        shown = widget or window
        self.settle(window)
        picture = shown.screen().grabWindow(shown.winId())
        path = self.folder / shot.file
        if picture.isNull() or not picture.save(str(path)):
            raise SystemExit(f"{path.name} could not be written")
        self.taken.append(shot)
        print(path.name, flush=True)

    def open(self, path: Path | None) -> MainWindow:
        """Open the window, with a project."""
        from PySide6.QtCore import QSize

        from ui import state
        from ui.main_window import MainWindow

        for unasked in ("train_by_itself", "backups"):  # they would come into the picture at their own time
            state.remember(unasked, "off")
        window = MainWindow()
        window.resize(QSize(WIDTH, HEIGHT))
        window.show()
        if path is not None:
            window.open_project(path)
            self.wait(lambda: window.desk is not None)
            self.settle(window)
        return window


def speak(window: MainWindow, language: str, scheme: str) -> None:
    """Put a window into a language and its colours."""
    from annotate import messages
    from ui import theme

    if messages.current() != language:
        window.switch_language()
    if theme.is_dark() != (scheme == "dark"):
        window.switch_scheme()


def book(photographer: Photographer, empty: Path, full: Path, only: set[str], *, large: bool) -> None:
    """Take every page of an empty and of a coded project, the start page and the sheets."""
    from ui.pages.registry import PAGES

    styles = [(language, scheme) for language in LANGUAGES for scheme in SCHEMES]
    for state, path in (("full", full), ("empty", empty)):
        window = photographer.open(path)
        for page in PAGES:
            if only and page.id not in only:
                continue
            for language, scheme in styles:
                speak(window, language, scheme)
                photographer.show(window, page.id, filled=state == "full")
                photographer.take(window, Shot(page.id, language, scheme, state))
            if large and state == "full":
                for _ in range(5):
                    window.actions_.run("larger")
                photographer.take(window, Shot(page.id, *styles[-1], "large"))
                for _ in range(5):
                    window.actions_.run("smaller")
        if state == "full" and not only:
            for language, scheme in styles:
                speak(window, language, scheme)
                for name, sheet in sheets(window):
                    photographer.take(window, Shot(name, language, scheme, state), sheet)
        window.close()
        photographer.wait(lambda: True)
    if not only:
        window = photographer.open(None)
        for language, scheme in styles:
            speak(window, language, scheme)
            photographer.take(window, Shot("start", language, scheme, "empty"))
        window.close()


def sheets(window: MainWindow) -> Iterator[tuple[str, QWidget | None]]:
    """Open the sheets and the history one by one."""
    from PySide6.QtWidgets import QDialog

    import resources

    opens: dict[str, Callable[[], object]] = {
        **{name: partial(window.actions_.run, name) for name in ("keys", "palette", "backups")},
        "passphrase": lambda: window.dialogs.ask_passphrase(Path("project.tingdong"), new=True),
        "import": lambda: window.imports.answers([resources.path("sample", "survey.csv")]),
    }
    window.show_page("label")
    if window.desk is not None and window.desk.questions:
        window.desk.choose_question(window.desk.questions[0].id)
    for name, open_it in opens.items():
        open_it()
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                yield name, dialog
                dialog.close()
    window.actions_.run("deadline")
    yield "deadline", None
    if window.label is not None:
        window.label.deadline.shut()
    window.show_history()
    yield "history", None
    window.toggle_history()


def guide(photographer: Photographer, full: Path) -> None:
    """Take the pictures of the user guide: every page, coded, light, in both languages."""
    from ui.pages.registry import PAGES

    window = photographer.open(full)
    for language in LANGUAGES:
        speak(window, language, "light")
        for page in PAGES:
            photographer.show(window, page.id, filled=True)
            photographer.take(window, Shot(page.id, language, "light", "full"))
    window.close()
    for shot in photographer.taken:
        _reduced(photographer.folder / shot.file)


def _reduced(path: Path) -> None:
    from PIL import Image

    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def sheets_of_six(folder: Path, shots: list[Shot]) -> None:
    """Write small copies of the pictures, six a sheet, a page's languages and colours together."""
    from PIL import Image

    ordered = sorted(shots, key=lambda one: (one.state, one.name, one.language, one.scheme))
    wide, high = WIDTH // 2, HEIGHT // 2
    for number in range(0, len(ordered), 6):
        sheet = Image.new("RGB", (2 * wide, 3 * high), "white")
        for place, shot in enumerate(ordered[number : number + 6]):
            with Image.open(folder / shot.file) as picture:
                small = picture.convert("RGB")
                small.thumbnail((wide - 6, high - 6))
                sheet.paste(small, (place % 2 * wide, place // 2 * high))
        sheet.save(folder / f"sheet-{number // 6 + 1:02}.png")


def index(folder: Path, shots: list[Shot]) -> None:
    """Write a page that shows all pictures, a state a row."""
    names = [html.escape(shot.file) for shot in shots]
    rows = "".join(f'<figure><img src="{n}" width="700"><figcaption>{n}</figcaption></figure>' for n in names)
    (folder / "index.html").write_text(f'<!doctype html><meta charset="utf-8">{rows}', encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", action="append", default=[], metavar="PAGE")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--project", type=Path, metavar="FILE", help="a coded project instead of the demo")
    parser.add_argument("--guide", action="store_true")
    asked = parser.parse_args()
    if (code := with_a_screen(sys.argv[1:])) is not None:
        return code
    folder = GUIDE if asked.guide else asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CONFIG_HOME"] = scratch  # the settings of the person who runs this stay as they are
        os.environ["TINGDONG_LANG"] = LANGUAGES[0]
        empty, full = projects(Path(scratch), asked.project)
        photographer = Photographer(folder)
        if asked.guide:
            guide(photographer, full)
        else:
            book(photographer, empty, full, set(asked.only), large=asked.large)
            index(folder, photographer.taken)
            sheets_of_six(folder, photographer.taken)
    print(f"{len(photographer.taken)} pictures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
