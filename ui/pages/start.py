"""The start page: what the program is for and the few ways to begin."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _
from ui import state, theme
from ui.delegates.roomy import make_roomy


class StartPage(QWidget):
    """Shown while no project is open."""

    new_asked = Signal()
    open_asked = Signal()
    sample_asked = Signal()
    restore_asked = Signal()
    recent_asked = Signal(object)

    def __init__(self, *, sample: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._lead = QLabel(), QLabel()
        self._title.setObjectName("title")
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self._new, self._open, self._sample = QPushButton(), QPushButton(), QPushButton()
        self._new.setProperty("primary", True)
        self._new.clicked.connect(self.new_asked)
        self._open.clicked.connect(self.open_asked)
        self._sample.clicked.connect(self.sample_asked)
        self._sample.setVisible(sample)
        self._restore = QPushButton()
        self._restore.setProperty("quiet", True)
        self._restore.clicked.connect(self.restore_asked)
        self._who, self.name = QLabel(), QLineEdit(state.text("coder"))
        self._who.setWordWrap(True)
        self._who.setObjectName("heading")
        self.name.setMaxLength(60)
        self.name.setMaximumWidth(300)
        self.name.editingFinished.connect(self._remember_name)
        self._recent_title = QLabel()
        self._recent_title.setObjectName("heading")
        self._recent = QListWidget()
        self._recent.setMinimumHeight(180)
        make_roomy(self._recent)
        self._recent.itemActivated.connect(self._choose)
        self._recent.itemClicked.connect(self._choose)
        buttons = QHBoxLayout()
        for one in (self._new, self._open, self._sample, self._restore):
            buttons.addWidget(one)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(8)
        column.addWidget(self._who)
        column.addWidget(self.name)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addSpacing(18)
        column.addWidget(self._recent_title)
        column.addWidget(self._recent, 1)
        lay = QGridLayout(self)
        lay.setColumnStretch(0, 1)
        lay.setColumnMinimumWidth(1, 640)
        lay.setColumnStretch(2, 1)
        lay.setRowStretch(0, 1)
        lay.setRowStretch(2, 1)
        lay.addLayout(column, 1, 1)
        self.list_recent()
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the next thing is to be done; the first run asks who is coding."""
        super().showEvent(event)
        (self.name if not self.name.text() else self._recent if self._recent.count() else self._new).setFocus()

    def list_recent(self) -> None:
        """List the projects opened last."""
        self._recent.clear()
        for path in state.recent():
            item = QListWidgetItem(f"{path.stem}\n{path.parent}")
            item.setData(Qt.ItemDataRole.UserRole, path)
            self._recent.addItem(item)
        has = self._recent.count() > 0
        self._recent.setVisible(has)
        self._recent_title.setVisible(has)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Tingdong: hear customers in their own words"))
        self._lead.setText(
            _(
                "Import what customers said, build the code frame, code with the classifier at your side, report."
                " One file holds a project; nothing leaves this computer."
            )
        )
        self._who.setText(_("Your name: it stands beside every decision of yours."))
        self.name.setPlaceholderText(_("Name of the coder"))
        self.name.setAccessibleName(_("Name of the coder"))
        self._new.setText(_("New project…"))
        self._open.setText(_("Open project…"))
        self._sample.setText(_("Try the sample"))
        self._restore.setText(_("Restore from a backup…"))
        self._recent_title.setText(_("Recent projects"))
        self._recent.setAccessibleName(_("Recent projects"))
        for one, name in ((self._new, "add"), (self._open, "open"), (self._sample, "sample")):
            one.setIcon(theme.icon(name, "on_accent" if one is self._new else "text"))

    def _remember_name(self) -> None:
        state.remember("coder", self.name.text().strip())

    def _choose(self, item: QListWidgetItem) -> None:
        self.recent_asked.emit(item.data(Qt.ItemDataRole.UserRole))
