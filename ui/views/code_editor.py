"""The form of a code or net: number, labels, role, what it means, and whether a change of that is a minor one."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from annotate.frame_edits import next_number
from annotate.frames import MEANING, Code, Frame, Role
from annotate.messages import N_, _
from ui.models.code_names import CodeNames
from ui.models.frame_tree import ROLE_NAMES, name_of
from ui.views.name_likes import NameLikes

_ROLES = {Role.THEME: N_("theme"), **ROLE_NAMES}
COLOURS = {
    "#c0392b": N_("red"),
    "#d35400": N_("orange"),
    "#b7950b": N_("yellow"),
    "#1e8449": N_("green"),
    "#117a8b": N_("teal"),
    "#1c5a9e": N_("blue"),
    "#7d3c98": N_("purple"),
    "#566273": N_("grey"),
}
_LONG = ("definition", "include", "exclude", "examples", "notes")
_WORDS = {
    "number": N_("Number"), "label": N_("Name"), "label_en": N_("English name"), "role": N_("Role"),
    "definition": N_("Definition"), "include": N_("Includes"), "exclude": N_("Excludes"), "examples": N_("Examples"),
    "notes": N_("Notes"), "colour": N_("Colour"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed for a code or net."""

    number: str
    label: str
    label_en: str
    role: str
    definition: str
    include: str
    exclude: str
    examples: str
    notes: str
    colour: str

    def changes(self, code: Code) -> dict[str, str]:
        """Return what differs from a code."""
        return {name: value for name, value in asdict(self).items() if str(getattr(code, name)) != value}


