"""The code frame beside the board of clusters: where they are dropped, and what that would count."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from annotate.feeding import Feeding
from annotate.frames import Code, Frame
from annotate.messages import _
from ui.desk import Desk
from ui.models.frame_tree import name_of
from ui.pages.frame_edits import FrameEdits
from ui.views.dropping import ClustersOntoFrame
from ui.views.frame_panel import FramePanel


class SuggestFrame(QFrame):
    """Takes clusters: on a net or the top level to make a code there, on a code to feed it.

    ``make_asked`` (the net, None: top level), ``feed_asked`` (the code), ``counts_asked``: what the clusters at hand
    would count is not known yet.
    """

    make_asked = Signal(object)
    feed_asked = Signal(int)
    counts_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._frame: Frame | None = None
        self._counts: dict[int, int] = {}
        self._feeding: Feeding | None = None
        self._name = ""
        self._aim: Code | None = None
        self._aimed = False
        self.panel = FramePanel(narrow=True)
        self.panel.read_only = desk.project.read_only
        self.panel.set_frame(None)
        self._edits = FrameEdits(desk, self)
        self._told = QLabel()
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self._told.setContentsMargins(10, 8, 10, 10)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 0)
        lay.setSpacing(0)
        lay.addWidget(self.panel, 1)
        lay.addWidget(self._told)
        self.onto = ClustersOntoFrame(self.panel.view, self.panel.tree)
        self.onto.aimed.connect(self.aim)
        self.onto.left.connect(self.forget)
        self.onto.taken.connect(self.drop)
        self.panel.code_given.connect(self.feed_asked)
        self.panel.add_asked.connect(self._edits.add)
        self.panel.edit_asked.connect(self._edits.edit)
        self.panel.retire_asked.connect(self._edits.retire)
        desk.counts_changed.connect(self._take_counts)
        self._take_counts(desk.counts)
        self.retranslate()

    @property
    def told(self) -> str:
        """Return what a drop would do, in words."""
        return self._told.text()

    def show_frame(self, frame: Frame | None) -> None:
        """Show the frame of the question."""
        self._frame = frame
        self.panel.set_frame(frame)
        self._tell()

    def use_clusters(self, name: str) -> None:
        """Take the name that a code made of the clusters at hand would get; what they count is read when needed."""
        self._name, self._feeding = name, None
        self._tell()

    def use_name(self, name: str) -> None:
        """Take another name for a code made of the clusters at hand."""
        self._name = name
        self._tell()

    def use_feeding(self, feeding: Feeding) -> None:
        """Take what the clusters at hand count."""
        self._feeding = feeding
        self._tell()

    def aim(self, code: Code | None) -> None:
        """Say what giving the clusters to a code, or making one in a net (None: at the top), would count."""
        if self._aimed and self._aim is code and self._feeding is not None:
            return
        self._aimed, self._aim = True, code
        if self._feeding is None:
            self.counts_asked.emit()
        self._tell()

    def forget(self) -> None:
        """Aim at nothing any more."""
        self._aimed, self._aim = False, None
        self._tell()

    def drop(self, code: Code | None) -> None:
        """Make a code in a net or at the top level, or feed a code."""
        self.forget()
        if code is not None and not code.is_net:
            self.feed_asked.emit(code.id)
        else:
            self.make_asked.emit(None if code is None else code.id)

    def here(self) -> Code | None:
        """Return the code or net under the cursor where the tree has the keys."""
        return self.panel.current_code() if self.panel.view.hasFocus() else None

    def _take_counts(self, counts: dict[int, int]) -> None:
        self._counts = dict(counts)
        self.panel.tree.set_counts(counts)
        self._tell()

    def _tell(self) -> None:
        if not self._aimed or self._feeding is None or self._frame is None:
            self._told.setObjectName("muted")
            self._told.setText(
                _("Drag clusters here: onto a net for a new code, onto a code to feed it.") if self._frame else ""
            )
        else:
            self._told.setObjectName("")
            self._told.setText(self._sentence(self._frame, self._feeding))
        self._told.style().polish(self._told)

    def _sentence(self, frame: Frame, feeding: Feeding) -> str:
        code = self._aim
        if code is None:
            told = _("New code “{name}” at the top level: {n} answers")
            return told.format(name=self._name or "…", n=f"{feeding.answers:,}")
        before = self._counts.get(code.id, 0)
        counts = _("{before} → {after} answers").format(
            before=f"{before:,}", after=f"{before + feeding.more(frame, code.id):,}"
        )
        here = f"{code.number} {name_of(code)}".strip()
        if code.is_net:
            told = _("New code “{name}” in {net}: {n} answers; the net {counts}")
            return told.format(name=self._name or "…", net=here, n=f"{feeding.answers:,}", counts=counts)
        return f"{here}: {counts}"

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.panel.retranslate()
        self._tell()
