"""What a person changes of the code frame beside the answers: new codes, edits, retirement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from annotate import frames
from annotate.frame_edits import AddCode
from annotate.messages import _
from annotate.store.operations import Step
from annotate.store.project import Project
from ui.desk import Desk
from ui.models.code_names import CodeNames
from ui.views.code_editor import CodeEditor, Typed


class FrameEdits(QObject):
    """Asks in a small form, then calls the verb."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over
        self.names = CodeNames(desk, self)

    def add(
        self, parent: int | None, is_net: bool, *, called: str = "", then: Callable[[int], None] | None = None
    ) -> None:
        """Ask for a new code or net under a net, and make it; ``called``: its name at first.

        ``then`` is told which code was made, or which one that was there already is to be used instead.
        """
        editor = CodeEditor(self._over, self._desk.frame, None, self.names, is_net=is_net, under=parent, called=called)
        editor.accepted.connect(lambda: self._save_new(editor, then))
        if then is not None:
            editor.like_taken.connect(then)
        editor.open()

    def _save_new(self, editor: CodeEditor, then: Callable[[int], None] | None) -> None:
        edit = new_code(editor.values(), editor.parent_net.currentData(), editor.is_net)
        frame = self._desk.frame

        def save(project: Project) -> tuple[dict[int, int], Step]:
            frame_id = frame.id if frame else frames.create_frame(project, name=_("Code frame"))
            return frames.carry_out(project, frame=frame_id, edits=[edit])

        def saved(answer: tuple[dict[int, int], Step]) -> None:
            made, step = answer
            self._desk.stepped.emit(step)
            if then is not None:
                then(next(iter(made.values())))

        self._desk.write(save, saved)

    def edit(self, code_id: int) -> None:
        """Ask what to change of a code or net, and change it."""
        code = self._desk.codes[code_id]
        editor = CodeEditor(self._over, self._desk.frame, code, self.names, is_net=code.is_net)

        def save() -> None:
            changed = editor.form.changes()
            minor = editor.form.minor.isChecked()
            if changed:
                self._desk.write(
                    lambda project: frames.edit_code(project, code=code_id, minor=minor, **changed),
                    self._desk.stepped.emit,
                )

        editor.accepted.connect(save)
        editor.open()

    def retire(self, code_id: int) -> None:
        """Ask whether a code goes out of use, and retire it."""
        code = self._desk.codes[code_id]
        asks = QMessageBox(self._over)
        asks.setTextFormat(Qt.TextFormat.PlainText)
        asks.setText(_("Retire {code}?").format(code=f"{code.number} {code.label}".strip()))
        asks.setInformativeText(_("It can no longer be given; what was decided stays and counts. Undo brings it back."))
        retire = asks.addButton(_("Retire"), QMessageBox.ButtonRole.AcceptRole)
        asks.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        retire.clicked.connect(
            lambda: self._desk.write(partial(frames.retire_code, code=code_id), self._desk.stepped.emit)
        )
        asks.open()


def new_code(typed: Typed, parent: int | None, is_net: bool) -> AddCode:
    """Return the change that makes a code of what was typed."""
    return AddCode(parent=parent, is_net=is_net, **asdict(typed))
