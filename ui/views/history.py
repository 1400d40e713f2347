"""The history: every step with who, when and how much; back to any of my own."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from annotate.messages import _, current
from annotate.store.operations import Step
from ui import theme
from ui.delegates.roomy import make_roomy


class History(QWidget):
    """The newest steps first; undone ones are grey and struck through."""

    undo_to_asked = Signal(int)
    undo_asked = Signal()
    redo_asked = Signal()
    merged_asked = Signal()

    def __init__(self, coder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._coder = coder
        self._list = QListWidget()
        self._list.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._list.setWordWrap(True)
        make_roomy(self._list)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.currentItemChanged.connect(lambda *_: self._tell())
        self._teach = QLabel()
        self._teach.setObjectName("muted")
        self._teach.setWordWrap(True)
        self._undo, self._redo, self._back = QPushButton(), QPushButton(), QPushButton()
        self._undo.clicked.connect(self.undo_asked)
        self._redo.clicked.connect(self.redo_asked)
        self._back.clicked.connect(self._ask)
        self.merged = QPushButton()
        self.merged.clicked.connect(self.merged_asked)
        self._left = 0
        row = QHBoxLayout()
        row.addWidget(self._undo)
        row.addWidget(self._redo)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(8, 8, 8, 8)
        lay.addLayout(row)
        lay.addWidget(self.merged)
        lay.addWidget(self._teach)
        lay.addWidget(self._list, 1)
        lay.addWidget(self._back)
        self.retranslate()

    def show_steps(self, steps: list[Step]) -> None:
        """List these steps."""
        chosen = self._chosen()
        self._list.clear()
        locale = QLocale("zh_CN" if current() == "zh_CN" else "en_GB")
        for step in steps:
            when = locale.toString(QDateTime.fromMSecsSinceEpoch(step.at_ms), "MM-dd HH:mm:ss")
            item = QListWidgetItem(f"{step.words}\n{when}   {step.coder}")
            item.setData(Qt.ItemDataRole.UserRole, step)
            if step.undone:
                font = item.font()
                font.setStrikeOut(True)
                item.setFont(font)
                item.setForeground(theme.colour("muted"))
            self._list.addItem(item)
            if chosen is not None and step.op == chosen.op:
                self._list.setCurrentItem(item)
        self._teach.setVisible(not steps)
        self._tell()

    def tell_merged(self, left: int) -> None:
        """Say how many things merges of other copies left to look at."""
        self._left = left
        self.merged.setVisible(left > 0)
        self.merged.setText(_("Left by merges, to look at: {n}").format(n=left))

    def take_keys(self) -> None:
        """Put the keys on the list of steps."""
        self._list.setFocus()

    def choose(self, op: int) -> None:
        """Put the cursor on a step."""
        for place in range(self._list.count()):
            item = self._list.item(place)
            if item.data(Qt.ItemDataRole.UserRole).op == op:
                self._list.setCurrentItem(item)
                self._list.scrollToItem(item)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._undo.setText(_("Undo"))
        self._redo.setText(_("Redo"))
        self._teach.setText(_("Every step will be listed here and can be taken back, after a restart too."))
        self._list.setAccessibleName(_("History"))
        self.tell_merged(self._left)
        self._tell()

    def _chosen(self) -> Step | None:
        item: QListWidgetItem | None = self._list.currentItem()
        if item is None:
            return None
        step: Step = item.data(Qt.ItemDataRole.UserRole)
        return step

    def _tell(self) -> None:
        step = self._chosen()
        mine = step is not None and not step.undone and step.coder == self._coder
        self._back.setVisible(mine)
        if step is None or not mine:
            return
        steps = 0
        for place in range(self._list.row(self._list.currentItem()) + 1):
            other: Step = self._list.item(place).data(Qt.ItemDataRole.UserRole)
            steps += other.coder == self._coder and not other.undone
        self._back.setText(_("Undo this step") if steps == 1 else _("Undo back to here ({n} steps)").format(n=steps))

    def _ask(self) -> None:
        step = self._chosen()
        if step is not None:
            self.undo_to_asked.emit(step.op)
