"""What a page says while the project has no answers: what it is for, and the one next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from annotate.messages import _
from annotate.store.project import Project
from ui.pages.registry import Room
from ui.views.page_parts import button, label


class NoAnswers(QWidget):
    """Lies over a page until the first answers are there; ``name`` and ``teaches``: messages of that page."""

    def __init__(self, page: QWidget, room: Room, name: str, teaches: str) -> None:
        super().__init__(page)
        self._room, self._name, self._words = room, name, teaches
        self.setAutoFillBackground(True)
        self._title, self._teaches, self._now = label("title"), label(wrap=True), label("muted", wrap=True)
        self._do = button(room.import_asked.emit, primary=True)
        self._do.setEnabled(not room.desk.project.read_only)
        lay = QGridLayout(self)
        lay.setVerticalSpacing(10)
        for row, one in enumerate((self._title, self._teaches, self._now), 1):
            one.setAlignment(Qt.AlignmentFlag.AlignCenter)
            lay.addWidget(one, row, 1)
        lay.addWidget(self._do, 4, 1, Qt.AlignmentFlag.AlignHCenter)
        for row, share in ((0, 2), (5, 3)):
            lay.setRowStretch(row, share)
        for column, share in ((0, 1), (1, 3), (2, 1)):
            lay.setColumnStretch(column, share)
        self.retranslate()
        self.hide()
        page.installEventFilter(self)
        room.desk.questions_changed.connect(lambda _found: self._ask())
        self._ask()

    def _ask(self) -> None:
        def read(project: Project) -> bool:
            return project.reading_one("select 1 from record limit 1") is None

        self._room.desk.read(("no-answers", self._name), read, self._show)

    def _show(self, none: bool) -> None:
        self._fit()
        self.setVisible(none)
        if none:
            self.raise_()

    def _fit(self) -> None:
        page = self.parentWidget()
        if page is not None:
            self.setGeometry(page.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        elif event.type() == QEvent.Type.Show and not self._room.desk.questions:
            self._ask()
        return super().eventFilter(watched, event)

    def retranslate(self) -> None:
        """Say everything in the language in use."""
        self._title.setText(_(self._name))
        self._teaches.setText(_(self._words))
        self._now.setText(_("There are no answers yet."))
        self._do.setText(_("Import answers…"))
