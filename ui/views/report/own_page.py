"""A page of the consultant's own words and pictures for the report; marked as theirs when it is printed."""

from __future__ import annotations

import uuid
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotate.errors import UserError
from annotate.messages import _
from reports.spec import OwnPage, Picture
from reports.spec_pictures import name_of, read


class OwnPageDialog(QDialog):
    """Asks for title, text and pictures. ``made``: the page and its pictures by name."""

    made = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("A page of your own"))
        self.resize(560, 480)
        self._title, self._text = QLineEdit(), QPlainTextEdit()
        self._title.setPlaceholderText(_("Title"))
        self._title.setAccessibleName(_("Title"))
        self._text.setPlaceholderText(
            _("Paragraphs are divided by an empty line; lines that begin with - become a list.")
        )
        self._text.setAccessibleName(_("Text"))
        self._told = QLabel()
        self._told.setObjectName("muted")
        self._told.setWordWrap(True)
        add = QPushButton(_("Add a picture…"))
        add.clicked.connect(self._on_picture)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(self._told, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_made)
        buttons.rejected.connect(self.reject)
        lay = QVBoxLayout(self)
        lay.addWidget(self._title)
        lay.addWidget(self._text, 1)
        lay.addLayout(row)
        lay.addWidget(buttons)
        self._pictures: dict[str, Picture] = {}

    def _on_picture(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Add a picture…"), "", _("Pictures (*.png *.jpg *.jpeg)"))
        if name:
            self.add_picture(Path(name))

    def add_picture(self, path: Path) -> None:
        """Take a picture from a file, or say why not."""
        try:
            picture = read(path)
        except UserError as error:
            self._told.setText(error.sentence())
            return
        self._pictures[name_of(picture)] = picture
        self._told.setText(_("{n} pictures").format(n=len(self._pictures)))

    def _on_made(self) -> None:
        title = self._title.text().strip()
        if not title:
            self._told.setText(_("Give the page a title."))
            self._title.setFocus()
            return
        page = OwnPage(uuid.uuid4().hex[:8], title, self._text.toPlainText().strip(), tuple(self._pictures))
        self.made.emit(page, dict(self._pictures))
        self.accept()