class CodeForm(QWidget):
    """The fields of one code or net; a net has neither role nor inclusion rules."""

    typed = Signal()

    def __init__(self, names: CodeNames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code: Code | None = None
        self._filling = False
        self.number, self.label, self.label_en = QLineEdit(), QLineEdit(), QLineEdit()
        self.role, self.colour = QComboBox(), QComboBox()
        self.long = {name: QPlainTextEdit() for name in _LONG}
        self.minor = QCheckBox()
        self._lay = QFormLayout(self)
        self._lay.setContentsMargins(0, 0, 0, 0)
        self._lay.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._names: dict[str, QLabel] = {}
        fields: list[tuple[str, QWidget]] = [
            ("number", self.number), ("label", self.label), ("label_en", self.label_en), ("role", self.role),
            *self.long.items(), ("colour", self.colour),
        ]  # fmt: skip
        for name, field in fields:
            self._names[name] = QLabel()
            self._names[name].setBuddy(field)
            self._lay.addRow(self._names[name], field)
            if name == "label":
                self.likes = NameLikes(self.label, names)
                self._lay.addRow("", self.likes)
        self._lay.addRow(self.minor)
        for one in (self.number, self.label, self.label_en):
            one.textChanged.connect(self._on_typed)
        for box in (self.role, self.colour):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # filled anew in another language
            box.currentIndexChanged.connect(self._on_typed)
        for text in self.long.values():
            text.setTabChangesFocus(True)
            text.textChanged.connect(self._on_typed)
        self.minor.toggled.connect(self._on_typed)
        self.use_font(self.font())
        self.retranslate()

    def use_font(self, font: QFont) -> None:
        """Show the fields in a size of text that people chose."""
        for name, text in self.long.items():
            text.setFont(font)
            text.setFixedHeight(text.fontMetrics().lineSpacing() * (3 if name == "definition" else 2) + 14)

    def show_code(self, code: Code | None, *, is_net: bool | None = None) -> None:
        """Fill the fields with a code, or empty ones for a new one."""
        self._filling = True
        self._code = code
        net = code.is_net if code is not None else bool(is_net)
        self.likes.on, self.likes.nets = code is None, net
        for name in ("number", "label", "label_en"):
            getattr(self, name).setText(str(getattr(code, name)) if code else "")
        for name, text in self.long.items():
            text.setPlainText(str(getattr(code, name)) if code else "")
        self._fill_boxes(code.role.value if code else Role.THEME.value, code.colour if code else "")
        self.minor.setChecked(False)
        for name in ("role", "include", "exclude", "examples"):
            field = self.role if name == "role" else self.long[name]
            self._lay.setRowVisible(field, not net)
        self._filling = False
        self.likes.refresh()
        self._on_typed()

    def set_read_only(self, on: bool) -> None:
        """Let the fields be read only."""
        for one in (self.number, self.label, self.label_en):
            one.setReadOnly(on)
        for text in self.long.values():
            text.setReadOnly(on)
        for box in (self.role, self.colour, self.minor):
            box.setEnabled(not on)

    def values(self) -> Typed:
        """Return what was typed."""
        long = {name: text.toPlainText().strip() for name, text in self.long.items()}
        return Typed(
            self.number.text().strip(), self.label.text().strip(), self.label_en.text().strip(),
            str(self.role.currentData()), colour=str(self.colour.currentData() or ""), **long,
        )  # fmt: skip

    def changes(self) -> dict[str, str]:
        """Return what differs from the code shown."""
        return self.values().changes(self._code) if self._code is not None else asdict(self.values())

    @property
    def means_otherwise(self) -> bool:
        """Whether the meaning was changed."""
        return self._code is not None and bool(MEANING & self.changes().keys())

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        for name, words in _WORDS.items():
            self._names[name].setText(_(words))
            field = self.long[name] if name in self.long else getattr(self, name)
            field.setAccessibleName(_(words))
        self.likes.retranslate()
        self.minor.setText(_("Minor change: the meaning stays the same"))
        self._filling = True
        self._fill_boxes(str(self.role.currentData() or Role.THEME.value), str(self.colour.currentData() or ""))
        self._filling = False

    def _fill_boxes(self, role: str, colour: str) -> None:
        self.role.clear()
        for one, words in _ROLES.items():
            self.role.addItem(_(words), one.value)
        self.role.setCurrentIndex(max(0, self.role.findData(role)))
        self.colour.clear()
        self.colour.addItem(_("(none)"), "")
        for value, words in (COLOURS if colour in COLOURS or not colour else {**COLOURS, colour: colour}).items():
            patch = QPixmap(14, 14)
            patch.fill(QColor(value) if QColor.isValidColorName(value) else Qt.GlobalColor.transparent)
            self.colour.addItem(QIcon(patch), _(words), value)
        self.colour.setCurrentIndex(max(0, self.colour.findData(colour)))

    def _on_typed(self) -> None:
        if self._filling:
            return
        self.minor.setVisible(self.means_otherwise)
        self.typed.emit()


class CodeEditor(QDialog):
    """Asks for a new code or net, or for changes of one, beside the answers.

    ``like_taken``: instead of a new code this one, that is there already, is to be used; the dialog is closed.
    """

    like_taken = Signal(int)

    def __init__(
        self,
        parent: QWidget,
        frame: Frame | None,
        code: Code | None,
        names: CodeNames,
        *,
        is_net: bool,
        under: int | None = None,
        called: str = "",
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.is_net = is_net
        self.setWindowTitle(_("Edit") if code else _("New net") if is_net else _("New code"))
        self.setMinimumWidth(460)
        self.form = CodeForm(names)
        self.form.show_code(code, is_net=is_net)
        self.form.likes.taken.connect(self._take)
        if code is None:
            self.form.number.setText(next_number(frame.codes, under) if frame else "")
            self.form.label.setText(called)
        self.parent_net = QComboBox()
        self.parent_net.setAccessibleName(_("Under"))
        self.parent_net.addItem(_("(top level)"), None)
        for one in frame.codes if frame else ():
            if one.is_net and not one.retired:
                indent = "    " * one.depth
                self.parent_net.addItem(f"{indent}{one.number}  {name_of(one)}".rstrip(), one.id)
        self.parent_net.setCurrentIndex(max(0, self.parent_net.findData(under)))
        lay = QVBoxLayout(self)
        if code is None:
            place = QFormLayout()
            place.addRow(_("Under"), self.parent_net)
            lay.addLayout(place)
        lay.addWidget(self.form)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        ok, cancel = (buttons.button(one) for one in (buttons.StandardButton.Ok, buttons.StandardButton.Cancel))
        ok.setText(_("Save"))
        ok.setProperty("primary", True)
        cancel.setText(_("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        ok.setEnabled(bool(self.form.label.text().strip()))
        self.form.label.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        lay.addWidget(buttons)
        self.form.label.setFocus()
        names.prepare()

    def _take(self, code: int) -> None:
        self.like_taken.emit(code)
        self.reject()

    @property
    def label(self) -> QLineEdit:
        """Return the field of the name."""
        return self.form.label

    @property
    def number(self) -> QLineEdit:
        """Return the field of the number."""
        return self.form.number

    def values(self) -> Typed:
        """Return what was typed."""
        return self.form.values()
