"""The window: navigation, menus, pages; opens and closes projects. Composition only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QChildEvent, QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QFont
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from annotate.errors import UserError
from annotate.messages import _
from ui import actions, state
from ui.actions import Actions
from ui.dialogs import Dialogs
from ui.history_dock import HistoryDock
from ui.imports import Imports, sample_exists
from ui.looks import Looks
from ui.notify import Toasts
from ui.pages.registry import FIRST, PAGES, Enters, HearsRows, Room, build, preload
from ui.pages.start import StartPage
from ui.restoring import Restoring, may_offer
from ui.tasks import Tasks
from ui.views import dropping
from ui.views.navigation import Navigation

# The pages, and numpy and SQLite with them, are imported when a project is opened: the first paint comes before.
if TYPE_CHECKING:
    from annotate.store.changes import Change
    from annotate.store.operations import Step
    from annotate.store.project import Project
    from ui.chores import Chores
    from ui.desk import Desk
    from ui.pages.label import LabelPage
    from ui.views.history import History

_OPEN_ONLY = (
    "import", "import_frame", "merge_copy", "backups", "close", "undo", "redo", "history", "search", "train_itself",
    "page_next", "page_previous", *(f"page_{one.id}" for one in PAGES),
)  # fmt: skip


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
        self.actions_ = Actions(self)
        self.imports, self.dialogs, self.restoring = Imports(self), Dialogs(self), Restoring(self)
        self._banner = QLabel()
        self._banner.setObjectName("banner")
        self._banner.setTextFormat(Qt.TextFormat.PlainText)
        self._banner.hide()
        self._stack = QStackedWidget()
        self.looks = Looks(self, self._stack, self._say_own)
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
        self.setAnimated(False)  # it would begin an animation at every layout, of what does not move
        self.toasts = Toasts(body)
        self._dock = HistoryDock(self)
        self.start.new_asked.connect(self.dialogs.ask_new)
        self.start.open_asked.connect(self.dialogs.ask_open)
        self.start.recent_asked.connect(self.open_project)
        self.start.sample_asked.connect(self.dialogs.ask_sample)
        self.start.restore_asked.connect(self.restoring.ask)
        self._bind()
        self._menus: dict[str, QMenu] = {}
        self._build_menus()
        self.setAcceptDrops(True)
        self._idle()
        self.looks.refresh()
        if not self.restoreGeometry(state.shape("geometry")):
            self.resize(1440, 900)

    # Composition

    def _bind(self) -> None:
        does: dict[str, Callable[[], None]] = {
            "new": self.dialogs.ask_new,
            "new_locked": self.dialogs.ask_new_locked,
            "restore": self.restoring.ask,
            "merge_copy": lambda: self.chores.merge() if self.chores else None,
            "backups": lambda: self.chores.show_backups() if self.chores else None,
            "train_itself": self._switch_training,
            "open": self.dialogs.ask_open,
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
            "larger": lambda: self.looks.stretch(+1),
            "smaller": lambda: self.looks.stretch(-1),
            "palette": self.dialogs.show_palette,
            "guide": self.show_guide,
            "keys": self.dialogs.show_keys,
            "key_sheet": self.dialogs.show_keys,
        }
        does |= {f"page_{one.id}": partial(self.show_page, one.id) for one in PAGES}
        does |= {"page_next": partial(self._turn_page, +1), "page_previous": partial(self._turn_page, -1)}
        for id, do in does.items():
            self.actions_.bind(id, do)

    def _build_menus(self) -> None:
        for group in (actions.FILE, actions.EDIT, actions.VIEW, actions.HELP):
            menu = self._menus[group] = self.menuBar().addMenu("")
            for entry in actions.ENTRIES:
                if entry.group == group and entry.id in self.actions_.qactions:
                    menu.addAction(self.actions_.qactions[entry.id])

    # Projects

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
            failed=lambda error: self._on_not_opened(error, path, passphrase),
        )

    def _on_not_opened(self, error: BaseException, path: Path, passphrase: str | None) -> None:
        self.setEnabled(True)
        if isinstance(error, UserError) and error.id == "passphrase-needed":
            self.dialogs.ask_passphrase(path, new=False)
        else:
            self._fail(error)
            if may_offer(error):
                self.restoring.offer(path, passphrase)

    def _on_opened(self, project: Project, sample: bool) -> None:
        from ui.chores import Chores
        from ui.desk import Desk

        self.setEnabled(True)
        state.remember_recent(project.path)
        desk = self.desk = Desk(project, self.tasks, self)
        room = self.room = Room(desk, self.actions_, self.toasts, self)
        chores = self.chores = Chores(desk, self.toasts, self)
        for line in (chores.line, chores.indexing):
            self._middle.addWidget(line)
            self.looks.freshen(line)
        room.page_asked.connect(self.show_page)
        room.import_asked.connect(self.imports.ask_answers)
        room.frame_import_asked.connect(self.imports.ask_frame)
        room.wave_asked.connect(self.imports.ask_wave)
        room.history_asked.connect(self.show_history)
        chores.follow(self._dock.follow(desk))
        desk.stepped.connect(self._on_stepped)
        desk.undo_is_large.connect(self._on_large_undo)
        desk.nothing_to_turn.connect(self._on_nothing_to_turn)
        desk.changed.connect(self._on_changed)
        self.actions_.enable(_OPEN_ONLY, True)
        if project.read_only:
            self.actions_.enable(("import", "import_frame", "merge_copy", "undo", "redo", "train_itself"), False)
        self._nav.enable(True)
        self._tell_title()
        desk.start()  # read while the page is built
        self.show_page(FIRST)
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
        for page in self.pages.values():
            page.hide()
            page.deleteLater()
        self.pages.clear()
        if self.room is not None:
            self.room.deleteLater()
        if self.chores is not None:
            self.chores.line.deleteLater()
            self.chores.indexing.deleteLater()
            self.chores.deleteLater()
        self.room = self.chores = None
        self._dock.leave()
        desk.deleteLater()
        self._idle()
        self.start.list_recent()

    def _idle(self) -> None:
        self.looks.freshen(self.start)
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
        page = self.pages[id]
        self.looks.freshen(page)
        self._stack.setCurrentWidget(page)
        self._nav.show_page(id)
        if isinstance(page, Enters):
            page.enter(what)

    def _turn_page(self, by: int) -> None:
        """Go to the page after or before the one shown, in the order of the navigation."""
        shown = self._stack.currentWidget()
        at = next((place for place, one in enumerate(PAGES) if self.pages.get(one.id) is shown), 0)
        self.show_page(PAGES[(at + by) % len(PAGES)].id)

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
        self._dock.refresh()
        if change.rows:
            for page in self.pages.values():
                if isinstance(page, HearsRows):
                    page.refresh()

    @property
    def history(self) -> History | None:
        """Return the history of the open project."""
        return self._dock.view

    def toggle_history(self) -> None:
        """Show or hide the history."""
        self._dock.toggle()
        if self._dock.isHidden():
            for page in self.pages.values():
                if page.isVisible() and isinstance(page, Enters):
                    page.enter(None)  # the keys go back to where they were of use

    def show_history(self, choose: int | None = None) -> None:
        """Show the history, the cursor on a step."""
        self._dock.show_steps(choose)

    def show_guide(self) -> None:
        """Open the user guide at the page that is shown."""
        at = next((id for id, page in self.pages.items() if page is self._stack.currentWidget()), "index")
        self.dialogs.show_guide(at)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropping.files_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a project that is dropped on the window; import any other files."""
        if dropped := dropping.files_in(event):
            event.acceptProposedAction()
            self.imports.dropped(dropped)

    def _fail(self, error: BaseException) -> None:
        self.toasts.fail(error)

    # Language, colours, size

    def switch_language(self) -> None:
        """Change between Chinese and English, everywhere and at once."""
        self.looks.switch_language()

    def switch_scheme(self) -> None:
        """Change between light and dark."""
        self.looks.switch_scheme()

    def _say_own(self, font: QFont) -> None:
        self.actions_.retranslate()
        for bar in (self.menuBar(), *self._menus.values()):
            bar.setFont(font)  # where a style sheet speaks of a widget it does not hear of a new font
        for group, menu in self._menus.items():
            menu.setTitle(_(group))
        self._tell_title()

    def childEvent(self, event: QChildEvent) -> None:
        """Dress a dialog before it is seen first."""
        child = event.child()
        if event.type() == QEvent.Type.ChildPolished and isinstance(child, QWidget) and child.isWindow():
            self.looks.freshen(child)
        super().childEvent(event)

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


def warm_up() -> None:
    """Import what opening a project needs, so that opening does not wait for it. Not on the UI thread."""
    import ui.chores
    import ui.desk
    import ui.views.history  # noqa: F401 imported for its effect

    preload(FIRST)


def _opened(path: Path, *, new: bool, coder: str | None, passphrase: str | None) -> Project:
    from annotate.store.project import Project

    return (Project.create if new else Project.open)(path, coder=coder, passphrase=passphrase)
