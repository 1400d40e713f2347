"""What a person changes of the code frame beside the answers: new codes, edits, retirement."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from annotate import frames
from annotate.messages import _
from annotate.store.project import Project
from ui.desk import Desk
from ui.views.code_editor import CodeEditor


class FrameEdits(QObject):
    """Asks in a small form, then calls the verb."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._over = desk, over

    def add(self, parent: int | None, is_net: bool) -> None:
        """Ask for a new code or net under a net, and make it."""
        editor = CodeEditor(self._over, self._desk.frame, None, is_net=is_net, under=parent)
        editor.accepted.connect(lambda: self._save_new(editor))
        editor.open()

    def _save_new(self, editor: CodeEditor) -> None:
        typed, frame, under = editor.values(), self._desk.frame, editor.parent_net.currentData()

        def save(project: Project) -> int:
            frame_id = frame.id if frame else frames.create_frame(project, name=_("Code frame"))
            return frames.add_code(
                project, frame=frame_id, label=typed.label, number=typed.number, parent=under, is_net=editor.is_net,
                role=typed.role, label_en=typed.label_en, definition=typed.definition,
            )  # fmt: skip

        self._desk.write(save)

    def edit(self, code_id: int) -> None:
        """Ask what to change of a code or net, and change it."""
        code = self._desk.codes[code_id]
        editor = CodeEditor(self._over, self._desk.frame, code, is_net=code.is_net)

        def save() -> None:
            typed = editor.values()
            self._desk.write(
                lambda project: frames.edit_code(
                    project, code=code_id, number=typed.number, label=typed.label, label_en=typed.label_en,
                    role=typed.role.value, definition=typed.definition,
                ),
                self._desk.stepped.emit,
            )  # fmt: skip

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
