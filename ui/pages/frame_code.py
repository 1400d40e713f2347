"""The code at hand: its form, its counts, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from annotate.frame_edits import next_number
from annotate.frame_preview import Count, Preview
from annotate.frames import Code, Frame
from annotate.messages import _
from ui.models.code_names import CodeNames
from ui.models.frame_tree import name_of
from ui.pages.frame_state import Snapshot
from ui.pages.frame_surgery import MERGE, MOVE, RETIRE, SPLIT
from ui.views.code_editor import CodeForm

_SOON = 300


class CodePanel(QWidget):
    """Shows and edits one code. ``making`` is "code" or "net" while a new one is typed."""

    save_asked = Signal()
    preview_asked = Signal()
    surgery_asked = Signal(str)
    answers_asked = Signal(int)
    left = Signal()

    def __init__(self, names: CodeNames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.making: str | None = None
        self.parent_net: int | None = None
        self.shown: int | None = None
        self._code: Code | None = None
        self._count = Count()
        self._where = ""
        self._read_only = False
        self._title, self._told, self._recheck = QLabel(), QLabel(), QLabel()
        self._title.setObjectName("heading")
        self._told.setObjectName("muted")
        for one in (self._title, self._told, self._recheck):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self.form = CodeForm(names)
        self.form.typed.connect(self._on_typed)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        inside = QWidget()
        lay = QVBoxLayout(inside)
        lay.setContentsMargins(0, 0, 6, 0)
        lay.addWidget(self.form)
        lay.addStretch(1)
        scroll.setWidget(inside)
        self.save, self.undo, self.answers = QPushButton(), QPushButton(), QPushButton()
        self.save.setProperty("primary", True)
        self.save.clicked.connect(self.save_asked)
        self.undo.clicked.connect(self.left)
        self.answers.setProperty("quiet", True)
        self.answers.clicked.connect(lambda: self.answers_asked.emit(self.shown or 0))
        self.verbs = {kind: QPushButton() for kind in (MERGE, SPLIT, MOVE, RETIRE)}
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self.answers)
        verbs = QHBoxLayout()
        for kind, button in self.verbs.items():
            button.clicked.connect(lambda _checked=False, kind=kind: self.surgery_asked.emit(kind))
            verbs.addWidget(button)
        verbs.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._recheck, 1)
        buttons.addWidget(self.undo)
        buttons.addWidget(self.save)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(16, 8, 16, 12)
        lay.addLayout(top)
        lay.addWidget(self._told)
        lay.addLayout(verbs)
        lay.addWidget(scroll, 1)
        lay.addLayout(buttons)
        self._timer = QTimer(self, singleShot=True, interval=_SOON)
        self._timer.timeout.connect(self.preview_asked)
        self.retranslate()

    @property
    def unsaved(self) -> bool:
        """Whether something was typed and not saved."""
        return self.making is not None or bool(self.shown is not None and self.form.changes())

    def show_code(self, code: Code, snapshot: Snapshot, *, read_only: bool) -> None:
        """Show a code or net with its counts."""
        self.making, self.shown, self._code = None, code.id, code
        self._count = snapshot.counts.get(code.id, Count())
        self._where = "/".join(code.path[:-1])
        self._read_only = read_only
        self.form.set_read_only(read_only)
        self.form.show_code(code)
        for kind, button in self.verbs.items():
            button.setVisible(not read_only)
            button.setEnabled(not (code.is_net and kind in (MERGE, SPLIT)))
        self.retranslate()

    def begin_new(self, is_net: bool, parent: int | None, frame: Frame | None) -> None:
        """Offer an empty form."""
        self.making, self.parent_net, self.shown, self._code = "net" if is_net else "code", parent, None, None
        self._where = "" if parent is None or frame is None else name_of(frame.code(parent))
        self.form.set_read_only(False)
        self.form.show_code(None, is_net=is_net)
        if frame is not None:
            self.form.number.setText(next_number(frame.codes, parent))
        for button in self.verbs.values():
            button.hide()
        self.retranslate()
        self.form.label.setFocus()

    def reset(self) -> None:
        """Forget what was typed."""
        self.making = None
        if self._code is not None:
            self.form.show_code(self._code)
        self.retranslate()

    def saved(self) -> None:
        """Take what was typed as what stands: the change is on its way."""
        self.making = None
        self.shown = self._code = None
        self._on_typed()

    def show_recheck(self, preview: Preview) -> None:
        """Say how many answers a change of meaning would bring back."""
        if self.form.means_otherwise:
            more = preview.recheck_after - preview.recheck_before
            self._recheck.setText(_("Saving asks for another look at {n} answers").format(n=f"{max(0, more):,}"))

    def _on_typed(self) -> None:
        changed = self.unsaved
        self.save.setEnabled(changed and bool(self.form.label.text().strip()))
        self.undo.setEnabled(changed)
        self._recheck.setText("")
        if self.form.means_otherwise:
            self._timer.start()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        code = self._code
        if self.making is not None:
            title = _("New net") if self.making == "net" else _("New code")
            self._title.setText(title)
            self._told.setText(_("In {net}").format(net=self._where) if self._where else _("(top level)"))
        elif code is not None:
            self._title.setText(f"{code.number}  {name_of(code)}".strip())
            words = _("{people} people, {mentions} mentions").format(
                people=f"{self._count.people:,}", mentions=f"{self._count.mentions:,}"
            )
            self._told.setText(f"{words}  ·  {self._where}" if self._where else words)
        self.answers.setVisible(self.making is None and code is not None)
        self.answers.setText(_("Show its answers"))
        for kind, words in (
            (MERGE, _("Merge…")), (SPLIT, _("Split…")), (MOVE, _("Move…")), (RETIRE, _("Retire…")),
        ):  # fmt: skip
            self.verbs[kind].setText(words)
        self.save.setText(_("Save"))
        self.undo.setText(_("Discard"))
        self.save.setVisible(not self._read_only)
        self.undo.setVisible(not self._read_only)
        self._on_typed()
