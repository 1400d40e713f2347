"""Asks for the passphrase of a project: a new one twice, with what losing it means said first; a known one once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from annotate import passphrases
from annotate.messages import _


class PassphraseDialog(QDialog):
    """``given`` carries the passphrase. ``name``: of the file it opens; ``new``: it is chosen now."""

    given = Signal(str)

    def __init__(self, name: str, *, new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name, self._new = name, new
        self._what = QLabel()
        self._what.setObjectName("heading")
        self._lost = QLabel()
        for one in (self._what, self._lost):
            one.setTextFormat(Qt.TextFormat.PlainText)
            one.setWordWrap(True)
        self._lost.setVisible(new)
        self.first, self.again = QLineEdit(), QLineEdit()
        for line in (self.first, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.textChanged.connect(self._tell)
        self.again.setVisible(new)
        self.show_it = QCheckBox()
        self.show_it.toggled.connect(self._reveal)
        self._state = QLabel()
        self._state.setObjectName("muted")
        self._state.setWordWrap(True)
        self._state.setVisible(new)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._give)
        self.buttons.rejected.connect(self.reject)
        lay = QVBoxLayout(self)
        lay.setContentsMargins(20, 16, 20, 14)
        lay.setSpacing(10)
        for each in (self._what, self._lost, self.first, self.again, self.show_it, self._state, self.buttons):
            lay.addWidget(each)
        self.setMinimumWidth(480)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self.setWindowTitle(_("New passphrase") if self._new else _("Passphrase"))
        words = _("Choose a passphrase for {name}.") if self._new else _("{name} is locked with a passphrase.")
        self._what.setText(words.format(name=self._name))
        self._lost.setText(_(passphrases.LOST))
        self.first.setPlaceholderText(_("Passphrase"))
        self.first.setAccessibleName(_("Passphrase"))
        self.again.setPlaceholderText(_("The same once more"))
        self.again.setAccessibleName(_("The same once more"))
        self.show_it.setText(_("Show what I type"))
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        ok.setText(_("Make the project") if self._new else _("Open"))
        ok.setProperty("primary", True)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(_("Cancel"))
        self._tell()

    def _reveal(self, on: bool) -> None:
        for line in (self.first, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)

    def _tell(self) -> None:
        typed, same = self.first.text(), self.first.text() == self.again.text()
        missing = passphrases.LEAST - len(typed)
        if missing > 0:
            self._state.setText(_("{n} more characters; several words that do not belong together.").format(n=missing))
        else:
            self._state.setText("" if same else _("The two do not agree yet."))
        may = bool(typed) and (not self._new or (missing <= 0 and same))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(may)

    def _give(self) -> None:
        typed = self.first.text()
        self.first.clear()
        self.again.clear()
        self.accept()
        self.given.emit(typed)
