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

    def __init__(self, parent: QWidget | None = None, *, page: OwnPage | None = None) -> None:
        super().__init__(parent)
        self._page = page
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
        self._none = QPushButton(_("Without pictures"))
        self._none.clicked.connect(self._on_none)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(self._none)
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
        self._kept = page.pictures if page is not None else ()
        if page is not None:
            self._title.setText(page.title)
            self._text.setPlainText(page.text)
        self._say_pictures()

    def _names(self) -> tuple[str, ...]:
        """Return the hashes of the pictures it had and of those added."""
        return tuple(dict.fromkeys((*self._kept, *self._pictures)))

    def _say_pictures(self) -> None:
        count = len(self._names())
        self._none.setVisible(bool(count))
        self._told.setText(_("{n} pictures").format(n=count) if count else "")

    def _on_none(self) -> None:
        self._kept, self._pictures = (), {}
        self._say_pictures()

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
        self._say_pictures()

    def _on_made(self) -> None:
        title = self._title.text().strip()
        if not title:
            self._told.setText(_("Give the page a title."))
            self._title.setFocus()
            return
        key = uuid.uuid4().hex[:8] if self._page is None else self._page.key
        released = () if self._page is None else self._page.released
        page = OwnPage(key, title, self._text.toPlainText().strip(), self._names(), released)
        self.made.emit(page, dict(self._pictures))
        self.accept()
