"""The code frame beside the answers: tree with live counts, the definition of one code, and its edits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from annotate.frames import Code, Frame
from annotate.messages import _
from ui.models.frame_tree import FrameTree, name_of


class FramePanel(QFrame):
    """Shows a frame. Double click or Enter gives the code; the menu edits it. ``narrow``: without their number."""

    code_given = Signal(int)
    filter_asked = Signal(int)
    add_asked = Signal(object, bool)
    edit_asked = Signal(int)
    retire_asked = Signal(int)
    import_asked = Signal()

    def __init__(self, parent: QWidget | None = None, *, narrow: bool = False) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self.tree = FrameTree(self)
        self._title = QLabel()
        self._title.setObjectName("heading")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._sum = QLabel()
        self._sum.setObjectName("muted")
        self._find = QLineEdit()
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(self._narrow)
        self.view = QTreeView()
        self.view.setModel(self.tree)
        self.view.setUniformRowHeights(True)
        self.view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.view.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.view.setExpandsOnDoubleClick(False)
        self.view.setAllColumnsShowFocus(True)
        head = self.view.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # Fitted once a count: a header that fits by itself measures every row again for each one that changed.
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.tree.counted.connect(self._fit)
        self.view.activated.connect(self._on_activated)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.tree.modelReset.connect(self.view.expandAll)
        self.tree.modelReset.connect(self._fit)
        self._about = QLabel()
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setWordWrap(True)
        self._about.setContentsMargins(10, 6, 10, 8)
        self._empty = QWidget()
        self._teach = QLabel()
        self._teach.setWordWrap(True)
        self._teach.setObjectName("muted")
        self._import = QPushButton()
        self._import.setProperty("primary", True)
        self._import.clicked.connect(self.import_asked)
        self._first = QPushButton()
        self._first.clicked.connect(lambda: self.add_asked.emit(None, False))
        empty = QVBoxLayout(self._empty)
        empty.setContentsMargins(16, 24, 16, 16)
        empty.addWidget(self._teach)
        empty.addWidget(self._import)
        empty.addWidget(self._first)
        empty.addStretch(1)
        self._add = QPushButton()
        self._add.setProperty("quiet", True)
        self._add.clicked.connect(self._add_menu)
        top = QHBoxLayout()
        top.setContentsMargins(10, 8, 6, 0)
        top.addWidget(self._title, 1)
        top.addWidget(self._sum)
        if narrow:
            self._sum.hide()
        top.addWidget(self._add)
        find = QHBoxLayout()
        find.setContentsMargins(8, 4, 8, 4)
        find.addWidget(self._find)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addLayout(top)
        lay.addLayout(find)
        lay.addWidget(self._empty, 1)
        lay.addWidget(self.view, 1)
        lay.addWidget(self._about)
        self.read_only = False
        self.set_frame(None)

    def set_frame(self, frame: Frame | None) -> None:
        """Show a frame, or what to do where there is none."""
        kept = self.current_code()
        self._frame = frame
        self.tree.set_frame(frame)
        self.view.setVisible(frame is not None)
        self._find.setVisible(frame is not None)
        self._add.setVisible(frame is not None and not self.read_only)
        self._empty.setVisible(frame is None)
        self._import.setVisible(not self.read_only)
        self._first.setVisible(not self.read_only)
        self.retranslate()
        if kept is not None:
            self.view.setCurrentIndex(self.tree.index_of(kept.id))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self._fit)  # when the tree has the font as well

    def _fit(self) -> None:
        wide = max(self.view.sizeHintForColumn(1), self.view.header().sectionSizeHint(1))
        self.view.setColumnWidth(1, wide + self.fontMetrics().averageCharWidth())

    def current_code(self) -> Code | None:
        """Return the code under the cursor of the tree."""
        return self.tree.code(self.view.currentIndex())

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        frame = self._frame
        self._find.setPlaceholderText(_("Find a code"))
        self._find.setAccessibleName(_("Find a code"))
        self._add.setText(_("Add"))
        self._teach.setText(
            _("The code frame holds the themes that answers are coded by. Import one, or begin with a first code.")
        )
        self._import.setText(_("Import code frame…"))
        self._first.setText(_("Add a first code"))
        self.view.setAccessibleName(_("Code frame"))
        if frame is None:
            self._title.setText(_("Code frame"))
            self._sum.setText("")
            self._about.hide()
        else:
            state = _("r{number} (draft)") if frame.draft else "r{number}"
            self._title.setText(f"{frame.name}  {state.format(number=frame.number)}")
            self._sum.setText(_("{n} codes").format(n=len(frame.live)))
            self.tree.retranslate()
            self._on_current(self.view.currentIndex())

    def _narrow(self, typed: str) -> None:
        self.tree.narrow(typed)

    def _on_activated(self, index: QModelIndex) -> None:
        code = self.tree.code(index)
        if code is not None and not code.is_net:
            self.code_given.emit(code.id)

    def _on_current(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        code = self.tree.code(index)
        if code is None:
            self._about.hide()
            return
        lines = [f"{code.number}  {name_of(code)}".strip()]
        for words, value in (
            (_("Definition: {text}"), code.definition),
            (_("Includes: {text}"), code.include),
            (_("Excludes: {text}"), code.exclude),
            (_("Examples: {text}"), code.examples),
        ):
            if value:
                lines.append(words.format(text=value[:300]))
        self._about.setText("\n".join(lines) if len(lines) > 1 else "")
        self._about.setVisible(len(lines) > 1)

    def _add_menu(self) -> None:
        menu = QMenu(self)
        self._add_entries(menu, self.current_code())
        menu.addAction(_("Import code frame…"), self.import_asked.emit)
        menu.popup(self._add.mapToGlobal(QPoint(0, self._add.height())))

    def _add_entries(self, menu: QMenu, code: Code | None) -> None:
        parent = None if code is None else code.id if code.is_net else code.parent_id
        menu.addAction(_("New code…"), lambda: self.add_asked.emit(parent, False))
        menu.addAction(_("New net…"), lambda: self.add_asked.emit(None, True))

    def _menu(self, at: QPoint) -> None:
        code = self.tree.code(self.view.indexAt(at))
        menu = QMenu(self)
        if code is not None:
            if not code.is_net:
                if not self.read_only:
                    menu.addAction(_("Give this code"), lambda: self.code_given.emit(code.id))
                menu.addAction(_("Show its answers"), lambda: self.filter_asked.emit(code.id))
            if not self.read_only:
                menu.addAction(_("Edit…"), lambda: self.edit_asked.emit(code.id))
                if not code.is_net:
                    menu.addAction(_("Retire"), lambda: self.retire_asked.emit(code.id))
                menu.addSeparator()
        if not self.read_only:
            self._add_entries(menu, code)
        if not menu.isEmpty():
            menu.popup(self.view.viewport().mapToGlobal(at))
