"""The window: navigation, menus, pages; opens and closes projects. Composition only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QFont
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate import messages
from annotate.errors import UserError
from annotate.messages import _
from ui import actions, state, theme
from ui.actions import Actions
from ui.imports import Imports, sample_exists
from ui.language import speak
from ui.notify import Toasts
from ui.pages.registry import FIRST, Enters, HasAnswers, HearsRows, Room, build
from ui.pages.start import StartPage
from ui.tasks import Tasks
from ui.views import dropping, files
from ui.views.navigation import Navigation

# The pages, and numpy and SQLite with them, are imported when a project is opened: the first paint comes before.
if TYPE_CHECKING:
    from annotate.store.changes import Change
    from annotate.store.operations import Step
    from annotate.store.project import Project
    from ui.chores import Chores
    from ui.desk import Desk
    from ui.pages.label import LabelPage
    from ui.views.guide import Guide
    from ui.views.history import History

_OPEN_ONLY = (
    "import", "import_frame", "backups", "close", "undo", "redo", "history", "search", "train_itself",
)  # fmt: skip
_STRETCH = (80, 90, 100, 110, 125, 150, 175, 200)
"""Sizes of text in percent."""


@runtime_checkable
class Speaks(Protocol):
    """A widget that says its texts again when the language changes."""

    def retranslate(self) -> None: ...


class MainWindow(QMainWindow):
    """One window, one project."""

    opened = Signal(object)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tasks = Tasks(self, on_error=self._fail)
        self.desk: Desk | None = None
        self.room: Room | None = None
        self.chores: Chores | None = None
        self.pages: dict[str, QWidget] = {}
        self.history: History | None = None
        self._guide: Guide | None = None
        self._font_points = _points()
        self.actions_ = Actions(self)
        self.imports = Imports(self)
        self._banner = QLabel()
        self._banner.setObjectName("banner")
        self._banner.setTextFormat(Qt.TextFormat.PlainText)
        self._banner.hide()
        self._stack = QStackedWidget()
        self._nav = Navigation(self.actions_)
        self._nav.page_asked.connect(self.show_page)
        self.start = StartPage(sample=sample_exists())
        self._stack.addWidget(self.start)
        middle = self._middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._banner)
        middle.addWidget(self._stack, 1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._nav)
        row.addLayout(middle, 1)
        self.setCentralWidget(body)
        self.toasts = Toasts(body)
        self._dock = QDockWidget(self)
        self._dock.setObjectName("history")
        self._dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
        self._dock.hide()
        self.start.new_asked.connect(self.ask_new)
        self.start.open_asked.connect(self.ask_open)
        self.start.recent_asked.connect(self.open_project)
        self.start.sample_asked.connect(self.ask_sample)
        self._bind()
        self._menus: dict[str, QMenu] = {}
        self._build_menus()
        self.setAcceptDrops(True)
        self._idle()
        self._use_stretch()
        self.retranslate_all()
        if not self.restoreGeometry(state.shape("geometry")):
            self.resize(1440, 900)

    # Composition

    def _bind(self) -> None:
        does: dict[str, Callable[[], None]] = {
            "new": self.ask_new,
            "new_locked": self.ask_new_locked,
            "backups": lambda: self.chores.show_backups() if self.chores else None,
            "train_itself": self._switch_training,
            "open": self.ask_open,
            "import": self.imports.ask_answers,
            "import_frame": self.imports.ask_frame,
            "close": self.close_project,
            "quit": self._quit,
            "undo": lambda: self.desk.undo() if self.desk else None,
            "redo": lambda: self.desk.redo() if self.desk else None,
            "history": self.toggle_history,
            "search": self.search,
            "language": self.switch_language,
            "scheme": self.switch_scheme,
            "larger": lambda: self._stretch(+1),
            "smaller": lambda: self._stretch(-1),
            "palette": self.show_palette,
            "guide": self.show_guide,
            "keys": self.show_keys,
            "key_sheet": self.show_keys,
        }
        for id, do in does.items():
            self.actions_.bind(id, do)

    def _build_menus(self) -> None:
        for group in (actions.FILE, actions.EDIT, actions.VIEW, actions.HELP):
            menu = self._menus[group] = self.menuBar().addMenu("")
            for entry in actions.ENTRIES:
                if entry.group == group and entry.id in self.actions_.qactions:
                    menu.addAction(self.actions_.qactions[entry.id])

    # Projects

    def ask_new(self) -> None:
        """Ask where the new project goes, and make it."""
        if path := files.new_project(self):
            self.open_project(path, new=True)

    def ask_new_locked(self) -> None:
        """Ask where the new project goes and for its passphrase, and make it."""
        if path := files.new_project(self):
            self.ask_passphrase(path, new=True)

    def ask_passphrase(self, path: Path, *, new: bool) -> None:
        """Ask for the passphrase of a project and open it, or make it with that."""
        from ui.views.passphrase import PassphraseDialog

        dialog = PassphraseDialog(path.name, new=new, parent=self)
        dialog.given.connect(lambda typed: self.open_project(path, new=new, passphrase=typed))
        dialog.open()

    def ask_open(self) -> None:
        """Ask which project to open."""
        if path := files.project(self):
            self.open_project(path)

    def ask_sample(self) -> None:
        """Make a project of the sample to try things out with."""
        if path := files.sample_project(self):
            self.open_project(path, new=True, sample=True)

    def open_project(
        self, path: Path, *, new: bool = False, sample: bool = False, passphrase: str | None = None
    ) -> None:
        """Open or make a project off the UI thread; the one at hand is closed first. A locked one asks how."""
        self.close_project()
        self.setEnabled(False)
        coder = state.text("coder") or None
        self.tasks.write(
            lambda: _opened(path, new=new, coder=coder, passphrase=passphrase),
            lambda project: self._on_opened(project, sample),
            failed=lambda error: self._on_not_opened(error, path),
        )

    def _on_not_opened(self, error: BaseException, path: Path) -> None:
        self.setEnabled(True)
        if isinstance(error, UserError) and error.id == "passphrase-needed":
            self.ask_passphrase(path, new=False)
        else:
            self._fail(error)

    def _on_opened(self, project: Project, sample: bool) -> None:
        from ui.chores import Chores
        from ui.desk import Desk
        from ui.views.history import History

        self.setEnabled(True)
        state.remember_recent(project.path)
        desk = self.desk = Desk(project, self.tasks, self)
        room = self.room = Room(desk, self.actions_, self.toasts, self)
        chores = self.chores = Chores(desk, self.toasts, self)
        self._middle.addWidget(chores.line)
        room.page_asked.connect(self.show_page)
        room.import_asked.connect(self.imports.ask_answers)
        room.frame_import_asked.connect(self.imports.ask_frame)
        room.wave_asked.connect(self.imports.ask_wave)
        room.history_asked.connect(self.show_history)
        self.history = History(project.coder.name)
        self._dock.setWidget(self.history)
        desk.stepped.connect(self._on_stepped)
        desk.undo_is_large.connect(self._on_large_undo)
        desk.nothing_to_turn.connect(self._on_nothing_to_turn)
        desk.changed.connect(self._on_changed)
        self.history.undo_asked.connect(desk.undo)
        self.history.redo_asked.connect(desk.redo)
        self.history.undo_to_asked.connect(desk.undo_to)
        self.actions_.enable(_OPEN_ONLY, True)
        if project.read_only:
            self.actions_.enable(("import", "import_frame", "undo", "redo", "train_itself"), False)
        self._nav.enable(True)
        self._tell_title()
        self.show_page(FIRST)
        desk.start()
        label = self.label
        assert label is not None
        label.reload()
        self.opened.emit(desk)
        if sample:
            self.imports.sample()

    def close_project(self) -> None:
        """Close the project at hand, after what was asked for is done."""
        if self.desk is None:
            return
        desk, self.desk = self.desk, None
        desk.close()
        self.actions_.leave()
        for page in (*self.pages.values(), self.history):
            if page is not None:
                page.hide()
                page.deleteLater()
        self.pages.clear()
        if self.room is not None:
            self.room.deleteLater()
        if self.chores is not None:
            self.chores.line.deleteLater()
            self.chores.deleteLater()
        self.room = self.history = self.chores = None
        self._dock.hide()
        desk.deleteLater()
        self._idle()
        self.start.list_recent()

    def _idle(self) -> None:
        self._stack.setCurrentWidget(self.start)
        self.actions_.enable(_OPEN_ONLY, False)
        self._nav.enable(False)
        self._banner.hide()
        self._tell_title()

    @property
    def label(self) -> LabelPage | None:
        """Return the Label page, the heart of the window; None while no project is open."""
        return cast("LabelPage | None", self.pages.get("label"))

    def show_page(self, id: str, what: object = None) -> None:
        """Show a page by its name in the navigation; ``what`` it shall show. It is built when first shown."""
        if self.room is None:
            return
        if id not in self.pages:
            page = self.pages[id] = build(id, self.room)
            self._stack.addWidget(page)
            if isinstance(page, HasAnswers):
                page.use_font(_stretched(self._font_points))
        page = self.pages[id]
        self._stack.setCurrentWidget(page)
        self._nav.show_page(id)
        if isinstance(page, Enters):
            page.enter(what)

    def search(self) -> None:
        """Go to the search box."""
        if self.label is not None:
            self.show_page("label")
            self.label.focus_search()

    # What is told

    def _on_stepped(self, step: Step) -> None:
        if step.kind in ("code", "confirm") and not step.undone and step.rows <= 1:
            return  # seen on the row itself
        if step.op or step.undone:
            self.toasts.say((_("Undone: {step}") if step.undone else "{step}").format(step=step.words))

    def _on_nothing_to_turn(self, back: bool) -> None:
        self.toasts.say(_("There is nothing to undo.") if back else _("There is nothing to redo."))

    def _on_large_undo(self, step: Step) -> None:
        self.show_history(choose=step.op)
        self.toasts.say(
            _("The last step is a large one: {step}. Undo it in the history if you mean it.").format(step=step.words)
        )

    def _on_changed(self, change: Change) -> None:
        if self._dock.isVisible():
            self._list_history()
        if change.rows:
            for page in self.pages.values():
                if isinstance(page, HearsRows):
                    page.refresh()

    def toggle_history(self) -> None:
        """Show or hide the history."""
        if self._dock.isVisible():
            self._dock.hide()
        else:
            self.show_history()

    def show_history(self, choose: int | None = None) -> None:
        """Show the history, the cursor on a step."""
        if self.history is not None:
            self._dock.show()
            self._list_history(choose)

    def _list_history(self, choose: int | None = None) -> None:
        history, desk = self.history, self.desk
        if history is None or desk is None:
            return

        def show(steps: list[Step]) -> None:
            history.show_steps(steps)
            if choose is not None:
                history.choose(choose)

        desk.history(show)

    def show_guide(self) -> None:
        """Open the user guide at the page that is shown."""
        from ui.views.guide import Guide

        if self._guide is None:
            self._guide = Guide(self)
        at = next((id for id, page in self.pages.items() if page is self._stack.currentWidget()), "index")
        self._guide.show_page(at)
        self._guide.show()
        self._guide.raise_()

    def show_keys(self) -> None:
        """Show all keys."""
        from ui.views.key_sheet import KeySheet

        sheet = KeySheet(self.actions_, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def show_palette(self) -> None:
        """Let a person type what to do."""
        from ui.views.palette import Palette

        palette = Palette(self.actions_, self)
        palette.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropping.files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a project that is dropped on the window; import any other file."""
        for path in dropping.files_in(event)[:1]:
            event.acceptProposedAction()
            if path.suffix == files.SUFFIX:
                self.open_project(path)
            elif self.desk is None:
                self.toasts.say(_("Open a project first, or make a new one; then drop the file again."))
            elif not self.desk.project.read_only:
                self.imports.answers(path)

    def _fail(self, error: BaseException) -> None:
        self.toasts.fail(error)

    # Language, colours, size

    def switch_language(self) -> None:
        """Change between Chinese and English, everywhere and at once."""
        language = "en" if messages.current() != "en" else "zh_CN"
        speak(_app(), language)
        state.remember("language", language)
        self.retranslate_all()
        if self._dock.isVisible():
            self._list_history()

    def switch_scheme(self) -> None:
        """Change between light and dark."""
        scheme = "light" if theme.is_dark() else "dark"
        state.remember("scheme", scheme)
        theme.apply(_app(), scheme)
        self._use_stretch()
        self.retranslate_all()

    def retranslate_all(self) -> None:
        """Say everything in the language in use, icons in the colours in use."""
        self.actions_.retranslate()
        for group, menu in self._menus.items():
            menu.setTitle(_(group))
        self._dock.setWindowTitle(_("History"))
        self._tell_title()
        for widget in self.findChildren(QWidget):
            if isinstance(widget, Speaks):
                widget.retranslate()

    def _tell_title(self) -> None:
        project = self.desk.project if self.desk else None
        self.setWindowTitle(f"{project.path.name}  ·  {project.coder.name}" if project else "")
        read_only = project is not None and project.read_only
        self._banner.setVisible(read_only)
        if project is not None and read_only:
            why = _(project.read_only_reason)
            self._banner.setText(
                _("Read-only: {why} You can look at everything; nothing can be changed.").format(why=why)
            )

    def _stretch(self, by: int) -> None:
        now = int(state.text("stretch", "100") or 100)
        at = min(range(len(_STRETCH)), key=lambda n: abs(_STRETCH[n] - now)) + by
        state.remember("stretch", str(_STRETCH[max(0, min(len(_STRETCH) - 1, at))]))
        self._use_stretch()

    def _use_stretch(self) -> None:
        font = _stretched(self._font_points)
        QApplication.setFont(font)
        # Where a style sheet speaks of a widget it does not hear of a new font of the application.
        self._nav.use_font(font)
        for bar in (self.menuBar(), *self._menus.values()):
            bar.setFont(font)
        for page in self.pages.values():
            if isinstance(page, HasAnswers):
                page.use_font(font)

    def _switch_training(self) -> None:
        if self.chores is not None:
            self.chores.switch_training()

    def _quit(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Finish what was asked for, let go of the file, then go."""
        state.remember_shape("geometry", self.saveGeometry())
        self.close_project()
        self.tasks.close()
        self.closed.emit()
        super().closeEvent(event)


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _points() -> float:
    """Return the size of text that the system asks for, whatever an earlier window made of it."""
    app = _app()
    known = app.property("points")
    if not isinstance(known, float):
        known = app.font().pointSizeF()
        app.setProperty("points", known)
    return known


def _stretched(points: float) -> QFont:
    font = QApplication.font()
    font.setPointSizeF(points * int(state.text("stretch", "100") or 100) / 100)
    return font


def warm_up() -> None:
    """Import what opening a project needs, so that opening does not wait for it. Not on the UI thread."""
    import annotate.coding
    import annotate.verbatims  # noqa: F401 imported for its effect


def _opened(path: Path, *, new: bool, coder: str | None, passphrase: str | None) -> Project:
    from annotate.store.project import Project

    return (Project.create if new else Project.open)(path, coder=coder, passphrase=passphrase)
