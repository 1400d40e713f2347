"""What merges of other copies left to look at, a sentence each, and marking it settled."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotate.messages import _
from annotate.store import merge_notes
from annotate.store.merge_notes import Note
from annotate.store.operations import Step
from ui import theme
from ui.delegates.roomy import make_roomy
from ui.desk import Desk


class MergedDialog(QDialog):
    """Reads the open project anew after each change made here."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._known: list[Note] = []
        self._lead = QLabel()
        self._lead.setObjectName("muted")
        self._lead.setWordWrap(True)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        make_roomy(self.list)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(3)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.itemSelectionChanged.connect(self._tell)
        self.everything = QCheckBox()
        self.everything.toggled.connect(self._show)
        self.settle, self.leave = QPushButton(), QPushButton()
        self.settle.clicked.connect(self._settle)
        self.leave.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.everything)
        row.addStretch(1)
        row.addWidget(self.settle)
        row.addWidget(self.leave)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(20, 16, 20, 14)
        lay.setSpacing(10)
        lay.addWidget(self._lead)
        lay.addWidget(self.list, 1)
        lay.addLayout(row)
        self.resize(760, 440)
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Read what is left."""
        self._desk.read("merged-dialog", merge_notes.notes, self._set)

    def _set(self, found: list[Note]) -> None:
        self._known = found
        self._show()

    def _show(self) -> None:
        self.list.clear()
        for one in self._known:
            if one.settled and not self.everything.isChecked():
                continue
            text = _("{text} (settled)").format(text=one.conflict.sentence) if one.settled else one.conflict.sentence
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, one.number)
            if one.settled:
                item.setForeground(theme.colour("muted"))
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        self._tell()

    def _tell(self) -> None:
        n = len(self.list.selectedItems())
        self.settle.setEnabled(not self._desk.project.read_only and any(not one.settled for one in self._known))
        self.settle.setText(_("Mark as settled ({n})").format(n=n) if n else _("Mark all as settled"))
        if any(not one.settled for one in self._known):
            self._lead.setText(
                _(
                    "Everything plain came in. These points need a person: look at each, do here what you agree with,"
                    " and mark it as settled."
                )
            )
        else:
            self._lead.setText(_("Nothing that a merge left needs a look."))

    def _settle(self) -> None:
        numbers = [int(item.data(Qt.ItemDataRole.UserRole)) for item in self.list.selectedItems()] or None

        def done(step: Step) -> None:
            self._desk.stepped.emit(step)
            self.refresh()

        self._desk.write(lambda project: merge_notes.settle(project, numbers), done)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setWindowTitle(_("Left by merges of other copies"))
        self.list.setAccessibleName(_("What needs a look"))
        self.everything.setText(_("Show settled ones too"))
        self.leave.setText(_("Close"))
        self._show()
