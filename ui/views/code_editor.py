"""The small form for a new or changed code or net."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from annotate.frames import Code, Frame, Role
from annotate.messages import N_, _
from ui.models.frame_tree import ROLE_NAMES, name_of

_ROLES = {Role.THEME: N_("theme"), **ROLE_NAMES}


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed for a code or net."""

    number: str
    label: str
    label_en: str
    role: Role
    definition: str


class CodeEditor(QDialog):
    """Asks for a code's number, labels, role and definition."""

    def __init__(
        self, parent: QWidget, frame: Frame | None, code: Code | None, *, is_net: bool, under: int | None = None
    ) -> None:
        super().__init__(parent)
        self.is_net = is_net
        title = _("Edit") if code else _("New net") if is_net else _("New code")
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self.number = QLineEdit(code.number if code else "")
        self.label = QLineEdit(code.label if code else "")
        self.english = QLineEdit(code.label_en if code else "")
        self.role = QComboBox()
        for role, words in _ROLES.items():
            self.role.addItem(_(words), role)
        self.role.setCurrentIndex(self.role.findData(code.role if code else Role.THEME))
        self.definition = QPlainTextEdit(code.definition if code else "")
        self.definition.setTabChangesFocus(True)
        self.definition.setFixedHeight(90)
        self.parent_net = QComboBox()
        self.parent_net.addItem(_("(top level)"), None)
        for one in frame.codes if frame else ():
            if one.is_net and not one.retired:
                indent = "    " * one.depth
                self.parent_net.addItem(f"{indent}{one.number}  {name_of(one)}".rstrip(), one.id)
        self.parent_net.setCurrentIndex(max(0, self.parent_net.findData(under)))
        form = QFormLayout(self)
        form.addRow(_("Number"), self.number)
        form.addRow(_("Name"), self.label)
        form.addRow(_("English name"), self.english)
        if code is None:
            form.addRow(_("Under"), self.parent_net)
        if not is_net:
            form.addRow(_("Role"), self.role)
            form.addRow(_("Definition"), self.definition)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok, cancel = (buttons.button(one) for one in (buttons.StandardButton.Ok, buttons.StandardButton.Cancel))
        ok.setText(_("Save"))
        ok.setProperty("primary", True)
        cancel.setText(_("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        ok.setEnabled(bool(self.label.text().strip()))
        self.label.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        form.addRow(buttons)
        (self.label if code else self.number).setFocus()

    def values(self) -> Typed:
        """Return what was typed; a net's role and definition are those it came with."""
        return Typed(
            self.number.text().strip(),
            self.label.text().strip(),
            self.english.text().strip(),
            Role(self.role.currentData()),
            self.definition.toPlainText().strip(),
        )
