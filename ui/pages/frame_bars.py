"""What stands above the code frame: title and summary, the sandbox, the re-check queue; and the empty page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotate.messages import N_, _, listed, plural
from ui.pages.frame_state import Snapshot
from ui.views.page_parts import button, label
from ui.views.train_job import JobLine

_BELOW = 28
"""Pixels of the line below the title: that something is counted must not move the tree under the mouse."""


class TopBar(QWidget):
    """Title, what the frame holds, and what is done with the whole of it."""

    revisions_asked = Signal()
    sandbox_asked = Signal()
    renumber_asked = Signal()
    import_asked = Signal()
    add_asked = Signal(bool)
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None
        self._title, self._sum = QLabel(), QLabel()
        self._title.setObjectName("title")
        self._sum.setObjectName("muted")
        for one in (self._title, self._sum):
            one.setTextFormat(Qt.TextFormat.PlainText)
        self._sum.setWordWrap(True)
        self._new, self._net, self._renumber, self._sandbox, self._revisions, self._import = (
            QPushButton() for _n in range(6)
        )
        self._new.clicked.connect(lambda: self.add_asked.emit(False))
        self._net.clicked.connect(lambda: self.add_asked.emit(True))
        self._renumber.clicked.connect(self.renumber_asked)
        self._sandbox.clicked.connect(self.sandbox_asked)
        self._revisions.clicked.connect(self.revisions_asked)
        self._import.clicked.connect(self.import_asked)
        self.changes = (self._new, self._net, self._renumber, self._sandbox, self._import)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._title, 1)
        for press in (self._new, self._net, self._renumber, self._import, self._sandbox, self._revisions):
            row.addWidget(press)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(0, 0, 0, 4)
        lay.setSpacing(2)
        lay.addLayout(row)
        lay.addLayout(self._below())
        self.retranslate()

    def _below(self) -> QHBoxLayout:
        self.counting, self._stopped, self.again = JobLine(), label("muted"), button(self.again_asked.emit, quiet=True)
        self.tell_stopped(False)
        row = QHBoxLayout()
        row.addStrut(_BELOW)
        row.addWidget(self._sum, 1)
        for one in (self.counting, self._stopped, self.again):
            row.addWidget(one)
        return row

    def tell_stopped(self, stopped: bool) -> None:
        """Say that the counts were not waited for, with the way to count again; or no more."""
        self._stopped.setVisible(stopped)
        self.again.setVisible(stopped)

    def tell(self, snapshot: Snapshot | None, locked: bool) -> None:
        """Say what the frame holds."""
        self._snapshot = snapshot
        there = snapshot is not None
        for one in self.changes:
            one.setVisible(there and not locked)
        self._sandbox.setVisible(there and not locked and not (snapshot is not None and snapshot.sandbox))
        self._revisions.setVisible(there)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("Code frame"))
        self._stopped.setText(_("Stopped before everything was counted."))
        self.again.setText(_("Count again"))
        self.counting.retranslate()
        self._new.setText(_("New code"))
        self._net.setText(_("New net"))
        self._renumber.setText(_("Renumber…"))
        self._sandbox.setText(_("Sandbox"))
        self._sandbox.setToolTip(
            _("Rearrange freely on a copy that nothing else sees; keep it as one step, or drop it.")
        )
        self._revisions.setText(_("Revisions"))
        self._import.setText(_("Import…"))
        snapshot = self._snapshot
        if snapshot is None:
            self._sum.setText("")
            return
        frame = snapshot.frame
        state = _("r{number} (draft)") if frame.draft else "r{number}"
        nets = sum(one.is_net and not one.retired for one in frame.codes)
        told = _("{name} {state}  ·  {nets} nets, {codes} codes  ·  base: {people} people answered")
        self._sum.setText(
            told.format(
                name=frame.name, state=state.format(number=frame.number), nets=nets, codes=len(frame.live),
                people=f"{snapshot.mentions.people_answered:,}",
            )
        )  # fmt: skip


class SandboxBar(QFrame):
    """Says that a sandbox is open, and what becomes of it."""

    commit_asked = Signal()
    back_asked = Signal()
    drop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._told = QLabel()
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self.commit, self.back, self.drop = QPushButton(), QPushButton(), QPushButton()
        self.commit.setProperty("primary", True)
        self.commit.clicked.connect(self.commit_asked)
        self.back.clicked.connect(self.back_asked)
        self.drop.clicked.connect(self.drop_asked)
        self._snapshot: Snapshot | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self._told, 1)
        for one in (self.back, self.drop, self.commit):
            row.addWidget(one)
        self.hide()

    def tell(self, snapshot: Snapshot) -> None:
        """Show the sandbox where one is open."""
        self._snapshot = snapshot
        self.setVisible(snapshot.sandbox)
        n = len(snapshot.edits or ())
        self.back.setEnabled(n > 0)
        self.commit.setEnabled(n > 0 and snapshot.fault is None)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        snapshot = self._snapshot
        edits = (snapshot.edits or ()) if snapshot else ()
        one, many = (
            N_("Sandbox: nobody else sees this. {n} change so far."),
            N_("Sandbox: nobody else sees this. {n} changes so far."),
        )
        words = plural(len(edits), one, many).format(n=len(edits))
        if snapshot is not None and snapshot.differences:
            words += "  " + snapshot.differences[-1].sentence
        self._told.setText(words)
        self._told.setToolTip(
            "\n".join(one.sentence for one in snapshot.differences[:40]).replace("<", "‹") if snapshot else ""
        )
        self.commit.setText(_("Keep as one step"))
        self.back.setText(_("Take the last one back"))
        self.drop.setText(_("Drop"))


class RecheckBar(QFrame):
    """How many answers wait for another look, and the way there."""

    code_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._told = QLabel()
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setWordWrap(True)
        self.go = QPushButton()
        self.go.clicked.connect(self.code_asked)
        self._snapshot: Snapshot | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 6, 4)
        row.addWidget(self._told, 1)
        row.addWidget(self.go)
        self.hide()

    def tell(self, snapshot: Snapshot) -> None:
        """Show the queue where there is one."""
        self._snapshot = snapshot
        self.setVisible(snapshot.recheck > 0)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        snapshot = self._snapshot
        if snapshot is not None:
            codes = [f"{one.name} {one.answers:,}" for one in snapshot.waiting if one.answers]
            told = _("{n} answers were coded before a meaning changed: {codes}")
            self._told.setText(told.format(n=f"{snapshot.recheck:,}", codes=listed(codes[:4])))
        self.go.setText(_("Look at them now"))


class EmptyFrame(QWidget):
    """Says what a code frame is for and offers the next step."""

    import_asked = Signal()
    suggest_asked = Signal()
    add_asked = Signal()

    def __init__(self, *, suggests: bool, read_only: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._words = QLabel(), QLabel()
        self._title.setObjectName("title")
        self._words.setWordWrap(True)
        self._words.setMaximumWidth(560)
        self._import, self._suggest, self._add = QPushButton(), QPushButton(), QPushButton()
        self._import.setProperty("primary", True)
        self._import.clicked.connect(self.import_asked)
        self._suggest.clicked.connect(self.suggest_asked)
        self._add.clicked.connect(self.add_asked)
        self._suggest.setVisible(suggests)
        row = QHBoxLayout()
        for one in (self._import, self._suggest, self._add):
            row.addWidget(one)
            one.setEnabled(not read_only)
        row.addStretch(1)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(60, 80, 60, 60)
        lay.addWidget(self._title)
        lay.addWidget(self._words)
        lay.addSpacing(12)
        lay.addLayout(row)
        lay.addStretch(1)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_("No code frame yet"))
        self._words.setText(
            _("The code frame holds the themes that answers are coded by: nets, and in them codes with a definition."
              " Import one from a sheet, or begin with what the answers themselves speak of.")
        )  # fmt: skip
        self._import.setText(_("Import code frame…"))
        self._suggest.setText(_("Begin with the answers"))
        self._add.setText(_("Add a first code"))
