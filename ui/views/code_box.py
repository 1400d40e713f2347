"""A field that takes a code of the frame: typed by number or name, or chosen from the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from annotate.frames import Frame
from annotate.messages import _
from ui.models.frame_tree import name_of


class CodeBox(QComboBox):
    """Holds the codes that may be given; what is typed narrows the list wherever it stands in a name.

    ``entered``: Enter was pressed with a code chosen or typed in full.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field, completer = QLineEdit(), QCompleter(self.model())
        self.setLineEdit(field)
        field.setFrame(False)
        field.setStyleSheet("border: none; padding: 0; background: transparent;")  # the box has edges of its own
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._field = field
        field.returnPressed.connect(lambda: self.entered.emit() if self.code is not None else None)

    def show_frame(self, frame: Frame | None) -> None:
        """Offer the codes of a frame; one that was chosen stays chosen where it is still there."""
        chosen = self.code
        self.clear()
        for one in frame.live if frame else ():
            self.addItem(f"{one.number} {name_of(one)}".strip(), one.id)
        self.choose(chosen)

    def choose(self, code: int | None) -> None:
        """Choose a code, or none."""
        self.setCurrentIndex(self.findData(code) if code is not None else -1)

    @property
    def code(self) -> int | None:
        """Return the code that is chosen or typed in full, by number, name or both; None for anything else."""
        typed = self._field.text().strip()
        at = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        if at < 0 and typed:
            parts = [self.itemText(place).partition(" ") for place in range(self.count())]
            at = next((place for place, (number, _space, name) in enumerate(parts) if typed in (number, name)), -1)
        found = self.itemData(at) if at >= 0 else None
        return found if isinstance(found, int) else None

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._field.setPlaceholderText(_("Number or name"))
